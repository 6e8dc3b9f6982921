/* The state of a message as header fields, and where they are. */
#include <stdio.h>

#include "base/buf.h"
#include "sink/mboxrd.h"

enum {
	/* nsMsgMessageFlags of Thunderbird: X-Mozilla-Status ... */
	MOZILLA_READ = 0x1,
	MOZILLA_REPLIED = 0x2,
	MOZILLA_MARKED = 0x4,
	MOZILLA_FORWARDED = 0x1000,
	/* ... and X-Mozilla-Status2 */
	MOZILLA_IMAP_DELETED = 0x200000,
	MOZILLA_MDN_SENT = 0x800000,

	/* Thunderbird writes new keys in the place of the old ones: this much
	 * it makes room for */
	MOZILLA_KEYS_WIDTH = 80
};

/* The names of flags and the categories, each behind a space. Thunderbird's
 * keys are of small letters. */
static void
keywords_add(struct am_buf *text, const struct am_mboxrd_marks *marks,
	     bool with_flags, bool small)
{
	const char *names[AM_FLAG_NAMED_MAX];
	const size_t count =
		with_flags ? am_mail_flag_keywords(marks->flags, names) : 0;
	const char *const *word = marks->keywords;
	const size_t start = text->len;
	size_t i;

	for (i = 0; i < count; i++) {
		am_buf_add_text(text, " ");
		am_buf_add_text(text, names[i]);
	}
	for (; word != NULL && *word != NULL; word++) {
		am_buf_add_text(text, " ");
		am_buf_add_text(text, *word);
	}
	for (i = start; small && i < text->len; i++)
		if (text->data[i] >= 'A' && text->data[i] <= 'Z')
			text->data[i] |= 0x20;
}

static void
plain_fields(const struct am_mboxrd_marks *marks, struct am_buf *text,
	     const char *end)
{
	static const struct {
		unsigned flag;
		const char *letter;
	} known[] = {
		{ AM_FLAG_ANSWERED, "A" },
		{ AM_FLAG_FLAGGED, "F" },
		{ AM_FLAG_DELETED, "D" },
		{ AM_FLAG_DRAFT, "T" },
	};
	bool has_letter = false;
	size_t start;
	size_t i;

	am_buf_add_text(text, "Status: ");
	am_buf_add_text(text, (marks->flags & AM_FLAG_SEEN) != 0 ? "RO" : "O");
	am_buf_add_text(text, end);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if ((marks->flags & known[i].flag) == 0)
			continue;
		if (!has_letter)
			am_buf_add_text(text, "X-Status: ");
		has_letter = true;
		am_buf_add_text(text, known[i].letter);
	}
	if (has_letter)
		am_buf_add_text(text, end);
	start = text->len;
	am_buf_add_text(text, "X-Keywords:");
	keywords_add(text, marks, true, false);
	if (text->len == start + strlen("X-Keywords:"))
		text->len = start;
	else
		am_buf_add_text(text, end);
	text->data[text->len] = '\0';
}

static unsigned
mozilla_bits(unsigned flags, const unsigned (*pairs)[2], size_t count)
{
	unsigned bits = 0;
	size_t i;

	for (i = 0; i < count; i++)
		if ((flags & pairs[i][0]) != 0)
			bits |= pairs[i][1];
	return bits;
}

static void
thunderbird_fields(const struct am_mboxrd_marks *marks, struct am_buf *text)
{
	static const unsigned status[][2] = {
		{ AM_FLAG_SEEN, MOZILLA_READ },
		{ AM_FLAG_ANSWERED, MOZILLA_REPLIED },
		{ AM_FLAG_FLAGGED, MOZILLA_MARKED },
		{ AM_FLAG_FORWARDED, MOZILLA_FORWARDED },
	};
	static const unsigned status2[][2] = {
		{ AM_FLAG_DELETED, MOZILLA_IMAP_DELETED },
		{ AM_FLAG_MDN_SENT, MOZILLA_MDN_SENT },
	};
	char line[80];
	size_t start;

	(void)snprintf(line, sizeof(line),
		       "X-Mozilla-Status: %04x\nX-Mozilla-Status2: %08x\n",
		       mozilla_bits(marks->flags, status, 4),
		       mozilla_bits(marks->flags, status2, 2));
	am_buf_add_text(text, line);
	am_buf_add_text(text, "X-Mozilla-Keys:");
	start = text->len;
	keywords_add(text, marks, false, true);
	if (text->len == start)
		am_buf_add_text(text, " ");
	while (text->len < start + MOZILLA_KEYS_WIDTH)
		am_buf_add_text(text, " ");
	am_buf_add_text(text, "\n");
}

void
am_mboxrd_fields(enum am_mboxrd_style style,
		 const struct am_mboxrd_marks *marks,
		 char fields[AM_MBOXRD_FIELDS_SIZE])
{
	struct am_buf text = am_buf_in(AM_MBOXRD_FIELDS_SIZE - 1, fields,
				       AM_MBOXRD_FIELDS_SIZE);

	if (style == AM_MBOXRD_THUNDERBIRD)
		thunderbird_fields(marks, &text);
	else
		plain_fields(marks, &text,
			     style == AM_MBOXRD_ALONE ? "\r\n" : "\n");
}

/* ---- found again ---- */

struct field {
	const char *name; /* with colon and space */
	const char
		*values;   /* each a whole value, divided by "|"; NULL: bytes */
	const char *bytes; /* that a value is made of; NULL: all that print */
	bool optional;
};

static const struct field plain[] = {
	{ "Status: ", "RO|O", NULL, false },
	{ "X-Status: ", NULL, "AFDT", true },
	{ "X-Keywords: ", NULL, NULL, true },
	{ NULL, NULL, NULL, false },
};

static const struct field thunderbird[] = {
	{ "X-Mozilla-Status: ", NULL, "0123456789abcdef", false },
	{ "X-Mozilla-Status2: ", NULL, "0123456789abcdef", false },
	{ "X-Mozilla-Keys: ", NULL, NULL, false },
	{ NULL, NULL, NULL, false },
};

static size_t
text_match(const uint8_t *data, size_t len, const char *text, size_t size)
{
	return size <= len && memcmp(data, text, size) == 0 ? size : 0;
}

static bool
value_is(const struct field *field, struct am_bytes value)
{
	const char *one = field->values;
	size_t i;

	while (one != NULL) {
		const size_t len = strcspn(one, "|");

		if (value.len == len && memcmp(one, value.data, len) == 0)
			return true;
		one = one[len] == '|' ? one + len + 1 : NULL;
	}
	for (i = 0; field->values == NULL && i < value.len; i++)
		if (value.data[i] < ' ' || value.data[i] >= 0x7f ||
		    (field->bytes != NULL &&
		     strchr(field->bytes, value.data[i]) == NULL))
			return false;
	return field->values == NULL && value.len > 0;
}

/* The length of the field at data, with its line end; 0: it is not there. */
static size_t
field_match(const struct field *field, const char *end, const uint8_t *data,
	    size_t len)
{
	const size_t name =
		text_match(data, len, field->name, strlen(field->name));
	const uint8_t *lf;
	size_t line;

	if (name == 0)
		return 0;
	lf = memchr(data, '\n', len);
	if (lf == NULL)
		return 0;
	line = (size_t)(lf - data) + 1;
	if (line < name + strlen(end) ||
	    memcmp(data + line - strlen(end), end, strlen(end)) != 0)
		return 0;
	return value_is(field, am_bytes(data + name, line - strlen(end) - name))
		       ? line
		       : 0;
}

size_t
am_mboxrd_fields_match(enum am_mboxrd_style style, const uint8_t *data,
		       size_t len, bool last)
{
	const struct field *field =
		style == AM_MBOXRD_THUNDERBIRD ? thunderbird : plain;
	const char *end = style == AM_MBOXRD_ALONE ? "\r\n" : "\n";
	size_t at = 0;

	for (; field->name != NULL; field++) {
		const size_t one = field_match(field, end, data + at, len - at);

		if (one == 0 && !field->optional)
			return 0;
		at += one;
	}
	if (at == len)
		return last ? at : 0;
	if (data[at] == '\n' || text_match(data + at, len - at, "\r\n", 2) > 0)
		return at;
	return 0;
}
