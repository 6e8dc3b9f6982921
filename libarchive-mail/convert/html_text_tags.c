/* HTML as plain text: what goes out, and what tags mean for it. */
#include "base/ascii.h"
#include "base/text.h"
#include "convert/html_text_private.h"

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

/* ---- what goes out ---- */

static void
wait_end(struct am_html_text *text)
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
lines_ask(struct am_html_text *text, unsigned lines)
{
	if (text->lines_wait < lines)
		text->lines_wait = lines;
	text->in_row = false;
}

static void
bytes_give(struct am_html_text *text, struct am_bytes bytes)
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

void
am_html_text_code(struct am_html_text *text, uint32_t code)
{
	char utf8[4];

	bytes_give(text, am_bytes(utf8, am_utf8_encode(code, utf8)));
}

void
am_html_text_char(struct am_html_text *text, uint8_t c)
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
tag_find(const struct am_html_text *text)
{
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (strcmp(tags[i].name, text->name) == 0)
			return &tags[i];
	return NULL;
}

static void
cell_begin(struct am_html_text *text)
{
	text->space_waits = false;
	if (text->in_row && text->lines_wait == 0)
		bytes_give(text, am_bytes("\t", 1));
	text->in_row = true;
}

static void
item_begin(struct am_html_text *text)
{
	lines_ask(text, 1);
	bytes_give(text, am_bytes_of("- "));
}

static void
link_tag(struct am_html_text *text)
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
pre_tag(struct am_html_text *text)
{
	lines_ask(text, 1);
	if (!text->is_end)
		text->pre++;
	else if (text->pre > 0)
		text->pre--;
}

static void
effect_do(struct am_html_text *text, const struct tag *tag)
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

void
am_html_text_tag(struct am_html_text *text)
{
	const struct tag *tag = tag_find(text);

	if (tag != NULL)
		effect_do(text, tag);
}
