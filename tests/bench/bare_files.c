/* The floor for Maildir: creates the same files with the same bytes as a
 * finished conversion, and does nothing else. Reads all of SOURCE first, then
 * times only the creating. Prints "files N bytes N seconds S". */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct file {
	char *path; /* below the root */
	char *data; /* NULL: a directory */
	size_t len;
};

static struct file *files;
static size_t count, size, root_len;

static char *
content_read(const char *path, size_t len)
{
	char *data = malloc(len + 1);
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (data == NULL || fd < 0 || read(fd, data, len) != (ssize_t)len)
		exit(74);
	(void)close(fd);
	return data;
}

static int
file_add(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
	(void)ftw;
	if (path[root_len] == '\0')
		return 0;
	if (count == size) {
		size = size > 0 ? size * 2 : 1024;
		files = realloc(files, size * sizeof(*files));
		if (files == NULL)
			exit(71);
	}
	files[count].path = strdup(path + root_len + 1);
	files[count].len = type == FTW_F ? (size_t)info->st_size : 0;
	files[count].data =
		type == FTW_F ? content_read(path, files[count].len) : NULL;
	count++;
	return 0;
}

static void
file_make(int root, const struct file *file)
{
	int fd;

	if (file->data == NULL) {
		(void)mkdirat(root, file->path, 0700);
		return;
	}
	fd = openat(root, file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0600);
	if (fd < 0 || write(fd, file->data, file->len) != (ssize_t)file->len)
		exit(74);
	(void)close(fd);
}

static double
now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	uint64_t bytes = 0;
	double start;
	int root;
	size_t i;

	if (argc != 3)
		return 64;
	root_len = strlen(argv[1]);
	if (nftw(argv[1], file_add, 16, FTW_PHYS) != 0 ||
	    mkdir(argv[2], 0700) != 0)
		return 74;
	root = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	start = now();
	for (i = 0; i < count; i++) {
		file_make(root, files + i);
		bytes += files[i].len;
	}
	printf("files %zu bytes %" PRIu64 " seconds %.3f\n", count, bytes,
	       now() - start);
	return 0;
}
