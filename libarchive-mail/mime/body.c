/* The content of a leaf. */
#include "mime/body.h"

static enum am_mime_encoding
effective_encoding(const struct am_mime_part *part)
{
	return part->is_message ? AM_MIME_VERBATIM : part->encoding;
}

const char *
am_body_encoding(const struct am_mime_part *part)
{
	static const char *const names[] = {
		[AM_MIME_7BIT] = "7bit",
		[AM_MIME_8BIT] = "8bit",
		[AM_MIME_QUOTED] = "quoted-printable",
		[AM_MIME_BASE64] = "base64",
		[AM_MIME_VERBATIM] = NULL,
	};

	/* RFC 2046 5.2.1: a message is never encoded. */
	if (part->is_message && part->encoding != AM_MIME_7BIT)
		return names[AM_MIME_8BIT];
	return names[part->encoding];
}

static void
body_end(struct am_body *body, enum am_status status,
	 const struct am_error *err)
{
	struct am_mime_part *part = body->part;

	am_body_close(body);
	if (part->done != NULL)
		part->done(part, status, err);
}

void
am_body_open(struct am_body *body, struct am_mime_part *part, bool lf)
{
	const struct am_body fresh = {
		.part = part,
		/* Text that base64 hides from transports is CRLF always. */
		.lines.lf = lf && part->encoding != AM_MIME_BASE64,
		.lines.long_lines = part->encoding == AM_MIME_BASE64,
		.quoted.lf = lf,
		.base64.lf = lf,
		.text = am_buf(2 * AM_BODY_SLICE + 2),
	};
	struct am_error err = { 0 };
	enum am_status status = AM_OK;

	*body = fresh;
	if (part->open != NULL)
		status = part->open(part, &body->content, &err);
	if (status != AM_OK || part->open == NULL)
		body_end(body, status, &err);
}

/* The next piece of content, when the last one is used up. */
static enum am_status
body_fill(struct am_body *body, struct am_error *err)
{
	struct am_mime_part *part = body->part;

	if (body->left.len > 0)
		return AM_OK;
	AM_TRY(am_stream_next(body->content, &body->left, err));
	if (part->seen != NULL)
		part->seen(part, body->left);
	return AM_OK;
}

static void
text_encode(struct am_body *body, struct am_bytes slice, struct am_buf *out)
{
	am_buf_clear(&body->text);
	am_lines_add(&body->lines, slice, &body->text);
	am_base64_add(&body->base64, am_buf_bytes(&body->text), out);
	if (out->status == AM_OK)
		out->status = body->text.status;
}

static void
slice_encode(struct am_body *body, struct am_bytes slice, struct am_buf *out)
{
	switch (effective_encoding(body->part)) {
	case AM_MIME_7BIT:
	case AM_MIME_8BIT:
		am_lines_add(&body->lines, slice, out);
		break;
	case AM_MIME_QUOTED:
		am_quoted_add(&body->quoted, slice, out);
		break;
	case AM_MIME_BASE64:
		if (body->part->is_text)
			text_encode(body, slice, out);
		else
			am_base64_add(&body->base64, slice, out);
		break;
	case AM_MIME_VERBATIM:
		am_buf_add(out, slice);
		break;
	}
}

bool
am_body_write(struct am_body *body, struct am_buf *out)
{
	struct am_error err = { 0 };
	enum am_status status;
	struct am_bytes slice;
	size_t len;

	if (body->part == NULL)
		return false;
	status = body_fill(body, &err);
	if (status != AM_OK) {
		/* What is held back; without input these add nothing. */
		am_quoted_end(&body->quoted, out);
		am_base64_end(&body->base64, out);
		body_end(body, status == AM_END ? AM_OK : status, &err);
		return false;
	}
	len = body->left.len < AM_BODY_SLICE ? body->left.len : AM_BODY_SLICE;
	(void)am_slice(body->left, 0, len, &slice);
	slice_encode(body, slice, out);
	(void)am_slice(body->left, len, body->left.len - len, &body->left);
	return true;
}

void
am_body_close(struct am_body *body)
{
	am_stream_close(body->content);
	am_buf_free(&body->text);
	body->content = NULL;
	body->part = NULL;
}
