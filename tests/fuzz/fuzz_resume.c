/* A destination that is opened again, over files that somebody changed and
 * with places that somebody made up. The input: u8 a length, a path of that
 * length; u8 0 Maildir, 1 mbox; u64 a length, an offset, a size; then the
 * content of the Inbox's file. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "sink/sink.h"

static const char canary[] = "not ours";
static const char message[] = "Subject: x\n\nFrom here\n";
static const struct am_sink_folder folders[] = {
	{ .name = "Inbox", .parent = SIZE_MAX, .id = 0x8082 },
	{ .name = "Travel", .parent = 0, .id = 0x80a2 },
};

static void
file_write(int dir, const char *path, struct am_bytes bytes)
{
	const int fd = openat(dir, path,
			      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	FUZZ_CHECK(fd >= 0);
	if (bytes.len > 0)
		FUZZ_CHECK(write(fd, bytes.data, bytes.len) ==
			   (ssize_t)bytes.len);
	(void)close(fd);
}

/* What lies there, as an earlier run left it, and outside of it. */
static void
tree_make(int dir, struct am_bytes content)
{
	FUZZ_CHECK(mkdirat(dir, "out", 0700) == 0);
	FUZZ_CHECK(mkdirat(dir, "out/mail", 0700) == 0);
	FUZZ_CHECK(mkdirat(dir, "out/mail/Inbox", 0700) == 0);
	FUZZ_CHECK(mkdirat(dir, "out/mail/Inbox/cur", 0700) == 0);
	FUZZ_CHECK(mkdirat(dir, "out/mail/Inbox/new", 0700) == 0);
	FUZZ_CHECK(mkdirat(dir, "out/mail/Inbox/tmp", 0700) == 0);
	FUZZ_CHECK(symlinkat("../../outside", dir, "out/mail/link") == 0);
	file_write(dir, "outside", am_bytes_of(canary));
	file_write(dir, "out/mail/Inbox.mbox", content);
	file_write(dir, "out/mail/Inbox/cur/1.0x200024,S=3:2,S", content);
	file_write(dir, "out/mail/Inbox/tmp/1.0x200044", content);
}

static void
canary_check(int dir)
{
	const int fd = openat(dir, "outside", O_RDONLY | O_CLOEXEC);
	char now[sizeof(canary)] = "";

	FUZZ_CHECK(fd >= 0);
	FUZZ_CHECK(read(fd, now, sizeof(now)) == (ssize_t)strlen(canary));
	FUZZ_CHECK(memcmp(now, canary, strlen(canary)) == 0);
	(void)close(fd);
}

static enum am_status
done_check(void *arg, uint64_t row, const struct am_sink_place *place,
	   struct am_error *err)
{
	(void)arg;
	(void)err;
	FUZZ_CHECK(row == 7 && place->size >= strlen(message));
	return AM_OK;
}

/* As a resumed run does: restore, go on; then verify reads a place. */
static void
sink_use(struct am_sink *sink, const struct am_sink_place *place,
	 uint64_t length)
{
	const struct am_sink_message put = { .row = 7,
					     .id = 0x200064,
					     .sender = "a@b" };
	struct am_arena arena = { 0 };
	struct am_stream *stream = NULL;

	(void)sink->ops->restore(sink, place->path, length, NULL);
	if (sink->ops->finish_restore(sink, NULL) == AM_OK &&
	    am_stream_of_bytes(&arena, am_bytes_of(message), &stream, NULL) ==
		    AM_OK &&
	    sink->ops->put(sink, stream, &put, NULL) == AM_OK)
		(void)sink->ops->commit(sink, done_check, NULL, NULL);
	if (sink->ops->get(sink, place, &arena, &stream, NULL) == AM_OK)
		(void)fuzz_drain(stream, UINT64_MAX);
	am_arena_free(&arena);
}

static void
tree_use(int dir, struct am_cursor *cur, const char *path)
{
	const int root = openat(dir, "out", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct am_sink_options options = { .root = root,
						 .prefix = "mail",
						 .no_sync = true,
						 .folders = folders,
						 .folder_count = 2 };
	const bool mbox = am_u8(cur) & 1;
	struct am_sink_place place = { .path = path, .has_offset = mbox };
	struct am_sink *sink = NULL;
	const uint64_t length = am_u64(cur);

	place.offset = am_u64(cur);
	place.size = am_u64(cur);
	if ((mbox ? am_mbox_open(&options, &sink, NULL)
		  : am_maildir_open(&options, &sink, NULL)) == AM_OK)
		sink_use(sink, &place, length);
	am_sink_close(sink);
	(void)close(root);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_cursor cur = am_cursor(am_bytes(data, size));
	const struct am_bytes path = am_take(&cur, am_u8(&cur));
	struct am_cursor numbers = am_cursor(am_take(&cur, 25));
	struct am_arena arena = { 0 };
	struct fuzz_folder folder;

	if (!am_cursor_ok(&cur))
		return 0;
	(void)fuzz_folder_open(&folder);
	tree_make(folder.fd, am_take(&cur, cur.left));
	tree_use(folder.fd, &numbers,
		 am_arena_text(&arena, (const char *)path.data, path.len));
	canary_check(folder.fd);
	fuzz_folder_close(&folder);
	am_arena_free(&arena);
	return 0;
}
