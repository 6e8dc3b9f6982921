/* [MS-OXRTFCP] decompression of RTF. */
#include "rtf/lzfu.h"

#include <inttypes.h>

#include <zlib.h>

#include "base/cursor.h"

/* [MS-OXRTFCP] 2.1.3.1 */
enum {
	HEADER_SIZE = 16,
	/* COMPSIZE counts from behind itself: the rest of the header too. */
	COMPSIZE_MIN = 12,
	COMPSIZE_FROM = 4
};
#define COMPTYPE_LZFU UINT32_C(0x75465a4c)
#define COMPTYPE_MELA UINT32_C(0x414c454d)

enum {
	DICTIONARY_SIZE = 4096, /* a power of two */
	REFERENCE_MAX = 17,	/* bytes that one reference copies */
	CHUNK_SIZE = 16 << 10
};

/* [MS-OXRTFCP] 2.1.2.1.1: what the dictionary begins with. */
static const char preset[] =
	"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}"
	"{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
	"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier"
	"{\\colortbl\\red0\\green0\\blue0\r\n"
	"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

enum { PRESET_SIZE = sizeof(preset) - 1 };

struct lzfu_stream {
	struct am_stream base; /* first */
	struct am_stream *raw;
	struct am_report *report;
	uint64_t raw_size; /* as the caller knows it */

	uint8_t header[HEADER_SIZE];
	size_t header_len;
	uint32_t comp_size;
	uint32_t declared_size; /* RAWSIZE */
	uint32_t comp_type;	/* 0: RTF without a container */
	uint32_t declared_crc;

	struct am_cursor in;   /* what is left of the piece at hand */
	uint64_t payload_left; /* not yet read from raw */
	uint32_t crc;	       /* of what was */
	enum am_status raw_status;
	struct am_error raw_err;

	unsigned control; /* bits that are left of the control byte */
	unsigned control_bits;
	size_t write_at; /* in dictionary */
	uint8_t dictionary[DICTIONARY_SIZE];

	struct am_buf out;
	uint64_t produced;
	uint64_t output_max;
	bool end_mark; /* came by */
	bool over;     /* nothing more comes out */
};

/* [MS-OXRTFCP] 2.1.3.2: begins with 0 and inverts nothing, where zlib's
 * does both. */
static uint32_t
crc_add(uint32_t crc, struct am_cursor bytes)
{
	const uLong added = crc32_z(~crc & UINT32_MAX, bytes.next, bytes.left);

	return (uint32_t)(~added & UINT32_MAX);
}

/* Cuts off what does not belong to the payload, and counts the rest. */
static void
piece_begin(struct lzfu_stream *lz)
{
	if (lz->in.left > lz->payload_left)
		lz->in.left = (size_t)lz->payload_left;
	lz->payload_left -= lz->in.left;
	if (lz->comp_type == COMPTYPE_LZFU)
		lz->crc = crc_add(lz->crc, lz->in);
}

/* Sees to it that in has a byte; false at the end of the payload or of raw,
 * whose status is then in raw_status. */
static bool
input_fill(struct lzfu_stream *lz)
{
	while (lz->in.left == 0) {
		struct am_bytes piece;

		if (lz->payload_left == 0 || lz->raw_status != AM_OK)
			return false;
		lz->raw_status = am_stream_next(lz->raw, &piece, &lz->raw_err);
		if (lz->raw_status != AM_OK)
			return false;
		lz->in = am_cursor(piece);
		piece_begin(lz);
	}
	return true;
}

static bool
byte_get(struct lzfu_stream *lz, uint8_t *byte_out)
{
	if (!input_fill(lz))
		return false;
	*byte_out = am_u8(&lz->in);
	return true;
}

static void
byte_put(struct lzfu_stream *lz, uint8_t byte)
{
	lz->dictionary[lz->write_at] = byte;
	lz->write_at = (lz->write_at + 1) % DICTIONARY_SIZE;
	lz->out.data[lz->out.len++] = byte;
}

/* [MS-OXRTFCP] 2.2.2.1.4: 12 bits of offset, 4 bits of length less 2, the
 * first byte on top. False at the end mark and at the end of input. */
static bool
reference_copy(struct lzfu_stream *lz)
{
	uint8_t high, low;
	size_t offset, count;

	if (!byte_get(lz, &high) || !byte_get(lz, &low))
		return false;
	offset = (size_t)high << 4 | low >> 4;
	if (offset == lz->write_at) {
		lz->end_mark = true;
		return false;
	}
	for (count = (low & 15u) + 2; count > 0; count--) {
		byte_put(lz, lz->dictionary[offset]);
		offset = (offset + 1) % DICTIONARY_SIZE;
	}
	return true;
}

/* One literal or reference; false when there is none. */
static bool
token_decode(struct lzfu_stream *lz)
{
	uint8_t byte;

	if (lz->control_bits == 0) {
		if (!byte_get(lz, &byte))
			return false;
		lz->control = byte;
		lz->control_bits = 8;
	}
	lz->control_bits--;
	if ((lz->control >> (7 - lz->control_bits) & 1) != 0)
		return reference_copy(lz);
	if (!byte_get(lz, &byte))
		return false;
	byte_put(lz, byte);
	return true;
}

/* LZFu: fills the buffer. */
static enum am_status
compressed_next(struct lzfu_stream *lz, struct am_bytes *bytes_out,
		struct am_error *err)
{
	am_buf_clear(&lz->out);
	if (am_buf_room(&lz->out, CHUNK_SIZE) == NULL)
		return am_buf_status(&lz->out, err);
	while (!lz->over && lz->out.len <= CHUNK_SIZE - REFERENCE_MAX)
		lz->over = !token_decode(lz);
	*bytes_out = am_buf_bytes(&lz->out);
	return AM_OK;
}

/* MELA, and RTF without a container: as it is. */
static enum am_status
stored_next(struct lzfu_stream *lz, struct am_bytes *bytes_out)
{
	*bytes_out = am_bytes(NULL, 0);
	if (lz->comp_type == 0 && lz->header_len > 0) {
		*bytes_out = am_bytes(lz->header, lz->header_len);
		lz->header_len = 0;
		return AM_OK;
	}
	lz->over = !input_fill(lz);
	if (!lz->over)
		*bytes_out = am_take(&lz->in, lz->in.left);
	return AM_OK;
}

/* Do the payload's bytes agree with the header? */
static bool
crc_agrees(struct lzfu_stream *lz)
{
#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	/* What lies behind the end mark counts too. */
	lz->in.left = 0;
	while (input_fill(lz))
		lz->in.left = 0;
	return lz->crc == lz->declared_crc;
#else
	return lz->comp_type == COMPTYPE_LZFU;
#endif
}

/* Is it whole for certain? If not, says why. */
static bool
payload_check(struct lzfu_stream *lz)
{
	if (lz->comp_type != COMPTYPE_LZFU)
		return false;
	if (!lz->end_mark)
		am_report_note(lz->report, "rtf-end",
			       "compressed RTF stops without its end mark");
	if (crc_agrees(lz))
		return lz->end_mark;
	if (lz->raw_status == AM_OK || lz->raw_status == AM_END)
		am_report_note(lz->report, "rtf-crc",
			       "CRC of compressed RTF is %#" PRIx32
			       ", its header says %#" PRIx32,
			       lz->crc, lz->declared_crc);
	return false;
}

/* Says what was wrong, once all has been decoded. */
static void
findings_make(struct lzfu_stream *lz)
{
	const uint64_t size = (uint64_t)lz->comp_size + COMPSIZE_FROM;

	if (lz->comp_type == 0)
		return;
	if (size != lz->raw_size)
		am_report_note(lz->report, "rtf-size",
			       "COMPSIZE of compressed RTF is %" PRIu32
			       ", its bytes are %" PRIu64,
			       lz->comp_size, lz->raw_size);
	/* Aspose's writer always counts 12 too many. */
	if (!payload_check(lz) && lz->produced != lz->declared_size)
		am_report_note(lz->report, "rtf-size",
			       "RAWSIZE of compressed RTF is %" PRIu32
			       ", it has %" PRIu64 " bytes",
			       lz->declared_size, lz->produced);
}

/* The end: with the status of raw, if that is why. */
static enum am_status
stream_end(struct lzfu_stream *lz, struct am_error *err)
{
	am_buf_free(&lz->out);
	if (lz->raw_status == AM_OK || lz->raw_status == AM_END)
		return AM_END;
	if (err != NULL)
		*err = lz->raw_err;
	return lz->raw_status;
}

static enum am_status
lzfu_next(struct am_stream *base, struct am_bytes *bytes_out,
	  struct am_error *err)
{
	struct lzfu_stream *lz = (struct lzfu_stream *)base;
	const uint64_t room = lz->output_max - lz->produced;

	if (lz->over)
		return stream_end(lz, err);
	if (lz->comp_type == COMPTYPE_LZFU)
		AM_TRY(compressed_next(lz, bytes_out, err));
	else
		AM_TRY(stored_next(lz, bytes_out));
	if (bytes_out->len > room) {
		am_report_note(lz->report, "rtf-limit",
			       "RTF was cut off after %" PRIu64 " bytes",
			       lz->output_max);
		bytes_out->len = (size_t)room;
		lz->over = true;
	}
	lz->produced += bytes_out->len;
	if (lz->over)
		findings_make(lz);
	return bytes_out->len > 0 ? AM_OK : stream_end(lz, err);
}

static void
lzfu_close(struct am_stream *base)
{
	struct lzfu_stream *lz = (struct lzfu_stream *)base;

	am_buf_free(&lz->out);
	lz->over = true;
}

/* Reads up to HEADER_SIZE bytes; what is left of the last piece stays in in.
 * The end of raw is no failure. */
static enum am_status
header_read(struct lzfu_stream *lz, struct am_error *err)
{
	lz->payload_left = UINT64_MAX;
	while (lz->header_len < HEADER_SIZE && input_fill(lz))
		lz->header[lz->header_len++] = am_u8(&lz->in);
	if (lz->raw_status == AM_OK || lz->raw_status == AM_END)
		return AM_OK;
	if (err != NULL)
		*err = lz->raw_err;
	return lz->raw_status;
}

/* [MS-OXRTFCP] 2.1.3.1 */
static enum am_status
header_decode(struct lzfu_stream *lz, struct am_error *err)
{
	const struct am_bytes header = am_bytes(lz->header, lz->header_len);
	struct am_cursor cur = am_cursor(header);
	struct am_bytes start;

	if (am_slice(header, 0, 5, &start) &&
	    am_bytes_equal(start, am_bytes("{\\rtf", 5)))
		return AM_OK;
	lz->comp_size = am_u32(&cur);
	lz->declared_size = am_u32(&cur);
	lz->comp_type = am_u32(&cur);
	lz->declared_crc = am_u32(&cur);
	if (!am_cursor_ok(&cur))
		return am_fail(err, AM_CORRUPT,
			       "compressed RTF has %zu bytes, not even its "
			       "header",
			       header.len);
	if (lz->comp_type != COMPTYPE_LZFU && lz->comp_type != COMPTYPE_MELA)
		return am_fail(err, AM_CORRUPT,
			       "COMPTYPE of compressed RTF is %#" PRIx32,
			       lz->comp_type);
	return AM_OK;
}

/* The payload begins with what header_read left. */
static void
payload_begin(struct lzfu_stream *lz)
{
	size_t i;

	lz->payload_left = UINT64_MAX;
	/* A COMPSIZE that does not even count the header counts nothing. */
	if (lz->comp_type != 0 && lz->comp_size >= COMPSIZE_MIN)
		lz->payload_left = lz->comp_size - COMPSIZE_MIN;
	piece_begin(lz);
	for (i = 0; i < PRESET_SIZE; i++)
		lz->dictionary[i] = (uint8_t)preset[i];
	lz->write_at = PRESET_SIZE;
}

static uint64_t
output_limit(uint64_t raw_size)
{
	const uint64_t most = AM_LZFU_MAX_OUTPUT;
	const uint64_t least = 1 << 20;

	return raw_size > (most - least) / 64 ? most : raw_size * 64 + least;
}

enum am_status
am_lzfu_open(struct am_arena *arena, struct am_stream *raw, uint64_t raw_size,
	     struct am_report *report, struct am_stream **stream_out,
	     struct am_error *err)
{
	struct lzfu_stream *lz = am_arena_new(arena, struct lzfu_stream);

	if (lz == NULL)
		return am_arena_failed(arena, sizeof(*lz), err);
	lz->base.next = lzfu_next;
	lz->base.close = lzfu_close;
	lz->raw = raw;
	lz->raw_size = raw_size;
	lz->report = report;
	lz->output_max = output_limit(raw_size);
	lz->out = am_buf(CHUNK_SIZE);
	AM_TRY(header_read(lz, err));
	AM_TRY(header_decode(lz, err));
	payload_begin(lz);
	*stream_out = &lz->base;
	return AM_OK;
}
