/* The three variants of the file format, as a table. */
#include "pst/ndb/format.h"

static void
ansi_trailer_tail(struct am_cursor *cur, uint32_t *crc_out, uint64_t *bid_out)
{
	*bid_out = am_u32(cur);
	*crc_out = am_u32(cur);
}

static void
unicode_trailer_tail(struct am_cursor *cur, uint32_t *crc_out,
		     uint64_t *bid_out)
{
	*crc_out = am_u32(cur);
	*bid_out = am_u64(cur);
}

static void
plain_block_sizes(struct am_cursor *cur, struct am_block *block)
{
	block->cb = am_u16(cur);
	block->cb_inflated = block->cb;
}

/* cbInflated 0: the block's trailer knows. */
static void
zlib_block_sizes(struct am_cursor *cur, struct am_block *block)
{
	block->cb = am_u16(cur);
	block->cb_inflated = am_u16(cur);
}

#define UNICODE_HEADER                                                         \
	{                                                                      \
		.size = 564, .unique = 40, .file_eof = 184, .bref_nbt = 216,   \
		.amap_valid = 248, .sentinel = 512, .crypt = 513,              \
		.crc_full = 524,                                               \
	}

static const struct am_ndb_format formats[AM_NDB_VARIANT_COUNT] = {
	[AM_NDB_ANSI] = {
		.variant = AM_NDB_ANSI,
		.name = "ANSI",
		.header = {
			.size = 512,
			.unique = 32,
			.file_eof = 168,
			.bref_nbt = 184,
			.amap_valid = 200,
			.sentinel = 460,
			.crypt = 461,
		},
		.id_size = 4,
		.page_size = 512,
		.page_trailer_size = 12,
		.page_entries_size = 496,
		.page_count_size = 1,
		.btentry_size = 12,
		.nbtentry_size = 16,
		.bbtentry_size = 12,
		.block_trailer_size = 12,
		.block_align = 64,
		.block_max = 8192,
		.subnode_header_size = 4,
		.hid_index_bits = 11,
		.row_index_size = 2,
		.trailer_tail = ansi_trailer_tail,
		.block_sizes = plain_block_sizes,
	},
	[AM_NDB_UNICODE] = {
		.variant = AM_NDB_UNICODE,
		.name = "Unicode",
		.header = UNICODE_HEADER,
		.id_size = 8,
		.page_size = 512,
		.page_trailer_size = 16,
		.page_entries_size = 488,
		.page_count_size = 1,
		.btentry_size = 24,
		.nbtentry_size = 32,
		.bbtentry_size = 24,
		.block_trailer_size = 16,
		.block_align = 64,
		.block_max = 8192,
		.subnode_header_size = 8,
		.hid_index_bits = 11,
		.row_index_size = 4,
		.trailer_tail = unicode_trailer_tail,
		.block_sizes = plain_block_sizes,
	},
	[AM_NDB_4K] = {
		.variant = AM_NDB_4K,
		.name = "4K",
		.header = UNICODE_HEADER,
		.id_size = 8,
		.page_size = 4096,
		.page_trailer_size = 24,
		.page_entries_size = 4056,
		.page_count_size = 2,
		.btentry_size = 24,
		.nbtentry_size = 32,
		.bbtentry_size = 24,
		.block_trailer_size = 24,
		.block_align = 512,
		.block_max = 65536,
		.crc_zero_is_none = true,
		.subnode_header_size = 8,
		.hid_index_bits = 14,
		.row_index_size = 4,
		.trailer_tail = unicode_trailer_tail,
		.block_sizes = zlib_block_sizes,
	},
};

const struct am_ndb_format *
am_ndb_format(enum am_ndb_variant variant)
{
	return &formats[variant];
}

bool
am_page_trailer_decode(const struct am_ndb_format *format, struct am_bytes raw,
		       struct am_page_trailer *out)
{
	const size_t at = format->page_size - format->page_trailer_size;
	struct am_cursor cur;

	if (!am_slice(raw, at, format->page_trailer_size, &raw))
		return false;
	cur = am_cursor(raw);
	out->ptype = am_u8(&cur);
	out->ptype_repeat = am_u8(&cur);
	out->sig = am_u16(&cur); /* wSig */
	format->trailer_tail(&cur, &out->crc, &out->bid);
	return am_cursor_ok(&cur);
}

bool
am_block_trailer_decode(const struct am_ndb_format *format, struct am_bytes raw,
			struct am_block_trailer *out)
{
	const size_t size = format->block_trailer_size;
	struct am_cursor cur;

	if (raw.len < size || !am_slice(raw, raw.len - size, size, &raw))
		return false;
	cur = am_cursor(raw);
	out->cb = am_u16(&cur);
	out->sig = am_u16(&cur); /* wSig */
	format->trailer_tail(&cur, &out->crc, &out->bid);
	if (!am_cursor_ok(&cur))
		return false;
	am_skip(&cur, 2); /* 4K: observed 2, meaning unknown */
	out->cb_inflated = am_u16(&cur);
	return true;
}

uint16_t
am_ndb_sig(uint64_t ib, uint64_t bid)
{
	const uint32_t mixed = (uint32_t)ib ^ (uint32_t)bid;

	return (uint16_t)(mixed >> 16 ^ mixed);
}

struct am_bref
am_bref_decode(const struct am_ndb_format *format, struct am_cursor *cur)
{
	struct am_bref bref;

	bref.bid = am_uint(cur, format->id_size);
	bref.ib = am_uint(cur, format->id_size);
	return bref;
}

bool
am_nbtentry_decode(const struct am_ndb_format *format, struct am_bytes raw,
		   struct am_node *out)
{
	struct am_cursor cur = am_cursor(raw);

	/* eight bytes in Unicode files, of which the upper half may be
	 * garbage */
	out->nid = (uint32_t)am_uint(&cur, format->id_size);
	out->bid_data = am_uint(&cur, format->id_size);
	out->bid_sub = am_uint(&cur, format->id_size);
	out->nid_parent = am_u32(&cur);
	return am_cursor_ok(&cur);
}

bool
am_slentry_decode(const struct am_ndb_format *format, struct am_bytes raw,
		  struct am_node *out)
{
	struct am_cursor cur = am_cursor(raw);

	out->nid = (uint32_t)am_uint(&cur, format->id_size);
	out->bid_data = am_uint(&cur, format->id_size);
	out->bid_sub = am_uint(&cur, format->id_size);
	out->nid_parent = 0;
	return am_cursor_ok(&cur);
}

bool
am_bbtentry_decode(const struct am_ndb_format *format, struct am_bytes raw,
		   struct am_block *out)
{
	struct am_cursor cur = am_cursor(raw);
	const struct am_bref bref = am_bref_decode(format, &cur);

	out->bid = bref.bid;
	out->ib = bref.ib;
	format->block_sizes(&cur, out);
	return am_cursor_ok(&cur);
}
