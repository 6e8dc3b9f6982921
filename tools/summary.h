/* What a transfer came to, for people and as JSON. */
#ifndef AM_TOOLS_SUMMARY_H
#define AM_TOOLS_SUMMARY_H

#include <archive-mail/transfer.h>

#include "command.h"
#include "input.h"

struct am_summary_place {
	const char *output; /* the directory of the results */
	const char *server; /* that has the mail; NULL: it is below output */
};

/* The summary, as a line of JSON or as text, and on the error output what the
 * user should look at. */
void
am_summary_show(struct am_cli *cli, bool json,
		const struct am_summary_place *place,
		const struct am_input *input, const struct am_summary *summary);

/* "450.1 MB", with a point in every locale. */
enum { AM_SIZE_TEXT_SIZE = 32 };
void am_size_text(char text[AM_SIZE_TEXT_SIZE], uint64_t bytes);

/* "s", or "" of one. */
const char *am_plural(uint64_t count);

#endif
