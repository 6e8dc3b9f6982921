/* What is read and written as a whole: header, page, block */
#include <stdlib.h>

#include "inspect.h"
#include "place.h"

static void
block_code(const struct pb *pb, const struct pb_place *place, uint8_t *bytes,
	   void (*code)(enum pb_crypt, uint32_t, uint8_t *, size_t))
{
	if (place->kind == PB_UNIT_BLOCK && !pb_bid_is_internal(place->bid))
		code(pb->ndb.options.crypt, (uint32_t)place->bid, bytes,
		     place->stored);
}

uint8_t *
pb_unit_read(struct pb *pb, const struct pb_place *place)
{
	uint8_t *bytes = pb_alloc(place->size);

	pb_space_read(&pb->ndb.space, place->ib, bytes, place->size);
	block_code(pb, place, bytes, pb_decode);
	return bytes;
}

/* Only the CRC: what else the trailer says stays as it is. */
static void
crc_repair(const struct pb *pb, const struct pb_place *place, uint8_t *bytes)
{
	const struct pb_format *format = &pb->format;
	const unsigned crc_at = format->variant == PB_ANSI ? 8 : 4;
	const bool page = place->kind == PB_UNIT_PAGE;
	const size_t trailer = place->size - (page ? format->page_trailer
						   : format->block_trailer);

	if (place->kind == PB_UNIT_HEADER)
		pb_header_seal(format, bytes);
	else if (place->kind != PB_UNIT_BYTES)
		pb_put(bytes + trailer + crc_at, 4,
		       pb_crc(bytes, page ? trailer : place->stored));
}

void
pb_unit_write(struct pb *pb, const struct pb_place *place, uint8_t *bytes,
	      bool sealed)
{
	block_code(pb, place, bytes, pb_encode);
	if (sealed)
		crc_repair(pb, place, bytes);
	pb_space_write(&pb->ndb.space, place->ib, bytes, place->size);
}
