/* Named properties that are header fields: those of PS_INTERNET_HEADERS, which
 * bear the name of their field. */
#include "base/ascii.h"
#include "convert/oxcmail_headers.h"
#include "mime/encoded_word.h"
#include "mime/fold.h"

enum { FIRST_NAMED = 0x8000 };

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
	if (am_header_no_receipts(header) && am_header_name_asks_receipt(name))
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
