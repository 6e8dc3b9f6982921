/* RFC 5545 3.1 content lines: UTF-8, CRLF, folded at 75 octets between
 * characters. Whatever a value holds, it stays one line. A failure of the
 * buffer is told by am_buf_status, as ever. */
#ifndef AM_ICAL_LINE_H
#define AM_ICAL_LINE_H

#include "base/text.h"
#include "base/time.h"
#include "io/stream.h"

/* What is around the components of an object (RFC 5545 3.4). */
#define AM_ICAL_PROLOGUE                                                       \
	"BEGIN:VCALENDAR\r\n"                                                  \
	"VERSION:2.0\r\n"                                                      \
	"PRODID:-//archive-mail//archive-mail//EN\r\n"                         \
	"CALSCALE:GREGORIAN\r\n"
#define AM_ICAL_EPILOGUE "END:VCALENDAR\r\n"

enum { AM_ICAL_LINE_MAX = 75 }; /* octets, without CRLF */

/* Lines in the making. */
struct am_ical {
	struct am_buf *out; /* borrowed */
	size_t column;	    /* octets of the line at hand */
};

void am_ical_begin(struct am_ical *ical, const char *component);
void am_ical_end(struct am_ical *ical, const char *component);

/* A line is: name, any number of parameters, one value of several pieces, end.
 * name may hold parameters that need no quoting. */
void am_ical_name(struct am_ical *ical, const char *name);

/* ";name=value", in quotes where it needs them; a quote in it becomes an
 * apostrophe, controls are dropped. Nothing when the value is empty. */
void
am_ical_param(struct am_ical *ical, const char *name, struct am_bytes value);

/* The colon. What follows is the value. */
void am_ical_colon(struct am_ical *ical);

/* ASCII as it is. */
void am_ical_raw(struct am_ical *ical, const char *value);
void
am_ical_printf(struct am_ical *ical, const char *format, ...) AM_PRINTF(2, 3);

/* Escaped: \\ \; \, \n; other controls are dropped. */
void am_ical_text(struct am_ical *ical, struct am_bytes text);

/* A URI: what no URI may hold is percent-encoded. */
void am_ical_uri(struct am_ical *ical, struct am_bytes uri);

void am_ical_eol(struct am_ical *ical);

/* Whole lines; the first two write nothing when there is no text. */
void
am_ical_text_line(struct am_ical *ical, const char *name, struct am_bytes text);
void
am_ical_uri_line(struct am_ical *ical, const char *name, struct am_bytes uri);
void am_ical_line(struct am_ical *ical, const char *name, const char *format,
		  ...) AM_PRINTF(3, 4);

/* "20040229T235959" (with "Z": UTC), "20040229". */
enum { AM_ICAL_TIME_SIZE = 40 };
void am_ical_time(int64_t seconds, bool utc, char text[AM_ICAL_TIME_SIZE]);
void am_ical_date(int64_t seconds, char text[AM_ICAL_TIME_SIZE]);

/* A UTC time; nothing for AM_TIME_NONE. */
void
am_ical_utc_line(struct am_ical *ical, const char *name, int64_t unix_time);

/* The rest of a line whose value is read from content: text to be escaped, or
 * bytes for Base64. It goes on at column (octets of the line so far), is
 * folded, and ends without CRLF. content is closed with it. AM_NOMEM, AM_LIMIT
 * (of the arena). */
enum am_ical_value { AM_ICAL_TEXT, AM_ICAL_BASE64 };
enum am_status
am_ical_value_open(struct am_arena *arena, enum am_ical_value kind,
		   size_t column, struct am_stream *content,
		   struct am_stream **stream_out, struct am_error *err);

#endif
