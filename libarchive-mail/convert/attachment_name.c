/* File names for attachments, and their MIME types. */
#include "convert/attachment_name.h"

#include "base/ascii.h"
#include "convert/arena_text.h"
#include "mime/type.h"

/* Extensions that a cut leaves in place. */
enum { EXTENSION_MAX = 16 };

static bool
is_separator(uint32_t code)
{
	return code == '/' || code == '\\';
}

/* C0, C1, DEL, and the marks that turn a name around ("exe.fdp"). */
static bool
is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x200e ||
	       code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

/* Where the last component begins. */
static size_t
base_start(struct am_text path)
{
	size_t i;

	for (i = path.len; i > 0; i--)
		if (is_separator((uint8_t)path.data[i - 1]))
			return i;
	return 0;
}

/* Where the extension begins, its dot included; len when it has none. */
static size_t
extension_start(const char *name, size_t len)
{
	size_t i;

	for (i = len; i > 1 && len - i < EXTENSION_MAX; i--)
		if (name[i - 1] == '.')
			return i - 1;
	return len;
}

/* Cuts name to AM_ATTACHMENT_NAME_MAX bytes between characters. */
static void
name_cut(char *name, size_t len)
{
	const size_t dot = extension_start(name, len);
	size_t keep = AM_ATTACHMENT_NAME_MAX - (len - dot);
	size_t i;

	if (len <= AM_ATTACHMENT_NAME_MAX)
		return;
	while (keep > 0 && ((uint8_t)name[keep] & 0xc0) == 0x80)
		keep--;
	for (i = dot; i <= len; i++)
		name[keep++] = name[i];
}

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Copies what may be in a name, from start on. */
static const char *
name_clean(struct am_arena *arena, struct am_text text, size_t start)
{
	char *name = am_arena_raw(arena, 3 * text.len + 1);
	size_t used = 0;
	size_t at = start;

	if (name == NULL)
		return NULL;
	while (at < text.len) {
		struct am_bytes rest;
		uint32_t code;

		(void)am_slice(am_bytes(text.data, text.len), at, text.len - at,
			       &rest);
		at += am_utf8_decode(rest, &code);
		if (is_separator(code))
			code = '_';
		if (!is_control(code) && (code != ' ' || used > 0))
			used += am_utf8_encode(code, name + used);
	}
	while (used > 0 && name[used - 1] == ' ')
		used--;
	name[used] = '\0';
	name_cut(name, used);
	return is_dots(name) ? "" : name;
}

const char *
am_file_name_of_path(struct am_arena *arena, struct am_text path)
{
	return name_clean(arena, path, base_start(path));
}

const char *
am_file_name_of_text(struct am_arena *arena, struct am_text text)
{
	return name_clean(arena, text, 0);
}

static enum am_status
property_name(const struct am_attachment *attachment, uint16_t id, bool is_path,
	      const char **name_out, struct am_error *err)
{
	struct am_arena *arena = attachment->message->arena;
	struct am_text text;

	AM_TRY(am_attachment_text(attachment, id, &text, err));
	if (text.data == NULL)
		return AM_OK;
	*name_out = is_path ? am_file_name_of_path(arena, text)
			    : am_file_name_of_text(arena, text);
	if (*name_out == NULL)
		return am_arena_failed(arena, 3 * text.len + 1, err);
	return AM_OK;
}

/* A display name with PidTagAttachExtension, if it does not end so. */
static enum am_status
extension_add(const struct am_attachment *attachment, const char **name,
	      struct am_error *err)
{
	struct am_arena *arena = attachment->message->arena;
	const char *extension = "";

	AM_TRY(property_name(attachment, AM_PID_ATTACH_EXTENSION, false,
			     &extension, err));
	if (extension[0] != '.' || am_ascii_ends(am_bytes_of(*name), extension))
		return AM_OK;
	return am_arena_text_format(arena, name, err, "%s%s", *name, extension);
}

enum am_status
am_attachment_name(const struct am_attachment *attachment,
		   const char **name_out, struct am_error *err)
{
	static const uint16_t ids[] = { AM_PID_ATTACH_LONG_FILENAME,
					AM_PID_ATTACH_FILENAME,
					AM_PID_ATTACH_LONG_PATHNAME,
					AM_PID_ATTACH_PATHNAME,
					AM_PID_ATTACH_TRANSPORT_NAME };
	struct am_arena *arena = attachment->message->arena;
	const struct am_text row = { attachment->row_name,
				     strlen(attachment->row_name), false };
	size_t i;

	*name_out = "";
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		AM_TRY(property_name(attachment, ids[i], true, name_out, err));
		if ((*name_out)[0] != '\0')
			return AM_OK;
	}
	AM_TRY(property_name(attachment, AM_PID_DISPLAY_NAME, false, name_out,
			     err));
	if ((*name_out)[0] != '\0')
		return extension_add(attachment, name_out, err);
	*name_out = am_file_name_of_path(arena, row);
	if (*name_out == NULL)
		return am_arena_failed(arena, 3 * row.len + 1, err);
	return AM_OK;
}

/* A type that tells something, of a content that is no MIME entity. */
static bool
is_telling(const char *type)
{
	const struct am_bytes bytes = am_bytes_of(type);

	return am_mime_type_is_valid(type) &&
	       !am_ascii_starts(bytes, "multipart/") &&
	       !am_ascii_starts(bytes, "message/") &&
	       !am_ascii_equal(bytes, "application/octet-stream");
}

enum am_status
am_attachment_type(const struct am_attachment *attachment, const char *name,
		   const char **type_out, struct am_error *err)
{
	const char *by_name = am_mime_type_of_name(name);
	struct am_text tag;
	bool is_tnef;

	AM_TRY(am_attachment_text(attachment, AM_PID_ATTACH_MIME_TAG, &tag,
				  err));
	if (tag.data == NULL || !is_telling(tag.data))
		tag.data = "application/octet-stream";
	/* Exchange calls anything so. */
	is_tnef = am_ascii_equal(am_bytes_of(tag.data), "application/ms-tnef");
	*type_out = tag.data;
	if (by_name != NULL && is_telling(by_name) &&
	    (is_tnef || !is_telling(tag.data)))
		*type_out = by_name;
	return AM_OK;
}
