/* [MS-OXRTFEX] RTF to HTML or text, whole and in pieces. The first byte is a
 * code page of the message. */
#include "base/text.h"
#include "fuzz.h"
#include "rtf/dehtml.h"

static const unsigned pages[] = { 0, 932, 1251, 65001 };
static const char *const names[] = { "a.doc", "b" };

static struct am_buf
rtf_read(struct am_bytes input, size_t piece, unsigned page,
	 struct am_rtf_facts *facts)
{
	const struct am_rtf_options options = { .codepage = page,
						.objects = names,
						.object_count = 2 };
	struct am_arena arena = { 0 };
	struct fuzz_pieces pieces;
	struct am_stream *raw = fuzz_pieces_open(&pieces, input, piece);
	struct am_buf text = am_buf((size_t)1 << 30);
	struct am_stream *stream;
	enum am_status status;

	status = am_dehtml_open(&arena, raw, &options, facts, &stream, NULL);
	if (status == AM_OK) {
		FUZZ_CHECK(am_stream_read_all(stream, &text, NULL) == AM_OK);
		am_stream_close(stream);
	} else {
		FUZZ_CHECK(status == AM_CORRUPT);
	}
	am_arena_free(&arena);
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_bytes input = am_bytes(data, size);
	struct am_rtf_facts facts, again;
	struct am_buf whole, parts;
	unsigned page;

	if (size == 0 || !am_slice(input, 1, size - 1, &input))
		return 0;
	page = pages[data[0] % 4];
	whole = rtf_read(input, SIZE_MAX, page, &facts);
	FUZZ_CHECK(am_utf8_is_valid(am_buf_bytes(&whole)));
	FUZZ_CHECK(whole.len <= 4 * input.len + 64);
	if (size < 4096) {
		parts = rtf_read(input, 1, page, &again);
		FUZZ_CHECK(am_bytes_equal(am_buf_bytes(&whole),
					  am_buf_bytes(&parts)));
		FUZZ_CHECK(facts.kind == again.kind &&
			   facts.faults == again.faults &&
			   facts.is_cut == again.is_cut &&
			   facts.is_rich == again.is_rich &&
			   facts.has_rest == again.has_rest &&
			   facts.is_limited == again.is_limited);
		am_buf_free(&parts);
	}
	am_buf_free(&whole);
	return 0;
}
