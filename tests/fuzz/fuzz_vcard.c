/* Content lines of vCards: whatever a value is, it stays one line of one card.
 * The input: a byte that chooses version and kind of value, the value. */
#include "fuzz.h"
#include "vcard/card.h"
#include "vcard/data.h"

enum { MAX_CARD = 16 << 20 };

static void
value_write(struct am_vcard *card, unsigned kind, struct am_bytes value)
{
	am_vcard_name(card, "NOTE");
	if ((kind & 3) == 3)
		am_vcard_param(card, "X-NAME", value);
	am_vcard_colon(card);
	if ((kind & 3) == 0)
		am_vcard_text(card, value);
	else if ((kind & 3) == 1)
		am_vcard_component(card, value);
	else if ((kind & 3) == 2)
		am_vcard_uri(card, value);
	am_vcard_eol(card);
}

/* Five lines of at most 75 octets, all CRLF, all UTF-8, when unfolded. */
static void
card_check(struct am_bytes card)
{
	size_t line = 0;
	size_t lines = 0;
	size_t i;

	FUZZ_CHECK(am_utf8_is_valid(card));
	for (i = 0; i < card.len; i++) {
		const uint8_t c = card.data[i];

		FUZZ_CHECK(c >= ' ' || c == '\t' || c == '\r' || c == '\n');
		FUZZ_CHECK(c != 0x7f);
		if (c == '\r') {
			FUZZ_CHECK(i + 1 < card.len &&
				   card.data[i + 1] == '\n');
			i++;
			line = 0;
			lines += i + 1 == card.len || card.data[i + 1] != ' ';
			continue;
		}
		FUZZ_CHECK(c != '\n');
		FUZZ_CHECK(++line <= AM_VCARD_LINE_MAX);
	}
	FUZZ_CHECK(lines == 4);
}

static void
data_check(struct am_bytes value)
{
	struct am_arena arena = { .limit = 64 << 20 };
	struct am_buf out = am_buf(MAX_CARD);
	struct am_stream *content;
	struct am_stream *data;

	if (am_stream_of_bytes(&arena, value, &content, NULL) == AM_OK &&
	    am_vcard_data_open(&arena, content, &data, NULL) == AM_OK) {
		FUZZ_CHECK(am_stream_read_all(data, &out, NULL) == AM_OK);
		/* 75 octets for 54 bytes, the last line as long as needed */
		FUZZ_CHECK(out.len ==
			   (value.len / 54) * 75 +
				   (value.len % 54 > 0
					    ? 3 + (value.len % 54 + 2) / 3 * 4
					    : 0));
		am_stream_close(data);
	}
	am_buf_free(&out);
	am_arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_cursor cur = am_cursor(am_bytes(data, size));
	const unsigned kind = am_u8(&cur);
	const struct am_bytes value = am_take(&cur, cur.left);
	struct am_buf out = am_buf(MAX_CARD);
	struct am_vcard card = { .out = &out,
				 .version = (kind & 4) != 0 ? AM_VCARD_3
							    : AM_VCARD_4 };

	am_vcard_begin(&card);
	value_write(&card, kind, value);
	am_vcard_end(&card);
	if (am_buf_status(&out, NULL) == AM_OK)
		card_check(am_buf_bytes(&out));
	am_buf_free(&out);
	data_check(value);
	return 0;
}
