/* Settings and sealed secrets: files that are read whole, and replaced whole
 * or not at all. */
#ifndef AM_OAUTH_SMALL_FILE_H
#define AM_OAUTH_SMALL_FILE_H

#include "base/buf.h"

/* All of path below dir, no link followed, added to out without leaving a copy
 * elsewhere. AM_NOT_FOUND; AM_LIMIT: more than out's maximum; AM_IO. */
enum am_status am_small_file_read(int dir, const char *path, struct am_buf *out,
				  struct am_error *err);

/* The same of a path that the user has named ("-" is no special name). */
enum am_status
am_user_file_read(const char *path, struct am_buf *out, struct am_error *err);

/* Replaces path: a temporary file (0600) beside it, on disk, renamed, and the
 * directory on disk. One at a time for each path. AM_OUTPUT, AM_IO. */
enum am_status am_small_file_write(int dir, const char *path,
				   struct am_bytes bytes, struct am_error *err);

/* Would the write succeed? Tries with as many bytes. */
enum am_status
am_small_file_try(int dir, const char *path, size_t size, struct am_error *err);

#endif
