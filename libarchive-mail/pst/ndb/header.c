/* [MS-PST] 2.2.2.6 HEADER. */
#include "pst/ndb/header.h"

#include <inttypes.h>

#include "base/hash.h"

enum {
	MAGIC = 0x4e444221, /* "!BDN" */
	VERSION_ANSI_LAST = 15,
	VERSION_UNICODE_FIRST = 21,
	VERSION_4K_FIRST = 36,
	VERSION_4K_LAST = 63, /* what is beyond is damage */
	SENTINEL = 0x80,
	CRC_START = 8,
	CRC_PARTIAL_SIZE = 471,
	CRC_FULL_SIZE = 516
};

/* A cursor at offset; behind the end of raw all its reads fall short. */
static struct am_cursor
cursor_at(struct am_bytes raw, size_t offset)
{
	struct am_cursor cur = am_cursor(raw);

	am_skip(&cur, offset);
	return cur;
}

static uint8_t
byte_at(struct am_bytes raw, size_t offset)
{
	struct am_cursor cur = cursor_at(raw, offset);

	return am_u8(&cur);
}

bool
am_header_has_magic(struct am_bytes raw)
{
	struct am_cursor cur = am_cursor(raw);

	return am_u32(&cur) == MAGIC;
}

enum am_ndb_variant
am_header_variant(struct am_bytes raw)
{
	struct am_cursor cur = cursor_at(raw, 10);
	const unsigned version = am_u16(&cur);
	const size_t ansi = am_ndb_format(AM_NDB_ANSI)->header.sentinel;
	const size_t unicode = am_ndb_format(AM_NDB_UNICODE)->header.sentinel;

	if (version <= VERSION_ANSI_LAST)
		return AM_NDB_ANSI;
	if (version >= VERSION_UNICODE_FIRST && version < VERSION_4K_FIRST)
		return AM_NDB_UNICODE;
	if (version >= VERSION_4K_FIRST && version <= VERSION_4K_LAST)
		return AM_NDB_4K;
	if (byte_at(raw, ansi) == SENTINEL && byte_at(raw, unicode) != SENTINEL)
		return AM_NDB_ANSI;
	return AM_NDB_UNICODE;
}

static void
common_decode(struct am_bytes raw, struct am_header *out)
{
	struct am_cursor cur = cursor_at(raw, 8);

	out->client[0] = (char)am_u8(&cur); /* wMagicClient */
	out->client[1] = (char)am_u8(&cur);
	out->version = am_u16(&cur); /* wVer */
}

enum am_status
am_header_decode(const struct am_ndb_format *format, struct am_bytes raw,
		 struct am_header *out, struct am_error *err)
{
	const struct am_header_layout *layout = &format->header;
	const struct am_header empty = { 0 };
	struct am_cursor cur;

	*out = empty;
	if (raw.len < layout->size)
		return am_fail(err, AM_CORRUPT,
			       "the file ends in its header, after %zu of %zu "
			       "bytes: the copy or download did not finish",
			       raw.len, layout->size);
	common_decode(raw, out);
	cur = cursor_at(raw, layout->unique);
	out->unique = am_u32(&cur); /* dwUnique */
	cur = cursor_at(raw, layout->file_eof);
	out->file_eof = am_uint(&cur, format->id_size); /* ibFileEof */
	cur = cursor_at(raw, layout->bref_nbt);
	out->nbt = am_bref_decode(format, &cur);
	out->bbt = am_bref_decode(format, &cur);
	out->amap_valid = byte_at(raw, layout->amap_valid);
	out->sentinel = byte_at(raw, layout->sentinel);
	out->crypt = byte_at(raw, layout->crypt);
	return AM_OK;
}

/* The one place where the fuzzer gets past the checksums of the header. */
static bool
header_crc_agrees(struct am_bytes raw, size_t at, size_t size, uint32_t *got,
		  uint32_t *want)
{
	struct am_cursor cur = cursor_at(raw, at);
	struct am_bytes part;

	*got = am_u32(&cur);
	if (!am_slice(raw, CRC_START, size, &part))
		return true;
	*want = am_crc(part);
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	return true;
#else
	return *got == *want;
#endif
}

bool
am_header_has_crc(struct am_bytes raw)
{
	static const char *const clients[] = { "SM", "SO", "AB" };
	struct am_bytes client;
	uint32_t got;
	uint32_t want = 0;
	size_t i;

	if (raw.len < AM_HEADER_MIN_SIZE || !am_slice(raw, 8, 2, &client) ||
	    !header_crc_agrees(raw, 4, CRC_PARTIAL_SIZE, &got, &want))
		return false;
	for (i = 0; i < sizeof(clients) / sizeof(clients[0]); i++)
		if (am_bytes_equal(client, am_bytes_of(clients[i])))
			return true;
	return false;
}

static void
crc_check(struct am_bytes raw, const char *field, size_t at, size_t size,
	  struct am_report *report)
{
	uint32_t got;
	uint32_t want = 0;

	if (!header_crc_agrees(raw, at, size, &got, &want))
		am_report_note(report, "header-crc",
			       "HEADER.%s is %#" PRIx32 ", want %#" PRIx32,
			       field, got, want);
}

void
am_header_check(const struct am_ndb_format *format, struct am_bytes raw,
		struct am_report *report)
{
	crc_check(raw, "dwCRCPartial", 4, CRC_PARTIAL_SIZE, report);
	if (format->header.crc_full != 0)
		crc_check(raw, "dwCRCFull", format->header.crc_full,
			  CRC_FULL_SIZE, report);
}
