/* io/file_stream: the right part of the right file, or a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/file_stream.h"
#include "tmp_tree.h"

enum { SIZE = 200000 };

/* offset, size, status of open */
static const struct {
	const char *name;
	uint64_t offset, size;
	enum am_status status;
} parts[] = {
	{ "all", 0, SIZE, AM_OK },
	{ "nothing", 0, 0, AM_OK },
	{ "nothing at the end", SIZE, 0, AM_OK },
	{ "one byte", 77, 1, AM_OK },
	{ "a piece and one", 1, (64 << 10) + 1, AM_OK },
	{ "the end", SIZE - 5, 5, AM_OK },
	{ "one too many", SIZE - 5, 6, AM_CORRUPT },
	{ "behind the end", SIZE + 1, 0, AM_CORRUPT },
	{ "a sum that overflows", 10, UINT64_MAX - 5, AM_CORRUPT },
	{ "far out", UINT64_MAX, 1, AM_CORRUPT },
};

static uint8_t content[SIZE];

static struct tmp_tree
tree_make(void)
{
	struct tmp_tree tree = tmp_tree_make();
	size_t i;

	for (i = 0; i < SIZE; i++)
		content[i] = (uint8_t)(i * 31 + (i >> 10));
	tmp_tree_write(&tree, "f", content, SIZE);
	return tree;
}

static void
parts_of_a_file(void **state)
{
	struct tmp_tree tree = tree_make();
	struct am_arena arena = { 0 };
	struct am_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct am_buf got = am_buf(SIZE + 1);
		struct am_stream *stream = NULL;
		struct am_bytes rest;
		uint64_t length = 0;

		print_message("%s\n", parts[i].name);
		assert_int_equal(am_file_stream_open(
					 &arena, tree.fd, "f", parts[i].offset,
					 parts[i].size, &length, &stream, &err),
				 parts[i].status);
		if (parts[i].status == AM_OK) {
			assert_int_equal(length, SIZE);
			assert_int_equal(am_stream_read_all(stream, &got, &err),
					 AM_OK);
			assert_int_equal(got.len, parts[i].size);
			if (got.len > 0)
				assert_memory_equal(got.data,
						    content + parts[i].offset,
						    got.len);
			assert_int_equal(am_stream_next(stream, &rest, &err),
					 AM_END);
		}
		am_stream_close(stream);
		am_buf_free(&got);
		am_arena_reset(&arena);
	}
	am_arena_free(&arena);
	tmp_tree_remove(&tree);
}

static void
what_is_no_file(void **state)
{
	static const struct {
		const char *path;
		enum am_status status;
	} cases[] = {
		{ "none", AM_NOT_FOUND }, { "none/x", AM_NOT_FOUND },
		{ "dir", AM_NOT_FOUND },  { "pipe", AM_NOT_FOUND },
		{ "link", AM_IO },	  { "up/f", AM_IO },
		{ "../f", AM_IO },	  { "/etc/passwd", AM_IO },
		{ "f/x", AM_NOT_FOUND },
	};
	struct tmp_tree tree = tree_make();
	struct am_arena arena = { 0 };
	struct am_error err;
	size_t i;

	(void)state;
	assert_int_equal(mkdirat(tree.fd, "dir", 0700), 0);
	assert_int_equal(mkfifoat(tree.fd, "pipe", 0600), 0);
	assert_int_equal(symlinkat("f", tree.fd, "link"), 0);
	assert_int_equal(symlinkat(".", tree.fd, "up"), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_stream *stream = NULL;

		print_message("%s\n", cases[i].path);
		assert_int_equal(am_file_stream_open(&arena, tree.fd,
						     cases[i].path, 0, 0, NULL,
						     &stream, &err),
				 cases[i].status);
	}
	am_arena_free(&arena);
	tmp_tree_remove(&tree);
}

static void
a_file_cut_while_it_is_read(void **state)
{
	struct tmp_tree tree = tree_make();
	struct am_arena arena = { 0 };
	struct am_stream *stream = NULL;
	struct am_buf got = am_buf(SIZE);
	struct am_error err;
	struct am_bytes bytes;

	(void)state;
	assert_int_equal(am_file_stream_open(&arena, tree.fd, "f", 0, SIZE,
					     NULL, &stream, &err),
			 AM_OK);
	assert_int_equal(am_stream_next(stream, &bytes, &err), AM_OK);
	tmp_tree_write(&tree, "f", "short", 5);
	assert_int_equal(am_stream_read_all(stream, &got, &err), AM_CORRUPT);
	am_stream_close(stream);
	am_buf_free(&got);
	am_arena_free(&arena);
	tmp_tree_remove(&tree);
}

static void
little_memory(void **state)
{
	struct tmp_tree tree = tree_make();
	struct am_arena arena = { .limit = 65 << 10 };
	struct am_stream *stream = NULL;
	struct am_error err;

	(void)state;
	assert_int_equal(am_file_stream_open(&arena, tree.fd, "f", 0, SIZE,
					     NULL, &stream, &err),
			 AM_OK);
	am_stream_close(stream);
	assert_int_equal(am_file_stream_open(&arena, tree.fd, "f", 0, SIZE,
					     NULL, &stream, &err),
			 AM_LIMIT);
	am_arena_free(&arena);
	tmp_tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_a_file),
		cmocka_unit_test(what_is_no_file),
		cmocka_unit_test(a_file_cut_while_it_is_read),
		cmocka_unit_test(little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
