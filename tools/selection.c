/* Which messages, and how they are read. */
#include "selection.h"

void
am_selection_apply(const struct am_selection *selection,
		   const struct am_ex_map *ex_map,
		   struct am_transfer_options *options)
{
	options->dedup = selection->dedup;
	options->folders = selection->folders;
	options->exclude_folders = selection->exclude_folders;
	options->classes = selection->classes;
	if (selection->since.given)
		options->since = &selection->since.time;
	if (selection->until.given)
		options->until = &selection->until.time;
	options->codepage = selection->codepage;
	options->ex_map = ex_map;
}
