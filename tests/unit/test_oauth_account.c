/* oauth/profile, account: the files that say where and how to sign in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "oauth/account.h"
#include "oauth/small_file.h"
#include "tmp_tree.h"

static void
providers_read(struct am_buf *out)
{
	struct am_error err = { 0 };

	*out = am_buf(AM_PROFILE_FILE_MAX);
	if (am_user_file_read(AM_PROVIDERS_FILE, out, &err) != AM_OK)
		fail_msg("%s", err.text);
}

static void
profile_get(const char *name, struct am_arena *arena,
	    struct am_profile *profile)
{
	struct am_error err = { 0 };
	struct am_buf file;

	providers_read(&file);
	if (am_profile_read(am_buf_bytes(&file), name, arena, profile, &err) !=
	    AM_OK)
		fail_msg("%s: %s", name, err.text);
	am_buf_free(&file);
}

/* imap-oauth B.1, C.2: name, host, the flow that is tried first, one that must
 * not be there, connections */
static void
installed_providers(void **state)
{
	static const struct {
		const char *name, *host;
		enum am_way first, never;
		unsigned most_connections;
	} cases[] = {
		{ "outlook", "outlook.office365.com", AM_WAY_DEVICE,
		  AM_WAY_PASSWORD, 8 },
		{ "m365", "outlook.office365.com", AM_WAY_DEVICE,
		  AM_WAY_PASSWORD, 16 },
		/* Google has no device codes for mail */
		{ "gmail", "imap.gmail.com", AM_WAY_BROWSER, AM_WAY_DEVICE,
		  15 },
		{ "yahoo", "imap.mail.yahoo.com", AM_WAY_PASSWORD,
		  AM_WAY_DEVICE, 5 },
		{ "aol", "imap.aol.com", AM_WAY_PASSWORD, AM_WAY_DEVICE, 5 },
		{ "fastmail", "imap.fastmail.com", AM_WAY_PASSWORD,
		  AM_WAY_DEVICE, 10 },
		{ "icloud", "imap.mail.me.com", AM_WAY_PASSWORD, AM_WAY_BROWSER,
		  10 },
		{ "custom", NULL, AM_WAY_DEVICE, AM_WAY_SERVICE_ACCOUNT, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_profile profile = { 0 };

		profile_get(cases[i].name, &arena, &profile);
		if (cases[i].host != NULL)
			assert_string_equal(profile.host, cases[i].host);
		assert_int_equal(profile.port, 993);
		assert_int_equal(profile.security, AM_SECURITY_TLS);
		assert_int_equal(profile.way, cases[i].first);
		assert_int_equal(profile.ways & 1U << cases[i].never, 0);
		assert_true(profile.limits.connections <=
			    cases[i].most_connections);
		assert_true(profile.step_count > 0);
		am_arena_free(&arena);
	}
}

/* imap-oauth B.3: Graph and Outlook in one scope list fail. */
static void
one_resource_in_a_scope_list(void **state)
{
	static const char *const names[] = { "outlook", "m365" };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct am_arena arena = { 0 };
		struct am_profile profile = { 0 };

		profile_get(names[i], &arena, &profile);
		assert_non_null(strstr(profile.scope,
				       "https://outlook.office.com/"
				       "IMAP.AccessAsUser.All"));
		assert_non_null(strstr(profile.scope, "offline_access"));
		assert_null(strstr(profile.scope, "graph"));
		assert_string_equal(profile.redirect, "http://localhost");
		am_arena_free(&arena);
	}
}

/* imap-oauth B.3: Google takes the address itself, on any port. */
static void
redirect_of_google(void **state)
{
	struct am_arena arena = { 0 };
	struct am_profile profile = { 0 };

	(void)state;
	profile_get("gmail", &arena, &profile);
	assert_string_equal(profile.redirect, "http://127.0.0.1");
	am_arena_free(&arena);
}

/* imap-oauth B.2 */
static void
no_client_id_is_shipped(void **state)
{
	struct am_buf file;

	(void)state;
	providers_read(&file);
	assert_null(strstr(am_buf_text(&file), "\"client_id\""));
	assert_null(strstr(am_buf_text(&file), "googleusercontent"));
	am_buf_free(&file);
}

static void
gmail_and_exchange_limits(void **state)
{
	struct am_arena arena = { 0 };
	struct am_profile profile = { 0 };

	(void)state;
	profile_get("gmail", &arena, &profile);
	assert_int_equal(profile.limits.connections, 6);
	assert_int_equal(profile.limits.max_message, 35651584);
	assert_int_equal(profile.limits.bytes_per_day, 450 << 20);
	profile_get("m365", &arena, &profile);
	assert_int_equal(profile.limits.messages_per_second, 4);
	assert_string_equal(profile.tenant, "organizations");
	assert_non_null(strstr(profile.server.token, "{tenant}"));
	am_arena_free(&arena);
}

#define PROVIDER(inside) "{\"providers\":{\"x\":{" inside "}}}"

static void
bad_profiles(void **state)
{
	static const struct {
		const char *text;
		enum am_status status;
		const char *mark;
	} cases[] = {
		{ "", AM_CORRUPT, "providers" },
		{ "[]", AM_CORRUPT, "providers" },
		{ "{\"providers\":[]}", AM_CORRUPT, "providers" },
		{ "{\"providers\":{\"y\":{}}}", AM_NOT_FOUND, "\"x\"" },
		{ PROVIDER(""), AM_CORRUPT, "flows" },
		{ PROVIDER("\"flows\":[\"magic\"]"), AM_CORRUPT, "magic" },
		{ PROVIDER("\"flows\":[3]"), AM_CORRUPT, "no text" },
		{ PROVIDER("\"flows\":[\"device\"],\"port\":65536"), AM_CORRUPT,
		  "port" },
		{ PROVIDER("\"flows\":[\"device\"],\"port\":-1"), AM_CORRUPT,
		  "port" },
		{ PROVIDER("\"flows\":[\"device\"],\"host\":7"), AM_CORRUPT,
		  "host" },
		{ PROVIDER("\"flows\":[\"device\"],\"host\":\"a\\nb\""),
		  AM_CORRUPT, "host" },
		{ PROVIDER("\"flows\":[\"device\"],\"security\":\"ssl\""),
		  AM_CORRUPT, "ssl" },
		{ PROVIDER("\"flows\":[\"device\"],\"limits\":{\"connections\":"
			   "65}"),
		  AM_CORRUPT, "connections" },
		{ PROVIDER("\"flows\":[\"device\"]"), AM_OK, "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_profile profile = { 0 };
		struct am_error err = { 0 };

		assert_int_equal(am_profile_read(am_bytes_of(cases[i].text),
						 "x", &arena, &profile, &err),
				 cases[i].status);
		assert_non_null(strstr(err.text, cases[i].mark));
		am_arena_free(&arena);
	}
}

static void
account_names(void **state)
{
	static const char *const good[] = { "me", "ann@example.org", "a.b-c_d",
					    "A+1" };
	static const char *const bad[] = { "",	       ".",   "..",   "-x",
					   "a/b",      "a b", "../x", "a\n",
					   "\xc3\xa9", ".x" };
	char name[AM_ACCOUNT_NAME_MAX + 2];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(am_account_name_check(good[i], NULL), AM_OK);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(am_account_name_check(bad[i], NULL),
				 AM_UNSUPPORTED);
	memset(name, 'a', sizeof(name));
	name[AM_ACCOUNT_NAME_MAX] = '\0';
	assert_int_equal(am_account_name_check(name, NULL), AM_OK);
	name[AM_ACCOUNT_NAME_MAX] = 'a';
	name[AM_ACCOUNT_NAME_MAX + 1] = '\0';
	assert_int_equal(am_account_name_check(name, NULL), AM_UNSUPPORTED);
}

static const struct am_account sample = {
	.name = "me",
	.provider = "custom",
	.user = "ann@example.org",
	.way = AM_WAY_BROWSER,
	.host = "imap.example.org",
	.port = 143,
	.security = AM_SECURITY_STARTTLS,
	.server = { .issuer = "https://as", .token = "https://as/token" },
	.client_id = "id \"\\\xe2\x80\xae",
	.basic = true,
};

static void
account_is_the_same_again(void **state)
{
	struct tmp_tree tree = tmp_tree_make();
	const int dir = tree.fd;
	struct am_arena arena = { 0 };
	struct am_account read = { 0 };
	struct am_error err = { 0 };
	struct stat info;

	(void)state;
	assert_int_equal(am_account_load(dir, "me", &arena, &read, &err),
			 AM_NOT_FOUND);
	assert_int_equal(am_account_save(dir, &sample, &err), AM_OK);
	assert_int_equal(am_account_save(dir, &sample, &err), AM_OK);
	assert_int_equal(am_account_load(dir, "me", &arena, &read, &err),
			 AM_OK);
	assert_string_equal(read.user, sample.user);
	assert_string_equal(read.client_id, sample.client_id);
	assert_string_equal(read.server.token, "https://as/token");
	assert_null(read.server.device);
	assert_int_equal(read.way, AM_WAY_BROWSER);
	assert_int_equal(read.port, 143);
	assert_int_equal(read.security, AM_SECURITY_STARTTLS);
	assert_true(read.basic);
	assert_int_equal(fstatat(dir, "me.json", &info, 0), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(am_account_load(dir, "../me", &arena, &read, &err),
			 AM_UNSUPPORTED);
	assert_int_equal(am_account_remove(dir, "me", &err), AM_OK);
	assert_int_equal(am_account_load(dir, "me", &arena, &read, &err),
			 AM_NOT_FOUND);
	am_arena_free(&arena);
	tmp_tree_remove(&tree);
}

static void
bad_accounts(void **state)
{
	static const struct {
		const char *text, *mark;
	} cases[] = {
		{ "", "no JSON" },
		{ "[]", "no JSON" },
		{ "{}", "flow" },
		{ "{\"flow\":\"x\"}", "flow" },
		{ "{\"flow\":\"password\"}", "user" },
		{ "{\"flow\":\"token-command\",\"user\":\"u\",\"host\":\"h\","
		  "\"port\":1}",
		  "token_command" },
		{ "{\"flow\":\"device\",\"user\":\"u\",\"host\":\"h\",\"port\":"
		  "1}",
		  "token" },
		{ "{\"flow\":\"device\",\"user\":\"u\",\"host\":\"h\",\"port\":"
		  "1,\"token\":\"https://as\"}",
		  "client_id" },
		{ "{\"flow\":\"password\",\"user\":\"u\\u0000\",\"host\":"
		  "\"h\",\"port\":1}",
		  "no JSON" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_account account = { 0 };
		struct am_error err = { 0 };

		assert_int_equal(am_account_read(am_bytes_of(cases[i].text),
						 "x", &arena, &account, &err),
				 AM_CORRUPT);
		if (strstr(err.text, cases[i].mark) == NULL)
			fail_msg("%s: %s", cases[i].text, err.text);
		am_arena_free(&arena);
	}
}

static void
small_files_have_a_limit(void **state)
{
	struct tmp_tree tree = tmp_tree_make();
	const int dir = tree.fd;
	struct am_error err = { 0 };
	size_t len;

	(void)state;
	for (len = 8; len <= 10; len++) {
		struct am_buf out = am_buf(10);

		assert_int_equal(
			am_small_file_write(dir, "f",
					    am_bytes("0123456789", len), &err),
			AM_OK);
		assert_int_equal(am_small_file_read(dir, "f", &out, &err),
				 len < 10 ? AM_OK : AM_LIMIT);
		if (len < 10)
			assert_int_equal(out.len, len);
		am_buf_free(&out);
	}
	tmp_tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(installed_providers),
		cmocka_unit_test(one_resource_in_a_scope_list),
		cmocka_unit_test(redirect_of_google),
		cmocka_unit_test(no_client_id_is_shipped),
		cmocka_unit_test(gmail_and_exchange_limits),
		cmocka_unit_test(bad_profiles),
		cmocka_unit_test(account_names),
		cmocka_unit_test(account_is_the_same_again),
		cmocka_unit_test(bad_accounts),
		cmocka_unit_test(small_files_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
