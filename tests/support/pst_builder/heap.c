/* [MS-PST] 2.3.1 Heap-on-Node */
#include "heap.h"

#include <string.h>

enum {
	HNHDR_SIZE = 12,
	HNPAGEHDR_SIZE = 2,
	HNBITMAPHDR_SIZE = 66,
	BITMAP_FIRST = 8,      /* block index of the first HNBITMAPHDR */
	BITMAP_INTERVAL = 128, /* blocks from one to the next */
	ALLOCATION_MAX = 3580, /* [MS-PST] 2.3.3.3 */
	PAGES_KEPT = 2048,     /* for the BTH of a table with 10⁶ rows */
};

static bool
is_bitmap_page(size_t index)
{
	return index >= BITMAP_FIRST &&
	       (index - BITMAP_FIRST) % BITMAP_INTERVAL == 0;
}

static size_t
head_size(size_t index)
{
	return index == 0	       ? HNHDR_SIZE
	       : is_bitmap_page(index) ? HNBITMAPHDR_SIZE
				       : HNPAGEHDR_SIZE;
}

static void
page_begin(struct pb_heap_page *page, size_t index)
{
	page->bytes.len = 0;
	page->ends.len = 0;
	page->index = index;
	pb_buf_zero(&page->bytes, head_size(index));
	pb_buf_int(&page->ends, 2, page->bytes.len);
}

void
pb_heap_begin(struct pb_heap *heap, struct pb_ndb *ndb,
	      enum pb_client_signature signature)
{
	heap->ndb = ndb;
	heap->client_signature = (uint8_t)signature;
	heap->data.ndb = ndb;
	heap->first.bytes.len = 0;
	heap->bitmap.bytes.len = 0;
	page_begin(&heap->page, 0);
}

size_t
pb_heap_max(const struct pb_ndb *ndb)
{
	/* HNBITMAPHDR, HNPAGEMAP with one allocation, padding */
	const size_t fit = pb_payload_max(ndb) - HNBITMAPHDR_SIZE - 8 - 2;

	return fit < ALLOCATION_MAX ? fit : ALLOCATION_MAX;
}

/* Bytes the page would have with an allocation of len more. */
static size_t
page_size_with(const struct pb_heap_page *page, size_t len)
{
	return (size_t)pb_round_up(page->bytes.len + len, 2) + 4 +
	       page->ends.len + 2;
}

/* [MS-PST] 2.3.1.2: the classes of free space, as 4-bit codes. */
static unsigned
fill_level(size_t free_bytes)
{
	static const uint16_t least[15] = { 3584, 2560, 2048, 1792, 1536,
					    1280, 1024, 768,  512,  256,
					    128,  64,	32,   16,   8 };

	for (unsigned level = 0; level < 15; level++) {
		if (free_bytes >= least[level])
			return level;
	}
	return 15;
}

/* Notes the fill level of page index in the header that covers it. */
static void
level_note(struct pb_heap *heap, size_t index, unsigned level)
{
	uint8_t *levels;
	size_t n;

	if (index < BITMAP_FIRST) {
		levels = heap->first.bytes.data + 8;
		n = index;
	} else {
		levels = heap->bitmap.bytes.data + 2;
		n = (index - BITMAP_FIRST) % BITMAP_INTERVAL;
	}
	levels[n / 2] |= (uint8_t)(level << 4 * (n % 2));
}

/* Appends HNPAGEMAP and sets ibHnpm. */
static void
page_map_add(struct pb_heap_page *page)
{
	if (page->bytes.len % 2 != 0)
		pb_buf_zero(&page->bytes, 1);
	pb_put(page->bytes.data, 2, page->bytes.len);
	pb_buf_int(&page->bytes, 2, page->ends.len / 2 - 1);
	pb_buf_int(&page->bytes, 2, 0);
	pb_buf_add(&page->bytes, page->ends.data, page->ends.len);
}

static void
swap(struct pb_heap_page *a, struct pb_heap_page *b)
{
	const struct pb_heap_page c = *a;

	*a = *b;
	*b = c;
}

/* A page that was kept goes to its place in the data. Its BID is newer than
 * those of the pages behind it, which nobody minds. */
static void
kept_write(struct pb_heap *heap, struct pb_heap_page *page)
{
	const uint64_t bid = pb_block_write(heap->ndb, page->bytes.data,
					    page->bytes.len, false);

	heap->data.children[page->index].bid = bid;
	heap->data.children[page->index].total = page->bytes.len;
}

/* Keeps a place in the data for a page that is written later. */
static void
place_keep(struct pb_heap *heap)
{
	struct pb_data *data = &heap->data;

	data->children = pb_grow(data->children, data->count, &data->size,
				 sizeof(*data->children));
	data->children[data->count++] = (struct pb_data_child){ 0 };
}

static void
page_end(struct pb_heap *heap)
{
	struct pb_heap_page *page = &heap->page;
	const size_t index = page->index;
	const size_t used = page_size_with(page, 0);
	const size_t max = pb_payload_max(heap->ndb);

	page_map_add(page);
	if (index == 0) {
		place_keep(heap);
		swap(page, &heap->first);
	} else if (is_bitmap_page(index)) {
		if (heap->bitmap.bytes.len > 0)
			kept_write(heap, &heap->bitmap);
		place_keep(heap);
		swap(page, &heap->bitmap);
	} else {
		pb_data_add_block(&heap->data, page->bytes.data,
				  page->bytes.len);
	}
	level_note(heap, index, fill_level(used < max ? max - used : 0));
}

static uint32_t
hid_make(const struct pb_heap *heap, size_t allocation, size_t block)
{
	const unsigned index_bits = heap->ndb->format->hid_index_bits;

	return (uint32_t)(allocation << 5 | block << (5 + index_bits));
}

static size_t
blocks_max(const struct pb_heap *heap)
{
	return (size_t)1 << (32 - 5 - heap->ndb->format->hid_index_bits);
}

bool
pb_heap_has_room(const struct pb_heap *heap)
{
	return heap->page.index < blocks_max(heap) - PAGES_KEPT;
}

uint32_t
pb_heap_add(struct pb_heap *heap, const void *bytes, size_t len)
{
	struct pb_heap_page *page = &heap->page;
	const size_t most = (1u << heap->ndb->format->hid_index_bits) - 1;

	if (len == 0)
		return 0;
	if (page_size_with(page, len) > pb_payload_max(heap->ndb) ||
	    page->ends.len / 2 > most) {
		const size_t next = page->index + 1;

		page_end(heap);
		if (next == blocks_max(heap))
			pb_die("a heap of more blocks than a HID can name");
		page_begin(page, next);
	}
	pb_buf_add(&page->bytes, bytes, len);
	pb_buf_int(&page->ends, 2, page->bytes.len);
	return hid_make(heap, page->ends.len / 2 - 1, page->index);
}

uint32_t
pb_heap_reserve(struct pb_heap *heap, size_t len)
{
	static const uint8_t zeros[4096];

	return pb_heap_add(heap, zeros, len);
}

uint8_t *
pb_heap_reserved(struct pb_heap *heap, uint32_t hid)
{
	struct pb_heap_page *page =
		heap->page.index == 0 ? &heap->page : &heap->first;
	const size_t allocation = hid >> 5;

	return page->bytes.data +
	       pb_get(page->ends.data + 2 * (allocation - 1), 2);
}

uint64_t
pb_heap_end(struct pb_heap *heap, uint32_t user_root)
{
	uint8_t *header;

	page_end(heap);
	header = heap->first.bytes.data;
	header[2] = 0xEC;
	header[3] = heap->client_signature;
	pb_put(header + 4, 4, user_root);
	if (heap->bitmap.bytes.len > 0)
		kept_write(heap, &heap->bitmap);
	kept_write(heap, &heap->first);
	return pb_data_end(&heap->data);
}

static void
page_free(struct pb_heap_page *page)
{
	pb_buf_free(&page->bytes);
	pb_buf_free(&page->ends);
}

void
pb_heap_free(struct pb_heap *heap)
{
	page_free(&heap->first);
	page_free(&heap->bitmap);
	page_free(&heap->page);
}
