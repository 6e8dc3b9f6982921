/* [MS-OXOSFLD] 2.2 what folders are for, by entry id and never by name; and
 * where the visible tree begins ([MS-PST] 2.4.3, pst-format 13). */
#include "pst/messaging/folder_role.h"

enum {
	/* bytes: the properties of one folder, the receive-folder table */
	TURN_LIMIT = 8 << 20,

	OST_INBOX_NID = 0x2182,

	/* [MS-OXOSFLD] 2.2.4 PidTagAdditionalRenEntryIds: the junk folder */
	JUNK_ITEM = 4
};

static size_t
folder_named(const struct am_folder_tree *tree, const char *lower)
{
	size_t i;

	for (i = 0; i < tree->count; i++)
		if (am_folder_text_is(tree->nodes[i].name, lower))
			return i;
	return AM_FOLDER_NONE;
}

static size_t
parent_of(const struct am_folder_tree *tree, size_t index)
{
	return index == AM_FOLDER_NONE ? index : tree->nodes[index].parent;
}

/* Where the visible tree begins: PidTagIpmSubTreeEntryId, else the places that
 * give it away (pst-format 13). */
static void
subtree_find(struct am_folder_finder *finder, size_t specials, size_t receive)
{
	struct am_folder_tree *tree = finder->tree;
	size_t top = am_folder_by_property(finder, finder->store,
					   AM_PID_IPM_SUBTREE_ENTRY_ID, 0);

	if (top == AM_FOLDER_NONE)
		top = parent_of(tree, specials);
	if (top == AM_FOLDER_NONE)
		top = parent_of(tree, receive);
	if (top == AM_FOLDER_NONE)
		top = folder_named(tree, "ipm_subtree");
	tree->subtree_is_certain = top != AM_FOLDER_NONE;
	if (top == AM_FOLDER_NONE)
		top = tree->root;
	tree->subtree = top;
	for (; top != AM_FOLDER_NONE; top = tree->nodes[top].parent)
		tree->nodes[top].is_chain = true;
}

/* Search root and views: what is in them is not the user's mail. */
static void
internal_hide(struct am_folder_finder *finder)
{
	static const uint16_t ids[] = { AM_PID_FINDER_ENTRY_ID,
					AM_PID_VIEWS_ENTRY_ID,
					AM_PID_COMMON_VIEWS_ENTRY_ID };
	struct am_folder_node *nodes = finder->tree->nodes;
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const size_t index =
			am_folder_by_property(finder, finder->store, ids[i], 0);

		if (index != AM_FOLDER_NONE && !nodes[index].is_chain)
			nodes[index].is_hidden = true;
	}
}

/* Parents come before their children in the order. What has lost its parent
 * may have been visible, and is taken for it. */
static void
visibility_spread(struct am_folder_tree *tree)
{
	static const struct am_folder_node none = { .is_chain = true };
	size_t place;

	for (place = 0; place < tree->count; place++) {
		const size_t index = tree->order[place];
		struct am_folder_node *folder = &tree->nodes[index];
		const struct am_folder_node *parent =
			folder->parent != AM_FOLDER_NONE
				? &tree->nodes[folder->parent]
				: &none;

		folder->is_inside = !tree->subtree_is_certain ||
				    index == tree->subtree ||
				    folder->parent_lost || parent->is_inside;
		if (folder->is_chain)
			folder->is_hidden = !folder->is_inside;
		else if (!folder->is_inside ||
			 (!parent->is_chain && parent->is_hidden))
			folder->is_hidden = true;
	}
}

/* In the order of priority where two roles fall on one folder (mapi-to-mime
 * 14, rule 5). */
static const struct role_source {
	enum am_role role;
	uint16_t id;
	size_t item;
	bool of_folders; /* the Inbox, then the root folder */
	bool of_store;
} role_sources[] = {
	{ AM_ROLE_SENT, AM_PID_IPM_SENT_MAIL_ENTRY_ID, 0, false, true },
	{ AM_ROLE_DELETED, AM_PID_IPM_WASTEBASKET_ENTRY_ID, 0, false, true },
	{ AM_ROLE_DRAFTS, AM_PID_IPM_DRAFTS_ENTRY_ID, 0, true, false },
	{ AM_ROLE_JUNK, AM_PID_ADDITIONAL_REN_ENTRY_IDS, JUNK_ITEM, true,
	  false },
	{ AM_ROLE_ARCHIVE, AM_PID_IPM_ARCHIVE_ENTRY_ID, 0, true, true },
	{ AM_ROLE_OUTBOX, AM_PID_IPM_OUTBOX_ENTRY_ID, 0, false, true },
	{ AM_ROLE_CALENDAR, AM_PID_IPM_APPOINTMENT_ENTRY_ID, 0, true, false },
	{ AM_ROLE_CONTACTS, AM_PID_IPM_CONTACT_ENTRY_ID, 0, true, false },
	{ AM_ROLE_TASKS, AM_PID_IPM_TASK_ENTRY_ID, 0, true, false },
	{ AM_ROLE_NOTES, AM_PID_IPM_NOTE_ENTRY_ID, 0, true, false },
	{ AM_ROLE_JOURNAL, AM_PID_IPM_JOURNAL_ENTRY_ID, 0, true, false },
};

/* A role falls on a folder of the visible tree that has none yet. */
static bool
role_give(struct am_folder_tree *tree, size_t index, enum am_role role)
{
	struct am_folder_node *folder;

	if (index == AM_FOLDER_NONE)
		return false;
	folder = &tree->nodes[index];
	if (!folder->is_inside || folder->is_chain ||
	    folder->role != AM_ROLE_NONE)
		return false;
	folder->role = role;
	return true;
}

static void
role_find(struct am_folder_finder *finder, const struct role_source *source)
{
	const struct am_pc *const carriers[] = {
		source->of_folders ? finder->inbox : NULL,
		source->of_folders ? finder->root : NULL,
		source->of_store ? finder->store : NULL,
	};
	size_t i;

	for (i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++) {
		const size_t index = am_folder_by_property(
			finder, carriers[i], source->id, source->item);

		if (role_give(finder->tree, index, source->role))
			return;
	}
}

/* An OST's store has no entry ids of Sent Items and the like; but Outlook makes
 * its first folders at fixed NIDs, below those that are handed out (whose
 * index starts at 0x400). Where the Inbox is at its place, so are they. */
static void
ost_roles_give(struct am_folder_tree *tree, size_t inbox)
{
	static const struct {
		uint32_t nid;
		enum am_role role;
	} places[] = {
		{ 0x2162, AM_ROLE_DELETED },
		{ 0x21a2, AM_ROLE_OUTBOX },
		{ 0x21c2, AM_ROLE_SENT },
	};
	size_t i;

	if (strcmp(tree->store->info.client, "OST") != 0 ||
	    inbox == AM_FOLDER_NONE ||
	    tree->nodes[inbox].node.nid != OST_INBOX_NID)
		return;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const size_t index = am_folder_tree_find(tree, places[i].nid);

		if (parent_of(tree, index) == tree->nodes[inbox].parent)
			(void)role_give(tree, index, places[i].role);
	}
}

static void
roles_give(struct am_folder_finder *finder, size_t inbox)
{
	size_t i;

	(void)role_give(finder->tree, inbox, AM_ROLE_INBOX);
	finder->inbox = am_folder_pc(finder, inbox);
	finder->root = am_folder_pc(finder, finder->tree->root);
	for (i = 0; i < sizeof(role_sources) / sizeof(role_sources[0]); i++)
		role_find(finder, &role_sources[i]);
	ost_roles_give(finder->tree, inbox);
}

enum am_status
am_folder_roles(struct am_folder_tree *tree, struct am_error *err)
{
	struct am_folder_finder finder = { .tree = tree,
					   .turn = { .limit = TURN_LIMIT },
					   .store = tree->store->pc };
	const size_t receive = am_folder_by_receive_table(&finder);
	const size_t specials = am_folder_with_specials(&finder);

	am_arena_reset(&finder.turn);
	subtree_find(&finder, specials, receive);
	internal_hide(&finder);
	visibility_spread(tree);
	roles_give(&finder, receive != AM_FOLDER_NONE ? receive : specials);
	am_arena_free(&finder.turn);
	if (finder.fatal.status != AM_OK)
		return am_store_pass(err, &finder.fatal);
	return AM_OK;
}
