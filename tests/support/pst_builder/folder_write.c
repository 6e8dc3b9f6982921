/* [MS-PST] 2.4.4 Folder objects: their tables and PCs */
#include <string.h>

#include "folder.h"
#include "value.h"

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
