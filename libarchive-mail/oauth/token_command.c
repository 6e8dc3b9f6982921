/* A program of the user's that prints a token: --token-command. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ascii.h"
#include "net/deadline.h"
#include "net/socket.h"
#include "oauth/credential.h"
#include "oauth/token.h"

extern char **environ;

enum { OUTPUT_MAX = AM_OAUTH_TOKEN_MAX + 4096, WAIT_SLICE_MS = 20 };

/* In a process group of its own, so that all of it can be ended; without our
 * standard input, and with the signals that a program expects. */
static int
command_spawn(const char *command, int output, pid_t *pid)
{
	char *const argv[] = { (char *)"sh", (char *)"-c", (char *)command,
			       NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int failed;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&attributes) != 0) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return ENOMEM;
	}
	(void)sigemptyset(&defaults);
	(void)sigaddset(&defaults, SIGPIPE);
	failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
						  "/dev/null", O_RDONLY, 0);
	if (failed == 0)
		failed = posix_spawn_file_actions_adddup2(&actions, output,
							  STDOUT_FILENO);
	if (failed == 0)
		failed = posix_spawnattr_setsigdefault(&attributes, &defaults);
	if (failed == 0)
		failed = posix_spawnattr_setpgroup(&attributes, 0);
	if (failed == 0)
		failed = posix_spawnattr_setflags(
			&attributes,
			POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	if (failed == 0)
		failed = posix_spawn(pid, "/bin/sh", &actions, &attributes,
				     argv, environ);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return failed;
}

/* Until it says no more. */
static enum am_status
output_read(int fd, struct am_deadline deadline, const atomic_bool *stop,
	    struct am_buf *output, struct am_error *err)
{
	for (;;) {
		enum am_status status =
			am_socket_wait(fd, POLLIN, deadline, stop, err);
		uint8_t *room;
		ssize_t len;

		if (status == AM_END)
			return am_fail(err, AM_AUTH,
				       "the token command does not come to an "
				       "end");
		AM_TRY(status);
		room = am_buf_room(output, 4096);
		if (room == NULL)
			return am_fail(err, AM_AUTH,
				       "the token command prints more than a "
				       "token");
		len = read(fd, room, 4096);
		if (len == 0)
			return AM_OK;
		if (len > 0)
			output->len += (size_t)len;
		else if (errno != EINTR && errno != EAGAIN)
			return am_fail(err, AM_IO, "the token command: %s",
				       strerror(errno));
	}
}

/* Its end, at the latest when the time is over. */
static int
end_wait(pid_t pid, struct am_deadline deadline)
{
	int how = 0;

	while (waitpid(pid, &how, WNOHANG) == 0) {
		if (am_deadline_left(deadline) == 0) {
			(void)kill(-pid, SIGKILL);
			(void)waitpid(pid, &how, 0);
			break;
		}
		(void)poll(NULL, 0, WAIT_SLICE_MS);
	}
	return how;
}

static enum am_status
command_output(const char *command, const atomic_bool *stop,
	       struct am_buf *output, struct am_error *err)
{
	const struct am_deadline deadline = am_deadline_in(AM_COMMAND_MS);
	enum am_status status;
	int ends[2], failed, how;
	pid_t pid = -1;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return am_fail(err, AM_IO, "pipe: %s", strerror(errno));
	failed = command_spawn(command, ends[1], &pid);
	(void)close(ends[1]);
	if (failed != 0) {
		(void)close(ends[0]);
		return am_fail(err, AM_AUTH, "the token command: %s",
			       strerror(failed));
	}
	status = output_read(ends[0], deadline, stop, output, err);
	(void)close(ends[0]);
	if (status != AM_OK)
		(void)kill(-pid, SIGKILL);
	how = end_wait(pid, deadline);
	if (status != AM_OK)
		return status;
	if (WIFSIGNALED(how))
		return am_fail(err, AM_AUTH,
			       "the token command was ended by signal %d",
			       WTERMSIG(how));
	if (WEXITSTATUS(how) != 0)
		return am_fail(err, AM_AUTH,
			       "the token command failed with status %d; try "
			       "it in a shell",
			       WEXITSTATUS(how));
	return AM_OK;
}

static enum am_status
first_line(const struct am_buf *output, struct am_arena *arena,
	   const char **token_out, struct am_error *err)
{
	struct am_bytes line = am_buf_bytes(output);
	const char *token;
	size_t len;

	for (len = 0; len < line.len && line.data[len] != '\n'; len++)
		continue;
	line.len = len;
	line = am_ascii_trim(line);
	token = am_arena_text(arena, (const char *)line.data, line.len);
	if (token == NULL)
		return am_nomem(err);
	if (!am_oauth_token_is_good(token))
		return am_fail(err, AM_AUTH,
			       "the first line that the token command prints "
			       "is no token");
	*token_out = token;
	return AM_OK;
}

enum am_status
am_token_command_run(const char *command, const atomic_bool *stop,
		     struct am_arena *arena, const char **token_out,
		     struct am_error *err)
{
	struct am_buf output = am_buf(OUTPUT_MAX);
	enum am_status status;

	(void)am_buf_room(&output, OUTPUT_MAX - 1);
	status = command_output(command, stop, &output, err);
	if (status == AM_OK)
		status = first_line(&output, arena, token_out, err);
	am_oauth_wipe(&output);
	return status;
}
