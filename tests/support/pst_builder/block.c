/* [MS-PST] 2.2.2.8 Blocks */
#include <string.h>
#include <zlib.h>

#include "ndb.h"

/* 4K files: true if deflated is the smaller form. The two sizes must differ,
 * because they are all that tells a reader. */
static bool
deflated(struct pb_ndb *ndb, const uint8_t *payload, size_t len,
	 struct pb_buf *out)
{
	uLongf size = compressBound((uLong)len);

	if (ndb->options.compress == 0 || len == 0)
		return false;
	if (ndb->options.compress == 2 && ndb->next_bid / 4 % 2 == 0)
		return false;
	pb_buf_room(out, size);
	if (compress(out->data, &size, payload, (uLong)len) != Z_OK)
		pb_die("zlib cannot compress");
	out->len = size;
	return size < len;
}

static void
block_put(struct pb_ndb *ndb, uint64_t bid, const uint8_t *payload, size_t len)
{
	const struct pb_format *format = ndb->format;
	struct pb_buf small = { 0 };
	struct pb_block_entry entry = { .bid = bid, .inflated = (uint16_t)len };
	uint8_t *block;

	if (format->variant == PB_OST4K &&
	    deflated(ndb, payload, len, &small)) {
		payload = small.data;
		len = small.len;
	}
	entry.stored = (uint16_t)len;
	block = pb_space_take(&ndb->space, pb_block_size(format, len),
			      format->block_align, &entry.ib);
	if (len > 0)
		memcpy(block, payload, len);
	pb_block_seal(format, block, (unsigned)len, entry.inflated, entry.ib,
		      bid);
	pb_blocks_add(&ndb->blocks, entry);
	pb_buf_free(&small);
}

/* Encoded first and deflated then: readers inflate, then decode. */
static void
encoded_put(struct pb_ndb *ndb, uint64_t bid, const uint8_t *payload,
	    size_t len)
{
	struct pb_buf encoded = { 0 };

	pb_buf_add(&encoded, payload, len);
	pb_encode(ndb->options.crypt, (uint32_t)bid, encoded.data, len);
	block_put(ndb, bid, encoded.data, len);
	pb_buf_free(&encoded);
}

uint64_t
pb_block_write(struct pb_ndb *ndb, const void *payload, size_t len,
	       bool internal)
{
	uint64_t bid = ndb->next_bid;

	if (len > ndb->format->block_max)
		pb_die("a block of %zu bytes", len);
	ndb->next_bid += 4;
	if (internal)
		bid |= 2;
	if (ndb->options.bit0_in_entries)
		bid |= 1;
	if (internal || ndb->options.crypt == PB_CRYPT_NONE)
		block_put(ndb, bid, payload, len);
	else
		encoded_put(ndb, bid, payload, len);
	return bid & ~UINT64_C(1);
}

uint64_t
pb_bid_reference(const struct pb_ndb *ndb, uint64_t bid)
{
	return bid != 0 && ndb->options.bit0_in_references ? bid | 1 : bid;
}

size_t
pb_payload_max(const struct pb_ndb *ndb)
{
	const unsigned fill = ndb->options.block_fill;

	return fill > 0 && fill < ndb->format->block_max
		       ? fill
		       : ndb->format->block_max;
}
