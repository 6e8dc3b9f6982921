/* Bytes that are others, and files that are too short. */
#include "matrix.h"

static const uint8_t masks[] = { 0x01, 0x80, 0xff };

enum { MASKS = sizeof(masks) };

static void
header_flips(struct run *run)
{
	struct image *image = &run->image;
	size_t at, i;
	int sealed;

	for (at = 0; at < image->layout->header; at++)
		for (i = 0; i < 2 * MASKS; i++) {
			if (!run_turn(run))
				continue;
			sealed = i >= MASKS;
			image_flip(image, at, masks[i % MASKS]);
			if (sealed)
				image_seal_header(image);
			run_check(run, oracle_header(image, at), sealed,
				  "header: byte, flipped by", at,
				  masks[i % MASKS]);
		}
}

/* An unused slot gets one value, everything else all of them. */
static void
page_byte_flips(struct run *run, const struct page *page, size_t at)
{
	struct image *image = &run->image;
	const size_t count = oracle_is_used(image, page, at) ? MASKS : 1;
	message_set set;
	size_t i;

	for (i = 0; i < 2 * count; i++) {
		if (!run_turn(run))
			continue;
		image_flip(image, page->ib + at, masks[i % count]);
		if (i >= count)
			image_seal_page(image, page);
		set = oracle_page(image, page, at);
		run_check(run, set, i >= count,
			  page->tree == TREE_NBT ? "NBT: page, byte"
						 : "BBT: page, byte",
			  page->ib, at);
	}
}

void
flips_try(struct run *run)
{
	struct image *image = &run->image;
	size_t i, at;

	header_flips(run);
	for (i = 0; i < image->page_count; i++)
		for (at = 0; at < image->layout->page; at++)
			page_byte_flips(run, &image->pages[i], at);
}

void
truncations_try(struct run *run)
{
	struct image *image = &run->image;
	size_t size;

	for (size = 0; size < image->full; size += 1024) {
		if (!run_turn(run))
			continue;
		image_truncate(image, size);
		run_check(run, oracle_truncated(image, size), false,
			  "cut: at, of", size, image->full);
	}
}
