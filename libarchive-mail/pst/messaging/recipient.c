/* [MS-PST] 2.4.5.3 Recipient Table. */
#include <inttypes.h>

#include "base/ascii.h"
#include "pst/ltp/tc.h"
#include "pst/messaging/message_private.h"
#include "pst/messaging/store_private.h"

enum {
	MAX_FIRST_CAPACITY = 256, /* the table's own word is not trusted */
	TYPE_MASK = 0xf /* of PidTagRecipientType; the rest are flags */
};

struct recipient_reader {
	const struct am_message *message;
	struct am_tc *tc;
	struct am_recipient *recipients;
	size_t count;
	size_t capacity;
	size_t read;	/* bytes of the arena that their texts took */
	bool is_report; /* the rows are what it reports of */
};

static size_t
capacity_next(const struct recipient_reader *reader)
{
	const uint32_t rows = am_tc_row_count(reader->tc);

	if (reader->capacity > 0)
		return reader->capacity * 2;
	if (rows > MAX_FIRST_CAPACITY)
		return MAX_FIRST_CAPACITY;
	return rows > 0 ? rows : 1;
}

/* Would one more need what the message itself may need? */
static bool
is_full(const struct recipient_reader *reader)
{
	const size_t used = reader->message->arena->used;
	size_t more = reader->read;

	if (reader->count == reader->capacity)
		more += capacity_next(reader) * sizeof(struct am_recipient);
	return used + more > AM_MESSAGE_RECIPIENTS_MEMORY;
}

/* Room for one more: twice the room when it is full. */
static enum am_status
room_make(struct recipient_reader *reader, struct am_error *err)
{
	struct am_arena *arena = reader->message->arena;
	const size_t capacity = capacity_next(reader);
	struct am_recipient *grown;

	if (reader->count < reader->capacity)
		return AM_OK;
	grown = am_arena_array(arena, capacity, struct am_recipient);
	if (grown == NULL)
		return am_arena_failed(arena, capacity * sizeof(*grown), err);
	if (reader->count > 0)
		memcpy(grown, reader->recipients,
		       reader->count * sizeof(*grown));
	reader->recipients = grown;
	reader->capacity = capacity;
	return AM_OK;
}

/* As a C string: what it holds of NULs goes (tricky D36). */
static enum am_status
text_keep(const struct recipient_reader *reader, struct am_text text,
	  const char **text_out, struct am_error *err)
{
	char *copy;
	size_t len = 0;
	size_t i;

	*text_out = text.data;
	if (memchr(text.data, '\0', text.len) == NULL)
		return AM_OK;
	copy = am_arena_text(reader->message->arena, text.data, text.len);
	if (copy == NULL)
		return am_arena_failed(reader->message->arena, text.len + 1,
				       err);
	for (i = 0; i < text.len; i++)
		if (text.data[i] != '\0')
			copy[len++] = text.data[i];
	copy[len] = '\0';
	*text_out = copy;
	return AM_OK;
}

/* The first of the columns that has a text; "" when none has. */
static enum am_status
cell_text(const struct recipient_reader *reader, const struct am_tc_row *row,
	  const uint16_t ids[3], const char **text_out, struct am_error *err)
{
	struct am_prop prop;
	struct am_text text;
	size_t i;

	*text_out = "";
	for (i = 0; i < 3 && ids[i] != 0; i++) {
		if (!am_tc_cell(reader->tc, row, ids[i], &prop))
			continue;
		AM_TRY(am_prop_text(&prop, reader->message->codepage,
				    reader->message->arena, &text, err));
		if (text.len > 0)
			return text_keep(reader, text, text_out, err);
	}
	return AM_OK;
}

/* The first of two columns that has bytes. */
static enum am_status
cell_bytes(const struct recipient_reader *reader, const struct am_tc_row *row,
	   uint16_t id, uint16_t other, struct am_bytes *bytes_out,
	   struct am_error *err)
{
	struct am_prop prop;

	*bytes_out = am_bytes(NULL, 0);
	if (am_tc_cell(reader->tc, row, id, &prop))
		AM_TRY(am_prop_bytes(&prop, 0, reader->message->arena,
				     bytes_out, err));
	if (bytes_out->len == 0 && other != 0 &&
	    am_tc_cell(reader->tc, row, other, &prop))
		AM_TRY(am_prop_bytes(&prop, 0, reader->message->arena,
				     bytes_out, err));
	return AM_OK;
}

static int64_t
cell_int(const struct recipient_reader *reader, const struct am_tc_row *row,
	 uint16_t id, int64_t fallback)
{
	struct am_prop prop;
	int64_t value;

	if (!am_tc_cell(reader->tc, row, id, &prop) ||
	    !am_prop_int(&prop, &value))
		return fallback;
	return value;
}

/* A cell that cannot be read leaves its member empty, and a finding. */
static enum am_status
cell_done(const struct recipient_reader *reader, enum am_status status,
	  const struct am_error *cause, struct am_error *err)
{
	if (status == AM_OK)
		return AM_OK;
	if (!am_is_item_scoped(status))
		return am_store_pass(err, cause);
	am_message_note(reader->message, "recipient", AM_NID_RECIPIENT_TABLE,
			cause);
	return AM_OK;
}

static enum am_status
texts_read(const struct recipient_reader *reader, const struct am_tc_row *row,
	   struct am_recipient *recipient, struct am_error *err)
{
	const struct {
		const char **text;
		uint16_t ids[3];
	} columns[] = {
		{ &recipient->name,
		  { AM_PID_DISPLAY_NAME, AM_PID_RECIPIENT_DISPLAY_NAME,
		    AM_PID_TRANSMITTABLE_DISPLAY_NAME } },
		{ &recipient->address_type, { AM_PID_ADDRESS_TYPE } },
		{ &recipient->email, { AM_PID_EMAIL_ADDRESS } },
		{ &recipient->smtp, { AM_PID_SMTP_ADDRESS } },
		{ &recipient->sip, { AM_PID_RECIPIENT_SIP_URI } },
	};
	size_t i;

	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		struct am_error cause = { 0 };

		AM_TRY(cell_done(reader,
				 cell_text(reader, row, columns[i].ids,
					   columns[i].text, &cause),
				 &cause, err));
	}
	return AM_OK;
}

static enum am_status
report_texts_read(const struct recipient_reader *reader,
		  const struct am_tc_row *row,
		  struct am_recipient_report *report, struct am_error *err)
{
	static const uint16_t info[3] = { AM_PID_SUPPLEMENTARY_INFO };
	static const uint16_t mta[3] = { AM_PID_REMOTE_MTA };
	struct am_error cause = { 0 };

	AM_TRY(cell_done(reader,
			 cell_text(reader, row, info, &report->info, &cause),
			 &cause, err));
	return cell_done(reader,
			 cell_text(reader, row, mta, &report->mta, &cause),
			 &cause, err);
}

static int64_t
cell_time(const struct recipient_reader *reader, const struct am_tc_row *row,
	  uint16_t id)
{
	struct am_prop prop;

	return am_tc_cell(reader->tc, row, id, &prop) ? am_prop_time(&prop)
						      : AM_TIME_NONE;
}

/* [MS-OXOMSG] 2.2.2 */
static enum am_status
report_read(const struct recipient_reader *reader, const struct am_tc_row *row,
	    struct am_recipient *recipient, struct am_error *err)
{
	struct am_recipient_report found = { .info = "", .mta = "" };
	struct am_recipient_report *report;

	/* Codes are 32 bits wide; -1 in them says that there is none. */
	found.reason =
		(int32_t)cell_int(reader, row, AM_PID_NON_DELIVERY_REASON, -1);
	found.diagnostic = (int32_t)cell_int(
		reader, row, AM_PID_NON_DELIVERY_DIAGNOSTIC, -1);
	found.status = cell_int(reader, row, AM_PID_NON_DELIVERY_STATUS, 0);
	found.time = cell_time(reader, row, AM_PID_REPORT_TIME);
	AM_TRY(report_texts_read(reader, row, &found, err));
	if (found.reason == -1 && found.diagnostic == -1 && found.status == 0 &&
	    found.time == AM_TIME_NONE && found.info[0] == '\0' &&
	    found.mta[0] == '\0')
		return AM_OK;
	report = am_arena_new(reader->message->arena,
			      struct am_recipient_report);
	if (report == NULL)
		return am_arena_failed(reader->message->arena, sizeof(*report),
				       err);
	*report = found;
	recipient->report = report;
	return AM_OK;
}

static enum am_status
recipient_read(const struct recipient_reader *reader,
	       const struct am_tc_row *row, struct am_recipient *recipient,
	       struct am_error *err)
{
	struct am_error cause = { 0 };

	recipient->raw_type = (uint32_t)cell_int(
		reader, row, AM_PID_RECIPIENT_TYPE, AM_RECIPIENT_TO);
	recipient->type =
		(enum am_recipient_type)(recipient->raw_type & TYPE_MASK);
	recipient->order = cell_int(reader, row, AM_PID_RECIPIENT_ORDER,
				    (int64_t)reader->count);
	recipient->flags =
		(uint32_t)cell_int(reader, row, AM_PID_RECIPIENT_FLAGS, 0);
	recipient->track_status = (uint32_t)cell_int(
		reader, row, AM_PID_RECIPIENT_TRACK_STATUS, 0);
	AM_TRY(texts_read(reader, row, recipient, err));
	if (reader->is_report)
		AM_TRY(report_read(reader, row, recipient, err));
	AM_TRY(cell_done(reader,
			 cell_bytes(reader, row, AM_PID_ENTRY_ID,
				    AM_PID_RECIPIENT_ENTRY_ID,
				    &recipient->entry_id, &cause),
			 &cause, err));
	return cell_done(reader,
			 cell_bytes(reader, row, AM_PID_SEARCH_KEY, 0,
				    &recipient->search_key, &cause),
			 &cause, err);
}

static enum am_status
rows_read(struct recipient_reader *reader, struct am_error *err)
{
	const struct am_arena *arena = reader->message->arena;
	struct am_tc_row row;
	uint32_t position = 0;
	enum am_status status;

	while ((status = am_tc_next(reader->tc, &position, &row, err)) ==
	       AM_OK) {
		size_t before;

		if (is_full(reader))
			return am_fail(err, AM_LIMIT,
				       "recipients are left out: the table has "
				       "%" PRIu32 " rows, the first %zu need "
				       "the memory that a message may have",
				       am_tc_row_count(reader->tc),
				       reader->count);
		AM_TRY(room_make(reader, err));
		before = arena->used;
		AM_TRY(recipient_read(reader, &row,
				      &reader->recipients[reader->count], err));
		reader->read += arena->used - before;
		reader->count++;
	}
	return status == AM_END ? AM_OK : status;
}

static enum am_status
table_read(struct recipient_reader *reader, struct am_error *err)
{
	const struct am_message *message = reader->message;
	const struct am_node *node =
		am_message_subnode(message, AM_NID_RECIPIENT_TABLE);

	if (node == NULL || node->bid_data == 0)
		return AM_OK;
	AM_TRY(am_tc_open(message->store->ndb, node, message->arena,
			  &reader->tc, err));
	return rows_read(reader, err);
}

enum am_status
am_message_recipients(const struct am_message *message,
		      struct am_recipient **recipients_out, size_t *count_out,
		      struct am_error *err)
{
	struct recipient_reader reader = {
		.message = message,
		.is_report = am_ascii_starts(am_bytes_of(message->class_name),
					     "REPORT."),
	};
	struct am_error cause = { 0 };
	const enum am_status status = table_read(&reader, &cause);

	if (am_is_item_scoped(status))
		am_message_note(message, "recipients", AM_NID_RECIPIENT_TABLE,
				&cause);
	else if (status != AM_OK)
		return am_store_pass(err, &cause);
	*recipients_out = reader.recipients;
	*count_out = reader.count;
	return AM_OK;
}
