/* oauth/callback and pkce: what a browser brings back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "oauth/callback.h"
#include "oauth/pkce.h"

static const struct parse_case {
	const char *name, *request;
	enum am_status status;
	const char *code, *state, *error;
} parse_cases[] = {
	{ "good", "GET /callback?code=a%2Fb&state=s+t&x=y HTTP/1.1\r\n\r\n",
	  AM_OK, "a/b", "s t", NULL },
	{ "an error", "GET /callback?error=access_denied&state=s HTTP/1.1\r\n",
	  AM_OK, NULL, "s", "access_denied" },
	{ "an icon", "GET /favicon.ico HTTP/1.1\r\n", AM_END, NULL, NULL,
	  NULL },
	{ "another path", "GET /callback2?code=a HTTP/1.1\r\n", AM_END, NULL,
	  NULL, NULL },
	{ "POST", "POST /callback?code=a HTTP/1.1\r\n", AM_END, NULL, NULL,
	  NULL },
	{ "code twice", "GET /callback?code=a&code=b HTTP/1.1\r\n", AM_PROTOCOL,
	  NULL, NULL, NULL },
	{ "a broken escape", "GET /callback?code=%4 HTTP/1.1\r\n", AM_PROTOCOL,
	  NULL, NULL, NULL },
	{ "a NUL", "GET /callback?code=a%00b HTTP/1.1\r\n", AM_PROTOCOL, NULL,
	  NULL, NULL },
	{ "no HTTP", "hello\r\n", AM_PROTOCOL, NULL, NULL, NULL },
	{ "nothing", "", AM_PROTOCOL, NULL, NULL, NULL },
};

static bool
texts_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

static void
test_parse(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(parse_cases) / sizeof(parse_cases[0]); i++) {
		const struct parse_case *test = &parse_cases[i];
		struct am_callback callback = { 0 };
		struct am_arena arena = { 0 };
		struct am_error err = { 0 };

		if (am_callback_parse(am_bytes_of(test->request), "/callback",
				      &arena, &callback,
				      &err) != test->status ||
		    !texts_equal(callback.code, test->code) ||
		    !texts_equal(callback.state, test->state) ||
		    !texts_equal(callback.error, test->error))
			fail_msg("%s", test->name);
		am_arena_free(&arena);
	}
}

static void
visit(uint16_t port, const char *request)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(port),
	};
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	char answer[1024];

	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) ==
	    0) {
		(void)send(fd, request, strlen(request), MSG_NOSIGNAL);
		while (recv(fd, answer, sizeof(answer), 0) > 0)
			;
	}
	(void)close(fd);
}

/* Strays and forgers first, then the right one. */
static void *
visitors(void *arg)
{
	const uint16_t port = *(const uint16_t *)arg;

	visit(port, "GET /favicon.ico HTTP/1.1\r\n\r\n");
	visit(port, "GET /callback?code=forged&state=wrong HTTP/1.1\r\n\r\n");
	visit(port, "GET /callback?code=forged HTTP/1.1\r\n\r\n");
	visit(port, "nonsense\r\n\r\n");
	visit(port, "GET /callback?code=good&state=right HTTP/1.1\r\n\r\n");
	return NULL;
}

static void
test_wait(void **state)
{
	struct am_callback callback = { 0 };
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };
	pthread_t thread;
	uint16_t port;
	int fd;

	(void)state;
	assert_int_equal(am_callback_listen(&fd, &port, &err), AM_OK);
	assert_int_equal(pthread_create(&thread, NULL, visitors, &port), 0);
	assert_int_equal(am_callback_wait(fd, "/callback", "right", 20000, NULL,
					  &arena, &callback, &err),
			 AM_OK);
	assert_string_equal(callback.code, "good");
	(void)pthread_join(thread, NULL);
	/* nobody */
	assert_int_equal(am_callback_wait(fd, "/callback", "right", 20, NULL,
					  &arena, &callback, &err),
			 AM_AUTH);
	(void)close(fd);
	am_arena_free(&arena);
}

/* RFC 7636, appendix B */
static void
test_challenge(void **state)
{
	char challenge[AM_PKCE_TEXT_SIZE];
	struct am_pkce one, two;

	(void)state;
	assert_int_equal(
		am_pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
				  challenge, NULL),
		AM_OK);
	assert_string_equal(challenge,
			    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
	assert_int_equal(am_pkce_make(&one, NULL), AM_OK);
	assert_int_equal(am_pkce_make(&two, NULL), AM_OK);
	assert_int_equal(strlen(one.verifier), 43);
	assert_string_not_equal(one.verifier, two.verifier);
	assert_string_not_equal(one.state, one.verifier);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_challenge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
