/* A bounded cache of checked pages: lookups for consecutive nodes and blocks
 * walk the same few pages again and again. */
#ifndef AM_PST_NDB_PAGE_CACHE_H
#define AM_PST_NDB_PAGE_CACHE_H

#include "pst/ndb/page.h"

/* Bytes of pages that are kept. */
enum { AM_PAGE_CACHE_SIZE = 1 << 20 };

/* Pages whose findings are reported; those of further ones are summed up in
 * one. */
enum { AM_PAGE_MAX_REPORTED = 1000 };

struct am_page_cache;

/* caller closes with am_page_cache_close. source and report (may be NULL) must
 * outlive it. NULL: AM_NOMEM. */
struct am_page_cache *
am_page_cache_open(const struct am_ndb_format *format, struct am_source *source,
		   struct am_report *report);
void am_page_cache_close(struct am_page_cache *cache);

/* The checked page at "at". page_out is borrowed until as many other pages were
 * asked for as a set of the cache has: decode what is wanted from it at once.
 * Findings go to the report, once per page; a page that cannot be used
 * (AM_CORRUPT) is one too. AM_IO. */
enum am_status
am_page_get(struct am_page_cache *cache, uint8_t ptype, struct am_bref at,
	    uint64_t key_mask, struct am_page *page_out, struct am_error *err);

/* The caller drops the page at ib for a reason of its own: err as a finding,
 * once per page. */
void am_page_dropped(struct am_page_cache *cache, uint64_t ib,
		     const struct am_error *err);

#endif
