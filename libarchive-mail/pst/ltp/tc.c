/* [MS-PST] 2.3.4 Table Context. */
#include "pst/ltp/tc.h"

#include <inttypes.h>

#include "base/cursor.h"
#include "mapi/types.h"
#include "pst/ltp/bth.h"
#include "pst/ndb/format.h"

enum { TC_TYPE = 0x7c, ROW_ID_SIZE = 4, INLINE_MAX = 8 };

/* [MS-PST] 2.3.4.2 TCOLDESC */
struct column {
	uint16_t id;
	uint16_t type;
	uint16_t start; /* ibData */
	uint8_t size;	/* cbData */
	uint8_t bit;	/* iBit */
};

struct am_tc {
	struct am_ndb *ndb;
	struct am_hn *heap;
	struct am_arena *arena;
	struct column *columns;
	size_t column_count;
	size_t row_size;    /* rgib[TCI_bm] */
	size_t ceb_start;   /* rgib[TCI_1b] */
	uint32_t row_index; /* hidRowIndex */

	/* the row matrix: in the heap, or in blocks of a subnode */
	struct am_bytes matrix;
	struct am_data *data; /* NULL: in the heap */
	size_t rows_per_block;
	uint32_t row_count;

	bool is_indexed;
	uint8_t *live; /* a bit for each row; NULL: all that have an id */
};

static struct am_report *
report_of(const struct am_tc *tc)
{
	return am_ndb_report(tc->ndb);
}

static void
tc_finding(const struct am_tc *tc, const char *kind, struct am_error *err)
{
	err->nid = am_hn_node(tc->heap)->nid;
	am_report_add(report_of(tc), kind, err);
}

static bool
column_fits(const struct am_tc *tc, const struct column *column)
{
	return column->start + (size_t)column->size <= tc->row_size &&
	       tc->ceb_start + column->bit / 8u < tc->row_size;
}

/* A column that cannot be is left out: the others can. */
static void
columns_decode(struct am_tc *tc, struct am_cursor *cur, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct column *column = &tc->columns[tc->column_count];

		column->type = am_u16(cur); /* tag */
		column->id = am_u16(cur);
		column->start = am_u16(cur);
		column->size = am_u8(cur);
		column->bit = am_u8(cur);
		if (am_cursor_ok(cur) && column_fits(tc, column))
			tc->column_count++;
		else
			am_report_note(report_of(tc), "tc-column",
				       "column %zu of a TC lies outside of its "
				       "rows",
				       i);
	}
}

/* [MS-PST] 2.3.4.1 TCINFO */
static enum am_status
info_decode(struct am_tc *tc, struct am_bytes raw, uint32_t *rows_out,
	    struct am_error *err)
{
	struct am_cursor cur = am_cursor(raw);
	unsigned type;
	size_t count;

	type = am_u8(&cur);  /* bType */
	count = am_u8(&cur); /* cCols */
	am_skip(&cur, 4);    /* rgib[TCI_4b], rgib[TCI_2b] */
	tc->ceb_start = am_u16(&cur);
	tc->row_size = am_u16(&cur);
	tc->row_index = am_u32(&cur); /* hidRowIndex */
	*rows_out = am_u32(&cur);     /* hnidRows */
	am_skip(&cur, 4);	      /* hidIndex */
	if (!am_cursor_ok(&cur) || type != TC_TYPE)
		return am_fail(err, AM_CORRUPT, "TCINFO.bType is %#x, want %#x",
			       type, TC_TYPE);
	if (tc->row_size < ROW_ID_SIZE)
		return am_fail(err, AM_CORRUPT,
			       "TCINFO.rgib[TCI_bm] is %zu, want at least %d",
			       tc->row_size, ROW_ID_SIZE);
	tc->columns = am_arena_array(tc->arena, count + 1, struct column);
	if (tc->columns == NULL)
		return am_arena_failed(tc->arena,
				       (count + 1) * sizeof(*tc->columns), err);
	columns_decode(tc, &cur, count);
	return AM_OK;
}

/* How many of the rows are looked at. */
static uint32_t
rows_limit(const struct am_tc *tc, uint64_t rows)
{
	const uint64_t file_size = am_ndb_info(tc->ndb)->file_size;
	uint64_t most =
		(am_hn_max_size(tc->heap) + AM_TC_MAX_FILES * file_size) /
		tc->row_size;
	struct am_error err;

	if (most > AM_TC_MAX_ROWS)
		most = AM_TC_MAX_ROWS;
	if (rows <= most)
		return (uint32_t)rows;
	(void)am_fail(&err, AM_LIMIT,
		      "the row matrix has %" PRIu64 " rows; only the first "
		      "%" PRIu64 " are looked at",
		      rows, most);
	tc_finding(tc, "tc-rows", &err);
	return (uint32_t)most;
}

/* [MS-PST] 2.3.4.4: rows never span blocks, and what is left at the end of a
 * block is padding. So the length of the first block counts, as it is. */
static void
matrix_measure(struct am_tc *tc, struct am_bytes first, size_t block_count)
{
	tc->rows_per_block = first.len / tc->row_size;
	if (tc->rows_per_block == 0 && block_count > 1)
		tc->rows_per_block =
			am_format_block_payload(am_ndb_format_of(tc->ndb)) /
			tc->row_size;
	tc->row_count =
		rows_limit(tc, (uint64_t)tc->rows_per_block * block_count);
}

static enum am_status
matrix_in_subnode(struct am_tc *tc, uint32_t nid, struct am_error *err)
{
	struct am_bytes first = { NULL, 0 };
	struct am_node node;
	enum am_status status;
	size_t count;

	AM_TRY(am_subnode_find(tc->ndb, am_hn_node(tc->heap)->bid_sub, nid,
			       &node, err));
	AM_TRY(am_data_open(tc->ndb, node.bid_data, tc->arena, &tc->data, err));
	count = am_data_block_count(tc->data);
	if (count == 0)
		return AM_OK;
	status = am_data_block(tc->data, 0, &first, err);
	if (status != AM_OK && (!am_is_item_scoped(status) || count == 1))
		return status;
	matrix_measure(tc, first, count);
	return AM_OK;
}

static enum am_status
matrix_open(struct am_tc *tc, uint32_t rows, struct am_error *err)
{
	struct am_error local;
	enum am_status status;

	if (am_hnid_is_hid(rows)) {
		status = am_hn_get(tc->heap, rows, tc->arena, &tc->matrix,
				   &local);
		if (status == AM_OK)
			matrix_measure(tc, tc->matrix, 1);
	} else {
		status = matrix_in_subnode(tc, rows, &local);
	}
	if (am_is_damage(status)) {
		tc_finding(tc, "tc-rows", &local);
		tc->row_count = 0;
		return AM_OK;
	}
	if (status != AM_OK && err != NULL)
		*err = local;
	return status;
}

static enum am_status
info_open(struct am_tc *tc, uint32_t *rows_out, struct am_error *err)
{
	struct am_bytes raw;

	if (am_hn_client(tc->heap) != AM_HN_CLIENT_TC)
		return am_fail(err, AM_CORRUPT,
			       "HNHDR.bClientSig is %#x, want %#x",
			       am_hn_client(tc->heap), AM_HN_CLIENT_TC);
	AM_TRY(am_hn_get(tc->heap, am_hn_user_root(tc->heap), NULL, &raw, err));
	return info_decode(tc, raw, rows_out, err);
}

enum am_status
am_tc_open(struct am_ndb *ndb, const struct am_node *node,
	   struct am_arena *arena, struct am_tc **tc_out, struct am_error *err)
{
	struct am_tc *tc = am_arena_new(arena, struct am_tc);
	enum am_status status;
	uint32_t rows = 0;

	if (tc == NULL)
		return am_arena_failed(arena, sizeof(*tc), err);
	tc->ndb = ndb;
	tc->arena = arena;
	AM_TRY(am_hn_open(ndb, node, arena, &tc->heap, err));
	status = info_open(tc, &rows, err);
	if (status == AM_OK)
		status = matrix_open(tc, rows, err);
	if (status != AM_OK && err != NULL)
		err->nid = node->nid;
	*tc_out = tc;
	return status;
}

uint32_t
am_tc_row_count(const struct am_tc *tc)
{
	return tc->row_count;
}

/* The row index as it is walked. */
struct index_walk {
	struct am_tc *tc;
	uint64_t outside; /* rows that are not in the matrix */
	bool twice;	  /* two ids share a row */
};

/* [MS-PST] 2.3.4.3.1 TCROWID: the rows that are alive. */
static enum am_status
row_mark(void *arg, struct am_bytes key, struct am_bytes data,
	 struct am_error *err)
{
	struct index_walk *walk = arg;
	struct am_cursor cur = am_cursor(data);
	const uint64_t row = am_uint(&cur, data.len < 8 ? data.len : 8);
	uint8_t *byte;

	(void)key;
	(void)err;
	if (row >= walk->tc->row_count) {
		walk->outside++;
		return AM_OK;
	}
	byte = &walk->tc->live[row / 8];
	walk->twice = walk->twice || (*byte >> row % 8 & 1) != 0;
	*byte = (uint8_t)(*byte | 1u << row % 8);
	return AM_OK;
}

static void
index_findings(const struct index_walk *walk)
{
	struct am_error err;

	if (walk->outside > 0) {
		(void)am_fail(&err, AM_CORRUPT,
			      "the row index has %" PRIu64
			      " rows that are not among the %" PRIu32
			      " of the matrix",
			      walk->outside, walk->tc->row_count);
		tc_finding(walk->tc, "tc-index", &err);
	}
	if (walk->twice) {
		(void)am_fail(&err, AM_CORRUPT,
			      "the row index has rows that share a place");
		tc_finding(walk->tc, "tc-index", &err);
	}
}

static enum am_status
index_walk(struct am_tc *tc, struct am_error *err)
{
	struct index_walk walk = { .tc = tc };
	struct am_bth bth;
	size_t lost;

	AM_TRY(am_bth_open(tc->heap, tc->row_index, &bth, err));
	if (bth.key_size != ROW_ID_SIZE)
		return am_fail(err, AM_CORRUPT,
			       "BTHHEADER.cbKey of the row index is %u, want "
			       "%d",
			       bth.key_size, ROW_ID_SIZE);
	AM_TRY(am_bth_walk_parts(&bth, row_mark, &walk, &lost, err));
	if (lost > 0) /* rows that it had would be taken for deleted ones */
		return am_fail(err, AM_CORRUPT,
			       "of the row index %zu parts are unreadable; all "
			       "rows are taken",
			       lost);
	index_findings(&walk);
	return AM_OK;
}

/* One bit for each row says whether the row index knows it, so the order of
 * the index does not matter. Without a readable index all rows count. */
static enum am_status
index_read(struct am_tc *tc, struct am_error *err)
{
	struct am_error local;
	enum am_status status;

	tc->is_indexed = true;
	if (tc->row_count == 0)
		return AM_OK;
	tc->live = am_arena_alloc(tc->arena, tc->row_count / 8 + 1);
	if (tc->live == NULL)
		return am_arena_failed(tc->arena, tc->row_count / 8 + 1, err);
	status = index_walk(tc, &local);
	if (status == AM_OK)
		return AM_OK;
	if (am_is_item_scoped(status)) {
		tc_finding(tc, "tc-index", &local);
		tc->live = NULL;
		return AM_OK;
	}
	if (err != NULL)
		*err = local;
	return status;
}

/* The block that has the row, or what is left of it. */
static enum am_status
block_get(struct am_tc *tc, uint32_t row, struct am_bytes *block_out,
	  struct am_error *err)
{
	*block_out = tc->matrix;
	if (tc->data == NULL)
		return AM_OK;
	return am_data_block(tc->data, row / tc->rows_per_block, block_out,
			     err);
}

static void
row_missing(const struct am_tc *tc, uint32_t row)
{
	struct am_error err;

	if (tc->live == NULL)
		return;
	(void)am_fail(&err, AM_CORRUPT,
		      "row %" PRIu32 " is not in the row matrix", row);
	tc_finding(tc, "tc-rows", &err);
}

static bool
row_counts(const struct am_tc *tc, uint32_t row)
{
	return tc->live == NULL || (tc->live[row / 8] >> row % 8 & 1) != 0;
}

enum am_status
am_tc_next(struct am_tc *tc, uint32_t *position, struct am_tc_row *row_out,
	   struct am_error *err)
{
	struct am_bytes block;
	struct am_cursor cur;
	struct am_error local;

	if (!tc->is_indexed)
		AM_TRY(index_read(tc, err));
	while (*position < tc->row_count) {
		const uint32_t row = (*position)++;
		const size_t at = row % tc->rows_per_block * tc->row_size;
		enum am_status status;

		if (!row_counts(tc, row))
			continue;
		status = block_get(tc, row, &block, &local);
		if (am_is_damage(status)) {
			tc_finding(tc, "tc-rows", &local);
			continue;
		}
		if (status != AM_OK) {
			if (err != NULL)
				*err = local;
			return status;
		}
		if (!am_slice(block, at, tc->row_size, &row_out->data)) {
			row_missing(tc, row);
			continue;
		}
		cur = am_cursor(row_out->data);
		row_out->id = am_u32(&cur); /* dwRowID */
		row_out->index = row;
		if (tc->live != NULL || row_out->id != 0)
			return AM_OK;
	}
	return AM_END;
}

/* [MS-PST] 2.3.4.4.1 the cell existence block */
static bool
cell_exists(const struct am_tc *tc, const struct am_tc_row *row, unsigned bit)
{
	struct am_bytes byte;

	return am_slice(row->data, tc->ceb_start + bit / 8, 1, &byte) &&
	       (byte.data[0] & 0x80 >> bit % 8) != 0;
}

bool
am_tc_cell(const struct am_tc *tc, const struct am_tc_row *row, uint16_t id,
	   struct am_prop *prop_out)
{
	const struct column *column = tc->columns;
	struct am_cursor cur;
	struct am_bytes cell;
	size_t size;
	size_t i;

	for (i = 0; i < tc->column_count && column->id != id; i++)
		column++;
	if (i == tc->column_count || column->type == AM_TYPE_ERROR ||
	    !am_prop_type_is_known(column->type) ||
	    !cell_exists(tc, row, column->bit) ||
	    !am_slice(row->data, column->start, column->size, &cell))
		return false;
	cur = am_cursor(cell);
	size = am_prop_type_size(column->type);
	prop_out->heap = tc->heap;
	prop_out->id = id;
	prop_out->type = column->type;
	prop_out->value =
		am_uint(&cur, cell.len < INLINE_MAX ? cell.len : INLINE_MAX);
	prop_out->is_inline = size > 0 && size <= INLINE_MAX;
	return true;
}

bool
am_tc_column(const struct am_tc *tc, size_t i, uint16_t *id_out,
	     uint16_t *type_out)
{
	if (i >= tc->column_count)
		return false;
	*id_out = tc->columns[i].id;
	*type_out = tc->columns[i].type;
	return true;
}
