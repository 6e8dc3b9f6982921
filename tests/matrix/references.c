/* What changes places, and what names itself. */
#include "matrix.h"

/* Offsets in internal blocks: [MS-PST] 2.2.2.8.3. */
enum { XBLOCK_HEADER = 8 };

/* ---- places ---- */

/* Two whole entries: only their order is wrong. */
static void
entries_swap(struct run *run, const struct block *a, const struct block *b)
{
	struct image *image = &run->image;

	if (!run_turn(run))
		return;
	image_swap(image, a->entry, b->entry, image->layout->up_entry);
	image_seal_page(
		image,
		image_page(image, a->entry - a->entry % image->layout->page));
	image_seal_page(
		image,
		image_page(image, b->entry - b->entry % image->layout->page));
	run_check(run, 0, true, "BBT entries swapped", a->bid, b->bid);
}

/* All but the keys: each names the other's block. */
static void
places_swap(struct run *run, const struct block *a, const struct block *b)
{
	struct image *image = &run->image;
	const size_t id = image->layout->id;

	if (!run_turn(run))
		return;
	image_swap(image, a->entry + id, b->entry + id,
		   image->layout->up_entry - id);
	run_check(run, a->owners | b->owners, false, "places swapped", a->bid,
		  b->bid);
}

static void
bytes_swap(struct run *run, const struct block *a, const struct block *b)
{
	if (a->size != b->size || !run_turn(run))
		return;
	image_swap(&run->image, a->ib, b->ib, a->size);
	run_check(run, a->owners | b->owners, false, "bytes swapped", a->bid,
		  b->bid);
}

void
swaps_try(struct run *run)
{
	const struct image *image = &run->image;
	size_t i, k;

	for (i = 0; i < image->block_count; i++)
		for (k = 0; k < i; k++) {
			entries_swap(run, &image->blocks[i], &image->blocks[k]);
			places_swap(run, &image->blocks[i], &image->blocks[k]);
			bytes_swap(run, &image->blocks[i], &image->blocks[k]);
		}
}

/* ---- loops ---- */

/* A reference of an inner page leads to the page itself, to one above it, or
 * to any other: to all pages in turn. */
static void
page_loops(struct run *run, const struct page *page)
{
	struct image *image = &run->image;
	const size_t id = image->layout->id;
	size_t i, k;

	for (i = 0; page->level > 0 && i < page->count; i++)
		for (k = 0; k < image->page_count; k++) {
			const uint64_t at = image_entry_at(image, page, i);
			const struct page *to = &image->pages[k];
			message_set set;

			if (!run_turn(run))
				continue;
			image_put(image, at + id, id, to->bid);
			image_put(image, at + 2 * id, id, to->ib);
			image_seal_page(image, page);
			set = oracle_page(image, page,
					  (size_t)(at + 2 * id - page->ib));
			run_check(run, set, true, "a page names one", page->ib,
				  to->ib);
		}
}

/* The root of one tree or the other is any page. */
static void
root_loops(struct run *run)
{
	struct image *image = &run->image;
	const size_t id = image->layout->id;
	size_t i, k;

	for (i = 0; i < 2; i++)
		for (k = 0; k < image->page_count; k++) {
			const struct page *to = &image->pages[k];
			const size_t at = image->layout->brefs + 2 * i * id;

			if (!run_turn(run))
				continue;
			image_put(image, at, id, to->bid);
			image_put(image, at + id, id, to->ib);
			image_seal_header(image);
			run_check(run, image_everybody(image), true,
				  "a root is the page", i, to->ib);
		}
}

/* The width bytes at a place in an internal block become the BIDs of all
 * internal blocks of the same owner, of itself above all. */
static void
bid_loops(struct run *run, const struct block *block, uint64_t at)
{
	struct image *image = &run->image;
	size_t i;

	for (i = 0; i < image->block_count; i++) {
		const struct block *to = &image->blocks[i];

		if ((to->role == ROLE_DATA || to->owners != block->owners) &&
		    to != block)
			continue;
		if (!run_turn(run))
			continue;
		image_put(image, at, image->layout->id, to->bid);
		image_seal_block(image, block);
		run_check(run, block->owners, true, "a block names one",
			  block->bid, to->bid);
	}
}

static void
block_loops(struct run *run, const struct block *block)
{
	const struct image *image = &run->image;
	const size_t id = image->layout->id;
	const size_t start = block->role == ROLE_SUB ? image->layout->sub_header
						     : XBLOCK_HEADER;
	size_t at;

	/* of an SLENTRY the NID as well: that is no reference, but no harm */
	for (at = start; block->role != ROLE_DATA && at + id <= block->cb;
	     at += id)
		bid_loops(run, block, block->ib + at);
}

/* A node's data and subnodes are each internal block of its own. */
static void
node_loops(struct run *run, const struct page *page)
{
	struct image *image = &run->image;
	const size_t id = image->layout->id;
	size_t i, k, which;

	if (page->tree != TREE_NBT || page->level > 0)
		return;
	for (i = 0; i < page->count; i++)
		for (which = 1; which <= 2; which++)
			for (k = 0; k < image->block_count; k++) {
				const uint64_t at =
					image_entry_at(image, page, i);
				const message_set own = image_node(
					image,
					(uint32_t)image_number(image, at, 4));

				if (own == 0 ||
				    image->blocks[k].owners != own ||
				    !run_turn(run))
					continue;
				image_put(image, at + which * id, id,
					  image->blocks[k].bid);
				image_seal_page(image, page);
				run_check(run, own, true,
					  "an NBT entry names a block", at,
					  image->blocks[k].bid);
			}
}

void
loops_try(struct run *run)
{
	const struct image *image = &run->image;
	size_t i;

	for (i = 0; i < image->page_count; i++) {
		page_loops(run, &image->pages[i]);
		node_loops(run, &image->pages[i]);
	}
	root_loops(run);
	for (i = 0; i < image->block_count; i++)
		block_loops(run, &image->blocks[i]);
}
