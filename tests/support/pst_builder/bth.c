/* [MS-PST] 2.3.2 BTree-on-Heap */
#include <string.h>

#include "heap.h"

/* One level: allocations of records, and for each its first key and HID, which
 * are the records of the level above. */
static void
level_write(struct pb_heap *heap, const uint8_t *records, size_t count,
	    size_t record_size, unsigned key_size, size_t max,
	    struct pb_buf *above)
{
	for (size_t i = 0; i < count; i += max) {
		const size_t left = count - i;
		const size_t take = left < max ? left : max;
		const uint8_t *start = records + i * record_size;
		const uint32_t hid =
			pb_heap_add(heap, start, take * record_size);

		pb_buf_add(above, start, key_size);
		pb_buf_int(above, 4, hid);
	}
}

static size_t
records_max(const struct pb_heap *heap, size_t record_size, unsigned asked)
{
	const size_t fit = pb_heap_max(heap->ndb) / record_size;

	return asked > 0 && asked < fit ? asked : fit;
}

static void
swap(struct pb_buf *a, struct pb_buf *b)
{
	const struct pb_buf c = *a;

	*a = *b;
	*b = c;
}

static void
header_put(uint8_t *header, unsigned key_size, unsigned data_size,
	   unsigned levels, uint32_t root)
{
	header[0] = PB_SIGNATURE_BTH;
	header[1] = (uint8_t)key_size;
	header[2] = (uint8_t)data_size;
	header[3] = (uint8_t)levels;
	pb_put(header + 4, 4, root);
}

void
pb_bth_write(struct pb_heap *heap, uint8_t header[8], const uint8_t *records,
	     size_t count, unsigned key_size, unsigned data_size, unsigned max)
{
	const size_t branch_size = key_size + 4u;
	struct pb_buf level = { 0 };
	struct pb_buf above = { 0 };
	unsigned levels = 0;

	if (count == 0) {
		header_put(header, key_size, data_size, 0, 0);
		return;
	}
	level_write(heap, records, count, key_size + data_size, key_size,
		    records_max(heap, key_size + data_size, max), &level);
	while (level.len > branch_size) {
		above.len = 0;
		level_write(heap, level.data, level.len / branch_size,
			    branch_size, key_size,
			    records_max(heap, branch_size, max), &above);
		levels++;
		swap(&level, &above);
	}
	header_put(header, key_size, data_size, levels,
		   (uint32_t)pb_get(level.data + key_size, 4));
	pb_buf_free(&level);
	pb_buf_free(&above);
}
