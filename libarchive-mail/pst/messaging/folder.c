/* [MS-PST] 2.4.4 Folders: the list that a store gives out. */
#include "pst/messaging/folder.h"

#include "base/alloc.h"

enum {
	/* bytes: the list and its texts; what the reading of it needs */
	LIST_ARENA_LIMIT = 96 << 20,
	TREE_ARENA_LIMIT = 256 << 20
};

struct am_folder_list {
	struct am_arena texts; /* names and paths */
	struct am_arena arena; /* the two arrays */
	struct am_folder *folders;
	size_t count;
	struct am_folder_place { /* sorted by NID */
		uint32_t nid;
		uint32_t place;
	} * places;
};

const char *
am_role_name(enum am_role role)
{
	static const char *const names[] = {
		[AM_ROLE_NONE] = NULL,
		[AM_ROLE_INBOX] = "inbox",
		[AM_ROLE_SENT] = "sent",
		[AM_ROLE_DRAFTS] = "drafts",
		[AM_ROLE_DELETED] = "deleted",
		[AM_ROLE_JUNK] = "junk",
		[AM_ROLE_OUTBOX] = "outbox",
		[AM_ROLE_ARCHIVE] = "archive",
		[AM_ROLE_CALENDAR] = "calendar",
		[AM_ROLE_CONTACTS] = "contacts",
		[AM_ROLE_TASKS] = "tasks",
		[AM_ROLE_NOTES] = "notes",
		[AM_ROLE_JOURNAL] = "journal",
	};

	if ((size_t)role >= sizeof(names) / sizeof(names[0]))
		return NULL;
	return names[role];
}

void
am_folder_list_close(struct am_folder_list *list)
{
	if (list == NULL)
		return;
	am_arena_free(&list->texts);
	am_arena_free(&list->arena);
	am_free(list);
}

/* From the tree to the list, in its order. */
static enum am_status
list_fill(struct am_folder_list *list, const struct am_folder_tree *tree,
	  struct am_error *err)
{
	size_t place;

	list->count = tree->count;
	list->folders =
		am_arena_array(&list->arena, list->count, struct am_folder);
	list->places = am_arena_array(&list->arena, list->count,
				      struct am_folder_place);
	if (list->folders == NULL || list->places == NULL)
		return am_arena_failed(&list->arena,
				       list->count * sizeof(*list->folders),
				       err);
	for (place = 0; place < list->count; place++)
		list->places[tree->order[place]].place = (uint32_t)place;
	for (place = 0; place < list->count; place++) {
		const struct am_folder_node *node =
			&tree->nodes[tree->order[place]];
		struct am_folder *folder = &list->folders[place];

		list->places[tree->order[place]].nid = node->node.nid;
		folder->nid = node->node.nid;
		folder->parent = node->parent != AM_FOLDER_NONE
					 ? list->places[node->parent].place
					 : SIZE_MAX;
		folder->name = node->name;
		folder->container_class = node->container_class;
		folder->role = node->role;
		folder->is_hidden = node->is_hidden;
		folder->content_count = node->content_count;
	}
	return am_folder_paths(tree, list->folders, err);
}

static enum am_status
list_read(struct am_store *store, struct am_folder_list *list,
	  struct am_error *err)
{
	struct am_arena arena = { .limit = TREE_ARENA_LIMIT };
	struct am_folder_tree tree = { .store = store,
				       .arena = &arena,
				       .texts = &list->texts };
	enum am_status status;

	status = am_folder_scan(&tree, err);
	if (status == AM_OK)
		status = am_folder_link(&tree, err);
	if (status == AM_OK)
		status = am_folder_roles(&tree, err);
	if (status == AM_OK)
		status = list_fill(list, &tree, err);
	am_arena_free(&arena);
	return status;
}

enum am_status
am_store_folders(struct am_store *store, const struct am_folder **folders_out,
		 size_t *count_out, struct am_error *err)
{
	struct am_report *item = store->report;
	struct am_folder_list *list = store->folders;
	enum am_status status = AM_OK;

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
		am_folder_list_close(list);
		return status;
	}
	store->folders = list;
	*folders_out = list->folders;
	*count_out = list->count;
	return AM_OK;
}

size_t
am_store_folder_index(const struct am_store *store, uint32_t nid)
{
	const struct am_folder_list *list = store->folders;
	size_t low = 0;
	size_t high = list != NULL ? list->count : 0;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (list->places[middle].nid < nid)
			low = middle + 1;
		else
			high = middle;
	}
	if (list == NULL || low == list->count || list->places[low].nid != nid)
		return SIZE_MAX;
	return list->places[low].place;
}
