/* [MS-OXCICAL] 2.1.3.2 recurrences: the rule of RFC 5545 3.3.10 for a pattern,
 * and the instances of patterns that it has no rule for. */
#ifndef AM_ICAL_RULE_H
#define AM_ICAL_RULE_H

#include "mapi/recurrence.h"

enum {
	AM_ICAL_RULE_SIZE = 320,
	AM_ICAL_MAX_INSTANCES = 1000, /* of a pattern without a rule */
	AM_ICAL_MAX_YEARS = 10	      /* that they are written for */
};

/* A pattern, and when its instances begin. */
struct am_ical_series {
	const struct am_recurrence *recurrence;
	int64_t start;	/* the first instance, local seconds */
	bool is_date;	/* whole days: UNTIL is a date */
	int64_t offset; /* seconds that clocks are ahead of UTC at the end */
};

/* Months of another calendar (Hijri, Hebrew, Chinese ...): there is no rule. */
bool am_ical_is_other_calendar(const struct am_recurrence *recurrence);

/* "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;WKST=SU". Exactly one of COUNT and UNTIL
 * where the series ends. For another calendar the rule of [MS-OXCICAL]
 * 2.1.3.2.1 X-MICROSOFT-RRULE, without its end. */
void
am_ical_rule(const struct am_ical_series *series, char text[AM_ICAL_RULE_SIZE]);

/* Is the start an instance of the pattern? */
bool am_ical_rule_has_start(const struct am_ical_series *series);

/* The name of the pattern's calendar in CLDR: "ISLAMIC-CIVIL"; NULL: it is the
 * Gregorian one, with other names of years at most. */
const char *am_ical_calendar(const struct am_recurrence *recurrence);

/* The instances of a pattern of another calendar, from start on: local
 * seconds, at most AM_ICAL_MAX_INSTANCES and AM_ICAL_MAX_YEARS; is_cut_out: the
 * series goes on. AM_UNSUPPORTED when this build cannot count in it, AM_NOMEM,
 * AM_LIMIT. */
enum am_status
am_ical_instances(const struct am_ical_series *series, struct am_arena *arena,
		  int64_t **instances_out, size_t *count_out, bool *is_cut_out,
		  struct am_error *err);

#endif
