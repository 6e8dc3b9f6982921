/* RFC 5545 3.1 content lines. */
#include "ical/line.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/ascii.h"

/* What is not to be broken: a character, or an escape. */
static void
unit_add(struct am_ical *ical, const void *unit, size_t len)
{
	if (ical->column + len > AM_ICAL_LINE_MAX) {
		am_buf_add_text(ical->out, "\r\n ");
		ical->column = 1;
	}
	am_buf_add(ical->out, am_bytes(unit, len));
	ical->column += len;
}

void
am_ical_raw(struct am_ical *ical, const char *value)
{
	for (; *value != '\0'; value++)
		unit_add(ical, value, 1);
}

void
am_ical_printf(struct am_ical *ical, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	am_ical_raw(ical, text);
}

void
am_ical_eol(struct am_ical *ical)
{
	am_buf_add_text(ical->out, "\r\n");
	ical->column = 0;
}

void
am_ical_name(struct am_ical *ical, const char *name)
{
	am_ical_raw(ical, name);
}

void
am_ical_colon(struct am_ical *ical)
{
	unit_add(ical, ":", 1);
}

void
am_ical_begin(struct am_ical *ical, const char *component)
{
	am_ical_line(ical, "BEGIN", "%s", component);
}

void
am_ical_end(struct am_ical *ical, const char *component)
{
	am_ical_line(ical, "END", "%s", component);
}

/* The next character that may stand in a value, encoded; false at the end. */
static bool
char_next(struct am_bytes *left, char unit[4], size_t *len_out)
{
	while (left->len > 0) {
		uint32_t code;

		*left = am_ascii_after(*left, am_utf8_decode(*left, &code));
		if (code < ' ' && code != '\t' && code != '\n')
			continue;
		if (code >= 0x7f && code < 0xa0)
			continue;
		*len_out = am_utf8_encode(code, unit);
		return true;
	}
	return false;
}

static bool
needs_quotes(struct am_bytes value)
{
	size_t i;

	for (i = 0; i < value.len; i++)
		if (strchr(":;,", value.data[i]) != NULL)
			return true;
	return false;
}

void
am_ical_param(struct am_ical *ical, const char *name, struct am_bytes value)
{
	const char *quote = needs_quotes(value) ? "\"" : "";
	char unit[4];
	size_t len;

	if (value.len == 0)
		return;
	am_ical_raw(ical, ";");
	am_ical_raw(ical, name);
	am_ical_raw(ical, "=");
	am_ical_raw(ical, quote);
	while (char_next(&value, unit, &len)) {
		if (unit[0] == '\n' || unit[0] == '\t')
			unit[0] = ' ';
		unit_add(ical, unit[0] == '"' ? "'" : unit, len);
	}
	am_ical_raw(ical, quote);
}

/* One character of a text, escaped. */
static void
escaped_add(struct am_ical *ical, const char unit[4], size_t len)
{
	switch (unit[0]) {
	case '\n':
		unit_add(ical, "\\n", 2);
		break;
	case '\\':
		unit_add(ical, "\\\\", 2);
		break;
	case ';':
		unit_add(ical, "\\;", 2);
		break;
	case ',':
		unit_add(ical, "\\,", 2);
		break;
	default:
		unit_add(ical, unit, len);
	}
}

void
am_ical_text(struct am_ical *ical, struct am_bytes text)
{
	char unit[4];
	size_t len;

	while (char_next(&text, unit, &len))
		escaped_add(ical, unit, len);
}

void
am_ical_uri(struct am_ical *ical, struct am_bytes uri)
{
	size_t i;

	for (i = 0; i < uri.len; i++) {
		const uint8_t c = uri.data[i];
		char escape[4];

		if (c > ' ' && c < 0x7f && strchr("\"<>\\^`{|}", c) == NULL) {
			unit_add(ical, &c, 1);
		} else {
			(void)snprintf(escape, sizeof(escape), "%%%02X", c);
			unit_add(ical, escape, 3);
		}
	}
}

void
am_ical_text_line(struct am_ical *ical, const char *name, struct am_bytes text)
{
	if (text.len == 0)
		return;
	am_ical_name(ical, name);
	am_ical_colon(ical);
	am_ical_text(ical, text);
	am_ical_eol(ical);
}

void
am_ical_uri_line(struct am_ical *ical, const char *name, struct am_bytes uri)
{
	if (uri.len == 0)
		return;
	am_ical_name(ical, name);
	am_ical_colon(ical);
	am_ical_uri(ical, uri);
	am_ical_eol(ical);
}

void
am_ical_line(struct am_ical *ical, const char *name, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	am_ical_name(ical, name);
	am_ical_colon(ical);
	am_ical_raw(ical, text);
	am_ical_eol(ical);
}

void
am_ical_time(int64_t seconds, bool utc, char text[AM_ICAL_TIME_SIZE])
{
	const struct am_civil t = am_time_civil(seconds);

	(void)snprintf(text, AM_ICAL_TIME_SIZE, "%04d%02d%02dT%02d%02d%02d%s",
		       t.year % 10000, t.month, t.day, t.hour, t.minute,
		       t.second, utc ? "Z" : "");
}

void
am_ical_date(int64_t seconds, char text[AM_ICAL_TIME_SIZE])
{
	const struct am_civil t = am_time_civil(seconds);

	(void)snprintf(text, AM_ICAL_TIME_SIZE, "%04d%02d%02d", t.year % 10000,
		       t.month, t.day);
}

void
am_ical_utc_line(struct am_ical *ical, const char *name, int64_t unix_time)
{
	char text[AM_ICAL_TIME_SIZE];

	if (unix_time == AM_TIME_NONE)
		return;
	am_ical_time(unix_time, true, text);
	am_ical_line(ical, name, "%s", text);
}
