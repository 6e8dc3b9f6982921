/* base64: whole lines are encoded at a time, straight from the input. */
#include "mime/base64.h"

#include "base/cursor.h"

enum { LINE_CHARS = AM_BASE64_LINE_BYTES / 3 * 4, PAIR_SIZE = 2 };

/* What each 12 bits become: half as many look-ups as with 64 letters. */
/* clang-format off */
#define PAIRS(c) \
	c "A" c "B" c "C" c "D" c "E" c "F" c "G" c "H" c "I" c "J" \
	c "K" c "L" c "M" c "N" c "O" c "P" c "Q" c "R" c "S" c "T" \
	c "U" c "V" c "W" c "X" c "Y" c "Z" c "a" c "b" c "c" c "d" \
	c "e" c "f" c "g" c "h" c "i" c "j" c "k" c "l" c "m" c "n" \
	c "o" c "p" c "q" c "r" c "s" c "t" c "u" c "v" c "w" c "x" \
	c "y" c "z" c "0" c "1" c "2" c "3" c "4" c "5" c "6" c "7" \
	c "8" c "9" c "+" c "/"

static const char pairs[4096 * PAIR_SIZE + 1] =
	PAIRS("A") PAIRS("B") PAIRS("C") PAIRS("D") PAIRS("E")
	PAIRS("F") PAIRS("G") PAIRS("H") PAIRS("I") PAIRS("J")
	PAIRS("K") PAIRS("L") PAIRS("M") PAIRS("N") PAIRS("O")
	PAIRS("P") PAIRS("Q") PAIRS("R") PAIRS("S") PAIRS("T")
	PAIRS("U") PAIRS("V") PAIRS("W") PAIRS("X") PAIRS("Y")
	PAIRS("Z") PAIRS("a") PAIRS("b") PAIRS("c") PAIRS("d")
	PAIRS("e") PAIRS("f") PAIRS("g") PAIRS("h") PAIRS("i")
	PAIRS("j") PAIRS("k") PAIRS("l") PAIRS("m") PAIRS("n")
	PAIRS("o") PAIRS("p") PAIRS("q") PAIRS("r") PAIRS("s")
	PAIRS("t") PAIRS("u") PAIRS("v") PAIRS("w") PAIRS("x")
	PAIRS("y") PAIRS("z") PAIRS("0") PAIRS("1") PAIRS("2")
	PAIRS("3") PAIRS("4") PAIRS("5") PAIRS("6") PAIRS("7")
	PAIRS("8") PAIRS("9") PAIRS("+") PAIRS("/");
/* clang-format on */

/* Eight bytes, the first one highest: compilers make one load of it. */
static uint64_t
word_at(const uint8_t *in)
{
	return (uint64_t)in[0] << 56 | (uint64_t)in[1] << 48 |
	       (uint64_t)in[2] << 40 | (uint64_t)in[3] << 32 |
	       (uint64_t)in[4] << 24 | (uint64_t)in[5] << 16 |
	       (uint64_t)in[6] << 8 | (uint64_t)in[7];
}

static void
pair_put(uint8_t *to, uint64_t twelve_bits)
{
	memcpy(to, &pairs[PAIR_SIZE * (twelve_bits & 4095)], PAIR_SIZE);
}

/* Encodes count groups of three bytes; returns where the output ends. Two at a
 * time as long as a third one is behind them. */
static uint8_t *
groups_encode(const uint8_t *in, size_t count, uint8_t *to)
{
	for (; count > 2; count -= 2, in += 6, to += 8) {
		const uint64_t word = word_at(in);

		pair_put(to, word >> 52);
		pair_put(to + 2, word >> 40);
		pair_put(to + 4, word >> 28);
		pair_put(to + 6, word >> 16);
	}
	for (; count > 0; count--, in += 3, to += 4) {
		const uint64_t group =
			(uint64_t)in[0] << 16 | (uint64_t)in[1] << 8 | in[2];

		pair_put(to, group >> 12);
		pair_put(to + 2, group);
	}
	return to;
}

/* Encodes all of bytes, padded; returns where the output ends. */
static uint8_t *
all_encode(struct am_bytes bytes, uint8_t *to)
{
	const size_t rest = bytes.len % 3;
	uint8_t last[3] = { 0 };
	size_t i;

	to = groups_encode(bytes.data, bytes.len / 3, to);
	if (rest == 0)
		return to;
	for (i = 0; i < rest; i++)
		last[i] = bytes.data[bytes.len - rest + i];
	to = groups_encode(last, 1, to);
	to[-1] = '=';
	if (rest == 1)
		to[-2] = '=';
	return to;
}

static uint8_t *
line_begin(struct am_base64 *enc, uint8_t *to)
{
	if (enc->begun && !enc->lf)
		*to++ = '\r';
	if (enc->begun)
		*to++ = '\n';
	enc->begun = true;
	return to;
}

static uint8_t *
line_encode(struct am_base64 *enc, const uint8_t *line, uint8_t *to)
{
	return groups_encode(line, AM_BASE64_LINE_BYTES / 3,
			     line_begin(enc, to));
}

static void
held_fill(struct am_base64 *enc, struct am_cursor *cur)
{
	while (cur->left > 0 && enc->held_len < AM_BASE64_LINE_BYTES)
		enc->held[enc->held_len++] = am_u8(cur);
}

/* The bytes from room to end were written. */
static void
room_used(struct am_buf *out, const uint8_t *room, const uint8_t *end)
{
	out->len += (size_t)(end - room);
	out->data[out->len] = '\0';
}

void
am_base64_add(struct am_base64 *enc, struct am_bytes bytes, struct am_buf *out)
{
	const size_t lines = bytes.len / AM_BASE64_LINE_BYTES + 1;
	uint8_t *const room = am_buf_room(out, lines * (LINE_CHARS + 2));
	struct am_cursor cur = am_cursor(bytes);
	uint8_t *to = room;

	if (room == NULL)
		return;
	if (enc->held_len > 0)
		held_fill(enc, &cur);
	if (enc->held_len == AM_BASE64_LINE_BYTES) {
		to = line_encode(enc, enc->held, to);
		enc->held_len = 0;
	}
	while (cur.left >= AM_BASE64_LINE_BYTES)
		to = line_encode(enc, am_take(&cur, AM_BASE64_LINE_BYTES).data,
				 to);
	held_fill(enc, &cur);
	room_used(out, room, to);
}

void
am_base64_end(struct am_base64 *enc, struct am_buf *out)
{
	const struct am_bytes rest = am_bytes(enc->held, enc->held_len);
	uint8_t *room;

	if (rest.len == 0)
		return;
	room = am_buf_room(out, LINE_CHARS + 2);
	if (room != NULL)
		room_used(out, room, all_encode(rest, line_begin(enc, room)));
	enc->held_len = 0;
}

void
am_base64_text(struct am_buf *out, struct am_bytes bytes)
{
	uint8_t *const room = am_buf_room(out, (bytes.len + 2) / 3 * 4);

	if (room != NULL)
		room_used(out, room, all_encode(bytes, room));
}
