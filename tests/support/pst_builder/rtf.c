/* [MS-OXRTFCP] Compressed RTF: a greedy encoder, slow and plain. */
#include <string.h>

#include "codec.h"
#include "message.h"

enum {
	WINDOW = 4096,
	PRESET = 207,
	MATCH_MAX = 17,
	MATCH_MIN = 2,
};

static const char preset[] =
	"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman "
	"\\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes "
	"New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
	"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

struct encoder {
	uint8_t window[WINDOW];
	unsigned at;	 /* write position in the window */
	unsigned filled; /* bytes of the window that mean something */
	struct pb_buf *out;
	size_t control_at; /* of the current control byte in out */
	unsigned tokens;   /* since then */
};

static void
token_begin(struct encoder *encoder, bool reference)
{
	if (encoder->tokens == 8) {
		encoder->tokens = 0;
		encoder->control_at = encoder->out->len;
		pb_buf_int(encoder->out, 1, 0);
	}
	if (reference)
		encoder->out->data[encoder->control_at] |=
			(uint8_t)(1u << encoder->tokens);
	encoder->tokens++;
}

static void
window_put(struct encoder *encoder, uint8_t byte)
{
	encoder->window[encoder->at] = byte;
	encoder->at = (encoder->at + 1) % WINDOW;
	if (encoder->filled < WINDOW)
		encoder->filled++;
}

static unsigned
match_length(const struct encoder *encoder, unsigned from, const uint8_t *text,
	     size_t len)
{
	unsigned n = 0;

	/* Not into the write position: the source would have changed. */
	while (n < len && n < MATCH_MAX && (from + n) % WINDOW != encoder->at &&
	       encoder->window[(from + n) % WINDOW] == text[n])
		n++;
	return n;
}

static unsigned
match_find(const struct encoder *encoder, const uint8_t *text, size_t len,
	   unsigned *from_out)
{
	unsigned best = 0;

	for (unsigned from = 0; from < encoder->filled; from++) {
		const unsigned n = match_length(encoder, from, text, len);

		if (n > best) {
			best = n;
			*from_out = from;
		}
	}
	return best;
}

static void
reference_put(struct encoder *encoder, unsigned from, unsigned len)
{
	const unsigned token = from << 4 | (len - MATCH_MIN);

	token_begin(encoder, true);
	pb_buf_int(encoder->out, 1, token >> 8);
	pb_buf_int(encoder->out, 1, token & 0xFF);
}

static void
encode(struct encoder *encoder, const uint8_t *rtf, size_t len)
{
	while (len > 0) {
		unsigned from = 0;
		unsigned n = match_find(encoder, rtf, len, &from);

		if (n >= MATCH_MIN) {
			reference_put(encoder, from, n);
		} else {
			n = 1;
			token_begin(encoder, false);
			pb_buf_int(encoder->out, 1, *rtf);
		}
		for (unsigned i = 0; i < n; i++)
			window_put(encoder, rtf[i]);
		rtf += n;
		len -= n;
	}
	/* A reference to the write position ends the stream. */
	reference_put(encoder, encoder->at, MATCH_MIN);
}

static void
container_put(struct pb_buf *out, size_t start, size_t raw, const char *type,
	      uint32_t crc)
{
	uint8_t *header = out->data + start;

	pb_put(header, 4, out->len - start - 4);
	pb_put(header + 4, 4, raw);
	memcpy(header + 8, type, 4);
	pb_put(header + 12, 4, crc);
}

void
pb_rtf_compress(struct pb_buf *out, const uint8_t *rtf, size_t len)
{
	const size_t start = out->len;
	struct encoder encoder = {
		.at = PRESET, .filled = PRESET, .out = out, .tokens = 8
	};

	memcpy(encoder.window, preset, PRESET);
	pb_buf_zero(out, 16);
	encode(&encoder, rtf, len);
	container_put(out, start, len, "LZFu",
		      pb_crc(out->data + start + 16, out->len - start - 16));
}

void
pb_rtf_store(struct pb_buf *out, const uint8_t *rtf, size_t len)
{
	const size_t start = out->len;

	pb_buf_zero(out, 16);
	pb_buf_add(out, rtf, len);
	container_put(out, start, len, "MELA", 0);
}
