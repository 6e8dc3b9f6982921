/* Entry ids in a recipe. */
#ifndef PB_ENTRYID_H
#define PB_ENTRYID_H

#include "builder.h"

/* Appends what a word "eid:..." describes; false when it is none. */
bool pb_entryid_add(struct pb *pb, const struct pb_stmt *stmt, const char *word,
		    struct pb_buf *out);

/* [MS-OXOCNTC] 2.2.2.2.4: the members that the words from first on describe,
 * each followed by its one-off entry id. */
void pb_dlstream_add(struct pb *pb, const struct pb_stmt *stmt, size_t first,
		     struct pb_buf *out);

#endif
