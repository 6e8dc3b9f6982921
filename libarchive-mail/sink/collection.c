/* What is not mail: one file per folder and kind, as other programs import it
 * (design 4). */
#include "base/alloc.h"
#include "ical/line.h"
#include "io/file_stream.h"
#include "io/os_error.h"
#include "sink/grow.h"
#include "sink/once.h"

/* What the file of a folder has. */
struct zones {
	struct am_once_set set;
	size_t before; /* the message at hand: those of the set */
	bool is_read;
};

struct collection {
	struct am_grow grow; /* first */
	struct zones *zones; /* per folder */
};

static enum am_status
zones_read(struct collection *collection, size_t folder, struct am_error *err)
{
	struct am_grow *grow = &collection->grow;
	struct zones *zones = &collection->zones[folder];
	struct am_once_scan scan = am_once_scan(&zones->set);
	struct am_arena arena = { 0 };
	struct am_stream *file = NULL;
	struct am_bytes bytes;
	char path[AM_GROW_PATH_SIZE];
	enum am_status status;

	am_grow_path(&grow->files, folder, path);
	status = am_file_stream_open(&arena, grow->tree.root, path, 0,
				     grow->files.folders[folder].length, NULL,
				     &file, err);
	while (status == AM_OK) {
		status = am_stream_next(file, &bytes, err);
		if (status == AM_OK)
			status = am_once_scan_add(&scan, bytes, err);
	}
	am_stream_close(file);
	am_once_scan_end(&scan);
	am_arena_free(&arena);
	if (status != AM_END)
		return status;
	zones->is_read = true;
	return AM_OK;
}

/* The time zones of a file that an earlier run made. */
static enum am_status
zones_begin(struct collection *collection, size_t folder, struct am_error *err)
{
	struct zones *zones = &collection->zones[folder];

	if (!zones->is_read &&
	    collection->grow.files.folders[folder].length > 0)
		AM_TRY(zones_read(collection, folder, err));
	zones->is_read = true;
	zones->before = zones->set.count;
	return AM_OK;
}

/* The front of an item: bytes until it is sure that no time zone comes. */
struct front {
	struct am_stream *mime;
	struct am_buf bytes;
	bool is_whole; /* the stream is at its end */
};

static enum am_status
front_more(struct front *front, struct am_error *err)
{
	struct am_bytes bytes;
	enum am_status status = am_stream_next(front->mime, &bytes, err);

	front->is_whole = status == AM_END;
	if (status != AM_OK)
		return front->is_whole ? AM_OK : status;
	am_buf_add(&front->bytes, bytes);
	return am_buf_status(&front->bytes, err);
}

static enum am_status
front_write(struct front *front, struct zones *zones,
	    struct am_grow_entry *entry, struct am_error *err)
{
	struct am_bytes rest = { NULL, 0 };
	size_t at = 0;
	bool needs_more = true;

	while (needs_more && !front->is_whole) {
		struct am_bytes zone = { NULL, 0 };
		bool is_new = false;
		size_t len;

		AM_TRY(front_more(front, err));
		do {
			(void)am_slice(am_buf_bytes(&front->bytes), at,
				       front->bytes.len - at, &rest);
			len = am_once_at_front(rest, &needs_more);
			(void)am_slice(rest, 0, len, &zone);
			if (len > 0)
				AM_TRY(am_once_add(&zones->set, zone, &is_new,
						   err));
			if (len > 0 && is_new)
				AM_TRY(am_grow_lead(entry, zone, err));
			at += len;
		} while (len > 0);
	}
	return am_grow_write(entry, rest, err);
}

static enum am_status
item_write(struct zones *zones, struct am_grow_entry *entry,
	   struct am_stream *mime, struct am_error *err)
{
	/* a piece of a stream is at most 64 KiB */
	struct front front = { mime, am_buf(AM_ONCE_BYTES * 4), false };
	struct am_bytes bytes;
	enum am_status status = front_write(&front, zones, entry, err);

	while (status == AM_OK && !front.is_whole) {
		status = am_stream_next(mime, &bytes, err);
		if (status == AM_OK)
			status = am_grow_write(entry, bytes, err);
	}
	am_buf_free(&front.bytes);
	return status == AM_END ? AM_OK : status;
}

static enum am_status
ics_write(struct am_grow *grow, struct am_grow_entry *entry,
	  struct am_stream *mime, const struct am_sink_message *message,
	  struct am_error *err)
{
	struct collection *collection = (struct collection *)grow;

	AM_TRY(zones_begin(collection, message->folder, err));
	if (entry->offset == 0)
		AM_TRY(am_grow_lead(entry, am_bytes_of(AM_ICAL_PROLOGUE), err));
	return item_write(&collection->zones[message->folder], entry, mime,
			  err);
}

static enum am_status
vcf_write(struct am_grow *grow, struct am_grow_entry *entry,
	  struct am_stream *mime, const struct am_sink_message *message,
	  struct am_error *err)
{
	struct am_bytes bytes;
	enum am_status status;

	(void)grow;
	(void)message;
	while ((status = am_stream_next(mime, &bytes, err)) == AM_OK)
		AM_TRY(am_grow_write(entry, bytes, err));
	return status == AM_END ? AM_OK : status;
}

static void
collection_undo(struct am_grow *grow, size_t folder)
{
	struct collection *collection = (struct collection *)grow;

	collection->zones[folder].set.count = collection->zones[folder].before;
}

static void
collection_close(struct am_grow *grow)
{
	struct collection *collection = (struct collection *)grow;
	size_t i;

	for (i = 0; collection->zones != NULL && i < grow->tree.count; i++)
		am_once_free(&collection->zones[i].set);
	am_free(collection->zones);
}

/* Nothing in the bytes tells that they are those of one item: their digest
 * does. */
static enum am_status
digest_check(struct am_stream *stream, const struct am_sink_place *place,
	     struct am_error *err)
{
	struct am_sha256 *sha = am_sha256_open();
	uint8_t digest[AM_SHA256_SIZE] = { 0 };
	struct am_bytes bytes;
	enum am_status status = sha != NULL ? AM_OK : am_nomem(err);

	while (status == AM_OK) {
		status = am_stream_next(stream, &bytes, err);
		if (status == AM_OK)
			am_sha256_add(sha, bytes);
	}
	if (status == AM_END && am_sha256_finish(sha, digest) != AM_OK)
		status = am_nomem(err);
	am_sha256_close(sha);
	if (status != AM_END)
		return status;
	if (memcmp(digest, place->sha256, sizeof(digest)) == 0)
		return AM_OK;
	return am_fail(err, AM_CORRUPT, "%s has other bytes at that place",
		       am_path_shown(place->path));
}

static enum am_status
collection_get(struct am_sink *sink, const struct am_sink_place *place,
	       struct am_arena *arena, struct am_stream **stream_out,
	       struct am_error *err)
{
	const int root = ((const struct am_grow *)sink)->tree.root;
	struct am_stream *stream = NULL;
	enum am_status status;

	AM_TRY(am_file_stream_open(arena, root, place->path, place->offset,
				   place->size, NULL, &stream, err));
	status = digest_check(stream, place, err);
	am_stream_close(stream);
	AM_TRY(status);
	return am_file_stream_open(arena, root, place->path, place->offset,
				   place->size, NULL, stream_out, err);
}

static const struct am_grow_kind ics_kind = {
	.suffix = ".ics",
	.write = ics_write,
	.undo = collection_undo,
	.close = collection_close,
	.get = collection_get,
	.epilogue = AM_ICAL_EPILOGUE,
};

static const struct am_grow_kind vcf_kind = {
	.suffix = ".vcf",
	.write = vcf_write,
	.close = collection_close,
	.get = collection_get,
};

static enum am_status
collection_init(struct collection *collection, const struct am_grow_kind *kind,
		const struct am_sink_options *options, struct am_error *err)
{
	AM_TRY(am_grow_init(&collection->grow, kind, options, err));
	collection->zones =
		am_alloc(options->folder_count * sizeof(*collection->zones));
	return collection->zones != NULL ? AM_OK : am_nomem(err);
}

static enum am_status
collection_open(const struct am_grow_kind *kind,
		const struct am_sink_options *options,
		struct am_sink **sink_out, struct am_error *err)
{
	struct collection *collection = am_alloc(sizeof(*collection));
	enum am_status status;

	if (collection == NULL)
		return am_nomem(err);
	status = collection_init(collection, kind, options, err);
	if (status != AM_OK) {
		am_sink_close(&collection->grow.base);
		return status;
	}
	*sink_out = &collection->grow.base;
	return AM_OK;
}

enum am_status
am_ics_open(const struct am_sink_options *options, struct am_sink **sink_out,
	    struct am_error *err)
{
	return collection_open(&ics_kind, options, sink_out, err);
}

enum am_status
am_vcf_open(const struct am_sink_options *options, struct am_sink **sink_out,
	    struct am_error *err)
{
	return collection_open(&vcf_kind, options, sink_out, err);
}
