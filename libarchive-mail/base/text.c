/* Whole texts: from UTF-16 or a code page to UTF-8, by evidence and label. */
#include "base/text.h"

#include "base/decoder.h"
#include "base/utf16.h"

/* Bytes that a text keeps behind it: a NUL. */
enum { TERMINATOR = 1 };

static char *
text_room(struct am_arena *arena, size_t size)
{
	return size < SIZE_MAX ? am_arena_raw(arena, size + TERMINATOR) : NULL;
}

static void
text_set(struct am_text *text, char *data, size_t len, bool replaced)
{
	data[len] = '\0';
	text->data = data;
	text->len = len;
	text->replaced = replaced;
}

static enum am_status
text_copy(struct am_arena *arena, struct am_bytes raw, struct am_text *text_out,
	  struct am_error *err)
{
	char *const room = text_room(arena, raw.len);

	if (room == NULL)
		return am_arena_failed(arena, raw.len + TERMINATOR, err);
	if (raw.len > 0)
		memcpy(room, raw.data, raw.len);
	text_set(text_out, room, raw.len, false);
	return AM_OK;
}

static struct am_bytes
without_final_nuls(struct am_bytes raw)
{
	while (raw.len > 0 && raw.data[raw.len - 1] == 0)
		raw.len--;
	return raw;
}

static struct am_bytes
without_final_nul_units(struct am_bytes raw)
{
	raw.len -= raw.len % 2;
	while (raw.len >= 2 && raw.data[raw.len - 1] == 0 &&
	       raw.data[raw.len - 2] == 0)
		raw.len -= 2;
	return raw;
}

static enum am_status
utf16_text(struct am_arena *arena, enum am_utf16_order order,
	   struct am_bytes raw, struct am_text *text_out, struct am_error *err)
{
	const struct am_bytes units = without_final_nul_units(raw);
	const size_t size = am_utf16_bound(units, order);
	char *const room = text_room(arena, size);
	uint64_t faults = 0;
	size_t len, used;

	if (room == NULL)
		return am_arena_failed(arena, size + TERMINATOR, err);
	len = am_utf16_write(units, order, true, room, &used, &faults);
	text_set(text_out, room, len, faults > 0);
	return AM_OK;
}

/* Is it plain ASCII in a slot for UTF-16? Read as UTF-16 it would be rare
 * ideographs, all made of two printable bytes; so many in a row, mostly letters
 * and spaces, are no text. */
static bool
is_misplaced_ascii(struct am_bytes raw)
{
	enum { ENOUGH = 16 };
	const struct am_bytes text = without_final_nuls(raw);
	size_t letters = 0;
	size_t i;

	if (text.len < ENOUGH)
		return false;
	for (i = 0; i < text.len; i++) {
		const uint8_t c = text.data[i];
		const uint8_t lower = c | 0x20;

		if (c >= 0x7f || (c < ' ' && (c < '\t' || c > '\r')))
			return false;
		letters += c == ' ' || (lower >= 'a' && lower <= 'z');
	}
	return letters >= text.len / 4 * 3;
}

enum am_status
am_text_from_utf16(struct am_arena *arena, struct am_bytes raw,
		   struct am_text *text_out, struct am_error *err)
{
	if (!is_misplaced_ascii(raw))
		return utf16_text(arena, AM_UTF16_LE, raw, text_out, err);
	AM_TRY(text_copy(arena, without_final_nuls(raw), text_out, err));
	text_out->replaced = true;
	return AM_OK;
}

/* What the bytes tell of UTF-16. */
struct utf16_signs {
	size_t first_zero, second_zero; /* bytes of the pairs that are 0 */
	size_t firsts, seconds;
	bool no_text; /* bytes that single-byte text does not have */
};

static struct utf16_signs
utf16_signs_of(struct am_bytes text)
{
	struct utf16_signs signs = { .firsts = (text.len + 1) / 2,
				     .seconds = text.len / 2 };
	size_t i;

	for (i = 0; i < text.len; i++) {
		const uint8_t c = text.data[i];

		if (c == 0 && i % 2 == 0)
			signs.first_zero++;
		else if (c == 0)
			signs.second_zero++;
		if ((c < ' ' && (c < '\t' || c > '\r')) ||
		    (c >= 0x80 && am_codepage_last_resort(c) == c && c < 0xa0))
			signs.no_text = true;
	}
	return signs;
}

/* At least 40 % of them. */
static bool
is_pattern(size_t zeros, size_t of)
{
	return of > 0 && zeros * 5 >= of * 2;
}

/* AM_CP_UTF16LE or BE where the bytes look like it, else AM_CP_NONE. Text of a
 * single-byte page may be labelled 1200, and UTF-16 may stand under any label;
 * NULs tell, and control characters that single-byte text has not. */
static unsigned
utf16_evidence(unsigned codepage, struct am_bytes raw)
{
	const bool labelled =
		codepage == AM_CP_UTF16LE || codepage == AM_CP_UTF16BE;
	const struct am_bytes text = without_final_nuls(raw);
	struct utf16_signs signs;

	if (codepage == AM_CP_UTF32LE || codepage == AM_CP_UTF32BE)
		return AM_CP_NONE;
	if ((labelled || codepage == AM_CP_NONE) && raw.len >= 2) {
		if (raw.data[0] == 0xff && raw.data[1] == 0xfe)
			return AM_CP_UTF16LE;
		if (raw.data[0] == 0xfe && raw.data[1] == 0xff)
			return AM_CP_UTF16BE;
	}
	if (!labelled &&
	    (text.len < 3 || memchr(text.data, 0, text.len) == NULL))
		return AM_CP_NONE;
	signs = utf16_signs_of(text);
	if (is_pattern(signs.second_zero, signs.seconds) &&
	    signs.second_zero > signs.first_zero)
		return AM_CP_UTF16LE;
	if (is_pattern(signs.first_zero, signs.firsts) &&
	    signs.first_zero > signs.second_zero)
		return AM_CP_UTF16BE;
	if (labelled && signs.no_text && raw.len % 2 == 0)
		return codepage;
	return AM_CP_NONE;
}

/* Characters that are not ASCII in valid UTF-8. */
static uint64_t
non_ascii_count(struct am_bytes utf8)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < utf8.len; i++)
		count += utf8.data[i] >= 0xc0;
	return count;
}

/* So many faults that the label is wrong: one in eight of the characters
 * outside ASCII. One that is cut at the end (as by a limit of 255 bytes) is
 * not counted. */
static bool
label_is_wrong(uint64_t faults, struct am_bytes utf8)
{
	return faults > 0 && faults >= (non_ascii_count(utf8) + 7) / 8;
}

/* The last resort: CP1252 with its gaps mapped 1:1 has a character for every
 * byte. */
static enum am_status
cp1252_text(struct am_arena *arena, struct am_bytes raw,
	    struct am_text *text_out, struct am_error *err)
{
	struct am_codepage cp1252;
	uint64_t faults = 0;
	size_t size, len;
	char *room;

	if (!am_codepage_get(AM_CP_1252, &cp1252))
		return am_fail(err, AM_UNSUPPORTED, "there is no CP1252");
	size = am_codepage_bound(&cp1252, raw);
	room = text_room(arena, size);
	if (room == NULL)
		return am_arena_failed(arena, size + TERMINATOR, err);
	len = am_codepage_write(&cp1252, raw, room, &faults);
	text_set(text_out, room, len, true);
	return AM_OK;
}

static enum am_status
table_text(struct am_arena *arena, const struct am_codepage *page,
	   struct am_bytes raw, struct am_text *text_out, struct am_error *err)
{
	const size_t size = am_codepage_bound(page, raw);
	char *const room = text_room(arena, size);
	uint64_t faults = 0;
	size_t len;

	if (room == NULL)
		return am_arena_failed(arena, size + TERMINATOR, err);
	len = am_codepage_write(page, raw, room, &faults);
	if (label_is_wrong(faults, am_bytes(room, len)))
		return cp1252_text(arena, raw, text_out, err);
	text_set(text_out, room, len, faults > 0);
	return AM_OK;
}

/* With what iconv and the decoders can do, through a buffer. */
static enum am_status
decoder_text(struct am_arena *arena, struct am_decoder *decoder,
	     struct am_bytes raw, struct am_text *text_out,
	     struct am_error *err)
{
	struct am_buf buf = am_buf(SIZE_MAX - 1);
	enum am_status status;
	bool is_wrong;

	am_decoder_add(decoder, raw, false, &buf);
	is_wrong = label_is_wrong(decoder->faults, am_buf_bytes(&buf));
	am_decoder_add(decoder, am_bytes(NULL, 0), true, &buf);
	status = am_buf_status(&buf, err);
	if (status != AM_OK)
		goto out;
	if (is_wrong)
		status = cp1252_text(arena, raw, text_out, err);
	else
		status =
			text_copy(arena, without_final_nuls(am_buf_bytes(&buf)),
				  text_out, err);
	if (status == AM_OK && decoder->faults > 0)
		text_out->replaced = true;
out:
	am_buf_free(&buf);
	return status;
}

static enum am_status
labelled_text(struct am_arena *arena, unsigned codepage, struct am_bytes raw,
	      struct am_text *text_out, struct am_error *err)
{
	struct am_decoder decoder;
	enum am_status status;

	if (!am_decoder_open(&decoder, codepage))
		return cp1252_text(arena, raw, text_out, err);
	if (decoder.page.table != NULL)
		status = table_text(arena, &decoder.page, raw, text_out, err);
	else
		status = decoder_text(arena, &decoder, raw, text_out, err);
	am_decoder_close(&decoder);
	return status;
}

/* UTF-16 after all, maybe with a byte order mark. */
static enum am_status
evident_text(struct am_arena *arena, unsigned evident, struct am_bytes raw,
	     struct am_text *text_out, struct am_error *err)
{
	const enum am_utf16_order order =
		evident == AM_CP_UTF16BE ? AM_UTF16_BE : AM_UTF16_LE;

	if (raw.len >= 2 && raw.data[order] == 0xff &&
	    raw.data[1 - order] == 0xfe)
		raw = am_bytes(raw.data + 2, raw.len - 2);
	return utf16_text(arena, order, raw, text_out, err);
}

/* Bytes that valid UTF-8 begins with, or not: a mark settles it. */
static struct am_bytes
utf8_mark_behind(struct am_bytes raw)
{
	if (raw.len >= 3 && memcmp(raw.data, "\xef\xbb\xbf", 3) == 0 &&
	    am_utf8_is_valid(raw))
		return am_bytes(raw.data + 3, raw.len - 3);
	return am_bytes(NULL, 0);
}

static bool
may_shift(unsigned codepage)
{
	struct am_codepage page;

	return am_codepage_get(codepage, &page) && page.shifts;
}

enum am_status
am_text_decode(struct am_arena *arena, unsigned codepage, struct am_bytes raw,
	       struct am_text *text_out, struct am_error *err)
{
	const unsigned evident = utf16_evidence(codepage, raw);
	struct am_bytes marked;

	if (evident != AM_CP_NONE)
		return evident_text(arena, evident, raw, text_out, err);
	if (codepage == AM_CP_UTF16LE || codepage == AM_CP_UTF16BE)
		codepage = AM_CP_NONE;
	if (codepage != AM_CP_UTF32LE && codepage != AM_CP_UTF32BE)
		raw = without_final_nuls(raw);
	if (am_is_ascii(raw) && !may_shift(codepage))
		return text_copy(arena, raw, text_out, err);
	marked = utf8_mark_behind(raw);
	if (marked.len > 0)
		return text_copy(arena, marked, text_out, err);
	if ((codepage == AM_CP_NONE || codepage == AM_CP_UTF8 ||
	     codepage == AM_CP_ASCII) &&
	    am_utf8_is_valid(raw))
		return text_copy(arena, raw, text_out, err);
	return labelled_text(arena, codepage, raw, text_out, err);
}

bool
am_text_decodes(unsigned codepage, struct am_bytes raw)
{
	struct am_buf buf = am_buf(SIZE_MAX - 1);
	struct am_decoder decoder;
	bool good = false;

	if (codepage == AM_CP_UTF8)
		return am_utf8_is_valid(raw);
	if (am_decoder_open(&decoder, codepage)) {
		am_decoder_add(&decoder, raw, true, &buf);
		good = decoder.faults == 0 && buf.status == AM_OK;
		am_decoder_close(&decoder);
	}
	am_buf_free(&buf);
	return good;
}

static void
printable_add(struct am_buf *buf, struct am_bytes rest, size_t used,
	      uint32_t code)
{
	const bool broken = used == 1 && rest.data[0] >= 0x80;

	if (broken || (used == 1 && am_code_is_control(code)))
		am_buf_printf(buf, "\\x%02x", rest.data[0]);
	else if (am_code_is_control(code))
		am_buf_printf(buf, "\\u%04x", (unsigned)code);
	else
		am_buf_add(buf, am_bytes(rest.data, used));
}

enum am_status
am_text_printable(struct am_arena *arena, struct am_bytes text,
		  const char **printable_out, struct am_error *err)
{
	struct am_buf buf = am_buf(SIZE_MAX - 1);
	struct am_text printable = { 0 };
	enum am_status status;
	uint32_t code;

	while (text.len > 0) {
		const size_t used = am_utf8_decode(text, &code);

		printable_add(&buf, text, used, code);
		text = am_bytes(text.data + used, text.len - used);
	}
	status = am_buf_status(&buf, err);
	if (status == AM_OK)
		status = text_copy(arena, am_buf_bytes(&buf), &printable, err);
	am_buf_free(&buf);
	if (status == AM_OK)
		*printable_out = printable.data;
	return status;
}
