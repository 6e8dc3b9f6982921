/* The people that properties of a message tell of (mapi-to-mime 4.1). */
#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/oxcmail_address.h"
#include "convert/oxcmail_private.h"
#include "mapi/entryid.h"

/* Property ids of a group; 0: it has none of the kind. */
static const struct person_ids {
	uint16_t name, type, email, smtp, entry_id, search_key;
} person_ids[AM_PERSON_GROUP_COUNT] = {
	[AM_PERSON_SENDER] = { AM_PID_SENDER_NAME, AM_PID_SENDER_ADDRESS_TYPE,
			       AM_PID_SENDER_EMAIL_ADDRESS,
			       AM_PID_SENDER_SMTP_ADDRESS,
			       AM_PID_SENDER_ENTRY_ID,
			       AM_PID_SENDER_SEARCH_KEY },
	[AM_PERSON_SENT_REPRESENTING] = { AM_PID_SENT_REPRESENTING_NAME,
					  AM_PID_SENT_REPRESENTING_ADDRESS_TYPE,
					  AM_PID_SENT_REPRESENTING_EMAIL_ADDRESS,
					  AM_PID_SENT_REPRESENTING_SMTP_ADDRESS,
					  AM_PID_SENT_REPRESENTING_ENTRY_ID,
					  AM_PID_SENT_REPRESENTING_SEARCH_KEY },
	[AM_PERSON_RECEIVED_BY] = { AM_PID_RECEIVED_BY_NAME,
				    AM_PID_RECEIVED_BY_ADDRESS_TYPE,
				    AM_PID_RECEIVED_BY_EMAIL_ADDRESS,
				    AM_PID_RECEIVED_BY_SMTP_ADDRESS,
				    AM_PID_RECEIVED_BY_ENTRY_ID,
				    AM_PID_RECEIVED_BY_SEARCH_KEY },
	[AM_PERSON_RECEIVED_REPRESENTING] = { AM_PID_RECEIVED_REPRESENTING_NAME,
					      AM_PID_RECEIVED_REPRESENTING_ADDRESS_TYPE,
					      AM_PID_RECEIVED_REPRESENTING_EMAIL_ADDRESS,
					      AM_PID_RECEIVED_REPRESENTING_SMTP_ADDRESS,
					      AM_PID_RECEIVED_REPRESENTING_ENTRY_ID,
					      AM_PID_RECEIVED_REPRESENTING_SEARCH_KEY },
	[AM_PERSON_READ_RECEIPT] = { AM_PID_READ_RECEIPT_NAME,
				     AM_PID_READ_RECEIPT_ADDRESS_TYPE,
				     AM_PID_READ_RECEIPT_EMAIL_ADDRESS,
				     AM_PID_READ_RECEIPT_SMTP_ADDRESS,
				     AM_PID_READ_RECEIPT_ENTRY_ID,
				     AM_PID_READ_RECEIPT_SEARCH_KEY },
	[AM_PERSON_ORIGINAL_SENDER] = { AM_PID_ORIGINAL_SENDER_NAME,
					AM_PID_ORIGINAL_SENDER_ADDRESS_TYPE,
					AM_PID_ORIGINAL_SENDER_EMAIL_ADDRESS, 0,
					AM_PID_ORIGINAL_SENDER_ENTRY_ID,
					AM_PID_ORIGINAL_SENDER_SEARCH_KEY },
};

static enum am_status
text_read(const struct am_message *message, uint16_t id, const char **text_out,
	  struct am_error *err)
{
	struct am_text text;

	*text_out = "";
	if (id == 0)
		return AM_OK;
	AM_TRY(am_message_text(message, id, &text, err));
	*text_out = text.data != NULL ? text.data : "";
	/* Texts are counted: a NUL does not end one (tricky D36). */
	if (text.len > 0 && memchr(text.data, '\0', text.len) != NULL)
		return am_oxcmail_subject_line(message->arena, text, text_out,
					       err);
	return AM_OK;
}

enum am_status
am_person_read(const struct am_message *message, enum am_person_group group,
	       struct am_person *person_out, struct am_error *err)
{
	const struct person_ids *ids = &person_ids[group];
	const struct am_person nobody = { "", "", "", "", "", { 0 }, { 0 } };

	*person_out = nobody;
	AM_TRY(text_read(message, ids->name, &person_out->name, err));
	AM_TRY(text_read(message, ids->smtp, &person_out->smtp, err));
	AM_TRY(text_read(message, ids->type, &person_out->address_type, err));
	AM_TRY(text_read(message, ids->email, &person_out->email, err));
	if (am_address_is_smtp(person_out->smtp) ||
	    am_address_is_smtp(person_out->email))
		return AM_OK;
	AM_TRY(am_pc_bytes(message->pc, ids->entry_id, message->arena,
			   &person_out->entry_id, err));
	return am_pc_bytes(message->pc, ids->search_key, message->arena,
			   &person_out->search_key, err);
}

struct am_person
am_person_of_recipient(const struct am_recipient *recipient)
{
	const struct am_person person = {
		recipient->name,      recipient->address_type,
		recipient->email,     recipient->smtp,
		recipient->sip,	      recipient->entry_id,
		recipient->search_key
	};

	return person;
}

bool
am_person_is_nobody(const struct am_person *person)
{
	return person->name[0] == '\0' && person->email[0] == '\0' &&
	       person->smtp[0] == '\0' && person->entry_id.len == 0 &&
	       person->search_key.len == 0;
}

/* ---- Reply-To ---- */

static size_t
entries_count(struct am_bytes raw)
{
	struct am_flat_list list = am_flat_list(raw);
	struct am_bytes entry;
	size_t count = 0;

	while (count < AM_REPLY_TO_MAX && am_flat_list_next(&list, &entry))
		count++;
	return count;
}

/* The name up to the next ';', which *names moves behind. */
static struct am_bytes
name_next(struct am_bytes *names)
{
	struct am_bytes name = { NULL, 0 };
	size_t end = 0;

	while (end < names->len && names->data[end] != ';')
		end++;
	(void)am_slice(*names, 0, end, &name);
	*names = am_ascii_after(*names, end < names->len ? end + 1 : end);
	return am_ascii_trim(name);
}

static size_t
names_count(struct am_bytes names)
{
	size_t count = 0;

	while (names.len > 0)
		count += name_next(&names).len > 0;
	return count;
}

static enum am_status
reply_to_resolve(const struct am_resolver *resolver, struct am_bytes entry,
		 struct am_bytes name, struct am_mailbox *mailbox_out,
		 struct am_error *err)
{
	struct am_person person = { "", "", "", "", "", entry, { 0 } };

	if (name.len > 0)
		AM_TRY(am_arena_text_copy(resolver->arena, name, &person.name,
					  err));
	return am_person_resolve(resolver, &person, mailbox_out, err);
}

enum am_status
am_reply_to_read(const struct am_resolver *resolver,
		 const struct am_message *message, struct am_mailbox **list_out,
		 size_t *count_out, struct am_error *err)
{
	struct am_flat_list list;
	struct am_text text;
	struct am_bytes raw;
	struct am_bytes names;
	struct am_bytes entry;
	size_t count;
	size_t i;

	*count_out = 0;
	AM_TRY(am_pc_bytes(message->pc, AM_PID_REPLY_RECIPIENT_ENTRIES,
			   message->arena, &raw, err));
	count = entries_count(raw);
	if (count == 0)
		return AM_OK;
	AM_TRY(am_message_text(message, AM_PID_REPLY_RECIPIENT_NAMES, &text,
			       err));
	names = am_bytes(text.data, text.len);
	if (names_count(names) != count)
		names.len = 0;
	*list_out = am_arena_array(resolver->arena, count, struct am_mailbox);
	if (*list_out == NULL)
		return am_arena_failed(resolver->arena,
				       count * sizeof(**list_out), err);
	list = am_flat_list(raw);
	for (i = 0; i < count && am_flat_list_next(&list, &entry); i++)
		AM_TRY(reply_to_resolve(resolver, entry, name_next(&names),
					&(*list_out)[i], err));
	*count_out = i;
	return AM_OK;
}
