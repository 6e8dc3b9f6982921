/* Places in the finished file, and the units they are part of */
#include "place.h"

#include <stdlib.h>
#include <string.h>

#include "header.h"
#include "inspect.h"

/* As far as "file N" reaches. */
enum { BYTES_MAX = 1 << 20 };

/* A node or, with slashes, a subnode of a subnode … */
struct node_place {
	struct pb_node_entry entry;
	bool top;	/* in the NBT; else in an SLBLOCK: */
	uint64_t block; /* its BID */
	size_t at;	/* the SLENTRY in it */
};

static bool
subnode_find(struct pb *pb, uint64_t sub, uint32_t nid, struct node_place *out)
{
	struct pb_subnodes subs = { 0 };
	bool found = false;

	pb_subnodes_read(&pb->ndb, sub, &subs);
	for (size_t i = 0; i < subs.count && !found; i++) {
		if (subs.items[i].entry.nid != nid)
			continue;
		out->entry = subs.items[i].entry;
		out->block = subs.items[i].block;
		out->at = subs.items[i].at;
		out->top = false;
		found = true;
	}
	pb_subnodes_free(&subs);
	return found;
}

static struct node_place
node_at(struct pb *pb, const struct pb_stmt *stmt, size_t i)
{
	char *path =
		pb_copy_text(pb_text_at(stmt, i), pb_word_at(stmt, i)->len);
	char *rest = path;
	struct node_place place = { .top = true };
	const struct pb_node_entry *node =
		pb_find_node(&pb->ndb, pb_nid_of(pb, stmt, strsep(&rest, "/")));

	if (node == NULL)
		pb_die_at(stmt, "no node %s", pb_text_at(stmt, i));
	place.entry = *node;
	while (rest != NULL) {
		const char *part = strsep(&rest, "/");

		if (!subnode_find(pb, place.entry.sub,
				  pb_nid_of(pb, stmt, part), &place))
			pb_die_at(stmt, "no subnode %s in %s", part,
				  pb_text_at(stmt, i));
	}
	free(path);
	return place;
}

static uint64_t
leaf_bid(struct pb *pb, const struct pb_stmt *stmt, uint64_t bid, uint64_t k)
{
	struct pb_bids leaves = { 0 };
	struct pb_bids inner = { 0 };
	uint64_t found;

	pb_data_tree_read(&pb->ndb, bid, &leaves, &inner);
	if (k >= leaves.count)
		pb_die_at(stmt, "there are only %zu data blocks", leaves.count);
	found = leaves.items[k];
	free(leaves.items);
	free(inner.items);
	return found;
}

/* NODE data, NODE data K (the K-th data block) or NODE sub */
static const struct pb_block_entry *
block_at(struct pb *pb, const struct pb_stmt *stmt, size_t *i)
{
	const struct node_place node = node_at(pb, stmt, *i);
	const bool sub = pb_word_is(stmt, *i + 1, "sub");
	uint64_t bid = sub ? node.entry.sub : node.entry.data;
	const struct pb_block_entry *block;
	uint64_t k;

	if (!sub && !pb_word_is(stmt, *i + 1, "data"))
		pb_die_at(stmt, "data or sub of which block?");
	*i += 2;
	if (!sub && *i < stmt->count &&
	    pb_number_parse(pb_text_at(stmt, *i), &k)) {
		bid = leaf_bid(pb, stmt, bid, k);
		(*i)++;
	}
	block = pb_find_block(&pb->ndb, bid);
	if (block == NULL)
		pb_die_at(stmt, "there is no such block");
	return block;
}

static const struct pb_page *
page_number(struct pb *pb, const struct pb_stmt *stmt, enum pb_ptype ptype,
	    unsigned level, uint64_t n)
{
	for (size_t i = 0; i < pb->ndb.pages.count; i++) {
		const struct pb_page *page = &pb->ndb.pages.items[i];

		if (page->ptype == (uint8_t)ptype && page->level == level &&
		    !page->dead && n-- == 0)
			return page;
	}
	pb_die_at(stmt, "there is no such page");
}

/* nbt|bbt root, nbt|bbt leaf N, nbt|bbt level L N, nbt of NODE */
static const struct pb_page *
page_at(struct pb *pb, const struct pb_stmt *stmt, size_t *i)
{
	const bool nbt = pb_word_is(stmt, *i, "nbt");
	const enum pb_ptype ptype = nbt ? PB_PTYPE_NBT : PB_PTYPE_BBT;
	const size_t form = *i + 1;

	if (!nbt && !pb_word_is(stmt, *i, "bbt"))
		pb_die_at(stmt, "a page of nbt or bbt?");
	if (pb_word_is(stmt, form, "root")) {
		*i += 2;
		return nbt ? &pb->ndb.nbt_root : &pb->ndb.bbt_root;
	}
	if (pb_word_is(stmt, form, "leaf")) {
		*i += 3;
		return page_number(pb, stmt, ptype, 0,
				   pb_number_at(stmt, form + 1));
	}
	if (pb_word_is(stmt, form, "level")) {
		*i += 4;
		return page_number(pb, stmt, ptype,
				   (unsigned)pb_number_at(stmt, form + 1),
				   pb_number_at(stmt, form + 2));
	}
	if (!pb_word_is(stmt, form, "of"))
		pb_die_at(stmt, "which page: root, leaf, level or of?");
	*i += 3;
	return pb_find_leaf(&pb->ndb, ptype,
			    node_at(pb, stmt, form + 1).entry.nid);
}

static struct pb_place
page_place(const struct pb *pb, const struct pb_page *page)
{
	const struct pb_format *format = &pb->format;
	struct pb_place place = { .kind = PB_UNIT_PAGE,
				  .ib = page->ib,
				  .size = format->page_size,
				  .ptype = (enum pb_ptype)page->ptype };

	place.entry_size = page->level > 0		 ? format->bt_entry
			   : page->ptype == PB_PTYPE_NBT ? format->nbt_entry
							 : format->bbt_entry;
	return place;
}

static struct pb_place
block_place(const struct pb *pb, const struct pb_block_entry *block)
{
	return (struct pb_place){
		.kind = PB_UNIT_BLOCK,
		.ib = block->ib,
		.size = (size_t)pb_block_size(&pb->format, block->stored),
		.bid = block->bid,
		.stored = block->stored,
	};
}

static struct pb_place
header_place(struct pb *pb, const struct pb_stmt *stmt, size_t *i)
{
	const struct pb_field *field =
		pb_header_field(&pb->format, pb_text_at(stmt, *i));
	struct pb_place place = { .kind = PB_UNIT_HEADER,
				  .size = pb->format.header_size };

	if (field == NULL)
		pb_die_at(stmt, "no header field \"%s\"", pb_text_at(stmt, *i));
	place.at = pb_field_at(&pb->format, field);
	place.width = pb_field_size(&pb->format, field);
	(*i)++;
	return place;
}

/* Offset of an entry in its leaf, by its key. */
static size_t
entry_offset(struct pb *pb, const struct pb_stmt *stmt,
	     const struct pb_place *page, uint64_t key)
{
	uint8_t *bytes = pb_unit_read(pb, page);
	size_t at = 0;

	while (pb_get(bytes + at, pb->format.id_size) != key) {
		at += page->entry_size;
		if (at + page->entry_size > pb->format.bt_area)
			pb_die_at(stmt, "the entry is not in its page");
	}
	free(bytes);
	return at;
}

/* node NODE FIELD: in its NBT entry, or its SLENTRY */
static struct pb_place
node_place(struct pb *pb, const struct pb_stmt *stmt, size_t *i)
{
	const struct node_place node = node_at(pb, stmt, *i);
	struct pb_place place;

	(*i)++;
	if (node.top) {
		place = page_place(pb, pb_find_leaf(&pb->ndb, PB_PTYPE_NBT,
						    node.entry.nid));
		pb_entry_field(pb, stmt, i,
			       entry_offset(pb, stmt, &place, node.entry.nid),
			       &place);
	} else {
		place = block_place(pb, pb_find_block(&pb->ndb, node.block));
		pb_subnode_field(pb, stmt, i, node.at, &place);
	}
	return place;
}

/* bbt NODE data|sub [K] FIELD: in the block's BBT entry */
static struct pb_place
bbt_place(struct pb *pb, const struct pb_stmt *stmt, size_t *i)
{
	const struct pb_block_entry *block = block_at(pb, stmt, i);
	struct pb_place place = page_place(
		pb, pb_find_leaf(&pb->ndb, PB_PTYPE_BBT, block->bid));

	pb_entry_field(pb, stmt, i, entry_offset(pb, stmt, &place, block->bid),
		       &place);
	return place;
}

/* +N: that many bytes further, where there is no field. */
static void
plus_apply(const struct pb_stmt *stmt, size_t *i, struct pb_place *place)
{
	uint64_t plus;

	if (*i >= stmt->count || stmt->words[*i].text[0] != '+')
		return;
	if (!pb_number_parse(stmt->words[*i].text + 1, &plus))
		pb_die_at(stmt, "\"%s\" is no distance", stmt->words[*i].text);
	place->at += (size_t)plus;
	place->width = 0;
	(*i)++;
}

static size_t
bytes_after(struct pb *pb, const struct pb_stmt *stmt, uint64_t ib)
{
	const uint64_t size = pb_space_size(&pb->ndb.space);

	if (ib > size)
		pb_die_at(stmt, "the place is past the end");
	return size - ib < BYTES_MAX ? (size_t)(size - ib) : BYTES_MAX;
}

struct pb_place
pb_place_at(struct pb *pb, const struct pb_stmt *stmt, size_t *i)
{
	const size_t what = (*i)++;
	struct pb_place place = { .kind = PB_UNIT_BYTES };

	if (pb_word_is(stmt, what, "file")) {
		place.ib = pb_number_at(stmt, (*i)++);
		place.size = bytes_after(pb, stmt, place.ib);
	} else if (pb_word_is(stmt, what, "header")) {
		place = header_place(pb, stmt, i);
	} else if (pb_word_is(stmt, what, "page")) {
		place = page_place(pb, page_at(pb, stmt, i));
		pb_page_field(pb, stmt, i, &place);
	} else if (pb_word_is(stmt, what, "block")) {
		place = block_place(pb, block_at(pb, stmt, i));
		pb_block_field(pb, stmt, i, &place);
	} else if (pb_word_is(stmt, what, "node")) {
		place = node_place(pb, stmt, i);
	} else if (pb_word_is(stmt, what, "bbt")) {
		place = bbt_place(pb, stmt, i);
	} else {
		pb_die_at(stmt, "\"%s\" is no place", pb_text_at(stmt, what));
	}
	plus_apply(stmt, i, &place);
	if (place.at > place.size)
		pb_die_at(stmt, "the place is past the end");
	return place;
}

uint64_t
pb_reference_at(struct pb *pb, const struct pb_stmt *stmt, size_t *i)
{
	const size_t what = (*i)++;

	if (pb_word_is(stmt, what, "bid-of"))
		return block_at(pb, stmt, i)->bid;
	if (pb_word_is(stmt, what, "ib-of"))
		return block_at(pb, stmt, i)->ib;
	if (pb_word_is(stmt, what, "page-bid"))
		return page_at(pb, stmt, i)->bid;
	if (pb_word_is(stmt, what, "page-ib"))
		return page_at(pb, stmt, i)->ib;
	if (pb_word_is(stmt, what, "nid-of"))
		return node_at(pb, stmt, (*i)++).entry.nid;
	return pb_number_at(stmt, what);
}
