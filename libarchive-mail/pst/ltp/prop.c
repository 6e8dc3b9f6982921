/* Properties: from the stored form to the one asked for. */
#include "pst/ltp/prop.h"

#include "base/cursor.h"
#include "mapi/types.h"

enum { VARIABLE = 0xff };

/* Bytes of a value; 0: no such type. */
static const uint8_t type_sizes[] = {
	[AM_TYPE_INT16] = 2,
	[AM_TYPE_INT32] = 4,
	[AM_TYPE_FLOAT32] = 4,
	[AM_TYPE_FLOAT64] = 8,
	[AM_TYPE_CURRENCY] = 8,
	[AM_TYPE_APPTIME] = 8,
	[AM_TYPE_ERROR] = 4,
	[AM_TYPE_BOOL] = 1,
	[AM_TYPE_OBJECT] = VARIABLE,
	[AM_TYPE_INT64] = 8,
	[AM_TYPE_STRING8] = VARIABLE,
	[AM_TYPE_UNICODE] = VARIABLE,
	[AM_TYPE_TIME] = 8,
	[AM_TYPE_GUID] = 16,
	[AM_TYPE_SERVERID] = VARIABLE,
	[AM_TYPE_RESTRICTION] = VARIABLE,
	[AM_TYPE_ACTIONS] = VARIABLE,
	[AM_TYPE_BINARY] = VARIABLE,
};

static unsigned
type_size(unsigned type)
{
	return type < sizeof(type_sizes) ? type_sizes[type] : 0;
}

bool
am_prop_type_is_known(uint16_t type)
{
	return type_size(type & ~(unsigned)AM_TYPE_MULTIPLE) != 0;
}

size_t
am_prop_type_size(uint16_t type)
{
	const unsigned size = type_size(type);

	return size != VARIABLE ? size : 0;
}

static bool
is_multiple(const struct am_prop *prop)
{
	return (prop->type & AM_TYPE_MULTIPLE) != 0;
}

/* The eight bytes of a value that may be inline (TC) or in the heap (PC). */
static bool
eight_bytes(const struct am_prop *prop, uint64_t *value_out)
{
	struct am_bytes raw;
	struct am_cursor cur;

	if (prop->is_inline) {
		*value_out = prop->value;
		return true;
	}
	if (!am_hnid_is_hid((uint32_t)prop->value) ||
	    am_hn_get(prop->heap, (uint32_t)prop->value, NULL, &raw, NULL) !=
		    AM_OK)
		return false;
	cur = am_cursor(raw);
	*value_out = am_u64(&cur);
	return am_cursor_ok(&cur);
}

bool
am_prop_int(const struct am_prop *prop, int64_t *value_out)
{
	uint64_t value;

	switch (prop->type) {
	case AM_TYPE_INT16:
		*value_out = (int16_t)prop->value;
		return true;
	case AM_TYPE_INT32:
		*value_out = (int32_t)prop->value;
		return true;
	case AM_TYPE_BOOL: /* some writers leave garbage above */
		*value_out = (prop->value & 0xff) != 0;
		return true;
	case AM_TYPE_INT64:
		if (!eight_bytes(prop, &value))
			return false;
		*value_out = (int64_t)value;
		return true;
	default:
		return false;
	}
}

bool
am_prop_double(const struct am_prop *prop, double *value_out)
{
	uint64_t bits;

	if (prop->type != AM_TYPE_FLOAT64 || !eight_bytes(prop, &bits))
		return false;
	memcpy(value_out, &bits, sizeof(*value_out));
	return *value_out == *value_out;
}

int64_t
am_prop_time(const struct am_prop *prop)
{
	uint64_t value;

	if (prop->type != AM_TYPE_TIME || !eight_bytes(prop, &value))
		return AM_TIME_NONE;
	return am_time_from_filetime(value);
}

bool
am_prop_filetime(const struct am_prop *prop, uint64_t *filetime_out)
{
	return prop->type == AM_TYPE_TIME && eight_bytes(prop, filetime_out);
}

static enum am_status
value_check(const struct am_prop *prop, struct am_error *err)
{
	if (prop->type == AM_TYPE_ERROR)
		return am_fail(err, AM_NOT_FOUND,
			       "property 0x%04x is not available", prop->id);
	if (prop->is_inline)
		return am_fail(err, AM_UNSUPPORTED,
			       "property 0x%04x of type 0x%04x has no bytes",
			       prop->id, prop->type);
	return AM_OK;
}

enum am_status
am_prop_bytes(const struct am_prop *prop, size_t max, struct am_arena *arena,
	      struct am_bytes *bytes_out, struct am_error *err)
{
	AM_TRY(value_check(prop, err));
	AM_TRY(am_hnid_get(prop->heap, (uint32_t)prop->value,
			   max > 0 ? max : AM_PROP_MAX_IN_MEMORY, arena,
			   bytes_out, err));
	if (bytes_out->data == NULL)
		*bytes_out = am_bytes("", 0);
	return AM_OK;
}

/* What is stored as the other (tricky B3), final NULs and an odd last byte are
 * the business of base/text. */
enum am_status
am_prop_text(const struct am_prop *prop, unsigned codepage,
	     struct am_arena *arena, struct am_text *text_out,
	     struct am_error *err)
{
	struct am_bytes raw;

	if (prop->type != AM_TYPE_UNICODE && prop->type != AM_TYPE_STRING8 &&
	    prop->type != AM_TYPE_BINARY && prop->type != AM_TYPE_ERROR)
		return am_fail(err, AM_UNSUPPORTED,
			       "property 0x%04x of type 0x%04x is no text",
			       prop->id, prop->type);
	AM_TRY(value_check(prop, err));
	AM_TRY(am_hnid_view(prop->heap, (uint32_t)prop->value,
			    AM_PROP_MAX_IN_MEMORY, arena, &raw, err));
	if (raw.data == NULL)
		raw = am_bytes("", 0);
	if (prop->type == AM_TYPE_UNICODE)
		return am_text_from_utf16(arena, raw, text_out, err);
	return am_text_decode(arena, codepage, raw, text_out, err);
}

enum am_status
am_prop_open(const struct am_prop *prop, struct am_arena *arena,
	     struct am_stream **stream_out, uint64_t *size_out,
	     struct am_error *err)
{
	uint32_t hnid = (uint32_t)prop->value;
	uint32_t size;

	AM_TRY(value_check(prop, err));
	if (prop->type == AM_TYPE_OBJECT)
		AM_TRY(am_prop_object(prop, &hnid, &size, err));
	AM_TRY(am_hnid_size(prop->heap, hnid, size_out, err));
	return am_hnid_open(prop->heap, hnid, arena, stream_out, err);
}

enum am_status
am_prop_object(const struct am_prop *prop, uint32_t *nid_out,
	       uint32_t *size_out, struct am_error *err)
{
	struct am_bytes raw;
	struct am_cursor cur;

	if (prop->type != AM_TYPE_OBJECT)
		return am_fail(err, AM_UNSUPPORTED,
			       "property 0x%04x of type 0x%04x is no object",
			       prop->id, prop->type);
	if (!am_hnid_is_hid((uint32_t)prop->value)) {
		*nid_out = (uint32_t)prop->value;
		*size_out = 0;
		return AM_OK;
	}
	AM_TRY(am_hn_get(prop->heap, (uint32_t)prop->value, NULL, &raw, err));
	cur = am_cursor(raw);
	*nid_out = am_u32(&cur);
	*size_out = am_u32(&cur);
	if (!am_cursor_ok(&cur))
		return am_fail(err, AM_CORRUPT,
			       "the PtypObject of property 0x%04x has %zu "
			       "bytes, want 8",
			       prop->id, raw.len);
	return AM_OK;
}

static enum am_status
items_make(struct am_arena *arena, size_t count, struct am_bytes **items_out,
	   struct am_error *err)
{
	if (count > AM_PROP_MAX_ITEMS)
		return am_fail(err, AM_LIMIT,
			       "a multi-valued property has %zu values, want "
			       "at most %d",
			       count, AM_PROP_MAX_ITEMS);
	*items_out = am_arena_array(arena, count, struct am_bytes);
	if (*items_out == NULL)
		return am_arena_failed(arena, count * sizeof(**items_out), err);
	return AM_OK;
}

/* Values one behind the other; a rest that is too short is ignored. */
static enum am_status
fixed_items(struct am_bytes raw, size_t size, struct am_arena *arena,
	    struct am_bytes **items_out, size_t *count_out,
	    struct am_error *err)
{
	struct am_cursor cur = am_cursor(raw);
	size_t i;

	*count_out = raw.len / size;
	AM_TRY(items_make(arena, *count_out, items_out, err));
	for (i = 0; i < *count_out; i++)
		(*items_out)[i] = am_take(&cur, size);
	return AM_OK;
}

/* A count and the offsets of the values; each ends where the next starts. */
static enum am_status
variable_items(const struct am_prop *prop, struct am_bytes raw,
	       struct am_arena *arena, struct am_bytes **items_out,
	       size_t *count_out, struct am_error *err)
{
	struct am_cursor cur = am_cursor(raw);
	const size_t count = am_u32(&cur);
	size_t start;
	size_t i;

	*count_out = count;
	if (raw.len == 0)
		return AM_OK;
	if (count > cur.left / 4)
		return am_fail(err, AM_CORRUPT,
			       "property 0x%04x has %zu values in %zu bytes",
			       prop->id, count, raw.len);
	AM_TRY(items_make(arena, count, items_out, err));
	start = count > 0 ? am_u32(&cur) : 0;
	for (i = 0; i < count; i++) {
		const size_t end = i + 1 < count ? am_u32(&cur) : raw.len;

		(*items_out)[i] = am_bytes("", 0);
		if (end < start ||
		    !am_slice(raw, start, end - start, &(*items_out)[i]))
			am_report_note(am_ndb_report(am_hn_ndb(prop->heap)),
				       "prop-value",
				       "value %zu of property 0x%04x is out of "
				       "bounds",
				       i, prop->id);
		start = end;
	}
	return AM_OK;
}

enum am_status
am_prop_items(const struct am_prop *prop, struct am_arena *arena,
	      struct am_bytes **items_out, size_t *count_out,
	      struct am_error *err)
{
	const uint16_t base = prop->type & (uint16_t)~AM_TYPE_MULTIPLE;
	const size_t size = am_prop_type_size(base);
	struct am_bytes raw;

	*items_out = NULL;
	*count_out = 0;
	AM_TRY(am_prop_bytes(prop, 0, arena, &raw, err));
	if (!is_multiple(prop)) {
		AM_TRY(items_make(arena, 1, items_out, err));
		(*items_out)[0] = raw;
		*count_out = 1;
		return AM_OK;
	}
	if (size > 0)
		return fixed_items(raw, size, arena, items_out, count_out, err);
	return variable_items(prop, raw, arena, items_out, count_out, err);
}

enum am_status
am_prop_texts(const struct am_prop *prop, unsigned codepage,
	      struct am_arena *arena, struct am_text **texts_out,
	      size_t *count_out, struct am_error *err)
{
	const uint16_t base = prop->type & (uint16_t)~AM_TYPE_MULTIPLE;
	struct am_bytes *items;
	size_t i;

	if (base != AM_TYPE_UNICODE && base != AM_TYPE_STRING8)
		return am_fail(err, AM_UNSUPPORTED,
			       "property 0x%04x of type 0x%04x is no text",
			       prop->id, prop->type);
	AM_TRY(am_prop_items(prop, arena, &items, count_out, err));
	*texts_out = am_arena_array(arena, *count_out, struct am_text);
	if (*texts_out == NULL)
		return am_arena_failed(arena, *count_out * sizeof(**texts_out),
				       err);
	for (i = 0; i < *count_out; i++) {
		struct am_text *text = *texts_out + i;

		if (base == AM_TYPE_UNICODE)
			AM_TRY(am_text_from_utf16(arena, items[i], text, err));
		else
			AM_TRY(am_text_decode(arena, codepage, items[i], text,
					      err));
	}
	return AM_OK;
}
