/* [MS-PST] 2.4.4.1 Folder object PC: what each folder says of itself. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "pst/messaging/folder.h"

/* bytes: the properties of one folder */
enum { TURN_LIMIT = 8 << 20, SERVER_ID_SIZE = 8 };

size_t
am_folder_tree_find(const struct am_folder_tree *tree, uint32_t nid)
{
	size_t low = 0;
	size_t high = tree->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (tree->nodes[middle].node.nid < nid)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == tree->count || tree->nodes[low].node.nid != nid)
		return AM_FOLDER_NONE;
	return low;
}

static int
node_compare(const void *left, const void *right)
{
	const struct am_folder_node *a = left;
	const struct am_folder_node *b = right;

	return a->node.nid < b->node.nid ? -1 : a->node.nid > b->node.nid;
}

/* The nodes of this type in the NBT; *over_out: how many are beyond the
 * limit. */
static enum am_status
nodes_collect(struct am_store *store, unsigned type, struct am_buf *found,
	      uint64_t *over_out, struct am_error *err)
{
	struct am_node_iter iter = { 0 };
	struct am_node node;
	enum am_status status;

	*over_out = 0;
	while ((status = am_node_next(store->ndb, &iter, &node, err)) ==
	       AM_OK) {
		if (am_nid_type(node.nid) != type)
			continue;
		if (found->len == found->max) {
			(*over_out)++;
			continue;
		}
		am_buf_add(found, am_bytes(&node, sizeof(node)));
		AM_TRY(am_buf_status(found, err));
	}
	return status == AM_END ? AM_OK : status;
}

/* Into the tree, sorted, each NID once. */
static enum am_status
nodes_take(struct am_folder_tree *tree, const struct am_buf *found,
	   struct am_error *err)
{
	const size_t count = found->len / sizeof(struct am_node);
	struct am_folder_node *nodes;
	size_t kept = 0;
	size_t i;

	nodes = am_arena_array(tree->arena, count, struct am_folder_node);
	if (nodes == NULL)
		return am_arena_failed(tree->arena, count * sizeof(*nodes),
				       err);
	for (i = 0; i < count; i++)
		memcpy(&nodes[i].node, found->data + i * sizeof(struct am_node),
		       sizeof(struct am_node));
	if (count > 1)
		qsort(nodes, count, sizeof(*nodes), node_compare);
	for (i = 0; i < count; i++)
		if (kept == 0 || nodes[kept - 1].node.nid != nodes[i].node.nid)
			nodes[kept++] = nodes[i];
	tree->nodes = nodes;
	tree->count = kept;
	return AM_OK;
}

enum am_status
am_folder_nodes(struct am_folder_tree *tree, unsigned type, uint64_t *over_out,
		struct am_error *err)
{
	struct am_buf found = am_buf(am_folder_limits_of(tree->store).count *
				     sizeof(struct am_node));
	struct am_error cause = { 0 };
	enum am_status status;

	status = nodes_collect(tree->store, type, &found, over_out, &cause);
	if (am_is_damage(status)) {
		am_store_note(&tree->store->findings, "folders", 0, &cause);
		status = AM_OK;
	}
	if (status == AM_OK)
		status = nodes_take(tree, &found, &cause);
	am_buf_free(&found);
	return status == AM_OK ? AM_OK : am_store_pass(err, &cause);
}

enum am_status
am_folder_keep_name(struct am_folder_tree *tree, const struct am_text *name,
		    const char **name_out, struct am_error *err)
{
	const size_t max = am_folder_limits_of(tree->store).names;
	const char *nfc;

	*name_out = "";
	if (name->data == NULL || name->len == 0)
		return AM_OK;
	if (tree->texts->used > max || name->len > max - tree->texts->used) {
		am_report_note(&tree->store->findings, "folder-name",
			       "names of folders are left out: they need more"
			       " than %zu bytes",
			       max);
		return AM_OK;
	}
	AM_TRY(am_text_nfc(tree->texts, name->data, &nfc, err));
	*name_out = nfc;
	return AM_OK;
}

/* Nearly all folders have one of a few classes: each text is kept once for a
 * run of equal ones. */
static enum am_status
class_keep(struct am_folder_tree *tree, size_t index,
	   const struct am_text *class_name, struct am_error *err)
{
	struct am_folder_node *folder = &tree->nodes[index];
	const char *last =
		index > 0 ? tree->nodes[index - 1].container_class : "";

	if (class_name->data != NULL && strcmp(class_name->data, last) == 0) {
		folder->container_class = last;
		return AM_OK;
	}
	return am_folder_keep_name(tree, class_name, &folder->container_class,
				   err);
}

/* PidTag 67F4: u16 replica id, then the six bytes of the global counter as an
 * entry id has them. */
static uint64_t
server_counter(const struct am_pc *pc, struct am_arena *turn)
{
	struct am_cursor cur;
	struct am_bytes raw;
	struct am_prop prop;
	uint64_t counter = 0;
	int64_t whole;
	int i;

	if (!am_pc_find(pc, AM_PID_SERVER_FOLDER_ID, &prop))
		return 0;
	if (am_prop_int(&prop, &whole)) {
		for (i = 2; i < SERVER_ID_SIZE; i++)
			counter = counter << 8 |
				  ((uint64_t)whole >> (8 * i) & 0xff);
		return counter;
	}
	if (am_prop_bytes(&prop, SERVER_ID_SIZE, turn, &raw, NULL) != AM_OK)
		return 0;
	cur = am_cursor(raw);
	am_skip(&cur, 2);
	for (i = 2; i < SERVER_ID_SIZE; i++) {
		const uint64_t byte = am_u8(&cur);

		counter = counter << 8 | byte;
	}
	return am_cursor_ok(&cur) ? counter : 0;
}

static bool
pc_has(const struct am_pc *pc, uint16_t id)
{
	struct am_prop prop;

	return am_pc_find(pc, id, &prop);
}

static enum am_status
properties_read(struct am_folder_tree *tree, size_t index,
		struct am_arena *turn, struct am_error *err)
{
	const unsigned codepage = tree->store->info.codepage;
	struct am_folder_node *folder = &tree->nodes[index];
	struct am_text text;
	int64_t count;
	struct am_pc *pc;

	AM_TRY(am_pc_open(tree->store->ndb, &folder->node, turn, &pc, err));
	AM_TRY(am_pc_text(pc, AM_PID_DISPLAY_NAME, codepage, turn, &text, err));
	AM_TRY(am_folder_keep_name(tree, &text, &folder->name, err));
	AM_TRY(am_pc_text(pc, AM_PID_CONTAINER_CLASS, codepage, turn, &text,
			  err));
	AM_TRY(class_keep(tree, index, &text, err));
	count = am_pc_int(pc, AM_PID_CONTENT_COUNT, 0);
	folder->content_count = count > 0 ? (uint64_t)count : 0;
	folder->is_hidden = am_pc_int(pc, AM_PID_ATTRIBUTE_HIDDEN, 0) != 0;
	folder->has_specials = pc_has(pc, AM_PID_IPM_APPOINTMENT_ENTRY_ID) ||
			       pc_has(pc, AM_PID_IPM_DRAFTS_ENTRY_ID);
	folder->server_counter = server_counter(pc, turn);
	return AM_OK;
}

enum am_status
am_folder_scan(struct am_folder_tree *tree, struct am_error *err)
{
	struct am_arena turn = { .limit = TURN_LIMIT };
	enum am_status status = AM_OK;
	uint64_t over;
	size_t i;

	AM_TRY(am_folder_nodes(tree, AM_NID_TYPE_FOLDER, &over, err));
	if (over > 0)
		am_report_note(&tree->store->findings, "folder-limit",
			       "%" PRIu64
			       " folders beyond the first %zu are not"
			       " read; their messages are orphans",
			       over, am_folder_limits_of(tree->store).count);
	for (i = 0; i < tree->count && status == AM_OK; i++) {
		struct am_folder_node *folder = &tree->nodes[i];
		struct am_error cause = { 0 };

		folder->parent = AM_FOLDER_NONE;
		folder->row = AM_FOLDER_NO_ROW;
		folder->name = "";
		folder->container_class = "";
		status = properties_read(tree, i, &turn, &cause);
		am_arena_reset(&turn);
		if (am_is_item_scoped(status)) {
			am_store_note(&tree->store->findings, "folder",
				      folder->node.nid, &cause);
			status = AM_OK;
		} else if (status != AM_OK) {
			status = am_store_pass(err, &cause);
		}
	}
	am_arena_free(&turn);
	tree->root = am_folder_tree_find(tree, AM_NID_ROOT_FOLDER);
	return status;
}
