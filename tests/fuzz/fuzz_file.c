/* A whole small file: open, list, read every message with all that is in it. */
#include "fuzz.h"
#include "pst/messaging/message.h"
#include "transfer/walk.h"

/* Bytes of attachments that are read from one input, and objects. */
enum { MAX_BYTES = 4 << 20, MAX_OBJECTS = 2000 };

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

static void
item_read(struct reading *reading, const struct am_walk_item *item)
{
	struct am_message *message = NULL;
	struct am_error err = { 0 };

	am_arena_reset(&reading->arena);
	am_report_clear(&reading->report);
	am_store_set_report(reading->store, &reading->report);
	if (am_message_open(reading->store, &item->node, &reading->arena,
			    &message, &err) == AM_OK)
		message_read(reading, message);
	else
		FUZZ_CHECK(err.text[0] != '\0');
	am_store_set_report(reading->store, NULL);
}

static void
store_read(struct reading *reading)
{
	const struct am_folder *folders = NULL;
	struct am_walk *walk = NULL;
	struct am_walk_item item;
	uint64_t number = 0;
	size_t count = 0;

	(void)am_store_info(reading->store);
	(void)am_store_folders(reading->store, &folders, &count, NULL);
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
