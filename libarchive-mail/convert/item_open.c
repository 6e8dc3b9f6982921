/* The writer of each kind of item. */
#include "convert/item.h"

#include "convert/oxcical.h"

typedef enum am_status
item_opener(struct am_message *message,
	    const struct am_convert_options *options, struct am_mail **mail_out,
	    struct am_error *err);

static item_opener *const openers[] = {
	[AM_ITEM_MAIL] = am_oxcmail_open,
	[AM_ITEM_NOTE] = am_oxcmail_open,
	[AM_ITEM_CONTACT] = am_oxvcard_open,
	[AM_ITEM_DISTLIST] = am_oxvcard_open,
	[AM_ITEM_APPOINTMENT] = am_oxcical_open,
	[AM_ITEM_TASK] = am_oxcical_open,
	[AM_ITEM_JOURNAL] = am_oxcical_open,
	[AM_ITEM_INTERNAL] = am_oxcmail_open, /* for who asks for it */
};

enum am_status
am_item_open(struct am_message *message,
	     const struct am_convert_options *options,
	     struct am_mail **mail_out, struct am_error *err)
{
	enum am_item_kind kind = am_item_kind(message->class_name);

	if (options != NULL && options->items_as_mail)
		kind = AM_ITEM_MAIL;
	return openers[kind](message, options, mail_out, err);
}
