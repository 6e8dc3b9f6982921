/* rtf/lzfu: the samples of [MS-OXRTFCP] 3, an encoder of our own, and values
 * that are cut, wrong or lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/hash.h"
#include "mime_decode.h"
#include "piece_stream.h"
#include "rtf/lzfu.h"

/* What became of a value. */
struct result {
	enum am_status opened;
	enum am_status status; /* of the stream */
	struct am_buf rtf;
	uint64_t findings;
	char kinds[64]; /* of the findings, in order */
};

static void
kinds_add(struct result *result, const struct am_finding *finding)
{
	size_t len = strlen(result->kinds);

	for (; finding != NULL; finding = finding->next) {
		const size_t kind = strcspn(finding->text, ":");

		assert_true(len + kind + 2 < sizeof(result->kinds));
		if (len > 0)
			result->kinds[len++] = ' ';
		memcpy(result->kinds + len, finding->text, kind);
		len += kind;
	}
}

static struct result
decode(struct am_bytes value, size_t piece, enum am_status then)
{
	struct result result = { .rtf = am_buf(64 << 20) };
	struct piece_stream raw = piece_stream(value, piece);
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_stream *stream;
	struct am_error err;

	raw.then = then;
	result.opened = am_lzfu_open(&arena, &raw.base, value.len, &report,
				     &stream, &err);
	if (result.opened == AM_OK) {
		result.status = am_stream_read_all(stream, &result.rtf, &err);
		am_stream_close(stream);
	}
	assert_int_equal(raw.closed, 0);
	result.findings = report.count;
	kinds_add(&result, report.first);
	am_arena_free(&arena);
	return result;
}

/* The value decodes, in pieces of any size, to rtf with these findings. */
static void
check(const char *name, struct am_bytes value, const char *rtf,
      const char *kinds)
{
	size_t piece;

	for (piece = 0; piece < 40; piece++) {
		struct result result = decode(value, piece, AM_OK);

		if (result.opened != AM_OK || result.status != AM_OK ||
		    result.rtf.len != strlen(rtf) ||
		    strcmp(am_buf_text(&result.rtf), rtf) != 0 ||
		    strcmp(result.kinds, kinds) != 0)
			fail_msg("%s, pieces of %zu: %s [%s]", name, piece,
				 am_buf_text(&result.rtf), result.kinds);
		am_buf_free(&result.rtf);
	}
}

static struct am_bytes
from_hex(const char *hex, uint8_t *to)
{
	size_t len;

	for (len = 0; hex[2 * len] != '\0'; len++) {
		unsigned value;

		assert_int_equal(sscanf(hex + 2 * len, "%2x", &value), 1);
		to[len] = (uint8_t)value;
	}
	return am_bytes(to, len);
}

static void
put_u32(uint8_t *to, uint32_t value)
{
	size_t i;

	for (i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

static const char hello_hex[] =
	"2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c"
	"090020627705b06c647d0a800fa0";
static const char hello_rtf[] = "{\\rtf1\\ansi\\ansicpg1252\\pard hello "
				"world}\r\n";
static const char overlap_hex[] =
	"1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0";
static const char overlap_rtf[] = "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}";

static void
test_samples(void **state)
{
	uint8_t value[100];

	(void)state;
	check("3.1.1.1", from_hex(hello_hex, value), hello_rtf, "");
	check("3.1.1.2", from_hex(overlap_hex, value), overlap_rtf, "");
}

static void
test_headers(void **state)
{
	static const struct {
		const char *name;
		size_t offset; /* of the field */
		uint32_t value;
		const char *kinds;
	} cases[] = {
		{ "wrong CRC", 12, 0xdeadbeef, "rtf-crc" },
		{ "RAWSIZE 0", 4, 0, "" },
		{ "RAWSIZE enormous", 4, UINT32_MAX, "" },
		{ "RAWSIZE one too many", 4, 29, "" },
		{ "COMPSIZE 0", 0, 0, "rtf-size" },
		{ "COMPSIZE without the header", 0, 11, "rtf-size" },
		{ "COMPSIZE enormous", 0, UINT32_MAX, "rtf-size" },
	};
	uint8_t value[100];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct am_bytes bytes = from_hex(overlap_hex, value);

		put_u32(value + cases[i].offset, cases[i].value);
		check(cases[i].name, bytes, overlap_rtf, cases[i].kinds);
	}
}

/* Where nothing proves that it is whole, RAWSIZE is heard. */
static void
test_two_wrongs(void **state)
{
	uint8_t value[100];
	const struct am_bytes bytes = from_hex(overlap_hex, value);

	(void)state;
	put_u32(value + 4, 1000);
	put_u32(value + 12, 0);
	check("RAWSIZE and CRC", bytes, overlap_rtf, "rtf-crc rtf-size");
}

static void
test_trailing_bytes(void **state)
{
	uint8_t value[100] = { 0 };
	struct am_bytes bytes = from_hex(overlap_hex, value);

	(void)state;
	bytes.len += 7;
	check("trailing", bytes, overlap_rtf, "rtf-size");
}

static void
test_no_end_mark(void **state)
{
	/* the reference for "{\rtf1", and three literals */
	static const char hex[] = "12000000090000004c5a46750000000001000420"
				  "5758";
	uint8_t value[100];
	const struct am_bytes bytes = from_hex(hex, value);

	(void)state;
	put_u32(value + 12, am_crc(am_bytes(value + 16, bytes.len - 16)));
	check("no end mark", bytes, "{\\rtf1 WX", "rtf-end");
}

static void
test_stored(void **state)
{
	uint8_t value[100] = { 0 };

	(void)state;
	put_u32(value, 12 + 8);
	put_u32(value + 4, 8);
	put_u32(value + 8, 0x414c454d);
	memcpy(value + 16, "{\\rtf1 }", 8);
	check("MELA", am_bytes(value, 24), "{\\rtf1 }", "");
	put_u32(value + 12, 5);
	check("MELA with a CRC", am_bytes(value, 24), "{\\rtf1 }", "");
	check("MELA cut short", am_bytes(value, 20), "{\\rt",
	      "rtf-size rtf-size");
	check("MELA with more", am_bytes(value, 30), "{\\rtf1 }", "rtf-size");
	put_u32(value, 12);
	put_u32(value + 4, 0);
	check("MELA of nothing", am_bytes(value, 16), "", "");
}

static void
test_without_container(void **state)
{
	(void)state;
	check("short", am_bytes_of("{\\rtf"), "{\\rtf", "");
	check("16 bytes", am_bytes_of("{\\rtf1 56789012}"), "{\\rtf1 56789012}",
	      "");
	check("long", am_bytes_of("{\\rtf1\\ansi plain, as some write it}"),
	      "{\\rtf1\\ansi plain, as some write it}", "");
}

static void
test_no_rtf(void **state)
{
	static const struct {
		const char *name, *hex;
	} cases[] = {
		{ "nothing", "" },
		{ "too short", "2d0000002b0000004c5a4675f1c5c7" },
		{ "zeros", "0000000000000000000000000000000000" },
		{ "unknown COMPTYPE", "2d0000002b000000"
				      "4c5a4600"
				      "f1c5c7a7" },
		{ "text", "7b5c7278"
			  "00000000"
			  "00000000"
			  "00000000" },
	};
	uint8_t value[100];
	size_t i, piece;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (piece = 0; piece < 20; piece++) {
			const struct result result = decode(
				from_hex(cases[i].hex, value), piece, AM_OK);

			if (result.opened != AM_CORRUPT)
				fail_msg("%s: %d", cases[i].name,
					 result.opened);
		}
}

/* Cut anywhere: a prefix of the text, and a finding. */
static void
test_truncated(void **state)
{
	uint8_t value[100];
	const struct am_bytes whole = from_hex(hello_hex, value);
	size_t len, last = 0;

	(void)state;
	for (len = 0; len < whole.len; len++) {
		struct result result =
			decode(am_bytes(value, len), len % 5, AM_OK);

		assert_int_equal(result.opened, len < 16 ? AM_CORRUPT : AM_OK);
		if (result.opened == AM_OK) {
			assert_int_equal(result.status, AM_OK);
			assert_true(result.findings > 0);
			assert_true(result.rtf.len >= last);
			assert_true(result.rtf.len < sizeof(hello_rtf));
			assert_memory_equal(am_buf_text(&result.rtf), hello_rtf,
					    result.rtf.len);
			last = result.rtf.len;
		}
		am_buf_free(&result.rtf);
	}
	assert_int_equal(last, sizeof(hello_rtf) - 1);
}

/* The source fails: what came before is given, then its status. */
static void
test_failing_source(void **state)
{
	uint8_t value[100];
	const struct am_bytes whole = from_hex(hello_hex, value);
	size_t len;

	(void)state;
	for (len = 0; len < whole.len - 2; len++) {
		struct result result =
			decode(am_bytes(value, len), len % 5, AM_IO);

		assert_int_equal(len < 16 ? result.opened : result.status,
				 AM_IO);
		assert_memory_equal(am_buf_text(&result.rtf), hello_rtf,
				    result.rtf.len);
		am_buf_free(&result.rtf);
	}
}

/* [MS-OXRTFCP] 2.2.1, in its simplest form: the longest match of the whole
 * dictionary, found by trying all of them. */
struct encoder {
	uint8_t dictionary[4096];
	size_t write_at;
	size_t filled;
	uint8_t *control; /* of the tokens at hand */
	unsigned bits;
	uint8_t out[200000];
	size_t len;
};

static void
token_begin(struct encoder *enc, bool reference)
{
	if (enc->bits == 8) {
		enc->control = &enc->out[enc->len++];
		*enc->control = 0;
		enc->bits = 0;
	}
	if (reference)
		*enc->control |= (uint8_t)(1u << enc->bits);
	enc->bits++;
}

static void
dictionary_put(struct encoder *enc, uint8_t byte)
{
	enc->dictionary[enc->write_at] = byte;
	enc->write_at = (enc->write_at + 1) & 4095;
	if (enc->filled < 4096)
		enc->filled++;
}

static size_t
match_length(const struct encoder *enc, size_t at, struct am_bytes text)
{
	size_t len = 0;

	while (len < 17 && len < text.len &&
	       ((at + len) & 4095) != enc->write_at &&
	       enc->dictionary[(at + len) & 4095] == text.data[len])
		len++;
	return len;
}

static void
encode(struct encoder *enc, struct am_bytes text)
{
	/* decoding an end mark alone shows the preset dictionary */
	static const char preset[] =
		"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil "
		"\\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans "
		"SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0"
		"\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u"
		"\\tab\\tx";
	const size_t size = text.len;
	size_t i, at, best, best_at = 0;

	memset(enc, 0, sizeof(*enc));
	enc->bits = 8;
	enc->len = 16;
	for (i = 0; i < sizeof(preset) - 1; i++)
		dictionary_put(enc, (uint8_t)preset[i]);
	while (text.len > 0) {
		for (at = 0, best = 0; at < enc->filled; at++) {
			const size_t len = match_length(enc, at, text);

			if (len > best) {
				best = len;
				best_at = at;
			}
		}
		token_begin(enc, best >= 2);
		if (best >= 2) {
			enc->out[enc->len++] = (uint8_t)(best_at >> 4);
			enc->out[enc->len++] =
				(uint8_t)(best_at << 4 | (best - 2));
		} else {
			best = 1;
			enc->out[enc->len++] = text.data[0];
		}
		for (i = 0; i < best; i++)
			dictionary_put(enc, text.data[i]);
		text = am_bytes(text.data + best, text.len - best);
	}
	token_begin(enc, true);
	enc->out[enc->len++] = (uint8_t)(enc->write_at >> 4);
	enc->out[enc->len++] = (uint8_t)(enc->write_at << 4);
	put_u32(enc->out, (uint32_t)enc->len - 4);
	put_u32(enc->out + 4, (uint32_t)size);
	put_u32(enc->out + 8, 0x75465a4c);
	put_u32(enc->out + 12, am_crc(am_bytes(enc->out + 16, enc->len - 16)));
}

static void
test_round_trip(void **state)
{
	static const char *const words[] = {
		"\\par ", "{\\b ",	  "}",
		"hello",  "\\'e9",	  "\\tab",
		"\r\n",	  "wxyzwxyzwxyz", "0123456789",
	};
	static struct encoder enc;
	uint32_t seed = 4;
	size_t round;

	(void)state;
	for (round = 0; round < 60; round++) {
		struct am_buf text = am_buf(100000);
		size_t left = pseudo_random(&seed) % (round * 20 + 1);
		struct result result;

		am_buf_add_text(&text, "{\\rtf1");
		while (left-- > 0) {
			am_buf_add_text(&text, words[pseudo_random(&seed) % 9]);
			if (round % 3 == 0)
				am_buf_add_char(&text,
						(char)pseudo_random(&seed));
		}
		encode(&enc, am_buf_bytes(&text));
		result = decode(am_bytes(enc.out, enc.len), round % 50, AM_OK);
		assert_int_equal(result.opened, AM_OK);
		assert_int_equal(result.status, AM_OK);
		assert_string_equal(result.kinds, "");
		assert_int_equal(result.rtf.len, text.len);
		assert_memory_equal(result.rtf.data, text.data, text.len);
		am_buf_free(&text);
		am_buf_free(&result.rtf);
	}
}

/* Any bytes behind a good header end, and within the limit of the output. */
static void
test_noise(void **state)
{
	static uint8_t value[4000];
	uint32_t seed = 8;
	size_t round, i;

	(void)state;
	for (round = 0; round < 300; round++) {
		struct result result;

		for (i = 0; i < sizeof(value); i++)
			value[i] = (uint8_t)pseudo_random(&seed);
		put_u32(value + 8, 0x75465a4c);
		result = decode(am_bytes(value, sizeof(value)), round, AM_OK);
		assert_int_equal(result.opened, AM_OK);
		assert_int_equal(result.status, AM_OK);
		/* 8 references of 17 bytes from 17 bytes, no more */
		assert_true(result.rtf.len <= sizeof(value) * 8);
		am_buf_free(&result.rtf);
	}
}

/* E11: a stream without end behind the header of a bomb. */
struct endless {
	struct am_stream base;
	uint8_t piece[17 * 1024];
	uint64_t given;
};

static enum am_status
endless_next(struct am_stream *base, struct am_bytes *bytes_out,
	     struct am_error *err)
{
	struct endless *endless = (struct endless *)base;

	(void)err;
	*bytes_out = am_bytes(endless->piece, sizeof(endless->piece));
	if (endless->given == 0)
		bytes_out->len = 16;
	endless->given += bytes_out->len;
	return AM_OK;
}

static void
test_bomb(void **state)
{
	static struct endless endless = { .base = { endless_next, NULL } };
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_stream *stream;
	struct am_bytes bytes;
	struct am_error err;
	enum am_status status;
	uint64_t total = 0;
	size_t i;

	(void)state;
	/* the stream lies about its size, and so does the header */
	put_u32(endless.piece, 0x7fffffff);
	put_u32(endless.piece + 8, 0x75465a4c);
	assert_int_equal(am_lzfu_open(&arena, &endless.base, 1000, &report,
				      &stream, &err),
			 AM_OK);
	/* References only, of 16 bytes each: the write position, 207 at first,
	 * never comes to 0xffe. */
	for (i = 0; i < sizeof(endless.piece); i++)
		endless.piece[i] = i % 17 != 0 && i % 17 % 2 == 0 ? 0xee : 0xff;
	while ((status = am_stream_next(stream, &bytes, &err)) == AM_OK) {
		total += bytes.len;
		if (total > 2 << 20)
			break;
	}
	assert_int_equal(status, AM_END);
	assert_int_equal(total, 64 * 1000 + (1 << 20));
	assert_non_null(strstr(report.first->text, "rtf-limit"));
	am_stream_close(stream);
	am_arena_free(&arena);
}

static void
test_no_memory(void **state)
{
	struct am_arena arena = { .limit = 100 };
	struct piece_stream raw = piece_stream(am_bytes_of("{\\rtf"), 0);
	struct am_stream *stream;
	struct am_error err;

	(void)state;
	assert_int_equal(
		am_lzfu_open(&arena, &raw.base, 5, NULL, &stream, &err),
		AM_LIMIT);
	am_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_two_wrongs),
		cmocka_unit_test(test_trailing_bytes),
		cmocka_unit_test(test_no_end_mark),
		cmocka_unit_test(test_stored),
		cmocka_unit_test(test_without_container),
		cmocka_unit_test(test_no_rtf),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_failing_source),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
