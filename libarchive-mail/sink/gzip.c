/* gzip members. */
#include "sink/gzip.h"

#include <limits.h>
#include <zlib.h>

#include "base/alloc.h"

enum {
	GZIP_WINDOW = 15 + 16, /* 32 KiB, with the header of gzip */
	LEVEL = 6,
	MEMORY_LEVEL = 8,
	ROOM = 64 << 10
};

struct am_gzip {
	z_stream zlib;
	am_gzip_out *out;
	void *arg;
	uint8_t room[ROOM];
};

struct am_gzip *
am_gzip_open(void)
{
	struct am_gzip *gzip = am_alloc(sizeof(*gzip));

	if (gzip == NULL)
		return NULL;
	if (deflateInit2(&gzip->zlib, LEVEL, Z_DEFLATED, GZIP_WINDOW,
			 MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
		am_free(gzip);
		return NULL;
	}
	return gzip;
}

void
am_gzip_close(struct am_gzip *gzip)
{
	if (gzip == NULL)
		return;
	(void)deflateEnd(&gzip->zlib);
	am_free(gzip);
}

void
am_gzip_start(struct am_gzip *gzip, am_gzip_out *out, void *arg)
{
	gzip->out = out;
	gzip->arg = arg;
	(void)deflateReset(&gzip->zlib);
}

/* Takes what is in next_in, and with Z_FINISH writes the end. */
static enum am_status
deflate_run(struct am_gzip *gzip, int flush, struct am_error *err)
{
	z_stream *zlib = &gzip->zlib;
	int code;

	do {
		zlib->next_out = gzip->room;
		zlib->avail_out = ROOM;
		code = deflate(zlib, flush);
		if (zlib->avail_out < ROOM)
			AM_TRY(gzip->out(
				gzip->arg,
				am_bytes(gzip->room, ROOM - zlib->avail_out),
				err));
	} while (zlib->avail_out == 0 ||
		 (flush == Z_FINISH && code != Z_STREAM_END));
	return AM_OK;
}

enum am_status
am_gzip_add(struct am_gzip *gzip, struct am_bytes bytes, struct am_error *err)
{
	while (bytes.len > 0) {
		const size_t len = bytes.len < ROOM ? bytes.len : ROOM;

		/* zlib's next_in is not const; it is not written to */
		gzip->zlib.next_in = (Bytef *)(uintptr_t)bytes.data;
		gzip->zlib.avail_in = (uInt)len;
		AM_TRY(deflate_run(gzip, Z_NO_FLUSH, err));
		bytes = am_bytes(bytes.data + len, bytes.len - len);
	}
	return AM_OK;
}

enum am_status
am_gzip_finish(struct am_gzip *gzip, struct am_error *err)
{
	gzip->zlib.next_in = NULL;
	gzip->zlib.avail_in = 0;
	return deflate_run(gzip, Z_FINISH, err);
}

/* ---- read ---- */

struct reader {
	struct am_stream base; /* first */
	struct am_stream *stored;
	z_stream zlib;
	bool is_open; /* zlib holds memory */
	bool at_end;  /* of the member */
	uint8_t *room;
};

static enum am_status
no_member(const struct reader *reader, struct am_error *err)
{
	return am_fail(err, AM_CORRUPT, "no gzip member is there: %s",
		       reader->zlib.msg != NULL ? reader->zlib.msg
						: "it has another size");
}

/* Nothing may follow the member. */
static enum am_status
end_check(struct reader *reader, struct am_error *err)
{
	struct am_bytes more;
	const enum am_status status =
		reader->zlib.avail_in > 0
			? AM_OK
			: am_stream_next(reader->stored, &more, err);

	return status == AM_OK ? no_member(reader, err) : status;
}

static enum am_status
input_get(struct reader *reader, struct am_error *err)
{
	struct am_bytes bytes;
	enum am_status status;

	if (reader->zlib.avail_in > 0)
		return AM_OK;
	status = am_stream_next(reader->stored, &bytes, err);
	if (status == AM_END || (status == AM_OK && bytes.len > UINT_MAX))
		return no_member(reader, err);
	AM_TRY(status);
	reader->zlib.next_in = (Bytef *)(uintptr_t)bytes.data;
	reader->zlib.avail_in = (uInt)bytes.len;
	return AM_OK;
}

static enum am_status
reader_next(struct am_stream *base, struct am_bytes *bytes_out,
	    struct am_error *err)
{
	struct reader *reader = (struct reader *)base;
	z_stream *zlib = &reader->zlib;

	zlib->next_out = reader->room;
	zlib->avail_out = ROOM;
	while (!reader->at_end && zlib->avail_out > 0) {
		int code;

		AM_TRY(input_get(reader, err));
		code = inflate(zlib, Z_NO_FLUSH);
		if (code == Z_MEM_ERROR)
			return am_nomem(err);
		if (code != Z_OK && code != Z_STREAM_END)
			return no_member(reader, err);
		reader->at_end = code == Z_STREAM_END;
	}
	if (zlib->avail_out == ROOM)
		return end_check(reader, err);
	*bytes_out = am_bytes(reader->room, ROOM - zlib->avail_out);
	return AM_OK;
}

static void
reader_close(struct am_stream *base)
{
	struct reader *reader = (struct reader *)base;

	if (reader->is_open)
		(void)inflateEnd(&reader->zlib);
	reader->is_open = false;
	am_stream_close(reader->stored);
	reader->stored = NULL;
}

enum am_status
am_gzip_read(struct am_arena *arena, struct am_stream *stored,
	     struct am_stream **stream_out, struct am_error *err)
{
	struct reader *reader = am_arena_new(arena, struct reader);

	if (reader == NULL)
		return am_arena_failed(arena, sizeof(*reader), err);
	reader->room = am_arena_raw(arena, ROOM);
	if (reader->room == NULL)
		return am_arena_failed(arena, ROOM, err);
	if (inflateInit2(&reader->zlib, GZIP_WINDOW) != Z_OK)
		return am_nomem(err);
	reader->is_open = true;
	reader->base.next = reader_next;
	reader->base.close = reader_close;
	reader->stored = stored;
	*stream_out = &reader->base;
	return AM_OK;
}
