/* When appointments are, and in which zones ([MS-OXOCAL] 2.2.1.5, 2.2.1.39 to
 * 2.2.1.43). */
#include <stdlib.h>

#include "convert/oxcical_lids.h"
#include "convert/oxcical_private.h"

enum { DAY = 86400, HALF_DAY = DAY / 2, MINUTE = 60 };

/* The longest event; a duration beyond it is none. */
enum { MAX_MINUTES = 366 * 24 * 60 };

static bool
is_utc(const struct am_timezone *zone)
{
	return zone->count == 1 && !am_timezone_has_daylight(zone->rules) &&
	       zone->rules->bias + zone->rules->standard_bias == 0;
}

static enum am_status
zone_decode(struct am_oxcical *cx, const struct am_message *message,
	    uint32_t lid, struct am_bytes raw, struct am_timezone **zone_out,
	    const char **name_out, struct am_error *err)
{
	const struct am_oxcical_source source = { .message = message };
	struct am_text text;

	*name_out = "";
	if (lid != LID_TIME_ZONE_STRUCT)
		return am_timezone_definition(raw, cx->arena, zone_out, err);
	AM_TRY(am_oxcical_text(&source, AM_PSETID_APPOINTMENT,
			       LID_TIME_ZONE_DESCRIPTION, &text, err));
	if (text.data != NULL)
		*name_out = text.data;
	return am_timezone_struct(raw, cx->arena, zone_out, err);
}

enum am_status
am_oxcical_zone(struct am_oxcical *cx, const struct am_message *message,
		uint32_t lid, const struct am_ical_zone **zone_out,
		struct am_error *err)
{
	const struct am_oxcical_source source = { .message = message };
	struct am_timezone *zone = NULL;
	struct am_ical_zone *made = NULL;
	enum am_status status;
	const char *name;
	struct am_bytes raw;

	*zone_out = NULL;
	AM_TRY(am_oxcical_bytes(&source, AM_PSETID_APPOINTMENT, lid, &raw,
				err));
	if (raw.len == 0)
		return AM_OK;
	status = zone_decode(cx, message, lid, raw, &zone, &name, err);
	if (status == AM_OK)
		status = am_ical_zone_make(zone, name, cx->arena, &made, err);
	if (status != AM_OK)
		return am_oxcical_finding(cx, "time-zone", status, err);
	*zone_out = made;
	return AM_OK;
}

enum am_status
am_oxcical_fixed_zone(struct am_oxcical *cx, int64_t offset,
		      const struct am_ical_zone **zone_out,
		      struct am_error *err)
{
	struct am_timezone *zone = am_arena_new(cx->arena, struct am_timezone);
	struct am_timezone_rule *rule =
		am_arena_new(cx->arena, struct am_timezone_rule);
	struct am_ical_zone *made = NULL;

	if (zone == NULL || rule == NULL)
		return am_arena_failed(cx->arena, sizeof(*rule), err);
	rule->bias = (int)(-offset / MINUTE);
	zone->name = "";
	zone->rules = rule;
	zone->count = 1;
	AM_TRY(am_ical_zone_make(zone, "", cx->arena, &made, err));
	*zone_out = made;
	return AM_OK;
}

/* Is there, or will there be, a component of the zone in the file? */
static bool
zone_use(struct am_oxcical *cx, const struct am_ical_zone *zone)
{
	size_t i;

	if (zone == NULL || is_utc(zone->zone))
		return false;
	for (i = 0; i < cx->zone_count; i++)
		if (strcmp(cx->zones[i]->tzid, zone->tzid) == 0)
			return true;
	if (cx->zone_count == AM_OXCICAL_MAX_ZONES) {
		am_report_note(am_oxcical_report(cx), "time-zone",
			       "the item has times of more than %d zones: the "
			       "rest is in UTC",
			       AM_OXCICAL_MAX_ZONES);
		return false;
	}
	cx->zones[cx->zone_count++] = zone;
	return true;
}

void
am_oxcical_when(const struct am_oxcical_source *source, int64_t *start_out,
		int64_t *end_out)
{
	int64_t start =
		am_oxcical_time(source, AM_PSETID_APPOINTMENT, LID_START_WHOLE);
	int64_t end =
		am_oxcical_time(source, AM_PSETID_APPOINTMENT, LID_END_WHOLE);
	int64_t minutes;

	if (start == AM_TIME_NONE)
		start = am_oxcical_time(source, AM_PSETID_COMMON,
					LID_COMMON_START);
	if (start == AM_TIME_NONE)
		start = am_oxcical_tag_time(source, AM_PID_START_DATE);
	if (end == AM_TIME_NONE)
		end = am_oxcical_time(source, AM_PSETID_COMMON, LID_COMMON_END);
	if (end == AM_TIME_NONE)
		end = am_oxcical_tag_time(source, AM_PID_END_DATE);
	/* the end decides, whatever the duration says (tricky F17) */
	minutes =
		am_oxcical_int(source, AM_PSETID_APPOINTMENT, LID_DURATION, 0);
	if (end == AM_TIME_NONE && start != AM_TIME_NONE && minutes > 0 &&
	    minutes <= MAX_MINUTES)
		end = start + minutes * MINUTE;
	if (start != AM_TIME_NONE && (end == AM_TIME_NONE || end < start))
		end = start;
	*start_out = start;
	*end_out = end;
}

static int64_t
midnight(int64_t local)
{
	const int64_t shifted = local + HALF_DAY;

	return shifted - (shifted % DAY + DAY) % DAY;
}

void
am_oxcical_whole_days(struct am_oxcical_times *times)
{
	times->is_date = true;
	times->start = midnight(times->start);
	times->end = midnight(times->end);
	if (times->end <= times->start)
		times->end = times->start + DAY;
}

static int64_t
local_of(int64_t unix_time, const struct am_ical_zone *zone)
{
	return zone == NULL
		       ? unix_time
		       : unix_time + am_timezone_offset(zone->zone, unix_time);
}

/* All-day: midnights of whoever made it, with the zone of the event, or of its
 * series ([MS-OXOCAL] 2.2.1.9; tricky F6). */
static enum am_status
date_zone(struct am_oxcical *cx, const struct am_message *message,
	  const struct am_ical_zone **zone_out, struct am_error *err)
{
	static const uint32_t lids[] = { LID_ZONE_START, LID_TIME_ZONE_STRUCT,
					 LID_ZONE_RECUR };
	size_t i;

	*zone_out = NULL;
	for (i = 0; i < 3 && *zone_out == NULL; i++)
		AM_TRY(am_oxcical_zone(cx, message, lids[i], zone_out, err));
	return AM_OK;
}

/* The definition of the end may have fewer rules than that of the start. */
static bool
is_same_zone(const struct am_ical_zone *start, const struct am_ical_zone *end)
{
	return start != NULL && start->zone->name[0] != '\0' &&
	       strcmp(start->zone->name, end->zone->name) == 0;
}

enum am_status
am_oxcical_times(struct am_oxcical *cx, const struct am_oxcical_source *source,
		 struct am_oxcical_times *times_out, struct am_error *err)
{
	const struct am_message *start_owner =
		am_oxcical_owner(source, AM_PSETID_APPOINTMENT, LID_ZONE_START);
	const struct am_message *end_owner =
		am_oxcical_owner(source, AM_PSETID_APPOINTMENT, LID_ZONE_END);
	int64_t start;
	int64_t end;

	memset(times_out, 0, sizeof(*times_out));
	am_oxcical_when(source, &start, &end);
	am_oxcical_counter_times(cx, source, &start, &end);
	if (start == AM_TIME_NONE && cx->meeting != NULL &&
	    !cx->meeting->kind->has_time) {
		times_out->start = AM_TIME_NONE;
		return AM_OK;
	}
	if (start == AM_TIME_NONE) {
		/* an event must have one */
		start = am_oxcical_stamp(source);
		end = start;
		am_report_note(am_oxcical_report(cx), "no-time",
			       "the appointment has no time: it is written "
			       "where it was changed last");
	}
	if (am_oxcical_int(source, AM_PSETID_APPOINTMENT, LID_SUB_TYPE, 0) !=
	    0) {
		AM_TRY(date_zone(cx, start_owner, &times_out->start_zone, err));
		times_out->start = local_of(start, times_out->start_zone);
		times_out->end = local_of(end, times_out->start_zone);
		times_out->start_zone = NULL;
		am_oxcical_whole_days(times_out);
		return AM_OK;
	}
	AM_TRY(am_oxcical_zone(cx, start_owner, LID_ZONE_START,
			       &times_out->start_zone, err));
	AM_TRY(am_oxcical_zone(cx, end_owner, LID_ZONE_END,
			       &times_out->end_zone, err));
	if (times_out->end_zone == NULL ||
	    is_same_zone(times_out->start_zone, times_out->end_zone))
		times_out->end_zone = times_out->start_zone;
	times_out->start = local_of(start, times_out->start_zone);
	times_out->end = local_of(end, times_out->end_zone);
	return AM_OK;
}

void
am_oxcical_time_line(struct am_oxcical *cx, const char *name, int64_t local,
		     const struct am_ical_zone *zone, bool is_date)
{
	const bool in_zone = !is_date && zone_use(cx, zone);
	char text[AM_ICAL_TIME_SIZE];

	am_ical_name(&cx->ical, name);
	if (is_date) {
		am_ical_raw(&cx->ical, ";VALUE=DATE");
		am_ical_date(local, text);
	} else if (in_zone) {
		am_ical_param(&cx->ical, "TZID", am_bytes_of(zone->tzid));
		am_ical_time(local, false, text);
	} else {
		if (zone != NULL)
			local -= am_timezone_offset_local(zone->zone, local);
		am_ical_time(local, true, text);
	}
	am_ical_colon(&cx->ical);
	am_ical_raw(&cx->ical, text);
	am_ical_eol(&cx->ical);
}

void
am_oxcical_times_write(struct am_oxcical *cx,
		       const struct am_oxcical_times *times)
{
	const bool same_zone = times->start_zone == times->end_zone;

	if (times->start == AM_TIME_NONE)
		return; /* of a meeting message that needs none */
	am_oxcical_time_line(cx, "DTSTART", times->start, times->start_zone,
			     times->is_date);
	/* no duration at all is no end (RFC 5545 3.6.1) */
	if (times->end != times->start || !same_zone)
		am_oxcical_time_line(cx, "DTEND", times->end, times->end_zone,
				     times->is_date);
}
