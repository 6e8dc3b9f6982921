/* [MS-PST] 2.3.1 Heap-on-Node. */
#include "pst/ltp/hn.h"

#include <inttypes.h>

#include "base/cursor.h"
#include "pst/ndb/format.h"

enum {
	HN_SIG = 0xec,
	HID_TYPE_BITS = 5,
	HID_TYPE_MASK = 0x1f,
	/* a heap may inflate to more than the file, but not to any size */
	HEAP_MAX_EXTRA = 64 << 20
};

struct am_hn {
	struct am_ndb *ndb;
	struct am_node node;
	struct am_data *data;
	unsigned client;
	uint32_t user_root;
	unsigned index_bits; /* of a HID; the rest is the block */
};

/* An error of a layer below, with the place that is known here. */
static enum am_status
in_node(const struct am_hn *hn, enum am_status status, struct am_error *err)
{
	if (status != AM_OK && status != AM_END && err != NULL)
		err->nid = hn->node.nid;
	return status;
}

/* [MS-PST] 2.3.1.2 HNHDR */
static enum am_status
header_read(struct am_hn *hn, struct am_error *err)
{
	struct am_bytes block;
	struct am_cursor cur;
	unsigned sig;

	AM_TRY(am_data_block(hn->data, 0, &block, err));
	cur = am_cursor(block);
	am_skip(&cur, 2); /* ibHnpm */
	sig = am_u8(&cur);
	hn->client = am_u8(&cur);     /* bClientSig */
	hn->user_root = am_u32(&cur); /* hidUserRoot */
	am_skip(&cur, 4);	      /* rgbFillLevel */
	if (!am_cursor_ok(&cur))
		return am_fail(err, AM_CORRUPT,
			       "the HNHDR has %zu bytes, want 12", block.len);
	if (sig != HN_SIG)
		return am_fail(err, AM_CORRUPT, "HNHDR.bSig is %#x, want %#x",
			       sig, HN_SIG);
	return AM_OK;
}

enum am_status
am_hn_open(struct am_ndb *ndb, const struct am_node *node,
	   struct am_arena *arena, struct am_hn **hn_out, struct am_error *err)
{
	struct am_hn *hn = am_arena_new(arena, struct am_hn);
	enum am_status status;

	if (hn == NULL)
		return am_arena_failed(arena, sizeof(*hn), err);
	hn->ndb = ndb;
	hn->node = *node;
	hn->index_bits = am_ndb_format_of(ndb)->hid_index_bits;
	status = am_data_open(ndb, node->bid_data, arena, &hn->data, err);
	if (status == AM_OK && am_data_block_count(hn->data) == 0)
		status = am_fail(err, AM_NOT_FOUND, "the node has no data");
	if (status == AM_OK)
		status = header_read(hn, err);
	*hn_out = hn;
	return in_node(hn, status, err);
}

unsigned
am_hn_client(const struct am_hn *hn)
{
	return hn->client;
}

uint32_t
am_hn_user_root(const struct am_hn *hn)
{
	return hn->user_root;
}

struct am_ndb *
am_hn_ndb(const struct am_hn *hn)
{
	return hn->ndb;
}

const struct am_node *
am_hn_node(const struct am_hn *hn)
{
	return &hn->node;
}

uint64_t
am_hn_max_size(const struct am_hn *hn)
{
	const uint64_t file_size = am_ndb_info(hn->ndb)->file_size;
	const uint64_t most = 4 * file_size + HEAP_MAX_EXTRA;
	const uint64_t size = (uint64_t)am_data_block_count(hn->data) *
			      am_ndb_format_of(hn->ndb)->block_max;

	return size < most ? size : most;
}

bool
am_hnid_is_hid(uint32_t hnid)
{
	return (hnid & HID_TYPE_MASK) == 0;
}

/* [MS-PST] 2.3.1.5 HNPAGEMAP: allocation index (from 1) of a block. */
static enum am_status
allocation_find(struct am_bytes block, size_t index, struct am_bytes *out,
		struct am_error *err)
{
	struct am_cursor cur = am_cursor(block);
	const size_t map = am_u16(&cur); /* ibHnpm, in all kinds of headers */
	size_t count;
	size_t start;
	size_t end;

	cur = am_cursor(block);
	am_skip(&cur, map);
	count = am_u16(&cur); /* cAlloc */
	am_skip(&cur, 2);     /* cFree */
	if (!am_cursor_ok(&cur))
		return am_fail(err, AM_CORRUPT,
			       "HNHDR.ibHnpm is %zu in a block of %zu bytes",
			       map, block.len);
	if (index == 0 || index > count)
		return am_fail(err, AM_CORRUPT,
			       "HID.hidIndex is %zu, want 1 to %zu", index,
			       count);
	am_skip(&cur, 2 * (index - 1));
	start = am_u16(&cur); /* rgibAlloc */
	end = am_u16(&cur);
	if (!am_cursor_ok(&cur) || start > end ||
	    !am_slice(block, start, end - start, out))
		return am_fail(err, AM_CORRUPT,
			       "HNPAGEMAP.rgibAlloc[%zu] is %zu to %zu in a "
			       "block of %zu bytes",
			       index - 1, start, end, block.len);
	return AM_OK;
}

static enum am_status
allocation_get(struct am_hn *hn, uint32_t hid, struct am_bytes *out,
	       struct am_error *err)
{
	const uint32_t index_mask = ((uint32_t)1 << hn->index_bits) - 1;
	const size_t index = hid >> HID_TYPE_BITS & index_mask;
	const size_t number = hid >> (HID_TYPE_BITS + hn->index_bits);
	struct am_bytes block;

	if (!am_hnid_is_hid(hid))
		return am_fail(err, AM_CORRUPT,
			       "HID %#" PRIx32 " has the type %#x", hid,
			       hid & HID_TYPE_MASK);
	if (number >= am_data_block_count(hn->data))
		return am_fail(err, AM_CORRUPT,
			       "HID.hidBlockIndex is %zu, the heap has %zu "
			       "blocks",
			       number, am_data_block_count(hn->data));
	AM_TRY(am_data_block(hn->data, number, &block, err));
	return allocation_find(block, index, out, err);
}

enum am_status
am_hn_get(struct am_hn *hn, uint32_t hid, struct am_arena *arena,
	  struct am_bytes *bytes_out, struct am_error *err)
{
	struct am_bytes found;
	enum am_status status;

	*bytes_out = am_bytes(NULL, 0);
	if (hid == 0)
		return AM_OK;
	status = allocation_get(hn, hid, &found, err);
	if (status == AM_OK && arena != NULL)
		return am_arena_copy(arena, found, bytes_out, err);
	if (status == AM_OK)
		*bytes_out = found;
	return in_node(hn, status, err);
}

/* The data of the subnode that hnid names. */
static enum am_status
subnode_open(struct am_hn *hn, uint32_t hnid, struct am_arena *arena,
	     struct am_data **data_out, struct am_error *err)
{
	struct am_node node;
	enum am_status status;

	status = am_subnode_find(hn->ndb, hn->node.bid_sub, hnid, &node, err);
	if (status == AM_OK)
		status = am_data_open(hn->ndb, node.bid_data, arena, data_out,
				      err);
	return in_node(hn, status, err);
}

enum am_status
am_hnid_view(struct am_hn *hn, uint32_t hnid, size_t max,
	     struct am_arena *arena, struct am_bytes *bytes_out,
	     struct am_error *err)
{
	struct am_data *data;
	struct am_error local;
	enum am_status status;

	if (am_hnid_is_hid(hnid)) {
		AM_TRY(am_hn_get(hn, hnid, NULL, bytes_out, err));
		if (bytes_out->len > max)
			return am_fail(err, AM_LIMIT,
				       "a value has %zu bytes, want at most "
				       "%zu",
				       bytes_out->len, max);
		return AM_OK;
	}
	*bytes_out = am_bytes(NULL, 0);
	AM_TRY(subnode_open(hn, hnid, arena, &data, err));
	status = in_node(hn, am_data_read(data, max, arena, bytes_out, &local),
			 &local);
	if (status == AM_OK)
		return AM_OK;
	if (am_is_damage(status) && bytes_out->len > 0) {
		am_report_add(am_ndb_report(hn->ndb), "value-cut", &local);
		return AM_OK;
	}
	if (err != NULL)
		*err = local;
	return status;
}

enum am_status
am_hnid_get(struct am_hn *hn, uint32_t hnid, size_t max, struct am_arena *arena,
	    struct am_bytes *bytes_out, struct am_error *err)
{
	AM_TRY(am_hnid_view(hn, hnid, max, arena, bytes_out, err));
	if (!am_hnid_is_hid(hnid))
		return AM_OK;
	return am_arena_copy(arena, *bytes_out, bytes_out, err);
}

enum am_status
am_hnid_size(struct am_hn *hn, uint32_t hnid, uint64_t *size_out,
	     struct am_error *err)
{
	struct am_node node;
	enum am_status status;
	struct am_bytes bytes;

	if (am_hnid_is_hid(hnid)) {
		AM_TRY(am_hn_get(hn, hnid, NULL, &bytes, err));
		*size_out = bytes.len;
		return AM_OK;
	}
	status = am_subnode_find(hn->ndb, hn->node.bid_sub, hnid, &node, err);
	if (status == AM_OK)
		status = am_data_find_size(hn->ndb, node.bid_data, size_out,
					   err);
	return in_node(hn, status, err);
}

enum am_status
am_hnid_open(struct am_hn *hn, uint32_t hnid, struct am_arena *arena,
	     struct am_stream **stream_out, struct am_error *err)
{
	struct am_data *data;
	struct am_bytes bytes;

	if (am_hnid_is_hid(hnid)) {
		AM_TRY(am_hn_get(hn, hnid, arena, &bytes, err));
		return am_stream_of_bytes(arena, bytes, stream_out, err);
	}
	AM_TRY(subnode_open(hn, hnid, arena, &data, err));
	return am_data_stream(data, arena, stream_out, err);
}
