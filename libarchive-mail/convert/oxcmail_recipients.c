/* To, Cc, Bcc ([MS-OXCMAIL] 2.1.3.1.1; mapi-to-mime 3.1, 3.2, 4.4). */
#include <stdlib.h>

#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/item_class.h"
#include "convert/oxcmail_headers.h"

enum {
	/* [MS-OXOMSG] 2.2.3.1 PidTagRecipientType: of a resend only */
	FLAG_P1 = 0x10000000,
	MAX_DISPLAYED = 10000
};

/* A list of addresses in the making. */
struct list {
	struct am_address *items;
	size_t count;
};

static bool
is_meeting(const char *class_name)
{
	return am_class_has(class_name, "IPM.Schedule") ||
	       am_class_has(class_name, "IPM.Appointment");
}

/* Type 3 of a meeting is a resource, not a secret. */
static enum am_header_field
field_of(const struct am_message *message, const struct am_recipient *recipient)
{
	switch (recipient->type) {
	case AM_RECIPIENT_CC:
		return AM_FIELD_CC;
	case AM_RECIPIENT_BCC:
		return is_meeting(message->class_name) ? AM_FIELD_TO
						       : AM_FIELD_BCC;
	default:
		return AM_FIELD_TO;
	}
}

/* Of a report the rows that tell something are what it is about, not who it
 * is for. */
static bool
is_passed_over(const struct am_recipient *recipient)
{
	return recipient->type == AM_RECIPIENT_ORIGINATOR ||
	       recipient->report != NULL ||
	       (recipient->raw_type & FLAG_P1) != 0;
}

/* By PidTagRecipientOrder; where that is the same, as the rows are: their
 * addresses in memory tell. */
static int
recipient_compare(const void *left, const void *right)
{
	const struct am_recipient *a =
		*(const struct am_recipient *const *)left;
	const struct am_recipient *b =
		*(const struct am_recipient *const *)right;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return a < b ? -1 : a > b;
}

static enum am_status
recipients_sort(struct am_header *header, const struct am_recipient *rows,
		size_t count, const struct am_recipient ***sorted_out,
		struct am_error *err)
{
	const struct am_recipient **sorted = am_arena_array(
		header->resolver.arena, count, const struct am_recipient *);
	size_t i;

	if (sorted == NULL)
		return am_arena_failed(header->resolver.arena,
				       count * sizeof(*sorted), err);
	for (i = 0; i < count; i++)
		sorted[i] = &rows[i];
	qsort(sorted, count, sizeof(*sorted), recipient_compare);
	*sorted_out = sorted;
	return AM_OK;
}

static enum am_status
recipient_add(struct am_header *header, const struct am_recipient *recipient,
	      struct list *list, struct am_error *err)
{
	const struct am_person person = am_person_of_recipient(recipient);
	struct am_mailbox mailbox;

	AM_TRY(am_person_resolve(&header->resolver, &person, &mailbox, err));
	if (mailbox.to.address == NULL)
		am_header_unresolved(header, &mailbox);
	list->items[list->count++] = mailbox.to;
	return AM_OK;
}

/* Bcc is written where the owner of the mailbox knows it: in what he wrote
 * himself (tricky D18). */
static void
bcc_tell(struct am_header *header, size_t count)
{
	am_report_note(am_oxcmail_report(header->cx), "bcc",
		       "%zu blind copy(ies) of a received message left out",
		       count);
}

static enum am_status
field_write(struct am_header *header, enum am_header_field field,
	    const struct am_recipient *const *sorted, size_t count,
	    struct am_error *err)
{
	struct am_arena *arena = header->resolver.arena;
	struct list list = { am_arena_array(arena, count, struct am_address),
			     0 };
	size_t hidden = 0;
	size_t i;

	if (list.items == NULL)
		return am_arena_failed(arena, count * sizeof(*list.items), err);
	for (i = 0; i < count; i++) {
		if (is_passed_over(sorted[i]) ||
		    field_of(header->cx->message, sorted[i]) != field)
			continue;
		if (field == AM_FIELD_BCC && !header->cx->is_own)
			hidden++;
		else
			AM_TRY(recipient_add(header, sorted[i], &list, err));
	}
	if (hidden > 0)
		bcc_tell(header, hidden);
	if (list.count > 0)
		am_field_addresses(header->out, am_header_name(header, field),
				   list.items, list.count);
	return AM_OK;
}

/* ---- without a table ---- */

/* The name up to the next ';' of a display string. */
static struct am_bytes
displayed_next(struct am_bytes *names)
{
	struct am_bytes name = { NULL, 0 };
	size_t end = 0;

	while (end < names->len && names->data[end] != ';')
		end++;
	(void)am_slice(*names, 0, end, &name);
	*names = am_ascii_after(*names, end < names->len ? end + 1 : end);
	return am_ascii_trim(name);
}

static size_t
displayed_count(struct am_bytes names)
{
	size_t count = 0;

	while (names.len > 0 && count < MAX_DISPLAYED)
		count += displayed_next(&names).len > 0;
	return count;
}

static enum am_status
displayed_add(struct am_header *header, struct am_bytes name, struct list *list,
	      struct am_error *err)
{
	struct am_person person = { "", "", "", "", "", { 0 }, { 0 } };
	struct am_mailbox mailbox;

	AM_TRY(am_arena_text_copy(header->resolver.arena, name, &person.name,
				  err));
	AM_TRY(am_person_resolve(&header->resolver, &person, &mailbox, err));
	if (mailbox.to.address == NULL)
		am_header_unresolved(header, &mailbox);
	list->items[list->count++] = mailbox.to;
	return AM_OK;
}

static enum am_status
displayed_write(struct am_header *header, enum am_header_field field,
		uint16_t id, struct am_error *err)
{
	struct am_arena *arena = header->resolver.arena;
	struct list list = { 0 };
	struct am_text text;
	struct am_bytes names;
	size_t count;

	AM_TRY(am_message_text(header->cx->message, id, &text, err));
	names = am_bytes(text.data, text.len);
	count = displayed_count(names);
	if (count == 0)
		return AM_OK;
	list.items = am_arena_array(arena, count, struct am_address);
	if (list.items == NULL)
		return am_arena_failed(arena, count * sizeof(*list.items), err);
	while (list.count < count) {
		const struct am_bytes name = displayed_next(&names);

		if (name.len > 0)
			AM_TRY(displayed_add(header, name, &list, err));
	}
	am_field_addresses(header->out, am_header_name(header, field),
			   list.items, list.count);
	return AM_OK;
}

/* PidTagDisplayTo and so on are names only (tricky D25). */
static enum am_status
displayed_all(struct am_header *header, struct am_error *err)
{
	AM_TRY(displayed_write(header, AM_FIELD_TO, AM_PID_DISPLAY_TO, err));
	AM_TRY(displayed_write(header, AM_FIELD_CC, AM_PID_DISPLAY_CC, err));
	if (header->cx->is_own)
		AM_TRY(displayed_write(header, AM_FIELD_BCC, AM_PID_DISPLAY_BCC,
				       err));
	return AM_OK;
}

/* Whoever a report has come to. */
static enum am_status
receiver_write(struct am_header *header, struct am_error *err)
{
	struct am_mailbox mailbox;
	struct am_person person;

	AM_TRY(am_person_read(header->cx->message, AM_PERSON_RECEIVED_BY,
			      &person, err));
	if (am_person_is_nobody(&person))
		return AM_OK;
	AM_TRY(am_person_resolve(&header->resolver, &person, &mailbox, err));
	if (mailbox.to.address == NULL)
		am_header_unresolved(header, &mailbox);
	am_field_addresses(header->out, am_header_name(header, AM_FIELD_TO),
			   &mailbox.to, 1);
	return AM_OK;
}

static bool
has_recipients(const struct am_header *header)
{
	return !am_header_lacks(header, AM_FIELD_TO) ||
	       !am_header_lacks(header, AM_FIELD_CC) ||
	       !am_header_lacks(header, AM_FIELD_BCC);
}

/* Then somebody must have received it. */
static bool
is_received_mail(const struct am_oxcmail *cx)
{
	return am_item_kind(cx->message->class_name) == AM_ITEM_MAIL &&
	       (am_mail_flags(&cx->flag_facts, cx->role) & AM_FLAG_DRAFT) == 0;
}

enum am_status
am_header_recipients(struct am_header *header, struct am_error *err)
{
	struct am_oxcmail *cx = header->cx;
	const bool known = has_recipients(header);
	const struct am_recipient **sorted = NULL;
	struct am_recipient *rows;
	size_t count;

	if (known && (!cx->is_own || !am_header_lacks(header, AM_FIELD_BCC)))
		return AM_OK;
	AM_TRY(am_message_recipients(cx->message, &rows, &count, err));
	AM_TRY(recipients_sort(header, rows, count, &sorted, err));
	if (!known) {
		AM_TRY(field_write(header, AM_FIELD_TO, sorted, count, err));
		AM_TRY(field_write(header, AM_FIELD_CC, sorted, count, err));
	}
	AM_TRY(field_write(header, AM_FIELD_BCC, sorted, count, err));
	if (!has_recipients(header) &&
	    am_class_has(cx->message->class_name, "REPORT"))
		AM_TRY(receiver_write(header, err));
	if (!has_recipients(header))
		AM_TRY(displayed_all(header, err));
	if (!has_recipients(header) && is_received_mail(cx))
		am_field_ascii(header->out, am_header_name(header, AM_FIELD_TO),
			       "undisclosed-recipients:;");
	return AM_OK;
}
