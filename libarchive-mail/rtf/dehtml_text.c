/* [MS-OXRTFEX] 2.2.3 what of the text goes out, and in which code page. */
#include "rtf/dehtml_private.h"

/* ---- what goes out ---- */

bool
am_dehtml_emits(const struct am_dehtml *dehtml)
{
	const bool is_html = dehtml->facts->kind == AM_RTF_HTML;
	const struct am_rtf_group *now = &dehtml->now;

	if (dehtml->too_deep > 0 || (is_html && now->htmlrtf))
		return false;
	if (now->is_hidden && dehtml->facts->kind == AM_RTF_NATIVE)
		return false;
	switch ((enum am_rtf_destination)now->destination) {
	case AM_RTF_TO_BODY:
	case AM_RTF_TO_RESULT:
	case AM_RTF_TO_NOTE:
	case AM_RTF_TO_SHAPE_TEXT:
		return true;
	case AM_RTF_TO_HTMLTAG:
		return is_html;
	case AM_RTF_TO_LIST_TEXT:
		return !is_html;
	default:
		return false;
	}
}

/* The result of a field is looked at as it goes out. */
static void
shown_add(struct am_dehtml *dehtml, size_t before)
{
	struct am_bytes shown;

	if (am_slice(am_buf_bytes(&dehtml->out), before,
		     dehtml->out.len - before, &shown))
		am_rtf_field_show(&dehtml->field, shown);
}

void
am_dehtml_run_end(struct am_dehtml *dehtml)
{
	const size_t before = dehtml->out.len;

	am_rtf_run_end(&dehtml->run);
	shown_add(dehtml, before);
}

/* What waited for text comes before it. */
static void
text_begin(struct am_dehtml *dehtml)
{
	dehtml->is_started = true;
	if (dehtml->root_is_over)
		dehtml->facts->has_rest = true;
	if (!dehtml->newline_waits && dehtml->cells_wait == 0)
		return;
	am_dehtml_run_end(dehtml);
	if (dehtml->newline_waits)
		am_buf_add_text(&dehtml->out, "\r\n");
	for (; dehtml->cells_wait > 0; dehtml->cells_wait--)
		am_buf_add_char(&dehtml->out, '\t');
	dehtml->newline_waits = false;
}

void
am_dehtml_newline(struct am_dehtml *dehtml)
{
	const bool waits = dehtml->newline_waits;

	if (!am_dehtml_emits(dehtml))
		return;
	am_dehtml_run_end(dehtml);
	if (dehtml->facts->kind == AM_RTF_HTML) {
		am_buf_add_text(&dehtml->out, "\r\n");
		dehtml->is_started = true;
		return;
	}
	dehtml->cells_wait = 0;
	if (waits)
		am_buf_add_text(&dehtml->out, "\r\n");
	dehtml->newline_waits = true;
	dehtml->is_started = true;
}

void
am_dehtml_text(struct am_dehtml *dehtml, const char *text)
{
	const size_t before = dehtml->out.len;

	if (!am_dehtml_emits(dehtml))
		return;
	text_begin(dehtml);
	am_rtf_run_end(&dehtml->run);
	am_buf_add_text(&dehtml->out, text);
	shown_add(dehtml, before);
}

/* ---- text in a code page ---- */

static unsigned
page_of_font(const struct am_dehtml *dehtml)
{
	const struct am_rtf_group *now = &dehtml->now;
	const int32_t font = now->font >= 0 ? now->font : dehtml->default_font;
	unsigned page = am_rtf_font_get(&dehtml->fonts, font);

	if (now->script != AM_RTF_SCRIPT_LEFT &&
	    now->associated[now->script - 1] >= 0) {
		const unsigned other = am_rtf_font_get(
			&dehtml->fonts, now->associated[now->script - 1]);

		if (other > AM_RTF_PAGE_PRIVATE)
			page = other;
	}
	return page;
}

static unsigned
page_now(const struct am_dehtml *dehtml)
{
	const bool is_html = dehtml->facts->kind == AM_RTF_HTML;
	unsigned page = AM_RTF_PAGE_DEFAULT;

	if (dehtml->now.destination != AM_RTF_TO_HTMLTAG)
		page = page_of_font(dehtml);
	/* In HTML the signs are letters, in a font that shows them so. */
	if (page == AM_RTF_PAGE_DEFAULT ||
	    (is_html && page <= AM_RTF_PAGE_PRIVATE) ||
	    (page == AM_CP_1252 && dehtml->options.override != 0))
		return dehtml->default_page;
	return page;
}

static enum am_status
font_text(struct am_dehtml *dehtml, struct am_bytes text, struct am_error *err)
{
	am_rtf_font_text(&dehtml->fonts, text);
	if (memchr(text.data, ';', text.len) == NULL)
		return AM_OK;
	return am_rtf_font_end(&dehtml->fonts, err);
}

static void
instruction_text(struct am_dehtml *dehtml, struct am_bytes text)
{
	am_rtf_run_add(&dehtml->run, &dehtml->field.instruction,
		       dehtml->default_page, AM_CP_1252, text);
}

enum am_status
am_dehtml_bytes(struct am_dehtml *dehtml, struct am_bytes bytes,
		struct am_error *err)
{
	const size_t before = dehtml->out.len;

	if (dehtml->now.destination == AM_RTF_TO_FONTS)
		return font_text(dehtml, bytes, err);
	if (dehtml->now.destination == AM_RTF_TO_INSTRUCTION)
		instruction_text(dehtml, bytes);
	if (!am_dehtml_emits(dehtml))
		return AM_OK;
	text_begin(dehtml);
	if (memchr(bytes.data, '<', bytes.len) != NULL)
		dehtml->facts->has_tags = true;
	am_rtf_run_add(&dehtml->run, &dehtml->out, page_now(dehtml),
		       dehtml->default_page, bytes);
	shown_add(dehtml, before);
	return AM_OK;
}

void
am_dehtml_code(struct am_dehtml *dehtml, uint32_t code)
{
	const size_t before = dehtml->out.len;

	if (dehtml->now.destination == AM_RTF_TO_INSTRUCTION)
		am_rtf_run_code(&dehtml->run, &dehtml->field.instruction, code);
	if (!am_dehtml_emits(dehtml) || code == 0)
		return;
	text_begin(dehtml);
	am_rtf_run_code(&dehtml->run, &dehtml->out, code);
	shown_add(dehtml, before);
}
