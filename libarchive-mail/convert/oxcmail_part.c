/* Leaves and multiparts; the bodies as leaves (mapi-to-mime 7, 8). */
#include <stdio.h>

#include "convert/oxcmail_private.h"
#include "mime/field.h"

struct am_oxcmail_part *
am_oxcmail_part_new(struct am_oxcmail *cx)
{
	struct am_oxcmail_part *part =
		am_arena_new(cx->message->arena, struct am_oxcmail_part);

	if (part != NULL)
		part->cx = cx;
	cx->run->objects++;
	return part;
}

enum am_status
am_oxcmail_part_headers(struct am_oxcmail *cx, struct am_mime_part *part,
			struct am_error *err)
{
	AM_TRY(am_buf_status(&cx->lines, err));
	AM_TRY(am_arena_copy(cx->message->arena, am_buf_bytes(&cx->lines),
			     &part->headers, err));
	am_buf_clear(&cx->lines);
	return AM_OK;
}

/* ---- the guard of contents ---- */

static enum am_status
guard_next(struct am_stream *guard, struct am_bytes *bytes_out,
	   struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of_guard(guard);
	enum am_status status;

	AM_TRY(am_oxcmail_output_check(part->cx->run, err));
	status = am_stream_next(part->content, bytes_out, err);
	if (status == AM_OK)
		am_oxcmail_content_add(part, *bytes_out);
	else if (status == AM_END)
		am_oxcmail_content_end(part);
	return status;
}

static void
guard_close(struct am_stream *guard)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of_guard(guard);

	am_stream_close(part->content);
	part->content = NULL;
	am_buf_free(&part->held);
}

struct am_stream *
am_oxcmail_guard(struct am_oxcmail_part *part, struct am_stream *content)
{
	part->content = content;
	part->guard.next = guard_next;
	part->guard.close = guard_close;
	return &part->guard;
}

/* ---- multiparts ---- */

enum am_status
am_oxcmail_multipart_of(struct am_oxcmail *cx, const char *subtype,
			const char *param, const char *value,
			struct am_mime_part *first,
			struct am_mime_part **part_out, struct am_error *err)
{
	struct am_mime_part *part =
		am_arena_new(cx->message->arena, struct am_mime_part);
	char type[32];

	if (part == NULL)
		return am_arena_failed(cx->message->arena, sizeof(*part), err);
	part->children = first;
	AM_TRY(am_oxcmail_boundary(cx, &part->boundary, err));
	(void)snprintf(type, sizeof(type), "multipart/%s", subtype);
	am_field_begin(&cx->lines, "Content-Type", type);
	if (param != NULL)
		am_field_param(&cx->lines, param, value);
	am_field_param(&cx->lines, "boundary", part->boundary);
	am_field_end(&cx->lines);
	AM_TRY(am_oxcmail_part_headers(cx, part, err));
	*part_out = part;
	return AM_OK;
}

enum am_status
am_oxcmail_multipart(struct am_oxcmail *cx, const char *subtype,
		     struct am_mime_part *first, struct am_mime_part **part_out,
		     struct am_error *err)
{
	const bool is_related = strcmp(subtype, "related") == 0;

	return am_oxcmail_multipart_of(cx, subtype, is_related ? "type" : NULL,
				       "text/html", first, part_out, err);
}

/* ---- bodies ---- */

static enum am_status
body_open(struct am_mime_part *mime, struct am_stream **content_out,
	  struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	struct am_stream *text;

	am_arena_reset(&part->cx->scratch);
	AM_TRY(am_bbody_open(part->body, &part->cx->scratch, &text, err));
	*content_out = am_oxcmail_guard(part, text);
	return AM_OK;
}

static void
body_done(struct am_mime_part *mime, enum am_status status,
	  const struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);

	if (status == AM_OK)
		return;
	part->cx->run->mail->damaged = true;
	am_report_add(am_oxcmail_report(part->cx), part->name, err);
	if (!am_is_item_scoped(status))
		am_oxcmail_fatal(part->cx->run, status, err);
}

static enum am_status
text_leaf(struct am_oxcmail *cx, const struct am_bbody *body, const char *type,
	  const char *name, struct am_mime_part **part_out,
	  struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_new(cx);
	const bool is_ascii = body->examined.non_ascii == 0;

	if (part == NULL)
		return am_arena_failed(cx->message->arena, sizeof(*part), err);
	am_field_begin(&cx->lines, "Content-Type", type);
	am_field_param(&cx->lines, "charset", is_ascii ? "us-ascii" : "utf-8");
	am_field_end(&cx->lines);
	AM_TRY(am_oxcmail_part_headers(cx, &part->part, err));
	part->body = body;
	part->name = name;
	part->part.encoding = am_mime_text_encoding(&body->examined);
	part->part.is_text = true;
	part->part.open = body->is_there ? body_open : NULL;
	part->part.done = body_done;
	*part_out = &part->part;
	return AM_OK;
}

/* A body that is kept as a file. */
static enum am_status
file_leaf(struct am_oxcmail *cx, const char *type, const char *file_name,
	  const char *kind, struct am_oxcmail_part **part_out,
	  struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_new(cx);

	if (part == NULL)
		return am_arena_failed(cx->message->arena, sizeof(*part), err);
	am_field_begin(&cx->lines, "Content-Type", type);
	am_field_param(&cx->lines, "name", file_name);
	am_field_end(&cx->lines);
	am_field_begin(&cx->lines, "Content-Disposition", "attachment");
	am_field_param(&cx->lines, "filename", file_name);
	am_field_end(&cx->lines);
	am_field_ascii(&cx->lines, "X-PST-Part", kind);
	AM_TRY(am_oxcmail_part_headers(cx, &part->part, err));
	part->part.encoding = AM_MIME_BASE64;
	part->part.done = body_done;
	part->name = kind;
	*part_out = part;
	return AM_OK;
}

static enum am_status
rtf_open(struct am_mime_part *mime, struct am_stream **content_out,
	 struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	struct am_oxcmail *cx = part->cx;
	struct am_stream *rtf;

	am_arena_reset(&cx->scratch);
	AM_TRY(am_bbody_rtf_open(&cx->bodies.rtf, &cx->scratch,
				 am_oxcmail_report(cx), &rtf, err));
	*content_out = am_oxcmail_guard(part, rtf);
	return AM_OK;
}

/* The RTF, where it says more than the bodies made from it. */
static enum am_status
rtf_attach(struct am_oxcmail *cx, struct am_mime_part ***end,
	   struct am_error *err)
{
	struct am_oxcmail_part *part;

	AM_TRY(file_leaf(cx, "application/rtf", "body.rtf", "rtf-body", &part,
			 err));
	part->part.open = rtf_open;
	**end = &part->part;
	*end = &part->part.next;
	if (cx->bodies.rtf_is_text)
		am_report_note(am_oxcmail_report(cx), "rtf-only",
			       "the only body is RTF; its text is written, and "
			       "it is attached as body.rtf");
	return AM_OK;
}

static enum am_status
property_open(struct am_mime_part *mime, struct am_stream **content_out,
	      struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	struct am_stream *raw;
	uint64_t size;

	am_arena_reset(&part->cx->scratch);
	AM_TRY(am_prop_open(&part->prop, &part->cx->scratch, &raw, &size, err));
	*content_out = am_oxcmail_guard(part, raw);
	return AM_OK;
}

void
am_oxcmail_part_property(struct am_oxcmail_part *part,
			 const struct am_prop *prop)
{
	part->prop = *prop;
	part->part.encoding = AM_MIME_BASE64;
	part->part.open = property_open;
}

/* Bodies of the old Exchange security (tricky D37): kept as they are. */
static enum am_status
secured_attach(struct am_oxcmail *cx, struct am_mime_part ***end,
	       struct am_error *err)
{
	static const struct {
		uint16_t id;
		const char *file_name;
	} bodies[] = { { AM_PID_SECURED_HTML, "secured-html-body.bin" },
		       { AM_PID_SECURED_TEXT, "secured-text-body.bin" } };
	size_t i;

	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct am_oxcmail_part *part;
		struct am_prop prop;

		if (!am_pc_find(cx->message->pc, bodies[i].id, &prop) ||
		    prop.is_inline)
			continue;
		AM_TRY(file_leaf(cx, "application/octet-stream",
				 bodies[i].file_name, "secured-body", &part,
				 err));
		am_oxcmail_part_property(part, &prop);
		**end = &part->part;
		*end = &part->part.next;
		am_report_note(am_oxcmail_report(cx), "secured-body",
			       "an encrypted body is attached as %s",
			       bodies[i].file_name);
	}
	return AM_OK;
}

enum am_status
am_oxcmail_bodies(struct am_oxcmail *cx, struct am_oxcmail_bodies *bodies_out,
		  struct am_error *err)
{
	const struct am_bbodies *bodies = &cx->bodies;
	const bool has_html = bodies->html.is_there;
	struct am_mime_part **end = &bodies_out->attached;

	memset(bodies_out, 0, sizeof(*bodies_out));
	if (has_html)
		AM_TRY(text_leaf(cx, &bodies->html, "text/html", "html-body",
				 &bodies_out->html, err));
	if (bodies->text.is_there || !has_html)
		AM_TRY(text_leaf(cx, &bodies->text, "text/plain", "text-body",
				 &bodies_out->text, err));
	if (bodies->rtf_is_kept)
		AM_TRY(rtf_attach(cx, &end, err));
	return secured_attach(cx, &end, err);
}
