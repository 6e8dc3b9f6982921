/* [MS-PST] 2.2.2.7.7.1 BTPAGE: check. */
#include "pst/ndb/page.h"

#include <inttypes.h>

#include "base/hash.h"

/* The one place where the fuzzer gets past the checksum of a page. */
static bool
page_crc_agrees(struct am_bytes body, uint32_t crc, uint32_t *want_out)
{
	*want_out = am_crc(body);
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	return true;
#endif
	return *want_out == crc;
}

static void
page_flaw(struct am_page *page, struct am_report *report, const char *kind,
	  const struct am_error *err)
{
	page->flawed = true;
	am_report_add(report, kind, err);
}

static enum am_status
ptype_check(struct am_page *page, const struct am_page_trailer *trailer,
	    uint8_t ptype, struct am_report *report, struct am_error *err)
{
	struct am_error flaw;

	if (trailer->ptype == ptype && trailer->ptype_repeat == ptype)
		return AM_OK;
	(void)am_fail_at(&flaw, AM_CORRUPT, page->ib,
			 "PAGETRAILER.ptype is %#x and ptypeRepeat %#x, want "
			 "%#x",
			 trailer->ptype, trailer->ptype_repeat, ptype);
	if (trailer->ptype != ptype && trailer->ptype_repeat != ptype) {
		if (err != NULL)
			*err = flaw;
		return AM_CORRUPT;
	}
	page_flaw(page, report, "page-type", &flaw);
	return AM_OK;
}

static void
trailer_check(const struct am_ndb_format *format, struct am_page *page,
	      struct am_bytes raw, const struct am_page_trailer *trailer,
	      uint64_t bid, struct am_report *report)
{
	const uint16_t sig = am_ndb_sig(page->ib, trailer->bid);
	struct am_error err;
	struct am_bytes body;
	uint32_t crc;

	/* some writers clear bit 0 in the BREF */
	if (bid != 0 && (trailer->bid | 1) != (bid | 1)) {
		(void)am_fail_at(&err, AM_CORRUPT, page->ib,
				 "PAGETRAILER.bid is %#" PRIx64
				 ", want %#" PRIx64,
				 trailer->bid, bid);
		page_flaw(page, report, "page-bid", &err);
	}
	if (trailer->sig != sig) {
		(void)am_fail_at(&err, AM_CORRUPT, page->ib,
				 "PAGETRAILER.wSig is %#x, want %#x",
				 trailer->sig, sig);
		page_flaw(page, report, "page-sig", &err);
	}
	if (am_slice(raw, 0, format->page_size - format->page_trailer_size,
		     &body) &&
	    !page_crc_agrees(body, trailer->crc, &crc)) {
		(void)am_fail_at(&err, AM_CORRUPT, page->ib,
				 "PAGETRAILER.dwCRC is %#" PRIx32
				 ", want %#" PRIx32,
				 trailer->crc, crc);
		page_flaw(page, report, "page-crc", &err);
	}
}

static size_t
entry_size(const struct am_ndb_format *format, uint8_t ptype, unsigned level)
{
	if (level > 0)
		return format->btentry_size;
	return ptype == AM_PTYPE_NBT ? format->nbtentry_size
				     : format->bbtentry_size;
}

/* cbEnt and cEnt, made possible. */
static void
counters_check(const struct am_ndb_format *format, struct am_page *page,
	       uint8_t ptype, struct am_report *report)
{
	const size_t least = entry_size(format, ptype, page->level);
	struct am_error err;
	size_t fit;

	if (page->stride < least || page->stride > format->page_entries_size) {
		(void)am_fail_at(&err, AM_CORRUPT, page->ib,
				 "BTPAGE.cbEnt is %u, want %zu", page->stride,
				 least);
		page_flaw(page, report, "page-entries", &err);
		page->stride = (unsigned)least;
	}
	fit = format->page_entries_size / page->stride;
	if (page->count > fit) {
		(void)am_fail_at(&err, AM_CORRUPT, page->ib,
				 "BTPAGE.cEnt is %u, want at most %zu",
				 page->count, fit);
		page_flaw(page, report, "page-entries", &err);
		page->count = (unsigned)fit;
	}
}

static bool
keys_ascend(const struct am_ndb_format *format, const struct am_page *page,
	    uint64_t key_mask)
{
	uint64_t before = 0;
	size_t i;

	for (i = 0; i < page->count; i++) {
		const uint64_t key = am_page_key(format, page, i) & key_mask;

		if (i > 0 && key <= before)
			return false;
		before = key;
	}
	return true;
}

static void
counters_decode(const struct am_ndb_format *format, struct am_bytes raw,
		struct am_page *page)
{
	struct am_cursor cur = am_cursor(raw);

	page->entries = am_take(&cur, format->page_entries_size);
	page->count = (unsigned)am_uint(&cur, format->page_count_size);
	am_skip(&cur, format->page_count_size); /* cEntMax */
	page->stride = am_u8(&cur);		/* cbEnt */
	page->level = am_u8(&cur);		/* cLevel */
}

enum am_status
am_page_check(const struct am_ndb_format *format, struct am_bytes raw,
	      uint8_t ptype, struct am_bref at, uint64_t key_mask,
	      struct am_report *report, struct am_page *page_out,
	      struct am_error *err)
{
	struct am_page page = { .ib = at.ib };
	struct am_page_trailer trailer;

	if (raw.len != format->page_size ||
	    !am_page_trailer_decode(format, raw, &trailer))
		return am_fail_at(err, AM_CORRUPT, at.ib,
				  "a page has %zu bytes, want %zu", raw.len,
				  format->page_size);
	page.bid = trailer.bid;
	counters_decode(format, raw, &page);
	AM_TRY(ptype_check(&page, &trailer, ptype, report, err));
	counters_check(format, &page, ptype, report);
	trailer_check(format, &page, raw, &trailer, at.bid, report);
	page.sorted = keys_ascend(format, &page, key_mask);
	*page_out = page;
	return AM_OK;
}
