/* [MS-OXVCARD] a contact or a distribution list as a vCard: the card, its
 * identity, its stream. */
#include <stdio.h>

#include "base/ascii.h"
#include "convert/oxcmail_private.h"
#include "convert/oxvcard.h"

enum { MAX_IDENTITY = 2 << 20 };

enum am_status
am_oxvcard_text(const struct am_oxvcard *cx, struct am_oxvcard_source source,
		struct am_bytes *text_out, struct am_error *err)
{
	struct am_text text;

	if (source.lid != 0)
		AM_TRY(am_message_named_text(cx->message, AM_PSETID_ADDRESS,
					     source.lid, &text, err));
	else
		AM_TRY(am_message_text(cx->message, source.pid, &text, err));
	*text_out = am_ascii_trim(am_bytes(text.data, text.len));
	return AM_OK;
}

enum am_status
am_oxvcard_passed(const struct am_oxvcard *cx, const char *kind,
		  enum am_status status, struct am_error *err)
{
	if (!am_is_item_scoped(status))
		return status;
	am_report_add(am_oxvcard_report(cx), kind, err);
	return AM_OK;
}

/* ---- identity ---- */

/* RFC 9562 5.8: a UUID of version 8, from a hash. Copies of an item share the
 * search key, so the NID is in it. */
static void
uuid_write(const uint8_t digest[AM_SHA256_SIZE], char uid[AM_OXVCARD_UID_SIZE])
{
	char hex[AM_SHA256_HEX_SIZE];

	am_sha256_hex(digest, hex);
	(void)snprintf(uid, AM_OXVCARD_UID_SIZE,
		       "urn:uuid:%.8s-%.4s-8%.3s-%c%.3s-%.12s", hex, hex + 8,
		       hex + 13, "89ab"[digest[8] & 3], hex + 17, hex + 20);
}

enum am_status
am_oxvcard_uid(const struct am_message *item, char uid[AM_OXVCARD_UID_SIZE],
	       struct am_error *err)
{
	const struct am_store_info *info = am_store_info(item->store);
	struct am_buf buf = am_buf(MAX_IDENTITY);
	uint8_t digest[AM_SHA256_SIZE];
	struct am_bytes search_key;
	enum am_status status;

	AM_TRY(am_pc_bytes(item->pc, AM_PID_SEARCH_KEY, item->arena,
			   &search_key, err));
	am_buf_add_text(&buf, "card");
	am_buf_add(&buf, am_bytes(info->record_key, sizeof(info->record_key)));
	am_buf_printf(&buf, "%08x", (unsigned)item->node.nid);
	am_buf_add(&buf, search_key);
	status = am_buf_status(&buf, err);
	if (status == AM_OK && am_sha256(am_buf_bytes(&buf), digest) != AM_OK)
		status = am_nomem(err);
	am_buf_free(&buf);
	if (status == AM_OK)
		uuid_write(digest, uid);
	return status;
}

static enum am_status
identity_write(struct am_oxvcard *cx, struct am_error *err)
{
	const int64_t modified =
		am_pc_time(cx->message->pc, AM_PID_LAST_MODIFICATION_TIME);
	char uid[AM_OXVCARD_UID_SIZE];
	char text[AM_TIME_TEXT_SIZE];

	AM_TRY(am_oxvcard_uid(cx->message, uid, err));
	am_vcard_line(&cx->card, "PRODID",
		      am_bytes_of("-//archive-mail//archive-mail//EN"));
	am_vcard_line(&cx->card, "UID", am_bytes_of(uid));
	if (modified == AM_TIME_NONE)
		return AM_OK;
	am_time_iso(modified, text);
	if (am_oxvcard_is_v4(cx)) { /* RFC 6350 4.3.5: basic format */
		const struct am_civil at = am_time_civil(modified);

		(void)snprintf(text, sizeof(text), "%04d%02d%02dT%02d%02d%02dZ",
			       at.year, at.month, at.day, at.hour, at.minute,
			       at.second);
	}
	am_vcard_line(&cx->card, "REV", am_bytes_of(text));
	return AM_OK;
}

/* ---- the card ---- */

static bool
is_list(const struct am_oxvcard *cx)
{
	return am_item_kind(cx->message->class_name) == AM_ITEM_DISTLIST;
}

static enum am_status
contact_write(struct am_oxvcard *cx, struct am_error *err)
{
	AM_TRY(am_oxvcard_names(cx, err));
	AM_TRY(am_oxvcard_addresses(cx, err));
	AM_TRY(am_oxvcard_fields(cx, err));
	AM_TRY(am_oxvcard_more(cx, err));
	return am_oxvcard_common(cx, am_bytes(NULL, 0), err);
}

static enum am_status
card_write(struct am_oxvcard *cx, struct am_error *err)
{
	am_vcard_begin(&cx->card);
	AM_TRY(identity_write(cx, err));
	if (is_list(cx))
		AM_TRY(am_oxvcard_members(cx, err));
	else
		AM_TRY(contact_write(cx, err));
	AM_TRY(am_oxvcard_attachments(cx, err));
	am_vcard_end(&cx->card);
	return am_buf_status(&cx->lines, err);
}

static void
card_close(struct am_mail *mail)
{
	struct am_oxvcard *cx = (struct am_oxvcard *)mail;

	am_oxvcard_stream_end(cx);
	am_sha256_close(cx->sha);
	cx->sha = NULL;
	am_buf_free(&cx->lines);
	am_ex_known_free(&cx->known);
	am_arena_free(&cx->scratch);
	am_arena_free(&cx->own);
}

static void
card_init(struct am_oxvcard *cx, struct am_message *message,
	  const struct am_convert_options *options)
{
	cx->message = message;
	if (options != NULL)
		cx->options = *options;
	cx->known.message = message;
	cx->resolver = (struct am_resolver){ message->arena, message->codepage,
					     &cx->options, &cx->known };
	cx->lines = am_buf(AM_OXVCARD_MAX_LINES);
	cx->card.out = &cx->lines;
	cx->card.version = cx->options.vcard3 ? AM_VCARD_3 : AM_VCARD_4;
	cx->data_end = &cx->data;
	cx->records_end = &cx->mail.attachments;
	cx->stream.next = am_oxvcard_next;
	cx->mail.mime = &cx->stream;
	cx->mail.close = card_close;
}

/* Closed with card_close, also after it failed. */
static enum am_status
card_begin(struct am_oxvcard *cx, struct am_message *message,
	   const struct am_convert_options *options, struct am_error *err)
{
	card_init(cx, message, options);
	cx->sha = am_sha256_open();
	if (cx->sha == NULL)
		return am_nomem(err);
	AM_TRY(am_item_facts(message, &cx->mail, err));
	AM_TRY(card_write(cx, err));
	cx->next_data = cx->data;
	return AM_OK;
}

enum am_status
am_oxvcard_open(struct am_message *message,
		const struct am_convert_options *options,
		struct am_mail **mail_out, struct am_error *err)
{
	struct am_oxvcard *cx = am_arena_new(message->arena, struct am_oxvcard);
	enum am_status status;

	if (cx == NULL)
		return am_arena_failed(message->arena, sizeof(*cx), err);
	status = card_begin(cx, message, options, err);
	if (status != AM_OK) {
		card_close(&cx->mail);
		return status;
	}
	*mail_out = &cx->mail;
	return AM_OK;
}

/* All that is read for the part is in an arena of its own: the mail must not
 * run out of memory for it. */
static enum am_status
part_begin(struct am_oxvcard *cx, const struct am_message *message,
	   const struct am_convert_options *options, struct am_error *err)
{
	struct am_message *view = am_arena_new(&cx->own, struct am_message);

	if (view == NULL)
		return am_arena_failed(&cx->own, sizeof(*view), err);
	*view = *message;
	view->arena = &cx->own;
	return card_begin(cx, view, options, err);
}

enum am_status
am_oxvcard_part_open(struct am_message *message,
		     const struct am_attachment *items, size_t count,
		     const struct am_convert_options *options,
		     struct am_mail **mail_out, size_t *photo_out,
		     struct am_error *err)
{
	struct am_oxvcard *cx = am_arena_new(message->arena, struct am_oxvcard);
	enum am_status status;

	if (cx == NULL)
		return am_arena_failed(message->arena, sizeof(*cx), err);
	cx->is_part = true;
	cx->items = items;
	cx->item_count = count;
	cx->photo = SIZE_MAX;
	status = part_begin(cx, message, options, err);
	if (status != AM_OK) {
		card_close(&cx->mail);
		return status;
	}
	*photo_out = cx->photo;
	*mail_out = &cx->mail;
	return AM_OK;
}

void
am_oxvcard_outline(const struct am_mail *mail, struct am_outline *outline)
{
	const struct am_oxvcard *cx = (const struct am_oxvcard *)mail;

	am_outline_add(outline, am_buf_bytes(&cx->lines));
}
