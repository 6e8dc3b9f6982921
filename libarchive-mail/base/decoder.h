/* From a code page to UTF-8, piece by piece. For whole texts see text.h.
 *
 * A byte that stands for nothing in the page is a fault: it is written as the
 * character it has in CP1252 (its gaps mapped 1:1), and decoding goes on with
 * the next byte. In UTF-16 and UTF-32 it is written as U+FFFD. */
#ifndef AM_BASE_DECODER_H
#define AM_BASE_DECODER_H

#include "base/buf.h"
#include "base/codepage.h"

/* A sequence that is cut by the end of a piece is never longer. */
enum { AM_DECODER_PENDING = 16 };

/* The character sets that a page with escapes can switch to. */
enum am_jis_set {
	AM_JIS_ASCII,
	AM_JIS_KANA, /* JIS X 0201, half-width katakana */
	AM_JIS_0208,
	AM_JIS_0212,
	AM_JIS_GB2312,
	AM_JIS_KSC5601,
	AM_JIS_SETS
};

struct am_decoder_handle {
	bool tried, open;
	iconv_t iconv;
};

/* Its members are private, but for faults. */
struct am_decoder {
	struct am_codepage page;
	uint64_t faults; /* bytes that stood for nothing, so far */
	bool started;	 /* a byte order mark may be the first thing only */
	enum am_jis_set set;
	bool kana_shift; /* SO was seen, SI not yet */
	struct am_decoder_handle handles[AM_JIS_SETS];
	uint8_t pending[AM_DECODER_PENDING];
	size_t pending_len;
};

/* False: the code page is not known here, and nothing is open. caller closes
 * with am_decoder_close. */
bool am_decoder_open(struct am_decoder *decoder, unsigned codepage);
void am_decoder_close(struct am_decoder *decoder);

/* Adds the text of raw to out, whose status tells of failures. What is cut at
 * the end of raw waits for the next piece; last says that there is none. A
 * byte order mark at the very start is dropped. */
void am_decoder_add(struct am_decoder *decoder, struct am_bytes raw, bool last,
		    struct am_buf *out);

/* For the files of the decoder: reads what it can from raw and returns how
 * much that was; the rest is cut. */
size_t am_decoder_jis(struct am_decoder *decoder, struct am_bytes raw,
		      bool last, struct am_buf *out);
size_t am_decoder_hz(struct am_decoder *decoder, struct am_bytes raw, bool last,
		     struct am_buf *out);
size_t
am_decoder_iconv(struct am_decoder *decoder, struct am_decoder_handle *handle,
		 struct am_bytes raw, struct am_buf *out);

/* Writes one code point; for a fault: am_decoder_fault. */
void am_decoder_put(struct am_buf *out, uint32_t code);
void
am_decoder_fault(struct am_decoder *decoder, uint8_t byte, struct am_buf *out);

#endif
