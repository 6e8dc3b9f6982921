/* [MS-PST] 2.4.4 Folders, as a tree in memory with their tables open. */
#ifndef PB_FOLDER_H
#define PB_FOLDER_H

#include "builder.h"

struct pb_folder {
	const struct pb_stmt *stmt; /* NULL: not in the recipe */
	char *name;
	size_t name_len;
	const char *role; /* NULL, or inbox, sent, … */
	const char *class;
	uint32_t nid;
	uint32_t parent_nid; /* as written, right or wrong */
	bool search;
	struct pb_folder *parent;
	struct pb_folder *first;
	struct pb_folder *last;
	struct pb_folder *next;
	struct pb_tc *contents; /* NULL until there is a row */
	struct pb_tc *assoc;
	struct pb_props row; /* its row in the parent's hierarchy table */
	uint32_t count;
	uint32_t unread;
	uint32_t assoc_count;
};

/* Makes the tree and gives out NIDs. */
void pb_folders_plan(struct pb *pb);
/* Writes the messages, in the order of the recipe. */
void pb_folders_fill(struct pb *pb);
/* Writes tables and PCs. */
void pb_folders_write(struct pb *pb);
void pb_folders_free(struct pb_folder *folder);

/* "@label", a NID, or a path below the IPM subtree ("Inbox/Travel"). */
struct pb_folder *
pb_folder_at(struct pb *pb, const struct pb_stmt *stmt, size_t i);
/* The folder itself or one below it, or NULL. */
struct pb_folder *pb_folder_with_nid(struct pb_folder *folder, uint32_t nid);
/* The first folder with the role, or NULL. */
struct pb_folder *pb_folder_with_role(struct pb *pb, const char *role);
struct pb_folder *
pb_folder_add(struct pb *pb, struct pb_folder *parent, const char *name,
	      size_t name_len, uint32_t nid);
uint32_t pb_folder_next_nid(struct pb *pb);

/* Adds a row for a message to the contents or FAI table. */
void pb_folder_list(struct pb *pb, struct pb_folder *folder, uint32_t nid,
		    const struct pb_props *props, bool associated);
/* An entry in the row index of the contents table, without a row. */
void pb_folder_index(struct pb *pb, struct pb_folder *folder, uint32_t nid,
		     uint32_t index);

#endif
