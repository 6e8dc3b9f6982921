/* [MS-OXOCAL] 2.2.1.44: RecurrencePattern, which tasks have alone, and
 * AppointmentRecurrencePattern, which adds the exceptions. Times are minutes
 * since 1601-01-01 as clocks of the series' zone show them. */
#ifndef AM_MAPI_RECURRENCE_H
#define AM_MAPI_RECURRENCE_H

#include "base/cursor.h"
#include "base/text.h"

enum {
	AM_RECURRENCE_MAX_DATES = 100000, /* deleted, and modified */
	AM_RECURRENCE_MAX_EXCEPTIONS = 2000,
	AM_RECURRENCE_NO_END = 0x5ae980df /* EndDate; also the next two */
};

/* RecurFrequency */
enum am_recur_frequency {
	AM_RECUR_DAILY = 0x200a,
	AM_RECUR_WEEKLY = 0x200b,
	AM_RECUR_MONTHLY = 0x200c,
	AM_RECUR_YEARLY = 0x200d
};

/* PatternType */
enum am_recur_pattern {
	AM_RECUR_DAY = 0,
	AM_RECUR_WEEK = 1,
	AM_RECUR_MONTH = 2,
	AM_RECUR_MONTH_NTH = 3,
	AM_RECUR_MONTH_END = 4,
	AM_RECUR_HJ_MONTH = 0xa,
	AM_RECUR_HJ_MONTH_NTH = 0xb,
	AM_RECUR_HJ_MONTH_END = 0xc
};

/* EndType; 0xffffffff is never too */
enum am_recur_end {
	AM_RECUR_END_DATE = 0x2021,
	AM_RECUR_END_COUNT = 0x2022,
	AM_RECUR_END_NEVER = 0x2023
};

/* OverrideFlags */
enum am_exception_flag {
	AM_EXCEPTION_SUBJECT = 0x0001,
	AM_EXCEPTION_MEETING_TYPE = 0x0002,
	AM_EXCEPTION_REMINDER_DELTA = 0x0004,
	AM_EXCEPTION_REMINDER_SET = 0x0008,
	AM_EXCEPTION_LOCATION = 0x0010,
	AM_EXCEPTION_BUSY_STATUS = 0x0020,
	AM_EXCEPTION_ATTACHMENT = 0x0040,
	AM_EXCEPTION_SUB_TYPE = 0x0080,
	AM_EXCEPTION_COLOR = 0x0100,
	AM_EXCEPTION_BODY = 0x0200
};

/* ExceptionInfo and ExtendedException */
struct am_recur_exception {
	uint32_t start, end, original; /* minutes; original with time of day */
	unsigned flags;		       /* of enum am_exception_flag */
	uint32_t meeting_type, reminder_delta, reminder_set, busy_status;
	uint32_t attachment, sub_type, color;
	struct am_text subject;	 /* data NULL: none */
	struct am_text location; /* the same */
};

struct am_recurrence {
	unsigned frequency; /* of enum am_recur_frequency */
	unsigned pattern;   /* of enum am_recur_pattern */
	unsigned calendar;  /* CalendarType */
	uint32_t period;    /* days, weeks or months; never 0 */
	bool is_sliding;    /* a task that comes again when it is done */
	unsigned days;	    /* bit 0 Sunday ... 6 Saturday */
	unsigned day;	    /* of the month, 1 to 31 */
	unsigned nth;	    /* 1 to 4; 5: last */
	unsigned end;	    /* of enum am_recur_end */
	uint32_t count;	    /* OccurrenceCount; 0: none was stored */
	unsigned first_day; /* of the week; 0 Sunday */
	uint32_t *deleted;  /* midnights; modified ones are among them */
	size_t deleted_count;
	uint32_t *modified; /* midnights of the new dates */
	size_t modified_count;
	uint32_t start_date; /* midnight of the first instance */
	uint32_t end_date;   /* of the last; AM_RECURRENCE_NO_END */

	/* appointments */
	uint32_t start_offset, end_offset;     /* minutes after midnight */
	struct am_recur_exception *exceptions; /* by original */
	size_t exception_count;
	bool is_cut; /* something behind the pattern could not be read */
};

/* Is the value of EndDate, or of a date, none? */
bool am_recurrence_is_no_date(uint32_t minutes);

/* Seconds since 1970 of minutes since 1601. */
int64_t am_recurrence_seconds(uint32_t minutes);

/* Decodes a blob; codepage is that of 8-bit subjects. What lies behind the
 * pattern and cannot be read is left out: is_cut. AM_CORRUPT when there is no
 * pattern, or one that means nothing; AM_LIMIT, AM_NOMEM. */
enum am_status
am_recurrence_pattern(struct am_bytes raw, struct am_arena *arena,
		      struct am_recurrence **recurrence_out,
		      struct am_error *err);
enum am_status am_recurrence_appointment(struct am_bytes raw, unsigned codepage,
					 struct am_arena *arena,
					 struct am_recurrence **recurrence_out,
					 struct am_error *err);

#endif
