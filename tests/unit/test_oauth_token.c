/* oauth/token, discovery, http's addresses: what an authorization server may
 * say, good and bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "oauth/discovery.h"
#include "oauth/token.h"

/* name, HTTP status, body, status, then access, refresh and life, or the error
 * and a word of what is told to people */
static const struct token_case {
	const char *name;
	int code;
	const char *body;
	enum am_status status;
	const char *access, *refresh;
	unsigned life;
	enum am_oauth_error error;
	enum am_status refused;
	const char *word;
} token_cases[] = {
	{ "good", 200,
	  "{\"access_token\":\"a.b-c\",\"refresh_token\":\"r\","
	  "\"token_type\":\"Bearer\",\"expires_in\":3599,\"scope\":\"x\"}",
	  AM_OK, "a.b-c", "r", 3599, 0, 0, NULL },
	{ "life as text, no refresh token", 200,
	  "{\"access_token\":\"a\",\"token_type\":\"bearer\","
	  "\"expires_in\":\"60\"}",
	  AM_OK, "a", NULL, 60, 0, 0, NULL },
	{ "no life", 200, "{\"access_token\":\"a\"}", AM_OK, "a", NULL,
	  AM_OAUTH_LIFE_DEFAULT, 0, 0, NULL },
	{ "a life that is none", 200,
	  "{\"access_token\":\"a\",\"expires_in\":-5}", AM_OK, "a", NULL,
	  AM_OAUTH_LIFE_DEFAULT, 0, 0, NULL },
	{ "a life of ages", 200,
	  "{\"access_token\":\"a\",\"expires_in\":99999999999}", AM_OK, "a",
	  NULL, 366 * 86400, 0, 0, NULL },
	{ "another kind of token", 200,
	  "{\"access_token\":\"a\",\"token_type\":\"mac\"}", AM_PROTOCOL, NULL,
	  NULL, 0, 0, 0, NULL },
	{ "a line end in the token", 200,
	  "{\"access_token\":\"a\\r\\nA2 LOGOUT\"}", AM_PROTOCOL, NULL, NULL, 0,
	  0, 0, NULL },
	{ "an empty token", 200, "{\"access_token\":\"\"}", AM_PROTOCOL, NULL,
	  NULL, 0, 0, 0, NULL },
	{ "no token", 200, "{}", AM_PROTOCOL, NULL, NULL, 0, 0, 0, NULL },
	{ "no object", 200, "[]", AM_PROTOCOL, NULL, NULL, 0, 0, 0, NULL },
	{ "no JSON", 200, "<html>", AM_PROTOCOL, NULL, NULL, 0, 0, 0, NULL },
	{ "twice the same", 200,
	  "{\"access_token\":\"a\",\"access_token\":\"b\"}", AM_PROTOCOL, NULL,
	  NULL, 0, 0, 0, NULL },
	{ "a deep one", 200,
	  "{\"x\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]],\"access_token\":\"a\"}",
	  AM_PROTOCOL, NULL, NULL, 0, 0, 0, NULL },
	{ "an error with 200", 200, "{\"error\":\"access_denied\"}", AM_END,
	  NULL, NULL, 0, AM_OAUTH_DENIED, AM_AUTH, "declined" },
	{ "pending", 400, "{\"error\":\"authorization_pending\"}", AM_END, NULL,
	  NULL, 0, AM_OAUTH_PENDING, AM_AUTH, "" },
	{ "pending, whatever the text says", 400,
	  "{\"error\":\"authorization_pending\",\"error_description\":"
	  "\"AADSTS700082: invalid_grant, expired_token\"}",
	  AM_END, NULL, NULL, 0, AM_OAUTH_PENDING, AM_AUTH, "" },
	{ "of no more use, whatever the text says", 400,
	  "{\"error\":\"invalid_grant\",\"error_description\":"
	  "\"AADSTS70016: authorization_pending\"}",
	  AM_END, NULL, NULL, 0, AM_OAUTH_BAD_GRANT, AM_AUTH, "" },
	{ "slow down", 400, "{\"error\":\"slow_down\"}", AM_END, NULL, NULL, 0,
	  AM_OAUTH_SLOW_DOWN, AM_AUTH, "" },
	{ "Microsoft's decline", 400,
	  "{\"error\":\"authorization_declined\",\"error_description\":"
	  "\"AADSTS70000: x\"}",
	  AM_END, NULL, NULL, 0, AM_OAUTH_DENIED, AM_AUTH, "AADSTS70000" },
	{ "Microsoft's code that is too old", 400,
	  "{\"error\":\"bad_verification_code\"}", AM_END, NULL, NULL, 0,
	  AM_OAUTH_EXPIRED, AM_AUTH, "too old" },
	{ "public flows are off", 401,
	  "{\"error\":\"invalid_client\",\"error_description\":"
	  "\"AADSTS7000218: The request body must contain\"}",
	  AM_END, NULL, NULL, 0, AM_OAUTH_BAD_CLIENT, AM_AUTH,
	  "Allow public client flows" },
	{ "Conditional Access", 400,
	  "{\"error\":\"invalid_grant\",\"error_description\":"
	  "\"AADSTS53003: Access has been blocked\"}",
	  AM_END, NULL, NULL, 0, AM_OAUTH_BAD_GRANT, AM_AUTH,
	  "Conditional Access" },
	{ "admin consent", 400,
	  "{\"error\":\"invalid_grant\",\"error_description\":"
	  "\"AADSTS90094: x\"}",
	  AM_END, NULL, NULL, 0, AM_OAUTH_BAD_GRANT, AM_AUTH, "administrator" },
	{ "revoked", 400, "{\"error\":\"invalid_grant\"}", AM_END, NULL, NULL,
	  0, AM_OAUTH_BAD_GRANT, AM_AUTH, "run login again" },
	{ "bad scope", 400, "{\"error\":\"invalid_scope\"}", AM_END, NULL, NULL,
	  0, AM_OAUTH_BAD_SCOPE, AM_AUTH, "permission" },
	{ "too many calls", 429, "", AM_END, NULL, NULL, 0, AM_OAUTH_BUSY,
	  AM_NETWORK, "try later" },
	{ "broken server", 503, "<html>", AM_END, NULL, NULL, 0, AM_OAUTH_BUSY,
	  AM_NETWORK, "HTTP 503" },
	{ "an error that nobody knows", 400,
	  "{\"error\":\"x\\u001b[31m\",\"error_description\":\"a\\r\\nb\"}",
	  AM_END, NULL, NULL, 0, AM_OAUTH_OTHER, AM_AUTH, "x[31m: ab" },
};

static bool
texts_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

static bool
token_case_passes(const struct token_case *test)
{
	struct am_oauth_answer answer = { .code = test->code,
					  .body = am_buf(1 << 16) };
	struct am_oauth_refusal refusal = { 0 };
	struct am_oauth_token token = { 0 };
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };
	enum am_status status;
	bool passes;

	am_buf_add_text(&answer.body, test->body);
	status = am_oauth_token_read(&answer, &arena, &token, &refusal, &err);
	passes = status == test->status;
	if (status == AM_OK)
		passes = passes && texts_equal(token.access, test->access) &&
			 texts_equal(token.refresh, test->refresh) &&
			 token.life == test->life;
	if (status == AM_END)
		passes = passes && refusal.error == test->error &&
			 am_oauth_refused(&refusal, "x", &err) ==
				 test->refused &&
			 strstr(err.text, test->word) != NULL;
	am_oauth_answer_free(&answer);
	am_arena_free(&arena);
	return passes;
}

static void
test_tokens(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(token_cases) / sizeof(token_cases[0]); i++)
		if (!token_case_passes(&token_cases[i]))
			fail_msg("%s", token_cases[i].name);
}

/* Microsoft's number, and a word of what people are told. */
static const struct hint_case {
	const char *number, *word;
} hint_cases[] = {
	{ "AADSTS70016", "waiting for the user" },
	{ "AADSTS70008", "not used for too long" },
	{ "AADSTS700082", "not used for too long" },
	{ "AADSTS50076", "second factor is asked for" },
	{ "AADSTS50079", "has to be set up" },
	{ "AADSTS53003", "Conditional Access" },
	{ "AADSTS65001", "consent is missing" },
	{ "AADSTS90094", "administrator has to consent" },
	{ "AADSTS7000218", "Allow public client flows" },
	{ "AADSTS700016", "no app of that client id" },
	{ "AADSTS50011", "redirect address is not registered" },
	{ "AADSTS70011", "lacks the IMAP permission" },
	{ "AADSTS90002", "no such tenant" },
};

/* They are for people only: what is done is the same. */
static void
test_hints(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hint_cases) / sizeof(hint_cases[0]); i++) {
		struct am_oauth_refusal refusal = {
			.error = AM_OAUTH_BAD_REQUEST, .name = "invalid_request"
		};
		struct am_error err = { 0 };

		(void)snprintf(refusal.text, sizeof(refusal.text), "%s: x",
			       hint_cases[i].number);
		assert_int_equal(am_oauth_refused(&refusal, "x", &err),
				 AM_AUTH);
		if (strstr(err.text, hint_cases[i].word) == NULL)
			fail_msg("%s: %s", hint_cases[i].number, err.text);
	}
}

/* The longest token, and one byte more. */
static void
test_token_length(void **state)
{
	size_t extra;

	(void)state;
	for (extra = 0; extra < 2; extra++) {
		struct am_oauth_answer answer = { .code = 200,
						  .body = am_buf(1 << 20) };
		struct am_oauth_refusal refusal;
		struct am_oauth_token token;
		struct am_arena arena = { 0 };
		struct am_error err = { 0 };
		size_t i;

		am_buf_add_text(&answer.body, "{\"access_token\":\"");
		for (i = 0; i < AM_OAUTH_TOKEN_MAX + extra; i++)
			am_buf_add_char(&answer.body, 'x');
		am_buf_add_text(&answer.body, "\"}");
		assert_int_equal(am_oauth_token_read(&answer, &arena, &token,
						     &refusal, &err),
				 extra == 0 ? AM_OK : AM_PROTOCOL);
		am_oauth_answer_free(&answer);
		am_arena_free(&arena);
	}
}

static const struct url_case {
	const char *url;
	bool good;
} url_cases[] = {
	{ "https://login.example.org/token", true },
	{ "https://login.example.org:8443/token?x=y", true },
	{ "http://127.0.0.1:8080/token", true },
	{ "http://localhost/token", true },
	{ "http://[::1]:80/", true },
	{ "http://login.example.org/token", false },
	{ "http://127.0.0.1.example.org/", false },
	{ "http://localhost.example.org/", false },
	{ "https://user:secret@example.org/", false },
	{ "https://example.org/\r\nX: y", false },
	{ "https://example.org/ x", false },
	{ "file:///etc/passwd", false },
	{ "ftp://example.org/", false },
	{ "example.org", false },
	{ "", false },
};

static void
test_addresses(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(url_cases) / sizeof(url_cases[0]); i++)
		if ((am_oauth_url_check(url_cases[i].url, NULL) == AM_OK) !=
		    url_cases[i].good)
			fail_msg("%s", url_cases[i].url);
	assert_true(am_oauth_same_origin("https://a.example/x",
					 "https://A.example:443/y"));
	assert_false(am_oauth_same_origin("https://a.example/",
					  "https://b.example/"));
	assert_false(am_oauth_same_origin("https://a.example/",
					  "http://a.example/"));
}

static void
test_form(void **state)
{
	struct am_buf form = am_buf(256);

	(void)state;
	am_oauth_form_add(&form, "a", "b c&d=e+\xc3\xa9~");
	am_oauth_form_add(&form, "x", "");
	assert_string_equal(am_buf_text(&form), "a=b%20c%26d%3De%2B%C3%A9~&x=");
	am_buf_free(&form);
}

static const struct discovery_case {
	const char *name, *body;
	enum am_status status;
	const char *device;
} discovery_cases[] = {
	{ "good",
	  "{\"issuer\":\"https://i.example\",\"token_endpoint\":"
	  "\"https://t.example/t\",\"device_authorization_endpoint\":"
	  "\"https://t.example/d\"}",
	  AM_OK, "https://t.example/d" },
	{ "no device codes",
	  "{\"issuer\":\"https://i.example\",\"token_endpoint\":"
	  "\"https://t.example/t\"}",
	  AM_OK, NULL },
	{ "another issuer",
	  "{\"issuer\":\"https://evil.example\",\"token_endpoint\":"
	  "\"https://evil.example/t\"}",
	  AM_PROTOCOL, NULL },
	{ "no issuer", "{\"token_endpoint\":\"https://t.example/t\"}",
	  AM_PROTOCOL, NULL },
	{ "an open line",
	  "{\"issuer\":\"https://i.example\",\"token_endpoint\":"
	  "\"http://t.example/t\"}",
	  AM_PROTOCOL, NULL },
	{ "no token endpoint", "{\"issuer\":\"https://i.example\"}",
	  AM_PROTOCOL, NULL },
	{ "no JSON", "<html>", AM_NOT_FOUND, NULL },
};

static void
test_discovery(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(discovery_cases) / sizeof(discovery_cases[0]);
	     i++) {
		const struct discovery_case *test = &discovery_cases[i];
		struct am_oauth_answer answer = { .code = 200,
						  .body = am_buf(4096) };
		struct am_oauth_server server = { 0 };
		struct am_arena arena = { 0 };
		struct am_error err = { 0 };

		am_buf_add_text(&answer.body, test->body);
		if (am_oauth_discovery_read(&answer, "https://i.example",
					    &arena, &server,
					    &err) != test->status ||
		    !texts_equal(server.device, test->device))
			fail_msg("%s: %s", test->name, err.text);
		am_oauth_answer_free(&answer);
		am_arena_free(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_token_length),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_discovery),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
