/* HTML as plain text, whole and in pieces. */
#include "base/text.h"
#include "convert/html_text.h"
#include "fuzz.h"

static struct am_buf
html_read(struct am_bytes input, size_t piece)
{
	struct am_arena arena = { 0 };
	struct fuzz_pieces pieces;
	struct am_stream *html = fuzz_pieces_open(&pieces, input, piece);
	struct am_buf text = am_buf((size_t)1 << 30);
	struct am_stream *stream;

	FUZZ_CHECK(am_html_text_open(&arena, html, &stream, NULL) == AM_OK);
	FUZZ_CHECK(am_stream_read_all(stream, &text, NULL) == AM_OK);
	am_stream_close(stream);
	am_arena_free(&arena);
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct am_bytes input = am_bytes(data, size);
	struct am_buf whole = html_read(input, SIZE_MAX);
	struct am_buf parts = html_read(input, 1);

	FUZZ_CHECK(am_bytes_equal(am_buf_bytes(&whole), am_buf_bytes(&parts)));
	FUZZ_CHECK(whole.len <= 2 * size + 64);
	if (am_utf8_is_valid(input))
		FUZZ_CHECK(am_utf8_is_valid(am_buf_bytes(&whole)));
	am_buf_free(&whole);
	am_buf_free(&parts);
	return 0;
}
