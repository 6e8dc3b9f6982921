/* [MS-PST] 2.3.1 Heap-on-Node, written page by page as it fills. */
#ifndef PB_HEAP_H
#define PB_HEAP_H

#include "ndb.h"

enum pb_client_signature {
	PB_SIGNATURE_TC = 0x7C,
	PB_SIGNATURE_BTH = 0xB5,
	PB_SIGNATURE_PC = 0xBC,
};

struct pb_heap_page {
	struct pb_buf bytes;
	struct pb_buf ends; /* u16 each: where an allocation ends */
	size_t index;	    /* of the block */
};

struct pb_heap {
	struct pb_ndb *ndb;
	uint8_t client_signature;
	struct pb_data data;
	/* Block 0 is kept until the end, because it is changed; so is the
	 * last page with a bitmap, which tells of the 127 after it. */
	struct pb_heap_page first;
	struct pb_heap_page bitmap;
	struct pb_heap_page page; /* the one that is filled */
};

/* Starts a heap; the memory of an earlier one is used again. */
void pb_heap_begin(struct pb_heap *heap, struct pb_ndb *ndb,
		   enum pb_client_signature signature);

/* Longest allocation. */
size_t pb_heap_max(const struct pb_ndb *ndb);

/* Stores bytes; returns the HID, 0 for no bytes. */
uint32_t pb_heap_add(struct pb_heap *heap, const void *bytes, size_t len);
/* An allocation in block 0, to be filled with pb_heap_first before the end;
 * only while block 0 is the page being filled. */
uint32_t pb_heap_reserve(struct pb_heap *heap, size_t len);
uint8_t *pb_heap_reserved(struct pb_heap *heap, uint32_t hid);
/* False when a HID cannot name another page: the heap is as large as the
 * format allows, apart from some pages kept for the BTH. */
bool pb_heap_has_room(const struct pb_heap *heap);

/* Writes the last pages; returns the BID of the node's data. */
uint64_t pb_heap_end(struct pb_heap *heap, uint32_t user_root);
void pb_heap_free(struct pb_heap *heap);

/* bth.c: count records of key_size + data_size bytes, sorted by key. The
 * BTHHEADER goes to header, for the
 * caller to place. max: most records in an allocation, 0
 * for as many as fit. */
void
pb_bth_write(struct pb_heap *heap, uint8_t header[8], const uint8_t *records,
	     size_t count, unsigned key_size, unsigned data_size, unsigned max);

#endif
