/* The messages of a store in order. */
#include "transfer/walk.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/bitset.h"
#include "mapi/tags.h"
#include "pst/ltp/tc.h"

/* How many messages that no table lists are held at once (8 MiB); more are
 * found again by another pass over the NBT when their folder's turn comes. */
enum { WINDOW_MAX = 1 << 20, WINDOW_FIRST = 256 };

struct unlisted {
	uint32_t folder; /* index; folder_count: Orphans */
	uint32_t nid;
};

struct am_walk {
	struct am_store *store;
	struct am_ndb *ndb;
	const struct am_folder *folders;
	size_t folder_count;
	uint64_t found;
	uint64_t lost_pages;
	uint64_t ghosts; /* rows that name no message of the NBT */
	uint64_t given;

	struct am_bitset present; /* in the NBT, and not given yet */
	struct am_bitset listed;  /* its own folder's table lists it */

	/* where the walk is */
	size_t folder;
	uint32_t leftover;   /* where to look for the next, when all is over */
	struct am_tc *table; /* NULL: the table of folder is at its end */
	uint32_t position;
	bool in_table;
	struct am_arena arena;	/* of the table */
	struct am_arena silent; /* of findings that were made before */
	struct am_report silent_report;

	/* what no table lists, for folders [window_first, window_end) */
	struct unlisted *window;
	size_t window_count;
	size_t window_size; /* allocated */
	size_t window_next;
	size_t window_end;	  /* folder index */
	uint32_t *unlisted_count; /* by folder index, and Orphans */
};

static uint32_t
nid_index(uint32_t nid)
{
	return nid >> 5;
}

static uint32_t
nid_of_index(uint32_t index)
{
	return index << 5 | AM_NID_TYPE_MESSAGE;
}

/* nidParent decides if it names a folder, else the table that lists it
 * (listing; SIZE_MAX: none does). */
static size_t
home_of(const struct am_walk *walk, const struct am_node *node, size_t listing)
{
	const size_t parent =
		am_store_folder_index(walk->store, node->nid_parent);

	if (parent != SIZE_MAX)
		return parent;
	return listing != SIZE_MAX ? listing : walk->folder_count;
}

/* Opens the contents table of a folder in walk->arena; no table is an empty
 * one. Only AM_NOMEM fails: what cannot be read is a finding. */
static enum am_status
table_open(struct am_walk *walk, size_t folder, struct am_error *err)
{
	const uint32_t nid = am_nid_of_type(walk->folders[folder].nid,
					    AM_NID_TYPE_CONTENTS_TABLE);
	struct am_node node;
	enum am_status status;

	am_arena_reset(&walk->arena);
	walk->table = NULL;
	walk->position = 0;
	status = am_node_find(walk->ndb, nid, &node, err);
	if (status == AM_OK && node.bid_data != 0)
		status = am_tc_open(walk->ndb, &node, &walk->arena,
				    &walk->table, err);
	if (status == AM_OK || status == AM_NOT_FOUND)
		return AM_OK;
	if (status == AM_NOMEM)
		return status;
	walk->table = NULL;
	err->nid = nid;
	am_report_add(am_store_report(walk->store), "contents-table", err);
	return AM_OK;
}

/* The next row of the open table that is a message of this folder. */
static enum am_status
table_next(struct am_walk *walk, size_t folder, struct am_tc_row *row,
	   struct am_node *node, struct am_error *err)
{
	enum am_status status;

	if (walk->table == NULL)
		return AM_END;
	while ((status = am_tc_next(walk->table, &walk->position, row, err)) ==
	       AM_OK) {
		if (am_nid_type(row->id) != AM_NID_TYPE_MESSAGE)
			continue;
		if (!am_bitset_has(&walk->present, nid_index(row->id))) {
			walk->ghosts++;
			continue;
		}
		status = am_node_find(walk->ndb, row->id, node, err);
		if (status == AM_NOMEM)
			return status;
		if (status == AM_OK && home_of(walk, node, folder) == folder)
			return AM_OK;
	}
	if (status == AM_END || status == AM_NOMEM)
		return status;
	am_report_add(am_store_report(walk->store), "contents-table", err);
	return AM_END;
}

static enum am_status
present_collect(struct am_walk *walk, struct am_error *err)
{
	struct am_node_iter iter = { 0 };
	struct am_node node;
	enum am_status status;

	while ((status = am_node_next(walk->ndb, &iter, &node, err)) == AM_OK) {
		if (am_nid_type(node.nid) != AM_NID_TYPE_MESSAGE ||
		    am_bitset_has(&walk->present, nid_index(node.nid)))
			continue;
		AM_TRY(am_bitset_add(&walk->present, nid_index(node.nid), err));
		walk->found++;
	}
	walk->lost_pages = am_node_iter_lost(&iter);
	return status == AM_END ? AM_OK : status;
}

static enum am_status
listed_collect(struct am_walk *walk, struct am_error *err)
{
	struct am_tc_row row;
	struct am_node node;
	enum am_status status;
	size_t i;

	for (i = 0; i < walk->folder_count; i++) {
		AM_TRY(table_open(walk, i, err));
		while ((status = table_next(walk, i, &row, &node, err)) ==
		       AM_OK)
			AM_TRY(am_bitset_add(&walk->listed, nid_index(node.nid),
					     err));
		if (status != AM_END)
			return status;
	}
	if (walk->ghosts > 0)
		am_report_note(am_store_report(walk->store), "contents-table",
			       "%" PRIu64 " row(s) name a message that is not "
			       "in the NBT",
			       walk->ghosts);
	return AM_OK;
}

/* The next message node that no table lists. A node whose parent is no folder
 * and that some table lists is listed there. */
static enum am_status
unlisted_next(struct am_walk *walk, struct am_node_iter *iter,
	      struct am_node *node, struct am_error *err)
{
	enum am_status status;

	while ((status = am_node_next(walk->ndb, iter, node, err)) == AM_OK)
		if (am_nid_type(node->nid) == AM_NID_TYPE_MESSAGE &&
		    am_bitset_has(&walk->present, nid_index(node->nid)) &&
		    !am_bitset_has(&walk->listed, nid_index(node->nid)))
			return AM_OK;
	return status;
}

static enum am_status
unlisted_count(struct am_walk *walk, struct am_error *err)
{
	struct am_node_iter iter = { 0 };
	struct am_node node;
	enum am_status status;
	uint64_t count = 0;

	while ((status = unlisted_next(walk, &iter, &node, err)) == AM_OK) {
		walk->unlisted_count[home_of(walk, &node, SIZE_MAX)]++;
		count++;
	}
	if (status == AM_END && count > 0)
		am_report_note(am_store_report(walk->store), "unlisted",
			       "%" PRIu64 " message(s) that no contents table "
			       "of their folder lists",
			       count);
	return status == AM_END ? AM_OK : status;
}

static int
unlisted_order(const void *left, const void *right)
{
	const struct unlisted *a = left;
	const struct unlisted *b = right;

	if (a->folder != b->folder)
		return a->folder < b->folder ? -1 : 1;
	return a->nid < b->nid ? -1 : a->nid > b->nid;
}

static enum am_status
window_add(struct am_walk *walk, size_t folder, uint32_t nid,
	   struct am_error *err)
{
	struct unlisted *grown;

	if (walk->window_count == walk->window_size) {
		walk->window_size = walk->window_size > 0
					    ? walk->window_size * 2
					    : WINDOW_FIRST;
		grown = am_realloc(walk->window,
				   walk->window_size * sizeof(*grown));
		if (grown == NULL)
			return am_nomem(err);
		walk->window = grown;
	}
	walk->window[walk->window_count].folder = (uint32_t)folder;
	walk->window[walk->window_count].nid = nid;
	walk->window_count++;
	return AM_OK;
}

/* Chooses the folders from first on whose unlisted messages fit (at least
 * one folder), and collects them. */
static enum am_status
window_fill(struct am_walk *walk, size_t first, struct am_error *err)
{
	struct am_node_iter iter = { 0 };
	struct am_node node;
	enum am_status status;
	uint64_t total = 0;
	size_t end = first;

	walk->window_count = 0;
	walk->window_next = 0;
	do
		total += walk->unlisted_count[end++];
	while (end <= walk->folder_count &&
	       total + walk->unlisted_count[end] <= WINDOW_MAX);
	walk->window_end = end;
	if (total == 0)
		return AM_OK;
	while ((status = unlisted_next(walk, &iter, &node, err)) == AM_OK) {
		const size_t home = home_of(walk, &node, SIZE_MAX);

		if (home >= first && home < end)
			AM_TRY(window_add(walk, home, node.nid, err));
	}
	if (walk->window_count > 0)
		qsort(walk->window, walk->window_count, sizeof(*walk->window),
		      unlisted_order);
	return status == AM_END ? AM_OK : status;
}

static enum am_status
walk_prepare(struct am_walk *walk, struct am_error *err)
{
	AM_TRY(am_store_folders(walk->store, &walk->folders,
				&walk->folder_count, err));
	walk->unlisted_count = am_alloc((walk->folder_count + 1) *
					sizeof(*walk->unlisted_count));
	if (walk->unlisted_count == NULL)
		return am_nomem(err);
	AM_TRY(present_collect(walk, err));
	AM_TRY(listed_collect(walk, err));
	AM_TRY(unlisted_count(walk, err));
	return window_fill(walk, 0, err);
}

enum am_status
am_walk_open(struct am_store *store, struct am_walk **walk_out,
	     struct am_error *err)
{
	struct am_walk *walk = am_alloc(sizeof(*walk));
	struct am_error local; /* a finding needs its text */
	enum am_status status;

	if (err == NULL)
		err = &local;
	if (walk == NULL)
		return am_nomem(err);
	walk->store = store;
	walk->ndb = am_store_ndb(store);
	walk->silent_report.arena = &walk->silent;
	status = walk_prepare(walk, err);
	if (status != AM_OK) {
		am_walk_close(walk);
		return status;
	}
	*walk_out = walk;
	return AM_OK;
}

void
am_walk_close(struct am_walk *walk)
{
	if (walk == NULL)
		return;
	am_bitset_free(&walk->present);
	am_bitset_free(&walk->listed);
	am_arena_free(&walk->arena);
	am_arena_free(&walk->silent);
	am_free(walk->window);
	am_free(walk->unlisted_count);
	am_free(walk);
}

uint64_t
am_walk_lost_pages(const struct am_walk *walk)
{
	return walk->lost_pages;
}

uint64_t
am_walk_found(const struct am_walk *walk)
{
	return walk->found;
}

static enum am_status
item_give(struct am_walk *walk, const struct am_node *node, size_t folder,
	  struct am_walk_item *item)
{
	item->node = *node;
	item->folder = folder < walk->folder_count ? folder : SIZE_MAX;
	item->number = walk->given++;
	am_bitset_remove(&walk->present, nid_index(node->nid));
	return AM_OK;
}

static enum am_status
listed_give(struct am_walk *walk, struct am_walk_item *item,
	    struct am_error *err)
{
	struct am_tc_row row;
	struct am_prop prop;
	struct am_node node;

	AM_TRY(table_next(walk, walk->folder, &row, &node, err));
	item->message_status = 0;
	if (am_tc_cell(walk->table, &row, AM_PID_MESSAGE_STATUS, &prop))
		(void)am_prop_int(&prop, &item->message_status);
	return item_give(walk, &node, walk->folder, item);
}

/* The next of this folder in the window. A damaged tree may give a node more
 * than once: one that was given is passed over. */
static const struct unlisted *
window_take(struct am_walk *walk)
{
	while (walk->window_next < walk->window_count) {
		const struct unlisted *next = walk->window + walk->window_next;

		if (next->folder != walk->folder)
			return NULL;
		walk->window_next++;
		if (am_bitset_has(&walk->present, nid_index(next->nid)))
			return next;
	}
	return NULL;
}

/* The next unlisted message of this folder. A node that was there a moment
 * ago and is not now (the file changed under us) still gets its row. */
static enum am_status
unlisted_give(struct am_walk *walk, struct am_walk_item *item,
	      struct am_error *err)
{
	const struct unlisted *next = window_take(walk);
	struct am_node node = { 0 };

	if (next == NULL)
		return AM_END;
	if (am_node_find(walk->ndb, next->nid, &node, err) == AM_NOMEM)
		return AM_NOMEM;
	node.nid = next->nid;
	item->message_status = 0;
	return item_give(walk, &node, walk->folder, item);
}

static enum am_status
folder_enter(struct am_walk *walk, struct am_error *err)
{
	if (walk->folder >= walk->window_end)
		AM_TRY(window_fill(walk, walk->folder, err));
	walk->table = NULL;
	if (walk->folder < walk->folder_count)
		AM_TRY(table_open(walk, walk->folder, err));
	walk->in_table = true;
	return AM_OK;
}

static enum am_status
folder_step(struct am_walk *walk, struct am_walk_item *item,
	    struct am_error *err)
{
	enum am_status status;

	if (!walk->in_table)
		AM_TRY(folder_enter(walk, err));
	status = listed_give(walk, item, err);
	if (status == AM_END)
		status = unlisted_give(walk, item, err);
	if (status == AM_END) {
		walk->folder++;
		walk->in_table = false;
	}
	return status;
}

/* A table or page that was read when the messages were counted, and not when
 * they were to be given: what it names comes last, and is not lost. */
static enum am_status
leftover_give(struct am_walk *walk, struct am_walk_item *item,
	      struct am_error *err)
{
	struct am_node node = { 0 };
	uint32_t index;

	if (!am_bitset_next(&walk->present, walk->leftover, &index))
		return AM_END;
	if (walk->leftover == 0)
		am_report_note(am_store_report(walk->store), "contents-table",
			       "not all that was read once could be read "
			       "again; some messages are not in the order of "
			       "their folder");
	walk->leftover = index + 1;
	node.nid = nid_of_index(index);
	if (am_node_find(walk->ndb, node.nid, &node, err) == AM_NOMEM)
		return AM_NOMEM;
	node.nid = nid_of_index(index);
	item->message_status = 0;
	return item_give(walk, &node, home_of(walk, &node, SIZE_MAX), item);
}

enum am_status
am_walk_done(struct am_walk *walk, uint32_t nid, struct am_error *err)
{
	if (am_nid_type(nid) != AM_NID_TYPE_MESSAGE)
		return am_fail(err, AM_CORRUPT, "%#" PRIx32 " is no message",
			       nid);
	if (am_bitset_has(&walk->present, nid_index(nid)))
		am_bitset_remove(&walk->present, nid_index(nid));
	else
		walk->found++; /* it could be read then */
	walk->given++;
	return AM_OK;
}

enum am_status
am_walk_next(struct am_walk *walk, struct am_walk_item *item_out,
	     struct am_error *err)
{
	struct am_report *report = am_store_report(walk->store);
	enum am_status status = AM_END;
	struct am_error local; /* a finding needs its text */

	if (err == NULL)
		err = &local;
	/* All findings about tables were made when they were counted. */
	am_store_set_report(walk->store, &walk->silent_report);
	while (status == AM_END && walk->folder <= walk->folder_count)
		status = folder_step(walk, item_out, err);
	am_report_clear(&walk->silent_report);
	am_arena_reset(&walk->silent);
	am_store_set_report(walk->store, report);
	return status == AM_END ? leftover_give(walk, item_out, err) : status;
}

const char *
am_walk_folder_path(const struct am_walk *walk, size_t folder)
{
	return folder < walk->folder_count ? walk->folders[folder].path
					   : "Orphans";
}
