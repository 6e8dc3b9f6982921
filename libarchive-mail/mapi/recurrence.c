/* [MS-OXOCAL] 2.2.1.44 recurrence blobs. */
#include "mapi/recurrence.h"

#include <stdlib.h>

enum {
	VERSION = 0x3004,
	VERSION_EXTENDED = 0x3009, /* WriterVersion2 with ChangeHighlight */
	DAY_MINUTES = 1440,
	NO_DATES = 3, /* values from AM_RECURRENCE_NO_END on that are none */
	MAX_PERIOD = 999 * 12, /* months; the largest that Outlook lets enter
				  is 99 */
	STRINGS = AM_EXCEPTION_SUBJECT | AM_EXCEPTION_LOCATION
};

/* Seconds from 1601-01-01 to 1970-01-01. */
static const int64_t seconds_1970 = INT64_C(11644473600);

bool
am_recurrence_is_no_date(uint32_t minutes)
{
	return minutes - AM_RECURRENCE_NO_END < NO_DATES;
}

int64_t
am_recurrence_seconds(uint32_t minutes)
{
	return (int64_t)minutes * 60 - seconds_1970;
}

/* PatternTypeSpecific */
static void
specific_read(struct am_cursor *cur, struct am_recurrence *out)
{
	switch (out->pattern) {
	case AM_RECUR_WEEK:
		out->days = am_u32(cur) & 0x7f;
		break;
	case AM_RECUR_MONTH:
	case AM_RECUR_MONTH_END:
	case AM_RECUR_HJ_MONTH:
	case AM_RECUR_HJ_MONTH_END:
		out->day = am_u32(cur);
		break;
	case AM_RECUR_MONTH_NTH:
	case AM_RECUR_HJ_MONTH_NTH:
		out->days = am_u32(cur) & 0x7f;
		out->nth = am_u32(cur);
		break;
	default:
		break;
	}
}

static enum am_status
dates_read(struct am_cursor *cur, struct am_arena *arena, uint32_t **dates_out,
	   size_t *count_out, struct am_error *err)
{
	const size_t count = am_u32(cur);
	uint32_t *dates;
	size_t i;

	*count_out = 0;
	if (count > cur->left / sizeof(uint32_t) ||
	    count > AM_RECURRENCE_MAX_DATES) {
		cur->short_read = true;
		return AM_OK;
	}
	dates = am_arena_array(arena, count, uint32_t);
	if (dates == NULL)
		return am_arena_failed(arena, count * sizeof(*dates), err);
	for (i = 0; i < count; i++)
		dates[i] = am_u32(cur);
	*dates_out = dates;
	*count_out = count;
	return AM_OK;
}

static bool
pattern_is_valid(const struct am_recurrence *out)
{
	switch (out->pattern) {
	case AM_RECUR_DAY:
	case AM_RECUR_MONTH_END:
	case AM_RECUR_HJ_MONTH_END:
		return true;
	case AM_RECUR_WEEK:
		return out->days != 0;
	case AM_RECUR_MONTH:
	case AM_RECUR_HJ_MONTH:
		return out->day >= 1 && out->day <= 31;
	case AM_RECUR_MONTH_NTH:
	case AM_RECUR_HJ_MONTH_NTH:
		return out->days != 0 && out->nth >= 1 && out->nth <= 5;
	default:
		return false;
	}
}

/* A week pattern may stand under daily (every weekday): the pattern decides. */
static void
period_set(struct am_recurrence *out, uint32_t period)
{
	out->period =
		out->pattern == AM_RECUR_DAY ? period / DAY_MINUTES : period;
	if (out->period == 0)
		out->period = 1;
}

static enum am_status
pattern_check(const struct am_recurrence *out, const struct am_cursor *cur,
	      size_t size, unsigned version, struct am_error *err)
{
	if (version != VERSION)
		return am_fail(err, AM_CORRUPT,
			       "RecurrencePattern.ReaderVersion is %#x, want "
			       "%#x",
			       version, VERSION);
	if (!pattern_is_valid(out) || out->frequency < AM_RECUR_DAILY ||
	    out->frequency > AM_RECUR_YEARLY || out->period > MAX_PERIOD)
		return am_fail(err, AM_CORRUPT,
			       "RecurrencePattern: RecurFrequency %#x, "
			       "PatternType %u, Period %u mean nothing",
			       out->frequency, out->pattern, out->period);
	if (cur->short_read)
		return am_fail(err, AM_CORRUPT,
			       "RecurrencePattern is cut off: %zu bytes", size);
	return AM_OK;
}

static enum am_status
pattern_read(struct am_cursor *cur, struct am_arena *arena,
	     struct am_recurrence *out, struct am_error *err)
{
	const size_t size = cur->left;
	unsigned version;
	uint32_t period;

	version = am_u16(cur);
	am_skip(cur, 2); /* WriterVersion */
	out->frequency = am_u16(cur);
	out->pattern = am_u16(cur);
	out->calendar = am_u16(cur);
	am_skip(cur, 4); /* FirstDateTime */
	period = am_u32(cur);
	out->is_sliding = am_u32(cur) != 0;
	specific_read(cur, out);
	out->end = am_u32(cur);
	out->count = am_u32(cur);
	out->first_day = am_u32(cur) % 7;
	period_set(out, period);
	AM_TRY(pattern_check(out, cur, size, version, err));
	if (out->end != AM_RECUR_END_DATE && out->end != AM_RECUR_END_COUNT)
		out->end = AM_RECUR_END_NEVER;
	AM_TRY(dates_read(cur, arena, &out->deleted, &out->deleted_count, err));
	AM_TRY(dates_read(cur, arena, &out->modified, &out->modified_count,
			  err));
	out->start_date = am_u32(cur);
	out->end_date = am_u32(cur);
	if (!cur->short_read)
		return AM_OK;
	if (out->end == AM_RECUR_END_DATE)
		return pattern_check(out, cur, size, version, err);
	out->start_date = AM_RECURRENCE_NO_END;
	out->end_date = AM_RECURRENCE_NO_END;
	out->is_cut = true;
	return AM_OK;
}

/* u16 length + 1, u16 length, the characters */
static enum am_status
narrow_read(struct am_cursor *cur, unsigned codepage, struct am_arena *arena,
	    struct am_text *text_out, struct am_error *err)
{
	struct am_bytes raw;
	size_t len;

	am_skip(cur, 2);
	len = am_u16(cur);
	raw = am_take(cur, len);
	if (cur->short_read)
		return AM_OK;
	return am_text_decode(arena, codepage, raw, text_out, err);
}

static enum am_status
wide_read(struct am_cursor *cur, struct am_arena *arena,
	  struct am_text *text_out, struct am_error *err)
{
	const size_t len = am_u16(cur);
	const struct am_bytes raw = am_take(cur, 2 * len);

	if (cur->short_read)
		return AM_OK;
	return am_text_from_utf16(arena, raw, text_out, err);
}

static uint32_t
flagged_u32(struct am_cursor *cur, unsigned flags, unsigned flag)
{
	return (flags & flag) != 0 ? am_u32(cur) : 0;
}

/* 2.2.1.44.2 ExceptionInfo: what is there depends on OverrideFlags. */
static enum am_status
exception_read(struct am_cursor *cur, unsigned codepage, struct am_arena *arena,
	       struct am_recur_exception *out, struct am_error *err)
{
	out->start = am_u32(cur);
	out->end = am_u32(cur);
	out->original = am_u32(cur);
	out->flags = am_u16(cur);
	if ((out->flags & AM_EXCEPTION_SUBJECT) != 0)
		AM_TRY(narrow_read(cur, codepage, arena, &out->subject, err));
	out->meeting_type =
		flagged_u32(cur, out->flags, AM_EXCEPTION_MEETING_TYPE);
	out->reminder_delta =
		flagged_u32(cur, out->flags, AM_EXCEPTION_REMINDER_DELTA);
	out->reminder_set =
		flagged_u32(cur, out->flags, AM_EXCEPTION_REMINDER_SET);
	if ((out->flags & AM_EXCEPTION_LOCATION) != 0)
		AM_TRY(narrow_read(cur, codepage, arena, &out->location, err));
	out->busy_status =
		flagged_u32(cur, out->flags, AM_EXCEPTION_BUSY_STATUS);
	out->attachment = flagged_u32(cur, out->flags, AM_EXCEPTION_ATTACHMENT);
	out->sub_type = flagged_u32(cur, out->flags, AM_EXCEPTION_SUB_TYPE);
	out->color = flagged_u32(cur, out->flags, AM_EXCEPTION_COLOR);
	return AM_OK;
}

static void
block_skip(struct am_cursor *cur)
{
	const uint32_t size = am_u32(cur);

	am_skip(cur, size);
}

/* 2.2.1.44.4 ExtendedException: the strings again, in Unicode. */
static enum am_status
extended_read(struct am_cursor *cur, unsigned version, struct am_arena *arena,
	      struct am_recur_exception *out, struct am_error *err)
{
	if (version >= VERSION_EXTENDED)
		block_skip(cur); /* ChangeHighlight */
	block_skip(cur);	 /* ReservedBlockEE1 */
	if ((out->flags & STRINGS) == 0)
		return AM_OK;
	am_skip(cur, 12); /* the three times once more */
	if ((out->flags & AM_EXCEPTION_SUBJECT) != 0)
		AM_TRY(wide_read(cur, arena, &out->subject, err));
	if ((out->flags & AM_EXCEPTION_LOCATION) != 0)
		AM_TRY(wide_read(cur, arena, &out->location, err));
	block_skip(cur); /* ReservedBlockEE2 */
	return AM_OK;
}

static enum am_status
exceptions_read(struct am_cursor *cur, unsigned codepage,
		struct am_arena *arena, struct am_recurrence *out, size_t count,
		struct am_error *err)
{
	out->exceptions =
		am_arena_array(arena, count, struct am_recur_exception);
	if (out->exceptions == NULL)
		return am_arena_failed(arena, count * sizeof(*out->exceptions),
				       err);
	while (out->exception_count < count && !cur->short_read) {
		AM_TRY(exception_read(cur, codepage, arena,
				      &out->exceptions[out->exception_count],
				      err));
		if (!cur->short_read)
			out->exception_count++;
	}
	return AM_OK;
}

static int
exception_compare(const void *a, const void *b)
{
	const struct am_recur_exception *left = a;
	const struct am_recur_exception *right = b;

	if (left->original != right->original)
		return left->original < right->original ? -1 : 1;
	return left->start < right->start ? -1 : left->start > right->start;
}

static enum am_status
extension_read(struct am_cursor *cur, unsigned codepage, struct am_arena *arena,
	       struct am_recurrence *out, struct am_error *err)
{
	unsigned version;
	size_t count;
	size_t i;

	am_skip(cur, 4); /* ReaderVersion2 */
	version = am_u32(cur);
	out->start_offset = am_u32(cur);
	out->end_offset = am_u32(cur);
	count = am_u16(cur);
	if (count > AM_RECURRENCE_MAX_EXCEPTIONS) {
		count = AM_RECURRENCE_MAX_EXCEPTIONS;
		out->is_cut = true;
	}
	AM_TRY(exceptions_read(cur, codepage, arena, out, count, err));
	if (!out->is_cut) {
		block_skip(cur); /* ReservedBlock1 */
		for (i = 0; i < count && !cur->short_read; i++)
			AM_TRY(extended_read(cur, version, arena,
					     &out->exceptions[i], err));
	}
	out->is_cut = out->is_cut || cur->short_read;
	if (out->exception_count > 1)
		qsort(out->exceptions, out->exception_count,
		      sizeof(*out->exceptions), exception_compare);
	return AM_OK;
}

static enum am_status
recurrence_new(struct am_arena *arena, struct am_recurrence **out,
	       struct am_error *err)
{
	*out = am_arena_new(arena, struct am_recurrence);
	return *out != NULL ? AM_OK
			    : am_arena_failed(arena, sizeof(**out), err);
}

enum am_status
am_recurrence_pattern(struct am_bytes raw, struct am_arena *arena,
		      struct am_recurrence **recurrence_out,
		      struct am_error *err)
{
	struct am_cursor cur = am_cursor(raw);

	AM_TRY(recurrence_new(arena, recurrence_out, err));
	return pattern_read(&cur, arena, *recurrence_out, err);
}

enum am_status
am_recurrence_appointment(struct am_bytes raw, unsigned codepage,
			  struct am_arena *arena,
			  struct am_recurrence **recurrence_out,
			  struct am_error *err)
{
	struct am_cursor cur = am_cursor(raw);

	AM_TRY(recurrence_new(arena, recurrence_out, err));
	AM_TRY(pattern_read(&cur, arena, *recurrence_out, err));
	return extension_read(&cur, codepage, arena, *recurrence_out, err);
}
