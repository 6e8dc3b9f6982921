/* [MS-PST] 2.4.5 Message objects */
#include "message.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

enum {
	MSGFLAG_READ = 0x01,
	MSGFLAG_HASATTACH = 0x10,
	PID_FLAGS = 0x0E07,
	PREFIX_MAX = 3, /* letters of "RE", "AW", "TR" … */
};

void
pb_message_begin(struct pb_message *message, struct pb *pb)
{
	message->pb = pb;
	pb_props_clear(&message->props);
	message->props.strings = pb->strings;
	message->subs.nodes.count = 0;
	message->subs.next_index = 0;
	message->recipient_count = 0;
	message->recipients_mode = PB_TABLE_AS_NEEDED;
	for (int i = 0; i < 3; i++)
		message->display[i].len = 0;
	message->attachment_count = 0;
	message->attachment_bytes = 0;
	message->attachments_mode = PB_TABLE_AS_NEEDED;
	message->no_prefix_marker = false;
	message->no_defaults = false;
}

void
pb_message_free(struct pb_message *message)
{
	pb_props_free(&message->props);
	free(message->subs.nodes.items);
	for (size_t i = 0; i < message->recipient_size; i++)
		pb_props_free(&message->recipients[i]);
	free(message->recipients);
	for (int i = 0; i < 3; i++)
		pb_buf_free(&message->display[i]);
	pb_tc_free(&message->attachments);
}

/* Characters of "RE: " and the like at the start; ASCII, up to three
 * letters ([MS-PST] 2.5.3.1.1.2). */
static size_t
prefix_length(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && n <= PREFIX_MAX && text[n] != ':' && text[n] > ' ' &&
	       (text[n] < '0' || text[n] > '9'))
		n++;
	if (n == 0 || n > PREFIX_MAX || n + 1 >= len || text[n] != ':' ||
	    text[n + 1] != ' ')
		return 0;
	return n + 2;
}

void
pb_message_subject(struct pb_message *message, const char *text, size_t len)
{
	const size_t prefix = prefix_length(text, len);
	struct pb_buf marked = { 0 };

	pb_buf_int(&marked, 1, 1);
	pb_buf_int(&marked, 1, prefix + 1);
	pb_buf_add(&marked, text, len);
	pb_props_set_text(&message->props, 0x0037, (char *)marked.data,
			  marked.len);
	pb_props_set_text(&message->props, 0x0070, text + prefix, len - prefix);
	pb_buf_free(&marked);
}

static void
display_set(struct pb_message *message, uint16_t id, int i)
{
	if (message->display[i].len > 0 &&
	    pb_props_find(&message->props, id) == NULL)
		pb_props_set_text(&message->props, id,
				  (char *)message->display[i].data,
				  message->display[i].len);
}

/* 16 bytes that no other message of the file has. */
static void
search_key_set(struct pb_message *message)
{
	struct pb_rng rng = pb_rng(message->pb->ndb.next_bid);
	uint8_t key[16];

	if (pb_props_find(&message->props, 0x300B) != NULL)
		return;
	pb_rng_fill(&rng, key, sizeof(key));
	pb_props_set(&message->props, 0x300B, PB_BINARY, key, sizeof(key));
}

static void
times_set(struct pb_message *message)
{
	struct pb_props *props = &message->props;
	const uint64_t start = pb_filetime(1104570000); /* 2005-01-01 09:00 */
	const uint64_t sent = pb_props_int(props, 0x0039, 0);
	const uint64_t received = pb_props_int(props, 0x0E06, 0);
	const uint64_t known = received != 0 ? received
			       : sent != 0   ? sent
					     : start;

	pb_props_default_int(props, 0x3007, PB_TIME, known);
	pb_props_default_int(props, 0x3008, PB_TIME, known);
	if (sent == 0 && received == 0) {
		pb_props_default_int(props, 0x0039, PB_TIME, known);
		pb_props_default_int(props, 0x0E06, PB_TIME, known);
	}
}

static void
flags_set(struct pb_message *message)
{
	struct pb_props *props = &message->props;
	uint64_t flags = pb_props_int(props, PID_FLAGS, MSGFLAG_READ);

	if (message->attachment_count > 0)
		flags |= MSGFLAG_HASATTACH;
	pb_props_set_int(props, PID_FLAGS, PB_I32, flags);
}

/* What every message has unless the recipe says otherwise. */
static void
defaults_set(struct pb_message *message)
{
	struct pb_props *props = &message->props;

	pb_props_default_string(props, 0x001A, "IPM.Note");
	pb_props_default_int(props, 0x0017, PB_I32, 1);
	pb_props_default_int(props, 0x0026, PB_I32, 0);
	pb_props_default_int(props, 0x0036, PB_I32, 0);
	display_set(message, 0x0E04, 0);
	display_set(message, 0x0E03, 1);
	display_set(message, 0x0E02, 2);
	pb_props_default_int(props, 0x0E17, PB_I32, 0);
	pb_props_default_int(props, 0x0E1F, PB_BOOL, 0);
	times_set(message);
	flags_set(message);
	search_key_set(message);
	pb_props_default_int(props, 0x0E08, PB_I32,
			     pb_props_bytes(props) + message->attachment_bytes +
				     100);
}

void
pb_message_end(struct pb_message *message, uint64_t *data_out,
	       uint64_t *sub_out)
{
	struct pb *pb = message->pb;

	if (!message->no_defaults)
		defaults_set(message);
	pb_recipients_write(message);
	pb_attachments_write(message);
	*data_out = pb_pc_write(&pb->heap, &pb->ndb, &message->props,
				&message->subs, pb->bth_max);
	*sub_out = pb_subnodes_write(&pb->ndb, &message->subs.nodes);
}
