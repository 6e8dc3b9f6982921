/* The state of a message: [MS-OXCMSG] 2.2.1.6, 2.2.1.8, [MS-OXOMSG] 2.2.1.9,
 * [MS-OXOFLAG] 2.2.1. */
#include "convert/oxcmail_flags.h"

#include "base/mail_flag.h"

enum {
	/* [MS-OXCMSG] 2.2.1.8 PidTagMessageStatus */
	STATUS_DELETED = 0x8,
	STATUS_DRAFT = 0x100,
	STATUS_ANSWERED = 0x200,
	STATUS_REMOTE_DOWNLOAD = 0x1000,
	STATUS_REMOTE_DELETE = 0x2000,
	STATUS_MDN_SENT = 0x4000,

	/* [MS-OXOMSG] 2.2.1.9 PidTagLastVerbExecuted */
	VERB_REPLY = 102,
	VERB_REPLY_ALL = 103,
	VERB_FORWARD = 104,
	VERB_REPLY_TO_FOLDER = 108,

	/* [MS-OXOMSG] 2.2.1.10 PidTagIconIndex */
	ICON_REPLIED = 0x105,
	ICON_FORWARDED = 0x106,

	/* [MS-OXOFLAG] 2.2.1.1 PidTagFlagStatus */
	FLAG_STATUS_COMPLETED = 1,
	FLAG_STATUS_FLAGGED = 2,

	LID_IMAP_DELETED = 0x8570,
	LID_HEADER_ITEM = 0x8578
};

/* The status is often in the row of the contents table only. */
static int64_t
status_read(const struct am_message *message)
{
	const int64_t own = am_pc_int(message->pc, AM_PID_MESSAGE_STATUS, -1);

	return own != -1 ? own : message->status;
}

void
am_flag_facts_read(const struct am_message *message,
		   struct am_flag_facts *facts_out)
{
	const struct am_pc *pc = message->pc;
	struct am_prop deleted;

	facts_out->message_flags = am_pc_int(pc, AM_PID_MESSAGE_FLAGS, -1);
	facts_out->status = status_read(message);
	facts_out->last_verb = am_pc_int(pc, AM_PID_LAST_VERB_EXECUTED, -1);
	facts_out->icon = am_pc_int(pc, AM_PID_ICON_INDEX, -1);
	facts_out->flag_status = am_pc_int(pc, AM_PID_FLAG_STATUS, -1);
	facts_out->followup_icon = am_pc_int(pc, AM_PID_FOLLOWUP_ICON, -1);
	facts_out->imap_deleted = -1;
	if (am_message_named(message, AM_PSETID_COMMON, LID_IMAP_DELETED,
			     &deleted))
		(void)am_prop_int(&deleted, &facts_out->imap_deleted);
}

void
am_flag_facts_sent(struct am_flag_facts *facts)
{
	if (facts->message_flags != -1)
		facts->message_flags &= ~(int64_t)AM_MSGFLAG_UNSENT;
}

static bool
has_bits(int64_t value, int64_t bits)
{
	return value != -1 && (value & bits) != 0;
}

static bool
is_answered(const struct am_flag_facts *facts)
{
	return facts->last_verb == VERB_REPLY ||
	       facts->last_verb == VERB_REPLY_ALL ||
	       facts->last_verb == VERB_REPLY_TO_FOLDER ||
	       facts->icon == ICON_REPLIED ||
	       has_bits(facts->status, STATUS_ANSWERED);
}

static bool
is_flagged(const struct am_flag_facts *facts)
{
	if (facts->flag_status != -1)
		return facts->flag_status == FLAG_STATUS_FLAGGED;
	return facts->followup_icon > 0;
}

unsigned
am_mail_flags(const struct am_flag_facts *facts, enum am_role role)
{
	unsigned flags = 0;

	if (has_bits(facts->message_flags, AM_MSGFLAG_READ))
		flags |= AM_FLAG_SEEN;
	if (is_answered(facts))
		flags |= AM_FLAG_ANSWERED;
	if (is_flagged(facts))
		flags |= AM_FLAG_FLAGGED;
	if (has_bits(facts->message_flags, AM_MSGFLAG_UNSENT) ||
	    has_bits(facts->status, STATUS_DRAFT))
		flags |= AM_FLAG_DRAFT;
	if (facts->imap_deleted == 1 || has_bits(facts->status, STATUS_DELETED))
		flags |= AM_FLAG_DELETED;
	if (facts->last_verb == VERB_FORWARD || facts->icon == ICON_FORWARDED)
		flags |= AM_FLAG_FORWARDED;
	if (has_bits(facts->status, STATUS_MDN_SENT))
		flags |= AM_FLAG_MDN_SENT;
	if (facts->flag_status == FLAG_STATUS_COMPLETED)
		flags |= AM_FLAG_COMPLETED;
	if (role == AM_ROLE_JUNK)
		flags |= AM_FLAG_JUNK;
	return flags;
}

void
am_mail_times_read(const struct am_message *message,
		   struct am_mail_times *times_out)
{
	const struct am_pc *pc = message->pc;

	times_out->submitted = am_pc_time(pc, AM_PID_CLIENT_SUBMIT_TIME);
	times_out->delivered = am_pc_time(pc, AM_PID_MESSAGE_DELIVERY_TIME);
	times_out->original = am_pc_time(pc, AM_PID_ORIGINAL_SUBMIT_TIME);
	times_out->reported = am_pc_time(pc, AM_PID_REPORT_TIME);
	times_out->created = am_pc_time(pc, AM_PID_CREATION_TIME);
	times_out->modified = am_pc_time(pc, AM_PID_LAST_MODIFICATION_TIME);
}

static int64_t
first_of(const int64_t *times, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (times[i] != AM_TIME_NONE)
			return times[i];
	return AM_TIME_NONE;
}

int64_t
am_mail_date(const struct am_mail_times *times, bool is_report)
{
	const int64_t ladder[] = { is_report ? times->reported : AM_TIME_NONE,
				   times->submitted,
				   times->delivered,
				   times->original,
				   times->created,
				   times->modified };

	return first_of(ladder, sizeof(ladder) / sizeof(ladder[0]));
}

int64_t
am_mail_received(const struct am_mail_times *times, bool is_own)
{
	const int64_t received[] = { times->delivered, times->submitted,
				     times->created, times->modified };
	const int64_t own[] = { times->submitted, times->modified,
				times->created, times->delivered };

	return first_of(is_own ? own : received, 4);
}

enum am_status
am_mail_role(const struct am_message *message, enum am_role *role_out,
	     struct am_error *err)
{
	const struct am_folder *folders;
	enum am_status status;
	size_t count;
	size_t i;

	*role_out = AM_ROLE_NONE;
	if (message->depth > 0)
		return AM_OK;
	/* The index is there once the folders were read. */
	status = am_store_folders(message->store, &folders, &count, err);
	if (status != AM_OK)
		return am_is_item_scoped(status) ? AM_OK : status;
	i = am_store_folder_index(message->store, message->node.nid_parent);
	if (i != SIZE_MAX)
		*role_out = folders[i].role;
	return AM_OK;
}

bool
am_mail_is_own(enum am_role role, const struct am_flag_facts *facts)
{
	return role == AM_ROLE_SENT || role == AM_ROLE_DRAFTS ||
	       role == AM_ROLE_OUTBOX ||
	       has_bits(facts->message_flags, AM_MSGFLAG_UNSENT |
						      AM_MSGFLAG_FROM_ME |
						      AM_MSGFLAG_SUBMITTED);
}

/* Any of the bodies, and be it an empty one. */
static bool
has_body(const struct am_message *message)
{
	static const uint16_t bodies[] = { AM_PID_BODY, AM_PID_HTML,
					   AM_PID_RTF_COMPRESSED };
	struct am_prop prop;
	size_t i;

	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (am_pc_find(message->pc, bodies[i], &prop))
			return true;
	return false;
}

bool
am_mail_is_partial(const struct am_message *message)
{
	const int64_t remote = STATUS_REMOTE_DOWNLOAD | STATUS_REMOTE_DELETE;
	struct am_prop prop;
	int64_t value;

	if (am_message_named(message, AM_PSETID_COMMON, LID_HEADER_ITEM,
			     &prop) &&
	    am_prop_int(&prop, &value) && value == 1)
		return true;
	/* a mark for the server; the body may be here all the same */
	return has_bits(status_read(message), remote) && !has_body(message);
}
