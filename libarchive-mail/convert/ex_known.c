/* What an item tells of Exchange's names for people. */
#include "convert/ex_known.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "convert/contact_email.h"
#include "convert/item.h"

/* Pairs in the making: there is room for all that may come. */
struct collector {
	struct am_resolver resolver;
	struct am_ex_pair *pairs;
	size_t count;
};

/* An Exchange name in the form of an address tells of no other. */
static bool
is_encapsulated(const char *smtp)
{
	return am_ascii_starts(am_bytes_of(smtp), "IMCEA");
}

static enum am_status
person_add(struct collector *collector, const struct am_person *person,
	   struct am_error *err)
{
	struct am_certain certain;

	AM_TRY(am_person_certain(&collector->resolver, person, &certain, err));
	if (certain.smtp == NULL || certain.dn == NULL ||
	    is_encapsulated(certain.smtp))
		return AM_OK;
	collector->pairs[collector->count] =
		(struct am_ex_pair){ certain.dn, certain.smtp,
				     collector->count };
	collector->count++;
	return AM_OK;
}

static enum am_status
groups_add(struct collector *collector, const struct am_message *message,
	   struct am_error *err)
{
	struct am_person person;
	int group;

	for (group = 0; group < AM_PERSON_GROUP_COUNT; group++) {
		AM_TRY(am_person_read(message, (enum am_person_group)group,
				      &person, err));
		AM_TRY(person_add(collector, &person, err));
	}
	return AM_OK;
}

static enum am_status
recipients_add(struct collector *collector, const struct am_recipient *rows,
	       size_t count, struct am_error *err)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct am_person person =
			am_person_of_recipient(&rows[i]);

		AM_TRY(person_add(collector, &person, err));
	}
	return AM_OK;
}

static enum am_status
contact_add(struct collector *collector, const struct am_message *contact,
	    struct am_error *err)
{
	struct am_person person;
	unsigned slot;

	for (slot = 0; slot < AM_CONTACT_EMAILS; slot++) {
		AM_TRY(am_contact_email(contact, slot, &person, err));
		AM_TRY(person_add(collector, &person, err));
	}
	return AM_OK;
}

enum am_status
am_ex_pairs_read(const struct am_message *message,
		 struct am_ex_pair **pairs_out, size_t *count_out,
		 struct am_error *err)
{
	const struct am_convert_options none = { .lf = false };
	struct collector collector = {
		.resolver = { .arena = message->arena,
			      .codepage = message->codepage,
			      .options = &none },
	};
	struct am_recipient *rows;
	size_t count;
	size_t room;

	AM_TRY(am_message_recipients(message, &rows, &count, err));
	room = count + AM_PERSON_GROUP_COUNT + AM_CONTACT_EMAILS;
	collector.pairs =
		am_arena_array(message->arena, room, struct am_ex_pair);
	if (collector.pairs == NULL)
		return am_arena_failed(message->arena,
				       room * sizeof(*collector.pairs), err);
	AM_TRY(groups_add(&collector, message, err));
	AM_TRY(recipients_add(&collector, rows, count, err));
	if (am_item_kind(message->class_name) == AM_ITEM_CONTACT)
		AM_TRY(contact_add(&collector, message, err));
	*pairs_out = collector.pairs;
	*count_out = collector.count;
	return AM_OK;
}

/* By DN; of one DN in the order they came. */
static int
pair_compare(const void *left, const void *right)
{
	const struct am_ex_pair *a = left;
	const struct am_ex_pair *b = right;
	const int order = strcmp(a->dn, b->dn);

	if (order != 0)
		return order;
	return a->order < b->order ? -1 : a->order > b->order;
}

static enum am_status
known_read(struct am_ex_known *known, struct am_error *err)
{
	struct am_message message = *known->message;
	enum am_status status;

	known->is_read = true;
	message.arena = &known->arena;
	status = am_ex_pairs_read(&message, &known->pairs, &known->count, err);
	if (am_is_item_scoped(status)) {
		known->count = 0;
		am_report_add(am_store_report(message.store), "people", err);
		return AM_OK;
	}
	if (status == AM_OK && known->count > 0)
		qsort(known->pairs, known->count, sizeof(*known->pairs),
		      pair_compare);
	return status;
}

void
am_ex_known_free(struct am_ex_known *known)
{
	am_arena_free(&known->arena);
}

enum am_status
am_ex_known_find(struct am_ex_known *known, const char *dn,
		 const char **smtp_out, struct am_error *err)
{
	size_t low = 0;
	size_t high;

	if (!known->is_read)
		AM_TRY(known_read(known, err));
	high = known->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (strcmp(known->pairs[middle].dn, dn) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*smtp_out = low < known->count && strcmp(known->pairs[low].dn, dn) == 0
			    ? known->pairs[low].smtp
			    : NULL;
	return AM_OK;
}
