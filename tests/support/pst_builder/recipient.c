/* [MS-PST] 2.4.5.3 Recipient table, and addresses in a recipe. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "text.h"

/* "<a@b>" or "a@b" without its brackets, in the word's own memory. */
static const char *
bare_address(const struct pb_word *word)
{
	if (word->len > 1 && word->text[0] == '<' &&
	    word->text[word->len - 1] == '>')
		word->text[word->len - 1] = '\0';
	return word->text[0] == '<' ? word->text + 1 : word->text;
}

/* NAME, <ADDRESS>, NAME <ADDRESS>, or NAME ex DN [<ADDRESS>] */
void
pb_address_at(const struct pb_stmt *stmt, size_t i, struct pb_address *out)
{
	const struct pb_word *first = pb_word_at(stmt, i);

	*out = (struct pb_address){ .type = "SMTP" };
	if (first->text[0] == '<') {
		out->address = bare_address(first);
		out->name = out->address;
		return;
	}
	out->name = first->text;
	if (pb_word_is(stmt, i + 1, "ex")) {
		out->type = "EX";
		out->address = pb_text_at(stmt, i + 2);
		i += 2;
		if (i + 1 < stmt->count)
			out->smtp = bare_address(&stmt->words[i + 1]);
	} else if (i + 1 < stmt->count) {
		out->address = bare_address(&stmt->words[i + 1]);
		out->smtp = out->address;
	} else if (strchr(first->text, '@') != NULL) {
		out->address = first->text;
	}
	if (out->smtp == NULL && strcmp(out->type, "SMTP") == 0)
		out->smtp = out->address;
}

static void
terminated_add(const struct pb_strings *strings, struct pb_buf *out,
	       const char *text)
{
	pb_strings_add(strings, out, text, strlen(text) + 1);
}

/* [MS-OXCDATA] 2.2.5.1 One-Off EntryID */
void
pb_one_off_entry_id(const struct pb_strings *strings, struct pb_buf *out,
		    const struct pb_address *address)
{
	static const uint8_t provider[16] = { 0x81, 0x2B, 0x1F, 0xA4,
					      0xBE, 0xA3, 0x10, 0x19,
					      0x9D, 0x6E, 0x00, 0xDD,
					      0x01, 0x0F, 0x54, 0x02 };
	const bool unicode = strings->type == PB_UNICODE_STRING;

	pb_buf_zero(out, 4);
	pb_buf_add(out, provider, sizeof(provider));
	pb_buf_int(out, 2, 0);
	pb_buf_int(out, 2, unicode ? 0x9001 : 0x1001);
	terminated_add(strings, out, address->name);
	terminated_add(strings, out, address->type);
	terminated_add(strings, out, address->address);
}

/* "SMTP:ANN@EXAMPLE.ORG" with a NUL */
static void
search_key_set(struct pb_props *props, uint16_t id,
	       const struct pb_address *address)
{
	struct pb_buf key = { 0 };

	pb_buf_printf(&key, "%s:%s", address->type, address->address);
	for (size_t i = 0; i < key.len; i++)
		key.data[i] = (uint8_t)toupper(key.data[i]);
	pb_buf_zero(&key, 1);
	pb_props_set(props, id, PB_BINARY, key.data, key.len);
	pb_buf_free(&key);
}

static void
entry_id_set(struct pb_props *props, uint16_t id,
	     const struct pb_address *address)
{
	struct pb_prop *prop = pb_props_add(props, id, PB_BINARY, false);

	pb_one_off_entry_id(&props->strings, &props->values, address);
	prop->len = props->values.len - prop->at;
}

/* Name, type, address, entry id and search key under these ids. */
static void
address_set(struct pb_props *props, const struct pb_address *address,
	    const uint16_t ids[6])
{
	pb_props_set_string(props, ids[0], address->name);
	if (address->address == NULL)
		return;
	pb_props_set_string(props, ids[1], address->type);
	pb_props_set_string(props, ids[2], address->address);
	entry_id_set(props, ids[3], address);
	search_key_set(props, ids[4], address);
	if (address->smtp != NULL)
		pb_props_set_string(props, ids[5], address->smtp);
}

static const uint16_t sender_ids[6] = { 0x0C1A, 0x0C1E, 0x0C1F,
					0x0C19, 0x0C1D, 0x5D01 };
static const uint16_t from_ids[6] = { 0x0042, 0x0064, 0x0065,
				      0x0041, 0x003B, 0x5D02 };
static const uint16_t recipient_ids[6] = { 0x3001, 0x3002, 0x3003,
					   0x0FFF, 0x300B, 0x39FE };

void
pb_message_from(struct pb_message *message, const struct pb_address *from)
{
	address_set(&message->props, from, from_ids);
	address_set(&message->props, from, sender_ids);
}

/* On behalf of the one named by "from". */
void
pb_message_sender(struct pb_message *message, const struct pb_address *sender)
{
	address_set(&message->props, sender, sender_ids);
}

static void
display_add(struct pb_buf *display, const char *name)
{
	if (display->len > 0)
		pb_buf_text(display, "; ");
	pb_buf_text(display, name);
}

static struct pb_props *
bag_next(struct pb_message *message)
{
	const size_t old_size = message->recipient_size;
	struct pb_props *bag;

	message->recipients =
		pb_grow(message->recipients, message->recipient_count,
			&message->recipient_size, sizeof(*bag));
	for (size_t i = old_size; i < message->recipient_size; i++)
		message->recipients[i] = (struct pb_props){ 0 };
	bag = &message->recipients[message->recipient_count++];
	pb_props_clear(bag);
	bag->strings = message->props.strings;
	return bag;
}

struct pb_props *
pb_message_recipient(struct pb_message *message, enum pb_recipient_type type,
		     const struct pb_address *address)
{
	struct pb_props *bag = bag_next(message);

	pb_props_set_int(bag, 0x0C15, PB_I32, type);
	pb_props_set_int(bag, 0x0E0F, PB_BOOL, 1);
	pb_props_set_int(bag, 0x0FFE, PB_I32, 6);
	address_set(bag, address, recipient_ids);
	pb_props_set_int(bag, 0x3900, PB_I32, 0);
	pb_props_set_string(bag, 0x39FF, address->name);
	pb_props_set_int(bag, 0x3A40, PB_BOOL, 1);
	display_add(&message->display[type - 1], address->name);
	return bag;
}

/* Columns beyond Outlook's, because a recipient has such properties. */
static bool
columns_extend(struct pb_columns *columns, const struct pb_message *message)
{
	const unsigned before = columns->count;

	for (size_t i = 0; i < message->recipient_count; i++) {
		const struct pb_props *bag = &message->recipients[i];

		for (size_t k = 0; k < bag->count; k++)
			pb_columns_add(columns,
				       (uint32_t)bag->items[k].id << 16 |
					       bag->items[k].type);
	}
	return columns->count > before;
}

void
pb_recipients_write(struct pb_message *message)
{
	struct pb *pb = message->pb;
	struct pb_columns columns = pb->columns[PB_TABLE_RECIPIENTS];
	struct pb_tc tc = { 0 };
	struct pb_node_entry entry = { .nid = PB_NID_RECIPIENTS };

	if (message->recipients_mode == PB_TABLE_NEVER ||
	    (message->recipients_mode == PB_TABLE_AS_NEEDED &&
	     message->recipient_count == 0))
		return;
	if (columns_extend(&columns, message))
		pb_columns_layout(&columns);
	pb_tc_begin(&tc, &pb->ndb, &columns);
	for (size_t i = 0; i < message->recipient_count; i++)
		pb_tc_add(&tc, (uint32_t)i, &message->recipients[i]);
	entry.data = pb_tc_end(&tc, pb->bth_max, &entry.sub);
	pb_nodes_add(&message->subs.nodes, entry);
	pb_tc_free(&tc);
}
