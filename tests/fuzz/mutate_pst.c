/* A mutator for whole PST and OST files: most of a file's bytes are behind
 * checksums, signatures and encodings, where a flipped bit tells the reader
 * nothing but "damaged". It changes a page's entries, the decoded payload of a
 * block or the header, and makes the trailers right again. */
#include <stdlib.h>

#include "fuzz.h"
#include "pst/ndb/header.h"
#include "pst_fixture.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned seed);

enum { MAX_PAGES = 64, MAX_PLACES = 512, MAX_DEPTH = 4 };

/* The file in hand. */
struct shape {
	struct pf pf; /* data and format only */
	size_t size;
	struct am_header header;
	uint64_t pages[MAX_PAGES];
	size_t page_count;
	struct am_block blocks[MAX_PLACES];
	uint64_t entries[MAX_PLACES]; /* where each block's BBTENTRY is */
	size_t block_count;
};

static bool
shape_has(const struct shape *shape, uint64_t at, size_t len)
{
	return at <= shape->size && len <= shape->size - at;
}

static struct am_bytes
shape_bytes(const struct shape *shape, uint64_t at, size_t len)
{
	return am_bytes(shape->pf.data + at, len);
}

static void
block_note(struct shape *shape, uint64_t at)
{
	const struct am_ndb_format *format = shape->pf.format;
	struct am_block block;

	if (shape->block_count == MAX_PLACES ||
	    !am_bbtentry_decode(format,
				shape_bytes(shape, at, format->bbtentry_size),
				&block) ||
	    !shape_has(shape, block.ib,
		       am_format_block_total(format, block.cb)))
		return;
	shape->blocks[shape->block_count] = block;
	shape->entries[shape->block_count++] = at;
}

/* Seals the page and what is below it. */
static void
pages_seal(struct shape *shape, uint8_t ptype, struct am_bref at,
	   unsigned depth)
{
	const struct am_ndb_format *format = shape->pf.format;
	const size_t width = format->page_count_size;
	struct am_cursor counts;
	size_t count;
	size_t stride;
	size_t i;

	if (depth > MAX_DEPTH || shape->page_count == MAX_PAGES ||
	    !shape_has(shape, at.ib, format->page_size))
		return;
	shape->pages[shape->page_count++] = at.ib;
	counts = am_cursor(shape_bytes(shape, at.ib + format->page_entries_size,
				       2 * width + 2));
	count = am_uint(&counts, width);
	am_skip(&counts, width);
	stride = am_u8(&counts);
	for (i = 0; i < count && (i + 1) * stride <= format->page_entries_size;
	     i++) {
		const uint64_t entry = at.ib + i * stride;
		struct am_cursor cur = am_cursor(
			shape_bytes(shape, entry, format->btentry_size));

		am_skip(&cur, format->id_size);
		if (counts.left > 0 && *counts.next > 0)
			pages_seal(shape, ptype, am_bref_decode(format, &cur),
				   depth + 1);
		else if (ptype == AM_PTYPE_BBT)
			block_note(shape, entry);
	}
	pf_seal_page(&shape->pf, at.ib, ptype, at.bid);
}

/* What the header makes of the bytes; false when it is too short for one. */
static bool
shape_read(struct shape *shape, uint8_t *data, size_t size)
{
	const size_t want = AM_HEADER_MAX_SIZE;
	const struct am_bytes raw = am_bytes(data, size < want ? size : want);

	memset(shape, 0, sizeof(*shape));
	if (size < AM_HEADER_MIN_SIZE)
		return false;
	memcpy(data, "!BDN", 4);
	shape->pf.data = data;
	shape->size = size;
	shape->pf.format = am_ndb_format(am_header_variant(raw));
	if (am_header_decode(shape->pf.format, raw, &shape->header, NULL) !=
	    AM_OK)
		return false;
	shape->pf.crypt = shape->header.crypt <= AM_NDB_CRYPT_CYCLIC
				  ? (enum am_ndb_crypt)shape->header.crypt
				  : AM_NDB_CRYPT_NONE;
	return true;
}

/* Everything that vouches for something else, made right. */
static void
shape_seal(struct shape *shape, uint8_t *data, size_t size)
{
	size_t i;

	if (!shape_read(shape, data, size))
		return;
	pages_seal(shape, AM_PTYPE_BBT, shape->header.bbt, 0);
	pages_seal(shape, AM_PTYPE_NBT, shape->header.nbt, 0);
	for (i = 0; i < shape->block_count; i++) {
		const struct am_block *block = &shape->blocks[i];

		pf_seal_block(&shape->pf, block->ib, block->cb,
			      block->cb_inflated, block->bid);
	}
	pf_put(data + 4, 4, am_crc(am_bytes(data + 8, 471)));
	i = shape->pf.format->header.crc_full;
	if (i != 0 && size >= shape->pf.format->header.size)
		pf_put(data + i, 4, am_crc(am_bytes(data + 8, 516)));
}

/* Changes bytes in place; what gets shorter is filled with zeros. */
static void
range_mutate(uint8_t *at, size_t len, size_t room)
{
	const size_t made = LLVMFuzzerMutate(at, len, room);

	if (made < len)
		memset(at + made, 0, len - made);
}

static void
page_mutate(struct shape *shape, unsigned seed)
{
	const struct am_ndb_format *format = shape->pf.format;
	const size_t body = format->page_size - format->page_trailer_size;
	uint8_t *at = shape->pf.data + shape->pages[seed % shape->page_count];
	const size_t used = seed & 0x100 ? body : 64;

	range_mutate(at, used, used);
}

/* The payload of one block, which may grow into its padding. */
static void
block_mutate(struct shape *shape, unsigned seed)
{
	const struct am_ndb_format *format = shape->pf.format;
	const size_t which = seed % shape->block_count;
	const struct am_block *block = &shape->blocks[which];
	const bool encoded = !(block->bid & 2);
	uint8_t *at = shape->pf.data + block->ib;
	uint8_t *cb =
		shape->pf.data + shape->entries[which] + 2 * format->id_size;
	const size_t room = am_format_block_total(format, block->cb) -
			    format->block_trailer_size;
	size_t made;

	if (block->cb == 0)
		return;
	if (encoded)
		am_crypt_decode(shape->pf.crypt, (uint32_t)block->bid, at,
				block->cb);
	made = LLVMFuzzerMutate(at, block->cb, room);
	if (encoded)
		pf_encode(&shape->pf, (uint32_t)block->bid, at, made);
	/* one that is not compressed stays so */
	if (format->variant == AM_NDB_4K && block->cb == block->cb_inflated)
		pf_put(cb + 2, 2, made);
	pf_put(cb, 2, made);
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			unsigned seed)
{
	static struct shape shape;
	const unsigned kind = seed % 16;

	seed /= 16;
	shape_seal(&shape, data, size);
	if (kind < 10 && shape.block_count > 0)
		block_mutate(&shape, seed);
	else if (kind < 13 && shape.page_count > 0)
		page_mutate(&shape, seed);
	else if (kind < 15 && size >= AM_HEADER_MIN_SIZE)
		range_mutate(data + 8, 300, 300);
	else
		size = LLVMFuzzerMutate(data, size, max_size);
	shape_seal(&shape, data, size);
	return size;
}
