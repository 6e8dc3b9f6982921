/* Headers: RFC 5322 2.2 and 3.6, RFC 2047. */
#include "check.h"

#include <string.h>

enum { ENCODED_WORD_MAX = 75, FIELD_NAME_MAX = 76 };

/* RFC 5322 3.6 and RFC 2045: at most once. */
static const char *const single_fields[] = {
	"Date",
	"From",
	"Sender",
	"Reply-To",
	"To",
	"Cc",
	"Bcc",
	"Message-ID",
	"In-Reply-To",
	"References",
	"Subject",
	"MIME-Version",
	"Content-Type",
	"Content-Transfer-Encoding",
	"Content-Disposition",
	"Content-ID",
	"Content-Description",
	NULL,
};

static bool
word_text_decodes(const char *charset, bool base64, const char *text)
{
	const gsize len = strlen(text);
	const guchar *in = (const guchar *)text;
	guint32 save = 0;
	guchar *raw = g_malloc(len + 4);
	int state = 0;
	gsize raw_len, i;
	char *utf8;

	if (base64)
		raw_len = g_mime_encoding_base64_decode_step(in, len, raw,
							     &state, &save);
	else
		raw_len = g_mime_encoding_quoted_decode_step(in, len, raw,
							     &state, &save);
	for (i = 0; !base64 && i < raw_len; i++)
		if (raw[i] == '_')
			raw[i] = ' ';
	utf8 = g_convert((const char *)raw, (gssize)raw_len, "UTF-8", charset,
			 NULL, NULL, NULL);
	g_free(raw);
	if (utf8 == NULL)
		return false;
	g_free(utf8);
	return !base64 || len % 4 == 0;
}

/* The word between "=?" and "?=". */
static void
check_word(struct check *check, const char *path, const char *field,
	   const char *word)
{
	char **parts = g_strsplit(word + 2, "?", 4);
	char *charset;

	if (g_strv_length(parts) != 4 || strchr("bBqQ", parts[1][0]) == NULL ||
	    strlen(parts[1]) != 1) {
		fault(check, path, "encoded-word", "%s: %s is malformed", field,
		      word);
		g_strfreev(parts);
		return;
	}
	/* RFC 2231 5: charset*language */
	charset = g_strndup(parts[0], strcspn(parts[0], "*"));
	if (strlen(word) > ENCODED_WORD_MAX)
		fault(check, path, "encoded-word", "%s: %s is too long", field,
		      word);
	if (!word_text_decodes(charset,
			       parts[1][0] == 'b' || parts[1][0] == 'B',
			       parts[2]))
		fault(check, path, "encoded-word", "%s: %s does not decode",
		      field, word);
	g_free(charset);
	g_strfreev(parts);
}

static void
check_words(struct check *check, const char *path, const char *field,
	    const char *value)
{
	static GRegex *pattern;
	GMatchInfo *match;

	if (pattern == NULL)
		pattern = g_regex_new("=\\?[^?\\s]+\\?[^?\\s]*\\?[^?]*\\?=",
				      G_REGEX_OPTIMIZE | G_REGEX_RAW, 0, NULL);
	g_regex_match(pattern, value, 0, &match);
	while (g_match_info_matches(match)) {
		char *word = g_match_info_fetch(match, 0);

		check_word(check, path, field, word);
		g_free(word);
		g_match_info_next(match, NULL);
	}
	g_match_info_free(match);
}

static void
check_field(struct check *check, const char *path, GMimeHeader *header)
{
	const char *name = g_mime_header_get_raw_name(header);
	const char *value = g_mime_header_get_raw_value(header);
	const char *c;

	for (c = name; *c > ' ' && *c < 0x7f && *c != ':';)
		c++;
	if (*c != '\0' || c == name || c - name > FIELD_NAME_MAX)
		fault(check, path, "field-name", "a field is called \"%s\"",
		      name);
	for (c = value; *c != '\0'; c++) {
		if ((guchar)*c >= 0x80) {
			fault(check, path, "8bit-header",
			      "%s has unencoded 8-bit bytes", name);
			break;
		}
		if ((guchar)*c < ' ' && strchr("\t\r\n", *c) == NULL) {
			fault(check, path, "control-header",
			      "%s has a control character", name);
			break;
		}
	}
	/* These name things, and may name them so. */
	if (g_ascii_strcasecmp(name, "Received") != 0 &&
	    g_ascii_strcasecmp(name, "DKIM-Signature") != 0)
		check_words(check, path, name, value);
}

static guint
field_count(GMimeHeaderList *list, const char *name)
{
	const int total = g_mime_header_list_get_count(list);
	guint count = 0;
	int i;

	for (i = 0; i < total; i++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(list, i);

		if (g_ascii_strcasecmp(g_mime_header_get_name(header), name) ==
		    0)
			count++;
	}
	return count;
}

void
check_header(struct check *check, const char *path, GMimeObject *part,
	     bool is_message)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(part);
	const int total = g_mime_header_list_get_count(list);
	const char *const *name;
	int i;

	for (i = 0; i < total; i++)
		check_field(check, path,
			    g_mime_header_list_get_header_at(list, i));
	for (name = single_fields; *name != NULL; name++)
		if (field_count(list, *name) > 1)
			fault(check, path, "duplicate-field",
			      "%s is there %u times", *name,
			      field_count(list, *name));
	if (!is_message)
		return;
	for (i = 0; i < 2; i++)
		if (field_count(list, single_fields[i]) == 0)
			fault(check, path, "missing-field", "there is no %s",
			      single_fields[i]);
}

/* --- as JSON --- */

static void
json_addresses(GString *json, InternetAddressList *list)
{
	const int total = list != NULL ? internet_address_list_length(list) : 0;
	int i;

	g_string_append_c(json, '[');
	for (i = 0; i < total; i++) {
		InternetAddress *address =
			internet_address_list_get_address(list, i);

		g_string_append(json, i > 0 ? ",{" : "{");
		json_key(json, "name");
		json_string(json, internet_address_get_name(address));
		if (INTERNET_ADDRESS_IS_GROUP(address)) {
			json_key(json, "members");
			json_addresses(
				json, internet_address_group_get_members(
					      INTERNET_ADDRESS_GROUP(address)));
		} else {
			json_key(json, "address");
			json_string(json,
				    internet_address_mailbox_get_addr(
					    INTERNET_ADDRESS_MAILBOX(address)));
		}
		g_string_append_c(json, '}');
	}
	g_string_append_c(json, ']');
}

void
json_message_header(GString *json, GMimeMessage *message)
{
	GDateTime *date = g_mime_message_get_date(message);
	char *iso = date != NULL
			    ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%S%z")
			    : NULL;

	json_key(json, "from");
	json_addresses(json, g_mime_message_get_from(message));
	json_key(json, "to");
	json_addresses(json, g_mime_message_get_to(message));
	json_key(json, "cc");
	json_addresses(json, g_mime_message_get_cc(message));
	json_key(json, "bcc");
	json_addresses(json, g_mime_message_get_bcc(message));
	json_key(json, "subject");
	json_string(json, g_mime_message_get_subject(message));
	json_key(json, "date");
	json_string(json, iso);
	json_key(json, "message_id");
	json_string(json, g_mime_message_get_message_id(message));
	g_free(iso);
}
