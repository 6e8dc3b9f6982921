/* [MS-PST] 2.4.5 Messages. */
#include <stdlib.h>

#include "pst/messaging/codepage.h"
#include "pst/messaging/message_private.h"

/* The ladder of mapi-to-mime 2, unless the caller knows better. Texts that
 * say they are UTF-8 are so: nobody calls other bytes that by mistake. */
static void
codepage_find(struct am_message *message)
{
	const struct am_store *store = message->store;
	const unsigned own =
		am_codepage_of_pc(message->pc, store->codepage_store);

	message->codepage = own;
	message->codepage_is_forced =
		store->codepage_forced != 0 && own != AM_CP_UTF8;
	if (message->codepage_is_forced)
		message->codepage = store->codepage_forced;
	else if (own == 0 && message->parent != NULL)
		message->codepage = message->parent->codepage;
	else if (own == 0)
		message->codepage = store->info.codepage;
}

static int
node_compare(const void *left, const void *right)
{
	const struct am_node *a = left;
	const struct am_node *b = right;

	return a->nid < b->nid ? -1 : a->nid > b->nid;
}

void
am_message_note(const struct am_message *message, const char *kind,
		uint32_t nid, const struct am_error *err)
{
	am_store_note(message->store->report, kind, nid, err);
}

/* The subnodes, sorted by NID. A message without them is still a message
 * (tricky A29). */
static enum am_status
subnodes_read(struct am_message *message, struct am_error *err)
{
	struct am_error cause = { 0 };
	enum am_status status;

	if (message->node.bid_sub == 0)
		return AM_OK;
	status = am_subnode_list(message->store->ndb, message->node.bid_sub,
				 message->arena, &message->subnodes,
				 &message->subnode_count, &cause);
	if (am_is_item_scoped(status)) {
		message->subnodes = NULL;
		message->subnode_count = 0;
		am_message_note(message, "subnodes", message->node.nid, &cause);
		return AM_OK;
	}
	if (status != AM_OK)
		return am_store_pass(err, &cause);
	if (message->subnode_count > 1)
		qsort(message->subnodes, message->subnode_count,
		      sizeof(*message->subnodes), node_compare);
	return AM_OK;
}

const struct am_node *
am_message_subnode(const struct am_message *message, uint32_t nid)
{
	size_t low = 0;
	size_t high = message->subnode_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (message->subnodes[middle].nid < nid)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == message->subnode_count || message->subnodes[low].nid != nid)
		return NULL;
	return &message->subnodes[low];
}

static enum am_status
class_read(struct am_message *message, struct am_error *err)
{
	struct am_text text;

	AM_TRY(am_message_text(message, AM_PID_MESSAGE_CLASS, &text, err));
	message->class_name = text.data != NULL ? text.data : "";
	return AM_OK;
}

static enum am_status
message_read(struct am_message *message, struct am_error *err)
{
	AM_TRY(am_pc_open(message->store->ndb, &message->node, message->arena,
			  &message->pc, err));
	codepage_find(message);
	AM_TRY(class_read(message, err));
	return subnodes_read(message, err);
}

enum am_status
am_message_open_in(const struct am_message *parent, struct am_store *store,
		   const struct am_node *node, struct am_arena *arena,
		   struct am_message **message_out, struct am_error *err)
{
	struct am_message *message = am_arena_new(arena, struct am_message);
	enum am_status status;

	if (message == NULL)
		return am_arena_failed(arena, sizeof(*message), err);
	message->store = store;
	message->arena = arena;
	message->node = *node;
	message->parent = parent;
	message->depth = parent != NULL ? parent->depth + 1 : 0;
	status = message_read(message, err);
	if (status == AM_OK)
		*message_out = message;
	else if (err != NULL && err->nid == 0)
		err->nid = node->nid;
	return status;
}

enum am_status
am_message_open(struct am_store *store, const struct am_node *node,
		struct am_arena *arena, struct am_message **message_out,
		struct am_error *err)
{
	return am_message_open_in(NULL, store, node, arena, message_out, err);
}

enum am_status
am_message_text(const struct am_message *message, uint16_t id,
		struct am_text *text_out, struct am_error *err)
{
	return am_pc_text(message->pc, id, message->codepage, message->arena,
			  text_out, err);
}

/* Some files give one name to several ids; which of them is in use differs
 * from message to message. */
bool
am_message_named(const struct am_message *message, enum am_guid_set set,
		 uint32_t lid, struct am_prop *prop_out)
{
	const struct am_named_map *map = message->store->named;
	size_t nth = 0;
	uint16_t id;

	while ((id = am_named_find_nth(map, set, lid, nth++)) != 0)
		if (am_pc_find(message->pc, id, prop_out))
			return true;
	return false;
}

enum am_status
am_message_named_text(const struct am_message *message, enum am_guid_set set,
		      uint32_t lid, struct am_text *text_out,
		      struct am_error *err)
{
	struct am_prop prop;

	*text_out = (struct am_text){ 0 };
	if (!am_message_named(message, set, lid, &prop))
		return AM_OK;
	return am_message_text(message, prop.id, text_out, err);
}
