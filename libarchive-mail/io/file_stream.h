/* A part of a file as a stream. */
#ifndef AM_IO_FILE_STREAM_H
#define AM_IO_FILE_STREAM_H

#include "io/stream.h"

/* The bytes [offset, offset + size) of the regular file path below dir (no
 * link is followed, see io/dir.h). Stream in arena, close it. AM_NOT_FOUND,
 * AM_CORRUPT (the file is not that long; also while it is read), AM_IO.
 * length_out (may be NULL): the length of the file. */
enum am_status
am_file_stream_open(struct am_arena *arena, int dir, const char *path,
		    uint64_t offset, uint64_t size, uint64_t *length_out,
		    struct am_stream **stream_out, struct am_error *err);

#endif
