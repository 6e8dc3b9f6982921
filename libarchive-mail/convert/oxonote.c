/* [MS-OXONOTE] sticky notes. */
#include "convert/oxonote.h"

#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/item_class.h"
#include "convert/plain_body.h"

enum { LID_NOTE_COLOR = 0x8b00, LINE_MAX_LENGTH = 255 /* bytes */ };

bool
am_oxonote_is_note(const struct am_message *message)
{
	return am_class_has(message->class_name, "IPM.StickyNote");
}

const char *
am_oxonote_color(const struct am_message *message)
{
	static const char *const names[] = { "blue", "green", "pink", "yellow",
					     "white" };
	struct am_prop prop;
	int64_t color;

	if (!am_message_named(message, AM_PSETID_NOTE, LID_NOTE_COLOR, &prop) ||
	    !am_prop_int(&prop, &color) || color < 0 ||
	    color >= (int64_t)(sizeof(names) / sizeof(names[0])))
		return NULL;
	return names[color];
}

/* At most max bytes of text, up to where a character ends. */
static struct am_bytes
characters(struct am_bytes text, size_t max)
{
	size_t len = 0;
	uint32_t code;

	while (len < text.len) {
		struct am_bytes rest = am_ascii_after(text, len);
		const size_t next = am_utf8_decode(rest, &code);

		if (next > max - len)
			break;
		len += next;
	}
	text.len = len;
	return text;
}

static struct am_bytes
first_line(struct am_bytes text)
{
	struct am_bytes line = am_ascii_trim(text);
	size_t len = 0;

	while (len < line.len && line.data[len] != '\r' &&
	       line.data[len] != '\n')
		len++;
	line.len = len;
	return characters(am_ascii_trim(line), LINE_MAX_LENGTH);
}

enum am_status
am_oxonote_first_line(const struct am_message *message,
		      struct am_text *line_out, struct am_error *err)
{
	struct am_arena scratch = { 0 };
	struct am_stream *body = NULL;
	struct am_bytes line = { NULL, 0 };
	enum am_status status;

	status = am_plain_body_open(message, &scratch, &body, err);
	/* a piece may hold nothing but empty lines */
	while (status == AM_OK && line.len == 0) {
		status = am_stream_next(body, &line, err);
		if (status == AM_OK)
			line = first_line(line);
	}
	if (status == AM_END || am_is_item_scoped(status))
		status = AM_OK;
	if (status == AM_OK)
		status = am_arena_text_copy(message->arena, line,
					    &line_out->data, err);
	line_out->len = line.len;
	line_out->replaced = false;
	am_stream_close(body);
	am_arena_free(&scratch);
	return status;
}
