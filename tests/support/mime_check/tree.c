/* The tree of a message: RFC 2046 5. */
#include "check.h"

#include <string.h>

enum { BOUNDARY_MAX = 70 };

/* What is known on the way down. */
struct place {
	const char *path;
	const struct place *around;
	const char *boundary; /* of the multipart; NULL for a message */
};

static bool
check_part(struct check *check, const struct place *place, GMimeObject *part);

static bool
encoding_is(GMimeObject *part, const char *name)
{
	const char *value =
		g_mime_object_get_header(part, "Content-Transfer-Encoding");
	char *word;
	bool same;

	if (value == NULL)
		return false;
	word = g_strstrip(g_strdup(value));
	same = g_ascii_strcasecmp(word, name) == 0;
	g_free(word);
	return same;
}

/* RFC 2045 6.4: multiparts and messages are never encoded, and say so when
 * what they hold is 8bit. */
static void
check_composite_encoding(struct check *check, const char *path,
			 GMimeObject *part, bool eight)
{
	const bool labelled =
		encoding_is(part, "8bit") || encoding_is(part, "binary");

	if (encoding_is(part, "base64") ||
	    encoding_is(part, "quoted-printable"))
		fault(check, path, "encoding",
		      "a multipart or message is encoded");
	if (eight && !labelled && !check->has_signed)
		fault(check, path, "8bit-body",
		      "it holds 8bit parts and does not say so");
}

/* Is there a line "--boundary--"? */
static bool
has_end(const struct check *check, const char *boundary)
{
	char *want = g_strdup_printf("\n--%s--", boundary);
	const bool there =
		memmem(check->data, check->len, want, strlen(want)) != NULL;

	g_free(want);
	return there;
}

static void
check_boundary(struct check *check, const struct place *place,
	       const char *boundary)
{
	static const char allowed[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz'()+_,-./:=? ";
	const gsize len = strlen(boundary);
	const struct place *outer;

	if (len == 0 || len > BOUNDARY_MAX ||
	    strspn(boundary, allowed) != len || boundary[len - 1] == ' ')
		fault(check, place->path, "boundary",
		      "\"%s\" cannot be a boundary", boundary);
	for (outer = place->around; outer != NULL; outer = outer->around)
		if (outer->boundary != NULL &&
		    g_str_has_prefix(boundary, outer->boundary))
			fault(check, place->path, "boundary",
			      "\"%s\" begins as that of the multipart around",
			      boundary);
	if (!has_end(check, boundary))
		fault(check, place->path, "truncated",
		      "its closing delimiter is missing");
}

static bool
check_multipart(struct check *check, struct place *place,
		GMimeMultipart *multipart)
{
	const int count = g_mime_multipart_get_count(multipart);
	const char *boundary = g_mime_object_get_content_type_parameter(
		GMIME_OBJECT(multipart), "boundary");
	bool eight = false;
	int i;

	if (boundary == NULL)
		fault(check, place->path, "boundary", "it has none");
	else
		check_boundary(check, place, boundary);
	if (count == 0)
		fault(check, place->path, "empty-multipart", "it has no parts");
	place->boundary = boundary;
	json_key(check->json, "children");
	g_string_append_c(check->json, '[');
	for (i = 0; i < count; i++) {
		char *path = g_strdup_printf("%s%s%d", place->path,
					     place->path[0] != '\0' ? "." : "",
					     i + 1);
		const struct place child = { path, place, NULL };

		if (i > 0)
			g_string_append_c(check->json, ',');
		if (check_part(check, &child,
			       g_mime_multipart_get_part(multipart, i)))
			eight = true;
		g_free(path);
	}
	g_string_append_c(check->json, ']');
	check_composite_encoding(check, place->path, GMIME_OBJECT(multipart),
				 eight);
	return eight;
}

/* A message and all that is in it; place is that of its root part. */
static bool
check_inner_message(struct check *check, const struct place *place,
		    GMimeMessage *message)
{
	GMimeObject *root = g_mime_message_get_mime_part(message);
	bool eight = false;

	g_string_append_c(check->json, '{');
	check_header(check, place->path, GMIME_OBJECT(message), true);
	json_message_header(check->json, message);
	json_key(check->json, "tree");
	if (root != NULL)
		eight = check_part(check, place, root);
	else
		g_string_append(check->json, "null");
	g_string_append_c(check->json, '}');
	return eight;
}

static bool
check_message_part(struct check *check, const struct place *place,
		   GMimeMessagePart *part)
{
	GMimeMessage *message = g_mime_message_part_get_message(part);
	char *path = g_strdup_printf("%s.1", place->path);
	const struct place inside = { path, place, NULL };
	bool eight = false;

	json_key(check->json, "message");
	if (message != NULL)
		eight = check_inner_message(check, &inside, message);
	else
		g_string_append(check->json, "null");
	if (message == NULL)
		fault(check, place->path, "no-content",
		      "there is no message in it");
	check_composite_encoding(check, place->path, GMIME_OBJECT(part), eight);
	g_free(path);
	return eight;
}

/* GMime takes an encoded message for a leaf. */
static bool
check_leaf(struct check *check, const char *path, GMimeObject *part)
{
	GMimeContentType *type = g_mime_object_get_content_type(part);

	if (g_mime_content_type_is_type(type, "message", "*"))
		check_composite_encoding(check, path, part, false);
	return check_content(check, path, GMIME_PART(part));
}

static void
json_part_header(GString *json, GMimeObject *part)
{
	GMimeContentType *type = g_mime_object_get_content_type(part);
	char *name = g_mime_content_type_get_mime_type(type);
	char *lower = g_ascii_strdown(name, -1);

	json_key(json, "type");
	json_string(json, lower);
	json_key(json, "charset");
	json_string(json, g_mime_content_type_get_parameter(type, "charset"));
	json_key(json, "disposition");
	json_string(json, g_mime_object_get_disposition(part));
	json_key(json, "filename");
	json_string(json,
		    GMIME_IS_PART(part)
			    ? g_mime_part_get_filename(GMIME_PART(part))
			    : g_mime_object_get_content_disposition_parameter(
				      part, "filename"));
	json_key(json, "content_id");
	json_string(json, g_mime_object_get_content_id(part));
	g_free(lower);
	g_free(name);
}

/* The faults found since there were `before` of them. */
static void
json_faults(struct check *check, guint before)
{
	guint i;

	json_key(check->json, "defects");
	g_string_append_c(check->json, '[');
	for (i = before; i < check->faults->len; i++) {
		if (i > before)
			g_string_append_c(check->json, ',');
		json_string(check->json, g_ptr_array_index(check->faults, i));
	}
	g_string_append_c(check->json, ']');
}

static bool
check_part(struct check *check, const struct place *at, GMimeObject *part)
{
	const guint before = check->faults->len;
	struct place place = *at;
	bool eight = false;

	g_string_append_c(check->json, '{');
	json_part_header(check->json, part);
	check_header(check, place.path, part, false);
	if (GMIME_IS_MULTIPART(part))
		eight = check_multipart(check, &place, GMIME_MULTIPART(part));
	else if (GMIME_IS_MESSAGE_PART(part))
		eight = check_message_part(check, &place,
					   GMIME_MESSAGE_PART(part));
	else if (GMIME_IS_PART(part))
		eight = check_leaf(check, place.path, part);
	else
		fault(check, place.path, "structure", "a part of no kind");
	json_faults(check, before);
	g_string_append_c(check->json, '}');
	return eight;
}

/* --- the parser --- */

static void
warning(gint64 offset, GMimeParserWarning code, const gchar *item, gpointer arg)
{
	static const char *const names[] = {
		[GMIME_WARN_DUPLICATED_HEADER] = "duplicated header",
		[GMIME_WARN_DUPLICATED_PARAMETER] = "duplicated parameter",
		[GMIME_WARN_UNENCODED_8BIT_HEADER] = "unencoded 8-bit header",
		[GMIME_WARN_INVALID_CONTENT_TYPE] = "invalid content type",
		[GMIME_WARN_INVALID_RFC2047_HEADER_VALUE] =
			"invalid RFC 2047 header value",
		[GMIME_WARN_MALFORMED_MULTIPART] = "malformed multipart",
		[GMIME_WARN_TRUNCATED_MESSAGE] = "truncated message",
		[GMIME_WARN_MALFORMED_MESSAGE] = "malformed message",
		[GMIME_CRIT_INVALID_HEADER_NAME] = "invalid header name",
		[GMIME_CRIT_CONFLICTING_HEADER] = "conflicting header",
		[GMIME_CRIT_CONFLICTING_PARAMETER] = "conflicting parameter",
		[GMIME_CRIT_MULTIPART_WITHOUT_BOUNDARY] =
			"multipart without boundary",
		[GMIME_WARN_INVALID_PARAMETER] = "invalid parameter",
		[GMIME_WARN_INVALID_ADDRESS_LIST] = "invalid address list",
		[GMIME_CRIT_NESTING_OVERFLOW] = "nested too deep",
		[GMIME_WARN_PART_WITHOUT_CONTENT] = "part without content",
		[GMIME_CRIT_PART_WITHOUT_HEADERS_OR_CONTENT] =
			"part without headers or content",
	};
	const char *name = code < G_N_ELEMENTS(names) ? names[code] : "other";

	fault(arg, "", "parser", "%s at offset %" G_GINT64_FORMAT "%s%s", name,
	      offset, item != NULL ? ": " : "", item != NULL ? item : "");
}

static void
find_signed(GMimeObject *parent, GMimeObject *part, gpointer arg)
{
	struct check *check = arg;

	(void)parent;
	if (GMIME_IS_MULTIPART_SIGNED(part))
		check->has_signed = true;
}

void
check_message(struct check *check)
{
	GMimeParserOptions *options = g_mime_parser_options_new();
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(
		(const char *)check->data, check->len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	const struct place top = { "", NULL, NULL };
	GMimeMessage *message;

	g_mime_parser_options_set_warning_callback(options, warning, check);
	message = g_mime_parser_construct_message(parser, options);
	if (message == NULL) {
		fault(check, "", "structure", "it is no message");
		g_string_append(check->json, "null");
	} else {
		g_mime_message_foreach(message, find_signed, check);
		check_lines(check);
		(void)check_inner_message(check, &top, message);
		g_object_unref(message);
	}
	g_object_unref(parser);
	g_object_unref(stream);
	g_mime_parser_options_free(options);
}
