/* Where things lie. */
#include "places.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/dir.h"
#include "io/os_error.h"
#include "oauth/small_file.h"

static const struct place {
	const char *variable, *below_home, *below;
} places[] = {
	[AM_PLACE_ACCOUNTS] = { "XDG_CONFIG_HOME", ".config",
				"archive-mail/accounts" },
	[AM_PLACE_TOKENS] = { "XDG_STATE_HOME", ".local/state",
			      "archive-mail/tokens" },
	[AM_PLACE_UPLOADS] = { "XDG_STATE_HOME", ".local/state",
			       "archive-mail/uploads" },
};

static const char providers[] = "archive-mail/providers.json";

/* XDG Base Directory: a relative path does not count. */
static enum am_status
path_make(const struct place *place, const char *below, char path[PATH_MAX],
	  struct am_error *err)
{
	const char *base = getenv(place->variable);
	const char *home = getenv("HOME");
	int len;

	if (base != NULL && base[0] == '/')
		len = snprintf(path, PATH_MAX, "%s/%s", base, below);
	else if (home != NULL && home[0] == '/')
		len = snprintf(path, PATH_MAX, "%s/%s/%s", home,
			       place->below_home, below);
	else
		return am_fail(err, AM_OUTPUT,
			       "neither %s nor HOME names a directory",
			       place->variable);
	if (len < 0 || len >= PATH_MAX)
		return am_os_create_failed(err, ENAMETOOLONG, below);
	return AM_OK;
}

enum am_status
am_place_open(enum am_place place, bool make, int *dir_out,
	      struct am_error *err)
{
	char path[PATH_MAX];
	struct stat info;

	AM_TRY(path_make(&places[place], places[place].below, path, err));
	if (!make && stat(path, &info) != 0 && errno == ENOENT)
		return am_fail(err, AM_NOT_FOUND, "%s is not there",
			       am_path_shown(path));
	AM_TRY(am_dir_open(path, make, dir_out, err));
	/* one that was there already may let others look */
	if (place == AM_PLACE_TOKENS)
		(void)fchmod(*dir_out, 0700);
	return AM_OK;
}

enum am_status
am_place_path(enum am_place place, const char *name, struct am_arena *arena,
	      const char **path_out, struct am_error *err)
{
	char path[PATH_MAX];

	AM_TRY(path_make(&places[place], places[place].below, path, err));
	*path_out = am_arena_printf(arena, "%s/%s", path, name);
	return *path_out != NULL ? AM_OK : am_nomem(err);
}

/* Of the program's own directory; false: not known, or too long. */
static bool
beside_program(const char *relative, char path[PATH_MAX])
{
	const ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
	size_t used;
	char *slash;

	if (len <= 0)
		return false;
	path[len] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return false;
	used = (size_t)(slash + 1 - path);
	return snprintf(slash + 1, PATH_MAX - used, "%s%s", relative,
			providers) < (int)(PATH_MAX - used);
}

/* AM_NOT_FOUND goes on to the next place. */
static enum am_status
providers_read(char path[PATH_MAX], struct am_buf *file, struct am_error *err)
{
	static const char *const beside[] = { "../share/", "share/" };
	const char *named = getenv("AM_PROVIDERS");
	enum am_status status = AM_NOT_FOUND;
	size_t i;

	if (named != NULL && named[0] != '\0') {
		(void)snprintf(path, PATH_MAX, "%s", named);
		return am_user_file_read(path, file, err);
	}
	if (path_make(&places[AM_PLACE_ACCOUNTS], providers, path, err) ==
	    AM_OK)
		status = am_user_file_read(path, file, err);
	for (i = 0; status == AM_NOT_FOUND && i < 2; i++)
		if (beside_program(beside[i], path))
			status = am_user_file_read(path, file, err);
	if (status == AM_NOT_FOUND)
		return am_fail(err, AM_NOT_FOUND,
			       "the list of providers is not where it was "
			       "installed (share/%s beside the program's bin); "
			       "AM_PROVIDERS may name it",
			       providers);
	return status;
}

enum am_status
am_place_profile(const char *name, struct am_arena *arena,
		 struct am_profile *profile_out, struct am_error *err)
{
	struct am_buf file = am_buf(AM_PROFILE_FILE_MAX);
	char path[PATH_MAX] = "";
	struct am_error inner = { 0 };
	enum am_status status = providers_read(path, &file, err);

	if (status == AM_OK) {
		status = am_profile_read(am_buf_bytes(&file), name, arena,
					 profile_out, &inner);
		if (status == AM_NOT_FOUND)
			status = AM_UNSUPPORTED;
		if (status != AM_OK)
			(void)am_fail(err, status, "%s: %.150s",
				      am_path_shown(path), inner.text);
	}
	am_buf_free(&file);
	return status;
}
