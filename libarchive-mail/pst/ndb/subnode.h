/* [MS-PST] 2.2.2.8.3.3 SLBLOCK and SIBLOCK, for the files of this folder. */
#ifndef AM_PST_NDB_SUBNODE_H
#define AM_PST_NDB_SUBNODE_H

#include "pst/ndb/block.h"

enum {
	AM_SUBNODE_MAX_LEVEL = 2, /* cLevel of the root; 1 is what is made */
	AM_SUBNODE_MAX_BLOCKS = 4096, /* visited for one list */
	AM_SUBNODE_MAX_SCANNED = 64   /* for one lookup in a disordered tree */
};

/* A block of a subnode tree. */
struct am_subnode_block {
	unsigned level; /* 0 SLBLOCK, above SIBLOCK */
	size_t count;	/* cEnt, no more than fit */
	size_t entry_size;
	bool cut; /* cEnt was more than fit */
	struct am_bytes entries;
};

/* AM_CORRUPT when the payload is no such block. */
enum am_status
am_subnode_block_decode(const struct am_ndb_format *format,
			struct am_bytes payload, struct am_subnode_block *out,
			struct am_error *err);

#endif
