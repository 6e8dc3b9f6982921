/* [MS-OXPROPS] 1.3.2 property sets, by GUID. A GUID is its 16 bytes as they
 * are stored: the first three fields little-endian. */
#ifndef AM_MAPI_GUID_H
#define AM_MAPI_GUID_H

#include "base/bytes.h"

/* The property sets that are looked up. */
enum am_guid_set {
	AM_PS_MAPI,
	AM_PS_PUBLIC_STRINGS,
	AM_PS_INTERNET_HEADERS,
	AM_PSETID_COMMON,
	AM_PSETID_APPOINTMENT,
	AM_PSETID_MEETING,
	AM_PSETID_TASK,
	AM_PSETID_ADDRESS,
	AM_PSETID_NOTE,
	AM_PSETID_LOG,
	AM_PSETID_ATTACHMENT,
	AM_PSETID_POST_RSS,
	AM_GUID_SET_COUNT
};

enum { AM_GUID_SIZE = 16, AM_GUID_TEXT_SIZE = 39 };

/* The GUID of a set: AM_GUID_SIZE bytes, borrowed for ever. */
struct am_bytes am_guid_of_set(enum am_guid_set set);

/* The set with this GUID; false when it is none of them. */
bool am_guid_find_set(struct am_bytes guid, enum am_guid_set *set_out);

/* "{00062008-0000-0000-C000-000000000046}", with NUL; "{}" when guid has not
 * 16 bytes. */
void am_guid_text(struct am_bytes guid, char text[AM_GUID_TEXT_SIZE]);

#endif
