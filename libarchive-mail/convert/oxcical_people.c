/* [MS-OXCICAL] 2.1.3.1.1.20.2, .16: ATTENDEE and ORGANIZER. */
#include "convert/ex_known.h"
#include "convert/oxcical_lids.h"
#include "convert/oxcical_private.h"

enum {
	FLAG_ORGANIZER = 0x02, /* PidTagRecipientFlags */
	FLAG_DELETED = 0x20,   /* not at this instance any more */
	STATE_MEETING = 1
};

struct people {
	struct am_oxcical *cx;
	const struct am_oxcical_source *source;
	struct am_resolver resolver;
	struct am_ex_known known;
	bool is_asked; /* a response is wanted */
};

/* What no resolver knows keeps its name. */
static enum am_status
address_write(struct people *people, const struct am_person *person,
	      const char **address_out, struct am_mailbox *mailbox,
	      struct am_error *err)
{
	AM_TRY(am_person_resolve(&people->resolver, person, mailbox, err));
	*address_out = mailbox->to.address;
	if (mailbox->to.address == NULL)
		am_report_note(am_oxcical_report(people->cx),
			       "unresolved-address", "\"%s\"%s%s",
			       mailbox->to.name,
			       mailbox->original[0] != '\0' ? " " : "",
			       mailbox->original);
	return AM_OK;
}

static void
value_write(struct am_ical *ical, const char *address)
{
	am_ical_colon(ical);
	am_ical_raw(ical, address != NULL ? "mailto:" : "invalid:nomail");
	if (address != NULL)
		am_ical_uri(ical, am_bytes_of(address));
	am_ical_eol(ical);
}

static const char *
name_of(const struct am_mailbox *mailbox, const struct am_person *person)
{
	const char *name = mailbox->to.name;

	return name != NULL && name[0] != '\0' ? name : person->name;
}

static enum am_status
organizer_write(struct people *people, const struct am_person *person,
		const struct am_person *sent_by, struct am_error *err)
{
	struct am_ical *ical = &people->cx->ical;
	struct am_mailbox mailbox;
	struct am_mailbox sender;
	const char *address;
	const char *by = NULL;
	const char *uri;

	AM_TRY(address_write(people, person, &address, &mailbox, err));
	if (sent_by != NULL && !am_person_is_nobody(sent_by))
		AM_TRY(address_write(people, sent_by, &by, &sender, err));
	am_ical_name(ical, "ORGANIZER");
	am_ical_param(ical, "CN", am_bytes_of(name_of(&mailbox, person)));
	if (by != NULL && (address == NULL || strcmp(by, address) != 0)) {
		uri = am_arena_printf(people->cx->arena, "mailto:%s", by);
		if (uri == NULL)
			return am_arena_failed(people->cx->arena, strlen(by),
					       err);
		am_ical_param(ical, "SENT-BY", am_bytes_of(uri));
	}
	value_write(ical, address);
	return AM_OK;
}

static const char *
role_of(const struct am_recipient *recipient)
{
	switch (recipient->type) {
	case AM_RECIPIENT_CC:
		return ";ROLE=OPT-PARTICIPANT";
	case AM_RECIPIENT_BCC: /* a room, or what else is not human */
		return ";CUTYPE=RESOURCE;ROLE=NON-PARTICIPANT";
	default:
		return ";ROLE=REQ-PARTICIPANT";
	}
}

static const char *
answer_of(const struct am_recipient *recipient)
{
	static const char *const answers[] = { "NEEDS-ACTION", "ACCEPTED",
					       "TENTATIVE",    "ACCEPTED",
					       "DECLINED",     "NEEDS-ACTION" };

	return recipient->track_status < 6 ? answers[recipient->track_status]
					   : "NEEDS-ACTION";
}

static enum am_status
attendee_write(struct people *people, const struct am_person *person,
	       const char *role, const char *answer, struct am_error *err)
{
	struct am_ical *ical = &people->cx->ical;
	struct am_mailbox mailbox;
	const char *address;

	AM_TRY(address_write(people, person, &address, &mailbox, err));
	am_ical_name(ical, "ATTENDEE");
	am_ical_raw(ical, role);
	am_ical_param(ical, "PARTSTAT", am_bytes_of(answer));
	if (people->is_asked && strcmp(answer, "NEEDS-ACTION") == 0)
		am_ical_raw(ical, ";RSVP=TRUE");
	am_ical_param(ical, "CN", am_bytes_of(name_of(&mailbox, person)));
	value_write(ical, address);
	return AM_OK;
}

static const struct am_recipient *
organizer_find(const struct am_recipient *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if ((rows[i].flags & FLAG_ORGANIZER) != 0)
			return &rows[i];
	return NULL;
}

/* Whom the item is sent for, and by whom; the same where one is unknown. */
static enum am_status
senders_read(const struct people *people, struct am_person *person_out,
	     struct am_person *sender_out, struct am_error *err)
{
	AM_TRY(am_person_read(people->source->message,
			      AM_PERSON_SENT_REPRESENTING, person_out, err));
	AM_TRY(am_person_read(people->source->message, AM_PERSON_SENDER,
			      sender_out, err));
	if (am_person_is_nobody(person_out))
		*person_out = *sender_out;
	return AM_OK;
}

/* From the table, or whom the item is sent for. The organizer sends requests:
 * then it is the other way round. */
static enum am_status
organizer_choose(struct people *people, const struct am_recipient *row,
		 struct am_error *err)
{
	struct am_person person;
	struct am_person sender;

	AM_TRY(senders_read(people, &person, &sender, err));
	if (row != NULL &&
	    (am_person_is_nobody(&person) ||
	     !am_oxcical_is_from(people->cx, AM_MEETING_ORGANIZER))) {
		person = am_person_of_recipient(row);
		return organizer_write(people, &person, NULL, err);
	}
	if (am_person_is_nobody(&person))
		return AM_OK;
	return organizer_write(people, &person, &sender, err);
}

/* An answer is one attendee's, and goes to the organizer. */
static enum am_status
answer_write(struct people *people, const struct am_recipient *rows,
	     size_t count, struct am_error *err)
{
	struct am_person person;
	struct am_person sender;
	size_t i;

	for (i = 0; i < count && rows[i].type != AM_RECIPIENT_TO; i++)
		continue;
	if (i < count) {
		person = am_person_of_recipient(&rows[i]);
		AM_TRY(organizer_write(people, &person, NULL, err));
	}
	AM_TRY(senders_read(people, &person, &sender, err));
	if (am_person_is_nobody(&person))
		return AM_OK;
	return attendee_write(people, &person, "",
			      people->cx->meeting->kind->answer, err);
}

/* The organizer is no attendee. */
static enum am_status
invited_write(struct people *people, const struct am_recipient *rows,
	      size_t count, struct am_error *err)
{
	const struct am_recipient *organizer = organizer_find(rows, count);
	size_t i;

	AM_TRY(organizer_choose(people, organizer, err));
	for (i = 0; i < count; i++) {
		const struct am_person person =
			am_person_of_recipient(&rows[i]);

		if (&rows[i] != organizer &&
		    rows[i].type != AM_RECIPIENT_ORIGINATOR &&
		    (rows[i].flags & FLAG_DELETED) == 0)
			AM_TRY(attendee_write(people, &person,
					      role_of(&rows[i]),
					      answer_of(&rows[i]), err));
	}
	return AM_OK;
}

/* An exception has a table of its own where somebody else is invited. */
static enum am_status
rows_read(const struct am_oxcical_source *source, struct am_recipient **rows,
	  size_t *count, struct am_error *err)
{
	*count = 0;
	if (source->exception != NULL)
		AM_TRY(am_message_recipients(source->exception, rows, count,
					     err));
	if (*count > 0)
		return AM_OK;
	return am_message_recipients(source->message, rows, count, err);
}

static enum am_status
people_write(struct people *people, struct am_error *err)
{
	const int64_t state = am_oxcical_int(
		people->source, AM_PSETID_APPOINTMENT, LID_STATE_FLAGS, 0);
	const bool is_message =
		am_oxcical_is_from(people->cx, AM_MEETING_ORGANIZER) ||
		am_oxcical_is_from(people->cx, AM_MEETING_ATTENDEE);
	struct am_recipient *rows = NULL;
	size_t count;

	AM_TRY(rows_read(people->source, &rows, &count, err));
	if ((state & STATE_MEETING) == 0 && count == 0 && !is_message)
		return AM_OK; /* nobody is invited */
	if (am_oxcical_is_from(people->cx, AM_MEETING_ATTENDEE))
		return answer_write(people, rows, count, err);
	return invited_write(people, rows, count, err);
}

enum am_status
am_oxcical_people(struct am_oxcical *cx, const struct am_oxcical_source *source,
		  struct am_error *err)
{
	struct people people = {
		.cx = cx,
		.source = source,
		.resolver = { .arena = cx->arena,
			      .codepage = source->message->codepage,
			      .options = &cx->options },
		.known = { .message = source->message },
		.is_asked = am_oxcical_tag_int(
				    source, AM_PID_RESPONSE_REQUESTED, 0) != 0,
	};
	enum am_status status;

	people.resolver.known = &people.known;
	status = people_write(&people, err);
	am_ex_known_free(&people.known);
	return status;
}
