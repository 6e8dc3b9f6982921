/* Landlock: which files may be opened, made, renamed; and no TCP. The GNU C
 * library has no functions for it, and older kernel headers know only its
 * first versions: hence the numbers here. */
#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_linux.h"

/* Their numbers are the same on all architectures. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { ASK_VERSION = 1, PATH_BENEATH = 1 };

/* LANDLOCK_ACCESS_FS_*, as bits */
enum {
	EXECUTE = 1 << 0,
	WRITE_FILE = 1 << 1,
	READ_FILE = 1 << 2,
	READ_DIR = 1 << 3,
	REMOVE_DIR = 1 << 4,
	REMOVE_FILE = 1 << 5,
	MAKE_CHAR = 1 << 6,
	MAKE_DIR = 1 << 7,
	MAKE_REG = 1 << 8,
	MAKE_SOCK = 1 << 9,
	MAKE_FIFO = 1 << 10,
	MAKE_BLOCK = 1 << 11,
	MAKE_SYM = 1 << 12,
	REFER = 1 << 13, /* renaming from one directory to another */
	TRUNCATE = 1 << 14,
	IOCTL_DEV = 1 << 15
};
/* LANDLOCK_ACCESS_NET_*, LANDLOCK_SCOPE_* */
enum { BIND_TCP = 1 << 0, CONNECT_TCP = 1 << 1 };
enum { ABSTRACT_UNIX_SOCKET = 1 << 0, SIGNAL = 1 << 1 };

enum {
	FIRST_RIGHTS = (MAKE_SYM << 1) - 1, /* EXECUTE to MAKE_SYM */
	READING = READ_FILE | READ_DIR,
	WRITING = READING | WRITE_FILE | MAKE_REG | MAKE_DIR | REMOVE_FILE |
		  REMOVE_DIR | REFER | TRUNCATE,
	OF_FILES = EXECUTE | READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV
};

/* Without REFER renaming between directories is refused altogether. */
enum { ABI_REFER = 2 };

/* struct landlock_ruleset_attr. An older kernel accepts what it does not know
 * as long as it is zero. */
struct ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

/* struct landlock_path_beneath_attr */
struct path_attr {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

/* What each version brought. */
static const struct {
	unsigned abi;
	struct ruleset_attr handled;
} versions[] = {
	{ 1, { FIRST_RIGHTS, 0, 0 } },
	{ ABI_REFER, { REFER, 0, 0 } },
	{ 3, { TRUNCATE, 0, 0 } },
	{ 4, { 0, BIND_TCP | CONNECT_TCP, 0 } },
	{ 5, { IOCTL_DEV, 0, 0 } },
	{ 6, { 0, 0, ABSTRACT_UNIX_SOCKET | SIGNAL } },
};

/* What libraries open on the way: the loader and iconv their modules, libical
 * its time zones, SQLite a seed, the C library the number of processors. */
static const char *const always_read[] = { "/usr/lib",
					   "/usr/lib64",
					   "/lib",
					   "/lib64",
					   "/etc/ld.so.cache",
					   "/usr/share/zoneinfo",
					   "/dev/urandom",
					   "/sys/devices/system/cpu",
#if AM_SANITIZED
					   "/proc",
					   "/proc/self/exe",
#endif
					   NULL };

static struct ruleset_attr
handled_by(unsigned abi)
{
	struct ruleset_attr all = { 0 };
	size_t i;

	for (i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		const struct ruleset_attr *const more = &versions[i].handled;

		if (versions[i].abi > abi)
			break;
		all.handled_access_fs |= more->handled_access_fs;
		all.handled_access_net |= more->handled_access_net;
		all.scoped |= more->scoped;
	}
	return all;
}

/* A path that gets no rule stays forbidden, which is the safe side: whoever
 * opens it hears of it. */
static void
path_allow(int ruleset, const char *path, uint64_t access)
{
	struct path_attr rule = { .allowed_access = access };
	struct stat info;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return;
	if (fstat(rule.parent_fd, &info) == 0 && !S_ISDIR(info.st_mode))
		rule.allowed_access &= OF_FILES;
	(void)syscall(ADD_RULE, ruleset, PATH_BENEATH, &rule, 0);
	(void)close(rule.parent_fd);
}

static void
paths_allow(int ruleset, const char *const *paths, uint64_t access)
{
	for (; paths != NULL && *paths != NULL; paths++)
		path_allow(ruleset, *paths, access);
}

static const char *
ruleset_enter(const struct am_sandbox *wanted, unsigned abi)
{
	const struct ruleset_attr attr = handled_by(abi);
	const int ruleset =
		(int)syscall(CREATE_RULESET, &attr, sizeof(attr), 0);
	const char *why = NULL;

	if (ruleset < 0)
		return strerror(errno);
	paths_allow(ruleset, always_read, READING & attr.handled_access_fs);
	paths_allow(ruleset, wanted->read, READING & attr.handled_access_fs);
	paths_allow(ruleset, wanted->write, WRITING & attr.handled_access_fs);
	if (syscall(RESTRICT_SELF, ruleset, 0) != 0)
		why = strerror(errno);
	(void)close(ruleset);
	return why;
}

const char *
am_sandbox_files(const struct am_sandbox *wanted)
{
	const long known = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
	unsigned abi = known > 0 ? (unsigned)known : 0;

	if (wanted->abi_max != 0 && wanted->abi_max < abi)
		abi = wanted->abi_max;
	if (abi == 0)
		return "this kernel has no Landlock, so files are not "
		       "guarded";
	if (wanted->write != NULL && *wanted->write != NULL && abi < ABI_REFER)
		return "this kernel's Landlock is too old (Linux 5.19 is "
		       "needed), so files are not guarded";
	return ruleset_enter(wanted, abi);
}

#endif
