/* What the writers of header fields share: the column, folding, and the
 * characters that may come near a header at all. */
#ifndef AM_MIME_FOLD_H
#define AM_MIME_FOLD_H

#include "base/buf.h"

enum {
	/* RFC 2047 2: a line with an encoded word has at most 76 columns. All
	 * lines are folded there, less one for a comma, which also keeps
	 * RFC 5322's 78. */
	AM_FOLD_COLUMN = 75,
	/* A word that cannot be broken is, when it is longer than this: no
	 * line may have more than 998 bytes (RFC 5322 2.1.1). */
	AM_FOLD_WORD_MAX = 900,
	AM_FIELD_NAME_MAX = 76,
	/* Bytes on the stack where a scratch buffer begins: most values fit. */
	AM_FOLD_SCRATCH = 512
};

/* Bytes since the last line end of out. */
size_t am_fold_column(const struct am_buf *out);

/* "Name:". Bytes that no field name has become "-". */
void am_fold_name(struct am_buf *out, const char *name);

/* A line end, if len bytes more would not fit the line at hand. What comes
 * next must be a space. */
void am_fold_before(struct am_buf *out, size_t len);

/* lead, the white space before the word, and the word, folded if needed; but
 * the first word stays behind "Name:", as some readers take a fold there for a
 * part of the value. */
void
am_fold_word(struct am_buf *out, struct am_bytes lead, struct am_bytes word);

/* Printable ASCII, folded between words; runs of white space become one
 * space, everything else is dropped. */
void am_fold_ascii(struct am_buf *out, struct am_bytes value);

void am_fold_end(struct am_buf *out);

/* Text as it may stand in a header: TAB, CR, LF and CRLF become a space, the
 * other C0 controls and DEL are dropped, malformed UTF-8 becomes U+FFFD. What
 * is clean already is returned as it is; else scratch holds the result. */
struct am_bytes am_fold_clean(struct am_buf *scratch, struct am_bytes text);

/* Frees scratch; a failure it has had becomes one of out. */
void am_fold_scratch_free(struct am_buf *scratch, struct am_buf *out);

/* Without the spaces at both ends. */
struct am_bytes am_fold_trim(struct am_bytes text);

/* Nothing but 0x20 to 0x7e? */
bool am_fold_is_printable(struct am_bytes text);

/* Would a reader take it for an encoded word: is "=?" in it? */
bool am_fold_looks_encoded(struct am_bytes text);

#endif
