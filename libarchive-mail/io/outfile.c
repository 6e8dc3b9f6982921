/* Files that are written from front to back. */
#include "io/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/os_error.h"

enum { BUFFER_SIZE = 256 << 10, FILE_MODE = 0600 };

/* Bytes go to the offset that is known here, never to where the descriptor
 * stands, so that a write that failed half way can be done again or undone. */
struct am_outfile {
	int fd;
	bool failed_write; /* bytes beyond flushed may be in the file */
	int sync_errno;	   /* of a sync that failed: the kernel tells once */
	uint64_t flushed;  /* length of the file without the buffer */
	size_t used;	   /* bytes in the buffer */
	uint8_t *buffer;   /* BUFFER_SIZE; NULL until something is written */
	char *path;	   /* for texts */
};

/* A named pipe would hang without O_NONBLOCK. */
static enum am_status
file_open(int dir, const char *path, int flags, struct am_outfile *file,
	  struct am_error *err)
{
	struct stat info;

	file->fd = am_dir_openat(
		dir, path, O_WRONLY | O_NONBLOCK | O_NOCTTY | flags, FILE_MODE);
	if (file->fd < 0 && errno == ENOENT && (flags & O_CREAT) == 0)
		return am_fail(err, AM_NOT_FOUND, "%s is not there",
			       am_path_shown(path));
	if (file->fd < 0 || fstat(file->fd, &info) != 0)
		return am_os_create_failed(err, errno, path);
	if (!S_ISREG(info.st_mode))
		return am_os_create_failed(err, EEXIST, path);
	file->flushed = (uint64_t)info.st_size;
	return AM_OK;
}

static enum am_status
outfile_open(int dir, const char *path, int flags, struct am_outfile **file_out,
	     struct am_error *err)
{
	const size_t size = strlen(path) + 1;
	struct am_outfile *file = am_alloc(sizeof(*file));
	enum am_status status;

	if (file == NULL)
		return am_nomem(err);
	file->fd = -1;
	file->path = am_alloc(size);
	if (file->path == NULL) {
		am_outfile_close(file);
		return am_nomem(err);
	}
	memcpy(file->path, path, size);
	status = file_open(dir, path, flags, file, err);
	if (status != AM_OK) {
		am_outfile_close(file);
		return status;
	}
	*file_out = file;
	return AM_OK;
}

enum am_status
am_outfile_open(int dir, const char *path, bool new_only,
		struct am_outfile **file_out, struct am_error *err)
{
	const int flags = O_CREAT | (new_only ? O_EXCL : 0);

	return outfile_open(dir, path, flags, file_out, err);
}

enum am_status
am_outfile_reopen(int dir, const char *path, struct am_outfile **file_out,
		  struct am_error *err)
{
	return outfile_open(dir, path, 0, file_out, err);
}

void
am_outfile_close(struct am_outfile *file)
{
	if (file == NULL)
		return;
	if (file->fd >= 0)
		(void)close(file->fd);
	am_free(file->buffer);
	am_free(file->path);
	am_free(file);
}

enum am_status
am_write_at(int fd, struct am_bytes bytes, uint64_t offset, const char *path,
	    struct am_error *err)
{
	size_t done = 0;

	while (done < bytes.len) {
		const ssize_t len =
			pwrite(fd, bytes.data + done, bytes.len - done,
			       (off_t)(offset + done));

		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return am_os_write_failed(err, len < 0 ? errno : EIO,
						  path);
		done += (size_t)len;
	}
	return AM_OK;
}

static enum am_status
file_append(struct am_outfile *file, struct am_bytes bytes,
	    struct am_error *err)
{
	const enum am_status status =
		am_write_at(file->fd, bytes, file->flushed, file->path, err);

	if (status == AM_OK)
		file->flushed += bytes.len;
	else
		file->failed_write = true;
	return status;
}

static enum am_status
buffer_flush(struct am_outfile *file, struct am_error *err)
{
	if (file->used == 0)
		return AM_OK;
	AM_TRY(file_append(file, am_bytes(file->buffer, file->used), err));
	file->used = 0;
	return AM_OK;
}

/* Takes from the front of bytes what the buffer has room for. */
static enum am_status
buffer_fill(struct am_outfile *file, struct am_bytes *bytes,
	    struct am_error *err)
{
	const size_t room = BUFFER_SIZE - file->used;
	const size_t len = bytes->len < room ? bytes->len : room;

	if (file->buffer == NULL)
		file->buffer = am_realloc(NULL, BUFFER_SIZE);
	if (file->buffer == NULL)
		return am_nomem(err);
	memcpy(file->buffer + file->used, bytes->data, len);
	file->used += len;
	*bytes = am_bytes(bytes->data + len, bytes->len - len);
	return AM_OK;
}

enum am_status
am_outfile_write(struct am_outfile *file, struct am_bytes bytes,
		 struct am_error *err)
{
	while (bytes.len > 0) {
		if (file->used == BUFFER_SIZE)
			AM_TRY(buffer_flush(file, err));
		if (file->used == 0 && bytes.len >= BUFFER_SIZE)
			return file_append(file, bytes, err);
		AM_TRY(buffer_fill(file, &bytes, err));
	}
	return AM_OK;
}

uint64_t
am_outfile_length(const struct am_outfile *file)
{
	return file->flushed + file->used;
}

static enum am_status
file_cut(struct am_outfile *file, uint64_t length, struct am_error *err)
{
	int result;

	do
		result = ftruncate(file->fd, (off_t)length);
	while (result != 0 && errno == EINTR);
	if (result != 0)
		return am_os_write_failed(err, errno, file->path);
	file->flushed = length;
	file->failed_write = false;
	return AM_OK;
}

enum am_status
am_outfile_truncate(struct am_outfile *file, uint64_t length,
		    struct am_error *err)
{
	if (length > am_outfile_length(file))
		return am_fail(err, AM_IO,
			       "%s has %" PRIu64 " bytes and cannot be cut to "
			       "%" PRIu64,
			       am_path_shown(file->path),
			       am_outfile_length(file), length);
	if (length >= file->flushed) {
		file->used = (size_t)(length - file->flushed);
		return file->failed_write ? file_cut(file, file->flushed, err)
					  : AM_OK;
	}
	AM_TRY(file_cut(file, length, err));
	file->used = 0;
	return AM_OK;
}

static enum am_status
file_sync(struct am_outfile *file, struct am_error *err)
{
	int result = -1;

	while (file->sync_errno == 0 && result != 0) {
		result = fdatasync(file->fd);
		if (result != 0 && errno != EINTR)
			file->sync_errno = errno;
	}
	if (result == 0)
		return AM_OK;
	return am_os_write_failed(err, file->sync_errno, file->path);
}

enum am_status
am_outfile_flush(struct am_outfile *file, bool sync, struct am_error *err)
{
	AM_TRY(buffer_flush(file, err));
	return sync ? file_sync(file, err) : AM_OK;
}

enum am_status
am_outfile_set_time(struct am_outfile *file, int64_t unix_time,
		    struct am_error *err)
{
	const struct timespec time = { .tv_sec = (time_t)unix_time };
	const struct timespec times[2] = { time, time };

	/* a later write would change it again */
	AM_TRY(buffer_flush(file, err));
	if (futimens(file->fd, times) != 0)
		return am_os_write_failed(err, errno, file->path);
	return AM_OK;
}

/* from and to in the directories source and target */
static enum am_status
publish_at(int source, const char *from, int target, const char *to, bool sync,
	   struct am_error *err)
{
	if (renameat(source, from, target, to) != 0)
		return am_os_create_failed(err, errno, to);
	return sync ? am_dir_sync(target, to, err) : AM_OK;
}

enum am_status
am_outfile_publish(int dir, const char *from, const char *to, bool sync,
		   struct am_error *err)
{
	const char *from_name;
	const char *to_name;
	enum am_status status;
	int source = -1;
	int target = -1;

	status = am_dir_open_parent(dir, from, false, &source, &from_name, err);
	if (status != AM_OK)
		goto out;
	status = am_dir_open_parent(dir, to, false, &target, &to_name, err);
	if (status != AM_OK)
		goto out;
	status = publish_at(source, from_name, target, to_name, sync, err);
out:
	if (target >= 0)
		(void)close(target);
	if (source >= 0)
		(void)close(source);
	return status;
}
