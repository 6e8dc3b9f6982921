/* Who a message is from ([MS-OXCMAIL] 2.1.3.1.2-.5). */
#include "base/ascii.h"
#include "convert/oxcmail_headers.h"
#include "convert/rfc5322.h"

/* The From and the Sender that the properties tell. */
struct originator {
	struct am_mailbox from;
	struct am_mailbox sender;
	bool has_from; /* something is known */
	bool has_sender;
};

static enum am_status
group_resolve(struct am_header *header, enum am_person_group group,
	      bool *known_out, struct am_mailbox *mailbox_out,
	      struct am_error *err)
{
	struct am_person person;

	AM_TRY(am_person_read(header->cx->message, group, &person, err));
	*known_out = !am_person_is_nobody(&person);
	if (!*known_out)
		return AM_OK;
	return am_person_resolve(&header->resolver, &person, mailbox_out, err);
}

/* Two groups tell of one person if the addresses agree, or what stands for
 * them where one is not resolved. */
static bool
is_same(const struct am_mailbox *a, const struct am_mailbox *b)
{
	if (a->to.address != NULL && b->to.address != NULL)
		return am_ascii_equal(am_bytes_of(a->to.address),
				      b->to.address);
	if (a->original[0] != '\0' && strcmp(a->original, b->original) == 0)
		return true;
	return a->to.name[0] != '\0' && strcmp(a->to.name, b->to.name) == 0;
}

static enum am_status
originator_read(struct am_header *header, struct originator *originator,
		struct am_error *err)
{
	AM_TRY(group_resolve(header, AM_PERSON_SENT_REPRESENTING,
			     &originator->has_from, &originator->from, err));
	AM_TRY(group_resolve(header, AM_PERSON_SENDER, &originator->has_sender,
			     &originator->sender, err));
	if (originator->has_sender &&
	    (!originator->has_from ||
	     (originator->from.to.address == NULL &&
	      is_same(&originator->from, &originator->sender)))) {
		originator->from = originator->sender;
		originator->has_from = true;
	}
	return AM_OK;
}

static void
mailbox_write(struct am_header *header, enum am_header_field field,
	      const struct am_mailbox *mailbox)
{
	struct am_address address = mailbox->to;

	if (address.address == NULL) {
		address.address = "unresolved@pst.invalid";
		am_header_unresolved(header, mailbox);
	}
	am_field_addresses(header->out, am_header_name(header, field), &address,
			   1);
}

static void
from_write(struct am_header *header, const struct originator *originator)
{
	static const struct am_mailbox unknown = {
		{ "unknown", "unknown@invalid" }, ""
	};

	mailbox_write(header, AM_FIELD_FROM,
		      originator->has_from ? &originator->from : &unknown);
}

/* Who sent it on behalf of From. */
static void
sender_write(struct am_header *header, const struct originator *originator)
{
	if (!header->is_built || !originator->has_sender ||
	    !originator->has_from ||
	    is_same(&originator->sender, &originator->from))
		return;
	mailbox_write(header, AM_FIELD_SENDER, &originator->sender);
}

static enum am_status
reply_to_write(struct am_header *header, const struct originator *originator,
	       struct am_error *err)
{
	struct am_mailbox *list;
	struct am_address *addresses;
	size_t count;
	size_t i;

	if (!header->is_built)
		return AM_OK;
	AM_TRY(am_reply_to_read(&header->resolver, header->cx->message, &list,
				&count, err));
	if (count == 0 || (count == 1 && originator->has_from &&
			   is_same(&list[0], &originator->from)))
		return AM_OK;
	addresses = am_arena_array(header->resolver.arena, count,
				   struct am_address);
	if (addresses == NULL)
		return am_arena_failed(header->resolver.arena,
				       count * sizeof(*addresses), err);
	for (i = 0; i < count; i++) {
		addresses[i] = list[i].to;
		if (list[i].to.address == NULL)
			am_header_unresolved(header, &list[i]);
	}
	am_field_addresses(header->out,
			   am_header_name(header, AM_FIELD_REPLY_TO), addresses,
			   count);
	return AM_OK;
}

static bool
is_requested(const struct am_header *header, uint16_t id)
{
	return header->is_built && !am_header_no_receipts(header) &&
	       (am_pc_int(header->cx->message->pc, id, 0) & 0xff) != 0;
}

/* Receipts go to who is asked for by name, else to From. */
static enum am_status
receipts_write(struct am_header *header, const struct originator *originator,
	       struct am_error *err)
{
	struct am_mailbox reader = originator->from;
	bool known;

	if (is_requested(header, AM_PID_READ_RECEIPT_REQUESTED)) {
		AM_TRY(group_resolve(header, AM_PERSON_READ_RECEIPT, &known,
				     &reader, err));
		if (reader.to.address == NULL)
			reader = originator->from;
		if (reader.to.address != NULL)
			mailbox_write(header,
				      AM_FIELD_DISPOSITION_NOTIFICATION_TO,
				      &reader);
	}
	if (is_requested(header, AM_PID_ORIGINATOR_DELIVERY_REPORT_REQUESTED) &&
	    originator->from.to.address != NULL)
		mailbox_write(header, AM_FIELD_RETURN_RECEIPT_TO,
			      &originator->from);
	return AM_OK;
}

/* The address in a field of the transport headers; NULL if it has none. */
static enum am_status
transport_address(struct am_header *header, enum am_header_field field,
		  const char **address_out, struct am_error *err)
{
	const struct am_transport_field *found =
		header->cx->transport.first[field];
	struct am_address *list;
	size_t count;
	size_t i;

	*address_out = NULL;
	if (found == NULL)
		return AM_OK;
	AM_TRY(am_rfc5322_addresses(header->resolver.arena, found->value, &list,
				    &count, err));
	for (i = 0; i < count && *address_out == NULL; i++)
		*address_out = list[i].address;
	return AM_OK;
}

/* A From of the transport headers that names nobody, where the properties
 * do, is set aside. */
static enum am_status
transport_from(struct am_header *header, const char **sender_out,
	       struct originator *originator, struct am_error *err)
{
	AM_TRY(transport_address(header, AM_FIELD_SENDER, sender_out, err));
	if (*sender_out == NULL)
		AM_TRY(transport_address(header, AM_FIELD_FROM, sender_out,
					 err));
	if (*sender_out != NULL)
		return AM_OK;
	AM_TRY(originator_read(header, originator, err));
	if (originator->from.to.address != NULL)
		am_transport_set_aside(&header->cx->transport, AM_FIELD_FROM);
	return AM_OK;
}

static const char *
envelope_sender(const struct originator *originator)
{
	if (originator->has_sender && originator->sender.to.address != NULL)
		return originator->sender.to.address;
	if (originator->has_from && originator->from.to.address != NULL)
		return originator->from.to.address;
	return "";
}

enum am_status
am_header_originator(struct am_header *header, struct am_error *err)
{
	struct originator originator = { 0 };
	const char *sender = NULL;

	if (am_transport_has(&header->cx->transport, AM_FIELD_FROM))
		AM_TRY(transport_from(header, &sender, &originator, err));
	else
		AM_TRY(originator_read(header, &originator, err));
	header->cx->sender =
		sender != NULL ? sender : envelope_sender(&originator);
	if (!am_header_lacks(header, AM_FIELD_FROM))
		return AM_OK;
	from_write(header, &originator);
	sender_write(header, &originator);
	AM_TRY(reply_to_write(header, &originator, err));
	return receipts_write(header, &originator, err);
}
