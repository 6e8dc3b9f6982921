/* HTML as plain text. */
#include "convert/html_text.h"

#include "base/ascii.h"
#include "base/text.h"
#include "convert/html.h"
#include "convert/html_entity.h"
#include "rtf/field.h"

enum {
	PIECE = 4 << 10, /* of HTML, at a time */
	OUT_MAX = 256 << 10
};

enum where { IN_TEXT, IN_ENTITY, IN_TAG_NAME, IN_TAG, IN_VALUE, IN_COMMENT };

/* What a tag means for the text. */
enum effect {
	BREAKS,	   /* a new line, at its start and its end */
	ENDS_LINE, /* <br> */
	PARTS,	   /* an empty line before */
	CELL,
	ITEM,
	HIDES, /* what is inside is no text */
	KEEPS_SPACE,
	LINKS
};

static const struct tag {
	const char *name;
	enum effect effect;
} tags[] = {
	{ "a", LINKS },	     { "address", BREAKS },  { "blockquote", PARTS },
	{ "br", ENDS_LINE }, { "center", BREAKS },   { "dd", BREAKS },
	{ "div", BREAKS },   { "dl", BREAKS },	     { "dt", BREAKS },
	{ "h1", PARTS },     { "h2", PARTS },	     { "h3", PARTS },
	{ "h4", PARTS },     { "h5", PARTS },	     { "h6", PARTS },
	{ "hr", BREAKS },    { "li", ITEM },	     { "ol", BREAKS },
	{ "p", PARTS },	     { "pre", KEEPS_SPACE }, { "script", HIDES },
	{ "style", HIDES },  { "table", BREAKS },    { "td", CELL },
	{ "th", CELL },	     { "title", HIDES },     { "tr", BREAKS },
	{ "ul", BREAKS },
};

struct html_text {
	struct am_stream base; /* first */
	struct am_stream *html;
	struct am_bytes left; /* of the piece at hand */
	enum am_status status;
	struct am_error cause;

	enum where where;
	char name[AM_HTML_MAX_ENTITY + 1]; /* of tag or entity */
	size_t name_len;
	bool is_end;   /* </ */
	uint8_t quote; /* of the value at hand; 0: none */
	uint32_t last; /* the four bytes before: "href", "--" */
	struct am_buf href;
	bool is_href;	    /* the value at hand is a link's */
	const char *hidden; /* what is being left out, until it ends */
	unsigned pre;	    /* <pre> around */
	struct am_rtf_field link;

	bool is_started;  /* something was given out */
	bool space_waits; /* between words */
	unsigned lines_wait;
	bool in_row; /* a cell was there */
	struct am_buf out;
};

/* ---- what goes out ---- */

static void
wait_end(struct html_text *text)
{
	if (!text->is_started)
		text->lines_wait = 0;
	if (text->lines_wait > 0 || !text->is_started)
		text->space_waits = false;
	for (; text->lines_wait > 0; text->lines_wait--)
		am_buf_add_text(&text->out, "\r\n");
	if (text->space_waits)
		am_buf_add_char(&text->out, ' ');
	text->space_waits = false;
	text->is_started = true;
}

static void
lines_ask(struct html_text *text, unsigned lines)
{
	if (text->lines_wait < lines)
		text->lines_wait = lines;
	text->in_row = false;
}

static void
bytes_give(struct html_text *text, struct am_bytes bytes)
{
	struct am_bytes shown;
	size_t before;

	wait_end(text);
	before = text->out.len;
	am_buf_add(&text->out, bytes);
	if (am_slice(am_buf_bytes(&text->out), before, text->out.len - before,
		     &shown))
		am_rtf_field_show(&text->link, shown);
}

static void
code_give(struct html_text *text, uint32_t code)
{
	char utf8[4];

	bytes_give(text, am_bytes(utf8, am_utf8_encode(code, utf8)));
}

static void
char_give(struct html_text *text, uint8_t c)
{
	if (text->hidden != NULL)
		return;
	if (!am_ascii_is_space(c)) {
		bytes_give(text, am_bytes(&c, 1));
		return;
	}
	if (text->pre == 0)
		text->space_waits = true;
	else if (c == '\n' && text->lines_wait < 2)
		text->lines_wait++;
	else if (c == '\n')
		bytes_give(text, am_bytes("\r\n", 2));
	else if (c != '\r')
		bytes_give(text, am_bytes(&c, 1));
}

/* ---- tags ---- */

static const struct tag *
tag_find(const struct html_text *text)
{
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (strcmp(tags[i].name, text->name) == 0)
			return &tags[i];
	return NULL;
}

static void
cell_begin(struct html_text *text)
{
	text->space_waits = false;
	if (text->in_row && text->lines_wait == 0)
		bytes_give(text, am_bytes("\t", 1));
	text->in_row = true;
}

static void
item_begin(struct html_text *text)
{
	lines_ask(text, 1);
	bytes_give(text, am_bytes_of("- "));
}

static void
link_tag(struct html_text *text)
{
	if (text->is_end) {
		if (am_rtf_field_is_bare(&text->link))
			wait_end(text);
		am_rtf_field_result_end(&text->link, &text->out);
		return;
	}
	am_rtf_field_link(&text->link, am_buf_bytes(&text->href));
	am_rtf_field_result(&text->link);
}

static void
pre_tag(struct html_text *text)
{
	lines_ask(text, 1);
	if (!text->is_end)
		text->pre++;
	else if (text->pre > 0)
		text->pre--;
}

static void
effect_do(struct html_text *text, const struct tag *tag)
{
	switch (tag->effect) {
	case BREAKS:
		lines_ask(text, 1);
		break;
	case ENDS_LINE:
		bytes_give(text, am_bytes(NULL, 0));
		text->lines_wait = 1;
		break;
	case PARTS:
		lines_ask(text, 2);
		break;
	case CELL:
		if (!text->is_end)
			cell_begin(text);
		break;
	case ITEM:
		if (!text->is_end)
			item_begin(text);
		break;
	case HIDES:
		if (!text->is_end)
			text->hidden = tag->name;
		break;
	case KEEPS_SPACE:
		pre_tag(text);
		break;
	case LINKS:
		link_tag(text);
		break;
	}
}

static void
tag_end(struct html_text *text)
{
	const struct tag *tag;

	text->where = IN_TEXT;
	text->name[text->name_len] = '\0';
	tag = tag_find(text);
	if (tag != NULL)
		effect_do(text, tag);
}

static void
tag_begin(struct html_text *text)
{
	text->where = IN_TAG_NAME;
	text->name_len = 0;
	text->is_end = false;
	text->quote = 0;
	text->last = 0;
	am_buf_clear(&text->href);
}

/* In a script or style: only its end is a tag. */
static void
in_hidden_name(struct html_text *text, uint8_t c)
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
		text->where = IN_TEXT;
		if (!text->is_end || strcmp(text->hidden, text->name) != 0)
			return;
		text->hidden = NULL;
		text->where = c == '>' ? IN_TEXT : IN_TAG;
	}
}

static void
in_tag_name(struct html_text *text, uint8_t c)
{
	if (text->hidden != NULL) {
		in_hidden_name(text, c);
	} else if (text->name_len == 0 && c == '/' && !text->is_end) {
		text->is_end = true;
	} else if (c == '>') {
		tag_end(text);
	} else if (am_ascii_is_space(c) || c == '/') {
		text->where = IN_TAG;
	} else if (text->name_len < AM_HTML_MAX_ENTITY) {
		text->name[text->name_len++] = (char)am_ascii_lower(c);
		if (text->name_len == 3 && memcmp(text->name, "!--", 3) == 0) {
			text->where = IN_COMMENT;
			text->last = 0;
		}
	}
}

static void
in_tag(struct html_text *text, uint8_t c)
{
	if (c == '>') {
		tag_end(text);
	} else if (c == '=') {
		text->where = IN_VALUE;
		text->quote = 0;
		text->is_href = text->last == 0x68726566; /* "href" */
		text->last = 0;
	} else if (!am_ascii_is_space(c)) {
		text->last = text->last << 8 | am_ascii_lower(c);
	}
}

static void
in_value(struct html_text *text, uint8_t c)
{
	const bool is_first = text->last == 0;

	if (is_first && am_ascii_is_space(c))
		return;
	text->last = 1;
	if (is_first && (c == '"' || c == '\'')) {
		text->quote = c;
	} else if (text->quote != 0 ? c == text->quote : am_ascii_is_space(c)) {
		text->where = IN_TAG;
		text->last = 0;
	} else if (text->quote == 0 && c == '>') {
		tag_end(text);
	} else if (text->is_href) {
		am_buf_add_char(&text->href, (char)c);
	}
}

static void
in_comment(struct html_text *text, uint8_t c)
{
	if (c == '>' && (text->last & 0xffff) == 0x2d2d)
		text->where = IN_TEXT;
	text->last = text->last << 8 | c;
}

/* ---- text and entities ---- */

/* What was taken for an entity is text. */
static void
entity_undo(struct html_text *text)
{
	size_t i;

	text->where = IN_TEXT;
	char_give(text, '&');
	for (i = 0; i < text->name_len; i++)
		char_give(text, (uint8_t)text->name[i]);
}

static void
entity_end(struct html_text *text)
{
	uint32_t code;

	text->name[text->name_len] = '\0';
	code = am_html_entity(text->name);
	if (code == 0) {
		entity_undo(text);
		char_give(text, ';');
		return;
	}
	text->where = IN_TEXT;
	if (text->hidden == NULL)
		code_give(text, code);
}

static void
in_text(struct html_text *text, uint8_t c)
{
	if (c == '<') {
		tag_begin(text);
	} else if (c == '&' && text->hidden == NULL) {
		text->where = IN_ENTITY;
		text->name_len = 0;
	} else {
		char_give(text, c);
	}
}

static void
in_entity(struct html_text *text, uint8_t c)
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
byte_add(struct html_text *text, uint8_t c)
{
	switch (text->where) {
	case IN_TEXT:
		in_text(text, c);
		break;
	case IN_ENTITY:
		in_entity(text, c);
		break;
	case IN_TAG_NAME:
		in_tag_name(text, c);
		break;
	case IN_TAG:
		in_tag(text, c);
		break;
	case IN_VALUE:
		in_value(text, c);
		break;
	case IN_COMMENT:
		in_comment(text, c);
		break;
	}
}

/* ---- the stream ---- */

/* Some more of the HTML; at its end what waited for more. */
static void
piece_add(struct html_text *text)
{
	struct am_bytes piece;
	size_t i;

	if (text->left.len == 0) {
		text->status =
			am_stream_next(text->html, &text->left, &text->cause);
		if (text->status != AM_OK) {
			text->left = am_bytes(NULL, 0);
			if (text->where == IN_ENTITY)
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
	struct html_text *text = (struct html_text *)base;

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
	struct html_text *text = (struct html_text *)base;

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
	struct html_text *text = am_arena_new(arena, struct html_text);

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
