/* [MS-OXOSFLD] 2.2.2 which folder is the Inbox. */
#include "pst/messaging/folder_role.h"

/* Folders that are asked whether they are the Inbox. */
enum { MAX_CANDIDATES = 16 };

bool
am_folder_text_is(const char *text, const char *lower)
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
receive_row_folder(const struct am_folder_finder *finder,
		   const struct am_tc *tc, const struct am_tc_row *row)
{
	struct am_prop prop;
	size_t folder;
	int64_t nid;

	if (!am_tc_cell(tc, row, AM_PID_RECEIVE_FOLDER_NID, &prop) ||
	    !am_prop_int(&prop, &nid) || nid <= 0 || nid > UINT32_MAX)
		return AM_FOLDER_NONE;
	folder = am_folder_tree_find(finder->tree, (uint32_t)nid);
	return folder == finder->tree->root ? AM_FOLDER_NONE : folder;
}

/* How well the row's message class speaks for the Inbox; 0: not at all. */
static int
receive_row_rank(struct am_folder_finder *finder, const struct am_tc *tc,
		 const struct am_tc_row *row)
{
	struct am_error cause = { 0 };
	struct am_prop prop;
	struct am_text text;

	if (!am_tc_cell(tc, row, AM_PID_MESSAGE_CLASS, &prop) ||
	    !am_folder_went_well(finder,
				 am_prop_text(&prop, AM_CP_1252, &finder->turn,
					      &text, &cause),
				 &cause) ||
	    text.data == NULL)
		return 0;
	if (am_folder_text_is(text.data, "ipm.note"))
		return 2;
	return am_folder_text_is(text.data, "ipm") ? 1 : 0;
}

static struct am_tc *
receive_table(struct am_folder_finder *finder)
{
	struct am_ndb *ndb = finder->tree->store->ndb;
	struct am_error cause = { 0 };
	struct am_node node;
	struct am_tc *tc;

	if (!am_folder_went_well(finder,
				 am_node_find(ndb, AM_NID_RECEIVE_FOLDER_TABLE,
					      &node, &cause),
				 &cause) ||
	    !am_folder_went_well(
		    finder, am_tc_open(ndb, &node, &finder->turn, &tc, &cause),
		    &cause))
		return NULL;
	return tc;
}

size_t
am_folder_by_receive_table(struct am_folder_finder *finder)
{
	struct am_tc *tc = receive_table(finder);
	size_t inbox = AM_FOLDER_NONE;
	struct am_error cause = { 0 };
	struct am_tc_row row;
	uint32_t position = 0;
	int best = 0;

	while (tc != NULL &&
	       am_folder_went_well(finder,
				   am_tc_next(tc, &position, &row, &cause),
				   &cause)) {
		const size_t folder = receive_row_folder(finder, tc, &row);
		const int rank = folder != AM_FOLDER_NONE
					 ? receive_row_rank(finder, tc, &row)
					 : 0;

		if (rank <= best)
			continue;
		best = rank;
		inbox = folder;
	}
	return inbox;
}

size_t
am_folder_with_specials(struct am_folder_finder *finder)
{
	const struct am_folder_tree *tree = finder->tree;
	size_t first = AM_FOLDER_NONE;
	unsigned tried = 0;
	size_t i;

	for (i = 0; i < tree->count && tried < MAX_CANDIDATES; i++) {
		const struct am_pc *pc;

		if (!tree->nodes[i].has_specials || i == tree->root)
			continue;
		if (tried++ == 0)
			first = i;
		am_arena_reset(&finder->turn);
		pc = am_folder_pc(finder, i);
		if (am_folder_by_property(finder, pc,
					  AM_PID_IPM_DRAFTS_ENTRY_ID,
					  0) != AM_FOLDER_NONE ||
		    am_folder_by_property(finder, pc,
					  AM_PID_IPM_APPOINTMENT_ENTRY_ID,
					  0) != AM_FOLDER_NONE)
			return i;
	}
	return first;
}
