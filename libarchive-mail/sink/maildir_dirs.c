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
am_maildir_path(const struct am_maildir_dirs *dirs, size_t folder,
		const char *sub, char path[AM_MAILDIR_PATH_SIZE])
{
	char tail[8] = "";

	if (!dirs->layout->is_flat)
		(void)snprintf(tail, sizeof(tail), "/%s", sub);
	am_sink_tree_path(dirs->tree, folder, tail, path);
}

static enum am_status
dir_make(const struct am_maildir_dirs *dirs, const char *path,
	 struct am_error *err)
{
	int fd = -1;

	AM_TRY(am_dir_open_below(dirs->tree->root, path, true, &fd, err));
	(void)close(fd);
	return AM_OK;
}

/* The root of a Maildir++ is a Maildir, and be it an empty one. */
static enum am_status
root_make(struct am_maildir_dirs *dirs, struct am_error *err)
{
	static const char *const subs[] = { "cur", "new", "tmp" };
	char path[AM_MAILDIR_PATH_SIZE];
	size_t i;

	if (!dirs->layout->is_plusplus || dirs->root_is_there)
		return AM_OK;
	for (i = 0; i < sizeof(subs) / sizeof(subs[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", dirs->tree->prefix,
			       subs[i]);
		AM_TRY(dir_make(dirs, path, err));
	}
	dirs->root_is_there = true;
	return AM_OK;
}

/* A Maildir has three directories; nothing is ever in new/. */
static enum am_status
folder_make(struct am_maildir_dirs *dirs, size_t folder,
	    struct am_maildir_folder *open, struct am_error *err)
{
	char path[AM_MAILDIR_PATH_SIZE];

	AM_TRY(root_make(dirs, err));
	am_maildir_path(dirs, folder, "new", path);
	AM_TRY(dir_make(dirs, path, err));
	am_maildir_path(dirs, folder, "tmp", path);
	AM_TRY(am_dir_open_below(dirs->tree->root, path, true, &open->tmp,
				 err));
	am_maildir_path(dirs, folder, "cur", path);
	return am_dir_open_below(dirs->tree->root, path, true, &open->cur, err);
}

enum am_status
am_maildir_mark(const struct am_maildir_dirs *dirs, size_t folder,
		struct am_error *err)
{
	char path[AM_MAILDIR_PATH_SIZE];
	int fd;

	if (!dirs->layout->is_plusplus || *dirs->tree->paths[folder] == '\0')
		return AM_OK;
	am_sink_tree_path(dirs->tree, folder, "/maildirfolder", path);
	fd = am_dir_openat(dirs->tree->root, path, O_WRONLY | O_CREAT, 0600);
	if (fd < 0)
		return am_os_create_failed(err, errno, path);
	(void)close(fd);
	return AM_OK;
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
am_maildir_clean(const struct am_maildir_dirs *dirs, struct am_error *err)
{
	const struct am_sink_tree *tree = dirs->tree;
	size_t i;

	for (i = 0; i < tree->count; i++) {
		char path[AM_MAILDIR_PATH_SIZE];
		int fd;

		am_maildir_path(dirs, i, "tmp", path);
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
		     const struct am_maildir_layout *layout,
		     const struct am_sink_tree *tree)
{
	size_t i;

	dirs->layout = layout;
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
