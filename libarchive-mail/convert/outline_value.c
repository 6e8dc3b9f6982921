/* Content lines in their parts, and their values as people write them. */
#include "convert/outline_value.h"

#include "base/ascii.h"
#include "base/time.h"

/* ---- a line in its parts ---- */

static struct am_bytes
range(struct am_bytes whole, size_t from, size_t to)
{
	struct am_bytes part = { NULL, 0 };

	(void)am_slice(whole, from, to - from, &part);
	return part;
}

/* The first c from at on that is in no quotes; the length if there is none. */
static size_t
unquoted(struct am_bytes text, size_t at, char c)
{
	bool in_quotes = false;

	for (; at < text.len; at++) {
		if (text.data[at] == '"')
			in_quotes = !in_quotes;
		else if (text.data[at] == c && !in_quotes)
			break;
	}
	return at;
}

bool
am_outline_split(struct am_bytes text, struct am_outline_line *line)
{
	const size_t colon = unquoted(text, 0, ':');
	size_t end = 0;

	if (colon == text.len)
		return false;
	while (end < colon && text.data[end] != ';')
		end++;
	line->name = range(text, 0, end);
	line->params = range(text, end, colon);
	line->value = range(text, colon + 1, text.len);
	return true;
}

struct am_bytes
am_outline_param(const struct am_outline_line *line, const char *name)
{
	const size_t name_len = strlen(name);
	size_t at = 0;

	while (at < line->params.len) {
		const size_t end = unquoted(line->params, at + 1, ';');
		struct am_bytes param = range(line->params, at + 1, end);

		at = end;
		if (param.len <= name_len || param.data[name_len] != '=' ||
		    !am_ascii_starts(param, name))
			continue;
		param = am_ascii_after(param, name_len + 1);
		if (param.len >= 2 && param.data[0] == '"')
			param = range(param, 1, param.len - 1);
		return param;
	}
	return am_bytes("", 0);
}

/* ---- values ---- */

/* Unescaped, on one line; a component ends at an unescaped ;. */
static void
text_write(struct am_buf *out, struct am_bytes value, enum am_outline_form form)
{
	bool wants_comma = false;
	size_t i;

	for (i = 0; i < value.len; i++) {
		uint8_t c = value.data[i];
		const bool is_escaped = c == '\\' && i + 1 < value.len;

		if (is_escaped)
			c = value.data[++i];
		if (is_escaped && (c == 'n' || c == 'N'))
			c = '\n';
		if ((c == '\n' && form != AM_OUTLINE_LINES) ||
		    (c == ';' && !is_escaped &&
		     form == AM_OUTLINE_COMPONENTS)) {
			wants_comma = true;
			continue;
		}
		if (wants_comma && out->len > 0)
			am_buf_add_text(out, ", ");
		wants_comma = false;
		am_buf_add_char(out, (char)c);
	}
}

/* RFC 6868: what stands for quotes and line ends in a parameter. */
static void
param_write(struct am_buf *out, struct am_bytes value)
{
	size_t i;

	for (i = 0; i < value.len; i++) {
		const bool is_escaped =
			value.data[i] == '^' && i + 1 < value.len;

		if (!is_escaped) {
			am_buf_add_char(out, (char)value.data[i]);
			continue;
		}
		i++;
		am_buf_add_char(out, value.data[i] == '\''  ? '"'
				     : value.data[i] == 'n' ? ' '
							    : '^');
	}
}

static bool
are_digits(struct am_bytes text, size_t at, size_t end)
{
	for (; at < end; at++)
		if (!am_ascii_is_digit(text.data[at]))
			return false;
	return true;
}

/* "20040229" */
static bool
is_date(struct am_bytes text)
{
	return text.len == 8 && are_digits(text, 0, 8);
}

/* "20040229T120000", "20040229T120000Z" */
static bool
is_time(struct am_bytes text)
{
	return (text.len == 15 || (text.len == 16 && text.data[15] == 'Z')) &&
	       are_digits(text, 0, 8) && text.data[8] == 'T' &&
	       are_digits(text, 9, 15);
}

static int
number(struct am_bytes text, size_t at, size_t count)
{
	int value = 0;

	for (; count > 0; count--, at++)
		value = value * 10 + (text.data[at] - '0');
	return value;
}

/* The zone, less the digest of its rules. */
static void
zone_write(struct am_buf *out, const struct am_outline_line *line)
{
	struct am_bytes zone = am_outline_param(line, "TZID");
	size_t end = zone.len;

	if (am_ascii_ends(line->value, "Z")) {
		am_buf_add_text(out, " UTC");
		return;
	}
	while (end > 0 && zone.data[end - 1] != '/')
		end--;
	if (end > 1)
		zone.len = end - 1;
	if (zone.len == 0)
		return;
	am_buf_add_text(out, " (");
	param_write(out, zone);
	am_buf_add_char(out, ')');
}

/* "20040229" or "20040229T120000" with a zone; what is neither is shown as it
 * is. */
static void
time_write(struct am_buf *out, const struct am_outline_line *line, bool is_end)
{
	enum { DAY = 86400 };
	const struct am_bytes value = line->value;
	struct am_civil civil;
	int64_t day;

	if (!is_date(value) && !is_time(value)) {
		text_write(out, value, AM_OUTLINE_TEXT);
		return;
	}
	day = am_time_from_civil(number(value, 0, 4), number(value, 4, 2),
				 number(value, 6, 2), 0, 0, 0);
	if (is_date(value) && is_end)
		day -= DAY;
	civil = am_time_civil(day);
	am_buf_printf(out, "%04d-%02d-%02d", civil.year, civil.month,
		      civil.day);
	if (is_date(value))
		return;
	am_buf_printf(out, " %02d:%02d", number(value, 9, 2),
		      number(value, 11, 2));
	zone_write(out, line);
}

/* CN and the address, as in mail. */
static void
person_write(struct am_buf *out, const struct am_outline_line *line)
{
	const struct am_bytes name = am_outline_param(line, "CN");
	struct am_bytes address = line->value;

	if (am_ascii_starts(address, "mailto:"))
		address = am_ascii_after(address, strlen("mailto:"));
	param_write(out, name);
	if (name.len > 0)
		am_buf_add_text(out, " <");
	am_buf_add(out, address);
	if (name.len > 0)
		am_buf_add_char(out, '>');
}

void
am_outline_value(struct am_buf *out, const struct am_outline_line *line,
		 enum am_outline_form form)
{
	switch (form) {
	case AM_OUTLINE_PLAIN:
		am_buf_add(out, line->value);
		break;
	case AM_OUTLINE_TIME:
	case AM_OUTLINE_END:
		time_write(out, line, form == AM_OUTLINE_END);
		break;
	case AM_OUTLINE_PERSON:
		person_write(out, line);
		break;
	default:
		text_write(out, line->value, form);
		break;
	}
}
