/* Which command may do what once it is locked in. */
#include "lock_in.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "io/dir.h"
#include "sandbox.h"

/* What the child of any_is_archive answers. */
enum { CHILD_FOUND_ONE = 0, CHILD_FOUND_NONE = 3 };

static void
lock_in(struct am_cli *cli, const struct am_sandbox *wanted, bool verbose)
{
	char missing[AM_SANDBOX_TEXT_SIZE];
	uint8_t digest[AM_SHA256_SIZE];

	/* OpenSSL reads its configuration, wherever that is, and loads what is
	 * named in it, when it is used first. */
	am_sha256(am_bytes_of(""), digest);
	if (!am_sandbox_enter(wanted, missing) && verbose)
		am_cli_complain(cli, NULL, "%s", missing);
}

void
am_lock_in_reader(struct am_cli *cli, const char *path, bool verbose)
{
	const char *const paths[] = { path, NULL };
	const struct am_sandbox wanted = { .read = paths };

	lock_in(cli, &wanted, verbose);
}

/* Their paths, ended by NULL; NULL when there is no memory. */
static const char *const *
input_paths(const struct am_inputs *inputs, struct am_arena *arena)
{
	const char **paths =
		am_arena_array(arena, inputs->count + 1, const char *);
	size_t i;

	for (i = 0; paths != NULL && i < inputs->count; i++)
		paths[i] = inputs->list[i].path;
	return paths;
}

static int
child_look(const char *const *paths)
{
	const struct am_sandbox wanted = { .read = paths };
	char missing[AM_SANDBOX_TEXT_SIZE];
	int answer = CHILD_FOUND_NONE;

	(void)am_sandbox_enter(&wanted, missing);
	for (; *paths != NULL && answer == CHILD_FOUND_NONE; paths++) {
		struct am_store *store = NULL;
		struct am_error err = { 0 };
		const enum am_status status =
			am_store_open(*paths, NULL, &store, &err);

		/* without memory nobody knows */
		if (status == AM_OK || status == AM_NOMEM)
			answer = CHILD_FOUND_ONE;
		am_store_close(store);
	}
	return answer;
}

/* Can one of them be opened? To know, it has to be read; and whoever has read
 * it must not make directories any more. So a child looks, locked in itself.
 * True also when that cannot be found out. */
static bool
any_is_archive(const char *const *paths)
{
	const pid_t child = fork();
	int state = 0;
	pid_t ended;

	if (child == 0)
		_exit(child_look(paths));
	do
		ended = waitpid(child, &state, 0);
	while (ended < 0 && errno == EINTR);
	return ended != child || !WIFEXITED(state) ||
	       WEXITSTATUS(state) != CHILD_FOUND_NONE;
}

/* *made_out: it is there. */
static enum am_status
output_make(const char *output, const char *const *paths, bool *made_out,
	    struct am_error *err)
{
	struct stat info;
	int fd = -1;

	*made_out = stat(output, &info) == 0 && S_ISDIR(info.st_mode);
	if (*made_out || !any_is_archive(paths))
		return AM_OK;
	AM_TRY(am_dir_open(output, true, &fd, err));
	(void)close(fd);
	*made_out = true;
	return AM_OK;
}

/* Where path lies; NULL when there is no memory. */
static const char *
parent_of(const char *path, struct am_arena *arena)
{
	const char *const slash = strrchr(path, '/');

	if (slash == NULL)
		return ".";
	return slash == path
		       ? "/"
		       : am_arena_text(arena, path, (size_t)(slash - path));
}

enum am_exit
am_lock_in_writer(struct am_cli *cli, const struct am_lock_in *what)
{
	const char *write[3] = { NULL };
	const struct am_sandbox wanted = {
		.read = input_paths(what->inputs, &cli->arena), .write = write
	};
	const char *const parent =
		what->file != NULL ? parent_of(what->file, &cli->arena) : ".";
	struct am_error err = { 0 };
	enum am_status status;
	size_t count = 0;
	bool made;

	if (wanted.read == NULL || parent == NULL) {
		(void)am_nomem(&err);
		return am_cli_exhausted(cli, &err);
	}
	status = output_make(what->output, wanted.read, &made, &err);
	if (status != AM_OK) {
		am_cli_fail(cli, NULL, &err);
		return am_exit_of(status);
	}
	if (made)
		write[count++] = what->output;
	if (what->file != NULL)
		write[count++] = parent;
	lock_in(cli, &wanted, what->verbose);
	return AM_EXIT_OK;
}
