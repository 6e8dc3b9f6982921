/* What the files of ex_map share; nobody else includes it. */
#ifndef AM_TRANSFER_EX_MAP_PRIVATE_H
#define AM_TRANSFER_EX_MAP_PRIVATE_H

#include "base/arena.h"
#include "base/hash.h"
#include "journal/spill.h"

struct am_ex_map_entry {
	const char *dn; /* in lower case */
	const char *smtp;
};

/* Either one that was read (entries), or one that is learned into. */
struct am_ex_map {
	struct am_arena arena;
	struct am_ex_map_entry *entries; /* sorted by dn */
	size_t count;
	uint8_t digest[AM_SHA256_SIZE];

	struct am_spill *learned; /* NULL: it was read */
	int dir;		  /* where the file will be; -1: none */
	const char *name;
	const char *part; /* its name while it is not whole */
};

#endif
