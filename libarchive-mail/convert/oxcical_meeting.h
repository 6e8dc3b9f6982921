/* [MS-OXCICAL] 2.1.3.1.1.1 METHOD: what a message of a class says when it is a
 * calendar object in mail (RFC 5546). */
#ifndef AM_CONVERT_OXCICAL_MEETING_H
#define AM_CONVERT_OXCICAL_MEETING_H

#include <stdbool.h>

/* Who speaks. */
enum am_meeting_from {
	AM_MEETING_ORGANIZER, /* to all who are invited */
	AM_MEETING_ATTENDEE,  /* to the organizer: an answer */
	AM_MEETING_NOBODY     /* an appointment, which is only shown */
};

struct am_meeting_kind {
	const char *class_name;
	const char *method; /* NULL: none */
	enum am_meeting_from from;
	const char *answer; /* PARTSTAT of the attendee; else NULL */
	const char *status; /* STATUS; NULL: what the properties say */
	bool has_time;	    /* RFC 5546 3.2 requires DTSTART, and permits a
			       VALARM */
};

/* NULL: messages of the class are mail like any other. */
const struct am_meeting_kind *am_meeting_kind_find(const char *class_name);

/* Of an item that is kept in mail and says nothing to anybody: it has no
 * METHOD, and all that it has in an .ics file. */
extern const struct am_meeting_kind am_meeting_item;

#endif
