/* Entry ids in a recipe, one word each: "eid:wrap(0xb5,one-off(Ann|SMTP|a@b))".
 * README.md lists the forms. */
#include <stdlib.h>
#include <string.h>

#include "builder.h"
#include "entryid.h"
#include "props.h"
#include "text.h"

enum {
	ONE_OFF_FLAGS = 0x8001, /* Unicode, no rich text */
	EXCHANGE_VERSION = 1,
	CONTACT_VERSION = 3,
	CONTACT_TYPE = 4,
	PDL_TYPE = 5,
	PDL_INDEX = 0xff,
	UNICODE = 0x1f
};

static const uint8_t one_off_uid[16] = { 0x81, 0x2b, 0x1f, 0xa4, 0xbe, 0xa3,
					 0x10, 0x19, 0x9d, 0x6e, 0x00, 0xdd,
					 0x01, 0x0f, 0x54, 0x02 };
static const uint8_t exchange_uid[16] = { 0xdc, 0xa7, 0x40, 0xc8, 0xc0, 0x42,
					  0x10, 0x1a, 0xb4, 0xb9, 0x08, 0x00,
					  0x2b, 0x2f, 0xe1, 0x82 };
static const uint8_t contact_uid[16] = { 0xfe, 0x42, 0xaa, 0x0a, 0x18, 0xc7,
					 0x1a, 0x10, 0xe8, 0x85, 0x0b, 0x65,
					 0x1c, 0x24, 0x00, 0x00 };
static const uint8_t wrapper_uid[16] = { 0xc0, 0x91, 0xad, 0xd3, 0x51, 0x9d,
					 0xcf, 0x11, 0xa4, 0xa9, 0x00, 0xaa,
					 0x00, 0x47, 0xfa, 0xa4 };

/* What is being read, and of which statement. */
struct reader {
	struct pb *pb;
	const struct pb_stmt *stmt;
	struct pb_buf *out;
};

static void
head_add(struct pb_buf *out, const uint8_t uid[16])
{
	pb_buf_int(out, 4, 0);
	pb_buf_add(out, uid, 16);
}

/* The text up to one of ends, which *text moves behind. */
static char *
text_until(struct reader *reader, const char **text, const char *ends)
{
	const size_t len = strcspn(*text, ends);
	char *copy = pb_copy_text(*text, len);

	if ((*text)[len] == '\0')
		pb_die_at(reader->stmt, "the entry id ends before \"%s\"",
			  ends);
	*text += len + 1;
	return copy;
}

static void
unicode_add(struct reader *reader, const char *text)
{
	const struct pb_strings strings = { .type = UNICODE };

	pb_strings_add(&strings, reader->out, text, strlen(text));
	pb_buf_int(reader->out, 2, 0);
}

/* one-off(NAME|TYPE|ADDRESS) */
static void
one_off_add(struct reader *reader, const char **text)
{
	static const char *const ends[] = { "|", "|", ")" };

	head_add(reader->out, one_off_uid);
	pb_buf_int(reader->out, 2, 0);
	pb_buf_int(reader->out, 2, ONE_OFF_FLAGS);
	for (size_t i = 0; i < 3; i++) {
		char *part = text_until(reader, text, ends[i]);

		unicode_add(reader, part);
		free(part);
	}
}

/* ex(DN) */
static void
exchange_add(struct reader *reader, const char **text)
{
	char *dn = text_until(reader, text, ")");

	head_add(reader->out, exchange_uid);
	pb_buf_int(reader->out, 4, EXCHANGE_VERSION);
	pb_buf_int(reader->out, 4, 0);
	pb_buf_add(reader->out, dn, strlen(dn) + 1);
	free(dn);
}

static uint64_t
number_until(struct reader *reader, const char **text)
{
	char *word = text_until(reader, text, ",");
	uint64_t number;

	if (!pb_number_parse(word, &number))
		pb_die_at(reader->stmt, "\"%s\" is no number", word);
	free(word);
	return number;
}

static void expression_add(struct reader *reader, const char **text);

/* Of the contact address book: contact(SLOT,EXPR), pdl(EXPR). */
static void
contact_add(struct reader *reader, const char **text, bool is_pdl)
{
	const uint64_t index = is_pdl ? PDL_INDEX : number_until(reader, text);
	struct pb_buf inner = { 0 };
	struct reader within = { reader->pb, reader->stmt, &inner };

	expression_add(&within, text);
	free(text_until(reader, text, ")"));
	head_add(reader->out, contact_uid);
	pb_buf_int(reader->out, 4, CONTACT_VERSION);
	pb_buf_int(reader->out, 4, is_pdl ? PDL_TYPE : CONTACT_TYPE);
	pb_buf_int(reader->out, 4, index);
	pb_buf_int(reader->out, 4, inner.len);
	pb_buf_add(reader->out, inner.data, inner.len);
	pb_buf_free(&inner);
}

/* wrap(TYPE,EXPR) */
static void
wrapper_add(struct reader *reader, const char **text)
{
	head_add(reader->out, wrapper_uid);
	pb_buf_int(reader->out, 1, number_until(reader, text));
	expression_add(reader, text);
	free(text_until(reader, text, ")"));
}

/* hex(00FF) */
static void
hex_add(struct reader *reader, const char **text)
{
	char *digits = text_until(reader, text, ")");

	pb_hex_add(reader->stmt, reader->out, digits);
	free(digits);
}

/* @label or a NID: an item of this store. */
static void
item_add(struct reader *reader, const char **text)
{
	const size_t len = strcspn(*text, ",)");
	char *word = pb_copy_text(*text, len);
	uint8_t entry_id[24];

	pb_entry_id(reader->pb, pb_nid_of(reader->pb, reader->stmt, word),
		    entry_id);
	pb_buf_add(reader->out, entry_id, sizeof(entry_id));
	*text += len;
	free(word);
}

static bool
starts(const char **text, const char *word)
{
	if (strncmp(*text, word, strlen(word)) != 0)
		return false;
	*text += strlen(word);
	return true;
}

static void
expression_add(struct reader *reader, const char **text)
{
	if (starts(text, "one-off("))
		one_off_add(reader, text);
	else if (starts(text, "hex("))
		hex_add(reader, text);
	else if (starts(text, "ex("))
		exchange_add(reader, text);
	else if (starts(text, "contact("))
		contact_add(reader, text, false);
	else if (starts(text, "pdl("))
		contact_add(reader, text, true);
	else if (starts(text, "wrap("))
		wrapper_add(reader, text);
	else
		item_add(reader, text);
}

bool
pb_entryid_add(struct pb *pb, const struct pb_stmt *stmt, const char *word,
	       struct pb_buf *out)
{
	struct reader reader = { pb, stmt, out };

	if (!starts(&word, "eid:"))
		return false;
	if (*word != '\0')
		expression_add(&reader, &word);
	if (*word != '\0')
		pb_die_at(stmt, "\"%s\" stands behind the entry id", word);
	return true;
}

/* [MS-OXOCNTC] 2.2.2.2.4: pairs of a member and its one-off. */
void
pb_dlstream_add(struct pb *pb, const struct pb_stmt *stmt, size_t first,
		struct pb_buf *out)
{
	const size_t start = out->len;
	uint64_t sums[2] = { 0, 0 };

	pb_buf_int(out, 2, 1);
	pb_buf_int(out, 2, 0);
	pb_buf_int(out, 4, 0);
	pb_buf_int(out, 4, 0);
	pb_buf_int(out, 4, (stmt->count - first + 1) / 2);
	pb_buf_zero(out, 12);
	for (size_t i = first; i < stmt->count; i++) {
		struct pb_buf id = { 0 };
		const size_t which = (i - first) % 2;

		if (!pb_entryid_add(pb, stmt, pb_text_at(stmt, i), &id))
			pb_die_at(stmt, "dlstream takes eid: words");
		pb_buf_int(out, 4, id.len);
		pb_buf_add(out, id.data, id.len);
		sums[which] += id.len;
		if (which == 1)
			pb_buf_int(out, 4, 0); /* extra */
		pb_buf_free(&id);
	}
	pb_buf_zero(out, 8);
	pb_put(out->data + start + 16, 4, sums[0]);
	pb_put(out->data + start + 20, 4, sums[1]);
}
