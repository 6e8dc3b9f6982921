/* What the files of oxcical know of a conversion; nobody else includes it. */
#ifndef AM_CONVERT_OXCICAL_PRIVATE_H
#define AM_CONVERT_OXCICAL_PRIVATE_H

#include "convert/oxcical.h"
#include "convert/oxcical_meeting.h"
#include "convert/oxcmail_address.h"
#include "ical/line.h"
#include "ical/zone.h"
#include "mapi/recurrence.h"

enum {
	AM_OXCICAL_TEXT_MAX = 8 << 20, /* bytes of lines made in memory */
	AM_OXCICAL_MAX_ZONES = 8,      /* of one item; the rest is in UTC */
};

/* A run of the item's bytes: lines, then maybe a value that is read when the
 * stream gets there. */
struct am_oxcical_segment {
	struct am_oxcical_segment *next;
	struct am_bytes lines;
	size_t column; /* where the value goes on in the last of them */
	enum am_oxcical_value {
		AM_OXCICAL_LINES, /* nothing follows */
		AM_OXCICAL_BODY,
		AM_OXCICAL_HTML,
		AM_OXCICAL_ATTACHMENT,
		AM_OXCICAL_EMBEDDED
	} value;
	const struct am_message *message;	/* of a body */
	const struct am_attachment *attachment; /* of the other two */
	struct am_item_attachment *record;	/* NULL: embedded */
	const char *name;			/* for findings */
};

/* Of an item that becomes a part of mail. */
struct am_oxcical_meeting {
	const struct am_meeting_kind *kind;
	const char *method; /* NULL: of am_meeting_item */
	bool is_counter;    /* METHOD:COUNTER: another time is proposed */
	const struct am_attachment *items;
	size_t count;
};

/* One item. */
struct am_oxcical {
	struct am_mail mail; /* first */
	struct am_message *message;
	const struct am_oxcical_meeting *meeting; /* NULL: of an .ics file */
	struct am_arena *arena;			  /* own */
	struct am_convert_options options;
	const char *uid;
	bool is_instance; /* a single event with a RECURRENCE-ID */

	struct am_buf text; /* lines that are in no segment yet */
	struct am_ical ical;
	struct am_oxcical_segment *first, *last;
	const struct am_ical_zone *zones[AM_OXCICAL_MAX_ZONES];
	size_t zone_count;
	struct am_item_attachment **records_end;

	struct am_arena own; /* all that is made for the item */

	/* the stream */
	struct am_stream stream;
	struct am_oxcical_segment *at;
	bool lines_given;
	struct am_stream *value; /* NULL: not open */
	struct am_stream tap;	 /* what it reads from */
	struct am_stream *content;
	struct am_arena scratch;
	struct am_mail *embedded;
	struct am_sha256 *sha;
	uint64_t output;
};

/* A component, and where its properties are. */
struct am_oxcical_source {
	const struct am_message *message;
	struct am_message *exception; /* goes first; may be NULL */
	const struct am_recur_exception *info;
};

static inline struct am_report *
am_oxcical_report(const struct am_oxcical *cx)
{
	return am_store_report(cx->message->store);
}

/* oxcical.c */

/* Something of the item could not be read: a finding. Other failures are
 * returned. */
enum am_status am_oxcical_finding(struct am_oxcical *cx, const char *kind,
				  enum am_status status, struct am_error *err);

/* The lines so far, and then the value; all in the arena. */
enum am_status am_oxcical_segment_end(struct am_oxcical *cx,
				      const struct am_oxcical_segment *value,
				      struct am_error *err);

/* oxcical_meeting.c */

/* Sets cx->meeting to meeting, whose kind is set. AM_NOT_FOUND: the item lacks
 * what its method needs. */
enum am_status am_oxcical_meeting_begin(struct am_oxcical *cx,
					struct am_oxcical_meeting *meeting,
					struct am_error *err);

/* DTSTAMP, the same in all copies of a message. */
int64_t am_oxcical_meeting_stamp(const struct am_oxcical *cx,
				 const struct am_oxcical_source *source);

/* A counter is about the times that it proposes; those of the meeting are in
 * X-MS-OLK-ORIGINALSTART and so on. Others stay as they are. */
void am_oxcical_counter_times(const struct am_oxcical *cx,
			      const struct am_oxcical_source *source,
			      int64_t *start, int64_t *end);
void am_oxcical_counter_write(struct am_oxcical *cx,
			      const struct am_oxcical_source *source);

/* Is it a message about an item, and not the item itself? */
static inline bool
am_oxcical_is_message(const struct am_oxcical *cx)
{
	return cx->meeting != NULL && cx->meeting->method != NULL;
}

static inline bool
am_oxcical_is_from(const struct am_oxcical *cx, enum am_meeting_from from)
{
	return cx->meeting != NULL && cx->meeting->kind->from == from;
}

/* oxcical_prop.c */

/* The message that has the property. */
const struct am_message *
am_oxcical_owner(const struct am_oxcical_source *source, enum am_guid_set set,
		 uint32_t lid);

int64_t am_oxcical_int(const struct am_oxcical_source *source,
		       enum am_guid_set set, uint32_t lid, int64_t fallback);
/* Seconds since 1970, also before and beyond what am_prop_time takes;
 * AM_TIME_NONE. */
int64_t am_oxcical_time(const struct am_oxcical_source *source,
			enum am_guid_set set, uint32_t lid);
/* data NULL when absent. */
enum am_status
am_oxcical_text(const struct am_oxcical_source *source, enum am_guid_set set,
		uint32_t lid, struct am_text *text_out, struct am_error *err);
enum am_status
am_oxcical_bytes(const struct am_oxcical_source *source, enum am_guid_set set,
		 uint32_t lid, struct am_bytes *bytes_out,
		 struct am_error *err);
/* The same of a property with an id of its own. */
int64_t am_oxcical_tag_int(const struct am_oxcical_source *source, uint16_t id,
			   int64_t fallback);
int64_t
am_oxcical_tag_time(const struct am_oxcical_source *source, uint16_t id);

/* A text line, when the property has a text. */
enum am_status
am_oxcical_text_line(struct am_oxcical *cx,
		     const struct am_oxcical_source *source, const char *name,
		     enum am_guid_set set, uint32_t lid, struct am_error *err);
/* A line of each text of a property of several. */
enum am_status
am_oxcical_texts_line(struct am_oxcical *cx,
		      const struct am_oxcical_source *source, const char *name,
		      enum am_guid_set set, uint32_t lid, struct am_error *err);

/* oxcical_common.c: lines that all kinds of items have */

/* When it was last changed; 0 when nothing tells. */
int64_t am_oxcical_stamp(const struct am_oxcical_source *source);

/* UID and DTSTAMP. */
enum am_status am_oxcical_identity(struct am_oxcical *cx,
				   const struct am_oxcical_source *source,
				   struct am_error *err);
/* SUMMARY, CLASS, PRIORITY, CATEGORIES, CREATED and so on. */
enum am_status
am_oxcical_common(struct am_oxcical *cx, const struct am_oxcical_source *source,
		  struct am_error *err);
/* DESCRIPTION and X-ALT-DESC. */
enum am_status
am_oxcical_body(struct am_oxcical *cx, const struct am_message *message,
		struct am_error *err);
/* VALARM; start: of the event, UTC, AM_TIME_NONE for other items. */
void am_oxcical_alarm(struct am_oxcical *cx,
		      const struct am_oxcical_source *source, int64_t start);

/* oxcical_uid.c */

/* [MS-OXCICAL] UID of a Global Object ID, or one made from what identifies the
 * item. */
enum am_status am_oxcical_uid(const struct am_message *message,
			      const char **uid_out, struct am_error *err);
/* The day in the Global Object ID of an exception, midnight; AM_TIME_NONE. */
int64_t am_oxcical_uid_day(struct am_bytes id);

/* oxcical_time.c */

/* When something is: local seconds of the zone, or UTC when there is none. */
struct am_oxcical_times {
	int64_t start, end;
	bool is_date; /* whole days; end is the first that is not */
	const struct am_ical_zone *start_zone, *end_zone;
};

/* The zone of a property, NULL when it has none that can be read (then with a
 * finding). */
enum am_status
am_oxcical_zone(struct am_oxcical *cx, const struct am_message *message,
		uint32_t lid, const struct am_ical_zone **zone_out,
		struct am_error *err);

/* A zone that knows no other offset than this. */
enum am_status am_oxcical_fixed_zone(struct am_oxcical *cx, int64_t offset,
				     const struct am_ical_zone **zone_out,
				     struct am_error *err);

/* Start and end of an item in UTC; start AM_TIME_NONE: it has none. */
void am_oxcical_when(const struct am_oxcical_source *source, int64_t *start_out,
		     int64_t *end_out);

/* Those, in the zones of a single event. */
enum am_status
am_oxcical_times(struct am_oxcical *cx, const struct am_oxcical_source *source,
		 struct am_oxcical_times *times_out, struct am_error *err);

/* Whole days for times that are local: to the nearest midnight, and at least
 * one day. */
void am_oxcical_whole_days(struct am_oxcical_times *times);

/* "name;TZID=...:20040229T...". */
void
am_oxcical_time_line(struct am_oxcical *cx, const char *name, int64_t local,
		     const struct am_ical_zone *zone, bool is_date);
void am_oxcical_times_write(struct am_oxcical *cx,
			    const struct am_oxcical_times *times);

/* oxcical_people.c: ORGANIZER and ATTENDEE */
enum am_status
am_oxcical_people(struct am_oxcical *cx, const struct am_oxcical_source *source,
		  struct am_error *err);

/* oxcical_attachment.c */

/* The attachments of the item: as a part of mail those that the mail has
 * read. */
enum am_status
am_oxcical_items(struct am_oxcical *cx, const struct am_attachment **items_out,
		 size_t *count_out, struct am_error *err);

/* ATTACH, for all attachments but exceptions. */
enum am_status
am_oxcical_attachments(struct am_oxcical *cx, const struct am_attachment *items,
		       size_t count, struct am_error *err);

/* oxcical_event.c */

/* The lines of a VEVENT behind its times. */
enum am_status
am_oxcical_event(struct am_oxcical *cx, const struct am_oxcical_source *source,
		 const struct am_oxcical_times *times, struct am_error *err);

/* The VEVENT of an event that is no series, or none that can be read. */
enum am_status
am_oxcical_single(struct am_oxcical *cx, const struct am_attachment *items,
		  size_t count, struct am_error *err);

/* oxcical_exception.c */

/* The exceptions of a series that lie in its attachments. */
struct am_oxcical_exception {
	struct am_message *message;
	int64_t replaced; /* UTC start of the instance; AM_TIME_NONE */
	int64_t start;	  /* local, of the exception; AM_TIME_NONE */
	bool is_used;
};

struct am_oxcical_exceptions {
	struct am_oxcical_exception *items;
	size_t count;
};

/* Opens them. One that cannot be opened is a finding. */
enum am_status
am_oxcical_exceptions_read(struct am_oxcical *cx,
			   const struct am_attachment *items, size_t count,
			   struct am_oxcical_exceptions *exceptions_out,
			   struct am_error *err);

/* That of the instance that began at replaced, or of what begins at start now;
 * NULL. It is used then. */
struct am_message *
am_oxcical_exception_take(struct am_oxcical_exceptions *exceptions,
			  int64_t replaced, int64_t start);

/* The VEVENTs of those that no pattern tells of. */
enum am_status
am_oxcical_exceptions_rest(struct am_oxcical *cx,
			   struct am_oxcical_exceptions *exceptions,
			   struct am_error *err);

/* A VEVENT for an instance: its own text and attachments, or those of the
 * series. */
enum am_status am_oxcical_override(struct am_oxcical *cx,
				   const struct am_oxcical_source *source,
				   const struct am_oxcical_times *times,
				   int64_t start, struct am_error *err);

/* oxcical_series.c: the VEVENTs of an appointment */
enum am_status
am_oxcical_appointment(struct am_oxcical *cx, struct am_error *err);

/* A rule of a pattern, and the instances where it has none (ical/rule.h). */
struct am_ical_series;
enum am_status
am_oxcical_rule(struct am_oxcical *cx, const struct am_ical_series *series,
		const struct am_ical_zone *zone, struct am_error *err);

/* oxotask.c, oxojrnl.c: the component of a task, of a journal entry */
enum am_status am_oxotask_write(struct am_oxcical *cx, struct am_error *err);
enum am_status am_oxojrnl_write(struct am_oxcical *cx, struct am_error *err);

#endif
