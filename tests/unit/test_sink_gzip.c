/* sink/gzip: members come back, and what is none is said to be none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "piece_stream.h"
#include "sink/gzip.h"

static enum am_status
out_add(void *arg, struct am_bytes bytes, struct am_error *err)
{
	am_buf_add(arg, bytes);
	return am_buf_status(arg, err);
}

static void
pack(struct am_gzip *gzip, struct am_bytes text, size_t piece,
     struct am_buf *out)
{
	struct piece_stream stream = piece_stream(text, piece);
	struct am_bytes next;
	struct am_error err;

	am_buf_clear(out);
	am_gzip_start(gzip, out_add, out);
	while (am_stream_next(&stream.base, &next, &err) == AM_OK)
		assert_int_equal(am_gzip_add(gzip, next, &err), AM_OK);
	assert_int_equal(am_gzip_finish(gzip, &err), AM_OK);
}

static enum am_status
unpack(struct am_bytes packed, size_t piece, struct am_buf *out)
{
	struct piece_stream stream = piece_stream(packed, piece);
	struct am_stream *reader = NULL;
	struct am_arena arena = { 0 };
	struct am_error err;
	enum am_status status;

	am_buf_clear(out);
	assert_int_equal(am_gzip_read(&arena, &stream.base, &reader, &err),
			 AM_OK);
	status = am_stream_read_all(reader, out, &err);
	if (status != AM_OK)
		assert_non_null(strstr(err.text, "no gzip member"));
	am_stream_close(reader);
	assert_int_equal(stream.closed, 1);
	am_arena_free(&arena);
	return status;
}

static void
text_make(struct am_buf *text, size_t len)
{
	uint32_t seed = 1;

	am_buf_clear(text);
	while (text->len < len) {
		seed = seed * 1664525 + 1013904223;
		am_buf_add_char(text, (char)(seed >> 24 & seed >> 16));
	}
}

/* In whatever pieces, the same bytes; one writer for all. */
static void
members_come_back(void **state)
{
	static const size_t lengths[] = { 0, 1, 1000, 65536, 500000 };
	static const size_t pieces[] = { 0, 1000, 65536, 70001 };
	struct am_gzip *gzip = am_gzip_open();
	struct am_buf text = am_buf(1 << 20);
	struct am_buf packed = am_buf(1 << 20);
	struct am_buf first = am_buf(1 << 20);
	struct am_buf again = am_buf(1 << 20);
	size_t i;
	size_t j;

	(void)state;
	assert_non_null(gzip);
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		text_make(&text, lengths[i]);
		pack(gzip, am_buf_bytes(&text), 0, &first);
		for (j = 0; j < sizeof(pieces) / sizeof(pieces[0]); j++) {
			pack(gzip, am_buf_bytes(&text), pieces[j], &packed);
			assert_true(am_bytes_equal(am_buf_bytes(&packed),
						   am_buf_bytes(&first)));
			assert_int_equal(unpack(am_buf_bytes(&packed),
						pieces[j], &again),
					 AM_OK);
			assert_true(am_bytes_equal(am_buf_bytes(&again),
						   am_buf_bytes(&text)));
		}
	}
	am_gzip_close(gzip);
	am_gzip_close(NULL);
	am_buf_free(&text);
	am_buf_free(&packed);
	am_buf_free(&first);
	am_buf_free(&again);
}

/* Cut short, followed by more, and with each byte changed. */
static void
what_is_no_member(void **state)
{
	struct am_gzip *gzip = am_gzip_open();
	struct am_buf packed = am_buf(1 << 16);
	struct am_buf out = am_buf(1 << 20);
	size_t len;
	size_t i;

	(void)state;
	pack(gzip, am_bytes_of("From a\nB: c\n\nfrom here to there\n"), 0,
	     &packed);
	len = packed.len;
	for (i = 0; i < len; i++)
		assert_int_equal(unpack(am_bytes(packed.data, i), 0, &out),
				 AM_CORRUPT);
	am_buf_add_text(&packed, "x");
	assert_int_equal(unpack(am_buf_bytes(&packed), 0, &out), AM_CORRUPT);
	assert_int_equal(unpack(am_buf_bytes(&packed), len, &out), AM_CORRUPT);
	packed.len = len;
	for (i = 10; i < len; i++) { /* the header has bytes that mean little */
		packed.data[i] ^= 0xff;
		assert_int_equal(unpack(am_buf_bytes(&packed), 0, &out),
				 AM_CORRUPT);
		packed.data[i] ^= 0xff;
	}
	am_gzip_close(gzip);
	am_buf_free(&packed);
	am_buf_free(&out);
}

static enum am_status
out_fails(void *arg, struct am_bytes bytes, struct am_error *err)
{
	(void)arg;
	(void)bytes;
	return am_fail(err, AM_IO, "as the test wants it");
}

/* A member that was given up leaves nothing in the next. */
static void
a_member_may_be_given_up(void **state)
{
	struct am_gzip *gzip = am_gzip_open();
	struct am_buf text = am_buf(1 << 20);
	struct am_buf one = am_buf(1 << 20);
	struct am_buf two = am_buf(1 << 20);
	struct am_error err;

	(void)state;
	text_make(&text, 300000);
	pack(gzip, am_bytes_of("abc"), 0, &one);
	am_gzip_start(gzip, out_fails, NULL);
	assert_int_equal(am_gzip_add(gzip, am_buf_bytes(&text), &err), AM_IO);
	pack(gzip, am_bytes_of("abc"), 0, &two);
	assert_true(am_bytes_equal(am_buf_bytes(&one), am_buf_bytes(&two)));
	am_gzip_close(gzip);
	am_buf_free(&text);
	am_buf_free(&one);
	am_buf_free(&two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_come_back),
		cmocka_unit_test(what_is_no_member),
		cmocka_unit_test(a_member_may_be_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
