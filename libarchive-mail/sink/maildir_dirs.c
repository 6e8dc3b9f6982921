/* The directories of Maildir folders. */
#include "sink/maildir_dirs.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "io/dir.h"
#include "io/os_error.h"

static void
folder_close(struct am_maildir_folder *open)
{
	if (open->cur >= 0)
		(void)close(open->cur);
	if (open->tmp >= 0)
		(void)close(open->tmp);
	open->folder = SIZE_MAX;
	open->cur = -1;
	open->tmp = -1;
}

void
am_maildir_path(const struct am_sink_tree *tree, size_t folder,
		const char *name, char path[AM_MAILDIR_PATH_SIZE])
{
	(void)snprintf(path, AM_MAILDIR_PATH_SIZE, "%s%s/%s", tree->prefix,
		       tree->paths[folder], name);
}

/* A Maildir has three directories; nothing is ever in new/. */
static enum am_status
folder_make(struct am_maildir_dirs *dirs, size_t folder,
	    struct am_maildir_folder *open, struct am_error *err)
{
	char path[AM_MAILDIR_PATH_SIZE];
	int fresh = -1;

	am_maildir_path(dirs->tree, folder, "new", path);
	AM_TRY(am_dir_open_below(dirs->tree->root, path, true, &fresh, err));
	(void)close(fresh);
	am_maildir_path(dirs->tree, folder, "tmp", path);
	AM_TRY(am_dir_open_below(dirs->tree->root, path, true, &open->tmp,
				 err));
	am_maildir_path(dirs->tree, folder, "cur", path);
	return am_dir_open_below(dirs->tree->root, path, true, &open->cur, err);
}

enum am_status
am_maildir_dirs_get(struct am_maildir_dirs *dirs, size_t folder,
		    const struct am_maildir_folder **folder_out,
		    struct am_error *err)
{
	struct am_maildir_folder *open;
	enum am_status status;
	size_t i;

	assert(folder < dirs->tree->count);
	for (i = 0; i < AM_MAILDIR_OPEN; i++) {
		*folder_out = &dirs->open[i];
		if ((*folder_out)->folder == folder)
			return AM_OK;
	}
	open = &dirs->open[dirs->next];
	dirs->next = (dirs->next + 1) % AM_MAILDIR_OPEN;
	folder_close(open);
	status = folder_make(dirs, folder, open, err);
	if (status == AM_OK)
		open->folder = folder;
	else
		folder_close(open);
	*folder_out = open;
	return status;
}

void
am_maildir_tmp_name(uint64_t row, uint32_t id, char name[AM_MAILDIR_NAME_SIZE])
{
	(void)snprintf(name, AM_MAILDIR_NAME_SIZE,
		       "%" PRIu64 ".P%08" PRIx32 ".pst", row, id);
}

/* Is it such a name? (what else is in tmp/ is not ours) */
static bool
is_tmp_name(const char *name)
{
	const size_t digits = strspn(name, "0123456789");
	const char *rest = name + digits;

	return digits > 0 && rest[0] == '.' && rest[1] == 'P' &&
	       strspn(rest + 2, "0123456789abcdef") == 8 &&
	       strcmp(rest + 10, ".pst") == 0;
}

/* Closes fd. */
static enum am_status
tmp_clean(int fd, const char *path, struct am_error *err)
{
	DIR *dir = fdopendir(fd);
	enum am_status status = AM_OK;
	const struct dirent *entry;

	if (dir == NULL) {
		(void)close(fd);
		return am_os_create_failed(err, errno, path);
	}
	errno = 0;
	while (status == AM_OK && (entry = readdir(dir)) != NULL)
		if (is_tmp_name(entry->d_name) &&
		    unlinkat(fd, entry->d_name, 0) != 0)
			status = am_os_create_failed(err, errno, path);
	if (status == AM_OK && errno != 0)
		status = am_os_create_failed(err, errno, path);
	(void)closedir(dir);
	return status;
}

enum am_status
am_maildir_clean(const struct am_sink_tree *tree, struct am_error *err)
{
	size_t i;

	for (i = 0; i < tree->count; i++) {
		char path[AM_MAILDIR_PATH_SIZE];
		int fd;

		am_maildir_path(tree, i, "tmp", path);
		fd = am_dir_openat(tree->root, path, O_RDONLY | O_DIRECTORY, 0);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0)
			return am_os_create_failed(err, errno, path);
		AM_TRY(tmp_clean(fd, path, err));
	}
	return AM_OK;
}

void
am_maildir_dirs_init(struct am_maildir_dirs *dirs,
		     const struct am_sink_tree *tree)
{
	size_t i;

	dirs->tree = tree;
	dirs->next = 0;
	for (i = 0; i < AM_MAILDIR_OPEN; i++) {
		dirs->open[i].folder = SIZE_MAX;
		dirs->open[i].cur = -1;
		dirs->open[i].tmp = -1;
	}
}

void
am_maildir_dirs_close(struct am_maildir_dirs *dirs)
{
	size_t i;

	for (i = 0; i < AM_MAILDIR_OPEN; i++)
		folder_close(&dirs->open[i]);
}
