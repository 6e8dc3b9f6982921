/* Findings: what was repaired, replaced or left out.
 *
 * "Worked, but" is never a status; it is a finding. Nothing is dropped
 * without one. A report collects the findings of one piece of work (a
 * message, or the structures of the store). */
#ifndef AM_BASE_REPORT_H
#define AM_BASE_REPORT_H

#include "base/arena.h"

/* How many findings keep their text when max_texts is 0; the rest are only
 * counted. */
enum { AM_REPORT_MAX_TEXTS = 64 };

struct am_finding {
	const char *text; /* "kind: what, where", UTF-8; arena */
	uint64_t hash;	  /* of text: most comparisons end here */
	struct am_finding *next;
};

struct am_report {
	struct am_arena *arena; /* borrowed; where the texts go */
	struct am_finding *first;
	struct am_finding *last;
	size_t max_texts; /* 0: AM_REPORT_MAX_TEXTS */
	size_t kept;
	uint64_t count; /* all, also those without text */
	bool no_memory; /* there was none for a text, and not for a limit:
			   a run that went on would tell another story */
};

/* Forgets all findings; call when the arena is reset. */
void am_report_clear(struct am_report *report);

/* Adds "kind: err->text (place)". kind is a fixed word such as "block-crc".
 * The same text twice is one finding. report may be NULL. */
void am_report_add(struct am_report *report, const char *kind,
		   const struct am_error *err);

/* The same with a text of its own. */
void am_report_note(struct am_report *report, const char *kind,
		    const char *format, ...) AM_PRINTF(3, 4);

#endif
