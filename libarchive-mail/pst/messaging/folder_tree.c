/* [MS-PST] 2.4.4.4 Hierarchy Table; the tree of folders and its order. */
#include <inttypes.h>
#include <stdlib.h>

#include "pst/messaging/folder.h"

/* bytes: one hierarchy table */
enum { TURN_LIMIT = 16 << 20 };

/* Walking up from a folder: not seen, on the way up now, known to end. */
enum mark { MARK_NONE = 0, MARK_WALKING, MARK_ENDS };

/* What nidParent says; tables may say more where that is no folder. */
static void
parents_from_nodes(struct am_folder_tree *tree)
{
	size_t i;

	for (i = 0; i < tree->count; i++) {
		struct am_folder_node *folder = &tree->nodes[i];

		if (i == tree->root)
			continue; /* its nidParent is itself */
		folder->parent =
			am_folder_tree_find(tree, folder->node.nid_parent);
		folder->parent_lost = folder->parent == AM_FOLDER_NONE;
	}
}

/* A name that the folder itself could not tell. */
static enum am_status
name_from_row(struct am_folder_tree *tree, struct am_folder_node *child,
	      const struct am_tc *tc, const struct am_tc_row *row,
	      struct am_arena *turn, struct am_error *err)
{
	struct am_prop prop;
	struct am_text text;
	enum am_status status;

	if (child->name[0] != '\0' ||
	    !am_tc_cell(tc, row, AM_PID_DISPLAY_NAME, &prop))
		return AM_OK;
	status = am_prop_text(&prop, tree->store->info.codepage, turn, &text,
			      err);
	if (status != AM_OK)
		return am_is_item_scoped(status) ? AM_OK : status;
	return am_folder_keep_name(tree, &text, &child->name, err);
}

static void
oddity_add(struct am_folder_oddity *oddity, uint32_t nid)
{
	if (oddity->count++ == 0)
		oddity->first = nid;
}

static void
oddity_note(const struct am_folder_tree *tree, const char *kind,
	    const struct am_folder_oddity *oddity, const char *what)
{
	if (oddity->count > 0)
		am_report_note(&tree->store->findings, kind,
			       "%zu %s; the first is %#" PRIx32, oddity->count,
			       what, oddity->first);
}

/* A row of the table of nodes[index]. nidParent decides; the table decides
 * where nidParent names no folder. */
static enum am_status
row_take(struct am_folder_tree *tree, size_t index, const struct am_tc *tc,
	 const struct am_tc_row *row, uint32_t place, struct am_arena *turn,
	 struct am_error *err)
{
	const size_t found = am_folder_tree_find(tree, row->id);
	struct am_folder_node *child;

	if (am_nid_type(row->id) != AM_NID_TYPE_FOLDER)
		return AM_OK; /* search folders are listed too */
	if (found == AM_FOLDER_NONE) {
		oddity_add(&tree->ghosts, row->id);
		return AM_OK;
	}
	child = &tree->nodes[found];
	if (child->parent == AM_FOLDER_NONE && found != tree->root &&
	    found != index)
		child->parent = index;
	if (child->parent != index) {
		oddity_add(&tree->elsewhere, row->id);
		return AM_OK;
	}
	if (child->row != AM_FOLDER_NO_ROW)
		return AM_OK; /* two rows of one folder */
	child->row = place;
	return name_from_row(tree, child, tc, row, turn, err);
}

static enum am_status
table_read(struct am_folder_tree *tree, size_t index, struct am_arena *turn,
	   uint32_t *rows_left, struct am_error *err)
{
	const uint32_t nid = am_nid_of_type(tree->nodes[index].node.nid,
					    AM_NID_TYPE_HIERARCHY_TABLE);
	struct am_tc_row row;
	struct am_node node;
	uint32_t position = 0;
	uint32_t place = 0;
	struct am_tc *tc;
	enum am_status status;

	status = am_node_find(tree->store->ndb, nid, &node, err);
	if (status == AM_NOT_FOUND || (status == AM_OK && node.bid_data == 0))
		return AM_OK; /* no table is an empty table */
	AM_TRY(status);
	AM_TRY(am_tc_open(tree->store->ndb, &node, turn, &tc, err));
	while ((status = am_tc_next(tc, &position, &row, err)) == AM_OK) {
		if (*rows_left == 0)
			return am_fail(
				err, AM_LIMIT,
				"the hierarchy tables have more than %u"
				" rows",
				(unsigned)am_folder_limits_of(tree->store)
					.rows);
		(*rows_left)--;
		AM_TRY(row_take(tree, index, tc, &row, place++, turn, err));
	}
	return status == AM_END ? AM_OK : status;
}

static enum am_status
tables_read(struct am_folder_tree *tree, struct am_error *err)
{
	struct am_arena turn = { .limit = TURN_LIMIT };
	uint32_t rows_left = am_folder_limits_of(tree->store).rows;
	enum am_status status = AM_OK;
	bool is_cut = false;
	size_t i;

	for (i = 0; i < tree->count && status == AM_OK && !is_cut; i++) {
		struct am_error cause = { 0 };

		status = table_read(tree, i, &turn, &rows_left, &cause);
		am_arena_reset(&turn);
		is_cut = status == AM_LIMIT && rows_left == 0;
		if (am_is_item_scoped(status)) {
			am_store_note(&tree->store->findings, "folder-table",
				      tree->nodes[i].node.nid, &cause);
			status = AM_OK;
		} else if (status != AM_OK) {
			status = am_store_pass(err, &cause);
		}
	}
	am_arena_free(&turn);
	return status;
}

/* Folders without a parent come to the top, below the root folder. */
static void
lost_to_root(struct am_folder_tree *tree)
{
	struct am_folder_oddity lost = { 0 };
	size_t i;

	for (i = 0; i < tree->count; i++) {
		struct am_folder_node *folder = &tree->nodes[i];

		if (i == tree->root)
			continue;
		folder->parent_lost = folder->parent == AM_FOLDER_NONE;
		if (!folder->parent_lost)
			continue;
		folder->parent = tree->root;
		oddity_add(&lost, folder->node.nid);
	}
	oddity_note(tree, "folder-parent", &lost,
		    "folders have a parent that is no folder and come to the"
		    " top");
}

/* Cuts the cycle that index is part of above its member with the least NID,
 * whose index is the least as well. */
static void
cycle_cut(struct am_folder_tree *tree, size_t index)
{
	size_t least = index;
	size_t at;

	for (at = tree->nodes[index].parent; at != index;
	     at = tree->nodes[at].parent)
		if (at < least)
			least = at;
	tree->nodes[least].parent = tree->root;
	tree->nodes[least].row = AM_FOLDER_NO_ROW;
	tree->nodes[least].parent_lost = true;
	am_report_note(&tree->store->findings, "folder-cycle",
		       "folder %#" PRIx32 " is inside of itself; it comes to"
		       " the top",
		       tree->nodes[least].node.nid);
}

/* Each folder is walked over once on the way up, and once more to mark it. */
static enum am_status
cycles_cut(struct am_folder_tree *tree, struct am_error *err)
{
	uint8_t *marks = am_arena_array(tree->arena, tree->count, uint8_t);
	size_t met;
	size_t at;
	size_t i;

	if (marks == NULL)
		return am_arena_failed(tree->arena, tree->count, err);
	for (i = 0; i < tree->count; i++) {
		for (met = i; met != AM_FOLDER_NONE && marks[met] == MARK_NONE;
		     met = tree->nodes[met].parent)
			marks[met] = MARK_WALKING;
		if (met != AM_FOLDER_NONE && marks[met] == MARK_ENDS)
			met = AM_FOLDER_NONE;
		/* before the cut: the way is still whole */
		for (at = i; at != AM_FOLDER_NONE && marks[at] == MARK_WALKING;
		     at = tree->nodes[at].parent)
			marks[at] = MARK_ENDS;
		if (met != AM_FOLDER_NONE)
			cycle_cut(tree, met);
	}
	return AM_OK;
}

/* qsort has no argument for the tree: a child brings its own keys. */
struct child {
	size_t parent;
	uint32_t row;
	size_t index;
};

static int
child_compare(const void *left, const void *right)
{
	const struct child *a = left;
	const struct child *b = right;

	if (a->parent != b->parent)
		return a->parent < b->parent ? -1 : 1;
	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* Pushes the children of a folder so that the first comes off first. */
static size_t
children_push(const struct child *children, size_t first, size_t end,
	      size_t *stack, size_t used)
{
	while (end > first)
		stack[used++] = children[--end].index;
	return used;
}

/* Depth first. children are sorted; those of a parent are in [first[parent],
 * first[parent + 1]), those of none from first[count] on. */
static void
order_walk(struct am_folder_tree *tree, const struct child *children,
	   const size_t *first, size_t *stack)
{
	size_t used;
	size_t place = 0;

	used = children_push(children, first[tree->count], tree->count, stack,
			     0);
	while (used > 0) {
		const size_t index = stack[--used];

		tree->order[place++] = index;
		used = children_push(children, first[index], first[index + 1],
				     stack, used);
	}
}

static enum am_status
order_make(struct am_folder_tree *tree, struct am_error *err)
{
	const size_t count = tree->count;
	struct child *children =
		am_arena_array(tree->arena, count, struct child);
	size_t *first = am_arena_array(tree->arena, count + 1, size_t);
	size_t *stack = am_arena_array(tree->arena, count, size_t);
	size_t next = 0;
	size_t i;

	tree->order = am_arena_array(tree->arena, count, size_t);
	if (children == NULL || first == NULL || stack == NULL ||
	    tree->order == NULL)
		return am_arena_failed(tree->arena, count * sizeof(*children),
				       err);
	for (i = 0; i < count; i++) {
		children[i].parent = tree->nodes[i].parent;
		children[i].row = tree->nodes[i].row;
		children[i].index = i;
	}
	if (count > 1)
		qsort(children, count, sizeof(*children), child_compare);
	for (i = 0; i <= count; i++) {
		while (next < count && children[next].parent < i)
			next++;
		first[i] = next;
	}
	order_walk(tree, children, first, stack);
	return AM_OK;
}

/* None of these loses anything; a finding says how many there are. */
static void
oddities_note(const struct am_folder_tree *tree)
{
	struct am_folder_oddity unlisted = { 0 };
	size_t i;

	for (i = 0; i < tree->count; i++) {
		const struct am_folder_node *folder = &tree->nodes[i];

		if (i != tree->root && !folder->parent_lost &&
		    folder->row == AM_FOLDER_NO_ROW)
			oddity_add(&unlisted, folder->node.nid);
	}
	oddity_note(tree, "folder-unlisted", &unlisted,
		    "folders are not in the hierarchy table of their parent");
	oddity_note(tree, "folder-row", &tree->ghosts,
		    "rows of hierarchy tables are of folders that are not"
		    " there");
	oddity_note(tree, "folder-elsewhere", &tree->elsewhere,
		    "rows of hierarchy tables are of folders that lie"
		    " elsewhere");
}

enum am_status
am_folder_link(struct am_folder_tree *tree, struct am_error *err)
{
	parents_from_nodes(tree);
	AM_TRY(tables_read(tree, err));
	lost_to_root(tree);
	AM_TRY(cycles_cut(tree, err));
	oddities_note(tree);
	return order_make(tree, err);
}
