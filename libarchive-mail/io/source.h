/* The archive as bytes at offsets: pread behind a small cache of windows. No
 * mmap: an I/O error or a file truncated under us becomes a status. A source
 * belongs to one thread. */
#ifndef AM_IO_SOURCE_H
#define AM_IO_SOURCE_H

#include "base/bytes.h"
#include "base/error.h"

struct am_source;

/* Opens a regular file for reading. source_out: caller closes with
 * am_source_close. AM_NOT_FOUND (no such file), AM_UNSUPPORTED (a directory,
 * a pipe, a device; the text says what it is), AM_IO, AM_NOMEM. */
enum am_status am_source_open(const char *path, struct am_source **source_out,
			      struct am_error *err);

/* A source over bytes in memory, which must outlive it (tests, fuzzing). */
enum am_status
am_source_of_bytes(struct am_bytes bytes, struct am_source **source_out,
		   struct am_error *err);

/* NULL is fine. */
void am_source_close(struct am_source *source);

/* Opens the file anew and reads its beginning from the medium: is it still
 * there? The statuses of am_source_open and am_source_read_at. */
enum am_status am_source_probe(const char *path, struct am_error *err);

/* How many reads the system has failed so far (AM_IO). */
uint64_t am_source_failures(const struct am_source *source);

/* Size in bytes when it was opened. */
uint64_t am_source_size(const struct am_source *source);

/* Bytes that were asked for since it was opened: a measure of the work that an
 * archive makes, the same on every machine. */
uint64_t am_source_bytes_asked(const struct am_source *source);

/* Fills data with len bytes from offset. AM_CORRUPT when that is not wholly
 * inside the file (also when the file was truncated under us), AM_IO when the
 * system failed the read. */
enum am_status am_source_read_at(struct am_source *source, uint64_t offset,
				 void *data, size_t len, struct am_error *err);

#endif
