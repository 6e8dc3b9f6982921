/* [MS-PST] 2.4.6.2 Attachment object: its texts, its data, its message. */
#include <inttypes.h>

#include "pst/messaging/message_private.h"
#include "pst/messaging/store_private.h"

enum am_status
am_attachment_text(const struct am_attachment *attachment, uint16_t id,
		   struct am_text *text_out, struct am_error *err)
{
	const struct am_message *message = attachment->message;

	*text_out = (struct am_text){ 0 };
	if (attachment->pc == NULL)
		return AM_OK;
	return am_pc_text(attachment->pc, id, message->codepage, message->arena,
			  text_out, err);
}

static enum am_status
data_find(const struct am_attachment *attachment, struct am_prop *prop_out,
	  struct am_error *err)
{
	if (attachment->pc == NULL ||
	    !am_pc_find(attachment->pc, AM_PID_ATTACH_DATA, prop_out))
		return am_fail(err, AM_NOT_FOUND,
			       "the attachment %#" PRIx32 " has no data",
			       attachment->node.nid);
	return AM_OK;
}

/* The subnode of an object: the attachment's own, else (some writers) the
 * message's. */
static enum am_status
object_find(const struct am_attachment *attachment, uint32_t nid,
	    struct am_node *node_out, struct am_error *err)
{
	const struct am_message *message = attachment->message;
	const struct am_node *node;
	enum am_status status;

	status = am_subnode_find(message->store->ndb, attachment->node.bid_sub,
				 nid, node_out, err);
	if (status == AM_OK || !am_is_item_scoped(status))
		return status;
	node = am_message_subnode(message, nid);
	if (node == NULL)
		return status;
	*node_out = *node;
	return AM_OK;
}

static enum am_status
object_node(const struct am_attachment *attachment, const struct am_prop *prop,
	    struct am_node *node_out, struct am_error *err)
{
	uint32_t nid;
	uint32_t size;

	AM_TRY(am_prop_object(prop, &nid, &size, err));
	return object_find(attachment, nid, node_out, err);
}

enum am_status
am_attachment_open(const struct am_attachment *attachment,
		   struct am_arena *arena, struct am_stream **stream_out,
		   uint64_t *size_out, struct am_error *err)
{
	struct am_node node;
	struct am_prop prop;
	struct am_data *data;

	AM_TRY(data_find(attachment, &prop, err));
	if (prop.type != AM_TYPE_OBJECT)
		return am_prop_open(&prop, arena, stream_out, size_out, err);
	if (attachment->method == AM_ATTACH_EMBEDDED)
		return am_fail(err, AM_NOT_FOUND,
			       "the data of attachment %#" PRIx32
			       " is a message",
			       attachment->node.nid);
	AM_TRY(object_node(attachment, &prop, &node, err));
	AM_TRY(am_data_open(attachment->message->store->ndb, node.bid_data,
			    arena, &data, err));
	*size_out = am_data_size(data);
	return am_data_stream(data, arena, stream_out, err);
}

/* Where PidTagAttachDataObject names nothing, the one message among the
 * attachment's subnodes is meant. */
static enum am_status
message_node(const struct am_attachment *attachment, struct am_arena *arena,
	     struct am_node *node_out, struct am_error *err)
{
	struct am_prop prop;
	struct am_error cause = { 0 };
	struct am_node *nodes;
	enum am_status status;
	enum am_status listed;
	size_t count;
	size_t i;

	status = data_find(attachment, &prop, err);
	if (status == AM_OK)
		status = object_node(attachment, &prop, node_out, err);
	if (status == AM_OK || !am_is_item_scoped(status) ||
	    attachment->node.bid_sub == 0)
		return status;
	listed = am_subnode_list(attachment->message->store->ndb,
				 attachment->node.bid_sub, arena, &nodes,
				 &count, &cause);
	if (listed != AM_OK)
		return am_is_item_scoped(listed) ? status
						 : am_store_pass(err, &cause);
	for (i = 0; i < count; i++) {
		if (am_nid_type(nodes[i].nid) != AM_NID_TYPE_MESSAGE)
			continue;
		*node_out = nodes[i];
		return AM_OK;
	}
	return status;
}

/* BIDs compare without their lowest bit ([MS-PST] 2.2.2.2). */
static bool
bids_meet(uint64_t a, uint64_t b)
{
	return (a | 1) == (b | 1) && (a | 1) != 1;
}

/* Does a message on the way to here have the same data or subnodes? Then it
 * contains itself. */
static bool
path_has(const struct am_message *message, const struct am_node *node)
{
	for (; message != NULL; message = message->parent)
		if (bids_meet(message->node.bid_data, node->bid_data) ||
		    bids_meet(message->node.bid_sub, node->bid_sub))
			return true;
	return false;
}

enum am_status
am_attachment_message(const struct am_attachment *attachment,
		      struct am_arena *arena, struct am_message **message_out,
		      struct am_error *err)
{
	const struct am_message *message = attachment->message;
	struct am_node node;

	if (message->depth >= AM_MESSAGE_MAX_NESTING)
		return am_fail(err, AM_LIMIT,
			       "messages are embedded more than %d deep",
			       AM_MESSAGE_MAX_NESTING);
	AM_TRY(message_node(attachment, arena, &node, err));
	if (path_has(message, &node))
		return am_fail(err, AM_CORRUPT,
			       "the message in attachment %#" PRIx32
			       " contains itself",
			       attachment->node.nid);
	return am_message_open_in(message, message->store, &node, arena,
				  message_out, err);
}
