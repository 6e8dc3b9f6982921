/* What a message becomes: its kind by class, and mail as a MIME stream with
 * the facts that the ledger, the sinks and the summary need. */
#ifndef AM_CONVERT_ITEM_H
#define AM_CONVERT_ITEM_H

#include "base/hash.h"
#include "base/mail_flag.h"
#include "mime/part.h"
#include "pst/messaging/message.h"

/* By PidTagMessageClass alone, in whatever folder (mapi-to-mime 1). */
enum am_item_kind {
	AM_ITEM_MAIL, /* everything that has no writer of its own */
	AM_ITEM_APPOINTMENT,
	AM_ITEM_CONTACT,
	AM_ITEM_DISTLIST,
	AM_ITEM_TASK,
	AM_ITEM_JOURNAL,
	AM_ITEM_NOTE,
	AM_ITEM_INTERNAL /* Outlook's own: free/busy, rules, views */
};

enum am_item_kind am_item_kind(const char *class_name);

/* Is it written as something else than mail? */
bool am_item_has_writer(const char *class_name);

enum {
	/* Parts of one message, at all depths together. More attachments are
	 * left out, with a finding and a part that says so. */
	AM_MAIL_MAX_OBJECTS = 100000,

	/* Bytes of output: so many times the archive, and these. The
	 * attachment in which they come to their end is cut, with a finding;
	 * so is all that follows. */
	AM_MAIL_OUTPUT_FACTOR = 4,
	AM_MAIL_OUTPUT_BASE = 64 << 20,

	/* Bytes of all header fields; more is AM_LIMIT. */
	AM_MAIL_MAX_HEADER = 32 << 20,

	/* Bytes of memory: of all that is made for a calendar item (more is
	 * AM_LIMIT), and after which no more exceptions of it are opened. */
	AM_OXCICAL_MEMORY = 48 << 20,
	AM_OXCICAL_EXCEPTION_MEMORY = 24 << 20
};

/* Zero is the default everywhere. */
struct am_convert_options {
	bool lf;	      /* line ends LF (Maildir, mbox) instead of CRLF */
	bool content;	      /* the content digest is wanted */
	unsigned max_nesting; /* embedded messages; 0 or more than that:
				 AM_MESSAGE_MAX_NESTING */
	unsigned max_objects; /* 0: AM_MAIL_MAX_OBJECTS */
	uint64_t max_output;  /* bytes; 0: AM_MAIL_OUTPUT_FACTOR and _BASE */

	/* Bytes; 0: AM_OXCICAL_MEMORY, AM_OXCICAL_EXCEPTION_MEMORY. */
	size_t max_calendar_memory;
	size_t max_exception_memory;

	/* The SMTP address of an Exchange legacy DN in lower case; NULL in
	 * smtp_out: unknown. Borrowed until the next call. A failure ends the
	 * run. NULL: none is known. */
	enum am_status (*ex_address)(void *arg, const char *legacy_dn,
				     const char **smtp_out,
				     struct am_error *err);
	void *ex_arg;

	bool vcard3; /* contacts as vCard 3.0 (RFC 2426) instead of 4.0 */

	/* The header asks for no receipts (am_header_name_asks_receipt). What
	 * is signed or embedded stays as it is. */
	bool no_receipts;

	/* What is not mail becomes a message all the same: with its text, or a
	 * summary, and the item as an .ics or .vcf file attached. */
	bool items_as_mail;
};

/* An attachment that is no embedded message, at any depth. Filled in while
 * the stream is read. */
struct am_item_attachment {
	struct am_item_attachment *next;
	const char *name; /* file name, UTF-8 */
	uint64_t size;	  /* bytes of content that went by */
	uint8_t sha256[AM_SHA256_SIZE];
	enum am_status status; /* AM_OK: written whole */
	bool done;
};

struct am_item_counts {
	uint64_t attachments_found; /* not embedded messages, at every depth */
	uint64_t attachments_written;
	uint64_t embedded_found;
	uint64_t embedded_written;
};

struct am_mail {
	/* known at once; texts in the arena of the message, never NULL */
	const char *message_id; /* "<...>", real or made */
	const char *subject;
	const char *sender; /* addr-spec for the From_ line; "" if unknown */
	int64_t date;	    /* of the Date field; AM_TIME_NONE: unknown */
	int64_t received;   /* INTERNALDATE; AM_TIME_NONE: unknown */
	unsigned flags;	    /* of enum am_mail_flag (mapi-to-mime 13) */

	/* Categories as IMAP keywords, at most AM_KEYWORDS_MAX; ends with
	 * NULL. NULL: none. */
	const char *const *keywords;

	bool partial; /* only the header of it was ever downloaded */

	/* Of a calendar item: its UID, which no other item of one file may
	 * have; NULL: it has none, or is an instance of a series that bears its
	 * UID. */
	const char *uid;

	/* complete when mime has come to its end */
	struct am_stream *mime;
	struct am_item_attachment *attachments;
	struct am_item_counts counts;
	bool damaged;	  /* a body could not be read to its end */
	bool has_content; /* content is known: all of it could be read */
	uint8_t content[AM_SHA256_SIZE]; /* digest, the same for messages that
					    say the same (design 6) */

	/* What the writer holds that is not in the arena; NULL: nothing. Of
	 * am_mail_close. */
	void (*close)(struct am_mail *mail);
};

/* [MS-OXCMAIL] message to MIME. Findings go to the report of the store.
 * mail_out lives in the message's arena; close with am_mail_close before the
 * arena is reset. The stream ends early only with AM_NOMEM or AM_LIMIT:
 * unreadable parts are findings, with a part in their place that says so.
 * AM_LIMIT, AM_NOMEM. */
enum am_status am_oxcmail_open(struct am_message *message,
			       const struct am_convert_options *options,
			       struct am_mail **mail_out, struct am_error *err);

/* [MS-OXVCARD] a contact, [MS-OXOCNTC] a distribution list: one vCard. As
 * above. */
enum am_status am_oxvcard_open(struct am_message *message,
			       const struct am_convert_options *options,
			       struct am_mail **mail_out, struct am_error *err);

/* The item in the form of its kind: mail as am_oxcmail_open has it, and with
 * items_as_mail all else too; what is not mail as the components of an .ics or
 * .vcf file, with CRLF line ends whatever the options say. The statuses of
 * am_oxcmail_open. */
enum am_status am_item_open(struct am_message *message,
			    const struct am_convert_options *options,
			    struct am_mail **mail_out, struct am_error *err);

/* NULL is fine. */
void am_mail_close(struct am_mail *mail);

/* Fills in the facts of mail that are known at once, as the properties have
 * them: for writers of what is no mail. */
enum am_status am_item_facts(struct am_message *message, struct am_mail *mail,
			     struct am_error *err);

/* The facts of an item that is not written: times, subject, Message-ID
 * and the counts and names of what is attached (with status AM_UNSUPPORTED),
 * mime NULL. */
enum am_status am_item_survey(struct am_message *message,
			      struct am_mail **mail_out, struct am_error *err);

#endif
