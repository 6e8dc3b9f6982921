/* The text of an mbox: what is put together comes apart again to the same
 * bytes, in whatever pieces; and stored bytes that nobody put together. The
 * input: flags, a piece's length and the style, the message. */
#include "fuzz.h"
#include "sink/mboxrd.h"

enum { MAX_STORED = 16 << 20 };

static enum am_status
bytes_take(void *arg, struct am_bytes bytes, struct am_error *err)
{
	am_buf_add(arg, bytes);
	return am_buf_status(arg, err);
}

static void
message_store(struct am_bytes message, enum am_mboxrd_style style,
	      unsigned flags, size_t piece, struct am_buf *out)
{
	static const char *const keywords[] = { "Red_category", "&U,BTFw-",
						NULL };
	const struct am_mboxrd_marks marks = { flags << 1 | flags >> 7,
					       flags % 2 != 0 ? keywords
							      : NULL };
	char from[AM_MBOXRD_FROM_SIZE];
	struct fuzz_pieces pieces;
	struct am_stream *stream = fuzz_pieces_open(&pieces, message, piece);
	struct am_mboxrd mbox;
	struct am_bytes bytes;

	am_mboxrd_from_line(style, "ann@example.org", 1083827289, from);
	if (style != AM_MBOXRD_ALONE)
		am_buf_add_text(out, from);
	am_mboxrd_start(&mbox, style, &marks, bytes_take, out);
	while (am_stream_next(stream, &bytes, NULL) == AM_OK)
		FUZZ_CHECK(am_mboxrd_add(&mbox, bytes, NULL) == AM_OK);
	FUZZ_CHECK(am_mboxrd_finish(&mbox, NULL) == AM_OK);
}

static enum am_status
message_load(struct am_bytes stored, enum am_mboxrd_style style, size_t piece,
	     struct am_buf *out)
{
	struct am_arena arena = { 0 };
	struct fuzz_pieces pieces;
	struct am_stream *raw = fuzz_pieces_open(&pieces, stored, piece);
	struct am_stream *stream = NULL;
	enum am_status status =
		am_mboxrd_read(&arena, style, raw, stored.len, &stream, NULL);

	if (status == AM_OK) {
		status = am_stream_read_all(stream, out, NULL);
		am_stream_close(stream);
	}
	am_arena_free(&arena);
	return status;
}

/* The same bytes, and a line end where there was none. */
static void
message_compare(struct am_bytes message, struct am_buf *loaded)
{
	struct am_bytes front;

	FUZZ_CHECK(am_slice(am_buf_bytes(loaded), 0, message.len, &front));
	FUZZ_CHECK(am_bytes_equal(front, message));
	FUZZ_CHECK(loaded->len <= message.len + 2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_cursor cur = am_cursor(am_bytes(data, size));
	const unsigned flags = am_u8(&cur);
	const unsigned choice = am_u8(&cur);
	const size_t piece = 1 + choice % 16;
	const enum am_mboxrd_style style =
		(enum am_mboxrd_style)((choice >> 4) % 3);
	const struct am_bytes message = am_take(&cur, cur.left);
	struct am_buf stored = am_buf(MAX_STORED);
	struct am_buf loaded = am_buf(MAX_STORED);

	message_store(message, style, flags, piece, &stored);
	FUZZ_CHECK(message_load(am_buf_bytes(&stored), style, piece, &loaded) ==
		   AM_OK);
	message_compare(message, &loaded);
	am_buf_clear(&loaded);
	(void)message_load(message, style, piece, &loaded);
	am_buf_free(&stored);
	am_buf_free(&loaded);
	return 0;
}
