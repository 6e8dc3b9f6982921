/* [MS-PST] 2.3.4 Table Context. The input is "a few blocks". */
#include "fuzz.h"
#include "pst/ltp/tc.h"

static bool
row_read(struct fuzz_archive *archive, struct am_tc *tc,
	 const struct am_tc_row *row)
{
	struct am_prop prop;
	struct am_text text;
	struct am_bytes bytes;
	int64_t value;
	uint16_t id;
	uint16_t type;
	size_t i;

	for (i = 0; am_tc_column(tc, i, &id, &type); i++) {
		bytes.len = 0;
		am_arena_reset(&archive->values);
		if (am_tc_cell(tc, row, id, &prop)) {
			(void)am_prop_int(&prop, &value);
			(void)am_prop_time(&prop);
			(void)am_prop_text(&prop, AM_CP_1252, &archive->values,
					   &text, NULL);
			if (am_prop_bytes(&prop, 0, &archive->values, &bytes,
					  NULL) != AM_OK)
				bytes.len = 0;
		}
		if (!fuzz_archive_spend(archive, bytes.len))
			return false;
	}
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_archive archive;
	struct am_tc *tc = NULL;
	struct am_tc_row row;
	uint32_t position = 0;

	if (fuzz_archive_open(&archive, am_bytes(data, size)) &&
	    am_tc_open(archive.ndb, &archive.node, &archive.arena, &tc, NULL) ==
		    AM_OK)
		while (am_tc_next(tc, &position, &row, NULL) == AM_OK)
			if (!row_read(&archive, tc, &row))
				break;
	fuzz_archive_close(&archive);
	return 0;
}
