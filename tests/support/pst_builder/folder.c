/* [MS-PST] 2.4.4 Folder objects */
#include "folder.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

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

static struct pb_folder *
with_nid(struct pb_folder *folder, uint32_t nid)
{
	if (folder == NULL || folder->nid == nid)
		return folder;
	for (struct pb_folder *f = folder->first; f != NULL; f = f->next) {
		struct pb_folder *found = with_nid(f, nid);

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
		folder = with_nid(pb->root, pb_nid_at(pb, stmt, i));
	} else {
		folder = with_nid(pb->root, PB_NID_IPM_SUBTREE);
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

static struct pb_tc *
table_of(struct pb *pb, struct pb_tc **tc, enum pb_table table)
{
	if (*tc == NULL) {
		*tc = pb_alloc(sizeof(**tc));
		pb_tc_begin(*tc, &pb->ndb, &pb->columns[table]);
	}
	return *tc;
}

static struct pb_tc *
contents_of(struct pb *pb, struct pb_folder *folder)
{
	return table_of(pb, &folder->contents,
			folder->search ? PB_TABLE_SEARCH : PB_TABLE_CONTENTS);
}

void
pb_folder_list(struct pb *pb, struct pb_folder *folder, uint32_t nid,
	       const struct pb_props *props, bool associated)
{
	if (associated) {
		folder->assoc_count++;
		pb_tc_add(table_of(pb, &folder->assoc, PB_TABLE_ASSOC), nid,
			  props);
		return;
	}
	folder->count++;
	folder->unread += (pb_props_int(props, 0x0E07, 1) & 1) == 0;
	pb_tc_add(contents_of(pb, folder), nid, props);
}

void
pb_folder_index(struct pb *pb, struct pb_folder *folder, uint32_t nid,
		uint32_t index)
{
	pb_tc_add_index(contents_of(pb, folder), nid, index);
}

/* row NID [SUBJECT]: a row for something that may not be there. */
static void
row_add(struct pb *pb, struct pb_folder *folder, const struct pb_stmt *stmt)
{
	struct pb_props props = { .strings = pb->strings };

	pb_props_set_string(&props, 0x001A, "IPM.Note");
	if (stmt->count > 2)
		pb_props_set_string(&props, 0x0037, pb_text_at(stmt, 2));
	for (const struct pb_stmt *s = stmt->children; s != NULL; s = s->next) {
		if (!pb_props_apply(pb, s, &props))
			pb_die_at(s, "is nothing for a row");
	}
	pb_folder_list(pb, folder, pb_nid_at(pb, stmt, 1), &props, false);
	pb_props_free(&props);
}

static void folder_fill(struct pb *pb, struct pb_folder *folder,
			const struct pb_stmt *block);

/* What a folder's block may hold besides messages and settings. */
static bool
is_setting(const struct pb_stmt *stmt)
{
	static const char *const known[] = {
		"role",
		"class",
		"label",
		"nid",
		"parent",
		"unlisted",
		"depth",
		"no-node",
		"no-hierarchy-table",
		"no-contents-table",
		"no-associated-table",
		"hierarchy-row",
		"prop",
		"also",
		"remove",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (pb_stmt_is(stmt, known[i]))
			return true;
	}
	return false;
}

static struct pb_folder *
planned(struct pb_folder *folder, const struct pb_stmt *stmt)
{
	for (struct pb_folder *f = folder->first; f != NULL; f = f->next) {
		struct pb_folder *found = f->stmt == stmt ? f : NULL;

		if (found == NULL && f->stmt == NULL)
			found = planned(f, stmt);
		if (found != NULL)
			return found;
	}
	return NULL;
}

static void
content_write(struct pb *pb, struct pb_folder *folder,
	      const struct pb_stmt *stmt)
{
	if (pb_stmt_is(stmt, "message"))
		pb_item_write(pb, folder, stmt, false);
	else if (pb_stmt_is(stmt, "associated"))
		pb_item_write(pb, folder, stmt, true);
	else if (pb_stmt_is(stmt, "generate"))
		pb_generate(pb, folder, stmt);
	else if (pb_stmt_is(stmt, "row"))
		row_add(pb, folder, stmt);
	else if (pb_stmt_is(stmt, "index"))
		pb_folder_index(pb, folder, pb_nid_at(pb, stmt, 1),
				(uint32_t)pb_number_at(stmt, 2));
	else if (pb_stmt_is(stmt, "skip-to"))
		pb_space_skip(&pb->ndb.space, pb_number_at(stmt, 1));
	else if (!is_setting(stmt))
		pb_die_at(stmt, "is nothing for a folder");
}

static void
folder_fill(struct pb *pb, struct pb_folder *folder,
	    const struct pb_stmt *block)
{
	for (const struct pb_stmt *s = block; s != NULL; s = s->next) {
		if (pb_stmt_is(s, "folder") || pb_stmt_is(s, "search-folder"))
			folder_fill(pb, planned(folder, s), s->children);
		else
			content_write(pb, folder, s);
	}
}

/* At the top only folders and what fills a folder; settings were read. */
static void
top_fill(struct pb *pb, struct pb_folder *top)
{
	for (const struct pb_stmt *s = pb->recipe; s != NULL; s = s->next) {
		if (pb_stmt_is(s, "folder") || pb_stmt_is(s, "search-folder"))
			folder_fill(pb, planned(top, s), s->children);
		else if (pb_stmt_is(s, "ipm-subtree"))
			folder_fill(pb, top, s->children);
		else if (pb_stmt_is(s, "root"))
			folder_fill(pb, pb->root, s->children);
		else if (pb_stmt_is(s, "generate") || pb_stmt_is(s, "skip-to"))
			content_write(pb, top, s);
	}
}

void
pb_folders_fill(struct pb *pb)
{
	struct pb_folder *top = with_nid(pb->root, PB_NID_IPM_SUBTREE);

	top_fill(pb, top != NULL ? top : pb->root);
}

static bool
asked(const struct pb_folder *folder, const char *keyword)
{
	return folder->stmt != NULL &&
	       pb_stmt_child(folder->stmt, keyword) != NULL;
}

static void
table_write(struct pb *pb, const struct pb_folder *folder, struct pb_tc *tc,
	    enum pb_nid_type type, enum pb_table table)
{
	const uint32_t nid = (folder->nid & ~31u) | type;
	uint64_t sub;
	uint64_t data;

	if (tc == NULL) {
		pb_table_write_empty(pb, nid, table);
		return;
	}
	data = pb_tc_end(tc, pb->bth_max, &sub);
	pb_ndb_add_node(&pb->ndb, nid, 0, data, sub);
}

static void
hierarchy_rows_add(struct pb *pb, struct pb_tc *tc,
		   const struct pb_folder *folder)
{
	struct pb_props props = { .strings = pb->strings };

	for (struct pb_folder *f = folder->first; f != NULL; f = f->next) {
		if (!asked(f, "unlisted"))
			pb_tc_add(tc, f->nid, &f->row);
	}
	if (folder->stmt == NULL)
		return;
	for (const struct pb_stmt *s = folder->stmt->children; s != NULL;
	     s = s->next) {
		if (!pb_stmt_is(s, "hierarchy-row"))
			continue;
		pb_props_set_string(&props, 0x3001, pb_text_at(s, 2));
		pb_tc_add(tc, pb_nid_at(pb, s, 1), &props);
	}
	pb_props_free(&props);
}

static void
hierarchy_write(struct pb *pb, const struct pb_folder *folder)
{
	struct pb_tc tc = { 0 };

	pb_tc_begin(&tc, &pb->ndb, &pb->columns[PB_TABLE_HIERARCHY]);
	hierarchy_rows_add(pb, &tc, folder);
	table_write(pb, folder, &tc, PB_TYPE_HIERARCHY, PB_TABLE_HIERARCHY);
	pb_tc_free(&tc);
}

static void
tables_write(struct pb *pb, const struct pb_folder *folder)
{
	if (folder->search) {
		const uint32_t base = folder->nid & ~31u;

		table_write(pb, folder, folder->contents,
			    PB_TYPE_SEARCH_CONTENTS, PB_TABLE_SEARCH);
		pb_ndb_add_node(&pb->ndb, base | 0x06, 0, 0, 0);
		return;
	}
	if (!asked(folder, "no-hierarchy-table"))
		hierarchy_write(pb, folder);
	if (!asked(folder, "no-contents-table"))
		table_write(pb, folder, folder->contents, PB_TYPE_CONTENTS,
			    PB_TABLE_CONTENTS);
	if (!asked(folder, "no-associated-table"))
		table_write(pb, folder, folder->assoc, PB_TYPE_ASSOC_CONTENTS,
			    PB_TABLE_ASSOC);
}

/* Where Outlook keeps the entry ids of its own folders: on the Inbox and on
 * the root ([MS-OXOSFLD] 2.2.2). */
static const struct {
	const char *role;
	uint16_t id;
} special[] = {
	{ "calendar", 0x36D0 }, { "contacts", 0x36D1 }, { "journal", 0x36D2 },
	{ "notes", 0x36D3 },	{ "tasks", 0x36D4 },	{ "drafts", 0x36D7 },
	{ "archive", 0x35FF },
};

/* 36D8: entry 4 is the junk folder, the others are left empty. */
static void
junk_set(struct pb *pb, struct pb_props *props, const struct pb_folder *junk)
{
	struct pb_buf value = { 0 };
	uint8_t entry_id[24];

	pb_entry_id(pb, junk->nid, entry_id);
	pb_buf_int(&value, 4, 5);
	for (unsigned i = 0; i < 5; i++)
		pb_buf_int(&value, 4, 4 + 5 * 4);
	pb_buf_add(&value, entry_id, sizeof(entry_id));
	pb_props_set(props, 0x36D8, PB_BINARY | PB_MULTIPLE, value.data,
		     value.len);
	pb_buf_free(&value);
}

static void
special_set(struct pb *pb, struct pb_props *props)
{
	const struct pb_folder *folder = pb_folder_with_role(pb, "junk");
	uint8_t entry_id[24];

	if (folder != NULL)
		junk_set(pb, props, folder);
	for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++) {
		folder = pb_folder_with_role(pb, special[i].role);
		if (folder == NULL)
			continue;
		pb_entry_id(pb, folder->nid, entry_id);
		pb_props_set(props, special[i].id, PB_BINARY, entry_id,
			     sizeof(entry_id));
	}
}

static bool
is_inbox(const struct pb_folder *folder)
{
	return folder->role != NULL && strcmp(folder->role, "inbox") == 0;
}

static void
props_make(struct pb *pb, const struct pb_folder *folder,
	   struct pb_props *props)
{
	pb_props_set_text(props, 0x3001, folder->name, folder->name_len);
	pb_props_set_int(props, 0x3602, PB_I32, folder->count);
	pb_props_set_int(props, 0x3603, PB_I32, folder->unread);
	pb_props_set_int(props, 0x360A, PB_BOOL, folder->first != NULL);
	if (folder->class != NULL)
		pb_props_set_string(props, 0x3613, folder->class);
	if (is_inbox(folder) || folder == pb->root)
		special_set(pb, props);
	if (folder->stmt == NULL)
		return;
	for (const struct pb_stmt *s = folder->stmt->children; s != NULL;
	     s = s->next)
		pb_props_apply(pb, s, props);
}

/* Children first: their rows are the parent's hierarchy table. */
static void
folder_write(struct pb *pb, struct pb_folder *folder)
{
	struct pb_props pc = { .strings = pb->strings };

	for (struct pb_folder *f = folder->first; f != NULL; f = f->next)
		folder_write(pb, f);
	tables_write(pb, folder);
	props_make(pb, folder, &folder->row);
	props_make(pb, folder, &pc);
	if (!asked(folder, "no-node"))
		pb_node_write(pb, folder->nid, folder->parent_nid, &pc);
	pb_props_free(&pc);
}

void
pb_folders_write(struct pb *pb)
{
	folder_write(pb, pb->root);
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
