/* Reading address lists and message ids (RFC 5322 3.4, 3.6.4). */
#include "convert/rfc5322.h"

#include "base/ascii.h"
#include "convert/arena_text.h"

/* A mailbox as it comes together. The buffers have room for the whole field,
 * and are used again for the next mailbox. */
struct mailbox {
	char *phrase; /* display name, quotes taken off */
	size_t phrase_len;
	char *bare; /* the same with its quotes and without spaces */
	size_t bare_len;
	char *angle; /* between < and > */
	size_t angle_len;
	char *comment;
	size_t comment_len;
	bool has_angle;
};

struct list_reader {
	struct am_arena *arena;
	struct am_bytes value;
	size_t at;
	struct mailbox box;
	struct am_address *list;
	size_t count;
	size_t room;
};

static bool
is_text(uint8_t c)
{
	return c >= ' ' && c != 0x7f;
}

static void
phrase_add(struct mailbox *box, uint8_t c)
{
	if (c == ' ' &&
	    (box->phrase_len == 0 || box->phrase[box->phrase_len - 1] == ' '))
		return;
	box->phrase[box->phrase_len++] = (char)c;
}

/* "..." with \ before what is meant as it is; at is behind the quote. */
static void
quoted_read(struct list_reader *reader)
{
	struct mailbox *box = &reader->box;

	box->bare[box->bare_len++] = '"';
	while (reader->at < reader->value.len) {
		uint8_t c = reader->value.data[reader->at++];

		if (c == '"')
			break;
		if (c == '\\' && reader->at < reader->value.len) {
			box->bare[box->bare_len++] = '\\';
			c = reader->value.data[reader->at++];
		}
		if (!is_text(c))
			continue;
		box->bare[box->bare_len++] = (char)c;
		phrase_add(box, c);
	}
	box->bare[box->bare_len++] = '"';
}

/* (...), nested; the first one of a mailbox may be its name. */
static void
comment_read(struct list_reader *reader)
{
	struct mailbox *box = &reader->box;
	const bool is_first = box->comment_len == 0;
	unsigned depth = 1;

	while (reader->at < reader->value.len) {
		uint8_t c = reader->value.data[reader->at++];

		if (c == '(')
			depth++;
		else if (c == ')' && --depth == 0)
			return;
		if (c == '\\' && reader->at < reader->value.len)
			c = reader->value.data[reader->at++];
		if (is_first && is_text(c))
			box->comment[box->comment_len++] = (char)c;
	}
}

/* <...>, without the route of RFC 5322 4.4. */
static void
angle_read(struct list_reader *reader)
{
	struct mailbox *box = &reader->box;
	bool quoted = false;

	box->has_angle = true;
	box->angle_len = 0;
	while (reader->at < reader->value.len) {
		const uint8_t c = reader->value.data[reader->at++];

		if (c == '>' && !quoted)
			return;
		if (c == '"')
			quoted = !quoted;
		if (c == ':' && !quoted && box->angle_len > 0 &&
		    box->angle[0] == '@')
			box->angle_len = 0;
		else if (is_text(c) && (c != ' ' || quoted))
			box->angle[box->angle_len++] = (char)c;
	}
}

static enum am_status
text_take(struct list_reader *reader, const char *text, size_t len,
	  const char **text_out, struct am_error *err)
{
	while (len > 0 && text[len - 1] == ' ')
		len--;
	return am_arena_text_copy(reader->arena, am_bytes(text, len), text_out,
				  err);
}

/* What stands for the name of a mailbox that is an address, or is none. */
static enum am_status
name_take(struct list_reader *reader, struct am_address *address,
	  struct am_error *err)
{
	const struct mailbox *box = &reader->box;

	if (!am_address_is_valid(address->address)) {
		address->name = address->address;
		address->address = NULL;
		if (box->phrase_len == 0)
			return AM_OK;
	} else if (!box->has_angle || box->phrase_len == 0) {
		return text_take(reader, box->comment, box->comment_len,
				 &address->name, err);
	}
	return text_take(reader, box->phrase, box->phrase_len, &address->name,
			 err);
}

/* What was read up to here becomes an address of the list. */
static enum am_status
mailbox_end(struct list_reader *reader, struct am_error *err)
{
	const struct mailbox *box = &reader->box;
	struct am_address *address = &reader->list[reader->count];

	if (reader->count == reader->room ||
	    (!box->has_angle && box->bare_len == 0))
		return AM_OK;
	AM_TRY(text_take(reader, box->has_angle ? box->angle : box->bare,
			 box->has_angle ? box->angle_len : box->bare_len,
			 &address->address, err));
	AM_TRY(name_take(reader, address, err));
	if (address->address != NULL || address->name[0] != '\0')
		reader->count++;
	return AM_OK;
}

static void
mailbox_begin(struct mailbox *box)
{
	box->phrase_len = 0;
	box->bare_len = 0;
	box->angle_len = 0;
	box->comment_len = 0;
	box->has_angle = false;
}

/* A character outside of quotes, comments and angles. */
static void
plain_read(struct mailbox *box, uint8_t c)
{
	if (am_ascii_is_space(c)) {
		phrase_add(box, ' ');
	} else if (is_text(c)) {
		phrase_add(box, c);
		box->bare[box->bare_len++] = (char)c;
	}
}

static enum am_status
list_read(struct list_reader *reader, struct am_error *err)
{
	mailbox_begin(&reader->box);
	while (reader->at < reader->value.len) {
		const uint8_t c = reader->value.data[reader->at++];

		switch (c) {
		case '"':
			quoted_read(reader);
			break;
		case '(':
			comment_read(reader);
			break;
		case '<':
			angle_read(reader);
			break;
		case ',':
		case ';':
			AM_TRY(mailbox_end(reader, err));
			mailbox_begin(&reader->box);
			break;
		case ':': /* what came before is the name of a group */
			mailbox_begin(&reader->box);
			break;
		default:
			plain_read(&reader->box, c);
		}
	}
	return mailbox_end(reader, err);
}

static size_t
separators_count(struct am_bytes value)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < value.len; i++)
		if (value.data[i] == ',' || value.data[i] == ';')
			count++;
	return count;
}

enum am_status
am_rfc5322_addresses(struct am_arena *arena, struct am_bytes value,
		     struct am_address **list_out, size_t *count_out,
		     struct am_error *err)
{
	struct list_reader reader = { .arena = arena, .value = value };
	/* a quote that does not end has one added */
	const size_t size = value.len + 2;
	char *room = am_arena_calloc(arena, 4, size);

	*count_out = 0;
	if (room == NULL)
		return am_arena_failed(arena, 4 * size, err);
	reader.room = separators_count(value) + 1;
	if (reader.room > AM_RFC5322_MAX_ADDRESSES)
		reader.room = AM_RFC5322_MAX_ADDRESSES;
	reader.list = am_arena_array(arena, reader.room + 1, struct am_address);
	if (reader.list == NULL)
		return am_arena_failed(
			arena, (reader.room + 1) * sizeof(struct am_address),
			err);
	reader.box.phrase = room;
	reader.box.bare = room + size;
	reader.box.angle = room + 2 * size;
	reader.box.comment = room + 3 * size;
	AM_TRY(list_read(&reader, err));
	*list_out = reader.list;
	*count_out = reader.count;
	return AM_OK;
}

static bool
is_id_char(uint8_t c)
{
	return c > ' ' && c < 0x7f && c != '<' && c != '>';
}

bool
am_rfc5322_message_id(struct am_bytes value, struct am_bytes *id_out)
{
	size_t start = 0;
	size_t i;

	for (i = 0; i < value.len; i++) {
		const uint8_t c = value.data[i];

		if (c == '>' && i - start > 1 && value.data[start] == '<' &&
		    i - start < AM_MESSAGE_ID_MAX)
			return am_slice(value, start, i - start + 1, id_out);
		if (!is_id_char(c))
			start = i;
	}
	return false;
}
