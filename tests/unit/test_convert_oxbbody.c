/* convert/oxbbody: bodies of all types and sizes, as UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "built.h"
#include "convert/oxbbody.h"

/* The bodies of the first message of a recipe. */
struct opened {
	struct built built;
	struct am_store *store;
	struct am_arena arena;
	struct am_arena scratch;
	struct am_report report;
	struct am_message *message;
	struct am_bbodies bodies;
};

static void
bodies_open(struct opened *opened, const char *recipe,
	    struct am_html_refs *refs)
{
	struct am_error err;
	struct am_node node;

	memset(opened, 0, sizeof(*opened));
	opened->built = built_make(recipe);
	opened->store = built_open(&opened->built, NULL);
	opened->report.arena = &opened->arena;
	am_store_set_report(opened->store, &opened->report);
	node = built_message_node(opened->store, 0);
	assert_int_equal(am_message_open(opened->store, &node, &opened->arena,
					 &opened->message, &err),
			 AM_OK);
	assert_int_equal(am_bbodies_read(opened->message, &opened->scratch,
					 refs, NULL, 0, &opened->bodies, &err),
			 AM_OK);
}

static void
bodies_close(struct opened *opened)
{
	am_arena_free(&opened->scratch);
	am_arena_free(&opened->arena);
	am_store_close(opened->store);
	built_free(&opened->built);
}

/* The text of a body; caller frees. */
static struct am_buf
body_text(struct opened *opened, const struct am_bbody *body)
{
	struct am_buf text = am_buf(64 << 20);
	struct am_stream *stream;
	struct am_error err;

	am_arena_reset(&opened->scratch);
	assert_int_equal(am_bbody_open(body, &opened->scratch, &stream, &err),
			 AM_OK);
	assert_int_equal(am_stream_read_all(stream, &text, &err), AM_OK);
	am_stream_close(stream);
	return text;
}

/* A line, as it is written in the recipe and as it is read. */
#define LINE "Grüße aus Łódź, 日本語 \xf0\x9f\x98\x80 and back.\n"
#define LINE_1250 "Grüße aus Łódź and back.\n"

static const struct {
	const char *name;
	const char *value; /* before the text */
	const char *line;
} texts[] = {
	{ "Unicode", "prop 0x1000:unicode ", LINE },
	{ "8-bit", "codepage 1250; prop 0x1000:string8 codepage 1250 ",
	  LINE_1250 },
	{ "binary", "codepage 1250; prop 0x1000:binary codepage 1250 ",
	  LINE_1250 },
	{ "UTF-8", "codepage 65001; prop 0x1000:string8 codepage 65001 ",
	  LINE },
	{ "of a report", "prop 0x1001:unicode ", LINE },
};

static const struct {
	const char *name;
	const char *value;
	const char *line;
	const char *meta; /* what stands before the lines */
	const char *declared;
} pages[] = {
	{ "UTF-8",
	  "internet-codepage 65001; prop 0x1013:binary codepage "
	  "65001 ",
	  LINE, "<meta charset=utf-8>\n", "<meta charset=utf-8>\n" },
	{ "1250", "internet-codepage 1250; prop 0x1013:binary codepage 1250 ",
	  LINE_1250, "<meta charset=windows-1250>\n",
	  "<meta charset=utf-8>\n" },
	{ "only declared", "prop 0x1013:binary codepage 1250 ", LINE_1250,
	  "<meta charset=windows-1250>\n", "<meta charset=utf-8>\n" },
	{ "UTF-8 against its label",
	  "internet-codepage 1252; prop 0x1013:binary codepage 65001 ", LINE,
	  "<meta charset=iso-8859-1>\n", "<meta charset=utf-8>\n" },
	{ "Unicode", "prop 0x1013:unicode ", LINE, "<?xml encoding='x'?>\n",
	  "<?xml encoding='utf-8'?>\n" },
	{ "8-bit", "message-codepage 1250; prop 0x1013:string8 codepage 1250 ",
	  LINE_1250, "", "" },
	{ "Shift_JIS",
	  "internet-codepage 932; prop 0x1013:binary codepage 932 ",
	  "日本語テキスト\n", "", "" },
	{ "ISO-2022-JP",
	  "internet-codepage 50220; prop 0x1013:binary codepage 50220 ",
	  "日本語テキスト plain\n", "", "" },
};

static void
text_quote(struct am_buf *recipe, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n') {
			am_buf_add_text(recipe, "\\r\\n");
		} else {
			if (*text == '"' || *text == '\\')
				am_buf_add_char(recipe, '\\');
			am_buf_add_char(recipe, *text);
		}
	}
}

static void
recipe_make(struct am_buf *recipe, const char *value, const char *start,
	    const char *line, size_t lines)
{
	size_t i;

	am_buf_clear(recipe);
	am_buf_add_text(recipe, "folder \"A\" { message { ");
	am_buf_add_text(recipe, value);
	am_buf_add_char(recipe, '"');
	text_quote(recipe, start);
	for (i = 0; i < lines; i++)
		text_quote(recipe, line);
	am_buf_add_text(recipe, "\" } }\n");
}

/* start, then so many lines, with CR LF. */
static void
text_check(const struct am_buf *text, const char *start, const char *line,
	   size_t lines)
{
	struct am_buf want = am_buf(64 << 20);
	size_t i;
	const char *c;

	for (i = 0; i <= lines; i++)
		for (c = i == 0 ? start : line; *c != '\0'; c++) {
			if (*c == '\n')
				am_buf_add_char(&want, '\r');
			am_buf_add_char(&want, *c);
		}
	assert_int_equal(text->len, want.len);
	assert_memory_equal(text->data, want.data, want.len);
	am_buf_free(&want);
}

/* Short ones are held, long ones are streams; both say the same. */
static const size_t line_counts[] = { 1, 400, 30000 };

enum { LINE_COUNTS = sizeof(line_counts) / sizeof(line_counts[0]) };

static void
test_texts(void **state)
{
	struct am_buf recipe = am_buf(64 << 20);
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (n = 0; n < LINE_COUNTS; n++) {
			struct opened opened;
			struct am_buf text;

			print_message("%s, %zu lines\n", texts[i].name,
				      line_counts[n]);
			recipe_make(&recipe, texts[i].value, "", texts[i].line,
				    line_counts[n]);
			bodies_open(&opened, am_buf_text(&recipe), NULL);
			assert_true(opened.bodies.text.is_there);
			assert_false(opened.bodies.html.is_there);
			assert_int_equal(opened.bodies.text.in_memory, n < 2);
			text = body_text(&opened, &opened.bodies.text);
			text_check(&text, "", texts[i].line, line_counts[n]);
			assert_int_equal(opened.bodies.text.examined.bytes,
					 text.len);
			am_buf_free(&text);
			bodies_close(&opened);
		}
	am_buf_free(&recipe);
}

static void
test_pages(void **state)
{
	struct am_buf recipe = am_buf(64 << 20);
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		for (n = 0; n < LINE_COUNTS; n++) {
			struct opened opened;
			struct am_buf text;

			print_message("%s, %zu lines\n", pages[i].name,
				      line_counts[n]);
			recipe_make(&recipe, pages[i].value, pages[i].meta,
				    pages[i].line, line_counts[n]);
			bodies_open(&opened, am_buf_text(&recipe), NULL);
			assert_true(opened.bodies.html.is_there);
			text = body_text(&opened, &opened.bodies.html);
			text_check(&text, pages[i].declared, pages[i].line,
				   line_counts[n]);
			assert_int_equal(opened.bodies.html.examined.bytes,
					 text.len);
			am_buf_free(&text);
			bodies_close(&opened);
		}
	am_buf_free(&recipe);
}

/* A reference at the end of a long page is found. */
static void
test_references(void **state)
{
	struct am_html_target targets[] = { { .key = "last@x" },
					    { .key = "none@x" } };
	struct am_buf recipe = am_buf(64 << 20);
	static struct am_html_refs refs;
	struct opened opened;

	(void)state;
	am_buf_add_text(&recipe, "folder \"A\" { message { html \"");
	while (recipe.len < 400000)
		am_buf_add_text(&recipe, "<p>some text</p>");
	am_buf_add_text(&recipe, "<img src='cid:last@x'>\" } }\n");
	am_html_refs_begin(&refs, targets, 2);
	bodies_open(&opened, am_buf_text(&recipe), &refs);
	assert_false(opened.bodies.html.in_memory);
	assert_true(targets[0].is_referenced);
	assert_false(targets[1].is_referenced);
	bodies_close(&opened);
	am_buf_free(&recipe);
}

static const struct {
	const char *name;
	const char *recipe;
	bool text, html, rtf;
} kinds[] = {
	{ "nothing", "", false, false, false },
	{ "empty", "body \"\"; html \"\"", false, false, false },
	{ "blanks", "body \" \\r\\n\\t\"; html \"\\r\\n \"", false, false,
	  false },
	{ "NULs", "prop 0x1000:unicode \"\\0\\0\"", false, false, false },
	{ "all", "body \"x\"; html \"y\"; rtf \"{z}\"", true, true, true },
	{ "text of a message before that of a report",
	  "body \"x\"; prop 0x1001:string \"y\"", true, false, false },
	{ "a number is no text", "prop 0x1000:i32 7", false, false, false },
	{ "not available (PT_ERROR)", "prop 0x1000:error 0x8007000E", false,
	  false, false },
};

static void
test_kinds(void **state)
{
	char recipe[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct opened opened;

		print_message("%s\n", kinds[i].name);
		snprintf(recipe, sizeof(recipe),
			 "folder \"A\" { message { %s } }\n", kinds[i].recipe);
		bodies_open(&opened, recipe, NULL);
		assert_int_equal(opened.bodies.text.is_there, kinds[i].text);
		assert_int_equal(opened.bodies.html.is_there, kinds[i].html);
		assert_int_equal(opened.bodies.has_rtf, kinds[i].rtf);
		bodies_close(&opened);
	}
}

static void
test_rtf(void **state)
{
	struct am_buf text = am_buf(1 << 20);
	struct opened opened;
	struct am_stream *rtf;
	struct am_error err;

	(void)state;
	bodies_open(&opened,
		    "folder \"A\" { message { rtf \"{\\\\rtf1 hello}\" } }",
		    NULL);
	assert_int_equal(am_bbody_rtf_open(&opened.bodies.rtf, &opened.scratch,
					   NULL, &rtf, &err),
			 AM_OK);
	assert_int_equal(am_stream_read_all(rtf, &text, &err), AM_OK);
	assert_string_equal(am_buf_text(&text), "{\\rtf1 hello}");
	am_stream_close(rtf);
	am_buf_free(&text);
	bodies_close(&opened);
}

/* RTF, in the recipe's quoting, and what it was made from. */
static const struct {
	const char *name, *start, *line;
	const char *text_start, *text_line;
	bool is_html;
} rtfs[] = {
	{ "HTML",
	  "{\\rtf1\\ansicpg1252\\fromhtml1 {\\*\\htmltag241 <meta "
	  "charset=windows-1252>}",
	  "{\\*\\htmltag84 <p>}Gr\\'fc\\'dfe\\par ", "<meta charset=utf-8>",
	  "<p>Grüße\n", true },
	{ "text", "{\\rtf1\\ansicpg1251\\fromtext ",
	  "\\'cf\\'f0\\'e8\\'e2\\'e5\\'f2\\line\\~", "", "Привет\n ", false },
	{ "RTF itself", "{\\rtf1 ", "not empty{\\v b}c\\par x", "",
	  "not emptyc\nx", false },
};

static void
test_rtfs(void **state)
{
	struct am_buf recipe = am_buf(64 << 20);
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(rtfs) / sizeof(rtfs[0]); i++)
		for (n = 0; n < LINE_COUNTS; n++) {
			const struct am_bbody *body;
			struct opened opened;
			struct am_buf text;

			print_message("%s, %zu lines\n", rtfs[i].name,
				      line_counts[n]);
			recipe_make(&recipe, "rtf stored ", rtfs[i].start,
				    rtfs[i].line, line_counts[n]);
			bodies_open(&opened, am_buf_text(&recipe), NULL);
			body = rtfs[i].is_html ? &opened.bodies.html
					       : &opened.bodies.text;
			assert_int_equal(opened.bodies.html.is_there,
					 rtfs[i].is_html);
			assert_int_equal(opened.bodies.text.is_there,
					 !rtfs[i].is_html);
			assert_int_equal(body->in_memory, n < 2);
			text = body_text(&opened, body);
			text_check(&text, rtfs[i].text_start, rtfs[i].text_line,
				   line_counts[n]);
			assert_int_equal(body->examined.bytes, text.len);
			/* the recipe leaves out the last brace */
			assert_int_equal(opened.report.count, 1);
			assert_true(opened.bodies.rtf_is_kept);
			am_buf_free(&text);
			bodies_close(&opened);
		}
	am_buf_free(&recipe);
}

/* What is no text is said, once, however long the body is. value: N times a
 * piece of text. */
static const struct {
	const char *name, *value, *text, *finding;
} lost[] = {
	{ "all is text", "prop 0x1000:unicode repeat", "a\\u{20ac}", NULL },
	{ "characters that end as U+FFFD does", "prop 0x1000:unicode repeat",
	  "a\\u{bd}\\u{ffd}\\u{ff3d}", NULL },
	{ "a byte that no page has",
	  "message-codepage 1253; prop 0x1000:string8 repeat", "a\\x81b",
	  "text: the text body has bytes that are no text; they were "
	  "replaced" },
	{ "half of a pair", "prop 0x1000:unicode repeat", "a\\0\\x3d\\xd8",
	  "text: the text body has bytes that are no text; they were "
	  "replaced" },
	{ "HTML in no page", "prop 0x1013:binary repeat", "<p>\\x81",
	  "text: the HTML body has bytes that are no text; they were "
	  "replaced" },
	{ "lost before", "prop 0x1013:binary repeat", "<p>\\xef\\xbf\\xbd",
	  "text: the HTML body has U+FFFD where its writer lost a character" },
	{ "lost before, and more", "prop 0x1013:binary repeat",
	  "\\xc2\\xbd<p>\\xef\\xbf\\xbd\\xc2\\xbd",
	  "text: the HTML body has U+FFFD where its writer lost a character" },
};

static void
test_lost(void **state)
{
	static const size_t counts[] = { 1, 300, 300000 };
	char recipe[256];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(lost) / sizeof(lost[0]); i++)
		for (n = 0; n < sizeof(counts) / sizeof(counts[0]); n++) {
			struct opened opened;
			const struct am_finding *finding;

			snprintf(recipe, sizeof(recipe),
				 "folder \"A\" { message { %s %zu \"%s\" } }\n",
				 lost[i].value, counts[n], lost[i].text);
			bodies_open(&opened, recipe, NULL);
			finding = opened.report.first;
			if (lost[i].finding == NULL ? finding != NULL
						    : finding == NULL)
				fail_msg("%s, %zu", lost[i].name, counts[n]);
			if (finding != NULL)
				assert_string_equal(finding->text,
						    lost[i].finding);
			bodies_close(&opened);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),	   cmocka_unit_test(test_pages),
		cmocka_unit_test(test_references), cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_rtf),	   cmocka_unit_test(test_rtfs),
		cmocka_unit_test(test_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
