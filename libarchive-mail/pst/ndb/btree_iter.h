/* Where a walk over the leaves of a B-tree is. */
#ifndef AM_PST_NDB_BTREE_ITER_H
#define AM_PST_NDB_BTREE_ITER_H

#include <stdbool.h>
#include <stdint.h>

/* [MS-PST] 2.2.2.4 BREF */
struct am_bref {
	uint64_t bid;
	uint64_t ib; /* bytes from the start of the file */
};

enum { AM_BTREE_MAX_DEPTH = 16 };

struct am_btree_iter {
	struct am_btree_level {
		struct am_bref at;
		unsigned next; /* entry to go down to */
	} levels[AM_BTREE_MAX_DEPTH];
	unsigned depth;
	bool started;
	uint64_t pages;	 /* visited */
	uint64_t leaves; /* readable ones */
	uint64_t lost;	 /* that could not be read */
};

#endif
