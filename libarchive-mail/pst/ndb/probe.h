/* What the header says of the variant and the encoding, checked against the
 * file itself: wrong stamps are among the commonest corruptions. */
#ifndef AM_PST_NDB_PROBE_H
#define AM_PST_NDB_PROBE_H

#include "pst/ndb/header.h"
#include "pst/ndb/state.h"

/* The variant whose root pages are where and what they must be; by wVer where
 * none or more than one is. AM_IO. */
enum am_status
am_probe_variant(struct am_source *source, struct am_bytes raw,
		 enum am_ndb_variant *variant_out, struct am_error *err);

/* The method under which a heap is found in the first nodes (tricky A15);
 * declared where none is. */
enum am_status
am_probe_crypt(struct am_ndb *ndb, enum am_ndb_crypt declared,
	       enum am_ndb_crypt *crypt_out, struct am_error *err);

#endif
