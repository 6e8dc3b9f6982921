/* Runs a function in a child process in which one system call answers with an
 * error, as in a sandbox or on an older kernel. */
#ifndef WITHOUT_SYSCALL_H
#define WITHOUT_SYSCALL_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* false: the system allows no such filter here */
static inline bool
syscall_deny(unsigned number, unsigned error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {
		.len = sizeof(code) / sizeof(code[0]), .filter = code
	};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

enum { WITHOUT_PASSED = 0, WITHOUT_FAILED = 1, WITHOUT_SKIPPED = 77 };

/* check answers whether it is satisfied; it must not use cmocka's asserts. */
static inline int
without_syscall(unsigned number, unsigned error, bool (*check)(void *arg),
		void *arg)
{
	const pid_t child = fork();
	int state = 0;

	if (child == 0) {
		if (!syscall_deny(number, error))
			_exit(WITHOUT_SKIPPED);
		_exit(check(arg) ? WITHOUT_PASSED : WITHOUT_FAILED);
	}
	while (waitpid(child, &state, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(state) ? WEXITSTATUS(state) : WITHOUT_FAILED;
}

#endif
