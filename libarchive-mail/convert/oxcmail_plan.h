/* What the files that plan the parts of attachments share; nobody else includes
 * it. */
#ifndef AM_CONVERT_OXCMAIL_PLAN_H
#define AM_CONVERT_OXCMAIL_PLAN_H

#include "convert/oxcmail_private.h"

/* An attachment on its way to a part. */
struct am_plan {
	struct am_oxcmail *cx;
	const struct am_attachment *attachment;
	size_t number; /* from 1 */
	bool is_inline;
	const char *name;
	const char *type;
	uint64_t size;
	struct am_oxcmail_part *part; /* NULL: there is nothing to write */
	struct am_mime_part *whole;   /* what part is in; NULL: nothing */
	bool is_counted;	      /* it gets a record */
	struct am_error lost;	      /* status not AM_OK: why it is */
};

/* Makes the part, or a stub that says what is missing. */
enum am_status am_plan_attachment(struct am_plan *plan, struct am_error *err);

/* A part of the attachment, called plan->name. */
enum am_status am_plan_part(struct am_plan *plan, struct am_error *err);

/* The header fields of a part by value (mapi-to-mime 9.1). */
enum am_status am_plan_fields(struct am_plan *plan, struct am_error *err);

/* oxcmail_ole.c: what an OLE object in plan->part is called, its type, and
 * its file instead of the object where it has one. */
enum am_status am_oxcmail_ole_plan(struct am_plan *plan, struct am_error *err);

/* Of an OLE object without data the picture that shows it, where it has one;
 * plan->part stays NULL otherwise. */
enum am_status
am_oxcmail_ole_rendering(struct am_plan *plan, struct am_error *err);

/* oxcmail_macbinary.c: the header fields of plan->part; of a file in MacBinary
 * its data fork, with a resource fork beside it in plan->whole. */
enum am_status
am_oxcmail_macbinary_plan(struct am_plan *plan, struct am_error *err);

#endif
