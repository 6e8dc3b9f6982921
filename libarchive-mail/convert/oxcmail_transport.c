/* PidTagTransportMessageHeaders: reading and writing the block. */
#include "convert/oxcmail_transport.h"

#include "base/ascii.h"
#include "convert/rfc5322.h"
#include "mime/field.h"

struct reader {
	struct am_bytes text;
	size_t at;
	struct am_transport *transport;
	size_t room;			  /* fields there is space for */
	struct am_transport_field *field; /* that goes on; NULL: left out */
	size_t value_start;
};

/* The next line without its end: LF, CRLF, CR, or any number of CR and an LF.
 * *at moves behind it. */
static struct am_bytes
line_next(struct am_bytes text, size_t *at)
{
	struct am_bytes line = { NULL, 0 };
	size_t end = *at;

	while (end < text.len && text.data[end] != '\r' &&
	       text.data[end] != '\n')
		end++;
	(void)am_slice(text, *at, end - *at, &line);
	while (end < text.len && text.data[end] == '\r')
		end++;
	if (end < text.len && text.data[end] == '\n')
		end++;
	*at = end;
	return line;
}

static bool
starts_blank(struct am_bytes line)
{
	return line.len > 0 && (line.data[0] == ' ' || line.data[0] == '\t');
}

/* "name:" with what may stand between (RFC 5322 4.5); false if it is none. */
static bool
name_split(struct am_bytes line, struct am_bytes *name_out, size_t *value_out)
{
	size_t end = 0;
	size_t at;

	while (end < line.len && line.data[end] > ' ' &&
	       line.data[end] < 0x7f && line.data[end] != ':')
		end++;
	at = end;
	while (at < line.len && (line.data[at] == ' ' || line.data[at] == '\t'))
		at++;
	if (at == line.len || line.data[at] != ':')
		return false;
	*value_out = at + 1;
	return am_slice(line, 0, end, name_out) &&
	       am_field_name_is_valid(*name_out);
}

/* What Outlook, Exchange and mailbox files put before the first field. */
static bool
is_preamble(struct am_bytes line)
{
	return am_ascii_trim(line).len == 0 ||
	       am_ascii_starts(line,
			       "Microsoft Mail Internet Headers Version") ||
	       am_ascii_starts(line, "From ") ||
	       am_ascii_starts(line, ">From ");
}

static void
preamble_skip(struct reader *reader)
{
	size_t next = reader->at;

	while (next < reader->text.len &&
	       is_preamble(line_next(reader->text, &next)))
		reader->at = next;
}

static void
field_add(struct reader *reader, struct am_bytes name, size_t value_start)
{
	struct am_transport *transport = reader->transport;

	reader->field = NULL;
	if (transport->count == reader->room)
		return;
	reader->field = &transport->fields[transport->count++];
	reader->field->name = name;
	reader->value_start = value_start;
}

/* One line of the block; start is its place in the text. */
static void
line_read(struct reader *reader, struct am_bytes line, size_t start)
{
	struct am_bytes name;
	size_t at;

	if (!starts_blank(line)) {
		if (name_split(line, &name, &at))
			field_add(reader, name, start + at);
		else
			reader->field = NULL;
	}
	if (reader->field == NULL)
		reader->transport->junk++;
	else
		(void)am_slice(reader->text, reader->value_start,
			       start + line.len - reader->value_start,
			       &reader->field->value);
}

static void
lines_read(struct reader *reader)
{
	while (reader->at < reader->text.len) {
		const size_t start = reader->at;
		const struct am_bytes line =
			line_next(reader->text, &reader->at);

		reader->transport->is_whole = line.len == 0;
		if (line.len == 0)
			break; /* what follows is of no header, tricky D12 */
		line_read(reader, line, start);
	}
	reader->transport->end = reader->at;
}

/* Without a value these say nothing, and are made anew. */
static bool
is_empty(const struct am_transport_field *field)
{
	return am_header_field_is_single(field->field) &&
	       field->field != AM_FIELD_SUBJECT &&
	       am_ascii_trim(field->value).len == 0;
}

static void
fields_register(struct am_transport *transport)
{
	size_t i;

	for (i = 0; i < transport->count; i++) {
		struct am_transport_field *field = &transport->fields[i];

		field->field = am_header_field_of(field->name);
		if (is_empty(field))
			field->field = AM_FIELD_DROPPED;
		if (transport->first[field->field] == NULL)
			transport->first[field->field] = field;
		else
			field->is_extra =
				am_header_field_is_single(field->field);
	}
}

static size_t
lines_count(struct am_bytes text)
{
	size_t count = 1;
	size_t i;

	for (i = 0; i < text.len; i++)
		if (text.data[i] == '\n' || text.data[i] == '\r')
			count++;
	return count;
}

enum am_status
am_transport_read(struct am_arena *arena, struct am_bytes text,
		  struct am_transport *transport_out, struct am_error *err)
{
	struct reader reader = { .text = text, .transport = transport_out };
	struct am_bytes name;
	size_t at;

	memset(transport_out, 0, sizeof(*transport_out));
	preamble_skip(&reader);
	at = reader.at;
	if (!name_split(line_next(text, &at), &name, &at))
		return AM_OK;
	reader.room = lines_count(text);
	if (reader.room > AM_TRANSPORT_MAX_FIELDS)
		reader.room = AM_TRANSPORT_MAX_FIELDS;
	transport_out->fields =
		am_arena_array(arena, reader.room, struct am_transport_field);
	if (transport_out->fields == NULL)
		return am_arena_failed(
			arena, reader.room * sizeof(struct am_transport_field),
			err);
	lines_read(&reader);
	fields_register(transport_out);
	return AM_OK;
}

void
am_transport_set_aside(struct am_transport *transport,
		       enum am_header_field field)
{
	if (transport->first[field] != NULL)
		transport->first[field]->is_extra = true;
	transport->first[field] = NULL;
}

void
am_transport_drop(struct am_transport *transport,
		  bool (*is_such)(struct am_bytes name))
{
	size_t i;

	for (i = 0; i < transport->count; i++) {
		struct am_transport_field *field = &transport->fields[i];

		if (!is_such(field->name))
			continue;
		transport->first[field->field] = NULL;
		field->field = AM_FIELD_DROPPED;
	}
}

/* ---- writing ---- */

enum { LINE_MAX = 998, NAME_SIZE = 96 };

/* Where to fold a line that is too long: at a blank, after a comma, or where
 * it must be. */
static size_t
fold_find(struct am_bytes line, size_t max)
{
	size_t i;

	for (i = max; i > 1; i--)
		if (line.data[i] == ' ' || line.data[i] == '\t')
			return i;
	for (i = max; i > 1; i--)
		if (line.data[i - 1] == ',')
			return i;
	return max;
}

static void
clean_add(struct am_buf *out, struct am_bytes line)
{
	uint8_t *const room = am_buf_room(out, line.len);
	size_t len = 0;
	size_t i;

	if (room == NULL)
		return;
	for (i = 0; i < line.len; i++)
		if ((line.data[i] >= ' ' && line.data[i] != 0x7f) ||
		    line.data[i] == '\t')
			room[len++] = line.data[i];
	out->len += len;
}

/* One line with its end, folded when it is too long; used: what stands on it
 * already. */
static void
line_write(struct am_buf *out, struct am_bytes line, size_t used)
{
	while (line.len > LINE_MAX - used) {
		const size_t len = fold_find(line, LINE_MAX - used);
		struct am_bytes piece = { NULL, 0 };

		(void)am_slice(line, 0, len, &piece);
		line = am_ascii_after(line, len);
		clean_add(out, piece);
		am_buf_add_text(out, "\r\n");
		used = 0;
		if (!starts_blank(line)) {
			am_buf_add_char(out, ' ');
			used = 1;
		}
	}
	clean_add(out, line);
	am_buf_add_text(out, "\r\n");
}

/* As it was, less control characters and lines of blanks only. */
static void
field_copy(struct am_buf *out, const char *name, struct am_bytes value)
{
	size_t at = 0;

	am_buf_add_text(out, name);
	am_buf_add_char(out, ':');
	line_write(out, line_next(value, &at), strlen(name) + 1);
	while (at < value.len) {
		const struct am_bytes line = line_next(value, &at);

		if (am_ascii_trim(line).len > 0)
			line_write(out, line, 0);
	}
}

/* RFC 5322 2.2.3: the line ends go, the blanks stay. */
static enum am_status
unfold(struct am_arena *arena, struct am_bytes value,
       struct am_bytes *unfolded_out, struct am_error *err)
{
	uint8_t *text = am_arena_raw(arena, value.len + 1);
	size_t len = 0;
	size_t i;

	if (text == NULL)
		return am_arena_failed(arena, value.len + 1, err);
	for (i = 0; i < value.len; i++)
		if (value.data[i] != '\r' && value.data[i] != '\n')
			text[len++] = value.data[i];
	*unfolded_out = am_ascii_trim(am_bytes(text, len));
	return AM_OK;
}

static enum am_status
field_encode(struct am_arena *arena, const struct am_transport_field *field,
	     const char *name, struct am_buf *out, struct am_error *err)
{
	struct am_address *list = NULL;
	size_t count = 0;
	struct am_bytes value;

	AM_TRY(unfold(arena, field->value, &value, err));
	if (am_header_name_has_addresses(field->name))
		AM_TRY(am_rfc5322_addresses(arena, value, &list, &count, err));
	if (count > 0) {
		am_field_addresses(out, name, list, count);
	} else {
		const struct am_text text = { (const char *)value.data,
					      value.len, false };

		am_field_text(out, name, text);
	}
	return AM_OK;
}

static void
name_make(const struct am_transport_field *field, char name[NAME_SIZE])
{
	struct am_buf out = am_buf_in(NAME_SIZE - 1, name, NAME_SIZE);

	if (field->is_extra)
		am_buf_add_text(&out, "X-Original-");
	am_buf_add(&out, field->name);
}

enum am_status
am_transport_write(struct am_arena *arena, const struct am_transport *transport,
		   struct am_buf *out, struct am_error *err)
{
	size_t i;

	for (i = 0; i < transport->count; i++) {
		const struct am_transport_field *field = &transport->fields[i];
		char name[NAME_SIZE];

		if (field->field == AM_FIELD_DROPPED)
			continue;
		name_make(field, name);
		if (am_is_ascii(field->value))
			field_copy(out, name, field->value);
		else
			AM_TRY(field_encode(arena, field, name, out, err));
	}
	return am_buf_status(out, err);
}
