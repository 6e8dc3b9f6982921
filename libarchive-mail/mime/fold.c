/* Folding of header fields: RFC 5322 2.2.3. */
#include "mime/fold.h"

#include "base/text.h"

static const struct am_bytes one_space = { (const uint8_t *)" ", 1 };

size_t
am_fold_column(const struct am_buf *out)
{
	const struct am_bytes all = am_buf_bytes(out);
	const uint8_t *end =
		all.len > 0 ? memrchr(all.data, '\n', all.len) : NULL;

	return end != NULL ? (size_t)(all.data + all.len - end) - 1 : all.len;
}

bool
am_fold_is_printable(struct am_bytes text)
{
	size_t i;

	for (i = 0; i < text.len; i++)
		if (text.data[i] < ' ' || text.data[i] > '~')
			return false;
	return true;
}

void
am_fold_name(struct am_buf *out, const char *name)
{
	const size_t len = strnlen(name, AM_FIELD_NAME_MAX);
	uint8_t *const room = am_buf_room(out, len + 2);
	size_t i;

	if (room == NULL)
		return;
	for (i = 0; i < len; i++)
		room[i] = name[i] > ' ' && name[i] < 0x7f && name[i] != ':'
				  ? (uint8_t)name[i]
				  : '-';
	out->len += len;
	am_buf_add_text(out, len > 0 ? ":" : "X:");
}

void
am_fold_before(struct am_buf *out, size_t len)
{
	const size_t column = am_fold_column(out);

	if (column > 0 && column + len > AM_FOLD_COLUMN)
		am_buf_add_text(out, "\r\n");
}

/* Is there more than "Name:" on the line at hand? */
static bool
has_words(const struct am_buf *out, size_t column)
{
	return column > 0 &&
	       memchr(out->data + out->len - column, ' ', column) != NULL;
}

void
am_fold_word(struct am_buf *out, struct am_bytes lead, struct am_bytes word)
{
	const size_t column = am_fold_column(out);

	if (column + lead.len + word.len > AM_FOLD_COLUMN &&
	    has_words(out, column))
		am_buf_add_text(out, "\r\n");
	am_buf_add(out, lead);
	am_buf_add(out, word);
}

void
am_fold_ascii(struct am_buf *out, struct am_bytes value)
{
	char word[AM_FOLD_WORD_MAX];
	size_t len = 0;
	size_t i;

	for (i = 0; i <= value.len; i++) {
		const uint8_t c = i < value.len ? value.data[i] : ' ';
		const bool space = c == ' ' || (c >= '\t' && c <= '\r');

		if (len > 0 && (space || len == sizeof(word))) {
			am_fold_word(out, one_space, am_bytes(word, len));
			len = 0;
		}
		if (c > ' ' && c < 0x7f)
			word[len++] = (char)c;
	}
}

void
am_fold_end(struct am_buf *out)
{
	am_buf_add_text(out, "\r\n");
}

struct am_bytes
am_fold_clean(struct am_buf *scratch, struct am_bytes text)
{
	struct am_bytes left = text;
	bool after_cr = false;

	if (am_fold_is_printable(text))
		return text;
	am_buf_clear(scratch);
	while (left.len > 0) {
		char utf8[4];
		uint32_t code;
		const size_t used = am_utf8_decode(left, &code);

		(void)am_slice(left, used, left.len - used, &left);
		if (code == '\r' || code == '\t' || (code == '\n' && !after_cr))
			am_buf_add_char(scratch, ' ');
		else if (code >= ' ' && code != 0x7f)
			am_buf_add(scratch,
				   am_bytes(utf8, am_utf8_encode(code, utf8)));
		after_cr = code == '\r';
	}
	return am_buf_bytes(scratch);
}

void
am_fold_scratch_free(struct am_buf *scratch, struct am_buf *out)
{
	if (out->status == AM_OK)
		out->status = scratch->status;
	am_buf_free(scratch);
}

struct am_bytes
am_fold_trim(struct am_bytes text)
{
	size_t start = 0;
	size_t end = text.len;

	while (start < end && text.data[start] == ' ')
		start++;
	while (end > start && text.data[end - 1] == ' ')
		end--;
	return am_bytes(start < end ? text.data + start : NULL, end - start);
}

bool
am_fold_looks_encoded(struct am_bytes text)
{
	size_t i;

	for (i = 1; i < text.len; i++)
		if (text.data[i - 1] == '=' && text.data[i] == '?')
			return true;
	return false;
}
