/* Directories that are held open, and what is opened below them: no symbolic
 * link is followed on the way, and no path leaves its directory. A path is
 * plain: names joined by "/", no "." or "..", not absolute; "" is the
 * directory itself. */
#ifndef AM_IO_DIR_H
#define AM_IO_DIR_H

#include <sys/types.h>

#include "base/bytes.h"
#include "base/error.h"

/* Opens a directory; with make, makes it (0700, and its parents) when it is
 * not there. The path is the user's own: links in it are followed. fd_out:
 * caller closes. AM_OUTPUT, AM_IO. */
enum am_status
am_dir_open(const char *path, bool make, int *fd_out, struct am_error *err);

/* The same below root, following no link on the way. */
enum am_status am_dir_open_below(int root, const char *path, bool make,
				 int *fd_out, struct am_error *err);

/* The directory that path (not "") lies in, and the last name of path
 * (borrowed from it). */
enum am_status
am_dir_open_parent(int root, const char *path, bool make, int *fd_out,
		   const char **name_out, struct am_error *err);

/* open(2) of a plain path below root; O_CLOEXEC and O_NOFOLLOW are added. The
 * descriptor, or -1 and errno: EXDEV when path is not plain, ELOOP or ENOTDIR
 * when there is a link in it. */
int am_dir_openat(int root, const char *path, int flags, mode_t mode);

/* Removes a regular file; it is fine when path is not there, or is no regular
 * file. AM_OUTPUT, AM_IO. */
enum am_status
am_dir_remove_file(int root, const char *path, struct am_error *err);

/* Everything written to the file system that fd is on is on disk. *done_out is
 * false when the system cannot say so: sync file by file then. AM_IO. */
enum am_status am_dir_sync_all(int fd, bool *done_out, struct am_error *err);

/* The entries of the directory are on disk. path is for the text. AM_IO. */
enum am_status am_dir_sync(int fd, const char *path, struct am_error *err);

/* The same for every directory on the way from root to path, both included. */
enum am_status
am_dir_sync_chain(int root, const char *path, struct am_error *err);

#endif
