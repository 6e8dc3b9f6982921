/* [MS-OXCICAL] 2.1.3.1.1 meeting messages: a calendar object with a METHOD, for
 * a part of mail (RFC 5546; mapi-to-mime 12, calendar-contacts 7). */
#include "convert/oxcical_meeting.h"

#include "convert/item_class.h"
#include "convert/oxcical_lids.h"
#include "convert/oxcical_private.h"

static const struct am_meeting_kind kinds[] = {
	{ "IPM.Schedule.Meeting.Request", "REQUEST", AM_MEETING_ORGANIZER, NULL,
	  NULL, true },
	{ "IPM.Schedule.Meeting.Canceled", "CANCEL", AM_MEETING_ORGANIZER, NULL,
	  "CANCELLED", false },
	{ "IPM.Schedule.Meeting.Resp.Pos", "REPLY", AM_MEETING_ATTENDEE,
	  "ACCEPTED", NULL, false },
	{ "IPM.Schedule.Meeting.Resp.Tent", "REPLY", AM_MEETING_ATTENDEE,
	  "TENTATIVE", NULL, false },
	{ "IPM.Schedule.Meeting.Resp.Neg", "REPLY", AM_MEETING_ATTENDEE,
	  "DECLINED", NULL, false },
	{ "IPM.Appointment", "PUBLISH", AM_MEETING_NOBODY, NULL, NULL, true },
	{ "IPM.OLE.CLASS", "PUBLISH", AM_MEETING_NOBODY, NULL, NULL, true },
};

const struct am_meeting_kind am_meeting_item = { "",   NULL, AM_MEETING_NOBODY,
						 NULL, NULL, true };

const struct am_meeting_kind *
am_meeting_kind_find(const char *class_name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (am_class_has(class_name, kinds[i].class_name))
			return &kinds[i];
	return NULL;
}

/* ---- what the method needs ---- */

/* An answer that proposes another time ([MS-OXOCAL] 2.2.1.7 .. 2.2.5.7). */
static bool
is_counter(const struct am_oxcical_source *source,
	   const struct am_meeting_kind *kind)
{
	return kind->from == AM_MEETING_ATTENDEE &&
	       am_oxcical_int(source, AM_PSETID_APPOINTMENT,
			      LID_COUNTER_PROPOSAL, 0) != 0 &&
	       am_oxcical_time(source, AM_PSETID_APPOINTMENT,
			       LID_PROPOSED_START) != AM_TIME_NONE;
}

/* A UID that is made here matches no request. */
static enum am_status
id_check(const struct am_oxcical_source *source, struct am_error *err)
{
	static const uint32_t lids[] = { LID_CLEAN_GLOBAL_ID,
					 LID_MEETING_GLOBAL_ID };
	struct am_bytes id;
	size_t i;

	for (i = 0; i < 2; i++) {
		AM_TRY(am_oxcical_bytes(source, AM_PSETID_MEETING, lids[i], &id,
					err));
		if (id.len > 0)
			return AM_OK;
	}
	return am_fail(err, AM_NOT_FOUND,
		       "it does not tell which meeting it is about");
}

static enum am_status
time_check(const struct am_oxcical_source *source, struct am_error *err)
{
	int64_t start;
	int64_t end;

	am_oxcical_when(source, &start, &end);
	if (start != AM_TIME_NONE)
		return AM_OK;
	return am_fail(err, AM_NOT_FOUND, "it does not tell when it begins");
}

enum am_status
am_oxcical_meeting_begin(struct am_oxcical *cx,
			 struct am_oxcical_meeting *meeting,
			 struct am_error *err)
{
	const struct am_oxcical_source source = { .message = cx->message };
	const struct am_meeting_kind *kind = meeting->kind;

	meeting->is_counter = is_counter(&source, kind);
	meeting->method = meeting->is_counter ? "COUNTER" : kind->method;
	cx->meeting = meeting;
	if (kind->method == NULL)
		return AM_OK;
	if (kind->has_time)
		return time_check(&source, err);
	return id_check(&source, err);
}

/* ---- what differs from an item of an .ics file ---- */

int64_t
am_oxcical_meeting_stamp(const struct am_oxcical *cx,
			 const struct am_oxcical_source *source)
{
	const bool is_answer = cx->meeting->kind->from == AM_MEETING_ATTENDEE;
	const int64_t times[] = {
		am_oxcical_time(source, AM_PSETID_MEETING,
				is_answer ? LID_ATTENDEE_CRITICAL_CHANGE
					  : LID_OWNER_CRITICAL_CHANGE),
		am_oxcical_tag_time(source, AM_PID_CLIENT_SUBMIT_TIME),
	};
	size_t i;

	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (times[i] != AM_TIME_NONE)
			return times[i];
	return am_oxcical_stamp(source);
}

void
am_oxcical_counter_times(const struct am_oxcical *cx,
			 const struct am_oxcical_source *source, int64_t *start,
			 int64_t *end)
{
	int64_t proposed;

	if (cx->meeting == NULL || !cx->meeting->is_counter)
		return;
	*start = am_oxcical_time(source, AM_PSETID_APPOINTMENT,
				 LID_PROPOSED_START);
	proposed = am_oxcical_time(source, AM_PSETID_APPOINTMENT,
				   LID_PROPOSED_END);
	*end = proposed == AM_TIME_NONE || proposed < *start ? *start
							     : proposed;
}

void
am_oxcical_counter_write(struct am_oxcical *cx,
			 const struct am_oxcical_source *source)
{
	int64_t start;
	int64_t end;

	if (cx->meeting == NULL || !cx->meeting->is_counter)
		return;
	am_oxcical_when(source, &start, &end);
	am_ical_utc_line(&cx->ical, "X-MS-OLK-ORIGINALSTART", start);
	am_ical_utc_line(&cx->ical, "X-MS-OLK-ORIGINALEND", end);
}
