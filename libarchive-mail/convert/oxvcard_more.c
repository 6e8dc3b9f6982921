/* [MS-OXVCARD] 2.1.3: families, IM, dates, notes, categories, certificates, and
 * the properties that users have made. */
#include <stdio.h>

#include "base/ascii.h"
#include "base/cursor.h"
#include "convert/oxvcard.h"
#include "convert/plain_body.h"
#include "mapi/types.h"
#include "mime/base64.h"

enum {
	LID_IM_ADDRESS = 0x8062,
	LID_BIRTHDAY_LOCAL = 0x80de,
	LID_ANNIVERSARY_LOCAL = 0x80df,
	LID_USER_X509_CERTIFICATE = 0x80d9,

	/* in PSETID_Common */
	LID_PRIVATE = 0x8506,
	LID_MILEAGE = 0x8534,
	LID_BILLING = 0x8535,
	LID_COMPANIES = 0x8539,
	LID_CONTACTS = 0x853a
};

/* ---- families, IM ---- */

static enum am_status
children_write(struct am_oxvcard *cx, struct am_error *err)
{
	const char *head = am_oxvcard_is_v4(cx)
				   ? "RELATED;TYPE=child;VALUE=text"
				   : "X-MS-CHILD";
	struct am_text *texts;
	struct am_prop prop;
	enum am_status status;
	size_t count;
	size_t i;

	if (!am_pc_find(cx->message->pc, AM_PID_CHILDRENS_NAMES, &prop))
		return AM_OK;
	status = am_prop_texts(&prop, cx->message->codepage, cx->message->arena,
			       &texts, &count, err);
	if (status != AM_OK)
		return am_oxvcard_passed(cx, "children", status, err);
	for (i = 0; i < count; i++)
		am_vcard_line(&cx->card, head,
			      am_bytes(texts[i].data, texts[i].len));
	return AM_OK;
}

/* RFC 3986 3.1: a scheme before a colon. */
static bool
has_scheme(struct am_bytes text)
{
	size_t i;

	for (i = 0; i < text.len && text.data[i] != ':'; i++) {
		const uint8_t c = am_ascii_lower(text.data[i]);

		if (!(c >= 'a' && c <= 'z') &&
		    !(i > 0 && strchr("0123456789+-.", c) != NULL && c != 0))
			return false;
	}
	return i > 1 && i < text.len;
}

/* RFC 4770: a URI. */
static enum am_status
im_write(struct am_oxvcard *cx, struct am_error *err)
{
	const struct am_oxvcard_source source = { 0, LID_IM_ADDRESS };
	struct am_bytes text;

	AM_TRY(am_oxvcard_text(cx, source, &text, err));
	if (text.len == 0)
		return AM_OK;
	am_vcard_name(&cx->card, "IMPP");
	am_vcard_colon(&cx->card);
	if (!has_scheme(text))
		am_vcard_uri(&cx->card, am_bytes_of("im:"));
	am_vcard_uri(&cx->card, text);
	am_vcard_eol(&cx->card);
	if (!am_oxvcard_is_v4(cx))
		am_vcard_line(&cx->card, "X-MS-IMADDRESS", text);
	return AM_OK;
}

/* ---- dates ---- */

enum {
	HOURS_12 = 12 * 3600,
	FIRST_YEAR = 1602,
	LAST_YEAR = 4500,
	NO_YEAR = 1604 /* of telephones: a leap year that nobody was born in */
};

/* Seconds since 1970 of a FILETIME that may be centuries old; false when it
 * says "none". */
static bool
old_time(const struct am_prop *prop, int64_t *time_out)
{
	const int64_t epoch = INT64_C(11644473600); /* of 1970 since 1601 */
	uint64_t filetime;
	struct am_civil civil;

	if (!am_prop_filetime(prop, &filetime) || filetime == 0 ||
	    filetime > INT64_MAX)
		return false;
	*time_out = (int64_t)(filetime / 10000000) - epoch;
	civil = am_time_civil(*time_out);
	return civil.year >= FIRST_YEAR && civil.year <= LAST_YEAR;
}

/* The local date is midnight without a zone; the other is midnight somewhere,
 * so the nearest day is meant (tricky F7). */
static bool
date_read(const struct am_oxvcard *cx, uint16_t local, uint16_t pid,
	  struct am_civil *date_out)
{
	struct am_prop prop;
	int64_t time;

	if (am_message_named(cx->message, AM_PSETID_ADDRESS, local, &prop) &&
	    old_time(&prop, &time)) {
		*date_out = am_time_civil(time);
		return true;
	}
	if (!am_pc_find(cx->message->pc, pid, &prop) || !old_time(&prop, &time))
		return false;
	*date_out = am_time_civil(time + HOURS_12);
	return true;
}

static void
date_write(struct am_oxvcard *cx, const char *name, const struct am_civil *date)
{
	const bool v4 = am_oxvcard_is_v4(cx);
	char text[32];

	am_vcard_name(&cx->card, name);
	if (date->year == NO_YEAR && v4) {
		(void)snprintf(text, sizeof(text), ":--%02d%02d", date->month,
			       date->day);
	} else if (v4) {
		(void)snprintf(text, sizeof(text), ":%04d%02d%02d", date->year,
			       date->month, date->day);
	} else {
		if (date->year == NO_YEAR)
			am_vcard_more(&cx->card, ";X-APPLE-OMIT-YEAR=1604");
		(void)snprintf(text, sizeof(text), ":%04d-%02d-%02d",
			       date->year, date->month, date->day);
	}
	am_vcard_more(&cx->card, text);
	am_vcard_eol(&cx->card);
}

static void
dates_write(struct am_oxvcard *cx)
{
	struct am_civil date;

	if (date_read(cx, LID_BIRTHDAY_LOCAL, AM_PID_BIRTHDAY, &date))
		date_write(cx, "BDAY", &date);
	if (!date_read(cx, LID_ANNIVERSARY_LOCAL, AM_PID_WEDDING_ANNIVERSARY,
		       &date))
		return;
	if (am_oxvcard_is_v4(cx)) {
		date_write(cx, "ANNIVERSARY", &date);
		return;
	}
	/* what Outlook, and what others have called it */
	date_write(cx, "X-MS-ANNIVERSARY", &date);
	date_write(cx, "X-ANNIVERSARY", &date);
}

/* [MS-OXOCNTC] 2.2.1.9.1 PidTagGender */
static void
gender_write(struct am_oxvcard *cx)
{
	const bool v4 = am_oxvcard_is_v4(cx);
	const char *text = "";

	switch (am_pc_int(cx->message->pc, AM_PID_GENDER, 0)) {
	case 1:
		text = v4 ? "F" : "Female";
		break;
	case 2:
		text = v4 ? "M" : "Male";
		break;
	default:
		break;
	}
	am_vcard_line(&cx->card, v4 ? "GENDER" : "X-GENDER", am_bytes_of(text));
}

/* ---- certificates ---- */

/* [MS-OXOCNTC] 2.2.1.11.2: entries of a tag, a length that counts both, and the
 * value; the one that begins like DER is the certificate. Raw DER occurs. */
static struct am_bytes
certificate_find(struct am_bytes value)
{
	struct am_cursor cur = am_cursor(value);
	struct am_bytes entry = value;

	if (value.len > 1 && value.data[0] == 0x30 && value.data[1] == 0x82)
		return value;
	while (cur.left >= 4) {
		size_t len;

		am_skip(&cur, 2); /* tag */
		len = am_u16(&cur);
		if (len < 4)
			break;
		entry = am_take(&cur, len - 4);
		if (am_cursor_ok(&cur) && entry.len > 1 &&
		    entry.data[0] == 0x30 && entry.data[1] == 0x82)
			return entry;
	}
	return am_bytes(NULL, 0);
}

static void
certificate_write(struct am_oxvcard *cx, struct am_bytes der)
{
	struct am_buf text = am_buf(AM_OXVCARD_MAX_LINES);

	am_base64_text(&text, der);
	if (am_buf_status(&text, NULL) == AM_OK) {
		am_vcard_name(&cx->card, am_oxvcard_is_v4(cx)
						 ? "KEY"
						 : "KEY;ENCODING=b;TYPE=X509");
		am_vcard_colon(&cx->card);
		if (am_oxvcard_is_v4(cx))
			am_vcard_more(&cx->card,
				      "data:application/pkix-cert;base64,");
		am_vcard_more(&cx->card, am_buf_text(&text));
		am_vcard_eol(&cx->card);
	} else {
		cx->lines.status = text.status;
	}
	am_buf_free(&text);
}

static enum am_status
certificates_of(struct am_oxvcard *cx, const struct am_prop *prop,
		struct am_error *err)
{
	struct am_bytes *items;
	enum am_status status;
	size_t count;
	size_t i;

	status = am_prop_items(prop, cx->message->arena, &items, &count, err);
	if (status != AM_OK)
		return am_oxvcard_passed(cx, "certificate", status, err);
	for (i = 0; i < count; i++) {
		const struct am_bytes der = certificate_find(items[i]);

		if (der.len == 0 || i >= AM_OXVCARD_MAX_CERTIFICATES)
			am_report_note(am_oxvcard_report(cx), "certificate",
				       "value %zu of property 0x%04x is left "
				       "out",
				       i, prop->id);
		else
			certificate_write(cx, der);
	}
	return AM_OK;
}

static enum am_status
certificates_write(struct am_oxvcard *cx, struct am_error *err)
{
	struct am_prop prop;

	if (am_pc_find(cx->message->pc, AM_PID_USER_X509_CERTIFICATE, &prop) ||
	    am_message_named(cx->message, AM_PSETID_ADDRESS,
			     LID_USER_X509_CERTIFICATE, &prop))
		return certificates_of(cx, &prop, err);
	return AM_OK;
}

/* ---- properties that users have made ---- */

/* What Outlook keeps among them itself. */
static bool
is_of_outlook(const char *name)
{
	static const char *const names[] = {
		"Keywords", "urn:",	"http://schemas.microsoft.com/",
		"DAV:",	    "content-", "x-ms-",
		NULL
	};
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		if (am_ascii_starts(am_bytes_of(name), names[i]))
			return true;
	return false;
}

static enum am_status
custom_text(const struct am_oxvcard *cx, const struct am_prop *prop,
	    struct am_bytes *text_out, struct am_error *err)
{
	char text[AM_TIME_TEXT_SIZE];
	struct am_text found = { 0 };
	int64_t number;
	const char *copy;

	*text_out = am_bytes(NULL, 0);
	if (prop->type == AM_TYPE_UNICODE || prop->type == AM_TYPE_STRING8) {
		AM_TRY(am_message_text(cx->message, prop->id, &found, err));
		*text_out = am_bytes(found.data, found.len);
		return AM_OK;
	}
	if (am_prop_int(prop, &number))
		(void)snprintf(text, sizeof(text), "%lld", (long long)number);
	else if (am_prop_time(prop) != AM_TIME_NONE)
		am_time_iso(am_prop_time(prop), text);
	else
		return AM_OK;
	copy = am_arena_text(cx->message->arena, text, strlen(text));
	if (copy == NULL)
		return am_arena_failed(cx->message->arena, sizeof(text), err);
	*text_out = am_bytes_of(copy);
	return AM_OK;
}

/* "X-CUSTOM;X-NAME=..." for each: the name is the user's. */
static enum am_status
customs_write(struct am_oxvcard *cx, struct am_error *err)
{
	const struct am_named_map *map = am_store_named_map(cx->message->store);
	struct am_bytes text;
	struct am_prop prop;
	const char *name;
	uint16_t id;
	size_t i;

	for (i = 0; am_named_text_at(map, AM_PS_PUBLIC_STRINGS, i, &name, &id);
	     i++) {
		if (is_of_outlook(name) ||
		    !am_pc_find(cx->message->pc, id, &prop))
			continue;
		AM_TRY(custom_text(cx, &prop, &text, err));
		if (text.len == 0)
			continue;
		am_vcard_name(&cx->card, "X-CUSTOM");
		am_vcard_param(&cx->card, "X-NAME", am_bytes_of(name));
		am_vcard_colon(&cx->card);
		am_vcard_text(&cx->card, text);
		am_vcard_eol(&cx->card);
	}
	return AM_OK;
}

enum am_status
am_oxvcard_more(struct am_oxvcard *cx, struct am_error *err)
{
	gender_write(cx);
	dates_write(cx);
	AM_TRY(children_write(cx, err));
	AM_TRY(im_write(cx, err));
	AM_TRY(certificates_write(cx, err));
	return customs_write(cx, err);
}

/* ---- what lists have too ---- */

static enum am_status
note_write(struct am_oxvcard *cx, struct am_bytes more, struct am_error *err)
{
	struct am_text body;
	struct am_bytes text;

	AM_TRY(am_plain_body_text(cx->message, AM_OXVCARD_MAX_NOTE, &body,
				  err));
	text = am_ascii_trim(am_bytes(body.data, body.len));
	if (text.len + more.len == 0)
		return AM_OK;
	am_vcard_name(&cx->card, "NOTE");
	am_vcard_colon(&cx->card);
	am_vcard_text(&cx->card, text);
	if (text.len > 0 && more.len > 0)
		am_vcard_text(&cx->card, am_bytes_of("\n\n"));
	am_vcard_text(&cx->card, more);
	am_vcard_eol(&cx->card);
	return AM_OK;
}

/* A list of texts on a line of its own. */
static enum am_status
texts_write(struct am_oxvcard *cx, const char *head, const struct am_prop *prop,
	    struct am_error *err)
{
	struct am_text *texts;
	enum am_status status;
	bool is_first = true;
	size_t count;
	size_t i;

	status = am_prop_texts(prop, cx->message->codepage, cx->message->arena,
			       &texts, &count, err);
	if (status != AM_OK)
		return am_oxvcard_passed(cx, "categories", status, err);
	for (i = 0; i < count; i++) {
		if (texts[i].len == 0)
			continue;
		if (is_first)
			am_vcard_name(&cx->card, head);
		am_vcard_between(&cx->card, is_first ? ':' : ',');
		am_vcard_text(&cx->card, am_bytes(texts[i].data, texts[i].len));
		is_first = false;
	}
	if (!is_first)
		am_vcard_eol(&cx->card);
	return AM_OK;
}

static enum am_status
commons_write(struct am_oxvcard *cx, struct am_error *err)
{
	static const struct {
		uint32_t lid;
		const char *head;
	} commons[] = {
		{ LID_MILEAGE, "X-MS-MILEAGE" },
		{ LID_BILLING, "X-MS-BILLING" },
		{ LID_COMPANIES, "X-MS-COMPANIES" },
		{ LID_CONTACTS, "X-MS-CONTACTS" },
	};
	struct am_prop prop;
	size_t i;

	for (i = 0; i < sizeof(commons) / sizeof(commons[0]); i++)
		if (am_message_named(cx->message, AM_PSETID_COMMON,
				     commons[i].lid, &prop))
			AM_TRY(texts_write(cx, commons[i].head, &prop, err));
	return AM_OK;
}

/* RFC 2426 3.7.1; version 4 has none. */
static void
class_write(struct am_oxvcard *cx)
{
	static const char *const names[] = { "PUBLIC", "PRIVATE", "PRIVATE",
					     "CONFIDENTIAL" };
	int64_t sensitivity = am_pc_int(cx->message->pc, AM_PID_SENSITIVITY, 0);
	struct am_prop prop;
	int64_t is_private = 0;

	if (am_message_named(cx->message, AM_PSETID_COMMON, LID_PRIVATE, &prop))
		(void)am_prop_int(&prop, &is_private);
	if (sensitivity < 0 || sensitivity > 3)
		sensitivity = 0;
	if (sensitivity == 0 && is_private != 0)
		sensitivity = 2;
	if (sensitivity > 0)
		am_vcard_line(&cx->card,
			      am_oxvcard_is_v4(cx) ? "X-CLASS" : "CLASS",
			      am_bytes_of(names[sensitivity]));
}

enum am_status
am_oxvcard_common(struct am_oxvcard *cx, struct am_bytes text,
		  struct am_error *err)
{
	const uint16_t id = am_store_named_text(
		cx->message->store, AM_PS_PUBLIC_STRINGS, "Keywords");
	struct am_prop prop;

	AM_TRY(note_write(cx, text, err));
	if (id != 0 && am_pc_find(cx->message->pc, id, &prop))
		AM_TRY(texts_write(cx, "CATEGORIES", &prop, err));
	AM_TRY(commons_write(cx, err));
	class_write(cx);
	return AM_OK;
}
