/* mboxrd, read back. */
#include "sink/mboxrd.h"

enum {
	ROOM = 64 << 10,
	/* Before the bytes in room: a ">" that was held back may turn out to
	 * belong there. */
	HEADROOM = 1,
	/* Flag fields and an empty line are never longer. */
	LOOKAHEAD = AM_MBOXRD_FIELDS_SIZE + 2,
	FROM_LEN = 5
};

enum phase { PHASE_FROM_LINE, PHASE_HEADER, PHASE_BODY };

/* Reads into room behind what was undecided, and takes the quoting out in
 * place: the result is never longer. */
struct reader {
	struct am_stream base; /* first */
	enum am_mboxrd_style style;
	struct am_stream *stored;
	uint64_t left;		/* stored bytes that did not come yet */
	struct am_bytes coming; /* came, and are not in room yet */
	uint8_t *room;		/* HEADROOM + ROOM */
	size_t begin, end;	/* undecided bytes in room */
	enum phase phase;
	bool at_line_start;
	bool holds_quote; /* a ">" of this line is not given out yet */
};

struct run {
	uint8_t *data;
	size_t len;
	size_t at;  /* next to read */
	size_t out; /* next to write; never beyond at */
	bool last;  /* nothing more will come */
};

static size_t
text_match(const uint8_t *data, size_t len, const char *text)
{
	const size_t size = strlen(text);

	return size <= len && memcmp(data, text, size) == 0 ? size : 0;
}

/* To the next line start, or the end; the "From " line goes, others stay. */
static void
line_pass(struct reader *reader, struct run *run)
{
	const uint8_t *begin = run->data + run->at;
	const uint8_t *end = memchr(begin, '\n', run->len - run->at);
	const size_t len =
		end != NULL ? (size_t)(end - begin) + 1 : run->len - run->at;

	reader->at_line_start = end != NULL;
	run->at += len;
	if (reader->phase != PHASE_FROM_LINE) {
		memmove(run->data + run->out, begin, len);
		run->out += len;
	} else if (end != NULL) {
		reader->phase = PHASE_HEADER;
	}
}

/* The header may end at data (where a line starts): drops the flag fields. */
static void
header_end_check(struct reader *reader, struct run *run)
{
	const uint8_t *data = run->data + run->at;
	const size_t left = run->len - run->at;
	const size_t len = left < LOOKAHEAD ? left : LOOKAHEAD;
	const size_t fields = am_mboxrd_fields_match(reader->style, data, len,
						     run->last && len == left);

	run->at += fields;
	if (fields > 0 || data[0] == '\n' || text_match(data, len, "\r\n") > 0)
		reader->phase = PHASE_BODY;
}

/* Holds the first ">" of a line back until it is known whether it quotes a
 * "From ". False: more bytes are needed. */
static bool
quotes_pass(struct reader *reader, struct run *run)
{
	const uint8_t *data;
	size_t left;

	while (run->at < run->len && run->data[run->at] == '>') {
		if (reader->holds_quote)
			run->data[run->out++] = '>';
		reader->holds_quote = true;
		run->at++;
	}
	data = run->data + run->at;
	left = run->len - run->at;
	if (left < FROM_LEN && !run->last && memcmp(data, "From ", left) == 0)
		return false;
	if (reader->holds_quote && text_match(data, left, "From ") == 0)
		run->data[run->out++] = '>';
	reader->holds_quote = false;
	reader->at_line_start = false;
	return true;
}

/* Is there enough to decide about a line that starts here? */
static bool
is_decidable(const struct reader *reader, const struct run *run)
{
	const size_t need = reader->phase == PHASE_BODY ? FROM_LEN : LOOKAHEAD;

	return run->last || run->len - run->at >= need;
}

static enum am_status
no_message(struct am_error *err, const char *why)
{
	return am_fail(err, AM_CORRUPT, "no message of an mbox is there: %s",
		       why);
}

/* What starts a line; false: more bytes are needed. */
static bool
line_start_pass(struct reader *reader, struct run *run)
{
	if (!is_decidable(reader, run))
		return false;
	if (reader->phase == PHASE_HEADER && !reader->holds_quote)
		header_end_check(reader, run);
	if (reader->style == AM_MBOXRD_ALONE) {
		reader->at_line_start = false;
		return true;
	}
	return run->at == run->len || quotes_pass(reader, run);
}

static void
run_decode(struct reader *reader, struct run *run)
{
	bool go_on = true;

	while (go_on && run->at < run->len) {
		if (reader->at_line_start)
			go_on = line_start_pass(reader, run);
		else
			line_pass(reader, run);
	}
	if (run->last && reader->holds_quote)
		run->data[run->out++] = '>';
	if (run->last)
		reader->holds_quote = false;
}

/* The next piece of what is stored, without the empty line at its end. */
static enum am_status
piece_get(struct reader *reader, struct am_error *err)
{
	const enum am_status status =
		am_stream_next(reader->stored, &reader->coming, err);

	if (status == AM_END ||
	    (status == AM_OK && reader->coming.len > reader->left))
		return no_message(err, "it has another size");
	AM_TRY(status);
	reader->left -= reader->coming.len;
	if (reader->left > 0 || reader->style == AM_MBOXRD_ALONE)
		return AM_OK;
	reader->coming.len--;
	if (reader->coming.data[reader->coming.len] != '\n')
		return no_message(err, "it does not end with an empty line");
	return AM_OK;
}

/* More bytes behind the undecided ones, which move to the front. */
static enum am_status
room_fill(struct reader *reader, struct am_error *err)
{
	const size_t kept = reader->end - reader->begin;
	uint8_t *front = reader->room + HEADROOM;
	size_t len;

	memmove(front, reader->room + reader->begin, kept);
	reader->begin = HEADROOM;
	reader->end = HEADROOM + kept;
	if (reader->coming.len == 0 && reader->left > 0)
		AM_TRY(piece_get(reader, err));
	len = ROOM - kept < reader->coming.len ? ROOM - kept
					       : reader->coming.len;
	if (len == 0)
		return AM_OK;
	memcpy(front + kept, reader->coming.data, len);
	reader->end += len;
	reader->coming =
		am_bytes(reader->coming.data + len, reader->coming.len - len);
	return AM_OK;
}

static enum am_status
from_line_check(struct reader *reader, struct am_error *err)
{
	reader->at_line_start = false;
	if (text_match(reader->room + HEADROOM, reader->end - HEADROOM,
		       "From ") > 0)
		return AM_OK;
	return no_message(err, "it does not begin with a \"From \" line");
}

static enum am_status
reader_next(struct am_stream *base, struct am_bytes *bytes_out,
	    struct am_error *err)
{
	struct reader *reader = (struct reader *)base;
	struct run run = { .data = reader->room };

	while (run.out == 0) {
		if (run.last)
			return reader->phase != PHASE_FROM_LINE
				       ? AM_END
				       : no_message(err, "it has one line");
		AM_TRY(room_fill(reader, err));
		run.at = HEADROOM;
		run.len = reader->end;
		run.last = reader->left == 0 && reader->coming.len == 0;
		if (reader->phase == PHASE_FROM_LINE && reader->at_line_start) {
			if (run.len < HEADROOM + FROM_LEN && !run.last)
				continue;
			AM_TRY(from_line_check(reader, err));
		}
		run_decode(reader, &run);
		reader->begin = run.at;
	}
	*bytes_out = am_bytes(reader->room, run.out);
	return AM_OK;
}

static void
reader_close(struct am_stream *base)
{
	struct reader *reader = (struct reader *)base;

	am_stream_close(reader->stored);
	reader->stored = NULL;
	reader->left = 0;
	reader->coming = am_bytes(NULL, 0);
}

enum am_status
am_mboxrd_read(struct am_arena *arena, enum am_mboxrd_style style,
	       struct am_stream *stored, uint64_t size,
	       struct am_stream **stream_out, struct am_error *err)
{
	struct reader *reader;

	if (style != AM_MBOXRD_ALONE && size <= FROM_LEN)
		return no_message(err, "it is too short");
	reader = am_arena_new(arena, struct reader);
	if (reader == NULL)
		return am_arena_failed(arena, sizeof(*reader), err);
	reader->room = am_arena_raw(arena, HEADROOM + ROOM);
	if (reader->room == NULL)
		return am_arena_failed(arena, HEADROOM + ROOM, err);
	reader->base.next = reader_next;
	reader->base.close = reader_close;
	reader->style = style;
	reader->phase =
		style == AM_MBOXRD_ALONE ? PHASE_HEADER : PHASE_FROM_LINE;
	reader->stored = stored;
	reader->left = size;
	reader->at_line_start = true;
	*stream_out = &reader->base;
	return AM_OK;
}
