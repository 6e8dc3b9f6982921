/* [MS-PST] 2.3.3 Property Context. The input is "a few blocks". */
#include "fuzz.h"
#include "pst/ltp/pc.h"

static void
pc_read(struct fuzz_archive *archive, const struct am_pc *pc)
{
	struct am_prop prop;
	struct am_prop same;
	struct am_text text;
	struct am_bytes bytes;
	uint16_t last = 0;
	size_t i;

	for (i = 0; am_pc_at(pc, i, &prop); i++) {
		FUZZ_CHECK(i == 0 || prop.id >= last);
		last = prop.id;
		if (am_pc_find(pc, prop.id, &same))
			FUZZ_CHECK(same.id == prop.id);
		(void)am_pc_int(pc, prop.id, -1);
		(void)am_pc_time(pc, prop.id);
		am_arena_reset(&archive->values);
		if (am_pc_text(pc, prop.id, AM_CP_1252, &archive->values, &text,
			       NULL) != AM_OK)
			text.len = 0;
		if (am_pc_bytes(pc, prop.id, &archive->values, &bytes, NULL) !=
		    AM_OK)
			bytes.len = 0;
		if (!fuzz_archive_spend(archive, text.len + bytes.len))
			return;
	}
	FUZZ_CHECK(i <= AM_PC_MAX_PROPS);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_archive archive;
	struct am_pc *pc = NULL;

	if (fuzz_archive_open(&archive, am_bytes(data, size)) &&
	    am_pc_open(archive.ndb, &archive.node, &archive.arena, &pc, NULL) ==
		    AM_OK)
		pc_read(&archive, pc);
	fuzz_archive_close(&archive);
	return 0;
}
