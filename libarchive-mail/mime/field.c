/* Unstructured fields, dates and plain ASCII fields. */
#include "mime/field.h"

#include "base/cursor.h"
#include "base/time.h"
#include "mime/encoded_word.h"
#include "mime/fold.h"

/* More spaces in a row could not be folded well. */
enum { SPACES_MAX = 40 };

bool
am_field_name_is_valid(struct am_bytes name)
{
	size_t i;

	for (i = 0; i < name.len; i++)
		if (name.data[i] <= ' ' || name.data[i] >= 0x7f ||
		    name.data[i] == ':')
			return false;
	return name.len >= 1 && name.len <= AM_FIELD_NAME_MAX;
}

void
am_field_ascii(struct am_buf *out, const char *name, const char *value)
{
	const char *c;

	for (c = value; *c != '\0'; c++)
		if (*c > ' ' && *c < 0x7f)
			break;
	if (*c == '\0')
		return; /* nothing to say */
	am_fold_name(out, name);
	am_fold_ascii(out, am_bytes_of(c));
	am_fold_end(out);
}

/* The next run of spaces and the word behind it, of what is left. */
static void
word_take(struct am_bytes *left, struct am_bytes *lead_out,
	  struct am_bytes *word_out)
{
	struct am_cursor cur = am_cursor(*left);
	size_t spaces = 0;
	size_t end;

	while (spaces < left->len && left->data[spaces] == ' ')
		spaces++;
	for (end = spaces; end < left->len && left->data[end] != ' ';)
		end++;
	*lead_out = am_take(&cur, spaces);
	*word_out = am_take(&cur, end - spaces);
	*left = am_take(&cur, cur.left);
}

/* May the text stand as it is? */
static bool
text_is_plain(struct am_bytes text)
{
	struct am_bytes left = text;

	if (!am_is_ascii(text) || am_fold_looks_encoded(text))
		return false;
	while (left.len > 0) {
		struct am_bytes lead;
		struct am_bytes word;

		word_take(&left, &lead, &word);
		if (lead.len > SPACES_MAX || word.len > AM_FOLD_WORD_MAX)
			return false;
	}
	return true;
}

static void
plain_write(struct am_buf *out, struct am_bytes text)
{
	struct am_bytes left = text;

	while (left.len > 0) {
		struct am_bytes lead;
		struct am_bytes word;

		word_take(&left, &lead, &word);
		am_fold_word(out, lead.len > 0 ? lead : am_bytes_of(" "), word);
	}
}

void
am_field_text(struct am_buf *out, const char *name, struct am_text text)
{
	char memory[AM_FOLD_SCRATCH];
	struct am_buf scratch = am_buf_in(out->max, memory, sizeof(memory));
	struct am_bytes value;

	value = am_fold_clean(&scratch, am_bytes(text.data, text.len));
	value = am_fold_trim(value);
	am_fold_name(out, name);
	if (text_is_plain(value))
		plain_write(out, value);
	else
		am_encoded_words(out, value, false);
	am_fold_end(out);
	am_fold_scratch_free(&scratch, out);
}

void
am_field_date(struct am_buf *out, const char *name, int64_t unix_time)
{
	char text[AM_TIME_TEXT_SIZE];

	if (unix_time == AM_TIME_NONE)
		return;
	am_time_rfc5322(unix_time, text);
	am_field_ascii(out, name, text);
}
