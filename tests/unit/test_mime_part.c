/* mime/part: the tree as bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "mime/field.h"
#include "mime/part.h"
#include "piece_stream.h"

/* What a leaf holds and was told; the part's arg. */
struct content {
	const char *text;
	struct piece_stream stream;
	size_t repeat; /* the text so many times */
	struct am_buf whole;
	enum am_status then;
	enum am_status open_status;
	uint64_t seen;
	unsigned done;
	enum am_status status;
};

static enum am_status
content_open(struct am_mime_part *part, struct am_stream **content_out,
	     struct am_error *err)
{
	struct content *content = part->arg;
	size_t i;

	if (content->open_status != AM_OK)
		return am_fail(err, content->open_status, "does not open");
	content->whole = am_buf(8 << 20);
	for (i = 0; i <= content->repeat; i++)
		am_buf_add_text(&content->whole, content->text);
	content->stream =
		piece_stream(am_buf_bytes(&content->whole), 100 + i % 77);
	content->stream.then = content->then;
	*content_out = &content->stream.base;
	return AM_OK;
}

static void
content_seen(struct am_mime_part *part, struct am_bytes bytes)
{
	((struct content *)part->arg)->seen += bytes.len;
}

static void
content_done(struct am_mime_part *part, enum am_status status,
	     const struct am_error *err)
{
	struct content *content = part->arg;

	(void)err;
	content->done++;
	content->status = status;
}

static struct am_mime_part
leaf(const char *headers, enum am_mime_encoding encoding,
     struct content *content)
{
	const struct am_mime_part part = {
		.headers = am_bytes_of(headers),
		.encoding = encoding,
		.open = content_open,
		.arg = content,
		.seen = content_seen,
		.done = content_done,
	};

	return part;
}

static struct am_mime_part
multipart(const char *headers, const char *boundary,
	  struct am_mime_part *children)
{
	const struct am_mime_part part = {
		.headers = am_bytes_of(headers),
		.children = children,
		.boundary = boundary,
	};

	return part;
}

/* The whole message, in one buffer that the caller frees. */
static struct am_buf
write_tree(const char *top, struct am_mime_part *root, bool lf)
{
	struct am_arena arena = { 0 };
	struct am_buf out = am_buf(16 << 20);
	struct am_stream *stream;
	struct am_bytes bytes;
	struct am_error err;
	enum am_status status;

	assert_int_equal(
		am_mime_open(&arena, am_bytes_of(top), root, lf, &stream, &err),
		AM_OK);
	while ((status = am_stream_next(stream, &bytes, &err)) == AM_OK) {
		assert_true(bytes.len >= 1 && bytes.len <= 33 << 10);
		am_buf_add(&out, bytes);
	}
	assert_int_equal(status, AM_END);
	assert_int_equal(am_stream_next(stream, &bytes, &err), AM_END);
	am_stream_close(stream);
	am_arena_free(&arena);
	return out;
}

static void
check(const char *top, struct am_mime_part *root, const char *want)
{
	struct am_buf lf = write_tree(top, root, true);

	assert_string_equal(am_buf_text(&lf), want);
	am_buf_free(&lf);
}

static void
content_check(struct content *content, enum am_status status)
{
	assert_int_equal(content->done, 1);
	assert_int_equal(content->status, status);
	if (content->open_status == AM_OK) {
		assert_int_equal(content->seen, content->whole.len);
		assert_int_equal(content->stream.closed, 1);
		am_buf_free(&content->whole);
	}
	content->done = 0;
	content->seen = 0;
}

static void
test_single(void **state)
{
	static const struct {
		const char *name, *text;
		enum am_mime_encoding encoding;
		bool is_message;
		const char *want;
	} cases[] = {
		{ "text", "Hi\r\n", AM_MIME_7BIT, false,
		  "A: b\nT: x\nContent-Transfer-Encoding: 7bit\n\nHi\n" },
		{ "without a line end", "Hi", AM_MIME_7BIT, false,
		  "A: b\nT: x\nContent-Transfer-Encoding: 7bit\n\nHi\n" },
		{ "empty", "", AM_MIME_7BIT, false,
		  "A: b\nT: x\nContent-Transfer-Encoding: 7bit\n\n" },
		{ "base64", "Hi", AM_MIME_BASE64, false,
		  "A: b\nT: x\nContent-Transfer-Encoding: base64\n\nSGk=\n" },
		{ "message", "C: d\r\n\r\ne", AM_MIME_8BIT, true,
		  "A: b\nT: x\nContent-Transfer-Encoding: 8bit\n\n"
		  "C: d\r\n\r\ne" },
		{ "verbatim", "--b\r\nx", AM_MIME_VERBATIM, false,
		  "A: b\nT: x\n\n--b\r\nx" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct content content = { .text = cases[i].text };
		struct am_mime_part root =
			leaf("T: x\r\n", cases[i].encoding, &content);

		root.is_message = cases[i].is_message;
		check("A: b\r\n", &root, cases[i].want);
		content_check(&content, AM_OK);
	}
}

static void
test_tree(void **state)
{
	struct content text = { .text = "text\r\n" };
	struct content html = { .text = "<p>h\xc3\xa9</p>" };
	struct content file = { .text = "file" };
	struct content mail = { .text = "Subject: in\n\nbody\n" };
	struct am_mime_part inner[2] = {
		leaf("T: text\r\n", AM_MIME_7BIT, &text),
		leaf("T: html\r\n", AM_MIME_QUOTED, &html),
	};
	struct am_mime_part outer[3] = {
		multipart("T: alternative\r\n", "inner", inner),
		leaf("T: file\r\n", AM_MIME_BASE64, &file),
		leaf("T: message\r\n", AM_MIME_7BIT, &mail),
	};
	struct am_mime_part root = multipart("T: mixed\r\n", "outer", outer);

	(void)state;
	inner[0].next = &inner[1];
	outer[0].next = &outer[1];
	outer[1].next = &outer[2];
	outer[2].is_message = true;
	root.next = &outer[1]; /* none of the root's business */
	check("From: a@b\r\n", &root,
	      "From: a@b\nT: mixed\n\n--outer\n"
	      "T: alternative\n\n--inner\n"
	      "T: text\nContent-Transfer-Encoding: 7bit\n\ntext\n\n--inner\n"
	      "T: html\nContent-Transfer-Encoding: quoted-printable\n\n"
	      "<p>h=C3=A9</p>\n--inner--\n--outer\n"
	      "T: file\nContent-Transfer-Encoding: base64\n\nZmlsZQ==\n"
	      "--outer\n"
	      "T: message\nContent-Transfer-Encoding: 7bit\n\n"
	      "Subject: in\n\nbody\n\n--outer--\n");
	content_check(&text, AM_OK);
	content_check(&html, AM_OK);
	content_check(&file, AM_OK);
	content_check(&mail, AM_OK);
}

static void
test_8bit_shows_outside(void **state)
{
	struct content text = { .text = "\xc3\xa9" };
	struct am_mime_part inner = leaf("T: t\r\n", AM_MIME_8BIT, &text);
	struct am_mime_part middle = multipart("T: i\r\n", "i", &inner);
	struct am_mime_part root = multipart("T: o\r\n", "o", &middle);

	(void)state;
	check("", &root,
	      "T: o\nContent-Transfer-Encoding: 8bit\n\n--o\n"
	      "T: i\nContent-Transfer-Encoding: 8bit\n\n--i\n"
	      "T: t\nContent-Transfer-Encoding: 8bit\n\n\xc3\xa9\n"
	      "--i--\n--o--\n");
	content_check(&text, AM_OK);
}

static void
test_failing_parts(void **state)
{
	struct content good = { .text = "good" };
	struct content closed = { .text = "", .open_status = AM_CORRUPT };
	struct content broken = { .text = "half", .then = AM_IO };
	struct content huge = { .text = "", .open_status = AM_LIMIT };
	struct am_mime_part parts[4] = {
		leaf("N: 1\r\n", AM_MIME_BASE64, &closed),
		leaf("N: 2\r\n", AM_MIME_QUOTED, &broken),
		leaf("N: 3\r\n", AM_MIME_7BIT, &huge),
		leaf("N: 4\r\n", AM_MIME_7BIT, &good),
	};
	struct am_mime_part root = multipart("T: m\r\n", "b", parts);
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		parts[i].next = &parts[i + 1];
	check("", &root,
	      "T: m\n\n--b\n"
	      "N: 1\nContent-Transfer-Encoding: base64\n\n\n--b\n"
	      "N: 2\nContent-Transfer-Encoding: quoted-printable\n\nhalf\n--b\n"
	      "N: 3\nContent-Transfer-Encoding: 7bit\n\n\n--b\n"
	      "N: 4\nContent-Transfer-Encoding: 7bit\n\ngood\n--b--\n");
	content_check(&closed, AM_CORRUPT);
	content_check(&broken, AM_IO);
	content_check(&huge, AM_LIMIT);
	content_check(&good, AM_OK);
}

/* Headers that would end their block do not. */
static void
test_headers_mended(void **state)
{
	struct content text = { .text = "x\r\n" };
	struct am_mime_part root =
		leaf("B: c\r\n\r\nD: e", AM_MIME_7BIT, &text);

	(void)state;
	check("A: b\n\n", &root,
	      "A: b\nB: c\nD: e\nContent-Transfer-Encoding: 7bit\n\nx\n");
	content_check(&text, AM_OK);
}

/* Megabytes of headers and content, in both kinds of line ends. */
static void
test_large(void **state)
{
	struct am_buf top = am_buf(2 << 20);
	struct content text = { .text = "a line of text\r\n",
				.repeat = 100000 };
	struct content file = { .text = "0123456789", .repeat = 100000 };
	struct am_mime_part parts[2] = {
		leaf("N: 1\r\n", AM_MIME_7BIT, &text),
		leaf("N: 2\r\n", AM_MIME_BASE64, &file),
	};
	struct am_mime_part root = multipart("T: m\r\n", "b", parts);
	struct am_buf crlf, lf;
	size_t i, n;

	(void)state;
	parts[0].next = &parts[1];
	for (i = 0; i < 50000; i++)
		am_buf_printf(&top, "X-%zu: a value\r\n", i);
	crlf = write_tree(am_buf_text(&top), &root, false);
	content_check(&text, AM_OK);
	content_check(&file, AM_OK);
	lf = write_tree(am_buf_text(&top), &root, true);
	content_check(&text, AM_OK);
	content_check(&file, AM_OK);
	assert_memory_equal(crlf.data, top.data, top.len);
	/* they differ in the CR only */
	for (i = 0, n = 0; i < crlf.len; i++) {
		if (crlf.data[i] == '\r') {
			assert_int_equal(crlf.data[i + 1], '\n');
			continue;
		}
		assert_true(n < lf.len && lf.data[n++] == crlf.data[i]);
	}
	assert_int_equal(n, lf.len);
	am_buf_free(&crlf);
	am_buf_free(&lf);
	am_buf_free(&top);
}

static void
test_refused(void **state)
{
	static const char *const bad[] = {
		NULL,
		"",
		"a b",
		"a\r\nb",
		"a\"b",
		"caf\xc3\xa9",
		"12345678901234567890123456789012345678901234567890"
		"123456789012345678901",
	};
	struct am_mime_part parts[AM_MIME_MAX_DEPTH + 2];
	struct am_arena arena = { 0 };
	struct am_stream *stream;
	struct am_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		parts[1] = leaf("", AM_MIME_7BIT, NULL);
		parts[0] = multipart("", bad[i], &parts[1]);
		assert_int_equal(am_mime_open(&arena, am_bytes(NULL, 0), parts,
					      false, &stream, &err),
				 AM_CORRUPT);
	}
	for (i = 0; i <= AM_MIME_MAX_DEPTH; i++)
		parts[i] = multipart("", "b", &parts[i + 1]);
	parts[i] = leaf("", AM_MIME_7BIT, NULL);
	parts[i].open = NULL;
	parts[i].done = NULL;
	assert_int_equal(am_mime_open(&arena, am_bytes(NULL, 0), parts, false,
				      &stream, &err),
			 AM_LIMIT);
	assert_int_equal(am_mime_open(&arena, am_bytes(NULL, 0), parts + 1,
				      false, &stream, &err),
			 AM_OK);
	am_stream_close(stream);
	am_arena_free(&arena);
	arena.limit = 16;
	assert_int_equal(am_mime_open(&arena, am_bytes(NULL, 0), parts + 1,
				      false, &stream, &err),
			 AM_LIMIT);
	am_arena_free(&arena);
}

/* Closed in the middle: the content is closed, nothing more is told. */
static void
test_closed_early(void **state)
{
	struct content text = { .text = "0123456789", .repeat = 100000 };
	struct am_mime_part root = leaf("", AM_MIME_7BIT, &text);
	struct am_arena arena = { 0 };
	struct am_stream *stream;
	struct am_bytes bytes;
	struct am_error err;

	(void)state;
	assert_int_equal(am_mime_open(&arena, am_bytes(NULL, 0), &root, false,
				      &stream, &err),
			 AM_OK);
	assert_int_equal(am_stream_next(stream, &bytes, &err), AM_OK);
	am_stream_close(stream);
	assert_int_equal(text.stream.closed, 1);
	assert_int_equal(text.done, 0);
	assert_true(text.seen < 1000000);
	am_buf_free(&text.whole);
	am_arena_free(&arena);
}

static unsigned content_failures;

static enum am_status
plain_open(struct am_mime_part *part, struct am_stream **content_out,
	   struct am_error *err)
{
	return am_stream_of_bytes(part->arg, am_bytes_of("caf\xc3\xa9\n"),
				  content_out, err);
}

static void
count_failure(struct am_mime_part *part, enum am_status status,
	      const struct am_error *err)
{
	(void)part;
	assert_int_equal(err->status, status);
	if (status != AM_OK)
		content_failures++;
}

/* Headers and a tree in out; all memory is given back whatever happens. */
static enum am_status
whole_message(struct am_arena *arena, struct am_buf *out, struct am_error *err)
{
	static const struct am_address address = {
		"J\xc3\xbcrgen, a name", "j@b\xc3\xbc\x63her.example"
	};
	static const struct am_text subject = { "caf\xc3\xa9", 5, false };
	struct am_mime_part leaf = { .encoding = AM_MIME_BASE64,
				     .is_text = true,
				     .open = plain_open,
				     .done = count_failure,
				     .arg = arena };
	struct am_mime_part root = { .children = &leaf, .boundary = "b" };
	struct am_buf headers = am_buf(1000);
	struct am_stream *stream = NULL;
	enum am_status status;

	am_field_addresses(&headers, "From", &address, 1);
	am_field_text(&headers, "Subject", subject);
	am_field_begin(&headers, "Content-Disposition", "attachment");
	am_field_param(&headers, "filename", "\xc3\xa9.txt");
	am_field_end(&headers);
	status = am_buf_status(&headers, err);
	if (status == AM_OK)
		status = am_mime_open(arena, am_buf_bytes(&headers), &root,
				      false, &stream, err);
	if (status == AM_OK)
		status = am_stream_read_all(stream, out, err);
	am_stream_close(stream);
	am_buf_free(&headers);
	return status;
}

/* The n-th allocation and all after it fail: the message does too, or its
 * content is told that it did; nothing is left out without a word. */
static void
test_no_memory(void **state)
{
	struct am_arena arena = { 0 };
	struct am_buf want = am_buf(10000);
	struct am_error err;
	unsigned long n, failures = 0;

	(void)state;
	assert_int_equal(whole_message(&arena, &want, &err), AM_OK);
	for (n = 1; n < 60; n++) {
		struct am_buf out = am_buf(10000);
		enum am_status status;

		am_arena_free(&arena);
		content_failures = 0;
		am_alloc_fail_after(n);
		status = whole_message(&arena, &out, &err);
		am_alloc_fail_after(0);
		failures += status != AM_OK || content_failures > 0;
		if (status != AM_OK)
			assert_int_equal(status, AM_NOMEM);
		else if (content_failures == 0)
			assert_string_equal(am_buf_text(&out),
					    am_buf_text(&want));
		am_buf_free(&out);
	}
	assert_true(failures > 5 && failures < 59);
	am_buf_free(&want);
	am_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_8bit_shows_outside),
		cmocka_unit_test(test_failing_parts),
		cmocka_unit_test(test_headers_mended),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_closed_early),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
