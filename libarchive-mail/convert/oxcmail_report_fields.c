/* The fields of delivery reports and receipts, made from properties
 * (mapi-to-mime 11; RFC 3464, RFC 8098). */
#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/oxcmail_address.h"
#include "convert/oxcmail_report.h"
#include "convert/rfc5322.h"

/* Names of PidTagOriginalDisplayTo that are told of. */
enum { MAX_DISPLAYED = 1000 };

struct writer {
	struct am_oxcmail *cx;
	const struct am_report_kind *kind;
	struct am_resolver resolver;
	struct am_recipient_report all; /* of the message: for all rows */
	struct am_buf *out;
	size_t recipients; /* told of so far */
};

static struct am_text
text_of(const char *text)
{
	const struct am_text out = { text, strlen(text), false };

	return out;
}

/* A value of any characters; nothing for "". */
static void
field(struct am_buf *out, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	if (am_is_ascii(am_bytes_of(value)))
		am_field_ascii(out, name, value);
	else
		am_field_text(out, name, text_of(value));
}

static enum am_status
text_read(struct am_oxcmail *cx, uint16_t id, const char **text_out,
	  struct am_error *err)
{
	struct am_text text;

	*text_out = "";
	AM_TRY(am_message_text(cx->message, id, &text, err));
	if (text.len == 0)
		return AM_OK;
	return am_oxcmail_subject_line(cx->message->arena, text, text_out, err);
}

/* "type; value"; what has a type already keeps it. */
static enum am_status
typed_field(struct writer *writer, const char *name, const char *type,
	    const char *value, struct am_error *err)
{
	const char *text = value;

	if (value[0] == '\0')
		return AM_OK;
	if (strchr(value, ';') == NULL)
		AM_TRY(am_arena_text_format(writer->cx->message->arena, &text,
					    err, "%s; %s", type, value));
	field(writer->out, name, text);
	return AM_OK;
}

/* ---- what is said of the whole message ---- */

/* "<id>", whatever way it is kept. */
static enum am_status
original_id(struct am_oxcmail *cx, const char **id_out, struct am_error *err)
{
	static const uint16_t ids[] = { AM_PID_ORIGINAL_MESSAGE_ID,
					AM_PID_IN_REPLY_TO_ID };
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct am_bytes id;
		const char *text;

		AM_TRY(text_read(cx, ids[i], &text, err));
		if (text[0] != '\0' && text[0] != '<')
			AM_TRY(am_arena_text_format(cx->message->arena, &text,
						    err, "<%s>", text));
		if (am_rfc5322_message_id(am_bytes_of(text), &id))
			return am_arena_text_copy(cx->message->arena, id,
						  id_out, err);
	}
	*id_out = "";
	return AM_OK;
}

/* The server that wrote it, or the domain of who it is from. */
static enum am_status
reporter_read(struct writer *writer, const char **name_out,
	      struct am_error *err)
{
	struct am_mailbox mailbox;
	struct am_person person;

	AM_TRY(text_read(writer->cx, AM_PID_REPORTING_MTA, name_out, err));
	if ((*name_out)[0] != '\0')
		return AM_OK;
	*name_out = "x-unknown; unknown";
	AM_TRY(am_person_read(writer->cx->message, AM_PERSON_SENDER, &person,
			      err));
	AM_TRY(am_person_resolve(&writer->resolver, &person, &mailbox, err));
	if (mailbox.to.address != NULL)
		*name_out = strrchr(mailbox.to.address, '@') + 1;
	return AM_OK;
}

static enum am_status
message_fields(struct writer *writer, struct am_error *err)
{
	const struct am_pc *pc = writer->cx->message->pc;
	int64_t arrived = am_pc_time(pc, AM_PID_ORIGINAL_SUBMIT_TIME);
	const char *reporter;
	const char *id;

	AM_TRY(reporter_read(writer, &reporter, err));
	AM_TRY(typed_field(writer, "Reporting-MTA", "dns", reporter, err));
	if (arrived == AM_TIME_NONE)
		arrived = am_pc_time(pc, AM_PID_ORIGINAL_DELIVERY_TIME);
	am_field_date(writer->out, "Arrival-Date", arrived);
	AM_TRY(original_id(writer->cx, &id, err));
	field(writer->out, "X-Original-Message-ID", id);
	return AM_OK;
}

/* ---- what is said of a recipient ---- */

/* The words of the server: what stands behind "smtp;", if it is there. */
static enum am_status
diagnostic_field(struct writer *writer, const char *info, struct am_error *err)
{
	struct am_bytes words = am_ascii_trim(am_bytes_of(info));
	const char *text;
	const char *smtp;

	if (words.len == 0)
		return AM_OK;
	if (words.data[0] == '<' && words.data[words.len - 1] == '>') {
		words = am_ascii_after(words, 1);
		words.len--;
	}
	words = am_ascii_trim(words);
	AM_TRY(am_arena_text_copy(writer->cx->message->arena, words, &text,
				  err));
	smtp = strstr(text, "smtp;");
	if (smtp != NULL && smtp != text)
		field(writer->out, "X-Supplementary-Info", text);
	if (smtp != NULL)
		text = smtp + strlen("smtp;");
	AM_TRY(am_arena_text_format(writer->cx->message->arena, &text, err,
				    "smtp; %s", text));
	field(writer->out, "Diagnostic-Code", text);
	return AM_OK;
}

static enum am_status
action_fields(struct writer *writer, const struct am_recipient_report *report,
	      struct am_error *err)
{
	const char *info =
		report->info[0] != '\0' ? report->info : writer->all.info;
	struct am_recipient_report known = *report;
	char status[AM_REPORT_STATUS_SIZE] = "";

	known.info = info;
	field(writer->out, "Action", writer->kind->action);
	if (writer->kind->status == NULL)
		am_report_status(&known, status);
	if (writer->kind->status == NULL && status[0] == '\0')
		am_report_status(&writer->all, status);
	if (status[0] == '\0')
		field(writer->out, "Status",
		      writer->kind->status != NULL ? writer->kind->status
						   : "5.0.0");
	else
		field(writer->out, "Status", status);
	AM_TRY(typed_field(writer, "Remote-MTA", "dns", report->mta, err));
	AM_TRY(diagnostic_field(writer, info, err));
	am_field_date(writer->out, "Last-Attempt-Date",
		      report->time != AM_TIME_NONE ? report->time
						   : writer->all.time);
	return AM_OK;
}

/* Who it is, and a finding where there is no address. */
static enum am_status
resolve(struct writer *writer, const struct am_person *person,
	struct am_mailbox *mailbox_out, struct am_error *err)
{
	AM_TRY(am_person_resolve(&writer->resolver, person, mailbox_out, err));
	if (mailbox_out->to.address == NULL)
		am_report_note(am_oxcmail_report(writer->cx),
			       "unresolved-address", "\"%s\"%s%s",
			       mailbox_out->to.name,
			       mailbox_out->original[0] != '\0' ? " " : "",
			       mailbox_out->original);
	return AM_OK;
}

static enum am_status
recipient_field(struct writer *writer, const struct am_mailbox *mailbox,
		struct am_error *err)
{
	const char *text;

	if (mailbox->to.address != NULL) {
		AM_TRY(am_arena_text_format(writer->cx->message->arena, &text,
					    err, "rfc822; %s",
					    mailbox->to.address));
	} else {
		AM_TRY(am_arena_text_format(writer->cx->message->arena, &text,
					    err, "x-unresolved; %s",
					    mailbox->original[0] != '\0'
						    ? mailbox->original
						    : mailbox->to.name));
	}
	field(writer->out, "Final-Recipient", text);
	writer->recipients++;
	return AM_OK;
}

static enum am_status
recipient_group(struct writer *writer, const struct am_mailbox *mailbox,
		const struct am_recipient_report *report, struct am_error *err)
{
	am_buf_add_text(writer->out, "\r\n");
	AM_TRY(recipient_field(writer, mailbox, err));
	AM_TRY(action_fields(writer, report != NULL ? report : &writer->all,
			     err));
	if (mailbox->to.address != NULL || mailbox->original[0] != '\0')
		field(writer->out, "X-Display-Name", mailbox->to.name);
	return am_buf_status(writer->out, err);
}

/* Rows of which nothing is told are who the report is for, as soon as one
 * tells something. */
static bool
some_report(const struct am_recipient *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (rows[i].report != NULL)
			return true;
	return false;
}

static enum am_status
rows_write(struct writer *writer, struct am_error *err)
{
	struct am_recipient *rows;
	size_t count;
	size_t i;

	AM_TRY(am_message_recipients(writer->cx->message, &rows, &count, err));
	if (!some_report(rows, count))
		return AM_OK;
	for (i = 0; i < count; i++) {
		const struct am_person person =
			am_person_of_recipient(&rows[i]);
		struct am_mailbox mailbox;

		if (rows[i].report == NULL)
			continue;
		AM_TRY(resolve(writer, &person, &mailbox, err));
		AM_TRY(recipient_group(writer, &mailbox, rows[i].report, err));
	}
	return AM_OK;
}

/* No row tells anything: who the original was for. */
static enum am_status
displayed_write(struct writer *writer, struct am_error *err)
{
	const char *names;

	AM_TRY(text_read(writer->cx, AM_PID_ORIGINAL_DISPLAY_TO, &names, err));
	while (names[0] != '\0' && writer->recipients < MAX_DISPLAYED) {
		const size_t len = strcspn(names, ";");
		struct am_person person = { "", "", "", "", "", { 0 }, { 0 } };
		struct am_mailbox mailbox;

		AM_TRY(am_arena_text_copy(writer->cx->message->arena,
					  am_ascii_trim(am_bytes(names, len)),
					  &person.name, err));
		names += len + (names[len] == ';');
		if (person.name[0] == '\0')
			continue;
		AM_TRY(resolve(writer, &person, &mailbox, err));
		AM_TRY(recipient_group(writer, &mailbox, NULL, err));
	}
	if (writer->recipients > 0)
		return AM_OK;
	am_report_note(am_oxcmail_report(writer->cx), "report",
		       "it does not say which recipient it is about");
	return recipient_group(writer,
			       &(struct am_mailbox){ { "unknown", NULL }, "" },
			       NULL, err);
}

/* ---- receipts ---- */

/* RFC 8098: the reader is who the receipt is from. */
static enum am_status
notification_write(struct writer *writer, struct am_error *err)
{
	struct am_mailbox mailbox;
	struct am_person person;
	const char *text;

	AM_TRY(am_person_read(writer->cx->message, AM_PERSON_SENT_REPRESENTING,
			      &person, err));
	if (am_person_is_nobody(&person))
		AM_TRY(am_person_read(writer->cx->message, AM_PERSON_SENDER,
				      &person, err));
	AM_TRY(resolve(writer, &person, &mailbox, err));
	AM_TRY(recipient_field(writer, &mailbox, err));
	AM_TRY(original_id(writer->cx, &text, err));
	field(writer->out, "Original-Message-ID", text);
	AM_TRY(am_arena_text_format(writer->cx->message->arena, &text, err,
				    "manual-action/MDN-sent-manually; %s",
				    writer->kind->action));
	field(writer->out, "Disposition", text);
	return am_buf_status(writer->out, err);
}

static enum am_status
all_read(struct writer *writer, struct am_error *err)
{
	const struct am_pc *pc = writer->cx->message->pc;

	writer->all.reason =
		(int32_t)am_pc_int(pc, AM_PID_NON_DELIVERY_REASON, -1);
	writer->all.diagnostic =
		(int32_t)am_pc_int(pc, AM_PID_NON_DELIVERY_DIAGNOSTIC, -1);
	writer->all.status = am_pc_int(pc, AM_PID_NON_DELIVERY_STATUS, 0);
	writer->all.time = am_pc_time(pc, AM_PID_REPORT_TIME);
	AM_TRY(text_read(writer->cx, AM_PID_SUPPLEMENTARY_INFO,
			 &writer->all.info, err));
	return text_read(writer->cx, AM_PID_REMOTE_MTA, &writer->all.mta, err);
}

static void
writer_begin(struct writer *writer, struct am_oxcmail *cx, struct am_buf *out)
{
	writer->cx = cx;
	writer->out = out;
	writer->resolver.arena = cx->message->arena;
	writer->resolver.codepage = cx->message->codepage;
	writer->resolver.options = &cx->run->options;
	writer->resolver.known = &cx->known;
}

enum am_status
am_report_fields(struct am_oxcmail *cx, const struct am_report_kind *kind,
		 struct am_buf *out, struct am_error *err)
{
	struct writer writer = { .kind = kind };

	writer_begin(&writer, cx, out);
	if (kind->is_notification)
		return notification_write(&writer, err);
	AM_TRY(all_read(&writer, err));
	AM_TRY(message_fields(&writer, err));
	AM_TRY(rows_write(&writer, err));
	return writer.recipients > 0 ? AM_OK : displayed_write(&writer, err);
}

/* ---- the original ---- */

static enum am_status
original_from(struct writer *writer, struct am_error *err)
{
	struct am_mailbox mailbox;
	struct am_person person;

	AM_TRY(am_person_read(writer->cx->message, AM_PERSON_ORIGINAL_SENDER,
			      &person, err));
	if (am_person_is_nobody(&person))
		return AM_OK;
	AM_TRY(resolve(writer, &person, &mailbox, err));
	am_field_addresses(writer->out, "From", &mailbox.to, 1);
	return AM_OK;
}

enum am_status
am_report_original(struct am_oxcmail *cx, struct am_buf *out,
		   struct am_error *err)
{
	struct writer writer = { .kind = NULL };
	struct am_text text;
	const char *id;

	writer_begin(&writer, cx, out);
	AM_TRY(original_from(&writer, err));
	am_field_date(out, "Date",
		      am_pc_time(cx->message->pc, AM_PID_ORIGINAL_SUBMIT_TIME));
	AM_TRY(am_message_text(cx->message, AM_PID_ORIGINAL_SUBJECT, &text,
			       err));
	if (text.len > 0)
		am_field_text(out, "Subject", text);
	AM_TRY(original_id(cx, &id, err));
	field(out, "Message-ID", id);
	return am_buf_status(out, err);
}
