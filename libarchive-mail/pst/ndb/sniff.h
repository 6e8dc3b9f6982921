/* What a file is that is no PST, as a sentence for the person who gave it. */
#ifndef AM_PST_NDB_SNIFF_H
#define AM_PST_NDB_SNIFF_H

#include "io/source.h"

/* For a file that does not begin with "!BDN". AM_UNSUPPORTED with a sentence
 * that says what it is and what to do; AM_CORRUPT when it is a PST whose
 * header is lost; AM_IO. Never AM_OK. */
enum am_status am_sniff(struct am_source *source, struct am_error *err);

#endif
