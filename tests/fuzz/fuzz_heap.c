/* [MS-PST] 2.3.1 Heap-on-Node, and values by HNID. The input is "a few
 * blocks". */
#include "fuzz.h"
#include "pst/ltp/hn.h"

static bool
value_read(struct fuzz_archive *archive, struct am_hn *hn, uint32_t hnid)
{
	struct am_stream *stream = NULL;
	struct am_bytes bytes = { NULL, 0 };
	uint64_t size = 0;

	am_arena_reset(&archive->values);
	(void)am_hn_get(hn, hnid, NULL, &bytes, NULL);
	if (am_hnid_get(hn, hnid, 1 << 20, &archive->values, &bytes, NULL) !=
	    AM_OK)
		bytes.len = 0;
	(void)am_hnid_size(hn, hnid, &size, NULL);
	if (am_hnid_open(hn, hnid, &archive->values, &stream, NULL) == AM_OK)
		(void)fuzz_drain(stream, archive->left);
	return fuzz_archive_spend(archive, 2 * (uint64_t)bytes.len);
}

static void
heap_read(struct fuzz_archive *archive, struct am_hn *hn)
{
	struct am_node *nodes = NULL;
	size_t count = 0;
	uint32_t block;
	uint32_t index;
	size_t i;

	(void)am_hn_max_size(hn);
	if (!value_read(archive, hn, am_hn_user_root(hn)))
		return;
	for (block = 0; block < 4; block++)
		for (index = 1; index < 40; index++)
			if (!value_read(archive, hn, block << 16 | index << 5))
				return;
	if (am_subnode_list(archive->ndb, archive->node.bid_sub,
			    &archive->arena, &nodes, &count, NULL) != AM_OK)
		return;
	for (i = 0; i < count; i++)
		if (!value_read(archive, hn, nodes[i].nid))
			return;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_archive archive;
	struct am_hn *hn = NULL;

	if (fuzz_archive_open(&archive, am_bytes(data, size)) &&
	    am_hn_open(archive.ndb, &archive.node, &archive.arena, &hn, NULL) ==
		    AM_OK)
		heap_read(&archive, hn);
	fuzz_archive_close(&archive);
	return 0;
}
