/* [MS-OXPROPS] 1.3.2 property sets. */
#include "mapi/guid.h"

#include <stdio.h>

#include "base/cursor.h"

/* {xxxxxxxx-0000-0000-C000-000000000046}, which most of them are. */
#define OLE_GUID(a, b, c, d)                                                   \
	{                                                                      \
		d, c, b, a, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46           \
	}

static const uint8_t sets[AM_GUID_SET_COUNT][AM_GUID_SIZE] = {
	[AM_PS_MAPI] = OLE_GUID(0x00, 0x02, 0x03, 0x28),
	[AM_PS_PUBLIC_STRINGS] = OLE_GUID(0x00, 0x02, 0x03, 0x29),
	[AM_PS_INTERNET_HEADERS] = OLE_GUID(0x00, 0x02, 0x03, 0x86),
	[AM_PSETID_COMMON] = OLE_GUID(0x00, 0x06, 0x20, 0x08),
	[AM_PSETID_APPOINTMENT] = OLE_GUID(0x00, 0x06, 0x20, 0x02),
	/* {6ED8DA90-450B-101B-98DA-00AA003F1305} */
	[AM_PSETID_MEETING] = { 0x90, 0xda, 0xd8, 0x6e, 0x0b, 0x45, 0x1b, 0x10,
				0x98, 0xda, 0x00, 0xaa, 0x00, 0x3f, 0x13,
				0x05 },
	[AM_PSETID_TASK] = OLE_GUID(0x00, 0x06, 0x20, 0x03),
	[AM_PSETID_ADDRESS] = OLE_GUID(0x00, 0x06, 0x20, 0x04),
	[AM_PSETID_NOTE] = OLE_GUID(0x00, 0x06, 0x20, 0x0e),
	[AM_PSETID_POST_RSS] = OLE_GUID(0x00, 0x06, 0x20, 0x41),
	[AM_PSETID_LOG] = OLE_GUID(0x00, 0x06, 0x20, 0x0a),
	/* {96357F7F-59E1-47D0-99A7-46515C183B54} */
	[AM_PSETID_ATTACHMENT] = { 0x7f, 0x7f, 0x35, 0x96, 0xe1, 0x59, 0xd0,
				   0x47, 0x99, 0xa7, 0x46, 0x51, 0x5c, 0x18,
				   0x3b, 0x54 },
};

struct am_bytes
am_guid_of_set(enum am_guid_set set)
{
	return am_bytes(sets[set], AM_GUID_SIZE);
}

bool
am_guid_find_set(struct am_bytes guid, enum am_guid_set *set_out)
{
	size_t i;

	for (i = 0; i < AM_GUID_SET_COUNT; i++) {
		if (!am_bytes_equal(guid, am_bytes(sets[i], AM_GUID_SIZE)))
			continue;
		*set_out = (enum am_guid_set)i;
		return true;
	}
	return false;
}

void
am_guid_text(struct am_bytes guid, char text[AM_GUID_TEXT_SIZE])
{
	struct am_cursor cur = am_cursor(guid);
	const unsigned data1 = am_u32(&cur);
	const unsigned data2 = am_u16(&cur);
	const unsigned data3 = am_u16(&cur);
	const struct am_bytes data4 = am_take(&cur, 8);
	int len;
	size_t i;

	if (!am_cursor_ok(&cur) || guid.len != AM_GUID_SIZE) {
		(void)snprintf(text, AM_GUID_TEXT_SIZE, "{}");
		return;
	}
	len = snprintf(text, AM_GUID_TEXT_SIZE, "{%08X-%04X-%04X-", data1,
		       data2, data3);
	for (i = 0; i < data4.len; i++)
		len += snprintf(text + len, AM_GUID_TEXT_SIZE - (size_t)len,
				i == 2 ? "-%02X" : "%02X", data4.data[i]);
	(void)snprintf(text + len, AM_GUID_TEXT_SIZE - (size_t)len, "}");
}
