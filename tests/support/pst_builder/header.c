/* [MS-PST] 2.2.2.6 HEADER */
#include "header.h"

#include <string.h>

#include "ndb.h"

static const struct pb_field fields[] = {
	{ "magic", 0, 4, 0, 4 },
	{ "crc-partial", 4, 4, 4, 4 },
	{ "client", 8, 2, 8, 2 },
	{ "ver", 10, 2, 10, 2 },
	{ "ver-client", 12, 2, 12, 2 },
	{ "platform-create", 14, 1, 14, 1 },
	{ "platform-access", 15, 1, 15, 1 },
	{ "reserved1", 16, 4, 16, 4 },
	{ "reserved2", 20, 4, 20, 4 },
	{ "next-bid", 24, 4, 516, 8 },
	{ "next-page-bid", 28, 4, 32, 8 },
	{ "unique", 32, 4, 40, 4 },
	{ "nids", 36, 128, 44, 128 },
	{ "eof", 168, 4, 184, 8 },
	{ "amap-last", 172, 4, 192, 8 },
	{ "amap-free", 176, 4, 200, 8 },
	{ "pmap-free", 180, 4, 208, 8 },
	{ "nbt-bid", 184, 4, 216, 8 },
	{ "nbt-ib", 188, 4, 224, 8 },
	{ "bbt-bid", 192, 4, 232, 8 },
	{ "bbt-ib", 196, 4, 240, 8 },
	{ "amap-valid", 200, 1, 248, 1 },
	{ "fm", 204, 128, 256, 128 },
	{ "fp", 332, 128, 384, 128 },
	{ "sentinel", 460, 1, 512, 1 },
	{ "crypt", 461, 1, 513, 1 },
	{ "crc-full", 0, 0, 524, 4 },
};

unsigned
pb_field_at(const struct pb_format *format, const struct pb_field *field)
{
	return format->variant == PB_ANSI ? field->ansi_at : field->unicode_at;
}

unsigned
pb_field_size(const struct pb_format *format, const struct pb_field *field)
{
	return format->variant == PB_ANSI ? field->ansi_size
					  : field->unicode_size;
}

const struct pb_field *
pb_header_field(const struct pb_format *format, const char *name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (strcmp(fields[i].name, name) == 0 &&
		    pb_field_size(format, &fields[i]) > 0)
			return &fields[i];
	}
	return NULL;
}

static void
put(const struct pb_format *format, uint8_t *header, const char *name,
    uint64_t value)
{
	const struct pb_field *field = pb_header_field(format, name);

	pb_put(header + pb_field_at(format, field),
	       pb_field_size(format, field), value);
}

static void
fill(const struct pb_format *format, uint8_t *header, const char *name)
{
	const struct pb_field *field = pb_header_field(format, name);

	memset(header + pb_field_at(format, field), 0xFF,
	       pb_field_size(format, field));
}

/* rgnid: the next free index of each NID type, from where Outlook starts. */
static void
nids_put(const struct pb_ndb *ndb, uint8_t *header)
{
	const unsigned at =
		pb_field_at(ndb->format, pb_header_field(ndb->format, "nids"));
	uint32_t next[32];

	for (unsigned type = 0; type < 32; type++)
		next[type] = type == 3	 ? 0x4000
			     : type == 4 ? 0x10000
			     : type == 8 ? 0x8000
					 : 0x400;
	for (size_t i = 0; i < ndb->nodes.count; i++) {
		const uint32_t nid = ndb->nodes.items[i].nid;

		if (nid >> 5 >= next[nid & 31])
			next[nid & 31] = (nid >> 5) + 1;
	}
	for (unsigned type = 0; type < 32; type++)
		pb_put(header + at + 4 * type, 4, next[type]);
}

static void
root_put(struct pb_ndb *ndb, uint8_t *header)
{
	const struct pb_format *format = ndb->format;

	put(format, header, "eof", pb_space_size(&ndb->space));
	put(format, header, "amap-last", ndb->space.amap_last);
	put(format, header, "amap-free", ndb->space.amap_free);
	put(format, header, "nbt-bid", ndb->nbt_root.bid);
	put(format, header, "nbt-ib", ndb->nbt_root.ib);
	put(format, header, "bbt-bid", ndb->bbt_root.bid);
	put(format, header, "bbt-ib", ndb->bbt_root.ib);
	put(format, header, "amap-valid", 2);
}

void
pb_header_seal(const struct pb_format *format, uint8_t *header)
{
	put(format, header, "crc-partial", pb_crc(header + 8, 471));
	if (format->variant != PB_ANSI)
		put(format, header, "crc-full", pb_crc(header + 8, 516));
}

void
pb_header_write(struct pb_ndb *ndb)
{
	const struct pb_format *format = ndb->format;
	const struct pb_ndb_options *options = &ndb->options;
	uint8_t header[564] = { 0x21, 0x42, 0x44, 0x4E };

	memcpy(header + 8, format->client, 2);
	put(format, header, "ver", format->ver);
	put(format, header, "ver-client", format->ver_client);
	put(format, header, "platform-create", 1);
	put(format, header, "platform-access", 1);
	put(format, header, "next-bid", ndb->next_bid);
	put(format, header, "next-page-bid", ndb->next_page_bid);
	put(format, header, "unique", 1);
	nids_put(ndb, header);
	root_put(ndb, header);
	fill(format, header, "fm");
	fill(format, header, "fp");
	put(format, header, "sentinel", 0x80);
	put(format, header, "crypt",
	    options->header_crypt >= 0 ? (uint64_t)options->header_crypt
				       : (uint64_t)options->crypt);
	pb_header_seal(format, header);
	pb_space_write(&ndb->space, 0, header, format->header_size);
}
