/* The header of a message: what came over the network where that is known,
 * the rest from properties (mapi-to-mime 3). */
#include "convert/oxcmail_headers.h"

#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/item_class.h"
#include "convert/rfc5322.h"

/* Bytes of PidTagTransportMessageHeaders. Longer ones are a finding, and the
 * header is made from the other properties. */
enum { MAX_TRANSPORT = 1 << 20 };

const char *
am_header_name(struct am_header *header, enum am_header_field field)
{
	if (field != AM_FIELD_OTHER)
		header->written[field] = true;
	return am_header_field_name(field);
}

void
am_header_unresolved(struct am_header *header, const struct am_mailbox *mailbox)
{
	const struct am_text text = { mailbox->original,
				      strlen(mailbox->original), false };

	am_report_note(am_oxcmail_report(header->cx), "unresolved-address",
		       "\"%s\"%s%s", mailbox->to.name,
		       mailbox->original[0] != '\0' ? " " : "",
		       mailbox->original);
	if (text.len > 0)
		am_field_text(&header->late, "X-PST-Unresolved", text);
}

/* ---- the transport headers ---- */

/* 8-bit headers are what was on the wire: UTF-8 or the message's own code
 * page (tricky B20). */
static enum am_status
raw_decode(const struct am_message *message, struct am_bytes raw,
	   struct am_text *text_out, struct am_error *err)
{
	const int64_t internet =
		am_pc_int(message->pc, AM_PID_INTERNET_CODEPAGE, 0);
	unsigned codepage = message->codepage;

	if (am_utf8_is_valid(raw)) {
		text_out->data = (const char *)raw.data;
		text_out->len = raw.len;
		return AM_OK;
	}
	if (internet > 0 && internet <= UINT16_MAX &&
	    am_codepage_is_known((unsigned)internet) &&
	    am_text_decodes((unsigned)internet, raw))
		codepage = (unsigned)internet;
	return am_text_decode(message->arena, codepage, raw, text_out, err);
}

static enum am_status
transport_text(const struct am_message *message, struct am_text *text_out,
	       struct am_error *err)
{
	struct am_bytes raw = { 0 };
	struct am_prop prop;
	enum am_status status;

	if (!am_pc_find(message->pc, AM_PID_TRANSPORT_MESSAGE_HEADERS, &prop))
		return AM_OK;
	if (prop.type == AM_TYPE_UNICODE) {
		status = am_prop_text(&prop, message->codepage, message->arena,
				      text_out, err);
	} else {
		status = am_prop_bytes(&prop, MAX_TRANSPORT, message->arena,
				       &raw, err);
		if (status == AM_OK)
			status = raw_decode(message, raw, text_out, err);
	}
	if (am_is_item_scoped(status)) {
		am_report_add(am_store_report(message->store),
			      "transport-headers", err);
		text_out->len = 0;
		return AM_OK;
	}
	return status;
}

static bool
field_id(const struct am_transport *transport, struct am_bytes *id_out)
{
	const struct am_transport_field *field =
		transport->first[AM_FIELD_MESSAGE_ID];

	return field != NULL && am_rfc5322_message_id(field->value, id_out);
}

static enum am_status
transport_load(struct am_oxcmail *cx, struct am_bytes own_id,
	       struct am_error *err)
{
	struct am_transport *transport = &cx->transport;
	struct am_report *report = am_oxcmail_report(cx);
	struct am_text text = { 0 };
	struct am_bytes id;

	AM_TRY(transport_text(cx->message, &text, err));
	if (text.len == 0)
		return AM_OK;
	AM_TRY(am_transport_read(cx->message->arena,
				 am_bytes(text.data, text.len), transport,
				 err));
	if (transport->count == 0)
		am_report_note(report, "transport-headers",
			       "the transport headers do not begin with a "
			       "header field");
	else if (transport->junk > 0)
		am_report_note(report, "transport-headers",
			       "%zu line(s) are no header fields",
			       transport->junk);
	if (own_id.len > 0 && field_id(transport, &id) &&
	    !am_bytes_equal(own_id, id)) {
		am_report_note(report, "transport-headers",
			       "they are of another message: %.*s", (int)id.len,
			       (const char *)id.data);
		memset(transport, 0, sizeof(*transport));
	}
	return AM_OK;
}

/* ---- the fields of every message ---- */

static bool
is_report(const struct am_message *message)
{
	return am_class_has(message->class_name, "REPORT");
}

/* [MS-OXPROPS] calls 0x1046 by two names; a bare address is a return path. */
static enum am_status
return_path_write(struct am_header *header, struct am_error *err)
{
	const struct am_message *message = header->cx->message;
	struct am_text text;
	const char *value;

	if (!header->is_built || is_report(message))
		return AM_OK;
	AM_TRY(am_message_text(message, AM_PID_INTERNET_RETURN_PATH, &text,
			       err));
	if (text.data == NULL || !am_address_is_valid(text.data))
		return AM_OK;
	AM_TRY(am_arena_text_format(message->arena, &value, err, "<%s>",
				    text.data));
	am_field_ascii(header->out,
		       am_header_name(header, AM_FIELD_RETURN_PATH), value);
	return AM_OK;
}

static void
date_write(struct am_header *header)
{
	struct am_oxcmail *cx = header->cx;
	const struct am_transport_field *field =
		cx->transport.first[AM_FIELD_DATE];

	cx->date = am_mail_date(&cx->times, is_report(cx->message));
	if (field != NULL) {
		const int64_t date = am_rfc5322_date(field->value);

		if (date != AM_TIME_NONE)
			cx->date = date;
		else if (cx->date != AM_TIME_NONE)
			am_transport_set_aside(&cx->transport, AM_FIELD_DATE);
	}
	if (!am_header_lacks(header, AM_FIELD_DATE))
		return;
	am_field_date(header->out, am_header_name(header, AM_FIELD_DATE),
		      cx->date != AM_TIME_NONE ? cx->date : 0);
	if (cx->date == AM_TIME_NONE)
		am_field_ascii(&header->late, "X-PST-Date", "missing");
}

static enum am_status
subject_write(struct am_header *header, struct am_error *err)
{
	struct am_oxcmail *cx = header->cx;
	const struct am_transport_field *field =
		cx->transport.first[AM_FIELD_SUBJECT];
	struct am_text text;

	AM_TRY(am_oxcmail_subject(cx->message, &text, err));
	if (field == NULL) {
		am_field_text(header->out,
			      am_header_name(header, AM_FIELD_SUBJECT), text);
	} else if (text.len == 0) {
		text.data = (const char *)field->value.data;
		text.len = field->value.len;
	}
	return am_oxcmail_subject_line(cx->message->arena, text, &cx->subject,
				       err);
}

/* A Message-ID is made; what the property says instead is kept. */
static enum am_status
message_id_make(struct am_header *header, struct am_error *err)
{
	struct am_oxcmail *cx = header->cx;
	struct am_text text;

	AM_TRY(am_message_text(cx->message, AM_PID_INTERNET_MESSAGE_ID, &text,
			       err));
	if (text.len > 0)
		am_field_text(&header->late, "X-Original-Message-ID", text);
	return am_oxcmail_make_id(cx, cx->subject, &cx->message_id, err);
}

static enum am_status
message_id_write(struct am_header *header, struct am_bytes own_id,
		 struct am_error *err)
{
	struct am_oxcmail *cx = header->cx;
	struct am_bytes id = own_id;

	if (!am_header_lacks(header, AM_FIELD_MESSAGE_ID))
		(void)field_id(&cx->transport, &id);
	if (id.len > 0)
		AM_TRY(am_arena_text_copy(cx->message->arena, id,
					  &cx->message_id, err));
	else
		AM_TRY(message_id_make(header, err));
	if (am_header_lacks(header, AM_FIELD_MESSAGE_ID))
		am_field_ascii(header->out,
			       am_header_name(header, AM_FIELD_MESSAGE_ID),
			       cx->message_id);
	return AM_OK;
}

static enum am_status
fields_write(struct am_header *header, struct am_bytes own_id,
	     bool has_attachments, struct am_error *err)
{
	AM_TRY(return_path_write(header, err));
	date_write(header);
	AM_TRY(am_header_originator(header, err));
	AM_TRY(am_header_recipients(header, err));
	AM_TRY(subject_write(header, err));
	AM_TRY(message_id_write(header, own_id, err));
	AM_TRY(am_header_fields(header, has_attachments, err));
	AM_TRY(am_header_class(header, err));
	AM_TRY(am_header_keywords(header, err));
	return am_header_named(header, err);
}

/* A Message-ID that is none is written under another name. */
static void
transport_check(struct am_oxcmail *cx)
{
	struct am_bytes id;

	if (am_transport_has(&cx->transport, AM_FIELD_MESSAGE_ID) &&
	    !field_id(&cx->transport, &id))
		am_transport_set_aside(&cx->transport, AM_FIELD_MESSAGE_ID);
}

enum am_status
am_oxcmail_headers(struct am_oxcmail *cx, bool has_attachments,
		   struct am_error *err)
{
	struct am_header header = {
		.cx = cx,
		.resolver = { .arena = cx->message->arena,
			      .codepage = cx->message->codepage,
			      .options = &cx->run->options,
			      .known = &cx->known },
		.late = am_buf(AM_MAIL_MAX_HEADER),
	};
	struct am_bytes own_id;
	enum am_status status;

	AM_TRY(am_oxcmail_own_id(cx->message, &own_id, err));
	AM_TRY(transport_load(cx, own_id, err));
	transport_check(cx);
	if (am_header_no_receipts(&header))
		am_transport_drop(&cx->transport, am_header_name_asks_receipt);
	header.is_built = cx->transport.count == 0;
	/* What is made may move transport fields aside: it comes first, and
	 * stands behind. */
	header.out = header.is_built ? &cx->top : &cx->lines;
	status = fields_write(&header, own_id, has_attachments, err);
	if (status == AM_OK && !header.is_built)
		status = am_transport_write(cx->message->arena, &cx->transport,
					    &cx->top, err);
	if (status == AM_OK)
		status = am_buf_status(&cx->lines, err);
	if (status == AM_OK)
		status = am_buf_status(&header.late, err);
	am_buf_add(&cx->top, am_buf_bytes(&cx->lines));
	am_buf_clear(&cx->lines);
	am_buf_add(&cx->top, am_buf_bytes(&header.late));
	am_buf_free(&header.late);
	am_buf_add_text(&cx->top, "MIME-Version: 1.0\r\n");
	return status == AM_OK ? am_buf_status(&cx->top, err) : status;
}
