/* A sparse set of numbers. */
#include "base/bitset.h"

#include <assert.h>

#include "base/alloc.h"

enum { PAGE_NUMBERS = 1 << AM_BITSET_PAGE_BITS };

static unsigned
word_of(uint32_t number)
{
	return (number % PAGE_NUMBERS) / 64;
}

static uint64_t
bit_of(uint32_t number)
{
	return UINT64_C(1) << (number % 64);
}

enum am_status
am_bitset_add(struct am_bitset *set, uint32_t number, struct am_error *err)
{
	uint64_t **page = &set->pages[number / PAGE_NUMBERS % AM_BITSET_PAGES];

	assert(number >> AM_BITSET_BITS == 0);
	if (*page == NULL)
		*page = am_alloc(PAGE_NUMBERS / 8);
	if (*page == NULL)
		return am_nomem(err);
	(*page)[word_of(number)] |= bit_of(number);
	return AM_OK;
}

void
am_bitset_remove(struct am_bitset *set, uint32_t number)
{
	uint64_t *page = set->pages[number / PAGE_NUMBERS % AM_BITSET_PAGES];

	if (page != NULL)
		page[word_of(number)] &= ~bit_of(number);
}

bool
am_bitset_has(const struct am_bitset *set, uint32_t number)
{
	const uint64_t *page =
		set->pages[number / PAGE_NUMBERS % AM_BITSET_PAGES];

	return page != NULL && (page[word_of(number)] & bit_of(number)) != 0;
}

bool
am_bitset_next(const struct am_bitset *set, uint32_t from, uint32_t *number_out)
{
	while (from >> AM_BITSET_BITS == 0) {
		const uint64_t *page = set->pages[from / PAGE_NUMBERS];

		if (page == NULL) {
			from = (from / PAGE_NUMBERS + 1) * PAGE_NUMBERS;
		} else if (page[word_of(from)] >> from % 64 == 0) {
			from = (from / 64 + 1) * 64;
		} else if ((page[word_of(from)] & bit_of(from)) == 0) {
			from++;
		} else {
			*number_out = from;
			return true;
		}
	}
	return false;
}

void
am_bitset_free(struct am_bitset *set)
{
	unsigned i;

	for (i = 0; i < AM_BITSET_PAGES; i++) {
		am_free(set->pages[i]);
		set->pages[i] = NULL;
	}
}
