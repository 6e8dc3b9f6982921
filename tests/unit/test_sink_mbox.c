/* sink/mbox: the bytes of the files, where each message is in them, and that
 * nobody else writes there. What all sinks promise is in test_sink_contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "piece_stream.h"
#include "sink/grow_files.h"
#include "tmp_tree.h"

static const struct am_sink_folder folders[] = {
	{ "Inbox", SIZE_MAX, 1, 0 }, { "Travel", 0, 2, 0 },
	{ "c", SIZE_MAX, 3, 0 },     { "d", SIZE_MAX, 4, 0 },
	{ "e", SIZE_MAX, 5, 0 },     { "f", SIZE_MAX, 6, 0 },
};

enum { FOLDERS = sizeof(folders) / sizeof(folders[0]) };

struct place {
	struct tmp_tree tree;
	struct am_sink *sink;
	struct am_error err;
	struct am_buf told;
};

static int
place_make(void **state)
{
	static struct place place;
	struct am_sink_options options = { .folders = folders,
					   .folder_count = FOLDERS,
					   .prefix = "mail",
					   .no_sync = true };

	memset(&place, 0, sizeof(place));
	place.told = am_buf(1 << 20);
	place.tree = tmp_tree_make();
	options.root = place.tree.fd;
	*state = &place;
	return (int)am_mbox_open(&options, &place.sink, &place.err);
}

static int
place_remove(void **state)
{
	struct place *place = *state;

	am_sink_close(place->sink);
	am_buf_free(&place->told);
	tmp_tree_remove(&place->tree);
	return 0;
}

static enum am_status
try_put(struct place *place, size_t folder, unsigned flags, const char *text)
{
	const struct am_sink_message message = {
		.row = 7,
		.folder = folder,
		.flags = flags,
		.received = 951782400,
		.sender = "ann@example.org",
	};
	struct piece_stream mime = piece_stream(am_bytes_of(text), 0);

	return place->sink->ops->put(place->sink, &mime.base, &message,
				     &place->err);
}

static enum am_status
row_told(void *arg, uint64_t row, const struct am_sink_place *at,
	 struct am_error *err)
{
	struct place *place = arg;

	(void)err;
	assert_int_equal(row, 7);
	assert_true(at->has_offset);
	am_buf_printf(&place->told, "%s %" PRIu64 "+%" PRIu64 "\n", at->path,
		      at->offset, at->size);
	return AM_OK;
}

static void
commit(struct place *place)
{
	am_buf_clear(&place->told);
	assert_int_equal(place->sink->ops->commit(place->sink, row_told, place,
						  &place->err),
			 AM_OK);
}

static enum am_status
length_told(void *arg, const char *path, uint64_t length, struct am_error *err)
{
	struct place *place = arg;

	(void)err;
	am_buf_printf(&place->told, "%s %" PRIu64 "\n", path, length);
	return AM_OK;
}

static void
assert_checkpoint(struct place *place, const char *want)
{
	am_buf_clear(&place->told);
	assert_int_equal(place->sink->ops->checkpoint(place->sink, length_told,
						      place, &place->err),
			 AM_OK);
	assert_string_equal(am_buf_text(&place->told), want);
}

#define FROM "From ann@example.org Tue Feb 29 00:00:00 2000\n"

static void
the_bytes_of_a_file(void **state)
{
	struct place *place = *state;

	assert_int_equal(try_put(place, 0, AM_FLAG_SEEN | AM_FLAG_FLAGGED,
				 "Subject: a\n\nFrom here\n"),
			 AM_OK);
	assert_int_equal(try_put(place, 0, 0, "Subject: b\n\nno end"), AM_OK);
	assert_int_equal(try_put(place, 1, 0, ""), AM_OK);
	commit(place);
	tmp_tree_assert_file(&place->tree, "mail/Inbox.mbox",
			     FROM "Subject: a\nStatus: RO\nX-Status: F\n\n"
				  ">From here\n\n" FROM
				  "Subject: b\nStatus: O\n\nno end\n\n");
	tmp_tree_assert_file(&place->tree, "mail/Inbox/Travel.mbox",
			     FROM "Status: O\n\n");
	assert_string_equal(am_buf_text(&place->told),
			    "mail/Inbox.mbox 0+93\nmail/Inbox.mbox 93+76\n"
			    "mail/Inbox/Travel.mbox 0+57\n");
	assert_false(tmp_tree_has(&place->tree, "mail/c.mbox"));
}

static void
only_lengths_that_changed_are_told(void **state)
{
	struct place *place = *state;

	assert_checkpoint(place, "");
	assert_int_equal(try_put(place, 2, 0, ""), AM_OK);
	assert_int_equal(try_put(place, 2, 0, ""), AM_OK);
	assert_checkpoint(place, ""); /* not durable yet */
	commit(place);
	assert_checkpoint(place, "mail/c.mbox 114\n");
	assert_checkpoint(place, "");
	assert_int_equal(try_put(place, 3, 0, ""), AM_OK);
	commit(place);
	assert_checkpoint(place, "mail/d.mbox 57\n");
	assert_int_equal(try_put(place, 2, 0, ""), AM_OK);
	commit(place);
	assert_checkpoint(place, "mail/c.mbox 171\n");
}

/* More folders at once than files are held open. */
static void
folders_in_turn(void **state)
{
	struct place *place = *state;
	size_t i;

	assert_true((int)FOLDERS > (int)AM_GROW_OPEN);
	for (i = 0; i < FOLDERS * 3; i++)
		assert_int_equal(try_put(place, i % FOLDERS, 0, ""), AM_OK);
	commit(place);
	tmp_tree_assert_file(&place->tree, "mail/f.mbox",
			     FROM "Status: O\n\n" FROM "Status: O\n\n" FROM
				  "Status: O\n\n");
}

/* Closes the file by using others, and comes back to it. */
static enum am_status
put_after_others(struct place *place)
{
	size_t i;

	for (i = 1; i < FOLDERS; i++)
		assert_int_equal(try_put(place, i, 0, ""), AM_OK);
	return try_put(place, 0, 0, "");
}

static void
somebody_else_writes_there(void **state)
{
	struct place *place = *state;

	assert_int_equal(try_put(place, 0, 0, ""), AM_OK);
	commit(place);
	assert_int_equal(put_after_others(place), AM_OK);
	commit(place);
	tmp_tree_write(&place->tree, "mail/Inbox.mbox", "shorter", 7);
	assert_int_equal(put_after_others(place), AM_OUTPUT);
	assert_non_null(strstr(place->err.text, "somebody else wrote to it"));
	assert_int_equal(try_put(place, 0, 0, ""), AM_OUTPUT);
}

static void
somebody_removes_it(void **state)
{
	struct place *place = *state;

	assert_int_equal(try_put(place, 0, 0, ""), AM_OK);
	commit(place);
	assert_int_equal(put_after_others(place), AM_OK);
	commit(place);
	assert_int_equal(unlinkat(place->tree.fd, "mail/Inbox.mbox", 0), 0);
	assert_int_equal(put_after_others(place), AM_OUTPUT);
	assert_non_null(strstr(place->err.text, "somebody removed it"));
	assert_false(tmp_tree_has(&place->tree, "mail/Inbox.mbox"));
}

/* A message that fails after a buffer of it went to the disk. */
static void
a_large_message_is_undone(void **state)
{
	const struct am_sink_message message = { .folder = 0, .sender = "" };
	struct place *place = *state;
	struct am_buf large = am_buf(2 << 20);
	struct piece_stream mime;
	struct stat info;

	assert_int_equal(try_put(place, 0, 0, "Subject: a\n\n"), AM_OK);
	while (large.len < 1 << 20)
		am_buf_add_text(&large, "a line of a large message\n");
	mime = piece_stream(am_buf_bytes(&large), 1000);
	mime.then = AM_LIMIT;
	assert_int_equal(place->sink->ops->put(place->sink, &mime.base,
					       &message, &place->err),
			 AM_LIMIT);
	assert_int_equal(fstatat(place->tree.fd, "mail/Inbox.mbox", &info, 0),
			 0);
	assert_true(info.st_size < 100);
	assert_int_equal(try_put(place, 0, 0, "Subject: b\n\n"), AM_OK);
	commit(place);
	tmp_tree_assert_file(&place->tree, "mail/Inbox.mbox",
			     FROM "Subject: a\nStatus: O\n\n\n" FROM
				  "Subject: b\nStatus: O\n\n\n");
	am_buf_free(&large);
}

static void
closing_drops_what_is_not_committed(void **state)
{
	struct place *place = *state;

	assert_int_equal(try_put(place, 0, 0, ""), AM_OK);
	commit(place);
	assert_int_equal(try_put(place, 0, 0, ""), AM_OK);
	assert_int_equal(try_put(place, 1, 0, ""), AM_OK);
	am_sink_close(place->sink);
	place->sink = NULL;
	tmp_tree_assert_file(&place->tree, "mail/Inbox.mbox",
			     FROM "Status: O\n\n");
	assert_false(tmp_tree_has(&place->tree, "mail/Inbox/Travel.mbox"));
}

int
main(void)
{
#define CASE(function)                                                         \
	cmocka_unit_test_setup_teardown(function, place_make, place_remove)
	const struct CMUnitTest tests[] = {
		CASE(the_bytes_of_a_file),
		CASE(only_lengths_that_changed_are_told),
		CASE(folders_in_turn),
		CASE(somebody_else_writes_there),
		CASE(somebody_removes_it),
		CASE(a_large_message_is_undone),
		CASE(closing_drops_what_is_not_committed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
