/* A small MIME decoder for the tests of the writer. It is strict, plain and
 * shares nothing with libarchive-mail/mime: a line is unfolded, a word or a
 * parameter decoded, a body un-encoded, all into buffers of fixed size. */
#ifndef MIME_DECODE_H
#define MIME_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DECODED_MAX = 1 << 20 };

struct decoded {
	unsigned char data[DECODED_MAX];
	size_t len;
};

static inline void
decoded_add(struct decoded *to, int c)
{
	if (to->len + 1 >= DECODED_MAX)
		abort();
	to->data[to->len++] = (unsigned char)c;
	to->data[to->len] = '\0';
}

static inline int
base64_value(int c)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
				       "mnopqrstuvwxyz0123456789+/";
	const char *at = c != 0 ? strchr(alphabet, c) : NULL;

	return at != NULL ? (int)(at - alphabet) : -1;
}

static inline int
hex_value(int c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *at = c != 0 ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* base64 with line ends eol, lines of at most line_max; false if it is not
 * exactly that. */
static inline bool
decode_base64(const char *in, size_t len, const char *eol, size_t line_max,
	      struct decoded *to)
{
	unsigned bits = 0, count = 0, pads = 0;
	size_t i, column = 0;

	for (i = 0; i < len; i++) {
		const int value = base64_value(in[i]);

		if (strncmp(in + i, eol, strlen(eol)) == 0) {
			if (column != line_max)
				return false;
			column = 0;
			i += strlen(eol) - 1;
			continue;
		}
		if (++column > line_max || (value < 0 && in[i] != '=') ||
		    (value >= 0 && pads > 0))
			return false;
		pads += in[i] == '=';
		bits = bits << 6 | (unsigned)(value > 0 ? value : 0);
		if (++count % 4 == 0) {
			decoded_add(to, bits >> 16 & 255);
			if (pads < 2)
				decoded_add(to, bits >> 8 & 255);
			if (pads < 1)
				decoded_add(to, bits & 255);
			bits = 0;
		}
	}
	return count % 4 == 0 && pads <= 2;
}

/* quoted-printable; false if a line has more than 76 columns, ends in white
 * space or holds what must be escaped. */
static inline bool
decode_quoted(const char *in, size_t len, const char *eol, struct decoded *to)
{
	const size_t eol_len = strlen(eol);
	size_t i, column = 0;

	for (i = 0; i < len; i++) {
		const unsigned char c = (unsigned char)in[i];

		if (strncmp(in + i, eol, eol_len) == 0) {
			if (i > 0 && (in[i - 1] == ' ' || in[i - 1] == '\t'))
				return false;
			for (column = 0; column < eol_len; column++)
				decoded_add(to, eol[column]);
			i += eol_len - 1;
			column = 0;
			continue;
		}
		if (++column > 76)
			return false;
		if (c != '=') {
			if ((c < ' ' && c != '\t') || c > '~' ||
			    (c == '-' && column == 1))
				return false;
			decoded_add(to, c);
		} else if (strncmp(in + i + 1, eol, eol_len) == 0) {
			i += eol_len;
			column = 0;
		} else if (i + 2 < len && hex_value(in[i + 1]) >= 0 &&
			   hex_value(in[i + 2]) >= 0) {
			decoded_add(to, hex_value(in[i + 1]) << 4 |
						hex_value(in[i + 2]));
			i += 2;
			column += 2;
		} else {
			return false;
		}
	}
	return len == 0 || (in[len - 1] != ' ' && in[len - 1] != '\t');
}

/* Takes the folds out of a header field and its line end off; false where a
 * line is longer than line_max or empty, or the field does not end in CRLF
 * or holds a lone CR or LF, NUL or an 8-bit byte. */
static inline bool
decode_unfold(const char *in, size_t len, size_t line_max, struct decoded *to)
{
	size_t i, column = 0;
	bool visible = false;

	for (i = 0; i < len; i++) {
		if (in[i] == '\r') {
			if (i + 1 == len || in[i + 1] != '\n' || !visible ||
			    column > line_max)
				return false;
			column = 0;
			visible = false;
			if (++i + 1 < len && in[i + 1] != ' ')
				return false;
			continue;
		}
		if (in[i] < ' ' || in[i] > '~')
			return false;
		visible = visible || in[i] != ' ';
		column++;
		decoded_add(to, in[i]);
	}
	return len >= 2 && column == 0;
}

/* One encoded word, "=?UTF-8?Q?...?=" or B; returns its length, 0 if it is
 * none. */
static inline size_t
decode_word(const char *in, struct decoded *to)
{
	const char *end;
	size_t i, len;

	if (strncmp(in, "=?UTF-8?", 8) != 0 || in[9] != '?')
		return 0;
	end = strstr(in + 10, "?=");
	if (end == NULL || end + 2 - in > 75)
		return 0;
	len = (size_t)(end - in) - 10;
	if (in[8] == 'B')
		return decode_base64(in + 10, len, "\n", 75, to)
			       ? (size_t)(end + 2 - in)
			       : 0;
	for (i = 10; i < len + 10; i++) {
		if (in[i] == '_') {
			decoded_add(to, ' ');
		} else if (in[i] == '=') {
			decoded_add(to, hex_value(in[i + 1]) << 4 |
						hex_value(in[i + 2]));
			i += 2;
		} else {
			decoded_add(to, in[i]);
		}
	}
	return (size_t)(end + 2 - in);
}

/* Unstructured text: words that are encoded are decoded, and the white space
 * between two of them is dropped. */
static inline void
decode_text(const char *in, struct decoded *to)
{
	bool after_word = false;

	while (*in != '\0') {
		const size_t spaces = strspn(in, " ");
		const size_t before = to->len;
		size_t i, word;

		for (i = 0; i < spaces; i++)
			decoded_add(to, ' ');
		in += spaces;
		if (after_word && strncmp(in, "=?", 2) == 0)
			to->len = before;
		word = decode_word(in, to);
		after_word = word > 0;
		if (word == 0)
			for (; in[word] != '\0' && in[word] != ' '; word++)
				decoded_add(to, in[word]);
		in += word;
	}
}

/* The parameter of an unfolded field; false if it is not there or malformed. */
static inline bool
decode_param(const char *field, const char *name, struct decoded *to)
{
	const size_t len = strlen(name);
	const char *at = field;
	unsigned next = 0;
	bool found = false;

	while ((at = strstr(at, "; ")) != NULL) {
		char want[80];
		int used;
		bool first;

		at += 2;
		if (strncmp(at, name, len) != 0)
			continue;
		if (at[len] == '=' && at[len + 1] == '"') {
			for (at += len + 2; *at != '"'; at++)
				decoded_add(to, *at == '\\' ? *++at : *at);
			return true;
		}
		if (at[len] == '=') {
			for (at += len + 1; *at != '\0' && *at != ';'; at++)
				decoded_add(to, *at);
			return true;
		}
		used = snprintf(want, sizeof(want), "%s*%u*=", name, next);
		first = next == 0;
		if (first && strncmp(at + len, "*=", 2) == 0)
			used = (int)len + 2;
		else if (strncmp(at, want, (size_t)used) != 0)
			return false;
		at += used;
		if (first && strncmp(at, "UTF-8''", 7) != 0)
			return false;
		at += first ? 7 : 0;
		next++;
		found = true;
		for (; *at != '\0' && *at != ';'; at++) {
			if (*at != '%') {
				decoded_add(to, *at);
				continue;
			}
			decoded_add(to,
				    hex_value(at[1]) << 4 | hex_value(at[2]));
			at += 2;
		}
	}
	return found;
}

/* A simple generator, the same everywhere. */
static inline uint32_t
pseudo_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

#endif
