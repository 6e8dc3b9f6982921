/* [MS-OXCICAL] 2.1.3.1.1.20 VEVENT. */
#include "convert/oxcical_lids.h"
#include "convert/oxcical_private.h"
#include "convert/oxcmail_private.h"

enum {
	DAY = 86400,
	BUSY_FREE = 0,
	BUSY_ELSEWHERE = 4,
	STATE_MEETING = 1, /* PidLidAppointmentStateFlags */
	STATE_CANCELED = 4,
	RESPONSE_TENTATIVE = 2
};

static const char *const busy_names[] = { "FREE", "TENTATIVE", "BUSY", "OOF",
					  "WORKINGELSEWHERE" };

static int64_t
state_of(const struct am_oxcical_source *source)
{
	return am_oxcical_int(source, AM_PSETID_APPOINTMENT, LID_STATE_FLAGS,
			      0);
}

static void
busy_line(struct am_oxcical *cx, const char *name, int64_t busy)
{
	if (busy >= BUSY_FREE && busy <= BUSY_ELSEWHERE)
		am_ical_line(&cx->ical, name, "%s", busy_names[busy]);
}

/* Working elsewhere does not keep others from meeting the person. */
static void
busy_write(struct am_oxcical *cx, const struct am_oxcical_source *source)
{
	int64_t busy = am_oxcical_int(source, AM_PSETID_APPOINTMENT,
				      LID_BUSY_STATUS, -1);

	if (source->info != NULL &&
	    (source->info->flags & AM_EXCEPTION_BUSY_STATUS) != 0)
		busy = source->info->busy_status;
	am_ical_line(&cx->ical, "TRANSP", "%s",
		     busy == BUSY_FREE || busy == BUSY_ELSEWHERE ? "TRANSPARENT"
								 : "OPAQUE");
	busy_line(cx, "X-MICROSOFT-CDO-BUSYSTATUS", busy);
	busy_line(cx, "X-MICROSOFT-CDO-INTENDEDSTATUS",
		  am_oxcical_int(source, AM_PSETID_APPOINTMENT,
				 LID_INTENDED_BUSY_STATUS, -1));
}

static void
status_write(struct am_oxcical *cx, const struct am_oxcical_source *source)
{
	const int64_t state =
		state_of(source) |
		(am_oxcical_is_from(cx, AM_MEETING_ORGANIZER) ? STATE_MEETING
							      : 0);
	const int64_t response = am_oxcical_int(source, AM_PSETID_APPOINTMENT,
						LID_RESPONSE_STATUS, 0);

	/* it is not for who answers to say */
	if (am_oxcical_is_from(cx, AM_MEETING_ATTENDEE))
		return;
	if (cx->meeting != NULL && cx->meeting->kind->status != NULL)
		am_ical_line(&cx->ical, "STATUS", "%s",
			     cx->meeting->kind->status);
	else if ((state & STATE_CANCELED) != 0)
		am_ical_line(&cx->ical, "STATUS", "CANCELLED");
	else if ((state & STATE_MEETING) != 0)
		am_ical_line(&cx->ical, "STATUS", "%s",
			     response == RESPONSE_TENTATIVE ? "TENTATIVE"
							    : "CONFIRMED");
}

static enum am_status
location_write(struct am_oxcical *cx, const struct am_oxcical_source *source,
	       struct am_error *err)
{
	struct am_text text = { NULL, 0, false };
	const char *line;

	if (source->info != NULL &&
	    (source->info->flags & AM_EXCEPTION_LOCATION) != 0)
		text = source->info->location;
	else
		AM_TRY(am_oxcical_text(source, AM_PSETID_APPOINTMENT,
				       LID_LOCATION, &text, err));
	if (text.len == 0) /* of old meeting messages */
		AM_TRY(am_oxcical_text(source, AM_PSETID_MEETING, LID_WHERE,
				       &text, err));
	if (text.len == 0)
		return AM_OK;
	AM_TRY(am_oxcmail_subject_line(cx->arena, text, &line, err));
	am_ical_text_line(&cx->ical, "LOCATION", am_bytes_of(line));
	return AM_OK;
}

/* Texts of PS_PUBLIC_STRINGS that programs for meetings look at. */
static enum am_status
links_write(struct am_oxcical *cx, const struct am_oxcical_source *source,
	    struct am_error *err)
{
	static const struct {
		const char *property, *name;
	} links[] = {
		{ "SkypeTeamsMeetingUrl", "X-MICROSOFT-SKYPETEAMSMEETINGURL" },
		{ "OnlineMeetingConfLink",
		  "X-MICROSOFT-ONLINEMEETINGCONFLINK" },
		{ "OnlineMeetingExternalLink",
		  "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK" },
	};
	const struct am_message *message = source->message;
	struct am_text text;
	size_t i;

	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		const uint16_t id = am_store_named_text(message->store,
							AM_PS_PUBLIC_STRINGS,
							links[i].property);

		if (id == 0)
			continue;
		AM_TRY(am_message_text(message, id, &text, err));
		am_ical_text_line(&cx->ical, links[i].name,
				  am_bytes(text.data, text.len));
	}
	AM_TRY(am_oxcical_text(source, AM_PSETID_APPOINTMENT,
			       LID_MEETING_WORKSPACE_URL, &text, err));
	am_ical_uri_line(&cx->ical, "URL", am_bytes(text.data, text.len));
	return AM_OK;
}

static void
outlook_write(struct am_oxcical *cx, const struct am_oxcical_source *source,
	      const struct am_oxcical_times *times)
{
	const int64_t sequence =
		am_oxcical_int(source, AM_PSETID_APPOINTMENT, LID_SEQUENCE, -1);
	const int64_t id =
		am_oxcical_tag_int(source, AM_PID_OWNER_APPOINTMENT_ID, 0);

	if (sequence >= 0 && sequence <= INT32_MAX) {
		am_ical_line(&cx->ical, "SEQUENCE", "%d", (int)sequence);
		am_ical_line(&cx->ical, "X-MICROSOFT-CDO-APPT-SEQUENCE", "%d",
			     (int)sequence);
	}
	am_ical_line(&cx->ical, "X-MICROSOFT-CDO-ALLDAYEVENT", "%s",
		     times->is_date ? "TRUE" : "FALSE");
	if (id != 0)
		am_ical_line(&cx->ical, "X-MICROSOFT-CDO-OWNERAPPTID", "%d",
			     (int)(int32_t)id);
	am_ical_utc_line(&cx->ical, "X-MICROSOFT-CDO-OWNER-CRITICAL-CHANGE",
			 am_oxcical_time(source, AM_PSETID_MEETING,
					 LID_OWNER_CRITICAL_CHANGE));
	am_ical_utc_line(
		&cx->ical, "X-MICROSOFT-CDO-REPLYTIME",
		am_oxcical_time(source, AM_PSETID_APPOINTMENT, LID_REPLY_TIME));
	if (am_oxcical_int(source, AM_PSETID_APPOINTMENT, LID_NOT_ALLOW_PROPOSE,
			   0) != 0)
		am_ical_line(&cx->ical, "X-MICROSOFT-DISALLOW-COUNTER", "TRUE");
}

enum am_status
am_oxcical_event(struct am_oxcical *cx, const struct am_oxcical_source *source,
		 const struct am_oxcical_times *times, struct am_error *err)
{
	AM_TRY(am_oxcical_common(cx, source, err));
	AM_TRY(location_write(cx, source, err));
	status_write(cx, source);
	busy_write(cx, source);
	outlook_write(cx, source, times);
	am_oxcical_counter_write(cx, source);
	AM_TRY(links_write(cx, source, err));
	return am_oxcical_people(cx, source, err);
}

/* When in its day an instance of the series begins, where a meeting message
 * tells ([MS-OXOCAL] 2.2.6.2 packs it), and in the zone of the series; else
 * when this one does. */
static enum am_status
time_of_day(struct am_oxcical *cx, const struct am_oxcical_source *source,
	    const struct am_oxcical_times *times, int64_t *seconds_out,
	    const struct am_ical_zone **zone_out, struct am_error *err)
{
	static const uint32_t lids[] = { LID_ZONE_RECUR, LID_TIME_ZONE_STRUCT,
					 LID_ZONE_START };
	const int64_t packed = am_oxcical_int(source, AM_PSETID_MEETING,
					      LID_START_RECURRENCE_TIME, -1);
	const int64_t seconds =
		(packed >> 12) * 3600 + (packed >> 6 & 63) * 60 + (packed & 63);
	size_t i;

	*zone_out = NULL;
	if (packed >= 0 && seconds < DAY)
		for (i = 0; i < 3 && *zone_out == NULL; i++)
			AM_TRY(am_oxcical_zone(cx, source->message, lids[i],
					       zone_out, err));
	*seconds_out = seconds;
	if (*zone_out != NULL)
		return AM_OK;
	*seconds_out = (times->start % DAY + DAY) % DAY;
	*zone_out = times->start_zone;
	return AM_OK;
}

/* The day of the instance that is replaced, by its Global Object ID, or by
 * when it was; AM_TIME_NONE. */
static enum am_status
day_replaced(const struct am_oxcical_source *source, int64_t replaced,
	     int64_t *day_out, struct am_error *err)
{
	struct am_bytes id;

	AM_TRY(am_oxcical_bytes(source, AM_PSETID_MEETING,
				LID_MEETING_GLOBAL_ID, &id, err));
	*day_out = am_oxcical_uid_day(id);
	if (*day_out == AM_TIME_NONE && replaced != AM_TIME_NONE)
		*day_out = (replaced + DAY / 2) / DAY * DAY;
	return AM_OK;
}

/* An exception that lies by itself, outside of its series, tells of the
 * instance that it replaces; and so does a message about one instance. */
static enum am_status
replaced_write(struct am_oxcical *cx, const struct am_oxcical_source *source,
	       const struct am_oxcical_times *times, struct am_error *err)
{
	const int64_t replaced = am_oxcical_time(source, AM_PSETID_APPOINTMENT,
						 LID_EXCEPTION_REPLACE_TIME);
	const bool is_exception = am_oxcical_int(source, AM_PSETID_MEETING,
						 LID_IS_EXCEPTION, 0) != 0 ||
				  replaced != AM_TIME_NONE;
	const struct am_ical_zone *zone;
	int64_t seconds;
	int64_t day;

	if (!is_exception && !am_oxcical_is_message(cx))
		return AM_OK;
	if (replaced != AM_TIME_NONE && !times->is_date) {
		cx->is_instance = true;
		am_oxcical_time_line(cx, "RECURRENCE-ID", replaced, NULL,
				     false);
		return AM_OK;
	}
	AM_TRY(day_replaced(source, replaced, &day, err));
	if (day == AM_TIME_NONE)
		return AM_OK;
	cx->is_instance = true;
	if (times->is_date || times->start == AM_TIME_NONE) {
		am_oxcical_time_line(cx, "RECURRENCE-ID", day, NULL, true);
		return AM_OK;
	}
	AM_TRY(time_of_day(cx, source, times, &seconds, &zone, err));
	am_oxcical_time_line(cx, "RECURRENCE-ID", day + seconds, zone, false);
	return AM_OK;
}

enum am_status
am_oxcical_single(struct am_oxcical *cx, const struct am_attachment *items,
		  size_t count, struct am_error *err)
{
	const struct am_oxcical_source source = { .message = cx->message };
	struct am_oxcical_times times;
	int64_t start;
	int64_t end;

	AM_TRY(am_oxcical_times(cx, &source, &times, err));
	am_oxcical_when(&source, &start, &end);
	am_ical_begin(&cx->ical, "VEVENT");
	AM_TRY(am_oxcical_identity(cx, &source, err));
	AM_TRY(replaced_write(cx, &source, &times, err));
	am_oxcical_times_write(cx, &times);
	AM_TRY(am_oxcical_event(cx, &source, &times, err));
	AM_TRY(am_oxcical_body(cx, cx->message, err));
	AM_TRY(am_oxcical_attachments(cx, items, count, err));
	am_oxcical_alarm(cx, &source, start);
	am_ical_end(&cx->ical, "VEVENT");
	return AM_OK;
}
