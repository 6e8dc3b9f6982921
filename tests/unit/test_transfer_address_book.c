/* transfer/address_book: the limits of what is learned from, each from both
 * sides. Who is believed is for tests/cli/test_people.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transfer/address_book.h"
#include "transfer_run.h"

/* Is the address of "/o=o/cn=<name>" learned from the archive? */
static bool
learned(const char *recipe, size_t memory, const char *name)
{
	struct am_address_book *book = NULL;
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };
	const char *smtp = NULL;
	struct run run;
	char dn[64];

	(void)snprintf(dn, sizeof(dn), "/o=o/cn=%s", name);
	input_build(recipe);
	run_make(&run, AM_TARGET_MBOX, 1);
	assert_int_equal(
		am_address_book_open(&run.options, memory, &book, &err), AM_OK);
	assert_int_equal(am_address_book_find(book, dn, &arena, &smtp, &err),
			 AM_OK);
	am_address_book_close(book);
	am_arena_free(&arena);
	tmp_tree_remove(&run.tree);
	tmp_tree_remove(&input);
	return smtp != NULL;
}

#define KNOWN(name) "to \"N\" ex \"/o=o/cn=" name "\" <" name "@x.org>; "

static void
test_embedded(void **state)
{
	struct am_buf recipe = am_buf(1 << 20);
	unsigned i;

	(void)state;
	am_buf_add_text(&recipe, "minimal\nfolder \"A\" { message {\n");
	for (i = 1; i <= AM_LEARN_MAX_EMBEDDED + 1; i++)
		am_buf_printf(&recipe, "attachment \"m\" { message { %s } }\n",
			      i == AM_LEARN_MAX_EMBEDDED  ? KNOWN("in")
			      : i > AM_LEARN_MAX_EMBEDDED ? KNOWN("out")
							  : "");
	am_buf_add_text(&recipe, "} }\n");
	assert_true(learned(am_buf_text(&recipe), 0, "in"));
	assert_false(learned(am_buf_text(&recipe), 0, "out"));
	am_buf_free(&recipe);
}

static void
test_depth(void **state)
{
	struct am_buf recipe = am_buf(1 << 20);
	unsigned i;

	(void)state;
	am_buf_add_text(&recipe, "minimal\nfolder \"A\" { message {\n");
	for (i = 1; i <= AM_LEARN_MAX_DEPTH + 1; i++)
		am_buf_printf(&recipe, "attachment \"m\" { message { %s\n",
			      i == AM_LEARN_MAX_DEPTH  ? KNOWN("in")
			      : i > AM_LEARN_MAX_DEPTH ? KNOWN("out")
						       : "");
	for (i = 1; i <= AM_LEARN_MAX_DEPTH + 1; i++)
		am_buf_add_text(&recipe, "} }\n");
	am_buf_add_text(&recipe, "} }\n");
	assert_true(learned(am_buf_text(&recipe), 0, "in"));
	assert_false(learned(am_buf_text(&recipe), 0, "out"));
	am_buf_free(&recipe);
}

/* A message that needs too much, and one that comes after it. */
static void
test_memory(void **state)
{
	enum { LITTLE = 128 << 10 };
	struct am_buf recipe = am_buf(1 << 20);
	unsigned i;

	(void)state;
	am_buf_add_text(&recipe,
			"minimal\nfolder \"A\" { message { " KNOWN("much"));
	for (i = 0; i < 2000; i++)
		am_buf_printf(&recipe,
			      "to \"N\" ex \"/o=o/cn=%u\" <%u@x.org>\n", i, i);
	am_buf_add_text(&recipe, "}\nmessage { " KNOWN("little") "} }\n");
	assert_true(learned(am_buf_text(&recipe), 0, "much"));
	assert_true(learned(am_buf_text(&recipe), 0, "1999"));
	assert_false(learned(am_buf_text(&recipe), LITTLE, "1999"));
	assert_true(learned(am_buf_text(&recipe), LITTLE, "little"));
	am_buf_free(&recipe);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_embedded),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
