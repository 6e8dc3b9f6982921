/* What the files that write the header share; nobody else includes it. */
#ifndef AM_CONVERT_OXCMAIL_HEADERS_H
#define AM_CONVERT_OXCMAIL_HEADERS_H

#include "convert/oxcmail_address.h"
#include "convert/oxcmail_private.h"

/* A header in the making. */
struct am_header {
	struct am_oxcmail *cx;
	struct am_buf *out;
	struct am_resolver resolver;
	bool is_built;		      /* there are no transport headers */
	struct am_buf late;	      /* fields that stand at the end */
	bool written[AM_FIELD_COUNT]; /* made from properties */
};

/* Is the field still to be made from properties? */
static inline bool
am_header_lacks(const struct am_header *header, enum am_header_field field)
{
	return !am_transport_has(&header->cx->transport, field) &&
	       !header->written[field];
}

/* Are requests for receipts left out? Not of embedded messages. */
static inline bool
am_header_no_receipts(const struct am_header *header)
{
	return header->cx->run->options.no_receipts &&
	       header->cx->parent == NULL;
}

/* Notes that field is written now; its name. */
const char *
am_header_name(struct am_header *header, enum am_header_field field);

/* Keeps the address of an unresolved person: X-PST-Unresolved and a
 * finding. */
void am_header_unresolved(struct am_header *header,
			  const struct am_mailbox *mailbox);

/* oxcmail_originator.c: From, Sender, Reply-To, the receipts; and the sender
 * as a fact. */
enum am_status
am_header_originator(struct am_header *header, struct am_error *err);

/* oxcmail_recipients.c: To, Cc, Bcc. */
enum am_status
am_header_recipients(struct am_header *header, struct am_error *err);

/* oxcmail_fields.c: the fields that say what a property says. */
enum am_status am_header_fields(struct am_header *header, bool has_attachments,
				struct am_error *err);

/* oxcmail_keywords.c: Keywords; reads the categories. */
enum am_status
am_header_keywords(struct am_header *header, struct am_error *err);

/* oxcmail_named.c: the named properties that are header fields. */
enum am_status am_header_named(struct am_header *header, struct am_error *err);

/* oxcmail_class_fields.c: the fields of RSS items and of votes. */
enum am_status am_header_class(struct am_header *header, struct am_error *err);

#endif
