/* The content of leaves: RFC 2045 6. */
#include "check.h"

#include <string.h>

static GByteArray *
raw_content(GMimeDataWrapper *wrapper)
{
	GMimeStream *raw = g_mime_data_wrapper_get_stream(wrapper);
	GMimeStream *memory = g_mime_stream_mem_new();
	GByteArray *bytes = g_byte_array_new();

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(memory), FALSE);
	g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(memory), bytes);
	g_mime_stream_reset(raw);
	g_mime_stream_write_to_stream(raw, memory);
	g_object_unref(memory);
	return bytes;
}

static GByteArray *
decoded_content(GMimeDataWrapper *wrapper)
{
	GMimeStream *memory = g_mime_stream_mem_new();
	GByteArray *bytes = g_byte_array_new();

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(memory), FALSE);
	g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(memory), bytes);
	g_mime_stream_reset(g_mime_data_wrapper_get_stream(wrapper));
	g_mime_data_wrapper_write_to_stream(wrapper, memory);
	g_object_unref(memory);
	return bytes;
}

static void
check_base64(struct check *check, const char *path, const GByteArray *raw)
{
	gsize digits = 0, column = 0, i;
	bool padded = false;

	for (i = 0; i < raw->len; i++) {
		const guint8 c = raw->data[i];

		if (c == '\r' || c == '\n') {
			column = 0;
			continue;
		}
		if (!g_ascii_isalnum(c) && strchr("+/=", c) == NULL) {
			fault(check, path, "base64", "it has the byte %#x", c);
			return;
		}
		if (padded && c != '=') {
			fault(check, path, "base64", "it goes on after \"=\"");
			return;
		}
		padded = c == '=';
		digits++;
		if (++column == 77)
			fault(check, path, "base64",
			      "a line has more than 76 columns");
	}
	if (digits % 4 != 0)
		fault(check, path, "base64", "its last group is incomplete");
}

static void
check_quoted(struct check *check, const char *path, const GByteArray *raw)
{
	char **lines = g_strsplit((const char *)raw->data, "\n", -1);
	gsize i;

	for (i = 0; lines[i] != NULL; i++) {
		char *line = g_strchomp(g_strdup(lines[i]));
		const gsize visible = strlen(line);
		gsize len = strlen(lines[i]);
		const char *at;

		if (len > 0 && lines[i][len - 1] == '\r')
			len--;
		if (len > 76)
			fault(check, path, "quoted-printable",
			      "a line has %zu columns", len);
		if (len > visible)
			fault(check, path, "quoted-printable",
			      "a line ends in white space");
		for (at = strchr(line, '='); at != NULL;
		     at = strchr(at + 1, '='))
			if (at[1] != '\0' && (!g_ascii_isxdigit(at[1]) ||
					      !g_ascii_isxdigit(at[2])))
				fault(check, path, "quoted-printable",
				      "it has \"%.3s\"", at);
		g_free(line);
	}
	g_strfreev(lines);
}

static bool
has_8bit(const GByteArray *bytes)
{
	gsize i;

	for (i = 0; i < bytes->len; i++)
		if (bytes->data[i] >= 0x80)
			return true;
	return false;
}

/* UTF-8 and ASCII are what they say. */
static void
check_charset(struct check *check, const char *path, GMimePart *part,
	      const GByteArray *decoded)
{
	GMimeContentType *type =
		g_mime_object_get_content_type(GMIME_OBJECT(part));
	const char *charset =
		g_mime_content_type_get_parameter(type, "charset");

	if (!g_mime_content_type_is_type(type, "text", "*") || charset == NULL)
		return;
	if (g_ascii_strcasecmp(charset, "us-ascii") == 0 && has_8bit(decoded))
		fault(check, path, "charset", "us-ascii text has 8-bit bytes");
	if (g_ascii_strcasecmp(charset, "utf-8") == 0 &&
	    !g_utf8_validate_len((const char *)decoded->data, decoded->len,
				 NULL))
		fault(check, path, "charset", "utf-8 text is not UTF-8");
}

static void
json_content(GString *json, GMimeContentEncoding encoding,
	     const GByteArray *decoded)
{
	char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256,
						   decoded->data, decoded->len);

	json_key(json, "encoding");
	json_string(json, g_mime_content_encoding_to_string(encoding));
	json_key(json, "size");
	g_string_append_printf(json, "%u", decoded->len);
	json_key(json, "sha256");
	json_string(json, digest);
	g_free(digest);
}

bool
check_content(struct check *check, const char *path, GMimePart *part)
{
	const GMimeContentEncoding encoding =
		g_mime_part_get_content_encoding(part);
	GMimeDataWrapper *wrapper = g_mime_part_get_content(part);
	GByteArray *raw, *decoded;
	bool eight;

	if (wrapper == NULL) {
		fault(check, path, "no-content", "the part has no content");
		return false;
	}
	raw = raw_content(wrapper);
	decoded = decoded_content(wrapper);
	eight = has_8bit(raw);
	/* a NUL for the string functions, and for "no bytes" */
	g_byte_array_append(raw, (const guint8 *)"", 1);
	g_byte_array_set_size(raw, raw->len - 1);
	if (encoding == GMIME_CONTENT_ENCODING_BASE64)
		check_base64(check, path, raw);
	else if (encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
		check_quoted(check, path, raw);
	if (eight && encoding != GMIME_CONTENT_ENCODING_8BIT &&
	    encoding != GMIME_CONTENT_ENCODING_BINARY && !check->has_signed)
		fault(check, path, "8bit-body",
		      "its encoding does not allow 8-bit bytes");
	check_charset(check, path, part, decoded);
	json_content(check->json, encoding, decoded);
	g_byte_array_unref(raw);
	g_byte_array_unref(decoded);
	return eight;
}
