/* [MS-OXBBODY] reading the bodies that are properties of their own. */
#include "base/ascii.h"
#include "convert/oxbbody_private.h"
#include "convert/text_evidence.h"
#include "io/decode_stream.h"

bool
am_bbody_has_content(struct am_bytes text)
{
	size_t i;

	for (i = 0; i < text.len; i++)
		if (!am_ascii_is_space(text.data[i]) && text.data[i] != '\0')
			return true;
	return false;
}

/* The value as it is stored. */
static enum am_status
raw_open(const struct am_bbody_reader *reader, struct am_arena *arena,
	 struct am_stream **stream_out, struct am_error *err)
{
	uint64_t size;

	if (reader->body->in_memory)
		return am_stream_of_bytes(arena, reader->raw, stream_out, err);
	return am_prop_open(&reader->body->prop, arena, stream_out, &size, err);
}

/* ---- the code page ---- */

/* Does all that can be read decode in codepage? */
static enum am_status
raw_decodes(void *arg, unsigned codepage, bool *decodes_out,
	    struct am_error *err)
{
	const struct am_bbody_reader *reader = arg;
	struct am_stream *raw;
	struct am_stream *text;
	struct am_bytes piece;
	bool replaced = false;
	enum am_status status;

	am_arena_reset(reader->scratch);
	AM_TRY(raw_open(reader, reader->scratch, &raw, err));
	status = am_decode_stream_open(reader->scratch, raw, codepage,
				       &replaced, &text, err);
	if (status == AM_OK) {
		while (!replaced && status == AM_OK)
			status = am_stream_next(text, &piece, err);
		am_stream_close(text);
	}
	am_stream_close(raw);
	*decodes_out = !replaced && status != AM_NOMEM;
	return status == AM_NOMEM ? status : AM_OK;
}

struct look {
	struct am_text_evidence evidence;
	struct am_bytes head; /* first bytes of the value */
};

/* The start of what comes piece by piece. */
static void
head_add(struct am_buf *head, struct am_bytes piece)
{
	if (piece.len > AM_HTML_HEAD_SIZE - head->len)
		piece.len = AM_HTML_HEAD_SIZE - head->len;
	am_buf_add(head, piece);
}

/* Reads all there is; a value that ends early is looked at so far. */
static enum am_status
raw_look(const struct am_bbody_reader *reader, struct look *look,
	 struct am_error *err)
{
	struct am_buf head = am_buf(AM_HTML_HEAD_SIZE);
	struct am_stream *raw = NULL;
	struct am_bytes piece;
	enum am_status status;

	if (reader->body->in_memory) {
		am_text_evidence_add(&look->evidence, reader->raw);
		look->head = reader->raw;
		if (look->head.len > AM_HTML_HEAD_SIZE)
			look->head.len = AM_HTML_HEAD_SIZE;
		return AM_OK;
	}
	am_arena_reset(reader->scratch);
	status = raw_open(reader, reader->scratch, &raw, err);
	while (status == AM_OK &&
	       (status = am_stream_next(raw, &piece, err)) == AM_OK) {
		am_text_evidence_add(&look->evidence, piece);
		head_add(&head, piece);
	}
	am_stream_close(raw);
	if (status == AM_END || am_is_item_scoped(status))
		status = am_arena_copy(reader->message->arena,
				       am_buf_bytes(&head), &look->head, err);
	am_buf_free(&head);
	return status;
}

static unsigned
pid_codepage(const struct am_message *message, uint16_t id)
{
	const int64_t codepage = am_pc_int(message->pc, id, 0);

	return codepage > 0 && codepage <= UINT16_MAX ? (unsigned)codepage : 0;
}

static enum am_status
codepage_choose(struct am_bbody_reader *reader, bool is_html,
		struct am_error *err)
{
	const struct am_message *message = reader->message;
	struct am_bbody *body = reader->body;
	struct am_text_claims claims = { .fallback = message->codepage };
	struct look look = { 0 };

	if (message->codepage_is_forced)
		claims.forced = message->codepage;
	AM_TRY(raw_look(reader, &look, err));
	if (body->prop.type == AM_TYPE_UNICODE &&
	    (look.evidence.nul_even + look.evidence.nul_odd > 0 ||
	     look.evidence.not_utf8)) {
		body->codepage = AM_CP_UTF16LE;
		return AM_OK;
	}
	if (is_html)
		claims.declared =
			am_codepage_of_charset(am_html_charset(look.head));
	if (is_html && body->prop.type != AM_TYPE_STRING8)
		claims.label = pid_codepage(message, AM_PID_INTERNET_CODEPAGE);
	return am_text_codepage(&look.evidence, look.head, &claims, raw_decodes,
				reader, &body->codepage, err);
}

/* ---- the text ---- */

/* The text of a value in memory, in UTF-8. */
static enum am_status
memory_decode(struct am_bbody_reader *reader, struct am_bytes *text_out,
	      struct am_error *err)
{
	struct am_buf text = am_buf(4 * (size_t)AM_BBODY_MAX_IN_MEMORY);
	struct am_stream *raw = NULL;
	struct am_stream *decoded = NULL;
	enum am_status status;

	if (reader->body->codepage == AM_CP_UTF8 &&
	    am_utf8_is_valid(reader->raw)) {
		*text_out = reader->raw;
		return AM_OK;
	}
	am_arena_reset(reader->scratch);
	status = am_stream_of_bytes(reader->scratch, reader->raw, &raw, err);
	if (status == AM_OK)
		status = am_decode_stream_open(
			reader->scratch, raw, reader->body->codepage,
			&reader->replaced, &decoded, err);
	if (status == AM_OK)
		status = am_stream_read_all(decoded, &text, err);
	am_stream_close(decoded);
	if (status == AM_OK)
		status = am_arena_copy(reader->message->arena,
				       am_buf_bytes(&text), text_out, err);
	am_buf_free(&text);
	return status;
}

/* The first bytes of the text, to be declared UTF-8: all that a stream gives
 * until there are enough. */
static enum am_status
head_read(struct am_bbody_reader *reader, struct am_error *err)
{
	struct am_bbody *body = reader->body;
	struct am_buf text = am_buf(AM_HTML_HEAD_SIZE);
	struct am_stream *stream = NULL;
	struct am_bytes piece;
	enum am_status status;

	am_arena_reset(reader->scratch);
	status = am_bbody_open(body, reader->scratch, &stream, err);
	while (status == AM_OK && text.len < AM_HTML_HEAD_SIZE &&
	       (status = am_stream_next(stream, &piece, err)) == AM_OK)
		head_add(&text, piece);
	am_stream_close(stream);
	if (status == AM_OK || status == AM_END || am_is_item_scoped(status))
		status = am_arena_copy(reader->message->arena,
				       am_buf_bytes(&text), &body->head, err);
	am_buf_free(&text);
	return status;
}

enum am_status
am_bbody_html_declare(struct am_bbody_reader *reader, struct am_error *err)
{
	struct am_bbody *body = reader->body;

	if (body->in_memory) {
		body->head = body->rest;
		if (body->head.len > AM_HTML_HEAD_SIZE)
			body->head.len = AM_HTML_HEAD_SIZE;
		body->rest = am_ascii_after(body->rest, body->head.len);
	} else {
		AM_TRY(head_read(reader, err));
		body->head_skip = body->head.len;
	}
	return am_html_declare_utf8(reader->message->arena, body->head,
				    &body->head, err);
}

static void
last_add(struct am_bbody_reader *reader, struct am_bytes bytes)
{
	size_t i;

	for (i = 0; i < bytes.len; i++) {
		reader->last = (reader->last << 8 | bytes.data[i]) & 0xffffff;
		if (reader->last == 0xefbfbd)
			reader->has_lost = true;
	}
}

static bool
piece_has_lost(struct am_bytes piece)
{
	const uint8_t *end;

	/* Its last byte: the first is that of other characters too. */
	while (piece.len > 0 &&
	       (end = memrchr(piece.data, 0xbd, piece.len)) != NULL) {
		piece.len = (size_t)(end - piece.data);
		if (piece.len >= 2 && end[-1] == 0xbf && end[-2] == 0xef)
			return true;
	}
	return false;
}

/* U+FFFD stands for what was lost before. Byte by byte only where two pieces
 * meet: this is done for every body. */
static void
lost_look(struct am_bbody_reader *reader, struct am_bytes piece)
{
	struct am_bytes start = piece;

	if (start.len > 2)
		start.len = 2;
	last_add(reader, start);
	if (piece.len <= 2)
		return;
	if (piece_has_lost(piece))
		reader->has_lost = true;
	reader->last = 0;
	last_add(reader, am_ascii_after(piece, piece.len - 2));
}

static void
piece_examine(struct am_bbody_reader *reader, struct am_bytes piece)
{
	struct am_bbody *body = reader->body;

	body->is_there = body->is_there || am_bbody_has_content(piece);
	am_mime_text_add(&body->examined, piece);
	if (body->examined.non_ascii > 0 && !reader->has_lost)
		lost_look(reader, piece);
	if (reader->refs != NULL)
		am_html_refs_add(reader->refs, piece);
}

/* What is no text, by which property it is in. */
static void
replaced_note(const struct am_bbody_reader *reader, bool replaced)
{
	struct am_report *report = am_bbody_report(reader);

	if (replaced)
		am_report_note(report, "text",
			       "the %s has bytes that are no text; they were "
			       "replaced",
			       reader->what);
	else if (reader->has_lost && reader->body->rtf == NULL)
		am_report_note(report, "text",
			       "the %s has U+FFFD where its writer lost a "
			       "character",
			       reader->what);
}

/* What cannot be read to its end is a finding when it is written; here only
 * when nothing of it can be read. */
enum am_status
am_bbody_examine(struct am_bbody_reader *reader, struct am_error *err)
{
	struct am_stream *stream = NULL;
	bool replaced = reader->replaced;
	struct am_bytes piece;
	enum am_status status;

	am_arena_reset(reader->scratch);
	status = am_bbody_open_checked(reader->body, reader->scratch, &replaced,
				       &stream, err);
	while (status == AM_OK &&
	       (status = am_stream_next(stream, &piece, err)) == AM_OK)
		piece_examine(reader, piece);
	am_stream_close(stream);
	am_arena_reset(reader->scratch);
	if (reader->refs != NULL)
		am_html_refs_end(reader->refs);
	replaced_note(reader, replaced);
	if (status == AM_END)
		return AM_OK;
	if (!am_is_item_scoped(status) || reader->body->is_there)
		return am_unless_item_scoped(status);
	reader->damaged = true;
	am_report_add(am_bbody_report(reader), reader->name, err);
	return AM_OK;
}

/* ---- a property ---- */

/* Reads a short value into memory. Its lost end is a finding already. */
static enum am_status
value_read(struct am_bbody_reader *reader, struct am_error *err)
{
	struct am_bbody *body = reader->body;
	const uint32_t hnid = (uint32_t)body->prop.value;
	uint64_t size;
	enum am_status status;

	status = am_prop_bytes(&body->prop, AM_BBODY_MAX_IN_MEMORY,
			       reader->message->arena, &reader->raw, err);
	body->in_memory = status == AM_OK;
	if (status == AM_OK && !am_hnid_is_hid(hnid) &&
	    am_hnid_size(body->prop.heap, hnid, &size, err) == AM_OK &&
	    size > reader->raw.len)
		reader->damaged = true;
	return am_unless_item_scoped(status);
}

/* In memory as am_prop_text does it. */
static enum am_status
text_read(struct am_bbody_reader *reader, struct am_error *err)
{
	const struct am_message *message = reader->message;
	struct am_bbody *body = reader->body;
	struct am_text text;

	AM_TRY(value_read(reader, err));
	if (!body->in_memory)
		return codepage_choose(reader, false, err);
	if (body->prop.type == AM_TYPE_UNICODE)
		AM_TRY(am_text_from_utf16(message->arena, reader->raw, &text,
					  err));
	else
		AM_TRY(am_text_decode(message->arena, message->codepage,
				      reader->raw, &text, err));
	reader->replaced = text.replaced;
	body->rest = am_bytes(text.data, text.len);
	return AM_OK;
}

enum am_status
am_bbody_text_read(struct am_bbody_reader *reader, uint16_t id,
		   struct am_error *err)
{
	if (!am_pc_find(reader->message->pc, id, &reader->body->prop))
		return AM_OK;
	AM_TRY(text_read(reader, err));
	return am_bbody_examine(reader, err);
}

enum am_status
am_bbody_html_read(struct am_bbody_reader *reader, struct am_error *err)
{
	struct am_bbody *body = reader->body;

	if (!am_pc_find(reader->message->pc, AM_PID_HTML, &body->prop))
		return AM_OK;
	AM_TRY(value_read(reader, err));
	AM_TRY(codepage_choose(reader, true, err));
	if (body->in_memory)
		AM_TRY(memory_decode(reader, &body->rest, err));
	AM_TRY(am_bbody_html_declare(reader, err));
	return am_bbody_examine(reader, err);
}
