/* A directory of its own for a test, and its content as text. */
#ifndef TMP_TREE_H
#define TMP_TREE_H

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"

struct tmp_tree {
	char path[PATH_MAX];
	int fd;
};

static inline struct tmp_tree
tmp_tree_make_in(const char *folder)
{
	const char *base = getenv("TMPDIR");
	struct tmp_tree tree;

	(void)snprintf(tree.path, sizeof(tree.path), "%s/am-XXXXXX",
		       base != NULL && *base != '\0' ? base : folder);
	assert_non_null(mkdtemp(tree.path));
	tree.fd = open(tree.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(tree.fd >= 0);
	return tree;
}

static inline struct tmp_tree
tmp_tree_make(void)
{
	return tmp_tree_make_in("/tmp");
}

/* In memory where there is such a place: for many small trees. */
static inline struct tmp_tree
tmp_tree_make_fast(void)
{
	return tmp_tree_make_in(access("/dev/shm", W_OK) == 0 ? "/dev/shm"
							      : "/tmp");
}

static inline int
tmp_tree_remove_one(const char *path, const struct stat *info, int kind,
		    struct FTW *ftw)
{
	(void)info;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline void
tmp_tree_remove(struct tmp_tree *tree)
{
	assert_int_equal(close(tree->fd), 0);
	assert_int_equal(
		nftw(tree->path, tmp_tree_remove_one, 16, FTW_DEPTH | FTW_PHYS),
		0);
}

static inline void
tmp_tree_write(const struct tmp_tree *tree, const char *path, const void *data,
	       size_t len)
{
	const int fd =
		openat(tree->fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	assert_int_equal(close(fd), 0);
}

static inline void
tmp_tree_read(int dir, const char *path, struct am_buf *out)
{
	const int fd = openat(dir, path, O_RDONLY | O_NOFOLLOW);
	ssize_t len;

	assert_true(fd >= 0);
	am_buf_clear(out);
	do {
		uint8_t *room = am_buf_room(out, 64 << 10);

		assert_non_null(room);
		len = read(fd, room, 64 << 10);
		assert_true(len >= 0);
		out->len += (size_t)len;
	} while (len > 0);
	out->data[out->len] = '\0';
	assert_int_equal(close(fd), 0);
}

/* A file of the tree has exactly this text? */
static inline void
tmp_tree_assert_file(const struct tmp_tree *tree, const char *path,
		     const char *text)
{
	struct am_buf content = am_buf(64 << 20);

	tmp_tree_read(tree->fd, path, &content);
	assert_string_equal(am_buf_text(&content), text);
	assert_int_equal(content.len, strlen(text));
	am_buf_free(&content);
}

static inline bool
tmp_tree_has(const struct tmp_tree *tree, const char *path)
{
	struct stat info;

	return fstatat(tree->fd, path, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

static inline void
tmp_tree_list_file(int dir, const char *name, const char *path,
		   struct am_buf *out)
{
	struct am_buf content = am_buf(256 << 20);
	char hex[AM_SHA256_HEX_SIZE];
	uint8_t digest[AM_SHA256_SIZE];
	struct stat info;

	assert_int_equal(fstatat(dir, name, &info, AT_SYMLINK_NOFOLLOW), 0);
	tmp_tree_read(dir, name, &content);
	am_sha256(am_buf_bytes(&content), digest);
	am_sha256_hex(digest, hex);
	am_buf_printf(out, "%s %o %zu %s\n", path,
		      (unsigned)info.st_mode & 07777, content.len, hex);
	am_buf_free(&content);
}

/* "path mode size sha256" for each file, "path/ mode" for each directory,
 * sorted; symbolic links as "path -> target". */
static inline void
tmp_tree_list_below(int parent, const char *name, const char *path,
		    struct am_buf *out)
{
	struct dirent **entries = NULL;
	const int fd =
		openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	const int count = scandirat(parent, name, &entries, NULL, alphasort);
	int i;

	assert_true(fd >= 0);
	assert_true(count >= 0);
	for (i = 0; i < count; i++) {
		const char *entry = entries[i]->d_name;
		char *below = NULL;
		char target[PATH_MAX] = "";
		struct stat info;

		if (strcmp(entry, ".") != 0 && strcmp(entry, "..") != 0) {
			size_t size = strlen(path) + strlen(entry) + 2;

			below = malloc(size);
			assert_non_null(below);
			(void)snprintf(below, size, "%s%s%s", path,
				       *path != '\0' ? "/" : "", entry);
			assert_int_equal(
				fstatat(fd, entry, &info, AT_SYMLINK_NOFOLLOW),
				0);
			if (S_ISDIR(info.st_mode)) {
				am_buf_printf(out, "%s/ %o\n", below,
					      (unsigned)info.st_mode & 07777);
				tmp_tree_list_below(fd, entry, below, out);
			} else if (S_ISLNK(info.st_mode)) {
				assert_true(readlinkat(fd, entry, target,
						       sizeof(target) - 1) > 0);
				am_buf_printf(out, "%s -> %s\n", below, target);
			} else {
				tmp_tree_list_file(fd, entry, below, out);
			}
			free(below);
		}
		free(entries[i]);
	}
	free(entries);
	assert_int_equal(close(fd), 0);
}

static inline struct am_buf
tmp_tree_list(const struct tmp_tree *tree)
{
	struct am_buf out = am_buf(64 << 20);

	tmp_tree_list_below(tree->fd, ".", "", &out);
	assert_int_equal(am_buf_status(&out, NULL), AM_OK);
	return out;
}

#endif
