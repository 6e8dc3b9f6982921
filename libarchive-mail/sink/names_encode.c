/* One folder name as it may be on disk (design 6). */
#include <inttypes.h>
#include <stdio.h>

#include "base/ascii.h"
#include "base/mutf7.h"
#include "base/text.h"
#include "sink/names_private.h"

enum { ENCODED_UNIT_MAX = 12 /* a code point: four times %XX */ };

bool
am_names_is_mutf7(enum am_names_form form)
{
	return form == AM_NAMES_MAILDIRPP;
}

static bool
is_encoded_anywhere(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == '%' ||
	       code == '/';
}

/* What a Maildir folder holds, whatever the case. */
static bool
is_maildir_name(const char *name)
{
	static const char *const taken[] = { "cur", "new", "tmp",
					     "dovecot-keywords" };
	size_t i;

	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (am_ascii_equal(am_bytes_of(name), taken[i]))
			return true;
	return false;
}

/* Is the "." at the start of rest the last of a name that Thunderbird takes
 * for a file of its own? */
static bool
is_thunderbird_suffix(struct am_bytes rest)
{
	static const char *const suffixes[] = { ".msf",	 ".sbd",    ".snm",
						".toc",	 ".dat",    ".html",
						".js",	 ".log",    ".rdf",
						".json", ".mozmsgs" };
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (am_ascii_equal(rest, suffixes[i]))
			return true;
	return false;
}

/* What only this form encodes. */
static bool
is_encoded_in(enum am_names_form form, struct am_bytes rest, uint32_t code,
	      bool first, bool last)
{
	switch (form) {
	case AM_NAMES_PATH:
		return false;
	case AM_NAMES_FILES:
		return code == '.' && (am_ascii_equal(rest, ".eml") ||
				       am_ascii_equal(rest, ".pst"));
	case AM_NAMES_MAILDIRPP:
		return code == '.' || (first && code == '~');
	case AM_NAMES_THUNDERBIRD:
		break;
	}
	return (first && code == '#') || (last && code == '~') ||
	       (code < 0x7f && strchr("\\:*?\"<>|", (int)code) != NULL) ||
	       (code == '.' && is_thunderbird_suffix(rest));
}

/* Does the code point at the start of rest, len bytes long, become %XX? */
static bool
is_encoded(enum am_names_form form, const char *name, struct am_bytes rest,
	   uint32_t code, size_t len)
{
	const bool first = (const char *)rest.data == name;
	const bool last = len == rest.len;

	if (code == 0xfffd && len == 1) /* no valid UTF-8 */
		return true;
	if (first && (code == '.' || is_maildir_name(name)))
		return true;
	if (last && (code == '.' || code == ' '))
		return true;
	return is_encoded_anywhere(code) ||
	       is_encoded_in(form, rest, code, first, last);
}

/* Appends the code point at the front of rest; *len_out is its length. */
static void
unit_encode(enum am_names_form form, const char *name, struct am_bytes rest,
	    struct am_buf *out, size_t *len_out)
{
	uint32_t code;
	size_t i;

	*len_out = am_utf8_decode(rest, &code);
	if (!is_encoded(form, name, rest, code, *len_out)) {
		am_buf_add(out, am_bytes(rest.data, *len_out));
		return;
	}
	for (i = 0; i < *len_out; i++)
		am_buf_printf(out, "%%%02X", rest.data[i]);
}

/* The bytes of the encoded code point at the front of text. */
static size_t
unit_length(const char *text)
{
	size_t len = 1;

	if (*text != '%') {
		while (((unsigned char)text[len] & 0xc0) == 0x80)
			len++;
		return len;
	}
	if (text[1] == '\0') /* the empty name */
		return 1;
	/* a control character of C1 is two times %XX */
	if (strncmp(text, "%C2%", 4) == 0)
		return 6;
	return 3;
}

/* As many whole code points as fit in max bytes; in bytes. */
static size_t
cut_length(enum am_names_form form, const char *text, size_t max)
{
	size_t len = 0;

	if (am_names_is_mutf7(form)) {
		const size_t fit = am_mutf7_fit(am_bytes_of(text), max);

		max = fit < max ? fit : max;
	}

	while (text[len] != '\0' && len + unit_length(text + len) <= max)
		len += unit_length(text + len);
	return len;
}

enum am_status
am_name_with_tail(struct am_arena *arena, enum am_names_form form,
		  const char *encoded, const char *tail, const char **name_out,
		  struct am_error *err)
{
	const size_t len =
		cut_length(form, encoded, AM_NAME_MAX - strlen(tail));
	char *name = am_arena_printf(arena, "%.*s%s", (int)len, encoded, tail);

	if (name == NULL)
		return am_arena_failed(arena, AM_NAME_MAX, err);
	*name_out = name;
	return AM_OK;
}

void
am_name_tail(uint32_t id, uint32_t number, char tail[AM_NAME_TAIL_SIZE])
{
	if (number < 2)
		(void)snprintf(tail, AM_NAME_TAIL_SIZE, "~0x%" PRIx32, id);
	else
		(void)snprintf(tail, AM_NAME_TAIL_SIZE,
			       "~0x%" PRIx32 "~%" PRIu32, id, number);
}

static bool
is_too_long(enum am_names_form form, const struct am_buf *encoded)
{
	return encoded->len > AM_NAME_MAX ||
	       (am_names_is_mutf7(form) &&
		am_mutf7_fit(am_buf_bytes(encoded), AM_NAME_MAX) <
			encoded->len);
}

enum am_status
am_name_encode(struct am_arena *arena, enum am_names_form form,
	       const char *name, uint32_t id, const char **encoded_out,
	       struct am_error *err)
{
	struct am_bytes rest = am_bytes_of(name);
	struct am_buf out = am_buf(AM_NAME_MAX + ENCODED_UNIT_MAX);
	char tail[AM_NAME_TAIL_SIZE] = "";
	enum am_status status;

	if (rest.len == 0)
		am_buf_add_char(&out, '%');
	while (rest.len > 0 && out.len <= AM_NAME_MAX &&
	       am_buf_status(&out, NULL) == AM_OK) {
		size_t len;

		unit_encode(form, name, rest, &out, &len);
		rest = am_bytes(rest.data + len, rest.len - len);
	}
	if (is_too_long(form, &out))
		am_name_tail(id, 1, tail);
	status = am_buf_status(&out, err);
	if (status == AM_OK)
		status = am_name_with_tail(arena, form, am_buf_text(&out), tail,
					   encoded_out, err);
	am_buf_free(&out);
	return status;
}
