/* The MIME tree as a stream: RFC 2046 5.1. */
#include "mime/part.h"

#include "mime/block.h"
#include "mime/body.h"

/* A chunk is given out when it has this many bytes; what one step adds at
 * most comes on top. */
enum {
	CHUNK_FULL = 16 << 10,
	CHUNK_MAX = CHUNK_FULL + AM_BODY_ROOM,
	BOUNDARY_MAX = 70
};

enum step { STEP_HEADERS, STEP_BODY, STEP_AFTER, STEP_END };

struct mime_stream {
	struct am_stream base; /* first */
	bool lf;
	struct am_buf out;
	enum step step;
	struct am_block block;
	struct am_bytes root_headers; /* after block, for the root only */
	struct am_body body;
	struct am_mime_part *part;			/* at hand */
	struct am_mime_part *around[AM_MIME_MAX_DEPTH]; /* its multiparts */
	size_t depth;					/* how many */
	uint8_t last; /* byte that was given out */
};

static bool
is_multipart(const struct am_mime_part *part)
{
	return part->children != NULL;
}

/* RFC 2046 5.1.1 bchars, without the space. */
static bool
boundary_is_valid(const char *boundary)
{
	size_t len;

	if (boundary == NULL)
		return false;
	len = strspn(boundary, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz'()+_,-./:=?");
	return len >= 1 && len <= BOUNDARY_MAX && boundary[len] == '\0';
}

/* The next part after this one in the order of writing, *depth counting the
 * multiparts around it; NULL after the last. */
static struct am_mime_part *
tree_next(struct am_mime_part *part, struct am_mime_part **around,
	  size_t *depth)
{
	if (is_multipart(part)) {
		around[(*depth)++] = part;
		return part->children;
	}
	while (*depth > 0 && part->next == NULL)
		part = around[--*depth];
	return *depth > 0 ? part->next : NULL;
}

static enum am_status
tree_check(struct am_mime_part *root, struct am_error *err)
{
	struct am_mime_part *around[AM_MIME_MAX_DEPTH];
	struct am_mime_part *part = root;
	size_t depth = 0;

	for (; part != NULL; part = tree_next(part, around, &depth)) {
		if (!is_multipart(part))
			continue;
		if (depth == AM_MIME_MAX_DEPTH)
			return am_fail(err, AM_LIMIT,
				       "multiparts are nested deeper than %d",
				       AM_MIME_MAX_DEPTH);
		if (!boundary_is_valid(part->boundary))
			return am_fail(err, AM_CORRUPT,
				       "a multipart has no valid boundary");
	}
	return AM_OK;
}

/* RFC 2045 6.4: what holds 8-bit parts is 8bit itself. */
static bool
tree_has_8bit(struct am_mime_part *root)
{
	struct am_mime_part *around[AM_MIME_MAX_DEPTH];
	struct am_mime_part *part = root;
	size_t depth = 0;

	for (; part != NULL; part = tree_next(part, around, &depth)) {
		const char *encoding = am_body_encoding(part);

		if (!is_multipart(part) && encoding != NULL &&
		    strcmp(encoding, "8bit") == 0)
			return true;
	}
	return false;
}

static void
line_end_put(struct mime_stream *stream)
{
	am_buf_add_text(&stream->out, stream->lf ? "\n" : "\r\n");
}

static void
part_begin(struct mime_stream *stream, struct am_mime_part *part)
{
	const struct am_block block = { part->headers, stream->lf, false };

	stream->part = part;
	stream->block = block;
	stream->step = STEP_HEADERS;
}

/* "--boundary" of the innermost multipart, and the part behind it. */
static void
delimiter_put(struct mime_stream *stream, struct am_mime_part *part)
{
	const struct am_mime_part *around = stream->around[stream->depth - 1];

	am_buf_add_text(&stream->out, "--");
	am_buf_add_text(&stream->out, around->boundary);
	line_end_put(stream);
	part_begin(stream, part);
}

static void
encoding_put(struct mime_stream *stream)
{
	struct am_mime_part *part = stream->part;
	const char *encoding = am_body_encoding(part);

	if (is_multipart(part))
		encoding = tree_has_8bit(part) ? "8bit" : NULL;
	if (encoding == NULL)
		return;
	am_buf_add_text(&stream->out, "Content-Transfer-Encoding: ");
	am_buf_add_text(&stream->out, encoding);
	line_end_put(stream);
}

static void
headers_step(struct mime_stream *stream)
{
	struct am_mime_part *part = stream->part;

	if (am_block_write(&stream->block, &stream->out))
		return;
	if (stream->root_headers.len > 0) {
		stream->block.left = stream->root_headers;
		stream->root_headers.len = 0;
		return;
	}
	encoding_put(stream);
	line_end_put(stream);
	if (is_multipart(part)) {
		stream->around[stream->depth++] = part;
		delimiter_put(stream, part->children);
		return;
	}
	am_body_open(&stream->body, part, stream->lf);
	stream->step = STEP_BODY;
}

/* The content or multipart at hand is over. */
static void
after_step(struct mime_stream *stream)
{
	if (stream->depth == 0) {
		stream->step = STEP_END;
		return;
	}
	line_end_put(stream);
	if (stream->part->next != NULL) {
		delimiter_put(stream, stream->part->next);
		return;
	}
	stream->part = stream->around[--stream->depth];
	am_buf_add_text(&stream->out, "--");
	am_buf_add_text(&stream->out, stream->part->boundary);
	am_buf_add_text(&stream->out, "--");
}

/* A message ends with a line end, unless none of its bytes are ours. */
static void
end_put(struct mime_stream *stream)
{
	const struct am_mime_part *part = stream->part;
	const struct am_buf *out = &stream->out;
	const uint8_t last =
		out->len > 0 ? out->data[out->len - 1] : stream->last;

	if (last != '\n' && !part->is_message &&
	    (is_multipart(part) || part->encoding != AM_MIME_VERBATIM))
		line_end_put(stream);
}

static enum am_status
mime_next(struct am_stream *base, struct am_bytes *bytes_out,
	  struct am_error *err)
{
	struct mime_stream *stream = (struct mime_stream *)base;
	struct am_buf *out = &stream->out;

	am_buf_clear(out);
	while (stream->step != STEP_END && out->len < CHUNK_FULL &&
	       out->status == AM_OK) {
		if (stream->step == STEP_HEADERS)
			headers_step(stream);
		else if (stream->step == STEP_AFTER)
			after_step(stream);
		else if (!am_body_write(&stream->body, out))
			stream->step = STEP_AFTER;
		if (stream->step == STEP_END)
			end_put(stream);
	}
	AM_TRY(am_buf_status(out, err));
	if (out->len == 0)
		return AM_END;
	stream->last = out->data[out->len - 1];
	*bytes_out = am_buf_bytes(out);
	return AM_OK;
}

static void
mime_close(struct am_stream *base)
{
	struct mime_stream *stream = (struct mime_stream *)base;

	if (stream->step == STEP_BODY)
		am_body_close(&stream->body);
	am_buf_free(&stream->out);
	stream->step = STEP_END;
}

enum am_status
am_mime_open(struct am_arena *arena, struct am_bytes top_headers,
	     struct am_mime_part *root, bool lf, struct am_stream **stream_out,
	     struct am_error *err)
{
	struct mime_stream *stream;

	AM_TRY(tree_check(root, err));
	stream = am_arena_new(arena, struct mime_stream);
	if (stream == NULL)
		return am_arena_failed(arena, sizeof(*stream), err);
	stream->base.next = mime_next;
	stream->base.close = mime_close;
	stream->lf = lf;
	stream->out = am_buf_in(CHUNK_MAX, am_arena_raw(arena, CHUNK_MAX + 1),
				CHUNK_MAX + 1);
	part_begin(stream, root);
	stream->block.left = top_headers;
	stream->root_headers = root->headers;
	*stream_out = &stream->base;
	return AM_OK;
}
