/* The three variants, and the trailers of pages and blocks: [MS-PST] 2.2.2.7.1
 * and 2.2.2.8.1 */
#include "format.h"

#include <string.h>

#include "codec.h"

static const struct pb_format formats[] = {
	{
		.variant = PB_ANSI,
		.ver = 14,
		.ver_client = 19,
		.client = "SM",
		.id_size = 4,
		.header_size = 512,
		.page_size = 512,
		.page_trailer = 12,
		.bt_area = 496,
		.bt_count_size = 1,
		.bt_entry = 12,
		.nbt_entry = 16,
		.bbt_entry = 12,
		.block_trailer = 12,
		.block_align = 64,
		.block_max = 8180,
		.sl_header = 4,
		.hid_index_bits = 11,
		.row_index_size = 2,
		.amap_first = 0x4400,
		.amap_interval = 0x3E000,
		.amap_at = 4,
		.amap_len = 496,
		.amap_unit = 64,
		.has_pmap = true,
		.size_max = INT32_MAX,
	},
	{
		.variant = PB_UNICODE,
		.ver = 23,
		.ver_client = 19,
		.client = "SM",
		.id_size = 8,
		.header_size = 564,
		.page_size = 512,
		.page_trailer = 16,
		.bt_area = 488,
		.bt_count_size = 1,
		.bt_entry = 24,
		.nbt_entry = 32,
		.bbt_entry = 24,
		.block_trailer = 16,
		.block_align = 64,
		.block_max = 8176,
		.sl_header = 8,
		.hid_index_bits = 11,
		.row_index_size = 4,
		.amap_first = 0x4400,
		.amap_interval = 0x3E000,
		.amap_at = 0,
		.amap_len = 496,
		.amap_unit = 64,
		.has_pmap = true,
		.size_max = INT64_MAX,
	},
	{
		.variant = PB_OST4K,
		.ver = 36,
		.ver_client = 12,
		.client = "SO",
		.id_size = 8,
		.header_size = 564,
		.page_size = 4096,
		.page_trailer = 24,
		.bt_area = 4056,
		.bt_count_size = 2,
		.bt_entry = 24,
		.nbt_entry = 32,
		.bbt_entry = 24,
		.block_trailer = 24,
		.block_align = 512,
		.block_max = 65512,
		.sl_header = 8,
		.hid_index_bits = 14,
		.row_index_size = 4,
		.amap_first = 0x22000,
		.amap_interval = 0xFE8000,
		.amap_at = 0,
		.amap_len = 4072,
		.amap_unit = 512,
		.has_pmap = false,
		.size_max = INT64_MAX,
	},
};

const struct pb_format *
pb_format_find(const char *name)
{
	static const char *const names[] = { "ansi", "unicode", "ost4k" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(names[i], name) == 0)
			return &formats[i];
	}
	return NULL;
}

void
pb_page_seal(const struct pb_format *format, uint8_t *page, enum pb_ptype ptype,
	     uint64_t ib, uint64_t bid)
{
	uint8_t *trailer = page + format->page_size - format->page_trailer;
	const bool map = ptype >= PB_PTYPE_FMAP && ptype <= PB_PTYPE_FPMAP;
	const uint32_t crc =
		pb_crc(page, format->page_size - format->page_trailer);

	trailer[0] = (uint8_t)ptype;
	trailer[1] = (uint8_t)ptype;
	pb_put(trailer + 2, 2, map ? 0 : pb_signature(ib, bid));
	if (format->variant == PB_ANSI) {
		pb_put(trailer + 4, 4, map ? ib : bid);
		pb_put(trailer + 8, 4, crc);
		return;
	}
	pb_put(trailer + 4, 4, crc);
	pb_put(trailer + 8, 8, map ? ib : bid);
	if (format->variant == PB_OST4K)
		pb_put(trailer + 16, 8, 1); /* as real files have it */
}

void
pb_block_seal(const struct pb_format *format, uint8_t *block, unsigned stored,
	      unsigned inflated, uint64_t ib, uint64_t bid)
{
	uint8_t *trailer =
		block + pb_block_size(format, stored) - format->block_trailer;
	const uint32_t crc = pb_crc(block, stored);

	pb_put(trailer, 2, stored);
	pb_put(trailer + 2, 2, pb_signature(ib, bid));
	if (format->variant == PB_ANSI) {
		pb_put(trailer + 4, 4, bid);
		pb_put(trailer + 8, 4, crc);
		return;
	}
	pb_put(trailer + 4, 4, crc);
	pb_put(trailer + 8, 8, bid);
	if (format->variant != PB_OST4K)
		return;
	pb_put(trailer + 16, 2, 2); /* as real files have it */
	pb_put(trailer + 18, 2, inflated);
	pb_put(trailer + 20, 4, 0);
}
