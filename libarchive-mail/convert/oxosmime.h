/* Bytes of signed and encrypted messages: CMS and line ends. */
#ifndef AM_CONVERT_OXOSMIME_H
#define AM_CONVERT_OXOSMIME_H

#include "base/buf.h"

/* RFC 5652 3 ContentInfo, in DER or BER: does head begin one? */
bool am_oxosmime_is_der(struct am_bytes head);

/* RFC 8551 3.2.2 the smime-type that goes with it; NULL when it is none that
 * is known. */
const char *am_oxosmime_type(struct am_bytes head);

/* Is it base64 of a ContentInfo? */
bool am_oxosmime_is_base64(struct am_bytes head);

/* Is there a CR without LF, or an LF without CR? *after_cr: the last byte up
 * to here was CR; false at the start. */
bool am_oxosmime_lone_ends(struct am_bytes piece, bool *after_cr);

/* Appends piece with LF for CR LF. *held_cr as above; a CR that does not come
 * before an LF is kept, but for one at the very end of all pieces. */
void
am_oxosmime_to_lf(struct am_bytes piece, bool *held_cr, struct am_buf *out);

#endif
