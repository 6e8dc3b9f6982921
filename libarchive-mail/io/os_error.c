/* errno as a status and a sentence. */
#include "io/os_error.h"

#include <errno.h>
#include <string.h>

/* Bytes of a path that a text has room for; the end tells more. */
enum { PATH_SHOWN = 96 };

struct cause {
	int number;
	bool is_io; /* nothing that another place for the output would change */
	const char *text; /* NULL: the system's */
};

/* Whoever makes room can run the same command again. */
static const struct cause causes[] = {
	{ ENOSPC, true, "disk full; make room and run the same command again" },
	{ EDQUOT, true,
	  "disk quota used up; make room and run the same command again" },
	{ EFBIG, true,
	  "the file would be larger than the file system or a limit (ulimit "
	  "-f) allows" },
	{ EIO, true, NULL },
	{ EMFILE, true, NULL },
	{ ENFILE, true, NULL },
	{ ENOMEM, true, NULL },
	{ ENOBUFS, true, NULL },
	{ EEXIST, false, "it is there already" },
	{ ELOOP, false, "a symbolic link is in the way, and none is followed" },
	{ ENOTDIR, false,
	  "a file or a link is in the way where a directory belongs" },
	{ EXDEV, false, "the path leads out of its directory" },
};

/* NULL: none of them. */
static const struct cause *
cause_find(int number)
{
	size_t i;

	for (i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		if (causes[i].number == number)
			return &causes[i];
	return NULL;
}

static bool
is_io(int number)
{
	const struct cause *cause = cause_find(number);

	return cause != NULL && cause->is_io;
}

/* In English whatever the locale is, where the C library can. */
static const char *
number_text(int number)
{
	const struct cause *cause = cause_find(number);
	const char *text;

	if (cause != NULL && cause->text != NULL)
		return cause->text;
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
	text = strerrordesc_np(number);
	return text != NULL ? text : "unknown error";
#else
	text = strerror(number);
	return text;
#endif
}

const char *
am_path_shown(const char *path)
{
	const size_t len = strlen(path);

	if (len == 0)
		return "the directory";
	if (len <= PATH_SHOWN)
		return path;
	path += len - PATH_SHOWN;
	while (((unsigned char)*path & 0xc0) == 0x80)
		path++;
	return path;
}

static enum am_status
os_fail(struct am_error *err, enum am_status status, const char *doing,
	const char *path, int number)
{
	return am_fail(err, status, "cannot %s %s%s: %s", doing,
		       strlen(path) > PATH_SHOWN ? "..." : "",
		       am_path_shown(path), number_text(number));
}

enum am_status
am_os_create_failed(struct am_error *err, int number, const char *path)
{
	return os_fail(err, is_io(number) ? AM_IO : AM_OUTPUT, "create", path,
		       number);
}

enum am_status
am_os_write_failed(struct am_error *err, int number, const char *path)
{
	return os_fail(err, AM_IO, "write", path, number);
}

enum am_status
am_os_read_failed(struct am_error *err, int number, const char *path)
{
	if (number == ENOENT || number == ENOTDIR)
		return os_fail(err, AM_NOT_FOUND, "open", path, ENOENT);
	return os_fail(err, AM_IO, "read", path, number);
}
