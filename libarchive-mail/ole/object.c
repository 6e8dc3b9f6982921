/* [MS-OLEDS] 2.3 and what the writers of objects do (mapi-to-mime 9.2). */
#include "ole/object.h"

#include "base/ascii.h"
#include "base/cursor.h"

/* Bytes of a stream that are looked at to tell what it is. */
enum { HEAD_MAX = 4 << 10, LABEL_MAX = 1024 };

/* Is failure only that of this object? */
static bool
is_damage(enum am_status status)
{
	return status == AM_CORRUPT || status == AM_NOT_FOUND;
}

/* ---- what bytes are ---- */

static const struct magic {
	size_t offset;
	const char *bytes;
	size_t len;
	const char *extension;
} magics[] = {
	{ 0, "%PDF-", 5, ".pdf" },
	{ 0, "\x89PNG\r\n", 6, ".png" },
	{ 0, "GIF8", 4, ".gif" },
	{ 0, "\xff\xd8\xff", 3, ".jpg" },
	{ 0, "{\\rtf", 5, ".rtf" },
	{ 0, "BM", 2, ".bmp" },
	{ 0, "\xd7\xcd\xc6\x9a", 4, ".wmf" },
	{ 0, "\x01\x00\x09\x00\x00", 5, ".wmf" },
	{ 40, " EMF", 4, ".emf" },
	{ 0, "II*\0", 4, ".tif" },
	{ 0, "MM\0*", 4, ".tif" },
	{ 0, "PK\x03\x04", 4, ".zip" },
};

static const char *
extension_of(struct am_bytes head, const char *other)
{
	size_t i;

	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		const struct magic *magic = &magics[i];
		struct am_bytes part;

		if (am_slice(head, magic->offset, magic->len, &part) &&
		    am_bytes_equal(part, am_bytes(magic->bytes, magic->len)))
			return magic->extension;
	}
	return other;
}

static bool
has_bytes(struct am_bytes head, const char *text)
{
	return am_ascii_has(head, text);
}

/* Documents that are ZIP archives: the names of their first parts tell. */
static const char *
extension_of_zip(struct am_bytes head, const char *other)
{
	static const struct {
		const char *text;
		const char *extension;
	} parts[] = {
		{ "opendocument.text", ".odt" },
		{ "opendocument.spreadsheet", ".ods" },
		{ "opendocument.presentation", ".odp" },
		{ "opendocument.graphics", ".odg" },
		{ "word/", ".docx" },
		{ "xl/", ".xlsx" },
		{ "ppt/", ".pptx" },
		{ "visio/", ".vsdx" },
	};
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (has_bytes(head, parts[i].text))
			return parts[i].extension;
	return other;
}

/* ---- streams ---- */

static enum am_status
head_read(const struct am_cfb *cfb, const struct am_cfb_entry *entry,
	  struct am_arena *arena, struct am_buf *head, struct am_error *err)
{
	struct am_stream *stream;
	struct am_bytes piece;
	enum am_status status;

	AM_TRY(am_cfb_stream(cfb, entry, arena, &stream, err));
	while ((status = am_stream_next(stream, &piece, err)) == AM_OK &&
	       head->len < head->max) {
		if (piece.len > head->max - head->len)
			piece.len = head->max - head->len;
		am_buf_add(head, piece);
	}
	am_stream_close(stream);
	if (status != AM_OK && status != AM_END)
		return status;
	return am_buf_status(head, err);
}

/* A text up to its NUL. */
static struct am_bytes
text_take(struct am_cursor *cur)
{
	const uint8_t *end = NULL;
	struct am_bytes text;

	if (cur->left > 0)
		end = memchr(cur->next, '\0', cur->left);
	if (end == NULL) {
		cur->short_read = true;
		return am_bytes(NULL, 0);
	}
	text = am_take(cur, (size_t)(end - cur->next));
	am_skip(cur, 1);
	return text;
}

/* What the Packager writes: size, 2, label, path, 0, 3, path, data. */
static bool
package_read(struct am_bytes head, struct am_ole_object *object)
{
	struct am_cursor cur = am_cursor(head);
	struct am_bytes label;
	uint32_t len;
	uint32_t size;

	am_skip(&cur, 4);
	if (am_u16(&cur) != 2)
		return false;
	label = text_take(&cur);
	(void)text_take(&cur);
	am_skip(&cur, 4); /* two numbers of 16 bits */
	len = am_u32(&cur);
	am_skip(&cur, len);
	size = am_u32(&cur);
	object->skip = head.len - cur.left;
	if (!am_cursor_ok(&cur) || size > object->entry.size - object->skip)
		return false;
	object->size = size;
	object->label = label;
	if (object->label.len > LABEL_MAX)
		object->label.len = LABEL_MAX;
	return true;
}

/* \1Ole10Native: a package, or the size and the data of an old program. */
static void
native_read(struct am_bytes head, struct am_ole_object *object)
{
	struct am_bytes data;

	object->extension = ".bin";
	if (package_read(head, object))
		return;
	object->skip = 4;
	object->size = object->entry.size - 4;
	if (am_slice(head, 4, head.len - 4, &data))
		object->extension = extension_of(data, ".bin");
}

/* A bitmap without its file header: [MS-WMF] 2.2.2.3, and colors. */
static bool
bitmap_read(struct am_bytes head, struct am_ole_object *object)
{
	enum { FILE_HEADER = 14, INFO_HEADER = 40, BITFIELDS = 3, MASKS = 12 };
	struct am_cursor cur = am_cursor(head);
	const uint32_t size = am_u32(&cur);
	const uint64_t total = FILE_HEADER + object->size;
	uint32_t colors;
	uint64_t start;
	uint16_t planes;
	uint16_t bits;
	uint32_t compression;
	size_t i;

	am_skip(&cur, 8); /* width, height */
	planes = am_u16(&cur);
	bits = am_u16(&cur);
	compression = am_u32(&cur);
	am_skip(&cur, 12); /* image size, resolution */
	colors = am_u32(&cur);
	if (!am_cursor_ok(&cur) || size != INFO_HEADER || planes != 1 ||
	    bits > 32 || colors > 256)
		return false;
	if (colors == 0 && bits <= 8)
		colors = (uint32_t)1 << bits;
	start = FILE_HEADER + INFO_HEADER + 4 * (uint64_t)colors +
		(compression == BITFIELDS ? MASKS : 0);
	object->header[0] = 'B';
	object->header[1] = 'M';
	for (i = 0; i < 4; i++) {
		object->header[2 + i] = (uint8_t)(total >> 8 * i);
		object->header[10 + i] = (uint8_t)(start >> 8 * i);
	}
	object->header_len = FILE_HEADER;
	object->extension = ".bmp";
	return true;
}

static void
contents_read(struct am_bytes head, struct am_ole_object *object)
{
	if (!bitmap_read(head, object))
		object->extension = extension_of(head, ".bin");
}

static void
archive_read(struct am_bytes head, struct am_ole_object *object)
{
	object->extension = extension_of_zip(head, extension_of(head, ".bin"));
}

/* The streams that have a file in them, the best first. */
static const struct {
	const char *name;
	uint64_t least; /* bytes that must be there */
	void (*read)(struct am_bytes head, struct am_ole_object *object);
} streams[] = {
	{ "\1Ole10Native", 5, native_read },
	{ "Package", 1, archive_read },
	{ "EmbeddedOdf", 1, archive_read },
	{ "CONTENTS", 1, contents_read },
};

/* Programs whose files are compound files themselves. */
static const struct {
	const char *stream;
	const char *extension;
} documents[] = {
	{ "WordDocument", ".doc" },  { "Workbook", ".xls" },
	{ "Book", ".xls" },	     { "PowerPoint Document", ".ppt" },
	{ "VisioDocument", ".vsd" }, { "__properties_version1.0", ".msg" },
};

/* ---- the object ---- */

static enum am_status
document_find(const struct am_cfb *cfb, struct am_ole_object *object,
	      struct am_error *err)
{
	struct am_cfb_entry entry;
	size_t i;

	for (i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		if (am_cfb_find(cfb, documents[i].stream, &entry, err) ==
		    AM_OK) {
			object->extension = documents[i].extension;
			return AM_OK;
		}
	return AM_NOT_FOUND;
}

static enum am_status
stream_find(const struct am_cfb *cfb, struct am_ole_object *object,
	    struct am_error *err)
{
	struct am_buf head = am_buf(HEAD_MAX);
	enum am_status status = AM_NOT_FOUND;
	size_t i;

	for (i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		status = am_cfb_find(cfb, streams[i].name, &object->entry, err);
		if (status == AM_OK && object->entry.size >= streams[i].least) {
			object->stream = streams[i].name;
			break;
		}
	}
	if (object->stream == NULL)
		return AM_OK;
	object->size = object->entry.size;
	status = head_read(cfb, &object->entry, cfb->arena, &head, err);
	if (status == AM_OK) {
		streams[i].read(am_buf_bytes(&head), object);
		status = am_arena_copy(cfb->arena, object->label,
				       &object->label, err);
	}
	am_buf_free(&head);
	return status;
}

enum am_status
am_ole_object_open(struct am_bytes file, const struct am_ole_object *object,
		   struct am_arena *arena, struct am_stream **stream_out,
		   struct am_error *err)
{
	struct am_stream *content;
	struct am_cfb cfb;

	AM_TRY(am_cfb_open(file, arena, &cfb, err));
	AM_TRY(am_cfb_stream(&cfb, &object->entry, arena, &content, err));
	return am_stream_part(
		arena, am_bytes(object->header, object->header_len), content,
		object->skip, object->size, stream_out, err);
}

/* Can it be read to its end? Else the object is better left as it is. */
static enum am_status
object_try(struct am_bytes file, const struct am_ole_object *object,
	   struct am_arena *arena, struct am_error *err)
{
	struct am_stream *stream;
	struct am_bytes piece;
	enum am_status status;

	AM_TRY(am_ole_object_open(file, object, arena, &stream, err));
	while ((status = am_stream_next(stream, &piece, err)) == AM_OK)
		;
	am_stream_close(stream);
	return status == AM_END ? AM_OK : status;
}

enum am_status
am_ole_object_find(struct am_bytes file, struct am_arena *arena,
		   struct am_ole_object *object_out, struct am_error *err)
{
	const struct am_ole_object unknown = { .extension = ".ole" };
	struct am_cfb cfb;
	enum am_status status;

	*object_out = unknown;
	if (!am_cfb_is(file)) {
		object_out->extension = extension_of(file, ".ole");
		return AM_OK;
	}
	if (file.len > AM_CFB_MAX_FILE)
		return AM_OK;
	status = am_cfb_open(file, arena, &cfb, err);
	if (status == AM_OK && document_find(&cfb, object_out, err) != AM_OK)
		status = stream_find(&cfb, object_out, err);
	if (status == AM_OK && object_out->stream != NULL)
		status = object_try(file, object_out, arena, err);
	if (status == AM_OK)
		return AM_OK;
	*object_out = unknown;
	return is_damage(status) || status == AM_LIMIT ? AM_OK : status;
}
