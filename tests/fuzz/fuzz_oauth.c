/* What an authorization server and a browser may say, and what may stand in the
 * files of accounts: the first byte chooses how it is read. */
#include "fuzz.h"
#include "oauth/account.h"
#include "oauth/assertion.h"
#include "oauth/callback.h"
#include "oauth/discovery.h"
#include "oauth/jwt.h"
#include "oauth/seal.h"
#include "oauth/vault.h"

static void
no_controls(const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		FUZZ_CHECK((unsigned char)*text > ' ' && *text != 0x7f);
}

static void
token(const struct am_oauth_answer *answer, struct am_arena *arena)
{
	struct am_oauth_refusal refusal;
	struct am_oauth_token got;
	struct am_error err = { 0 };
	const enum am_status status =
		am_oauth_token_read(answer, arena, &got, &refusal, &err);

	if (status == AM_OK) {
		FUZZ_CHECK(got.access != NULL && got.life > 0);
		no_controls(got.access);
		no_controls(got.refresh);
	}
	if (status == AM_END)
		FUZZ_CHECK(am_oauth_refused(&refusal, "x", &err) != AM_OK);
}

static void
discovery(const struct am_oauth_answer *answer, struct am_arena *arena)
{
	struct am_oauth_server server = { 0 };
	struct am_error err = { 0 };

	if (am_oauth_discovery_read(answer, "https://i.example", arena, &server,
				    &err) != AM_OK)
		return;
	FUZZ_CHECK(am_oauth_url_check(server.token, NULL) == AM_OK);
	FUZZ_CHECK(server.device == NULL ||
		   am_oauth_url_check(server.device, NULL) == AM_OK);
}

static void
callback(struct am_bytes bytes, struct am_arena *arena)
{
	struct am_callback got = { 0 };
	struct am_error err = { 0 };

	(void)am_callback_parse(bytes, "/callback", arena, &got, &err);
}

static void
unseal(struct am_bytes bytes)
{
	static const uint8_t key[AM_SEAL_KEY_SIZE] = { 1 };
	const struct am_seal_secret secret = { NULL, key };
	struct am_buf plain = am_buf(1 << 20);

	(void)am_unseal(&secret, bytes, &plain, NULL);
	am_buf_free(&plain);
}

static void
setting_is_plain(const char *text)
{
	size_t len;

	for (len = 0; text != NULL && text[len] != '\0'; len++)
		FUZZ_CHECK((unsigned char)text[len] >= ' ' &&
			   text[len] != 0x7f);
	FUZZ_CHECK(text == NULL || len <= 4096);
}

static void
profile(struct am_bytes bytes, struct am_arena *arena)
{
	struct am_profile got = { 0 };
	struct am_error err = { 0 };

	if (am_profile_read(bytes, "x", arena, &got, &err) != AM_OK)
		return;
	FUZZ_CHECK(got.ways != 0 && (got.ways & 1U << got.way) != 0);
	FUZZ_CHECK(got.step_count <= AM_PROFILE_STEPS_MAX);
	FUZZ_CHECK(got.limits.connections <= AM_PROFILE_CONNECTIONS_MAX);
	setting_is_plain(got.host);
	setting_is_plain(got.server.token);
}

/* What was read is written, and is the same when it is read again. */
static void
account(struct am_bytes bytes, struct am_arena *arena)
{
	struct am_account first = { 0 }, second = { 0 };
	struct am_buf text = am_buf(AM_ACCOUNT_FILE_MAX);
	struct am_error err = { 0 };

	if (am_account_read(bytes, "x", arena, &first, &err) == AM_OK &&
	    am_account_write(&first, &text, &err) == AM_OK) {
		FUZZ_CHECK(am_account_read(am_buf_bytes(&text), "x", arena,
					   &second, &err) == AM_OK);
		FUZZ_CHECK(strcmp(first.user, second.user) == 0);
		FUZZ_CHECK(strcmp(first.host, second.host) == 0);
		FUZZ_CHECK(first.port == second.port &&
			   first.way == second.way &&
			   first.security == second.security &&
			   first.basic == second.basic);
		setting_is_plain(first.client_id);
	}
	am_buf_free(&text);
}

static void
jwt(struct am_bytes bytes, struct am_arena *arena)
{
	const char *token =
		am_arena_text(arena, (const char *)bytes.data, bytes.len);
	struct am_jwt got = { 0 };

	if (token == NULL || am_jwt_read(token, arena, &got, NULL) != AM_OK)
		return;
	FUZZ_CHECK(got.issued >= 0 && got.expires >= 0 && got.not_before >= 0);
}

static void
secrets(struct am_bytes bytes, struct am_arena *arena)
{
	struct am_vault_content content = { 0 };
	struct am_signing_key *key = NULL;
	struct am_error err = { 0 };

	if (am_vault_content_read(bytes, arena, &content, &err) == AM_OK)
		FUZZ_CHECK(content.expires >= 0 && content.obtained >= 0);
	if (am_signing_key_read(bytes, &key, &err) == AM_OK)
		FUZZ_CHECK(key != NULL);
	am_signing_key_close(key);
}

/* Files, and what is in tokens. */
static void
file(uint8_t kind, struct am_bytes bytes, struct am_arena *arena)
{
	switch (kind & 3) {
	case 0:
		profile(bytes, arena);
		break;
	case 1:
		account(bytes, arena);
		break;
	case 2:
		jwt(bytes, arena);
		break;
	default:
		secrets(bytes, arena);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_oauth_answer answer = { .code = 200,
					  .body = am_buf(1 << 20) };
	struct am_arena arena = { 0 };
	struct am_bytes bytes;

	if (size < 1)
		return 0;
	bytes = am_bytes(data + 1, size - 1);
	if ((data[0] & 8) != 0) {
		file(data[0], bytes, &arena);
		am_arena_free(&arena);
		return 0;
	}
	am_buf_add(&answer.body, bytes);
	answer.code = (data[0] & 4) != 0 ? 400 : 200;
	switch (data[0] & 3) {
	case 0:
		token(&answer, &arena);
		break;
	case 1:
		discovery(&answer, &arena);
		break;
	case 2:
		callback(bytes, &arena);
		break;
	default:
		unseal(bytes);
		break;
	}
	am_oauth_answer_free(&answer);
	am_arena_free(&arena);
	return 0;
}
