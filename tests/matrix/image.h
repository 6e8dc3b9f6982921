/* An archive in memory that is damaged on purpose and made whole again, and
 * what the builder says of where things are in it.
 *
 * Nothing here looks at the library's reader: the places come from the
 * builder's --map, the layout of a page from [MS-PST] 2.2.2.7.7. */
#ifndef MATRIX_IMAGE_H
#define MATRIX_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_MESSAGES = 62, MAX_PAGES = 256, MAX_BLOCKS = 1024, MAX_UNDO = 16 };

/* A set of messages: bit i for the i-th. */
typedef uint64_t message_set;

/* Not a message but what all of them may lean on: the store and the name map.
 * Without it a message is written all the same, but not with the same bytes. */
#define SET_STORE (UINT64_C(1) << 63)

enum tree { TREE_NBT, TREE_BBT };

/* The numbers in which the variants differ; bytes. */
struct layout {
	const char *name;
	size_t id;	   /* of BID, IB, key */
	size_t page;	   /* of a page */
	size_t entries;	   /* where cEnt is */
	size_t count;	   /* of cEnt and cEntMax */
	size_t trailer;	   /* of page and block */
	size_t nbt_entry;  /* NBTENTRY */
	size_t up_entry;   /* BTENTRY, BBTENTRY */
	size_t sub_header; /* of an SLBLOCK */
	size_t header;
	size_t brefs;	 /* BREFNBT, BREFBBT */
	size_t crc_full; /* 0: none */
	bool crc_first;	 /* the trailer has dwCRC before bid */
};

struct page {
	enum tree tree;
	unsigned level;
	uint64_t ib;
	uint64_t bid;
	size_t count;	   /* cEnt */
	message_set under; /* who needs this page */
};

enum role { ROLE_DATA, ROLE_XBLOCK, ROLE_SUB };

struct block {
	uint64_t bid;
	uint64_t ib;
	size_t cb;
	size_t size; /* on disk */
	enum role role;
	message_set owners;
	uint64_t entry; /* offset of its BBTENTRY */
};

struct image {
	const struct layout *layout;
	uint8_t *clean;
	uint8_t *data; /* as it is now */
	size_t size;   /* now; less when it was truncated */
	size_t full;   /* of clean */
	uint32_t nids[MAX_MESSAGES];
	size_t message_count;
	struct page pages[MAX_PAGES];
	size_t page_count;
	struct block blocks[MAX_BLOCKS];
	size_t block_count;
	struct {
		size_t at, len;
	} undo[MAX_UNDO];
	size_t undo_count;
};

/* Builds the recipe for format ("ansi", "unicode", "ost4k") and crypt. Ends
 * the program when it cannot. Caller: image_close. */
void image_make(struct image *image, const char *builder, const char *recipe,
		const char *format, const char *crypt);
void image_close(struct image *image);

/* All of the messages, and the store. */
message_set image_everybody(const struct image *image);

/* The little-endian number of width bytes. */
static inline uint64_t
number_at(const uint8_t *at, size_t width)
{
	uint64_t value = 0;

	while (width-- > 0)
		value = value << 8 | at[width];
	return value;
}

/* The number at an offset of the image, as it is now. */
static inline uint64_t
image_number(const struct image *image, uint64_t at, size_t width)
{
	return number_at(image->data + at, width);
}

/* Change bytes; image_restore takes it all back. */
void image_flip(struct image *image, uint64_t at, uint8_t mask);
void image_put(struct image *image, uint64_t at, size_t width, uint64_t value);
void image_swap(struct image *image, uint64_t a, uint64_t b, size_t len);
void image_truncate(struct image *image, size_t size);
void image_restore(struct image *image);

/* Make the checksum right again, for what is there now. */
void image_seal_header(struct image *image);
void image_seal_page(struct image *image, const struct page *page);
void image_seal_block(struct image *image, const struct block *block);

size_t image_entry_size(const struct image *image, const struct page *page);

/* Where the i-th entry of the page is. */
uint64_t
image_entry_at(const struct image *image, const struct page *page, size_t i);

/* The page at ib, the block with the BID; NULL when there is none. */
const struct page *image_page(const struct image *image, uint64_t ib);
const struct block *image_block(const struct image *image, uint64_t bid);

/* Who a node is: one message, the store, or nobody. */
message_set image_node(const struct image *image, uint32_t nid);

#endif
