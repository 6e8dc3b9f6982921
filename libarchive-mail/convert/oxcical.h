/* [MS-OXCICAL] appointments, tasks and journal entries as iCalendar. */
#ifndef AM_CONVERT_OXCICAL_H
#define AM_CONVERT_OXCICAL_H

#include "convert/item.h"
#include "convert/outline.h"

/* The item as components of an .ics file, with the time zones that they need
 * in front; as am_item_open. */
enum am_status am_oxcical_open(struct am_message *message,
			       const struct am_convert_options *options,
			       struct am_mail **mail_out, struct am_error *err);

/* The item as a whole iCalendar object with a METHOD, for a part of mail. It
 * has no ATTACH but those of its exceptions: items, the attachments of the
 * message, are parts of the mail; exceptions are among them, and in the object
 * (am_oxcical_is_exception).
 * mail_out: as above; NULL: mail of the class has no such part. method_out:
 * borrowed until it is closed. AM_NOT_FOUND: the item lacks what its method
 * needs. */
enum am_status
am_oxcical_meeting_open(struct am_message *message,
			const struct am_attachment *items, size_t count,
			const struct am_convert_options *options,
			struct am_mail **mail_out, const char **method_out,
			struct am_error *err);

/* The item as a whole iCalendar object, without a METHOD, for mail that it is
 * kept in; items and the rest as above. */
enum am_status
am_oxcical_part_open(struct am_message *message,
		     const struct am_attachment *items, size_t count,
		     const struct am_convert_options *options,
		     struct am_mail **mail_out, struct am_error *err);

/* Adds what an open item says. */
void am_oxcical_outline(const struct am_mail *mail, struct am_outline *outline);

/* [MS-OXOCAL] 2.2.10.1: an attachment that holds an exception. */
bool am_oxcical_is_exception(const struct am_attachment *attachment);

#endif
