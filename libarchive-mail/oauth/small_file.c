/* Settings and sealed secrets on the disk. */
#include "oauth/small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "io/os_error.h"
#include "io/outfile.h"

enum { READ_FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY };

/* Up to the end. Room for all is made first: growing would leave copies. */
static enum am_status
all_read(int fd, const char *path, struct am_buf *out, struct am_error *err)
{
	struct stat info;
	ssize_t len;

	if (fstat(fd, &info) != 0)
		return am_os_read_failed(err, errno, path);
	if (S_ISDIR(info.st_mode))
		return am_os_read_failed(err, EISDIR, path);
	if (info.st_size > 0 && (uint64_t)info.st_size <= out->max)
		(void)am_buf_room(out, (size_t)info.st_size + 1);
	do {
		uint8_t *room = am_buf_room(out, 1);

		/* the maximum may be just reached: one byte more is too many */
		if (room == NULL)
			return am_buf_status(out, err);
		len = read(fd, room, out->size - out->len - 1);
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return am_os_read_failed(err, errno, path);
		out->len += (size_t)len;
	} while (len != 0 && out->len < out->max);
	out->data[out->len] = '\0';
	if (out->len == out->max)
		return am_fail(err, AM_LIMIT, "%s is too long",
			       am_path_shown(path));
	return AM_OK;
}

static enum am_status
opened_read(int fd, const char *path, struct am_buf *out, struct am_error *err)
{
	enum am_status status;

	if (fd < 0)
		return am_os_read_failed(err, errno, path);
	status = all_read(fd, path, out, err);
	(void)close(fd);
	return status;
}

enum am_status
am_small_file_read(int dir, const char *path, struct am_buf *out,
		   struct am_error *err)
{
	return opened_read(am_dir_openat(dir, path, READ_FLAGS | O_NONBLOCK, 0),
			   path, out, err);
}

enum am_status
am_user_file_read(const char *path, struct am_buf *out, struct am_error *err)
{
	return opened_read(open(path, READ_FLAGS), path, out, err);
}

/* In temporary, and there on disk. */
static enum am_status
temporary_write(int dir, const char *temporary, struct am_bytes bytes,
		struct am_error *err)
{
	struct am_outfile *file;
	enum am_status status;

	AM_TRY(am_dir_remove_file(dir, temporary, err));
	AM_TRY(am_outfile_open(dir, temporary, true, &file, err));
	status = am_outfile_write(file, bytes, err);
	if (status == AM_OK)
		status = am_outfile_flush(file, true, err);
	am_outfile_close(file);
	if (status != AM_OK)
		(void)am_dir_remove_file(dir, temporary, NULL);
	return status;
}

static enum am_status
temporary_name(const char *path, struct am_arena *arena, const char **name_out,
	       struct am_error *err)
{
	*name_out = am_arena_printf(arena, "%s.tmp", path);
	return *name_out != NULL ? AM_OK : am_nomem(err);
}

enum am_status
am_small_file_write(int dir, const char *path, struct am_bytes bytes,
		    struct am_error *err)
{
	struct am_arena arena = { 0 };
	const char *temporary;
	enum am_status status = temporary_name(path, &arena, &temporary, err);

	if (status == AM_OK)
		status = temporary_write(dir, temporary, bytes, err);
	if (status == AM_OK)
		status = am_outfile_publish(dir, temporary, path, true, err);
	am_arena_free(&arena);
	return status;
}

enum am_status
am_small_file_try(int dir, const char *path, size_t size, struct am_error *err)
{
	struct am_arena arena = { 0 };
	const char *temporary;
	enum am_status status = temporary_name(path, &arena, &temporary, err);
	const uint8_t *bytes = am_arena_alloc(&arena, size);

	if (status == AM_OK && bytes == NULL)
		status = am_nomem(err);
	if (status == AM_OK)
		status = temporary_write(dir, temporary, am_bytes(bytes, size),
					 err);
	if (status == AM_OK)
		status = am_dir_remove_file(dir, temporary, err);
	am_arena_free(&arena);
	return status;
}
