/* [MS-PST] 2.4.3.2 EntryIDs of folders, and the ids a server gave them. */
#include "mapi/entryid.h"
#include "pst/messaging/folder_role.h"

bool
am_folder_went_well(struct am_folder_finder *finder, enum am_status status,
		    const struct am_error *cause)
{
	if (status != AM_OK && status != AM_END && !am_is_item_scoped(status))
		finder->fatal = *cause;
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
entryid_folder(struct am_folder_finder *finder, struct am_bytes raw)
{
	const uint32_t nid = am_store_entryid_nid(finder->tree->store, raw);
	struct am_error cause = { 0 };
	struct am_entryid id;

	if (nid != 0)
		return am_folder_tree_find(finder->tree, nid);
	if (!am_folder_went_well(finder,
				 am_entryid_decode(raw, AM_CP_1252,
						   &finder->turn, &id, &cause),
				 &cause) ||
	    id.kind != AM_ENTRYID_SERVER_FOLDER)
		return AM_FOLDER_NONE;
	return server_folder(finder->tree, id.counter);
}

/* The bytes of a binary property, or of one item of a multi-valued one. */
static bool
property_item(struct am_folder_finder *finder, const struct am_pc *carrier,
	      uint16_t id, size_t item, struct am_bytes *raw_out)
{
	struct am_error cause = { 0 };
	struct am_bytes *items;
	struct am_prop prop;
	size_t count;

	if (carrier == NULL || !am_pc_find(carrier, id, &prop))
		return false;
	if ((prop.type & AM_TYPE_MULTIPLE) == 0)
		return item == 0 &&
		       am_folder_went_well(finder,
					   am_prop_bytes(&prop, 0,
							 &finder->turn, raw_out,
							 &cause),
					   &cause);
	if (!am_folder_went_well(
		    finder,
		    am_prop_items(&prop, &finder->turn, &items, &count, &cause),
		    &cause) ||
	    item >= count)
		return false;
	*raw_out = items[item];
	return true;
}

size_t
am_folder_by_property(struct am_folder_finder *finder,
		      const struct am_pc *carrier, uint16_t id, size_t item)
{
	struct am_bytes raw;

	if (!property_item(finder, carrier, id, item, &raw))
		return AM_FOLDER_NONE;
	return entryid_folder(finder, raw);
}

const struct am_pc *
am_folder_pc(struct am_folder_finder *finder, size_t index)
{
	struct am_error cause = { 0 };
	struct am_pc *pc;

	if (index == AM_FOLDER_NONE ||
	    !am_folder_went_well(finder,
				 am_pc_open(finder->tree->store->ndb,
					    &finder->tree->nodes[index].node,
					    &finder->turn, &pc, &cause),
				 &cause))
		return NULL;
	return pc;
}
