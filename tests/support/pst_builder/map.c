/* --map: where everything lies */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect.h"

struct map {
	struct pb_ndb *ndb;
	FILE *out;
};

static void
pages_write(struct map *map)
{
	for (size_t i = 0; i < map->ndb->pages.count; i++) {
		const struct pb_page *page = &map->ndb->pages.items[i];

		fprintf(map->out,
			"{\"kind\":\"page\",\"tree\":\"%s\",\"level\":%u,"
			"\"key\":\"%#" PRIx64 "\",\"bid\":\"%#" PRIx64
			"\",\"offset\":%" PRIu64 ",\"size\":%u,\"dead\":%s}\n",
			page->ptype == PB_PTYPE_NBT ? "nbt" : "bbt",
			page->level, page->key, page->bid, page->ib,
			map->ndb->format->page_size,
			page->dead ? "true" : "false");
	}
}

static void
block_write(struct map *map, const char *path, const char *role, size_t index,
	    uint64_t bid)
{
	const struct pb_block_entry *entry = pb_find_block(map->ndb, bid);

	if (entry == NULL)
		pb_die("no block %#" PRIx64, bid);
	fprintf(map->out,
		"{\"kind\":\"block\",\"node\":\"%s\",\"role\":\"%s\","
		"\"index\":%zu,\"bid\":\"%#" PRIx64 "\",\"offset\":%" PRIu64
		",\"cb\":%u,\"inflated\":%u,\"size\":%" PRIu64 "}\n",
		path, role, index, entry->bid, entry->ib, entry->stored,
		entry->inflated,
		pb_block_size(map->ndb->format, entry->stored));
}

static void
data_write(struct map *map, const char *path, uint64_t bid)
{
	struct pb_bids leaves = { 0 };
	struct pb_bids inner = { 0 };

	pb_data_tree_read(map->ndb, bid, &leaves, &inner);
	for (size_t i = 0; i < inner.count; i++)
		block_write(map, path, "xblock", i, inner.items[i]);
	for (size_t i = 0; i < leaves.count; i++)
		block_write(map, path, "data", i, leaves.items[i]);
	free(leaves.items);
	free(inner.items);
}

static void
node_write(struct map *map, const char *path, const struct pb_node_entry *node)
{
	struct pb_subnodes subs = { 0 };

	fprintf(map->out,
		"{\"kind\":\"node\",\"node\":\"%s\",\"parent\":\"%#" PRIx32
		"\",\"data\":\"%#" PRIx64 "\",\"sub\":\"%#" PRIx64 "\"}\n",
		path, node->parent, node->data, node->sub);
	data_write(map, path, node->data);
	pb_subnodes_read(map->ndb, node->sub, &subs);
	for (size_t i = 0; i < subs.inner_count; i++)
		block_write(map, path, "sub", i, subs.inner[i].bid);
	for (size_t i = 0; i < subs.count; i++) {
		struct pb_buf below = { 0 };

		pb_buf_printf(&below, "%s/%#" PRIx32, path,
			      subs.items[i].entry.nid);
		pb_buf_zero(&below, 1);
		node_write(map, (char *)below.data, &subs.items[i].entry);
		pb_buf_free(&below);
	}
	pb_subnodes_free(&subs);
}

void
pb_map_write(struct pb_ndb *ndb, const char *path)
{
	struct map map = { .ndb = ndb, .out = fopen(path, "wb") };

	if (map.out == NULL)
		pb_die("%s: %s", path, strerror(errno));
	fprintf(map.out,
		"{\"kind\":\"header\",\"offset\":0,\"size\":%u,"
		"\"eof\":%" PRIu64 "}\n",
		ndb->format->header_size, pb_space_size(&ndb->space));
	pages_write(&map);
	for (size_t i = 0; i < ndb->nodes.count; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%#" PRIx32,
			 ndb->nodes.items[i].nid);
		node_write(&map, name, &ndb->nodes.items[i]);
	}
	if (fclose(map.out) != 0)
		pb_die("%s: %s", path, strerror(errno));
}
