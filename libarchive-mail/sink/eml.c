/* Single files: each message "<date> <subject> <id>.eml" in the directory of
 * its folder, with CRLF, its flags as the fields that an mbox has. */
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "base/time.h"
#include "sink/maildir.h"
#include "sink/mboxrd.h"

enum {
	SUBJECT_MAX = 100, /* bytes of the subject in a name */
	SUBJECT_SIZE = SUBJECT_MAX + 1,
	PIECE = 64 << 10, /* taken at once */
	PIECE_MAX = 2 * PIECE + AM_MBOXRD_FIELDS_SIZE
};

/* Controls, and what Windows refuses. */
static bool
is_replaced(uint32_t code, size_t len)
{
	return am_code_is_control(code) || (code == 0xfffd && len == 1) ||
	       (code < 0x7f && strchr("/\\:*?\"<>|", (int)code) != NULL);
}

/* Whole characters, each run of bad ones as one "_"; trimmed. */
static void
subject_write(const char *subject, char name[SUBJECT_SIZE])
{
	struct am_bytes rest = am_bytes_of(subject != NULL ? subject : "");
	size_t len = 0;

	while (rest.len > 0) {
		uint32_t code;
		const size_t size = am_utf8_decode(rest, &code);
		const bool bad = is_replaced(code, size);

		if ((bad ? 1 : size) > SUBJECT_MAX - len)
			break;
		if (!bad) {
			(void)snprintf(name + len, SUBJECT_SIZE - len, "%.*s",
				       (int)size, (const char *)rest.data);
			len += size;
		} else if (len == 0 || name[len - 1] != '_') {
			name[len++] = '_';
		}
		if (len == 1 && name[0] == ' ')
			len = 0;
		rest = am_bytes(rest.data + size, rest.len - size);
	}
	while (len > 0 && name[len - 1] == ' ')
		len--;
	name[len] = '\0';
}

/* "2004-02-29 12.00.00", in UTC. */
static void
date_write(const struct am_sink_message *message, char date[AM_TIME_TEXT_SIZE])
{
	const int64_t time = message->sent != AM_TIME_NONE ? message->sent
							   : message->received;
	size_t i;

	if (time == AM_TIME_NONE) {
		(void)snprintf(date, AM_TIME_TEXT_SIZE, "undated");
		return;
	}
	am_time_iso(time, date);
	for (i = 0; date[i] != '\0'; i++) {
		if (date[i] == 'T')
			date[i] = ' ';
		else if (date[i] == ':')
			date[i] = '.';
		else if (date[i] == 'Z')
			date[i] = '\0';
	}
}

/* The id makes it the only one of its folder. */
static void
eml_name(const struct am_maildir_facts *facts, char name[AM_MAILDIR_NAME_SIZE])
{
	char date[AM_TIME_TEXT_SIZE];
	char subject[SUBJECT_SIZE];

	date_write(facts->message, date);
	subject_write(facts->message->subject, subject);
	(void)snprintf(name, AM_MAILDIR_NAME_SIZE, "%s%s%s %#" PRIx32 ".eml",
		       date, *subject != '\0' ? " " : "", subject,
		       facts->message->id);
}

/* The message with its flag fields, as it goes by. */
struct marked {
	struct am_stream base; /* first */
	struct am_stream *mime;
	struct am_bytes rest; /* came, and was not taken yet */
	struct am_mboxrd writer;
	struct am_buf piece;
	bool at_end;
};

static enum am_status
piece_add(void *arg, struct am_bytes bytes, struct am_error *err)
{
	am_buf_add(arg, bytes);
	return am_buf_status(arg, err);
}

/* The next of the message into piece, or its end. */
static enum am_status
marked_fill(struct marked *marked, struct am_error *err)
{
	struct am_bytes *rest = &marked->rest;
	enum am_status status = AM_OK;
	size_t len;

	if (rest->len == 0)
		status = am_stream_next(marked->mime, rest, err);
	if (status == AM_END) {
		marked->at_end = true;
		rest->len = 0;
		return am_mboxrd_finish(&marked->writer, err);
	}
	AM_TRY(status);
	len = rest->len < PIECE ? rest->len : PIECE;
	AM_TRY(am_mboxrd_add(&marked->writer, am_bytes(rest->data, len), err));
	*rest = am_bytes(rest->data + len, rest->len - len);
	return AM_OK;
}

static enum am_status
marked_next(struct am_stream *base, struct am_bytes *bytes_out,
	    struct am_error *err)
{
	struct marked *marked = (struct marked *)base;

	am_buf_clear(&marked->piece);
	while (marked->piece.len == 0) {
		if (marked->at_end)
			return AM_END;
		AM_TRY(marked_fill(marked, err));
	}
	*bytes_out = am_buf_bytes(&marked->piece);
	return AM_OK;
}

static void
marked_close(struct am_stream *base)
{
	am_buf_free(&((struct marked *)base)->piece);
}

static enum am_status
eml_store(struct am_arena *arena, struct am_stream *mime,
	  const struct am_sink_message *message, struct am_stream **stored_out,
	  struct am_error *err)
{
	const struct am_mboxrd_marks marks = { message->flags,
					       message->keywords };
	struct marked *marked = am_arena_new(arena, struct marked);

	if (marked == NULL)
		return am_arena_failed(arena, sizeof(*marked), err);
	marked->base.next = marked_next;
	marked->base.close = marked_close;
	marked->mime = mime;
	marked->piece = am_buf(PIECE_MAX);
	am_mboxrd_start(&marked->writer, AM_MBOXRD_ALONE, &marks, piece_add,
			&marked->piece);
	*stored_out = &marked->base;
	return AM_OK;
}

static enum am_status
eml_load(struct am_arena *arena, struct am_stream *stored, uint64_t size,
	 struct am_stream **mime_out, struct am_error *err)
{
	return am_mboxrd_read(arena, AM_MBOXRD_ALONE, stored, size, mime_out,
			      err);
}

enum am_status
am_eml_open(const struct am_sink_options *options, struct am_sink **sink_out,
	    struct am_error *err)
{
	static const struct am_maildir_layout layout = {
		.form = AM_NAMES_FILES,
		.is_flat = true,
		.name = eml_name,
		.store = eml_store,
		.load = eml_load,
	};

	return am_maildir_open_as(&layout, options, sink_out, err);
}
