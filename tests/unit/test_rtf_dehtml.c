/* rtf/dehtml: HTML and text given back as they were, RTF as text, in pieces of
 * any size; code pages; what is broken; limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "piece_stream.h"
#include "rtf/dehtml.h"

struct result {
	enum am_status opened;
	enum am_status status;
	struct am_rtf_facts facts;
	struct am_buf text;
};

static struct result
decode(struct am_bytes rtf, size_t piece, enum am_status then,
       const struct am_rtf_options *options)
{
	struct result result = { .text = am_buf(64 << 20) };
	struct piece_stream raw = piece_stream(rtf, piece);
	struct am_arena arena = { 0 };
	struct am_stream *stream;
	struct am_error err;

	raw.then = then;
	result.opened = am_dehtml_open(&arena, &raw.base, options,
				       &result.facts, &stream, &err);
	if (result.opened == AM_OK) {
		result.status = am_stream_read_all(stream, &result.text, &err);
		am_stream_close(stream);
	}
	assert_int_equal(raw.closed, 0);
	am_arena_free(&arena);
	return result;
}

/* What is wrong with it, as letters: cut, rest, limited, faults. */
static const char *
faults_text(const struct am_rtf_facts *facts, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s%s", facts->is_cut ? "c" : "",
		 facts->has_rest ? "r" : "", facts->is_limited ? "l" : "",
		 facts->faults > 0 ? "f" : "");
	return text;
}

static void
check(const char *name, const char *rtf, enum am_rtf_kind kind,
      const char *text, const char *faults,
      const struct am_rtf_options *options)
{
	size_t piece;

	for (piece = 0; piece < 40; piece++) {
		struct result result =
			decode(am_bytes_of(rtf), piece, AM_OK, options);
		char got[8];

		if (result.opened != AM_OK || result.status != AM_OK ||
		    result.facts.kind != kind ||
		    strcmp(am_buf_text(&result.text), text) != 0 ||
		    strcmp(faults_text(&result.facts, got, sizeof(got)),
			   faults) != 0)
			fail_msg("%s, pieces of %zu: kind %d \"%s\" [%s]", name,
				 piece, (int)result.facts.kind,
				 am_buf_text(&result.text), got);
		am_buf_free(&result.text);
	}
}

struct sample {
	const char *name;
	const char *rtf;
	const char *text;
	const char *faults;
};

/* ---- HTML ---- */

#define HTML "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0"
#define FONTS                                                                  \
	"{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fcharset204 Arial;}"            \
	"{\\f2\\fnil\\fcharset2 Symbol;}{\\f3\\fcharset128 MS PGothic;}"       \
	"{\\f4\\fcharset0\\cpg1250 X;}{\\f5\\fcharset2 Wingdings;}}"

static const struct sample html[] = {
	{ "tags and text",
	  HTML "{\\*\\htmltag64}{\\*\\htmltag84 <b>}x{\\*\\htmltag92 </b>}}",
	  "<b>x</b>", "" },
	{ "\\htmlrtf hides",
	  HTML "a{\\*\\htmltag84 &#43;}\\htmlrtf +\\htmlrtf0 b\\htmlrtf1 "
	       "c\\htmlrtf0 d}",
	  "a&#43;bd", "" },
	{ "\\htmlrtf ends with its group (E6)",
	  HTML "a{\\htmlrtf b{c}}d{\\htmlrtf e\\htmlrtf0 f}g}", "adfg", "" },
	{ "\\htmlrtf within a tag",
	  HTML "{\\*\\htmltag4 <p\\htmlrtf  hidden\\htmlrtf0 >}}", "<p>", "" },
	{ "\\mhtmltag is a double (E5)",
	  HTML "{\\*\\mhtmltag84 <a href=\"{x}y\">}{\\*\\htmltag84 <a "
	       "href=\"z\">}",
	  "<a href=\"z\">", "c" },
	{ "line ends and tabs, in tags too",
	  HTML "{\\*\\htmltag18 <html>\\par }\r\n{\\*\\htmltag2 \\par "
	       "<head>}\\line\\tab x}",
	  "<html>\r\n\r\n<head>\r\n\tx", "" },
	{ "characters with names",
	  HTML "\\lquote\\rquote\\ldblquote\\rdblquote\\bullet\\endash"
	       "\\emdash\\~\\_x}",
	  "‘’“”•–—&nbsp;&shy;x", "" },
	{ "escaped characters", HTML "\\{\\}\\\\}", "{}\\", "" },
	{ "a digit behind the word", HTML "{\\*\\htmltag84 1}{\\*\\htmltag 2}}",
	  "12", "" },
	{ "bytes of the header's page", HTML "Gr\\'fc\\'dfe \x80}", "Grüße €",
	  "" },
	{ "bytes of the font's page",
	  HTML FONTS "{\\f1 \\'cf\\'f0\\'e8}\\'fc\\f4\\'b9\\plain\\'b9}",
	  "Приüą¹", "" },
	{ "tags are in the header's page",
	  HTML FONTS "\\f1{\\*\\htmltag84 <a t=\"\\'fc\">}\\'cf}",
	  "<a t=\"ü\">П", "" },
	{ "a font that changes where nothing is shown",
	  HTML FONTS "\\htmlrtf\\f1\\htmlrtf0 \\'cf}", "П", "" },
	{ "letters in fonts of signs",
	  HTML FONTS "{\\f2\\'b7}{\\f5 J}{\\f2\\'a7}}", "·J§", "" },
	{ "pairs of bytes (E3)",
	  HTML FONTS "\\f3\\'93\\'fa\\'96{\\'7b}\\'8c\\'ea \\'83\\\\\\'83X}",
	  "日–{語 ソス", "f" },
	{ "pairs of bytes, one of them a letter (E3)",
	  HTML FONTS "\\f3\\'93\\'fa\\'96{}\\f3 \\'83X\\'83\\\\}", "日–スソ",
	  "f" },
	{ "objects leave nothing", HTML "a{\\*\\objattph\\'20}b\\objattph  c}",
	  "abc", "" },
	{ "other destinations",
	  HTML "{\\*\\generator X;}{\\stylesheet{\\s0 N;}}{\\pntext\\'b7\\tab}"
	       "{\\*\\unknown {y}}{\\pict\\bin3 }}{}{\\info{\\author A}}z}",
	  "z", "" },
	{ "a link, as HTML hides it",
	  HTML "{\\*\\htmltag84 <a href=\"u\">}\\htmlrtf {\\field{\\*\\fldinst"
	       "{HYPERLINK \"u\"}}{\\fldrslt\\cf1\\ul \\htmlrtf0 text\\htmlrtf "
	       "}\\htmlrtf0 \\htmlrtf }\\htmlrtf0 {\\*\\htmltag92 </a>}}",
	  "<a href=\"u\">text</a>", "" },
	{ "hidden text is shown as it is", HTML "{\\v a}b}", "ab", "" },
	{ "no parameter", "{\\rtf1\\ansi\\fromhtml <x>}", "<x>", "" },
};

/* ---- text ---- */

#define TEXT "{\\rtf1\\ansi\\ansicpg1252\\fromtext \\deff0"

static const struct sample texts[] = {
	{ "paragraphs; the last line end is the writer's",
	  TEXT "{\\fonttbl{\\f0 Arial;}}\r\n\\pard a\\par\r\n\\par b\\line "
	       "c\\par}\r\n\0",
	  "a\r\n\r\nb\r\nc", "" },
	{ "no tags in it", TEXT "{\\*\\htmltag4 <b>}x\\tab y}", "x\ty", "" },
	{ "nothing", TEXT "{\\*\\bkmkstart B}\\pard\\plain\\f0}", "", "" },
	{ "hidden text stays", TEXT "{\\v a}b}", "ab", "" },
};

/* ---- RTF itself ---- */

#define RTF "{\\rtf1\\ansi\\ansicpg1252\\deff0"

static const struct sample natives[] = {
	{ "paragraphs", RTF "\\pard a\\b b\\b0\\par c\\\nd\\page e\\par}",
	  "ab\r\nc\r\nd\r\ne", "" },
	{ "tables",
	  RTF "\\trowd\\cellx1 a\\cell b\\cell\\cell\\row x\\cell\\cell "
	      "y\\cell\\row z}",
	  "a\tb\r\nx\t\ty\r\nz", "" },
	{ "lists",
	  RTF FONTS "{\\pntext\\f2\\'b7\\tab}one\\par{\\listtext\\f5 "
		    "\\'a7\\tab}two\\par}",
	  "•\tone\r\n▪\ttwo", "" },
	{ "lists, the other form", RTF "{\\*\\pn{\\pntxtb x}}\\bullet\\tab a}",
	  "•\ta", "" },
	{ "signs", RTF FONTS "\\f2 abG\\f5 J\\'e0\\f0 J}", "αβΓ☺→J", "" },
	{ "hidden text", RTF "a{\\v b{c}\\v0 d}{\\deleted e}\\v f\\plain g}",
	  "adg", "" },
	{ "fields",
	  RTF "{\\field{\\*\\fldinst{HYPERLINK \"http://x/\"}}{\\fldrslt "
	      "{\\ul here}}} {\\field{\\*\\fldinst HYPERLINK "
	      "\"mailto:a@x\" \\\\o \"tip\"}{\\fldrslt a@x}} {\\field{\\*"
	      "\\fldinst PAGE}{\\fldrslt 7}} {\\field{\\*\\fldinst HYPERLINK "
	      "\\\\l \"b\"}{\\fldrslt c}} {\\field{\\*\\fldinst HYPERLINK "
	      "http://x/}{\\fldrslt http://x}}}",
	  "here <http://x/> a@x 7 c http://x", "" },
	{ "what is no text",
	  RTF "{\\colortbl;\\red1;}{\\stylesheet{Normal;}}{\\info{\\title T}}"
	      "{\\*\\themedata 5045}{\\header h}{\\*\\annotation n}a{\\pict"
	      "\\pngblip 8950}{\\nonshppict{\\pict 00}}{\\*\\datastore 01}b}",
	  "ab", "" },
	{ "notes", RTF "a{\\super{\\footnote{\\f0 b}}}c}", "a [b]c", "" },
	{ "objects",
	  RTF "a{\\object\\objemb{\\*\\objclass X}{\\*\\objdata 01}{\\result "
	      "{r}}}b",
	  "arb", "c" },
	{ "drawings",
	  RTF "a{\\shp{\\*\\shpinst\\shpleft1{\\sp{\\sn x}{\\sv y}}{\\shptxt "
	      "\\pard t}}{\\shprslt d}}b}",
	  "a\r\nt\r\nb", "" },
	{ "spaces", RTF "a\\~b\\_c\\-d\\emspace e\\enspace f\\zwj g}",
	  "a\u00a0b\u2011c\u00add\u2003e\u2002f\u200dg", "" },
	{ "two forms",
	  RTF "{\\upr{\\bkmkstart a}{\\*\\ud{b}}}{\\upr{c}{\\*\\ud{d{e}}}}f}",
	  "bdef", "" },
	{ "\\bin (E10)", RTF "a\\bin5 }{\\}{b\\bin0 c\\bin-7 d}", "abcd", "" },
	{ "Word's fonts of a run",
	  RTF FONTS "\\loch\\af0\\hich\\af0\\dbch\\af3\\f0 \\'93\\'fa\\loch "
		    "\\'fc\\rtlch\\af1 \\'cf\\ltrch\\'fc}",
	  "日üПü", "" },
	{ "a font without a number", RTF FONTS "\\f99999\\'fc\\f-1\\'fc}", "üü",
	  "" },
	{ "the default font",
	  "{\\rtf1\\ansi\\deff1" FONTS "\\'cf\\f0\\'cf"
	  "\\plain\\'cf}",
	  "ПÏП", "" },
	{ "fonts without groups",
	  RTF "{\\fonttbl\\f0\\fcharset0 A;\\f1\\fcharset204 B{\\*\\falt "
	      "C};}\\f1\\'cf}",
	  "П", "" },
	{ "Macintosh", "{\\rtf1\\mac \\'8a}", "ä", "" },
	{ "DOS", "{\\rtf1\\pc \\'84\\pca}", "ä", "" },
	{ "UTF-8 (E4)", "{\\rtf1\\ansicpg65001 \\'c3\\'bc\\'e2\\'82\\'ac}",
	  "ü€", "" },
	{ "pages that are none (E4)",
	  "{\\rtf1\\ansicpg0\\'fc\\ansicpg1200\\'fc\\ansicpg37\\'fc"
	  "\\ansicpg99999\\'fc\\ansicpg-5\\'fc}",
	  "üüüüü", "" },
	{ "what does not decode is tried in the header's page",
	  RTF FONTS "\\f3 na\\'efve}", "naïve", "" },
	{ "what decodes nowhere",
	  "{\\rtf1\\ansicpg932" FONTS "\\f3 \\'ff\\'fd.}", "ÿý.", "f" },
	{ "not even RTF's own", "{\\rtf \\bogus x\\'zz\\'4 y}", "xzz4 y", "" },
	{ "longer words than there are",
	  "{\\rtf1\\abcdefghijklmnopqrstuvwxyzabcdefghijkl7 x}", "x", "" },
};

/* \uN (E3): what stands for it is skipped, in its own unit. */
static const struct sample unicodes[] = {
	{ "a sign", RTF "\\u8364?\\u8364 ?\\u-225?}", "€€\uff1f", "" },
	{ "\\uc", RTF "{\\uc0\\u228 x}\\uc2\\u228\\'61\\'62y{\\u228 a}b}",
	  "äxäyäb", "" },
	{ "a word counts, the end of a group ends it",
	  RTF "\\uc2\\u228\\tab ?x{\\u228}yz\\uc1\\u228\\~z}", "äxäyzäz", "" },
	{ "pairs of surrogates",
	  RTF "\\u-10179?\\u-8704?\\u55357 "
	      "?\\u56832 ?\\uc0\\u55357\\u56832}",
	  "😀😀😀", "" },
	{ "beyond 16 bits", RTF "\\u128512?}", "😀", "" },
	{ "nobody skips for the next \\u", RTF "\\u97\\u98?\\u99?}", "abc",
	  "" },
	{ "single surrogates", RTF "\\u-10179?a\\u-8704?\\u-10179?}",
	  "\ufffda\ufffd\ufffd", "f" },
	{ "no code point", RTF "\\u2147483647?\\u-2147483648?\\u0?x}",
	  "\ufffd\ufffdx", "f" },
	{ "\\uc that would skip all", RTF "\\uc2000000000\\u228?b\\uc-1 c}",
	  "äbc", "l" },
	{ "an emoji in HTML", "{\\rtf1\\fromhtml1 <b>\\u-10179?\\u-8704?</b>}",
	  "<b>😀</b>", "" },
};

static const struct sample broken[] = {
	{ "no end", RTF "a{b{c", "abc", "c" },
	{ "cut in a word", RTF "a\\pa", "a", "c" },
	{ "cut behind a backslash", RTF "a\\", "a", "c" },
	{ "cut in a byte", RTF "a\\'", "a", "c" },
	{ "cut in half a byte", RTF "a\\'4", "a4", "c" },
	{ "cut between two bytes", RTF FONTS "\\f3 a\\'93", "a“", "c" },
	{ "cut in \\bin", RTF "a\\bin100000 b}", "a", "c" },
	{ "more ends than beginnings", RTF "a}}}b", "ab", "r" },
	{ "nothing but its start", "{\\rtf1", "", "c" },
	{ "zeros behind it", "{\\rtf1 a}\r\n", "a", "" },
	{ "a destination within text", RTF "a\\fonttbl b;}", "a", "" },
};

static void
samples_check(const struct sample *samples, size_t count, enum am_rtf_kind kind)
{
	size_t i;

	for (i = 0; i < count; i++)
		check(samples[i].name, samples[i].rtf, kind, samples[i].text,
		      samples[i].faults, NULL);
}

#define SAMPLES_CHECK(samples, kind)                                           \
	samples_check(samples, sizeof(samples) / sizeof(samples[0]), kind)

static void
test_html(void **state)
{
	(void)state;
	SAMPLES_CHECK(html, AM_RTF_HTML);
}

static void
test_text(void **state)
{
	(void)state;
	SAMPLES_CHECK(texts, AM_RTF_PLAIN_TEXT);
}

static void
test_native(void **state)
{
	(void)state;
	SAMPLES_CHECK(natives, AM_RTF_NATIVE);
}

static void
test_unicode(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i + 1 < sizeof(unicodes) / sizeof(unicodes[0]); i++)
		check(unicodes[i].name, unicodes[i].rtf, AM_RTF_NATIVE,
		      unicodes[i].text, unicodes[i].faults, NULL);
	check(unicodes[i].name, unicodes[i].rtf, AM_RTF_HTML, unicodes[i].text,
	      unicodes[i].faults, NULL);
}

static void
test_broken(void **state)
{
	(void)state;
	SAMPLES_CHECK(broken, AM_RTF_NATIVE);
}

/* ---- what options do ---- */

static const struct {
	const char *name;
	unsigned codepage, override;
	const char *rtf;
	const char *text;
} pages[] = {
	{ "of the message, where RTF names none", 1251, 0, "{\\rtf1 \\'cf}",
	  "П" },
	{ "not where it does", 1251, 0, "{\\rtf1\\ansicpg1252 \\'cf}", "Ï" },
	{ "nor where a font does", 1251, 0,
	  "{\\rtf1{\\fonttbl{\\f0\\fcharset238 A;}}\\f0\\'b9}", "ą" },
	{ "a page that is none", 1200, 0, "{\\rtf1 \\'cf}", "Ï" },
	{ "an override", 0, 1251, "{\\rtf1\\ansicpg1252 \\'cf}", "П" },
	{ "over a font that says nothing but Western", 0, 1251,
	  "{\\rtf1\\ansicpg1252{\\fonttbl{\\f0\\fcharset0 A;}}\\f0\\'cf}",
	  "П" },
	{ "not over a font of a script", 0, 1251,
	  "{\\rtf1\\ansicpg1252{\\fonttbl{\\f0\\fcharset238 A;}}\\f0\\'b9}",
	  "ą" },
};

static void
test_pages(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		const struct am_rtf_options options = {
			.codepage = pages[i].codepage,
			.override = pages[i].override
		};

		check(pages[i].name, pages[i].rtf, AM_RTF_NATIVE, pages[i].text,
		      "", &options);
	}
}

static void
test_objects(void **state)
{
	static const char *const names[] = { "a.doc", "b.xls" };
	const struct am_rtf_options options = { .objects = names,
						.object_count = 2 };

	(void)state;
	check("objects", RTF "x{\\*\\objattph\\'20}y\\objattph  z\\objattph}",
	      AM_RTF_NATIVE, "x[a.doc]y[b.xls]z[attachment]", "", &options);
}

/* Formatting that plain text has not. */
static const struct {
	const char *rtf;
	bool is_rich;
} riches[] = {
	{ RTF "\\f0\\fs20 a\\par}", false },
	{ RTF "a{\\b0 b}\\cf0\\ul0\\ulnone}", false },
	{ RTF "{\\stylesheet{\\b\\cf2 Heading;}}a}", false },
	{ RTF "a{\\b b}}", true },
	{ RTF "a\\cf2 b}", true },
	{ RTF "a\\highlight3 b}", true },
	{ RTF "{\\pict\\wmetafile8 01}}", true },
	{ RTF "{\\*\\shppict{\\pict 01}}}", true },
	{ RTF "\\trowd a\\cell\\row}", true },
};

static void
test_rich(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(riches) / sizeof(riches[0]); i++) {
		struct result result =
			decode(am_bytes_of(riches[i].rtf), 0, AM_OK, NULL);

		if (result.facts.is_rich != riches[i].is_rich)
			fail_msg("%s", riches[i].rtf);
		am_buf_free(&result.text);
	}
}

static void
test_tags(void **state)
{
	struct result with = decode(am_bytes_of(html[0].rtf), 0, AM_OK, NULL);
	struct result without =
		decode(am_bytes_of(HTML "no tag}"), 0, AM_OK, NULL);

	(void)state;
	assert_true(with.facts.has_tags);
	assert_false(without.facts.has_tags);
	am_buf_free(&with.text);
	am_buf_free(&without.text);
}

/* ---- what is no RTF, and what fails ---- */

static void
test_none(void **state)
{
	static const char *const nones[] = {
		"", "x", "{", "{x", "{\\rt1 x}", "\\rtf1 x", "}{\\rtf1 x}"
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(nones) / sizeof(nones[0]); i++) {
		struct result result =
			decode(am_bytes_of(nones[i]), 1, AM_OK, NULL);

		assert_int_equal(result.opened, AM_CORRUPT);
		am_buf_free(&result.text);
	}
}

/* What was read before it fails is given out first. */
static void
test_failure(void **state)
{
	struct result result =
		decode(am_bytes_of(RTF "a\\par b"), 3, AM_CORRUPT, NULL);

	(void)state;
	assert_int_equal(result.opened, AM_OK);
	assert_int_equal(result.status, AM_CORRUPT);
	assert_string_equal(am_buf_text(&result.text), "a\r\nb");
	am_buf_free(&result.text);
}

/* ---- hostile ---- */

static void
repeat(struct am_buf *buf, const char *text, size_t count)
{
	for (; count > 0; count--)
		am_buf_add_text(buf, text);
}

/* So many of text between start and end; what becomes of it. */
static struct result
many(const char *start, const char *text, size_t count, const char *end)
{
	struct am_buf rtf = am_buf(64 << 20);
	struct result result;

	am_buf_add_text(&rtf, start);
	repeat(&rtf, text, count);
	am_buf_add_text(&rtf, end);
	result = decode(am_buf_bytes(&rtf), 4096, AM_OK, NULL);
	am_buf_free(&rtf);
	assert_int_equal(result.opened, AM_OK);
	assert_int_equal(result.status, AM_OK);
	return result;
}

/* Groups in groups: up to the limit they are text, beyond it left out, and
 * what follows them is text again. */
static void
test_depth(void **state)
{
	const size_t most = AM_RTF_MAX_DEPTH - 1; /* the root is one */
	struct am_buf end = am_buf(64 << 20);
	struct result result;

	(void)state;
	am_buf_add_text(&end, "x");
	repeat(&end, "}", most);
	am_buf_add_text(&end, "y}");
	result = many("{\\rtf1 ", "{", most, am_buf_text(&end));
	assert_string_equal(am_buf_text(&result.text), "xy");
	assert_false(result.facts.is_limited);
	am_buf_free(&result.text);
	am_buf_clear(&end);
	am_buf_add_text(&end, "lost");
	repeat(&end, "}", most + 500000);
	am_buf_add_text(&end, "y}");
	result = many("{\\rtf1 ", "{", most + 500000, am_buf_text(&end));
	assert_string_equal(am_buf_text(&result.text), "y");
	assert_true(result.facts.is_limited);
	assert_false(result.facts.is_cut);
	am_buf_free(&result.text);
	am_buf_free(&end);
}

/* A million fonts, numbers that come again and others: the memory is that of
 * the table. */
static void
test_fonts(void **state)
{
	struct am_buf start = am_buf(64 << 20);
	struct result result;
	size_t i;

	(void)state;
	am_buf_add_text(&start, "{\\rtf1\\ansi{\\fonttbl");
	for (i = 0; i < 1000000; i++)
		am_buf_printf(&start, "{\\f%zu\\fcharset204 A;}", i);
	result = many(am_buf_text(&start), "", 0,
		      "}\\f65535\\'cf\\f65536\\'cf}");
	assert_string_equal(am_buf_text(&result.text), "ПÏ");
	am_buf_free(&result.text);
	am_buf_free(&start);
}

/* Runs and waiting things of any length. */
static void
test_long(void **state)
{
	const struct {
		const char *start, *text, *end;
		size_t len; /* of the result */
	} longs[] = {
		{ "{\\rtf1{\\fonttbl{\\f0\\fcharset128 A;}}\\f0 ", "\\'93\\'fa",
		  "}", 300000 * 3 },
		{ "{\\rtf1 ", "\\cell ", "x}", 300000 + 1 },
		{ "{\\rtf1 ", "\\cell ", "\\row x}", 0 },
		{ "{\\rtf1 ", "\\par ", "}", (300000 - 1) * 2 },
		{ "{\\rtf1 ", "\\objattph", "}", 300000 * 12 },
		{ "{\\rtf1{\\*\\fldinst HYPERLINK ", "u", "}{\\fldrslt y}}",
		  1 },
		{ "{\\rtf1\\u", "1", "?x}", 3 + 1 },
		{ "{\\rtf1 ", "\\'e4", "}", 300000 * 2 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(longs) / sizeof(longs[0]); i++) {
		struct result result = many(longs[i].start, longs[i].text,
					    300000, longs[i].end);

		print_message("%s: %zu\n", longs[i].text, result.text.len);
		if (longs[i].len > 0)
			assert_int_equal(result.text.len, longs[i].len);
		am_buf_free(&result.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html),	cmocka_unit_test(test_text),
		cmocka_unit_test(test_native),	cmocka_unit_test(test_unicode),
		cmocka_unit_test(test_broken),	cmocka_unit_test(test_pages),
		cmocka_unit_test(test_objects), cmocka_unit_test(test_rich),
		cmocka_unit_test(test_tags),	cmocka_unit_test(test_none),
		cmocka_unit_test(test_failure), cmocka_unit_test(test_depth),
		cmocka_unit_test(test_fonts),	cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
