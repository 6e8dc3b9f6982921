/* mime_random FOLDER COUNT: writes COUNT pseudo-random messages, N.eml, and
 * beside each N.json with what went into it, for readers to compare. The same
 * COUNT gives the same bytes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/json.h"
#include "mime/field.h"
#include "mime/part.h"
#include "mime_decode.h"

enum { CHILDREN_MAX = 4, DEPTH_MAX = 3, NESTING_MAX = 2 };

struct run {
	struct am_arena arena;
	uint32_t seed;
	bool lf;
	unsigned boundaries;
	unsigned nesting; /* messages around the one at hand */
	struct am_json *to;
};

static void
die(const char *what)
{
	fprintf(stderr, "mime_random: %s\n", what);
	exit(2);
}

static uint32_t
dice(struct run *run, uint32_t sides)
{
	return pseudo_random(&run->seed) % sides;
}

/* --- texts --- */

#define LONG_WORD                                                              \
	"a-word-that-is-so-long-that-it-cannot-share-its-line-"                \
	"with-any-other-one"

static const char *const pieces[] = {
	"a",
	"Hello",
	"Re:",
	"of",
	"the",
	"x@y.z",
	"1234567890",
	"(comment)",
	"\"quoted\"",
	"back\\slash",
	"semi;colon",
	"com,ma",
	"=?UTF-8?Q?fake?=",
	"=?",
	"?=",
	"=",
	"_",
	"%41",
	"*0*=",
	"<tag>",
	"[x]",
	"dot.",
	"'",
	"''",
	"caf\xc3\xa9",
	"Gr\xc3\xbc\xc3\x9f\x65",
	"\xe2\x82\xac",
	"\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xb8\x96\xe7\x95\x8c",
	"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82",
	"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
	"\xf0\x9f\x98\x80",
	"e\xcc\x81",
	"\xe2\x80\x8d",
	"\xc2\xa0",
	"\xef\xbf\xbd",
	LONG_WORD,
};

/* What must never get through, whatever it is put into. */
static const char *const poison[] = {
	"\r\nBcc: evil@example.org\r\n",
	"\r\n\r\nbody",
	"\n",
	"\r",
	"\t",
	"\x01",
	"\x1b[31m",
	"\x7f",
	"\r\n--boundary--\r\n",
};

static const char *
random_text(struct run *run, unsigned words, bool ascii)
{
	struct am_buf buf = am_buf(1 << 16);
	char *text;

	while (words-- > 0) {
		const char *piece =
			pieces[dice(run, sizeof(pieces) / sizeof(pieces[0]))];

		if (dice(run, 40) == 0)
			am_buf_add_text(
				&buf,
				poison[dice(run, sizeof(poison) /
							 sizeof(poison[0]))]);
		if (!ascii || am_is_ascii(am_bytes_of(piece)))
			am_buf_add_text(&buf, piece);
		if (dice(run, 4) != 0)
			am_buf_add_text(&buf, dice(run, 20) != 0 ? " " : "   ");
	}
	text = am_arena_text(&run->arena, am_buf_text(&buf), buf.len);
	am_buf_free(&buf);
	return text != NULL ? text : "";
}

/* --- contents --- */

struct content {
	struct am_bytes bytes;
	struct am_stream *stream;
};

static enum am_status
content_open(struct am_mime_part *part, struct am_stream **content_out,
	     struct am_error *err)
{
	struct content *content = part->arg;

	(void)err;
	*content_out = content->stream;
	return AM_OK;
}

static struct am_mime_part *
part_new(struct run *run, struct am_bytes bytes, const struct am_buf *headers)
{
	struct am_mime_part *part =
		am_arena_new(&run->arena, struct am_mime_part);
	struct content *content = am_arena_new(&run->arena, struct content);

	if (part == NULL || content == NULL ||
	    am_arena_copy(&run->arena, am_buf_bytes(headers), &part->headers,
			  NULL) != AM_OK ||
	    am_arena_copy(&run->arena, bytes, &content->bytes, NULL) != AM_OK ||
	    am_stream_of_bytes(&run->arena, content->bytes, &content->stream,
			       NULL) != AM_OK)
		die("out of memory");
	part->open = content_open;
	part->arg = content;
	return part;
}

/* Size and SHA-256 of what a reader should decode. */
static void
describe_content(struct run *run, struct am_bytes bytes)
{
	uint8_t digest[AM_SHA256_SIZE];
	char hex[AM_SHA256_HEX_SIZE];

	am_sha256(bytes, digest);
	am_sha256_hex(digest, hex);
	am_json_uint(run->to, "size", bytes.len);
	am_json_text(run->to, "sha256", hex);
}

/* Text as it comes out: one line end, no NUL; of_root: complete lines. */
static void
text_normalise(const struct am_buf *text, const char *eol, bool of_root,
	       struct am_buf *out)
{
	size_t i;

	for (i = 0; i < text->len; i++) {
		const char c = (char)text->data[i];

		if (c == '\r' ||
		    (c == '\n' && (i == 0 || text->data[i - 1] != '\r')))
			am_buf_add_text(out, eol);
		else if (c != '\n' && c != '\0')
			am_buf_add_char(out, c);
	}
	if (of_root && out->len > 0 && out->data[out->len - 1] != '\n')
		am_buf_add_text(out, eol);
}

static void
random_lines(struct run *run, struct am_buf *out)
{
	static const char *const ends[] = { "\r\n", "\n", "\r", " \r\n" };
	static const char *const starts[] = { "",	"",  "--", "From ",
					      ">From ", ".", " " };
	const bool ascii = dice(run, 2) == 0;
	unsigned lines = dice(run, 30);

	while (lines-- > 0) {
		unsigned words = dice(run, 12);

		am_buf_add_text(out, starts[dice(run, 7)]);
		while (words-- > 0) {
			const char *piece = pieces[dice(
				run, sizeof(pieces) / sizeof(pieces[0]))];

			if (!ascii || am_is_ascii(am_bytes_of(piece)))
				am_buf_add_text(out, piece);
			am_buf_add_text(out, dice(run, 30) != 0 ? " " : "");
		}
		if (dice(run, 60) == 0)
			am_buf_add_char(out, (char)dice(run, 32));
		am_buf_add_text(out, ends[dice(run, 4)]);
	}
	if (dice(run, 2) == 0)
		am_buf_add_text(out, "the end, without a line end");
}

static void
param(struct run *run, struct am_buf *headers, const char *name,
      const char *value)
{
	am_field_param(headers, name, value);
	am_json_text(run->to, name, value);
}

/* --- parts --- */

static struct am_mime_part *
text_part(struct run *run, bool is_root)
{
	struct am_buf headers = am_buf(1 << 16);
	struct am_buf text = am_buf(1 << 16);
	struct am_buf want = am_buf(1 << 17);
	struct am_mime_text facts = { 0 };
	struct am_mime_part *part;
	bool hidden;

	random_lines(run, &text);
	am_mime_text_add(&facts, am_buf_bytes(&text));
	am_field_begin(&headers, "Content-Type", "text/plain");
	am_json_text(run->to, "type", "text/plain");
	am_json_object(run->to, "params");
	param(run, &headers, "charset", "utf-8");
	param(run, &headers, "x-note", random_text(run, dice(run, 5), false));
	am_json_object_end(run->to);
	am_field_end(&headers);
	part = part_new(run, am_buf_bytes(&text), &headers);
	part->encoding = am_mime_text_encoding(&facts);
	if (part->encoding == AM_MIME_QUOTED && !facts.dashes &&
	    !facts.controls && dice(run, 3) == 0)
		part->encoding = AM_MIME_8BIT;
	part->is_text = true;
	hidden = part->encoding == AM_MIME_BASE64;
	text_normalise(&text, run->lf && !hidden ? "\n" : "\r\n",
		       is_root && !hidden, &want);
	describe_content(run, am_buf_bytes(&want));
	am_buf_free(&headers);
	am_buf_free(&text);
	am_buf_free(&want);
	return part;
}

static struct am_mime_part *
file_part(struct run *run)
{
	struct am_buf headers = am_buf(1 << 16);
	struct am_buf bytes = am_buf(1 << 20);
	size_t left = dice(run, 8) == 0 ? dice(run, 200000) : dice(run, 300);
	struct am_mime_part *part;

	while (left-- > 0)
		am_buf_add_char(&bytes, (char)dice(run, 256));
	am_field_begin(&headers, "Content-Type", "application/octet-stream");
	am_field_end(&headers);
	am_json_text(run->to, "type", "application/octet-stream");
	am_field_begin(&headers, "Content-Disposition", "attachment");
	am_json_object(run->to, "disposition");
	param(run, &headers, "filename",
	      random_text(run, 1 + dice(run, 12), dice(run, 2) == 0));
	am_json_object_end(run->to);
	am_field_end(&headers);
	part = part_new(run, am_buf_bytes(&bytes), &headers);
	part->encoding = AM_MIME_BASE64;
	describe_content(run, am_buf_bytes(&bytes));
	am_buf_free(&headers);
	am_buf_free(&bytes);
	return part;
}

static struct am_mime_part *random_part(struct run *run, unsigned depth);
static void random_message(struct run *run, struct am_buf *out);

static struct am_mime_part *
message_part(struct run *run)
{
	struct am_buf headers = am_buf(1 << 16);
	struct am_buf bytes = am_buf(64 << 20);
	struct am_mime_part *part;

	am_field_begin(&headers, "Content-Type", "message/rfc822");
	am_field_end(&headers);
	am_json_text(run->to, "type", "message/rfc822");
	am_json_object(run->to, "message");
	run->nesting++;
	random_message(run, &bytes);
	run->nesting--;
	am_json_object_end(run->to);
	part = part_new(run, am_buf_bytes(&bytes), &headers);
	part->encoding =
		am_is_ascii(am_buf_bytes(&bytes)) ? AM_MIME_7BIT : AM_MIME_8BIT;
	part->is_message = true;
	am_buf_free(&headers);
	am_buf_free(&bytes);
	return part;
}

static struct am_mime_part *
multipart(struct run *run, unsigned depth)
{
	static const char *const types[] = { "multipart/mixed",
					     "multipart/alternative",
					     "multipart/related" };
	const char *type = types[dice(run, 3)];
	const char *boundary = am_arena_printf(
		&run->arena, "=_%u_0123456789abcdef", run->boundaries++);
	struct am_buf headers = am_buf(1 << 16);
	struct am_mime_part *part, **end;
	unsigned count = 1 + dice(run, CHILDREN_MAX);

	am_field_begin(&headers, "Content-Type", type);
	am_field_param(&headers, "boundary", boundary);
	am_field_end(&headers);
	am_json_text(run->to, "type", type);
	part = part_new(run, am_bytes(NULL, 0), &headers);
	part->open = NULL;
	part->boundary = boundary;
	am_json_array(run->to, "children");
	for (end = &part->children; count > 0; count--) {
		am_json_object(run->to, NULL);
		*end = random_part(run, depth + 1);
		am_json_object_end(run->to);
		end = &(*end)->next;
	}
	am_json_array_end(run->to);
	am_buf_free(&headers);
	return part;
}

static struct am_mime_part *
random_part(struct run *run, unsigned depth)
{
	const uint32_t kind = dice(run, 10);

	if (kind < 4 && depth < DEPTH_MAX)
		return multipart(run, depth);
	if (kind == 4 && run->nesting < NESTING_MAX)
		return message_part(run);
	return kind < 8 ? text_part(run, depth == 0) : file_part(run);
}

/* --- messages --- */

static void
random_addresses(struct run *run, struct am_buf *headers, const char *name)
{
	static const char *const specs[] = {
		"ann@example.org",
		"a..b@example.org",
		"o'neil+x=y@sub.example.org",
		"\"quoted@local\"@example.org",
		LONG_WORD "@"
			  "a-domain-name-that-is-long-too.example.org",
		"b@b\xc3\xbc\x63her.example",
		"x@[192.0.2.1]",
		"not an address",
		NULL,
	};
	struct am_address list[6];
	const size_t count = dice(run, 6);
	size_t i;

	am_json_array(run->to, name);
	for (i = 0; i < count; i++) {
		list[i].name = random_text(run, dice(run, 7), dice(run, 2));
		list[i].address = specs[dice(run, 9)];
		am_json_object(run->to, NULL);
		am_json_text(run->to, "name", list[i].name);
		am_json_text(run->to, "address", list[i].address);
		am_json_object_end(run->to);
	}
	am_json_array_end(run->to);
	am_field_addresses(headers, name, list, count);
}

static void
random_headers(struct run *run, struct am_buf *headers)
{
	static const struct am_address from = { "From", "from@example.org" };
	const char *subject =
		random_text(run, dice(run, 30), dice(run, 3) == 0);
	const struct am_text text = { subject, strlen(subject), false };

	am_field_addresses(headers, "From", &from, 1);
	am_field_date(headers, "Date", 1000000000 + dice(run, 1000000));
	random_addresses(run, headers, "To");
	random_addresses(run, headers, "Cc");
	am_field_text(headers, "Subject", text);
	am_json_text(run->to, "Subject", subject);
	am_field_ascii(headers, "Message-ID", "<1.2@example.org>");
	am_field_ascii(headers, "References",
		       "<a@example.org> <b@example.org>\r\n <c@example.org> "
		       "<d-rather-long-id-0123456789@example.org>");
	am_field_ascii(headers, "MIME-Version", "1.0");
}

static void
random_message(struct run *run, struct am_buf *out)
{
	struct am_buf headers = am_buf(1 << 20);
	struct am_mime_part *root;
	struct am_bytes top;
	struct am_stream *stream = NULL;
	struct am_error err;

	random_headers(run, &headers);
	am_json_object(run->to, "tree");
	root = random_part(run, 0);
	am_json_object_end(run->to);
	if (am_arena_copy(&run->arena, am_buf_bytes(&headers), &top, NULL) !=
		    AM_OK ||
	    am_mime_open(&run->arena, top, root, run->lf, &stream, &err) !=
		    AM_OK ||
	    am_stream_read_all(stream, out, &err) != AM_OK)
		die("the message cannot be written");
	am_stream_close(stream);
	am_buf_free(&headers);
}

static void
file_write(const char *folder, unsigned number, const char *suffix,
	   const struct am_buf *bytes)
{
	struct am_buf path = am_buf(4096);
	FILE *file;

	am_buf_printf(&path, "%s/%03u.%s", folder, number, suffix);
	file = fopen(am_buf_text(&path), "wb");
	if (file == NULL ||
	    fwrite(bytes->data, 1, bytes->len, file) != bytes->len ||
	    fclose(file) != 0)
		die("cannot write");
	am_buf_free(&path);
}

int
main(int argc, char **argv)
{
	unsigned count, number;

	if (argc != 3)
		die("usage: mime_random FOLDER COUNT");
	count = (unsigned)strtoul(argv[2], NULL, 10);
	for (number = 0; number < count; number++) {
		struct am_buf message = am_buf(64 << 20);
		struct am_buf text = am_buf(64 << 20);
		struct am_json json = am_json(&text);
		struct run run = {
			.arena = { .limit = 256 << 20 },
			.seed = number * 7919 + 1,
			.lf = number % 2 != 0,
			.to = &json,
		};

		am_json_object(&json, NULL);
		random_message(&run, &message);
		am_json_object_end(&json);
		file_write(argv[1], number, "eml", &message);
		file_write(argv[1], number, "json", &text);
		am_buf_free(&message);
		am_buf_free(&text);
		am_arena_free(&run.arena);
	}
	return 0;
}
