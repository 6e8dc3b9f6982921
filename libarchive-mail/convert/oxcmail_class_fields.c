/* Header fields that only some classes of messages have. */
#include "base/ascii.h"
#include "convert/item_class.h"
#include "convert/oxcmail_headers.h"
#include "mapi/verbs.h"
#include "mime/field.h"

enum { MAX_VERBS = 64 << 10 /* bytes of PidLidVerbStream */ };

static enum am_status
text_write(struct am_header *header, enum am_guid_set set, uint32_t lid,
	   const char *name, struct am_error *err)
{
	struct am_text text;

	AM_TRY(am_message_named_text(header->cx->message, set, lid, &text,
				     err));
	if (text.len == 0)
		return AM_OK;
	if (am_is_ascii(am_bytes(text.data, text.len)))
		am_field_ascii(header->out, name, text.data);
	else
		am_field_text(header->out, name, text);
	return AM_OK;
}

/* [MS-OXORSS] 2.2.1, under the names that others give such messages. */
static enum am_status
rss_write(struct am_header *header, struct am_error *err)
{
	static const struct {
		uint32_t lid;
		const char *name;
	} fields[] = {
		{ 0x8900, "X-RSS-Feed" },    /* PidLidPostRssChannelLink */
		{ 0x8904, "X-RSS-Channel" }, /* PidLidPostRssChannel */
		{ 0x8901, "X-RSS-URL" },     /* PidLidPostRssItemLink */
		{ 0x8903, "X-RSS-ID" },	     /* PidLidPostRssItemGuid */
	};
	enum { LID_ITEM_XML = 0x8905 };
	struct am_prop xml;
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		AM_TRY(text_write(header, AM_PSETID_POST_RSS, fields[i].lid,
				  fields[i].name, err));
	if (am_message_named(header->cx->message, AM_PSETID_POST_RSS,
			     LID_ITEM_XML, &xml))
		am_report_note(am_oxcmail_report(header->cx), "rss",
			       "the XML that the item was made from is left "
			       "out");
	return AM_OK;
}

/* ---- voting buttons ---- */

static enum am_status
button_add(struct am_header *header, const struct am_verb *verb,
	   struct am_buf *buttons, struct am_error *err)
{
	const struct am_message *message = header->cx->message;
	struct am_text name;

	if (verb->type != AM_VERB_VOTE)
		return AM_OK;
	if (verb->wide.len > 0)
		AM_TRY(am_text_from_utf16(message->arena, verb->wide, &name,
					  err));
	else
		AM_TRY(am_text_decode(message->arena, message->codepage,
				      verb->name, &name, err));
	if (buttons->len > 0)
		am_buf_add_text(buttons, "; ");
	am_buf_add(buttons, am_bytes(name.data, name.len));
	return am_buf_status(buttons, err);
}

static enum am_status
buttons_read(struct am_header *header, const struct am_prop *prop,
	     struct am_buf *buttons, struct am_error *err)
{
	struct am_verbs verbs;
	struct am_verb verb;
	struct am_bytes raw;

	AM_TRY(am_prop_bytes(prop, MAX_VERBS, header->cx->message->arena, &raw,
			     err));
	AM_TRY(am_verbs(raw, &verbs, err));
	while (am_verbs_next(&verbs, &verb))
		AM_TRY(button_add(header, &verb, buttons, err));
	if (verbs.damaged)
		return am_fail(err, AM_CORRUPT,
			       "VerbStream ends inside of a verb");
	return AM_OK;
}

/* [MS-OXOMSG] 2.2.1.74: which there are to press. No other program shows
 * them. */
static enum am_status
voting_write(struct am_header *header, struct am_error *err)
{
	enum { LID_VERB_STREAM = 0x8520 };
	struct am_report *report = am_oxcmail_report(header->cx);
	struct am_buf buttons = am_buf(2 * MAX_VERBS);
	struct am_prop prop;
	enum am_status status;

	if (!am_message_named(header->cx->message, AM_PSETID_COMMON,
			      LID_VERB_STREAM, &prop))
		return AM_OK;
	status = buttons_read(header, &prop, &buttons, err);
	if (am_is_item_scoped(status)) {
		am_report_add(report, "voting", err);
		status = AM_OK;
	}
	if (status == AM_OK && buttons.len > 0) {
		const struct am_text text = { am_buf_text(&buttons),
					      buttons.len, false };

		am_field_text(header->out, "X-PST-Voting-Options", text);
		am_report_note(report, "voting",
			       "the voting buttons are left out; what is on "
			       "them is in X-PST-Voting-Options");
	}
	am_buf_free(&buttons);
	return status;
}

enum am_status
am_header_class(struct am_header *header, struct am_error *err)
{
	enum { LID_VERB_RESPONSE = 0x8524 };

	if (am_class_has(header->cx->message->class_name, "IPM.Post.RSS"))
		AM_TRY(rss_write(header, err));
	AM_TRY(voting_write(header, err));
	/* [MS-OXOMSG] 2.2.1.75: which of the voting buttons was pressed */
	return text_write(header, AM_PSETID_COMMON, LID_VERB_RESPONSE,
			  "X-PST-Vote", err);
}
