/* What the files of oxvcard share; nobody else includes it. */
#ifndef AM_CONVERT_OXVCARD_H
#define AM_CONVERT_OXVCARD_H

#include "convert/ex_known.h"
#include "convert/item.h"
#include "convert/outline.h"
#include "convert/oxcmail_address.h"
#include "vcard/card.h"

enum {
	AM_OXVCARD_MAX_LINES = 32 << 20, /* bytes of a card without its data */
	AM_OXVCARD_MAX_NOTE = 1 << 20,	 /* bytes of the notes */
	AM_OXVCARD_MAX_CERTIFICATES = 100,
	AM_OXVCARD_UID_SIZE = 46 /* "urn:uuid:..." with NUL */
};

/* A content that stands in the card as base64: a photo, a file. */
struct am_oxvcard_data {
	struct am_oxvcard_data *next;
	size_t place; /* in lines: what it stands behind */
	const struct am_attachment *attachment;
	struct am_item_attachment *record; /* NULL: an embedded message */
};

/* A card in the making, then in the reading. */
struct am_oxvcard {
	struct am_mail mail; /* first */
	struct am_message *message;
	struct am_convert_options options;
	struct am_resolver resolver;
	struct am_ex_known known;
	struct am_buf lines;
	struct am_vcard card; /* writes lines */
	struct am_oxvcard_data *data;
	struct am_oxvcard_data **data_end;
	struct am_item_attachment **records_end;
	bool has_photo;

	/* Of a card that is a part of mail: what the mail has read. */
	const struct am_attachment *items;
	size_t item_count;
	bool is_part;
	size_t photo;	     /* the item that is in the card; SIZE_MAX: none */
	struct am_arena own; /* of all that is made for the part */

	/* the stream */
	struct am_stream stream;
	size_t at; /* in lines */
	struct am_oxvcard_data *next_data;
	struct am_oxvcard_data *open_data; /* NULL: lines come next */
	struct am_stream *content;
	struct am_stream guard; /* what goes through content is counted */
	struct am_stream *raw;	/* behind guard */
	enum am_status content_status;
	struct am_mail *embedded;
	struct am_arena scratch;
	struct am_sha256 *sha;
	uint64_t output;
};

static inline bool
am_oxvcard_is_v4(const struct am_oxvcard *cx)
{
	return cx->card.version == AM_VCARD_4;
}

static inline struct am_report *
am_oxvcard_report(const struct am_oxvcard *cx)
{
	return am_store_report(cx->message->store);
}

/* A text of a contact: a property, or a name in PSETID_Address. */
struct am_oxvcard_source {
	uint16_t pid;
	uint16_t lid; /* 0: pid is meant */
};

/* oxvcard.c */

/* Its text, trimmed; "" when it has none. */
enum am_status
am_oxvcard_text(const struct am_oxvcard *cx, struct am_oxvcard_source source,
		struct am_bytes *text_out, struct am_error *err);

/* What concerns one property only becomes a finding of the kind; the rest is
 * returned. */
enum am_status am_oxvcard_passed(const struct am_oxvcard *cx, const char *kind,
				 enum am_status status, struct am_error *err);

/* The UID of an item that is, or will be, a card: the same for the same item
 * in the same store. */
enum am_status
am_oxvcard_uid(const struct am_message *item, char uid[AM_OXVCARD_UID_SIZE],
	       struct am_error *err);

/* The card for mail that it is kept in, or that it is embedded in: items, the
 * attachments of the message, are parts of the mail, but for the photo, whose
 * index is in photo_out (SIZE_MAX: there is none). As am_oxvcard_open. */
enum am_status
am_oxvcard_part_open(struct am_message *message,
		     const struct am_attachment *items, size_t count,
		     const struct am_convert_options *options,
		     struct am_mail **mail_out, size_t *photo_out,
		     struct am_error *err);

/* Adds what an open card says. */
void am_oxvcard_outline(const struct am_mail *mail, struct am_outline *outline);

/* oxvcard_name.c: FN, N, ORG */
enum am_status am_oxvcard_names(struct am_oxvcard *cx, struct am_error *err);

/* oxvcard_fields.c: what one property says */
enum am_status am_oxvcard_fields(struct am_oxvcard *cx, struct am_error *err);

/* oxvcard_more.c: families, IM, dates, notes, categories, class, certificates,
 * properties that users have made */
enum am_status am_oxvcard_more(struct am_oxvcard *cx, struct am_error *err);

/* The ends of all cards: NOTE with the body behind text (may be empty),
 * CATEGORIES, CLASS. */
enum am_status am_oxvcard_common(struct am_oxvcard *cx, struct am_bytes text,
				 struct am_error *err);

/* oxvcard_address.c: EMAIL, ADR */
enum am_status
am_oxvcard_addresses(struct am_oxvcard *cx, struct am_error *err);

/* "X-PST-UNRESOLVED" and a finding. */
void
am_oxvcard_unresolved(struct am_oxvcard *cx, const struct am_mailbox *mailbox);

/* oxvcard_list.c: KIND:group and its members */
enum am_status am_oxvcard_members(struct am_oxvcard *cx, struct am_error *err);

/* oxvcard_data.c: PHOTO and other attachments */
enum am_status
am_oxvcard_attachments(struct am_oxvcard *cx, struct am_error *err);

/* oxvcard_stream.c */
enum am_status
am_oxvcard_next(struct am_stream *stream, struct am_bytes *bytes_out,
		struct am_error *err);
void am_oxvcard_stream_end(struct am_oxvcard *cx);

#endif
