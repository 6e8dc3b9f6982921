/* [MS-PST] 2.4.6 Attachments */
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "text.h"

enum {
	METHOD_BY_VALUE = 1,
	METHOD_BY_REFERENCE = 2,
	METHOD_EMBEDDED = 5,
	METHOD_OLE = 6,
	METHOD_WEB = 7,
	PID_METHOD = 0x3705,
	PID_DATA = 0x3701,
	INDEX_FIRST = 0x401,  /* 0x8025 is the first attachment */
	IN_MEMORY_MAX = 3000, /* longer data goes to blocks at once */
};

/* ".txt" of "letter.txt"; "" if there is none. */
static const char *
extension_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot == NULL ? "" : dot;
}

void
pb_attachment_name(struct pb_props *props, const char *name)
{
	pb_props_set_string(props, 0x3001, name);
	pb_props_set_string(props, 0x3704, name);
	pb_props_set_string(props, 0x3707, name);
	if (extension_of(name)[0] != '\0')
		pb_props_set_string(props, 0x3703, extension_of(name));
}

static void
data_node_set(struct pb_props *props, uint16_t type, uint64_t data,
	      uint64_t sub, uint64_t len, uint32_t nid)
{
	struct pb_prop *prop = pb_props_add(props, PID_DATA, type, false);

	prop->form = PB_FORM_NODE;
	prop->data = data;
	prop->sub = sub;
	prop->len = (size_t)len;
	prop->nid = nid;
}

/* Short data from memory into the bag, the rest into blocks as it comes. */
static void
data_set(struct pb_message *message, struct pb_props *props, uint16_t type,
	 const struct pb_stmt *stmt, size_t i)
{
	struct pb_source source;
	uint64_t len;
	uint64_t bid;

	pb_source_open(&source, stmt, i);
	if (type == PB_BINARY && source.kind == PB_SOURCE_MEMORY &&
	    source.bytes.len <= IN_MEMORY_MAX) {
		pb_props_set(props, PID_DATA, type, source.bytes.data,
			     source.bytes.len);
	} else {
		bid = pb_source_store(&source, &message->pb->ndb, &len);
		data_node_set(props, type, bid, 0, len, PB_TYPE_LTP);
	}
	pb_source_close(&source);
}

/* A written message. Its NID is new in the whole file, as Outlook's are:
 * libpff takes two subnodes of one NID for the same message and goes round in
 * circles, so only a recipe that asks for it gets that. */
static void
embedded_set(struct pb *pb, struct pb_props *props,
	     const struct pb_node_entry *node, uint64_t len)
{
	const uint32_t nid =
		node->nid != 0 ? node->nid
			       : pb->next_message++ << 5 | PB_TYPE_MESSAGE;

	pb_props_set_int(props, PID_METHOD, PB_I32, METHOD_EMBEDDED);
	data_node_set(props, PB_OBJECT, node->data, node->sub, len, nid);
}

static void
embedded_apply(struct pb_message *message, struct pb_props *props,
	       const struct pb_stmt *stmt)
{
	const struct pb_stmt *nid = pb_stmt_child(stmt, "nid");
	struct pb_message inner = { 0 };
	struct pb_node_entry node = { 0 };

	if (nid != NULL)
		node.nid = (uint32_t)pb_number_at(nid, 1);
	pb_message_begin(&inner, message->pb);
	for (const struct pb_stmt *s = stmt->children; s != NULL; s = s->next) {
		if (s != nid && !pb_message_apply(&inner, s))
			pb_die_at(s, "is nothing for a message");
	}
	pb_message_end(&inner, &node.data, &node.sub);
	embedded_set(message->pb, props, &node,
		     pb_props_int(&inner.props, 0x0E08, 0));
	pb_message_free(&inner);
}

/* A message that says how deep it lies, with the one below attached. */
static void
level_write(struct pb *pb, uint64_t level, struct pb_node_entry *node)
{
	struct pb_message message = { 0 };
	struct pb_props props = { .strings = pb->strings };
	struct pb_buf subject = { 0 };

	pb_message_begin(&message, pb);
	pb_buf_printf(&subject, "Level %llu", (unsigned long long)level);
	pb_message_subject(&message, (char *)subject.data, subject.len);
	if (node->data != 0) {
		pb_attachment_name(&props, "inner.msg");
		embedded_set(pb, &props, node, 1000);
		pb_attachment_add(&message, &props, NULL);
	}
	pb_message_end(&message, &node->data, &node->sub);
	pb_message_free(&message);
	pb_props_free(&props);
	pb_buf_free(&subject);
}

/* nested N: a message in a message …, N deep, the innermost first. */
static void
nested_apply(struct pb_message *message, struct pb_props *props,
	     const struct pb_stmt *stmt)
{
	struct pb_node_entry node = { 0 };

	for (uint64_t level = pb_number_at(stmt, 1); level > 0; level--)
		level_write(message->pb, level, &node);
	embedded_set(message->pb, props, &node, 1000);
}

static uint64_t
method_at(const struct pb_stmt *stmt)
{
	static const char *const names[] = { "none",	"by-value", "reference",
					     "resolve", "ref-only", "embedded",
					     "ole",	"web" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (pb_word_is(stmt, 1, names[i]))
			return i;
	}
	return pb_number_at(stmt, 1);
}

/* Properties with one text each. */
static const struct {
	const char *keyword;
	uint16_t id;
} texts[] = {
	{ "name", 0x3707 },	 { "short-name", 0x3704 },
	{ "mime", 0x370E },	 { "cid", 0x3712 },
	{ "location", 0x3713 },	 { "display-name", 0x3001 },
	{ "path", 0x3708 },	 { "long-path", 0x370D },
	{ "extension", 0x3703 },
};

static bool
text_apply(struct pb_props *props, const struct pb_stmt *stmt)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (pb_stmt_is(stmt, texts[i].keyword)) {
			const struct pb_word *word = pb_word_at(stmt, 1);

			pb_props_set_text(props, texts[i].id, word->text,
					  word->len);
			return true;
		}
	}
	return false;
}

static bool
content_apply(struct pb_message *message, struct pb_props *props,
	      const struct pb_stmt *stmt)
{
	if (pb_stmt_is(stmt, "data")) {
		data_set(message, props, PB_BINARY, stmt, 1);
	} else if (pb_stmt_is(stmt, "object")) {
		data_set(message, props, PB_OBJECT, stmt, 1);
	} else if (pb_stmt_is(stmt, "ole")) {
		pb_props_set_int(props, PID_METHOD, PB_I32, METHOD_OLE);
		data_set(message, props, PB_OBJECT, stmt, 1);
	} else if (pb_stmt_is(stmt, "message")) {
		embedded_apply(message, props, stmt);
	} else if (pb_stmt_is(stmt, "nested")) {
		nested_apply(message, props, stmt);
	} else {
		return false;
	}
	return true;
}

static bool
detail_apply(struct pb_props *props, const struct pb_stmt *stmt)
{
	if (pb_stmt_is(stmt, "method")) {
		pb_props_set_int(props, PID_METHOD, PB_I32, method_at(stmt));
	} else if (pb_stmt_is(stmt, "hidden")) {
		pb_props_set_int(props, 0x7FFE, PB_BOOL, 1);
	} else if (pb_stmt_is(stmt, "inline")) {
		pb_props_set_int(props, 0x3714, PB_I32, 4);
	} else if (pb_stmt_is(stmt, "rendering")) {
		pb_props_set_int(props, 0x370B, PB_I32, pb_number_at(stmt, 1));
	} else if (pb_stmt_is(stmt, "reference")) {
		pb_props_set_int(props, PID_METHOD, PB_I32,
				 METHOD_BY_REFERENCE);
		pb_props_set_string(props, 0x370D, pb_text_at(stmt, 1));
	} else if (pb_stmt_is(stmt, "web")) {
		pb_props_set_int(props, PID_METHOD, PB_I32, METHOD_WEB);
		pb_props_set_string(props, 0x370D, pb_text_at(stmt, 1));
	} else {
		return false;
	}
	return true;
}

/* What pb_attachment_add looks at, not a property. */
static bool
placement_is(const struct pb_stmt *stmt)
{
	return pb_stmt_is(stmt, "no-row") || pb_stmt_is(stmt, "no-node") ||
	       pb_stmt_is(stmt, "nid");
}

void
pb_attachment_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	struct pb_props props = { .strings = message->props.strings };

	if (stmt->count > 1)
		pb_attachment_name(&props, pb_text_at(stmt, 1));
	for (const struct pb_stmt *s = stmt->children; s != NULL; s = s->next) {
		if (!text_apply(&props, s) && !detail_apply(&props, s) &&
		    !content_apply(message, &props, s) && !placement_is(s) &&
		    !pb_props_apply(message->pb, s, &props))
			pb_die_at(s, "is nothing for an attachment");
	}
	pb_attachment_add(message, &props, stmt);
	pb_props_free(&props);
}

static bool
asked(const struct pb_stmt *stmt, const char *keyword)
{
	return stmt != NULL && pb_stmt_child(stmt, keyword) != NULL;
}

static uint32_t
attachment_nid(const struct pb_message *message, const struct pb_stmt *stmt)
{
	const uint32_t next = (INDEX_FIRST + message->attachment_count) << 5 |
			      PB_TYPE_ATTACHMENT;

	return asked(stmt, "nid")
		       ? (uint32_t)pb_number_at(pb_stmt_child(stmt, "nid"), 1)
		       : next;
}

static void
node_add(struct pb_message *message, struct pb_props *props, uint32_t nid)
{
	struct pb *pb = message->pb;
	struct pb_subs subs = { 0 };
	struct pb_node_entry entry = { .nid = nid };
	entry.data =
		pb_pc_write(&pb->heap, &pb->ndb, props, &subs, pb->bth_max);
	entry.sub = pb_subnodes_write(&pb->ndb, &subs.nodes);
	free(subs.nodes.items);
	pb_nodes_add(&message->subs.nodes, entry);
}

void
pb_attachment_add(struct pb_message *message, struct pb_props *props,
		  const struct pb_stmt *stmt)
{
	const struct pb_prop *data = pb_props_find(props, PID_DATA);
	const uint64_t len = data != NULL ? data->len : 0;
	const uint32_t nid = attachment_nid(message, stmt);

	if (message->attachment_count == 0 &&
	    message->attachments_mode != PB_TABLE_NEVER)
		pb_tc_begin(&message->attachments, &message->pb->ndb,
			    &message->pb->columns[PB_TABLE_ATTACHMENTS]);
	pb_props_default_int(props, 0x0E20, PB_I32, len + 200);
	pb_props_default_int(props, 0x0E21, PB_I32, message->attachment_count);
	pb_props_default_int(props, PID_METHOD, PB_I32, METHOD_BY_VALUE);
	pb_props_default_int(props, 0x370B, PB_I32, UINT32_MAX);
	message->attachment_count++;
	message->attachment_bytes += len + 200;
	if (!asked(stmt, "no-row") &&
	    message->attachments_mode != PB_TABLE_NEVER)
		pb_tc_add(&message->attachments, nid, props);
	if (!asked(stmt, "no-node"))
		node_add(message, props, nid);
}

void
pb_attachments_write(struct pb_message *message)
{
	struct pb *pb = message->pb;
	struct pb_node_entry entry = { .nid = PB_NID_ATTACHMENTS };

	if (message->attachments_mode == PB_TABLE_NEVER)
		return;
	if (message->attachment_count == 0) {
		if (message->attachments_mode != PB_TABLE_ALWAYS)
			return;
		pb_tc_begin(&message->attachments, &pb->ndb,
			    &pb->columns[PB_TABLE_ATTACHMENTS]);
	}
	entry.data = pb_tc_end(&message->attachments, pb->bth_max, &entry.sub);
	pb_nodes_add(&message->subs.nodes, entry);
}
