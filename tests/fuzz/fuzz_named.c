/* [MS-PST] 2.4.7 the name-to-id map. The input is "a few blocks". */
#include "fuzz.h"
#include "pst/messaging/named_prop.h"

static void
map_read(const struct am_named_map *map)
{
	const char *name;
	unsigned set;
	uint32_t lid;
	uint16_t id;
	size_t i;

	for (set = 0; set < AM_GUID_SET_COUNT; set++) {
		const enum am_guid_set guid = (enum am_guid_set)set;

		for (lid = 0x8000; lid < 0x8600; lid += 0x13)
			(void)am_named_find_nth(map, guid, lid, 1);
		for (i = 0; am_named_text_at(map, guid, i, &name, &id); i++) {
			FUZZ_CHECK(name != NULL);
			if (i < 100)
				FUZZ_CHECK(am_named_find_text(map, guid,
							      name) != 0);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_archive archive;
	struct am_named_map *map = NULL;

	if (fuzz_archive_open(&archive, am_bytes(data, size)) &&
	    am_named_open(archive.ndb, &archive.arena, &map, NULL) == AM_OK)
		map_read(map);
	fuzz_archive_close(&archive);
	return 0;
}
