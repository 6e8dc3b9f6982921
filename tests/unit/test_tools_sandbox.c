/* tools/sandbox: what is refused once the program is locked in, and what is
 * not. Each case runs in a child, for there is no way out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <iconv.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <time.h>

#include "sandbox.h"
#include "sandbox_linux.h"
#include "tmp_tree.h"
#include "without_syscall.h"

/* in/archive is the input, out the output */
static struct tmp_tree tree;
static char input[PATH_MAX + 16];
static char output[PATH_MAX + 16];

static int
errno_of(long result)
{
	return result < 0 ? errno : 0;
}

static int
errno_of_open(const char *path, int flags)
{
	const int fd = openat(tree.fd, path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	(void)close(fd);
	return 0;
}

/* --- files --------------------------------------------------------------- */

static int
input_read(void)
{
	return errno_of_open("in/archive", O_RDONLY);
}

static int
input_write(void)
{
	return errno_of_open("in/archive", O_RDWR);
}

static int
input_truncate(void)
{
	return errno_of(truncate(input, 0));
}

static int
input_chmod(void)
{
	return errno_of(chmod(input, 0666));
}

static int
input_label(void)
{
	return errno_of(setxattr(input, "user.mine", "1", 1, 0));
}

static int
input_remove(void)
{
	return errno_of(unlink(input));
}

static int
input_rename(void)
{
	return errno_of(renameat(tree.fd, "in/archive", tree.fd, "out/mine"));
}

static int
input_beside(void)
{
	return errno_of_open("in/other", O_RDONLY);
}

static int
input_folder(void)
{
	return errno_of_open("in", O_RDONLY | O_DIRECTORY);
}

static int
passwd_read(void)
{
	return errno_of_open("/etc/passwd", O_RDONLY);
}

static int
passwd_by_link(void)
{
	return errno_of_open("out/link", O_RDONLY);
}

static void *
passwd_thread(void *arg)
{
	*(int *)arg = passwd_read();
	return NULL;
}

static int
passwd_in_thread(void)
{
	pthread_t thread;
	int got = -1;

	if (pthread_create(&thread, NULL, passwd_thread, &got) == 0)
		(void)pthread_join(thread, NULL);
	return got;
}

/* The child's answer is an errno, and small. */
static int
passwd_in_child(void)
{
	const pid_t child = fork();
	int state = 0;

	if (child == 0)
		_exit(passwd_read());
	if (child < 0 || waitpid(child, &state, 0) != child)
		return -1;
	return WEXITSTATUS(state);
}

static int
output_write(void)
{
	return errno_of_open("out/new", O_RDWR | O_CREAT | O_TRUNC);
}

/* As Maildir does it. */
static int
output_rename(void)
{
	const int made = output_write();

	if (made != 0 || mkdirat(tree.fd, "out/cur", 0700) != 0)
		return made != 0 ? made : errno;
	return errno_of(renameat(tree.fd, "out/new", tree.fd, "out/cur/done"));
}

static int
output_remove(void)
{
	(void)output_write();
	return errno_of(unlinkat(tree.fd, "out/new", 0));
}

static int
output_cut_and_dated(void)
{
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	const int fd = openat(tree.fd, "out/cut", O_RDWR | O_CREAT, 0600);
	int result;

	if (fd < 0)
		return errno;
	result = errno_of(ftruncate(fd, 10));
	if (result == 0)
		result = errno_of(futimens(fd, times));
	if (result == 0)
		result = errno_of(fdatasync(fd));
	(void)close(fd);
	return result;
}

static int
output_beside(void)
{
	return errno_of_open("escaped", O_WRONLY | O_CREAT);
}

static int
output_link(void)
{
	return errno_of(symlinkat("/etc", tree.fd, "out/etc"));
}

static int
output_pipe(void)
{
	return errno_of(mkfifoat(tree.fd, "out/pipe", 0600));
}

static int
output_unseen(void)
{
	return errno_of_open("out", O_RDONLY | O_DIRECTORY);
}

/* --- what libraries do on the way ---------------------------------------- */

/* glibc loads a module for it. */
static int
converter_open(void)
{
	const iconv_t converter = iconv_open("UTF-8", "SHIFT_JIS");

	if (converter == (iconv_t)-1)
		return errno;
	return errno_of(iconv_close(converter));
}

static int
urandom_read(void)
{
	return errno_of_open("/dev/urandom", O_RDONLY);
}

static int
thread_start(void)
{
	return passwd_in_thread() < 0 ? -1 : 0;
}

static int
memory_map(void)
{
	void *const memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? errno : errno_of(munmap(memory, 4096));
}

static int
signal_itself(void)
{
	(void)signal(SIGUSR1, SIG_IGN);
	return raise(SIGUSR1) == 0 ? errno_of(kill(getpid(), SIGUSR1)) : -1;
}

/* --- calls --------------------------------------------------------------- */

static int
tcp_socket(void)
{
	return errno_of(socket(AF_INET, SOCK_STREAM, 0));
}

static int
unix_socket(void)
{
	return errno_of(socket(AF_UNIX, SOCK_DGRAM, 0));
}

static int
socket_pair(void)
{
	int pair[2];

	return errno_of(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

/* A socket that was open before: standard input may be one. */
static int inherited = -1;

static int
connect_inherited(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(9) };

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return errno_of(connect(inherited, (struct sockaddr *)&address,
				sizeof(address)));
}

static int
bind_inherited(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return errno_of(
		bind(inherited, (struct sockaddr *)&address, sizeof(address)));
}

static int
listen_inherited(void)
{
	return errno_of(listen(inherited, 1));
}

static int
program_run(void)
{
	char *const words[] = { (char[]){ "true" }, NULL };

	return errno_of(execv("/bin/true", words));
}

static int
program_run_at(void)
{
	char *const words[] = { (char[]){ "true" }, NULL };

	return errno_of(
		syscall(SYS_execveat, AT_FDCWD, "/bin/true", words, NULL, 0));
}

static int
parent_trace(void)
{
	return errno_of(ptrace(PTRACE_SEIZE, getppid(), NULL, NULL));
}

static int
parent_read(void)
{
	char byte;
	struct iovec here = { &byte, 1 };
	struct iovec there = { &inherited, 1 };

	return errno_of(process_vm_readv(getppid(), &here, 1, &there, 1, 0));
}

static int
parent_write(void)
{
	char byte = 0;
	struct iovec here = { &byte, 1 };
	struct iovec there = { &inherited, 1 };

	return errno_of(process_vm_writev(getppid(), &here, 1, &there, 1, 0));
}

/* 0: only whether it could be signalled */
static int
parent_signal(void)
{
	return errno_of(kill(getppid(), 0));
}

static int
terminal_type(void)
{
	return errno_of(ioctl(0, TIOCSTI, "x"));
}

/* The kernel ignores what is above the lower 32 bits of the request. */
static int
terminal_type_in_disguise(void)
{
	return errno_of(
		syscall(SYS_ioctl, 0, TIOCSTI | (UINT64_C(1) << 40), "x"));
}

static int
tree_mount(void)
{
	return errno_of(mount("none", output, "tmpfs", 0, NULL));
}

static int
program_load(void)
{
	return errno_of(syscall(SYS_bpf, 0, NULL, 0));
}

static int
key_add(void)
{
	return errno_of(syscall(SYS_add_key, "user", "x", "x", 1, -2));
}

static int
key_list(void)
{
	return errno_of(syscall(SYS_keyctl, 0, -2, 0));
}

static int
faults_handle(void)
{
	return errno_of(syscall(SYS_userfaultfd, 0));
}

static int
ring_setup(void)
{
	return errno_of(syscall(SYS_io_uring_setup, 1, NULL));
}

static int
namespace_make(void)
{
	return errno_of(syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */));
}

struct attempt {
	const char *name;
	int (*attempt)(void);
	int want; /* errno; 0: it works */
};

static const struct attempt file_attempts[] = {
	{ "the input is read", input_read, 0 },
	{ "the input is never written", input_write, EACCES },
	{ "nor removed", input_remove, EACCES },
	{ "nor renamed into the output", input_rename, EACCES },
	{ "what lies beside it is not read", input_beside, EACCES },
	{ "nor its directory", input_folder, EACCES },
	{ "/etc/passwd is not read", passwd_read, EACCES },
	{ "not by a link", passwd_by_link, EACCES },
	{ "not by a thread that starts later", passwd_in_thread, EACCES },
	{ "not by a process that starts later", passwd_in_child, EACCES },
	{ "the output is written", output_write, 0 },
	{ "and renamed between its directories", output_rename, 0 },
	{ "and removed", output_remove, 0 },
	{ "and cut, dated and synchronised", output_cut_and_dated, 0 },
	{ "nothing is written beside it", output_beside, EACCES },
	{ "no link is made", output_link, EACCES },
	{ "no pipe is made", output_pipe, EACCES },
	{ "whoever started it is not traced", parent_trace, EPERM },
};

static const struct attempt library_attempts[] = {
	{ "a converter is loaded", converter_open, 0 },
	{ "chance is to be had", urandom_read, 0 },
	{ "threads are started", thread_start, 0 },
	{ "memory is mapped", memory_map, 0 },
	{ "signals to itself", signal_itself, 0 },
};

static const struct attempt call_attempts[] = {
	{ "no change of length by path", input_truncate, EPERM },
	{ "no change of mode", input_chmod, EPERM },
	{ "no change of attributes", input_label, EPERM },
	{ "no TCP", tcp_socket, EPERM },
	{ "no other socket", unix_socket, EPERM },
	{ "no pair of sockets", socket_pair, EPERM },
	{ "an open socket is not connected", connect_inherited, EPERM },
	{ "nor bound", bind_inherited, EPERM },
	{ "nor listened on", listen_inherited, EPERM },
	{ "no other program", program_run, EPERM },
	{ "not by execveat", program_run_at, EPERM },
#if !AM_SANITIZED
	{ "no tracing", parent_trace, EPERM },
#endif
	{ "no reading of processes", parent_read, EPERM },
	{ "no writing to processes", parent_write, EPERM },
	{ "no signals to others", parent_signal, EPERM },
	{ "no typing into the terminal", terminal_type, EPERM },
	{ "not in disguise", terminal_type_in_disguise, EPERM },
	{ "no mounts", tree_mount, EPERM },
	{ "no BPF", program_load, EPERM },
	{ "no keys made", key_add, EPERM },
	{ "no keys listed", key_list, EPERM },
	{ "no handling of page faults", faults_handle, EPERM },
	{ "no io_uring", ring_setup, EPERM },
	{ "no namespaces", namespace_make, EPERM },
};

/* Of a reader: it has no output. */
static const struct attempt reader_attempts[] = {
	{ "the input is read", input_read, 0 },
	{ "the input is never written", input_write, EACCES },
	{ "nothing is written", output_write, EACCES },
	{ "not even seen", output_unseen, EACCES },
	{ "/etc/passwd is not read", passwd_read, EACCES },
};

struct run {
	const struct attempt *attempt;
	bool reader;
	unsigned abi_max;
	const char *missing; /* a part of the text; NULL: nothing is missing */
};

/* True when it was locked in as run says, and the attempt gave what it
 * should. */
static bool
run_locked_in(void *arg)
{
	const struct run *const run = arg;
	const char *const read[] = { input, NULL };
	const char *const write[] = { output, NULL };
	const struct am_sandbox wanted = { .read = read,
					   .write = run->reader ? NULL : write,
					   .abi_max = run->abi_max };
	char missing[AM_SANDBOX_TEXT_SIZE];
	int got;

	inherited = socket(AF_INET, SOCK_STREAM, 0);
	if (am_sandbox_enter(&wanted, missing) != (run->missing == NULL) ||
	    (run->missing != NULL && strstr(missing, run->missing) == NULL)) {
		(void)fprintf(stderr, "missing: \"%s\"\n", missing);
		return false;
	}
	got = run->attempt->attempt();
	if (got != run->attempt->want)
		(void)fprintf(stderr, "%s: got %d, want %d\n",
			      run->attempt->name, got, run->attempt->want);
	return got == run->attempt->want;
}

/* In a child. number: of a system call that the system does not know; a
 * negative one is none. */
static int
run_in_child(struct run run, long number)
{
	const int answer = number >= 0
				   ? without_syscall((unsigned)number, ENOSYS,
						     run_locked_in, &run)
				   : without_syscall(UINT32_MAX, ENOSYS,
						     run_locked_in, &run);

	(void)unlinkat(tree.fd, "out/cur/done", 0);
	(void)unlinkat(tree.fd, "out/cur", AT_REMOVEDIR);
	return answer;
}

static void
attempts_check(const struct attempt *attempts, size_t count, struct run run)
{
	size_t i;

	for (i = 0; i < count; i++) {
		run.attempt = attempts + i;
		print_message("%s\n", attempts[i].name);
		assert_int_equal(run_in_child(run, -1), WITHOUT_PASSED);
	}
}

static unsigned
landlock_abi(void)
{
	const long abi = syscall(444, NULL, 0, 1);

	return abi > 0 ? (unsigned)abi : 0;
}

#define CHECK(attempts, run)                                                   \
	attempts_check(attempts, sizeof(attempts) / sizeof((attempts)[0]), run)

static void
test_writer(void **state)
{
	const struct run run = { .abi_max = 0 };

	(void)state;
	if (landlock_abi() < 2)
		skip();
	CHECK(file_attempts, run);
	CHECK(library_attempts, run);
	CHECK(call_attempts, run);
}

static void
test_reader(void **state)
{
	const struct run run = { .reader = true };

	(void)state;
	if (landlock_abi() < 1)
		skip();
	CHECK(reader_attempts, run);
	CHECK(library_attempts, run);
	CHECK(call_attempts, run);
}

/* Older kernels guard less, but the program works on them. */
static void
test_older_landlock(void **state)
{
	const unsigned known = landlock_abi();
	struct run run = { .abi_max = 2 };

	(void)state;
	if (known < 2)
		skip();
	for (; run.abi_max <= known; run.abi_max++)
		CHECK(file_attempts, run);
	run = (struct run){ .abi_max = 1, .reader = true };
	CHECK(reader_attempts, run);
	run = (struct run){ .abi_max = 1, .missing = "is too old" };
	CHECK(library_attempts, run);
	CHECK(call_attempts, run);
	run.attempt = &(const struct attempt){ "works", output_rename, 0 };
	assert_int_equal(run_in_child(run, -1), WITHOUT_PASSED);
}

/* Without the one, the other is in force all the same. */
static void
test_missing(void **state)
{
	static const struct attempt passwd = { "read", passwd_read, 0 };
	static const struct attempt net = { "socket", tcp_socket, EPERM };
	static const struct attempt open_net = { "socket", tcp_socket, 0 };
	struct run run = { .missing = "no Landlock" };

	(void)state;
	run.attempt = &passwd;
	assert_int_equal(run_in_child(run, 444), WITHOUT_PASSED);
	run.attempt = &net;
	assert_int_equal(run_in_child(run, 444), WITHOUT_PASSED);
	run.missing = "no sandbox here";
	run.attempt = &passwd;
	assert_int_equal(run_in_child(run, SYS_prctl), WITHOUT_PASSED);
	run.attempt = &open_net;
	assert_int_equal(run_in_child(run, SYS_prctl), WITHOUT_PASSED);
}

/* A path that is not there, or leads round in circles, opens nothing. */
static void
test_paths_without_rule(void **state)
{
	const char *const read[] = { "no/such/file", "circle", input, NULL };
	const char *const write[] = { "no/such/folder", "circle", NULL };
	const struct am_sandbox wanted = { .read = read, .write = write };
	char missing[AM_SANDBOX_TEXT_SIZE];
	const pid_t child = fork();
	int status = 0;

	(void)state;
	if (landlock_abi() < 2)
		skip();
	if (child == 0) {
		if (fchdir(tree.fd) != 0 || symlink("circle", "circle") != 0 ||
		    !am_sandbox_enter(&wanted, missing) || *missing != '\0')
			_exit(1);
		_exit(input_read() == 0 && passwd_read() == EACCES &&
				      output_write() == EACCES
			      ? 0
			      : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static int
tree_make(void **state)
{
	(void)state;
	tree = tmp_tree_make();
	(void)snprintf(input, sizeof(input), "%s/in/archive", tree.path);
	(void)snprintf(output, sizeof(output), "%s/out", tree.path);
	assert_int_equal(mkdirat(tree.fd, "in", 0700), 0);
	assert_int_equal(mkdirat(tree.fd, "out", 0700), 0);
	tmp_tree_write(&tree, "in/archive", "!BDN", 4);
	tmp_tree_write(&tree, "in/other", "", 0);
	return symlinkat("/etc/passwd", tree.fd, "out/link");
}

static int
tree_remove(void **state)
{
	(void)state;
	tmp_tree_remove(&tree);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writer),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_older_landlock),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_paths_without_rule),
	};

	return cmocka_run_group_tests(tests, tree_make, tree_remove);
}
