/* [MS-PST] 2.4.5, 2.4.6 messages, recipients, attachments; top-level and
 * embedded ones have the same shape. Everything lives in the arena that the
 * message was opened in. */
#ifndef AM_PST_MESSAGING_MESSAGE_H
#define AM_PST_MESSAGING_MESSAGE_H

#include "mapi/tags.h"
#include "pst/messaging/store.h"

enum {
	AM_MESSAGE_MAX_NESTING = 64,

	/* Bytes of the message's arena that its recipients may need: some
	 * 10,000 of them. What is read of them counts twice, for it is needed
	 * again when they are written. What is left out is a finding. */
	AM_MESSAGE_RECIPIENTS_MEMORY = 7 << 20,

	/* Attachments of one message that are looked at. The memory of a
	 * message ends before that: bytes of its arena that are in use when
	 * no more attachments are opened, so that those that are open can
	 * still be written. What is left out is a finding, and counted. */
	AM_MESSAGE_MAX_ATTACHMENTS = 10000,
	AM_MESSAGE_ATTACHMENTS_MEMORY = 4 << 20
};

struct am_message {
	struct am_store *store; /* borrowed */
	struct am_arena *arena; /* borrowed */
	struct am_node node;
	struct am_pc *pc;
	const struct am_message *parent; /* embedded: the message it is in */
	unsigned depth;			 /* 0: not embedded */
	unsigned codepage;		 /* of its 8-bit texts, by the ladder of
					    mapi-to-mime 2; never 0 */
	bool codepage_is_forced;	 /* by who opened the store */
	int64_t status; /* PidTagMessageStatus of the contents-table row, from
			 * who has read it; else 0 */
	const char *class_name;	  /* PidTagMessageClass; "" if it has none */
	struct am_node *subnodes; /* sorted by NID; arena */
	size_t subnode_count;
	size_t attachments_left; /* that am_message_attachments left out */
};

/* Opens the message in node (of the NBT). AM_CORRUPT, AM_NOT_FOUND when there
 * is no PC; AM_NOMEM, AM_LIMIT. Missing subnodes are a finding, not a failure
 * (tricky A29). */
enum am_status
am_message_open(struct am_store *store, const struct am_node *node,
		struct am_arena *arena, struct am_message **message_out,
		struct am_error *err);

/* A property of the message in UTF-8; data NULL when absent. */
enum am_status am_message_text(const struct am_message *message, uint16_t id,
			       struct am_text *text_out, struct am_error *err);

/* A named property of the message; false when it has none, or the file has no
 * such name. */
bool am_message_named(const struct am_message *message, enum am_guid_set set,
		      uint32_t lid, struct am_prop *prop_out);

/* Its text in UTF-8; data NULL when it is absent or no text (then with a
 * finding, unless it is of another type). */
enum am_status
am_message_named_text(const struct am_message *message, enum am_guid_set set,
		      uint32_t lid, struct am_text *text_out,
		      struct am_error *err);

enum am_recipient_type {
	AM_RECIPIENT_ORIGINATOR = 0,
	AM_RECIPIENT_TO = 1,
	AM_RECIPIENT_CC = 2,
	AM_RECIPIENT_BCC = 3
};

/* [MS-OXOMSG] 2.2.2 what a report tells of one recipient of the original. */
struct am_recipient_report {
	int64_t reason;	    /* PidTagNonDeliveryReportReasonCode; -1: absent */
	int64_t diagnostic; /* PidTagNonDeliveryReportDiagCode; -1: absent */
	int64_t status;	    /* PidTagNonDeliveryReportStatusCode: 511 is 5.1.1;
			       0: absent */
	int64_t time;	    /* PidTagReportTime; AM_TIME_NONE: absent */
	const char *info;   /* PidTagSupplementaryInfo; "" when absent */
	const char *mta;    /* PidTagRemoteMessageTransferAgent; "" */
};

/* One row of the recipient table; texts are "" when absent. */
struct am_recipient {
	uint32_t raw_type; /* PidTagRecipientType with its flag bits */
	enum am_recipient_type type; /* the low four bits */
	int64_t order;	/* PidTagRecipientOrder; the row's place without */
	uint32_t flags; /* PidTagRecipientFlags; 0 without */
	uint32_t track_status; /* PidTagRecipientTrackStatus; 0 without */
	const char *name;
	const char *address_type; /* "SMTP", "EX" ... */
	const char *email;	  /* of that type */
	const char *smtp;	  /* PidTagSmtpAddress */
	const char *sip;
	struct am_bytes entry_id;
	struct am_bytes search_key;
	/* of a REPORT message whose row tells something; else NULL */
	const struct am_recipient_report *report;
};

/* In row order. No table: count 0 (half of real mails have none). A row that
 * cannot be read is a finding. */
enum am_status am_message_recipients(const struct am_message *message,
				     struct am_recipient **recipients_out,
				     size_t *count_out, struct am_error *err);

/* [MS-OXCMSG] 2.2.2.9 PidTagAttachMethod */
enum am_attach_method {
	AM_ATTACH_NONE = 0,
	AM_ATTACH_BY_VALUE = 1,
	AM_ATTACH_BY_REFERENCE = 2,
	AM_ATTACH_BY_REFERENCE_RESOLVE = 3,
	AM_ATTACH_BY_REFERENCE_ONLY = 4,
	AM_ATTACH_EMBEDDED = 5,
	AM_ATTACH_OLE = 6,
	AM_ATTACH_WEB_REFERENCE = 7
};

struct am_attachment {
	const struct am_message *message; /* borrowed */
	struct am_node node;
	struct am_pc *pc; /* NULL: the object is lost, only its row is there */
	enum am_attach_method method;
	int64_t rendering_position; /* -1: not rendered in the body */
	const char *row_name;	    /* the table row's file name; "" if none */
	size_t place;		    /* among the rows */
};

/* The attachments: rows of the attachment table, then type-5 subnodes that no
 * row lists, by NID; sorted by rendering position, then row (tricky D38).
 * Objects that cannot be opened are there with pc NULL, and a finding. Beyond
 * AM_MESSAGE_MAX_ATTACHMENTS or _MEMORY they are counted in attachments_left,
 * with a finding. */
enum am_status am_message_attachments(struct am_message *message,
				      struct am_attachment **attachments_out,
				      size_t *count_out, struct am_error *err);

/* A property of the attachment in UTF-8; data NULL when absent. */
enum am_status
am_attachment_text(const struct am_attachment *attachment, uint16_t id,
		   struct am_text *text_out, struct am_error *err);

/* The data of PidTagAttachDataBinary / -Object (OLE), as a stream in arena,
 * and its size. AM_NOT_FOUND when it has none; AM_CORRUPT. */
enum am_status
am_attachment_open(const struct am_attachment *attachment,
		   struct am_arena *arena, struct am_stream **stream_out,
		   uint64_t *size_out, struct am_error *err);

/* The embedded message (method 5), opened in arena. AM_LIMIT beyond
 * AM_MESSAGE_MAX_NESTING; AM_CORRUPT also when it contains itself: a BID that
 * is already on the embedding path. */
enum am_status
am_attachment_message(const struct am_attachment *attachment,
		      struct am_arena *arena, struct am_message **message_out,
		      struct am_error *err);

#endif
