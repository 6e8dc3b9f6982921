/* zlib streams of one block, bounded. */
#ifndef AM_PST_NDB_INFLATE_H
#define AM_PST_NDB_INFLATE_H

#include "base/bytes.h"
#include "base/error.h"

struct am_inflater;

/* caller closes with am_inflater_close; NULL: AM_NOMEM. */
struct am_inflater *am_inflater_open(void);
void am_inflater_close(struct am_inflater *inflater);

enum am_inflate_wrap { AM_INFLATE_ZLIB, AM_INFLATE_RAW };

/* Inflates one stream from in to out, at most room bytes. Returns how many
 * bytes are in out; *whole_out: the stream ended, with the right checksum. */
size_t
am_inflate(struct am_inflater *inflater, enum am_inflate_wrap wrap,
	   struct am_bytes in, uint8_t *out, size_t room, bool *whole_out);

#endif
