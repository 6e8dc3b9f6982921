/* What differs between ANSI, Unicode and 4K files: one table, chosen once at
 * open. [MS-PST] 2.2.2; the 4K variant has no document. */
#ifndef AM_PST_NDB_FORMAT_H
#define AM_PST_NDB_FORMAT_H

#include "base/cursor.h"
#include "pst/ndb/ndb.h"

/* [MS-PST] 2.2.2.7.1 PAGETRAILER */
struct am_page_trailer {
	uint8_t ptype;
	uint8_t ptype_repeat;
	uint16_t sig;
	uint32_t crc;
	uint64_t bid;
};

/* [MS-PST] 2.2.2.8.1 BLOCKTRAILER */
struct am_block_trailer {
	uint16_t cb; /* as stored */
	uint16_t sig;
	uint32_t crc;
	uint64_t bid;
	uint16_t cb_inflated; /* 4K only, else 0 */
};

/* [MS-PST] 2.2.2.7.7.3 BBTENTRY: where a block is. */
struct am_block {
	uint64_t bid;	      /* as the BBT has it, bit 0 included */
	uint64_t ib;	      /* bytes from the start of the file */
	uint32_t cb;	      /* bytes stored, without padding and trailer */
	uint32_t cb_inflated; /* bytes of payload; cb: not compressed */
};

/* Byte offsets of the fields of HEADER and ROOT; 0: the variant has none. */
struct am_header_layout {
	size_t size;
	size_t unique;	   /* dwUnique */
	size_t file_eof;   /* ROOT.ibFileEof */
	size_t bref_nbt;   /* ROOT.BREFNBT; BREFBBT follows */
	size_t amap_valid; /* ROOT.fAMapValid */
	size_t sentinel;
	size_t crypt;	 /* bCryptMethod */
	size_t crc_full; /* dwCRCFull */
};

struct am_ndb_format {
	enum am_ndb_variant variant;
	const char *name;
	struct am_header_layout header;
	size_t id_size; /* of BID, IB and the keys of the B-trees */

	size_t page_size;
	size_t page_trailer_size;
	size_t page_entries_size; /* where the counters are */
	size_t page_count_size;	  /* of cEnt and cEntMax */
	size_t btentry_size;
	size_t nbtentry_size;
	size_t bbtentry_size;

	size_t block_trailer_size;
	size_t block_align;
	size_t block_max;      /* on disk, with the trailer */
	bool crc_zero_is_none; /* a block's dwCRC 0 means "not computed" */

	size_t subnode_header_size; /* of SLBLOCK and SIBLOCK */

	unsigned hid_index_bits; /* of a HID, above the five of its type */
	size_t row_index_size;	 /* of TCROWID.dwRowIndex */

	/* dwCRC and bid, in the order of the variant */
	void (*trailer_tail)(struct am_cursor *cur, uint32_t *crc_out,
			     uint64_t *bid_out);
	/* the sizes of a BBTENTRY, behind its BREF */
	void (*block_sizes)(struct am_cursor *cur, struct am_block *block);
};

/* Never NULL. */
const struct am_ndb_format *am_ndb_format(enum am_ndb_variant variant);

const struct am_ndb_format *am_ndb_format_of(const struct am_ndb *ndb);

enum { AM_NDB_VARIANT_COUNT = 3 };

/* Payload bytes of the largest block. */
static inline size_t
am_format_block_payload(const struct am_ndb_format *format)
{
	return format->block_max - format->block_trailer_size;
}

/* Bytes that a block of cb bytes takes on disk, trailer included. */
static inline size_t
am_format_block_total(const struct am_ndb_format *format, size_t cb)
{
	const size_t align = format->block_align;

	return (cb + format->block_trailer_size + align - 1) / align * align;
}

/* The last bytes of a page or block; false if raw is too short for one. */
bool am_page_trailer_decode(const struct am_ndb_format *format,
			    struct am_bytes raw, struct am_page_trailer *out);
bool am_block_trailer_decode(const struct am_ndb_format *format,
			     struct am_bytes raw, struct am_block_trailer *out);

/* [MS-PST] 5.5: what wSig must be for a page or block at ib. */
uint16_t am_ndb_sig(uint64_t ib, uint64_t bid);

struct am_bref
am_bref_decode(const struct am_ndb_format *format, struct am_cursor *cur);

/* [MS-PST] 2.2.2.7.7.4 NBTENTRY, 2.2.2.8.3.3.1.1 SLENTRY */
bool am_nbtentry_decode(const struct am_ndb_format *format, struct am_bytes raw,
			struct am_node *out);
bool am_slentry_decode(const struct am_ndb_format *format, struct am_bytes raw,
		       struct am_node *out);
/* [MS-PST] 2.2.2.7.7.3 BBTENTRY */
bool am_bbtentry_decode(const struct am_ndb_format *format, struct am_bytes raw,
			struct am_block *out);

#endif
