/* [MS-OXCDATA] 2.11 property values, each in every form that can be asked for.
 * The input is "a few blocks". */
#include "fuzz.h"
#include "pst/ltp/pc.h"

static bool
prop_read(struct fuzz_archive *archive, const struct am_prop *prop)
{
	struct am_stream *stream = NULL;
	struct am_bytes *items = NULL;
	struct am_bytes bytes = { NULL, 0 };
	struct am_text text;
	uint64_t size = 0;
	uint32_t object[2];
	int64_t value;
	size_t count = 0;

	am_arena_reset(&archive->values);
	(void)am_prop_int(prop, &value);
	(void)am_prop_time(prop);
	(void)am_prop_object(prop, &object[0], &object[1], NULL);
	if (am_prop_bytes(prop, 0, &archive->values, &bytes, NULL) == AM_OK)
		FUZZ_CHECK(bytes.data != NULL);
	if (am_prop_text(prop, 932, &archive->values, &text, NULL) == AM_OK)
		FUZZ_CHECK(am_utf8_is_valid(am_bytes(text.data, text.len)) &&
			   text.data[text.len] == '\0');
	if (am_prop_items(prop, &archive->values, &items, &count, NULL) ==
	    AM_OK)
		FUZZ_CHECK(count <= AM_PROP_MAX_ITEMS);
	if (am_prop_open(prop, &archive->values, &stream, &size, NULL) == AM_OK)
		(void)fuzz_drain(stream, archive->left);
	return fuzz_archive_spend(archive, 4 * (uint64_t)bytes.len +
						   count * sizeof(*items));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_archive archive;
	struct am_pc *pc = NULL;
	struct am_prop prop;
	size_t i;

	if (fuzz_archive_open(&archive, am_bytes(data, size)) &&
	    am_pc_open(archive.ndb, &archive.node, &archive.arena, &pc, NULL) ==
		    AM_OK)
		for (i = 0; am_pc_at(pc, i, &prop); i++)
			if (!prop_read(&archive, &prop))
				break;
	fuzz_archive_close(&archive);
	return 0;
}
