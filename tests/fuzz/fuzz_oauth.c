/* What an authorization server and a browser may say: the first byte chooses
 * how it is read. */
#include "fuzz.h"
#include "oauth/callback.h"
#include "oauth/discovery.h"
#include "oauth/seal.h"

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
