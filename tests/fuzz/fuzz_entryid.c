/* [MS-OXCDATA] 2.2 entry ids, alone and in lists. The input: the code page (two
 * bytes), the entry id or list. */
#include "fuzz.h"
#include "mapi/entryid.h"

static void
entryid_read(struct am_bytes raw, unsigned codepage)
{
	struct am_arena arena = { 0 };
	struct am_entryid id = { 0 };
	struct am_error err = { 0 };

	if (am_entryid_decode(raw, codepage, &arena, &id, &err) != AM_OK) {
		FUZZ_CHECK(err.text[0] != '\0');
	} else {
		FUZZ_CHECK(am_utf8_is_valid(am_bytes_of(id.name)));
		FUZZ_CHECK(am_utf8_is_valid(am_bytes_of(id.address)));
		FUZZ_CHECK(am_utf8_is_valid(am_bytes_of(id.address_type)));
	}
	am_arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_cursor cur = am_cursor(am_bytes(data, size));
	const unsigned codepage = am_u16(&cur);
	const struct am_bytes raw = am_take(&cur, cur.left);
	struct am_flat_list list = am_flat_list(raw);
	struct am_bytes entry;

	entryid_read(raw, codepage);
	while (am_flat_list_next(&list, &entry))
		entryid_read(entry, codepage);
	return 0;
}
