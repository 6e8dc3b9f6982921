/* [MS-PST] 2.4.4 the folders of a store, while their tree is being read. The
 * result is what am_store_folders gives out.
 *
 * The steps, each of them linear (or a sort) in the number of folders and
 * without recursion: scan the NBT, read each folder's PC (folder_scan.c); link
 * the tree by nidParent and hierarchy tables, break cycles, bring it in order
 * (folder_tree.c); find the visible tree and the roles (folder_role.c); make
 * paths (folder_path.c). */
#ifndef AM_PST_MESSAGING_FOLDER_H
#define AM_PST_MESSAGING_FOLDER_H

#include "base/buf.h"
#include "pst/ltp/tc.h"
#include "pst/messaging/store_private.h"

enum {
	/* Folders that are read; the messages in further ones are orphans. */
	AM_FOLDER_MAX_COUNT = 1 << 18,

	/* Rows of all hierarchy tables together that are looked at. */
	AM_FOLDER_MAX_ROWS = 1 << 20,

	/* Bytes of a path; a longer one starts anew, as deep~0x<nid>. */
	AM_FOLDER_MAX_PATH = 32 << 10,

	/* Bytes: of all names, and of all names and paths. Beyond the first a
	 * name is left out, beyond the second a path is as if too long. */
	AM_FOLDER_MAX_NAMES = 16 << 20,
	AM_FOLDER_MAX_TEXTS = 40 << 20
};

/* The limits that hold for a store. */
static inline struct am_folder_limits
am_folder_limits_of(const struct am_store *store)
{
	struct am_folder_limits limits = store->limits;

	limits.count = limits.count > 0 ? limits.count : AM_FOLDER_MAX_COUNT;
	limits.rows = limits.rows > 0 ? limits.rows : AM_FOLDER_MAX_ROWS;
	limits.path = limits.path > 0 ? limits.path : AM_FOLDER_MAX_PATH;
	limits.names = limits.names > 0 ? limits.names : AM_FOLDER_MAX_NAMES;
	limits.texts = limits.texts > 0 ? limits.texts : AM_FOLDER_MAX_TEXTS;
	return limits;
}

#define AM_FOLDER_NONE SIZE_MAX
#define AM_FOLDER_NO_ROW UINT32_MAX

/* A folder, in the order of the NIDs. "Index" is a place in this order,
 * "place" one in the final list. */
struct am_folder_node {
	struct am_node node;
	size_t parent;	   /* index; AM_FOLDER_NONE: none */
	uint32_t row;	   /* in the hierarchy table of parent */
	bool parent_lost;  /* its nidParent is no folder */
	bool has_specials; /* carries 36D0 or 36D7 */
	bool is_hidden;	   /* PidTagAttributeHidden, later am_folder's */
	bool is_chain;	   /* the top of the visible tree or above it */
	bool is_inside;	   /* of the visible tree */
	enum am_role role;
	uint64_t server_counter; /* of PidTag 67F4; 0: none */
	uint64_t content_count;
	const char *name;
	const char *container_class;
};

/* Differences of one kind: they make one finding. */
struct am_folder_oddity {
	size_t count;
	uint32_t first; /* NID */
};

struct am_folder_tree {
	struct am_store *store;
	struct am_arena *arena; /* for the reading only */
	struct am_arena *texts; /* of names and paths, for the list's life */
	struct am_folder_node *nodes;
	size_t count;
	size_t *order;			/* indexes in the order of the list */
	struct am_folder_oddity ghosts; /* rows of folders that are no nodes */
	struct am_folder_oddity elsewhere; /* rows of folders of others */
	size_t root;	/* index of 0x122, or AM_FOLDER_NONE */
	size_t subtree; /* index of the top of the visible tree, or none */
	bool subtree_is_certain;
};

/* Index of the folder with this NID, or AM_FOLDER_NONE. */
size_t am_folder_tree_find(const struct am_folder_tree *tree, uint32_t nid);

/* Fills nodes with those of this type in the NBT, by NID; *over_out: how many
 * are beyond AM_FOLDER_MAX_COUNT. What is damaged is a finding. */
enum am_status am_folder_nodes(struct am_folder_tree *tree, unsigned type,
			       uint64_t *over_out, struct am_error *err);

/* Fills nodes, by NID, with what the NBT and the PCs say. */
enum am_status
am_folder_scan(struct am_folder_tree *tree, struct am_error *err);

/* Keeps name, in NFC, for the list's life; "" when there is no room. */
enum am_status
am_folder_keep_name(struct am_folder_tree *tree, const struct am_text *name,
		    const char **name_out, struct am_error *err);

/* The name as a part of a path: "/" and control characters as %XX. */
enum am_status
am_folder_component(struct am_arena *arena, const char *name,
		    const char **component_out, struct am_error *err);

/* Fills parent, row and order. */
enum am_status
am_folder_link(struct am_folder_tree *tree, struct am_error *err);

/* Fills subtree, role, is_chain, is_inside and is_hidden. */
enum am_status
am_folder_roles(struct am_folder_tree *tree, struct am_error *err);

/* Makes depth and path of the list's folders; their other members are there.
 * list[place] is nodes[order[place]]. */
enum am_status am_folder_paths(const struct am_folder_tree *tree,
			       struct am_folder *list, struct am_error *err);

#endif
