/* [MS-PST] 2.2.2.7.7 a page of a B-tree and its entries. The input: the
 * variant, the ptype that is expected, the page. */
#include "fuzz.h"
#include "pst/ndb/page.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_cursor cur = am_cursor(am_bytes(data, size));
	const unsigned variant = am_u8(&cur) % AM_NDB_VARIANT_COUNT;
	const uint8_t ptype = (am_u8(&cur) & 1) ? AM_PTYPE_NBT : AM_PTYPE_BBT;
	const struct am_ndb_format *format =
		am_ndb_format((enum am_ndb_variant)variant);
	const struct am_bref at = { .bid = 0x11, .ib = 0x4800 };
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_page page;
	struct am_block block;
	struct am_node node;
	size_t i;

	if (am_page_check(format, am_take(&cur, cur.left), ptype, at,
			  UINT64_MAX, &report, &page, NULL) == AM_OK) {
		FUZZ_CHECK(page.count * page.stride <= page.entries.len);
		for (i = 0; i <= page.count; i++) {
			const struct am_bytes entry = am_page_entry(&page, i);
			struct am_cursor key = am_cursor(entry);

			(void)am_page_key(format, &page, i);
			(void)am_bref_decode(format, &key);
			(void)am_nbtentry_decode(format, entry, &node);
			(void)am_slentry_decode(format, entry, &node);
			(void)am_bbtentry_decode(format, entry, &block);
		}
	}
	am_arena_free(&arena);
	return 0;
}
