/* Header fields that say what one property says (mapi-to-mime 3.2). */
#include <stdio.h>

#include "base/ascii.h"
#include "convert/item_class.h"
#include "convert/locale_tag.h"
#include "convert/oxcmail_headers.h"
#include "convert/oxonote.h"
#include "convert/rfc5322.h"
#include "mime/base64.h"
#include "mime/fold.h"

/* When a field is made. */
enum when {
	WHEN_MISSING, /* when the transport headers have no such field */
	WHEN_BUILT,   /* when there are no transport headers at all */
	WHEN_VOICE /* voice mail and fax: elsewhere the ids mean other things */
};

/* ---- numbers that stand for words ---- */

static const struct number_field {
	enum am_header_field field;
	uint16_t id;
	int32_t value;
	const char *text;
} number_fields[] = {
	{ AM_FIELD_IMPORTANCE, AM_PID_IMPORTANCE, 0, "Low" },
	{ AM_FIELD_IMPORTANCE, AM_PID_IMPORTANCE, 2, "High" },
	{ AM_FIELD_X_PRIORITY, AM_PID_IMPORTANCE, 0, "5" },
	{ AM_FIELD_X_PRIORITY, AM_PID_IMPORTANCE, 2, "1" },
	{ AM_FIELD_PRIORITY, AM_PID_PRIORITY, -1, "Non-Urgent" },
	{ AM_FIELD_PRIORITY, AM_PID_PRIORITY, 1, "Urgent" },
	{ AM_FIELD_SENSITIVITY, AM_PID_SENSITIVITY, 1, "Personal" },
	{ AM_FIELD_SENSITIVITY, AM_PID_SENSITIVITY, 2, "Private" },
	{ AM_FIELD_SENSITIVITY, AM_PID_SENSITIVITY, 3, "Company-Confidential" },
};

static void
numbers_write(struct am_header *header)
{
	size_t i;

	for (i = 0; i < sizeof(number_fields) / sizeof(number_fields[0]); i++) {
		const struct number_field *field = &number_fields[i];
		const int64_t value = am_pc_int(header->cx->message->pc,
						field->id, INT64_MIN);

		if (value == INT64_MIN || (int32_t)value != field->value ||
		    !am_header_lacks(header, field->field))
			continue;
		am_field_ascii(header->out,
			       am_header_name(header, field->field),
			       field->text);
	}
}

/* ---- times ---- */

static const struct {
	enum am_header_field field;
	uint16_t id;
} time_fields[] = {
	{ AM_FIELD_REPLY_BY, AM_PID_REPLY_TIME },
	{ AM_FIELD_EXPIRES, AM_PID_EXPIRY_TIME },
	{ AM_FIELD_DEFERRED_DELIVERY, AM_PID_DEFERRED_DELIVERY_TIME },
	{ AM_FIELD_DEFERRED_DELIVERY, AM_PID_DEFERRED_SEND_TIME },
};

static void
times_write(struct am_header *header)
{
	size_t i;

	for (i = 0; i < sizeof(time_fields) / sizeof(time_fields[0]); i++) {
		const int64_t when =
			am_pc_time(header->cx->message->pc, time_fields[i].id);

		if (when != AM_TIME_NONE &&
		    am_header_lacks(header, time_fields[i].field))
			am_field_date(
				header->out,
				am_header_name(header, time_fields[i].field),
				when);
	}
}

/* ---- texts ---- */

static const struct text_field {
	const char *name; /* NULL: that of field */
	enum am_header_field field;
	uint16_t id;
	enum when when;
} text_fields[] = {
	{ NULL, AM_FIELD_THREAD_TOPIC, AM_PID_CONVERSATION_TOPIC, WHEN_BUILT },
	{ NULL, AM_FIELD_LIST_HELP, AM_PID_LIST_HELP, WHEN_MISSING },
	{ NULL, AM_FIELD_LIST_SUBSCRIBE, AM_PID_LIST_SUBSCRIBE, WHEN_MISSING },
	{ NULL, AM_FIELD_LIST_UNSUBSCRIBE, AM_PID_LIST_UNSUBSCRIBE,
	  WHEN_MISSING },
	{ "X-CallingTelephoneNumber", AM_FIELD_OTHER,
	  AM_PID_SENDER_TELEPHONE_NUMBER, WHEN_VOICE },
	{ "X-VoiceMessageSenderName", AM_FIELD_OTHER,
	  AM_PID_VOICE_MESSAGE_SENDER_NAME, WHEN_VOICE },
	{ "X-AttachmentOrder", AM_FIELD_OTHER,
	  AM_PID_VOICE_MESSAGE_ATTACHMENT_ORDER, WHEN_VOICE },
	{ "X-CallID", AM_FIELD_OTHER, AM_PID_CALL_ID, WHEN_VOICE },
};

/* [MS-OXOUM] 2.2.4 */
static bool
is_voice(const char *class_name)
{
	return am_class_has(class_name, "IPM.Note.Microsoft.Voicemail") ||
	       am_class_has(class_name, "IPM.Note.Microsoft.Missed.Voice") ||
	       am_class_has(class_name,
			    "IPM.Note.Microsoft.Conversation.Voice") ||
	       am_class_has(class_name, "IPM.Note.Microsoft.Fax");
}

static enum am_status
texts_write(struct am_header *header, bool voice, struct am_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(text_fields) / sizeof(text_fields[0]); i++) {
		const struct text_field *field = &text_fields[i];
		struct am_text text;

		if ((field->when == WHEN_BUILT && !header->is_built) ||
		    (field->when == WHEN_VOICE && !voice) ||
		    (field->name == NULL &&
		     !am_header_lacks(header, field->field)))
			continue;
		AM_TRY(am_message_text(header->cx->message, field->id, &text,
				       err));
		if (text.len == 0)
			continue;
		am_field_text(header->out,
			      field->name != NULL
				      ? field->name
				      : am_header_name(header, field->field),
			      text);
	}
	return AM_OK;
}

static void
voice_numbers_write(struct am_header *header)
{
	static const struct {
		const char *name;
		uint16_t id;
	} fields[] = {
		{ "X-VoiceMessageDuration", AM_PID_VOICE_MESSAGE_DURATION },
		{ "X-FaxNumberOfPages", AM_PID_FAX_NUMBER_OF_PAGES },
	};
	char text[24];
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const int64_t value =
			am_pc_int(header->cx->message->pc, fields[i].id, -1);

		if (value < 0)
			continue;
		(void)snprintf(text, sizeof(text), "%lld", (long long)value);
		am_field_ascii(header->out, fields[i].name, text);
	}
}

/* ---- message ids ---- */

/* One word of a list of ids: "<a@b>", "<a@b><c@d>", or bare. */
static void
id_word_add(struct am_buf *ids, struct am_bytes word)
{
	struct am_bytes id;

	if (memchr(word.data, '<', word.len) == NULL &&
	    memchr(word.data, '@', word.len) != NULL)
		am_buf_printf(ids, " <%.*s>", (int)word.len,
			      (const char *)word.data);
	while (am_rfc5322_message_id(word, &id)) {
		am_buf_printf(ids, " %.*s", (int)id.len, (const char *)id.data);
		word = am_ascii_after(word,
				      (size_t)(id.data - word.data) + id.len);
	}
}

static bool
separates_ids(uint8_t c)
{
	return am_ascii_is_space(c) || c == ',' || c == ';' || c == '\0';
}

/* The ids of PidTagInternetReferences or PidTagInReplyToId, each in <>,
 * however they are kept; what is no id is dropped. */
static enum am_status
ids_write(struct am_header *header, enum am_header_field field, uint16_t id,
	  struct am_error *err)
{
	struct am_buf ids = am_buf(1 << 20);
	struct am_text text;
	size_t start = 0;
	size_t i;

	if (!am_header_lacks(header, field))
		return AM_OK;
	AM_TRY(am_message_text(header->cx->message, id, &text, err));
	for (i = 0; i <= text.len; i++) {
		struct am_bytes word;

		if (i < text.len && !separates_ids((uint8_t)text.data[i]))
			continue;
		if (i > start && am_slice(am_bytes(text.data, text.len), start,
					  i - start, &word))
			id_word_add(&ids, word);
		start = i + 1;
	}
	if (ids.len > 0)
		am_field_ascii(header->out, am_header_name(header, field),
			       am_buf_text(&ids));
	am_fold_scratch_free(&ids, header->out);
	return AM_OK;
}

/* [MS-OXOMSG] 2.2.1.3 PidTagConversationIndex: 22 bytes and 5 for each
 * answer. */
static enum am_status
thread_index_write(struct am_header *header, struct am_error *err)
{
	enum { HEAD = 22, CHILD = 5, MAX_CHILDREN = 120 };
	struct am_buf text = am_buf(1024);
	struct am_bytes index;

	if (!header->is_built)
		return AM_OK;
	AM_TRY(am_pc_bytes(header->cx->message->pc, AM_PID_CONVERSATION_INDEX,
			   header->resolver.arena, &index, err));
	if (index.len < HEAD || (index.len - HEAD) % CHILD != 0 ||
	    index.len > HEAD + CHILD * MAX_CHILDREN)
		return AM_OK;
	am_base64_text(&text, index);
	am_field_ascii(header->out,
		       am_header_name(header, AM_FIELD_THREAD_INDEX),
		       am_buf_text(&text));
	am_fold_scratch_free(&text, header->out);
	return AM_OK;
}

/* ---- the rest ---- */

/* [MS-OXCMAIL] 2.1.3.2 PidTagAutoResponseSuppress, a bit each. */
static void
suppress_write(struct am_header *header)
{
	static const char *const names[] = { "DR",  "NDR", "RN",
					     "NRN", "OOF", "AutoReply" };
	const int64_t bits = am_pc_int(header->cx->message->pc,
				       AM_PID_AUTO_RESPONSE_SUPPRESS, 0);
	struct am_buf text = am_buf(64);
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((bits >> i & 1) != 0)
			am_buf_printf(&text, "%s%s", text.len > 0 ? ", " : "",
				      names[i]);
	if (text.len > 0 && (int32_t)bits == -1) {
		am_buf_clear(&text);
		am_buf_add_text(&text, "All");
	}
	if (text.len > 0 &&
	    am_header_lacks(header, AM_FIELD_X_AUTO_RESPONSE_SUPPRESS))
		am_field_ascii(
			header->out,
			am_header_name(header,
				       AM_FIELD_X_AUTO_RESPONSE_SUPPRESS),
			am_buf_text(&text));
	am_fold_scratch_free(&text, header->out);
}

/* [MS-OXCMAIL] 2.2.3.2: the longest class first. */
static void
content_class_write(struct am_header *header)
{
	static const struct {
		const char *class_name;
		const char *content_class;
	} classes[] = {
		{ "IPM.Note.Microsoft.Fax.CA", "fax-ca" },
		{ "IPM.Note.Microsoft.Fax", "fax" },
		{ "IPM.Note.Microsoft.Missed.Voice", "missedcall" },
		{ "IPM.Note.Microsoft.Conversation.Voice", "voice-uc" },
		{ "IPM.Note.Microsoft.Voicemail.UM.CA", "voice-ca" },
		{ "IPM.Note.Microsoft.Voicemail.UM", "voice" },
	};
	const char *class_name = header->cx->message->class_name;
	struct am_buf text = am_buf(1024);
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (text.len == 0 &&
		    am_class_has(class_name, classes[i].class_name))
			am_buf_add_text(&text, classes[i].content_class);
	if (am_class_has(class_name, "IPM.Note.Custom"))
		am_buf_printf(&text, "urn:content-class:custom%s",
			      class_name + strlen("IPM.Note.Custom"));
	else if (am_class_has(class_name, "IPM.InfoPathForm"))
		am_buf_add_text(&text, class_name + strlen("IPM."));
	else if (header->cx->has_calendar)
		am_buf_add_text(&text, "urn:content-classes:calendarmessage");
	if (text.len > 0 && am_header_lacks(header, AM_FIELD_CONTENT_CLASS))
		am_field_ascii(header->out,
			       am_header_name(header, AM_FIELD_CONTENT_CLASS),
			       am_buf_text(&text));
	am_fold_scratch_free(&text, header->out);
}

static void
language_write(struct am_header *header)
{
	const int64_t lcid =
		am_pc_int(header->cx->message->pc, AM_PID_MESSAGE_LOCALE_ID, 0);
	const char *tag = am_locale_tag((uint32_t)lcid);

	if (header->is_built && tag != NULL &&
	    am_header_lacks(header, AM_FIELD_CONTENT_LANGUAGE))
		am_field_ascii(
			header->out,
			am_header_name(header, AM_FIELD_CONTENT_LANGUAGE), tag);
}

static void
note_color_write(struct am_header *header)
{
	const struct am_message *message = header->cx->message;
	const char *color =
		am_oxonote_is_note(message) ? am_oxonote_color(message) : NULL;

	if (color != NULL)
		am_field_ascii(header->out, "X-PST-Note-Color", color);
}

/* PidLidFlagRequest: "Follow up" and such. */
static enum am_status
flag_request_write(struct am_header *header, struct am_error *err)
{
	enum { LID_FLAG_REQUEST = 0x8530 };
	const struct am_message *message = header->cx->message;
	struct am_prop prop;
	struct am_text text;
	enum am_status status;

	if (!am_header_lacks(header, AM_FIELD_X_MESSAGE_FLAG) ||
	    !am_message_named(message, AM_PSETID_COMMON, LID_FLAG_REQUEST,
			      &prop))
		return AM_OK;
	status = am_prop_text(&prop, message->codepage, message->arena, &text,
			      err);
	if (status == AM_OK && text.len > 0)
		am_field_text(header->out,
			      am_header_name(header, AM_FIELD_X_MESSAGE_FLAG),
			      text);
	return am_is_item_scoped(status) ? AM_OK : status;
}

/* Items of which only the header was fetched (tricky D28). */
static void
partial_write(struct am_header *header)
{
	if (!am_mail_is_partial(header->cx->message))
		return;
	if (header->cx->parent == NULL)
		header->cx->run->mail->partial = true;
	am_field_ascii(header->out, "X-PST-Partial", "header-only");
	am_report_note(am_oxcmail_report(header->cx), "partial",
		       "only the header of this message was downloaded");
}

enum am_status
am_header_fields(struct am_header *header, bool has_attachments,
		 struct am_error *err)
{
	const bool voice = is_voice(header->cx->message->class_name);
	const int64_t flags = header->cx->flag_facts.message_flags;

	AM_TRY(ids_write(header, AM_FIELD_IN_REPLY_TO, AM_PID_IN_REPLY_TO_ID,
			 err));
	AM_TRY(ids_write(header, AM_FIELD_REFERENCES,
			 AM_PID_INTERNET_REFERENCES, err));
	AM_TRY(thread_index_write(header, err));
	AM_TRY(texts_write(header, voice, err));
	numbers_write(header);
	times_write(header);
	AM_TRY(flag_request_write(header, err));
	note_color_write(header);
	suppress_write(header);
	content_class_write(header);
	language_write(header);
	if (voice)
		voice_numbers_write(header);
	if (flags != -1 && (flags & AM_MSGFLAG_UNSENT) != 0 &&
	    am_header_lacks(header, AM_FIELD_X_UNSENT))
		am_field_ascii(header->out,
			       am_header_name(header, AM_FIELD_X_UNSENT), "1");
	if (has_attachments)
		am_field_ascii(header->out, "X-MS-Has-Attach", "yes");
	partial_write(header);
	return AM_OK;
}
