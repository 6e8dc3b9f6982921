/* [MS-OXOCAL] 2.2.1.27 PidLidGlobalObjectId and the UID that it stands for
 * ([MS-OXCICAL] 2.1.3.1.1.20.26). */
#include "convert/arena_text.h"
#include "convert/oxcical_lids.h"
#include "convert/oxcical_private.h"

enum {
	LID_TASK_GLOBAL_ID = 0x8519,
	DAY_OFFSET = 16, /* YH, YL, M, D */
	DAY_SIZE = 4,
	DATA_OFFSET = 40,
	MAX_ID = 4096,	/* bytes; what is longer is nobody's id */
	MADE_BYTES = 16 /* of a UID that is made */
};

static const uint8_t prefix[DAY_OFFSET] = {
	0x04, 0x00, 0x00, 0x00, 0x82, 0x00, 0xe0, 0x00,
	0x74, 0xc5, 0xb7, 0x10, 0x1a, 0x82, 0xe0, 0x08,
};

/* Led by this, the data is the UID of another program. */
static const uint8_t foreign[] = { 'v', 'C', 'a', 'l', '-', 'U',
				   'i', 'd', 1,	  0,   0,   0 };

static bool
is_standard(struct am_bytes id)
{
	struct am_bytes head;

	return id.len >= DATA_OFFSET && am_slice(id, 0, DAY_OFFSET, &head) &&
	       am_bytes_equal(head, am_bytes(prefix, sizeof(prefix)));
}

/* The text behind "vCal-Uid", up to a NUL; data NULL when there is none. */
static struct am_bytes
foreign_uid(struct am_bytes id)
{
	struct am_bytes head;
	struct am_bytes text = { NULL, 0 };
	const uint8_t *nul;

	if (!am_slice(id, DATA_OFFSET, sizeof(foreign), &head) ||
	    !am_bytes_equal(head, am_bytes(foreign, sizeof(foreign))))
		return text;
	(void)am_slice(id, DATA_OFFSET + sizeof(foreign),
		       id.len - DATA_OFFSET - sizeof(foreign), &text);
	nul = text.len > 0 ? memchr(text.data, '\0', text.len) : NULL;
	if (nul != NULL)
		text.len = (size_t)(nul - text.data);
	return text;
}

/* Upper-case hexadecimal, without the day of an exception. */
static enum am_status
hex_uid(struct am_bytes id, struct am_arena *arena, const char **uid_out,
	struct am_error *err)
{
	static const char digits[] = "0123456789ABCDEF";
	const bool has_day = is_standard(id);
	char *text = am_arena_raw(arena, 2 * id.len + 1);
	size_t i;

	if (text == NULL)
		return am_arena_failed(arena, 2 * id.len + 1, err);
	for (i = 0; i < id.len; i++) {
		const bool is_day =
			has_day && i >= DAY_OFFSET && i < DAY_OFFSET + DAY_SIZE;
		const unsigned byte = is_day ? 0 : id.data[i];

		text[2 * i] = digits[byte >> 4];
		text[2 * i + 1] = digits[byte & 15];
	}
	text[2 * id.len] = '\0';
	*uid_out = text;
	return AM_OK;
}

/* Little-endian, on any machine. */
static void
number_add(struct am_sha256 *sha, uint64_t number)
{
	uint8_t bytes[8];
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(number >> 8 * i);
	am_sha256_add(sha, am_bytes(bytes, sizeof(bytes)));
}

static enum am_status
made_uid(const struct am_message *message, const char **uid_out,
	 struct am_error *err)
{
	struct am_prop created;
	uint64_t filetime = 0;
	struct am_sha256 *sha;
	uint8_t digest[AM_SHA256_SIZE];
	char hex[AM_SHA256_HEX_SIZE];
	struct am_bytes key;
	enum am_status status;

	if (am_pc_find(message->pc, AM_PID_CREATION_TIME, &created))
		(void)am_prop_filetime(&created, &filetime);
	AM_TRY(am_pc_bytes(message->pc, AM_PID_SEARCH_KEY, message->arena, &key,
			   err));
	sha = am_sha256_open();
	if (sha == NULL)
		return am_nomem(err);
	am_sha256_add(sha, key);
	number_add(sha, filetime);
	if (key.len == 0) /* nothing else tells it from others */
		number_add(sha, message->node.nid);
	status = am_sha256_finish(sha, digest);
	am_sha256_close(sha);
	if (status != AM_OK)
		return am_nomem(err);
	am_sha256_hex(digest, hex);
	return am_arena_text_format(message->arena, uid_out, err,
				    "%.*s@pst.invalid", 2 * MADE_BYTES, hex);
}

enum am_status
am_oxcical_uid(const struct am_message *message, const char **uid_out,
	       struct am_error *err)
{
	static const struct {
		enum am_guid_set set;
		uint32_t lid;
	} ids[] = {
		{ AM_PSETID_MEETING, LID_CLEAN_GLOBAL_ID },
		{ AM_PSETID_MEETING, LID_MEETING_GLOBAL_ID },
		{ AM_PSETID_COMMON, LID_TASK_GLOBAL_ID },
	};
	const struct am_oxcical_source source = { .message = message };
	struct am_bytes id;
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		AM_TRY(am_oxcical_bytes(&source, ids[i].set, ids[i].lid, &id,
					err));
		if (id.len == 0 || id.len > MAX_ID)
			continue;
		if (is_standard(id) && foreign_uid(id).len > 0)
			return am_arena_text_copy(
				message->arena, foreign_uid(id), uid_out, err);
		return hex_uid(id, message->arena, uid_out, err);
	}
	return made_uid(message, uid_out, err);
}

int64_t
am_oxcical_uid_day(struct am_bytes id)
{
	int year;

	if (!is_standard(id))
		return AM_TIME_NONE;
	year = id.data[DAY_OFFSET] << 8 | id.data[DAY_OFFSET + 1];
	if (year < 1601 || year > 4500 || id.data[DAY_OFFSET + 2] > 12 ||
	    id.data[DAY_OFFSET + 3] > 31)
		return AM_TIME_NONE;
	return am_time_from_civil(year, id.data[DAY_OFFSET + 2],
				  id.data[DAY_OFFSET + 3], 0, 0, 0);
}
