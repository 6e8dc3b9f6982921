/* [MS-OXOCAL] 2.2.1.44 recurrence blobs, and the rules that they become. The
 * input: the code page (two bytes), the blob. */
#include "base/buf.h"
#include "base/time.h"
#include "fuzz.h"
#include "ical/rule.h"

static void
exceptions_check(const struct am_recurrence *recurrence)
{
	size_t i;

	FUZZ_CHECK(recurrence->exception_count <= AM_RECURRENCE_MAX_EXCEPTIONS);
	FUZZ_CHECK(recurrence->deleted_count <= AM_RECURRENCE_MAX_DATES);
	for (i = 0; i < recurrence->exception_count; i++) {
		const struct am_recur_exception *one =
			&recurrence->exceptions[i];

		FUZZ_CHECK(am_utf8_is_valid(
			am_bytes(one->subject.data, one->subject.len)));
		FUZZ_CHECK(am_utf8_is_valid(
			am_bytes(one->location.data, one->location.len)));
		FUZZ_CHECK(i == 0 || one[-1].original <= one->original);
	}
}

static void
rule_check(const struct am_recurrence *recurrence, struct am_arena *arena)
{
	const struct am_ical_series series = {
		recurrence, am_recurrence_seconds(recurrence->start_date),
		false, 3600
	};
	struct am_error err = { 0 };
	char text[AM_ICAL_RULE_SIZE];
	int64_t *instances;
	size_t count = 0;
	bool is_cut;

	am_ical_rule(&series, text);
	FUZZ_CHECK(strncmp(text, "FREQ=", 5) == 0);
	FUZZ_CHECK(strstr(text, "COUNT=") == NULL ||
		   strstr(text, "UNTIL=") == NULL);
	if (!am_ical_is_other_calendar(recurrence))
		(void)am_ical_rule_has_start(&series);
	else if (am_ical_instances(&series, arena, &instances, &count, &is_cut,
				   &err) == AM_OK)
		FUZZ_CHECK(count <= AM_ICAL_MAX_INSTANCES);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_cursor cur = am_cursor(am_bytes(data, size));
	const unsigned codepage = am_u16(&cur);
	const struct am_bytes raw = am_take(&cur, cur.left);
	struct am_recurrence *recurrence = NULL;
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };

	if (am_recurrence_appointment(raw, codepage, &arena, &recurrence,
				      &err) == AM_OK) {
		exceptions_check(recurrence);
		rule_check(recurrence, &arena);
	} else {
		FUZZ_CHECK(err.text[0] != '\0');
	}
	(void)am_recurrence_pattern(raw, &arena, &recurrence, &err);
	am_arena_free(&arena);
	return 0;
}
