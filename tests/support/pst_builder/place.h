/* A place in the finished file, by what lies there: README.md lists the
 * forms. */
#ifndef PB_PLACE_H
#define PB_PLACE_H

#include "builder.h"

/* What is read and written as a whole: a block keeps its encoding and
 * checksum that way. */
enum pb_unit_kind {
	PB_UNIT_BYTES,
	PB_UNIT_HEADER,
	PB_UNIT_PAGE,
	PB_UNIT_BLOCK,
};

struct pb_place {
	enum pb_unit_kind kind;
	uint64_t ib;	 /* of the unit */
	size_t size;	 /* of the unit; BYTES: to the end of the file */
	uint64_t bid;	 /* of a block, as stored */
	unsigned stored; /* of a block */
	size_t at;	 /* the place, from the unit's start */
	unsigned width;	 /* of the field there; 0: no field */
	enum pb_ptype ptype;
	unsigned entry_size; /* PAGE */
};

/* Reads a place from word *i on, which moves behind it. */
struct pb_place
pb_place_at(struct pb *pb, const struct pb_stmt *stmt, size_t *i);

/* A number, or "bid-of BLOCK", "ib-of BLOCK", "page-bid PAGE", "page-ib PAGE",
 * "nid-of NODE"; word *i moves on. */
uint64_t pb_reference_at(struct pb *pb, const struct pb_stmt *stmt, size_t *i);

/* The unit's bytes, a block's payload decoded; caller frees. */
uint8_t *pb_unit_read(struct pb *pb, const struct pb_place *place);
/* Encoded again; sealed: with checksums that are right. */
void pb_unit_write(struct pb *pb, const struct pb_place *place, uint8_t *bytes,
		   bool sealed);

/* field.c: each sets at and width if word *i, which then moves on, is a field
 * of the page, the block's trailer, or the entry at entry_at. */
void pb_page_field(const struct pb *pb, const struct pb_stmt *stmt, size_t *i,
		   struct pb_place *place);
void pb_block_field(const struct pb *pb, const struct pb_stmt *stmt, size_t *i,
		    struct pb_place *place);
void pb_entry_field(const struct pb *pb, const struct pb_stmt *stmt, size_t *i,
		    size_t entry_at, struct pb_place *place);
void pb_subnode_field(const struct pb *pb, const struct pb_stmt *stmt,
		      size_t *i, size_t entry_at, struct pb_place *place);

/* damage.c: does what the recipe's damage blocks say. */
void pb_damage(struct pb *pb);

#endif
