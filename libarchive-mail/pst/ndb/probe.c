/* Cross-checks of the header. */
#include "pst/ndb/probe.h"

#include "base/hash.h"
#include "pst/ndb/block.h"

enum { PAGE_MAX_SIZE = 4096 };

/* How well the page at "at" looks like a root of this variant: 0 not at all,
 * 1 the type is there, 3 the checksum agrees too. */
static enum am_status
page_score(struct am_source *source, const struct am_ndb_format *format,
	   struct am_bref at, uint8_t ptype, unsigned *score,
	   struct am_error *err)
{
	const size_t body = format->page_size - format->page_trailer_size;
	const uint64_t size = am_source_size(source);
	uint8_t page[PAGE_MAX_SIZE];
	struct am_page_trailer trailer;

	if (at.ib > size || format->page_size > size - at.ib)
		return AM_OK;
	AM_TRY(am_source_read_at(source, at.ib, page, format->page_size, err));
	if (!am_page_trailer_decode(format, am_bytes(page, format->page_size),
				    &trailer) ||
	    trailer.ptype != ptype || trailer.ptype_repeat != ptype)
		return AM_OK;
	*score += am_crc(am_bytes(page, body)) == trailer.crc ? 3 : 1;
	return AM_OK;
}

static enum am_status
variant_score(struct am_source *source, struct am_bytes raw,
	      enum am_ndb_variant variant, unsigned *score_out,
	      struct am_error *err)
{
	const struct am_ndb_format *format = am_ndb_format(variant);
	struct am_header header;

	*score_out = 0;
	if (am_header_decode(format, raw, &header, NULL) != AM_OK)
		return AM_OK;
	AM_TRY(page_score(source, format, header.nbt, AM_PTYPE_NBT, score_out,
			  err));
	return page_score(source, format, header.bbt, AM_PTYPE_BBT, score_out,
			  err);
}

enum am_status
am_probe_variant(struct am_source *source, struct am_bytes raw,
		 enum am_ndb_variant *variant_out, struct am_error *err)
{
	const enum am_ndb_variant stamped = am_header_variant(raw);
	unsigned best;
	unsigned score;
	int i;

	*variant_out = stamped;
	AM_TRY(variant_score(source, raw, stamped, &best, err));
	for (i = 0; i < AM_NDB_VARIANT_COUNT && best < 6; i++) {
		const enum am_ndb_variant other = (enum am_ndb_variant)i;

		AM_TRY(variant_score(source, raw, other, &score, err));
		if (score > best) {
			best = score;
			*variant_out = other;
		}
	}
	return AM_OK;
}

/* [MS-PST] 2.3.1.2 HNHDR: bSig and a known bClientSig. */
static bool
is_heap(struct am_bytes payload)
{
	static const uint8_t clients[] = { 0x6c, 0x7c, 0x8c, 0x9c, 0xa5,
					   0xac, 0xb5, 0xbc, 0xcc };
	struct am_cursor cur = am_cursor(payload);
	unsigned map;
	unsigned sig;
	unsigned client;
	size_t i;

	map = am_u16(&cur);
	sig = am_u8(&cur);
	client = am_u8(&cur);
	am_skip(&cur, 8);
	if (!am_cursor_ok(&cur) || sig != 0xec || map >= payload.len)
		return false;
	for (i = 0; i < sizeof(clients); i++)
		if (clients[i] == client)
			return true;
	return false;
}

/* The block of a node's data, or the first of its data tree. */
static enum am_status
first_block(struct am_ndb *ndb, uint64_t bid, uint8_t *buffer,
	    struct am_block *block_out, struct am_error *err)
{
	unsigned depth;

	for (depth = 0; depth < 3; depth++) {
		struct am_bytes payload;
		struct am_cursor cur;

		AM_TRY(am_block_find(ndb, bid, block_out, err));
		if (!am_bid_is_internal(block_out->bid))
			return AM_OK;
		AM_TRY(am_block_read(ndb, block_out, buffer, &payload, err));
		cur = am_cursor(payload);
		am_skip(&cur, 8); /* btype, cLevel, cEnt, lcbTotal */
		bid = am_uint(&cur, ndb->format->id_size);
	}
	return am_fail(err, AM_CORRUPT, "a data tree has no data block");
}

/* Does the node's first block become a heap under some method? */
static enum am_status
node_probe(struct am_ndb *ndb, uint32_t nid, enum am_ndb_crypt declared,
	   uint8_t *buffer, bool *found_out, struct am_error *err)
{
	const enum am_ndb_crypt methods[] = { declared, AM_NDB_CRYPT_PERMUTE,
					      AM_NDB_CRYPT_CYCLIC,
					      AM_NDB_CRYPT_NONE };
	struct am_block block;
	struct am_node node;
	size_t i;

	*found_out = false;
	AM_TRY(am_node_find(ndb, nid, &node, err));
	AM_TRY(first_block(ndb, node.bid_data, buffer, &block, err));
	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		struct am_bytes payload;

		ndb->info.crypt = methods[i];
		AM_TRY(am_block_read(ndb, &block, buffer, &payload, err));
		*found_out = is_heap(payload);
		if (*found_out)
			return AM_OK;
	}
	return AM_OK;
}

enum am_status
am_probe_crypt(struct am_ndb *ndb, enum am_ndb_crypt declared,
	       enum am_ndb_crypt *crypt_out, struct am_error *err)
{
	static const uint32_t nids[] = { AM_NID_MESSAGE_STORE,
					 AM_NID_ROOT_FOLDER,
					 AM_NID_NAME_TO_ID_MAP };
	const enum am_ndb_crypt before = ndb->info.crypt;
	uint8_t buffer[1 << 16];
	enum am_status status = AM_OK;
	bool found = false;
	size_t i;

	ndb->quiet = true;
	for (i = 0; i < sizeof(nids) / sizeof(nids[0]) && !found; i++) {
		status =
			node_probe(ndb, nids[i], declared, buffer, &found, err);
		if (status == AM_NOMEM)
			break;
		status = AM_OK;
	}
	ndb->quiet = false;
	*crypt_out = found ? ndb->info.crypt : declared;
	ndb->info.crypt = before;
	return status;
}
