/* convert/uid_stream: another UID in content lines, however they are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/ascii.h"
#include "convert/uid_stream.h"

#define NEW "UID:new\\, one\r\n"

static const struct {
	const char *name;
	const char *lines;
	const char *renamed;
} cases[] = {
	{ "nothing", "", "" },
	{ "only a UID", "UID:a\r\n", NEW },
	{ "no UID", "BEGIN:VEVENT\r\nSUMMARY:UID:a\r\nEND:VEVENT\r\n",
	  "BEGIN:VEVENT\r\nSUMMARY:UID:a\r\nEND:VEVENT\r\n" },
	{ "all of an item",
	  "BEGIN:VEVENT\r\nUID:a\r\nX:b\r\nEND:VEVENT\r\n"
	  "BEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\n",
	  "BEGIN:VEVENT\r\n" NEW "X:b\r\nEND:VEVENT\r\n"
	  "BEGIN:VEVENT\r\n" NEW "END:VEVENT\r\n" },
	{ "folded", "A:b\r\nUID:aaa\r\n bbb\r\n\tccc\r\nX:d\r\n",
	  "A:b\r\n" NEW "X:d\r\n" },
	{ "two, folded", "UID:a\r\n b\r\nUID:c\r\n d\r\n", NEW NEW },
	{ "what only begins like one", "UIDX:a\r\nUI\r\nU\r\n\r\nUID\r\nU",
	  "UIDX:a\r\nUI\r\nU\r\n\r\nUID\r\nU" },
	{ "the end inside of a name", "X:a\r\nUID", "X:a\r\nUID" },
	{ "the end inside of a UID", "X:a\r\nUID:a\r\n b", "X:a\r\n" NEW },
	{ "a line that looks like one, of another",
	  "DESCRIPTION:a\r\n UID:b\r\n\tUID:c\r\nUID:d\r\n",
	  "DESCRIPTION:a\r\n UID:b\r\n\tUID:c\r\n" NEW },
	{ "LF alone", "A:b\nUID:a\n b\nC:d\n", "A:b\n" NEW "C:d\n" },
};

/* Gives its bytes in pieces. */
struct pieces {
	struct am_stream stream; /* first */
	struct am_bytes rest;
	size_t size;
};

static enum am_status
pieces_next(struct am_stream *stream, struct am_bytes *bytes_out,
	    struct am_error *err)
{
	struct pieces *pieces = (struct pieces *)stream;
	const size_t len = pieces->rest.len < pieces->size ? pieces->rest.len
							   : pieces->size;

	(void)err;
	if (len == 0)
		return AM_END;
	(void)am_slice(pieces->rest, 0, len, bytes_out);
	pieces->rest = am_ascii_after(pieces->rest, len);
	return AM_OK;
}

static void
renamed_read(struct am_bytes lines, size_t size, const char *uid,
	     struct am_buf *out)
{
	struct pieces pieces = { { pieces_next, NULL }, lines, size };
	struct am_uid_stream renamed;
	struct am_bytes piece;
	struct am_error err;

	assert_int_equal(
		am_uid_stream_begin(&renamed, &pieces.stream, uid, &err),
		AM_OK);
	assert_int_equal(am_stream_read_all(&renamed.stream, out, &err), AM_OK);
	assert_int_equal(am_stream_next(&renamed.stream, &piece, &err), AM_END);
	am_uid_stream_end(&renamed);
}

static void
test_cases(void **state)
{
	struct am_buf out = am_buf(1 << 20);
	size_t size;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size = 1; size <= 64; size++) {
			am_buf_clear(&out);
			renamed_read(am_bytes_of(cases[i].lines), size,
				     "new, one", &out);
			if (strcmp(am_buf_text(&out), cases[i].renamed) != 0)
				print_message("%s, %zu\n", cases[i].name, size);
			assert_string_equal(am_buf_text(&out),
					    cases[i].renamed);
		}
	am_buf_free(&out);
}

/* A long item in one piece, with a long UID in each of its many components:
 * what is given out stays small. */
static void
test_large(void **state)
{
	enum { COUNT = 2000, UID = 8000 };
	struct am_buf lines = am_buf(16 << 20);
	struct pieces pieces = { { pieces_next, NULL }, { NULL, 0 }, SIZE_MAX };
	struct am_buf uid = am_buf(UID);
	struct am_uid_stream renamed;
	struct am_bytes piece;
	struct am_error err;
	uint64_t size = 0;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT; i++)
		am_buf_add_text(&lines, "UID:a\r\n");
	for (i = 0; i < UID; i++)
		am_buf_add_char(&uid, 'x');
	pieces.rest = am_buf_bytes(&lines);
	assert_int_equal(am_uid_stream_begin(&renamed, &pieces.stream,
					     am_buf_text(&uid), &err),
			 AM_OK);
	while (am_stream_next(&renamed.stream, &piece, &err) == AM_OK) {
		assert_true(piece.len < 128 << 10);
		size += piece.len;
	}
	assert_true(size > (uint64_t)COUNT * UID);
	am_uid_stream_end(&renamed);
	am_buf_free(&lines);
	am_buf_free(&uid);
}

static enum am_status
fails_next(struct am_stream *stream, struct am_bytes *bytes_out,
	   struct am_error *err)
{
	(void)stream;
	(void)bytes_out;
	return am_fail(err, AM_CORRUPT, "it is broken");
}

static void
test_failure(void **state)
{
	struct am_stream fails = { fails_next, NULL };
	struct am_uid_stream never = { .at_end = false };
	struct am_uid_stream renamed;
	struct am_bytes piece;
	struct am_error err;

	(void)state;
	assert_int_equal(am_uid_stream_begin(&renamed, &fails, "a", &err),
			 AM_OK);
	assert_int_equal(am_stream_next(&renamed.stream, &piece, &err),
			 AM_CORRUPT);
	am_uid_stream_end(&renamed);
	am_uid_stream_end(&never);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
