/* The names of header fields that convert knows. */
#include "convert/header_field.h"

#include <stdlib.h>

#include "base/ascii.h"

static const struct known_field {
	const char *name;
	enum am_header_field field;
} known_fields[] = {
	/* in the order of am_ascii_compare */
	{ "Bcc", AM_FIELD_BCC },
	{ "Cc", AM_FIELD_CC },
	{ "Content-Class", AM_FIELD_CONTENT_CLASS },
	{ "Content-Description", AM_FIELD_DROPPED },
	{ "Content-Disposition", AM_FIELD_DROPPED },
	{ "Content-ID", AM_FIELD_DROPPED },
	{ "Content-Language", AM_FIELD_CONTENT_LANGUAGE },
	{ "Content-Length", AM_FIELD_DROPPED },
	{ "Content-Location", AM_FIELD_DROPPED },
	{ "Content-MD5", AM_FIELD_DROPPED },
	{ "Content-Transfer-Encoding", AM_FIELD_DROPPED },
	{ "Content-Type", AM_FIELD_DROPPED },
	{ "Date", AM_FIELD_DATE },
	{ "Deferred-Delivery", AM_FIELD_DEFERRED_DELIVERY },
	{ "Disposition-Notification-To", AM_FIELD_DISPOSITION_NOTIFICATION_TO },
	{ "Expires", AM_FIELD_EXPIRES },
	{ "From", AM_FIELD_FROM },
	{ "Importance", AM_FIELD_IMPORTANCE },
	{ "In-Reply-To", AM_FIELD_IN_REPLY_TO },
	{ "Keywords", AM_FIELD_KEYWORDS },
	{ "Lines", AM_FIELD_DROPPED },
	{ "List-Help", AM_FIELD_LIST_HELP },
	{ "List-Subscribe", AM_FIELD_LIST_SUBSCRIBE },
	{ "List-Unsubscribe", AM_FIELD_LIST_UNSUBSCRIBE },
	{ "Message-ID", AM_FIELD_MESSAGE_ID },
	{ "MIME-Version", AM_FIELD_DROPPED },
	{ "Priority", AM_FIELD_PRIORITY },
	{ "References", AM_FIELD_REFERENCES },
	{ "Reply-By", AM_FIELD_REPLY_BY },
	{ "Reply-To", AM_FIELD_REPLY_TO },
	{ "Return-Path", AM_FIELD_RETURN_PATH },
	{ "Return-Receipt-To", AM_FIELD_RETURN_RECEIPT_TO },
	{ "Sender", AM_FIELD_SENDER },
	{ "Sensitivity", AM_FIELD_SENSITIVITY },
	{ "Status", AM_FIELD_DROPPED },
	{ "Subject", AM_FIELD_SUBJECT },
	{ "Thread-Index", AM_FIELD_THREAD_INDEX },
	{ "Thread-Topic", AM_FIELD_THREAD_TOPIC },
	{ "To", AM_FIELD_TO },
	{ "X-Auto-Response-Suppress", AM_FIELD_X_AUTO_RESPONSE_SUPPRESS },
	{ "X-Message-Flag", AM_FIELD_X_MESSAGE_FLAG },
	{ "X-MS-Has-Attach", AM_FIELD_DROPPED },
	{ "X-MS-TNEF-Correlator", AM_FIELD_DROPPED },
	{ "X-Priority", AM_FIELD_X_PRIORITY },
	{ "X-Status", AM_FIELD_DROPPED },
	{ "X-UID", AM_FIELD_DROPPED },
	{ "X-UIDL", AM_FIELD_DROPPED },
	{ "X-Unsent", AM_FIELD_X_UNSENT },
};

enum { KNOWN_FIELDS = sizeof(known_fields) / sizeof(known_fields[0]) };

static int
known_field_compare(const void *key, const void *entry)
{
	const struct am_bytes *name = key;
	const struct known_field *known = entry;

	return am_ascii_compare(*name, am_bytes_of(known->name));
}

enum am_header_field
am_header_field_of(struct am_bytes name)
{
	const struct known_field *known;

	if (am_ascii_starts(name, "X-Mozilla-"))
		return AM_FIELD_DROPPED;
	known = bsearch(&name, known_fields, KNOWN_FIELDS,
			sizeof(known_fields[0]), known_field_compare);
	return known != NULL ? known->field : AM_FIELD_OTHER;
}

const char *
am_header_field_name(enum am_header_field field)
{
	size_t i;

	if (field == AM_FIELD_DROPPED)
		return NULL;
	for (i = 0; i < KNOWN_FIELDS; i++)
		if (known_fields[i].field == field)
			return known_fields[i].name;
	return NULL;
}

bool
am_header_field_is_single(enum am_header_field field)
{
	static const bool single[AM_FIELD_COUNT] = {
		[AM_FIELD_BCC] = true,	       [AM_FIELD_CC] = true,
		[AM_FIELD_DATE] = true,	       [AM_FIELD_FROM] = true,
		[AM_FIELD_IN_REPLY_TO] = true, [AM_FIELD_MESSAGE_ID] = true,
		[AM_FIELD_REFERENCES] = true,  [AM_FIELD_REPLY_TO] = true,
		[AM_FIELD_SENDER] = true,      [AM_FIELD_SUBJECT] = true,
		[AM_FIELD_TO] = true,
	};

	return single[field];
}

static bool
has_addresses(enum am_header_field field)
{
	static const bool addresses[AM_FIELD_COUNT] = {
		[AM_FIELD_BCC] = true,
		[AM_FIELD_CC] = true,
		[AM_FIELD_DISPOSITION_NOTIFICATION_TO] = true,
		[AM_FIELD_FROM] = true,
		[AM_FIELD_REPLY_TO] = true,
		[AM_FIELD_RETURN_RECEIPT_TO] = true,
		[AM_FIELD_SENDER] = true,
		[AM_FIELD_TO] = true,
	};

	return addresses[field];
}

bool
am_header_name_has_addresses(struct am_bytes name)
{
	if (am_ascii_starts(name, "Resent-"))
		name = am_ascii_after(name, 7);
	return has_addresses(am_header_field_of(name));
}

bool
am_header_name_asks_receipt(struct am_bytes name)
{
	static const char *const names[] = {
		"Disposition-Notification-To", /* RFC 8098 2.1 */
		"Disposition-Notification-Options",
		"Return-Receipt-To",
		"Return-Receipt-Requested",
		"X-Confirm-Reading-To",
		"Read-Receipt-To",
		"Registered-Mail-Reply-Requested-By",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (am_ascii_equal(name, names[i]))
			return true;
	return false;
}
