/* Opening below a directory without following links. */
#include "io/dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/os_error.h"

enum { DIR_MODE = 0700, DIR_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC };

/* The next name of *path, copied, and *path behind it. The length; 0 at the
 * end; -1 and errno when the name is empty, ".", ".." or too long. */
static ssize_t
name_next(const char **path, char name[NAME_MAX + 1])
{
	const char *end = strchrnul(*path, '/');
	const size_t len = (size_t)(end - *path);

	if (**path == '\0')
		return 0;
	if (len > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, *path, len);
	name[len] = '\0';
	if (len == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    (*end == '/' && end[1] == '\0')) {
		errno = EXDEV;
		return -1;
	}
	*path = *end == '/' ? end + 1 : end;
	return (ssize_t)len;
}

/* 0, or -1 and errno. */
static int
path_check(const char *path)
{
	char name[NAME_MAX + 1];
	ssize_t len;

	do
		len = name_next(&path, name);
	while (len > 0);
	return (int)len;
}

static int
openat_retried(int dir, const char *name, int flags, mode_t mode)
{
	int fd;

	do
		fd = openat(dir, name, flags, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

static int
openat2_retried(int dir, const char *path, int flags, mode_t mode)
{
	struct open_how how = { .flags = (unsigned)flags };
	long fd;

	how.mode = (flags & O_CREAT) != 0 ? mode : 0;
	how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
	do
		fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
	while (fd < 0 && errno == EINTR);
	return (int)fd;
}

static void
close_quietly(int fd)
{
	const int number = errno;

	(void)close(fd);
	errno = number;
}

/* Name by name, for kernels and sandboxes without openat2. */
static int
open_by_names(int root, const char *path, int flags, mode_t mode)
{
	char name[NAME_MAX + 1];
	int dir = root;

	while (name_next(&path, name) > 0 && *path != '\0') {
		const int below = openat_retried(
			dir, name,
			O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);

		if (dir != root)
			close_quietly(dir);
		if (below < 0)
			return -1;
		dir = below;
	}
	const int fd = openat_retried(dir, name, flags, mode);

	if (dir != root)
		close_quietly(dir);
	return fd;
}

int
am_dir_openat(int root, const char *path, int flags, mode_t mode)
{
	int fd;

	if (*path == '\0')
		return openat_retried(root, ".", flags | O_CLOEXEC, mode);
	if (path_check(path) < 0)
		return -1;
	flags |= O_CLOEXEC | O_NOFOLLOW;
	fd = openat2_retried(root, path, flags, mode);
	/* EPERM: how old sandboxes answer to what they do not know */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = open_by_names(root, path, flags, mode);
	return fd;
}

/* Opens name below dir, made when it is not there. */
static int
dir_enter(int dir, const char *name, int flags)
{
	int fd = openat_retried(dir, name, flags, 0);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	if (mkdirat(dir, name, DIR_MODE) != 0 && errno != EEXIST)
		return -1;
	return openat_retried(dir, name, flags, 0);
}

/* Opens path below root name by name, making what is missing. */
static int
dir_make(int root, const char *path)
{
	char name[NAME_MAX + 1];
	int dir = root;
	ssize_t len;

	while ((len = name_next(&path, name)) > 0) {
		const int below = dir_enter(dir, name, DIR_FLAGS | O_NOFOLLOW);

		if (dir != root)
			close_quietly(dir);
		if (below < 0)
			return -1;
		dir = below;
	}
	if (len == 0)
		return dir;
	if (dir != root)
		close_quietly(dir);
	return -1;
}

enum am_status
am_dir_open_below(int root, const char *path, bool make, int *fd_out,
		  struct am_error *err)
{
	int fd = am_dir_openat(root, path, DIR_FLAGS, 0);

	if (fd < 0 && errno == ENOENT && make && *path != '\0')
		fd = dir_make(root, path);
	if (fd < 0)
		return am_os_create_failed(err, errno, path);
	*fd_out = fd;
	return AM_OK;
}

enum am_status
am_dir_open_parent(int root, const char *path, bool make, int *fd_out,
		   const char **name_out, struct am_error *err)
{
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX];

	*name_out = slash != NULL ? slash + 1 : path;
	if (*path == '\0' || path_check(path) < 0)
		return am_os_create_failed(err, EXDEV, path);
	if (slash == NULL)
		return am_dir_open_below(root, "", make, fd_out, err);
	if ((size_t)(slash - path) >= sizeof(parent))
		return am_os_create_failed(err, ENAMETOOLONG, path);
	(void)snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path),
		       path);
	return am_dir_open_below(root, parent, make, fd_out, err);
}

/* The user's own path: links are followed, empty names and dots are fine. */
static int
user_dir_make(const char *path)
{
	char name[PATH_MAX];
	int dir = openat_retried(AT_FDCWD, *path == '/' ? "/" : ".", DIR_FLAGS,
				 0);

	while (dir >= 0 && *path != '\0') {
		const size_t len = strcspn(path, "/");
		int below;

		(void)snprintf(name, sizeof(name), "%.*s", (int)len, path);
		path += len + (path[len] == '/' ? 1 : 0);
		if (len == 0)
			continue;
		below = dir_enter(dir, name, DIR_FLAGS);
		close_quietly(dir);
		dir = below;
	}
	return dir;
}

enum am_status
am_dir_open(const char *path, bool make, int *fd_out, struct am_error *err)
{
	int fd;

	if (strlen(path) >= PATH_MAX)
		return am_os_create_failed(err, ENAMETOOLONG, path);
	fd = openat_retried(AT_FDCWD, path, DIR_FLAGS, 0);
	if (fd < 0 && errno == ENOENT && make && *path != '\0')
		fd = user_dir_make(path);
	if (fd < 0)
		return am_os_create_failed(err, errno, path);
	*fd_out = fd;
	return AM_OK;
}

static enum am_status
entry_remove(int dir, const char *name, const char *path, struct am_error *err)
{
	struct stat info;

	if (fstatat(dir, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? AM_OK
				       : am_os_create_failed(err, errno, path);
	if (S_ISREG(info.st_mode) && unlinkat(dir, name, 0) != 0)
		return am_os_create_failed(err, errno, path);
	return AM_OK;
}

enum am_status
am_dir_remove_file(int root, const char *path, struct am_error *err)
{
	const char *name;
	enum am_status status;
	int dir;

	/* one call where nothing is there, the usual case */
	dir = am_dir_openat(root, path, O_PATH, 0);
	if (dir < 0 && errno == ENOENT)
		return AM_OK;
	if (dir >= 0)
		(void)close(dir);
	AM_TRY(am_dir_open_parent(root, path, false, &dir, &name, err));
	status = entry_remove(dir, name, path, err);
	(void)close(dir);
	return status;
}

enum am_status
am_dir_sync_all(int fd, bool *done_out, struct am_error *err)
{
	int result;

	do
		result = syncfs(fd);
	while (result != 0 && errno == EINTR);
	*done_out = result == 0;
	if (result == 0 || errno == ENOSYS || errno == EPERM)
		return AM_OK;
	return am_os_write_failed(err, errno, "the output");
}

enum am_status
am_dir_sync(int fd, const char *path, struct am_error *err)
{
	int result;

	do
		result = fsync(fd);
	while (result != 0 && errno == EINTR);
	/* EINVAL: a file system whose directories need no sync */
	if (result == 0 || errno == EINVAL)
		return AM_OK;
	return am_os_write_failed(err, errno, path);
}

enum am_status
am_dir_sync_chain(int root, const char *path, struct am_error *err)
{
	size_t len = 0;

	for (;;) {
		char part[PATH_MAX];
		enum am_status status;
		int fd = -1;

		(void)snprintf(part, sizeof(part), "%.*s", (int)len, path);
		AM_TRY(am_dir_open_below(root, part, false, &fd, err));
		status = am_dir_sync(fd, part, err);
		(void)close(fd);
		if (status != AM_OK || path[len] == '\0')
			return status;
		len += len > 0 ? 1 : 0;
		len += strcspn(path + len, "/");
	}
}
