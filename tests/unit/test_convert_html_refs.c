/* convert/html_refs: what an HTML text shows of its attachments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "convert/html.h"

enum { MAX_TARGETS = 4 };

static const struct {
	const char *name;
	const char *html;
	const char *ids[MAX_TARGETS];	    /* Content-IDs */
	const char *locations[MAX_TARGETS]; /* Content-Locations */
	const char *referenced;		    /* keys, each before a "|" */
} pages[] = {
	{ "an image",
	  "<img src=\"cid:a@b\">",
	  { "a@b", "c@d" },
	  { 0 },
	  "a@b|" },
	{ "no quotes", "<img src=cid:a@b>", { "a@b" }, { 0 }, "a@b|" },
	{ "quotes of the other kind",
	  "<img src='cid:a@b'/>",
	  { "a@b" },
	  { 0 },
	  "a@b|" },
	{ "in capitals", "<IMG SRC=\"CID:a@b\">", { "a@b" }, { 0 }, "a@b|" },
	{ "spaces around",
	  "<img src = \"cid:a@b\" >",
	  { "a@b" },
	  { 0 },
	  "a@b|" },
	{ "not exactly", "<img src=\"cid:A@B\">", { "a@b" }, { 0 }, "a@b|" },
	{ "exactly counts first",
	  "<img src=\"cid:A@b\">",
	  { "a@b", "A@b" },
	  { 0 },
	  "A@b|" },
	{ "percent",
	  "<img src=\"cid:my%20image@b\">",
	  { "my image@b" },
	  { 0 },
	  "my image@b|" },
	{ "a percent that is none",
	  "<img src=\"cid:50%@b\">",
	  { "50%@b" },
	  { 0 },
	  "50%@b|" },
	{ "an entity", "<img src=\"cid:a&amp;b\">", { "a&b" }, { 0 }, "a&b|" },
	{ "brackets",
	  "<img src=\"cid:&lt;x\"><a href=\"cid:%3Ca@b%3E\">",
	  { "a@b" },
	  { 0 },
	  "a@b|" },
	{ "a style",
	  "<td style=\"background:url(cid:a@b)\">",
	  { "a@b" },
	  { 0 },
	  "a@b|" },
	{ "a style in quotes",
	  "<td style=\"background:url('cid:a@b')\">",
	  { "a@b" },
	  { 0 },
	  "a@b|" },
	{ "a style in entities",
	  "<td style=\"background:url(&quot;cid:a@b&quot;)\">",
	  { "a@b" },
	  { 0 },
	  "a@b|" },
	{ "VML",
	  "<v:imagedata src=\"cid:a@b\" o:title=\"x\"/>",
	  { "a@b" },
	  { 0 },
	  "a@b|" },
	{ "elsewhere", "see cid:a@b for more", { "a@b" }, { 0 }, "a@b|" },
	{ "twice and another",
	  "<img src=cid:a><img src=cid:a><img src=cid:b>",
	  { "a", "b", "c" },
	  { 0 },
	  "a|b|" },
	{ "broken over lines",
	  "<img src=\"cid:a\r\n@b\">",
	  { "a@b" },
	  { 0 },
	  "a@b|" },
	{ "not referenced",
	  "<img src=\"http://x/a@b\">",
	  { "a@b" },
	  { 0 },
	  "" },
	{ "only its name", "a@b <p>a@b</p>", { "a@b" }, { 0 }, "" },
	{ "at the very end", "<img src=cid:a@b", { "a@b" }, { 0 }, "a@b|" },
	{ "a quote that does not end",
	  "<img src=\"cid:a@b",
	  { "a@b" },
	  { 0 },
	  "a@b|" },
	{ "a location",
	  "<img src=\"image1.gif\">",
	  { 0 },
	  { "image1.gif", "image2.gif" },
	  "image1.gif|" },
	{ "an absolute location",
	  "<body background=\"http://x/y.gif\">",
	  { 0 },
	  { "http://x/y.gif" },
	  "http://x/y.gif|" },
	{ "a location in a style",
	  "<td style='x:url(y.gif)'>",
	  { 0 },
	  { "y.gif" },
	  "y.gif|" },
	{ "a location with a space",
	  "<a href=\"my file.doc\">",
	  { 0 },
	  { "my file.doc" },
	  "my file.doc|" },
	{ "a decoded location",
	  "<a href=\"my%20file.doc\">",
	  { 0 },
	  { "my file.doc" },
	  "my file.doc|" },
	{ "an encoded location",
	  "<a href=\"my%20file.doc\">",
	  { 0 },
	  { "my%20file.doc" },
	  "my%20file.doc|" },
	{ "a location is no id",
	  "<img src=\"a@b\"><img src=\"cid:y.gif\">",
	  { "a@b" },
	  { "y.gif" },
	  "" },
};

/* The answer for a page that comes in pieces of the given size. */
static void
page_check(size_t page, size_t piece)
{
	struct am_html_target targets[2 * MAX_TARGETS];
	struct am_bytes left = am_bytes_of(pages[page].html);
	static struct am_html_refs refs;
	char found[256] = "";
	size_t count = 0;
	size_t i;

	for (i = 0; i < MAX_TARGETS; i++) {
		const struct am_html_target id = { .key = pages[page].ids[i] };
		const struct am_html_target location = {
			.key = pages[page].locations[i], .is_location = true
		};

		if (id.key != NULL)
			targets[count++] = id;
		if (location.key != NULL)
			targets[count++] = location;
	}
	am_html_refs_begin(&refs, targets, count);
	while (left.len > 0) {
		const size_t len = left.len < piece ? left.len : piece;

		am_html_refs_add(&refs, am_bytes(left.data, len));
		left.data += len;
		left.len -= len;
	}
	am_html_refs_end(&refs);
	for (i = 0; i < count; i++)
		if (targets[i].is_referenced) {
			const size_t used = strlen(found);

			snprintf(found + used, sizeof(found) - used, "%s|",
				 targets[i].key);
		}
	assert_string_equal(found, pages[page].referenced);
}

static void
test_pages(void **state)
{
	size_t piece;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		print_message("%s\n", pages[i].name);
		for (piece = 1; piece < 12; piece++)
			page_check(i, piece);
		page_check(i, SIZE_MAX);
	}
}

/* A reference that is longer than the limit is passed over, and hides
 * nothing. */
static void
test_long(void **state)
{
	struct am_html_target targets[] = { { .key = "a@b" } };
	static struct am_html_refs refs;
	size_t i;

	(void)state;
	am_html_refs_begin(&refs, targets, 1);
	am_html_refs_add(&refs, am_bytes_of("<img src=\"data:"));
	for (i = 0; i < AM_HTML_MAX_URL + 10; i++)
		am_html_refs_add(&refs, am_bytes("A", 1));
	am_html_refs_add(&refs, am_bytes_of("\"><img src=\"cid:a@b\">"));
	am_html_refs_end(&refs);
	assert_true(targets[0].is_referenced);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
