/* sink/collection: the frame of the files, and that a time zone is there once,
 * also after a run was resumed. What all sinks promise is in
 * test_sink_contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "piece_stream.h"
#include "sink/once.h"
#include "sink/sink.h"
#include "tmp_tree.h"

#define PARIS "BEGIN:VTIMEZONE\r\nTZID:Paris\r\nEND:VTIMEZONE\r\n"
#define ROME "BEGIN:VTIMEZONE\r\nTZID:Rome\r\nEND:VTIMEZONE\r\n"
#define EVENT(what) "BEGIN:VEVENT\r\nUID:" what "\r\nEND:VEVENT\r\n"
#define PROLOGUE                                                               \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"                                   \
	"PRODID:-//archive-mail//archive-mail//EN\r\n"                         \
	"CALSCALE:GREGORIAN\r\n"
#define EPILOGUE "END:VCALENDAR\r\n"

static const struct am_sink_folder folders[] = { { "Work", SIZE_MAX, 1, 0 },
						 { "Home", SIZE_MAX, 2, 0 } };

struct place {
	struct tmp_tree tree;
	struct am_sink *sink;
	struct am_sink_place told; /* the last; its path is not kept */
	uint64_t length;	   /* of the file, at the last checkpoint */
	struct am_error err;
};

static void
sink_open(struct place *place)
{
	const struct am_sink_options options = { .root = place->tree.fd,
						 .folders = folders,
						 .folder_count = 2,
						 .prefix = "calendar",
						 .no_sync = true };

	assert_int_equal(am_ics_open(&options, &place->sink, &place->err),
			 AM_OK);
	if (place->length > 0)
		assert_int_equal(place->sink->ops->restore(
					 place->sink, "calendar/Work.ics",
					 place->length, &place->err),
				 AM_OK);
	assert_int_equal(
		place->sink->ops->finish_restore(place->sink, &place->err),
		AM_OK);
}

static int
place_make(void **state)
{
	static struct place place;

	memset(&place, 0, sizeof(place));
	place.tree = tmp_tree_make();
	sink_open(&place);
	*state = &place;
	return 0;
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
try_put(struct place *place, size_t folder, const char *text, size_t piece,
	enum am_status then)
{
	const struct am_sink_message message = { .folder = folder,
						 .sender = "" };
	struct piece_stream items = piece_stream(am_bytes_of(text), piece);

	items.then = then;
	return place->sink->ops->put(place->sink, &items.base, &message,
				     &place->err);
}

static void
put(struct place *place, size_t folder, const char *text)
{
	assert_int_equal(try_put(place, folder, text, 0, AM_END), AM_OK);
}

static enum am_status
row_told(void *arg, uint64_t row, const struct am_sink_place *at,
	 struct am_error *err)
{
	struct place *place = arg;

	(void)row;
	(void)err;
	place->told = *at;
	return AM_OK;
}

static enum am_status
length_told(void *arg, const char *path, uint64_t length, struct am_error *err)
{
	struct place *place = arg;

	(void)err;
	if (strcmp(path, "calendar/Work.ics") == 0)
		place->length = length;
	return AM_OK;
}

static void
commit(struct place *place)
{
	assert_int_equal(place->sink->ops->commit(place->sink, row_told, place,
						  &place->err),
			 AM_OK);
	assert_int_equal(place->sink->ops->checkpoint(place->sink, length_told,
						      place, &place->err),
			 AM_OK);
}

static void
finish(struct place *place)
{
	assert_int_equal(am_sink_finish(place->sink, &place->err), AM_OK);
}

static void
one_object_with_each_zone_once(void **state)
{
	struct place *place = *state;

	put(place, 0, PARIS EVENT("1"));
	put(place, 0, PARIS ROME EVENT("2"));
	put(place, 1, ROME EVENT("3"));
	put(place, 0, ROME PARIS EVENT("4") EVENT("4"));
	put(place, 0, EVENT("5"));
	commit(place);
	finish(place);
	tmp_tree_assert_file(&place->tree, "calendar/Work.ics",
			     PROLOGUE PARIS EVENT("1") ROME EVENT("2")
				     EVENT("4") EVENT("4") EVENT("5") EPILOGUE);
	tmp_tree_assert_file(&place->tree, "calendar/Home.ics",
			     PROLOGUE ROME EVENT("3") EPILOGUE);
}

/* The place is that of the item's own components. */
static void
the_place_leaves_out_frame_and_zones(void **state)
{
	struct place *place = *state;
	struct am_arena arena = { 0 };
	struct am_buf got = am_buf(1000);
	struct am_stream *stream = NULL;
	struct am_sink_place at;

	put(place, 0, PARIS EVENT("1"));
	commit(place);
	at = place->told;
	at.path = "calendar/Work.ics";
	assert_int_equal(at.offset, strlen(PROLOGUE PARIS));
	assert_int_equal(at.size, strlen(EVENT("1")));
	assert_int_equal(place->sink->ops->get(place->sink, &at, &arena,
					       &stream, &place->err),
			 AM_OK);
	assert_int_equal(am_stream_read_all(stream, &got, &place->err), AM_OK);
	assert_string_equal(am_buf_text(&got), EVENT("1"));
	am_stream_close(stream);
	am_buf_free(&got);
	am_arena_free(&arena);
}

static void
pieces_of_any_size_give_the_same(void **state)
{
	struct place *place = *state;
	size_t piece;

	for (piece = 1; piece < 100; piece++)
		assert_int_equal(
			try_put(place, 0, PARIS ROME EVENT("1"), piece, AM_END),
			AM_OK);
	commit(place);
	assert_int_equal(place->length,
			 strlen(PROLOGUE PARIS ROME) + 99 * strlen(EVENT("1")));
}

static void
a_resumed_run_knows_the_zones_of_the_file(void **state)
{
	struct place *place = *state;

	put(place, 0, PARIS EVENT("1"));
	commit(place);
	put(place, 0, ROME EVENT("lost"));
	am_sink_close(place->sink);
	sink_open(place);
	put(place, 0, PARIS ROME EVENT("2"));
	put(place, 0, ROME EVENT("3"));
	commit(place);
	finish(place);
	tmp_tree_assert_file(&place->tree, "calendar/Work.ics",
			     PROLOGUE PARIS EVENT("1") ROME EVENT("2")
				     EVENT("3") EPILOGUE);
}

/* What was finished and then not recorded is opened again. */
static void
the_end_is_cut_off_again(void **state)
{
	struct place *place = *state;

	put(place, 0, EVENT("1"));
	commit(place);
	finish(place);
	am_sink_close(place->sink);
	sink_open(place);
	put(place, 0, EVENT("2"));
	commit(place);
	finish(place);
	tmp_tree_assert_file(&place->tree, "calendar/Work.ics",
			     PROLOGUE EVENT("1") EVENT("2") EPILOGUE);
}

/* The zones of an item that failed are not in the file. */
static void
a_broken_item_takes_its_zones_along(void **state)
{
	struct place *place = *state;

	put(place, 0, PARIS EVENT("1"));
	assert_int_equal(try_put(place, 0, ROME EVENT("2"), 60, AM_CORRUPT),
			 AM_CORRUPT);
	put(place, 0, ROME EVENT("3"));
	commit(place);
	finish(place);
	tmp_tree_assert_file(&place->tree, "calendar/Work.ics",
			     PROLOGUE PARIS EVENT("1") ROME EVENT("3")
				     EPILOGUE);
}

/* Only a whole component at the front is a zone. */
static void
what_is_no_zone_stays(void **state)
{
	static const char *const items[] = {
		"BEGIN:VTIMEZONE\r\nTZID:cut",
		"BEGIN:VTIMEZONE",
		"BEGIN:VTIME",
		"BEGIN:VTIMEZONE\nTZID:x\nEND:VTIMEZONE\n",
	};
	struct place *place = *state;
	struct am_buf want = am_buf(10000);
	size_t i;

	am_buf_add_text(&want, PROLOGUE);
	for (i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		put(place, 0, items[i]);
		am_buf_add_text(&want, items[i]);
	}
	commit(place);
	tmp_tree_assert_file(&place->tree, "calendar/Work.ics",
			     am_buf_text(&want));
	am_buf_free(&want);
}

/* Zones beyond AM_ONCE_MAX are written as often as they come. */
static void
the_memory_for_zones_is_limited(void **state)
{
	struct am_once_set set = { 0 };
	bool added = false;
	char zone[64];
	int i;

	(void)state;
	for (i = 0; i < AM_ONCE_MAX + 2; i++) {
		(void)snprintf(zone, sizeof(zone), "zone %d", i);
		assert_int_equal(
			am_once_add(&set, am_bytes_of(zone), &added, NULL),
			AM_OK);
		assert_true(added);
	}
	assert_int_equal(set.count, AM_ONCE_MAX);
	assert_int_equal(am_once_add(&set, am_bytes_of(zone), &added, NULL),
			 AM_OK);
	assert_true(added);
	assert_int_equal(am_once_add(&set, am_bytes_of("zone 0"), &added, NULL),
			 AM_OK);
	assert_false(added);
	am_once_free(&set);
}

int
main(void)
{
#define CASE(function)                                                         \
	cmocka_unit_test_setup_teardown(function, place_make, place_remove)
	const struct CMUnitTest tests[] = {
		CASE(one_object_with_each_zone_once),
		CASE(the_place_leaves_out_frame_and_zones),
		CASE(pieces_of_any_size_give_the_same),
		CASE(a_resumed_run_knows_the_zones_of_the_file),
		CASE(the_end_is_cut_off_again),
		CASE(a_broken_item_takes_its_zones_along),
		CASE(what_is_no_zone_stays),
		CASE(the_memory_for_zones_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
