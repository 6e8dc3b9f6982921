/* A card as a stream: its lines, and the contents that stand in them. */
#include <inttypes.h>

#include "convert/arena_text.h"
#include "convert/oxvcard.h"
#include "vcard/data.h"

enum { LINES_AT_ONCE = 64 << 10 };

static struct am_oxvcard *
card_of_stream(struct am_stream *stream)
{
	return (struct am_oxvcard *)((char *)stream -
				     offsetof(struct am_oxvcard, stream));
}

static struct am_oxvcard *
card_of_guard(struct am_stream *guard)
{
	return (struct am_oxvcard *)((char *)guard -
				     offsetof(struct am_oxvcard, guard));
}

static uint64_t
max_output(const struct am_oxvcard *cx)
{
	if (cx->options.max_output != 0)
		return cx->options.max_output;
	return AM_MAIL_OUTPUT_FACTOR *
		       am_store_info(cx->message->store)->file_size +
	       AM_MAIL_OUTPUT_BASE;
}

/* ---- a content ---- */

static const char *
content_name(const struct am_oxvcard *cx)
{
	const struct am_item_attachment *record = cx->open_data->record;

	return record != NULL ? record->name : "embedded message";
}

/* It ends here, with a finding, and the card goes on. */
static void
content_cut(struct am_oxvcard *cx, enum am_status status,
	    const struct am_error *cause)
{
	am_report_note(am_oxvcard_report(cx), "attachment-cut", "\"%s\": %s",
		       content_name(cx), cause->text);
	cx->content_status = status;
}

/* What goes through is counted, and what fails is the end of it. */
static enum am_status
guard_next(struct am_stream *guard, struct am_bytes *bytes_out,
	   struct am_error *err)
{
	struct am_oxvcard *cx = card_of_guard(guard);
	struct am_item_attachment *record = cx->open_data->record;
	enum am_status status = am_stream_next(cx->raw, bytes_out, err);

	if (status == AM_OK && cx->output > max_output(cx))
		status = am_fail(err, AM_LIMIT,
				 "the card would be larger than %" PRIu64
				 " bytes",
				 max_output(cx));
	if (am_is_item_scoped(status)) {
		content_cut(cx, status, err);
		return AM_END;
	}
	if (status == AM_OK && record != NULL) {
		record->size += bytes_out->len;
		am_sha256_add(cx->sha, *bytes_out);
	}
	return status;
}

static enum am_status
raw_open(struct am_oxvcard *cx, struct am_error *err)
{
	const struct am_attachment *attachment = cx->open_data->attachment;
	struct am_convert_options options = cx->options;
	struct am_message *embedded;
	uint64_t size;

	if (cx->open_data->record != NULL)
		return am_attachment_open(attachment, &cx->scratch, &cx->raw,
					  &size, err);
	options.lf = false;
	AM_TRY(am_attachment_message(attachment, &cx->scratch, &embedded, err));
	AM_TRY(am_oxcmail_open(embedded, &options, &cx->embedded, err));
	cx->raw = cx->embedded->mime;
	return AM_OK;
}

static enum am_status
content_open(struct am_oxvcard *cx, struct am_error *err)
{
	enum am_status status;

	cx->open_data = cx->next_data;
	cx->next_data = cx->next_data->next;
	cx->content_status = AM_OK;
	am_arena_reset(&cx->scratch);
	status = raw_open(cx, err);
	if (am_is_item_scoped(status)) {
		content_cut(cx, status, err);
		status = am_stream_of_bytes(&cx->scratch, am_bytes(NULL, 0),
					    &cx->raw, err);
	}
	AM_TRY(status);
	cx->guard.next = guard_next;
	return am_vcard_data_open(&cx->scratch, &cx->guard, &cx->content, err);
}

/* What was attached to the message in the card is attached to the card. */
static enum am_status
embedded_count(struct am_oxvcard *cx, struct am_error *err)
{
	const struct am_item_attachment *from = cx->embedded->attachments;
	struct am_item_counts *to = &cx->mail.counts;
	const struct am_item_counts *more = &cx->embedded->counts;

	to->attachments_found += more->attachments_found;
	to->attachments_written += more->attachments_written;
	to->embedded_found += more->embedded_found;
	to->embedded_written += more->embedded_written + 1;
	for (; from != NULL; from = from->next) {
		struct am_item_attachment *copy = am_arena_new(
			cx->message->arena, struct am_item_attachment);

		if (copy == NULL)
			return am_arena_failed(cx->message->arena,
					       sizeof(*copy), err);
		*copy = *from;
		copy->next = NULL;
		AM_TRY(am_arena_text_copy(cx->message->arena,
					  am_bytes_of(from->name), &copy->name,
					  err));
		*cx->records_end = copy;
		cx->records_end = &copy->next;
	}
	return AM_OK;
}

static void
content_close(struct am_oxvcard *cx)
{
	am_stream_close(cx->raw);
	am_mail_close(cx->embedded);
	cx->raw = NULL;
	cx->embedded = NULL;
	cx->content = NULL;
	cx->open_data = NULL;
}

static enum am_status
content_end(struct am_oxvcard *cx, struct am_error *err)
{
	struct am_item_attachment *record = cx->open_data->record;
	enum am_status status = AM_OK;

	if (record != NULL) {
		status = am_sha256_finish(cx->sha, record->sha256);
		record->done = true;
		record->status = cx->content_status;
		cx->mail.counts.attachments_written += record->status == AM_OK;
	} else if (cx->content_status == AM_OK) {
		status = embedded_count(cx, err);
	}
	content_close(cx);
	return status == AM_NOMEM ? am_nomem(err) : status;
}

/* ---- the stream ---- */

static enum am_status
lines_next(struct am_oxvcard *cx, struct am_bytes *bytes_out)
{
	const size_t end =
		cx->next_data != NULL ? cx->next_data->place : cx->lines.len;
	size_t len = end - cx->at;

	if (len > LINES_AT_ONCE)
		len = LINES_AT_ONCE;
	(void)am_slice(am_buf_bytes(&cx->lines), cx->at, len, bytes_out);
	cx->at += len;
	return len > 0 ? AM_OK : AM_END;
}

enum am_status
am_oxvcard_next(struct am_stream *stream, struct am_bytes *bytes_out,
		struct am_error *err)
{
	struct am_oxvcard *cx = card_of_stream(stream);
	enum am_status status;

	for (;;) {
		if (cx->open_data != NULL) {
			status = am_stream_next(cx->content, bytes_out, err);
			if (status != AM_END)
				break;
			AM_TRY(content_end(cx, err));
		}
		status = lines_next(cx, bytes_out);
		if (status == AM_OK || cx->next_data == NULL)
			break;
		AM_TRY(content_open(cx, err));
	}
	if (status == AM_OK)
		cx->output += bytes_out->len;
	return status;
}

void
am_oxvcard_stream_end(struct am_oxvcard *cx)
{
	if (cx->open_data != NULL)
		content_close(cx);
}
