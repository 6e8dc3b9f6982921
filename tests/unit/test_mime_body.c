/* mime/body: a leaf's content, from opening it to done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mime/body.h"
#include "mime_decode.h"
#include "piece_stream.h"

/* A part with its content, and what it was told. */
struct leaf {
	struct am_mime_part part;
	struct piece_stream stream;
	enum am_status open_status;
	struct am_buf seen;
	unsigned done;
	enum am_status status;
};

static enum am_status
leaf_open(struct am_mime_part *part, struct am_stream **content_out,
	  struct am_error *err)
{
	struct leaf *leaf = part->arg;

	if (leaf->open_status != AM_OK)
		return am_fail(err, leaf->open_status, "does not open");
	*content_out = &leaf->stream.base;
	return AM_OK;
}

static void
leaf_seen(struct am_mime_part *part, struct am_bytes bytes)
{
	struct leaf *leaf = part->arg;

	assert_int_equal(leaf->done, 0);
	am_buf_add(&leaf->seen, bytes);
}

static void
leaf_done(struct am_mime_part *part, enum am_status status,
	  const struct am_error *err)
{
	struct leaf *leaf = part->arg;

	leaf->done++;
	leaf->status = status;
	if (status != AM_OK)
		assert_int_equal(err->status, status);
}

static void
leaf_init(struct leaf *leaf, enum am_mime_encoding encoding,
	  struct am_bytes content, size_t piece)
{
	memset(leaf, 0, sizeof(*leaf));
	leaf->part.encoding = encoding;
	leaf->part.open = leaf_open;
	leaf->part.seen = leaf_seen;
	leaf->part.done = leaf_done;
	leaf->part.arg = leaf;
	leaf->stream = piece_stream(content, piece);
	leaf->seen = am_buf(1 << 20);
}

static void
body_write_all(struct leaf *leaf, bool lf, struct am_buf *out)
{
	struct am_body body;
	size_t before = 0;

	am_body_open(&body, &leaf->part, lf);
	while (am_body_write(&body, out)) {
		assert_true(out->len - before <= AM_BODY_ROOM);
		before = out->len;
	}
	assert_false(am_body_write(&body, out));
	assert_int_equal(leaf->done, 1);
}

static const char sample[] = "caf\xc3\xa9 \r\nb\nc\rd\0e\r\n";

static void
test_encodings(void **state)
{
	static const struct {
		const char *name;
		struct am_mime_part part; /* its flags */
		const char *crlf, *lf;
	} cases[] = {
		{ "7bit",
		  { .encoding = AM_MIME_7BIT },
		  "caf\xc3\xa9 \r\nb\r\nc\r\nde\r\n",
		  "caf\xc3\xa9 \nb\nc\nde\n" },
		{ "8bit",
		  { .encoding = AM_MIME_8BIT },
		  "caf\xc3\xa9 \r\nb\r\nc\r\nde\r\n",
		  "caf\xc3\xa9 \nb\nc\nde\n" },
		{ "quoted",
		  { .encoding = AM_MIME_QUOTED },
		  "caf=C3=A9=20\r\nb\r\nc\r\nde\r\n",
		  "caf=C3=A9=20\nb\nc\nde\n" },
		{ "base64",
		  { .encoding = AM_MIME_BASE64 },
		  "Y2Fmw6kgDQpiCmMNZABlDQo=",
		  "Y2Fmw6kgDQpiCmMNZABlDQo=" },
		{ "base64 of text",
		  { .encoding = AM_MIME_BASE64, .is_text = true },
		  "Y2Fmw6kgDQpiDQpjDQpkZQ0K",
		  "Y2Fmw6kgDQpiDQpjDQpkZQ0K" },
	};
	size_t i, piece;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (piece = 1; piece < 20; piece++) {
			struct am_buf out = am_buf(1000);
			struct leaf leaf;

			leaf_init(&leaf, cases[i].part.encoding,
				  am_bytes(sample, sizeof(sample) - 1), piece);
			leaf.part.is_text = cases[i].part.is_text;
			body_write_all(&leaf, piece % 2 != 0, &out);
			if (strcmp(am_buf_text(&out),
				   piece % 2 != 0 ? cases[i].lf
						  : cases[i].crlf) != 0)
				fail_msg("%s: %s", cases[i].name,
					 am_buf_text(&out));
			assert_int_equal(leaf.status, AM_OK);
			assert_int_equal(leaf.stream.closed, 1);
			assert_int_equal(leaf.seen.len, sizeof(sample) - 1);
			assert_memory_equal(leaf.seen.data, sample,
					    sizeof(sample) - 1);
			am_buf_free(&out);
			am_buf_free(&leaf.seen);
		}
}

static void
test_verbatim_and_message(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct am_buf out = am_buf(1000);
		struct leaf leaf;

		leaf_init(&leaf, i == 0 ? AM_MIME_VERBATIM : AM_MIME_BASE64,
			  am_bytes(sample, sizeof(sample) - 1), 3);
		leaf.part.is_message = i > 0;
		body_write_all(&leaf, i % 2 != 0, &out);
		assert_int_equal(out.len, sizeof(sample) - 1);
		assert_memory_equal(out.data, sample, out.len);
		am_buf_free(&out);
		am_buf_free(&leaf.seen);
	}
}

static void
test_encoding_names(void **state)
{
	static const struct {
		struct am_mime_part part;
		const char *name;
	} cases[] = {
		{ { .encoding = AM_MIME_7BIT }, "7bit" },
		{ { .encoding = AM_MIME_8BIT }, "8bit" },
		{ { .encoding = AM_MIME_QUOTED }, "quoted-printable" },
		{ { .encoding = AM_MIME_BASE64 }, "base64" },
		{ { .encoding = AM_MIME_VERBATIM }, NULL },
		{ { .encoding = AM_MIME_7BIT, .is_message = true }, "7bit" },
		{ { .encoding = AM_MIME_8BIT, .is_message = true }, "8bit" },
		{ { .encoding = AM_MIME_BASE64, .is_message = true }, "8bit" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *name = am_body_encoding(&cases[i].part);

		if (cases[i].name == NULL)
			assert_null(name);
		else
			assert_string_equal(name, cases[i].name);
	}
}

static void
test_failures(void **state)
{
	struct am_buf out = am_buf(1000);
	struct leaf leaf;

	(void)state;
	leaf_init(&leaf, AM_MIME_BASE64, am_bytes_of("never read"), 0);
	leaf.open_status = AM_CORRUPT;
	body_write_all(&leaf, false, &out);
	assert_int_equal(leaf.status, AM_CORRUPT);
	assert_int_equal(leaf.stream.closed, 0);
	assert_int_equal(out.len, 0);

	/* What was read before the failure is there, encoded to its end. */
	leaf_init(&leaf, AM_MIME_BASE64, am_bytes_of("partly"), 4);
	leaf.stream.then = AM_IO;
	body_write_all(&leaf, false, &out);
	assert_int_equal(leaf.status, AM_IO);
	assert_int_equal(leaf.stream.closed, 1);
	assert_string_equal(am_buf_text(&out), "cGFydGx5");
	am_buf_free(&leaf.seen);

	am_buf_clear(&out);
	leaf_init(&leaf, AM_MIME_7BIT, am_bytes_of(""), 0);
	leaf.part.open = NULL;
	body_write_all(&leaf, false, &out);
	assert_int_equal(leaf.status, AM_OK);
	assert_int_equal(out.len, 0);
	am_buf_free(&out);
}

static void
test_large(void **state)
{
	static struct decoded back;
	const size_t size = 300000;
	struct am_buf content = am_buf(size);
	struct am_buf out = am_buf(1 << 20);
	struct leaf leaf;
	uint32_t seed = 2;

	(void)state;
	while (content.len < size)
		am_buf_add_char(&content, (char)pseudo_random(&seed));
	leaf_init(&leaf, AM_MIME_BASE64, am_buf_bytes(&content), 9000);
	body_write_all(&leaf, false, &out);
	back.len = 0;
	assert_true(
		decode_base64(am_buf_text(&out), out.len, "\r\n", 76, &back));
	assert_int_equal(back.len, size);
	assert_memory_equal(back.data, content.data, size);
	am_buf_free(&leaf.seen);
	am_buf_free(&content);
	am_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_verbatim_and_message),
		cmocka_unit_test(test_encoding_names),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
