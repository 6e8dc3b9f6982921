/* Content lines with another UID, a byte at a time: few items need it. */
#include "convert/uid_stream.h"

#include "base/ascii.h"
#include "ical/line.h"

enum {
	PIECE = 64 << 10,   /* bytes given out at once, or a line more */
	MAX_LINE = 1 << 20, /* bytes of the UID; no item has one as long */
};

static const char uid_name[] = "UID:";
enum { UID_NAME = sizeof(uid_name) - 1 };

/* What looked like a UID is none. */
static void
held_pass(struct am_uid_stream *renamed)
{
	am_buf_add(&renamed->out, am_bytes(uid_name, renamed->matched));
	renamed->matched = 0;
	renamed->state = AM_UID_PASS;
}

static void
start_add(struct am_uid_stream *renamed, char c)
{
	if (c != uid_name[renamed->matched]) {
		held_pass(renamed);
		am_buf_add_char(&renamed->out, c);
	} else if (++renamed->matched == UID_NAME) {
		am_buf_add(&renamed->out, am_buf_bytes(&renamed->line));
		renamed->matched = 0;
		renamed->state = AM_UID_DROP;
	}
}

static void
char_add(struct am_uid_stream *renamed, char c)
{
	if (renamed->state == AM_UID_AFTER)
		renamed->state =
			c == ' ' || c == '\t' ? AM_UID_DROP : AM_UID_START;
	if (renamed->state == AM_UID_START)
		start_add(renamed, c);
	else if (renamed->state == AM_UID_PASS)
		am_buf_add_char(&renamed->out, c);
	if (c != '\n')
		return;
	renamed->state =
		renamed->state == AM_UID_DROP ? AM_UID_AFTER : AM_UID_START;
}

/* More of the lines; AM_END: there is nothing more to give out. */
static enum am_status
rest_read(struct am_uid_stream *renamed, struct am_error *err)
{
	enum am_status status = AM_END;

	if (!renamed->at_end)
		status = am_stream_next(renamed->lines, &renamed->rest, err);
	if (status != AM_END)
		return status;
	renamed->at_end = true;
	if (renamed->matched == 0)
		return AM_END;
	held_pass(renamed);
	return AM_OK;
}

static enum am_status
renamed_next(struct am_stream *stream, struct am_bytes *bytes_out,
	     struct am_error *err)
{
	struct am_uid_stream *renamed = (struct am_uid_stream *)stream;
	size_t i;

	am_buf_clear(&renamed->out);
	while (renamed->out.len == 0) {
		if (renamed->rest.len == 0)
			AM_TRY(rest_read(renamed, err));
		for (i = 0; i < renamed->rest.len && renamed->out.len < PIECE;
		     i++)
			char_add(renamed, (char)renamed->rest.data[i]);
		renamed->rest = am_ascii_after(renamed->rest, i);
	}
	AM_TRY(am_buf_status(&renamed->out, err));
	*bytes_out = am_buf_bytes(&renamed->out);
	return AM_OK;
}

enum am_status
am_uid_stream_begin(struct am_uid_stream *renamed, struct am_stream *lines,
		    const char *uid, struct am_error *err)
{
	struct am_ical ical = { .out = &renamed->line };

	memset(renamed, 0, sizeof(*renamed));
	renamed->stream.next = renamed_next;
	renamed->lines = lines;
	renamed->line = am_buf(MAX_LINE);
	renamed->out = am_buf(PIECE + MAX_LINE);
	am_ical_text_line(&ical, "UID", am_bytes_of(uid));
	return am_buf_status(&renamed->line, err);
}

void
am_uid_stream_end(struct am_uid_stream *renamed)
{
	am_buf_free(&renamed->line);
	am_buf_free(&renamed->out);
}
