/* [MS-PST] 2.2.2.8 blocks: trailers, encodings, and the zlib streams of 4K
 * files. The input is "a few blocks". */
#include <stdlib.h>

#include "fuzz.h"
#include "pst/ndb/block.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_archive archive;
	struct am_block block;
	struct am_bytes payload;
	size_t i;

	if (fuzz_archive_open(&archive, am_bytes(data, size))) {
		for (i = 0; i < archive.bid_count; i++) {
			uint8_t *buffer;

			if (am_block_find(archive.ndb, archive.bids[i], &block,
					  NULL) != AM_OK)
				continue;
			/* exactly the room that is asked for */
			buffer = malloc(am_block_room(archive.ndb, &block));
			if (am_block_read(archive.ndb, &block, buffer, &payload,
					  NULL) == AM_OK)
				FUZZ_CHECK(payload.len <=
					   am_block_room(archive.ndb, &block));
			free(buffer);
			(void)am_kept_block_get(archive.ndb, archive.bids[i],
						&payload, NULL);
		}
	}
	fuzz_archive_close(&archive);
	return 0;
}
