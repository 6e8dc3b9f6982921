/* Named properties that are header fields: Keywords, and those of
 * PS_INTERNET_HEADERS, which bear the name of their field. */
#include "base/ascii.h"
#include "convert/oxcmail_headers.h"
#include "mime/encoded_word.h"
#include "mime/fold.h"

enum { FIRST_NAMED = 0x8000, MAX_KEYWORDS = 1000 };

/* ---- Keywords ---- */

static bool
is_atom(struct am_bytes text)
{
	size_t i;

	for (i = 0; i < text.len; i++)
		if (text.data[i] <= ' ' || text.data[i] >= 0x7f ||
		    strchr("()<>[]:;@\\,.\"", text.data[i]) != NULL)
			return false;
	return text.len > 0 && !am_fold_looks_encoded(text);
}

static void
quoted_add(struct am_buf *out, struct am_bytes text)
{
	size_t i;

	am_buf_add_char(out, '"');
	for (i = 0; i < text.len; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			am_buf_add_char(out, '\\');
		am_buf_add_char(out, (char)text.data[i]);
	}
	am_buf_add_char(out, '"');
}

/* One phrase of the list (tricky D31: a comma in it is no separator). */
static void
keyword_add(struct am_buf *out, struct am_text text, bool is_first)
{
	enum { MAX_QUOTED = 400 };
	struct am_buf clean = am_buf(out->max);
	struct am_buf word = am_buf(2 * MAX_QUOTED + 2);
	struct am_bytes phrase;

	phrase = am_fold_clean(&clean, am_bytes(text.data, text.len));
	phrase = am_fold_trim(phrase);
	if (!is_first && phrase.len > 0)
		am_buf_add_char(out, ',');
	if (phrase.len == 0) {
		/* nothing to say */
	} else if (!am_is_ascii(phrase) || phrase.len > MAX_QUOTED ||
		   am_fold_looks_encoded(phrase)) {
		am_encoded_words(out, phrase, true);
	} else {
		if (is_atom(phrase))
			am_buf_add(&word, phrase);
		else
			quoted_add(&word, phrase);
		am_fold_word(out, am_bytes_of(" "), am_buf_bytes(&word));
	}
	am_fold_scratch_free(&word, out);
	am_fold_scratch_free(&clean, out);
}

static enum am_status
keyword_decode(const struct am_message *message, const struct am_prop *prop,
	       struct am_bytes raw, struct am_text *text_out,
	       struct am_error *err)
{
	if ((prop->type & ~(unsigned)AM_TYPE_MULTIPLE) == AM_TYPE_UNICODE)
		return am_text_from_utf16(message->arena, raw, text_out, err);
	return am_text_decode(message->arena, message->codepage, raw, text_out,
			      err);
}

/* The texts of the property: many, or one. */
static enum am_status
keywords_read(const struct am_message *message, const struct am_prop *prop,
	      struct am_text **texts_out, size_t *count_out,
	      struct am_error *err)
{
	struct am_bytes one;
	struct am_bytes *items = &one;
	size_t i;

	if ((prop->type & AM_TYPE_MULTIPLE) != 0) {
		AM_TRY(am_prop_items(prop, message->arena, &items, count_out,
				     err));
	} else {
		AM_TRY(am_prop_bytes(prop, 0, message->arena, &one, err));
		*count_out = 1;
	}
	if (*count_out > MAX_KEYWORDS)
		*count_out = MAX_KEYWORDS;
	*texts_out = am_arena_array(message->arena, *count_out, struct am_text);
	if (*texts_out == NULL)
		return am_arena_failed(message->arena,
				       *count_out * sizeof(**texts_out), err);
	for (i = 0; i < *count_out; i++)
		AM_TRY(keyword_decode(message, prop, items[i], *texts_out + i,
				      err));
	return AM_OK;
}

static enum am_status
keywords_write(struct am_header *header, struct am_error *err)
{
	const struct am_message *message = header->cx->message;
	const uint16_t id = am_store_named_text(
		message->store, AM_PS_PUBLIC_STRINGS, "Keywords");
	struct am_text *texts;
	struct am_prop prop;
	enum am_status status;
	size_t count;
	size_t i;

	if (id == 0 || !am_header_lacks(header, AM_FIELD_KEYWORDS) ||
	    !am_pc_find(message->pc, id, &prop))
		return AM_OK;
	status = keywords_read(message, &prop, &texts, &count, err);
	if (status != AM_OK) {
		am_report_add(am_oxcmail_report(header->cx), "keywords", err);
		return am_is_item_scoped(status) ? AM_OK : status;
	}
	if (count == 0)
		return AM_OK;
	am_fold_name(header->out, am_header_name(header, AM_FIELD_KEYWORDS));
	for (i = 0; i < count; i++)
		keyword_add(header->out, texts[i], i == 0);
	am_fold_end(header->out);
	return AM_OK;
}

/* ---- PS_INTERNET_HEADERS ---- */

static bool
transport_has_name(const struct am_transport *transport, struct am_bytes name)
{
	size_t i;

	for (i = 0; i < transport->count; i++)
		if (am_ascii_compare(transport->fields[i].name, name) == 0)
			return true;
	return false;
}

/* May it be written, beside what is written already? */
static bool
is_wanted(const struct am_header *header, struct am_bytes name)
{
	const enum am_header_field field = am_header_field_of(name);

	if (field == AM_FIELD_DROPPED || am_header_field_is_single(field) ||
	    !am_field_name_is_valid(name) ||
	    am_ascii_starts(name, "X-MS-Exchange-Organization-"))
		return false;
	if (field != AM_FIELD_OTHER)
		return am_header_lacks(header, field);
	return !transport_has_name(&header->cx->transport, name);
}

static enum am_status
header_write(struct am_header *header, const char *name,
	     const struct am_prop *prop, struct am_error *err)
{
	const struct am_message *message = header->cx->message;
	struct am_text text;
	enum am_status status;

	if (prop->is_inline || (prop->type & AM_TYPE_MULTIPLE) != 0)
		return AM_OK;
	status = am_prop_text(prop, message->codepage, message->arena, &text,
			      err);
	if (status != AM_OK)
		return am_is_item_scoped(status) ? AM_OK : status;
	if (text.len == 0)
		return AM_OK;
	(void)am_header_name(header, am_header_field_of(am_bytes_of(name)));
	/* ASCII is there as it was in the field, encoded words and all. */
	if (am_is_ascii(am_bytes(text.data, text.len)))
		am_field_ascii(header->out, name, text.data);
	else
		am_field_text(header->out, name, text);
	return AM_OK;
}

enum am_status
am_header_named(struct am_header *header, struct am_error *err)
{
	const struct am_message *message = header->cx->message;
	const struct am_named_map *map = am_store_named_map(message->store);
	struct am_prop prop;
	size_t i;

	AM_TRY(keywords_write(header, err));
	for (i = 0; am_pc_at(message->pc, i, &prop); i++) {
		const char *name;

		if (prop.id < FIRST_NAMED)
			continue;
		name = am_named_text_of(map, AM_PS_INTERNET_HEADERS, prop.id);
		if (name != NULL && is_wanted(header, am_bytes_of(name)))
			AM_TRY(header_write(header, name, &prop, err));
	}
	return AM_OK;
}
