/* Header lines on their way out. */
#include "mime/block.h"

#include "base/ascii.h"
#include "base/cursor.h"
#include "mime/lines.h"
#include "mime/scan.h"

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static bool
is_dropped(uint8_t c)
{
	return c == '\r' || c == '\0' || c == '\n';
}

/* Is there nothing to see in it? */
static bool
is_blank(struct am_bytes line)
{
	size_t i;

	for (i = 0; i < line.len; i++)
		if (!is_space(line.data[i]) && !is_dropped(line.data[i]))
			return false;
	return true;
}

/* Where to fold a line that is longer than max. */
static size_t
fold_find(struct am_bytes line, size_t max)
{
	size_t i;

	for (i = max; i > 0; i--)
		if (is_space(line.data[i]))
			return i;
	return max;
}

/* Takes a line, without its end, or as much of it as a line may have. */
static struct am_bytes
piece_take(struct am_block *block)
{
	const size_t max = AM_LINE_MAX - (block->broken ? 1 : 0);
	const struct am_bytes left = block->left;
	const size_t look = left.len < max + 2 ? left.len : max + 2;
	const uint8_t *end = memchr(left.data, '\n', look);
	size_t len = end != NULL ? (size_t)(end - left.data) : look;
	size_t used = end != NULL ? len + 1 : len;
	struct am_cursor cur = am_cursor(left);
	struct am_bytes piece;

	if (end != NULL && len > 0 && left.data[len - 1] == '\r')
		len--;
	if (len > max) {
		len = fold_find(left, max);
		used = len;
	}
	piece = am_take(&cur, len);
	am_skip(&cur, used - len);
	block->left = am_take(&cur, cur.left);
	return piece;
}

static void
piece_put(struct am_buf *out, struct am_bytes piece)
{
	while (piece.len > 0) {
		const size_t n = am_scan_text(piece, piece.len);

		am_buf_add(out, am_bytes(piece.data, n));
		if (n < piece.len && !is_dropped(piece.data[n]))
			am_buf_add_char(out, (char)piece.data[n]);
		piece = am_ascii_after(piece,
				       n < piece.len ? n + 1 : piece.len);
	}
}

bool
am_block_write(struct am_block *block, struct am_buf *out)
{
	struct am_bytes piece;

	while (block->left.len > 0) {
		const size_t before = block->left.len;
		bool broken;

		piece = piece_take(block);
		/* Without a line end the line goes on. */
		broken = before - block->left.len == piece.len &&
			 block->left.len > 0 && !is_space(block->left.data[0]);
		if (is_blank(piece)) {
			block->broken = false;
			continue;
		}
		if (block->broken)
			am_buf_add_char(out, ' ');
		block->broken = broken;
		piece_put(out, piece);
		am_buf_add_text(out, block->lf ? "\n" : "\r\n");
		return true;
	}
	return false;
}
