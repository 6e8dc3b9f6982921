/* [MSFT-RTF] fields. */
#include "rtf/field.h"

#include "base/cursor.h"

void
am_rtf_field_begin(struct am_rtf_field *field)
{
	memset(field, 0, sizeof(*field));
	field->instruction = am_buf(AM_RTF_MAX_INSTRUCTION);
	field->url = am_buf(AM_RTF_MAX_INSTRUCTION);
	field->shown = am_buf(AM_RTF_MAX_INSTRUCTION);
}

void
am_rtf_field_close(struct am_rtf_field *field)
{
	am_buf_free(&field->instruction);
	am_buf_free(&field->url);
	am_buf_free(&field->shown);
}

void
am_rtf_field_open(struct am_rtf_field *field)
{
	am_buf_clear(&field->instruction);
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* The next word, or what stands between quotes. Empty at the end. */
static struct am_bytes
argument_next(struct am_cursor *cur)
{
	struct am_bytes rest;
	size_t len = 0;
	bool quoted;

	while (cur->left > 0 && is_blank(cur->next[0]))
		am_skip(cur, 1);
	quoted = cur->left > 0 && cur->next[0] == '"';
	if (quoted)
		am_skip(cur, 1);
	while (len < cur->left &&
	       (quoted ? cur->next[len] != '"' : !is_blank(cur->next[len])))
		len++;
	rest = am_take(cur, len);
	if (quoted && cur->left > 0)
		am_skip(cur, 1);
	return rest;
}

/* HYPERLINK "url" \o "a tip"; \l "place" alone leads into the text itself. */
void
am_rtf_field_end(struct am_rtf_field *field)
{
	struct am_cursor cur = am_cursor(am_buf_bytes(&field->instruction));
	struct am_bytes word;

	if (field->instruction.status != AM_OK)
		return;
	word = argument_next(&cur);
	if (!am_bytes_equal(word, am_bytes_of("HYPERLINK")))
		return;
	word = argument_next(&cur);
	if (word.len > 0 && word.data[0] == '\\')
		word.len = 0;
	am_rtf_field_link(field, word);
}

void
am_rtf_field_link(struct am_rtf_field *field, struct am_bytes url)
{
	am_buf_clear(&field->url);
	am_buf_add(&field->url, url);
	if (field->url.status != AM_OK)
		am_buf_clear(&field->url);
}

void
am_rtf_field_result(struct am_rtf_field *field)
{
	am_buf_clear(&field->shown);
	field->is_shown = true;
}

void
am_rtf_field_show(struct am_rtf_field *field, struct am_bytes text)
{
	/* What does not fit is not the link. */
	if (field->is_shown)
		am_buf_add(&field->shown, text);
}

/* Is text what is shown, or what follows "scheme" in it? */
static bool
shows(const struct am_rtf_field *field, const char *scheme)
{
	struct am_bytes url = am_buf_bytes(&field->url);
	const size_t len = strlen(scheme);

	if (url.len < len || memcmp(url.data, scheme, len) != 0 ||
	    !am_slice(url, len, url.len - len, &url))
		return false;
	if (url.len == field->shown.len + 1 && url.data[url.len - 1] == '/')
		url.len--;
	return am_bytes_equal(url, am_buf_bytes(&field->shown));
}

static bool
is_told(const struct am_rtf_field *field)
{
	static const char *const schemes[] = { "", "mailto:", "http://",
					       "https://" };
	size_t i;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (shows(field, schemes[i]))
			return true;
	return false;
}

void
am_rtf_field_result_end(struct am_rtf_field *field, struct am_buf *out)
{
	if (out != NULL && field->url.len > 0 && !is_told(field)) {
		if (field->shown.len > 0)
			am_buf_add_char(out, ' ');
		am_buf_add_char(out, '<');
		am_buf_add(out, am_buf_bytes(&field->url));
		am_buf_add_char(out, '>');
	}
	field->is_shown = false;
	am_buf_clear(&field->url);
	am_buf_clear(&field->shown);
}
