/* Commands that hold secrets. */
#include "secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include "base/alloc.h"
#include "oauth/http.h"
#include "oauth/small_file.h"
#include "stop.h"

/* The search for leaks at the end of a sanitized program attaches to it. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED true
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define WATCHED true
#endif
#ifndef WATCHED
#define WATCHED false
#endif

static const char passphrase_variable[] = "AM_PASSPHRASE";

/* --- wiping ----------------------------------------------------------------
 */

/* Before each piece of jansson's memory, so that freeing knows its size. */
struct sized {
	alignas(max_align_t) size_t size;
};

static void *
sized_alloc(size_t size)
{
	struct sized *piece;

	if (size > SIZE_MAX - sizeof(*piece))
		return NULL;
	piece = am_alloc(sizeof(*piece) + size);
	if (piece == NULL)
		return NULL;
	piece->size = size;
	return piece + 1;
}

static void
sized_wipe(void *memory)
{
	struct sized *piece;

	if (memory == NULL)
		return;
	piece = (struct sized *)memory - 1;
	OPENSSL_cleanse(memory, piece->size);
	am_free(piece);
}

void
am_secrets_guard(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	if (!WATCHED)
		(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	json_set_alloc_funcs(sized_alloc, sized_wipe);
}

/* --- files ------------------------------------------------------------------
 */

static enum am_status
text_keep(const char *text, size_t len, struct am_arena *arena,
	  const char **text_out, struct am_error *err)
{
	*text_out = am_arena_text(arena, text, len);
	return *text_out != NULL ? AM_OK : am_nomem(err);
}

static enum am_status
first_line_get(const char *path, struct am_arena *arena, const char **line_out,
	       struct am_error *err)
{
	struct am_buf file = am_buf(AM_PASSPHRASE_MAX);
	enum am_status status = am_user_file_read(path, &file, err);
	const char *text = am_buf_text(&file);

	if (status == AM_OK)
		status = text_keep(text, strcspn(text, "\r\n"), arena, line_out,
				   err);
	am_oauth_wipe(&file);
	if (status == AM_OK && (*line_out)[0] == '\0')
		return am_fail(err, AM_AUTH, "the first line of %s is empty",
			       path);
	return status;
}

static enum am_status
key_get(const char *path, struct am_arena *arena, struct am_seal_secret *secret,
	struct am_error *err)
{
	struct am_buf file = am_buf(AM_PASSPHRASE_MAX);
	struct am_bytes copy = { NULL, 0 };
	enum am_status status = am_user_file_read(path, &file, err);

	if (status == AM_OK && file.len != AM_SEAL_KEY_SIZE)
		status = am_fail(err, AM_AUTH,
				 "%s is no key: it has %zu bytes, and a key "
				 "has %d (head -c %d /dev/urandom > FILE)",
				 path, file.len, AM_SEAL_KEY_SIZE,
				 AM_SEAL_KEY_SIZE);
	if (status == AM_OK)
		status = am_arena_copy(arena, am_buf_bytes(&file), &copy, err);
	am_oauth_wipe(&file);
	secret->key = copy.data;
	return status;
}

/* --- the terminal ------------------------------------------------------------
 */

/* A line, cut at size; Ctrl-C is seen although read would go on. */
static enum am_status
line_read(int fd, char *line, size_t size, struct am_error *err)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t len = 0;

	while (len + 1 < size) {
		char c;
		ssize_t got;

		if (atomic_load(am_stop_flag()))
			return am_fail(err, AM_INTERRUPTED, "interrupted");
		if (poll(&ready, 1, 250) <= 0)
			continue;
		got = read(fd, &c, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return am_fail(err, AM_AUTH, "the terminal was closed");
		if (c == '\n' || c == '\r')
			break;
		line[len++] = c;
	}
	line[len] = '\0';
	return AM_OK;
}

static void
say(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		const ssize_t done = write(fd, text, len);

		if (done <= 0)
			return;
		text += done;
		len -= (size_t)done;
	}
}

static enum am_status
hidden_read(int fd, const char *prompt, char *line, size_t size,
	    struct am_error *err)
{
	struct termios before, hidden;
	enum am_status status;

	if (tcgetattr(fd, &before) != 0)
		return am_fail(err, AM_AUTH, "the terminal: %s",
			       strerror(errno));
	hidden = before;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	hidden.c_lflag |= ICANON;
	(void)tcsetattr(fd, TCSAFLUSH, &hidden);
	say(fd, prompt);
	status = line_read(fd, line, size, err);
	(void)tcsetattr(fd, TCSAFLUSH, &before);
	say(fd, "\n");
	return status;
}

/* AM_END: there is no terminal. */
static enum am_status
terminal_get(const char *prompt, struct am_arena *arena,
	     const char **secret_out, struct am_error *err)
{
	char line[AM_PASSPHRASE_MAX];
	enum am_status status;
	const int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return AM_END;
	status = hidden_read(fd, prompt, line, sizeof(line), err);
	(void)close(fd);
	if (status == AM_OK)
		status = text_keep(line, strlen(line), arena, secret_out, err);
	OPENSSL_cleanse(line, sizeof(line));
	if (status == AM_OK && (*secret_out)[0] == '\0')
		return am_fail(err, AM_AUTH, "nothing was typed");
	return status;
}

static enum am_status
passphrase_ask(bool is_new, struct am_arena *arena, const char **words_out,
	       struct am_error *err)
{
	const char *again = NULL;
	enum am_status status =
		terminal_get(is_new ? "A passphrase to seal the sign-in with: "
				    : "The passphrase of the sign-in: ",
			     arena, words_out, err);

	if (status == AM_END)
		return am_fail(err, AM_AUTH,
			       "no passphrase: give --passphrase-file, "
			       "--key-file or %s in the environment",
			       passphrase_variable);
	if (status != AM_OK || !is_new)
		return status;
	AM_TRY(terminal_get("Once more: ", arena, &again, err));
	if (strcmp(*words_out, again) != 0)
		return am_fail(err, AM_AUTH, "the two are not the same");
	return AM_OK;
}

/* It does not stay where programs that we start would get it. */
static void
variable_drop(char *value)
{
	OPENSSL_cleanse(value, strlen(value));
	(void)unsetenv(passphrase_variable);
}

static enum am_status
variable_take(struct am_arena *arena, const char **words_out,
	      struct am_error *err)
{
	char *value = getenv(passphrase_variable);
	enum am_status status;

	if (value == NULL || value[0] == '\0')
		return AM_END;
	status = text_keep(value, strlen(value), arena, words_out, err);
	variable_drop(value);
	return status;
}

void
am_unlock_skip(void)
{
	char *value = getenv(passphrase_variable);

	if (value != NULL)
		variable_drop(value);
}

enum am_status
am_unlock(const struct am_unlock_values *values, bool is_new,
	  struct am_arena *arena, struct am_seal_secret *secret_out,
	  struct am_error *err)
{
	struct am_seal_secret secret = { NULL, NULL };
	enum am_status status;

	if (values->key_file != NULL)
		status = key_get(values->key_file, arena, &secret, err);
	else if (values->passphrase_file != NULL)
		status = first_line_get(values->passphrase_file, arena,
					&secret.passphrase, err);
	else {
		status = variable_take(arena, &secret.passphrase, err);
		if (status == AM_END)
			status = passphrase_ask(is_new, arena,
						&secret.passphrase, err);
	}
	if (status == AM_OK)
		*secret_out = secret;
	return status;
}

enum am_status
am_secret_get(const char *path, const char *what, struct am_arena *arena,
	      const char **secret_out, struct am_error *err)
{
	char prompt[80];
	enum am_status status;

	if (path != NULL)
		return first_line_get(path, arena, secret_out, err);
	(void)snprintf(prompt, sizeof(prompt), "The %s: ", what);
	status = terminal_get(prompt, arena, secret_out, err);
	if (status == AM_END)
		return am_fail(err, AM_AUTH, "no terminal to ask for the %s at",
			       what);
	return status;
}
