/* RFC 5545 3.6.5 VTIMEZONE. */
#include "ical/zone.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "ical/windows_zone.h"

enum {
	FIRST_YEAR = 1601, /* of the first rule, as Outlook writes it */
	MARK_SIZE = 8,	   /* digits */
	NAME_MAX_BYTES = 60
};

static const char weekdays[7][3] = { "SU", "MO", "TU", "WE", "TH", "FR", "SA" };

/* A change of the clocks, for an observance. */
struct change {
	const char *component;
	int from, to;  /* minutes ahead of UTC */
	int64_t first; /* local seconds before the change */
};

static int
standard_of(const struct am_timezone_rule *rule)
{
	return -(rule->bias + rule->standard_bias);
}

static int
daylight_of(const struct am_timezone_rule *rule)
{
	return -(rule->bias + rule->daylight_bias);
}

static void
offset_write(struct am_ical *ical, const char *name, int minutes)
{
	const int size = abs(minutes);

	am_ical_line(ical, name, "%c%02d%02d", minutes < 0 ? '-' : '+',
		     size / 60, size % 60);
}

static void
change_begin(struct am_ical *ical, const struct change *change)
{
	char text[AM_ICAL_TIME_SIZE];

	am_ical_begin(ical, change->component);
	am_ical_time(change->first, false, text);
	am_ical_line(ical, "DTSTART", "%s", text);
	offset_write(ical, "TZOFFSETFROM", change->from);
	offset_write(ical, "TZOFFSETTO", change->to);
}

/* last: the last year of the rule; 0: it goes on. A rule that ends does so
 * after a COUNT: programs are in use that take no zone with an UNTIL. */
static void
yearly_write(struct am_ical *ical, struct change *change,
	     const struct am_timezone_date *date, int first, int last)
{
	char count[24] = "";

	change->first = am_timezone_change(date, first);
	change_begin(ical, change);
	if (last != 0)
		(void)snprintf(count, sizeof(count), ";COUNT=%d",
			       last - first + 1);
	if (date->year == 0 && last != first)
		am_ical_line(ical, "RRULE",
			     "FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s%s", date->month,
			     date->day == 5 ? -1 : date->day,
			     weekdays[date->weekday], count);
	am_ical_end(ical, change->component);
}

/* What clocks are ahead of UTC when the year begins. */
static int
offset_at_new_year(const struct am_timezone_rule *rule, int year)
{
	if (!am_timezone_has_daylight(rule))
		return standard_of(rule);
	return am_timezone_change(&rule->daylight, year) >
			       am_timezone_change(&rule->standard, year)
		       ? daylight_of(rule)
		       : standard_of(rule);
}

/* A rule that begins with another offset than the one before it ended with. */
static void
begin_write(struct am_ical *ical, const struct am_timezone_rule *rule, int year,
	    int before)
{
	struct change change = { "STANDARD", before,
				 offset_at_new_year(rule, year), 0 };

	change.first = am_time_from_civil(year, 1, 1, 0, 0, 0);
	change_begin(ical, &change);
	am_ical_end(ical, change.component);
}

static void
rule_write(struct am_ical *ical, const struct am_timezone_rule *rule, int first,
	   int last)
{
	struct change standard = { "STANDARD", daylight_of(rule),
				   standard_of(rule), 0 };
	struct change daylight = { "DAYLIGHT", standard_of(rule),
				   daylight_of(rule), 0 };

	if (!am_timezone_has_daylight(rule))
		return;
	yearly_write(ical, &standard, &rule->standard, first, last);
	yearly_write(ical, &daylight, &rule->daylight, first, last);
}

static void
rules_write(struct am_ical *ical, const struct am_timezone *zone)
{
	int before = 0;
	size_t i;

	for (i = 0; i < zone->count; i++) {
		const struct am_timezone_rule *rule = &zone->rules[i];
		const int first = i == 0 || rule->year < FIRST_YEAR
					  ? FIRST_YEAR
					  : rule->year;
		const int last =
			i + 1 < zone->count ? zone->rules[i + 1].year - 1 : 0;
		const int at_first = offset_at_new_year(rule, first);

		if (i + 1 < zone->count && last < first)
			continue; /* another one holds from the same year on */
		if (before == 0 && !am_timezone_has_daylight(rule))
			begin_write(ical, rule, first, at_first);
		else if (i > 0 && at_first != before)
			begin_write(ical, rule, first, before);
		rule_write(ical, rule, first, last);
		before = offset_at_new_year(rule, last + 1);
	}
}

/* No quotes, colons and such: a TZID stands in parameters without quotes. */
static void
name_clean(const char *name, char clean[NAME_MAX_BYTES + 1])
{
	size_t len = 0;

	for (; *name != '\0' && len < NAME_MAX_BYTES; name++) {
		const unsigned char c = (unsigned char)*name;

		if (c == ':')
			clean[len++] = '.';
		else if (c >= ' ' && c < 0x7f && strchr("\";,", c) == NULL)
			clean[len++] = *name;
	}
	clean[len] = '\0';
}

static void
name_make(const struct am_timezone *zone, const char *name,
	  char clean[NAME_MAX_BYTES + 1])
{
	const int minutes = standard_of(&zone->rules[zone->count - 1]);

	name_clean(zone->name[0] != '\0' ? zone->name : name, clean);
	if (clean[0] == '\0')
		(void)snprintf(clean, NAME_MAX_BYTES, "UTC%c%02d%02d",
			       minutes < 0 ? '-' : '+', abs(minutes) / 60,
			       abs(minutes) % 60);
}

static enum am_status
tzid_make(struct am_bytes rules, const char *name, struct am_arena *arena,
	  const char **tzid_out, struct am_error *err)
{
	uint8_t digest[AM_SHA256_SIZE];
	char hex[AM_SHA256_HEX_SIZE];

	if (am_sha256(rules, digest) != AM_OK)
		return am_nomem(err);
	am_sha256_hex(digest, hex);
	*tzid_out = am_arena_printf(arena, "%s/%.*s", name, MARK_SIZE, hex);
	return *tzid_out != NULL ? AM_OK
				 : am_arena_failed(arena, NAME_MAX_BYTES, err);
}

static enum am_status
component_make(struct am_ical_zone *out, struct am_bytes rules,
	       const char *name, struct am_arena *arena, struct am_error *err)
{
	struct am_buf lines = am_buf(AM_ICAL_ZONE_MAX);
	struct am_ical ical = { &lines, 0 };
	const char *iana = am_windows_zone_iana(name);
	enum am_status status;

	am_ical_begin(&ical, "VTIMEZONE");
	am_ical_line(&ical, "TZID", "%s", out->tzid);
	if (iana != NULL)
		am_ical_line(&ical, "X-LIC-LOCATION", "%s", iana);
	am_buf_add(&lines, rules);
	am_ical_end(&ical, "VTIMEZONE");
	status = am_buf_status(&lines, err);
	if (status == AM_OK)
		status = am_arena_copy(arena, am_buf_bytes(&lines),
				       &out->component, err);
	am_buf_free(&lines);
	return status;
}

enum am_status
am_ical_zone_make(const struct am_timezone *zone, const char *name,
		  struct am_arena *arena, struct am_ical_zone **zone_out,
		  struct am_error *err)
{
	struct am_ical_zone *out = am_arena_new(arena, struct am_ical_zone);
	struct am_buf rules = am_buf(AM_ICAL_ZONE_MAX);
	struct am_ical ical = { &rules, 0 };
	char clean[NAME_MAX_BYTES + 1];
	enum am_status status;

	if (out == NULL)
		return am_arena_failed(arena, sizeof(*out), err);
	out->zone = zone;
	name_make(zone, name, clean);
	rules_write(&ical, zone);
	status = am_buf_status(&rules, err);
	if (status == AM_OK)
		status = tzid_make(am_buf_bytes(&rules), clean, arena,
				   &out->tzid, err);
	if (status == AM_OK)
		status = component_make(out, am_buf_bytes(&rules), clean, arena,
					err);
	am_buf_free(&rules);
	*zone_out = out;
	return status;
}
