/* The bytes of one message at a time, whose number must be known before they
 * are used: small ones in memory, larger ones in a file that is there only
 * meanwhile. */
#ifndef AM_IO_SPOOL_H
#define AM_IO_SPOOL_H

#include "io/outfile.h"
#include "io/stream.h"

/* caller closes with am_spool_close. */
struct am_spool {
	int dir;	  /* borrowed */
	const char *path; /* of the file, below dir; borrowed */
	size_t memory_max;
	uint64_t size; /* of what was taken last */
	struct am_buf memory;
	struct am_outfile *file; /* NULL: all is in memory */
	struct am_arena arena;	 /* of the stream */
	struct am_stream *stream;
};

/* path, below dir, must not be anything else's; what is there from a run that
 * was killed is removed. AM_OUTPUT, AM_IO. */
enum am_status am_spool_open(int dir, const char *path, size_t memory_max,
			     struct am_spool *spool_out, struct am_error *err);

/* All that stream gives, instead of what was taken before; its own statuses,
 * and AM_IO, AM_OUTPUT (of the file), AM_NOMEM. */
enum am_status am_spool_take(struct am_spool *spool, struct am_stream *stream,
			     struct am_error *err);

/* True: all of it is memory. */
bool am_spool_is_small(const struct am_spool *spool);

/* What was taken, again and again. Borrowed until the next call. AM_IO. */
enum am_status
am_spool_read(struct am_spool *spool, struct am_stream **stream_out,
	      struct am_error *err);

void am_spool_close(struct am_spool *spool);

#endif
