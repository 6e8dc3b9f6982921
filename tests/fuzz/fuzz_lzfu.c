/* [MS-OXRTFCP] compressed RTF, whole and in pieces. */
#include "fuzz.h"
#include "rtf/lzfu.h"

static uint64_t
lzfu_read(struct am_bytes input, size_t piece)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct fuzz_pieces pieces;
	struct am_stream *raw = fuzz_pieces_open(&pieces, input, piece);
	struct am_stream *rtf = NULL;
	uint64_t total = 0;

	if (am_lzfu_open(&arena, raw, input.len, &report, &rtf, NULL) == AM_OK)
		total = fuzz_drain(rtf, UINT64_MAX);
	FUZZ_CHECK(total <= 64 * (uint64_t)input.len + (1 << 20));
	am_arena_free(&arena);
	return total;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct am_bytes input = am_bytes(data, size);
	const uint64_t whole = lzfu_read(input, SIZE_MAX);

	if (size < 4096)
		FUZZ_CHECK(lzfu_read(input, 1) == whole);
	return 0;
}
