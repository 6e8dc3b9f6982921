/* [MS-PST] 2.2.2.8 blocks. */
#include "pst/ndb/block.h"

#include <inttypes.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "pst/ndb/crypt.h"

enum am_status
am_block_find(struct am_ndb *ndb, uint64_t bid, struct am_block *block_out,
	      struct am_error *err)
{
	struct am_bytes entry;

	AM_TRY(am_btree_find(&ndb->bbt, bid, &entry, NULL, err));
	if (!am_bbtentry_decode(ndb->format, entry, block_out))
		return am_fail(err, AM_CORRUPT,
			       "the BBTENTRY of BID %#" PRIx64 " is cut short",
			       bid);
	return AM_OK;
}

size_t
am_block_size(const struct am_block *block)
{
	return block->cb_inflated > 0 ? block->cb_inflated : block->cb;
}

size_t
am_block_room_max(const struct am_ndb *ndb)
{
	return ndb->format->block_max;
}

size_t
am_block_room(const struct am_ndb *ndb, const struct am_block *block)
{
	const size_t max = am_block_room_max(ndb);
	const size_t total = am_format_block_total(ndb->format, block->cb);

	/* 4K: the size is only in the trailer */
	if (block->cb_inflated == 0 && block->cb > 0)
		return max;
	if (total > max || block->cb_inflated > max)
		return max;
	return total > block->cb_inflated ? total : block->cb_inflated;
}

/* The one place where the fuzzer gets past the checksum of a block. */
static bool
block_crc_agrees(struct am_bytes stored, uint32_t crc)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	(void)stored;
	(void)crc;
	return true;
#else
	return am_crc(stored) == crc;
#endif
}

static void
trailer_ids_check(struct am_ndb *ndb, const struct am_block *block,
		  const struct am_block_trailer *trailer)
{
	const uint16_t sig = am_ndb_sig(block->ib, trailer->bid);
	struct am_error err;

	if (am_bid_key(trailer->bid) != am_bid_key(block->bid)) {
		(void)am_fail_at(&err, AM_CORRUPT, block->ib,
				 "BLOCKTRAILER.bid is %#" PRIx64
				 ", want %#" PRIx64,
				 trailer->bid, block->bid);
		am_ndb_block_finding(ndb, "block-bid", &err);
	}
	if (trailer->sig != sig) {
		(void)am_fail_at(&err, AM_CORRUPT, block->ib,
				 "BLOCKTRAILER.wSig of BID %#" PRIx64
				 " is %#x, want %#x",
				 block->bid, trailer->sig, sig);
		am_ndb_block_finding(ndb, "block-sig", &err);
	}
}

static void
size_finding(struct am_ndb *ndb, const struct am_block *block,
	     const char *field, unsigned got, unsigned want)
{
	struct am_error err;

	(void)am_fail_at(&err, AM_CORRUPT, block->ib,
			 "BLOCKTRAILER.%s of BID %#" PRIx64
			 " is %u, the BBT says %u",
			 field, block->bid, got, want);
	am_ndb_block_finding(ndb, "block-size", &err);
}

/* The payload as stored: raw without padding and trailer. Where BBT and
 * trailer disagree about its length, the checksum decides; where that agrees
 * with neither, the smaller one. */
static struct am_bytes
stored_check(struct am_ndb *ndb, const struct am_block *block,
	     const struct am_block_trailer *trailer, struct am_bytes raw)
{
	const uint32_t crc = trailer->crc;
	struct am_bytes stored = am_bytes(raw.data, block->cb);
	struct am_error err;
	bool agrees = (crc == 0 && ndb->format->crc_zero_is_none) ||
		      block_crc_agrees(stored, crc);

	if (trailer->cb != block->cb) {
		struct am_bytes other;

		size_finding(ndb, block, "cb", trailer->cb, block->cb);
		if (!agrees && trailer->cb < block->cb &&
		    am_slice(raw, 0, trailer->cb, &other)) {
			stored = other;
			agrees = block_crc_agrees(stored, crc);
		}
	}
	if (agrees)
		return stored;
	(void)am_fail_at(&err, AM_CORRUPT, block->ib,
			 "BLOCKTRAILER.dwCRC of BID %#" PRIx64
			 " is not that of its %zu bytes",
			 block->bid, stored.len);
	am_ndb_block_finding(ndb, "block-crc", &err);
	return stored;
}

static void
cut_finding(struct am_ndb *ndb, const struct am_block *block, size_t len)
{
	struct am_error err;

	(void)am_fail_at(&err, AM_CORRUPT, block->ib,
			 "the file ends in BID %#" PRIx64 ", after %zu of its "
			 "%" PRIu32 " bytes",
			 block->bid, len, block->cb);
	am_ndb_block_finding(ndb, "block-cut", &err);
}

static enum am_status
bounds_check(const struct am_ndb *ndb, const struct am_block *block,
	     struct am_error *err)
{
	const size_t most = am_format_block_payload(ndb->format);
	const uint64_t file_size = ndb->info.file_size;

	if (block->cb > most || block->cb_inflated > most)
		return am_fail_at(err, AM_CORRUPT, block->ib,
				  "BBTENTRY.cb of BID %#" PRIx64 " is %" PRIu32
				  " (inflated %" PRIu32 "), want at most %zu",
				  block->bid, block->cb, block->cb_inflated,
				  most);
	if (block->ib < ndb->format->header.size || block->ib >= file_size)
		return am_fail_at(err, AM_CORRUPT, block->ib,
				  "BBTENTRY.ib of BID %#" PRIx64 " is %" PRIu64
				  ", the file has %" PRIu64 " bytes",
				  block->bid, block->ib, file_size);
	return AM_OK;
}

/* Bit 0 of a BID means nothing, but the cyclic encoding was done with it as it
 * is. Where BBT and trailer differ in it, the signature knows. */
static uint64_t
bid_of_writer(const struct am_block *block,
	      const struct am_block_trailer *trailer)
{
	if (am_bid_key(trailer->bid) != am_bid_key(block->bid) ||
	    am_ndb_sig(block->ib, trailer->bid) != trailer->sig)
		return block->bid;
	return trailer->bid;
}

/* The stored bytes, in buffer. *inflated and the block's BID are corrected by
 * the trailer. */
static enum am_status
stored_read(struct am_ndb *ndb, struct am_block *block, uint8_t *buffer,
	    struct am_bytes *stored_out, size_t *inflated, struct am_error *err)
{
	const size_t total = am_format_block_total(ndb->format, block->cb);
	const uint64_t left = ndb->info.file_size - block->ib;
	const size_t len = left < total ? (size_t)left : total;
	struct am_block_trailer trailer;

	AM_TRY(am_source_read_at(ndb->source, block->ib, buffer, len, err));
	if (len < total ||
	    !am_block_trailer_decode(ndb->format, am_bytes(buffer, len),
				     &trailer)) {
		*stored_out =
			am_bytes(buffer, len < block->cb ? len : block->cb);
		cut_finding(ndb, block, stored_out->len);
		return AM_OK;
	}
	trailer_ids_check(ndb, block, &trailer);
	block->bid = bid_of_writer(block, &trailer);
	*stored_out = stored_check(ndb, block, &trailer, am_bytes(buffer, len));
	if (ndb->format->variant != AM_NDB_4K)
		return AM_OK;
	if (*inflated == 0)
		*inflated = trailer.cb_inflated;
	else if (trailer.cb_inflated != 0 && trailer.cb_inflated != *inflated)
		size_finding(ndb, block, "cbInflated", trailer.cb_inflated,
			     (unsigned)*inflated);
	return AM_OK;
}

static void
decode(const struct am_ndb *ndb, const struct am_block *block, uint8_t *data,
       size_t len)
{
	if (!am_bid_is_internal(block->bid))
		am_crypt_decode(ndb->info.crypt, (uint32_t)block->bid, data,
				len);
}

static enum am_status
plain_read(struct am_ndb *ndb, struct am_block *block, uint8_t *buffer,
	   struct am_bytes *payload_out, struct am_error *err)
{
	size_t inflated = block->cb;

	AM_TRY(stored_read(ndb, block, buffer, payload_out, &inflated, err));
	decode(ndb, block, buffer, payload_out->len);
	return AM_OK;
}

static enum am_status
inflater_get(struct am_ndb *ndb, struct am_error *err)
{
	if (ndb->inflater == NULL)
		ndb->inflater = am_inflater_open();
	if (ndb->scratch == NULL)
		ndb->scratch = am_alloc(am_block_room_max(ndb));
	if (ndb->inflater == NULL || ndb->scratch == NULL)
		return am_nomem(err);
	return AM_OK;
}

/* Files that are both compressed and encoded were not seen: inflating first
 * is what other readers do, the other order is tried when that gives nothing.
 * Raw deflate is accepted where it comes out even. Returns the bytes in out. */
static size_t
inflate_orders(struct am_ndb *ndb, const struct am_block *block,
	       struct am_bytes stored, uint8_t *out, size_t want, bool *whole)
{
	struct am_inflater *inflater = ndb->inflater;
	size_t len =
		am_inflate(inflater, AM_INFLATE_ZLIB, stored, out, want, whole);

	if (len == 0) {
		len = am_inflate(inflater, AM_INFLATE_RAW, stored, out, want,
				 whole);
		len = *whole && len == want ? len : 0;
	}
	if (len > 0) {
		decode(ndb, block, out, len);
		return len;
	}
	decode(ndb, block, ndb->scratch, stored.len);
	return am_inflate(inflater, AM_INFLATE_ZLIB, stored, out, want, whole);
}

/* The payload of len bytes, as whole as it may be. */
static enum am_status
inflated_check(struct am_ndb *ndb, const struct am_block *block, size_t len,
	       size_t want, bool whole, struct am_error *err)
{
	struct am_error local;

	if (len == want && whole)
		return AM_OK;
	(void)am_fail_at(&local, AM_CORRUPT, block->ib,
			 "BID %#" PRIx64 " inflates to %zu bytes, want %zu%s",
			 block->bid, len, want,
			 len == want ? ", and is not what it was" : "");
	if (len > 0) {
		am_ndb_block_finding(ndb, "block-inflate", &local);
		return AM_OK;
	}
	if (err != NULL)
		*err = local;
	return AM_CORRUPT;
}

static enum am_status
compressed_read(struct am_ndb *ndb, struct am_block *block, uint8_t *buffer,
		struct am_bytes *payload_out, struct am_error *err)
{
	size_t want = block->cb_inflated;
	struct am_bytes stored;
	bool whole;
	size_t len;

	AM_TRY(inflater_get(ndb, err));
	AM_TRY(stored_read(ndb, block, ndb->scratch, &stored, &want, err));
	if (want == 0 || want == block->cb) /* after all, it is not */
		return plain_read(ndb, block, buffer, payload_out, err);
	len = inflate_orders(ndb, block, stored, buffer, want, &whole);
	*payload_out = am_bytes(buffer, len);
	return inflated_check(ndb, block, len, want, whole, err);
}

enum am_status
am_block_read(struct am_ndb *ndb, const struct am_block *block, uint8_t *buffer,
	      struct am_bytes *payload_out, struct am_error *err)
{
	struct am_block corrected = *block;

	AM_TRY(bounds_check(ndb, block, err));
	if (block->cb_inflated != block->cb)
		return compressed_read(ndb, &corrected, buffer, payload_out,
				       err);
	return plain_read(ndb, &corrected, buffer, payload_out, err);
}
