/* io/spool: bytes whose number must be known first, in memory or in a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/spool.h"
#include "piece_stream.h"
#include "tmp_tree.h"

enum { MEMORY = 16 };

static const char path[] = "spool.part";

static enum am_status
take(struct am_spool *spool, const char *text, enum am_status last)
{
	struct piece_stream stream = piece_stream(am_bytes_of(text), 3);
	struct am_error err = { 0 };

	stream.then = last;
	return am_spool_take(spool, &stream.base, &err);
}

static void
assert_reads(struct am_spool *spool, const char *text)
{
	struct am_buf got = am_buf(1000);
	struct am_stream *stream = NULL;
	struct am_error err = { 0 };
	int again;

	assert_int_equal(spool->size, strlen(text));
	for (again = 0; again < 2; again++) {
		am_buf_clear(&got);
		assert_int_equal(am_spool_read(spool, &stream, &err), AM_OK);
		assert_int_equal(am_stream_read_all(stream, &got, &err), AM_OK);
		assert_string_equal(am_buf_text(&got), text);
	}
	am_buf_free(&got);
}

static void
test_small_and_large(void **state)
{
	struct tmp_tree tree = tmp_tree_make_fast();
	struct am_error err = { 0 };
	struct am_spool spool;

	(void)state;
	assert_int_equal(am_spool_open(tree.fd, path, MEMORY, &spool, &err),
			 AM_OK);
	assert_int_equal(take(&spool, "sixteen bytes ok", AM_OK), AM_OK);
	assert_true(am_spool_is_small(&spool));
	assert_false(tmp_tree_has(&tree, path));
	assert_reads(&spool, "sixteen bytes ok");

	assert_int_equal(take(&spool, "seventeen bytes .", AM_OK), AM_OK);
	assert_false(am_spool_is_small(&spool));
	assert_true(tmp_tree_has(&tree, path));
	assert_reads(&spool, "seventeen bytes .");

	assert_int_equal(take(&spool, "", AM_OK), AM_OK);
	assert_true(am_spool_is_small(&spool));
	assert_false(tmp_tree_has(&tree, path));
	assert_reads(&spool, "");
	am_spool_close(&spool);
	tmp_tree_remove(&tree);
}

static void
test_a_stream_that_breaks(void **state)
{
	struct tmp_tree tree = tmp_tree_make_fast();
	struct am_error err = { 0 };
	struct am_spool spool;

	(void)state;
	assert_int_equal(am_spool_open(tree.fd, path, MEMORY, &spool, &err),
			 AM_OK);
	assert_int_equal(take(&spool, "more than sixteen bytes", AM_LIMIT),
			 AM_LIMIT);
	assert_int_equal(take(&spool, "and again", AM_OK), AM_OK);
	assert_reads(&spool, "and again");
	am_spool_close(&spool);
	assert_false(tmp_tree_has(&tree, path));
	tmp_tree_remove(&tree);
}

/* A run that was killed has left its file behind. */
static void
test_what_is_left_over_goes(void **state)
{
	struct tmp_tree tree = tmp_tree_make_fast();
	struct am_error err = { 0 };
	struct am_spool spool;
	int fd = openat(tree.fd, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(am_spool_open(tree.fd, path, MEMORY, &spool, &err),
			 AM_OK);
	assert_false(tmp_tree_has(&tree, path));
	am_spool_close(&spool);
	tmp_tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_and_large),
		cmocka_unit_test(test_a_stream_that_breaks),
		cmocka_unit_test(test_what_is_left_over_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
