/* The seccomp filter: system calls that are never needed once the options are
 * read. They answer EPERM, as if the user were not allowed to; the calls of
 * another architecture end the program. */
#ifdef __linux__

#include <errno.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <seccomp.h>

#include "sandbox_linux.h"

/* Newer than the headers of Debian 12; the same on all architectures. */
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#endif
#ifndef SYS_removexattrat
#define SYS_removexattrat 466
#endif
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif
#ifndef SYS_file_setattr
#define SYS_file_setattr 469
#endif

static const int forbidden[] = {
	/* the network, and other processes over sockets */
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(listen),
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendmmsg),
	SCMP_SYS(recvmsg),
	SCMP_SYS(recvmmsg),

	/* other programs */
	SCMP_SYS(execve),
	SCMP_SYS(execveat),

/* other processes */
#if !AM_SANITIZED
	SCMP_SYS(ptrace),
#endif
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(process_madvise),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(pidfd_send_signal),
	SCMP_SYS(tkill),
	SCMP_SYS(rt_sigqueueinfo),
	SCMP_SYS(rt_tgsigqueueinfo),
	SCMP_SYS(kcmp),

	/* what Landlock does not guard: owner, mode and attributes of files;
	 * in its first versions truncation by path */
	SCMP_SYS(chmod),
	SCMP_SYS(fchmod),
	SCMP_SYS(fchmodat),
	SYS_fchmodat2,
	SCMP_SYS(chown),
	SCMP_SYS(fchown),
	SCMP_SYS(lchown),
	SCMP_SYS(fchownat),
	SCMP_SYS(setxattr),
	SCMP_SYS(lsetxattr),
	SCMP_SYS(fsetxattr),
	SYS_setxattrat,
	SCMP_SYS(removexattr),
	SCMP_SYS(lremovexattr),
	SCMP_SYS(fremovexattr),
	SYS_removexattrat,
	SYS_file_setattr,
	SCMP_SYS(truncate),
	SCMP_SYS(open_by_handle_at),

	/* the system: little of it without privileges, but much of the kernel
	 * to make mistakes in */
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsconfig),
	SCMP_SYS(fsmount),
	SCMP_SYS(fspick),
	SCMP_SYS(move_mount),
	SCMP_SYS(open_tree),
	SYS_open_tree_attr,
	SCMP_SYS(mount_setattr),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(keyctl),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(reboot),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(acct),
	SCMP_SYS(quotactl),
	SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime),
	SCMP_SYS(adjtimex),
	SCMP_SYS(clock_adjtime),
	SCMP_SYS(sethostname),
	SCMP_SYS(setdomainname),
	SCMP_SYS(syslog),
	SCMP_SYS(personality),
};

/* Typing into the terminal that the program was started from. */
static const unsigned long forbidden_ioctls[] = { TIOCSTI, TIOCLINUX };

static int
all_forbid(scmp_filter_ctx filter)
{
	int result = 0;
	size_t i;

	for (i = 0; result == 0 && i < sizeof(forbidden) / sizeof(forbidden[0]);
	     i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
					  forbidden[i], 0);
	return result;
}

/* The kernel looks at the lower half of the number only. */
static int
ioctls_forbid(scmp_filter_ctx filter)
{
	int result = 0;
	size_t i;

	for (i = 0; result == 0 &&
		    i < sizeof(forbidden_ioctls) / sizeof(forbidden_ioctls[0]);
	     i++)
		result = seccomp_rule_add(
			filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
			SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX,
				forbidden_ioctls[i]));
	return result;
}

/* Signals for whom but itself: abort() and sanitizers send some. */
static int
signals_forbid(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp not_itself = {
		.arg = 0, .op = SCMP_CMP_NE, .datum_a = (scmp_datum_t)getpid()
	};
	const int result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
					    SCMP_SYS(kill), 1, not_itself);

	if (result != 0)
		return result;
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tgkill),
				1, not_itself);
}

static int
filter_load(scmp_filter_ctx filter)
{
	int result = all_forbid(filter);

	if (result == 0)
		result = ioctls_forbid(filter);
	if (result == 0)
		result = signals_forbid(filter);
	/* Kernels before 5.16 would slow the processor down for programs that
	 * run foreign code in themselves. This one does not; where the kernel
	 * cannot be told so, it is slower. */
	if (result == 0)
		(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
	return result == 0 ? seccomp_load(filter) : result;
}

const char *
am_sandbox_calls(void)
{
	const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int result = -ENOMEM;

	if (filter != NULL)
		result = filter_load(filter);
	seccomp_release(filter);
	return result == 0 ? NULL
			   : "no seccomp filter was accepted, so system calls "
			     "are not guarded";
}

#endif
