/* The NIDs of a ledger's rows: all that a resumed run needs to know of them. */
#include "transfer/ledger_done.h"

#include <inttypes.h>

#include "io/file_stream.h"

/* How each row begins; the NID follows, and a quote. */
static const char row_begin[] = "{\"nid\":\"0x";

enum { NID_DIGITS = 8, BEGIN_LEN = sizeof(row_begin) - 1 };

struct reader {
	struct am_walk *walk;
	size_t column; /* in the row at hand */
	uint32_t nid;
	bool has_nid;
	uint64_t rows;
};

static int
hex_digit(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* A byte of the row's beginning. False: that is no row. */
static bool
begin_take(struct reader *reader, uint8_t byte)
{
	const size_t column = reader->column;
	const int digit = hex_digit(byte);

	if (column < BEGIN_LEN)
		return byte == (uint8_t)row_begin[column];
	if (byte == '"') {
		reader->has_nid = column > BEGIN_LEN;
		return reader->has_nid;
	}
	if (digit < 0 || column >= BEGIN_LEN + NID_DIGITS)
		return false;
	reader->nid = reader->nid << 4 | (uint32_t)digit;
	return true;
}

static enum am_status
row_end(struct reader *reader, struct am_error *err)
{
	if (!reader->has_nid)
		return am_fail(err, AM_CORRUPT, "a row has no NID");
	AM_TRY(am_walk_done(reader->walk, reader->nid, err));
	reader->rows++;
	reader->column = 0;
	reader->nid = 0;
	reader->has_nid = false;
	return AM_OK;
}

static enum am_status
bytes_take(struct reader *reader, struct am_bytes bytes, struct am_error *err)
{
	size_t i;

	for (i = 0; i < bytes.len; i++) {
		if (bytes.data[i] == '\n') {
			AM_TRY(row_end(reader, err));
			continue;
		}
		if (!reader->has_nid && !begin_take(reader, bytes.data[i]))
			return am_fail(err, AM_CORRUPT,
				       "row %" PRIu64 " is none of a ledger",
				       reader->rows + 1);
		reader->column++;
	}
	return AM_OK;
}

static enum am_status
rows_read(struct reader *reader, struct am_stream *stream, struct am_error *err)
{
	struct am_bytes bytes;
	enum am_status status;

	while ((status = am_stream_next(stream, &bytes, err)) == AM_OK)
		AM_TRY(bytes_take(reader, bytes, err));
	if (status != AM_END)
		return status;
	if (reader->column > 0)
		return am_fail(err, AM_CORRUPT, "the last row is cut off");
	return AM_OK;
}

enum am_status
am_ledger_done(int dir, const char *path, uint64_t length, struct am_walk *walk,
	       uint64_t *rows_out, struct am_error *err)
{
	struct reader reader = { .walk = walk };
	struct am_arena arena = { 0 };
	struct am_error cause = { 0 };
	struct am_stream *stream = NULL;
	enum am_status status = AM_OK;

	if (length > 0)
		status = am_file_stream_open(&arena, dir, path, 0, length, NULL,
					     &stream, &cause);
	if (status == AM_OK && stream != NULL)
		status = rows_read(&reader, stream, &cause);
	am_stream_close(stream);
	am_arena_free(&arena);
	*rows_out = reader.rows;
	if (status == AM_CORRUPT || status == AM_NOT_FOUND)
		return am_fail(err, AM_OUTPUT,
			       "%s is not what was written there (%s); remove "
			       "the results and start again",
			       path, cause.text);
	if (status != AM_OK && err != NULL)
		*err = cause;
	return status;
}
