/* Planted in a program of the tests, which is the program but for this: when
 * an archive has been opened, by whatever thread or process, something that no
 * archive should be able to bring about is tried, and what came of it printed:
 *
 *	planted: open("/etc/passwd"): Permission denied
 *
 * AM_PLANTED_WRITE names a file that is tried to be made. Linked with
 * --wrap=am_store_open. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <archive-mail/store.h>

enum am_status
__real_am_store_open(const char *path, const struct am_store_options *options,
		     struct am_store **store_out, struct am_error *err);
enum am_status
__wrap_am_store_open(const char *path, const struct am_store_options *options,
		     struct am_store **store_out, struct am_error *err);

/* In one write, for there may be threads. */
static void
outcome_print(const char *what, int fd)
{
	char line[256];
	const int len = snprintf(line, sizeof(line), "planted: %s: %s\n", what,
				 fd >= 0 ? "done" : strerror(errno));

	if (fd >= 0)
		(void)close(fd);
	if (len > 0 && write(STDERR_FILENO, line, (size_t)len) != len)
		abort();
}

enum am_status
__wrap_am_store_open(const char *path, const struct am_store_options *options,
		     struct am_store **store_out, struct am_error *err)
{
	const enum am_status status =
		__real_am_store_open(path, options, store_out, err);
	const char *const file = getenv("AM_PLANTED_WRITE");

	if (status != AM_OK)
		return status;
	outcome_print("open(\"/etc/passwd\")",
		      open("/etc/passwd", O_RDONLY | O_CLOEXEC));
	outcome_print("write to the archive", open(path, O_RDWR | O_CLOEXEC));
	outcome_print("socket", socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	if (file != NULL)
		outcome_print("make a file",
			      open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	return status;
}
