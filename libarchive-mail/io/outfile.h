/* Writing files so that they are there whole or not at all: temporary name,
 * fsync, rename, fsync of the directory. Paths are relative to a directory
 * that is held open, and no symbolic link below it is followed. */
#ifndef AM_IO_OUTFILE_H
#define AM_IO_OUTFILE_H

#include "io/dir.h"

struct am_outfile;

/* Opens path below dir for appending (0600), made when it is not there; no
 * link is followed. With new_only it must not be there: AM_OUTPUT. file_out:
 * caller closes with am_outfile_close. */
enum am_status
am_outfile_open(int dir, const char *path, bool new_only,
		struct am_outfile **file_out, struct am_error *err);

/* The same for a file that must be there: AM_NOT_FOUND. */
enum am_status
am_outfile_reopen(int dir, const char *path, struct am_outfile **file_out,
		  struct am_error *err);

/* Buffered. AM_IO with "disk full" in words when it is that. */
enum am_status am_outfile_write(struct am_outfile *file, struct am_bytes bytes,
				struct am_error *err);
uint64_t am_outfile_length(const struct am_outfile *file);

/* Cuts the file to length, which it must have reached (also what is buffered,
 * and what a write that failed left behind). */
enum am_status am_outfile_truncate(struct am_outfile *file, uint64_t length,
				   struct am_error *err);

/* Everything written is in the kernel, and on disk with sync. */
enum am_status
am_outfile_flush(struct am_outfile *file, bool sync, struct am_error *err);

/* Sets access and modification time (seconds since 1970). */
enum am_status am_outfile_set_time(struct am_outfile *file, int64_t unix_time,
				   struct am_error *err);

/* What is buffered and not flushed is dropped. NULL is fine. */
void am_outfile_close(struct am_outfile *file);

/* Writes all of bytes at offset of the file that fd is on, unbuffered; path is
 * for the text. AM_IO as above. */
enum am_status am_write_at(int fd, struct am_bytes bytes, uint64_t offset,
			   const char *path, struct am_error *err);

/* rename below dir, replacing; with sync the directory too is on disk. */
enum am_status am_outfile_publish(int dir, const char *from, const char *to,
				  bool sync, struct am_error *err);

#endif
