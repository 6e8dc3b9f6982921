/* mbox: one file per folder, "<path>.mbox" beside the directory "<path>/" of
 * the folders below it; or, each message a gzip member of its own, so that a
 * file can be cut and read at any of them, "<path>.mbox.gz". For Thunderbird
 * "<path>" beside "<path>.sbd/", with a file for each folder above others. */
#include "base/alloc.h"
#include "io/file_stream.h"
#include "sink/grow.h"
#include "sink/gzip.h"
#include "sink/mboxrd.h"

struct mbox_kind {
	struct am_grow_kind grow; /* first */
	enum am_mboxrd_style style;
	bool is_gzip;
};

struct mbox {
	struct am_grow grow; /* first */
	struct am_gzip *gzip;
};

static const struct mbox_kind *
kind_of(const struct am_grow *grow)
{
	return (const struct mbox_kind *)grow->kind;
}

/* To the entry, or into the member that goes there. */
static enum am_status
text_write(void *arg, struct am_bytes bytes, struct am_error *err)
{
	return am_gzip_add(arg, bytes, err);
}

static enum am_status
message_write(const struct mbox_kind *kind, struct am_stream *mime,
	      const struct am_sink_message *message, am_mboxrd_out *out,
	      void *arg, struct am_error *err)
{
	const struct am_mboxrd_marks marks = { message->flags,
					       message->keywords };
	char line[AM_MBOXRD_FROM_SIZE];
	struct am_mboxrd writer;
	struct am_bytes bytes;
	enum am_status status;

	am_mboxrd_from_line(kind->style, message->sender, message->received,
			    line);
	AM_TRY(out(arg, am_bytes_of(line), err));
	am_mboxrd_start(&writer, kind->style, &marks, out, arg);
	while ((status = am_stream_next(mime, &bytes, err)) == AM_OK)
		AM_TRY(am_mboxrd_add(&writer, bytes, err));
	if (status != AM_END)
		return status;
	return am_mboxrd_finish(&writer, err);
}

static enum am_status
mbox_write(struct am_grow *grow, struct am_grow_entry *entry,
	   struct am_stream *mime, const struct am_sink_message *message,
	   struct am_error *err)
{
	struct mbox *mbox = (struct mbox *)grow;
	const struct mbox_kind *kind = kind_of(grow);

	if (!kind->is_gzip)
		return message_write(kind, mime, message, am_grow_write, entry,
				     err);
	am_gzip_start(mbox->gzip, am_grow_write, entry);
	AM_TRY(message_write(kind, mime, message, text_write, mbox->gzip, err));
	return am_gzip_finish(mbox->gzip, err);
}

static enum am_status
stored_open(const struct am_grow *grow, const struct am_sink_place *place,
	    struct am_arena *arena, struct am_stream **stream_out,
	    struct am_error *err)
{
	struct am_stream *stored = NULL;
	enum am_status status;

	AM_TRY(am_file_stream_open(arena, grow->tree.root, place->path,
				   place->offset, place->size, NULL, &stored,
				   err));
	if (!kind_of(grow)->is_gzip) {
		*stream_out = stored;
		return AM_OK;
	}
	status = am_gzip_read(arena, stored, stream_out, err);
	if (status != AM_OK)
		am_stream_close(stored);
	return status;
}

/* The bytes of text in the member: by reading all of it. */
static enum am_status
text_size(const struct am_grow *grow, const struct am_sink_place *place,
	  uint64_t *size_out, struct am_error *err)
{
	struct am_arena arena = { 0 };
	struct am_stream *stream = NULL;
	struct am_bytes bytes;
	enum am_status status;

	*size_out = place->size;
	if (!kind_of(grow)->is_gzip)
		return AM_OK;
	*size_out = 0;
	status = stored_open(grow, place, &arena, &stream, err);
	while (status == AM_OK) {
		status = am_stream_next(stream, &bytes, err);
		*size_out += status == AM_OK ? bytes.len : 0;
	}
	am_stream_close(stream);
	am_arena_free(&arena);
	return status == AM_END ? AM_OK : status;
}

static enum am_status
mbox_get(struct am_sink *sink, const struct am_sink_place *place,
	 struct am_arena *arena, struct am_stream **stream_out,
	 struct am_error *err)
{
	const struct am_grow *grow = (const struct am_grow *)sink;
	struct am_stream *stored = NULL;
	enum am_status status;
	uint64_t size;

	AM_TRY(text_size(grow, place, &size, err));
	AM_TRY(stored_open(grow, place, arena, &stored, err));
	status = am_mboxrd_read(arena, kind_of(grow)->style, stored, size,
				stream_out, err);
	if (status != AM_OK)
		am_stream_close(stored);
	return status;
}

static void
mbox_close(struct am_grow *grow)
{
	am_gzip_close(((struct mbox *)grow)->gzip);
}

static const struct mbox_kind mbox_kind = {
	.grow = {
		.suffix = ".mbox",
		.lf = true,
		.write = mbox_write,
		.close = mbox_close,
		.get = mbox_get,
	},
	.style = AM_MBOXRD_PLAIN,
};

static const struct mbox_kind mbox_gzip_kind = {
	.grow = {
		.suffix = ".mbox.gz",
		.lf = true,
		.write = mbox_write,
		.close = mbox_close,
		.get = mbox_get,
	},
	.style = AM_MBOXRD_PLAIN,
	.is_gzip = true,
};

static const struct mbox_kind thunderbird_kind = {
	.grow = {
		.suffix = "",
		.form = AM_NAMES_THUNDERBIRD,
		.lf = true,
		.parents = true,
		.write = mbox_write,
		.close = mbox_close,
		.get = mbox_get,
	},
	.style = AM_MBOXRD_THUNDERBIRD,
};

static enum am_status
mbox_open(const struct mbox_kind *kind, const struct am_sink_options *options,
	  const char *mark, struct am_sink **sink_out, struct am_error *err)
{
	struct mbox *mbox = am_alloc(sizeof(*mbox));
	enum am_status status;

	if (mbox == NULL)
		return am_nomem(err);
	status = am_grow_init(&mbox->grow, &kind->grow, options, err);
	if (status == AM_OK && kind->is_gzip) {
		mbox->gzip = am_gzip_open();
		status = mbox->gzip != NULL ? AM_OK : am_nomem(err);
	}
	if (status == AM_OK && mark != NULL) {
		mbox->grow.tree.mark = am_arena_text(&mbox->grow.tree.arena,
						     mark, strlen(mark));
		status = mbox->grow.tree.mark != NULL ? AM_OK : am_nomem(err);
	}
	if (status != AM_OK) {
		am_sink_close(&mbox->grow.base);
		return status;
	}
	*sink_out = &mbox->grow.base;
	return AM_OK;
}

enum am_status
am_mbox_open(const struct am_sink_options *options, struct am_sink **sink_out,
	     struct am_error *err)
{
	return mbox_open(&mbox_kind, options, NULL, sink_out, err);
}

enum am_status
am_mbox_gzip_open(const struct am_sink_options *options,
		  struct am_sink **sink_out, struct am_error *err)
{
	return mbox_open(&mbox_gzip_kind, options, NULL, sink_out, err);
}

/* All folders are below one of the title, which has an empty file. */
static enum am_status
titled_open(const struct am_sink_options *options, struct am_arena *arena,
	    struct am_sink **sink_out, struct am_error *err)
{
	struct am_sink_options below = *options;
	const char *prefix = options->prefix != NULL ? options->prefix : "";
	const char *title = NULL;
	const char *mark;

	AM_TRY(am_name_encode(arena, AM_NAMES_THUNDERBIRD, options->title, 0,
			      &title, err));
	mark = am_arena_printf(arena, "%s%s%s", prefix,
			       *prefix != '\0' ? "/" : "", title);
	if (mark == NULL)
		return am_nomem(err);
	below.prefix = am_arena_printf(arena, "%s.sbd", mark);
	if (below.prefix == NULL)
		return am_nomem(err);
	return mbox_open(&thunderbird_kind, &below, mark, sink_out, err);
}

enum am_status
am_thunderbird_open(const struct am_sink_options *options,
		    struct am_sink **sink_out, struct am_error *err)
{
	struct am_arena arena = { 0 };
	enum am_status status;

	if (options->title == NULL)
		return mbox_open(&thunderbird_kind, options, NULL, sink_out,
				 err);
	status = titled_open(options, &arena, sink_out, err);
	am_arena_free(&arena);
	return status;
}
