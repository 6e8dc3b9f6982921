/* Asking the keyring, in a process of its own. */
#include "keyring_private.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#ifdef AM_HAS_LIBSECRET

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/socket.h"
#include "stop.h"

/* From one process to the other, of the same program. */
struct answer {
	struct am_error err;
	enum am_status status;
	uint8_t key[AM_SEAL_KEY_SIZE];
};

/* --- the process ------------------------------------------------------------
 */

/* What libraries print is not for the user: the answer says what is wrong. */
static void
output_close(void)
{
	const int nothing = open("/dev/null", O_RDWR);

	if (nothing < 0)
		return;
	(void)dup2(nothing, STDIN_FILENO);
	(void)dup2(nothing, STDOUT_FILENO);
	(void)dup2(nothing, STDERR_FILENO);
}

static void
process_run(const struct am_keyring_order *order, int fd)
{
	struct am_keyring_order own = *order;
	struct answer answer = { 0 };
	ssize_t done;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	output_close();
	if (order->task == AM_KEYRING_GET)
		own.key = answer.key;
	answer.status = am_keyring_ask(&own, &answer.err);
	/* less than PIPE_BUF: whole, or not at all */
	done = write(fd, &answer, sizeof(answer));
	OPENSSL_cleanse(&answer, sizeof(answer));
	_exit(done == (ssize_t)sizeof(answer) ? 0 : 1);
}

/* --- here -------------------------------------------------------------------
 */

static enum am_status
answer_wait(int fd, struct answer *answer, struct am_error *err)
{
	const struct am_deadline deadline = am_deadline_in(AM_KEYRING_MS);
	enum am_status status =
		am_socket_wait(fd, POLLIN, deadline, am_stop_flag(), err);
	ssize_t len;

	if (status == AM_END)
		return am_fail(err, AM_AUTH,
			       "the keyring does not answer within %d s; is it "
			       "waiting to be unlocked?",
			       AM_KEYRING_MS / 1000);
	AM_TRY(status);
	do
		len = read(fd, answer, sizeof(*answer));
	while (len < 0 && errno == EINTR);
	if (len != (ssize_t)sizeof(*answer))
		return am_fail(err, AM_AUTH,
			       "the keyring went away while it was asked");
	return AM_OK;
}

static enum am_status
process_start(const struct am_keyring_order *order, int *fd_out, pid_t *pid_out,
	      struct am_error *err)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return am_fail(err, AM_IO, "pipe: %s", strerror(errno));
	pid = fork();
	if (pid == 0)
		process_run(order, ends[1]);
	(void)close(ends[1]);
	if (pid < 0) {
		(void)close(ends[0]);
		return am_fail(err, AM_IO, "fork: %s", strerror(errno));
	}
	*fd_out = ends[0];
	*pid_out = pid;
	return AM_OK;
}

static enum am_status
order_run(const struct am_keyring_order *order, struct am_error *err)
{
	struct answer answer = { 0 };
	enum am_status status;
	pid_t pid;
	size_t i;
	int fd;

	AM_TRY(process_start(order, &fd, &pid, err));
	status = answer_wait(fd, &answer, err);
	(void)close(fd);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	if (status == AM_OK) {
		status = answer.status;
		if (status != AM_OK && err != NULL)
			*err = answer.err;
	}
	if (status == AM_OK && order->task == AM_KEYRING_GET)
		for (i = 0; i < AM_SEAL_KEY_SIZE; i++)
			order->key[i] = answer.key[i];
	OPENSSL_cleanse(&answer, sizeof(answer));
	return status;
}

#else

static enum am_status
order_run(const struct am_keyring_order *order, struct am_error *err)
{
	(void)order;
	return am_fail(err, AM_AUTH,
		       "this archive-mail was built without the keyring: build "
		       "it with libsecret and -DAM_LIBSECRET=ON, or seal with "
		       "a passphrase");
}

#endif

enum am_status
am_keyring_id_make(char id[AM_KEYRING_ID_SIZE], struct am_error *err)
{
	uint8_t chance[(AM_KEYRING_ID_SIZE - 1) / 2];

	if (RAND_bytes(chance, sizeof(chance)) != 1 ||
	    OPENSSL_buf2hexstr_ex(id, AM_KEYRING_ID_SIZE, NULL, chance,
				  sizeof(chance), '\0') != 1)
		return am_fail(err, AM_IO, "no random bytes to be had");
	return AM_OK;
}

enum am_status
am_keyring_get(const char *id, uint8_t key[AM_SEAL_KEY_SIZE],
	       struct am_error *err)
{
	const struct am_keyring_order order = { .task = AM_KEYRING_GET,
						.id = id,
						.key = key };

	return order_run(&order, err);
}

enum am_status
am_keyring_put(const char *id, const char *account,
	       const uint8_t key[AM_SEAL_KEY_SIZE], struct am_error *err)
{
	uint8_t copy[AM_SEAL_KEY_SIZE];
	const struct am_keyring_order order = { .task = AM_KEYRING_PUT,
						.id = id,
						.account = account,
						.key = copy };
	enum am_status status;
	size_t i;

	for (i = 0; i < sizeof(copy); i++)
		copy[i] = key[i];
	status = order_run(&order, err);
	OPENSSL_cleanse(copy, sizeof(copy));
	return status;
}

enum am_status
am_keyring_forget(const char *id, struct am_error *err)
{
	const struct am_keyring_order order = { .task = AM_KEYRING_FORGET,
						.id = id };

	return order_run(&order, err);
}
