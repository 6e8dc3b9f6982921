/* convert/html: the charset that HTML declares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "convert/html.h"

static const struct {
	const char *name;
	const char *html;
	const char *charset;
	const char *declared; /* the same with utf-8; NULL: no change */
} pages[] = {
	{ "nothing", "", "", NULL },
	{ "no meta", "<html><body>charset=x</body></html>", "", NULL },
	{ "http-equiv",
	  "<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; "
	  "charset=windows-1252\"><p>",
	  "windows-1252",
	  "<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; "
	  "charset=utf-8\"><p>" },
	{ "html5", "<meta charset=\"iso-8859-1\">", "iso-8859-1",
	  "<meta charset=\"utf-8\">" },
	{ "no quotes", "<meta charset=koi8-r><b>", "koi8-r",
	  "<meta charset=utf-8><b>" },
	{ "single quotes and spaces", "<meta  charset = ' gb2312 '>", "gb2312",
	  "<meta  charset = ' utf-8 '>" },
	{ "XML", "<?xml version=\"1.0\" encoding='shift_jis'?><html>",
	  "shift_jis", "<?xml version=\"1.0\" encoding='utf-8'?><html>" },
	{ "both", "<?xml encoding=\"big5\"?><meta charset=big5>", "big5",
	  "<?xml encoding=\"utf-8\"?><meta charset=utf-8>" },
	{ "another meta first",
	  "<meta name=generator content=x><meta charset=x-y>", "x-y",
	  "<meta name=generator content=x><meta charset=utf-8>" },
	{ "UTF-8 already", "<meta charset=UTF-8>", "UTF-8",
	  "<meta charset=utf-8>" },
	{ "no value", "<meta charset=><meta charset=\"\">", "", NULL },
	{ "cut in the tag", "<p><meta charset=windows-12", "windows-12",
	  "<p><meta charset=utf-8" },
	{ "a bracket in a bracket", "<meta <meta charset=a>", "a",
	  "<meta <meta charset=utf-8>" },
	{ "a word like it", "<metadata charset=a>", "a",
	  "<metadata charset=utf-8>" },
	{ "a byte order mark", "\xef\xbb\xbf<p>", "", "<p>" },
	{ "a byte order mark and a charset", "\xef\xbb\xbf<meta charset=a>",
	  "a", "<meta charset=utf-8>" },
};

static void
test_charset(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		const struct am_bytes charset =
			am_html_charset(am_bytes_of(pages[i].html));

		print_message("%s\n", pages[i].name);
		assert_int_equal(charset.len, strlen(pages[i].charset));
		if (charset.len > 0)
			assert_memory_equal(charset.data, pages[i].charset,
					    charset.len);
	}
}

static void
test_declare(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		const char *want = pages[i].declared != NULL ? pages[i].declared
							     : pages[i].html;
		struct am_arena arena = { 0 };
		struct am_error err;
		struct am_bytes out;

		print_message("%s\n", pages[i].name);
		assert_int_equal(
			am_html_declare_utf8(&arena, am_bytes_of(pages[i].html),
					     &out, &err),
			AM_OK);
		assert_int_equal(out.len, strlen(want));
		if (out.len > 0)
			assert_memory_equal(out.data, want, out.len);
		am_arena_free(&arena);
	}
}

/* A page of nothing but brackets takes no longer than another. */
static void
test_hostile(void **state)
{
	static char page[AM_HTML_HEAD_SIZE];
	struct am_arena arena = { 0 };
	struct am_error err;
	struct am_bytes out;
	size_t i;

	(void)state;
	for (i = 0; i + 15 <= sizeof(page); i += 15)
		memcpy(page + i, "<meta charset=a", 15);
	assert_int_equal(am_html_declare_utf8(&arena,
					      am_bytes(page, sizeof(page)),
					      &out, &err),
			 AM_OK);
	assert_int_equal(out.len, sizeof(page) + 4 * (sizeof(page) / 15));
	am_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charset),
		cmocka_unit_test(test_declare),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
