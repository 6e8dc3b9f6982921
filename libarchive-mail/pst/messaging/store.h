/* [MS-PST] 2.4.3 the message store, as the library itself sees it; the public
 * part is <archive-mail/store.h>. */
#ifndef AM_PST_MESSAGING_STORE_H
#define AM_PST_MESSAGING_STORE_H

#include <archive-mail/store.h>

#include "mapi/tags.h"
#include "pst/ltp/pc.h"
#include "pst/messaging/named_prop.h"

struct am_ndb *am_store_ndb(const struct am_store *store);

/* How many reads of the archive the system has failed so far. */
uint64_t am_store_read_failures(const struct am_store *store);

/* Findings about items go to report until the next call; NULL: among the
 * findings of the store. */
void am_store_set_report(struct am_store *store, struct am_report *report);
struct am_report *am_store_report(const struct am_store *store);

/* The store over a source (tests, fuzzing); source is then the store's to
 * close, also on failure. */
enum am_status
am_store_open_source(struct am_source *source,
		     const struct am_store_options *options,
		     struct am_store **store_out, struct am_error *err);

/* The property id that a named property has in this file; 0 if it has none. */
uint16_t am_store_named(const struct am_store *store, enum am_guid_set set,
			uint32_t lid);
uint16_t am_store_named_text(const struct am_store *store, enum am_guid_set set,
			     const char *name);

/* All names of the file; borrowed. */
const struct am_named_map *am_store_named_map(const struct am_store *store);

/* Index of the folder with this NID in am_store_folders, or SIZE_MAX; also
 * before the folders were read. */
size_t am_store_folder_index(const struct am_store *store, uint32_t nid);

/* [MS-PST] 2.4.3.2: the NID behind a 24-byte entry id of this very store; 0
 * when it is of another store or another kind (an OST's server ids are looked
 * up by PidTag 67F4 when the folders are read). */
uint32_t
am_store_entryid_nid(const struct am_store *store, struct am_bytes entryid);

#endif
