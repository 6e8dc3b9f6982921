/* Values: from the words of a recipe to the bytes of a property */
#include "value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compound.h"
#include "entryid.h"
#include "text.h"

static uint64_t
number_or(const struct pb_stmt *stmt, size_t i, uint64_t other)
{
	return i < stmt->count ? pb_number_at(stmt, i) : other;
}

static void
hex_open(struct pb_source *source, const struct pb_stmt *stmt, size_t i)
{
	pb_hex_add(stmt, &source->bytes, pb_text_at(stmt, i + 1));
}

static void
base64_open(struct pb_source *source, const struct pb_stmt *stmt, size_t i)
{
	const struct pb_word *word = pb_word_at(stmt, i + 1);

	pb_base64_add(stmt, &source->bytes, word->text, word->len);
}

/* Paths are relative to the recipe. */
static void
file_open(struct pb_source *source, const struct pb_stmt *stmt, size_t i)
{
	const char *path = pb_text_at(stmt, i + 1);
	const char *slash = strrchr(stmt->file, '/');
	struct pb_buf full = { 0 };

	if (path[0] != '/' && slash != NULL)
		pb_buf_add(&full, stmt->file, (size_t)(slash - stmt->file) + 1);
	pb_buf_printf(&full, "%s", path);
	pb_buf_zero(&full, 1);
	source->kind = PB_SOURCE_FILE;
	source->file = fopen((char *)full.data, "rb");
	if (source->file == NULL)
		pb_die_at(stmt, "%s: %s", (char *)full.data, strerror(errno));
	pb_buf_free(&full);
}

static void
random_open(struct pb_source *source, const struct pb_stmt *stmt, size_t i)
{
	source->kind = PB_SOURCE_RANDOM;
	source->left = pb_number_at(stmt, i + 1);
	source->rng = pb_rng(number_or(stmt, i + 2, 1));
}

static void
zero_open(struct pb_source *source, const struct pb_stmt *stmt, size_t i)
{
	source->kind = PB_SOURCE_REPEAT;
	source->left = pb_number_at(stmt, i + 1);
	pb_buf_zero(&source->bytes, 1);
}

/* repeat COUNT TEXT */
static void
repeat_open(struct pb_source *source, const struct pb_stmt *stmt, size_t i)
{
	const struct pb_word *word = pb_word_at(stmt, i + 2);

	source->kind = PB_SOURCE_REPEAT;
	source->left = pb_number_at(stmt, i + 1) * word->len;
	pb_buf_add(&source->bytes, word->text, word->len);
}

static void
prose_open(struct pb_source *source, const struct pb_stmt *stmt, size_t i)
{
	struct pb_rng rng = pb_rng(number_or(stmt, i + 2, 1));

	pb_prose(&rng, &source->bytes, pb_number_at(stmt, i + 1), false);
}

/* utf16 TEXT, codepage N TEXT: a text as bytes of one's choice. */
static void
utf16_open(struct pb_source *source, const struct pb_stmt *stmt, size_t i)
{
	const struct pb_word *word = pb_word_at(stmt, i + 1);

	pb_utf16(&source->bytes, word->text, word->len);
}

static void
codepage_open(struct pb_source *source, const struct pb_stmt *stmt, size_t i)
{
	const struct pb_word *word = pb_word_at(stmt, i + 2);

	pb_code_page(&source->bytes, (unsigned)pb_number_at(stmt, i + 1),
		     word->text, word->len);
}

static void
compound_open(struct pb_source *source, const struct pb_stmt *stmt, size_t i)
{
	pb_compound_add(stmt, i + 1, &source->bytes);
}

static const struct {
	const char *keyword;
	void (*open)(struct pb_source *source, const struct pb_stmt *stmt,
		     size_t i);
} source_kinds[] = {
	{ "hex", hex_open },	       { "base64", base64_open },
	{ "file", file_open },	       { "random", random_open },
	{ "zero", zero_open },	       { "repeat", repeat_open },
	{ "prose", prose_open },       { "utf16", utf16_open },
	{ "codepage", codepage_open }, { "compound", compound_open },
};

/* True if word i names where bytes come from. */
static bool
source_keyword_open(struct pb_source *source, const struct pb_stmt *stmt,
		    size_t i)
{
	*source = (struct pb_source){ .kind = PB_SOURCE_MEMORY };
	for (size_t k = 0; k < sizeof(source_kinds) / sizeof(*source_kinds);
	     k++) {
		if (pb_word_is(stmt, i, source_kinds[k].keyword)) {
			source_kinds[k].open(source, stmt, i);
			return true;
		}
	}
	return false;
}

void
pb_source_open(struct pb_source *source, const struct pb_stmt *stmt, size_t i)
{
	const struct pb_word *word = pb_word_at(stmt, i);

	if (!source_keyword_open(source, stmt, i))
		pb_buf_add(&source->bytes, word->text, word->len);
}

static size_t
repeat_read(struct pb_source *source, uint8_t *out, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		out[i] = source->bytes.data[source->at++];
		if (source->at == source->bytes.len)
			source->at = 0;
	}
	return size;
}

size_t
pb_source_read(struct pb_source *source, uint8_t *out, size_t size)
{
	const size_t left = source->kind == PB_SOURCE_MEMORY
				    ? source->bytes.len - source->at
				    : (size_t)source->left;

	if (source->kind == PB_SOURCE_FILE)
		return fread(out, 1, size, source->file);
	if (size > left)
		size = left;
	if (size == 0)
		return 0;
	if (source->kind == PB_SOURCE_MEMORY) {
		memcpy(out, source->bytes.data + source->at, size);
		source->at += size;
		return size;
	}
	source->left -= size;
	if (source->kind == PB_SOURCE_REPEAT)
		return repeat_read(source, out, size);
	pb_rng_fill(&source->rng, out, size);
	return size;
}

void
pb_source_close(struct pb_source *source)
{
	if (source->file != NULL)
		fclose(source->file);
	pb_buf_free(&source->bytes);
}

uint64_t
pb_source_store(struct pb_source *source, struct pb_ndb *ndb, uint64_t *len_out)
{
	struct pb_data data = { .ndb = ndb };
	uint8_t piece[8192];
	size_t got;

	*len_out = 0;
	while ((got = pb_source_read(source, piece, sizeof(piece))) > 0) {
		pb_data_write(&data, piece, got);
		*len_out += got;
	}
	return pb_data_end(&data);
}

static void
source_append(struct pb_source *source, struct pb_buf *out)
{
	size_t got;

	while ((got = pb_source_read(source, pb_buf_room(out, 65536), 65536)) >
	       0)
		out->len += got;
}

static uint64_t
integer_at(const struct pb_stmt *stmt, size_t i)
{
	const char *text = pb_text_at(stmt, i);
	uint64_t value;

	if (text[0] == '-' && pb_number_parse(text + 1, &value))
		return 0 - value;
	return pb_number_at(stmt, i);
}

static uint64_t
double_at(const struct pb_stmt *stmt, size_t i, unsigned size)
{
	const double number = strtod(pb_text_at(stmt, i), NULL);
	const float small = (float)number;
	uint64_t bits = 0;

	if (size == 4)
		memcpy(&bits, &small, 4);
	else
		memcpy(&bits, &number, 8);
	return bits;
}

static uint64_t
bool_at(const struct pb_stmt *stmt, size_t i)
{
	if (pb_word_is(stmt, i, "true") || pb_word_is(stmt, i, "yes"))
		return 1;
	if (pb_word_is(stmt, i, "false") || pb_word_is(stmt, i, "no"))
		return 0;
	return pb_number_at(stmt, i);
}

static void
guid_add(const struct pb_stmt *stmt, size_t i, struct pb_buf *out)
{
	uint8_t guid[16];

	if (!pb_guid_parse(pb_text_at(stmt, i), guid))
		pb_die_at(stmt, "\"%s\" is not a GUID", pb_text_at(stmt, i));
	pb_buf_add(out, guid, sizeof(guid));
}

static void
entry_id_add(struct pb *pb, const struct pb_stmt *stmt, size_t i,
	     struct pb_buf *out)
{
	uint8_t entry_id[24];

	pb_entry_id(pb, pb_nid_at(pb, stmt, i), entry_id);
	pb_buf_add(out, entry_id, sizeof(entry_id));
}

/* Texts: as the type stores them, whatever the file's own way is. */
static void
text_add(const struct pb_word *word, uint16_t type,
	 const struct pb_strings *strings, struct pb_buf *out)
{
	const struct pb_strings as = { .type = type,
				       .code_page = strings->code_page };

	pb_strings_add(&as, out, word->text, word->len);
}

static bool
number_add(const struct pb_stmt *stmt, size_t i, uint16_t type,
	   struct pb_buf *out)
{
	const unsigned size = pb_type_size(type);

	switch (type) {
	case PB_BOOL:
		pb_buf_int(out, size, bool_at(stmt, i));
		return true;
	case PB_F32:
	case PB_F64:
	case PB_APPTIME:
		pb_buf_int(out, size, double_at(stmt, i, size));
		return true;
	case PB_TIME:
		pb_buf_int(out, size, pb_time_at(stmt, i));
		return true;
	case PB_I16:
	case PB_I32:
	case PB_I64:
	case PB_CURRENCY:
	case PB_ERROR:
		pb_buf_int(out, size, integer_at(stmt, i));
		return true;
	default:
		return false;
	}
}

/* prose N SEED for a text type: characters, in the type's own form. */
static void
prose_add(const struct pb_stmt *stmt, size_t i, uint16_t type,
	  const struct pb_strings *strings, struct pb_buf *out)
{
	struct pb_source source = { 0 };
	struct pb_word word;

	prose_open(&source, stmt, i);
	word = (struct pb_word){ .text = (char *)source.bytes.data,
				 .len = source.bytes.len };
	text_add(&word, type, strings, out);
	pb_source_close(&source);
}

static void
single_add(struct pb *pb, const struct pb_stmt *stmt, size_t i, uint16_t type,
	   const struct pb_strings *strings, struct pb_buf *out)
{
	const bool text = type == PB_STRING8 || type == PB_UNICODE_STRING;
	struct pb_source source;

	if (text && pb_word_is(stmt, i, "prose")) {
		prose_add(stmt, i, type, strings, out);
	} else if (pb_word_is(stmt, i, "entryid")) {
		entry_id_add(pb, stmt, i + 1, out);
	} else if (type == PB_BINARY && pb_word_is(stmt, i, "dlstream")) {
		pb_dlstream_add(pb, stmt, i + 1, out);
	} else if (type == PB_BINARY &&
		   pb_entryid_add(pb, stmt, pb_text_at(stmt, i), out)) {
		/* done */
	} else if (source_keyword_open(&source, stmt, i)) {
		source_append(&source, out);
		pb_source_close(&source);
	} else if (text) {
		text_add(pb_word_at(stmt, i), type, strings, out);
	} else if (type == PB_GUID) {
		guid_add(stmt, i, out);
	} else if (!number_add(stmt, i, type, out)) {
		const struct pb_word *word = pb_word_at(stmt, i);

		pb_buf_add(out, word->text, word->len);
	}
}

/* [MS-PST] 2.3.3.4.2: count, offsets, then the items. */
static void
multiple_add(struct pb *pb, const struct pb_stmt *stmt, size_t first,
	     uint16_t type, const struct pb_strings *strings,
	     struct pb_buf *out)
{
	const size_t count = stmt->count - first;
	const size_t start = out->len;
	struct pb_buf item = { 0 };

	pb_buf_int(out, 4, count);
	pb_buf_zero(out, 4 * count);
	for (size_t i = 0; i < count; i++) {
		const struct pb_stmt one = { .words = stmt->words,
					     .count = first + i + 1,
					     .line = stmt->line,
					     .file = stmt->file };

		pb_put(out->data + start + 4 + 4 * i, 4, out->len - start);
		item.len = 0;
		single_add(pb, &one, first + i, type, strings, &item);
		pb_buf_add(out, item.data, item.len);
	}
	pb_buf_free(&item);
}

void
pb_value_add(struct pb *pb, const struct pb_stmt *stmt, size_t i, uint16_t type,
	     const struct pb_strings *strings, struct pb_buf *out)
{
	const uint16_t base = (uint16_t)(type & ~PB_MULTIPLE);
	struct pb_source source;

	if ((type & PB_MULTIPLE) == 0) {
		single_add(pb, stmt, i, type, strings, out);
	} else if (source_keyword_open(&source, stmt, i)) {
		source_append(&source, out);
		pb_source_close(&source);
	} else if (pb_type_size(base) == 0) {
		multiple_add(pb, stmt, i, base, strings, out);
	} else {
		for (; i < stmt->count; i++)
			single_add(pb, stmt, i, base, strings, out);
	}
}
