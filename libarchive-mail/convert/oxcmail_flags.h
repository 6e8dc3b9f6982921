/* The state of a message: flags, times, whose it is (mapi-to-mime 13). */
#ifndef AM_CONVERT_OXCMAIL_FLAGS_H
#define AM_CONVERT_OXCMAIL_FLAGS_H

#include "pst/messaging/message.h"

/* [MS-OXCMSG] 2.2.1.6 PidTagMessageFlags */
enum {
	AM_MSGFLAG_READ = 0x1,
	AM_MSGFLAG_SUBMITTED = 0x4,
	AM_MSGFLAG_UNSENT = 0x8,
	AM_MSGFLAG_FROM_ME = 0x20
};

/* What the flags are made of; -1: the property is absent. */
struct am_flag_facts {
	int64_t message_flags; /* PidTagMessageFlags */
	int64_t status;	       /* PidTagMessageStatus, of message or row */
	int64_t last_verb;     /* PidTagLastVerbExecuted */
	int64_t icon;	       /* PidTagIconIndex */
	int64_t flag_status;   /* PidTagFlagStatus */
	int64_t followup_icon; /* PidTagFollowupIcon */
	int64_t imap_deleted;  /* PidLidImapDeleted */
};

void am_flag_facts_read(const struct am_message *message,
			struct am_flag_facts *facts_out);

/* Nobody sends an item that is no mail: it is no draft. */
void am_flag_facts_sent(struct am_flag_facts *facts);

/* The role of the folder that the message is in; none of an embedded one. */
enum am_status am_mail_role(const struct am_message *message,
			    enum am_role *role_out, struct am_error *err);

/* Of enum am_mail_flag; role is of the folder. */
unsigned am_mail_flags(const struct am_flag_facts *facts, enum am_role role);

/* The times of a message; AM_TIME_NONE when absent. */
struct am_mail_times {
	int64_t submitted; /* PidTagClientSubmitTime */
	int64_t delivered; /* PidTagMessageDeliveryTime */
	int64_t original;  /* PidTagOriginalSubmitTime */
	int64_t reported;  /* PidTagReportTime */
	int64_t created;
	int64_t modified;
};

void am_mail_times_read(const struct am_message *message,
			struct am_mail_times *times_out);

/* For the Date field; AM_TIME_NONE when all are absent. */
int64_t am_mail_date(const struct am_mail_times *times, bool is_report);

/* INTERNALDATE; is_own: in Sent or Drafts. */
int64_t am_mail_received(const struct am_mail_times *times, bool is_own);

/* Did the owner of the mailbox write it? By its flags, or the folder it is
 * in. */
bool am_mail_is_own(enum am_role role, const struct am_flag_facts *facts);

/* Was only the header of it ever downloaded (tricky D28, pst-format 13)? */
bool am_mail_is_partial(const struct am_message *message);

#endif
