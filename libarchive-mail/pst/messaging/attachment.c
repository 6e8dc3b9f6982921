/* [MS-PST] 2.4.6 Attachments. */
#include <stdlib.h>

#include "pst/ltp/tc.h"
#include "pst/messaging/message_private.h"
#include "pst/messaging/store_private.h"

enum { NOT_RENDERED = -1 };

/* An attachment before its PC is opened. */
struct found {
	uint32_t nid;
	const struct am_node *node; /* NULL: only the row is there */
	const char *row_name;
	int64_t row_position; /* what the row says, if the PC does not */
	int64_t row_method;
};

struct attachment_reader {
	const struct am_message *message;
	struct found *found;
	size_t count;
	size_t capacity;
	size_t left;	 /* for which there is no room */
	uint8_t *listed; /* per subnode: a row names it */
};

/* How many there can be at least: most messages need no more room. */
static size_t
first_capacity(const struct am_message *message)
{
	size_t count = 4;
	size_t i;

	for (i = 0; i < message->subnode_count; i++)
		count += am_nid_type(message->subnodes[i].nid) ==
			 AM_NID_TYPE_ATTACHMENT;
	return count < AM_MESSAGE_MAX_ATTACHMENTS ? count
						  : AM_MESSAGE_MAX_ATTACHMENTS;
}

static enum am_status
found_grow(struct attachment_reader *reader, struct am_error *err)
{
	struct am_arena *arena = reader->message->arena;
	const size_t capacity = reader->capacity > 0
					? reader->capacity * 2
					: first_capacity(reader->message);
	struct found *grown = am_arena_array(arena, capacity, struct found);

	if (grown == NULL)
		return am_arena_failed(arena, capacity * sizeof(*grown), err);
	if (reader->count > 0)
		memcpy(grown, reader->found, reader->count * sizeof(*grown));
	reader->found = grown;
	reader->capacity = capacity;
	return AM_OK;
}

/* Does this one have to be left out? */
static bool
is_left(struct attachment_reader *reader)
{
	if (reader->count < AM_MESSAGE_MAX_ATTACHMENTS &&
	    reader->message->arena->used < AM_MESSAGE_ATTACHMENTS_MEMORY)
		return false;
	reader->left++;
	return true;
}

static enum am_status
found_add(struct attachment_reader *reader, const struct found *one,
	  struct am_error *err)
{
	if (reader->count == reader->capacity)
		AM_TRY(found_grow(reader, err));
	reader->found[reader->count++] = *one;
	return AM_OK;
}

static int64_t
cell_int(const struct am_tc *tc, const struct am_tc_row *row, uint16_t id,
	 int64_t fallback)
{
	struct am_prop prop;
	int64_t value;

	if (!am_tc_cell(tc, row, id, &prop) || !am_prop_int(&prop, &value))
		return fallback;
	return value;
}

/* A row of the attachment table; its id is the NID of the subnode. */
static enum am_status
row_take(struct attachment_reader *reader, const struct am_tc *tc,
	 const struct am_tc_row *row, struct am_error *err)
{
	const struct am_message *message = reader->message;
	struct found one = { .nid = row->id, .row_name = "" };
	struct am_text name = { 0 };
	struct am_prop prop;
	enum am_status status;
	size_t index;

	one.node = am_message_subnode(message, row->id);
	if (one.node != NULL) {
		index = (size_t)(one.node - message->subnodes);
		if (reader->listed[index] != 0)
			return AM_OK; /* two rows of one attachment */
		reader->listed[index] = 1;
	}
	if (is_left(reader))
		return AM_OK;
	one.row_position =
		cell_int(tc, row, AM_PID_RENDERING_POSITION, NOT_RENDERED);
	one.row_method =
		cell_int(tc, row, AM_PID_ATTACH_METHOD, AM_ATTACH_NONE);
	if (am_tc_cell(tc, row, AM_PID_ATTACH_FILENAME, &prop)) {
		status = am_prop_text(&prop, message->codepage, message->arena,
				      &name, err);
		if (status != AM_OK && !am_is_item_scoped(status))
			return status;
	}
	if (name.data != NULL)
		one.row_name = name.data;
	return found_add(reader, &one, err);
}

static enum am_status
table_read(struct attachment_reader *reader, struct am_error *err)
{
	const struct am_message *message = reader->message;
	const struct am_node *node =
		am_message_subnode(message, AM_NID_ATTACHMENT_TABLE);
	struct am_tc_row row;
	uint32_t position = 0;
	struct am_tc *tc;
	enum am_status status;

	if (node == NULL || node->bid_data == 0)
		return AM_OK;
	AM_TRY(am_tc_open(message->store->ndb, node, message->arena, &tc, err));
	while ((status = am_tc_next(tc, &position, &row, err)) == AM_OK)
		AM_TRY(row_take(reader, tc, &row, err));
	return status == AM_END ? AM_OK : status;
}

/* Attachment objects that no row lists. */
static enum am_status
unlisted_take(struct attachment_reader *reader, struct am_error *err)
{
	const struct am_message *message = reader->message;
	size_t i;

	for (i = 0; i < message->subnode_count; i++) {
		const struct am_node *node = &message->subnodes[i];
		const struct found one = { .nid = node->nid,
					   .node = node,
					   .row_name = "",
					   .row_position = NOT_RENDERED };

		if (am_nid_type(node->nid) != AM_NID_TYPE_ATTACHMENT ||
		    reader->listed[i] != 0 || is_left(reader))
			continue;
		AM_TRY(found_add(reader, &one, err));
	}
	return AM_OK;
}

/* What cannot be read is a finding; what was found before it counts. */
static enum am_status
found_all(struct attachment_reader *reader, struct am_error *err)
{
	const struct am_message *message = reader->message;
	enum am_status (*const steps[])(struct attachment_reader *,
					struct am_error *) = { table_read,
							       unlisted_take };
	size_t i;

	reader->listed =
		am_arena_array(message->arena, message->subnode_count, uint8_t);
	if (reader->listed == NULL)
		return am_arena_failed(message->arena, message->subnode_count,
				       err);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct am_error cause = { 0 };
		const enum am_status status = steps[i](reader, &cause);

		if (am_is_item_scoped(status))
			am_message_note(message, "attachments",
					AM_NID_ATTACHMENT_TABLE, &cause);
		else if (status != AM_OK)
			return am_store_pass(err, &cause);
	}
	return AM_OK;
}

/* PidTagAttachMethod. Where it is missing or says there is no data, the data
 * itself tells (pst-format 11.6). */
static enum am_attach_method
method_find(const struct am_pc *pc, int64_t row_method)
{
	const int64_t method =
		pc != NULL ? am_pc_int(pc, AM_PID_ATTACH_METHOD, row_method)
			   : row_method;
	struct am_prop data;

	if (method > AM_ATTACH_NONE && method <= AM_ATTACH_WEB_REFERENCE)
		return (enum am_attach_method)method;
	if (pc == NULL || !am_pc_find(pc, AM_PID_ATTACH_DATA, &data))
		return AM_ATTACH_NONE;
	return data.type == AM_TYPE_OBJECT ? AM_ATTACH_EMBEDDED
					   : AM_ATTACH_BY_VALUE;
}

/* PidTagRenderingPosition is unsigned; 0xffffffff is "not in the body". */
static int64_t
position_find(const struct am_pc *pc, int64_t row_position)
{
	const int64_t raw =
		pc != NULL
			? am_pc_int(pc, AM_PID_RENDERING_POSITION, row_position)
			: row_position;
	const uint32_t position = (uint32_t)raw;

	return position == UINT32_MAX ? NOT_RENDERED : (int64_t)position;
}

static enum am_status
attachment_read(const struct am_message *message, const struct found *found,
		struct am_attachment *attachment, struct am_error *err)
{
	struct am_error cause = { 0 };
	enum am_status status;

	attachment->message = message;
	attachment->row_name = found->row_name;
	attachment->node.nid = found->nid;
	if (found->node != NULL) {
		attachment->node = *found->node;
		status = am_pc_open(message->store->ndb, found->node,
				    message->arena, &attachment->pc, &cause);
	} else {
		status = am_fail(&cause, AM_NOT_FOUND,
				 "the attachment's subnode is not there");
	}
	if (status != AM_OK && !am_is_item_scoped(status))
		return am_store_pass(err, &cause);
	if (status != AM_OK) {
		attachment->pc = NULL;
		am_message_note(message, "attachment-lost", found->nid, &cause);
	}
	attachment->method = method_find(attachment->pc, found->row_method);
	attachment->rendering_position =
		position_find(attachment->pc, found->row_position);
	return AM_OK;
}

/* qsort is not stable: the place breaks ties. */
static int
attachment_compare(const void *left, const void *right)
{
	const struct am_attachment *a = left;
	const struct am_attachment *b = right;
	/* -1 becomes the greatest of all */
	const uint64_t at_a = (uint64_t)a->rendering_position;
	const uint64_t at_b = (uint64_t)b->rendering_position;

	if (at_a != at_b)
		return at_a < at_b ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

static void
left_note(const struct attachment_reader *reader)
{
	struct am_error err;

	if (reader->left == 0)
		return;
	(void)am_fail(&err, AM_LIMIT,
		      "%zu attachments are left out: the first %zu need the "
		      "memory that a message may have",
		      reader->left, reader->count);
	am_message_note(reader->message, "attachments", 0, &err);
}

/* Opens them, as many as there is memory for. */
static enum am_status
attachments_read(struct attachment_reader *reader,
		 struct am_attachment *attachments, struct am_error *err)
{
	const struct am_message *message = reader->message;
	size_t i;

	for (i = 0; i < reader->count; i++) {
		if (message->arena->used >= AM_MESSAGE_ATTACHMENTS_MEMORY) {
			reader->left += reader->count - i;
			reader->count = i;
			break;
		}
		AM_TRY(attachment_read(message, &reader->found[i],
				       &attachments[i], err));
		attachments[i].place = i;
	}
	left_note(reader);
	return AM_OK;
}

enum am_status
am_message_attachments(struct am_message *message,
		       struct am_attachment **attachments_out,
		       size_t *count_out, struct am_error *err)
{
	struct attachment_reader reader = { .message = message };
	struct am_attachment *attachments;

	*attachments_out = NULL;
	*count_out = 0;
	if (message->subnode_count == 0)
		return AM_OK;
	AM_TRY(found_all(&reader, err));
	attachments = am_arena_array(message->arena, reader.count,
				     struct am_attachment);
	if (attachments == NULL)
		return am_arena_failed(message->arena,
				       reader.count * sizeof(*attachments),
				       err);
	AM_TRY(attachments_read(&reader, attachments, err));
	if (reader.count > 1)
		qsort(attachments, reader.count, sizeof(*attachments),
		      attachment_compare);
	*attachments_out = attachments;
	*count_out = reader.count;
	message->attachments_left = reader.left;
	return AM_OK;
}
