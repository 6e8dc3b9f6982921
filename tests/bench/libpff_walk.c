/* The peer for reading: walks an archive through libpff and reads everything
 * a converter needs: each message's headers, bodies, recipients, attachments.
 * Prints "messages N attachments N bytes N". */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <libpff.h>

enum { PIECE = 64 << 10, MAX_DEPTH = 64 };

struct sums {
	uint64_t messages, attachments, bytes;
};

typedef int size_getter(libpff_item_t *, size_t *, libpff_error_t **);
typedef int text_getter(libpff_item_t *, uint8_t *, size_t, libpff_error_t **);

static void
text_read(struct sums *sums, size_getter *size_get, text_getter *get,
	  libpff_item_t *item)
{
	size_t size = 0;
	uint8_t *text;

	if (size_get(item, &size, NULL) != 1 || size == 0)
		return;
	text = malloc(size);
	if (text != NULL && get(item, text, size, NULL) == 1)
		sums->bytes += size;
	free(text);
}

static void item_walk(struct sums *sums, libpff_item_t *item, int depth);

static void
attachment_read(struct sums *sums, libpff_item_t *message, int i, int depth)
{
	static uint8_t piece[PIECE];
	libpff_item_t *attachment = NULL;
	libpff_item_t *embedded = NULL;
	ssize_t got;
	int type = 0;

	if (libpff_message_get_attachment(message, i, &attachment, NULL) != 1)
		return;
	sums->attachments++;
	(void)libpff_attachment_get_type(attachment, &type, NULL);
	if (type == LIBPFF_ATTACHMENT_TYPE_DATA) {
		while ((got = libpff_attachment_data_read_buffer(
				attachment, piece, sizeof(piece), NULL)) > 0)
			sums->bytes += (uint64_t)got;
	} else if (type == LIBPFF_ATTACHMENT_TYPE_ITEM &&
		   libpff_attachment_get_item(attachment, &embedded, NULL) ==
			   1) {
		item_walk(sums, embedded, depth + 1);
		(void)libpff_item_free(&embedded, NULL);
	}
	(void)libpff_item_free(&attachment, NULL);
}

/* libpff's names for these are macros over the property id. */
static void
property_read(struct sums *sums, libpff_item_t *message, uint32_t id)
{
	libpff_record_set_t *set = NULL;
	libpff_record_entry_t *entry = NULL;
	uint8_t *data;
	size_t size = 0;

	if (libpff_item_get_record_set_by_index(message, 0, &set, NULL) != 1)
		return;
	if (libpff_record_set_get_entry_by_type(
		    set, id, 0, &entry,
		    LIBPFF_ENTRY_VALUE_FLAG_MATCH_ANY_VALUE_TYPE, NULL) == 1 &&
	    libpff_record_entry_get_data_size(entry, &size, NULL) == 1 &&
	    size > 0 && (data = malloc(size)) != NULL) {
		if (libpff_record_entry_get_data(entry, data, size, NULL) == 1)
			sums->bytes += size;
		free(data);
	}
	(void)libpff_record_entry_free(&entry, NULL);
	(void)libpff_record_set_free(&set, NULL);
}

static void
recipients_read(struct sums *sums, libpff_item_t *message)
{
	libpff_item_t *recipients = NULL;
	int count = 0;

	if (libpff_message_get_recipients(message, &recipients, NULL) != 1)
		return;
	if (libpff_item_get_number_of_record_sets(recipients, &count, NULL) ==
	    1)
		sums->bytes += (uint64_t)count;
	(void)libpff_item_free(&recipients, NULL);
}

static void
message_read(struct sums *sums, libpff_item_t *message, int depth)
{
	static const uint32_t ids[] = { 0x001a, 0x0037, 0x0039, 0x0042,
					0x0065, 0x007d, 0x0c1a, 0x0c1f,
					0x0e06, 0x0e07, 0x1035 };
	int count = 0;
	size_t i;
	int k;

	sums->messages++;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		property_read(sums, message, ids[i]);
	text_read(sums, libpff_message_get_plain_text_body_size,
		  libpff_message_get_plain_text_body, message);
	text_read(sums, libpff_message_get_html_body_size,
		  libpff_message_get_html_body, message);
	recipients_read(sums, message);
	if (libpff_message_get_number_of_attachments(message, &count, NULL) !=
	    1)
		return;
	for (k = 0; k < count; k++)
		attachment_read(sums, message, k, depth);
}

static void
folder_walk(struct sums *sums, libpff_item_t *folder, int depth)
{
	libpff_item_t *item = NULL;
	int count = 0;
	int i;

	(void)libpff_folder_get_number_of_sub_messages(folder, &count, NULL);
	for (i = 0; i < count; i++) {
		item = NULL;
		if (libpff_folder_get_sub_message(folder, i, &item, NULL) != 1)
			continue;
		message_read(sums, item, 0);
		(void)libpff_item_free(&item, NULL);
	}
	count = 0;
	(void)libpff_folder_get_number_of_sub_folders(folder, &count, NULL);
	for (i = 0; i < count && depth < MAX_DEPTH; i++) {
		item = NULL;
		if (libpff_folder_get_sub_folder(folder, i, &item, NULL) != 1)
			continue;
		folder_walk(sums, item, depth + 1);
		(void)libpff_item_free(&item, NULL);
	}
}

static void
item_walk(struct sums *sums, libpff_item_t *item, int depth)
{
	if (depth < MAX_DEPTH)
		message_read(sums, item, depth);
}

int
main(int argc, char **argv)
{
	struct sums sums = { 0 };
	libpff_file_t *file = NULL;
	libpff_item_t *root = NULL;

	if (argc != 2 || libpff_file_initialize(&file, NULL) != 1)
		return 64;
	if (libpff_file_open(file, argv[1], LIBPFF_OPEN_READ, NULL) != 1 ||
	    libpff_file_get_root_folder(file, &root, NULL) != 1)
		return 65;
	folder_walk(&sums, root, 0);
	printf("messages %" PRIu64 " attachments %" PRIu64 " bytes %" PRIu64
	       "\n",
	       sums.messages, sums.attachments, sums.bytes);
	(void)libpff_item_free(&root, NULL);
	(void)libpff_file_close(file, NULL);
	(void)libpff_file_free(&file, NULL);
	return 0;
}
