/* The outline of an item, line by line. */
#include "convert/outline.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "convert/outline_value.h"

/* ---- which lines ---- */

static const struct shown {
	const char *name; /* in the order of am_ascii_compare */
	const char *label;
	enum am_outline_form form;
} all_shown[] = {
	{ "ADR", "Address", AM_OUTLINE_COMPONENTS },
	{ "ATTENDEE", "Attendee", AM_OUTLINE_PERSON },
	{ "BDAY", "Birthday", AM_OUTLINE_TIME },
	{ "COMPLETED", "Completed", AM_OUTLINE_TIME },
	{ "DTEND", "End", AM_OUTLINE_END },
	{ "DTSTART", "Start", AM_OUTLINE_TIME },
	{ "DUE", "Due", AM_OUTLINE_TIME },
	{ "EMAIL", "E-mail", AM_OUTLINE_TEXT },
	{ "FN", "Name", AM_OUTLINE_TEXT },
	{ "LOCATION", "Where", AM_OUTLINE_TEXT },
	{ "NOTE", "", AM_OUTLINE_LINES },
	{ "ORG", "Organization", AM_OUTLINE_COMPONENTS },
	{ "ORGANIZER", "Organizer", AM_OUTLINE_PERSON },
	{ "PERCENT-COMPLETE", "Percent complete", AM_OUTLINE_PLAIN },
	{ "ROLE", "Role", AM_OUTLINE_TEXT },
	{ "RRULE", "Repeats", AM_OUTLINE_PLAIN },
	{ "STATUS", "Status", AM_OUTLINE_PLAIN },
	{ "TEL", "Phone", AM_OUTLINE_TYPED },
	{ "TITLE", "Title", AM_OUTLINE_TEXT },
	{ "URL", "Web", AM_OUTLINE_PLAIN },
	{ "X-DURATION", "Duration", AM_OUTLINE_PLAIN },
	{ "X-LOG-TYPE", "Type", AM_OUTLINE_TEXT },
};

static int
shown_compare(const void *key, const void *entry)
{
	const struct am_bytes *name = key;
	const struct shown *shown = entry;

	return am_ascii_compare(*name, am_bytes_of(shown->name));
}

static void
line_show(struct am_outline *outline, const struct am_outline_line *line)
{
	const struct shown *shown =
		bsearch(&line->name, all_shown,
			sizeof(all_shown) / sizeof(all_shown[0]),
			sizeof(all_shown[0]), shown_compare);
	struct am_buf value = am_buf(2 * AM_OUTLINE_MAX);
	const struct am_bytes type = am_outline_param(line, "TYPE");

	if (shown == NULL)
		return;
	am_outline_value(&value, line, shown->form);
	if (outline->text.len + value.len > AM_OUTLINE_MAX) {
		outline->is_done = true;
		am_buf_add_text(&outline->text, "...\n");
	} else if (value.len > 0) {
		am_buf_add_text(&outline->text, shown->label);
		if (shown->form == AM_OUTLINE_TYPED && type.len > 0) {
			am_buf_add_text(&outline->text, " (");
			am_buf_add(&outline->text, type);
			am_buf_add_char(&outline->text, ')');
		}
		if (shown->form != AM_OUTLINE_LINES)
			am_buf_add_text(&outline->text, ": ");
		am_buf_add(&outline->text, am_buf_bytes(&value));
		am_buf_add_char(&outline->text, '\n');
	}
	if (value.status == AM_NOMEM)
		outline->text.status = AM_NOMEM;
	am_buf_free(&value);
}

/* ---- components ---- */

static bool
is_one_of(struct am_bytes name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (am_ascii_equal(name, *names))
			return true;
	return false;
}

static void
component_begin(struct am_outline *outline, struct am_bytes name)
{
	static const char *const looked_into[] = { "VCALENDAR", "VCARD",
						   "VEVENT",	"VTODO",
						   "VJOURNAL",	NULL };

	if (outline->passed > 0 || !is_one_of(name, looked_into))
		outline->passed++;
}

/* What follows the first is about single instances of it. */
static void
component_end(struct am_outline *outline)
{
	if (outline->passed > 0)
		outline->passed--;
	else
		outline->is_done = true;
}

/* Not half a character. */
static void
line_trim(struct am_buf *line)
{
	while (line->len > 0 && (line->data[line->len - 1] & 0xc0) == 0x80)
		line->len--;
	if (line->len > 0 && line->data[line->len - 1] >= 0x80)
		line->len--;
	am_buf_add_text(line, "...");
}

static void
line_end(struct am_outline *outline)
{
	struct am_outline_line line;

	if (outline->is_cut)
		line_trim(&outline->line);
	if (am_outline_split(am_buf_bytes(&outline->line), &line)) {
		if (am_ascii_equal(line.name, "BEGIN"))
			component_begin(outline, line.value);
		else if (am_ascii_equal(line.name, "END"))
			component_end(outline);
		else if (outline->passed == 0)
			line_show(outline, &line);
	}
	if (outline->line.status == AM_NOMEM)
		outline->text.status = AM_NOMEM;
	am_buf_clear(&outline->line);
	outline->is_cut = false;
	outline->at_eol = false;
}

/* ---- from outside ---- */

void
am_outline_begin(struct am_outline *outline)
{
	memset(outline, 0, sizeof(*outline));
	outline->text = am_buf(2 * AM_OUTLINE_MAX);
	outline->line = am_buf(2 * AM_OUTLINE_MAX);
}

void
am_outline_add(struct am_outline *outline, struct am_bytes lines)
{
	size_t i;

	for (i = 0; i < lines.len && !outline->is_done; i++) {
		const char c = (char)lines.data[i];

		if (outline->at_eol && (c == ' ' || c == '\t')) {
			outline->at_eol = false; /* the line goes on */
			continue;
		}
		if (outline->at_eol)
			line_end(outline);
		if (c == '\n')
			outline->at_eol = true;
		else if (c == '\r')
			continue;
		else if (outline->line.len >= AM_OUTLINE_MAX)
			outline->is_cut = true;
		else
			am_buf_add_char(&outline->line, c);
	}
}

enum am_status
am_outline_end(struct am_outline *outline, struct am_error *err)
{
	if (!outline->is_done)
		line_end(outline);
	return am_buf_status(&outline->text, err);
}

void
am_outline_free(struct am_outline *outline)
{
	am_buf_free(&outline->text);
	am_buf_free(&outline->line);
}
