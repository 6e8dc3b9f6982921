/* [MS-OXCDATA] 2.2 entry ids. */
#include "mapi/entryid.h"

enum {
	UID_SIZE = 16,
	STORE_ENTRYID_SIZE = 24,
	SERVER_FOLDER_ENTRYID_SIZE = 46,
	SERVER_MESSAGE_ENTRYID_SIZE = 70,
	COUNTER_SIZE = 6, /* GlobalCounter */
	ONE_OFF_UNICODE = 0x8000,
	CONTACT_TYPE_PDL = 5,
	SLOT_COUNT = 6
};

typedef enum am_status
entryid_reader(struct am_cursor *cur, unsigned codepage, struct am_arena *arena,
	       struct am_entryid *out, struct am_error *err);

/* Takes a string and its NUL; one without NUL ends where the bytes end. */
static struct am_bytes
take_string(struct am_cursor *cur, size_t width)
{
	const struct am_bytes rest = am_bytes(cur->next, cur->left);
	struct am_bytes string;
	size_t len = 0;

	while (width <= rest.len - len &&
	       (rest.data[len] != 0 || rest.data[len + width - 1] != 0))
		len += width;
	string = am_take(cur, len);
	if (cur->left >= width)
		am_skip(cur, width);
	else
		am_skip(cur, cur->left);
	return string;
}

static enum am_status
take_text(struct am_cursor *cur, bool unicode, unsigned codepage,
	  struct am_arena *arena, const char **text_out, struct am_error *err)
{
	const struct am_bytes raw = take_string(cur, unicode ? 2 : 1);
	struct am_text text;

	if (raw.len == 0)
		return AM_OK;
	if (unicode)
		AM_TRY(am_text_from_utf16(arena, raw, &text, err));
	else
		AM_TRY(am_text_decode(arena, codepage, raw, &text, err));
	*text_out = text.data;
	return AM_OK;
}

/* [MS-OXCDATA] 2.2.5.1 One-Off EntryID */
static enum am_status
one_off_read(struct am_cursor *cur, unsigned codepage, struct am_arena *arena,
	     struct am_entryid *out, struct am_error *err)
{
	bool unicode;

	out->kind = AM_ENTRYID_ONE_OFF;
	am_skip(cur, 2); /* Version */
	out->flags = am_u16(cur);
	unicode = (out->flags & ONE_OFF_UNICODE) != 0;
	AM_TRY(take_text(cur, unicode, codepage, arena, &out->name, err));
	AM_TRY(take_text(cur, unicode, codepage, arena, &out->address_type,
			 err));
	return take_text(cur, unicode, codepage, arena, &out->address, err);
}

/* [MS-OXCDATA] 2.2.5.2 Address Book EntryID */
static enum am_status
exchange_read(struct am_cursor *cur, unsigned codepage, struct am_arena *arena,
	      struct am_entryid *out, struct am_error *err)
{
	out->kind = AM_ENTRYID_EXCHANGE;
	am_skip(cur, 4); /* Version */
	out->display_type = am_u32(cur);
	out->address_type = "EX";
	return take_text(cur, false, codepage, arena, &out->address, err);
}

/* [MS-OXCDATA] 2.2.5.3 Contact Address EntryID, 2.2.5.4 Personal Distribution
 * List EntryID */
static enum am_status
contact_read(struct am_cursor *cur, unsigned codepage, struct am_arena *arena,
	     struct am_entryid *out, struct am_error *err)
{
	uint32_t type;
	uint32_t slot;
	uint32_t len;

	(void)codepage;
	(void)arena;
	(void)err;
	am_skip(cur, 4); /* Version */
	type = am_u32(cur);
	slot = am_u32(cur);
	len = am_u32(cur); /* EntryIdCount */
	out->inner = am_take(cur, len);
	out->kind =
		type == CONTACT_TYPE_PDL ? AM_ENTRYID_PDL : AM_ENTRYID_CONTACT;
	if (out->kind == AM_ENTRYID_CONTACT && slot < SLOT_COUNT)
		out->slot = (int)slot;
	return AM_OK;
}

static const struct {
	uint8_t uid[UID_SIZE];
	entryid_reader *read;
} providers[] = {
	{ { 0x81, 0x2b, 0x1f, 0xa4, 0xbe, 0xa3, 0x10, 0x19, 0x9d, 0x6e, 0x00,
	    0xdd, 0x01, 0x0f, 0x54, 0x02 },
	  one_off_read },
	{ { 0xdc, 0xa7, 0x40, 0xc8, 0xc0, 0x42, 0x10, 0x1a, 0xb4, 0xb9, 0x08,
	    0x00, 0x2b, 0x2f, 0xe1, 0x82 },
	  exchange_read },
	{ { 0xfe, 0x42, 0xaa, 0x0a, 0x18, 0xc7, 0x1a, 0x10, 0xe8, 0x85, 0x0b,
	    0x65, 0x1c, 0x24, 0x00, 0x00 },
	  contact_read },
};

static const uint8_t wrapper_uid[UID_SIZE] = { 0xc0, 0x91, 0xad, 0xd3,
					       0x51, 0x9d, 0xcf, 0x11,
					       0xa4, 0xa9, 0x00, 0xaa,
					       0x00, 0x47, 0xfa, 0xa4 };

static entryid_reader *
provider_reader(struct am_bytes uid)
{
	size_t i;

	for (i = 0; i < sizeof(providers) / sizeof(providers[0]); i++)
		if (am_bytes_equal(uid, am_bytes(providers[i].uid, UID_SIZE)))
			return providers[i].read;
	return NULL;
}

/* GlobalCounter: 6 bytes, the first the most significant. */
static uint64_t
take_counter(struct am_cursor *cur)
{
	uint64_t counter = 0;
	int i;

	for (i = 0; i < COUNTER_SIZE; i++) {
		const uint64_t byte = am_u8(cur);

		counter = counter << 8 | byte;
	}
	return counter;
}

/* [MS-OXCDATA] 2.2.4.1 Folder EntryID, 2.2.4.2 Message EntryID: the last
 * DatabaseGuid and GlobalCounter are those of the object itself. */
static void
server_read(struct am_cursor *cur, bool is_message, struct am_entryid *out)
{
	out->kind = is_message ? AM_ENTRYID_SERVER_MESSAGE
			       : AM_ENTRYID_SERVER_FOLDER;
	am_skip(cur, 2); /* FolderType, MessageType */
	if (is_message)
		am_skip(cur, UID_SIZE + COUNTER_SIZE + 2);
	out->uid = am_take(cur, UID_SIZE);
	out->counter = take_counter(cur);
}

/* What has no provider of its own is told apart by its length. */
static void
other_read(struct am_cursor *cur, struct am_bytes uid, size_t size,
	   struct am_entryid *out)
{
	out->kind = AM_ENTRYID_OTHER;
	out->uid = uid;
	if (size == STORE_ENTRYID_SIZE) {
		out->kind = AM_ENTRYID_STORE;
		out->nid = am_u32(cur);
	} else if (size == SERVER_FOLDER_ENTRYID_SIZE) {
		server_read(cur, false, out);
	} else if (size == SERVER_MESSAGE_ENTRYID_SIZE) {
		server_read(cur, true, out);
	}
}

/* [MS-OXOCNTC] 2.2.2.2.4.1.1: the Type byte. Its bits 4 to 6 number the fax
 * numbers from 0 and the e-mail addresses from 4; 3 is none of them. */
static void
wrapper_type_read(unsigned type, struct am_entryid *out)
{
	const int slot = (int)(type >> 4 & 7);

	out->is_wrapped = true;
	out->wrapped = (enum am_wrapped_type)(type & 0xf);
	out->slot = AM_ENTRYID_NO_SLOT;
	if (out->wrapped != AM_WRAPPED_CONTACT)
		return;
	if (slot < 3)
		out->slot = AM_ENTRYID_FIRST_FAX_SLOT + slot;
	else if (slot > 3 && slot < 7)
		out->slot = slot - 4;
}

/* Takes the head and all wrappers around what is meant; *size_out is then the
 * length of that, its head included. */
static enum am_status
head_read(struct am_cursor *cur, struct am_bytes *uid_out, size_t *size_out,
	  struct am_entryid *out, struct am_error *err)
{
	const struct am_bytes wrapper = am_bytes(wrapper_uid, UID_SIZE);
	unsigned wrappers = 0;

	for (;;) {
		*size_out = cur->left;
		am_skip(cur, 4); /* Flags */
		*uid_out = am_take(cur, UID_SIZE);
		if (!am_cursor_ok(cur))
			return am_fail(err, AM_CORRUPT,
				       "EntryID has %zu bytes, want 20 or more",
				       *size_out);
		if (!am_bytes_equal(*uid_out, wrapper))
			return AM_OK;
		if (wrappers++ == AM_ENTRYID_MAX_WRAPPERS)
			return am_fail(err, AM_LIMIT,
				       "EntryID is wrapped more than %d times",
				       AM_ENTRYID_MAX_WRAPPERS);
		wrapper_type_read(am_u8(cur), out);
	}
}

enum am_status
am_entryid_decode(struct am_bytes raw, unsigned codepage,
		  struct am_arena *arena, struct am_entryid *out,
		  struct am_error *err)
{
	struct am_cursor cur = am_cursor(raw);
	entryid_reader *read;
	struct am_bytes uid;
	size_t size;

	*out = (struct am_entryid){ .name = "",
				    .address_type = "",
				    .address = "",
				    .slot = AM_ENTRYID_NO_SLOT };
	AM_TRY(head_read(&cur, &uid, &size, out, err));
	read = provider_reader(uid);
	if (read != NULL)
		AM_TRY(read(&cur, codepage, arena, out, err));
	else
		other_read(&cur, uid, size, out);
	if (!am_cursor_ok(&cur))
		return am_fail(err, AM_CORRUPT,
			       "EntryID of %zu bytes ends inside a field",
			       raw.len);
	return AM_OK;
}

struct am_flat_list
am_flat_list(struct am_bytes raw)
{
	struct am_flat_list list = { .cursor = am_cursor(raw) };
	struct am_bytes entries;
	uint32_t len;

	list.left = am_u32(&list.cursor);
	len = am_u32(&list.cursor); /* cbEntries */
	/* A length beyond the end: the entries that are there still count. */
	if (am_cursor_ok(&list.cursor) && len <= list.cursor.left) {
		entries = am_take(&list.cursor, len);
		list.cursor = am_cursor(entries);
	} else {
		list.damaged = raw.len > 0;
	}
	return list;
}

bool
am_flat_list_next(struct am_flat_list *list, struct am_bytes *entry_out)
{
	struct am_cursor *cur = &list->cursor;
	uint32_t len;
	size_t pad;

	if (list->left == 0)
		return false;
	len = am_u32(cur);
	*entry_out = am_take(cur, len);
	if (!am_cursor_ok(cur)) {
		list->damaged = true;
		list->left = 0;
		return false;
	}
	/* Each entry begins at a multiple of four; the last may end early. */
	pad = (4 - len % 4) % 4;
	am_skip(cur, pad < cur->left ? pad : cur->left);
	list->left--;
	return true;
}
