/* [MS-PST] 2.2.2.8.3.2 data trees. The input is "a few blocks". */
#include "fuzz.h"

static void
data_read(struct fuzz_archive *archive, struct am_data *data)
{
	const size_t count = am_data_block_count(data);
	struct am_stream *stream = NULL;
	struct am_bytes bytes;
	size_t i;

	(void)am_data_size(data);
	for (i = 0; i <= count; i++) {
		if (am_data_block(data, i, &bytes, NULL) != AM_OK)
			bytes.len = 0;
		if (!fuzz_archive_spend(archive, bytes.len))
			return;
	}
	(void)am_data_read(data, 1 << 20, &archive->values, &bytes, NULL);
	if (am_data_stream(data, &archive->arena, &stream, NULL) == AM_OK)
		(void)fuzz_drain(stream, archive->left);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_archive archive;
	struct am_data *tree = NULL;
	uint64_t total = 0;

	if (fuzz_archive_open(&archive, am_bytes(data, size))) {
		(void)am_data_find_size(archive.ndb, archive.node.bid_data,
					&total, NULL);
		if (am_data_open(archive.ndb, archive.node.bid_data,
				 &archive.arena, &tree, NULL) == AM_OK)
			data_read(&archive, tree);
	}
	fuzz_archive_close(&archive);
	return 0;
}
