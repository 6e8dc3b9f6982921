/* [MS-PST] 2.3.2 BTree-on-Heap. */
#include "pst/ltp/bth.h"

#include <inttypes.h>

#include "base/cursor.h"

enum { BTH_TYPE = 0xb5, HID_SIZE = 4 };

/* [MS-PST] 2.3.2.1 BTHHEADER */
enum am_status
am_bth_open(struct am_hn *hn, uint32_t hid, struct am_bth *bth_out,
	    struct am_error *err)
{
	struct am_bytes header;
	struct am_cursor cur;
	unsigned type;

	AM_TRY(am_hn_get(hn, hid, NULL, &header, err));
	cur = am_cursor(header);
	type = am_u8(&cur); /* bType */
	bth_out->hn = hn;
	bth_out->key_size = am_u8(&cur);   /* cbKey */
	bth_out->entry_size = am_u8(&cur); /* cbEnt */
	bth_out->levels = am_u8(&cur);	   /* bIdxLevels */
	bth_out->root = am_u32(&cur);	   /* hidRoot */
	if (!am_cursor_ok(&cur) || type != BTH_TYPE)
		return am_fail(err, AM_CORRUPT,
			       "BTHHEADER.bType is %#x, want %#x", type,
			       BTH_TYPE);
	if (bth_out->key_size != 2 && bth_out->key_size != 4 &&
	    bth_out->key_size != 8 && bth_out->key_size != 16)
		return am_fail(err, AM_CORRUPT,
			       "BTHHEADER.cbKey is %u, want 2, 4, 8 or 16",
			       bth_out->key_size);
	if (bth_out->entry_size == 0 ||
	    bth_out->entry_size > AM_BTH_MAX_ENTRY_SIZE)
		return am_fail(err, AM_CORRUPT,
			       "BTHHEADER.cbEnt is %u, want 1 to %d",
			       bth_out->entry_size, AM_BTH_MAX_ENTRY_SIZE);
	if (bth_out->levels > AM_BTH_MAX_LEVELS)
		return am_fail(err, AM_CORRUPT,
			       "BTHHEADER.bIdxLevels is %u, want at most %d",
			       bth_out->levels, AM_BTH_MAX_LEVELS);
	return AM_OK;
}

static size_t
record_size(const struct am_bth *bth, unsigned level)
{
	return bth->key_size + (level > 0 ? HID_SIZE : bth->entry_size);
}

/* Record i of a node; a rest that is too short for one is ignored. */
static bool
record_at(const struct am_bth *bth, struct am_bytes node, unsigned level,
	  size_t i, struct am_bytes *key, struct am_bytes *data)
{
	const size_t size = record_size(bth, level);
	struct am_bytes record;
	struct am_cursor cur;

	if (i >= node.len / size || !am_slice(node, i * size, size, &record))
		return false;
	cur = am_cursor(record);
	*key = am_take(&cur, bth->key_size);
	*data = am_take(&cur, cur.left);
	return true;
}

/* Of a key of 16 bytes the lower half. */
static uint64_t
key_value(struct am_bytes key)
{
	struct am_cursor cur = am_cursor(key);

	return am_uint(&cur, key.len > 8 ? 8 : key.len);
}

/* The last record with at most this key. */
static bool
record_at_most(const struct am_bth *bth, struct am_bytes node, unsigned level,
	       uint64_t key, struct am_bytes *key_out,
	       struct am_bytes *data_out)
{
	size_t low = 0;
	size_t high = node.len / record_size(bth, level);

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (!record_at(bth, node, level, middle, key_out, data_out))
			return false;
		if (key_value(*key_out) <= key)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 &&
	       record_at(bth, node, level, low - 1, key_out, data_out);
}

static uint32_t
child_hid(struct am_bytes data)
{
	struct am_cursor cur = am_cursor(data);

	return am_u32(&cur);
}

enum am_status
am_bth_find(const struct am_bth *bth, uint64_t key,
	    uint8_t entry[AM_BTH_MAX_ENTRY_SIZE], struct am_error *err)
{
	uint32_t hid = bth->root;
	unsigned level = bth->levels;
	struct am_bytes found;
	struct am_bytes data;
	struct am_bytes node;
	struct am_cursor cur;
	size_t i;

	for (;;) {
		AM_TRY(am_hn_get(bth->hn, hid, NULL, &node, err));
		if (!record_at_most(bth, node, level, key, &found, &data))
			break;
		if (level-- == 0) {
			if (key_value(found) != key)
				break;
			cur = am_cursor(data);
			for (i = 0; i < bth->entry_size; i++)
				entry[i] = am_u8(&cur);
			return AM_OK;
		}
		hid = child_hid(data);
	}
	return am_fail(err, AM_NOT_FOUND,
		       "there is no key %#" PRIx64 " in the BTH", key);
}

struct walk {
	const struct am_bth *bth;
	am_bth_visit *visit;
	void *arg;
	uint64_t budget; /* bytes of nodes: they do not overlap */
	size_t lost;	 /* parts that were not readable */
};

static enum am_status
node_get(struct walk *walk, uint32_t hid, struct am_bytes *node_out,
	 struct am_error *err)
{
	AM_TRY(am_hn_get(walk->bth->hn, hid, NULL, node_out, err));
	if (node_out->len > walk->budget)
		return am_fail(err, AM_LIMIT,
			       "the nodes of a BTH are larger than its heap");
	walk->budget -= node_out->len;
	return AM_OK;
}

static enum am_status
leaf_walk(struct walk *walk, uint32_t hid, struct am_error *err)
{
	struct am_bytes node;
	struct am_bytes data;
	struct am_bytes key;
	size_t i;

	AM_TRY(node_get(walk, hid, &node, err));
	for (i = 0; record_at(walk->bth, node, 0, i, &key, &data); i++)
		AM_TRY(walk->visit(walk->arg, key, data, err));
	return AM_OK;
}

/* A part that is unreadable is a finding; a loop ends the walk. */
static enum am_status
part_status(struct walk *walk, enum am_status status,
	    const struct am_error *err)
{
	if (!am_is_damage(status))
		return status;
	walk->lost++;
	am_report_add(am_ndb_report(am_hn_ndb(walk->bth->hn)), "bth", err);
	return AM_OK;
}

/* The node is asked for again for each child, which may take its place in the
 * heap's blocks. */
static enum am_status
node_walk(struct walk *walk, uint32_t hid, unsigned level, struct am_error *err)
{
	const struct am_bth *bth = walk->bth;
	struct am_bytes node;
	struct am_bytes data;
	struct am_bytes key;
	size_t i;

	if (level == 0)
		return leaf_walk(walk, hid, err);
	AM_TRY(node_get(walk, hid, &node, err));
	for (i = 0; record_at(bth, node, level, i, &key, &data); i++) {
		AM_TRY(part_status(
			walk, node_walk(walk, child_hid(data), level - 1, err),
			err));
		AM_TRY(am_hn_get(bth->hn, hid, NULL, &node, err));
	}
	return AM_OK;
}

enum am_status
am_bth_walk_parts(const struct am_bth *bth, am_bth_visit *visit, void *arg,
		  size_t *lost_out, struct am_error *err)
{
	struct walk walk = { .bth = bth, .visit = visit, .arg = arg };
	struct am_error local;
	enum am_status status;

	*lost_out = 0;
	if (bth->root == 0)
		return AM_OK;
	walk.budget = am_hn_max_size(bth->hn);
	status = node_walk(&walk, bth->root, bth->levels,
			   err != NULL ? err : &local);
	*lost_out = walk.lost;
	return status;
}

enum am_status
am_bth_walk(const struct am_bth *bth, am_bth_visit *visit, void *arg,
	    struct am_error *err)
{
	size_t lost;

	return am_bth_walk_parts(bth, visit, arg, &lost, err);
}
