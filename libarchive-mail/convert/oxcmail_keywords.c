/* The categories of a message ([MS-OXCMSG] 2.2.1.17, the property Keywords of
 * PS_PUBLIC_STRINGS): the header field Keywords, and IMAP keywords. */
#include "base/ascii.h"
#include "base/mutf7.h"
#include "convert/arena_text.h"
#include "convert/oxcmail_headers.h"
#include "convert/oxonote.h"
#include "mime/encoded_word.h"
#include "mime/fold.h"

enum { MAX_CATEGORIES = 1000 };

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
	if (*count_out > MAX_CATEGORIES)
		*count_out = MAX_CATEGORIES;
	*texts_out = am_arena_array(message->arena, *count_out, struct am_text);
	if (*texts_out == NULL)
		return am_arena_failed(message->arena,
				       *count_out * sizeof(**texts_out), err);
	for (i = 0; i < *count_out; i++)
		AM_TRY(keyword_decode(message, prop, items[i], *texts_out + i,
				      err));
	return AM_OK;
}

/* ---- IMAP keywords ---- */

/* RFC 3501 9 (atom), and what Thunderbird replaces in the keys of its tags. A
 * "$" in front is of keywords that have a meaning of their own. */
static bool
is_replaced(uint32_t code, bool is_first)
{
	return am_code_is_control(code) ||
	       (code < 0x7f &&
		strchr(" (){}%*\"\\[]/<>,", (int)code) != NULL) ||
	       (is_first && code == '$');
}

/* The category as an atom: replaced characters become "_", the rest modified
 * UTF-7. */
static enum am_status
atom_make(struct am_arena *arena, struct am_text category,
	  const char **atom_out, struct am_error *err)
{
	struct am_bytes rest =
		am_fold_trim(am_bytes(category.data, category.len));
	struct am_buf clean = am_buf(4 * rest.len + 1);
	struct am_buf atom = am_buf(AM_KEYWORD_MAX);
	enum am_status status;

	while (rest.len > 0) {
		uint32_t code;
		const size_t len = am_utf8_decode(rest, &code);

		if (is_replaced(code, clean.len == 0))
			am_buf_add_char(&clean, '_');
		else
			am_buf_add(&clean, am_bytes(rest.data, len));
		rest = am_bytes(rest.data + len, rest.len - len);
	}
	status = am_buf_status(&clean, err);
	clean.len = am_mutf7_fit(am_buf_bytes(&clean), AM_KEYWORD_MAX);
	am_mutf7_add(&atom, am_buf_bytes(&clean));
	if (status == AM_OK)
		status = am_buf_status(&atom, err);
	if (status == AM_OK)
		status = am_arena_text_copy(arena, am_buf_bytes(&atom),
					    atom_out, err);
	am_buf_free(&atom);
	am_buf_free(&clean);
	return status;
}

/* Keywords are compared without regard to case. */
static bool
is_there(const char *const *atoms, size_t count, const char *atom)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (am_ascii_compare(am_bytes_of(atoms[i]),
				     am_bytes_of(atom)) == 0)
			return true;
	return false;
}

enum am_status
am_oxcmail_keywords(const struct am_oxcmail *cx,
		    const char *const **keywords_out, struct am_error *err)
{
	struct am_arena *arena = cx->message->arena;
	const char **atoms;
	size_t count = 0;
	size_t i;

	*keywords_out = NULL;
	if (cx->category_count == 0)
		return AM_OK;
	atoms = am_arena_array(arena, AM_KEYWORDS_MAX + 1, const char *);
	if (atoms == NULL)
		return am_arena_failed(
			arena, (AM_KEYWORDS_MAX + 1) * sizeof(*atoms), err);
	for (i = 0; i < cx->category_count && count < AM_KEYWORDS_MAX; i++) {
		const char *atom = NULL;

		AM_TRY(atom_make(arena, cx->categories[i], &atom, err));
		if (*atom != '\0' && !is_there(atoms, count, atom))
			atoms[count++] = atom;
	}
	if (i < cx->category_count)
		am_report_note(am_oxcmail_report(cx), "keywords",
			       "of %zu categories only the first %d are marks; "
			       "the field Keywords has all",
			       cx->category_count, AM_KEYWORDS_MAX);
	*keywords_out = atoms;
	return AM_OK;
}

/* ---- the property, and the field ---- */

static enum am_status
categories_read(struct am_oxcmail *cx, struct am_error *err)
{
	const struct am_message *message = cx->message;
	const uint16_t id = am_store_named_text(
		message->store, AM_PS_PUBLIC_STRINGS, "Keywords");
	struct am_prop prop;
	enum am_status status;

	if (id == 0 || !am_pc_find(message->pc, id, &prop))
		return AM_OK;
	status = keywords_read(message, &prop, &cx->categories,
			       &cx->category_count, err);
	if (status == AM_OK)
		return AM_OK;
	cx->category_count = 0;
	am_report_add(am_oxcmail_report(cx), "keywords", err);
	return am_is_item_scoped(status) ? AM_OK : status;
}

/* The colour of a sticky note is what its owner sorted it by. */
static enum am_status
color_add(struct am_oxcmail *cx, struct am_error *err)
{
	const char *color = am_oxonote_is_note(cx->message)
				    ? am_oxonote_color(cx->message)
				    : NULL;
	struct am_text *all;

	if (color == NULL)
		return AM_OK;
	all = am_arena_array(cx->message->arena, cx->category_count + 1,
			     struct am_text);
	if (all == NULL)
		return am_arena_failed(cx->message->arena,
				       (cx->category_count + 1) * sizeof(*all),
				       err);
	if (cx->category_count > 0)
		memcpy(all, cx->categories, cx->category_count * sizeof(*all));
	all[cx->category_count].data = color;
	all[cx->category_count].len = strlen(color);
	cx->categories = all;
	cx->category_count++;
	return AM_OK;
}

enum am_status
am_header_keywords(struct am_header *header, struct am_error *err)
{
	struct am_oxcmail *cx = header->cx;
	size_t i;

	AM_TRY(categories_read(cx, err));
	AM_TRY(color_add(cx, err));
	if (cx->category_count == 0 ||
	    !am_header_lacks(header, AM_FIELD_KEYWORDS))
		return AM_OK;
	am_fold_name(header->out, am_header_name(header, AM_FIELD_KEYWORDS));
	for (i = 0; i < cx->category_count; i++)
		keyword_add(header->out, cx->categories[i], i == 0);
	am_fold_end(header->out);
	return AM_OK;
}
