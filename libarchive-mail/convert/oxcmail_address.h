/* From what MAPI knows of a person to an address of the Internet
 * (mapi-to-mime 4). */
#ifndef AM_CONVERT_OXCMAIL_ADDRESS_H
#define AM_CONVERT_OXCMAIL_ADDRESS_H

#include "convert/item.h"
#include "mime/field.h"

/* A person; texts are "" when absent. */
struct am_person {
	const char *name;
	const char *address_type; /* "SMTP", "EX" ... */
	const char *email;	  /* of that type */
	const char *smtp;
	const char *sip;
	struct am_bytes entry_id;
	struct am_bytes search_key;
};

/* Is it an address that may be written? Legacy DNs are none, though some have
 * the look of one. */
bool am_address_is_smtp(const char *address);

/* The groups of properties that tell of one (mapi-to-mime 4.1). */
enum am_person_group {
	AM_PERSON_SENDER,
	AM_PERSON_SENT_REPRESENTING,
	AM_PERSON_RECEIVED_BY,
	AM_PERSON_RECEIVED_REPRESENTING,
	AM_PERSON_READ_RECEIPT,
	AM_PERSON_ORIGINAL_SENDER,
	AM_PERSON_GROUP_COUNT
};

enum am_status
am_person_read(const struct am_message *message, enum am_person_group group,
	       struct am_person *person_out, struct am_error *err);

struct am_person am_person_of_recipient(const struct am_recipient *recipient);

/* Is nothing known of the person? */
bool am_person_is_nobody(const struct am_person *person);

struct am_ex_known;

struct am_mailbox {
	struct am_address to; /* address NULL: unresolved */
	const char *original; /* of an unresolved one: "EX:/o=..." or so; ""
				 if there is none */
};

/* What resolving needs beside the person. */
struct am_resolver {
	struct am_arena *arena;
	unsigned codepage; /* of 8-bit texts in entry ids */
	const struct am_convert_options *options;
	struct am_ex_known *known; /* what the item itself tells; may be NULL */
};

/* What is certain of a person: rungs 1 to 5 of the ladder, without guesses
 * and without the map. NULL: nothing is. dn: the legacy DN that Exchange has
 * for the person, in lower case. Both in the arena. */
struct am_certain {
	const char *smtp;
	const char *dn;
};
enum am_status
am_person_certain(const struct am_resolver *resolver,
		  const struct am_person *person,
		  struct am_certain *certain_out, struct am_error *err);

/* The first of the ladder of mapi-to-mime 4.2 that is an SMTP address. An
 * Exchange address never is one. mailbox_out lives in the arena, its name is
 * "" when it would repeat the address. */
enum am_status
am_person_resolve(const struct am_resolver *resolver,
		  const struct am_person *person,
		  struct am_mailbox *mailbox_out, struct am_error *err);

/* The entries of PidTagReplyRecipientEntries, with the names of
 * PidTagReplyRecipientNames where their numbers agree. */
enum { AM_REPLY_TO_MAX = 1000 };
enum am_status
am_reply_to_read(const struct am_resolver *resolver,
		 const struct am_message *message, struct am_mailbox **list_out,
		 size_t *count_out, struct am_error *err);

#endif
