/* The page cache: sets of a few pages, the least recently used one goes. */
#include "pst/ndb/page_cache.h"

#include <inttypes.h>

#include "base/alloc.h"

enum { WAYS = 4 };

struct page_slot {
	struct am_page page;
	uint64_t stamp; /* of the last use; 0: empty */
	uint8_t ptype;
};

struct am_page_cache {
	const struct am_ndb_format *format;
	struct am_source *source;
	struct am_report *report;
	struct page_slot *slots;
	uint8_t *memory; /* page_size bytes for each slot */
	size_t set_count;
	uint64_t clock;
	/* pages that gave a finding: open addressing, 0 is empty */
	uint64_t reported[2 * AM_PAGE_MAX_REPORTED];
	size_t reported_count;
};

struct am_page_cache *
am_page_cache_open(const struct am_ndb_format *format, struct am_source *source,
		   struct am_report *report)
{
	const size_t slot_count = AM_PAGE_CACHE_SIZE / format->page_size;
	struct am_page_cache *cache = am_alloc(sizeof(*cache));

	if (cache == NULL)
		return NULL;
	cache->format = format;
	cache->source = source;
	cache->report = report;
	cache->set_count = slot_count / WAYS;
	cache->slots = am_alloc(slot_count * sizeof(*cache->slots));
	cache->memory = am_alloc(AM_PAGE_CACHE_SIZE);
	if (cache->slots == NULL || cache->memory == NULL) {
		am_page_cache_close(cache);
		return NULL;
	}
	return cache;
}

void
am_page_cache_close(struct am_page_cache *cache)
{
	if (cache == NULL)
		return;
	am_free(cache->memory);
	am_free(cache->slots);
	am_free(cache);
}

static uint64_t
mix(uint64_t value)
{
	value *= UINT64_C(0x9e3779b97f4a7c15);
	return value ^ value >> 32;
}

/* False when the page was reported before, or when enough were. */
static bool
report_first(struct am_page_cache *cache, uint64_t key)
{
	const size_t size = 2 * AM_PAGE_MAX_REPORTED;
	size_t i = (size_t)(mix(key) % size);

	for (; cache->reported[i] != 0; i = (i + 1) % size)
		if (cache->reported[i] == key)
			return false;
	if (cache->reported_count == AM_PAGE_MAX_REPORTED)
		am_report_note(cache->report, "page",
			       "more than %d pages are damaged",
			       AM_PAGE_MAX_REPORTED);
	if (cache->reported_count++ >= AM_PAGE_MAX_REPORTED)
		return false;
	cache->reported[i] = key;
	return true;
}

/* Flaws and drops of one page are two findings; neither key is ever 0. */
static uint64_t
flaw_key(uint64_t ib)
{
	return ib << 2 | 1;
}

static uint64_t
drop_key(uint64_t ib)
{
	return ib << 2 | 2;
}

void
am_page_dropped(struct am_page_cache *cache, uint64_t ib,
		const struct am_error *err)
{
	if (report_first(cache, drop_key(ib)))
		am_report_add(cache->report, "page", err);
}

static struct page_slot *
slot_find(struct am_page_cache *cache, uint8_t ptype, uint64_t ib, bool *hit)
{
	/* a power of two, as the sizes of the cache and of pages are */
	const size_t set = (size_t)mix(ib) & (cache->set_count - 1);
	struct page_slot *ways = &cache->slots[set * WAYS];
	struct page_slot *oldest = ways;
	size_t i;

	*hit = true;
	for (i = 0; i < WAYS; i++) {
		if (ways[i].stamp != 0 && ways[i].page.ib == ib &&
		    ways[i].ptype == ptype)
			return &ways[i];
		if (ways[i].stamp < oldest->stamp)
			oldest = &ways[i];
	}
	*hit = false;
	return oldest;
}

/* Again with the report, for what the silent first check found. */
static void
page_report(struct am_page_cache *cache, struct am_bytes raw, uint8_t ptype,
	    struct am_bref at, uint64_t key_mask)
{
	struct am_page page;
	struct am_error err;

	if (report_first(cache, flaw_key(at.ib)))
		(void)am_page_check(cache->format, raw, ptype, at, key_mask,
				    cache->report, &page, &err);
}

static enum am_status
slot_fill(struct am_page_cache *cache, struct page_slot *slot, uint8_t ptype,
	  struct am_bref at, uint64_t key_mask, struct am_error *err)
{
	const size_t size = cache->format->page_size;
	uint8_t *data = cache->memory + (size_t)(slot - cache->slots) * size;
	const uint64_t file_size = am_source_size(cache->source);

	slot->stamp = 0;
	if (at.ib < cache->format->header.size)
		return am_fail_at(err, AM_CORRUPT, at.ib,
				  "a page is said to lie in the header");
	if (at.ib > file_size || size > file_size - at.ib)
		return am_fail_at(err, AM_CORRUPT, at.ib,
				  "a page lies beyond the end of the file, at "
				  "%" PRIu64 " bytes",
				  file_size);
	AM_TRY(am_source_read_at(cache->source, at.ib, data, size, err));
	AM_TRY(am_page_check(cache->format, am_bytes(data, size), ptype, at,
			     key_mask, NULL, &slot->page, err));
	if (slot->page.flawed)
		page_report(cache, am_bytes(data, size), ptype, at, key_mask);
	slot->ptype = ptype;
	return AM_OK;
}

enum am_status
am_page_get(struct am_page_cache *cache, uint8_t ptype, struct am_bref at,
	    uint64_t key_mask, struct am_page *page_out, struct am_error *err)
{
	bool hit;
	struct page_slot *slot = slot_find(cache, ptype, at.ib, &hit);
	enum am_status status = AM_OK;
	struct am_error local;

	if (!hit)
		status = slot_fill(cache, slot, ptype, at, key_mask, &local);
	if (status != AM_OK) {
		if (status != AM_NOMEM)
			am_page_dropped(cache, at.ib, &local);
		if (err != NULL)
			*err = local;
		return status;
	}
	slot->stamp = ++cache->clock;
	*page_out = slot->page;
	return AM_OK;
}
