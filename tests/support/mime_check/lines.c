/* Lines: RFC 5322 2.1.1 and 2.3. */
#include "check.h"

#include <string.h>

enum { LINE_MAX_BYTES = 998 };

static void
check_line_ends(struct check *check)
{
	gsize crlf = 0, lf = 0, cr = 0, i;

	for (i = 0; i < check->len; i++) {
		const bool after_cr = i > 0 && check->data[i - 1] == '\r';

		if (check->data[i] == '\n' && after_cr)
			crlf++;
		else if (check->data[i] == '\n')
			lf++;
		else if (after_cr)
			cr++;
	}
	if (check->len > 0 && check->data[check->len - 1] == '\r')
		cr++;
	if (cr > 0)
		fault(check, "", "bare-cr", "%zu CR without LF", cr);
	if (crlf > 0 && lf > 0)
		fault(check, "", "mixed-lines",
		      "%zu lines end in CRLF and %zu in LF", crlf, lf);
	if (check->len == 0 || check->data[check->len - 1] != '\n')
		fault(check, "", "no-line-end",
		      "the last line has no line end");
}

static void
check_line_lengths(struct check *check)
{
	const guint8 *at = check->data;
	gsize left = check->len;
	gsize number = 1;

	for (; left > 0; number++) {
		const guint8 *end = memchr(at, '\n', left);
		const gsize whole = end != NULL ? (gsize)(end - at) + 1 : left;
		gsize len = whole;

		while (len > 0 && (at[len - 1] == '\n' || at[len - 1] == '\r'))
			len--;
		if (len > LINE_MAX_BYTES) {
			fault(check, "", "long-line", "line %zu has %zu bytes",
			      number, len);
			return;
		}
		at += whole;
		left -= whole;
	}
}

void
check_lines(struct check *check)
{
	const guint8 *nul = memchr(check->data, '\0', check->len);

	if (nul != NULL)
		fault(check, "", "nul", "NUL at offset %td", nul - check->data);
	if (check->len >= 5 && memcmp(check->data, "From ", 5) == 0)
		fault(check, "", "from-line", "it begins with an mbox From_");
	/* What was signed stays as it came. */
	if (check->has_signed)
		return;
	check_line_ends(check);
	check_line_lengths(check);
}
