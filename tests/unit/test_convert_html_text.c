/* convert/html_text: HTML as plain text, in pieces of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "convert/html_entity.h"
#include "convert/html_text.h"
#include "piece_stream.h"

static struct am_buf
decode(struct am_bytes html, size_t piece, enum am_status then,
       enum am_status *status_out)
{
	struct piece_stream raw = piece_stream(html, piece);
	struct am_buf text = am_buf(64 << 20);
	struct am_arena arena = { 0 };
	struct am_stream *stream;
	struct am_error err;

	raw.then = then;
	assert_int_equal(am_html_text_open(&arena, &raw.base, &stream, &err),
			 AM_OK);
	*status_out = am_stream_read_all(stream, &text, &err);
	am_stream_close(stream);
	assert_int_equal(raw.closed, 0);
	am_arena_free(&arena);
	return text;
}

static const struct {
	const char *name, *html, *text;
} samples[] = {
	{ "nothing", "", "" },
	{ "only tags", "<html><body></body></html>", "" },
	{ "paragraphs", "<p>a</p>\r\n<p>b</p><div>c</div>d",
	  "a\r\n\r\nb\r\n\r\nc\r\nd" },
	{ "line ends", "a<br>b<BR/>\n<br />c", "a\r\nb\r\n\r\nc" },
	{ "space is one space", " a \r\n\t b&nbsp; <b> c </b>d",
	  "a b\u00a0 c d" },
	{ "but not here", "a<pre>b  c\nd\r\n\r\n e</pre>f",
	  "a\r\nb  c\r\nd\r\n\r\n e\r\nf" },
	{ "entities",
	  "&amp;&lt;&#8364;&#x20AC;&Auml;&thetasym;&apos;&bogus;&;&a b&#0;&lt",
	  "&<€€Äϑ'&bogus;&;&a b&#0;&lt" },
	{ "not in tags", "<a title='&gt;>'>x</a><img alt=\"a>b\">y", "xy" },
	{ "scripts, styles, comments",
	  "<title>t</title><style><!-- p {x:\"<p>\"} --></style>a<script>if "
	  "(a<b) \"</p>\" </script >b<!-- <p> -- > -->c",
	  "abc" },
	{ "tables",
	  "<table><tr><th>a<td>b</tr><tr><td>c</td> <td>d</td></tr>"
	  "</table>e",
	  "a\tb\r\nc\td\r\ne" },
	{ "lists", "a<ul><li>b</li><li>c<ol><li>d</ol></ul>e",
	  "a\r\n- b\r\n- c\r\n- d\r\ne" },
	{ "links",
	  "<a href=\"http://x/?a&b\">here</a> <a href=mailto:a@x>a@x</a> <a "
	  "href='https://y'>y</a> <a name=n>z</a> <A HREF = 'u'></A>",
	  "here <http://x/?a&b> a@x y z <u>" },
	{ "no end", "a<b", "a" },
	{ "no end of a comment", "a<!-- b", "a" },
	{ "no end of a script", "a<script> b", "a" },
	{ "what is no tag", "1 < 2 > 3", "1 3" },
};

static void
test_samples(void **state)
{
	size_t i, piece;

	(void)state;
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		for (piece = 0; piece < 40; piece++) {
			enum am_status status;
			struct am_buf text =
				decode(am_bytes_of(samples[i].html), piece,
				       AM_OK, &status);

			assert_int_equal(status, AM_OK);
			if (strcmp(am_buf_text(&text), samples[i].text) != 0)
				fail_msg("%s, pieces of %zu: \"%s\"",
					 samples[i].name, piece,
					 am_buf_text(&text));
			am_buf_free(&text);
		}
}

/* What was read before it fails is given out first. */
static void
test_failure(void **state)
{
	enum am_status status;
	struct am_buf text =
		decode(am_bytes_of("<p>a&amp;b"), 1, AM_CORRUPT, &status);

	(void)state;
	assert_int_equal(status, AM_CORRUPT);
	assert_string_equal(am_buf_text(&text), "a&b");
	am_buf_free(&text);
}

static void
test_entities(void **state)
{
	(void)state;
	assert_int_equal(am_html_entity("zwnj"), 0x200c);
	assert_int_equal(am_html_entity("AElig"), 0xc6);
	assert_int_equal(am_html_entity("aelig"), 0xe6);
	assert_int_equal(am_html_entity("#1114111"), 0x10ffff);
	assert_int_equal(am_html_entity("#1114112"), 0);
	assert_int_equal(am_html_entity("#xd83d"), 0);
	assert_int_equal(am_html_entity("#99999999999999999999"), 0);
	assert_int_equal(am_html_entity("#12a"), 0);
	assert_int_equal(am_html_entity("#x12G"), 0);
	assert_int_equal(am_html_entity(""), 0);
}

/* Linear, and no larger than it is, whatever it is. */
static void
test_long(void **state)
{
	static const char *const longs[] = {
		"<",	"&",	    "<a href=", "<li>", "<td>", "<br>",
		"<!--", "<script>", "<pre>\n",	"\"",	"<p "
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(longs) / sizeof(longs[0]); i++) {
		struct am_buf html = am_buf(64 << 20);
		struct am_buf text;
		enum am_status status;
		size_t n;

		for (n = 0; n < 200000; n++)
			am_buf_add_text(&html, longs[i]);
		text = decode(am_buf_bytes(&html), 4096, AM_OK, &status);
		assert_int_equal(status, AM_OK);
		assert_true(text.len <= 2 * html.len);
		am_buf_free(&text);
		am_buf_free(&html);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_entities),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
