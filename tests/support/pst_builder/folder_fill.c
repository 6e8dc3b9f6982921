/* What folders hold, in the order of the recipe */
#include "folder.h"
#include "message.h"

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
	struct pb_folder *top =
		pb_folder_with_nid(pb->root, PB_NID_IPM_SUBTREE);

	top_fill(pb, top != NULL ? top : pb->root);
}
