/* Exchange's names for people, as the run sees them; the public part is
 * <archive-mail/transfer.h>. */
#ifndef AM_TRANSFER_EX_MAP_H
#define AM_TRANSFER_EX_MAP_H

#include <archive-mail/transfer.h>

#include "base/bytes.h"
#include "base/hash.h"

/* The address of a name (in lower case) in a map that was read; NULL: it has
 * none. Borrowed from the map. For any number of threads. */
const char *am_ex_map_find(const struct am_ex_map *map, const char *dn);

/* What was read, as a digest: two files of one content have the same. */
const uint8_t *am_ex_map_digest(const struct am_ex_map *map);

/* Adds to a map that is learned into, unless the name is there. */
enum am_status am_ex_map_add(struct am_ex_map *map, struct am_bytes dn,
			     struct am_bytes smtp, struct am_error *err);

#endif
