/* The messages of a store in the order of design 6: folders depth first;
 * within a folder the rows of its contents table, then what no table lists by
 * NID; at the end orphans by NID. Every type-4 node of the NBT comes exactly
 * once. Needs little memory: a bit per NID index, and what no table lists. */
#ifndef AM_TRANSFER_WALK_H
#define AM_TRANSFER_WALK_H

#include "pst/messaging/store.h"

struct am_walk;

struct am_walk_item {
	struct am_node node;
	size_t folder; /* index in am_store_folders; SIZE_MAX: Orphans */
	int64_t message_status; /* PidTagMessageStatus of the table row; 0 */
	uint64_t number;	/* 0, 1, 2 ... */
};

/* Counts the messages with one pass over the NBT. The store must outlive the
 * walk and is used by it. walk_out: caller closes. AM_CORRUPT when no leaf of
 * the NBT is readable. */
enum am_status am_walk_open(struct am_store *store, struct am_walk **walk_out,
			    struct am_error *err);

/* NULL is fine. */
void am_walk_close(struct am_walk *walk);

/* How many pages of the NBT could not be read: the messages that they name, if
 * any, are not among those found. */
uint64_t am_walk_lost_pages(const struct am_walk *walk);

/* How many will come in all. */
uint64_t am_walk_found(const struct am_walk *walk);

/* A message that an earlier run has done, before the first am_walk_next: it
 * does not come again. AM_CORRUPT: that is no NID of a message. */
enum am_status
am_walk_done(struct am_walk *walk, uint32_t nid, struct am_error *err);

/* AM_END at the end. */
enum am_status am_walk_next(struct am_walk *walk, struct am_walk_item *item_out,
			    struct am_error *err);

/* The folder as the ledger names it: am_folder.path, or "Orphans". */
const char *am_walk_folder_path(const struct am_walk *walk, size_t folder);

#endif
