/* Bytes whose number must be known first. */
#include "io/spool.h"

#include "io/file_stream.h"

static void
file_drop(struct am_spool *spool)
{
	am_stream_close(spool->stream);
	spool->stream = NULL;
	am_arena_reset(&spool->arena);
	if (spool->file == NULL)
		return;
	am_outfile_close(spool->file);
	spool->file = NULL;
	(void)am_dir_remove_file(spool->dir, spool->path, NULL);
}

enum am_status
am_spool_open(int dir, const char *path, size_t memory_max,
	      struct am_spool *spool_out, struct am_error *err)
{
	const struct am_spool spool = { .dir = dir,
					.path = path,
					.memory_max = memory_max,
					.memory = am_buf(memory_max) };

	*spool_out = spool;
	return am_dir_remove_file(dir, path, err);
}

/* What is in memory goes into a file, and so does what comes. */
static enum am_status
file_begin(struct am_spool *spool, struct am_error *err)
{
	AM_TRY(am_outfile_open(spool->dir, spool->path, true, &spool->file,
			       err));
	return am_outfile_write(spool->file, am_buf_bytes(&spool->memory), err);
}

static enum am_status
bytes_add(struct am_spool *spool, struct am_bytes bytes, struct am_error *err)
{
	if (spool->file == NULL &&
	    bytes.len <= spool->memory_max - spool->memory.len) {
		am_buf_add(&spool->memory, bytes);
		return am_buf_status(&spool->memory, err);
	}
	if (spool->file == NULL)
		AM_TRY(file_begin(spool, err));
	return am_outfile_write(spool->file, bytes, err);
}

enum am_status
am_spool_take(struct am_spool *spool, struct am_stream *stream,
	      struct am_error *err)
{
	struct am_bytes bytes;
	enum am_status status;

	file_drop(spool);
	am_buf_clear(&spool->memory);
	spool->size = 0;
	while ((status = am_stream_next(stream, &bytes, err)) == AM_OK) {
		AM_TRY(bytes_add(spool, bytes, err));
		spool->size += bytes.len;
	}
	if (status != AM_END)
		return status;
	return spool->file != NULL ? am_outfile_flush(spool->file, false, err)
				   : AM_OK;
}

bool
am_spool_is_small(const struct am_spool *spool)
{
	return spool->file == NULL;
}

enum am_status
am_spool_read(struct am_spool *spool, struct am_stream **stream_out,
	      struct am_error *err)
{
	am_stream_close(spool->stream);
	spool->stream = NULL;
	am_arena_reset(&spool->arena);
	if (spool->file == NULL)
		AM_TRY(am_stream_of_bytes(&spool->arena,
					  am_buf_bytes(&spool->memory),
					  &spool->stream, err));
	else
		AM_TRY(am_file_stream_open(&spool->arena, spool->dir,
					   spool->path, 0, spool->size, NULL,
					   &spool->stream, err));
	*stream_out = spool->stream;
	return AM_OK;
}

void
am_spool_close(struct am_spool *spool)
{
	file_drop(spool);
	am_arena_free(&spool->arena);
	am_buf_free(&spool->memory);
}
