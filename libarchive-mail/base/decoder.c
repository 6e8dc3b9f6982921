/* From a code page to UTF-8, piece by piece. */
#include "base/decoder.h"

#include <errno.h>

#include "base/utf16.h"

enum {
	ESC = 0x1b,
	SO = 0x0e,
	ISO_2022_KR = 50225,
	EUC_JP = 51932,
	SHIFT_JIS = 932,
	UHC = 949,
	UTF_7 = 65000
};

bool
am_decoder_open(struct am_decoder *decoder, unsigned codepage)
{
	memset(decoder, 0, sizeof(*decoder));
	if (!am_codepage_get(codepage, &decoder->page))
		return false;
	if (decoder->page.kind != AM_CODEPAGE_ICONV)
		return true;
	decoder->handles[0].tried = true;
	decoder->handles[0].open =
		am_codepage_iconv(&decoder->page, &decoder->handles[0].iconv);
	return decoder->handles[0].open;
}

void
am_decoder_close(struct am_decoder *decoder)
{
	size_t i;

	for (i = 0; i < AM_JIS_SETS; i++) {
		if (decoder->handles[i].open)
			(void)iconv_close(decoder->handles[i].iconv);
		decoder->handles[i].open = false;
	}
}

void
am_decoder_put(struct am_buf *out, uint32_t code)
{
	char utf8[4];

	am_buf_add(out, am_bytes(utf8, am_utf8_encode(code, utf8)));
}

/* Are the units of the page wider than a byte? */
static bool
page_is_wide(const struct am_codepage *page)
{
	return page->number == AM_CP_UTF16LE || page->number == AM_CP_UTF16BE ||
	       page->number == AM_CP_UTF32LE || page->number == AM_CP_UTF32BE;
}

void
am_decoder_fault(struct am_decoder *decoder, uint8_t byte, struct am_buf *out)
{
	decoder->faults++;
	if (page_is_wide(&decoder->page))
		am_decoder_put(out, AM_CODEPAGE_GAP);
	else
		am_decoder_put(out, am_codepage_last_resort(byte));
}

/* The room was made for len bytes at most; now there are so many. */
static void
room_used(struct am_buf *out, size_t len)
{
	out->len += len;
	out->data[out->len] = '\0';
}

static size_t
table_add(struct am_decoder *decoder, struct am_bytes raw, struct am_buf *out)
{
	char *const room = (char *)am_buf_room(
		out, am_codepage_bound(&decoder->page, raw));

	if (room != NULL)
		room_used(out, am_codepage_write(&decoder->page, raw, room,
						 &decoder->faults));
	return raw.len;
}

static size_t
utf16_add(struct am_decoder *decoder, struct am_bytes raw, bool last,
	  struct am_buf *out)
{
	const enum am_utf16_order order =
		decoder->page.kind == AM_CODEPAGE_UTF16BE ? AM_UTF16_BE
							  : AM_UTF16_LE;
	char *const room = (char *)am_buf_room(out, am_utf16_bound(raw, order));
	size_t used;

	if (room == NULL)
		return raw.len;
	room_used(out, am_utf16_write(raw, order, last, room, &used,
				      &decoder->faults));
	return used;
}

/* Could rest become a good sequence with more bytes behind it? */
static bool
utf8_is_cut(struct am_bytes rest)
{
	static const uint8_t continuations[] = { 0x80, 0xbf };
	uint8_t whole[4];
	uint32_t code;
	size_t i;

	if (rest.len >= sizeof(whole))
		return false;
	for (i = 0; i < sizeof(continuations); i++) {
		memset(whole, continuations[i], sizeof(whole));
		memcpy(whole, rest.data, rest.len);
		if (am_utf8_decode(am_bytes(whole, sizeof(whole)), &code) >
		    rest.len)
			return true;
	}
	return false;
}

static size_t
utf8_add(struct am_decoder *decoder, struct am_bytes raw, struct am_buf *out)
{
	struct am_bytes rest = raw;

	while (rest.len > 0) {
		const size_t good = am_utf8_good(rest);

		am_buf_add(out, am_bytes(rest.data, good));
		rest = am_bytes(rest.data + good, rest.len - good);
		if (rest.len == 0 || utf8_is_cut(rest))
			break;
		am_decoder_fault(decoder, rest.data[0], out);
		rest = am_bytes(rest.data + 1, rest.len - 1);
	}
	return raw.len - rest.len;
}

size_t
am_decoder_iconv(struct am_decoder *decoder, struct am_decoder_handle *handle,
		 struct am_bytes raw, struct am_buf *out)
{
	/* iconv's parameter is not const, but it does not write there. */
	char *in = (char *)(uintptr_t)raw.data;
	size_t in_left = raw.len;

	while (in_left > 0) {
		const size_t size = in_left * 3 + 64;
		uint8_t *const room = am_buf_room(out, size);
		char *at = (char *)room;
		size_t left = size;
		size_t result;

		if (room == NULL)
			return raw.len;
		result = iconv(handle->iconv, &in, &in_left, &at, &left);
		room_used(out, size - left);
		if (result != (size_t)-1 || errno == EINVAL)
			break;
		if (errno == E2BIG)
			continue;
		/* glibc would read on in base64, and spoil the rest */
		if (decoder->page.number == UTF_7)
			(void)iconv(handle->iconv, NULL, NULL, NULL, NULL);
		if (in_left == 0) { /* glibc's stateful ones do that */
			decoder->faults++;
			am_decoder_put(out, AM_CODEPAGE_GAP);
			break;
		}
		am_decoder_fault(decoder, (uint8_t)*in, out);
		in++;
		in_left--;
	}
	return raw.len - in_left;
}

/* Some converters keep a character back until they know what follows. */
static void
iconv_flush(struct am_decoder *decoder, struct am_buf *out)
{
	uint8_t *const room = am_buf_room(out, 64);
	char *at = (char *)room;
	size_t left = 64;

	if (room == NULL || !decoder->handles[0].open)
		return;
	(void)iconv(decoder->handles[0].iconv, NULL, NULL, &at, &left);
	room_used(out, 64 - left);
}

/* Does raw decode under number? A long run may be cut at its end; where a
 * short one is, it is more likely text of another page. */
static bool
decodes(unsigned number, struct am_bytes raw)
{
	enum { LONG = 64 };
	struct am_buf scratch = am_buf(SIZE_MAX - 1);
	struct am_decoder decoder;
	bool good = false;

	if (am_decoder_open(&decoder, number)) {
		am_decoder_add(&decoder, raw, false, &scratch);
		good = decoder.faults == 0 && scratch.status == AM_OK &&
		       (decoder.pending_len == 0 || raw.len >= LONG);
	}
	am_decoder_close(&decoder);
	am_buf_free(&scratch);
	return good;
}

static bool
has_byte(struct am_bytes raw, uint8_t byte)
{
	return raw.len > 0 && memchr(raw.data, byte, raw.len) != NULL;
}

/* Bytes that EUC has none of, though converters take them for controls. */
static bool
has_c1(struct am_bytes raw)
{
	size_t i;

	for (i = 0; i < raw.len; i++)
		if (raw.data[i] >= 0x80 && raw.data[i] < 0xa0 &&
		    raw.data[i] != 0x8e && raw.data[i] != 0x8f)
			return true;
	return false;
}

static bool
page_become(struct am_decoder *decoder, unsigned number)
{
	const bool started = decoder->started;
	const bool known = am_decoder_open(decoder, number);

	decoder->started = started;
	return known;
}

/* Which of the pages of its language it is, by the first bytes that tell. */
static void
page_settle(struct am_decoder *decoder, struct am_bytes raw)
{
	const bool japanese = decoder->page.kind == AM_CODEPAGE_JAPANESE;
	const bool shifts = has_byte(raw, ESC) || has_byte(raw, SO);

	if (!shifts && am_is_ascii(raw))
		return;
	if (japanese && shifts)
		decoder->page.kind = AM_CODEPAGE_JIS;
	else if (shifts && am_codepage_get_iconv(ISO_2022_KR, &decoder->page))
		decoder->handles[0].open = am_codepage_iconv(
			&decoder->page, &decoder->handles[0].iconv);
	else if (decodes(AM_CP_UTF8, raw))
		decoder->page.kind = AM_CODEPAGE_UTF8;
	else if (japanese && !has_c1(raw) && decodes(EUC_JP, raw))
		(void)page_become(decoder, EUC_JP);
	else if (japanese && decodes(SHIFT_JIS, raw))
		(void)page_become(decoder, SHIFT_JIS);
	else if (japanese || !page_become(decoder, UHC))
		decoder->page.kind = AM_CODEPAGE_JIS;
}

static size_t
bytes_add(struct am_decoder *decoder, struct am_bytes raw, bool last,
	  struct am_buf *out)
{
	if (decoder->page.kind == AM_CODEPAGE_JAPANESE ||
	    decoder->page.kind == AM_CODEPAGE_KOREAN)
		page_settle(decoder, raw);
	switch (decoder->page.kind) {
	case AM_CODEPAGE_HIGH:
	case AM_CODEPAGE_FULL:
		return table_add(decoder, raw, out);
	case AM_CODEPAGE_UTF16:
	case AM_CODEPAGE_UTF16BE:
		return utf16_add(decoder, raw, last, out);
	case AM_CODEPAGE_UTF8:
		return utf8_add(decoder, raw, out);
	case AM_CODEPAGE_JIS:
		return am_decoder_jis(decoder, raw, last, out);
	case AM_CODEPAGE_HZ:
		return am_decoder_hz(decoder, raw, last, out);
	case AM_CODEPAGE_JAPANESE:
	case AM_CODEPAGE_KOREAN:
		am_buf_add(out, raw); /* nothing but ASCII so far */
		return raw.len;
	case AM_CODEPAGE_ICONV:
		break;
	}
	if (!decoder->handles[0].open) /* ISO-2022-KR is not everywhere */
		return am_decoder_jis(decoder, raw, last, out);
	return am_decoder_iconv(decoder, &decoder->handles[0], raw, out);
}

static void
pending_drop(struct am_decoder *decoder, size_t len)
{
	decoder->pending_len -= len;
	memmove(decoder->pending, decoder->pending + len, decoder->pending_len);
}

/* Completes what was cut with bytes of raw; returns what is left of raw. */
static struct am_bytes
pending_finish(struct am_decoder *decoder, struct am_bytes raw, bool last,
	       struct am_buf *out)
{
	uint8_t carry[AM_DECODER_PENDING * 2];
	struct am_bytes rest = { NULL, 0 };

	while (decoder->pending_len > 0) {
		const size_t had = decoder->pending_len;
		const size_t room = sizeof(carry) - had;
		const size_t more = raw.len < room ? raw.len : room;
		const bool all = more == raw.len;
		size_t used;

		memcpy(carry, decoder->pending, had);
		if (more > 0)
			memcpy(carry + had, raw.data, more);
		used = bytes_add(decoder, am_bytes(carry, had + more),
				 last && all, out);
		if (used >= had) {
			decoder->pending_len = 0;
			(void)am_slice(raw, used - had, raw.len - (used - had),
				       &rest);
			return rest;
		}
		pending_drop(decoder, used);
		if (all && !last && had - used + more <= AM_DECODER_PENDING) {
			memcpy(decoder->pending + decoder->pending_len,
			       carry + had, more);
			decoder->pending_len += more;
			return am_bytes(NULL, 0);
		}
		am_decoder_fault(decoder, decoder->pending[0], out);
		pending_drop(decoder, 1);
	}
	return raw;
}

/* A byte order mark at the very start is no part of the text. */
static void
mark_drop(struct am_decoder *decoder, size_t before, struct am_buf *out)
{
	static const char mark[3] = "\xef\xbb\xbf";

	if (decoder->started || out->len == before)
		return;
	decoder->started = true;
	if (decoder->page.table != NULL || out->len - before < sizeof(mark) ||
	    memcmp(out->data + before, mark, sizeof(mark)) != 0)
		return;
	out->len -= sizeof(mark);
	memmove(out->data + before, out->data + before + sizeof(mark),
		out->len - before + 1);
}

void
am_decoder_add(struct am_decoder *decoder, struct am_bytes raw, bool last,
	       struct am_buf *out)
{
	const size_t before = out->len;
	size_t used = 0;

	raw = pending_finish(decoder, raw, last, out);
	if (raw.len > 0)
		used = bytes_add(decoder, raw, last, out);
	/* Nothing leaves so much behind, but the rest would be lost. */
	while (raw.len - used > (last ? 0 : AM_DECODER_PENDING))
		am_decoder_fault(decoder, raw.data[used++], out);
	if (raw.len > used) {
		decoder->pending_len = raw.len - used;
		memcpy(decoder->pending, raw.data + used, raw.len - used);
	}
	if (last && decoder->page.kind == AM_CODEPAGE_ICONV)
		iconv_flush(decoder, out);
	mark_drop(decoder, before, out);
}
