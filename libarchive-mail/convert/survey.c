/* The facts of an item that is not written as mail. */
#include "convert/arena_text.h"
#include "convert/attachment_name.h"
#include "convert/oxcmail_private.h"

/* Messages in messages are counted as far as mail would go. */
struct survey {
	struct am_mail *mail;
	struct am_arena *arena; /* of the item */
	struct am_item_attachment **end;
	size_t objects;
};

static enum am_status
attachment_survey(struct survey *survey, const struct am_attachment *attachment,
		  struct am_error *err)
{
	struct am_item_attachment *record =
		am_arena_new(survey->arena, struct am_item_attachment);
	const char *name;

	if (record == NULL)
		return am_arena_failed(survey->arena, sizeof(*record), err);
	AM_TRY(am_attachment_name(attachment, &name, err));
	AM_TRY(am_arena_text_copy(survey->arena, am_bytes_of(name),
				  &record->name, err));
	record->status = AM_UNSUPPORTED;
	*survey->end = record;
	survey->end = &record->next;
	survey->mail->counts.attachments_found++;
	return AM_OK;
}

/* An embedded message that cannot be opened is counted, and hides nothing
 * that could be. */
static enum am_status
message_survey(struct survey *survey, struct am_message *message,
	       struct am_error *err)
{
	struct am_attachment *items;
	size_t count;
	size_t i;

	AM_TRY(am_message_attachments(message, &items, &count, err));
	survey->mail->counts.attachments_found += message->attachments_left;
	for (i = 0; i < count && survey->objects < AM_MAIL_MAX_OBJECTS; i++) {
		struct am_arena arena = { 0 };
		struct am_message *embedded;
		enum am_status status;

		survey->objects++;
		if (items[i].method != AM_ATTACH_EMBEDDED) {
			AM_TRY(attachment_survey(survey, &items[i], err));
			continue;
		}
		survey->mail->counts.embedded_found++;
		status = am_attachment_message(&items[i], &arena, &embedded,
					       err);
		if (status == AM_OK)
			status = message_survey(survey, embedded, err);
		am_arena_free(&arena);
		if (status != AM_OK && !am_is_item_scoped(status))
			return status;
	}
	if (i < count)
		am_report_note(am_store_report(message->store), "attachments",
			       "what is beyond %d attachments is counted, and "
			       "not looked at",
			       AM_MAIL_MAX_OBJECTS);
	survey->mail->counts.attachments_found += count - i;
	return AM_OK;
}

enum am_status
am_item_facts(struct am_message *message, struct am_mail *mail,
	      struct am_error *err)
{
	struct am_mail_times times;
	struct am_flag_facts flags;
	enum am_role role;
	struct am_bytes id;
	struct am_text subject;

	am_mail_times_read(message, &times);
	am_flag_facts_read(message, &flags);
	mail->sender = "";
	mail->date = am_mail_date(&times, false);
	AM_TRY(am_mail_role(message, &role, err));
	mail->received = am_mail_received(&times, am_mail_is_own(role, &flags));
	mail->flags = am_mail_flags(&flags, role);
	AM_TRY(am_oxcmail_subject(message, &subject, err));
	AM_TRY(am_oxcmail_subject_line(message->arena, subject, &mail->subject,
				       err));
	AM_TRY(am_oxcmail_own_id(message, &id, err));
	return am_arena_text_copy(message->arena, id, &mail->message_id, err);
}

enum am_status
am_item_survey(struct am_message *message, struct am_mail **mail_out,
	       struct am_error *err)
{
	struct am_mail *mail = am_arena_new(message->arena, struct am_mail);
	struct survey survey = { .mail = mail, .arena = message->arena };

	if (mail == NULL)
		return am_arena_failed(message->arena, sizeof(*mail), err);
	survey.end = &mail->attachments;
	AM_TRY(am_item_facts(message, mail, err));
	AM_TRY(message_survey(&survey, message, err));
	*mail_out = mail;
	return AM_OK;
}
