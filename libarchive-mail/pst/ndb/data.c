/* [MS-PST] 2.2.2.8.3.2 data trees. */
#include "pst/ndb/data.h"

#include <inttypes.h>

enum { BTYPE_DATA = 1, LEVEL_XBLOCK = 1, LEVEL_XXBLOCK = 2 };

enum am_status
am_data_tree_block_decode(const struct am_ndb_format *format,
			  struct am_bytes payload,
			  struct am_data_tree_block *out, struct am_error *err)
{
	struct am_cursor cur = am_cursor(payload);
	unsigned btype;

	btype = am_u8(&cur);
	out->level = am_u8(&cur);  /* cLevel */
	out->count = am_u16(&cur); /* cEnt */
	out->total = am_u32(&cur); /* lcbTotal */
	if (!am_cursor_ok(&cur) || btype != BTYPE_DATA)
		return am_fail(err, AM_CORRUPT, "XBLOCK.btype is %#x, want %#x",
			       btype, BTYPE_DATA);
	if (out->level != LEVEL_XBLOCK && out->level != LEVEL_XXBLOCK)
		return am_fail(err, AM_CORRUPT,
			       "XBLOCK.cLevel is %u, want 1 or 2", out->level);
	out->cut = out->count > cur.left / format->id_size;
	if (out->cut)
		out->count = cur.left / format->id_size;
	out->bids = am_take(&cur, out->count * format->id_size);
	return AM_OK;
}

static uint64_t
bid_at(const struct am_ndb *ndb, const struct am_data_tree_block *list,
       size_t i)
{
	const size_t size = ndb->format->id_size;
	struct am_bytes raw = { NULL, 0 };
	struct am_cursor cur;

	(void)am_slice(list->bids, i * size, size, &raw);
	cur = am_cursor(raw);
	return am_uint(&cur, size);
}

static void
cut_finding(struct am_ndb *ndb, const struct am_block *block, size_t count)
{
	struct am_error err;

	(void)am_fail_at(&err, AM_CORRUPT, block->ib,
			 "XBLOCK.cEnt of BID %#" PRIx64
			 " is more than the %zu that fit",
			 block->bid, count);
	am_ndb_block_finding(ndb, "data-tree", &err);
}

/* Reads an XBLOCK or XXBLOCK; level 0: either. buffer has am_block_room. */
static enum am_status
list_read(struct am_ndb *ndb, const struct am_block *block, unsigned level,
	  uint8_t *buffer, struct am_data_tree_block *list_out,
	  struct am_error *err)
{
	struct am_bytes payload;

	AM_TRY(am_block_read(ndb, block, buffer, &payload, err));
	AM_TRY(am_data_tree_block_decode(ndb->format, payload, list_out, err));
	if (level != 0 && list_out->level != level)
		return am_fail_at(err, AM_CORRUPT, block->ib,
				  "XBLOCK.cLevel of BID %#" PRIx64
				  " is %u, want %u",
				  block->bid, list_out->level, level);
	if (list_out->cut)
		cut_finding(ndb, block, list_out->count);
	return AM_OK;
}

/* The XBLOCK that an XXBLOCK refers to. */
static enum am_status
child_find(struct am_ndb *ndb, uint64_t bid, struct am_block *block_out,
	   struct am_error *err)
{
	if (!am_bid_is_internal(bid))
		return am_fail(err, AM_CORRUPT,
			       "XXBLOCK.rgbid has %#" PRIx64
			       ", which is not of an XBLOCK",
			       bid);
	return am_block_find(ndb, bid, block_out, err);
}

/* An unreadable XBLOCK counts as one unreadable block, so that what is before
 * it can be read. */
static size_t
child_length(struct am_data *data, uint64_t bid, uint64_t *budget)
{
	struct am_data_tree_block list;
	struct am_block block;

	if (child_find(data->ndb, bid, &block, NULL) != AM_OK ||
	    block.cb > *budget)
		return 1;
	*budget -= block.cb;
	if (list_read(data->ndb, &block, LEVEL_XBLOCK, data->list_buffer, &list,
		      NULL) != AM_OK)
		return 1;
	return list.count;
}

/* [MS-PST] 2.2.2.8.3.2.2 XXBLOCK: the blocks below are counted once, the BIDs
 * are not kept. Its children are different blocks, so together they are no
 * larger than the file. */
static enum am_status
xxblock_open(struct am_data *data, const struct am_data_tree_block *root,
	     struct am_error *err)
{
	uint64_t budget = data->ndb->info.file_size;
	size_t i;

	data->child_count = root->count;
	data->child_bids = am_arena_array(data->arena, root->count, uint64_t);
	data->child_firsts =
		am_arena_array(data->arena, root->count + 1, size_t);
	if (data->child_bids == NULL || data->child_firsts == NULL)
		return am_arena_failed(data->arena,
				       root->count * sizeof(size_t), err);
	for (i = 0; i < root->count; i++)
		data->child_bids[i] = bid_at(data->ndb, root, i);
	for (i = 0; i < root->count; i++)
		data->child_firsts[i + 1] =
			data->child_firsts[i] +
			child_length(data, data->child_bids[i], &budget);
	data->count = data->child_firsts[root->count];
	data->child = SIZE_MAX;
	return AM_OK;
}

/* The buffer of data->list. */
static enum am_status
list_buffer_make(struct am_data *data, size_t room, struct am_error *err)
{
	data->list_buffer = am_arena_raw(data->arena, room);
	if (data->list_buffer == NULL)
		return am_arena_failed(data->arena, room, err);
	return AM_OK;
}

static enum am_status
tree_open(struct am_data *data, struct am_error *err)
{
	struct am_ndb *ndb = data->ndb;
	struct am_data_tree_block root;
	struct am_block block;

	AM_TRY(am_block_find(ndb, data->bid, &block, err));
	AM_TRY(list_buffer_make(data, am_block_room(ndb, &block), err));
	AM_TRY(list_read(ndb, &block, 0, data->list_buffer, &root, err));
	data->level = root.level;
	data->size = root.total;
	data->list = root;
	data->count = root.count;
	if (root.level != LEVEL_XXBLOCK)
		return AM_OK;
	AM_TRY(list_buffer_make(data, am_block_room_max(ndb), err));
	return xxblock_open(data, &root, err);
}

enum am_status
am_data_open(struct am_ndb *ndb, uint64_t bid, struct am_arena *arena,
	     struct am_data **data_out, struct am_error *err)
{
	struct am_data *data = am_arena_new(arena, struct am_data);

	if (data == NULL)
		return am_arena_failed(arena, sizeof(*data), err);
	data->ndb = ndb;
	data->arena = arena;
	data->bid = bid;
	*data_out = data;
	if (am_bid_key(bid) == 0)
		return AM_OK;
	if (am_bid_is_internal(bid))
		return tree_open(data, err);
	AM_TRY(am_block_find(ndb, bid, &data->single, err));
	data->size = am_block_size(&data->single);
	data->count = 1;
	return AM_OK;
}

enum am_status
am_data_find_size(struct am_ndb *ndb, uint64_t bid, uint64_t *size_out,
		  struct am_error *err)
{
	struct am_data_tree_block root;
	struct am_bytes payload;
	struct am_block block;

	*size_out = 0;
	if (am_bid_key(bid) == 0)
		return AM_OK;
	if (!am_bid_is_internal(bid)) {
		AM_TRY(am_block_find(ndb, bid, &block, err));
		*size_out = am_block_size(&block);
		return AM_OK;
	}
	AM_TRY(am_kept_block_get(ndb, bid, &payload, err));
	AM_TRY(am_data_tree_block_decode(ndb->format, payload, &root, err));
	*size_out = root.total;
	return AM_OK;
}

size_t
am_data_block_count(const struct am_data *data)
{
	return data->count;
}

uint64_t
am_data_size(const struct am_data *data)
{
	return data->size;
}

/* The child of the XXBLOCK that the block belongs to. */
static size_t
child_of(const struct am_data *data, size_t index)
{
	size_t low = 0;
	size_t high = data->child_count;

	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;

		if (data->child_firsts[middle] <= index)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Makes data->list the XBLOCK that has the block. */
static enum am_status
list_enter(struct am_data *data, size_t index, struct am_error *err)
{
	const size_t child = child_of(data, index);
	struct am_block block;

	if (data->level != LEVEL_XXBLOCK || child == data->child)
		return AM_OK;
	data->child = SIZE_MAX;
	AM_TRY(child_find(data->ndb, data->child_bids[child], &block, err));
	AM_TRY(list_read(data->ndb, &block, LEVEL_XBLOCK, data->list_buffer,
			 &data->list, err));
	data->list_first = data->child_firsts[child];
	data->child = child;
	return AM_OK;
}

enum am_status
am_data_block_find(struct am_data *data, size_t index,
		   struct am_block *block_out, struct am_error *err)
{
	uint64_t bid;

	if (index >= data->count)
		return am_fail(err, AM_NOT_FOUND,
			       "the data has %zu blocks, not one more",
			       data->count);
	if (data->level == 0) {
		*block_out = data->single;
		return AM_OK;
	}
	AM_TRY(list_enter(data, index, err));
	bid = bid_at(data->ndb, &data->list, index - data->list_first);
	if (am_bid_is_internal(bid) || am_bid_key(bid) == 0)
		return am_fail(err, AM_CORRUPT,
			       "XBLOCK.rgbid[%zu] is %#" PRIx64
			       ", which is not of a data block",
			       index - data->list_first, bid);
	return am_block_find(data->ndb, bid, block_out, err);
}

static struct am_data_slot *
slot_find(struct am_data *data, size_t index)
{
	struct am_data_slot *oldest = data->slots;
	size_t i;

	if (data->recent != NULL && data->recent->stamp != 0 &&
	    data->recent->index == index)
		return data->recent;
	for (i = 0; i < AM_DATA_KEPT_BLOCKS; i++) {
		struct am_data_slot *slot = &data->slots[i];

		if (slot->stamp != 0 && slot->index == index)
			return slot;
		if (slot->stamp < oldest->stamp)
			oldest = slot;
	}
	return oldest;
}

/* A single block takes what it needs, the blocks of a tree share buffers of
 * full size. */
static enum am_status
slot_room(struct am_data *data, struct am_data_slot *slot,
	  const struct am_block *block, struct am_error *err)
{
	const size_t need = am_block_room(data->ndb, block);
	const size_t room =
		data->level == 0 ? need : am_block_room_max(data->ndb);

	if (slot->room >= need)
		return AM_OK;
	slot->buffer = am_arena_raw(data->arena, room);
	if (slot->buffer == NULL)
		return am_arena_failed(data->arena, room, err);
	slot->room = room;
	return AM_OK;
}

enum am_status
am_data_block(struct am_data *data, size_t index, struct am_bytes *block_out,
	      struct am_error *err)
{
	struct am_data_slot *slot = slot_find(data, index);
	struct am_block block;

	if (slot->stamp == 0 || slot->index != index) {
		slot->stamp = 0;
		AM_TRY(am_data_block_find(data, index, &block, err));
		AM_TRY(slot_room(data, slot, &block, err));
		AM_TRY(am_block_read(data->ndb, &block, slot->buffer,
				     &slot->payload, err));
		slot->index = index;
	}
	slot->stamp = ++data->clock;
	data->recent = slot;
	*block_out = slot->payload;
	return AM_OK;
}

enum am_status
am_data_count_stored(const struct am_data *data, const struct am_block *block,
		     uint64_t *stored, struct am_error *err)
{
	if (block->cb > data->ndb->info.file_size - *stored)
		return am_fail(err, AM_CORRUPT,
			       "the data tree of BID %#" PRIx64
			       " is larger than the file",
			       data->bid);
	*stored += block->cb;
	return AM_OK;
}

/* Room for the whole payload, as far as the BBT has it, and for one block. A
 * block that is not there ends the sum: reading ends there too. */
static enum am_status
room_count(struct am_data *data, size_t max, size_t *room_out,
	   struct am_error *err)
{
	struct am_block block;
	uint64_t stored = 0;
	size_t sum = 0;
	size_t i;

	for (i = 0; i < data->count; i++) {
		if (am_data_block_find(data, i, &block, NULL) != AM_OK ||
		    am_data_count_stored(data, &block, &stored, NULL) != AM_OK)
			break;
		sum += am_block_size(&block);
		if (sum > max)
			return am_fail(err, AM_LIMIT,
				       "the data has more than %zu bytes", max);
	}
	*room_out = sum + am_block_room_max(data->ndb);
	return AM_OK;
}

enum am_status
am_data_read(struct am_data *data, size_t max, struct am_arena *arena,
	     struct am_bytes *bytes_out, struct am_error *err)
{
	uint64_t stored = 0;
	uint8_t *buffer;
	size_t room = 0;
	size_t i;

	*bytes_out = am_bytes(NULL, 0);
	if (data->level == 0 && data->count == 1 && data->size <= max &&
	    data->arena == arena)
		return am_data_block(data, 0, bytes_out, err);
	AM_TRY(room_count(data, max, &room, err));
	buffer = am_arena_raw(arena, room);
	if (buffer == NULL)
		return am_arena_failed(arena, room, err);
	bytes_out->data = buffer;
	for (i = 0; i < data->count; i++) {
		struct am_bytes payload;
		struct am_block block;

		AM_TRY(am_data_block_find(data, i, &block, err));
		AM_TRY(am_data_count_stored(data, &block, &stored, err));
		if (am_block_room(data->ndb, &block) > room - bytes_out->len)
			return am_fail(err, AM_CORRUPT,
				       "the data of BID %#" PRIx64
				       " is longer than its blocks",
				       data->bid);
		AM_TRY(am_block_read(data->ndb, &block, buffer + bytes_out->len,
				     &payload, err));
		bytes_out->len += payload.len;
	}
	return AM_OK;
}
