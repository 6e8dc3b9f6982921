/* HTML as plain text: bytes, and the stream. */
#include "base/ascii.h"
#include "convert/html.h"
#include "convert/html_text_private.h"

enum {
	PIECE = 4 << 10, /* of HTML, at a time */
	OUT_MAX = 256 << 10
};

/* ---- tags ---- */

static void
tag_end(struct am_html_text *text)
{
	text->where = AM_HTML_IN_TEXT;
	text->name[text->name_len] = '\0';
	am_html_text_tag(text);
}

static void
tag_begin(struct am_html_text *text)
{
	text->where = AM_HTML_IN_TAG_NAME;
	text->name_len = 0;
	text->is_end = false;
	text->quote = 0;
	text->last = 0;
	am_buf_clear(&text->href);
}

/* In a script or style: only its end is a tag. */
static void
in_hidden_name(struct am_html_text *text, uint8_t c)
{
	if (text->name_len == 0 && c == '/' && !text->is_end) {
		text->is_end = true;
	} else if (c == '<') {
		tag_begin(text);
	} else if (c != '>' && !am_ascii_is_space(c) &&
		   text->name_len < AM_HTML_MAX_ENTITY) {
		text->name[text->name_len++] = (char)am_ascii_lower(c);
	} else {
		text->name[text->name_len] = '\0';
		text->where = AM_HTML_IN_TEXT;
		if (!text->is_end || strcmp(text->hidden, text->name) != 0)
			return;
		text->hidden = NULL;
		text->where = c == '>' ? AM_HTML_IN_TEXT : AM_HTML_IN_TAG;
	}
}

static void
in_tag_name(struct am_html_text *text, uint8_t c)
{
	if (text->hidden != NULL) {
		in_hidden_name(text, c);
	} else if (text->name_len == 0 && c == '/' && !text->is_end) {
		text->is_end = true;
	} else if (c == '>') {
		tag_end(text);
	} else if (am_ascii_is_space(c) || c == '/') {
		text->where = AM_HTML_IN_TAG;
	} else if (text->name_len < AM_HTML_MAX_ENTITY) {
		text->name[text->name_len++] = (char)am_ascii_lower(c);
		if (text->name_len == 3 && memcmp(text->name, "!--", 3) == 0) {
			text->where = AM_HTML_IN_COMMENT;
			text->last = 0;
		}
	}
}

static void
in_tag(struct am_html_text *text, uint8_t c)
{
	if (c == '>') {
		tag_end(text);
	} else if (c == '=') {
		text->where = AM_HTML_IN_VALUE;
		text->quote = 0;
		text->is_href = text->last == 0x68726566; /* "href" */
		text->last = 0;
	} else if (!am_ascii_is_space(c)) {
		text->last = text->last << 8 | am_ascii_lower(c);
	}
}

static void
in_value(struct am_html_text *text, uint8_t c)
{
	const bool is_first = text->last == 0;

	if (is_first && am_ascii_is_space(c))
		return;
	text->last = 1;
	if (is_first && (c == '"' || c == '\'')) {
		text->quote = c;
	} else if (text->quote != 0 ? c == text->quote : am_ascii_is_space(c)) {
		text->where = AM_HTML_IN_TAG;
		text->last = 0;
	} else if (text->quote == 0 && c == '>') {
		tag_end(text);
	} else if (text->is_href) {
		am_buf_add_char(&text->href, (char)c);
	}
}

static void
in_comment(struct am_html_text *text, uint8_t c)
{
	if (c == '>' && (text->last & 0xffff) == 0x2d2d)
		text->where = AM_HTML_IN_TEXT;
	text->last = text->last << 8 | c;
}

/* ---- text and entities ---- */

/* What was taken for an entity is text. */
static void
entity_undo(struct am_html_text *text)
{
	size_t i;

	text->where = AM_HTML_IN_TEXT;
	am_html_text_char(text, '&');
	for (i = 0; i < text->name_len; i++)
		am_html_text_char(text, (uint8_t)text->name[i]);
}

static void
entity_end(struct am_html_text *text)
{
	uint32_t code;

	text->name[text->name_len] = '\0';
	code = am_html_entity(text->name);
	if (code == 0) {
		entity_undo(text);
		am_html_text_char(text, ';');
		return;
	}
	text->where = AM_HTML_IN_TEXT;
	if (text->hidden == NULL)
		am_html_text_code(text, code);
}

static void
in_text(struct am_html_text *text, uint8_t c)
{
	if (c == '<') {
		tag_begin(text);
	} else if (c == '&' && text->hidden == NULL) {
		text->where = AM_HTML_IN_ENTITY;
		text->name_len = 0;
	} else {
		am_html_text_char(text, c);
	}
}

static void
in_entity(struct am_html_text *text, uint8_t c)
{
	const bool fits = text->name_len < AM_HTML_MAX_ENTITY;

	if (c == ';') {
		entity_end(text);
	} else if (fits &&
		   ((c >= '0' && c <= '9') || c == '#' ||
		    (am_ascii_lower(c) >= 'a' && am_ascii_lower(c) <= 'z'))) {
		text->name[text->name_len++] = (char)c;
	} else {
		entity_undo(text);
		in_text(text, c);
	}
}

static void
byte_add(struct am_html_text *text, uint8_t c)
{
	switch (text->where) {
	case AM_HTML_IN_TEXT:
		in_text(text, c);
		break;
	case AM_HTML_IN_ENTITY:
		in_entity(text, c);
		break;
	case AM_HTML_IN_TAG_NAME:
		in_tag_name(text, c);
		break;
	case AM_HTML_IN_TAG:
		in_tag(text, c);
		break;
	case AM_HTML_IN_VALUE:
		in_value(text, c);
		break;
	case AM_HTML_IN_COMMENT:
		in_comment(text, c);
		break;
	}
}

/* ---- the stream ---- */

/* Some more of the HTML; at its end what waited for more. */
static void
piece_add(struct am_html_text *text)
{
	struct am_bytes piece;
	size_t i;

	if (text->left.len == 0) {
		text->status =
			am_stream_next(text->html, &text->left, &text->cause);
		if (text->status != AM_OK) {
			text->left = am_bytes(NULL, 0);
			if (text->where == AM_HTML_IN_ENTITY)
				entity_undo(text);
			return;
		}
	}
	piece = text->left;
	if (piece.len > PIECE)
		piece.len = PIECE;
	text->left = am_ascii_after(text->left, piece.len);
	for (i = 0; i < piece.len; i++)
		byte_add(text, piece.data[i]);
	if (text->out.status != AM_OK)
		text->status = am_buf_status(&text->out, &text->cause);
}

static enum am_status
html_text_next(struct am_stream *base, struct am_bytes *bytes_out,
	       struct am_error *err)
{
	struct am_html_text *text = (struct am_html_text *)base;

	am_buf_clear(&text->out);
	while (text->out.len == 0) {
		if (text->status != AM_OK) {
			if (err != NULL && text->status != AM_END)
				*err = text->cause;
			return text->status;
		}
		piece_add(text);
	}
	*bytes_out = am_buf_bytes(&text->out);
	return AM_OK;
}

static void
html_text_close(struct am_stream *base)
{
	struct am_html_text *text = (struct am_html_text *)base;

	am_rtf_field_close(&text->link);
	am_buf_free(&text->href);
	am_buf_free(&text->out);
	if (text->status == AM_OK)
		text->status = AM_END;
}

enum am_status
am_html_text_open(struct am_arena *arena, struct am_stream *html,
		  struct am_stream **stream_out, struct am_error *err)
{
	struct am_html_text *text = am_arena_new(arena, struct am_html_text);

	if (text == NULL)
		return am_arena_failed(arena, sizeof(*text), err);
	text->base.next = html_text_next;
	text->base.close = html_text_close;
	text->html = html;
	text->href = am_buf(AM_HTML_MAX_URL);
	text->out = am_buf(OUT_MAX);
	am_rtf_field_begin(&text->link);
	*stream_out = &text->base;
	return AM_OK;
}
