/* A whole small file: open, list, read every message with all that is in it,
 * and convert it into a sink that only looks at the bytes. */
#include "fuzz.h"
#include "pst/messaging/message.h"
#include "transfer/row.h"
#include "transfer/walk.h"

/* Of one input: bytes that are read or written, and objects. */
enum { MAX_BYTES = 4 << 20, MAX_OBJECTS = 2000 };

/* RFC 5322 2.1.1, without the line end. */
enum { MAX_LINE = 998 };

struct reading {
	struct am_store *store;
	struct am_arena arena; /* of the message at hand */
	struct am_report report;
	uint64_t bytes_left;
	unsigned objects_left;
};

static void message_read(struct reading *reading, struct am_message *message);

static void
attachment_read(struct reading *reading, const struct am_attachment *attachment)
{
	struct am_message *inner = NULL;
	struct am_stream *stream = NULL;
	struct am_text text;
	uint64_t size = 0;

	(void)am_attachment_text(attachment, AM_PID_ATTACH_LONG_FILENAME, &text,
				 NULL);
	if (attachment->method == AM_ATTACH_EMBEDDED) {
		if (am_attachment_message(attachment, &reading->arena, &inner,
					  NULL) == AM_OK)
			message_read(reading, inner);
	} else if (am_attachment_open(attachment, &reading->arena, &stream,
				      &size, NULL) == AM_OK) {
		size = fuzz_drain(stream, reading->bytes_left);
		reading->bytes_left -=
			size < reading->bytes_left ? size : reading->bytes_left;
	}
}

static void
message_read(struct reading *reading, struct am_message *message)
{
	struct am_recipient *recipients = NULL;
	struct am_attachment *attachments = NULL;
	struct am_text text;
	size_t count = 0;
	size_t i;

	FUZZ_CHECK(message->depth <= AM_MESSAGE_MAX_NESTING);
	FUZZ_CHECK(message->codepage != 0);
	(void)am_message_text(message, AM_PID_SUBJECT, &text, NULL);
	(void)am_message_text(message, AM_PID_BODY, &text, NULL);
	if (am_message_recipients(message, &recipients, &count, NULL) == AM_OK)
		for (i = 0; i < count; i++)
			FUZZ_CHECK(recipients[i].email != NULL);
	if (am_message_attachments(message, &attachments, &count, NULL) !=
	    AM_OK)
		return;
	for (i = 0; i < count && reading->objects_left > 0; i++) {
		reading->objects_left--;
		if (attachments[i].pc != NULL)
			attachment_read(reading, &attachments[i]);
	}
}

/* What no reader of mail would take: a NUL, a line that is too long, a line
 * end of the other kind. */
static void
mime_check(struct am_bytes piece, bool lf, size_t *line, uint8_t *last)
{
	size_t i;

	for (i = 0; i < piece.len; i++) {
		const uint8_t c = piece.data[i];

		FUZZ_CHECK(c != '\0');
		FUZZ_CHECK(!lf || c != '\r');
		FUZZ_CHECK(c != '\n' || lf || *last == '\r');
		*line = c == '\n' ? 0 : *line + 1;
		FUZZ_CHECK(*line <= MAX_LINE + 1);
		*last = c;
	}
}

static void
mime_read(struct reading *reading, struct am_mail *mail, bool lf)
{
	struct am_bytes piece;
	struct am_error err = { 0 };
	enum am_status status;
	uint64_t total = 0;
	uint8_t last = '\n';
	size_t line = 0;

	while ((status = am_stream_next(mail->mime, &piece, &err)) == AM_OK) {
		FUZZ_CHECK(piece.len > 0);
		mime_check(piece, lf, &line, &last);
		total += piece.len;
		if (total > reading->bytes_left)
			break;
	}
	FUZZ_CHECK(status == AM_OK || status == AM_END || err.text[0] != '\0');
	FUZZ_CHECK(mail->counts.attachments_written <=
		   mail->counts.attachments_found);
	FUZZ_CHECK(mail->counts.embedded_written <=
		   mail->counts.embedded_found);
	reading->bytes_left -=
		total < reading->bytes_left ? total : reading->bytes_left;
}

/* The ledger's row: one line of valid UTF-8. */
static void
row_check(struct reading *reading, const struct am_mail *mail,
	  const struct am_message *message)
{
	struct am_row row = { .nid = message->node.nid,
			      .folder = SIZE_MAX,
			      .class_name = message->class_name,
			      .sender = mail->sender };
	struct am_buf facts = am_buf(16 << 20);
	struct am_buf line = am_buf(32 << 20);

	if (am_row_facts(&facts, mail, &reading->report, &row.duplicate_at,
			 NULL) == AM_OK) {
		row.facts = am_buf_text(&facts);
		am_row_write(&line, &row, "Orphans", false);
		FUZZ_CHECK(am_utf8_is_valid(am_buf_bytes(&line)));
		FUZZ_CHECK(line.status != AM_OK ||
			   memchr(line.data, '\n', line.len) ==
				   line.data + line.len - 1);
	}
	am_buf_free(&facts);
	am_buf_free(&line);
}

static void
message_convert(struct reading *reading, struct am_message *message)
{
	const enum am_item_kind kind = am_item_kind(message->class_name);
	const bool odd = (message->node.nid & 0x20) != 0;
	const bool as_mail = (message->node.nid & 0x40) != 0;
	const bool is_mail =
		as_mail || kind == AM_ITEM_MAIL || kind == AM_ITEM_NOTE;
	const struct am_convert_options options = {
		.lf = odd,
		.vcard3 = odd,
		.no_receipts = as_mail,
		.items_as_mail = as_mail,
		.max_output = MAX_BYTES,
		.max_objects = MAX_OBJECTS,
	};
	struct am_mail *mail = NULL;
	struct am_error err = { 0 };
	enum am_status status;

	status = am_item_open(message, &options, &mail, &err);
	FUZZ_CHECK(status == AM_OK || err.text[0] != '\0');
	if (status != AM_OK)
		return;
	FUZZ_CHECK(mail->message_id != NULL && mail->subject != NULL);
	if (mail->mime != NULL)
		mime_read(reading, mail, odd && is_mail);
	row_check(reading, mail, message);
	am_mail_close(mail);
}

static void
item_read(struct reading *reading, const struct am_walk_item *item)
{
	struct am_message *message = NULL;
	struct am_error err = { 0 };

	am_arena_reset(&reading->arena);
	am_report_clear(&reading->report);
	am_store_set_report(reading->store, &reading->report);
	if (am_message_open(reading->store, &item->node, &reading->arena,
			    &message, &err) == AM_OK) {
		message_read(reading, message);
		message_convert(reading, message);
	} else {
		FUZZ_CHECK(err.text[0] != '\0');
	}
	am_store_set_report(reading->store, NULL);
}

static void
store_read(struct reading *reading)
{
	const struct am_search_folder *searches = NULL;
	const struct am_folder *folders = NULL;
	struct am_walk *walk = NULL;
	struct am_walk_item item;
	size_t search_count = 0;
	uint64_t number = 0;
	size_t count = 0;

	(void)am_store_info(reading->store);
	(void)am_store_folders(reading->store, &folders, &count, NULL);
	(void)am_store_search_folders(reading->store, &searches, &search_count,
				      NULL);
	if (am_walk_open(reading->store, &walk, NULL) != AM_OK)
		return;
	while (am_walk_next(walk, &item, NULL) == AM_OK) {
		FUZZ_CHECK(item.number == number++);
		FUZZ_CHECK(item.folder < count || item.folder == SIZE_MAX);
		FUZZ_CHECK(am_walk_folder_path(walk, item.folder) != NULL);
		if (reading->objects_left == 0)
			continue;
		reading->objects_left--;
		item_read(reading, &item);
	}
	FUZZ_CHECK(number == am_walk_found(walk));
	am_walk_close(walk);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading reading = { .bytes_left = MAX_BYTES,
				   .objects_left = MAX_OBJECTS };
	struct am_source *source = NULL;

	reading.report.arena = &reading.arena;
	if (am_source_of_bytes(am_bytes(data, size), &source, NULL) == AM_OK &&
	    am_store_open_source(source, NULL, &reading.store, NULL) == AM_OK)
		store_read(&reading);
	am_store_close(reading.store);
	am_arena_free(&reading.arena);
	return 0;
}
