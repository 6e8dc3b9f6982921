/* The tree of folders that a recipe asks for, before any of it is written */
#include <stdlib.h>
#include <string.h>

#include "folder.h"

uint32_t
pb_folder_next_nid(struct pb *pb)
{
	return pb->next_folder++ << 5 | PB_TYPE_FOLDER;
}

struct pb_folder *
pb_folder_add(struct pb *pb, struct pb_folder *parent, const char *name,
	      size_t name_len, uint32_t nid)
{
	struct pb_folder *folder = pb_alloc(sizeof(*folder));

	folder->name = pb_copy_text(name, name_len);
	folder->name_len = name_len;
	folder->nid = nid;
	folder->parent = parent;
	folder->parent_nid = parent != NULL ? parent->nid : nid;
	folder->row.strings = pb->strings;
	if (parent == NULL)
		return folder;
	if (parent->last != NULL)
		parent->last->next = folder;
	else
		parent->first = folder;
	parent->last = folder;
	return folder;
}

static const char *
word_of(const struct pb_stmt *stmt, const char *keyword)
{
	const struct pb_stmt *child = pb_stmt_child(stmt, keyword);

	return child != NULL ? pb_text_at(child, 1) : NULL;
}

static uint32_t
nid_for(struct pb *pb, const struct pb_stmt *stmt, const char *role)
{
	const struct pb_stmt *nid = pb_stmt_child(stmt, "nid");

	if (nid != NULL)
		return (uint32_t)pb_number_at(nid, 1);
	if (role != NULL && strcmp(role, "deleted") == 0)
		return PB_NID_DELETED;
	if (pb_stmt_is(stmt, "search-folder"))
		return pb->next_search_folder++ << 5 | PB_TYPE_SEARCH_FOLDER;
	return pb_folder_next_nid(pb);
}

static void folders_plan(struct pb *pb, struct pb_folder *parent,
			 const struct pb_stmt *block);

/* depth N: that many folders of the name, one in the other; the last one is
 * meant by everything else in the block. */
static struct pb_folder *
chain_plan(struct pb *pb, struct pb_folder *parent, const struct pb_stmt *stmt)
{
	const struct pb_stmt *depth = pb_stmt_child(stmt, "depth");
	const struct pb_word *name = pb_word_at(stmt, 1);
	uint64_t left = depth != NULL ? pb_number_at(depth, 1) : 1;

	for (; left > 1; left--)
		parent = pb_folder_add(pb, parent, name->text, name->len,
				       pb_folder_next_nid(pb));
	return parent;
}

static void
folder_plan(struct pb *pb, struct pb_folder *parent, const struct pb_stmt *stmt)
{
	const char *role = word_of(stmt, "role");
	const struct pb_word *name = pb_word_at(stmt, 1);
	struct pb_folder *folder;

	parent = chain_plan(pb, parent, stmt);
	folder = pb_folder_add(pb, parent, name->text, name->len,
			       nid_for(pb, stmt, role));
	folder->stmt = stmt;
	folder->role = role;
	folder->search = pb_stmt_is(stmt, "search-folder");
	folder->class = word_of(stmt, "class");
	if (pb_stmt_child(stmt, "label") != NULL)
		pb_label_add(pb, word_of(stmt, "label"), folder->nid);
	folders_plan(pb, folder, stmt->children);
}

static void
folders_plan(struct pb *pb, struct pb_folder *parent,
	     const struct pb_stmt *block)
{
	for (const struct pb_stmt *s = block; s != NULL; s = s->next) {
		if (pb_stmt_is(s, "folder") || pb_stmt_is(s, "search-folder"))
			folder_plan(pb, parent, s);
	}
}

static const struct pb_stmt *
top_level(const struct pb *pb, const char *keyword)
{
	const struct pb_stmt all = {
		.children = (struct pb_stmt *)(uintptr_t)pb->recipe
	};

	return pb_stmt_child(&all, keyword);
}

static const struct pb_stmt *
top_block(const struct pb *pb, const char *keyword)
{
	const struct pb_stmt *stmt = top_level(pb, keyword);

	return stmt != NULL ? stmt->children : NULL;
}

struct pb_folder *
pb_folder_with_nid(struct pb_folder *folder, uint32_t nid)
{
	if (folder == NULL || folder->nid == nid)
		return folder;
	for (struct pb_folder *f = folder->first; f != NULL; f = f->next) {
		struct pb_folder *found = pb_folder_with_nid(f, nid);

		if (found != NULL)
			return found;
	}
	return NULL;
}

/* parent NID: what the node says, not where the folder is listed. Labels may
 * be of folders that come later. */
static void
parents_set(struct pb *pb, struct pb_folder *folder)
{
	const struct pb_stmt *parent =
		folder->stmt != NULL ? pb_stmt_child(folder->stmt, "parent")
				     : NULL;

	if (parent != NULL)
		folder->parent_nid = pb_nid_at(pb, parent, 1);
	for (struct pb_folder *f = folder->first; f != NULL; f = f->next)
		parents_set(pb, f);
}

/* One that the recipe does not name. */
static struct pb_folder *
own_add(struct pb *pb, struct pb_folder *parent, const char *name, uint32_t nid)
{
	return pb_folder_add(pb, parent, name, strlen(name), nid);
}

void
pb_folders_plan(struct pb *pb)
{
	struct pb_folder *root = own_add(pb, NULL, "", PB_NID_ROOT);
	struct pb_folder *top = root;
	struct pb_folder *search;

	pb->root = root;
	if (top_level(pb, "no-ipm-subtree") == NULL)
		top = own_add(pb, root, "Top of Outlook data file",
			      PB_NID_IPM_SUBTREE);
	if (!pb->minimal) {
		search = own_add(pb, root, "Search Root", PB_NID_SEARCH_ROOT);
		search->role = "finder";
		own_add(pb, root, "SPAM Search Folder 2", PB_NID_SPAM_SEARCH)
			->search = true;
	}
	folders_plan(pb, top, pb->recipe);
	folders_plan(pb, top, top_block(pb, "ipm-subtree"));
	folders_plan(pb, root, top_block(pb, "root"));
	if (pb_folder_with_role(pb, "deleted") == NULL && top != root)
		own_add(pb, top, "Deleted Items", PB_NID_DELETED)->role =
			"deleted";
	parents_set(pb, root);
}

static struct pb_folder *
with_role(struct pb_folder *folder, const char *role)
{
	if (folder->role != NULL && strcmp(folder->role, role) == 0)
		return folder;
	for (struct pb_folder *f = folder->first; f != NULL; f = f->next) {
		struct pb_folder *found = with_role(f, role);

		if (found != NULL)
			return found;
	}
	return NULL;
}

struct pb_folder *
pb_folder_with_role(struct pb *pb, const char *role)
{
	return with_role(pb->root, role);
}

static struct pb_folder *
child_named(struct pb_folder *parent, const char *name, size_t len)
{
	for (struct pb_folder *f = parent->first; f != NULL; f = f->next) {
		if (f->name_len == len && memcmp(f->name, name, len) == 0)
			return f;
	}
	return NULL;
}

struct pb_folder *
pb_folder_at(struct pb *pb, const struct pb_stmt *stmt, size_t i)
{
	const char *path = pb_text_at(stmt, i);
	struct pb_folder *folder;
	uint64_t number;

	if (path[0] == '@' || pb_number_parse(path, &number)) {
		folder = pb_folder_with_nid(pb->root, pb_nid_at(pb, stmt, i));
	} else {
		folder = pb_folder_with_nid(pb->root, PB_NID_IPM_SUBTREE);
		while (folder != NULL && *path != '\0') {
			const size_t len = strcspn(path, "/");

			folder = child_named(folder, path, len);
			path += len + (path[len] == '/');
		}
	}
	if (folder == NULL)
		pb_die_at(stmt, "no folder \"%s\"", pb_text_at(stmt, i));
	return folder;
}

static void
table_free(struct pb_tc *tc)
{
	if (tc == NULL)
		return;
	pb_tc_free(tc);
	free(tc);
}

void
pb_folders_free(struct pb_folder *folder)
{
	while (folder != NULL) {
		struct pb_folder *next = folder->next;

		pb_folders_free(folder->first);
		table_free(folder->contents);
		table_free(folder->assoc);
		pb_props_free(&folder->row);
		free(folder->name);
		free(folder);
		folder = next;
	}
}
