/* oauth/vault, credential, sign_in, token_command: secrets on the disk, and
 * tokens that are renewed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "oauth/credential.h"
#include "tmp_tree.h"

static const uint8_t key[AM_SEAL_KEY_SIZE] = { 7 };

static int64_t now = 1000000;

static int64_t
now_get(void)
{
	return now;
}

/* --- an authorization server of a few answers --------------------------- */

struct server {
	const char *const *answers; /* bodies; "!" in front: HTTP 400 */
	int listener;
	uint16_t port;
	atomic_uint calls;
	char form[8][2048]; /* what was asked */
	pthread_t thread;
};

static void
server_answer(struct server *server, int fd, unsigned call)
{
	const char *body = server->answers[call];
	const bool bad = body[0] == '!';
	char text[4096];
	size_t len = 0;
	ssize_t more;

	while (len + 1 < sizeof(text) &&
	       (more = recv(fd, text + len, sizeof(text) - 1 - len, 0)) > 0) {
		const char *end;

		len += (size_t)more;
		text[len] = '\0';
		end = strstr(text, "\r\n\r\n");
		/* the forms here are short: they come in one piece */
		if (end != NULL && strstr(end, "grant_type=") != NULL) {
			(void)snprintf(server->form[call],
				       sizeof(server->form[call]), "%s",
				       end + 4);
			break;
		}
	}
	body += bad ? 1 : 0;
	len = (size_t)snprintf(
		text, sizeof(text),
		"HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
		"Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
		bad ? "400 Bad Request" : "200 OK", strlen(body), body);
	(void)send(fd, text, len, MSG_NOSIGNAL);
	(void)shutdown(fd, SHUT_WR);
	while (recv(fd, text, sizeof(text), 0) > 0)
		continue;
}

static void *
server_run(void *arg)
{
	struct server *server = arg;
	unsigned call;

	for (call = 0; server->answers[call] != NULL; call++) {
		const int fd = accept(server->listener, NULL, NULL);

		if (fd < 0)
			break;
		server_answer(server, fd, call);
		(void)close(fd);
		atomic_fetch_add(&server->calls, 1);
	}
	return NULL;
}

static void
server_start(struct server *server, const char *const *answers)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);

	memset(server, 0, sizeof(*server));
	server->answers = answers;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&address,
			      sizeof(address)),
			 0);
	assert_int_equal(listen(server->listener, 8), 0);
	assert_int_equal(getsockname(server->listener,
				     (struct sockaddr *)&address, &size),
			 0);
	server->port = ntohs(address.sin_port);
	assert_int_equal(
		pthread_create(&server->thread, NULL, server_run, server), 0);
}

static void
server_stop(struct server *server)
{
	(void)shutdown(server->listener, SHUT_RDWR);
	(void)close(server->listener);
	(void)pthread_join(server->thread, NULL);
}

/* --- what a test starts from --------------------------------------------- */

struct bench {
	struct tmp_tree tree;
	struct am_vault vault;
	char url[64];
	struct am_account account;
	struct am_sign_in sign_in;
	struct am_credential *credential;
};

static void
bench_make(struct bench *bench, enum am_way way, uint16_t port,
	   const struct am_vault_content *content)
{
	memset(bench, 0, sizeof(*bench));
	bench->tree = tmp_tree_make();
	bench->vault.dir = bench->tree.fd;
	bench->vault.name = "me";
	bench->vault.secret.key = key;
	(void)snprintf(bench->url, sizeof(bench->url),
		       "http://127.0.0.1:%u/token", (unsigned)port);
	bench->account.name = "me";
	bench->account.user = "ann@example.org";
	bench->account.way = way;
	bench->account.client_id = "client";
	bench->account.server.token = bench->url;
	bench->sign_in.account = &bench->account;
	bench->sign_in.now = now_get;
	if (content != NULL)
		assert_int_equal(am_vault_write(&bench->vault, content, NULL),
				 AM_OK);
	assert_int_equal(am_credential_open(&bench->sign_in, &bench->vault,
					    &bench->credential, NULL),
			 AM_OK);
}

static void
bench_free(struct bench *bench)
{
	bench->credential->close(bench->credential);
	tmp_tree_remove(&bench->tree);
}

static void
gives(struct bench *bench, bool renew, const char *expected)
{
	struct am_error err = { 0 };
	const char *secret = NULL;

	if (bench->credential->get(bench->credential, renew, &secret, &err) !=
	    AM_OK)
		fail_msg("%s", err.text);
	assert_string_equal(secret, expected);
}

static void
gives_not(struct bench *bench, bool renew, enum am_status status,
	  const char *mark)
{
	struct am_error err = { 0 };
	const char *secret = NULL;

	assert_int_equal(
		bench->credential->get(bench->credential, renew, &secret, &err),
		status);
	assert_null(secret);
	if (strstr(err.text, mark) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, mark);
}

static void
stored(const struct bench *bench, const char *access, const char *refresh)
{
	struct am_vault_content content = { 0 };
	struct am_arena arena = { 0 };

	assert_int_equal(am_vault_read(&bench->vault, &arena, &content, NULL),
			 AM_OK);
	if (access == NULL)
		assert_null(content.access);
	else
		assert_string_equal(content.access, access);
	if (refresh == NULL)
		assert_null(content.refresh);
	else
		assert_string_equal(content.refresh, refresh);
	am_arena_wipe(&arena);
}

/* --- the vault ------------------------------------------------------------ */

static void
vault_is_the_same_again(void **state)
{
	static const struct am_vault_content all = {
		"a", "r", "s p", 5, 6, "\"\\\n", "{\n}", "\xc3\xa4\xe2\x80\xae"
	};
	struct am_vault_content read = { 0 };
	struct am_arena arena = { 0 };
	struct am_buf raw = am_buf(1 << 20);
	struct bench bench;
	struct stat info;

	(void)state;
	bench_make(&bench, AM_WAY_PASSWORD, 1, &all);
	assert_int_equal(am_vault_read(&bench.vault, &arena, &read, NULL),
			 AM_OK);
	assert_string_equal(read.access, "a");
	assert_string_equal(read.scope, "s p");
	assert_string_equal(read.client_secret, "\"\\\n");
	assert_string_equal(read.key, "{\n}");
	assert_string_equal(read.password, all.password);
	assert_int_equal(read.obtained, 5);
	assert_int_equal(read.expires, 6);
	assert_int_equal(fstatat(bench.tree.fd, "me.sealed", &info, 0), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_false(tmp_tree_has(&bench.tree, "me.sealed.tmp"));
	tmp_tree_read(bench.tree.fd, "me.sealed", &raw);
	assert_null(memmem(raw.data, raw.len, "access", 6));
	assert_int_equal(am_vault_remove(bench.tree.fd, "me", NULL), AM_OK);
	assert_int_equal(am_vault_read(&bench.vault, &arena, &read, NULL),
			 AM_NOT_FOUND);
	assert_int_equal(am_vault_remove(bench.tree.fd, "me", NULL), AM_OK);
	am_arena_wipe(&arena);
	am_buf_free(&raw);
	bench_free(&bench);
}

static void
vault_content_that_is_none(void **state)
{
	static const char *const texts[] = { "",
					     "[]",
					     "{\"expires\":\"x\"}",
					     "{\"expires\":-1}",
					     "{\"access\":\"a\",\"access\":1}",
					     "{\"a\":" };
	struct am_vault_content content;
	struct am_arena arena = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(am_vault_content_read(am_bytes_of(texts[i]),
						       &arena, &content, NULL),
				 AM_CORRUPT);
	am_arena_free(&arena);
}

static void
another_key_opens_nothing(void **state)
{
	static const struct am_vault_content content = { .access = "a" };
	static const uint8_t other[AM_SEAL_KEY_SIZE] = { 8 };
	struct bench bench;

	(void)state;
	bench_make(&bench, AM_WAY_DEVICE, 1, &content);
	bench.credential->close(bench.credential);
	bench.vault.secret.key = other;
	assert_int_equal(am_credential_open(&bench.sign_in, &bench.vault,
					    &bench.credential, NULL),
			 AM_OK);
	gives_not(&bench, false, AM_AUTH, "passphrase or key");
	bench_free(&bench);
}

static void
lock_is_for_one_at_a_time(void **state)
{
	static const atomic_bool stop = true;
	struct am_error err = { 0 };
	struct bench bench;
	int first, second;

	(void)state;
	bench_make(&bench, AM_WAY_DEVICE, 1, NULL);
	assert_int_equal(am_vault_lock(&bench.vault, NULL, &first, &err),
			 AM_OK);
	/* Ctrl-C while another process has it */
	assert_int_equal(am_vault_lock(&bench.vault, &stop, &second, &err),
			 AM_INTERRUPTED);
	(void)close(first);
	assert_int_equal(am_vault_lock(&bench.vault, &stop, &second, &err),
			 AM_OK);
	(void)close(second);
	bench_free(&bench);
}

/* --- tokens --------------------------------------------------------------- */

static const struct am_vault_content an_hour = { .access = "old",
						 .refresh = "r1",
						 .obtained = 1000000,
						 .expires = 1003600 };

static void
fresh_token_is_given(void **state)
{
	struct bench bench;

	(void)state;
	now = 1000000;
	bench_make(&bench, AM_WAY_DEVICE, 1, &an_hour);
	gives(&bench, false, "old");
	now = 1003600 - AM_TOKEN_SPARE_S;
	gives(&bench, false, "old");
	bench_free(&bench);
}

static void
nobody_is_signed_in(void **state)
{
	struct bench bench;

	(void)state;
	bench_make(&bench, AM_WAY_DEVICE, 1, NULL);
	gives_not(&bench, false, AM_AUTH, "archive-mail login me");
	bench_free(&bench);
}

/* imap-oauth B.3: when less than five minutes are left; the new refresh token
 * is on the disk before the new access token is given out. */
static void
refresh_when_5_minutes_are_left(void **state)
{
	static const char *const answers[] = {
		"{\"access_token\":\"new\",\"refresh_token\":\"r2\","
		"\"token_type\":\"Bearer\",\"expires_in\":3600}",
		NULL
	};
	struct server server;
	struct bench bench;

	(void)state;
	server_start(&server, answers);
	now = 1003600 - AM_TOKEN_SPARE_S + 1;
	bench_make(&bench, AM_WAY_DEVICE, server.port, &an_hour);
	gives(&bench, false, "new");
	stored(&bench, "new", "r2");
	gives(&bench, false, "new");
	assert_int_equal(atomic_load(&server.calls), 1);
	assert_non_null(strstr(server.form[0], "refresh_token=r1"));
	assert_non_null(strstr(server.form[0], "client_id=client"));
	bench_free(&bench);
	server_stop(&server);
}

/* Google: the refresh token stays the same. */
static void
refresh_token_that_is_not_replaced_stays(void **state)
{
	static const char *const answers[] = {
		"{\"access_token\":\"new\",\"expires_in\":3600}", NULL
	};
	struct server server;
	struct bench bench;

	(void)state;
	server_start(&server, answers);
	now = 1003600;
	bench_make(&bench, AM_WAY_BROWSER, server.port, &an_hour);
	gives(&bench, false, "new");
	stored(&bench, "new", "r1");
	bench_free(&bench);
	server_stop(&server);
}

/* imap-oauth B.3: "on an auth NO once". */
static void
refused_token_is_renewed(void **state)
{
	static const char *const answers[] = {
		"{\"access_token\":\"new\",\"expires_in\":3600}", NULL
	};
	struct server server;
	struct bench bench;

	(void)state;
	server_start(&server, answers);
	now = 1000000;
	bench_make(&bench, AM_WAY_DEVICE, server.port, &an_hour);
	gives(&bench, false, "old");
	gives(&bench, true, "new");
	bench_free(&bench);
	server_stop(&server);
}

/* Another process has renewed it meanwhile: its token is used, and the refresh
 * token is not used a second time (which would revoke the family). */
static void
token_of_another_process_is_used(void **state)
{
	const struct am_vault_content theirs = { .access = "theirs",
						 .refresh = "r2",
						 .obtained = 1000000,
						 .expires = 1007200 };
	struct bench bench;

	(void)state;
	now = 1000000;
	bench_make(&bench, AM_WAY_DEVICE, 1, &an_hour);
	gives(&bench, false, "old");
	assert_int_equal(am_vault_write(&bench.vault, &theirs, NULL), AM_OK);
	gives(&bench, true, "theirs");
	assert_int_equal(am_vault_write(&bench.vault, &an_hour, NULL), AM_OK);
	now = 1003600; /* theirs is still good, and in memory */
	gives(&bench, false, "theirs");
	bench_free(&bench);
}

static void
invalid_grant_deletes_the_token(void **state)
{
	static const char *const answers[] = {
		"!{\"error\":\"invalid_grant\",\"error_description\":\"gone\"}",
		NULL
	};
	const struct am_vault_content content = { .access = "old",
						  .refresh = "r1",
						  .client_secret = "s" };
	struct am_vault_content left = { 0 };
	struct am_arena arena = { 0 };
	struct server server;
	struct bench bench;

	(void)state;
	server_start(&server, answers);
	bench_make(&bench, AM_WAY_DEVICE, server.port, &content);
	gives_not(&bench, false, AM_AUTH, "run login again");
	stored(&bench, NULL, NULL);
	assert_int_equal(am_vault_read(&bench.vault, &arena, &left, NULL),
			 AM_OK);
	assert_string_equal(left.client_secret, "s");
	/* and the server is not asked again */
	gives_not(&bench, false, AM_AUTH, "archive-mail login me");
	am_arena_wipe(&arena);
	bench_free(&bench);
	server_stop(&server);
}

/* invalid_client is a matter of the registration, not of the token. */
static void
other_refusals_keep_the_token(void **state)
{
	static const char *const answers[] = {
		"!{\"error\":\"invalid_client\"}", NULL
	};
	struct server server;
	struct bench bench;

	(void)state;
	server_start(&server, answers);
	now = 1003600;
	bench_make(&bench, AM_WAY_DEVICE, server.port, &an_hour);
	gives_not(&bench, false, AM_AUTH, "client-id");
	stored(&bench, "old", "r1");
	bench_free(&bench);
	server_stop(&server);
}

static void
what_cannot_be_stored_is_not_asked_for(void **state)
{
	const struct rlimit none = { 1024, RLIM_INFINITY };
	struct rlimit before;
	static const char *const answers[] = { "{}", NULL };
	struct server server;
	struct bench bench;

	(void)state;
	server_start(&server, answers);
	now = 1003600;
	bench_make(&bench, AM_WAY_DEVICE, server.port, &an_hour);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	gives_not(&bench, false, AM_IO, "");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(atomic_load(&server.calls), 0);
	assert_false(tmp_tree_has(&bench.tree, "me.sealed.tmp"));
	stored(&bench, "old", "r1");
	bench_free(&bench);
	server_stop(&server);
}

/* A clock that was a day ahead when the token came: the server refuses it
 * later, and it is renewed; a day behind: it is renewed early. */
static void
clock_off_by_a_day(void **state)
{
	static const char *const answers[] = {
		"{\"access_token\":\"n1\",\"expires_in\":3600}",
		"{\"access_token\":\"n2\",\"expires_in\":3600}", NULL
	};
	struct server server;
	struct bench bench;

	(void)state;
	server_start(&server, answers);
	now = 1000000 + 86400;
	bench_make(&bench, AM_WAY_DEVICE, server.port, &an_hour);
	gives(&bench, false, "n1");
	now = 1000000; /* put right: n1 seems good for a day */
	gives(&bench, false, "n1");
	gives(&bench, true, "n2");
	bench_free(&bench);
	server_stop(&server);
}

static void
program_signs_in_by_itself(void **state)
{
	static const char *const answers[] = {
		"{\"access_token\":\"one\",\"expires_in\":3600}",
		"{\"access_token\":\"two\",\"expires_in\":3600}", NULL
	};
	const struct am_vault_content content = { .client_secret = "s&=" };
	struct server server;
	struct bench bench;

	(void)state;
	server_start(&server, answers);
	now = 1000000;
	bench_make(&bench, AM_WAY_CLIENT_CREDENTIALS, server.port, &content);
	gives(&bench, false, "one");
	now += 3600;
	gives(&bench, false, "two");
	stored(&bench, "two", NULL);
	assert_non_null(strstr(server.form[0], "client_secret=s%26%3D"));
	bench_free(&bench);
	server_stop(&server);
}

static void
program_without_a_key_says_so(void **state)
{
	const struct am_vault_content content = { .key = "no key" };
	const struct am_vault_content nothing = { 0 };
	struct bench bench;

	(void)state;
	bench_make(&bench, AM_WAY_CLIENT_CREDENTIALS, 1, &nothing);
	gives_not(&bench, false, AM_AUTH, "--client-key-file");
	bench_free(&bench);
	bench_make(&bench, AM_WAY_SERVICE_ACCOUNT, 1, &content);
	gives_not(&bench, false, AM_AUTH, "no private key");
	bench_free(&bench);
}

static void
password_is_given(void **state)
{
	const struct am_vault_content content = { .password = "p w" };
	struct bench bench;

	(void)state;
	bench_make(&bench, AM_WAY_PASSWORD, 1, &content);
	assert_int_equal(bench.credential->kind, AM_CREDENTIAL_PASSWORD);
	gives(&bench, false, "p w");
	gives(&bench, true, "p w");
	bench_free(&bench);
}

/* --- --token-command ------------------------------------------------------ */

static void
command_prints_a_token(void **state)
{
	static const struct {
		const char *command, *token, *mark;
	} cases[] = {
		{ "echo tok; echo more", "tok", NULL },
		{ "printf '  tok\\r\\n'", "tok", NULL },
		{ "printf tok", "tok", NULL },
		{ "echo tok; exit 3", NULL, "status 3" },
		{ "true", NULL, "no token" },
		{ "echo 'two words'", NULL, "no token" },
		{ "echo; echo tok", NULL, "no token" },
		{ "kill -9 $$", NULL, "signal 9" },
		{ "archive-mail-no-such-program 2>/dev/null", NULL,
		  "status 127" },
		{ "head -c 200000 /dev/zero | tr '\\0' x", NULL, "more than" },
		{ "cat; echo tok", "tok", NULL }, /* no input of ours */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench bench;

		bench_make(&bench, AM_WAY_COMMAND, 1, NULL);
		bench.account.command = cases[i].command;
		if (cases[i].token != NULL)
			gives(&bench, false, cases[i].token);
		else
			gives_not(&bench, false, AM_AUTH, cases[i].mark);
		bench_free(&bench);
	}
}

/* imap-oauth B.4: a token of 6 KB. */
static void
command_prints_6_kilobytes(void **state)
{
	struct am_error err = { 0 };
	const char *token = NULL;
	struct bench bench;

	(void)state;
	bench_make(&bench, AM_WAY_COMMAND, 1, NULL);
	bench.account.command = "head -c 6144 /dev/zero | tr '\\0' x";
	assert_int_equal(
		bench.credential->get(bench.credential, false, &token, &err),
		AM_OK);
	assert_int_equal(strlen(token), 6144);
	bench_free(&bench);
}

static void
command_is_interrupted(void **state)
{
	static const atomic_bool stop = true;
	struct bench bench;

	(void)state;
	bench_make(&bench, AM_WAY_COMMAND, 1, NULL);
	bench.account.command = "sleep 60";
	bench.credential->close(bench.credential);
	bench.sign_in.http.stop = &stop;
	assert_int_equal(am_credential_open(&bench.sign_in, &bench.vault,
					    &bench.credential, NULL),
			 AM_OK);
	gives_not(&bench, false, AM_INTERRUPTED, "");
	bench_free(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vault_is_the_same_again),
		cmocka_unit_test(vault_content_that_is_none),
		cmocka_unit_test(another_key_opens_nothing),
		cmocka_unit_test(lock_is_for_one_at_a_time),
		cmocka_unit_test(fresh_token_is_given),
		cmocka_unit_test(nobody_is_signed_in),
		cmocka_unit_test(refresh_when_5_minutes_are_left),
		cmocka_unit_test(refresh_token_that_is_not_replaced_stays),
		cmocka_unit_test(refused_token_is_renewed),
		cmocka_unit_test(token_of_another_process_is_used),
		cmocka_unit_test(invalid_grant_deletes_the_token),
		cmocka_unit_test(other_refusals_keep_the_token),
		cmocka_unit_test(what_cannot_be_stored_is_not_asked_for),
		cmocka_unit_test(clock_off_by_a_day),
		cmocka_unit_test(program_signs_in_by_itself),
		cmocka_unit_test(program_without_a_key_says_so),
		cmocka_unit_test(password_is_given),
		cmocka_unit_test(command_prints_a_token),
		cmocka_unit_test(command_prints_6_kilobytes),
		cmocka_unit_test(command_is_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
