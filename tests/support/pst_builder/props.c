/* Bags of properties */
#include "props.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

void
pb_props_clear(struct pb_props *props)
{
	props->count = 0;
	props->next_order = 0;
	props->values.len = 0;
}

void
pb_props_free(struct pb_props *props)
{
	free(props->items);
	pb_buf_free(&props->values);
	*props = (struct pb_props){ .strings = props->strings };
}

const struct pb_prop *
pb_props_find(const struct pb_props *props, uint16_t id)
{
	for (size_t i = 0; i < props->count; i++) {
		if (props->items[i].id == id)
			return &props->items[i];
	}
	return NULL;
}

const uint8_t *
pb_prop_bytes(const struct pb_props *props, const struct pb_prop *prop)
{
	return prop->len > 0 ? props->values.data + prop->at
			     : (const uint8_t *)"";
}

uint64_t
pb_props_int(const struct pb_props *props, uint16_t id, uint64_t other)
{
	const struct pb_prop *prop = pb_props_find(props, id);

	if (prop == NULL || prop->form != PB_FORM_VALUE || prop->len > 8)
		return other;
	return pb_get(pb_prop_bytes(props, prop), (unsigned)prop->len);
}

void
pb_props_remove(struct pb_props *props, uint16_t id)
{
	size_t kept = 0;

	for (size_t i = 0; i < props->count; i++) {
		if (props->items[i].id != id)
			props->items[kept++] = props->items[i];
	}
	props->count = kept;
}

struct pb_prop *
pb_props_add(struct pb_props *props, uint16_t id, uint16_t type, bool keep)
{
	struct pb_prop *prop;

	if (!keep)
		pb_props_remove(props, id);
	props->items = pb_grow(props->items, props->count, &props->size,
			       sizeof(*props->items));
	prop = &props->items[props->count++];
	*prop = (struct pb_prop){ .id = id,
				  .type = type,
				  .order = props->next_order++,
				  .at = props->values.len };
	return prop;
}

void
pb_props_set(struct pb_props *props, uint16_t id, uint16_t type,
	     const void *bytes, size_t len)
{
	struct pb_prop *prop = pb_props_add(props, id, type, false);

	prop->len = len;
	pb_buf_add(&props->values, bytes, len);
}

unsigned
pb_type_size(uint16_t type)
{
	switch (type) {
	case PB_BOOL:
		return 1;
	case PB_I16:
		return 2;
	case PB_I32:
	case PB_F32:
	case PB_ERROR:
		return 4;
	case PB_F64:
	case PB_CURRENCY:
	case PB_APPTIME:
	case PB_I64:
	case PB_TIME:
		return 8;
	case PB_GUID:
		return 16;
	default:
		return 0;
	}
}

void
pb_props_set_int(struct pb_props *props, uint16_t id, uint16_t type,
		 uint64_t value)
{
	uint8_t bytes[8];
	const unsigned size = pb_type_size(type);

	if (size == 0 || size > 8)
		pb_die("type %#x is no integer", type);
	pb_put(bytes, size, value);
	pb_props_set(props, id, type, bytes, size);
}

void
pb_strings_add(const struct pb_strings *strings, struct pb_buf *out,
	       const char *text, size_t len)
{
	if (strings->type == PB_UNICODE_STRING)
		pb_utf16(out, text, len);
	else
		pb_code_page(out, strings->code_page, text, len);
}

void
pb_props_set_text(struct pb_props *props, uint16_t id, const char *text,
		  size_t len)
{
	struct pb_prop *prop =
		pb_props_add(props, id, props->strings.type, false);

	pb_strings_add(&props->strings, &props->values, text, len);
	prop->len = props->values.len - prop->at;
}

void
pb_props_set_string(struct pb_props *props, uint16_t id, const char *text)
{
	pb_props_set_text(props, id, text, strlen(text));
}

void
pb_props_default_int(struct pb_props *props, uint16_t id, uint16_t type,
		     uint64_t value)
{
	if (pb_props_find(props, id) == NULL)
		pb_props_set_int(props, id, type, value);
}

void
pb_props_default_string(struct pb_props *props, uint16_t id, const char *text)
{
	if (pb_props_find(props, id) == NULL)
		pb_props_set_string(props, id, text);
}

uint64_t
pb_props_bytes(const struct pb_props *props)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < props->count; i++)
		bytes += props->items[i].len;
	return bytes;
}
