/* Text of RTF on its way to UTF-8: bytes in the code page of their font,
 * UTF-16 units of \u. */
#ifndef AM_RTF_RUN_H
#define AM_RTF_RUN_H

#include "base/decoder.h"

enum {
	/* Bytes that are decoded together; a longer run is decoded in parts. */
	AM_RTF_MAX_RUN = 4096,
	AM_RTF_DECODERS = 4 /* kept open */
};

/* caller: am_rtf_run_begin, am_rtf_run_close. */
struct am_rtf_run {
	uint64_t faults; /* bytes and units that stood for nothing */

	/* private */
	struct am_buf *to;
	unsigned page;
	unsigned fallback;
	uint8_t bytes[AM_RTF_MAX_RUN];
	size_t len;
	bool is_long;  /* a part of it was decoded already */
	uint32_t high; /* surrogate that waits for the low one; 0: none */
	struct am_buf text;
	struct {
		bool is_open;
		unsigned page;
		struct am_decoder decoder;
	} slots[AM_RTF_DECODERS];
	size_t next_slot;
};

void am_rtf_run_begin(struct am_rtf_run *run);
void am_rtf_run_close(struct am_rtf_run *run);

/* Adds bytes to the run, which ends when page or to are others than before.
 * page: of Windows, or one of fonts.h for symbols; what does not decode in it
 * is tried in fallback. */
void am_rtf_run_add(struct am_rtf_run *run, struct am_buf *to, unsigned page,
		    unsigned fallback, struct am_bytes bytes);

/* Ends the run: all of it is in to. A surrogate goes on waiting. */
void am_rtf_run_end(struct am_rtf_run *run);

/* Ends the run, and adds a code point, or a UTF-16 unit of \u. */
void am_rtf_run_code(struct am_rtf_run *run, struct am_buf *to, uint32_t code);

/* Nothing more comes: a surrogate that still waits is a fault. */
void am_rtf_run_finish(struct am_rtf_run *run, struct am_buf *to);

#endif
