/* pst/messaging/codepage: what the messages say where the store says nothing.
 * The ladder itself is in test_messaging_message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder_text.h"
#include "pst/messaging/codepage.h"

static const struct {
	int64_t codepage;
	unsigned usable;
} pages[] = {
	{ 1252, 1252 },	   { 932, 932 }, { 65001, 65001 }, { 20127, 20127 },
	{ 0, 0 },	   { -1, 0 },	 { 1200, 0 },	   { 1201, 0 },
	{ 0x100004e4, 0 }, { 99999, 0 }, { 1, 0 },	   { INT64_MAX, 0 },
};

static void
test_usable(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		assert_int_equal(am_codepage_usable(pages[i].codepage),
				 pages[i].usable);
}

#define MESSAGE(props) "message { no-defaults; " props " }\n"

static const struct {
	const char *name;
	const char *head;
	const char *messages;
	unsigned codepage;
} samples[] = {
	{ "3FFD", "format ansi\n", MESSAGE("prop 0x3FFD:i32 932"), 932 },
	{ "the locale before the Internet code page", "format ansi\n",
	  MESSAGE("prop 0x3FF1:i32 0x411; prop 0x3FDE:i32 1251"), 932 },
	{ "an Internet code page that is ANSI", "format ansi\n",
	  MESSAGE("prop 0x3FDE:i32 1251"), 1251 },
	{ "one that is not", "format ansi\n", MESSAGE("prop 0x3FDE:i32 28595"),
	  1252 },
	{ "the most frequent", "format ansi\n",
	  MESSAGE("prop 0x3FFD:i32 1252") MESSAGE("prop 0x3FFD:i32 1253")
		  MESSAGE("prop 0x3FFD:i32 1253"),
	  1253 },
	{ "of two the first", "format ansi\n",
	  MESSAGE("prop 0x3FFD:i32 1254") MESSAGE("prop 0x3FFD:i32 1253"),
	  1254 },
	{ "messages that say nothing", "format ansi\n",
	  MESSAGE("") MESSAGE("") MESSAGE("prop 0x3FFD:i32 1255"), 1255 },
	{ "no message", "format ansi\n", "", 1252 },
	{ "the store knows better",
	  "format ansi\nstore { prop 0x66C3:i32 1250 }\n",
	  MESSAGE("prop 0x3FFD:i32 932"), 1250 },
	{ "Unicode needs none", "", MESSAGE("prop 0x3FFD:i32 932"), 1252 },
};

static void
test_samples(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct am_store *store;
		struct built built;
		char recipe[1024];

		snprintf(recipe, sizeof(recipe), "%sminimal\nfolder a {\n%s}\n",
			 samples[i].head, samples[i].messages);
		built = built_make(recipe);
		store = built_open(&built, NULL);
		if (am_store_info(store)->codepage != samples[i].codepage)
			fail_msg("%s: %u", samples[i].name,
				 am_store_info(store)->codepage);
		assert_int_equal(am_store_finding_count(store), 0);
		am_store_close(store);
		built_free(&built);
	}
}

/* Folder names of a Japanese Outlook 97 come out as they were. */
static void
test_folder_names(void **state)
{
	struct built built =
		built_make("format ansi\nminimal\ncodepage 932\n"
			   "folder \"\\u{65e5}\\u{672c}\" { message {\n"
			   "	prop 0x3FF1:i32 0x411 } }\n");
	struct am_store *store = built_open(&built, NULL);
	struct am_buf text = folder_text(store);

	(void)state;
	assert_non_null(
		strstr(am_buf_text(&text), "\n\xe6\x97\xa5\xe6\x9c\xac\n"));
	am_buf_free(&text);
	am_store_close(store);
	built_free(&built);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usable),
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_folder_names),
	};

	return cmocka_run_group_tests_name("messaging_codepage", tests, NULL,
					   NULL);
}
