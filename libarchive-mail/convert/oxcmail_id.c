/* What is made from a hash of the message: boundaries and Message-IDs
 * (mapi-to-mime 5, 6, 8). */
#include <stdio.h>

#include "convert/arena_text.h"
#include "convert/oxcmail_private.h"

enum { ID_BYTES = 16, MAX_PATH = 128 + 64 * 4 };

static void
uint_add(struct am_buf *buf, uint64_t value, unsigned width)
{
	unsigned i;

	for (i = 0; i < width; i++)
		am_buf_add_char(buf, (char)(value >> 8 * i & 0xff));
}

/* NIDs of subnodes are unique only among siblings (tricky A9). */
static void
path_add(struct am_buf *buf, const struct am_oxcmail *cx)
{
	if (cx->parent != NULL)
		path_add(buf, cx->parent);
	uint_add(buf, cx->nid, 4);
}

static void
place_add(struct am_buf *buf, const struct am_oxcmail *cx)
{
	const struct am_store_info *info = am_store_info(cx->message->store);

	am_buf_add(buf, am_bytes(info->record_key, sizeof(info->record_key)));
	path_add(buf, cx);
}

/* Half of the SHA-256 of buf, in hexadecimal; frees buf. */
static enum am_status
digest_end(struct am_buf *buf, char hex[2 * ID_BYTES + 1], struct am_error *err)
{
	uint8_t digest[AM_SHA256_SIZE];
	char whole[AM_SHA256_HEX_SIZE];
	enum am_status status = am_buf_status(buf, err);

	if (status == AM_OK && am_sha256(am_buf_bytes(buf), digest) != AM_OK)
		status = am_nomem(err);
	if (status == AM_OK) {
		am_sha256_hex(digest, whole);
		(void)snprintf(hex, 2 * ID_BYTES + 1, "%.*s", 2 * ID_BYTES,
			       whole);
	}
	am_buf_free(buf);
	return status;
}

enum am_status
am_oxcmail_boundary(struct am_oxcmail *cx, const char **boundary_out,
		    struct am_error *err)
{
	if (cx->seed[0] == '\0') {
		struct am_buf buf = am_buf(MAX_PATH);

		am_buf_add_text(&buf, "boundary");
		place_add(&buf, cx);
		AM_TRY(digest_end(&buf, cx->seed, err));
	}
	cx->boundaries++;
	return am_arena_text_format(cx->message->arena, boundary_out, err,
				    "=_%s_%u", cx->seed, cx->boundaries);
}

enum am_status
am_oxcmail_make_id(struct am_oxcmail *cx, const char *subject,
		   const char **id_out, struct am_error *err)
{
	const struct am_message *message = cx->message;
	struct am_buf buf = am_buf(1 << 20);
	struct am_bytes search_key;
	char hex[2 * ID_BYTES + 1];
	enum am_status status;

	status = am_pc_bytes(message->pc, AM_PID_SEARCH_KEY, message->arena,
			     &search_key, err);
	if (status != AM_OK)
		return status;
	place_add(&buf, cx);
	am_buf_add(&buf, search_key);
	uint_add(&buf, (uint64_t)cx->times.submitted, 8);
	am_buf_add_text(&buf, subject);
	AM_TRY(digest_end(&buf, hex, err));
	return am_arena_text_format(message->arena, id_out, err,
				    "<pst.%s@pst.invalid>", hex);
}
