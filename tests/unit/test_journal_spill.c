/* journal/spill: the first value of a key stays, keys come in order, and what
 * does not fit the memory is in a file without a name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "journal/spill.h"
#include "tmp_tree.h"

struct place {
	struct tmp_tree tree;
	struct am_spill *spill;
	struct am_arena arena;
	struct am_error err;
};

static int
place_make(void **state)
{
	static struct place place;

	memset(&place, 0, sizeof(place));
	place.tree = tmp_tree_make_fast();
	assert_int_equal(am_spill_open(place.tree.fd, "old.people",
				       &place.spill, &place.err),
			 AM_OK);
	*state = &place;
	return 0;
}

static int
place_remove(void **state)
{
	struct place *place = *state;

	am_spill_close(place->spill);
	am_arena_free(&place->arena);
	tmp_tree_remove(&place->tree);
	return 0;
}

static bool
add(struct place *place, const char *key, const char *value)
{
	bool added = false;

	assert_int_equal(am_spill_add(place->spill, am_bytes_of(key),
				      am_bytes_of(value), &added, &place->err),
			 AM_OK);
	return added;
}

static void
assert_value(struct place *place, const char *key, const char *value)
{
	struct am_bytes got = { 0 };
	const enum am_status status =
		am_spill_get(place->spill, am_bytes_of(key), &place->arena,
			     &got, &place->err);

	if (value == NULL) {
		assert_int_equal(status, AM_NOT_FOUND);
		return;
	}
	assert_int_equal(status, AM_OK);
	assert_true(am_bytes_equal(got, am_bytes_of(value)));
}

static void
test_first_stays(void **state)
{
	struct place *place = *state;

	assert_true(add(place, "/o=a", "ann@x.org"));
	assert_false(add(place, "/o=a", "bob@x.org"));
	assert_true(add(place, "/o=b", ""));
	assert_true(add(place, "", "empty"));
	assert_int_equal(am_spill_count(place->spill), 3);
	assert_value(place, "/o=a", "ann@x.org");
	assert_value(place, "/o=b", "");
	assert_value(place, "", "empty");
	assert_value(place, "/o=c", NULL);
}

static void
test_no_name(void **state)
{
	struct place *place = *state;
	struct am_buf list = tmp_tree_list(&place->tree);

	assert_string_equal(am_buf_text(&list), "");
	am_buf_free(&list);
}

/* What a run left that was killed at once is in nobody's way; a directory of
 * that name is. */
static void
test_leftovers(void **state)
{
	struct place *place = *state;
	struct am_spill *other = NULL;

	tmp_tree_write(&place->tree, "left", "x", 1);
	assert_int_equal(
		am_spill_open(place->tree.fd, "left", &other, &place->err),
		AM_OK);
	am_spill_close(other);
	assert_false(tmp_tree_has(&place->tree, "left"));
	assert_int_equal(mkdirat(place->tree.fd, "dir", 0700), 0);
	assert_int_equal(
		am_spill_open(place->tree.fd, "dir", &other, &place->err),
		AM_OUTPUT);
}

struct order {
	char last[32];
	uint64_t count;
	uint64_t stop_after;
};

static enum am_status
in_order(void *arg, struct am_bytes key, struct am_bytes value,
	 struct am_error *err)
{
	struct order *order = arg;
	char text[32] = "";

	assert_true(key.len < sizeof(text));
	memcpy(text, key.data, key.len);
	assert_true(strcmp(order->last, text) < 0);
	memcpy(order->last, text, sizeof(text));
	assert_int_equal(value.len, 200);
	order->count++;
	return order->count == order->stop_after
		       ? am_fail(err, AM_LIMIT, "enough")
		       : AM_OK;
}

/* 24 MB of pairs, three times the memory: all are there, in order. */
static void
test_beyond_memory(void **state)
{
	enum { COUNT = 100000 };
	struct place *place = *state;
	struct order order = { .count = 0 };
	char value[201];
	char key[32];
	int i;

	memset(value, 'v', sizeof(value) - 1);
	value[200] = '\0';
	for (i = 0; i < COUNT; i++) {
		(void)snprintf(key, sizeof(key), "%d", i * 7919 % COUNT);
		assert_true(add(place, key, value));
	}
	assert_int_equal(am_spill_count(place->spill), COUNT);
	assert_value(place, "99999", value);
	am_arena_reset(&place->arena);
	assert_int_equal(
		am_spill_each(place->spill, in_order, &order, &place->err),
		AM_OK);
	assert_int_equal(order.count, COUNT);
	order = (struct order){ .stop_after = 3 };
	assert_int_equal(
		am_spill_each(place->spill, in_order, &order, &place->err),
		AM_LIMIT);
	assert_int_equal(order.count, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_first_stays, place_make,
						place_remove),
		cmocka_unit_test_setup_teardown(test_no_name, place_make,
						place_remove),
		cmocka_unit_test_setup_teardown(test_leftovers, place_make,
						place_remove),
		cmocka_unit_test_setup_teardown(test_beyond_memory, place_make,
						place_remove),
	};

	return cmocka_run_group_tests_name("journal_spill", tests, NULL, NULL);
}
