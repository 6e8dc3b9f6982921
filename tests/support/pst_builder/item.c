/* A message of the recipe as a node of its own: where it is listed, whose
 * child it says it is, and whether it is there at all. */
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "message.h"

struct item {
	struct pb *pb;
	struct pb_folder *folder;
	const struct pb_stmt *stmt;
	bool associated;
	struct pb_node_entry node;
};

/* Statements of the block that place the message, not part of it. */
static bool
places(const struct pb_stmt *stmt)
{
	static const char *const known[] = {
		"nid",	   "label",	   "parent",	"unlisted", "listed-in",
		"no-node", "listed-twice", "row-cells", "deleted",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (pb_stmt_is(stmt, known[i]))
			return true;
	}
	return false;
}

static const struct pb_stmt *
asked(const struct item *item, const char *keyword)
{
	return pb_stmt_child(item->stmt, keyword);
}

static uint32_t
nid_for(struct item *item)
{
	struct pb *pb = item->pb;
	const struct pb_stmt *nid = asked(item, "nid");

	if (nid != NULL)
		return (uint32_t)pb_number_at(nid, 1);
	if (item->associated)
		return pb->next_associated++ << 5 | PB_TYPE_ASSOCIATED;
	return pb->next_message++ << 5 | PB_TYPE_MESSAGE;
}

static void
props_copy(struct pb_props *to, const struct pb_props *from)
{
	*to = (struct pb_props){ .strings = from->strings };
	for (size_t i = 0; i < from->count; i++) {
		const struct pb_prop *prop = &from->items[i];

		if (prop->form == PB_FORM_VALUE)
			pb_props_set(to, prop->id, prop->type,
				     pb_prop_bytes(from, prop), prop->len);
	}
}

/* row-cells { … }: the row says something else than the message. */
static void
cells_change(struct item *item, struct pb_props *row)
{
	const struct pb_stmt *cells = asked(item, "row-cells");

	if (cells == NULL)
		return;
	for (const struct pb_stmt *s = cells->children; s != NULL;
	     s = s->next) {
		if (!pb_props_apply(item->pb, s, row))
			pb_die_at(s, "is nothing for a row");
	}
}

/* Rows of search folders also say where the message lies. */
static void
list_in(struct item *item, struct pb_folder *folder, struct pb_props *row)
{
	pb_props_set_int(row, 0x67F1, PB_I32, item->node.parent);
	pb_folder_list(item->pb, folder, item->node.nid, row, item->associated);
}

static void
list(struct item *item, const struct pb_props *props)
{
	struct pb_props row;

	props_copy(&row, props);
	cells_change(item, &row);
	if (asked(item, "unlisted") == NULL)
		list_in(item, item->folder, &row);
	if (asked(item, "listed-twice") != NULL)
		list_in(item, item->folder, &row);
	for (const struct pb_stmt *s = item->stmt->children; s != NULL;
	     s = s->next) {
		if (pb_stmt_is(s, "listed-in"))
			list_in(item, pb_folder_at(item->pb, s, 1), &row);
	}
	pb_props_free(&row);
}

static enum pb_remains
remains_at(const struct pb_stmt *stmt)
{
	static const char *const names[] = { "blocks", "entries", "pages" };

	for (size_t i = 0; i < 3; i++) {
		if (pb_word_is(stmt, 1, names[i]))
			return (enum pb_remains)i;
	}
	pb_die_at(stmt, "what remains: blocks, entries or pages?");
}

static void
place(struct item *item, const struct pb_props *props, uint64_t first_bid)
{
	struct pb *pb = item->pb;
	const struct pb_stmt *deleted = asked(item, "deleted");

	if (asked(item, "label") != NULL)
		pb_label_add(pb, pb_text_at(asked(item, "label"), 1),
			     item->node.nid);
	if (asked(item, "no-node") == NULL)
		pb_nodes_add(&pb->ndb.nodes, item->node);
	if (deleted == NULL) {
		list(item, props);
		return;
	}
	pb_deleted_add(pb,
		       &(struct pb_deleted){ .node = item->node,
					     .first_bid = first_bid,
					     .end_bid = pb->ndb.next_bid,
					     .remains = remains_at(deleted) });
}

static void
statements_apply(struct pb_message *message, const struct pb_stmt *block)
{
	for (const struct pb_stmt *s = block; s != NULL; s = s->next) {
		if (!places(s) && !pb_message_apply(message, s))
			pb_die_at(s, "is nothing for a message");
	}
}

void
pb_item_write(struct pb *pb, struct pb_folder *folder,
	      const struct pb_stmt *stmt, bool associated)
{
	struct item item = { .pb = pb,
			     .folder = folder,
			     .stmt = stmt,
			     .associated = associated };
	const uint64_t first_bid = pb->ndb.next_bid;
	struct pb_message message = { 0 };

	item.node.nid = nid_for(&item);
	item.node.parent = asked(&item, "parent") != NULL
				   ? pb_nid_at(pb, asked(&item, "parent"), 1)
				   : folder->nid;
	pb_message_begin(&message, pb);
	if (associated)
		pb_props_set_int(&message.props, 0x0E07, PB_I32, 0x41);
	statements_apply(&message, stmt->children);
	pb_message_end(&message, &item.node.data, &item.node.sub);
	place(&item, &message.props, first_bid);
	pb_message_free(&message);
}
