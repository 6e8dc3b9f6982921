/* Messages that may be ours. */
#include "sink/imap_doubt.h"

#include <stdlib.h>

#include "base/alloc.h"

struct am_imap_doubt_entry {
	struct am_imap_found found;
	bool is_bound;
};

enum am_status
am_imap_doubt_add(struct am_imap_doubt *doubt,
		  const struct am_imap_found *found, struct am_error *err)
{
	struct am_imap_doubt_entry *entry = am_alloc_more(
		doubt->entries, &doubt->room, doubt->count, sizeof(*entry));

	if (entry == NULL)
		return am_nomem(err);
	doubt->entries = entry;
	entry += doubt->count++;
	if (doubt->count > 1 && entry[-1].found.uid >= found->uid)
		doubt->order = AM_IMAP_DOUBT_BY_NOTHING;
	entry->found = *found;
	entry->is_bound = false;
	doubt->unbound++;
	return AM_OK;
}

static int
uid_compare(const void *left, const void *right)
{
	const uint32_t a =
		((const struct am_imap_doubt_entry *)left)->found.uid;
	const uint32_t b =
		((const struct am_imap_doubt_entry *)right)->found.uid;

	return (a > b) - (a < b);
}

static int
claim_compare(const void *left, const void *right)
{
	const struct am_imap_doubt_entry *const a = left;
	const struct am_imap_doubt_entry *const b = right;
	const int order = memcmp(a->found.id, b->found.id, AM_SHA256_SIZE);

	return order != 0 ? order : uid_compare(left, right);
}

static void
order_make(struct am_imap_doubt *doubt, enum am_imap_doubt_order order)
{
	if (doubt->order == order)
		return;
	qsort(doubt->entries, doubt->count, sizeof(*doubt->entries),
	      order == AM_IMAP_DOUBT_BY_UID ? uid_compare : claim_compare);
	doubt->order = order;
}

void
am_imap_doubt_drop(struct am_imap_doubt *doubt, uint32_t uid)
{
	struct am_imap_doubt_entry wanted;
	struct am_imap_doubt_entry *entry;

	if (doubt->count == 0)
		return;
	order_make(doubt, AM_IMAP_DOUBT_BY_UID);
	wanted.found.uid = uid;
	entry = bsearch(&wanted, doubt->entries, doubt->count,
			sizeof(*doubt->entries), uid_compare);
	if (entry == NULL || entry->is_bound)
		return;
	entry->is_bound = true;
	doubt->unbound--;
}

/* The first entry of that id; count: there is none. */
static size_t
first_of(const struct am_imap_doubt *doubt, const uint8_t id[AM_SHA256_SIZE])
{
	size_t low = 0;
	size_t high = doubt->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (memcmp(doubt->entries[middle].found.id, id,
			   AM_SHA256_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t
am_imap_doubt_bind(struct am_imap_doubt *doubt,
		   const struct am_imap_claim *claim)
{
	struct am_imap_doubt_entry *best = NULL;
	size_t i;

	if (doubt->unbound == 0)
		return 0;
	order_make(doubt, AM_IMAP_DOUBT_BY_CLAIM);
	for (i = first_of(doubt, claim->id);
	     i < doubt->count &&
	     memcmp(doubt->entries[i].found.id, claim->id, AM_SHA256_SIZE) == 0;
	     i++) {
		struct am_imap_doubt_entry *entry = &doubt->entries[i];

		if (entry->is_bound ||
		    (claim->has_date &&
		     entry->found.received != claim->received))
			continue;
		if (entry->found.size == claim->size) {
			best = entry;
			break;
		}
		if (best == NULL)
			best = entry;
	}
	if (best == NULL)
		return 0;
	best->is_bound = true;
	doubt->unbound--;
	return best->found.uid;
}

uint32_t
am_imap_doubt_lowest(const struct am_imap_doubt *doubt)
{
	uint32_t lowest = 0;
	size_t i;

	for (i = 0; i < doubt->count; i++) {
		const struct am_imap_doubt_entry *entry = &doubt->entries[i];

		if (!entry->is_bound &&
		    (lowest == 0 || entry->found.uid < lowest))
			lowest = entry->found.uid;
	}
	return lowest;
}

void
am_imap_doubt_free(struct am_imap_doubt *doubt)
{
	am_free(doubt->entries);
	memset(doubt, 0, sizeof(*doubt));
}
