/* [MS-PST] 2.2.2.7.7.4 nodes: the entries of the NBT. */
#include "pst/ndb/state.h"

#include <inttypes.h>

enum am_status
am_node_find(struct am_ndb *ndb, uint32_t nid, struct am_node *node_out,
	     struct am_error *err)
{
	struct am_bytes entry;
	enum am_status status;

	status = am_btree_find(&ndb->nbt, nid, &entry, NULL, err);
	if (status == AM_OK &&
	    !am_nbtentry_decode(ndb->format, entry, node_out))
		status = am_fail(err, AM_CORRUPT, "the NBTENTRY is cut short");
	if (status != AM_OK && err != NULL)
		err->nid = nid;
	return status;
}

/* Is this the entry that a search for its NID gives? What a search does not
 * find at all is given as well. */
static enum am_status
entry_counts(struct am_ndb *ndb, const struct am_node_iter *iter, uint32_t nid,
	     bool *counts_out, struct am_error *err)
{
	struct am_btree_place place;
	struct am_bytes entry;
	enum am_status status;

	*counts_out = true;
	status = am_btree_find(&ndb->nbt, nid, &entry, &place, err);
	if (am_is_item_scoped(status))
		return AM_OK;
	if (status != AM_OK)
		return status;
	*counts_out =
		place.leaf.ib == iter->leaf.ib && place.slot + 1 == iter->next;
	if (!*counts_out)
		am_report_note(ndb->report, "btree-duplicate",
			       "NID %#" PRIx32 " is in the NBT more than once; "
			       "the last entry is taken",
			       nid);
	return AM_OK;
}

/* The next entry of the leaf at hand. AM_NOT_FOUND: it is to be passed over. */
static enum am_status
leaf_step(struct am_ndb *ndb, struct am_node_iter *iter,
	  struct am_node *node_out, struct am_error *err)
{
	struct am_page leaf;
	bool counts = true;

	AM_TRY(am_btree_page(&ndb->nbt, iter->leaf, &leaf, err));
	if (!am_nbtentry_decode(ndb->format, am_page_entry(&leaf, iter->next++),
				node_out) ||
	    node_out->nid == 0) /* cEnt is too large, and had a finding */
		return AM_NOT_FOUND;
	if (iter->is_disordered)
		AM_TRY(entry_counts(ndb, iter, node_out->nid, &counts, err));
	return counts ? AM_OK : AM_NOT_FOUND;
}

static enum am_status
leaf_enter(struct am_ndb *ndb, struct am_node_iter *iter, struct am_error *err)
{
	struct am_page leaf;

	AM_TRY(am_btree_next_leaf(&ndb->nbt, &iter->leaves, &leaf, err));
	iter->leaf.bid = leaf.bid;
	iter->leaf.ib = leaf.ib;
	iter->count = leaf.count;
	iter->next = 0;
	return AM_OK;
}

/* The leaf could be read a moment ago: the rest of its entries is lost. */
static void
leaf_lose(struct am_node_iter *iter)
{
	iter->count = 0;
	iter->leaves.lost++;
}

/* Both trees are walked over once: what is to be said of their pages is said
 * now, whatever is read later, and by whom. */
static enum am_status
iter_start(struct am_ndb *ndb, struct am_node_iter *iter, struct am_error *err)
{
	bool ordered;

	AM_TRY(am_btree_is_ordered(&ndb->bbt, &ordered, err));
	AM_TRY(am_btree_is_ordered(&ndb->nbt, &ordered, err));
	iter->is_disordered = !ordered;
	return AM_OK;
}

enum am_status
am_node_next(struct am_ndb *ndb, struct am_node_iter *iter,
	     struct am_node *node_out, struct am_error *err)
{
	enum am_status status;

	if (iter->is_over)
		return AM_END;
	if (!iter->leaves.started)
		AM_TRY(iter_start(ndb, iter, err));
	for (;;) {
		while (iter->next < iter->count) {
			status = leaf_step(ndb, iter, node_out, err);
			if (status == AM_CORRUPT || status == AM_IO)
				leaf_lose(iter);
			else if (status != AM_NOT_FOUND)
				return status;
		}
		status = leaf_enter(ndb, iter, err);
		if (status != AM_OK)
			break;
	}
	if (status != AM_END)
		return status;
	iter->is_over = true;
	if (iter->leaves.leaves > 0)
		return AM_END;
	return am_fail_at(err, AM_CORRUPT, ndb->nbt.root.ib,
			  "no leaf of the node B-tree is readable");
}
