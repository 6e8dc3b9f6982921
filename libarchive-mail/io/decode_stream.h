/* A stream in some code page, read as UTF-8 (am_text_decode, piece by piece:
 * no size limit, sequences split over pieces are put together). */
#ifndef AM_IO_DECODE_STREAM_H
#define AM_IO_DECODE_STREAM_H

#include "base/text.h"
#include "io/stream.h"

/* raw stays the caller's to close, and must outlive the stream. *replaced_out
 * (may be NULL) becomes true when something was not decodable. codepage
 * AM_CP_UTF16LE means real UTF-16LE here; the choice by evidence is the
 * caller's, who has seen the text before (see convert/oxbbody). */
enum am_status
am_decode_stream_open(struct am_arena *arena, struct am_stream *raw,
		      unsigned codepage, bool *replaced_out,
		      struct am_stream **stream_out, struct am_error *err);

#endif
