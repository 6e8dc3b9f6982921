/* Subject and Message-ID as the properties have them ([MS-PST] 2.5.3.1.1,
 * [MS-OXCMAIL] 2.1.3.2). */
#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/oxcmail_private.h"
#include "convert/oxonote.h"
#include "convert/rfc5322.h"

/* Outlook puts 0x01 and the length of the prefix ("RE: ") before it: two
 * characters that are not part of the text (tricky B10). */
static void
marker_strip(struct am_text *subject)
{
	struct am_bytes rest;
	uint32_t code;
	size_t len = 1;

	if (subject->len == 0 || subject->data[0] != 0x01)
		return;
	if (am_slice(am_bytes(subject->data, subject->len), 1, subject->len - 1,
		     &rest) &&
	    rest.len > 0)
		len += am_utf8_decode(rest, &code);
	subject->data += len;
	subject->len -= len;
}

static enum am_status
subject_read(const struct am_message *message, struct am_text *subject_out,
	     struct am_error *err)
{
	struct am_text prefix;
	struct am_text normal;

	AM_TRY(am_message_text(message, AM_PID_SUBJECT, subject_out, err));
	if (subject_out->data != NULL) {
		marker_strip(subject_out);
		return AM_OK;
	}
	AM_TRY(am_message_text(message, AM_PID_SUBJECT_PREFIX, &prefix, err));
	AM_TRY(am_message_text(message, AM_PID_NORMALIZED_SUBJECT, &normal,
			       err));
	AM_TRY(am_arena_text_format(message->arena, &subject_out->data, err,
				    "%s%s",
				    prefix.data != NULL ? prefix.data : "",
				    normal.data != NULL ? normal.data : ""));
	subject_out->len = strlen(subject_out->data);
	subject_out->replaced = false;
	return AM_OK;
}

enum am_status
am_oxcmail_subject(const struct am_message *message,
		   struct am_text *subject_out, struct am_error *err)
{
	AM_TRY(subject_read(message, subject_out, err));
	if (subject_out->len > 0 || !am_oxonote_is_note(message))
		return AM_OK;
	return am_oxonote_first_line(message, subject_out, err);
}

enum am_status
am_oxcmail_subject_line(struct am_arena *arena, struct am_text text,
			const char **line_out, struct am_error *err)
{
	struct am_bytes bytes;
	char *line;
	size_t len = 0;
	size_t i;

	bytes = am_ascii_trim(am_bytes(text.data, text.len));
	line = am_arena_text(arena, (const char *)bytes.data, bytes.len);
	if (line == NULL)
		return am_arena_failed(arena, bytes.len + 1, err);
	for (i = 0; i < bytes.len; i++) {
		const char c = line[i];

		if (c == '\t' || c == '\r' || c == '\n')
			line[len++] = ' ';
		else if ((unsigned char)c >= ' ' && c != 0x7f)
			line[len++] = c;
	}
	line[len] = '\0';
	*line_out = line;
	return AM_OK;
}

enum am_status
am_oxcmail_own_id(const struct am_message *message, struct am_bytes *id_out,
		  struct am_error *err)
{
	struct am_bytes bare;
	struct am_text text;
	const char *wrapped;

	*id_out = am_bytes(NULL, 0);
	AM_TRY(am_message_text(message, AM_PID_INTERNET_MESSAGE_ID, &text,
			       err));
	bare = am_ascii_trim(am_bytes(text.data, text.len));
	if (bare.len == 0 || am_rfc5322_message_id(bare, id_out))
		return AM_OK;
	AM_TRY(am_arena_text_format(message->arena, &wrapped, err, "<%.*s>",
				    (int)bare.len, (const char *)bare.data));
	if (!am_rfc5322_message_id(am_bytes_of(wrapped), id_out) ||
	    id_out->len != bare.len + 2)
		*id_out = am_bytes(NULL, 0);
	return AM_OK;
}
