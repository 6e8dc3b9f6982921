/* A part of a file as a stream. */
#include "io/file_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/dir.h"
#include "io/os_error.h"

enum { PIECE = 64 << 10 };

struct file_stream {
	struct am_stream base; /* first */
	int fd;
	uint64_t offset; /* of the next byte */
	uint64_t left;
	const char *path; /* for texts */
	uint8_t *piece;
};

static enum am_status
length_check(int fd, uint64_t offset, uint64_t size, const char *path,
	     uint64_t *length_out, struct am_error *err)
{
	struct stat info;

	if (fstat(fd, &info) != 0)
		return am_os_read_failed(err, errno, path);
	if (!S_ISREG(info.st_mode))
		return am_fail(err, AM_NOT_FOUND, "%s is no file",
			       am_path_shown(path));
	*length_out = (uint64_t)info.st_size;
	if (offset > (uint64_t)info.st_size ||
	    size > (uint64_t)info.st_size - offset)
		return am_fail(err, AM_CORRUPT,
			       "%s has %" PRIu64 " bytes; there is nothing of "
			       "%" PRIu64 " bytes at %" PRIu64,
			       am_path_shown(path), (uint64_t)info.st_size,
			       size, offset);
	return AM_OK;
}

static enum am_status
file_next(struct am_stream *base, struct am_bytes *bytes_out,
	  struct am_error *err)
{
	struct file_stream *stream = (struct file_stream *)base;
	const size_t want = stream->left < PIECE ? (size_t)stream->left : PIECE;
	ssize_t len;

	if (want == 0)
		return AM_END;
	do
		len = pread(stream->fd, stream->piece, want,
			    (off_t)stream->offset);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return am_os_read_failed(err, errno, stream->path);
	if (len == 0)
		return am_fail(err, AM_CORRUPT, "%s became shorter",
			       am_path_shown(stream->path));
	stream->offset += (uint64_t)len;
	stream->left -= (uint64_t)len;
	*bytes_out = am_bytes(stream->piece, (size_t)len);
	return AM_OK;
}

static void
file_close(struct am_stream *base)
{
	struct file_stream *stream = (struct file_stream *)base;

	if (stream->fd >= 0)
		(void)close(stream->fd);
	stream->fd = -1;
	stream->left = 0;
}

enum am_status
am_file_stream_open(struct am_arena *arena, int dir, const char *path,
		    uint64_t offset, uint64_t size, uint64_t *length_out,
		    struct am_stream **stream_out, struct am_error *err)
{
	struct file_stream *stream = am_arena_new(arena, struct file_stream);
	enum am_status status;
	uint64_t length = 0;

	if (stream == NULL)
		return am_arena_failed(arena, sizeof(*stream), err);
	stream->piece = am_arena_raw(arena, PIECE);
	if (stream->piece == NULL)
		return am_arena_failed(arena, PIECE, err);
	stream->path = am_arena_text(arena, path, strlen(path));
	if (stream->path == NULL)
		return am_arena_failed(arena, strlen(path) + 1, err);
	stream->base.next = file_next;
	stream->base.close = file_close;
	stream->offset = offset;
	stream->left = size;
	stream->fd =
		am_dir_openat(dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (stream->fd < 0)
		return am_os_read_failed(err, errno, path);
	status = length_check(stream->fd, offset, size, path, &length, err);
	if (status != AM_OK) {
		file_close(&stream->base);
		return status;
	}
	if (length_out != NULL)
		*length_out = length;
	*stream_out = &stream->base;
	return AM_OK;
}
