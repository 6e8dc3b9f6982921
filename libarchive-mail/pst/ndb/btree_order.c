/* [MS-PST] 2.2.2.7.7 B-trees whose keys are not in order: noticing it, and
 * finding all the same. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "pst/ndb/btree.h"

struct am_btree_misplaced {
	uint64_t key;
	uint64_t ib;  /* of the leaf */
	size_t order; /* in the tree: of equal keys the last wins */
};

void
am_btree_close(struct am_btree *tree)
{
	am_free(tree->misplaced);
	tree->misplaced = NULL;
	tree->misplaced_count = 0;
}

/* Are all pages above the leaf sorted? A sorted path to the first and the last
 * key of a sorted leaf is a path to all its keys. */
static enum am_status
leaf_is_reached(struct am_btree *tree, const struct am_page *leaf, size_t slot,
		bool *reached_out, struct am_error *err)
{
	struct am_btree_place place;
	struct am_bytes entry;
	enum am_status status;

	status = am_btree_descend(tree, am_btree_key(tree, leaf, slot), &entry,
				  &place, err);
	*reached_out = status == AM_OK && place.leaf.ib == leaf->ib &&
		       place.slot == slot;
	return am_is_item_scoped(status) ? AM_OK : status;
}

static enum am_status
path_is_sorted(struct am_btree *tree, const struct am_btree_iter *iter,
	       bool *sorted_out, struct am_error *err)
{
	struct am_page page;
	size_t i;

	*sorted_out = true;
	for (i = 0; i < iter->depth && *sorted_out; i++) {
		AM_TRY(am_btree_page(tree, iter->levels[i].at, &page, err));
		*sorted_out = page.sorted;
	}
	return AM_OK;
}

/* The leaf is read again after each step, which may take its place in the
 * cache. */
static enum am_status
leaf_is_ordered(struct am_btree *tree, const struct am_btree_iter *iter,
		struct am_page leaf, bool *ordered_out, struct am_error *err)
{
	const struct am_bref at = { leaf.bid, leaf.ib };

	*ordered_out = leaf.sorted;
	if (leaf.count == 0 || !leaf.sorted)
		return AM_OK;
	AM_TRY(path_is_sorted(tree, iter, ordered_out, err));
	if (!*ordered_out)
		return AM_OK;
	AM_TRY(am_btree_page(tree, at, &leaf, err));
	AM_TRY(leaf_is_reached(tree, &leaf, 0, ordered_out, err));
	if (!*ordered_out)
		return AM_OK;
	AM_TRY(am_btree_page(tree, at, &leaf, err));
	return leaf_is_reached(tree, &leaf, leaf.count - 1, ordered_out, err);
}

static enum am_status
order_check(struct am_btree *tree, struct am_error *err)
{
	struct am_btree_iter iter = { 0 };
	struct am_page leaf;
	enum am_status status;
	bool ordered = true;

	while ((status = am_btree_next_leaf(tree, &iter, &leaf, err)) ==
	       AM_OK) {
		AM_TRY(leaf_is_ordered(tree, &iter, leaf, &ordered, err));
		if (!ordered)
			break;
	}
	if (status != AM_OK && status != AM_END)
		return status;
	tree->order = ordered ? AM_BTREE_ORDERED : AM_BTREE_DISORDERED;
	return AM_OK;
}

/* Grows by doubling. AM_LIMIT when enough are kept. */
static enum am_status
misplaced_add(struct am_btree *tree, uint64_t key, uint64_t ib,
	      struct am_error *err)
{
	const size_t count = tree->misplaced_count;
	struct am_btree_misplaced *grown = tree->misplaced;

	if (count >= AM_BTREE_MAX_MISPLACED)
		return am_fail(err, AM_LIMIT,
			       "more than %d entries of the %s are out of "
			       "place",
			       AM_BTREE_MAX_MISPLACED, tree->name);
	if ((count & (count - 1)) == 0)
		grown = am_realloc(tree->misplaced,
				   (count > 0 ? 2 * count : 1) *
					   sizeof(*grown));
	if (grown == NULL)
		return am_nomem(err);
	tree->misplaced = grown;
	grown[count].key = key;
	grown[count].ib = ib;
	grown[count].order = count;
	tree->misplaced_count++;
	return AM_OK;
}

static int
misplaced_compare(const void *a, const void *b)
{
	const struct am_btree_misplaced *left = a;
	const struct am_btree_misplaced *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return left->order < right->order ? -1 : 1;
}

static enum am_status
leaf_index(struct am_btree *tree, struct am_page leaf, struct am_error *err)
{
	const struct am_bref at = { leaf.bid, leaf.ib };
	size_t i;

	for (i = 0; i < leaf.count; i++) {
		bool reached;

		AM_TRY(am_btree_page(tree, at, &leaf, err));
		AM_TRY(leaf_is_reached(tree, &leaf, i, &reached, err));
		if (reached)
			continue;
		AM_TRY(am_btree_page(tree, at, &leaf, err));
		AM_TRY(misplaced_add(tree, am_btree_key(tree, &leaf, i), at.ib,
				     err));
	}
	return AM_OK;
}

/* A12: writers and accidents leave pages whose keys do not ascend. */
static enum am_status
misplaced_index(struct am_btree *tree, struct am_error *err)
{
	struct am_btree_iter iter = { 0 };
	struct am_error local;
	struct am_page leaf;
	enum am_status status;

	am_report_note(tree->report, "btree-order",
		       "the keys of the %s do not ascend", tree->name);
	while ((status = am_btree_next_leaf(tree, &iter, &leaf, &local)) ==
	       AM_OK) {
		status = leaf_index(tree, leaf, &local);
		if (status != AM_OK)
			break;
	}
	if (status == AM_LIMIT)
		am_report_add(tree->report, "btree-order", &local);
	else if (status != AM_END) {
		*err = local;
		return status;
	}
	if (tree->misplaced_count > 0)
		qsort(tree->misplaced, tree->misplaced_count,
		      sizeof(*tree->misplaced), misplaced_compare);
	return AM_OK;
}

enum am_status
am_btree_is_ordered(struct am_btree *tree, bool *ordered_out,
		    struct am_error *err)
{
	struct am_error local;
	enum am_status status = AM_OK;

	if (tree->order == AM_BTREE_UNCHECKED) {
		status = order_check(tree, &local);
		if (status == AM_OK && tree->order == AM_BTREE_DISORDERED)
			status = misplaced_index(tree, &local);
	}
	if (status != AM_OK && err != NULL)
		*err = local;
	*ordered_out = tree->order == AM_BTREE_ORDERED;
	return status;
}

/* Linear, and from the end: the leaf need not be sorted. */
static bool
leaf_scan(const struct am_btree *tree, const struct am_page *leaf, uint64_t key,
	  struct am_bytes *entry_out, struct am_btree_place *place_out)
{
	size_t i = leaf->count;

	while (i-- > 0) {
		if (am_btree_key(tree, leaf, i) != key)
			continue;
		*entry_out = am_page_entry(leaf, i);
		if (place_out != NULL) {
			place_out->leaf.ib = leaf->ib;
			place_out->leaf.bid = leaf->bid;
			place_out->slot = i;
		}
		return true;
	}
	return false;
}

enum am_status
am_btree_misplaced_find(struct am_btree *tree, uint64_t key,
			struct am_bytes *entry_out,
			struct am_btree_place *place_out, struct am_error *err)
{
	size_t low = 0;
	size_t high = tree->misplaced_count;
	struct am_bref at = { 0 };
	struct am_page leaf;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (tree->misplaced[middle].key <= key)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || tree->misplaced[low - 1].key != key)
		return am_btree_not_found(tree, key, err);
	at.ib = tree->misplaced[low - 1].ib;
	AM_TRY(am_btree_page(tree, at, &leaf, err));
	if (!leaf_scan(tree, &leaf, key, entry_out, place_out))
		return am_btree_not_found(tree, key, err);
	return AM_OK;
}
