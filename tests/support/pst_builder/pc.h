/* [MS-PST] 2.3.3 Property Context */
#ifndef PB_PC_H
#define PB_PC_H

#include "heap.h"
#include "props.h"

/* Hands out NIDs for the subnodes of one node. */
struct pb_subs {
	struct pb_nodes nodes;
	uint32_t next_index;
};

/* Adds a subnode; a nid below 32 is only the type of a new NID. Returns its
 * NID. */
uint32_t
pb_subs_add(struct pb_subs *subs, uint32_t nid, uint64_t data, uint64_t sub);

/* Stores a value on the heap, or as a subnode when it is too long for it;
 * returns the HNID. */
uint32_t pb_hnid_of(struct pb_heap *heap, struct pb_subs *subs,
		    const uint8_t *bytes, size_t len);
uint32_t
pb_hnid_of_prop(struct pb_heap *heap, struct pb_subs *subs,
		const struct pb_props *props, const struct pb_prop *prop);

/* Writes the PC; heap lends its memory. What does not fit becomes a subnode
 * in subs. Returns the BID of the node's data. */
uint64_t
pb_pc_write(struct pb_heap *heap, struct pb_ndb *ndb, struct pb_props *props,
	    struct pb_subs *subs, unsigned bth_max);

#endif
