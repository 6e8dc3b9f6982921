/* Runs a fuzz target on the files that are named, and on those in the folders
 * that are named: seeds and past findings, with any compiler. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fuzz.h"

static bool
file_run(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	struct stat info;
	size_t len = 0;

	if (file == NULL || fstat(fileno(file), &info) != 0) {
		perror(path);
		exit(2);
	}
	len = (size_t)info.st_size;
	/* exactly as many bytes as there are: one more read is a fault */
	data = malloc(len > 0 ? len : 1);
	if (data == NULL || fread(data, 1, len, file) != len) {
		perror(path);
		exit(2);
	}
	fclose(file);
	fprintf(stderr, "%s: %zu bytes\n", path, len);
	(void)LLVMFuzzerTestOneInput(data, len);
	free(data);
	return true;
}

static size_t
path_run(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	char inner[4096];
	size_t count = 0;

	if (folder == NULL)
		return file_run(path);
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
		count += file_run(inner);
	}
	closedir(folder);
	return count;
}

int
main(int argc, char **argv)
{
	size_t count = 0;
	int i;

	for (i = 1; i < argc; i++)
		count += path_run(argv[i]);
	printf("%zu inputs\n", count);
	return count > 0 ? 0 : 1;
}
