/* UTF8=ACCEPT (RFC 6855, 9755). */
#include "imap/utf8.h"

#include "base/ascii.h"
#include "base/mutf7.h"
#include "base/mutf7_read.h"
#include "base/text.h"
#include "imap/session_private.h"

enum { NAME_MAX_BYTES = 64 << 10 };

/* * ENABLED UTF8=ACCEPT */
static enum am_status
enabled_hear(void *arg, const struct am_imap_response *response,
	     struct am_error *err)
{
	struct am_imap *imap = arg;
	struct am_imap_scan scan = am_imap_scan(response->rest);
	struct am_imap_token word;

	(void)err;
	if (response->type != AM_IMAP_UNTAGGED ||
	    !am_ascii_equal(response->name, "ENABLED"))
		return AM_OK;
	for (word = am_imap_next(&scan); word.kind == AM_IMAP_ATOM;
	     word = am_imap_next(&scan))
		if (am_imap_is(&word, "UTF8=ACCEPT"))
			imap->is_utf8 = true;
	return AM_OK;
}

bool
am_imap_utf8_can(const struct am_imap *imap)
{
	const unsigned needed = AM_IMAP_CAN_ENABLE | AM_IMAP_CAN_UTF8;

	return imap->is_utf8 || ((imap->can.can & needed) == needed &&
				 !imap->utf8_is_settled && !imap->has_selected);
}

enum am_status
am_imap_utf8_enable(struct am_imap *imap, struct am_error *err)
{
	struct am_imap_outcome outcome;

	if (!am_imap_utf8_can(imap) || imap->is_utf8)
		return AM_OK;
	imap->utf8_is_settled = true;
	return am_imap_command(imap, "ENABLE UTF8=ACCEPT", enabled_hear, imap,
			       &outcome, err);
}

bool
am_imap_is_utf8(const struct am_imap *imap)
{
	return imap->is_utf8;
}

void
am_imap_quote_mailbox(const struct am_imap *imap, struct am_buf *out,
		      const char *raw)
{
	struct am_buf name = am_buf(NAME_MAX_BYTES);

	if (!imap->is_utf8) {
		am_imap_quote(out, raw);
		return;
	}
	am_mutf7_read(&name, am_bytes_of(raw));
	if (am_buf_status(&name, NULL) == AM_OK)
		am_imap_quote(out, am_buf_text(&name));
	else
		out->status = name.status;
	am_buf_free(&name);
}

void
am_imap_quote_selected(struct am_imap *imap, struct am_buf *out,
		       const char *raw)
{
	imap->has_selected = true;
	am_imap_quote_mailbox(imap, out, raw);
}

enum am_status
am_imap_mailbox_name(const struct am_imap *imap, const char *said,
		     struct am_arena *arena, const char **raw_out,
		     const char **name_out, struct am_error *err)
{
	struct am_buf other = am_buf(NAME_MAX_BYTES);
	const char *converted = NULL;
	enum am_status status;

	if (imap->is_utf8)
		am_mutf7_add(&other, am_bytes_of(said));
	else
		am_mutf7_read(&other, am_bytes_of(said));
	status = am_buf_status(&other, err);
	if (status == AM_OK) {
		converted =
			am_arena_text(arena, am_buf_text(&other), other.len);
		if (converted == NULL)
			status = am_arena_failed(arena, other.len, err);
	}
	am_buf_free(&other);
	AM_TRY(status);
	*raw_out = imap->is_utf8 ? converted : said;
	if (name_out != NULL)
		*name_out = imap->is_utf8 ? said : converted;
	return AM_OK;
}

/* Up to the empty line. */
static struct am_bytes
fields_of(struct am_bytes mime)
{
	struct am_bytes fields = mime;
	size_t line = 0, i;

	for (i = 0; i < mime.len; i++) {
		if (mime.data[i] != '\n')
			continue;
		if (i == line || (i == line + 1 && mime.data[line] == '\r'))
			break;
		line = i + 1;
	}
	(void)am_slice(mime, 0, i < mime.len ? line : mime.len, &fields);
	return fields;
}

bool
am_imap_has_utf8_fields(struct am_bytes mime)
{
	const struct am_bytes fields = fields_of(mime);
	size_t i = 0;

	while (i < fields.len && fields.data[i] < 0x80)
		i++;
	return i < fields.len && am_utf8_is_valid(fields);
}
