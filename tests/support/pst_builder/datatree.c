/* [MS-PST] 2.2.2.8.3.2 Data tree: XBLOCK and XXBLOCK */
#include <stdlib.h>

#include "ndb.h"

static void
child_add(struct pb_data *data, uint64_t bid, uint64_t total)
{
	data->children = pb_grow(data->children, data->count, &data->size,
				 sizeof(*data->children));
	data->children[data->count].bid = bid;
	data->children[data->count].total = total;
	data->count++;
}

void
pb_data_add_block(struct pb_data *data, const void *bytes, size_t len)
{
	child_add(data, pb_block_write(data->ndb, bytes, len, false), len);
}

static void
part_flush(struct pb_data *data)
{
	if (data->part.len == 0)
		return;
	pb_data_add_block(data, data->part.data, data->part.len);
	data->part.len = 0;
}

void
pb_data_write(struct pb_data *data, const void *bytes, size_t len)
{
	const size_t max = pb_payload_max(data->ndb);
	const uint8_t *from = bytes;

	while (len > 0) {
		const size_t room = max - data->part.len;
		const size_t take = len < room ? len : room;

		if (take == max) {
			pb_data_add_block(data, from, take);
		} else {
			pb_buf_add(&data->part, from, take);
			if (data->part.len == max)
				part_flush(data);
		}
		from += take;
		len -= take;
	}
}

static size_t
entries_max(const struct pb_ndb *ndb)
{
	const size_t fit = (ndb->format->block_max - 8) / ndb->format->id_size;
	const size_t asked = ndb->options.block_entries;

	return asked > 0 && asked < fit ? asked : fit;
}

/* An XBLOCK (level 1) or XXBLOCK (level 2) over some children. */
static struct pb_data_child
xblock_write(struct pb_ndb *ndb, const struct pb_data_child *children,
	     size_t count, unsigned level)
{
	struct pb_buf block = { 0 };
	struct pb_data_child parent = { 0 };

	for (size_t i = 0; i < count; i++)
		parent.total += children[i].total;
	if (parent.total > UINT32_MAX)
		pb_die("a value of more than 4 GiB");
	pb_buf_int(&block, 1, 1);
	pb_buf_int(&block, 1, level);
	pb_buf_int(&block, 2, count);
	pb_buf_int(&block, 4, parent.total);
	for (size_t i = 0; i < count; i++)
		pb_buf_int(&block, ndb->format->id_size,
			   pb_bid_reference(ndb, children[i].bid));
	parent.bid = pb_block_write(ndb, block.data, block.len, true);
	pb_buf_free(&block);
	return parent;
}

/* Replaces the children by their parents. */
static void
level_add(struct pb_data *data, unsigned level)
{
	const size_t max = entries_max(data->ndb);
	size_t parents = 0;

	for (size_t i = 0; i < data->count; i += max) {
		const size_t left = data->count - i;

		data->children[parents++] =
			xblock_write(data->ndb, data->children + i,
				     left < max ? left : max, level);
	}
	data->count = parents;
}

uint64_t
pb_data_end(struct pb_data *data)
{
	uint64_t bid;

	part_flush(data);
	for (unsigned level = 1; data->count > 1; level++) {
		if (level > 2)
			pb_die("a value that needs more than an XXBLOCK");
		level_add(data, level);
	}
	bid = data->count > 0 ? data->children[0].bid : 0;
	free(data->children);
	pb_buf_free(&data->part);
	*data = (struct pb_data){ .ndb = data->ndb };
	return bid;
}

uint64_t
pb_data_of(struct pb_ndb *ndb, const void *bytes, size_t len)
{
	struct pb_data data = { .ndb = ndb };

	pb_data_write(&data, bytes, len);
	return pb_data_end(&data);
}
