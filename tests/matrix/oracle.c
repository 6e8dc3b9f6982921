/* Whom a damage may concern. */
#include "oracle.h"

message_set
oracle_header(const struct image *image, size_t offset)
{
	const size_t id = image->layout->id;
	const size_t nbt_ib = image->layout->brefs + id;
	const size_t bbt_ib = image->layout->brefs + 3 * id;

	if ((offset >= nbt_ib && offset < nbt_ib + id) ||
	    (offset >= bbt_ib && offset < bbt_ib + id))
		return image_everybody(image);
	return 0;
}

/* Of all entries from the first on. */
static message_set
entries_from(const struct image *image, const struct page *page, size_t first)
{
	const size_t id = image->layout->id;
	message_set set = 0;
	size_t i;

	for (i = first; i < page->count; i++) {
		const uint8_t *at =
			image->clean + image_entry_at(image, page, i);
		const struct page *child;
		const struct block *block;

		if (page->level > 0) {
			child = image_page(image, number_at(at + 2 * id, id));
			set |= child != NULL ? child->under : 0;
		} else if (page->tree == TREE_NBT) {
			set |= image_node(image, (uint32_t)number_at(at, 4));
		} else {
			block = image_block(image,
					    number_at(at, id) & ~UINT64_C(1));
			set |= block != NULL ? block->owners : 0;
		}
	}
	return set;
}

static message_set
entry_own(const struct image *image, const struct page *page, size_t i)
{
	struct page first = *page;

	first.count = i + 1;
	return entries_from(image, &first, i);
}

/* Does the change of the number of width bytes at a place go beyond its lowest
 * bit? Bit 0 of a BID is reserved, and readers leave it out. */
static bool
is_other_bid(const struct image *image, uint64_t at)
{
	const size_t id = image->layout->id;

	return (number_at(image->clean + at, id) ^
		image_number(image, at, id)) > 1;
}

/* NBTENTRY: nid (its upper half in Unicode files means nothing), bidData,
 * bidSub, nidParent. Who takes another's NID may stand before him. */
static message_set
nbt_entry(const struct image *image, const struct page *page, size_t i,
	  size_t offset)
{
	const uint64_t at = image_entry_at(image, page, i);
	const size_t id = image->layout->id;
	const message_set own = entry_own(image, page, i);

	if (offset < 4)
		return own |
		       image_node(image, (uint32_t)image_number(image, at, 4));
	if (offset < id || offset >= 3 * id)
		return 0;
	return is_other_bid(image, at + offset / id * id) ? own : 0;
}

/* BBTENTRY: BREF, cb, and in 4K files the size inflated, else cRef. */
static message_set
bbt_entry(const struct image *image, const struct page *page, size_t i,
	  size_t offset)
{
	const uint64_t at = image_entry_at(image, page, i);
	const size_t id = image->layout->id;
	const size_t sizes = image->layout->page == 512 ? 2 : 4;
	const message_set own = entry_own(image, page, i);
	const struct block *taken;

	if (offset >= 2 * id + sizes)
		return 0;
	if (offset >= id)
		return own;
	if (!is_other_bid(image, at))
		return 0;
	taken = image_block(image, image_number(image, at, id) & ~UINT64_C(1));
	return own | (taken != NULL ? taken->owners : 0);
}

/* BTENTRY: btkey, BREF. Where the child is alone decides; whose keys are in
 * it, the child knows. */
static message_set
up_entry(const struct image *image, const struct page *page, size_t i,
	 size_t offset)
{
	const size_t id = image->layout->id;

	return offset < 2 * id ? 0 : entry_own(image, page, i);
}

/* cEnt, cEntMax, cbEnt, cLevel. */
static message_set
counters(const struct image *image, const struct page *page, size_t offset)
{
	const size_t count = image->layout->count;
	const uint64_t at = page->ib + image->layout->entries;

	if (offset < count)
		return entries_from(image, page,
				    (size_t)image_number(image, at, count));
	if (offset < 2 * count || offset >= 2 * count + 2)
		return 0;
	return page->under;
}

bool
oracle_is_used(const struct image *image, const struct page *page,
	       size_t offset)
{
	return offset < page->count * image_entry_size(image, page) ||
	       offset >= image->layout->entries;
}

message_set
oracle_page(const struct image *image, const struct page *page, size_t offset)
{
	const size_t size = image_entry_size(image, page);
	const size_t i = offset / size;

	if (offset >= image->layout->page - image->layout->trailer)
		return 0;
	if (offset >= image->layout->entries)
		return counters(image, page, offset - image->layout->entries);
	if (!oracle_is_used(image, page, offset))
		return 0;
	if (page->level > 0)
		return up_entry(image, page, i, offset % size);
	if (page->tree == TREE_NBT)
		return nbt_entry(image, page, i, offset % size);
	return bbt_entry(image, page, i, offset % size);
}

message_set
oracle_truncated(const struct image *image, size_t size)
{
	message_set set = 0;
	size_t i;

	if (size < image->layout->header)
		return image_everybody(image);
	for (i = 0; i < image->page_count; i++)
		if (image->pages[i].ib + image->layout->page > size)
			set |= image->pages[i].under;
	for (i = 0; i < image->block_count; i++)
		if (image->blocks[i].ib + image->blocks[i].size > size)
			set |= image->blocks[i].owners;
	return set;
}
