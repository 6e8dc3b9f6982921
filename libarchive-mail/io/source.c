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
	/* What the first read in a window fetches around what is asked for: a
	 * lone page of a B-tree must not cost 64 KiB. */
	STEP = 8 << 10,
	/* From here on a read goes to the caller's memory at once. */
	DIRECT = 16 << 10
};

/* The bytes [from, to) of the window are there. */
struct window {
	uint64_t number; /* offset / WINDOW_SIZE */
	uint64_t used;	 /* when last; 0: never, the window is free */
	size_t from, to;
};

struct am_source {
	int fd; /* -1: bytes in memory */
	struct am_bytes bytes;
	uint64_t size;
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
regular_check(const char *path, const struct stat *st, struct am_error *err)
{
	if (S_ISREG(st->st_mode))
		return AM_OK;
	return am_fail(err, AM_UNSUPPORTED, "%s is %s, not a file", path,
		       kind_of(st->st_mode));
}

static enum am_status
open_failed(const char *path, struct am_error *err)
{
	const int number = errno;

	if (number == ENOENT || number == ENOTDIR)
		return am_fail(err, AM_NOT_FOUND, "there is no file %s", path);
	return am_fail(err, AM_IO, "cannot open %s: %s", path,
		       strerror(number));
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
		return open_failed(path, err);
	AM_TRY(regular_check(path, &st, err));
	fd = open_retried(path, O_NONBLOCK);
	/* Another process holds a lease (Samba does): wait until it yields. */
	if (fd < 0 && errno == EWOULDBLOCK)
		fd = open_retried(path, 0);
	if (fd < 0)
		return open_failed(path, err);
	status = fstat(fd, &st) == 0 ? regular_check(path, &st, err)
				     : open_failed(path, err);
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
am_source_size(const struct am_source *source)
{
	return source->size;
}

/* All of it, from the system; the range is inside the file as it was. */
static enum am_status
file_read(const struct am_source *source, uint64_t offset, uint8_t *data,
	  size_t len, struct am_error *err)
{
	size_t done = 0;

	while (done < len) {
		const ssize_t got = pread(source->fd, data + done, len - done,
					  (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return am_fail_at(err, AM_IO, offset + done,
					  "reading %zu bytes failed: %s",
					  len - done, strerror(errno));
		if (got == 0)
			return am_fail_at(err, AM_CORRUPT, offset + done,
					  "the file was truncated while it was "
					  "read; it had %" PRIu64 " bytes",
					  source->size);
		done += (size_t)got;
	}
	return AM_OK;
}

static struct window *
window_find(struct am_source *source, uint64_t number)
{
	size_t i;

	if (source->last->used != 0 && source->last->number == number)
		return source->last;
	for (i = 0; i < WINDOWS; i++) {
		struct window *window = &source->windows[i];

		if (window->used != 0 && window->number == number)
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

/* How much of the window is inside the file. */
static size_t
window_length(const struct am_source *source, uint64_t number)
{
	const uint64_t rest = source->size - number * WINDOW_SIZE;

	return rest < WINDOW_SIZE ? (size_t)rest : WINDOW_SIZE;
}

/* Fetches [from, to) of the window and a little around it; all of it when the
 * window was asked before, or when the reader comes from the one before. */
static enum am_status
window_fill(struct am_source *source, uint64_t number, size_t from, size_t to,
	    struct window **window_out, struct am_error *err)
{
	const size_t length = window_length(source, number);
	struct window *window = window_find(source, number);
	enum am_status status;

	if (window != NULL || window_find(source, number - 1) != NULL) {
		from = 0;
		to = length;
	} else {
		from -= from % STEP;
		to += (STEP - to % STEP) % STEP;
		to = to < length ? to : length;
	}
	if (window == NULL)
		window = window_oldest(source);
	window->used = 0; /* nothing is there if the read fails half-way */
	status =
		file_read(source, number * WINDOW_SIZE + from,
			  window_memory(source, window) + from, to - from, err);
	if (status != AM_OK)
		return status;
	window->number = number;
	window->from = from;
	window->to = to;
	*window_out = window;
	return AM_OK;
}

/* A run that lies within one window. */
static enum am_status
window_read(struct am_source *source, uint64_t offset, uint8_t *data,
	    size_t len, struct am_error *err)
{
	const uint64_t number = offset / WINDOW_SIZE;
	const size_t from = (size_t)(offset % WINDOW_SIZE);
	struct window *window = window_find(source, number);

	if (window == NULL || from < window->from || from + len > window->to) {
		/* What cannot be read may be the part that nobody wanted. */
		if (window_fill(source, number, from, from + len, &window,
				NULL) != AM_OK)
			return file_read(source, offset, data, len, err);
	}
	memcpy(data, window_memory(source, window) + from, len);
	window->used = ++source->turn;
	source->last = window;
	return AM_OK;
}

static enum am_status
cached_read(struct am_source *source, uint64_t offset, uint8_t *data,
	    size_t len, struct am_error *err)
{
	size_t done = 0;

	if (source->memory == NULL)
		source->memory = am_alloc((size_t)WINDOWS * WINDOW_SIZE);
	if (source->memory == NULL)
		return am_nomem(err);
	while (done < len) {
		const uint64_t at = offset + done;
		const size_t room = WINDOW_SIZE - (size_t)(at % WINDOW_SIZE);
		const size_t part = len - done < room ? len - done : room;

		AM_TRY(window_read(source, at, data + done, part, err));
		done += part;
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
	if (source->fd < 0) {
		memcpy(data, source->bytes.data + offset, len);
		return AM_OK;
	}
	if (len >= DIRECT)
		return file_read(source, offset, data, len, err);
	return cached_read(source, offset, data, len, err);
}
