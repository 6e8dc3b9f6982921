/* mbox: one file per folder, "<path>.mbox" beside the directory "<path>/" of
 * the folders below it. */
#include "base/alloc.h"
#include "io/file_stream.h"
#include "sink/grow.h"
#include "sink/mboxrd.h"

static enum am_status
mbox_write(struct am_grow *grow, struct am_grow_entry *entry,
	   struct am_stream *mime, const struct am_sink_message *message,
	   struct am_error *err)
{
	const struct am_mboxrd_marks marks = { message->flags,
					       message->keywords };
	char line[AM_MBOXRD_FROM_SIZE];
	struct am_mboxrd writer;
	struct am_bytes bytes;
	enum am_status status;

	(void)grow;
	am_mboxrd_from_line(AM_MBOXRD_PLAIN, message->sender, message->received,
			    line);
	AM_TRY(am_grow_write(entry, am_bytes_of(line), err));
	am_mboxrd_start(&writer, AM_MBOXRD_PLAIN, &marks, am_grow_write, entry);
	while ((status = am_stream_next(mime, &bytes, err)) == AM_OK)
		AM_TRY(am_mboxrd_add(&writer, bytes, err));
	if (status != AM_END)
		return status;
	return am_mboxrd_finish(&writer, err);
}

static enum am_status
mbox_get(struct am_sink *sink, const struct am_sink_place *place,
	 struct am_arena *arena, struct am_stream **stream_out,
	 struct am_error *err)
{
	const struct am_grow *grow = (const struct am_grow *)sink;
	struct am_stream *stored = NULL;
	enum am_status status;

	AM_TRY(am_file_stream_open(arena, grow->tree.root, place->path,
				   place->offset, place->size, NULL, &stored,
				   err));
	status = am_mboxrd_read(arena, AM_MBOXRD_PLAIN, stored, place->size,
				stream_out, err);
	if (status != AM_OK)
		am_stream_close(stored);
	return status;
}

static const struct am_grow_kind mbox_kind = {
	.suffix = ".mbox",
	.lf = true,
	.write = mbox_write,
	.get = mbox_get,
};

enum am_status
am_mbox_open(const struct am_sink_options *options, struct am_sink **sink_out,
	     struct am_error *err)
{
	struct am_grow *grow = am_alloc(sizeof(*grow));
	enum am_status status;

	if (grow == NULL)
		return am_nomem(err);
	status = am_grow_init(grow, &mbox_kind, options, err);
	if (status != AM_OK) {
		am_sink_close(&grow->base);
		return status;
	}
	*sink_out = &grow->base;
	return AM_OK;
}
