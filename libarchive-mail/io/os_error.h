/* What the operating system refused, as a status and a sentence that says
 * what to do about it. number is an errno. */
#ifndef AM_IO_OS_ERROR_H
#define AM_IO_OS_ERROR_H

#include "base/error.h"

/* A file or directory could not be made, opened for writing or renamed:
 * AM_OUTPUT; AM_IO when that is no matter of the place (disk full, a faulty
 * disk, too many open files). */
enum am_status
am_os_create_failed(struct am_error *err, int number, const char *path);

/* Bytes did not get to the disk: AM_IO. */
enum am_status
am_os_write_failed(struct am_error *err, int number, const char *path);

/* AM_NOT_FOUND when there is nothing of that name, else AM_IO. */
enum am_status
am_os_read_failed(struct am_error *err, int number, const char *path);

/* As much of the end of path as a text has room for, from the start of a
 * character; borrowed from path. */
const char *am_path_shown(const char *path);

#endif
