/* [MS-OXOCNTC] 2.2.2.2.4 PidLidDistributionListStream, and the entry ids of its
 * members. The input: the stream. */
#include "fuzz.h"
#include "mapi/dlstream.h"
#include "mapi/entryid.h"

static void
entryid_read(struct am_bytes raw)
{
	struct am_arena arena = { 0 };
	struct am_entryid id = { 0 };
	struct am_error err = { 0 };

	if (am_entryid_decode(raw, AM_CP_1252, &arena, &id, &err) != AM_OK)
		FUZZ_CHECK(err.text[0] != '\0');
	am_arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_dl_stream stream;
	struct am_dl_member member;
	struct am_error err = { 0 };
	size_t total = 0;

	if (am_dl_stream(am_bytes(data, size), &stream, &err) != AM_OK) {
		FUZZ_CHECK(err.text[0] != '\0');
		return 0;
	}
	while (am_dl_stream_next(&stream, &member)) {
		total += member.entry_id.len + member.one_off.len;
		FUZZ_CHECK(total <= size);
		entryid_read(member.entry_id);
		entryid_read(member.one_off);
	}
	FUZZ_CHECK(stream.left == 0);
	return 0;
}
