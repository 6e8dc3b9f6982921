/* [MS-OXOJRNL] journal entries as VJOURNAL. */
#include "convert/oxcical_lids.h"
#include "convert/oxcical_private.h"

/* Minutes that it took; 0: nobody knows. */
static int64_t
duration_of(const struct am_oxcical_source *source, int64_t start)
{
	const int64_t end = am_oxcical_time(source, AM_PSETID_LOG, LID_LOG_END);
	int64_t minutes =
		am_oxcical_int(source, AM_PSETID_LOG, LID_LOG_DURATION, 0);

	if (minutes <= 0 && start != AM_TIME_NONE && end != AM_TIME_NONE &&
	    end > start)
		minutes = (end - start) / 60;
	return minutes > 0 && minutes <= INT32_MAX ? minutes : 0;
}

/* A VJOURNAL has neither an end nor a duration (RFC 5545 3.6.3). */
static enum am_status
log_write(struct am_oxcical *cx, const struct am_oxcical_source *source,
	  int64_t start, struct am_error *err)
{
	const int64_t minutes = duration_of(source, start);

	if (minutes > 0)
		am_ical_line(&cx->ical, "X-DURATION", "PT%dM", (int)minutes);
	am_ical_utc_line(&cx->ical, "X-LOG-END",
			 am_oxcical_time(source, AM_PSETID_LOG, LID_LOG_END));
	AM_TRY(am_oxcical_text_line(cx, source, "X-LOG-TYPE", AM_PSETID_LOG,
				    LID_LOG_TYPE, err));
	return am_oxcical_text_line(cx, source, "X-LOG-TYPE-DESC",
				    AM_PSETID_LOG, LID_LOG_TYPE_DESC, err);
}

enum am_status
am_oxojrnl_write(struct am_oxcical *cx, struct am_error *err)
{
	const struct am_oxcical_source source = { .message = cx->message };
	const struct am_attachment *items;
	int64_t start = am_oxcical_time(&source, AM_PSETID_LOG, LID_LOG_START);
	size_t count;

	if (start == AM_TIME_NONE)
		start = am_oxcical_time(&source, AM_PSETID_COMMON,
					LID_COMMON_START);
	AM_TRY(am_oxcical_items(cx, &items, &count, err));
	am_ical_begin(&cx->ical, "VJOURNAL");
	AM_TRY(am_oxcical_identity(cx, &source, err));
	am_ical_utc_line(&cx->ical, "DTSTART", start);
	AM_TRY(am_oxcical_common(cx, &source, err));
	AM_TRY(log_write(cx, &source, start, err));
	AM_TRY(am_oxcical_people(cx, &source, err));
	AM_TRY(am_oxcical_body(cx, cx->message, err));
	AM_TRY(am_oxcical_attachments(cx, items, count, err));
	am_ical_end(&cx->ical, "VJOURNAL");
	return AM_OK;
}
