/* [MS-OXBBODY] 2.1.3.1 which of the bodies is the best. */
#include "convert/oxbbody.h"

#include "convert/attachment_name.h"
#include "convert/oxbbody_private.h"

/* [MS-OXBBODY] 2.1.3.1 PidTagNativeBody */
enum { NATIVE_TEXT = 1, NATIVE_RTF = 2, NATIVE_HTML = 3 };

/* A choice on its way. */
struct choice {
	const struct am_message *message;
	struct am_arena *scratch;
	struct am_html_refs *refs;
	const struct am_attachment *attachments;
	size_t attachment_count;
	struct am_bbodies *bodies;
};

static struct am_bbody_reader
text_reader(const struct choice *choice)
{
	const struct am_bbody_reader reader = { .message = choice->message,
						.scratch = choice->scratch,
						.name = "text-body",
						.what = "text body",
						.body = &choice->bodies->text };

	return reader;
}

static struct am_bbody_reader
html_reader(const struct choice *choice)
{
	const struct am_bbody_reader reader = { .message = choice->message,
						.scratch = choice->scratch,
						.name = "html-body",
						.what = "HTML body",
						.body = &choice->bodies->html };

	return reader;
}

static enum am_status
text_read(struct choice *choice, struct am_error *err)
{
	struct am_bbody_reader reader = text_reader(choice);

	AM_TRY(am_bbody_text_read(&reader, AM_PID_BODY, err));
	if (!choice->bodies->text.is_there)
		AM_TRY(am_bbody_text_read(&reader, AM_PID_REPORT_TEXT, err));
	choice->bodies->damaged |= reader.damaged;
	return AM_OK;
}

static enum am_status
html_read(struct choice *choice, struct am_html_refs *refs,
	  struct am_error *err)
{
	struct am_bbody_reader reader = html_reader(choice);

	reader.refs = refs;
	AM_TRY(am_bbody_html_read(&reader, err));
	choice->bodies->damaged |= reader.damaged;
	return AM_OK;
}

/* ---- RTF among the others ---- */

/* Where the store does not say which is best, RTF that is in step with the
 * others is; text beside RTF of which nothing is known was made from it. */
static bool
rtf_is_wanted(const struct am_message *message, const struct am_bbodies *bodies)
{
	const int64_t native = am_pc_int(message->pc, AM_PID_NATIVE_BODY, 0);
	const int64_t in_sync = am_pc_int(message->pc, AM_PID_RTF_IN_SYNC, -1);

	if (!bodies->html.is_there && !bodies->text.is_there)
		return true;
	if (native == NATIVE_RTF)
		return true;
	if ((native == NATIVE_HTML && bodies->html.is_there) ||
	    (native == NATIVE_TEXT && bodies->text.is_there))
		return false;
	if (bodies->html.is_there)
		return in_sync == 1;
	if (in_sync == 0)
		am_report_note(am_store_report(message->store), "rtf-stale",
			       "the RTF body, which is out of step with the "
			       "text, is left out");
	return in_sync != 0;
}

/* What the attachments that are shown in the text are called, in order. */
static enum am_status
objects_name(const struct choice *choice, struct am_rtf_options *options,
	     struct am_error *err)
{
	struct am_arena *arena = choice->message->arena;
	const char **names;
	size_t i;

	if (choice->attachment_count == 0)
		return AM_OK;
	names = am_arena_array(arena, choice->attachment_count, const char *);
	if (names == NULL)
		return am_arena_failed(
			arena, choice->attachment_count * sizeof(*names), err);
	for (i = 0; i < choice->attachment_count; i++) {
		const struct am_attachment *attachment =
			&choice->attachments[i];
		const char *name = "";

		if (attachment->rendering_position == -1)
			continue;
		if (attachment->pc != NULL)
			AM_TRY(am_attachment_name(attachment, &name, err));
		names[options->object_count++] =
			name[0] != '\0' ? name : "attachment";
	}
	options->objects = names;
	return AM_OK;
}

/* RTF that is used, but not whole, is kept beside what it gave. */
static void
rtf_used(struct choice *choice, const struct am_bbody_reader *reader)
{
	struct am_bbodies *bodies = choice->bodies;

	am_bbody_rtf_report(reader, &bodies->rtf);
	bodies->rtf_is_text = reader->body == &bodies->text &&
			      bodies->rtf.facts.kind == AM_RTF_NATIVE;
	bodies->rtf_is_kept = bodies->rtf_is_kept || bodies->rtf_is_text ||
			      !am_bbody_rtf_is_whole(&bodies->rtf);
}

/* RTF that is the only body and gave nothing before it ended: what it would
 * have said is in it. */
static void
rtf_unread(struct choice *choice)
{
	const struct am_bbody_reader reader = text_reader(choice);

	am_bbody_rtf_report(&reader, &choice->bodies->rtf);
	choice->bodies->rtf_is_kept = true;
}

/* The HTML that the RTF was made from. */
static enum am_status
html_take(struct choice *choice, const struct am_bbody *body,
	  struct am_error *err)
{
	struct am_bbody_reader reader = html_reader(choice);

	choice->bodies->html = *body;
	AM_TRY(am_bbody_html_declare(&reader, err));
	AM_TRY(am_bbody_examine(&reader, err));
	rtf_used(choice, &reader);
	return AM_OK;
}

/* The text that the RTF was made from, or its own. */
static enum am_status
text_take(struct choice *choice, const struct am_bbody *body,
	  struct am_error *err)
{
	struct am_bbody_reader reader = text_reader(choice);

	choice->bodies->text = *body;
	AM_TRY(am_bbody_examine(&reader, err));
	rtf_used(choice, &reader);
	return AM_OK;
}

static enum am_status
rtf_take(struct choice *choice, const struct am_bbody *body,
	 struct am_error *err)
{
	struct am_bbodies *bodies = choice->bodies;
	const struct am_rtf_facts *facts = &bodies->rtf.facts;
	const bool is_only = !bodies->text.is_there && !bodies->html.is_there;

	if (facts->kind == AM_RTF_NATIVE && facts->is_rich)
		bodies->rtf_is_kept = true;
	if (!body->is_there && is_only && !am_bbody_rtf_is_whole(&bodies->rtf))
		rtf_unread(choice);
	if (!body->is_there)
		return AM_OK;
	/* HTML without a tag is text, whatever its writer says; and HTML that
	 * is there twice is the one that is whole. */
	if (facts->kind == AM_RTF_HTML && facts->has_tags &&
	    (!bodies->html.is_there || am_bbody_rtf_is_whole(&bodies->rtf)))
		return html_take(choice, body, err);
	if (is_only)
		return text_take(choice, body, err);
	return AM_OK;
}

static enum am_status
rtf_read(struct choice *choice, struct am_error *err)
{
	struct am_bbodies *bodies = choice->bodies;
	const bool is_only = !bodies->text.is_there && !bodies->html.is_there;
	struct am_bbody body = { .rtf = &bodies->rtf };
	struct am_bbody_reader reader = { .message = choice->message,
					  .scratch = choice->scratch,
					  .name = "rtf-body",
					  .what = "RTF body",
					  .body = &body };
	bool usable;

	AM_TRY(objects_name(choice, &bodies->rtf.options, err));
	bodies->rtf.options.codepage = choice->message->codepage;
	if (choice->message->codepage_is_forced)
		bodies->rtf.options.override = choice->message->codepage;
	AM_TRY(am_bbody_rtf_read(&reader, &bodies->rtf, &usable, err));
	bodies->damaged |= reader.damaged && is_only;
	bodies->rtf_is_kept = bodies->rtf.is_other;
	return usable ? rtf_take(choice, &body, err) : AM_OK;
}

/* The HTML is known; now what it refers to. */
static enum am_status
refs_look(struct choice *choice, struct am_error *err)
{
	struct am_stream *stream = NULL;
	struct am_bytes piece;
	enum am_status status;

	am_arena_reset(choice->scratch);
	status = am_bbody_open(&choice->bodies->html, choice->scratch, &stream,
			       err);
	while (status == AM_OK &&
	       (status = am_stream_next(stream, &piece, err)) == AM_OK)
		am_html_refs_add(choice->refs, piece);
	am_stream_close(stream);
	am_html_refs_end(choice->refs);
	return status == AM_END ? AM_OK : am_unless_item_scoped(status);
}

enum am_status
am_bbodies_read(const struct am_message *message, struct am_arena *scratch,
		struct am_html_refs *refs,
		const struct am_attachment *attachments,
		size_t attachment_count, struct am_bbodies *bodies_out,
		struct am_error *err)
{
	struct choice choice = { .message = message,
				 .scratch = scratch,
				 .refs = refs,
				 .attachments = attachments,
				 .attachment_count = attachment_count,
				 .bodies = bodies_out };

	memset(bodies_out, 0, sizeof(*bodies_out));
	bodies_out->has_rtf = am_pc_find(message->pc, AM_PID_RTF_COMPRESSED,
					 &bodies_out->rtf.prop);
	AM_TRY(text_read(&choice, err));
	if (!bodies_out->has_rtf)
		return html_read(&choice, refs, err);
	AM_TRY(html_read(&choice, NULL, err));
	if (rtf_is_wanted(message, bodies_out))
		AM_TRY(rtf_read(&choice, err));
	if (refs == NULL || !bodies_out->html.is_there)
		return AM_OK;
	return refs_look(&choice, err);
}
