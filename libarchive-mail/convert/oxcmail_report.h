/* [MS-OXCMAIL] 2.1.3.6 what the files of reports share (mapi-to-mime 11). */
#ifndef AM_CONVERT_OXCMAIL_REPORT_H
#define AM_CONVERT_OXCMAIL_REPORT_H

#include "convert/oxcmail_private.h"

/* A class of reports, by its last components. */
struct am_report_kind {
	const char *suffix;
	bool is_notification; /* RFC 8098, else RFC 3464 */
	const char *action;   /* Action, or the disposition */
	const char *status;   /* where nothing says it; NULL: by codes */
	const char *human;    /* a text for a report without one */
};

/* NULL: it is no report that is known. */
const struct am_report_kind *am_report_kind_find(const char *class_name);

/* RFC 3463 "5.1.1" of what is known of a recipient: the code, the words of
 * info, the X.400 codes. "": nothing tells. */
enum { AM_REPORT_STATUS_SIZE = 12 };
void am_report_status(const struct am_recipient_report *report,
		      char status_out[AM_REPORT_STATUS_SIZE]);

/* RFC 3464 2.1 or RFC 8098 3.1: the fields, made from properties. */
enum am_status
am_report_fields(struct am_oxcmail *cx, const struct am_report_kind *kind,
		 struct am_buf *out, struct am_error *err);

/* RFC 6522 3: what is known of the header of the original; nothing when
 * nothing is. */
enum am_status am_report_original(struct am_oxcmail *cx, struct am_buf *out,
				  struct am_error *err);

/* Are these bytes such fields, in clean lines that need no encoding?
 * *is_notification_out: which. */
bool am_report_is_fields(struct am_bytes bytes, bool *is_notification_out);

#endif
