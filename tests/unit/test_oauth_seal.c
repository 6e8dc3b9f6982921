/* oauth/seal */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "oauth/seal.h"

static const uint8_t key[AM_SEAL_KEY_SIZE] = { 1, 2, 3 };
static const uint8_t other_key[AM_SEAL_KEY_SIZE] = { 1, 2, 4 };
static const struct am_seal_secret by_key = { NULL, key };
static const struct am_seal_secret by_other_key = { NULL, other_key };
static const struct am_seal_secret by_words = { "correct horse", NULL };
static const struct am_seal_secret by_other_words = { "correct house", NULL };

static enum am_status
unseal(const struct am_seal_secret *secret, const struct am_buf *sealed,
       const char *expected)
{
	struct am_buf plain = am_buf(4096);
	struct am_error err = { 0 };
	const enum am_status status =
		am_unseal(secret, am_buf_bytes(sealed), &plain, &err);

	if (status == AM_OK)
		assert_true(am_bytes_equal(am_buf_bytes(&plain),
					   am_bytes_of(expected)));
	am_buf_free(&plain);
	return status;
}

static void
test_there_and_back(void **state)
{
	struct am_buf one = am_buf(4096), two = am_buf(4096);
	struct am_error err = { 0 };

	(void)state;
	assert_int_equal(am_seal(&by_key, am_bytes_of("a token"), &one, &err),
			 AM_OK);
	assert_int_equal(am_seal(&by_key, am_bytes_of("a token"), &two, &err),
			 AM_OK);
	assert_false(am_bytes_equal(am_buf_bytes(&one), am_buf_bytes(&two)));
	assert_null(memmem(one.data, one.len, "a token", 7));
	assert_int_equal(unseal(&by_key, &one, "a token"), AM_OK);
	assert_int_equal(unseal(&by_other_key, &one, ""), AM_AUTH);
	assert_int_equal(unseal(&by_words, &one, ""), AM_AUTH);
	am_buf_clear(&one);
	assert_int_equal(am_seal(&by_words, am_bytes_of(""), &one, &err),
			 AM_OK);
	assert_int_equal(unseal(&by_words, &one, ""), AM_OK);
	assert_int_equal(unseal(&by_other_words, &one, ""), AM_AUTH);
	assert_int_equal(unseal(&by_key, &one, ""), AM_AUTH);
	am_buf_free(&one);
	am_buf_free(&two);
}

/* Each byte changed, and each length: never the content. */
static void
test_every_byte(void **state)
{
	struct am_buf sealed = am_buf(4096);
	struct am_error err = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(
		am_seal(&by_key, am_bytes_of("a token"), &sealed, &err), AM_OK);
	for (i = 0; i < sealed.len; i++) {
		sealed.data[i] ^= 1;
		assert_int_not_equal(unseal(&by_key, &sealed, ""), AM_OK);
		sealed.data[i] ^= 1;
	}
	while (sealed.len > 0) {
		sealed.len--;
		assert_int_not_equal(unseal(&by_key, &sealed, ""), AM_OK);
	}
	am_buf_free(&sealed);
}

/* A file that asks for the memory of the whole machine gets none of it. */
static void
test_greedy(void **state)
{
	struct am_buf sealed = am_buf(4096);
	struct am_error err = { 0 };

	(void)state;
	assert_int_equal(am_seal(&by_words, am_bytes_of("x"), &sealed, &err),
			 AM_OK);
	sealed.data[11] = 0xff; /* the highest byte of the memory */
	assert_int_equal(unseal(&by_words, &sealed, ""), AM_CORRUPT);
	sealed.data[11] = 0;
	sealed.data[10] = 0;
	sealed.data[9] = 0;
	sealed.data[8] = 1;
	assert_int_equal(unseal(&by_words, &sealed, ""), AM_CORRUPT);
	am_buf_free(&sealed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_greedy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
