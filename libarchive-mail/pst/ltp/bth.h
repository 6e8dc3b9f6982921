/* [MS-PST] 2.3.2 BTree-on-Heap. */
#ifndef AM_PST_LTP_BTH_H
#define AM_PST_LTP_BTH_H

#include "pst/ltp/hn.h"

enum { AM_BTH_MAX_LEVELS = 8, AM_BTH_MAX_ENTRY_SIZE = 32 };

struct am_bth {
	struct am_hn *hn;    /* borrowed */
	unsigned key_size;   /* cbKey: 2, 4, 8 or 16 */
	unsigned entry_size; /* cbEnt: 1 to 32 */
	unsigned levels;     /* bIdxLevels */
	uint32_t root;	     /* hidRoot; 0: empty */
};

/* Decodes the BTHHEADER at hid. AM_CORRUPT, or the status of the heap. */
enum am_status am_bth_open(struct am_hn *hn, uint32_t hid,
			   struct am_bth *bth_out, struct am_error *err);

/* The data (entry_size bytes, copied to entry) of an integer key.
 * AM_NOT_FOUND, AM_CORRUPT. */
enum am_status
am_bth_find(const struct am_bth *bth, uint64_t key,
	    uint8_t entry[AM_BTH_MAX_ENTRY_SIZE], struct am_error *err);

/* Takes one record; borrowed, and gone once the heap is asked for something
 * else. AM_OK to go on. */
typedef enum am_status am_bth_visit(void *arg, struct am_bytes key,
				    struct am_bytes data, struct am_error *err);

/* All records in the order of the tree. Unreadable parts are findings. The
 * status of visit, or of the root when that is unreadable; AM_LIMIT when the
 * nodes are more than the heap can hold: a loop. */
enum am_status am_bth_walk(const struct am_bth *bth, am_bth_visit *visit,
			   void *arg, struct am_error *err);

/* The same; *lost_out: how many parts were not readable. */
enum am_status
am_bth_walk_parts(const struct am_bth *bth, am_bth_visit *visit, void *arg,
		  size_t *lost_out, struct am_error *err);

#endif
