/* What the files of oxcmail know of a conversion; nobody else includes it. */
#ifndef AM_CONVERT_OXCMAIL_PRIVATE_H
#define AM_CONVERT_OXCMAIL_PRIVATE_H

#include "convert/ex_known.h"
#include "convert/item.h"
#include "convert/oxbbody.h"
#include "convert/oxcmail_flags.h"
#include "convert/oxcmail_transport.h"

/* One message with all that is embedded in it. */
struct am_oxcmail_run {
	struct am_convert_options options; /* with the defaults filled in */
	struct am_mail *mail;
	struct am_arena *arena;		      /* of the outermost message */
	struct am_item_attachment *last_done; /* NULL: none yet */
	struct am_sha256 *sha;		      /* NULL: not needed yet */
	struct am_sha256 *content; /* of the content digest; NULL: not wanted,
				      or told already */
	uint64_t objects;	   /* parts made */
	uint64_t output;	   /* bytes given out */
	enum am_status fatal;	   /* not AM_OK: the stream must end with it */
	struct am_error fatal_error;
};

/* One message of a run: the outermost, or an embedded one. */
struct am_oxcmail {
	struct am_oxcmail_run *run;
	struct am_oxcmail *parent; /* NULL: the outermost */
	uint32_t nid; /* of the node, or of the attachment it is in */
	struct am_message *message;
	struct am_arena own;	 /* embedded: the arena of message */
	struct am_arena scratch; /* for the part at hand */
	struct am_buf lines;	 /* header fields of a part in the making */
	struct am_buf top;	 /* header fields of the message */

	struct am_flag_facts flag_facts;
	struct am_mail_times times;
	enum am_role role; /* of the folder; none of an embedded message */
	bool is_own;	   /* written by the owner of the mailbox */
	struct am_bbodies bodies;
	struct am_transport transport;
	struct am_text *categories; /* read with the header */
	size_t category_count;
	struct am_ex_known known; /* what it tells of its own people */
	bool has_calendar;	  /* a part says what a program needs of it */
	bool has_object;	  /* a part holds it as what it is */
	struct am_mail *object;	  /* either part; NULL: it is read, or none */

	/* facts that the header tells; never NULL once it is made */
	const char *message_id;
	const char *subject;
	const char *sender;
	int64_t date;

	char seed[33]; /* of the boundaries; "": not made yet */
	unsigned boundaries;
	struct am_stream *mime;
	struct am_oxcmail *child; /* the embedded message that is open */
};

static inline struct am_report *
am_oxcmail_report(const struct am_oxcmail *cx)
{
	return am_store_report(cx->message->store);
}

/* oxcmail.c */

/* Plans the message and opens its MIME stream. message, run, parent and nid
 * are set, the rest is zero. */
enum am_status am_oxcmail_begin(struct am_oxcmail *cx, struct am_error *err);

/* Closes what begin opened, also after it failed, and what is embedded. */
void am_oxcmail_end(struct am_oxcmail *cx);

/* Remembers a failure that concerns more than a part. */
void am_oxcmail_fatal(struct am_oxcmail_run *run, enum am_status status,
		      const struct am_error *err);

/* AM_LIMIT when the message has become too large. */
enum am_status
am_oxcmail_output_check(const struct am_oxcmail_run *run, struct am_error *err);

/* oxcmail_part.c */

/* A leaf and what its callbacks need. */
struct am_oxcmail_part {
	struct am_mime_part part; /* first */
	struct am_oxcmail *cx;
	const char *name;			/* for findings */
	const struct am_attachment *attachment; /* NULL: a body or a stub */
	struct am_item_attachment *record;	/* NULL: not counted */
	const struct am_bbody *body;
	struct am_prop prop;
	struct am_bytes text; /* of a stub */
	struct am_buf held;   /* what content reads from, while it is open */

	/* MacBinary, and of S/MIME all: the bytes from skip on */
	uint64_t skip;
	uint64_t fork_size; /* MacBinary: how many of them */
	/* S/MIME: CRLF to LF if asked for */
	bool to_lf;
	bool held_cr;
	uint64_t passed; /* bytes that the content digest has */

	struct am_stream guard; /* the content, while it is open */
	struct am_stream *content;
	struct am_oxcmail *child; /* embedded message, while it is open */
	enum am_status lost;	  /* embedded: it could not be opened */
};

static inline struct am_oxcmail_part *
am_oxcmail_part_of(struct am_mime_part *part)
{
	return (struct am_oxcmail_part *)part;
}

static inline struct am_oxcmail_part *
am_oxcmail_part_of_guard(struct am_stream *guard)
{
	return (struct am_oxcmail_part *)((char *)guard -
					  offsetof(struct am_oxcmail_part,
						   guard));
}

/* A zeroed part of cx in its arena; counts as an object. NULL: no memory. */
struct am_oxcmail_part *am_oxcmail_part_new(struct am_oxcmail *cx);

/* Closes cx->lines, which hold the header fields of the part. */
enum am_status
am_oxcmail_part_headers(struct am_oxcmail *cx, struct am_mime_part *part,
			struct am_error *err);

/* Gives content out as part's: it ends with AM_LIMIT when the message has
 * become too large. content is closed with it. */
struct am_stream *
am_oxcmail_guard(struct am_oxcmail_part *part, struct am_stream *content);

/* A multipart/subtype with the parts from first on. */
enum am_status
am_oxcmail_multipart(struct am_oxcmail *cx, const char *subtype,
		     struct am_mime_part *first, struct am_mime_part **part_out,
		     struct am_error *err);

/* The same with a parameter beside the boundary. */
enum am_status
am_oxcmail_multipart_of(struct am_oxcmail *cx, const char *subtype,
			const char *param, const char *value,
			struct am_mime_part *first,
			struct am_mime_part **part_out, struct am_error *err);

/* Makes part the raw value of a property, in Base64. */
void am_oxcmail_part_property(struct am_oxcmail_part *part,
			      const struct am_prop *prop);

/* The bodies as leaves; NULL where there is none. */
struct am_oxcmail_bodies {
	struct am_mime_part *text;
	struct am_mime_part *html;
	struct am_mime_part *calendar; /* for programs */
	struct am_mime_part *attached; /* a list: bodies that are only kept as
					  files (RTF, secured) */
};
enum am_status
am_oxcmail_bodies(struct am_oxcmail *cx, struct am_oxcmail_bodies *bodies_out,
		  struct am_error *err);

/* oxcmail_stub.c */

/* What a text in place of something says of it: the value of X-PST-Part. */
#define AM_STUB_LOST "lost"
#define AM_STUB_REFERENCE "reference"

/* A text/plain part that stands for something that is not there. file_name
 * and reference (of X-PST-Attachment-Reference; NULL: none) in UTF-8. */
enum am_status
am_oxcmail_stub(struct am_oxcmail *cx, const char *kind, const char *file_name,
		const char *reference, struct am_bytes text,
		struct am_oxcmail_part **part_out, struct am_error *err);

/* A part of type (a whole Content-Type) whose content is text, which must live
 * as long as the part. Its encoding is what the text needs. */
enum am_status
am_oxcmail_text_part(struct am_oxcmail *cx, const char *type,
		     struct am_bytes text, struct am_oxcmail_part **part_out,
		     struct am_error *err);

/* The stub for an attachment that, because of cause, "could" what. */
#define AM_STUB_NOT_READ "not be read"
#define AM_STUB_READ_IN_PART "be read only in part"
enum am_status
am_oxcmail_stub_lost(struct am_oxcmail *cx, const char *name, const char *what,
		     const struct am_error *cause,
		     struct am_oxcmail_part **part_out, struct am_error *err);

/* oxcmail_properties.c */

/* Is it a class that nobody knows? Then its texts are listed. */
bool am_oxcmail_lists_properties(const char *class_name);

/* All texts of the message, in a part of their own; NULL: it has none. */
enum am_status
am_oxcmail_properties(struct am_oxcmail *cx, struct am_mime_part **part_out,
		      struct am_error *err);

/* oxcmail_attachment.c, oxcmail_attachment_plan.c */

struct am_oxcmail_attachments {
	struct am_attachment *items;
	size_t count;
	bool *is_inline;	      /* per item: the HTML shows it */
	struct am_mime_part *inlined; /* lists of the parts */
	struct am_mime_part *attached;
};

/* Reads the attachments, and the bodies with them: the HTML decides which are
 * inline. */
enum am_status
am_oxcmail_attachments_read(struct am_oxcmail *cx,
			    struct am_oxcmail_attachments *attachments_out,
			    struct am_error *err);

/* Makes their parts. */
enum am_status
am_oxcmail_attachments_plan(struct am_oxcmail *cx,
			    struct am_oxcmail_attachments *attachments,
			    struct am_error *err);

/* The record of an attachment, next in the list of the run. */
enum am_status
am_oxcmail_record_add(struct am_oxcmail *cx, struct am_item_attachment ***end,
		      const char *name, struct am_item_attachment **record_out,
		      struct am_error *err);

/* Where records of a message that is planned now belong. */
struct am_item_attachment **am_oxcmail_records_end(struct am_oxcmail_run *run);

/* Open, seen and done of an attachment by value, whose record is set. */
void am_oxcmail_part_by_value(struct am_oxcmail_part *part);

/* The last two alone: what goes by is what the record tells of. */
void am_oxcmail_part_counted(struct am_oxcmail_part *part);

/* oxcmail_calendar.c */

/* The calendar object of a meeting message or an appointment as text/calendar;
 * NULL: it is none, is kept as an item, or (with a finding) lacks what such a
 * part needs. The exceptions that it holds are taken out of attachments. */
enum am_status
am_oxcmail_calendar_plan(struct am_oxcmail *cx,
			 struct am_oxcmail_attachments *attachments,
			 struct am_mime_part **part_out, struct am_error *err);

/* Those that hold an exception of a series go: they are in the object
 * (tricky D22). */
void am_oxcmail_exceptions_drop(struct am_oxcmail_attachments *attachments);

/* oxcmail_item.c: items that are no mail, and become mail */

/* The item as a file that is attached; NULL: it has no such form, or (with a
 * finding) none can be made. The attachments that it holds are taken out of
 * attachments. */
enum am_status
am_oxcmail_item_plan(struct am_oxcmail *cx,
		     struct am_oxcmail_attachments *attachments,
		     struct am_mime_part **part_out, struct am_error *err);

/* What it says, for people, as a body where the item has none of its own. */
enum am_status
am_oxcmail_item_body(struct am_oxcmail *cx, struct am_mime_part **part_out,
		     struct am_error *err);

/* oxcmail_object.c */

/* Makes part one that cx->object, which is closed with it, is read for. */
void am_oxcmail_part_object(struct am_oxcmail_part *part);

/* oxcmail_embedded.c */

/* Makes part the message in its attachment. */
void am_oxcmail_part_embedded(struct am_oxcmail_part *part);

/* oxcmail_headers.c */

/* Writes cx->top, and the facts. */
enum am_status am_oxcmail_headers(struct am_oxcmail *cx, bool has_attachments,
				  struct am_error *err);

/* oxcmail_content.c: the content digest, where one is wanted */

/* The header of cx is made. */
void am_oxcmail_content_message(const struct am_oxcmail *cx);

/* Content of a leaf goes by, and ends. */
void
am_oxcmail_content_add(struct am_oxcmail_part *part, struct am_bytes bytes);
void am_oxcmail_content_end(struct am_oxcmail_part *part);

/* The stream has come to its end: tells the digest. AM_NOMEM. */
enum am_status
am_oxcmail_content_finish(struct am_oxcmail_run *run, struct am_error *err);

/* oxcmail_keywords.c */

/* The categories as IMAP keywords, a list that ends with NULL; NULL: none. For
 * after the header was made. */
enum am_status
am_oxcmail_keywords(const struct am_oxcmail *cx,
		    const char *const **keywords_out, struct am_error *err);

/* oxcmail_id.c */

/* A boundary that nobody outside of the archive can foresee. */
enum am_status
am_oxcmail_boundary(struct am_oxcmail *cx, const char **boundary_out,
		    struct am_error *err);

/* "<pst....@pst.invalid>", the same for the same message in the same store. */
enum am_status am_oxcmail_make_id(struct am_oxcmail *cx, const char *subject,
				  const char **id_out, struct am_error *err);

/* oxcmail_facts.c */

/* PidTagSubject without its prefix marker, or what else makes a subject; ""
 * when there is none. */
enum am_status
am_oxcmail_subject(const struct am_message *message,
		   struct am_text *subject_out, struct am_error *err);

/* One line of it, without controls. */
enum am_status
am_oxcmail_subject_line(struct am_arena *arena, struct am_text text,
			const char **line_out, struct am_error *err);

/* PidTagInternetMessageId in <>; len 0 when there is none. */
enum am_status am_oxcmail_own_id(const struct am_message *message,
				 struct am_bytes *id_out, struct am_error *err);

/* oxcmail_report.c */

/* A report of what it is made of: the body, the parts of the attachments. NULL
 * when the message is no report; files are as they were then. */
enum am_status
am_oxcmail_report_plan(struct am_oxcmail *cx, struct am_mime_part *body,
		       struct am_mime_part *files,
		       struct am_mime_part **root_out, struct am_error *err);

/* oxcmail_pgp.c */

/* RFC 3156 4: an encrypted message of its two attachments, where there is
 * nothing else; else NULL. Findings for attachments whose protection is
 * not what it was. */
enum am_status
am_oxcmail_pgp_plan(struct am_oxcmail *cx, struct am_mime_part *files,
		    struct am_mime_part **root_out, struct am_error *err);

/* oxosmime.c */

/* Is it a class of signed or encrypted messages? */
bool am_oxosmime_is_class(const char *class_name);

/* The one part of a signed or encrypted message; NULL when it is to be
 * converted like any other. */
enum am_status
am_oxosmime_plan(struct am_oxcmail *cx,
		 struct am_oxcmail_attachments *attachments,
		 struct am_mime_part **root_out, struct am_error *err);

#endif
