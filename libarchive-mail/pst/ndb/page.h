/* [MS-PST] 2.2.2.7 pages of the two B-trees: check and cache. */
#ifndef AM_PST_NDB_PAGE_H
#define AM_PST_NDB_PAGE_H

#include "pst/ndb/format.h"

/* PAGETRAILER.ptype of the pages that are read. */
enum { AM_PTYPE_BBT = 0x80, AM_PTYPE_NBT = 0x81 };

/* [MS-PST] 2.2.2.7.7.1 BTPAGE */
struct am_page {
	uint64_t ib;
	uint64_t bid;		 /* PAGETRAILER.bid */
	unsigned level;		 /* cLevel; 0: a leaf */
	unsigned count;		 /* cEnt, no more than fit */
	unsigned stride;	 /* cbEnt: bytes from one entry to the next */
	bool sorted;		 /* keys ascend strictly */
	bool flawed;		 /* something in it gave a finding */
	struct am_bytes entries; /* the whole area, stale entries too */
};

/* Checks the page_size bytes of a page that a BREF says is at "at" (bid 0: not
 * known). What is wrong but leaves the entries usable is a finding in report
 * (may be NULL); AM_CORRUPT when it is no page of that type. key_mask: bits of
 * the keys that count. page_out->entries borrows from raw. */
enum am_status
am_page_check(const struct am_ndb_format *format, struct am_bytes raw,
	      uint8_t ptype, struct am_bref at, uint64_t key_mask,
	      struct am_report *report, struct am_page *page_out,
	      struct am_error *err);

/* The i-th entry, i < count (or, for what is stale, while it fits); empty past
 * the area. */
static inline struct am_bytes
am_page_entry(const struct am_page *page, size_t i)
{
	struct am_bytes entry = { NULL, 0 };

	(void)am_slice(page->entries, i * page->stride, page->stride, &entry);
	return entry;
}

static inline uint64_t
am_page_key(const struct am_ndb_format *format, const struct am_page *page,
	    size_t i)
{
	struct am_cursor cur = am_cursor(am_page_entry(page, i));

	return am_uint(&cur, format->id_size);
}

#endif
