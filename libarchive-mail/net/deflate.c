/* RFC 4978 COMPRESS=DEFLATE. */
#include "net/deflate.h"

#include <zlib.h>

#include "base/alloc.h"

enum {
	RAW_WINDOW = -15, /* no zlib header: RFC 4978 3 */
	MEMORY_LEVEL = 8,
	PIECE = 16 << 10
};

struct am_deflate {
	z_stream out, in;
	bool unflushed; /* what went in since the last flush came out whole */
};

static void *
zlib_alloc(void *opaque, unsigned count, unsigned size)
{
	(void)opaque;
	return am_alloc((size_t)count * size);
}

static void
zlib_free(void *opaque, void *memory)
{
	(void)opaque;
	am_free(memory);
}

enum am_status
am_deflate_open(struct am_deflate **deflate_out, struct am_error *err)
{
	struct am_deflate *deflate = am_alloc(sizeof(*deflate));

	if (deflate == NULL)
		return am_nomem(err);
	deflate->out.zalloc = deflate->in.zalloc = zlib_alloc;
	deflate->out.zfree = deflate->in.zfree = zlib_free;
	if (deflateInit2(&deflate->out, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
			 RAW_WINDOW, MEMORY_LEVEL,
			 Z_DEFAULT_STRATEGY) != Z_OK ||
	    inflateInit2(&deflate->in, RAW_WINDOW) != Z_OK) {
		am_deflate_close(deflate);
		return am_nomem(err);
	}
	*deflate_out = deflate;
	return AM_OK;
}

void
am_deflate_close(struct am_deflate *deflate)
{
	if (deflate == NULL)
		return;
	(void)deflateEnd(&deflate->out);
	(void)inflateEnd(&deflate->in);
	am_free(deflate);
}

/* Points stream at the front of from and at new room at the end of to; false
 * when there is no space. */
static enum am_status
piece_begin(z_stream *stream, const struct am_queue *from, struct am_queue *to,
	    struct am_error *err)
{
	const struct am_bytes bytes = am_queue_bytes(from);
	const size_t space = am_queue_space(to);
	const size_t room = space < PIECE ? space : PIECE;
	const size_t len = bytes.len < PIECE ? bytes.len : PIECE;

	stream->next_out = am_queue_room(to, room);
	stream->avail_out = (unsigned)room;
	if (stream->next_out == NULL)
		return am_nomem(err);
	/* zlib's interface is older than const */
	stream->next_in = (uint8_t *)(uintptr_t)bytes.data;
	stream->avail_in = (unsigned)len;
	return AM_OK;
}

static void
piece_end(const z_stream *stream, struct am_queue *from, struct am_queue *to,
	  size_t offered, size_t room)
{
	am_queue_filled(to, room - stream->avail_out);
	am_queue_use(from, offered - stream->avail_in);
}

enum am_status
am_deflate_write(struct am_deflate *state, struct am_queue *plain,
		 struct am_queue *wire, struct am_error *err)
{
	z_stream *stream = &state->out;

	if (am_queue_len(plain) > 0)
		state->unflushed = true;
	while (state->unflushed && am_queue_space(wire) > 0) {
		size_t offered, room;
		bool last;

		AM_TRY(piece_begin(stream, plain, wire, err));
		offered = stream->avail_in;
		room = stream->avail_out;
		last = offered == am_queue_len(plain);
		if (deflate(stream, last ? Z_SYNC_FLUSH : Z_NO_FLUSH) ==
		    Z_STREAM_ERROR)
			return am_fail(err, AM_CORRUPT, "DEFLATE: bad state");
		/* a flush is whole when there was room to spare (zlib.h) */
		if (last && stream->avail_in == 0 && stream->avail_out > 0)
			state->unflushed = false;
		piece_end(stream, plain, wire, offered, room);
	}
	return AM_OK;
}

enum am_status
am_deflate_read(struct am_deflate *state, struct am_queue *wire,
		struct am_queue *plain, struct am_error *err)
{
	z_stream *stream = &state->in;
	bool more = true; /* zlib may hold back what found no room */

	while (more && am_queue_space(plain) > 0) {
		size_t offered, room;
		int result;

		AM_TRY(piece_begin(stream, wire, plain, err));
		offered = stream->avail_in;
		room = stream->avail_out;
		result = inflate(stream, Z_SYNC_FLUSH);
		if (result != Z_OK && result != Z_BUF_ERROR)
			return am_fail(err, AM_PROTOCOL,
				       "the server's compressed data is "
				       "damaged: %s",
				       stream->msg != NULL ? stream->msg
							   : "it ends early");
		more = stream->avail_out == 0 || offered - stream->avail_in > 0;
		piece_end(stream, wire, plain, offered, room);
	}
	return AM_OK;
}
