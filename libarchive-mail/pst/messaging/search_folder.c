/* [MS-PST] 2.4.8 Search folders: no mail lies in them, but they have names. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "pst/messaging/folder.h"

enum {
	/* bytes: the list and its texts; the nodes; one of them */
	LIST_ARENA_LIMIT = 96 << 20,
	NODES_ARENA_LIMIT = 64 << 20,
	TURN_LIMIT = 8 << 20,

	/* "/deep~0x" and eight digits */
	PATH_EXTRA = 17
};

struct am_search_list {
	struct am_arena texts; /* names and paths */
	struct am_arena arena; /* the array */
	struct am_search_folder *folders;
	size_t count;
};

void
am_search_list_close(struct am_search_list *list)
{
	if (list == NULL)
		return;
	am_arena_free(&list->texts);
	am_arena_free(&list->arena);
	am_free(list);
}

static enum am_status
name_read(struct am_folder_tree *tree, struct am_folder_node *node,
	  struct am_arena *turn, struct am_error *err)
{
	struct am_text text;
	struct am_pc *pc;

	AM_TRY(am_pc_open(tree->store->ndb, &node->node, turn, &pc, err));
	AM_TRY(am_pc_text(pc, AM_PID_DISPLAY_NAME, tree->store->info.codepage,
			  turn, &text, err));
	return am_folder_keep_name(tree, &text, &node->name, err);
}

static enum am_status
path_make(struct am_folder_tree *tree, const char *above,
	  struct am_search_folder *folder, struct am_arena *turn,
	  struct am_error *err)
{
	const struct am_folder_limits max = am_folder_limits_of(tree->store);
	const size_t used = tree->texts->used;
	const char *slash = above[0] != '\0' ? "/" : "";
	const char *component;
	size_t len;

	AM_TRY(am_folder_component(
		turn, folder->name[0] != '\0' ? folder->name : "unnamed",
		&component, err));
	len = strlen(above) + strlen(component) + PATH_EXTRA;
	if (len > max.path || used > max.texts || len > max.texts - used)
		folder->path = am_arena_printf(tree->texts, "deep~0x%" PRIx32,
					       folder->nid);
	else
		folder->path = am_arena_printf(tree->texts, "%s%s%s", above,
					       slash, component);
	return folder->path != NULL ? AM_OK
				    : am_arena_failed(tree->texts, len, err);
}

/* One of them; what cannot be read of it is a finding, it stays unnamed. */
static enum am_status
folder_read(struct am_folder_tree *tree, struct am_folder_node *node,
	    struct am_search_folder *folder, struct am_arena *turn,
	    struct am_error *err)
{
	struct am_error cause = { 0 };
	const struct am_folder *list;
	enum am_status status;
	size_t count;

	node->name = "";
	status = name_read(tree, node, turn, &cause);
	if (status != AM_OK && !am_is_item_scoped(status))
		return am_store_pass(err, &cause);
	if (status != AM_OK)
		am_store_note(&tree->store->findings, "search-folder",
			      node->node.nid, &cause);
	folder->nid = node->node.nid;
	folder->name = node->name;
	folder->parent =
		am_store_folder_index(tree->store, node->node.nid_parent);
	AM_TRY(am_store_folders(tree->store, &list, &count, err));
	return path_make(
		tree, folder->parent < count ? list[folder->parent].path : "",
		folder, turn, err);
}

static int
folder_compare(const void *left, const void *right)
{
	const struct am_search_folder *a = left;
	const struct am_search_folder *b = right;

	if (a->parent != b->parent)
		return a->parent < b->parent ? -1 : 1;
	return a->nid < b->nid ? -1 : a->nid > b->nid;
}

static enum am_status
list_fill(struct am_search_list *list, struct am_folder_tree *tree,
	  struct am_error *err)
{
	struct am_arena turn = { .limit = TURN_LIMIT };
	enum am_status status = AM_OK;
	size_t i;

	list->folders = am_arena_array(&list->arena, tree->count,
				       struct am_search_folder);
	if (list->folders == NULL)
		return am_arena_failed(&list->arena,
				       tree->count * sizeof(*list->folders),
				       err);
	for (i = 0; i < tree->count && status == AM_OK; i++) {
		status = folder_read(tree, &tree->nodes[i], &list->folders[i],
				     &turn, err);
		am_arena_reset(&turn);
	}
	am_arena_free(&turn);
	list->count = tree->count;
	if (list->count > 1)
		qsort(list->folders, list->count, sizeof(*list->folders),
		      folder_compare);
	return status;
}

static enum am_status
list_read(struct am_store *store, struct am_search_list *list,
	  struct am_error *err)
{
	struct am_arena arena = { .limit = NODES_ARENA_LIMIT };
	struct am_folder_tree tree = { .store = store,
				       .arena = &arena,
				       .texts = &list->texts };
	enum am_status status;
	uint64_t over;

	status = am_folder_nodes(&tree, AM_NID_TYPE_SEARCH_FOLDER, &over, err);
	if (status == AM_OK && over > 0)
		am_report_note(&store->findings, "search-folder-limit",
			       "%" PRIu64 " search folders beyond the first %zu"
			       " are not shown; no mail lies in them",
			       over, am_folder_limits_of(store).count);
	if (status == AM_OK)
		status = list_fill(list, &tree, err);
	am_arena_free(&arena);
	return status;
}

enum am_status
am_store_search_folders(struct am_store *store,
			const struct am_search_folder **folders_out,
			size_t *count_out, struct am_error *err)
{
	struct am_report *item = store->report;
	struct am_search_list *list = store->searches;
	const struct am_folder *folders;
	enum am_status status = AM_OK;
	size_t count;

	AM_TRY(am_store_folders(store, &folders, &count, err));
	if (list == NULL) {
		list = am_alloc(sizeof(*list));
		if (list == NULL)
			return am_nomem(err);
		list->texts.limit = LIST_ARENA_LIMIT;
		list->arena.limit = LIST_ARENA_LIMIT;
		am_store_set_report(store, NULL);
		status = list_read(store, list, err);
		am_store_set_report(store,
				    item == &store->findings ? NULL : item);
	}
	if (status != AM_OK) {
		am_search_list_close(list);
		return status;
	}
	store->searches = list;
	*folders_out = list->folders;
	*count_out = list->count;
	return AM_OK;
}
