/* [MS-CFB] compound files and the objects in them. The input: the file. */
#include "fuzz.h"
#include "ole/object.h"

static void
stream_drain(struct am_stream *stream, uint64_t max)
{
	struct am_error err = { 0 };
	struct am_bytes piece;
	uint64_t total = 0;

	while (am_stream_next(stream, &piece, &err) == AM_OK) {
		FUZZ_CHECK(piece.len > 0);
		total += piece.len;
		FUZZ_CHECK(total <= max);
	}
	am_stream_close(stream);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct am_bytes file = am_bytes(data, size);
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };
	struct am_ole_object object;
	struct am_cfb_entry entry;
	struct am_stream *stream;
	struct am_cfb cfb;

	if (am_ole_object_find(file, &arena, &object, &err) == AM_OK) {
		FUZZ_CHECK(object.extension[0] == '.');
		/* What is found can be read to its end. */
		if (object.stream != NULL) {
			FUZZ_CHECK(am_ole_object_open(file, &object, &arena,
						      &stream, &err) == AM_OK);
			stream_drain(stream, size + object.header_len);
		}
	}
	am_arena_reset(&arena);
	if (am_cfb_open(file, &arena, &cfb, &err) == AM_OK &&
	    am_cfb_find(&cfb, "Contents", &entry, &err) == AM_OK &&
	    am_cfb_stream(&cfb, &entry, &arena, &stream, &err) == AM_OK)
		stream_drain(stream, size);
	am_arena_free(&arena);
	return 0;
}
