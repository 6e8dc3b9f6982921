/* Messages, top-level and embedded: [MS-PST] 2.4.5 and 2.4.6. */
#ifndef PB_MESSAGE_H
#define PB_MESSAGE_H

#include "value.h"

/* A mailbox or an Exchange directory entry. */
struct pb_address {
	const char *name;
	const char *type;    /* SMTP or EX */
	const char *address; /* NULL: a name only */
	const char *smtp;    /* of type EX: NULL when unknown */
};

enum pb_recipient_type {
	PB_TO = 1,
	PB_CC = 2,
	PB_BCC = 3,
};

enum pb_table_mode {
	PB_TABLE_AS_NEEDED,
	PB_TABLE_ALWAYS,
	PB_TABLE_NEVER,
};

struct pb_message {
	struct pb *pb;
	struct pb_props props;
	struct pb_subs subs;
	struct pb_props *recipients; /* a bag for each, kept for the next */
	size_t recipient_count;
	size_t recipient_size;
	enum pb_table_mode recipients_mode;
	struct pb_buf display[3]; /* To, Cc, Bcc: names */
	struct pb_tc attachments;
	uint32_t attachment_count;
	uint64_t attachment_bytes;
	enum pb_table_mode attachments_mode;
	bool no_prefix_marker;
	bool no_defaults;
};

void pb_message_begin(struct pb_message *message, struct pb *pb);
/* One statement of the message's block; false if it does not concern the
 * message itself. */
bool pb_message_apply(struct pb_message *message, const struct pb_stmt *stmt);
/* Writes all of it; data_out and sub_out are the node's BIDs. */
void pb_message_end(struct pb_message *message, uint64_t *data_out,
		    uint64_t *sub_out);
void pb_message_free(struct pb_message *message);

/* The parts that generate.c uses as well. */
void pb_message_from(struct pb_message *message, const struct pb_address *from);
void
pb_message_sender(struct pb_message *message, const struct pb_address *sender);
void
pb_message_subject(struct pb_message *message, const char *text, size_t len);
struct pb_props *
pb_message_recipient(struct pb_message *message, enum pb_recipient_type type,
		     const struct pb_address *address);

/* recipient.c */
void
pb_address_at(const struct pb_stmt *stmt, size_t i, struct pb_address *out);
void pb_one_off_entry_id(const struct pb_strings *strings, struct pb_buf *out,
			 const struct pb_address *address);
void pb_recipients_write(struct pb_message *message);

/* attachment.c */
void
pb_attachment_apply(struct pb_message *message, const struct pb_stmt *stmt);
/* Its properties are complete but for the size: writes the object and its
 * row. nid 0: the next one. */
void pb_attachment_add(struct pb_message *message, struct pb_props *props,
		       const struct pb_stmt *stmt);
/* The defaults of an attachment with a name. */
void pb_attachment_name(struct pb_props *props, const char *name);
void pb_attachments_write(struct pb_message *message);

/* item.c: a message of the recipe, in a folder. */
void pb_item_write(struct pb *pb, struct pb_folder *folder,
		   const struct pb_stmt *stmt, bool associated);

/* generate.c */
void pb_generate(struct pb *pb, struct pb_folder *folder,
		 const struct pb_stmt *stmt);

/* rtf.c: [MS-OXRTFCP] */
void pb_rtf_compress(struct pb_buf *out, const uint8_t *rtf, size_t len);
void pb_rtf_store(struct pb_buf *out, const uint8_t *rtf, size_t len);

#endif
