/* [MS-OXVCARD] 2.1.3 what one property says: telephones, URLs, jobs and the
 * like, as a table (calendar-contacts 12). */
#include "convert/oxvcard.h"

/* NULL: the version has no such line. */
static const struct field {
	struct am_oxvcard_source source;
	const char *v4;
	const char *v3; /* "=": the same */
} fields[] = {
	{ { AM_PID_NICKNAME, 0 }, "NICKNAME", "=" },
	{ { AM_PID_TITLE, 0 }, "TITLE", "=" },
	{ { AM_PID_PROFESSION, 0 }, "ROLE", "=" },

	{ { AM_PID_BUSINESS_TELEPHONE_NUMBER, 0 },
	  "TEL;TYPE=work,voice",
	  "TEL;TYPE=WORK,VOICE" },
	{ { AM_PID_BUSINESS2_TELEPHONE_NUMBER, 0 },
	  "TEL;TYPE=work,voice",
	  "TEL;TYPE=WORK,VOICE" },
	{ { AM_PID_HOME_TELEPHONE_NUMBER, 0 },
	  "TEL;TYPE=home,voice",
	  "TEL;TYPE=HOME,VOICE" },
	{ { AM_PID_HOME2_TELEPHONE_NUMBER, 0 },
	  "TEL;TYPE=home,voice",
	  "TEL;TYPE=HOME,VOICE" },
	{ { AM_PID_MOBILE_TELEPHONE_NUMBER, 0 },
	  "TEL;TYPE=cell",
	  "TEL;TYPE=CELL" },
	{ { AM_PID_BUSINESS_FAX_NUMBER, 0 },
	  "TEL;TYPE=work,fax",
	  "TEL;TYPE=WORK,FAX" },
	{ { AM_PID_HOME_FAX_NUMBER, 0 },
	  "TEL;TYPE=home,fax",
	  "TEL;TYPE=HOME,FAX" },
	{ { AM_PID_PRIMARY_FAX_NUMBER, 0 }, "TEL;TYPE=fax", "TEL;TYPE=FAX" },
	{ { AM_PID_PAGER_TELEPHONE_NUMBER, 0 },
	  "TEL;TYPE=pager",
	  "TEL;TYPE=PAGER" },
	{ { AM_PID_CAR_TELEPHONE_NUMBER, 0 },
	  "TEL;TYPE=x-car",
	  "TEL;TYPE=CAR" },
	{ { AM_PID_PRIMARY_TELEPHONE_NUMBER, 0 },
	  "TEL;PREF=1;TYPE=voice",
	  "TEL;TYPE=PREF" },
	{ { AM_PID_OTHER_TELEPHONE_NUMBER, 0 },
	  "TEL;TYPE=voice",
	  "TEL;TYPE=VOICE" },
	{ { AM_PID_ISDN_NUMBER, 0 }, "TEL;TYPE=x-isdn", "TEL;TYPE=ISDN" },
	{ { AM_PID_TTY_TELEPHONE_NUMBER, 0 },
	  "TEL;TYPE=textphone",
	  "X-MS-TEL;TYPE=TTYTTD" },
	{ { AM_PID_TELEX_NUMBER, 0 }, "X-MS-TEL;TYPE=TELEX", "=" },
	{ { AM_PID_RADIO_TELEPHONE_NUMBER, 0 }, "X-MS-TEL;TYPE=RADIO", "=" },
	{ { AM_PID_CALLBACK_TELEPHONE_NUMBER, 0 },
	  "X-MS-TEL;TYPE=CALLBACK",
	  "=" },
	{ { AM_PID_ASSISTANT_TELEPHONE_NUMBER, 0 },
	  "X-MS-TEL;TYPE=ASSISTANT",
	  "=" },
	{ { AM_PID_COMPANY_MAIN_TELEPHONE_NUMBER, 0 },
	  "X-MS-TEL;TYPE=COMPANY",
	  "=" },

	{ { AM_PID_MANAGER_NAME, 0 }, "X-MS-MANAGER", "=" },
	{ { AM_PID_ASSISTANT, 0 }, "X-MS-ASSISTANT", "=" },
	{ { AM_PID_SPOUSE_NAME, 0 },
	  "RELATED;TYPE=spouse;VALUE=text",
	  "X-MS-SPOUSE" },
	{ { AM_PID_HOBBIES, 0 }, "INTEREST", "X-MS-INTERESTS" },
	{ { AM_PID_LANGUAGE, 0 }, "X-MS-LANGUAGE", "=" },
	{ { AM_PID_LOCATION, 0 }, "X-MS-LOCATION", "=" },
	{ { AM_PID_INITIALS, 0 }, "X-MS-INITIALS", "=" },
	{ { AM_PID_ACCOUNT, 0 }, "X-MS-ACCOUNT", "=" },
	{ { AM_PID_GOVERNMENT_ID_NUMBER, 0 }, "X-MS-GOVERNMENT-ID", "=" },
	{ { AM_PID_ORGANIZATIONAL_ID_NUMBER, 0 }, "X-MS-ORGANIZATION-ID", "=" },
	{ { AM_PID_CUSTOMER_ID, 0 }, "X-MS-CUSTOMER-ID", "=" },
	{ { AM_PID_COMPUTER_NETWORK_NAME, 0 }, "X-MS-COMPUTER-NAME", "=" },
	{ { AM_PID_REFERRED_BY_NAME, 0 }, "X-MS-REFERRED-BY", "=" },
	{ { 0, 0x804f }, "X-MS-TEXT", "=" }, /* PidLidContactUserField1 */
	{ { 0, 0x8050 }, "X-MS-TEXT", "=" },
	{ { 0, 0x8051 }, "X-MS-TEXT", "=" },
	{ { 0, 0x8052 }, "X-MS-TEXT", "=" },
	{ { 0, 0x802c }, "X-PHONETIC-FIRST-NAME", "=" }, /* PidLidYomi... */
	{ { 0, 0x802d }, "X-PHONETIC-LAST-NAME", "=" },
	{ { 0, 0x802e }, "X-PHONETIC-ORG", "=" },
};

/* [MS-OXOCNTC] 2.2.1.10: home pages and the like; values are URIs. */
static const struct field uris[] = {
	{ { AM_PID_BUSINESS_HOME_PAGE, 0 }, "URL;TYPE=work", "URL;TYPE=WORK" },
	{ { AM_PID_PERSONAL_HOME_PAGE, 0 }, "URL;TYPE=home", "URL;TYPE=HOME" },
	{ { AM_PID_FTP_SITE, 0 }, "URL", "=" },
	{ { 0, 0x802b }, "URL", "=" },	 /* PidLidHtml */
	{ { 0, 0x80d8 }, "FBURL", "=" }, /* PidLidFreeBusyLocation */
};

static const char *
head_of(const struct am_oxvcard *cx, const struct field *field)
{
	const bool same = strcmp(field->v3, "=") == 0;

	return am_oxvcard_is_v4(cx) || same ? field->v4 : field->v3;
}

/* One line for each of the texts of the property. */
static enum am_status
field_write(struct am_oxvcard *cx, const struct field *field,
	    struct am_error *err)
{
	const struct am_message *message = cx->message;
	struct am_text *texts;
	struct am_bytes text;
	struct am_prop prop;
	enum am_status status;
	size_t count;
	size_t i;

	/* PidTagBusiness2TelephoneNumbers has several values under one id */
	if (field->source.lid == 0 &&
	    am_pc_find(message->pc, field->source.pid, &prop) &&
	    (prop.type & AM_TYPE_MULTIPLE) != 0) {
		status = am_prop_texts(&prop, message->codepage, message->arena,
				       &texts, &count, err);
		if (status != AM_OK)
			return am_oxvcard_passed(cx, "contact", status, err);
		for (i = 0; i < count; i++)
			am_vcard_line(&cx->card, head_of(cx, field),
				      am_bytes(texts[i].data, texts[i].len));
		return AM_OK;
	}
	AM_TRY(am_oxvcard_text(cx, field->source, &text, err));
	am_vcard_line(&cx->card, head_of(cx, field), text);
	return AM_OK;
}

/* PidLidHtml is most often the same as the business home page. */
static enum am_status
uris_write(struct am_oxvcard *cx, struct am_error *err)
{
	enum { COUNT = sizeof(uris) / sizeof(uris[0]) };
	struct am_bytes texts[COUNT] = { { NULL, 0 } };
	size_t i;

	for (i = 0; i < COUNT; i++) {
		bool is_new = true;
		size_t j;

		AM_TRY(am_oxvcard_text(cx, uris[i].source, &texts[i], err));
		for (j = 0; j < i; j++)
			is_new = is_new && !am_bytes_equal(texts[j], texts[i]);
		if (texts[i].len == 0 || !is_new)
			continue;
		am_vcard_name(&cx->card, head_of(cx, &uris[i]));
		am_vcard_colon(&cx->card);
		am_vcard_uri(&cx->card, texts[i]);
		am_vcard_eol(&cx->card);
	}
	return AM_OK;
}

enum am_status
am_oxvcard_fields(struct am_oxvcard *cx, struct am_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		AM_TRY(field_write(cx, &fields[i], err));
	return uris_write(cx, err);
}
