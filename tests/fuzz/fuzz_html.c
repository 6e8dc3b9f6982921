/* HTML as far as a mail needs it: the charset, the references to attachments,
 * whole and in pieces. */
#include "base/text.h"
#include "convert/html.h"
#include "fuzz.h"

static unsigned
refs_read(struct am_bytes input, size_t piece)
{
	struct am_html_target targets[] = {
		{ .key = "a@b" },
		{ .key = "image001.png@01C4" },
		{ .key = "http://example.org/a.png", .is_location = true },
	};
	struct am_html_refs refs = { 0 };
	struct fuzz_pieces pieces;
	struct am_stream *stream = fuzz_pieces_open(&pieces, input, piece);
	struct am_bytes bytes;

	am_html_refs_begin(&refs, targets, 3);
	while (am_stream_next(stream, &bytes, NULL) == AM_OK)
		am_html_refs_add(&refs, bytes);
	am_html_refs_end(&refs);
	return (targets[0].is_referenced ? 1u : 0) +
	       (targets[1].is_referenced ? 2u : 0) +
	       (targets[2].is_referenced ? 4u : 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct am_bytes input = am_bytes(data, size);
	const struct am_bytes charset = am_html_charset(input);
	struct am_arena arena = { 0 };
	struct am_bytes head;

	FUZZ_CHECK(charset.len <= size);
	(void)am_codepage_of_charset(charset);
	(void)am_html_declare_utf8(&arena, input, &head, NULL);
	FUZZ_CHECK(refs_read(input, SIZE_MAX) == refs_read(input, 1));
	am_arena_free(&arena);
	return 0;
}
