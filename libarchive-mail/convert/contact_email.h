/* [MS-OXOCNTC] 2.2.1.2 the three electronic addresses of a contact. */
#ifndef AM_CONVERT_CONTACT_EMAIL_H
#define AM_CONVERT_CONTACT_EMAIL_H

#include "convert/oxcmail_address.h"

enum { AM_CONTACT_EMAILS = 3 };

/* Slot 0, 1 or 2 as a person; am_person_is_nobody when it is not in use. The
 * SMTP address that often stands in the original display name of an Exchange
 * address counts as its SMTP property (tricky F13). */
enum am_status
am_contact_email(const struct am_message *contact, unsigned slot,
		 struct am_person *person_out, struct am_error *err);

#endif
