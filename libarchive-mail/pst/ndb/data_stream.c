/* [MS-PST] 2.2.2.8.3.2 the blocks of a data tree as a stream. */
#include <inttypes.h>

#include "base/alloc.h"
#include "pst/ndb/data.h"

/* A stream reads each block once, into a buffer of its own: one of the few
 * that the ndb keeps, else of the arena. */
struct data_stream {
	struct am_stream base; /* first */
	struct am_data *data;
	struct am_arena *arena;
	size_t next;
	uint64_t made;	 /* payload bytes given */
	uint64_t stored; /* bytes they take in the file */
	uint8_t *buffer;
	size_t taken; /* buffer of the ndb; AM_NDB_STREAM_BUFFERS: none */
	bool is_over;
};

static enum am_status
buffer_take(struct data_stream *stream, struct am_error *err)
{
	struct am_ndb *ndb = stream->data->ndb;
	const size_t room = am_block_room_max(ndb);
	size_t i;

	for (i = 0; i < AM_NDB_STREAM_BUFFERS; i++)
		if (!ndb->stream_buffer_taken[i])
			break;
	if (i == AM_NDB_STREAM_BUFFERS) {
		stream->buffer = am_arena_raw(stream->arena, room);
		if (stream->buffer == NULL)
			return am_arena_failed(stream->arena, room, err);
		return AM_OK;
	}
	if (ndb->stream_buffers[i] == NULL)
		ndb->stream_buffers[i] = am_alloc(room);
	if (ndb->stream_buffers[i] == NULL)
		return am_nomem(err);
	ndb->stream_buffer_taken[i] = true;
	stream->taken = i;
	stream->buffer = ndb->stream_buffers[i];
	return AM_OK;
}

static void
data_close(struct am_stream *base)
{
	struct data_stream *stream = (struct data_stream *)base;

	if (stream->taken < AM_NDB_STREAM_BUFFERS)
		stream->data->ndb->stream_buffer_taken[stream->taken] = false;
	stream->taken = AM_NDB_STREAM_BUFFERS;
	stream->buffer = NULL;
}

static enum am_status
data_end(struct data_stream *stream)
{
	const struct am_data *data = stream->data;

	if (data->level > 0 && stream->made != data->size)
		am_report_note(am_ndb_report(data->ndb), "data-size",
			       "XBLOCK.lcbTotal of BID %#" PRIx64 " is %" PRIu64
			       ", its blocks have %" PRIu64 " bytes",
			       data->bid, data->size, stream->made);
	stream->is_over = true;
	return AM_END;
}

/* The next block that is not empty. */
static enum am_status
block_step(struct data_stream *stream, struct am_bytes *bytes_out,
	   struct am_error *err)
{
	struct am_data *data = stream->data;
	uint64_t stored = stream->stored;
	struct am_block block;

	do {
		if (stream->next >= data->count)
			return data_end(stream);
		AM_TRY(am_data_block_find(data, stream->next, &block, err));
		AM_TRY(am_data_count_stored(data, &block, &stored, err));
		AM_TRY(am_block_read(data->ndb, &block, stream->buffer,
				     bytes_out, err));
		stream->stored = stored;
		stream->next++;
	} while (bytes_out->len == 0);
	stream->made += bytes_out->len;
	return AM_OK;
}

static enum am_status
data_next(struct am_stream *base, struct am_bytes *bytes_out,
	  struct am_error *err)
{
	struct data_stream *stream = (struct data_stream *)base;
	enum am_status status;

	if (stream->is_over)
		return AM_END;
	if (stream->buffer == NULL)
		AM_TRY(buffer_take(stream, err));
	status = block_step(stream, bytes_out, err);
	if (status != AM_OK)
		data_close(base);
	return status;
}

enum am_status
am_data_stream(struct am_data *data, struct am_arena *arena,
	       struct am_stream **stream_out, struct am_error *err)
{
	struct data_stream *stream = am_arena_new(arena, struct data_stream);

	if (stream == NULL)
		return am_arena_failed(arena, sizeof(*stream), err);
	stream->base.next = data_next;
	stream->base.close = data_close;
	stream->data = data;
	stream->arena = arena;
	stream->taken = AM_NDB_STREAM_BUFFERS;
	*stream_out = &stream->base;
	return AM_OK;
}
