/* What a message says of itself. */
#include "card.h"

#include "convert/item.h"

/* The address, else the name that the sender is shown by. */
static enum am_status
from_read(const struct am_message *message, const struct am_mail *mail,
	  struct am_card *card, struct am_error *err)
{
	static const uint16_t names[] = { AM_PID_SENT_REPRESENTING_NAME,
					  AM_PID_SENDER_NAME };
	struct am_text text = { .len = 0 };
	size_t i;

	if (mail->sender[0] != '\0') {
		card->from = mail->sender;
		return AM_OK;
	}
	for (i = 0; i < 2 && text.len == 0; i++)
		AM_TRY(am_message_text(message, names[i], &text, err));
	if (text.len > 0)
		card->from = text.data;
	return AM_OK;
}

/* As a conversion sees it, so that list and ledger agree. */
static enum am_status
facts_read(struct am_message *message, struct am_mail **mail_out,
	   struct am_error *err)
{
	if (am_item_kind(message->class_name) == AM_ITEM_MAIL)
		return am_oxcmail_open(message, NULL, mail_out, err);
	return am_item_survey(message, mail_out, err);
}

enum am_status
am_card_read(struct am_message *message, struct am_card *card_out,
	     struct am_error *err)
{
	struct am_mail *mail;
	enum am_status status;
	int64_t date;

	card_out->class_name = message->class_name;
	AM_TRY(facts_read(message, &mail, err));
	card_out->subject = mail->subject;
	date = mail->date != AM_TIME_NONE ? mail->date : mail->received;
	card_out->has_date = date != AM_TIME_NONE;
	if (card_out->has_date)
		am_time_iso(date, card_out->date);
	status = from_read(message, mail, card_out, err);
	am_mail_close(mail);
	return status;
}
