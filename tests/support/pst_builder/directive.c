/* The statements of a message's block, and what each does to it */
#include "message.h"
#include "text.h"

enum { PID_FLAGS = 0x0E07 };

static void
subject_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	const struct pb_word *word = pb_word_at(stmt, 1);

	pb_message_subject(message, word->text, word->len);
}

static void
from_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	struct pb_address address;

	pb_address_at(stmt, 1, &address);
	pb_message_from(message, &address);
}

static void
sender_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	struct pb_address address;

	pb_address_at(stmt, 1, &address);
	pb_message_sender(message, &address);
}

static void
recipient_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	const enum pb_recipient_type type = pb_stmt_is(stmt, "to")   ? PB_TO
					    : pb_stmt_is(stmt, "cc") ? PB_CC
								     : PB_BCC;
	struct pb_address address;
	struct pb_props *bag;

	pb_address_at(stmt, 1, &address);
	bag = pb_message_recipient(message, type, &address);
	for (const struct pb_stmt *s = stmt->children; s != NULL; s = s->next) {
		if (!pb_props_apply(message->pb, s, bag))
			pb_die_at(s, "is nothing for a recipient");
	}
}

/* 1013: bytes in the Internet code page, which is UTF-8 unless the message
 * says otherwise. */
static void
html_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	const struct pb_word *word = pb_word_at(stmt, 1);
	struct pb_buf html = { 0 };
	struct pb_source source;
	unsigned page;

	pb_props_default_int(&message->props, 0x3FDE, PB_I32, 65001);
	page = (unsigned)pb_props_int(&message->props, 0x3FDE, 65001);
	if (word->quoted) {
		pb_code_page(&html, page, word->text, word->len);
		pb_props_set(&message->props, 0x1013, PB_BINARY, html.data,
			     html.len);
		pb_buf_free(&html);
		return;
	}
	pb_source_open(&source, stmt, 1);
	pb_props_set(&message->props, 0x1013, PB_BINARY, source.bytes.data,
		     source.bytes.len);
	pb_source_close(&source);
}

/* rtf TEXT, rtf stored TEXT, rtf raw VALUE */
static void
rtf_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	const bool stored = pb_word_is(stmt, 1, "stored");
	const bool raw = pb_word_is(stmt, 1, "raw");
	struct pb_source source;
	struct pb_buf rtf = { 0 };

	pb_source_open(&source, stmt, stored || raw ? 2 : 1);
	if (raw)
		pb_buf_add(&rtf, source.bytes.data, source.bytes.len);
	else if (stored)
		pb_rtf_store(&rtf, source.bytes.data, source.bytes.len);
	else
		pb_rtf_compress(&rtf, source.bytes.data, source.bytes.len);
	pb_props_set(&message->props, 0x1009, PB_BINARY, rtf.data, rtf.len);
	pb_source_close(&source);
	pb_buf_free(&rtf);
}

static void
codepage_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	const uint64_t page = pb_number_at(stmt, 1);

	message->props.strings.code_page = (unsigned)page;
	pb_props_set_int(&message->props, 0x3FDE, PB_I32, page);
	pb_props_set_int(&message->props, 0x3FFD, PB_I32, page);
}

/* Texts are encoded in that page; no property says so. */
static void
encoding_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	message->props.strings.code_page = (unsigned)pb_number_at(stmt, 1);
}

static const struct {
	const char *name;
	uint32_t flag;
} flag_names[] = {
	{ "read", 0x01 },	{ "unmodified", 0x02 }, { "submitted", 0x04 },
	{ "unsent", 0x08 },	{ "has-attach", 0x10 }, { "from-me", 0x20 },
	{ "associated", 0x40 }, { "resend", 0x80 },
};

static uint32_t
flag_at(const struct pb_stmt *stmt, size_t i)
{
	for (size_t k = 0; k < sizeof(flag_names) / sizeof(*flag_names); k++) {
		if (pb_word_is(stmt, i, flag_names[k].name))
			return flag_names[k].flag;
	}
	return (uint32_t)pb_number_at(stmt, i);
}

static void
flags_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	uint32_t flags = 0;

	for (size_t i = 1; i < stmt->count; i++)
		flags |= flag_at(stmt, i);
	pb_props_set_int(&message->props, PID_FLAGS, PB_I32, flags);
}

static void
unread_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	(void)stmt;
	pb_props_set_int(&message->props, PID_FLAGS, PB_I32, 0);
}

/* PidTagLastVerbExecuted and PidTagIconIndex ([MS-OXOMSG] 2.2.1.10). */
static void
verb_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	const bool forwarded = pb_stmt_is(stmt, "forwarded");

	pb_props_set_int(&message->props, 0x1081, PB_I32,
			 forwarded ? 104 : 102);
	pb_props_set_int(&message->props, 0x1080, PB_I32,
			 forwarded ? 262 : 261);
}

/* PidTagFlagStatus ([MS-OXOFLAG] 2.2.1.1): 2 is flagged, 1 complete. */
static void
flagged_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	pb_props_set_int(&message->props, 0x1090, PB_I32,
			 pb_word_is(stmt, 1, "complete") ? 1 : 2);
}

static uint64_t
level_at(const struct pb_stmt *stmt)
{
	static const char *const names[] = { "low", "normal", "high" };

	for (size_t i = 0; i < 3; i++) {
		if (pb_word_is(stmt, 1, names[i]))
			return i;
	}
	return pb_number_at(stmt, 1);
}

static void
importance_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	pb_props_set_int(&message->props, 0x0017, PB_I32, level_at(stmt));
}

static void
categories_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	const uint16_t id =
		pb_name_id(message->pb, stmt, "PS_PUBLIC_STRINGS/Keywords");
	struct pb_props *props = &message->props;
	struct pb_prop *prop = pb_props_add(
		props, id, props->strings.type | PB_MULTIPLE, false);

	pb_value_add(message->pb, stmt, 1, prop->type, &props->strings,
		     &props->values);
	prop->len = props->values.len - prop->at;
}

static void
mode_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	const enum pb_table_mode mode =
		pb_word_is(stmt, 1, "none") ? PB_TABLE_NEVER : PB_TABLE_ALWAYS;

	if (pb_stmt_is(stmt, "recipient-table"))
		message->recipients_mode = mode;
	else if (message->attachment_count > 0)
		pb_die_at(stmt, "must come before the attachments");
	else
		message->attachments_mode = mode;
}

static void
no_defaults_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	(void)stmt;
	message->no_defaults = true;
}

static const struct {
	const char *keyword;
	void (*apply)(struct pb_message *message, const struct pb_stmt *stmt);
} directives[] = {
	{ "subject", subject_apply },
	{ "from", from_apply },
	{ "sender", sender_apply },
	{ "to", recipient_apply },
	{ "cc", recipient_apply },
	{ "bcc", recipient_apply },
	{ "html", html_apply },
	{ "rtf", rtf_apply },
	{ "codepage", codepage_apply },
	{ "encoding", encoding_apply },
	{ "flags", flags_apply },
	{ "unread", unread_apply },
	{ "replied", verb_apply },
	{ "forwarded", verb_apply },
	{ "flagged", flagged_apply },
	{ "importance", importance_apply },
	{ "categories", categories_apply },
	{ "recipient-table", mode_apply },
	{ "attachment-table", mode_apply },
	{ "attachment", pb_attachment_apply },
	{ "no-defaults", no_defaults_apply },
};

/* Properties with one value each. */
static const struct {
	const char *keyword;
	uint16_t id;
	uint16_t type; /* 0: the file's type of text */
} simple[] = {
	{ "class", 0x001A, 0 },
	{ "subject-raw", 0x0037, 0 },
	{ "body", 0x1000, 0 },
	{ "headers", 0x007D, 0 },
	{ "message-id", 0x1035, 0 },
	{ "in-reply-to", 0x1042, 0 },
	{ "references", 0x1039, 0 },
	{ "sent", 0x0039, PB_TIME },
	{ "received", 0x0E06, PB_TIME },
	{ "created", 0x3007, PB_TIME },
	{ "modified", 0x3008, PB_TIME },
	{ "priority", 0x0026, PB_I32 },
	{ "sensitivity", 0x0036, PB_I32 },
	{ "internet-codepage", 0x3FDE, PB_I32 },
	{ "message-codepage", 0x3FFD, PB_I32 },
	{ "search-key", 0x300B, PB_BINARY },
};

static bool
simple_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	struct pb_props *props = &message->props;

	for (size_t i = 0; i < sizeof(simple) / sizeof(*simple); i++) {
		const uint16_t type = simple[i].type != 0 ? simple[i].type
							  : props->strings.type;
		struct pb_prop *prop;

		if (!pb_stmt_is(stmt, simple[i].keyword))
			continue;
		prop = pb_props_add(props, simple[i].id, type, false);
		pb_value_add(message->pb, stmt, 1, type, &props->strings,
			     &props->values);
		prop->len = props->values.len - prop->at;
		return true;
	}
	return false;
}

bool
pb_message_apply(struct pb_message *message, const struct pb_stmt *stmt)
{
	for (size_t i = 0; i < sizeof(directives) / sizeof(*directives); i++) {
		if (pb_stmt_is(stmt, directives[i].keyword)) {
			directives[i].apply(message, stmt);
			return true;
		}
	}
	return simple_apply(message, stmt) ||
	       pb_props_apply(message->pb, stmt, &message->props);
}
