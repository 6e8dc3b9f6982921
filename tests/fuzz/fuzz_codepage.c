/* Text in code pages, whole and in pieces, and what becomes of it as UTF-8. The
 * input: one byte that chooses the code page, a piece's length, the text. */
#include "base/decoder.h"
#include "fuzz.h"
#include "io/decode_stream.h"

static const unsigned codepages[] = {
	0,     37,    437,   866,   874,   932,	  936,	 949,	950,   1200,
	1201,  1250,  1251,  1252,  1255,  1256,  1258,	 1361,	10000, 12000,
	12001, 20127, 20932, 20936, 28591, 28598, 50220, 50221, 50222, 50225,
	50227, 50932, 50949, 51932, 51949, 52936, 54936, 65000, 65001, 4711,
};

static void
text_check(struct am_arena *arena, struct am_text text)
{
	const struct am_bytes bytes = am_bytes(text.data, text.len);
	const char *other = NULL;

	FUZZ_CHECK(text.data != NULL && text.data[text.len] == '\0');
	FUZZ_CHECK(am_utf8_is_valid(bytes));
	if (am_text_nfc(arena, text.data, &other, NULL) == AM_OK)
		FUZZ_CHECK(am_utf8_is_valid(am_bytes_of(other)));
	if (am_text_fold(arena, text.data, &other, NULL) == AM_OK)
		FUZZ_CHECK(am_utf8_is_valid(am_bytes_of(other)));
}

/* The text of raw that comes in pieces; was something not decodable? */
static bool
stream_read(struct am_bytes raw, unsigned codepage, size_t piece,
	    struct am_buf *out)
{
	struct am_arena arena = { 0 };
	struct fuzz_pieces pieces;
	struct am_stream *source = fuzz_pieces_open(&pieces, raw, piece);
	struct am_stream *stream = NULL;
	bool replaced = false;

	if (am_decode_stream_open(&arena, source, codepage, &replaced, &stream,
				  NULL) == AM_OK) {
		FUZZ_CHECK(am_stream_read_all(stream, out, NULL) == AM_OK);
		am_stream_close(stream);
	}
	am_arena_free(&arena);
	return replaced;
}

/* Does the piece decide? Some pages are told from the first bytes that come,
 * however few; and behind a fault iconv reads on as its state happens to be. */
static bool
pieces_matter(unsigned codepage, bool replaced)
{
	struct am_codepage page;

	return am_codepage_get(codepage, &page) &&
	       (page.kind == AM_CODEPAGE_JAPANESE ||
		page.kind == AM_CODEPAGE_KOREAN ||
		(page.kind == AM_CODEPAGE_ICONV && page.shifts && replaced));
}

static void
streams_compare(struct am_bytes raw, unsigned codepage, size_t piece)
{
	struct am_buf whole = am_buf(1 << 24);
	struct am_buf joined = am_buf(1 << 24);
	bool replaced = stream_read(raw, codepage, SIZE_MAX, &whole);

	replaced |= stream_read(raw, codepage, piece, &joined);
	FUZZ_CHECK(am_utf8_is_valid(am_buf_bytes(&whole)));
	FUZZ_CHECK(pieces_matter(codepage, replaced) ||
		   am_bytes_equal(am_buf_bytes(&whole), am_buf_bytes(&joined)));
	am_buf_free(&whole);
	am_buf_free(&joined);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t count = sizeof(codepages) / sizeof(codepages[0]);
	struct am_cursor cur = am_cursor(am_bytes(data, size));
	const unsigned codepage = codepages[am_u8(&cur) % count];
	const size_t piece = 1 + am_u8(&cur) % 16;
	const struct am_bytes raw = am_take(&cur, cur.left);
	struct am_arena arena = { 0 };
	const char *printable = NULL;
	struct am_text text;

	if (am_text_decode(&arena, codepage, raw, &text, NULL) == AM_OK)
		text_check(&arena, text);
	if (am_text_from_utf16(&arena, raw, &text, NULL) == AM_OK)
		text_check(&arena, text);
	if (am_text_printable(&arena, raw, &printable, NULL) == AM_OK)
		FUZZ_CHECK(am_utf8_is_valid(am_bytes_of(printable)));
	(void)am_text_decodes(codepage, raw);
	streams_compare(raw, codepage, piece);
	am_arena_free(&arena);
	return 0;
}
