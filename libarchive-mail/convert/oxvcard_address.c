/* [MS-OXVCARD] 2.1.3.5, 2.1.3.7: electronic and postal addresses. */
#include "base/ascii.h"
#include "convert/contact_email.h"
#include "convert/oxvcard.h"

/* ---- EMAIL ---- */

void
am_oxvcard_unresolved(struct am_oxvcard *cx, const struct am_mailbox *mailbox)
{
	const char *original = mailbox->original;
	const char *name = mailbox->to.name;

	am_report_note(am_oxvcard_report(cx), "unresolved-address",
		       "\"%s\"%s%s", name[0] != '\0' ? name : "unknown",
		       original[0] != '\0' ? " " : "", original);
	am_vcard_line(&cx->card, "X-PST-UNRESOLVED", am_bytes_of(original));
}

/* Slots that faxes stand in have numbers of their own, and are not among
 * these; one of these that holds a fax is none of an e-mail (tricky F14). */
static bool
is_fax(const struct am_person *person)
{
	return am_ascii_equal(am_bytes_of(person->address_type), "FAX");
}

static void
email_write(struct am_oxvcard *cx, const char *address, bool is_first)
{
	if (am_oxvcard_is_v4(cx))
		am_vcard_name(&cx->card, is_first ? "EMAIL;PREF=1" : "EMAIL");
	else
		am_vcard_name(&cx->card, is_first ? "EMAIL;TYPE=INTERNET,PREF"
						  : "EMAIL;TYPE=INTERNET");
	am_vcard_colon(&cx->card);
	am_vcard_text(&cx->card, am_bytes_of(address));
	am_vcard_eol(&cx->card);
}

static bool
is_among(const char *const *addresses, size_t count, const char *address)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (am_ascii_equal(am_bytes_of(addresses[i]), address))
			return true;
	return false;
}

static enum am_status
emails_write(struct am_oxvcard *cx, struct am_error *err)
{
	const char *addresses[AM_CONTACT_EMAILS];
	struct am_mailbox mailbox;
	struct am_person person;
	size_t count = 0;
	unsigned slot;

	for (slot = 0; slot < AM_CONTACT_EMAILS; slot++) {
		AM_TRY(am_contact_email(cx->message, slot, &person, err));
		if ((person.email[0] == '\0' && person.entry_id.len == 0) ||
		    is_fax(&person))
			continue;
		AM_TRY(am_person_resolve(&cx->resolver, &person, &mailbox,
					 err));
		if (mailbox.to.address == NULL) {
			am_oxvcard_unresolved(cx, &mailbox);
		} else if (!is_among(addresses, count, mailbox.to.address)) {
			email_write(cx, mailbox.to.address, count == 0);
			addresses[count++] = mailbox.to.address;
		}
	}
	return AM_OK;
}

/* ---- ADR ---- */

enum { PARTS = 6 };

/* [MS-OXOCNTC] 2.2.1.3; the parts in the order of ADR, without the extended
 * address that nobody has: box, street, city, state, code, country. */
static const struct postal {
	struct am_oxvcard_source parts[PARTS];
	uint16_t label;	   /* LID; 0: none */
	const char *types; /* "" none */
	const char *types3;
	int64_t id; /* of PidLidPostalAddressId */
} postals[] = {
	{ { { AM_PID_HOME_POST_OFFICE_BOX, 0 },
	    { AM_PID_HOME_STREET, 0 },
	    { AM_PID_HOME_CITY, 0 },
	    { AM_PID_HOME_STATE, 0 },
	    { AM_PID_HOME_POSTAL_CODE, 0 },
	    { AM_PID_HOME_COUNTRY, 0 } },
	  0x801a,
	  ";TYPE=home",
	  ";TYPE=HOME",
	  1 },
	{ { { 0, 0x804a },
	    { 0, 0x8045 },
	    { 0, 0x8046 },
	    { 0, 0x8047 },
	    { 0, 0x8048 },
	    { 0, 0x8049 } },
	  0x801b,
	  ";TYPE=work",
	  ";TYPE=WORK",
	  2 },
	{ { { AM_PID_OTHER_POST_OFFICE_BOX, 0 },
	    { AM_PID_OTHER_STREET, 0 },
	    { AM_PID_OTHER_CITY, 0 },
	    { AM_PID_OTHER_STATE, 0 },
	    { AM_PID_OTHER_POSTAL_CODE, 0 },
	    { AM_PID_OTHER_COUNTRY, 0 } },
	  0x801c,
	  "",
	  ";TYPE=POSTAL",
	  3 },
};

/* A copy of whichever is the mailing address; of old contacts the only one. */
static const struct postal mailing = { { { AM_PID_POST_OFFICE_BOX, 0 },
					 { AM_PID_STREET_ADDRESS, 0 },
					 { AM_PID_LOCALITY, 0 },
					 { AM_PID_STATE_OR_PROVINCE, 0 },
					 { AM_PID_POSTAL_CODE, 0 },
					 { AM_PID_COUNTRY, 0 } },
				       0,
				       ";TYPE=work",
				       ";TYPE=WORK",
				       2 };

struct place {
	struct am_bytes parts[PARTS];
	struct am_bytes label;
	bool is_empty;
};

static enum am_status
place_read(const struct am_oxvcard *cx, const struct postal *postal,
	   struct place *place_out, struct am_error *err)
{
	const struct am_oxvcard_source label = { AM_PID_POSTAL_ADDRESS,
						 postal->label };
	size_t i;

	AM_TRY(am_oxvcard_text(cx, label, &place_out->label, err));
	place_out->is_empty = true;
	for (i = 0; i < PARTS; i++) {
		AM_TRY(am_oxvcard_text(cx, postal->parts[i],
				       &place_out->parts[i], err));
		if (place_out->parts[i].len > 0)
			place_out->is_empty = false;
	}
	/* of the mailing address it is of no use by itself */
	if (place_out->label.len > 0 && postal->label != 0)
		place_out->is_empty = false;
	return AM_OK;
}

static void
adr_write(struct am_oxvcard *cx, const struct postal *postal,
	  const struct place *place, bool is_preferred)
{
	const bool v4 = am_oxvcard_is_v4(cx);
	size_t i;

	am_vcard_name(&cx->card, "ADR");
	am_vcard_more(&cx->card, v4 ? postal->types : postal->types3);
	if (is_preferred)
		am_vcard_more(&cx->card, v4 ? ";PREF=1" : ";TYPE=PREF");
	if (v4 && place->label.len > 0)
		am_vcard_param(&cx->card, "LABEL", place->label);
	am_vcard_colon(&cx->card);
	for (i = 0; i < PARTS; i++) {
		if (i > 0)
			am_vcard_between(&cx->card, ';');
		if (i == 1) /* no extended address */
			am_vcard_between(&cx->card, ';');
		am_vcard_component(&cx->card, place->parts[i]);
	}
	am_vcard_eol(&cx->card);
}

static void
label_write(struct am_oxvcard *cx, const struct postal *postal,
	    const struct place *place)
{
	if (am_oxvcard_is_v4(cx) || place->label.len == 0)
		return;
	am_vcard_name(&cx->card, "LABEL");
	am_vcard_more(&cx->card, postal->types3);
	am_vcard_colon(&cx->card);
	am_vcard_text(&cx->card, place->label);
	am_vcard_eol(&cx->card);
}

static int64_t
mailing_id(const struct am_oxvcard *cx)
{
	enum { LID_POSTAL_ADDRESS_ID = 0x8022 };
	struct am_prop prop;
	int64_t value = 0;

	if (am_message_named(cx->message, AM_PSETID_ADDRESS,
			     LID_POSTAL_ADDRESS_ID, &prop))
		(void)am_prop_int(&prop, &value);
	return value;
}

static bool
place_equal(const struct place *a, const struct place *b)
{
	size_t i;

	for (i = 0; i < PARTS; i++)
		if (!am_bytes_equal(a->parts[i], b->parts[i]))
			return false;
	return true;
}

static enum am_status
places_write(struct am_oxvcard *cx, struct am_error *err)
{
	enum { COUNT = sizeof(postals) / sizeof(postals[0]) };
	const int64_t preferred = mailing_id(cx);
	struct place places[COUNT];
	struct place mailed;
	bool is_told = false;
	size_t i;

	AM_TRY(place_read(cx, &mailing, &mailed, err));
	for (i = 0; i < COUNT; i++) {
		AM_TRY(place_read(cx, &postals[i], &places[i], err));
		if (places[i].is_empty)
			continue;
		is_told = is_told || place_equal(&places[i], &mailed) ||
			  postals[i].id == preferred;
		adr_write(cx, &postals[i], &places[i],
			  postals[i].id == preferred);
		label_write(cx, &postals[i], &places[i]);
	}
	if (!mailed.is_empty && !is_told)
		adr_write(cx, &mailing, &mailed, false);
	return AM_OK;
}

enum am_status
am_oxvcard_addresses(struct am_oxvcard *cx, struct am_error *err)
{
	AM_TRY(emails_write(cx, err));
	return places_write(cx, err);
}
