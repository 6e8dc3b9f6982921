/* [MS-OXOCAL] 2.2.1.39, 2.2.1.41 time zones, as struct and as definition, and
 * the VTIMEZONE that they become. */
#include "fuzz.h"
#include "ical/zone.h"

static void
zone_check(const struct am_timezone *zone, struct am_arena *arena)
{
	static const int years[] = { 1601, 1970, 2007, 4500 };
	struct am_ical_zone *made = NULL;
	struct am_error err = { 0 };
	size_t i;

	FUZZ_CHECK(zone->count > 0 && zone->count <= AM_TIMEZONE_MAX_RULES);
	for (i = 0; i < 4; i++) {
		const int64_t at =
			am_time_from_civil(years[i], 6, 15, 12, 0, 0);
		const int64_t ahead = am_timezone_offset(zone, at);

		FUZZ_CHECK(ahead < 86400 && ahead > -86400);
		(void)am_timezone_offset_local(zone, at + ahead);
	}
	if (am_ical_zone_make(zone, "", arena, &made, &err) != AM_OK)
		return;
	FUZZ_CHECK(made->component.len <= AM_ICAL_ZONE_MAX);
	FUZZ_CHECK(strpbrk(made->tzid, "\";:,\r\n") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct am_bytes raw = am_bytes(data, size);
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };
	struct am_timezone *zone = NULL;

	if (am_timezone_struct(raw, &arena, &zone, &err) == AM_OK)
		zone_check(zone, &arena);
	else
		FUZZ_CHECK(err.text[0] != '\0');
	if (am_timezone_definition(raw, &arena, &zone, &err) == AM_OK)
		zone_check(zone, &arena);
	am_arena_free(&arena);
	return 0;
}
