/* Anything that may exceed 64 KiB is a stream: bytes are pulled, and each
 * transformation wraps another stream. A stream lives in the arena it was
 * made in; close gives back only what is not in the arena. */
#ifndef AM_IO_STREAM_H
#define AM_IO_STREAM_H

#include "base/arena.h"
#include "base/buf.h"

struct am_stream {
	/* Gives the next bytes, at least one, borrowed until the next call;
	 * AM_END at the end, and again when asked again. */
	enum am_status (*next)(struct am_stream *stream,
			       struct am_bytes *bytes_out,
			       struct am_error *err);
	void (*close)(struct am_stream *stream); /* NULL: nothing to do */
};

static inline enum am_status
am_stream_next(struct am_stream *stream, struct am_bytes *bytes_out,
	       struct am_error *err)
{
	return stream->next(stream, bytes_out, err);
}

/* NULL is fine. */
void am_stream_close(struct am_stream *stream);

/* A stream of the given bytes, which must outlive it. */
enum am_status
am_stream_of_bytes(struct am_arena *arena, struct am_bytes bytes,
		   struct am_stream **stream_out, struct am_error *err);

/* front, then len bytes of content behind its first skip; less where content
 * has less. front and content must outlive it; content is closed with it. */
enum am_status
am_stream_part(struct am_arena *arena, struct am_bytes front,
	       struct am_stream *content, uint64_t skip, uint64_t len,
	       struct am_stream **stream_out, struct am_error *err);

/* Appends all that is left to buf. The status of the stream, or AM_LIMIT or
 * AM_NOMEM of the buffer; AM_OK at its end. */
enum am_status am_stream_read_all(struct am_stream *stream, struct am_buf *buf,
				  struct am_error *err);

#endif
