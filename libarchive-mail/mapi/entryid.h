/* [MS-OXCDATA] 2.2 entry ids: what names a recipient, a contact or a folder.
 *
 * All of them begin with four bytes of flags and the 16-byte UID of whoever
 * understands the rest. Everything is bounds-checked: they come from files. */
#ifndef AM_MAPI_ENTRYID_H
#define AM_MAPI_ENTRYID_H

#include "base/cursor.h"
#include "base/text.h"

enum am_entryid_kind {
	AM_ENTRYID_OTHER,    /* of a provider that is not known here */
	AM_ENTRYID_ONE_OFF,  /* 2.2.5.1: name, address_type, address */
	AM_ENTRYID_EXCHANGE, /* 2.2.5.2: address is a legacy DN, type "EX" */
	AM_ENTRYID_CONTACT,  /* 2.2.5.3: inner is a message, slot its address */
	AM_ENTRYID_PDL,	     /* 2.2.5.4: inner is a distribution list */
	AM_ENTRYID_STORE,    /* [MS-PST] 2.4.3.2: uid and nid */
	AM_ENTRYID_SERVER_FOLDER, /* 2.2.4.1: uid (database), counter */
	AM_ENTRYID_SERVER_MESSAGE /* 2.2.4.2: the message's counter */
};

/* What a wrapper of [MS-OXOCNTC] 2.2.2.4.3.5 (in distribution lists) said. */
enum am_wrapped_type {
	AM_WRAPPED_ONE_OFF = 0,
	AM_WRAPPED_CONTACT = 3,
	AM_WRAPPED_PDL = 4,
	AM_WRAPPED_USER = 5,
	AM_WRAPPED_GROUP = 6
};

enum {
	/* Wrappers in wrappers that are followed. */
	AM_ENTRYID_MAX_WRAPPERS = 4,

	/* slot: the address of a contact that is meant. */
	AM_ENTRYID_NO_SLOT = -1,
	AM_ENTRYID_FIRST_FAX_SLOT = 3
};

struct am_entryid {
	enum am_entryid_kind kind;
	bool is_wrapped;
	enum am_wrapped_type wrapped; /* of the innermost wrapper */

	/* UTF-8 in the arena; "" when absent */
	const char *name;
	const char *address_type;
	const char *address;
	unsigned flags;	       /* one-off: 1 no rich text, 0x8000 Unicode */
	uint32_t display_type; /* Exchange: PidTagDisplayType */

	/* 0-2 the e-mail addresses of a contact, 3-5 its fax numbers */
	int slot;
	struct am_bytes inner; /* borrowed from the raw bytes */

	struct am_bytes uid; /* 16 bytes, borrowed: store or database */
	uint32_t nid;
	uint64_t counter; /* global counter: 6 bytes, big-endian */
};

/* Decodes raw, following wrappers. 8-bit strings are in codepage. out lives in
 * arena and borrows from raw. AM_CORRUPT (too short, a length beyond the end),
 * AM_LIMIT (wrappers), AM_NOMEM. */
enum am_status am_entryid_decode(struct am_bytes raw, unsigned codepage,
				 struct am_arena *arena, struct am_entryid *out,
				 struct am_error *err);

/* [MS-OXCDATA] 2.3.3 FLATENTRYLIST. */
struct am_flat_list {
	struct am_cursor cursor; /* private */
	uint32_t left;		 /* entries that should still come */
	bool damaged;		 /* the list ended before its count or length */
};

struct am_flat_list am_flat_list(struct am_bytes raw);

/* The next entry id, borrowed from raw; false at the end. */
bool am_flat_list_next(struct am_flat_list *list, struct am_bytes *entry_out);

#endif
