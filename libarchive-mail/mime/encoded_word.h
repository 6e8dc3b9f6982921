/* RFC 2047 encoded words: text of any script in an ASCII header. */
#ifndef AM_MIME_ENCODED_WORD_H
#define AM_MIME_ENCODED_WORD_H

#include "base/buf.h"

/* Longest encoded word; RFC 2047 2 allows 75, of which a comma behind it may
 * need one. */
enum { AM_ENCODED_WORD_MAX = 74 };

/* Writes text, which am_fold_clean made, as encoded words in UTF-8, each led
 * by a space or a fold: Q or B, whichever is shorter for the whole; a
 * character is never split, and no B word but the last is padded (readers
 * that join the words before they decode them stop at the padding). phrase:
 * in front of an address, where Q must escape more (RFC 2047 5 (3)). */
void am_encoded_words(struct am_buf *out, struct am_bytes text, bool phrase);

#endif
