/* Attachments and their parts (mapi-to-mime 8, 9; [MS-OXCMAIL] 2.1.3.4). */
#include <inttypes.h>
#include <stdio.h>

#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/attachment_name.h"
#include "convert/oxcmail_private.h"
#include "mime/field.h"

/* ---- which are inline ---- */

static enum am_status
location_key(const struct am_attachment *attachment, const char *location,
	     const char **key_out, struct am_error *err)
{
	struct am_text base;
	const char *slash;

	AM_TRY(am_attachment_text(attachment, AM_PID_ATTACH_CONTENT_BASE, &base,
				  err));
	*key_out = NULL;
	if (base.data == NULL || strstr(location, "://") != NULL)
		return AM_OK;
	slash = strrchr(base.data, '/');
	if (slash == NULL)
		return AM_OK;
	return am_arena_text_format(attachment->message->arena, key_out, err,
				    "%.*s%s", (int)(slash + 1 - base.data),
				    base.data, location);
}

/* Without <> and blanks around it. */
static enum am_status
content_id(const struct am_attachment *attachment, const char **id_out,
	   struct am_error *err)
{
	struct am_bytes id;
	struct am_text text;

	*id_out = NULL;
	AM_TRY(am_attachment_text(attachment, AM_PID_ATTACH_CONTENT_ID, &text,
				  err));
	if (text.data == NULL)
		return AM_OK;
	id = am_ascii_trim(am_bytes(text.data, text.len));
	if (id.len > 0 && id.data[0] == '<')
		id = am_ascii_after(id, 1);
	if (id.len > 0 && id.data[id.len - 1] == '>')
		id.len--;
	if (id.len == 0)
		return AM_OK;
	return am_arena_text_copy(attachment->message->arena, id, id_out, err);
}

static void
target_add(struct am_html_refs *refs, const char *key, bool is_location,
	   size_t owner)
{
	const struct am_html_target target = { .key = key,
					       .is_location = is_location,
					       .owner = owner };

	if (key != NULL && key[0] != '\0')
		refs->targets[refs->count++] = target;
}

static enum am_status
targets_read(const struct am_attachment *attachment, size_t owner,
	     struct am_html_refs *refs, struct am_error *err)
{
	struct am_text location;
	const char *key;

	if (attachment->pc == NULL)
		return AM_OK;
	AM_TRY(content_id(attachment, &key, err));
	target_add(refs, key, false, owner);
	AM_TRY(am_attachment_text(attachment, AM_PID_ATTACH_CONTENT_LOCATION,
				  &location, err));
	if (location.data == NULL)
		return AM_OK;
	target_add(refs, location.data, true, owner);
	AM_TRY(location_key(attachment, location.data, &key, err));
	target_add(refs, key, true, owner);
	return AM_OK;
}

/* Only what has data can be shown in the text. */
static bool
can_be_inline(const struct am_attachment *attachment)
{
	return attachment->pc != NULL &&
	       attachment->method == AM_ATTACH_BY_VALUE;
}

/* All that the HTML may refer to. */
static enum am_status
refs_open(struct am_oxcmail *cx,
	  const struct am_oxcmail_attachments *attachments,
	  struct am_html_refs **refs_out, struct am_error *err)
{
	struct am_arena *arena = cx->message->arena;
	struct am_html_refs *refs = am_arena_new(arena, struct am_html_refs);
	size_t i;

	if (refs == NULL)
		return am_arena_failed(arena, sizeof(*refs), err);
	refs->targets = am_arena_array(arena, 3 * attachments->count,
				       struct am_html_target);
	if (refs->targets == NULL)
		return am_arena_failed(
			arena, 3 * attachments->count * sizeof(*refs->targets),
			err);
	for (i = 0; i < attachments->count; i++)
		AM_TRY(targets_read(&attachments->items[i], i, refs, err));
	*refs_out = refs->count > 0 ? refs : NULL;
	am_html_refs_begin(refs, refs->targets, refs->count);
	return AM_OK;
}

enum am_status
am_oxcmail_attachments_read(struct am_oxcmail *cx,
			    struct am_oxcmail_attachments *attachments_out,
			    struct am_error *err)
{
	struct am_arena *arena = cx->message->arena;
	const size_t count = attachments_out->count;
	struct am_html_refs *refs = NULL;
	size_t i;

	if (count > 0)
		AM_TRY(refs_open(cx, attachments_out, &refs, err));
	attachments_out->is_inline = am_arena_array(arena, count, bool);
	if (attachments_out->is_inline == NULL)
		return am_arena_failed(arena, count * sizeof(bool), err);
	AM_TRY(am_bbodies_read(cx->message, &cx->scratch, refs,
			       attachments_out->items, count, &cx->bodies,
			       err));
	for (i = 0; refs != NULL && i < refs->count; i++) {
		const size_t owner = refs->targets[i].owner;

		if (refs->targets[i].is_referenced &&
		    can_be_inline(&attachments_out->items[owner]))
			attachments_out->is_inline[owner] = true;
	}
	return AM_OK;
}

/* ---- records ---- */

/* One for all attachments: they are read one after the other. */
static enum am_status
sha_ready(struct am_oxcmail_run *run, struct am_error *err)
{
	if (run->sha == NULL)
		run->sha = am_sha256_open();
	return run->sha != NULL ? AM_OK : am_nomem(err);
}

struct am_item_attachment **
am_oxcmail_records_end(struct am_oxcmail_run *run)
{
	return run->last_done != NULL ? &run->last_done->next
				      : &run->mail->attachments;
}

enum am_status
am_oxcmail_record_add(struct am_oxcmail *cx, struct am_item_attachment ***end,
		      const char *name, struct am_item_attachment **record_out,
		      struct am_error *err)
{
	struct am_arena *arena = cx->run->arena;
	struct am_item_attachment *record =
		am_arena_new(arena, struct am_item_attachment);

	if (record == NULL)
		return am_arena_failed(arena, sizeof(*record), err);
	AM_TRY(sha_ready(cx->run, err));
	AM_TRY(am_arena_text_copy(arena, am_bytes_of(name), &record->name,
				  err));
	record->next = **end;
	**end = record;
	*end = &record->next;
	cx->run->mail->counts.attachments_found++;
	*record_out = record;
	return AM_OK;
}

/* ---- contents by value ---- */

static enum am_status
value_open(struct am_mime_part *mime, struct am_stream **content_out,
	   struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	struct am_stream *data;
	uint64_t size;

	am_arena_reset(&part->cx->scratch);
	AM_TRY(am_attachment_open(part->attachment, &part->cx->scratch, &data,
				  &size, err));
	*content_out = am_oxcmail_guard(part, data);
	return AM_OK;
}

static void
value_seen(struct am_mime_part *mime, struct am_bytes bytes)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);

	part->record->size += bytes.len;
	am_sha256_add(part->cx->run->sha, bytes);
}

/* A note behind the part that ended too early. Where there is no room for it
 * there is the finding. */
static void
note_add(struct am_oxcmail_part *part, const struct am_error *cause)
{
	struct am_oxcmail_part *note;
	struct am_error err;
	const enum am_status status = am_oxcmail_stub_lost(
		part->cx, part->name, AM_STUB_READ_IN_PART, cause, &note, &err);

	if (status == AM_OK) {
		note->part.next = part->part.next;
		part->part.next = &note->part;
	} else if (!am_is_item_scoped(status)) {
		am_oxcmail_fatal(part->cx->run, status, &err);
	}
}

static void
value_done(struct am_mime_part *mime, enum am_status status,
	   const struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	struct am_oxcmail_run *run = part->cx->run;
	struct am_item_attachment *record = part->record;

	record->status = status;
	record->done = true;
	run->last_done = record;
	am_sha256_finish(run->sha, record->sha256);
	if (status == AM_OK) {
		run->mail->counts.attachments_written++;
		return;
	}
	am_report_note(am_oxcmail_report(part->cx), "attachment-cut",
		       "\"%s\" ends after %" PRIu64 " bytes: %s", part->name,
		       record->size, err->text);
	if (!am_is_item_scoped(status))
		am_oxcmail_fatal(run, status, err);
	else if (status != AM_LIMIT)
		note_add(part, err);
}

void
am_oxcmail_part_by_value(struct am_oxcmail_part *part)
{
	part->part.encoding = AM_MIME_BASE64;
	part->part.open = value_open;
	am_oxcmail_part_counted(part);
}

void
am_oxcmail_part_counted(struct am_oxcmail_part *part)
{
	part->part.seen = value_seen;
	part->part.done = value_done;
}
