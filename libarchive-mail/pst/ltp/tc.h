/* [MS-PST] 2.3.4 Table Context. */
#ifndef AM_PST_LTP_TC_H
#define AM_PST_LTP_TC_H

#include "pst/ltp/prop.h"

struct am_tc;

/* Rows beyond are not read, and a finding says so. A matrix may also not be
 * longer than this many times the file: its blocks may be the same one. */
enum { AM_TC_MAX_ROWS = 1 << 24, AM_TC_MAX_FILES = 4 };

/* Opens the TC of node; lives in the arena, of constant size but for one bit a
 * row. AM_CORRUPT when there is no TC, AM_NOT_FOUND without data. */
enum am_status
am_tc_open(struct am_ndb *ndb, const struct am_node *node,
	   struct am_arena *arena, struct am_tc **tc_out, struct am_error *err);

struct am_tc_row {
	uint32_t id;	      /* dwRowID */
	uint32_t index;	      /* dwRowIndex */
	struct am_bytes data; /* borrowed until the next row is asked for */
};

/* The rows in the order of the row matrix (dwRowIndex); rows that the row
 * index does not know are deleted and passed over. Without a readable row index
 * (a finding) all rows with an id are given. *position starts at 0. An
 * unreadable block of rows is a finding and is passed over. AM_END at the
 * end. */
enum am_status am_tc_next(struct am_tc *tc, uint32_t *position,
			  struct am_tc_row *row_out, struct am_error *err);

/* How many rows the matrix has room for (deleted ones too); a hint. */
uint32_t am_tc_row_count(const struct am_tc *tc);

/* The cell of a column; false when the column or the cell is not there. */
bool am_tc_cell(const struct am_tc *tc, const struct am_tc_row *row,
		uint16_t id, struct am_prop *prop_out);

/* The i-th column's property id and type; false past the last. */
bool am_tc_column(const struct am_tc *tc, size_t i, uint16_t *id_out,
		  uint16_t *type_out);

#endif
