/* A sparse set of numbers below 2^27, such as NID indexes: a bit each, in
 * pages that are made when needed. At most 16 MiB. */
#ifndef AM_BASE_BITSET_H
#define AM_BASE_BITSET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum {
	AM_BITSET_BITS = 27,
	AM_BITSET_PAGE_BITS = 15, /* 4 KiB */
	AM_BITSET_PAGES = 1 << (AM_BITSET_BITS - AM_BITSET_PAGE_BITS)
};

/* Zero-initialise. */
struct am_bitset {
	uint64_t *pages[AM_BITSET_PAGES];
};

/* AM_NOMEM. number must be below 2^27. */
enum am_status
am_bitset_add(struct am_bitset *set, uint32_t number, struct am_error *err);
void am_bitset_remove(struct am_bitset *set, uint32_t number);
bool am_bitset_has(const struct am_bitset *set, uint32_t number);

/* The lowest number of the set that is not below from; false: there is none. */
bool am_bitset_next(const struct am_bitset *set, uint32_t from,
		    uint32_t *number_out);

/* Gives the memory back; the set is empty. */
void am_bitset_free(struct am_bitset *set);

#endif
