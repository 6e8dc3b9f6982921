/* Text of seven bits that switches character sets: ISO-2022-JP (RFC 1468, 1554
 * and what Microsoft added: half-width katakana by escape, by shift and in
 * eight bits, the rows of NEC and IBM) and HZ (RFC 1843). */
#include "base/decoder.h"

enum { ESC = 0x1b, SO = 0x0e, SI = 0x0f };

static const struct {
	const char *sequence; /* behind ESC */
	enum am_jis_set set;
} escapes[] = {
	{ "(B", AM_JIS_ASCII },	     { "(J", AM_JIS_ASCII },
	{ "(H", AM_JIS_ASCII },	     { "(I", AM_JIS_KANA },
	{ "$@", AM_JIS_0208 },	     { "$B", AM_JIS_0208 },
	{ "$(@", AM_JIS_0208 },	     { "$(B", AM_JIS_0208 },
	{ "&@\x1b$B", AM_JIS_0208 }, { "$(D", AM_JIS_0212 },
	{ "$A", AM_JIS_GB2312 },     { "$(A", AM_JIS_GB2312 },
	{ "$(C", AM_JIS_KSC5601 },
};

/* Under which page, and in which form, iconv has the characters of a set. */
static const unsigned set_pages[AM_JIS_SETS] = {
	[AM_JIS_0208] = 932,
	[AM_JIS_0212] = 20932,
	[AM_JIS_GB2312] = 936,
	[AM_JIS_KSC5601] = 949,
};

static struct am_decoder_handle *
handle_get(struct am_decoder *decoder, enum am_jis_set set)
{
	struct am_decoder_handle *handle = &decoder->handles[set];
	struct am_codepage page;

	if (!handle->tried) {
		handle->tried = true;
		handle->open = am_codepage_get(set_pages[set], &page) &&
			       am_codepage_iconv(&page, &handle->iconv);
	}
	return handle->open ? handle : NULL;
}

/* A pair of JIS X 0208 as Shift_JIS: two rows share a lead byte. */
static void
shift_jis(uint8_t row, uint8_t cell, uint8_t pair[2])
{
	const unsigned r = row - 0x21u;
	const unsigned c = cell - 0x21u;

	pair[0] = (uint8_t)(r / 2 + (r < 62 ? 0x81 : 0xc1));
	if (r % 2 == 1)
		pair[1] = (uint8_t)(c + 0x9f);
	else
		pair[1] = (uint8_t)(c + 0x40 + (c >= 63));
}

static size_t
pair_encode(enum am_jis_set set, uint8_t row, uint8_t cell, uint8_t bytes[3])
{
	size_t len = 0;

	if (set == AM_JIS_0208) {
		shift_jis(row, cell, bytes);
		return 2;
	}
	if (set == AM_JIS_0212)
		bytes[len++] = 0x8f; /* the SS3 of EUC-JP */
	bytes[len++] = row | 0x80;
	bytes[len++] = cell | 0x80;
	return len;
}

/* A character of two bytes at the front of raw; returns the bytes read. */
static size_t
pair_add(struct am_decoder *decoder, struct am_bytes raw, struct am_buf *out)
{
	struct am_decoder_handle *handle = handle_get(decoder, decoder->set);
	const uint64_t before = decoder->faults;
	const size_t at = out->len;
	uint8_t bytes[3];
	size_t len;

	if (raw.data[1] < 0x21 || raw.data[1] > 0x7e || handle == NULL) {
		am_decoder_fault(decoder, raw.data[0], out);
		return 1;
	}
	len = pair_encode(decoder->set, raw.data[0], raw.data[1], bytes);
	(void)am_decoder_iconv(decoder, handle, am_bytes(bytes, len), out);
	if (out->status != AM_OK)
		return 2;
	if (decoder->faults != before || out->len == at) {
		/* Not in the set: one sign for both bytes. */
		out->len = at;
		decoder->faults = before + 1;
		am_decoder_put(out, AM_CODEPAGE_GAP);
	}
	return 2;
}

/* The length of the escape sequence at the front, which sets the set; 0: it
 * may be one that is cut; 1: it is none. */
static size_t
escape_read(struct am_decoder *decoder, struct am_bytes raw, bool last)
{
	const struct am_bytes behind = am_bytes(raw.data + 1, raw.len - 1);
	bool is_cut = false;
	size_t i;

	for (i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		const char *sequence = escapes[i].sequence;
		const size_t len = strlen(sequence);
		const size_t both = len < behind.len ? len : behind.len;

		if (memcmp(sequence, behind.data, both) != 0)
			continue;
		if (both == len) {
			decoder->set = escapes[i].set;
			return 1 + len;
		}
		is_cut = true;
	}
	return is_cut && !last ? 0 : 1;
}

static void
kana_put(struct am_buf *out, unsigned offset)
{
	am_decoder_put(out, 0xff61 + offset);
}

/* One byte that is no control and no part of a pair. */
static void
byte_add(struct am_decoder *decoder, uint8_t c, struct am_buf *out)
{
	const bool kana = decoder->set == AM_JIS_KANA || decoder->kana_shift;

	if (c >= 0xa1 && c <= 0xdf)
		kana_put(out, c - 0xa1u);
	else if (kana && c >= 0x21 && c <= 0x5f)
		kana_put(out, c - 0x21u);
	else if (c >= 0x80 || decoder->set != AM_JIS_ASCII)
		am_decoder_fault(decoder, c, out);
	else
		am_buf_add_char(out, (char)c);
}

/* A control character or a byte that is none; returns the bytes read, 0 when
 * an escape sequence is cut. */
static size_t
control_add(struct am_decoder *decoder, struct am_bytes raw, bool last,
	    struct am_buf *out)
{
	const uint8_t c = raw.data[0];
	size_t used = 1;

	if (c == ESC) {
		used = escape_read(decoder, raw, last);
		if (used == 1)
			am_decoder_fault(decoder, c, out);
	} else if (c == SO || c == SI) {
		decoder->kana_shift = c == SO;
	} else {
		am_buf_add_char(out, (char)c);
	}
	return used;
}

size_t
am_decoder_jis(struct am_decoder *decoder, struct am_bytes raw, bool last,
	       struct am_buf *out)
{
	struct am_bytes rest = raw;
	size_t used;

	while (rest.len > 0) {
		const uint8_t c = rest.data[0];

		if (c <= ' ' || c == 0x7f) {
			used = control_add(decoder, rest, last, out);
			if (used == 0)
				break;
		} else if (decoder->set >= AM_JIS_0208 && c < 0x7f &&
			   !decoder->kana_shift) {
			if (rest.len < 2)
				break;
			used = pair_add(decoder, rest, out);
		} else {
			byte_add(decoder, c, out);
			used = 1;
		}
		rest = am_bytes(rest.data + used, rest.len - used);
	}
	return raw.len - rest.len;
}

/* Two bytes that begin with a tilde. */
static void
tilde_add(struct am_decoder *decoder, uint8_t second, struct am_buf *out)
{
	if (second == '{')
		decoder->set = AM_JIS_GB2312;
	else if (second == '}')
		decoder->set = AM_JIS_ASCII;
	else if (second == '~')
		am_buf_add_char(out, '~');
	else if (second != '\n') /* which continues the line */
		am_decoder_fault(decoder, '~', out);
}

size_t
am_decoder_hz(struct am_decoder *decoder, struct am_bytes raw, bool last,
	      struct am_buf *out)
{
	struct am_bytes rest = raw;
	size_t used;

	(void)last;
	while (rest.len > 0) {
		const uint8_t c = rest.data[0];
		const bool gb =
			decoder->set == AM_JIS_GB2312 && c > ' ' && c < 0x7f;

		if ((c == '~' || gb) && rest.len < 2)
			break;
		used = 1;
		if (c == '~') {
			tilde_add(decoder, rest.data[1], out);
			/* What follows a lone tilde is text again. */
			if (strchr("{}~\n", rest.data[1]) != NULL &&
			    rest.data[1] != '\0')
				used = 2;
		} else if (gb) {
			used = pair_add(decoder, rest, out);
		} else if (c < 0x80) {
			am_buf_add_char(out, (char)c);
		} else {
			am_decoder_fault(decoder, c, out);
		}
		rest = am_bytes(rest.data + used, rest.len - used);
	}
	return raw.len - rest.len;
}
