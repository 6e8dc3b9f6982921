/* [MS-PST] 2.2.2.7.7 the node and the block B-tree: finding a key, walking the
 * leaves. Both are made for trees that are damaged: loops end, misplaced
 * entries are found, and what is unreadable costs no more than itself. */
#ifndef AM_PST_NDB_BTREE_H
#define AM_PST_NDB_BTREE_H

#include "pst/ndb/page_cache.h"

enum {
	AM_BTREE_DEFAULT_DEPTH = 8,
	/* entries out of place that are kept in an index */
	AM_BTREE_MAX_MISPLACED = 1 << 18
};

enum am_btree_order {
	AM_BTREE_UNCHECKED,
	AM_BTREE_ORDERED,
	AM_BTREE_DISORDERED
};

struct am_btree_misplaced;

/* The leaf that answered last, and the keys it is responsible for. */
struct am_btree_memo {
	bool is_set;
	uint64_t low;
	uint64_t high; /* the first key that is not its own */
	struct am_bref leaf;
};

struct am_btree {
	struct am_page_cache *pages; /* borrowed */
	const struct am_ndb_format *format;
	struct am_report *report; /* borrowed; may be NULL */
	uint8_t ptype;
	const char *name;  /* "NBT" or "BBT", for texts */
	uint64_t key_mask; /* bits of a key that count */
	struct am_bref root;
	unsigned max_depth;
	uint64_t max_pages; /* more than the file can hold: a loop */
	enum am_btree_order order;
	struct am_btree_memo memo;
	struct am_btree_misplaced *misplaced; /* sorted by key */
	size_t misplaced_count;
};

/* Frees what the tree itself holds. */
void am_btree_close(struct am_btree *tree);

/* Where an entry is. */
struct am_btree_place {
	struct am_bref leaf;
	size_t slot;
};

/* The entry with the key (the last of equal ones), borrowed until the next
 * page is read; place_out may be NULL. AM_NOT_FOUND; AM_CORRUPT when a page on
 * the way is unreadable; AM_IO, AM_NOMEM. A miss of either kind makes the tree
 * check once that it is ordered, and if it is not, index what is out of place:
 * a search may have been led to a page that never was one. */
enum am_status
am_btree_find(struct am_btree *tree, uint64_t key, struct am_bytes *entry_out,
	      struct am_btree_place *place_out, struct am_error *err);

/* Is every entry where a search looks for it? Answered by one walk over the
 * whole tree, the first time. */
enum am_status am_btree_is_ordered(struct am_btree *tree, bool *ordered_out,
				   struct am_error *err);

/* The next readable leaf, from left to right; unreadable pages are findings
 * and are passed over. Zero-initialise the iterator. AM_END. */
enum am_status
am_btree_next_leaf(struct am_btree *tree, struct am_btree_iter *iter,
		   struct am_page *leaf_out, struct am_error *err);

/* For the files of this tree only. */

static inline uint64_t
am_btree_key(const struct am_btree *tree, const struct am_page *page, size_t i)
{
	return am_page_key(tree->format, page, i) & tree->key_mask;
}

static inline enum am_status
am_btree_page(struct am_btree *tree, struct am_bref at,
	      struct am_page *page_out, struct am_error *err)
{
	return am_page_get(tree->pages, tree->ptype, at, tree->key_mask,
			   page_out, err);
}

enum am_status am_btree_not_found(const struct am_btree *tree, uint64_t key,
				  struct am_error *err);

/* From the root to the leaf that is responsible for the key, by the keys on
 * the way alone. */
enum am_status
am_btree_descend(struct am_btree *tree, uint64_t key,
		 struct am_bytes *entry_out, struct am_btree_place *place_out,
		 struct am_error *err);

/* The same among what is out of place. */
enum am_status
am_btree_misplaced_find(struct am_btree *tree, uint64_t key,
			struct am_bytes *entry_out,
			struct am_btree_place *place_out, struct am_error *err);

#endif
