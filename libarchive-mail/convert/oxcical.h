/* [MS-OXCICAL] appointments, tasks and journal entries as iCalendar. */
#ifndef AM_CONVERT_OXCICAL_H
#define AM_CONVERT_OXCICAL_H

#include "convert/item.h"

/* The item as components of an .ics file, with the time zones that they need
 * in front; as am_item_open. */
enum am_status am_oxcical_open(struct am_message *message,
			       const struct am_convert_options *options,
			       struct am_mail **mail_out, struct am_error *err);

#endif
