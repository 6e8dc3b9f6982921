/* The sums of a run as text, which the journal keeps and gives back. */
#include "fuzz.h"
#include "transfer/row.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_summary summary = { .format = "Unicode" };
	struct am_summary again = { .format = "Unicode" };
	struct am_arena arena = { 0 };
	char saved[AM_COUNTERS_SIZE];
	char second[AM_COUNTERS_SIZE];
	char json[64];
	const char *text = am_arena_text(&arena, (const char *)data, size);

	if (text != NULL && am_summary_load(&summary, text)) {
		am_summary_save(&summary, saved);
		FUZZ_CHECK(am_summary_load(&again, saved));
		am_summary_save(&again, second);
		FUZZ_CHECK(strcmp(saved, second) == 0);
		FUZZ_CHECK(am_summary_json(&summary, text, json, sizeof(json)) >
			   100);
		FUZZ_CHECK(strlen(json) == sizeof(json) - 1);
	}
	am_arena_free(&arena);
	return 0;
}
