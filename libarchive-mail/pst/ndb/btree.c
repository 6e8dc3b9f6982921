/* [MS-PST] 2.2.2.7.7 B-trees of pages. */
#include "pst/ndb/btree.h"

#include <inttypes.h>
enum { NO_SLOT = -1 };

/* The last entry whose key is at most key, or NO_SLOT. */
static long
slot_at_most(const struct am_btree *tree, const struct am_page *page,
	     uint64_t key)
{
	size_t low = 0;
	size_t high = page->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (am_btree_key(tree, page, middle) <= key)
			low = middle + 1;
		else
			high = middle;
	}
	return (long)low - 1;
}

/* [MS-PST] 2.2.2.7.7.2 BTENTRY: where the child is. */
static struct am_bref
child_at(const struct am_btree *tree, const struct am_page *page, size_t i)
{
	struct am_cursor cur = am_cursor(am_page_entry(page, i));

	am_skip(&cur, tree->format->id_size); /* btkey */
	return am_bref_decode(tree->format, &cur);
}

/* The page below parent; NULL: the root. Levels must descend by one, so no
 * path is longer than the root is high, whatever the references say. */
static enum am_status
page_enter(struct am_btree *tree, const struct am_page *parent,
	   struct am_bref at, struct am_page *page_out, struct am_error *err)
{
	struct am_error local;

	AM_TRY(am_btree_page(tree, at, page_out, err));
	if (parent == NULL && page_out->level < tree->max_depth)
		return AM_OK;
	if (parent != NULL && page_out->level + 1 == parent->level)
		return AM_OK;
	if (parent == NULL)
		(void)am_fail_at(&local, AM_CORRUPT, at.ib,
				 "BTPAGE.cLevel of the root is %u, want at "
				 "most %u",
				 page_out->level, tree->max_depth - 1);
	else
		(void)am_fail_at(&local, AM_CORRUPT, at.ib,
				 "BTPAGE.cLevel is %u, want %u",
				 page_out->level, parent->level - 1);
	am_page_dropped(tree->pages, at.ib, &local);
	if (err != NULL)
		*err = local;
	return AM_CORRUPT;
}

enum am_status
am_btree_not_found(const struct am_btree *tree, uint64_t key,
		   struct am_error *err)
{
	return am_fail(err, AM_NOT_FOUND, "%#" PRIx64 " is not in the %s", key,
		       tree->name);
}

/* The entry of a leaf with the key. */
static bool
leaf_find(const struct am_btree *tree, const struct am_page *leaf, uint64_t key,
	  struct am_bytes *entry_out, struct am_btree_place *place_out)
{
	const long slot = slot_at_most(tree, leaf, key);

	if (slot == NO_SLOT || am_btree_key(tree, leaf, (size_t)slot) != key)
		return false;
	*entry_out = am_page_entry(leaf, (size_t)slot);
	if (place_out != NULL) {
		place_out->leaf.ib = leaf->ib;
		place_out->leaf.bid = leaf->bid;
		place_out->slot = (size_t)slot;
	}
	return true;
}

/* The leaf of the last answer, if it is responsible for the key. */
static bool
memo_find(struct am_btree *tree, uint64_t key, struct am_bytes *entry_out,
	  struct am_btree_place *place_out)
{
	const struct am_btree_memo *memo = &tree->memo;
	struct am_page leaf;

	if (!memo->is_set || key < memo->low || key >= memo->high)
		return false;
	if (am_btree_page(tree, memo->leaf, &leaf, NULL) != AM_OK)
		return false;
	return leaf_find(tree, &leaf, key, entry_out, place_out);
}

/* The keys that lead through this entry of a page. A memo over an unsorted
 * page could answer otherwise than a search does. */
static void
memo_narrow(struct am_btree *tree, const struct am_page *page, size_t slot,
	    struct am_btree_memo *memo)
{
	const uint64_t low = am_btree_key(tree, page, slot);

	memo->is_set = memo->is_set && page->sorted;
	memo->leaf = child_at(tree, page, slot);
	if (low > memo->low)
		memo->low = low;
	if (slot + 1 < page->count) {
		const uint64_t high = am_btree_key(tree, page, slot + 1);

		if (high < memo->high)
			memo->high = high;
	}
}

enum am_status
am_btree_descend(struct am_btree *tree, uint64_t key,
		 struct am_bytes *entry_out, struct am_btree_place *place_out,
		 struct am_error *err)
{
	struct am_btree_memo memo = { .is_set = true,
				      .high = UINT64_MAX,
				      .leaf = tree->root };
	struct am_page page;

	AM_TRY(page_enter(tree, NULL, tree->root, &page, err));
	while (page.level > 0) {
		const struct am_page parent = page;
		const long slot = slot_at_most(tree, &page, key);

		if (slot == NO_SLOT)
			return am_btree_not_found(tree, key, err);
		memo_narrow(tree, &page, (size_t)slot, &memo);
		AM_TRY(page_enter(tree, &parent, memo.leaf, &page, err));
	}
	tree->memo = memo;
	if (!leaf_find(tree, &page, key, entry_out, place_out))
		return am_btree_not_found(tree, key, err);
	return AM_OK;
}

/* One level down from the page on top of the stack. AM_NOT_FOUND: that page
 * is at its end. */
static enum am_status
iter_step(struct am_btree *tree, struct am_btree_iter *iter,
	  struct am_page *page_out, struct am_error *err)
{
	struct am_btree_level *top = &iter->levels[iter->depth - 1];
	struct am_page parent;
	struct am_bref child;
	enum am_status status;

	status = am_btree_page(tree, top->at, &parent, err);
	if (status != AM_OK) {
		iter->depth--; /* it was readable a moment ago */
		return status;
	}
	if (top->next >= parent.count)
		return AM_NOT_FOUND;
	child = child_at(tree, &parent, top->next++);
	iter->pages++;
	AM_TRY(page_enter(tree, &parent, child, page_out, err));
	if (page_out->level > 0)
		iter->levels[iter->depth++] =
			(struct am_btree_level){ .at = child };
	return AM_OK;
}

static enum am_status
iter_start(struct am_btree *tree, struct am_btree_iter *iter,
	   struct am_page *page_out, struct am_error *err)
{
	iter->started = true;
	iter->pages = 1;
	AM_TRY(page_enter(tree, NULL, tree->root, page_out, err));
	if (page_out->level > 0)
		iter->levels[iter->depth++] =
			(struct am_btree_level){ .at = tree->root };
	return AM_OK;
}

enum am_status
am_btree_next_leaf(struct am_btree *tree, struct am_btree_iter *iter,
		   struct am_page *leaf_out, struct am_error *err)
{
	enum am_status status = AM_OK;

	if (!iter->started) {
		status = iter_start(tree, iter, leaf_out, err);
		if (status == AM_OK && leaf_out->level == 0) {
			iter->leaves++;
			return AM_OK;
		}
		if (status != AM_OK) {
			iter->lost++;
			return status == AM_NOMEM ? status : AM_END;
		}
	}
	while (iter->depth > 0) {
		if (iter->pages > tree->max_pages) {
			am_report_note(tree->report, "btree",
				       "the %s refers to more pages than the "
				       "file holds",
				       tree->name);
			return AM_END;
		}
		status = iter_step(tree, iter, leaf_out, err);
		if (status == AM_NOT_FOUND) {
			iter->depth--;
		} else if (status == AM_NOMEM) {
			return status;
		} else if (status != AM_OK) {
			iter->lost++;
		} else if (leaf_out->level == 0) {
			iter->leaves++;
			return AM_OK;
		}
	}
	return AM_END;
}

/* What is out of place, or how the search had ended. */
static enum am_status
misplaced_or(struct am_btree *tree, enum am_status ended, uint64_t key,
	     struct am_bytes *entry_out, struct am_btree_place *place_out,
	     struct am_error *why)
{
	struct am_error local;
	const enum am_status status = am_btree_misplaced_find(
		tree, key, entry_out, place_out, &local);

	if (am_is_item_scoped(status))
		return ended;
	if (status != AM_OK)
		*why = local;
	return status;
}

enum am_status
am_btree_find(struct am_btree *tree, uint64_t key, struct am_bytes *entry_out,
	      struct am_btree_place *place_out, struct am_error *err)
{
	struct am_error why;
	enum am_status status;
	bool ordered;

	key &= tree->key_mask;
	if (memo_find(tree, key, entry_out, place_out))
		return AM_OK;
	status = am_btree_descend(tree, key, entry_out, place_out, &why);
	if (am_is_item_scoped(status)) {
		AM_TRY(am_btree_is_ordered(tree, &ordered, err));
		if (!ordered)
			status = misplaced_or(tree, status, key, entry_out,
					      place_out, &why);
	}
	if (status != AM_OK && err != NULL)
		*err = why;
	return status;
}
