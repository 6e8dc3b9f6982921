/* Small PST files in memory, block by block, for tests that want to damage
 * them on purpose. What a test does not say gets the usual value. */
#ifndef PST_FIXTURE_H
#define PST_FIXTURE_H

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/hash.h"
#include "pst/ndb/crypt.h"
#include "pst/ndb/format.h"
#include "pst/ndb/page.h"

enum {
	PF_MAX_SIZE = 8 << 20,
	PF_MAX_ENTRIES = 40000,
	PF_FIRST_IB = 0x4800,
	PF_INTERNAL = 2, /* of pf_block: the bit in the BID */
	PF_ZLIB = 1	 /* 4K: compressed */
};

struct pf_entry {
	uint64_t key;
	uint8_t bytes[64];
};

struct pf_tree {
	struct pf_entry *entries;
	size_t count;
	struct am_bref root;
	unsigned levels; /* of the root */
};

struct pf {
	const struct am_ndb_format *format;
	enum am_ndb_crypt crypt;
	uint8_t *data;
	size_t size; /* where the next thing goes */
	uint64_t next_bid;
	uint64_t next_page;
	struct pf_tree nbt, bbt;
	size_t page_entries;  /* at most in a page; 0: what fits */
	bool unsorted;	      /* leave the entries in the order they came */
	unsigned version;     /* wVer; 0: the usual */
	unsigned crypt_field; /* bCryptMethod + 1; 0: the usual */
	struct am_source *source;
};

static inline void
pf_put(uint8_t *at, size_t width, uint64_t value)
{
	size_t i;

	for (i = 0; i < width; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static inline void
pf_open(struct pf *pf, enum am_ndb_variant variant, enum am_ndb_crypt crypt)
{
	const struct pf empty = { 0 };

	*pf = empty;
	pf->format = am_ndb_format(variant);
	pf->crypt = crypt;
	pf->data = calloc(1, PF_MAX_SIZE);
	pf->nbt.entries = calloc(PF_MAX_ENTRIES, sizeof(struct pf_entry));
	pf->bbt.entries = calloc(PF_MAX_ENTRIES, sizeof(struct pf_entry));
	assert(pf->data != NULL && pf->nbt.entries != NULL &&
	       pf->bbt.entries != NULL);
	pf->size = PF_FIRST_IB;
	pf->next_bid = 0x100;
	pf->next_page = 0x11;
}

static inline void
pf_close(struct pf *pf)
{
	am_source_close(pf->source);
	free(pf->nbt.entries);
	free(pf->bbt.entries);
	free(pf->data);
}

static inline void
pf_encode(const struct pf *pf, uint32_t key, uint8_t *data, size_t len)
{
	uint8_t encode[256];
	size_t i;

	if (pf->crypt != AM_NDB_CRYPT_PERMUTE) {
		am_crypt_decode(pf->crypt, key, data, len);
		return;
	}
	for (i = 0; i < 256; i++) {
		uint8_t decoded = (uint8_t)i;

		am_crypt_decode(AM_NDB_CRYPT_PERMUTE, 0, &decoded, 1);
		encode[decoded] = (uint8_t)i;
	}
	for (i = 0; i < len; i++)
		data[i] = encode[data[i]];
}

/* dwCRC and bid, wherever the variant has them. */
static inline void
pf_put_tail(const struct am_ndb_format *format, uint8_t *at, uint32_t crc,
	    uint64_t bid)
{
	if (format->variant == AM_NDB_ANSI) {
		pf_put(at, 4, bid);
		pf_put(at + 4, 4, crc);
	} else {
		pf_put(at, 4, crc);
		pf_put(at + 4, 8, bid);
	}
}

/* The trailer of the block at ib, for what is there now. */
static inline void
pf_seal_block(struct pf *pf, uint64_t ib, size_t cb, size_t inflated,
	      uint64_t bid)
{
	const size_t total = am_format_block_total(pf->format, cb);
	uint8_t *trailer =
		pf->data + ib + total - pf->format->block_trailer_size;

	pf_put(trailer, 2, cb);
	pf_put(trailer + 2, 2, am_ndb_sig(ib, bid));
	pf_put_tail(pf->format, trailer + 4,
		    am_crc(am_bytes(pf->data + ib, cb)), bid);
	if (pf->format->variant == AM_NDB_4K) {
		pf_put(trailer + 16, 2, 2);
		pf_put(trailer + 18, 2, inflated);
	}
}

static inline void
pf_seal_page(struct pf *pf, uint64_t ib, uint8_t ptype, uint64_t bid)
{
	const struct am_ndb_format *format = pf->format;
	const size_t body = format->page_size - format->page_trailer_size;
	uint8_t *trailer = pf->data + ib + body;

	trailer[0] = ptype;
	trailer[1] = ptype;
	pf_put(trailer + 2, 2, am_ndb_sig(ib, bid));
	pf_put_tail(format, trailer + 4, am_crc(am_bytes(pf->data + ib, body)),
		    bid);
}

static inline struct pf_entry *
pf_entry_add(struct pf_tree *tree, uint64_t key)
{
	struct pf_entry *entry = &tree->entries[tree->count++];

	assert(tree->count < PF_MAX_ENTRIES);
	memset(entry, 0, sizeof(*entry));
	entry->key = key;
	return entry;
}

/* A BBTENTRY for a block that is somewhere, or nowhere. */
static inline void
pf_bbt_add(struct pf *pf, uint64_t bid, uint64_t ib, size_t cb, size_t inflated)
{
	const size_t id = pf->format->id_size;
	uint8_t *at = pf_entry_add(&pf->bbt, bid)->bytes;

	pf_put(at, id, bid);
	pf_put(at + id, id, ib);
	pf_put(at + 2 * id, 2, cb);
	if (pf->format->variant == AM_NDB_4K)
		pf_put(at + 2 * id + 2, 2, inflated);
	else
		pf_put(at + 2 * id + 2, 2, 2); /* cRef */
}

/* Writes a block, encoded and sealed; returns its BID. *ib_out (may be NULL):
 * where it is. */
static inline uint64_t
pf_block_at(struct pf *pf, const void *payload, size_t len, unsigned flags,
	    uint64_t *ib_out)
{
	const uint64_t bid = pf->next_bid | (flags & PF_INTERNAL);
	const uint64_t ib = pf->size;
	uint8_t *at = pf->data + ib;
	uLongf cb = (uLongf)len;

	assert(len <= 65535 && pf->size + 2 * 65536 < PF_MAX_SIZE);
	pf->next_bid += 4;
	if (flags & PF_ZLIB) {
		cb = 65536;
		assert(compress(at, &cb, payload, (uLong)len) == Z_OK);
	} else if (len > 0) {
		memcpy(at, payload, len);
	}
	if (!(flags & PF_INTERNAL))
		pf_encode(pf, (uint32_t)bid, at, cb);
	pf_seal_block(pf, ib, cb, len, bid);
	pf_bbt_add(pf, bid, ib, cb, len);
	pf->size += am_format_block_total(pf->format, cb);
	if (ib_out != NULL)
		*ib_out = ib;
	return bid;
}

static inline uint64_t
pf_block(struct pf *pf, const void *payload, size_t len, unsigned flags)
{
	return pf_block_at(pf, payload, len, flags, NULL);
}

static inline void
pf_node(struct pf *pf, uint32_t nid, uint64_t bid_data, uint64_t bid_sub,
	uint32_t parent)
{
	const size_t id = pf->format->id_size;
	uint8_t *at = pf_entry_add(&pf->nbt, nid)->bytes;

	pf_put(at, id, nid);
	pf_put(at + id, id, bid_data);
	pf_put(at + 2 * id, id, bid_sub);
	pf_put(at + 3 * id, 4, parent);
}

/* An XBLOCK (level 1) or XXBLOCK (2); returns its BID. */
static inline uint64_t
pf_xblock(struct pf *pf, unsigned level, const uint64_t *bids, size_t count,
	  uint64_t total)
{
	const size_t id = pf->format->id_size;
	uint8_t payload[65536] = { 1, (uint8_t)level };
	size_t i;

	assert(8 + count * id <= sizeof(payload));
	pf_put(payload + 2, 2, count);
	pf_put(payload + 4, 4, total);
	for (i = 0; i < count; i++)
		pf_put(payload + 8 + i * id, id, bids[i]);
	return pf_block(pf, payload, 8 + count * id, PF_INTERNAL);
}

/* An SLBLOCK (level 0: nid, bid, bid of each) or SIBLOCK (nid, bid of each). */
static inline uint64_t
pf_slblock(struct pf *pf, unsigned level, const uint64_t *fields, size_t count)
{
	const size_t id = pf->format->id_size;
	const size_t header = pf->format->subnode_header_size;
	const size_t width = level == 0 ? 3 : 2;
	uint8_t payload[65536] = { 2, (uint8_t)level };
	size_t i;

	assert(header + count * width * id <= sizeof(payload));
	pf_put(payload + 2, 2, count);
	for (i = 0; i < count * width; i++)
		pf_put(payload + header + i * id, id, fields[i]);
	return pf_block(pf, payload, header + count * width * id, PF_INTERNAL);
}

static inline int
pf_compare(const void *a, const void *b)
{
	const struct pf_entry *left = a;
	const struct pf_entry *right = b;

	return left->key < right->key ? -1 : left->key > right->key;
}

static inline uint64_t
pf_page(struct pf *pf, uint8_t ptype, unsigned level,
	const struct pf_entry *entries, size_t count, size_t stride)
{
	const struct am_ndb_format *format = pf->format;
	const size_t align = format->page_size;
	const uint64_t ib = (pf->size + align - 1) / align * align;
	uint8_t *at = pf->data + ib;
	uint8_t *counters = at + format->page_entries_size;
	const size_t width = format->page_count_size;
	size_t i;

	for (i = 0; i < count; i++)
		memcpy(at + i * stride, entries[i].bytes, stride);
	pf_put(counters, width, count);
	pf_put(counters + width, width, format->page_entries_size / stride);
	counters[2 * width] = (uint8_t)stride;
	counters[2 * width + 1] = (uint8_t)level;
	pf_seal_page(pf, ib, ptype, pf->next_page);
	pf->size = ib + format->page_size;
	return ib;
}

/* Writes the pages of one level; entries become those of the level above. */
static inline void
pf_tree_level(struct pf *pf, struct pf_tree *tree, uint8_t ptype,
	      unsigned level, size_t stride)
{
	const size_t id = pf->format->id_size;
	size_t most = pf->format->page_entries_size / stride;
	size_t made = 0;
	size_t i;

	if (pf->page_entries > 0 && pf->page_entries < most)
		most = pf->page_entries;
	for (i = 0; i < tree->count || i == 0; i += most) {
		const size_t left = tree->count - i;
		struct pf_entry up = { .key = tree->entries[i].key };
		const uint64_t ib = pf_page(pf, ptype, level, tree->entries + i,
					    left < most ? left : most, stride);

		tree->root.bid = pf->next_page++;
		tree->root.ib = ib;
		pf_put(up.bytes, id, up.key);
		pf_put(up.bytes + id, id, tree->root.bid);
		pf_put(up.bytes + 2 * id, id, ib);
		tree->entries[made++] = up;
	}
	tree->count = made;
	tree->levels = level;
}

static inline void
pf_tree_write(struct pf *pf, struct pf_tree *tree, uint8_t ptype,
	      size_t leaf_size)
{
	unsigned level = 0;

	if (!pf->unsorted)
		qsort(tree->entries, tree->count, sizeof(*tree->entries),
		      pf_compare);
	pf_tree_level(pf, tree, ptype, level, leaf_size);
	while (tree->count > 1)
		pf_tree_level(pf, tree, ptype, ++level,
			      pf->format->btentry_size);
}

/* Writes the header for what there is, with its checksums. */
static inline void
pf_header(struct pf *pf)
{
	static const unsigned versions[] = { 14, 23, 36 };
	const struct am_header_layout *layout = &pf->format->header;
	const size_t id = pf->format->id_size;
	uint8_t *at = pf->data;
	uint8_t *bref = at + layout->bref_nbt;

	memset(at, 0, layout->size);
	memcpy(at, "!BDN", 4);
	memcpy(at + 8, "SM", 2);
	pf_put(at + 10, 2,
	       pf->version ? pf->version : versions[pf->format->variant]);
	pf_put(at + 12, 2, 19);
	pf_put(at + layout->unique, 4, 7);
	pf_put(at + layout->file_eof, id, pf->size);
	pf_put(bref, id, pf->nbt.root.bid);
	pf_put(bref + id, id, pf->nbt.root.ib);
	pf_put(bref + 2 * id, id, pf->bbt.root.bid);
	pf_put(bref + 3 * id, id, pf->bbt.root.ib);
	at[layout->amap_valid] = 2;
	at[layout->sentinel] = 0x80;
	at[layout->crypt] = (uint8_t)(pf->crypt_field ? pf->crypt_field - 1
						      : (unsigned)pf->crypt);
	pf_put(at + 4, 4, am_crc(am_bytes(at + 8, 471)));
	if (layout->crc_full != 0)
		pf_put(at + layout->crc_full, 4, am_crc(am_bytes(at + 8, 516)));
}

/* Trees and header; after this pf->size is the size of the file. */
static inline void
pf_finish(struct pf *pf)
{
	pf_tree_write(pf, &pf->nbt, AM_PTYPE_NBT, pf->format->nbtentry_size);
	pf_tree_write(pf, &pf->bbt, AM_PTYPE_BBT, pf->format->bbtentry_size);
	pf_header(pf);
}

/* Opens what is there; may be called again after a change. */
static inline enum am_status
pf_ndb(struct pf *pf, struct am_report *report, struct am_ndb **ndb_out,
       struct am_error *err)
{
	enum am_status status;

	am_source_close(pf->source);
	pf->source = NULL;
	status = am_source_of_bytes(am_bytes(pf->data, pf->size), &pf->source,
				    err);
	if (status != AM_OK)
		return status;
	return am_ndb_open(pf->source, NULL, report, ndb_out, err);
}

/* Is there a finding that begins with this? */
static inline bool
pf_has_finding(const struct am_report *report, const char *start)
{
	const struct am_finding *finding;

	for (finding = report->first; finding != NULL; finding = finding->next)
		if (strncmp(finding->text, start, strlen(start)) == 0)
			return true;
	return false;
}

#endif
