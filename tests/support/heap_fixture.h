/* Heaps, BTHs, PCs and TCs for the tests of pst/ltp, on pst_fixture.h. */
#ifndef HEAP_FIXTURE_H
#define HEAP_FIXTURE_H

#include "pst_fixture.h"

enum { HF_MAX_BLOCKS = 40, HF_MAX_ITEMS = 4000 };

struct hf_block {
	uint8_t data[65536];
	size_t len;
	uint16_t starts[HF_MAX_ITEMS];
	size_t count;
};

struct hf {
	struct pf *pf;
	struct hf_block *blocks;
	size_t count;
	uint8_t client;
};

/* HNHDR, HNBITMAPHDR or HNPAGEHDR */
static inline size_t
hf_header_size(size_t block)
{
	if (block == 0)
		return 12;
	return block % 128 == 8 ? 66 : 2;
}

static inline void
hf_block_next(struct hf *hf)
{
	assert(hf->count < HF_MAX_BLOCKS);
	hf->blocks[hf->count].len = hf_header_size(hf->count);
	hf->count++;
}

static inline void
hf_open(struct hf *hf, struct pf *pf, uint8_t client)
{
	hf->pf = pf;
	hf->client = client;
	hf->count = 0;
	hf->blocks = calloc(HF_MAX_BLOCKS, sizeof(*hf->blocks));
	assert(hf->blocks != NULL);
	hf_block_next(hf);
}

/* Adds an allocation to the last block; returns its HID. */
static inline uint32_t
hf_add(struct hf *hf, const void *bytes, size_t len)
{
	struct hf_block *block = &hf->blocks[hf->count - 1];
	const unsigned shift = 5 + hf->pf->format->hid_index_bits;

	assert(block->count < HF_MAX_ITEMS - 1 &&
	       block->len + len < sizeof(block->data));
	block->starts[block->count++] = (uint16_t)block->len;
	if (len > 0)
		memcpy(block->data + block->len, bytes, len);
	block->len += len;
	return (uint32_t)(hf->count - 1) << shift | (uint32_t)block->count << 5;
}

/* The bytes of an allocation, to be changed. */
static inline uint8_t *
hf_at(struct hf *hf, uint32_t hid)
{
	const unsigned bits = hf->pf->format->hid_index_bits;
	const size_t index = hid >> 5 & ((1u << bits) - 1);
	struct hf_block *block = &hf->blocks[hid >> (5 + bits)];

	return block->data + block->starts[index - 1];
}

static inline void
hf_map_write(struct hf_block *block)
{
	size_t at = (block->len + 1) / 2 * 2;
	size_t i;

	pf_put(block->data, 2, at); /* ibHnpm */
	pf_put(block->data + at, 2, block->count);
	pf_put(block->data + at + 2, 2, 0);
	for (i = 0; i < block->count; i++)
		pf_put(block->data + at + 4 + 2 * i, 2, block->starts[i]);
	pf_put(block->data + at + 4 + 2 * i, 2, block->len);
	block->len = at + 6 + 2 * i;
}

/* Writes the heap into the file; returns the BID of the node's data. */
static inline uint64_t
hf_finish(struct hf *hf, uint32_t user_root)
{
	uint64_t bids[HF_MAX_BLOCKS];
	uint64_t total = 0;
	uint64_t bid;
	size_t i;

	for (i = 0; i < hf->count; i++)
		hf_map_write(&hf->blocks[i]);
	hf->blocks[0].data[2] = 0xec;
	hf->blocks[0].data[3] = hf->client;
	pf_put(hf->blocks[0].data + 4, 4, user_root);
	for (i = 0; i < hf->count; i++) {
		total += hf->blocks[i].len;
		bids[i] = pf_block(hf->pf, hf->blocks[i].data,
				   hf->blocks[i].len, 0);
	}
	bid = hf->count == 1 ? bids[0]
			     : pf_xblock(hf->pf, 1, bids, hf->count, total);
	free(hf->blocks);
	return bid;
}

/* A BTHHEADER; returns its HID. */
static inline uint32_t
hf_bth(struct hf *hf, unsigned key, unsigned entry, unsigned levels,
       uint32_t root)
{
	uint8_t header[8] = { 0xb5, (uint8_t)key, (uint8_t)entry,
			      (uint8_t)levels };

	pf_put(header + 4, 4, root);
	return hf_add(hf, header, sizeof(header));
}

struct hf_prop {
	uint16_t id;
	uint16_t type;
	uint32_t value;
};

/* The records of a PC in one allocation; returns its HID. */
static inline uint32_t
hf_records(struct hf *hf, const struct hf_prop *props, size_t count)
{
	uint8_t bytes[8 * 400];
	size_t i;

	assert(count <= 400);
	for (i = 0; i < count; i++) {
		pf_put(bytes + 8 * i, 2, props[i].id);
		pf_put(bytes + 8 * i + 2, 2, props[i].type);
		pf_put(bytes + 8 * i + 4, 4, props[i].value);
	}
	return hf_add(hf, bytes, 8 * count);
}

struct hf_column {
	uint32_t tag;
	uint16_t start;
	uint8_t size;
	uint8_t bit;
};

/* A TCINFO; returns its HID. ceb: where the existence bits are. */
static inline uint32_t
hf_tcinfo(struct hf *hf, const struct hf_column *columns, size_t count,
	  unsigned ceb, unsigned row_size, uint32_t row_index, uint32_t rows)
{
	uint8_t bytes[22 + 8 * 64] = { 0x7c, (uint8_t)count };
	size_t i;

	assert(count <= 64);
	pf_put(bytes + 2, 2, ceb);
	pf_put(bytes + 4, 2, ceb);
	pf_put(bytes + 6, 2, ceb);
	pf_put(bytes + 8, 2, row_size);
	pf_put(bytes + 10, 4, row_index);
	pf_put(bytes + 14, 4, rows);
	for (i = 0; i < count; i++) {
		uint8_t *at = bytes + 22 + 8 * i;

		pf_put(at, 4, columns[i].tag);
		pf_put(at + 4, 2, columns[i].start);
		at[6] = columns[i].size;
		at[7] = columns[i].bit;
	}
	return hf_add(hf, bytes, 22 + 8 * count);
}

#endif
