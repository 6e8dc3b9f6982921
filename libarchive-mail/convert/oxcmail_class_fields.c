/* Header fields that only some classes of messages have. */
#include "base/ascii.h"
#include "convert/item_class.h"
#include "convert/oxcmail_headers.h"

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

enum am_status
am_header_class(struct am_header *header, struct am_error *err)
{
	enum { LID_VERB_RESPONSE = 0x8524 };

	if (am_class_has(header->cx->message->class_name, "IPM.Post.RSS"))
		AM_TRY(rss_write(header, err));
	/* [MS-OXOMSG] 2.2.1.75: which of the voting buttons was pressed */
	return text_write(header, AM_PSETID_COMMON, LID_VERB_RESPONSE,
			  "X-PST-Vote", err);
}
