/* convert/plain_body: the text of an item, from whatever it has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "built.h"
#include "convert/plain_body.h"

struct opened {
	struct built built;
	struct am_store *store;
	struct am_arena arena;
	struct am_report report;
	struct am_message *message;
};

static void
item_open(struct opened *opened, const char *recipe)
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
}

static void
item_close(struct opened *opened)
{
	am_arena_free(&opened->arena);
	am_store_close(opened->store);
	built_free(&opened->built);
}

static const struct {
	const char *name, *item, *text, *finding;
} samples[] = {
	{ "nothing", "subject \"x\"", "", NULL },
	{ "text", "body \"a\\r\\nb\"; html \"<p>c\"", "a\r\nb", NULL },
	{ "RTF", "rtf \"{\\\\rtf1 a\\\\par b}\"", "a\r\nb", NULL },
	{ "RTF that says more", "rtf \"{\\\\rtf1 a{\\\\b b}}\"", "ab",
	  "rtf-only: the only body is RTF; its text is written" },
	{ "RTF made from text", "rtf \"{\\\\rtf1\\\\fromtext a\\\\par}\"", "a",
	  NULL },
	{ "RTF made from HTML",
	  "rtf \"{\\\\rtf1\\\\fromhtml1 {\\\\*\\\\htmltag64 <p>}a{\\\\*"
	  "\\\\htmltag4 <br>}b}\"",
	  "a\r\nb", NULL },
	{ "HTML", "html \"<p>a<br>&auml;</p>\"", "a\r\nä", NULL },
	{ "RTF that is none",
	  "rtf raw hex \"01020304050607080910111213141516\"", "",
	  "rtf-body: COMPTYPE of compressed RTF is 0x12111009" },
};

static void
test_samples(void **state)
{
	char recipe[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct opened opened;
		struct am_error err;
		struct am_text text;

		print_message("%s\n", samples[i].name);
		snprintf(recipe, sizeof(recipe),
			 "folder \"A\" { message { class "
			 "\"IPM.Appointment\"; %s } }\n",
			 samples[i].item);
		item_open(&opened, recipe);
		assert_int_equal(
			am_plain_body_text(opened.message, 1000, &text, &err),
			AM_OK);
		assert_string_equal(text.data, samples[i].text);
		assert_int_equal(text.len, strlen(samples[i].text));
		if (samples[i].finding == NULL)
			assert_null(opened.report.first);
		else
			assert_string_equal(opened.report.first->text,
					    samples[i].finding);
		item_close(&opened);
	}
}

/* Cut at a whole character, and said. */
static void
test_cut(void **state)
{
	struct opened opened;
	struct am_error err;
	struct am_text text;

	(void)state;
	item_open(&opened, "folder \"A\" { message { body \"aäöü\" } }\n");
	assert_int_equal(am_plain_body_text(opened.message, 4, &text, &err),
			 AM_OK);
	assert_string_equal(text.data, "aä");
	assert_string_equal(opened.report.first->text,
			    "text-body: the text was cut off after 3 bytes");
	item_close(&opened);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
