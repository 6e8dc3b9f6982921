/* [MS-PST] 2.2.2.8.3.3 subnode trees. The input is "a few blocks". */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_archive archive;
	struct am_node *nodes = NULL;
	struct am_node found;
	size_t count = 0;
	size_t i;

	if (fuzz_archive_open(&archive, am_bytes(data, size)) &&
	    am_subnode_list(archive.ndb, archive.node.bid_sub, &archive.arena,
			    &nodes, &count, NULL) == AM_OK) {
		FUZZ_CHECK(count <= AM_SUBNODE_MAX_COUNT);
		for (i = 0; i < count && fuzz_archive_spend(&archive, 0); i++)
			if (am_subnode_find(archive.ndb, archive.node.bid_sub,
					    nodes[i].nid, &found,
					    NULL) == AM_OK)
				FUZZ_CHECK(found.nid == nodes[i].nid);
		(void)am_subnode_find(archive.ndb, archive.node.bid_sub,
				      UINT32_MAX, &found, NULL);
	}
	fuzz_archive_close(&archive);
	return 0;
}
