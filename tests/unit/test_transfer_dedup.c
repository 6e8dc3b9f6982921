/* transfer/dedup: of each content the first message, also after a resumption.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tmp_tree.h"
#include "transfer/dedup.h"

struct place {
	struct tmp_tree tree;
	struct am_journal *journal;
	struct am_dedup *dedup;
	struct am_error err;
};

static void
place_open(struct place *place)
{
	static const struct am_journal_key key = { .options = "a test" };
	bool resumed;

	assert_int_equal(am_journal_open(place->tree.fd, "journal", &key, true,
					 &place->journal, &resumed,
					 &place->err),
			 AM_OK);
	assert_int_equal(am_dedup_open(place->tree.fd, "spill", place->journal,
				       &place->dedup, &place->err),
			 AM_OK);
}

static void
place_close(struct place *place)
{
	am_dedup_close(place->dedup);
	am_journal_close(place->journal);
}

static uint32_t
check(struct place *place, unsigned content, uint32_t nid)
{
	uint8_t digest[AM_SHA256_SIZE] = { (uint8_t)content,
					   (uint8_t)(content >> 8),
					   (uint8_t)(content >> 16) };
	uint32_t first = 0;

	assert_int_equal(
		am_dedup_check(place->dedup, digest, nid, &first, &place->err),
		AM_OK);
	return first;
}

static uint32_t
find(struct place *place, unsigned content)
{
	const uint8_t digest[AM_SHA256_SIZE] = { (uint8_t)content };
	uint32_t first = 99;

	assert_int_equal(
		am_dedup_find(place->dedup, digest, &first, &place->err),
		AM_OK);
	return first;
}

static void
save(struct place *place, bool commit)
{
	const struct am_checkpoint checkpoint = { .counters = "" };

	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	assert_int_equal(
		am_dedup_save(place->dedup, place->journal, &place->err),
		AM_OK);
	if (commit)
		assert_int_equal(am_journal_commit(place->journal, &checkpoint,
						   &place->err),
				 AM_OK);
}

static void
the_first_has_it(void **state)
{
	struct place place = { .tree = tmp_tree_make_fast() };

	(void)state;
	place_open(&place);
	assert_int_equal(find(&place, 1), 0);
	assert_int_equal(check(&place, 1, 0x200024), 0);
	assert_int_equal(find(&place, 1), 0x200024);
	assert_int_equal(find(&place, 2), 0);
	assert_int_equal(check(&place, 2, 0x200044), 0);
	assert_int_equal(check(&place, 1, 0x200064), 0x200024);
	assert_int_equal(check(&place, 1, 0xfffffff4), 0x200024);
	assert_int_equal(check(&place, 2, 0x200084), 0x200044);
	place_close(&place);
	am_dedup_close(NULL);
	tmp_tree_remove(&place.tree);
}

/* Known again is what was committed, and nothing else. */
static void
a_resumed_run_knows_what_was_committed(void **state)
{
	struct place place = { .tree = tmp_tree_make_fast() };

	(void)state;
	place_open(&place);
	(void)check(&place, 1, 0x24);
	(void)check(&place, 2, 0x44);
	save(&place, true);
	(void)check(&place, 3, 0xfffffff4);
	save(&place, true);
	(void)check(&place, 4, 0x84);
	save(&place, false);
	(void)check(&place, 5, 0xa4);
	place_close(&place);
	place_open(&place);
	assert_int_equal(check(&place, 1, 0x104), 0x24);
	assert_int_equal(check(&place, 2, 0x104), 0x44);
	assert_int_equal(check(&place, 3, 0x104), 0xfffffff4);
	assert_int_equal(check(&place, 4, 0x104), 0);
	assert_int_equal(check(&place, 5, 0x124), 0);
	place_close(&place);
	tmp_tree_remove(&place.tree);
}

/* More than fits the memory, across resumptions. */
static void
many_contents(void **state)
{
	enum { MANY = 120000, TURNS = 3 };
	struct place place = { .tree = tmp_tree_make_fast() };
	unsigned i;
	unsigned turn;

	(void)state;
	for (turn = 0; turn < TURNS; turn++) {
		place_open(&place);
		for (i = turn * MANY; i < (turn + 1) * MANY; i++)
			assert_int_equal(check(&place, i, i + 1), 0);
		save(&place, true);
		place_close(&place);
	}
	place_open(&place);
	for (i = 0; i < TURNS * MANY; i += 97)
		assert_int_equal(check(&place, i, 1), i + 1);
	place_close(&place);
	tmp_tree_remove(&place.tree);
}

static void
a_list_that_is_cut_short(void **state)
{
	struct place place = { .tree = tmp_tree_make_fast() };
	const struct am_checkpoint checkpoint = { .counters = "" };

	(void)state;
	place_open(&place);
	assert_int_equal(am_journal_begin(place.journal, &place.err), AM_OK);
	assert_int_equal(am_journal_add_contents(place.journal,
						 am_bytes_of("35 bytes"),
						 &place.err),
			 AM_OK);
	assert_int_equal(
		am_journal_commit(place.journal, &checkpoint, &place.err),
		AM_OK);
	am_dedup_close(place.dedup);
	place.dedup = NULL;
	assert_int_equal(am_dedup_open(place.tree.fd, "spill", place.journal,
				       &place.dedup, &place.err),
			 AM_OUTPUT);
	assert_non_null(strstr(place.err.text, "cut short"));
	am_journal_close(place.journal);
	tmp_tree_remove(&place.tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_has_it),
		cmocka_unit_test(a_resumed_run_knows_what_was_committed),
		cmocka_unit_test(many_contents),
		cmocka_unit_test(a_list_that_is_cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
