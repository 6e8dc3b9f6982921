/* sink/maildir: names, flags and times of the files, and where they are. What
 * all sinks promise is in test_sink_contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "piece_stream.h"
#include "sink/maildir_dirs.h"
#include "tmp_tree.h"

static const struct am_sink_folder folders[] = {
	{ "Inbox", SIZE_MAX, 1, 0 }, { "cur", 0, 2, 0 },
	{ "b", SIZE_MAX, 3, 0 },     { "c", SIZE_MAX, 4, 0 },
	{ "d", SIZE_MAX, 5, 0 },     { "e", SIZE_MAX, 6, 0 },
	{ "f", SIZE_MAX, 7, 0 },     { "g", SIZE_MAX, 8, 0 },
	{ "h", SIZE_MAX, 9, 0 },     { "i", SIZE_MAX, 10, 0 },
	{ "j", SIZE_MAX, 11, 0 },
};

enum { FOLDERS = sizeof(folders) / sizeof(folders[0]) };

struct place {
	struct tmp_tree tree;
	struct am_sink *sink;
	struct am_error err;
	char told[512]; /* path of the last row */
	size_t count;
};

static int
place_make_as(void **state, bool no_sync)
{
	static struct place place;
	struct am_sink_options options = { .folders = folders,
					   .folder_count = FOLDERS,
					   .no_sync = no_sync };

	memset(&place, 0, sizeof(place));
	place.tree = tmp_tree_make_fast();
	options.root = place.tree.fd;
	*state = &place;
	return (int)am_maildir_open(&options, &place.sink, &place.err);
}

static int
place_make(void **state)
{
	return place_make_as(state, false);
}

static int
place_make_no_sync(void **state)
{
	return place_make_as(state, true);
}

static int
place_remove(void **state)
{
	struct place *place = *state;

	am_sink_close(place->sink);
	tmp_tree_remove(&place->tree);
	return 0;
}

static enum am_status
row_told(void *arg, uint64_t row, const struct am_sink_place *at,
	 struct am_error *err)
{
	struct place *place = arg;

	(void)row;
	(void)err;
	(void)snprintf(place->told, sizeof(place->told), "%s", at->path);
	place->count++;
	return AM_OK;
}

static void
put(struct place *place, const struct am_sink_message *message,
    const char *text)
{
	struct piece_stream mime = piece_stream(am_bytes_of(text), 0);

	assert_int_equal(place->sink->ops->put(place->sink, &mime.base, message,
					       &place->err),
			 AM_OK);
}

static void
commit(struct place *place)
{
	assert_int_equal(place->sink->ops->commit(place->sink, row_told, place,
						  &place->err),
			 AM_OK);
}

/* SHA-256 of "abc" begins with ba7816bf. */
static const struct {
	const char *name;
	struct am_sink_message message;
	const char *path;
	int64_t time;
} files[] = {
	{ "unseen",
	  { .id = 0x200024, .received = 1000000000 },
	  "Inbox/cur/1000000000.P00200024ba7816bf.pst,S=3:2,",
	  1000000000 },
	{ "seen",
	  { .id = 1, .received = 1, .flags = AM_FLAG_SEEN },
	  "Inbox/cur/1.P00000001ba7816bf.pst,S=3:2,S",
	  1 },
	{ "all flags, sorted",
	  { .id = UINT32_MAX, .received = 1, .flags = 0x7f },
	  "Inbox/cur/1.Pffffffffba7816bf.pst,S=3:2,DFPRSTab",
	  1 },
	{ "a draft",
	  { .flags = AM_FLAG_DRAFT | AM_FLAG_SEEN },
	  "Inbox/cur/0.P00000000ba7816bf.pst,S=3:2,DS",
	  0 },
	{ "forwarded and answered",
	  { .flags = AM_FLAG_FORWARDED | AM_FLAG_ANSWERED },
	  "Inbox/cur/0.P00000000ba7816bf.pst,S=3:2,PRa",
	  0 },
	{ "deleted, flagged",
	  { .flags = AM_FLAG_DELETED | AM_FLAG_FLAGGED | AM_FLAG_MDN_SENT },
	  "Inbox/cur/0.P00000000ba7816bf.pst,S=3:2,FTb",
	  0 },
	{ "no time",
	  { .id = 2, .received = AM_TIME_NONE },
	  "Inbox/cur/0.P00000002ba7816bf.pst,S=3:2,",
	  0 },
	{ "before 1970",
	  { .id = 3, .received = -5 },
	  "Inbox/cur/0.P00000003ba7816bf.pst,S=3:2,",
	  0 },
	{ "year 2200",
	  { .id = 4, .received = 7258118399 },
	  "Inbox/cur/7258118399.P00000004ba7816bf.pst,S=3:2,",
	  7258118399 },
	{ "a folder inside",
	  { .id = 5, .folder = 1 },
	  "Inbox/%63ur/cur/0.P00000005ba7816bf.pst,S=3:2,",
	  0 },
};

static void
names_flags_times(void **state)
{
	struct place *place = *state;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct am_sink_message message = files[i].message;
		struct stat info;

		print_message("%s\n", files[i].name);
		message.row = i;
		message.sender = "";
		put(place, &message, "abc");
		commit(place);
		assert_string_equal(place->told, files[i].path);
		tmp_tree_assert_file(&place->tree, files[i].path, "abc");
		assert_int_equal(
			fstatat(place->tree.fd, files[i].path, &info, 0), 0);
		assert_int_equal(info.st_mtim.tv_sec, files[i].time);
		assert_int_equal(info.st_mode & 07777, 0600);
	}
}

/* Same NID and time, other bytes: what a recovery may bring. */
static void
one_id_two_contents(void **state)
{
	const struct am_sink_message one = { .row = 1, .sender = "" };
	const struct am_sink_message two = { .row = 2, .sender = "" };
	struct place *place = *state;

	put(place, &one, "abc");
	put(place, &two, "abd");
	commit(place);
	tmp_tree_assert_file(&place->tree,
			     "Inbox/cur/0.P00000000ba7816bf.pst,S=3:2,", "abc");
	tmp_tree_assert_file(&place->tree, place->told, "abd");
}

static void
a_folder_has_three_directories(void **state)
{
	static const char *const names[] = { "Inbox/cur", "Inbox/new",
					     "Inbox/tmp" };
	const struct am_sink_message message = { .sender = "" };
	struct place *place = *state;
	struct stat info;
	size_t i;

	assert_false(tmp_tree_has(&place->tree, "Inbox"));
	put(place, &message, "abc");
	assert_true(tmp_tree_has(&place->tree, "Inbox/tmp/0.P00000000.pst"));
	commit(place);
	for (i = 0; i < 3; i++) {
		assert_int_equal(fstatat(place->tree.fd, names[i], &info, 0),
				 0);
		assert_int_equal(info.st_mode & 07777, 0700);
	}
	assert_false(tmp_tree_has(&place->tree, "Inbox/tmp/0.P00000000.pst"));
	/* no message, no place */
	assert_false(tmp_tree_has(&place->tree, "Inbox/%63ur"));
	assert_false(tmp_tree_has(&place->tree, "b"));
}

/* More folders at once than are held open. */
static void
folders_in_turn(void **state)
{
	struct place *place = *state;
	uint64_t row;

	assert_true((int)FOLDERS > (int)AM_MAILDIR_OPEN);
	for (row = 0; row < FOLDERS * 3; row++) {
		const struct am_sink_message message = {
			.row = row,
			.id = (uint32_t)row,
			.folder = (size_t)(row % FOLDERS),
			.sender = "",
		};

		put(place, &message, "abc");
	}
	commit(place);
	assert_int_equal(place->count, FOLDERS * 3);
	assert_string_equal(place->told,
			    "j/cur/0.P00000020ba7816bf.pst,S=3:2,");
	tmp_tree_assert_file(&place->tree, place->told, "abc");
}

/* name in tmp/, does finish_restore remove it? */
static const struct {
	const char *name;
	bool removed;
} leftovers[] = {
	{ "0.P00200024.pst", true },
	{ "18446744073709551615.Pffffffff.pst", true },
	{ "0.P0020002.pst", false },
	{ "0.P002000245.pst", false },
	{ "0.P0020002G.pst", false },
	{ "0.P00200024.pst2", false },
	{ "0.P00200024", false },
	{ ".P00200024.pst", false },
	{ "1000000000.M1P2.host", false },
	{ "0", false },
	{ "0.", false },
};

static void
only_own_leftovers_go(void **state)
{
	struct place *place = *state;
	char path[128];
	size_t i;

	assert_int_equal(mkdirat(place->tree.fd, "Inbox", 0700), 0);
	assert_int_equal(mkdirat(place->tree.fd, "Inbox/tmp", 0700), 0);
	assert_int_equal(mkdirat(place->tree.fd, "b", 0700), 0);
	assert_int_equal(symlinkat("/dev/null", place->tree.fd,
				   "Inbox/tmp/7.P00000000.pst"),
			 0);
	for (i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++) {
		(void)snprintf(path, sizeof(path), "Inbox/tmp/%s",
			       leftovers[i].name);
		tmp_tree_write(&place->tree, path, "x", 1);
	}
	assert_int_equal(
		place->sink->ops->finish_restore(place->sink, &place->err),
		AM_OK);
	for (i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++) {
		print_message("%s\n", leftovers[i].name);
		(void)snprintf(path, sizeof(path), "Inbox/tmp/%s",
			       leftovers[i].name);
		assert_int_equal(tmp_tree_has(&place->tree, path),
				 !leftovers[i].removed);
	}
	assert_false(tmp_tree_has(&place->tree, "Inbox/tmp/7.P00000000.pst"));
}

/* A file of the same name in tmp/, or a link, does not matter. */
static void
what_is_in_tmp_is_replaced(void **state)
{
	const struct am_sink_message message = { .sender = "" };
	struct place *place = *state;

	assert_int_equal(mkdirat(place->tree.fd, "Inbox", 0700), 0);
	assert_int_equal(mkdirat(place->tree.fd, "Inbox/tmp", 0700), 0);
	tmp_tree_write(&place->tree, "victim", "mine", 4);
	assert_int_equal(symlinkat("../../victim", place->tree.fd,
				   "Inbox/tmp/0.P00000000.pst"),
			 0);
	put(place, &message, "abc");
	commit(place);
	tmp_tree_assert_file(&place->tree, place->told, "abc");
	tmp_tree_assert_file(&place->tree, "victim", "mine");
}

/* A resumed run writes the same file again: the link in its place goes. */
static void
what_is_in_cur_is_replaced(void **state)
{
	static const char path[] = "Inbox/cur/0.P00000000ba7816bf.pst,S=3:2,";
	const struct am_sink_message message = { .sender = "" };
	struct place *place = *state;

	assert_int_equal(mkdirat(place->tree.fd, "Inbox", 0700), 0);
	assert_int_equal(mkdirat(place->tree.fd, "Inbox/cur", 0700), 0);
	tmp_tree_write(&place->tree, "victim", "mine", 4);
	assert_int_equal(symlinkat("../../victim", place->tree.fd, path), 0);
	put(place, &message, "abc");
	commit(place);
	tmp_tree_assert_file(&place->tree, path, "abc");
	tmp_tree_assert_file(&place->tree, "victim", "mine");
}

static const char small_path[] = "Inbox/cur/0.P00000000ba7816bf.pst,S=3:2,";

static void
without_syncs_small_messages_are_placed_at_once(void **state)
{
	const struct am_sink_message message = { .sender = "" };
	struct place *place = *state;

	put(place, &message, "abc");
	tmp_tree_assert_file(&place->tree, small_path, "abc");
	assert_false(tmp_tree_has(&place->tree, "Inbox/tmp/0.P00000000.pst"));
	commit(place);
	assert_string_equal(place->told, small_path);
	tmp_tree_assert_file(&place->tree, small_path, "abc");
}

static void
without_syncs_large_ones_are_not(void **state)
{
	const struct am_sink_message message = { .row = 3, .sender = "" };
	struct place *place = *state;
	struct am_buf large = am_buf(1 << 20);
	struct am_buf got = am_buf(1 << 20);

	while (large.len < 300 << 10)
		am_buf_add_text(&large, "a line of a large message\n");
	put(place, &message, am_buf_text(&large));
	assert_true(tmp_tree_has(&place->tree, "Inbox/tmp/3.P00000000.pst"));
	commit(place);
	assert_false(tmp_tree_has(&place->tree, "Inbox/tmp/3.P00000000.pst"));
	tmp_tree_read(place->tree.fd, place->told, &got);
	assert_true(am_bytes_equal(am_buf_bytes(&got), am_buf_bytes(&large)));
	am_buf_free(&large);
	am_buf_free(&got);
}

static void
without_syncs_what_is_not_committed_goes(void **state)
{
	const struct am_sink_message message = { .sender = "" };
	struct place *place = *state;

	put(place, &message, "abc");
	am_sink_close(place->sink);
	place->sink = NULL;
	assert_false(tmp_tree_has(&place->tree, small_path));
}

/* The file in its place may be another's: it is replaced, not written to. */
static void
without_syncs_what_is_in_cur_is_replaced(void **state)
{
	const struct am_sink_message message = { .sender = "" };
	struct place *place = *state;

	assert_int_equal(mkdirat(place->tree.fd, "Inbox", 0700), 0);
	assert_int_equal(mkdirat(place->tree.fd, "Inbox/cur", 0700), 0);
	tmp_tree_write(&place->tree, "victim", "mine", 4);
	assert_int_equal(
		linkat(place->tree.fd, "victim", place->tree.fd, small_path, 0),
		0);
	put(place, &message, "abc");
	commit(place);
	tmp_tree_assert_file(&place->tree, small_path, "abc");
	tmp_tree_assert_file(&place->tree, "victim", "mine");
}

static enum am_status
finding_keep(void *arg, const char *text, struct am_error *err)
{
	char *findings = arg;

	(void)err;
	(void)snprintf(findings + strlen(findings), 1000 - strlen(findings),
		       "%s\n", text);
	return AM_OK;
}

static void
put_with(struct place *place, const char *const *keywords, size_t folder)
{
	const struct am_sink_message message = { .row = place->count + 100,
						 .id = 7,
						 .folder = folder,
						 .keywords = keywords,
						 .sender = "" };

	put(place, &message, "abc");
	commit(place);
}

static const char *
letters_of(const struct place *place)
{
	return strstr(place->told, ":2,") + 3;
}

/* Letters stand for what the folder's own file says, in the order in which the
 * keywords came; without regard to case. */
static void
keywords_are_letters(void **state)
{
	static const char *const red_green[] = { "Red", "Green", NULL };
	static const char *const green_blue[] = { "Blue", "GREEN", "blue",
						  NULL };
	struct place *place = *state;

	put_with(place, red_green, 0);
	assert_string_equal(letters_of(place), "ab");
	put_with(place, green_blue, 0);
	assert_string_equal(letters_of(place), "bc");
	tmp_tree_assert_file(&place->tree, "Inbox/dovecot-keywords",
			     "0 Red\n1 Green\n2 Blue\n");
	put_with(place, green_blue, 2);
	assert_string_equal(letters_of(place), "ab");
	tmp_tree_assert_file(&place->tree, "b/dovecot-keywords",
			     "0 Blue\n1 GREEN\n");
}

/* Of more folders than are remembered each still knows its own. */
static void
keywords_of_many_folders(void **state)
{
	struct place *place = *state;
	size_t turn;
	size_t i;

	for (turn = 0; turn < 3; turn++)
		for (i = 0; i < FOLDERS; i++) {
			char own[16];
			const char *const keywords[] = { "common", own, NULL };

			(void)snprintf(own, sizeof(own), "k%zu", i);
			put_with(place, keywords, i);
			assert_string_equal(letters_of(place), "ab");
		}
	tmp_tree_assert_file(&place->tree, "j/dovecot-keywords",
			     "0 common\n1 k10\n");
}

/* There are 26 letters; the 27th keyword is a finding, once for a folder. */
static void
a_keyword_too_many(void **state)
{
	static char findings[1000];
	struct place *place = *state;
	struct am_sink_options options = { .root = place->tree.fd,
					   .folders = folders,
					   .folder_count = FOLDERS,
					   .finding = finding_keep,
					   .finding_arg = findings };
	char names[30][8];
	const char *keywords[31];
	size_t i;

	findings[0] = '\0';
	am_sink_close(place->sink);
	assert_int_equal(am_maildir_open(&options, &place->sink, &place->err),
			 AM_OK);
	for (i = 0; i < 30; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "k%02zu", i);
		keywords[i] = names[i];
	}
	keywords[30] = NULL;
	put_with(place, keywords, 0);
	put_with(place, keywords, 0);
	assert_string_equal(letters_of(place), "abcdefghijklmnopqrstuvwxyz");
	assert_string_equal(findings,
			    "keywords: Inbox has more than 26: Maildir has no "
			    "letter for the others, which are in the field "
			    "Keywords only\n");
}

/* A file that is not the one that was written here. */
static void
foreign_keywords_stay(void **state)
{
	static const char *const red[] = { "Red", NULL };
	struct place *place = *state;
	const struct am_sink_message message = { .keywords = red,
						 .sender = "" };
	struct piece_stream mime = piece_stream(am_bytes_of("abc"), 0);

	assert_int_equal(mkdirat(place->tree.fd, "Inbox", 0700), 0);
	tmp_tree_write(&place->tree, "Inbox/dovecot-keywords", "0 Mine\n", 7);
	assert_int_equal(place->sink->ops->put(place->sink, &mime.base,
					       &message, &place->err),
			 AM_OUTPUT);
	tmp_tree_assert_file(&place->tree, "Inbox/dovecot-keywords",
			     "0 Mine\n");
}

int
main(void)
{
#define CASE(function)                                                         \
	cmocka_unit_test_setup_teardown(function, place_make, place_remove)
	const struct CMUnitTest tests[] = {
		CASE(names_flags_times),
		CASE(keywords_are_letters),
		CASE(keywords_of_many_folders),
		CASE(a_keyword_too_many),
		CASE(foreign_keywords_stay),
		CASE(one_id_two_contents),
		CASE(a_folder_has_three_directories),
		CASE(folders_in_turn),
		CASE(only_own_leftovers_go),
		CASE(what_is_in_tmp_is_replaced),
		CASE(what_is_in_cur_is_replaced),
#define NO_SYNC(function)                                                      \
	cmocka_unit_test_setup_teardown(function, place_make_no_sync,          \
					place_remove)
		NO_SYNC(names_flags_times),
		NO_SYNC(folders_in_turn),
		NO_SYNC(without_syncs_small_messages_are_placed_at_once),
		NO_SYNC(without_syncs_large_ones_are_not),
		NO_SYNC(without_syncs_what_is_not_committed_goes),
		NO_SYNC(without_syncs_what_is_in_cur_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
