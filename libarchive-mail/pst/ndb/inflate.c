/* zlib streams of one block. */
#include "pst/ndb/inflate.h"

#include <zlib.h>

#include "base/alloc.h"

struct am_inflater {
	z_stream zlib;
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

struct am_inflater *
am_inflater_open(void)
{
	struct am_inflater *inflater = am_alloc(sizeof(*inflater));

	if (inflater == NULL)
		return NULL;
	inflater->zlib.zalloc = zlib_alloc;
	inflater->zlib.zfree = zlib_free;
	if (inflateInit(&inflater->zlib) == Z_OK)
		return inflater;
	am_free(inflater);
	return NULL;
}

void
am_inflater_close(struct am_inflater *inflater)
{
	if (inflater == NULL)
		return;
	(void)inflateEnd(&inflater->zlib);
	am_free(inflater);
}

size_t
am_inflate(struct am_inflater *inflater, enum am_inflate_wrap wrap,
	   struct am_bytes in, uint8_t *out, size_t room, bool *whole_out)
{
	z_stream *zlib = &inflater->zlib;
	const int bits = wrap == AM_INFLATE_RAW ? -MAX_WBITS : MAX_WBITS;

	*whole_out = false;
	if (in.len == 0 || inflateReset2(zlib, bits) != Z_OK)
		return 0;
	zlib->next_in = (z_const Bytef *)in.data;
	zlib->avail_in = (uInt)in.len;
	zlib->next_out = out;
	zlib->avail_out = (uInt)room;
	*whole_out = inflate(zlib, Z_FINISH) == Z_STREAM_END;
	return room - zlib->avail_out;
}
