/* [MS-PST] 2.3.4 Table Context, written row by row. */
#ifndef PB_TC_H
#define PB_TC_H

#include "pc.h"

enum { PB_COLUMNS_MAX = 64 };

struct pb_column {
	uint32_t tag; /* id in the high half, type in the low half */
	uint16_t at;  /* ibData */
	uint8_t size; /* cbData */
	uint8_t bit;  /* iBit */
};

/* TCINFO: the columns and where their cells lie in a row. */
struct pb_columns {
	struct pb_column items[PB_COLUMNS_MAX];
	unsigned count;
	unsigned end_4b;
	unsigned end_2b;
	unsigned end_1b;
	unsigned row_size;
};

struct pb_row_id {
	uint32_t id;
	uint32_t index;
};

struct pb_tc {
	struct pb_ndb *ndb;
	const struct pb_columns *columns;
	struct pb_heap heap;
	struct pb_subs subs;
	struct pb_data rows_data; /* the matrix, once it left the heap */
	struct pb_buf rows;	  /* not yet in rows_data */
	struct pb_row_id *ids;
	size_t ids_count;
	size_t ids_size;
	uint32_t row_count; /* in the matrix */
	uint32_t info_hid;
	uint32_t index_hid;
};

/* Lays out the columns of 0-terminated tags, sorted by tag. 0x67F20003 and
 * 0x67F30003 must be among them. Strings become text_type. */
void pb_columns_make(struct pb_columns *columns, const uint32_t *tags,
		     uint16_t text_type);
/* Adds a column if there is none with the id. */
void pb_columns_add(struct pb_columns *columns, uint32_t tag);
void pb_columns_layout(struct pb_columns *columns);

void pb_tc_begin(struct pb_tc *tc, struct pb_ndb *ndb,
		 const struct pb_columns *columns);
/* Adds a row whose cells are the properties of the same id and type. */
void pb_tc_add(struct pb_tc *tc, uint32_t row_id, const struct pb_props *props);
/* An entry in the row index alone, for rows that do not exist. */
void pb_tc_add_index(struct pb_tc *tc, uint32_t row_id, uint32_t index);
/* Returns the BID of the data; sub_out is the BID of the subnodes. */
uint64_t pb_tc_end(struct pb_tc *tc, unsigned bth_max, uint64_t *sub_out);
void pb_tc_free(struct pb_tc *tc);

#endif
