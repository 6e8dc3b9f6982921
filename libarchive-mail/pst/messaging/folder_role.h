/* Finding folders by entry id, while the roles of folders are given. */
#ifndef AM_PST_MESSAGING_FOLDER_ROLE_H
#define AM_PST_MESSAGING_FOLDER_ROLE_H

#include "pst/messaging/folder.h"

struct am_folder_finder {
	struct am_folder_tree *tree;
	struct am_arena turn; /* for what is read to find */

	/* The objects that carry entry ids; each may be NULL. */
	const struct am_pc *store;
	const struct am_pc *inbox;
	const struct am_pc *root;

	/* What is damaged is as if absent; what ends the run stays here. */
	struct am_error fatal;
};

/* Was it AM_OK? Keeps cause when it is one that ends the run. */
bool am_folder_went_well(struct am_folder_finder *finder, enum am_status status,
			 const struct am_error *cause);

/* Index of the folder that an entry id in a property of carrier (which may be
 * NULL) means; item: which of a multi-valued one. AM_FOLDER_NONE when it is
 * not there, of another store, or means no folder. */
size_t
am_folder_by_property(struct am_folder_finder *finder,
		      const struct am_pc *carrier, uint16_t id, size_t item);

/* The PC of a folder in the finder's arena; NULL when it has none. */
const struct am_pc *am_folder_pc(struct am_folder_finder *finder, size_t index);

/* Index of the Inbox by the receive-folder table ([MS-OXOSFLD] 2.2.2). */
size_t am_folder_by_receive_table(struct am_folder_finder *finder);

/* Index of the folder that carries the entry ids of Calendar and Drafts: the
 * Inbox. One whose ids mean something here is preferred. Resets the finder's
 * arena. */
size_t am_folder_with_specials(struct am_folder_finder *finder);

/* Without regard to ASCII case; lower is in lower case. */
bool am_folder_text_is(const char *text, const char *lower);

#endif
