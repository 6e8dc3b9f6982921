/* [MS-OXVCARD] 2.1.3.3 names: FN, N, ORG (calendar-contacts 12). */
#include "convert/contact_email.h"
#include "convert/oxcmail_private.h"
#include "convert/oxvcard.h"

enum { LID_FILE_UNDER = 0x8005 };

/* The components of a line, in their order. */
static enum am_status
components_read(const struct am_oxvcard *cx, const uint16_t *pids, size_t count,
		struct am_bytes *texts_out, bool *any_out, struct am_error *err)
{
	size_t i;

	*any_out = false;
	for (i = 0; i < count; i++) {
		const struct am_oxvcard_source source = { pids[i], 0 };

		AM_TRY(am_oxvcard_text(cx, source, &texts_out[i], err));
		*any_out = *any_out || texts_out[i].len > 0;
	}
	return AM_OK;
}

static void
components_write(struct am_oxvcard *cx, const struct am_bytes *texts,
		 size_t count)
{
	size_t i;

	am_vcard_colon(&cx->card);
	for (i = 0; i < count; i++) {
		if (i > 0)
			am_vcard_between(&cx->card, ';');
		am_vcard_component(&cx->card, texts[i]);
	}
	am_vcard_eol(&cx->card);
}

/* The first e-mail address. */
static enum am_status
address_name(const struct am_oxvcard *cx, struct am_bytes *name_out,
	     struct am_error *err)
{
	struct am_mailbox mailbox;
	struct am_person person;

	AM_TRY(am_contact_email(cx->message, 0, &person, err));
	AM_TRY(am_person_resolve(&cx->resolver, &person, &mailbox, err));
	*name_out = am_bytes_of(mailbox.to.address != NULL ? mailbox.to.address
							   : "unnamed");
	return AM_OK;
}

/* The first of the texts that stand for a name. */
static enum am_status
display_name(const struct am_oxvcard *cx, struct am_bytes *name_out,
	     struct am_error *err)
{
	static const struct am_oxvcard_source sources[] = {
		{ AM_PID_DISPLAY_NAME, 0 },
		{ AM_PID_SUBJECT, 0 },
		{ AM_PID_NORMALIZED_SUBJECT, 0 },
		{ AM_PID_COMPANY_NAME, 0 },
		{ 0, 0x8080 /* PidLidEmail1DisplayName */ },
	};
	struct am_text subject;
	size_t i;

	for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		if (sources[i].pid == AM_PID_SUBJECT) {
			AM_TRY(am_oxcmail_subject(cx->message, &subject, err));
			*name_out = am_bytes(subject.data, subject.len);
		} else {
			AM_TRY(am_oxvcard_text(cx, sources[i], name_out, err));
		}
		if (name_out->len > 0)
			return AM_OK;
	}
	return address_name(cx, name_out, err);
}

/* How the contact is filed: the key it is sorted by. */
static void
file_under_write(struct am_oxvcard *cx, struct am_bytes file_under)
{
	if (!am_oxvcard_is_v4(cx))
		am_vcard_line(&cx->card, "SORT-STRING", file_under);
	am_vcard_line(&cx->card, "X-MS-FILE-AS", file_under);
}

static enum am_status
name_write(struct am_oxvcard *cx, struct am_bytes display, struct am_error *err)
{
	static const uint16_t pids[] = { AM_PID_SURNAME, AM_PID_GIVEN_NAME,
					 AM_PID_MIDDLE_NAME,
					 AM_PID_DISPLAY_NAME_PREFIX,
					 AM_PID_GENERATION };
	enum { COUNT = sizeof(pids) / sizeof(pids[0]) };
	const struct am_oxvcard_source source = { 0, LID_FILE_UNDER };
	struct am_bytes texts[COUNT] = { { NULL, 0 } };
	struct am_bytes file_under;
	bool any;

	AM_TRY(components_read(cx, pids, COUNT, texts, &any, err));
	AM_TRY(am_oxvcard_text(cx, source, &file_under, err));
	if (!any)
		texts[1] = display;
	am_vcard_name(&cx->card, "N");
	if (am_oxvcard_is_v4(cx) && file_under.len > 0)
		am_vcard_param(&cx->card, "SORT-AS", file_under);
	components_write(cx, texts, COUNT);
	file_under_write(cx, file_under);
	return AM_OK;
}

static enum am_status
organization_write(struct am_oxvcard *cx, struct am_error *err)
{
	static const uint16_t pids[] = { AM_PID_COMPANY_NAME,
					 AM_PID_DEPARTMENT_NAME,
					 AM_PID_OFFICE_LOCATION };
	enum { COUNT = sizeof(pids) / sizeof(pids[0]) };
	struct am_bytes texts[COUNT];
	size_t count = COUNT;
	bool any;

	AM_TRY(components_read(cx, pids, COUNT, texts, &any, err));
	if (!any)
		return AM_OK;
	while (texts[count - 1].len == 0)
		count--;
	am_vcard_name(&cx->card, "ORG");
	components_write(cx, texts, count);
	return AM_OK;
}

enum am_status
am_oxvcard_names(struct am_oxvcard *cx, struct am_error *err)
{
	struct am_bytes display;

	if (am_oxvcard_is_v4(cx))
		am_vcard_line(&cx->card, "KIND", am_bytes_of("individual"));
	AM_TRY(display_name(cx, &display, err));
	am_vcard_line(&cx->card, "FN", display);
	AM_TRY(name_write(cx, display, err));
	return organization_write(cx, err);
}
