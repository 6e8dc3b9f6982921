/* The archive as bytes at offsets: pread behind a small cache. */
#include "io/source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

enum {
	WINDOWS = 32,
	WINDOW_SIZE = 64 << 10,
	/* What a lone read fetches at least, and on what it begins: it must not
	 * cost 64 KiB. The messages of a folder lie between those of others. */
	FIRST_FETCH = 8 << 10,
	ALIGNMENT = 512,
	/* From here on a read goes to the caller's memory at once. */
	DIRECT = 16 << 10
};

/* Bytes of the file that are in memory. */
struct window {
	uint64_t offset;
	size_t len;    /* 0: none */
	size_t run;    /* bytes fetched one after the other, with this window */
	uint64_t used; /* when last */
};

struct am_source {
	int fd; /* -1: bytes in memory */
	struct am_bytes bytes;
	uint64_t size;
	uint64_t failures;   /* reads that the system failed */
	uint64_t asked;	     /* bytes, by all reads */
	uint64_t turn;	     /* counts the reads, for the least recently used */
	struct window *last; /* most reads hit the window of the one before */
	struct window windows[WINDOWS];
	uint8_t *memory; /* WINDOWS * WINDOW_SIZE; NULL until it is needed */
};

static const char *
kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a directory";
	if (S_ISFIFO(mode))
		return "a named pipe";
	if (S_ISSOCK(mode))
		return "a socket";
	if (S_ISCHR(mode))
		return "a character device";
	if (S_ISBLK(mode))
		return "a block device";
	return "no regular file";
}

static enum am_status
regular_check(const struct stat *st, struct am_error *err)
{
	if (S_ISREG(st->st_mode))
		return AM_OK;
	return am_fail(err, AM_UNSUPPORTED, "it is %s, not a file",
		       kind_of(st->st_mode));
}

static const char *
reason(int number)
{
	/* what Linux makes of a sharing violation on a Windows server */
	if (number == EBUSY || number == ETXTBSY)
		return "another program has it open; close it there (quit "
		       "Outlook) and run the same command again";
	return strerror(number);
}

/* The caller names the path: a long one would leave no room for the reason. */
static enum am_status
open_failed(struct am_error *err)
{
	const int number = errno;

	if (number == ENOENT || number == ENOTDIR)
		return am_fail(err, AM_NOT_FOUND, "there is no such file");
	return am_fail(err, AM_IO, "it cannot be opened: %s", reason(number));
}

static int
open_retried(const char *path, int flags)
{
	int fd;

	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | flags);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* Looks before it opens (opening a device can do things), and looks again at
 * what was opened: the path may mean something else by then, and without
 * O_NONBLOCK a pipe would hang. */
static enum am_status
file_open(const char *path, int *fd_out, uint64_t *size_out,
	  struct am_error *err)
{
	enum am_status status;
	struct stat st;
	int fd;

	if (stat(path, &st) != 0)
		return open_failed(err);
	AM_TRY(regular_check(&st, err));
	fd = open_retried(path, O_NONBLOCK);
	/* Another process holds a lease (Samba does): wait until it yields. */
	if (fd < 0 && errno == EWOULDBLOCK)
		fd = open_retried(path, 0);
	if (fd < 0)
		return open_failed(err);
	status = fstat(fd, &st) == 0 ? regular_check(&st, err)
				     : open_failed(err);
	if (status != AM_OK) {
		(void)close(fd);
		return status;
	}
	*fd_out = fd;
	*size_out = (uint64_t)st.st_size;
	return AM_OK;
}

static struct am_source *
source_new(int fd, struct am_bytes bytes, uint64_t size)
{
	struct am_source *source = am_alloc(sizeof(*source));

	if (source == NULL)
		return NULL;
	source->fd = fd;
	source->bytes = bytes;
	source->size = size;
	source->last = &source->windows[0];
	return source;
}

enum am_status
am_source_open(const char *path, struct am_source **source_out,
	       struct am_error *err)
{
	struct am_source *source;
	uint64_t size = 0;
	int fd = -1;

	AM_TRY(file_open(path, &fd, &size, err));
	source = source_new(fd, am_bytes(NULL, 0), size);
	if (source == NULL) {
		(void)close(fd);
		return am_nomem(err);
	}
	/* Messages lie roughly in the order in which they are read, so a long
	 * read-ahead pays; the kernel still does not read ahead of jumps. */
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	*source_out = source;
	return AM_OK;
}

enum am_status
am_source_of_bytes(struct am_bytes bytes, struct am_source **source_out,
		   struct am_error *err)
{
	struct am_source *source = source_new(-1, bytes, bytes.len);

	if (source == NULL)
		return am_nomem(err);
	*source_out = source;
	return AM_OK;
}

void
am_source_close(struct am_source *source)
{
	if (source == NULL)
		return;
	if (source->fd >= 0)
		(void)close(source->fd);
	am_free(source->memory);
	am_free(source);
}

uint64_t
am_source_failures(const struct am_source *source)
{
	return source->failures;
}

uint64_t
am_source_size(const struct am_source *source)
{
	return source->size;
}

uint64_t
am_source_bytes_asked(const struct am_source *source)
{
	return source->asked;
}

static enum am_status
read_failed(struct am_source *source, uint64_t offset, size_t len, int number,
	    struct am_error *err)
{
	source->failures++;
	return am_fail_at(err, AM_IO, offset,
			  "reading %zu bytes of the archive at %" PRIu64
			  " failed: %s",
			  len, offset, reason(number));
}

/* All of it, from the system; the range is inside the file as it was. */
static enum am_status
file_read(struct am_source *source, uint64_t offset, uint8_t *data, size_t len,
	  struct am_error *err)
{
	size_t done = 0;

	while (done < len) {
		const ssize_t got = pread(source->fd, data + done, len - done,
					  (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return read_failed(source, offset + done, len - done,
					   errno, err);
		if (got == 0)
			return am_fail_at(err, AM_CORRUPT, offset + done,
					  "the file was truncated while it was "
					  "read; it had %" PRIu64 " bytes",
					  source->size);
		done += (size_t)got;
	}
	return AM_OK;
}

static bool
window_has(const struct window *window, uint64_t offset)
{
	return offset >= window->offset &&
	       offset - window->offset < window->len;
}

static struct window *
window_find(struct am_source *source, uint64_t offset)
{
	size_t i;

	if (window_has(source->last, offset))
		return source->last;
	for (i = 0; i < WINDOWS; i++)
		if (window_has(&source->windows[i], offset))
			return &source->windows[i];
	return NULL;
}

/* The window that ends at offset, or a little before. */
static const struct window *
window_before(const struct am_source *source, uint64_t offset)
{
	size_t i;

	for (i = 0; i < WINDOWS; i++) {
		const struct window *window = &source->windows[i];
		const uint64_t end = window->offset + window->len;

		if (window->len > 0 && offset >= end &&
		    offset - end < ALIGNMENT)
			return window;
	}
	return NULL;
}

static struct window *
window_oldest(struct am_source *source)
{
	struct window *oldest = &source->windows[0];
	size_t i;

	for (i = 1; i < WINDOWS; i++)
		if (source->windows[i].used < oldest->used)
			oldest = &source->windows[i];
	return oldest;
}

static uint8_t *
window_memory(const struct am_source *source, const struct window *window)
{
	return source->memory +
	       (size_t)(window - source->windows) * WINDOW_SIZE;
}

/* What to fetch for the want bytes at offset: little at first, and as much
 * again each time that the reader goes on where it was. */
static struct window
window_plan(const struct am_source *source, uint64_t offset, size_t want)
{
	const struct window *before = window_before(source, offset);
	struct window plan = { .offset = offset - offset % ALIGNMENT };
	uint64_t rest;

	if (before != NULL) {
		plan.offset = before->offset + before->len;
		plan.run = before->run;
	}
	want += (size_t)(offset - plan.offset);
	plan.len = plan.run > want ? plan.run : want;
	if (plan.len < FIRST_FETCH)
		plan.len = FIRST_FETCH;
	if (plan.len > WINDOW_SIZE)
		plan.len = WINDOW_SIZE;
	rest = source->size - plan.offset;
	if (plan.len > rest)
		plan.len = (size_t)rest;
	plan.run += plan.len;
	return plan;
}

static enum am_status
window_fill(struct am_source *source, uint64_t offset, size_t want,
	    struct window **window_out, struct am_error *err)
{
	const struct window plan = window_plan(source, offset, want);
	struct window *window = window_oldest(source);

	window->len = 0; /* nothing is there if the read fails half-way */
	AM_TRY(file_read(source, plan.offset, window_memory(source, window),
			 plan.len, err));
	*window = plan;
	*window_out = window;
	return AM_OK;
}

/* Some of the bytes wanted, at least one. */
static enum am_status
window_read(struct am_source *source, uint64_t offset, uint8_t *data,
	    size_t want, size_t *got_out, struct am_error *err)
{
	struct window *window = window_find(source, offset);
	size_t at, got;

	*got_out = want;
	/* What cannot be read may be the part that nobody wanted. */
	if (window == NULL &&
	    window_fill(source, offset, want, &window, NULL) != AM_OK)
		return file_read(source, offset, data, want, err);
	at = (size_t)(offset - window->offset);
	got = window->len - at < want ? window->len - at : want;
	memcpy(data, window_memory(source, window) + at, got);
	window->used = ++source->turn;
	source->last = window;
	*got_out = got;
	return AM_OK;
}

static enum am_status
cached_read(struct am_source *source, uint64_t offset, uint8_t *data,
	    size_t len, struct am_error *err)
{
	size_t done = 0;
	size_t got;

	if (source->memory == NULL)
		source->memory = am_alloc((size_t)WINDOWS * WINDOW_SIZE);
	if (source->memory == NULL)
		return am_nomem(err);
	while (done < len) {
		AM_TRY(window_read(source, offset + done, data + done,
				   len - done, &got, err));
		done += got;
	}
	return AM_OK;
}

enum am_status
am_source_read_at(struct am_source *source, uint64_t offset, void *data,
		  size_t len, struct am_error *err)
{
	if (offset > source->size || len > source->size - offset)
		return am_fail_at(err, AM_CORRUPT, offset,
				  "%zu bytes are wanted there, but the file "
				  "has %" PRIu64 " bytes",
				  len, source->size);
	if (len == 0)
		return AM_OK;
	source->asked += len;
	if (source->fd < 0) {
		memcpy(data, source->bytes.data + offset, len);
		return AM_OK;
	}
	if (len >= DIRECT)
		return file_read(source, offset, data, len, err);
	return cached_read(source, offset, data, len, err);
}

enum am_status
am_source_probe(const char *path, struct am_error *err)
{
	struct am_source *source = NULL;
	uint8_t first[ALIGNMENT];
	enum am_status status;
	size_t len;

	AM_TRY(am_source_open(path, &source, err));
	len = source->size < sizeof(first) ? (size_t)source->size
					   : sizeof(first);
	/* from the medium, not from the memory of the system */
	(void)posix_fadvise(source->fd, 0, sizeof(first), POSIX_FADV_DONTNEED);
	status = file_read(source, 0, first, len, err);
	am_source_close(source);
	return status;
}
