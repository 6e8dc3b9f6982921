/* [MS-PST] 2.3.2 BTree-on-Heap. The input is "a few blocks". */
#include "fuzz.h"
#include "pst/ltp/bth.h"

static enum am_status
record_visit(void *arg, struct am_bytes key, struct am_bytes data,
	     struct am_error *err)
{
	const struct am_bth *bth = arg;

	(void)err;
	FUZZ_CHECK(key.len == bth->key_size);
	FUZZ_CHECK(data.len == bth->entry_size);
	return AM_OK;
}

static void
bth_read(const struct am_bth *bth)
{
	uint8_t entry[AM_BTH_MAX_ENTRY_SIZE];
	uint64_t key;

	FUZZ_CHECK(bth->entry_size <= AM_BTH_MAX_ENTRY_SIZE);
	(void)am_bth_walk(bth, record_visit, (void *)(uintptr_t)bth, NULL);
	for (key = 0; key < 0x4000; key += 0x37)
		(void)am_bth_find(bth, key, entry, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_archive archive;
	struct am_hn *hn = NULL;
	struct am_bth bth;
	uint32_t hid;

	if (fuzz_archive_open(&archive, am_bytes(data, size)) &&
	    am_hn_open(archive.ndb, &archive.node, &archive.arena, &hn, NULL) ==
		    AM_OK) {
		if (am_bth_open(hn, am_hn_user_root(hn), &bth, NULL) == AM_OK)
			bth_read(&bth);
		/* a TC's row index is not the heap's root */
		for (hid = 0x20; hid < 0x100; hid += 0x20)
			if (am_bth_open(hn, hid, &bth, NULL) == AM_OK)
				bth_read(&bth);
	}
	fuzz_archive_close(&archive);
	return 0;
}
