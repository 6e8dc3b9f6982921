/* What differs between ANSI, Unicode and 4K files, as one table. */
#ifndef PB_FORMAT_H
#define PB_FORMAT_H

#include "bytes.h"

enum pb_variant {
	PB_ANSI,
	PB_UNICODE,
	PB_OST4K,
};

struct pb_format {
	enum pb_variant variant;
	uint16_t ver;	     /* wVer */
	uint16_t ver_client; /* wVerClient */
	char client[3];	     /* wMagicClient: SM, SO or AB */
	unsigned id_size;    /* bytes of a BID or IB */
	unsigned header_size;

	unsigned page_size;
	unsigned page_trailer;	/* bytes at the end of a page */
	unsigned bt_area;	/* bytes for entries in a BTPAGE */
	unsigned bt_count_size; /* bytes of cEnt and of cEntMax */
	unsigned bt_entry;	/* BTENTRY */
	unsigned nbt_entry;
	unsigned bbt_entry;

	unsigned block_trailer;
	unsigned block_align;
	unsigned block_max; /* largest payload */
	unsigned sl_header; /* of SLBLOCK and SIBLOCK */

	unsigned hid_index_bits;
	unsigned row_index_size; /* TCROWID.dwRowIndex */

	uint64_t amap_first;
	uint64_t amap_interval;
	unsigned amap_at;   /* where the bitmap starts in its page */
	unsigned amap_len;  /* bytes of bitmap */
	unsigned amap_unit; /* bytes of file per bit */
	bool has_pmap;	    /* PMap, FMap and FPMap pages follow */
	uint64_t size_max;
};

/* "ansi", "unicode" or "ost4k"; NULL for another name. */
const struct pb_format *pb_format_find(const char *name);

/* On-disk size of a block with that much stored payload. */
static inline uint64_t
pb_block_size(const struct pb_format *format, uint64_t stored)
{
	return pb_round_up(stored + format->block_trailer, format->block_align);
}

enum pb_ptype {
	PB_PTYPE_BBT = 0x80,
	PB_PTYPE_NBT = 0x81,
	PB_PTYPE_FMAP = 0x82,
	PB_PTYPE_PMAP = 0x83,
	PB_PTYPE_AMAP = 0x84,
	PB_PTYPE_FPMAP = 0x85,
	PB_PTYPE_DLIST = 0x86,
};

/* Completes a page that will lie at ib: type, wSig, CRC, BID. Allocation maps
 * have wSig 0 and their own offset as BID ([MS-PST] 2.2.2.7.1). */
void pb_page_seal(const struct pb_format *format, uint8_t *page,
		  enum pb_ptype ptype, uint64_t ib, uint64_t bid);

/* Completes a block of the on-disk size for stored payload bytes, which are
 * at its start; inflated is their size before compression (4K only). */
void
pb_block_seal(const struct pb_format *format, uint8_t *block, unsigned stored,
	      unsigned inflated, uint64_t ib, uint64_t bid);

#endif
