/* sink/mboxrd: what an mbox looks like, and that it comes apart again to the
 * same bytes, however it is cut into pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/mail_flag.h"
#include "base/time.h"
#include "piece_stream.h"
#include "sink/mboxrd.h"

static const struct {
	const char *name, *sender;
	int64_t time;
	const char *line;
} from_lines[] = {
	{ "an address", "ann@example.org", 951782400,
	  "From ann@example.org Tue Feb 29 00:00:00 2000\n" },
	{ "none", "", 0, "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n" },
	{ "no time", "a@b", AM_TIME_NONE,
	  "From a@b Thu Jan  1 00:00:00 1970\n" },
	{ "blanks", "\"a b\"@c d", 0,
	  "From \"a-b\"@c-d Thu Jan  1 00:00:00 1970\n" },
	{ "line ends", "a\r\nFrom x\t", 0,
	  "From a--From-x- Thu Jan  1 00:00:00 1970\n" },
	{ "DEL and C1", "a\x7f\xc2\x85z", 0,
	  "From a---z Thu Jan  1 00:00:00 1970\n" },
	{ "UTF-8", "j\xc3\xb6rg@example.org", 0,
	  "From j\xc3\xb6rg@example.org Thu Jan  1 00:00:00 1970\n" },
};

static void
lines_before_messages(void **state)
{
	char line[AM_MBOXRD_FROM_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(from_lines) / sizeof(from_lines[0]); i++) {
		print_message("%s\n", from_lines[i].name);
		am_mboxrd_from_line(AM_MBOXRD_PLAIN, from_lines[i].sender,
				    from_lines[i].time, line);
		assert_string_equal(line, from_lines[i].line);
	}
}

static void
a_long_sender_is_cut_between_characters(void **state)
{
	char line[AM_MBOXRD_FROM_SIZE];
	char sender[1001];
	size_t i;

	(void)state;
	sender[0] = 'a';
	for (i = 1; i + 1 < sizeof(sender); i += 3)
		memcpy(sender + i, "\xe2\x82\xac", 3);
	sender[1000] = '\0';
	am_mboxrd_from_line(AM_MBOXRD_PLAIN, sender, 0, line);
	/* 1 + 106 * 3 = 319 bytes; one more would be 322 */
	assert_int_equal(strlen(line), 5 + 319 + 1 + 24 + 1);
	assert_memory_equal(line + 5 + 316, "\xe2\x82\xac Thu", 7);
}

enum { ALL_FLAGS = 0x1ff };

static const char *const categories[] = { "Red_category", "&U,BTFw-", NULL };

#define TEN "          "

static const struct {
	const char *name;
	enum am_mboxrd_style style;
	unsigned flags;
	const char *const *keywords;
	const char *fields;
} flag_fields[] = {
	{ "none", AM_MBOXRD_PLAIN, 0, NULL, "Status: O\n" },
	{ "seen", AM_MBOXRD_PLAIN, AM_FLAG_SEEN, NULL, "Status: RO\n" },
	{ "draft", AM_MBOXRD_PLAIN, AM_FLAG_DRAFT, NULL,
	  "Status: O\nX-Status: T\n" },
	{ "all", AM_MBOXRD_PLAIN, ALL_FLAGS, NULL,
	  "Status: RO\nX-Status: AFDT\n"
	  "X-Keywords: $Forwarded $MDNSent $Completed $Junk\n" },
	{ "forwarded", AM_MBOXRD_PLAIN, AM_FLAG_FORWARDED | AM_FLAG_SEEN, NULL,
	  "Status: RO\nX-Keywords: $Forwarded\n" },
	{ "told", AM_MBOXRD_PLAIN, AM_FLAG_MDN_SENT | AM_FLAG_ANSWERED, NULL,
	  "Status: O\nX-Status: A\nX-Keywords: $MDNSent\n" },
	{ "categories", AM_MBOXRD_PLAIN, AM_FLAG_COMPLETED, categories,
	  "Status: O\nX-Keywords: $Completed Red_category &U,BTFw-\n" },
	{ "alone", AM_MBOXRD_ALONE, AM_FLAG_FLAGGED, categories,
	  "Status: O\r\nX-Status: F\r\n"
	  "X-Keywords: Red_category &U,BTFw-\r\n" },
	{ "Thunderbird: none", AM_MBOXRD_THUNDERBIRD, 0, NULL,
	  "X-Mozilla-Status: 0000\nX-Mozilla-Status2: 00000000\n"
	  "X-Mozilla-Keys:" TEN TEN TEN TEN TEN TEN TEN TEN "\n" },
	{ "Thunderbird: all", AM_MBOXRD_THUNDERBIRD, ALL_FLAGS, categories,
	  "X-Mozilla-Status: 1007\nX-Mozilla-Status2: 00a00000\n"
	  "X-Mozilla-Keys: red_category &u,btfw-" TEN TEN TEN TEN TEN
	  "        \n" },
};

static void
flags_as_fields(void **state)
{
	char fields[AM_MBOXRD_FIELDS_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(flag_fields) / sizeof(flag_fields[0]); i++) {
		print_message("%s\n", flag_fields[i].name);
		am_mboxrd_fields(
			flag_fields[i].style,
			&(struct am_mboxrd_marks){ flag_fields[i].flags,
						   flag_fields[i].keywords },
			fields);
		assert_string_equal(fields, flag_fields[i].fields);
	}
}

/* Messages, and what is stored with the flag "seen", without the "From " line.
 * S stands for the field. */
#define S "Status: RO\n"

static const struct message {
	const char *name, *mime, *stored;
} messages[] = {
	{ "plain", "Subject: x\n\nbody\n", "Subject: x\n" S "\nbody\n\n" },
	{ "no line end", "Subject: x\n\nbody", "Subject: x\n" S "\nbody\n\n" },
	{ "no body", "Subject: x\n\n", "Subject: x\n" S "\n\n" },
	{ "no empty line", "Subject: x\n", "Subject: x\n" S "\n" },
	{ "an unfinished field", "Subject: x", "Subject: x\n" S "\n" },
	{ "empty", "", S "\n" },
	{ "no header", "\nbody\n", S "\nbody\n\n" },
	{ "one line end", "\n", S "\n\n" },
	{ "From", "A: b\n\nFrom here\n", "A: b\n" S "\n>From here\n\n" },
	{ "From at once", "From: a\nFrom x\n\n",
	  "From: a\n>From x\n" S "\n\n" },
	{ "From first", "From x\n\n", ">From x\n" S "\n\n" },
	{ "quoted From", "A: b\n\n>From x\n>>>From y\n",
	  "A: b\n" S "\n>>From x\n>>>>From y\n\n" },
	{ "not From", "A: b\n\nFrom\nFrom\tx\nfrom x\n>\n>Fro\n> From x\n",
	  "A: b\n" S "\nFrom\nFrom\tx\nfrom x\n>\n>Fro\n> From x\n\n" },
	{ "From inside a line", "A: b\n\nx From y\n",
	  "A: b\n" S "\nx From y\n\n" },
	{ "ends with From", "A: b\n\nFrom", "A: b\n" S "\nFrom\n\n" },
	{ "ends with From and blank", "A: b\n\nFrom ",
	  "A: b\n" S "\n>From \n\n" },
	{ "ends with quotes", "A: b\n\n>>", "A: b\n" S "\n>>\n\n" },
	{ "ends with F", "F", "F\n" S "\n" },
	{ "quotes in the header", ">\n>From x\n\n>From y\n",
	  ">\n>>From x\n" S "\n>>From y\n\n" },
	{ "empty lines", "A: b\n\n\n\n", "A: b\n" S "\n\n\n\n" },
	{ "CRLF", "A: b\r\n\r\nFrom x\r\n", "A: b\r\n" S "\r\n>From x\r\n\n" },
	{ "CR alone", "A: b\n\r\rb\n\rFrom x\n",
	  "A: b\n\r\rb\n\rFrom x\n" S "\n" },
	{ "ends with CR", "A: b\n\r", "A: b\n" S "\r\n\n" },
	{ "a Status of its own", "A: b\nStatus: O\n\nx\n",
	  "A: b\nStatus: O\n" S "\nx\n\n" },
	{ "the same Status", "Status: RO\n\nx\n", "Status: RO\n" S "\nx\n\n" },
	{ "all fields of its own",
	  "Status: RO\nX-Status: AF\nX-Keywords: $MDNSent\n\nx\n",
	  "Status: RO\nX-Status: AF\nX-Keywords: $MDNSent\n" S "\nx\n\n" },
	{ "a Status in the body", "A: b\n\nStatus: RO\n\n",
	  "A: b\n" S "\nStatus: RO\n\n\n" },
	{ "no header, Status in the body", "\nStatus: RO\n\n",
	  S "\nStatus: RO\n\n\n" },
};

enum { MESSAGES = sizeof(messages) / sizeof(messages[0]) };

/* The style that all come and go in. */
static enum am_mboxrd_style style;

static enum am_status
out_add(void *arg, struct am_bytes bytes, struct am_error *err)
{
	am_buf_add(arg, bytes);
	return am_buf_status(arg, err);
}

/* bytes in pieces of one size (0: all at once) */
static void
store(struct am_bytes bytes, unsigned flags, size_t piece, struct am_buf *out)
{
	struct piece_stream stream = piece_stream(bytes, piece);
	const struct am_mboxrd_marks marks = { flags, flags % 3 == 0
							      ? categories
							      : NULL };
	struct am_mboxrd writer;
	struct am_error err;
	struct am_bytes next;

	am_buf_clear(out);
	am_mboxrd_start(&writer, style, &marks, out_add, out);
	while (am_stream_next(&stream.base, &next, &err) == AM_OK)
		assert_int_equal(am_mboxrd_add(&writer, next, &err), AM_OK);
	assert_int_equal(am_mboxrd_finish(&writer, &err), AM_OK);
}

/* What comes back for stored, which is without its "From " line. */
static void
load(const struct am_buf *stored, size_t piece, struct am_buf *out)
{
	struct am_arena arena = { 0 };
	struct am_buf whole = am_buf(64 << 20);
	struct am_stream *reader = NULL;
	struct piece_stream stream;
	struct am_bytes again;
	struct am_error err;

	am_buf_clear(out);
	if (style != AM_MBOXRD_ALONE)
		am_buf_add_text(&whole, "From a@b Thu Jan  1 00:00:00 1970\n");
	am_buf_add(&whole, am_buf_bytes(stored));
	stream = piece_stream(am_buf_bytes(&whole), piece);
	assert_int_equal(am_mboxrd_read(&arena, style, &stream.base, whole.len,
					&reader, &err),
			 AM_OK);
	assert_int_equal(am_stream_read_all(reader, out, &err), AM_OK);
	assert_int_equal(am_stream_next(reader, &again, &err), AM_END);
	assert_int_equal(stream.closed, 0);
	am_stream_close(reader);
	assert_int_equal(stream.closed, 1);
	am_arena_free(&arena);
	am_buf_free(&whole);
}

static bool
has_body(struct am_bytes mime)
{
	size_t i;

	for (i = 0; i < mime.len; i++)
		if (mime.data[i] == '\n' &&
		    (i == 0 || mime.data[i - 1] == '\n' ||
		     (i == 1 && mime.data[0] == '\r') ||
		     (i > 1 && mime.data[i - 1] == '\r' &&
		      mime.data[i - 2] == '\n')))
			return true;
	return false;
}

/* The same, with the line end that every stored message gets; when it is alone
 * only a header does. */
static void
assert_comes_back(const struct am_buf *stored, struct am_bytes mime,
		  size_t piece)
{
	struct am_buf got = am_buf(64 << 20);
	struct am_buf want = am_buf(64 << 20);

	am_buf_add(&want, mime);
	if (mime.len > 0 && mime.data[mime.len - 1] != '\n' &&
	    (style != AM_MBOXRD_ALONE || !has_body(mime)))
		am_buf_add_text(&want,
				style == AM_MBOXRD_ALONE ? "\r\n" : "\n");
	load(stored, piece, &got);
	assert_int_equal(got.len, want.len);
	if (want.len > 0)
		assert_memory_equal(got.data, want.data, want.len);
	am_buf_free(&got);
	am_buf_free(&want);
}

static void
messages_in_pieces(void **state)
{
	struct am_buf stored = am_buf(1 << 20);
	size_t i;
	size_t piece;

	(void)state;
	for (i = 0; i < MESSAGES; i++) {
		const struct am_bytes mime = am_bytes_of(messages[i].mime);

		print_message("%s\n", messages[i].name);
		for (piece = 0; piece < 20; piece++) {
			store(mime, AM_FLAG_SEEN, piece, &stored);
			if (style == AM_MBOXRD_PLAIN)
				assert_string_equal(am_buf_text(&stored),
						    messages[i].stored);
			assert_comes_back(&stored, mime, piece);
		}
	}
	am_buf_free(&stored);
}

static void
messages_with_all_flags(void **state)
{
	struct am_buf stored = am_buf(1 << 20);
	unsigned flags;
	size_t i;

	(void)state;
	for (i = 0; i < MESSAGES; i++)
		for (flags = 0; flags <= ALL_FLAGS; flags++) {
			const struct am_bytes mime =
				am_bytes_of(messages[i].mime);

			store(mime, flags, 0, &stored);
			assert_comes_back(&stored, mime, 0);
		}
	am_buf_free(&stored);
}

/* Fields that look like ours, in every order, and every flag. */
static void
fields_of_any_kind_come_back(void **state)
{
	static const char *const lines[] = {
		"Status: RO\n",		  "Status: O\n",
		"X-Status: AFDT\n",	  "X-Keywords: $Forwarded\n",
		"X-Keywords: $MDNSent\n", "Status: R\n",
		"X-Status: \n",		  "\n",
		"X-Status: AFDTA\n",	  "Status: RO\r\n",
	};
	struct am_buf stored = am_buf(1 << 20);
	size_t n;

	(void)state;
	for (n = 0; n < 10 * 10 * 10 * 10; n++) {
		char mime[256];
		unsigned flags = (unsigned)(n * 37 % (ALL_FLAGS + 1));

		(void)snprintf(mime, sizeof(mime), "%s%s%s%s", lines[n % 10],
			       lines[n / 10 % 10], lines[n / 100 % 10],
			       lines[n / 1000]);
		store(am_bytes_of(mime), flags, n % 7, &stored);
		assert_comes_back(&stored, am_bytes_of(mime), n % 11);
	}
	am_buf_free(&stored);
}

static uint32_t
next_number(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Bytes that like to be at the edge of something. */
static void
random_message(uint32_t *seed, size_t len, struct am_buf *out)
{
	static const char *const bits[] = {
		"From ", "From", ">",	 ">From ",	 "\n",
		"\n\n",	 "\r\n", "\r",	 "Status: RO\n", "X-Status: A\n",
		"F",	 "text", "\xff", ": ",
	};

	am_buf_clear(out);
	while (out->len < len) {
		const uint32_t pick = next_number(seed) % 15;

		if (pick == 14)
			am_buf_add_char(out, '\0');
		else
			am_buf_add_text(out, bits[pick]);
	}
}

static void
assert_no_from_line(const struct am_buf *stored)
{
	size_t i;

	for (i = 0; i + 5 <= stored->len; i++)
		if ((i == 0 || stored->data[i - 1] == '\n') &&
		    memcmp(stored->data + i, "From ", 5) == 0)
			fail_msg("a From line at %zu", i);
}

static void
random_messages_come_back(void **state)
{
	struct am_buf mime = am_buf(1 << 20);
	struct am_buf stored = am_buf(1 << 20);
	struct am_buf again = am_buf(1 << 20);
	uint32_t seed = 7;
	int turn;

	(void)state;
	for (turn = 0; turn < 3000; turn++) {
		random_message(&seed, next_number(&seed) % 300, &mime);
		store(am_buf_bytes(&mime), next_number(&seed) % 128, 0,
		      &stored);
		if (style != AM_MBOXRD_ALONE)
			assert_no_from_line(&stored);
		assert_comes_back(&stored, am_buf_bytes(&mime),
				  next_number(&seed) % 70);
		store(am_buf_bytes(&mime), AM_FLAG_SEEN, 0, &stored);
		store(am_buf_bytes(&mime), AM_FLAG_SEEN,
		      1 + next_number(&seed) % 9, &again);
		assert_true(am_bytes_equal(am_buf_bytes(&stored),
					   am_buf_bytes(&again)));
	}
	am_buf_free(&mime);
	am_buf_free(&stored);
	am_buf_free(&again);
}

/* Longer than any buffer: lines, quotes, and a header without an end. */
static void
long_messages_come_back(void **state)
{
	static const char fills[] = { 'x', '>', '\n', '\r', 'F', '\0' };
	struct am_buf mime = am_buf(1 << 20);
	struct am_buf stored = am_buf(4 << 20);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fills); i++) {
		size_t n;

		am_buf_clear(&mime);
		am_buf_add_text(&mime, "A: b\n");
		for (n = 0; n < 200000; n++)
			am_buf_add_char(&mime, fills[i]);
		am_buf_add_text(&mime, "From x\n>From y\nStatus: O\n");
		store(am_buf_bytes(&mime), 0x7f, 65536, &stored);
		assert_comes_back(&stored, am_buf_bytes(&mime), 65536);
		assert_comes_back(&stored, am_buf_bytes(&mime), 0);
		assert_comes_back(&stored, am_buf_bytes(&mime), 4093);
	}
	am_buf_free(&mime);
	am_buf_free(&stored);
}

static const struct {
	const char *name, *stored;
	uint64_t size; /* 0: as long as it is */
} no_messages[] = {
	{ "empty", "", 0 },
	{ "too short", "From ", 0 },
	{ "no From line", "Subject: x\n\nbody\n\n", 0 },
	{ "one line", "From a@b Thu Jan", 0 },
	{ "one line with an end", "From a@b Thu Jan\n", 0 },
	{ "no line end", "From a\nA: b\n\nbody", 0 },
	{ "shorter than told", "From a\nA: b\n\nbody\n\n", 100 },
	{ "longer than told", "From a\nA: b\n\nbody\n\nFrom b\n\n", 18 },
};

static void
what_is_no_message(void **state)
{
	struct am_buf got = am_buf(1000);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(no_messages) / sizeof(no_messages[0]); i++) {
		struct am_arena arena = { 0 };
		struct piece_stream stream =
			piece_stream(am_bytes_of(no_messages[i].stored), 0);
		struct am_stream *reader = NULL;
		struct am_error err;
		enum am_status status;
		uint64_t size = no_messages[i].size;

		print_message("%s\n", no_messages[i].name);
		if (size == 0)
			size = strlen(no_messages[i].stored);
		status = am_mboxrd_read(&arena, style, &stream.base, size,
					&reader, &err);
		if (status == AM_OK)
			status = am_stream_read_all(reader, &got, &err);
		assert_int_equal(status, AM_CORRUPT);
		assert_non_null(strstr(err.text, "no message of an mbox"));
		am_stream_close(reader);
		am_arena_free(&arena);
	}
	am_buf_free(&got);
}

static enum am_status
out_fails(void *arg, struct am_bytes bytes, struct am_error *err)
{
	(void)bytes;
	return --*(int *)arg < 0 ? am_fail(err, AM_IO, "as the test wants it")
				 : AM_OK;
}

/* A failure of the output comes through from each place that writes. */
static void
failures_come_through(void **state)
{
	static const char mime[] = "A: b\n\nFrom x\ny";
	int calls;
	int failures = 0;

	(void)state;
	for (calls = 0; calls < 20; calls++) {
		int left = calls;
		struct am_mboxrd writer;
		struct am_error err;
		enum am_status status;

		am_mboxrd_start(&writer, AM_MBOXRD_PLAIN,
				&(struct am_mboxrd_marks){ 0 }, out_fails,
				&left);
		status = am_mboxrd_add(&writer, am_bytes_of(mime), &err);
		if (status == AM_OK)
			status = am_mboxrd_finish(&writer, &err);
		assert_true(status == AM_OK || status == AM_IO);
		failures += status == AM_IO ? 1 : 0;
	}
	/* header, fields, empty line, ">", the rest, line end, empty line */
	assert_int_equal(failures, 7);
}

static enum am_status
out_to_buf(void *arg, struct am_bytes bytes, struct am_error *err)
{
	(void)err;
	am_buf_add(arg, bytes);
	return AM_OK;
}

/* A line that is looked for sixteen bytes at a time is found wherever it
 * begins, and what only begins like it is left alone. */
static void
lines_begin_at_every_place(void **state)
{
	static const struct {
		const char *line, *stored;
	} lines[] = {
		{ "From x", ">From x" }, { ">From x", ">>From x" },
		{ "Fro", "Fro" },	 { ">", ">" },
		{ ">>Fx", ">>Fx" },	 { "xFrom x", "xFrom x" },
	};
	static const char filler[] = "0123456789abcdefghijklmnopqrstuvwxyzABCD";
	size_t i;
	int len;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		for (len = 0; len <= 40; len++) {
			struct am_buf mime = am_buf(1000);
			struct am_buf want = am_buf(1000);
			struct am_buf got = am_buf(1000);
			struct am_mboxrd writer;

			am_buf_printf(&mime, "A: b\n\n%.*s\n%s\n%s", len,
				      filler, lines[i].line, filler);
			am_buf_printf(&want,
				      "A: b\nStatus: O\n\n%.*s\n%s\n%s\n\n",
				      len, filler, lines[i].stored, filler);
			am_mboxrd_start(&writer, AM_MBOXRD_PLAIN,
					&(struct am_mboxrd_marks){ 0 },
					out_to_buf, &got);
			assert_int_equal(am_mboxrd_add(&writer,
						       am_buf_bytes(&mime),
						       NULL),
					 AM_OK);
			assert_int_equal(am_mboxrd_finish(&writer, NULL),
					 AM_OK);
			assert_string_equal(am_buf_text(&got),
					    am_buf_text(&want));
			am_buf_free(&mime);
			am_buf_free(&want);
			am_buf_free(&got);
		}
}

static void
a_broken_source_is_passed_on(void **state)
{
	struct am_arena arena = { 0 };
	struct piece_stream stream =
		piece_stream(am_bytes_of("From a\nA: "), 0);
	struct am_stream *reader = NULL;
	struct am_buf got = am_buf(1000);
	struct am_error err;

	(void)state;
	stream.then = AM_IO;
	assert_int_equal(
		am_mboxrd_read(&arena, style, &stream.base, 100, &reader, &err),
		AM_OK);
	assert_int_equal(am_stream_read_all(reader, &got, &err), AM_IO);
	am_stream_close(reader);
	arena.limit = arena.used + 100;
	assert_int_equal(
		am_mboxrd_read(&arena, style, &stream.base, 100, &reader, &err),
		AM_LIMIT);
	am_arena_free(&arena);
	am_buf_free(&got);
}

static int
thunderbird(void **state)
{
	(void)state;
	style = AM_MBOXRD_THUNDERBIRD;
	return 0;
}

static int
alone(void **state)
{
	(void)state;
	style = AM_MBOXRD_ALONE;
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_before_messages),
		cmocka_unit_test(a_long_sender_is_cut_between_characters),
		cmocka_unit_test(flags_as_fields),
		cmocka_unit_test(messages_in_pieces),
		cmocka_unit_test(messages_with_all_flags),
		cmocka_unit_test(fields_of_any_kind_come_back),
		cmocka_unit_test(random_messages_come_back),
		cmocka_unit_test(long_messages_come_back),
		cmocka_unit_test(what_is_no_message),
		cmocka_unit_test(failures_come_through),
		cmocka_unit_test(lines_begin_at_every_place),
		cmocka_unit_test(a_broken_source_is_passed_on),
	};
	const struct CMUnitTest others[] = {
		cmocka_unit_test(messages_in_pieces),
		cmocka_unit_test(messages_with_all_flags),
		cmocka_unit_test(fields_of_any_kind_come_back),
		cmocka_unit_test(random_messages_come_back),
		cmocka_unit_test(long_messages_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) +
	       cmocka_run_group_tests_name("thunderbird", others, thunderbird,
					   NULL) +
	       cmocka_run_group_tests_name("alone", others, alone, NULL);
}
