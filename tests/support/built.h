/* Archives for tests, made by pst_builder from a recipe in the test's source.
 *
 * The archive is in memory, so that a test may damage bytes of it before it
 * opens it. AM_PST_BUILDER, the path of the program, comes from the build. */
#ifndef AM_TESTS_BUILT_H
#define AM_TESTS_BUILT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pst/messaging/message.h"

struct built {
	uint8_t *data;
	size_t len;
};

/* In the child: the recipe is on descriptor 0. */
static inline void
built_run(const char *path)
{
	execl(AM_PST_BUILDER, AM_PST_BUILDER, "-", path, (char *)NULL);
	_exit(127);
}

/* Runs the builder with the recipe as its standard input. */
static inline bool
built_spawn(const char *recipe, const char *path)
{
	size_t left = strlen(recipe);
	int status = 0;
	int ends[2];
	pid_t child;

	if (pipe(ends) != 0)
		return false;
	child = fork();
	if (child == 0) {
		if (dup2(ends[0], 0) < 0)
			_exit(127);
		close(ends[0]);
		close(ends[1]);
		built_run(path);
	}
	close(ends[0]);
	while (child > 0 && left > 0) {
		const ssize_t done = write(ends[1], recipe, left);

		if (done <= 0)
			break;
		recipe += done;
		left -= (size_t)done;
	}
	close(ends[1]);
	return child > 0 && waitpid(child, &status, 0) == child &&
	       status == 0 && left == 0;
}

static inline bool
built_read(struct built *built, const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat info;
	bool ok;

	if (file == NULL)
		return false;
	ok = fstat(fileno(file), &info) == 0;
	if (ok) {
		built->len = (size_t)info.st_size;
		built->data = malloc(built->len + 1);
		ok = built->data != NULL &&
		     fread(built->data, 1, built->len, file) == built->len;
	}
	fclose(file);
	return ok;
}

/* Ends the program when the recipe cannot be built. Caller: built_free. */
static inline struct built
built_make(const char *recipe)
{
	const char *folder = getenv("TMPDIR");
	struct built built = { NULL, 0 };
	char path[4096];
	int fd;
	bool ok;

	snprintf(path, sizeof(path), "%s/am-built-XXXXXX",
		 folder != NULL ? folder : "/tmp");
	fd = mkstemp(path);
	ok = fd >= 0 && built_spawn(recipe, path) && built_read(&built, path);
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	if (!ok) {
		fprintf(stderr, "cannot build the recipe:\n%s\n", recipe);
		exit(1);
	}
	return built;
}

static inline void
built_free(struct built *built)
{
	free(built->data);
	built->data = NULL;
}

/* Opens the archive; ends the program when that fails. Caller:
 * am_store_close, before built_free. */
static inline struct am_store *
built_open(const struct built *built, const struct am_store_options *options)
{
	struct am_source *source = NULL;
	struct am_store *store = NULL;
	struct am_error err = { 0 };

	if (am_source_of_bytes(am_bytes(built->data, built->len), &source,
			       &err) != AM_OK ||
	    am_store_open_source(source, options, &store, &err) != AM_OK) {
		fprintf(stderr, "cannot open what was built: %s\n", err.text);
		exit(1);
	}
	return store;
}

/* The nth message node of the NBT; ends the program when there are fewer. */
static inline struct am_node
built_message_node(struct am_store *store, size_t nth)
{
	struct am_node_iter iter = { 0 };
	struct am_node node;
	struct am_error err = { 0 };

	while (am_node_next(am_store_ndb(store), &iter, &node, &err) == AM_OK)
		if (am_nid_type(node.nid) == AM_NID_TYPE_MESSAGE && nth-- == 0)
			return node;
	fprintf(stderr, "there are fewer messages: %s\n", err.text);
	exit(1);
}

#endif
