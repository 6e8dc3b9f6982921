/* [MS-OXOSFLD] 2.2 what folders are for, by entry id and never by name; and
 * where the visible tree begins ([MS-PST] 2.4.3, pst-format 13). */
#include "mapi/entryid.h"
#include "pst/messaging/folder.h"

enum {
	/* bytes: the properties of one folder, the receive-folder table */
	TURN_LIMIT = 8 << 20,

	/* Folders that are asked whether they are the Inbox. */
	MAX_CANDIDATES = 16,

	OST_INBOX_NID = 0x2182,

	/* [MS-OXOSFLD] 2.2.4 PidTagAdditionalRenEntryIds: the junk folder */
	JUNK_ITEM = 4
};

struct roles {
	struct am_folder_tree *tree;
	struct am_arena turn;

	/* The objects that carry entry ids; each may be NULL. */
	const struct am_pc *store;
	const struct am_pc *inbox;
	const struct am_pc *root;

	/* What is damaged is as if absent; what ends the run stays here. */
	struct am_error fatal;
};

static bool
went_well(struct roles *roles, enum am_status status,
	  const struct am_error *cause)
{
	if (status != AM_OK && status != AM_END && !am_is_item_scoped(status))
		roles->fatal = *cause;
	return status == AM_OK;
}

/* The folder that alone carries this server id, or none. */
static size_t
server_folder(const struct am_folder_tree *tree, uint64_t counter)
{
	size_t found = AM_FOLDER_NONE;
	size_t i;

	for (i = 0; i < tree->count && counter != 0; i++) {
		if (tree->nodes[i].server_counter != counter)
			continue;
		if (found != AM_FOLDER_NONE)
			return AM_FOLDER_NONE;
		found = i;
	}
	return found;
}

/* The folder an entry id means, or none: one of this very store, or the
 * server's. */
static size_t
entryid_folder(struct roles *roles, struct am_bytes raw)
{
	const uint32_t nid = am_store_entryid_nid(roles->tree->store, raw);
	struct am_error cause = { 0 };
	struct am_entryid id;

	if (nid != 0)
		return am_folder_tree_find(roles->tree, nid);
	if (!went_well(roles,
		       am_entryid_decode(raw, AM_CP_1252, &roles->turn, &id,
					 &cause),
		       &cause) ||
	    id.kind != AM_ENTRYID_SERVER_FOLDER)
		return AM_FOLDER_NONE;
	return server_folder(roles->tree, id.counter);
}

/* The bytes of a binary property, or of one item of a multi-valued one. */
static bool
property_item(struct roles *roles, const struct am_pc *carrier, uint16_t id,
	      size_t item, struct am_bytes *raw_out)
{
	struct am_error cause = { 0 };
	struct am_bytes *items;
	struct am_prop prop;
	size_t count;

	if (carrier == NULL || !am_pc_find(carrier, id, &prop))
		return false;
	if ((prop.type & AM_TYPE_MULTIPLE) == 0)
		return item == 0 &&
		       went_well(roles,
				 am_prop_bytes(&prop, 0, &roles->turn, raw_out,
					       &cause),
				 &cause);
	if (!went_well(
		    roles,
		    am_prop_items(&prop, &roles->turn, &items, &count, &cause),
		    &cause) ||
	    item >= count)
		return false;
	*raw_out = items[item];
	return true;
}

static size_t
property_folder(struct roles *roles, const struct am_pc *carrier, uint16_t id,
		size_t item)
{
	struct am_bytes raw;

	if (!property_item(roles, carrier, id, item, &raw))
		return AM_FOLDER_NONE;
	return entryid_folder(roles, raw);
}

static const struct am_pc *
folder_pc(struct roles *roles, size_t index)
{
	struct am_error cause = { 0 };
	struct am_pc *pc;

	if (index == AM_FOLDER_NONE ||
	    !went_well(roles,
		       am_pc_open(roles->tree->store->ndb,
				  &roles->tree->nodes[index].node, &roles->turn,
				  &pc, &cause),
		       &cause))
		return NULL;
	return pc;
}

static bool
text_is(const char *text, const char *lower)
{
	for (; *text != '\0' && *lower != '\0'; text++, lower++)
		if (*text != *lower && !(*text >= 'A' && *text <= 'Z' &&
					 *text - 'A' + 'a' == *lower))
			return false;
	return *text == *lower;
}

/* A row of the receive-folder table: the folder it names, or none. Archives
 * receive nothing; their rows name the root folder. */
static size_t
receive_row_folder(const struct roles *roles, const struct am_tc *tc,
		   const struct am_tc_row *row)
{
	struct am_prop prop;
	size_t folder;
	int64_t nid;

	if (!am_tc_cell(tc, row, AM_PID_RECEIVE_FOLDER_NID, &prop) ||
	    !am_prop_int(&prop, &nid) || nid <= 0 || nid > UINT32_MAX)
		return AM_FOLDER_NONE;
	folder = am_folder_tree_find(roles->tree, (uint32_t)nid);
	return folder == roles->tree->root ? AM_FOLDER_NONE : folder;
}

/* How well the row's message class speaks for the Inbox; 0: not at all. */
static int
receive_row_rank(struct roles *roles, const struct am_tc *tc,
		 const struct am_tc_row *row)
{
	struct am_error cause = { 0 };
	struct am_prop prop;
	struct am_text text;

	if (!am_tc_cell(tc, row, AM_PID_MESSAGE_CLASS, &prop) ||
	    !went_well(roles,
		       am_prop_text(&prop, AM_CP_1252, &roles->turn, &text,
				    &cause),
		       &cause) ||
	    text.data == NULL)
		return 0;
	if (text_is(text.data, "ipm.note"))
		return 2;
	return text_is(text.data, "ipm") ? 1 : 0;
}

static struct am_tc *
receive_table(struct roles *roles)
{
	struct am_ndb *ndb = roles->tree->store->ndb;
	struct am_error cause = { 0 };
	struct am_node node;
	struct am_tc *tc;

	if (!went_well(roles,
		       am_node_find(ndb, AM_NID_RECEIVE_FOLDER_TABLE, &node,
				    &cause),
		       &cause) ||
	    !went_well(roles, am_tc_open(ndb, &node, &roles->turn, &tc, &cause),
		       &cause))
		return NULL;
	return tc;
}

/* The Inbox by the receive-folder table ([MS-OXOSFLD] 2.2.2), or none. */
static size_t
receive_folder(struct roles *roles)
{
	struct am_tc *tc = receive_table(roles);
	size_t inbox = AM_FOLDER_NONE;
	struct am_error cause = { 0 };
	struct am_tc_row row;
	uint32_t position = 0;
	int best = 0;

	while (tc != NULL &&
	       went_well(roles, am_tc_next(tc, &position, &row, &cause),
			 &cause)) {
		const size_t folder = receive_row_folder(roles, tc, &row);
		const int rank = folder != AM_FOLDER_NONE
					 ? receive_row_rank(roles, tc, &row)
					 : 0;

		if (rank <= best)
			continue;
		best = rank;
		inbox = folder;
	}
	return inbox;
}

/* The folder that carries the entry ids of Calendar and Drafts: the Inbox.
 * One whose ids mean something here is preferred. */
static size_t
specials_folder(struct roles *roles)
{
	const struct am_folder_tree *tree = roles->tree;
	size_t first = AM_FOLDER_NONE;
	unsigned tried = 0;
	size_t i;

	for (i = 0; i < tree->count && tried < MAX_CANDIDATES; i++) {
		const struct am_pc *pc;

		if (!tree->nodes[i].has_specials || i == tree->root)
			continue;
		if (tried++ == 0)
			first = i;
		am_arena_reset(&roles->turn);
		pc = folder_pc(roles, i);
		if (property_folder(roles, pc, AM_PID_IPM_DRAFTS_ENTRY_ID, 0) !=
			    AM_FOLDER_NONE ||
		    property_folder(roles, pc, AM_PID_IPM_APPOINTMENT_ENTRY_ID,
				    0) != AM_FOLDER_NONE)
			return i;
	}
	return first;
}

static size_t
folder_named(const struct am_folder_tree *tree, const char *lower)
{
	size_t i;

	for (i = 0; i < tree->count; i++)
		if (text_is(tree->nodes[i].name, lower))
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
subtree_find(struct roles *roles, size_t specials, size_t receive)
{
	struct am_folder_tree *tree = roles->tree;
	size_t top = property_folder(roles, roles->store,
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
internal_hide(struct roles *roles)
{
	static const uint16_t ids[] = { AM_PID_FINDER_ENTRY_ID,
					AM_PID_VIEWS_ENTRY_ID,
					AM_PID_COMMON_VIEWS_ENTRY_ID };
	struct am_folder_node *nodes = roles->tree->nodes;
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const size_t index =
			property_folder(roles, roles->store, ids[i], 0);

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
role_find(struct roles *roles, const struct role_source *source)
{
	const struct am_pc *const carriers[] = {
		source->of_folders ? roles->inbox : NULL,
		source->of_folders ? roles->root : NULL,
		source->of_store ? roles->store : NULL,
	};
	size_t i;

	for (i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++) {
		const size_t index = property_folder(roles, carriers[i],
						     source->id, source->item);

		if (role_give(roles->tree, index, source->role))
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
roles_give(struct roles *roles, size_t inbox)
{
	size_t i;

	(void)role_give(roles->tree, inbox, AM_ROLE_INBOX);
	roles->inbox = folder_pc(roles, inbox);
	roles->root = folder_pc(roles, roles->tree->root);
	for (i = 0; i < sizeof(role_sources) / sizeof(role_sources[0]); i++)
		role_find(roles, &role_sources[i]);
	ost_roles_give(roles->tree, inbox);
}

enum am_status
am_folder_roles(struct am_folder_tree *tree, struct am_error *err)
{
	struct roles roles = { .tree = tree,
			       .turn = { .limit = TURN_LIMIT },
			       .store = tree->store->pc };
	const size_t receive = receive_folder(&roles);
	const size_t specials = specials_folder(&roles);

	am_arena_reset(&roles.turn);
	subtree_find(&roles, specials, receive);
	internal_hide(&roles);
	visibility_spread(tree);
	roles_give(&roles, receive != AM_FOLDER_NONE ? receive : specials);
	am_arena_free(&roles.turn);
	if (roles.fatal.status != AM_OK)
		return am_store_pass(err, &roles.fatal);
	return AM_OK;
}
