/* net/conn: TCP, TLS and DEFLATE against a server in a child process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <zlib.h>

#include "net/conn.h"
#include "tls_server.h"

enum { MUCH = 3 << 20 };

static struct tls_identity authority, other_authority;
static char ca_file[] = "/tmp/am-net-ca-XXXXXX";

/* --- the server's side ------------------------------------------------- */

static void
say(int fd, SSL *ssl, const void *bytes, size_t len)
{
	const char *next = bytes;

	while (len > 0) {
		const size_t piece = len < 16384 ? len : 16384;
		const ssize_t done = ssl != NULL
					     ? SSL_write(ssl, next, (int)piece)
					     : write(fd, next, piece);

		if (done <= 0)
			_exit(1);
		next += done;
		len -= (size_t)done;
	}
}

static ssize_t
hear(int fd, SSL *ssl, void *bytes, size_t size)
{
	return ssl != NULL ? SSL_read(ssl, bytes, (int)size)
			   : read(fd, bytes, size);
}

/* Says everything back until the client has no more. */
static void
talk_echo(int fd, SSL *ssl)
{
	char bytes[4096];
	ssize_t len;

	while ((len = hear(fd, ssl, bytes, sizeof(bytes))) > 0)
		say(fd, ssl, bytes, (size_t)len);
}

static void
talk_plain_echo(int fd, SSL_CTX *ctx, const void *arg)
{
	(void)ctx;
	(void)arg;
	talk_echo(fd, NULL);
}

static void
talk_tls_echo(int fd, SSL_CTX *ctx, const void *arg)
{
	SSL *ssl = tls_server_accept(fd, ctx);

	(void)arg;
	if (ssl != NULL)
		talk_echo(fd, ssl);
}

static void
talk_text(int fd, SSL_CTX *ctx, const void *arg)
{
	(void)ctx;
	say(fd, NULL, arg, strlen(arg));
}

/* Says MUCH bytes before it hears any: a client that does not read while it
 * writes never comes to an end. */
static void
talk_much(int fd, SSL_CTX *ctx, const void *arg)
{
	SSL *ssl = arg != NULL ? tls_server_accept(fd, ctx) : NULL;
	char bytes[4096];
	size_t heard = 0;
	size_t said;
	ssize_t len;

	memset(bytes, 'x', sizeof(bytes));
	for (said = 0; said < MUCH; said += sizeof(bytes))
		say(fd, ssl, bytes, sizeof(bytes));
	while (heard < MUCH && (len = hear(fd, ssl, bytes, sizeof(bytes))) > 0)
		heard += (size_t)len;
	say(fd, ssl, "!", 1);
	(void)pause();
}

static void
talk_silence(int fd, SSL_CTX *ctx, const void *arg)
{
	(void)fd;
	(void)ctx;
	(void)arg;
	(void)pause();
}

/* Answers one line, with more behind it when arg is not NULL, then TLS. */
static void
talk_starttls(int fd, SSL_CTX *ctx, const void *arg)
{
	char line[64];

	(void)hear(fd, NULL, line, sizeof(line));
	say(fd, NULL, "OK\r\n", 4);
	if (arg != NULL)
		say(fd, NULL, arg, strlen(arg));
	talk_tls_echo(fd, ctx, NULL);
}

/* Unpacks what comes and says it back, packed, piece by piece. */
static void
talk_deflate_echo(int fd, SSL_CTX *ctx, const void *arg)
{
	z_stream in = { 0 }, out = { 0 };
	uint8_t bytes[4096], plain[8192], packed[16384];
	ssize_t len;

	(void)ctx;
	(void)arg;
	(void)inflateInit2(&in, -15);
	(void)deflateInit2(&out, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
	while ((len = hear(fd, NULL, bytes, sizeof(bytes))) > 0) {
		in.next_in = bytes;
		in.avail_in = (unsigned)len;
		do {
			in.next_out = plain;
			in.avail_out = sizeof(plain);
			if (inflate(&in, Z_SYNC_FLUSH) < Z_BUF_ERROR)
				_exit(1);
			out.next_in = plain;
			out.avail_in = (unsigned)sizeof(plain) - in.avail_out;
			out.next_out = packed;
			out.avail_out = sizeof(packed);
			(void)deflate(&out, Z_SYNC_FLUSH);
			say(fd, NULL, packed, sizeof(packed) - out.avail_out);
		} while (in.avail_out == 0);
	}
}

/* --- the client's side ------------------------------------------------- */

static struct am_conn_options
options_for(const struct tls_server *server)
{
	const struct am_conn_options options = {
		.host = "localhost",
		.port = server->port,
		.ca_file = ca_file,
		.connect_ms = 5000,
		.idle_ms = 20000,
	};

	return options;
}

/* Says text, waits until as much has come back, compares. */
static bool
echo_passes(struct am_conn *conn, const char *text, struct am_error *err)
{
	const struct am_bytes said = am_bytes_of(text);
	size_t queued;
	bool same;

	if (am_conn_queue(conn, said, &queued, err) != AM_OK ||
	    queued != said.len)
		return false;
	while (am_conn_input(conn).len < said.len)
		if (am_conn_step(conn, err) != AM_OK)
			return false;
	same = am_bytes_equal(am_conn_input(conn), said);
	am_conn_use(conn, said.len);
	return same;
}

static void
test_plain(void **state)
{
	struct tls_server server =
		tls_server_start(NULL, 0, talk_plain_echo, NULL);
	struct am_conn_options options = options_for(&server);
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };

	(void)state;
	options.plain = true;
	assert_int_equal(am_conn_open(&options, NULL, &conn, &err), AM_OK);
	assert_false(am_conn_is_encrypted(conn));
	assert_true(echo_passes(conn, "hello", &err));
	assert_true(echo_passes(conn, "again\r\n", &err));
	assert_int_equal(am_conn_count(conn).said, 12);
	assert_int_equal(am_conn_count(conn).heard, 12);
	am_conn_close(conn);
	tls_server_stop(&server);
}

/* name, subject names, first and last day, signed by the other authority,
 * highest version (0: any), status, word of the text */
static const struct tls_case {
	const char *name, *san;
	int first_day, last_day;
	bool other;
	int version;
	enum am_status status;
	const char *word;
} tls_cases[] = {
	{ "good", "DNS:localhost", -1, 9, false, 0, AM_OK, "" },
	{ "TLS 1.2", "DNS:localhost", -1, 9, false, TLS1_2_VERSION, AM_OK, "" },
	{ "TLS 1.1", "DNS:localhost", -1, 9, false, TLS1_1_VERSION, AM_PROTOCOL,
	  "1.2" },
	{ "another name", "DNS:example.org", -1, 9, false, 0, AM_PROTOCOL,
	  "another name" },
	{ "a partial wildcard", "DNS:local*", -1, 9, false, 0, AM_PROTOCOL,
	  "another name" },
	{ "expired", "DNS:localhost", -9, -1, false, 0, AM_PROTOCOL,
	  "expired" },
	{ "not yet", "DNS:localhost", 2, 9, false, 0, AM_PROTOCOL, "clock" },
	{ "unknown authority", "DNS:localhost", -1, 9, true, 0, AM_PROTOCOL,
	  "--ca-file" },
};

static bool
tls_case_passes(const struct tls_case *test)
{
	struct tls_identity identity =
		tls_identity(test->other ? &other_authority : &authority,
			     test->san, test->first_day, test->last_day);
	struct tls_server server =
		tls_server_start(&identity, test->version, talk_tls_echo, NULL);
	const struct am_conn_options options = options_for(&server);
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };
	enum am_conn_stage stage;
	const enum am_status status =
		am_conn_open(&options, &stage, &conn, &err);
	bool passes = status == test->status;

	if (status == AM_OK)
		passes = passes && stage == AM_CONN_OPEN &&
			 am_conn_is_encrypted(conn) &&
			 echo_passes(conn, "secret", &err);
	else
		passes = passes && stage == AM_CONN_TLS &&
			 strstr(err.text, test->word) != NULL;
	am_conn_close(conn);
	tls_server_stop(&server);
	tls_identity_free(&identity);
	return passes;
}

static void
test_tls(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tls_cases) / sizeof(tls_cases[0]); i++)
		if (!tls_case_passes(&tls_cases[i]))
			fail_msg("%s", tls_cases[i].name);
}

/* The address instead of the name: only a certificate that has it will do. */
static void
test_tls_to_an_address(void **state)
{
	static const char *const names[] = { "DNS:localhost", "IP:127.0.0.1" };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct tls_identity identity =
			tls_identity(&authority, names[i], -1, 9);
		struct tls_server server =
			tls_server_start(&identity, 0, talk_tls_echo, NULL);
		struct am_conn_options options = options_for(&server);
		struct am_conn *conn = NULL;
		struct am_error err = { 0 };

		options.host = "127.0.0.1";
		assert_int_equal(am_conn_open(&options, NULL, &conn, &err),
				 i == 0 ? AM_PROTOCOL : AM_OK);
		am_conn_close(conn);
		tls_server_stop(&server);
		tls_identity_free(&identity);
	}
}

static void
test_not_tls(void **state)
{
	struct tls_server server =
		tls_server_start(NULL, 0, talk_text, "* OK ready\r\n");
	const struct am_conn_options options = options_for(&server);
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };

	(void)state;
	assert_int_equal(am_conn_open(&options, NULL, &conn, &err),
			 AM_PROTOCOL);
	assert_non_null(strstr(err.text, "STARTTLS"));
	tls_server_stop(&server);
}

/* arg: said before the encryption; the status then */
static void
starttls_check(const char *injected, enum am_status expected)
{
	struct tls_identity identity =
		tls_identity(&authority, "DNS:localhost", -1, 9);
	struct tls_server server =
		tls_server_start(&identity, 0, talk_starttls, injected);
	struct am_conn_options options = options_for(&server);
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };
	size_t queued;

	options.plain = true;
	assert_int_equal(am_conn_open(&options, NULL, &conn, &err), AM_OK);
	assert_int_equal(
		am_conn_queue(conn, am_bytes_of("STARTTLS\r\n"), &queued, &err),
		AM_OK);
	while (am_conn_input(conn).len <
	       4 + (injected != NULL ? strlen(injected) : 0))
		assert_int_equal(am_conn_step(conn, &err), AM_OK);
	am_conn_use(conn, 4);
	assert_int_equal(am_conn_start_tls(conn, &err), expected);
	if (expected == AM_OK)
		assert_true(echo_passes(conn, "now secret", &err));
	am_conn_close(conn);
	tls_server_stop(&server);
	tls_identity_free(&identity);
}

static void
test_starttls(void **state)
{
	(void)state;
	starttls_check(NULL, AM_OK);
}

static void
test_starttls_injection(void **state)
{
	(void)state;
	starttls_check("* OK [ALERT] injected\r\n", AM_PROTOCOL);
}

static void
test_deflate(void **state)
{
	struct tls_server server =
		tls_server_start(NULL, 0, talk_deflate_echo, NULL);
	struct am_conn_options options = options_for(&server);
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };
	struct am_buf text = am_buf(1 << 20);
	int i;

	(void)state;
	options.plain = true;
	assert_int_equal(am_conn_open(&options, NULL, &conn, &err), AM_OK);
	assert_int_equal(am_conn_start_deflate(conn, &err), AM_OK);
	assert_true(echo_passes(conn, "short", &err));
	for (i = 0; i < 9000; i++)
		am_buf_printf(&text, "line %d of some text\r\n", i);
	assert_true(echo_passes(conn, am_buf_text(&text), &err));
	assert_true(am_conn_count(conn).sent < am_conn_count(conn).said / 3);
	am_buf_free(&text);
	am_conn_close(conn);
	tls_server_stop(&server);
}

static void
test_damaged_deflate(void **state)
{
	struct tls_server server =
		tls_server_start(NULL, 0, talk_text, "\xff\xff\xff\xff none");
	struct am_conn_options options = options_for(&server);
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };

	(void)state;
	options.plain = true;
	assert_int_equal(am_conn_open(&options, NULL, &conn, &err), AM_OK);
	assert_int_equal(am_conn_start_deflate(conn, &err), AM_OK);
	assert_int_equal(am_conn_step(conn, &err), AM_PROTOCOL);
	am_conn_close(conn);
	tls_server_stop(&server);
}

/* Both sides say MUCH bytes at once. */
static void
much_check(bool tls)
{
	struct tls_identity identity =
		tls_identity(&authority, "DNS:localhost", -1, 9);
	struct tls_server server = tls_server_start(&identity, 0, talk_much,
						    tls ? "with TLS" : NULL);
	struct am_conn_options options = options_for(&server);
	static const char piece[4096];
	size_t said = 0, heard = 0;
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };

	options.plain = !tls;
	assert_int_equal(am_conn_open(&options, NULL, &conn, &err), AM_OK);
	while (heard < MUCH + 1) {
		size_t queued = 1;

		while (said < MUCH && queued > 0) {
			assert_int_equal(
				am_conn_queue(conn,
					      am_bytes(piece, sizeof(piece)),
					      &queued, &err),
				AM_OK);
			said += queued;
			assert_true(am_conn_queued(conn) <= AM_CONN_QUEUE_MAX);
		}
		assert_int_equal(am_conn_step(conn, &err), AM_OK);
		assert_true(am_conn_input(conn).len <= AM_CONN_QUEUE_MAX);
		heard += am_conn_input(conn).len;
		am_conn_use(conn, am_conn_input(conn).len);
	}
	am_conn_close(conn);
	tls_server_stop(&server);
	tls_identity_free(&identity);
}

static void
test_both_at_once(void **state)
{
	(void)state;
	much_check(false);
	much_check(true);
}

/* A server that says why and closes, while we are still writing. */
static void
test_last_words(void **state)
{
	struct tls_server server =
		tls_server_start(NULL, 0, talk_text, "* BYE too many\r\n");
	struct am_conn_options options = options_for(&server);
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };
	enum am_status status = AM_OK;

	(void)state;
	options.plain = true;
	assert_int_equal(am_conn_open(&options, NULL, &conn, &err), AM_OK);
	(void)waitpid(server.pid, NULL, 0);
	while (status == AM_OK) {
		size_t queued;

		assert_int_equal(
			am_conn_queue(conn, am_bytes("xxxx", 4), &queued, &err),
			AM_OK);
		status = am_conn_step(conn, &err);
	}
	assert_int_equal(status, AM_NETWORK);
	assert_true(am_bytes_equal(am_conn_input(conn),
				   am_bytes_of("* BYE too many\r\n")));
	am_conn_close(conn);
}

static void
talk_reset(int fd, SSL_CTX *ctx, const void *arg)
{
	const struct linger at_once = { .l_onoff = 1 };
	char byte;

	(void)ctx;
	(void)arg;
	(void)read(fd, &byte, 1);
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	(void)close(fd); /* RST */
}

static void
test_reset(void **state)
{
	struct tls_server server = tls_server_start(NULL, 0, talk_reset, NULL);
	struct am_conn_options options = options_for(&server);
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };
	enum am_status status = AM_OK;

	(void)state;
	options.plain = true;
	assert_int_equal(am_conn_open(&options, NULL, &conn, &err), AM_OK);
	while (status == AM_OK) {
		size_t queued;

		assert_int_equal(
			am_conn_queue(conn, am_bytes("xxxx", 4), &queued, &err),
			AM_OK);
		status = am_conn_step(conn, &err);
	}
	assert_int_equal(status, AM_NETWORK);
	assert_non_null(strstr(err.text, options.host));
	am_conn_close(conn);
	tls_server_stop(&server);
}

static void
test_idle(void **state)
{
	struct tls_server server =
		tls_server_start(NULL, 0, talk_silence, NULL);
	struct am_conn_options options = options_for(&server);
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };

	(void)state;
	options.idle_ms = 50;
	options.plain = true;
	assert_int_equal(am_conn_open(&options, NULL, &conn, &err), AM_OK);
	assert_int_equal(am_conn_step(conn, &err), AM_NETWORK);
	assert_non_null(strstr(err.text, "has not answered"));
	am_conn_close(conn);
	options.plain = false;
	options.connect_ms = 50;
	assert_int_equal(am_conn_open(&options, NULL, &conn, &err), AM_NETWORK);
	tls_server_stop(&server);
}

/* What is waited for is told apart; and a peer that takes nothing shows before
 * megabytes are with the system. */
static void
test_waits(void **state)
{
	struct tls_server server =
		tls_server_start(NULL, 0, talk_silence, NULL);
	struct am_conn_options options = options_for(&server);
	static const uint8_t piece[16 << 10];
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };
	struct am_conn_waits waits;
	size_t queued;

	(void)state;
	options.idle_ms = 100;
	options.plain = true;
	assert_int_equal(am_conn_open(&options, NULL, &conn, &err), AM_OK);
	assert_int_equal(am_conn_step(conn, &err), AM_NETWORK);
	waits = am_conn_waits(conn);
	assert_in_range(waits.read_us, 90 * 1000, 20 * 1000 * 1000);
	assert_int_equal(waits.write_us, 0);
	assert_int_equal(waits.window_us, 0);
	do {
		assert_int_equal(am_conn_queue(conn,
					       am_bytes(piece, sizeof(piece)),
					       &queued, &err),
				 AM_OK);
	} while (am_conn_step(conn, &err) == AM_OK);
	assert_in_range(am_conn_waits(conn).write_us, 90 * 1000,
			20 * 1000 * 1000);
	assert_int_equal(am_conn_waits(conn).read_us, waits.read_us);
#ifdef __linux__
	assert_in_range(am_conn_waits(conn).window_us, 1, 20 * 1000 * 1000);
	assert_in_range(am_conn_count(conn).sent, sizeof(piece), MUCH / 2);
#endif
	am_conn_close(conn);
	tls_server_stop(&server);
}

static void
test_stop(void **state)
{
	struct tls_server server =
		tls_server_start(NULL, 0, talk_silence, NULL);
	struct am_conn_options options = options_for(&server);
	atomic_bool stop = false;
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };

	(void)state;
	options.plain = true;
	options.stop = &stop;
	assert_int_equal(am_conn_open(&options, NULL, &conn, &err), AM_OK);
	atomic_store(&stop, true);
	assert_int_equal(am_conn_step(conn, &err), AM_INTERRUPTED);
	am_conn_close(conn);
	tls_server_stop(&server);
}

static void
test_nobody_there(void **state)
{
	struct tls_server server =
		tls_server_start(NULL, 0, talk_silence, NULL);
	struct am_conn_options options = options_for(&server);
	struct am_conn *conn = NULL;
	struct am_error err = { 0 };
	enum am_conn_stage stage;

	(void)state;
	tls_server_stop(&server);
	assert_int_equal(am_conn_open(&options, &stage, &conn, &err),
			 AM_NETWORK);
	assert_int_equal(stage, AM_CONN_CONNECT);
	assert_non_null(strstr(err.text, "port"));
	options.host = "no-such-host.invalid";
	assert_int_equal(am_conn_open(&options, &stage, &conn, &err),
			 AM_NETWORK);
	assert_int_equal(stage, AM_CONN_RESOLVE);
	options.host = "localhost";
	options.ca_file = "/nonexistent/ca.pem";
	server = tls_server_start(NULL, 0, talk_silence, NULL);
	options.port = server.port;
	assert_int_equal(am_conn_open(&options, &stage, &conn, &err), AM_IO);
	tls_server_stop(&server);
}

static int
setup(void **state)
{
	const int fd = mkstemp(ca_file);

	(void)state;
	if (fd < 0)
		return 1;
	(void)close(fd);
	authority = tls_identity(NULL, NULL, -9, 99);
	other_authority = tls_identity(NULL, NULL, -9, 99);
	return tls_identity_save(&authority, ca_file) ? 0 : 1;
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlink(ca_file);
	tls_identity_free(&authority);
	tls_identity_free(&other_authority);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_tls),
		cmocka_unit_test(test_tls_to_an_address),
		cmocka_unit_test(test_not_tls),
		cmocka_unit_test(test_starttls),
		cmocka_unit_test(test_starttls_injection),
		cmocka_unit_test(test_deflate),
		cmocka_unit_test(test_damaged_deflate),
		cmocka_unit_test(test_both_at_once),
		cmocka_unit_test(test_last_words),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_nobody_there),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
