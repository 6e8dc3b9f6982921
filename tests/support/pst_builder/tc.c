/* [MS-PST] 2.3.4 Table Context */
#include "tc.h"

#include <stdlib.h>
#include <string.h>

enum {
	NID_TYPE_LTP = 0x1F,
	TCINFO_SIZE = 22,
	TCOLDESC_SIZE = 8,
	PID_ROW_ID = 0x67F2,
	PID_ROW_VERSION = 0x67F3,
};

/* Bytes of a cell: what is not stored in it has an HNID there. */
static uint8_t
cell_size(uint16_t type)
{
	const unsigned size = pb_type_size(type);

	return size == 0 || size > 8 ? 4 : (uint8_t)size;
}

static int
column_order(const void *a, const void *b)
{
	const struct pb_column *x = a;
	const struct pb_column *y = b;

	return (x->tag > y->tag) - (x->tag < y->tag);
}

void
pb_columns_add(struct pb_columns *columns, uint32_t tag)
{
	for (unsigned i = 0; i < columns->count; i++) {
		if (columns->items[i].tag >> 16 == tag >> 16)
			return;
	}
	if (columns->count == PB_COLUMNS_MAX)
		pb_die("a table of more than %d columns", PB_COLUMNS_MAX);
	columns->items[columns->count++] =
		(struct pb_column){ .tag = tag,
				    .size = cell_size((uint16_t)tag) };
}

/* Cells of one width, one after the other; PidTagLtpRowId and PidTagLtpRowVer
 * have the first eight bytes and the first two bits ([MS-PST] 2.3.4.4.1). */
static unsigned
width_layout(struct pb_columns *columns, unsigned width, unsigned at)
{
	for (unsigned i = 0; i < columns->count; i++) {
		struct pb_column *column = &columns->items[i];
		const uint32_t id = column->tag >> 16;

		if (column->size != width || id == PID_ROW_ID ||
		    id == PID_ROW_VERSION)
			continue;
		column->at = (uint16_t)at;
		at += width;
	}
	return at;
}

static void
bits_layout(struct pb_columns *columns)
{
	uint8_t bit = 2;

	for (unsigned i = 0; i < columns->count; i++) {
		struct pb_column *column = &columns->items[i];
		const uint32_t id = column->tag >> 16;

		if (id == PID_ROW_ID || id == PID_ROW_VERSION) {
			column->bit = id == PID_ROW_VERSION;
			column->at = id == PID_ROW_VERSION ? 4 : 0;
		} else {
			column->bit = bit++;
		}
	}
}

void
pb_columns_layout(struct pb_columns *columns)
{
	qsort(columns->items, columns->count, sizeof(*columns->items),
	      column_order);
	bits_layout(columns);
	columns->end_4b = width_layout(columns, 4, width_layout(columns, 8, 8));
	columns->end_2b = width_layout(columns, 2, columns->end_4b);
	columns->end_1b = width_layout(columns, 1, columns->end_2b);
	columns->row_size = columns->end_1b + (columns->count + 7) / 8;
}

void
pb_columns_make(struct pb_columns *columns, const uint32_t *tags,
		uint16_t text_type)
{
	columns->count = 0;
	for (; *tags != 0; tags++) {
		const bool text = (*tags & 0xFFFF) == PB_UNICODE_STRING;

		pb_columns_add(columns,
			       text ? (*tags & 0xFFFF0000) | text_type : *tags);
	}
	pb_columns_layout(columns);
}

void
pb_tc_begin(struct pb_tc *tc, struct pb_ndb *ndb,
	    const struct pb_columns *columns)
{
	tc->ndb = ndb;
	tc->columns = columns;
	tc->rows_data.ndb = ndb;
	tc->rows.len = 0;
	tc->ids_count = 0;
	tc->row_count = 0;
	tc->subs.nodes.count = 0;
	tc->subs.next_index = 0;
	pb_heap_begin(&tc->heap, ndb, PB_SIGNATURE_TC);
	tc->index_hid = pb_heap_reserve(&tc->heap, 8);
	tc->info_hid = pb_heap_reserve(
		&tc->heap, TCINFO_SIZE + columns->count * TCOLDESC_SIZE);
}

void
pb_tc_add_index(struct pb_tc *tc, uint32_t row_id, uint32_t index)
{
	tc->ids = pb_grow(tc->ids, tc->ids_count, &tc->ids_size,
			  sizeof(*tc->ids));
	tc->ids[tc->ids_count++] =
		(struct pb_row_id){ .id = row_id, .index = index };
	if (tc->ndb->format->row_index_size == 2 && index > UINT16_MAX)
		pb_die("an ANSI table cannot have more than 65536 rows");
}

/* Moves whole blocks of rows out of memory; a block is padded to its full
 * length, because a reader counts rows per block by it. */
static void
rows_flush(struct pb_tc *tc, bool last)
{
	const size_t max = pb_payload_max(tc->ndb);
	const size_t rows_len =
		max / tc->columns->row_size * tc->columns->row_size;

	if (rows_len == 0)
		pb_die("a row of %u bytes does not fit a block",
		       tc->columns->row_size);
	while (tc->rows.len > rows_len) {
		uint8_t block[65536] = { 0 };

		memcpy(block, tc->rows.data, rows_len);
		pb_data_add_block(&tc->rows_data, block, max);
		tc->rows.len -= rows_len;
		memmove(tc->rows.data, tc->rows.data + rows_len, tc->rows.len);
	}
	if (last)
		pb_data_add_block(&tc->rows_data, tc->rows.data, tc->rows.len);
}

static void
cell_put(struct pb_tc *tc, uint8_t *row, const struct pb_column *column,
	 const struct pb_props *props, const struct pb_prop *prop)
{
	const unsigned size = pb_type_size((uint16_t)column->tag);
	uint8_t *bits = row + tc->columns->end_1b;

	if (prop->form == PB_FORM_NODE ||
	    (prop->form == PB_FORM_VALUE &&
	     prop->type != (column->tag & 0xFFFF)))
		return;
	if (prop->form == PB_FORM_VALUE && size == column->size) {
		memcpy(row + column->at, pb_prop_bytes(props, prop),
		       prop->len < size ? prop->len : size);
	} else {
		/* beyond what a HID can name, rows have no more texts */
		if (!pb_heap_has_room(&tc->heap))
			return;
		pb_put(row + column->at, 4,
		       pb_hnid_of_prop(&tc->heap, &tc->subs, props, prop));
	}
	bits[column->bit / 8] |= (uint8_t)(0x80 >> column->bit % 8);
}

void
pb_tc_add(struct pb_tc *tc, uint32_t row_id, const struct pb_props *props)
{
	const struct pb_columns *columns = tc->columns;
	uint8_t row[1024] = { 0 };

	if (columns->row_size > sizeof(row))
		pb_die("a row of %u bytes", columns->row_size);
	for (unsigned i = 0; i < columns->count; i++) {
		const struct pb_column *column = &columns->items[i];
		const struct pb_prop *prop =
			pb_props_find(props, (uint16_t)(column->tag >> 16));

		if (prop != NULL)
			cell_put(tc, row, column, props, prop);
	}
	pb_put(row, 4, row_id);
	pb_put(row + 4, 4, tc->row_count + 1);
	row[columns->end_1b] |= 0xC0;
	pb_buf_add(&tc->rows, row, columns->row_size);
	pb_tc_add_index(tc, row_id, tc->row_count++);
	if (tc->rows.len > pb_payload_max(tc->ndb))
		rows_flush(tc, false);
}

static int
row_id_order(const void *a, const void *b)
{
	const struct pb_row_id *x = a;
	const struct pb_row_id *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static bool
ids_sorted(const struct pb_tc *tc)
{
	for (size_t i = 1; i < tc->ids_count; i++) {
		if (tc->ids[i - 1].id > tc->ids[i].id)
			return false;
	}
	return true;
}

static void
index_write(struct pb_tc *tc, unsigned bth_max)
{
	const unsigned index_size = tc->ndb->format->row_index_size;
	struct pb_buf records = { 0 };
	uint8_t header[8];

	if (!ids_sorted(tc))
		qsort(tc->ids, tc->ids_count, sizeof(*tc->ids), row_id_order);
	for (size_t i = 0; i < tc->ids_count; i++) {
		pb_buf_int(&records, 4, tc->ids[i].id);
		pb_buf_int(&records, index_size, tc->ids[i].index);
	}
	pb_bth_write(&tc->heap, header, records.data, tc->ids_count, 4,
		     index_size, bth_max);
	memcpy(pb_heap_reserved(&tc->heap, tc->index_hid), header,
	       sizeof(header));
	pb_buf_free(&records);
}

/* hnidRows: on the heap while all rows fit an allocation. */
static uint32_t
rows_write(struct pb_tc *tc)
{
	if (tc->rows_data.count == 0 && tc->rows.len <= pb_heap_max(tc->ndb))
		return pb_heap_add(&tc->heap, tc->rows.data, tc->rows.len);
	rows_flush(tc, true);
	return pb_subs_add(&tc->subs, NID_TYPE_LTP, pb_data_end(&tc->rows_data),
			   0);
}

static void
info_write(struct pb_tc *tc, uint32_t rows)
{
	const struct pb_columns *columns = tc->columns;
	uint8_t *info = pb_heap_reserved(&tc->heap, tc->info_hid);

	info[0] = PB_SIGNATURE_TC;
	info[1] = (uint8_t)columns->count;
	pb_put(info + 2, 2, columns->end_4b);
	pb_put(info + 4, 2, columns->end_2b);
	pb_put(info + 6, 2, columns->end_1b);
	pb_put(info + 8, 2, columns->row_size);
	pb_put(info + 10, 4, tc->index_hid);
	pb_put(info + 14, 4, rows);
	pb_put(info + 18, 4, 0);
	for (unsigned i = 0; i < columns->count; i++) {
		uint8_t *at = info + TCINFO_SIZE + i * TCOLDESC_SIZE;

		pb_put(at, 4, columns->items[i].tag);
		pb_put(at + 4, 2, columns->items[i].at);
		at[6] = columns->items[i].size;
		at[7] = columns->items[i].bit;
	}
}

uint64_t
pb_tc_end(struct pb_tc *tc, unsigned bth_max, uint64_t *sub_out)
{
	uint64_t data;

	index_write(tc, bth_max);
	info_write(tc, rows_write(tc));
	data = pb_heap_end(&tc->heap, tc->info_hid);
	*sub_out = pb_subnodes_write(tc->ndb, &tc->subs.nodes);
	return data;
}

void
pb_tc_free(struct pb_tc *tc)
{
	pb_heap_free(&tc->heap);
	pb_buf_free(&tc->rows);
	free(tc->subs.nodes.items);
	free(tc->ids);
}
