/* [MS-OXCMAIL] a message as MIME: the tree, and the stream. */
#include <inttypes.h>

#include "convert/oxcmail_private.h"

/* Bytes, in the arena of the message. */
enum { FIRST_HEADER = 8 << 10 };

/* What am_mail_close takes back. */
struct conversion {
	struct am_mail mail; /* first */
	struct am_stream stream;
	struct am_oxcmail_run run;
	struct am_oxcmail top;
};

/* ---- the tree ---- */

static void
alternative_add(struct am_mime_part ***end, size_t *count,
		struct am_mime_part *part)
{
	if (part == NULL)
		return;
	**end = part;
	*end = &part->next;
	(*count)++;
}

/* The text with what belongs to it: alternative(text, related(html, images),
 * calendar). */
static enum am_status
body_make(struct am_oxcmail *cx, const struct am_oxcmail_bodies *bodies,
	  const struct am_oxcmail_attachments *attachments,
	  struct am_mime_part **body_out, struct am_error *err)
{
	struct am_mime_part *html = bodies->html;
	struct am_mime_part *first = NULL;
	struct am_mime_part **end = &first;
	size_t count = 0;

	if (html != NULL && attachments->inlined != NULL) {
		html->next = attachments->inlined;
		AM_TRY(am_oxcmail_multipart(cx, "related", html, &html, err));
	}
	alternative_add(&end, &count, bodies->text);
	alternative_add(&end, &count, html);
	alternative_add(&end, &count, bodies->calendar);
	*body_out = first;
	if (count < 2)
		return AM_OK;
	return am_oxcmail_multipart(cx, "alternative", first, body_out, err);
}

/* All that stands behind the text. */
static struct am_mime_part *
files_join(const struct am_oxcmail_bodies *bodies,
	   const struct am_oxcmail_attachments *attachments)
{
	struct am_mime_part *last = bodies->attached;

	if (last == NULL)
		return attachments->attached;
	while (last->next != NULL)
		last = last->next;
	last->next = attachments->attached;
	return bodies->attached;
}

/* mapi-to-mime 8: mixed(body, files), or what the class makes of them. */
static enum am_status
tree_make(struct am_oxcmail *cx, const struct am_oxcmail_bodies *bodies,
	  const struct am_oxcmail_attachments *attachments,
	  struct am_mime_part **root_out, struct am_error *err)
{
	struct am_mime_part *files = files_join(bodies, attachments);
	struct am_mime_part *body;

	AM_TRY(body_make(cx, bodies, attachments, &body, err));
	AM_TRY(am_oxcmail_report_plan(cx, body, files, root_out, err));
	if (*root_out == NULL)
		AM_TRY(am_oxcmail_pgp_plan(cx, files, root_out, err));
	if (*root_out != NULL)
		return AM_OK;
	*root_out = body;
	if (files == NULL)
		return AM_OK;
	body->next = files;
	return am_oxcmail_multipart(cx, "mixed", body, root_out, err);
}

static void
attach_first(struct am_oxcmail_bodies *bodies, struct am_mime_part *part)
{
	if (part == NULL)
		return;
	part->next = bodies->attached;
	bodies->attached = part;
}

/* What is no mail is a file before all others; where no program knows such an
 * item, its properties are. */
static enum am_status
item_attach(struct am_oxcmail *cx, struct am_oxcmail_bodies *bodies,
	    struct am_mime_part *item, struct am_error *err)
{
	const bool has_body =
		cx->bodies.text.is_there || cx->bodies.html.is_there;
	struct am_mime_part *properties;

	attach_first(bodies, item);
	if (cx->has_object && !has_body &&
	    am_item_has_writer(cx->message->class_name))
		return am_oxcmail_item_body(cx, &bodies->text, err);
	if (cx->has_object ||
	    !am_oxcmail_lists_properties(cx->message->class_name))
		return AM_OK;
	AM_TRY(am_oxcmail_properties(cx, &properties, err));
	attach_first(bodies, properties);
	return AM_OK;
}

static enum am_status
ordinary_plan(struct am_oxcmail *cx, struct am_oxcmail_attachments *attachments,
	      struct am_mime_part **root_out, struct am_error *err)
{
	struct am_oxcmail_bodies bodies;
	struct am_mime_part *calendar;
	struct am_mime_part *item;

	AM_TRY(am_oxcmail_item_plan(cx, attachments, &item, err));
	AM_TRY(am_oxcmail_calendar_plan(cx, attachments, &calendar, err));
	AM_TRY(am_oxcmail_attachments_read(cx, attachments, err));
	AM_TRY(am_oxcmail_bodies(cx, &bodies, err));
	bodies.calendar = calendar;
	AM_TRY(item_attach(cx, &bodies, item, err));
	AM_TRY(am_oxcmail_attachments_plan(cx, attachments, err));
	if (cx->bodies.damaged)
		cx->run->mail->damaged = true;
	return tree_make(cx, &bodies, attachments, root_out, err);
}

enum am_status
am_oxcmail_begin(struct am_oxcmail *cx, struct am_error *err)
{
	struct am_message *message = cx->message;
	struct am_oxcmail_attachments attachments = { 0 };
	struct am_mime_part *root = NULL;

	cx->known.message = message;
	cx->lines = am_buf_in(AM_MAIL_MAX_HEADER,
			      am_arena_raw(message->arena, FIRST_HEADER),
			      FIRST_HEADER);
	cx->top = am_buf_in(AM_MAIL_MAX_HEADER,
			    am_arena_raw(message->arena, FIRST_HEADER),
			    FIRST_HEADER);
	am_flag_facts_read(message, &cx->flag_facts);
	am_mail_times_read(message, &cx->times);
	AM_TRY(am_mail_role(message, &cx->role, err));
	cx->is_own = am_mail_is_own(cx->role, &cx->flag_facts);
	if (am_item_has_writer(message->class_name))
		am_flag_facts_sent(&cx->flag_facts);
	AM_TRY(am_message_attachments(message, &attachments.items,
				      &attachments.count, err));
	AM_TRY(am_oxosmime_plan(cx, &attachments, &root, err));
	if (root == NULL)
		AM_TRY(ordinary_plan(cx, &attachments, &root, err));
	AM_TRY(am_oxcmail_headers(cx, attachments.attached != NULL, err));
	am_oxcmail_content_message(cx);
	return am_mime_open(message->arena, am_buf_bytes(&cx->top), root,
			    cx->run->options.lf, &cx->mime, err);
}

void
am_oxcmail_end(struct am_oxcmail *cx)
{
	am_stream_close(cx->mime); /* with all that is open in it */
	cx->mime = NULL;
	am_buf_free(&cx->lines);
	am_buf_free(&cx->top);
	am_mail_close(cx->object);
	cx->object = NULL;
	am_ex_known_free(&cx->known);
	am_arena_free(&cx->scratch);
	am_arena_free(&cx->own);
}

/* ---- the stream ---- */

void
am_oxcmail_fatal(struct am_oxcmail_run *run, enum am_status status,
		 const struct am_error *err)
{
	if (run->fatal != AM_OK)
		return;
	run->fatal = status;
	run->fatal_error = *err;
}

enum am_status
am_oxcmail_output_check(const struct am_oxcmail_run *run, struct am_error *err)
{
	if (run->output <= run->options.max_output)
		return AM_OK;
	return am_fail(err, AM_LIMIT,
		       "the message would be larger than %" PRIu64 " bytes",
		       run->options.max_output);
}

static struct conversion *
conversion_of_stream(struct am_stream *stream)
{
	return (struct conversion *)((char *)stream -
				     offsetof(struct conversion, stream));
}

static enum am_status
mail_next(struct am_stream *stream, struct am_bytes *bytes_out,
	  struct am_error *err)
{
	struct conversion *conversion = conversion_of_stream(stream);
	struct am_oxcmail_run *run = &conversion->run;
	enum am_status status;

	status = am_stream_next(conversion->top.mime, bytes_out, err);
	if (run->fatal != AM_OK) {
		if (err != NULL)
			*err = run->fatal_error;
		return run->fatal;
	}
	if (status == AM_OK)
		run->output += bytes_out->len;
	if (status == AM_END)
		AM_TRY(am_oxcmail_content_finish(run, err));
	return status;
}

static void
options_fill(struct am_oxcmail_run *run,
	     const struct am_convert_options *options,
	     const struct am_message *message)
{
	const struct am_store_info *info = am_store_info(message->store);

	if (options != NULL)
		run->options = *options;
	if (run->options.max_nesting == 0 ||
	    run->options.max_nesting > AM_MESSAGE_MAX_NESTING)
		run->options.max_nesting = AM_MESSAGE_MAX_NESTING;
	if (run->options.max_objects == 0)
		run->options.max_objects = AM_MAIL_MAX_OBJECTS;
	if (run->options.max_output == 0)
		run->options.max_output =
			AM_MAIL_OUTPUT_FACTOR * info->file_size +
			AM_MAIL_OUTPUT_BASE;
}

static enum am_status
facts_tell(struct conversion *conversion, struct am_error *err)
{
	const struct am_oxcmail *top = &conversion->top;
	struct am_mail *mail = &conversion->mail;

	mail->message_id = top->message_id;
	mail->subject = top->subject;
	mail->sender = top->sender;
	mail->date = top->date;
	mail->received = am_mail_received(&top->times, top->is_own);
	mail->flags = am_mail_flags(&top->flag_facts, top->role);
	AM_TRY(am_oxcmail_keywords(top, &mail->keywords, err));
	mail->mime = &conversion->stream;
	return AM_OK;
}

static void
conversion_end(struct conversion *conversion)
{
	am_oxcmail_end(&conversion->top);
	am_sha256_close(conversion->run.sha);
	am_sha256_close(conversion->run.content);
	conversion->run.sha = NULL;
	conversion->run.content = NULL;
}

static void
conversion_close(struct am_mail *mail)
{
	conversion_end((struct conversion *)mail);
}

enum am_status
am_oxcmail_open(struct am_message *message,
		const struct am_convert_options *options,
		struct am_mail **mail_out, struct am_error *err)
{
	struct conversion *conversion =
		am_arena_new(message->arena, struct conversion);
	struct am_error cause = { 0 };
	enum am_status status;

	if (conversion == NULL)
		return am_arena_failed(message->arena, sizeof(*conversion),
				       err);
	conversion->stream.next = mail_next;
	conversion->run.mail = &conversion->mail;
	conversion->run.arena = message->arena;
	conversion->top.run = &conversion->run;
	conversion->top.message = message;
	conversion->top.nid = message->node.nid;
	options_fill(&conversion->run, options, message);
	if (conversion->run.options.content) {
		conversion->run.content = am_sha256_open();
		if (conversion->run.content == NULL)
			return am_nomem(err);
	}
	status = am_oxcmail_begin(&conversion->top, &cause);
	if (status == AM_OK)
		status = facts_tell(conversion, &cause);
	if (status != AM_OK) {
		conversion_end(conversion);
		if (err != NULL)
			*err = cause;
		return status;
	}
	conversion->mail.close = conversion_close;
	*mail_out = &conversion->mail;
	return AM_OK;
}

void
am_mail_close(struct am_mail *mail)
{
	if (mail != NULL && mail->close != NULL)
		mail->close(mail);
}
