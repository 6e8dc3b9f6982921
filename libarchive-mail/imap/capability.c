/* What a server says it can. */
#include "imap/capability.h"

#include "base/ascii.h"

static const struct capability_name {
	const char *name;
	unsigned capability; /* of enum am_imap_capability */
} capability_names[] = {
	{ "IMAP4rev1", AM_IMAP_CAN_IMAP4REV1 },
	{ "STARTTLS", AM_IMAP_CAN_STARTTLS },
	{ "LOGINDISABLED", AM_IMAP_CAN_NOT_LOGIN },
	{ "SASL-IR", AM_IMAP_CAN_SASL_IR },
	{ "LITERAL+", AM_IMAP_CAN_LITERAL_PLUS },
	{ "LITERAL-", AM_IMAP_CAN_LITERAL_MINUS },
	{ "MULTIAPPEND", AM_IMAP_CAN_MULTIAPPEND },
	{ "UIDPLUS", AM_IMAP_CAN_UIDPLUS },
	{ "COMPRESS=DEFLATE", AM_IMAP_CAN_COMPRESS },
	{ "QUOTA", AM_IMAP_CAN_QUOTA },
	{ "SPECIAL-USE", AM_IMAP_CAN_SPECIAL_USE },
	{ "CREATE-SPECIAL-USE", AM_IMAP_CAN_CREATE_USE },
	{ "NAMESPACE", AM_IMAP_CAN_NAMESPACE },
	{ "ID", AM_IMAP_CAN_ID },
	{ "ENABLE", AM_IMAP_CAN_ENABLE },
	{ "UTF8=ACCEPT", AM_IMAP_CAN_UTF8 },
	{ "UTF8=ONLY", AM_IMAP_CAN_UTF8 | AM_IMAP_CAN_UTF8_ONLY },
	{ "AUTH=PLAIN", AM_IMAP_CAN_PLAIN },
	{ "AUTH=XOAUTH2", AM_IMAP_CAN_XOAUTH2 },
	{ "AUTH=OAUTHBEARER", AM_IMAP_CAN_OAUTHBEARER },
	{ "LIST-EXTENDED", AM_IMAP_CAN_LIST_EXTENDED },
	{ "X-GM-EXT-1", AM_IMAP_CAN_GMAIL },
	{ "XLIST", AM_IMAP_CAN_XLIST },
	{ "CLIENTACCESSRULES", AM_IMAP_CAN_EXCHANGE },
	{ "BACKENDAUTHENTICATE", AM_IMAP_CAN_EXCHANGE },
};

/* RFC 7889: "APPENDLIMIT=n"; without a number the limit is the mailbox's. */
static void
append_limit(struct am_bytes word, struct am_imap_capabilities *capabilities)
{
	static const char name[] = "APPENDLIMIT=";
	struct am_imap_token number = { AM_IMAP_ATOM, am_bytes(NULL, 0) };

	if (!am_ascii_starts(word, name))
		return;
	number.bytes = am_ascii_after(word, sizeof(name) - 1);
	capabilities->has_append_limit = am_imap_number(
		&number, UINT64_MAX, &capabilities->append_limit);
}

struct am_imap_capabilities
am_imap_capabilities(struct am_imap_scan words)
{
	const size_t count =
		sizeof(capability_names) / sizeof(capability_names[0]);
	struct am_imap_capabilities capabilities = { 0 };
	struct am_imap_token word;
	size_t i;

	for (word = am_imap_next(&words); word.kind == AM_IMAP_ATOM;
	     word = am_imap_next(&words)) {
		for (i = 0; i < count; i++)
			if (am_imap_is(&word, capability_names[i].name))
				capabilities.can |=
					capability_names[i].capability;
		append_limit(word.bytes, &capabilities);
	}
	return capabilities;
}
