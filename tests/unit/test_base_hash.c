/* base/hash: known answers, in one run and in pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/hash.h"

static const struct {
	const char *text, *sha256; /* FIPS 180-4 and NIST's examples */
	uint32_t crc;
} known[] = {
	{ "",
	  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	  0 },
	{ "abc",
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	  0xca6598d0 },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
	  0xc4d29a16 },
	{ "123456789",
	  "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
	  0x2dfd2d88 },
	{ "\x01",
	  "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
	  0x77073096 },
	{ "Hello, World!",
	  "dffd6021bb2bd5b0af676290809ec3a53191dd81c7f70a4b28688a362182986f",
	  0xe33e8552 },
};

static void
assert_digest(const uint8_t *digest, const char *want)
{
	char hex[AM_SHA256_HEX_SIZE];

	am_sha256_hex(digest, hex);
	assert_string_equal(hex, want);
}

static void
test_known_answers(void **state)
{
	uint8_t digest[AM_SHA256_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct am_bytes bytes = am_bytes_of(known[i].text);

		assert_int_equal(am_sha256(bytes, digest), AM_OK);
		assert_digest(digest, known[i].sha256);
		assert_int_equal(am_crc(bytes), known[i].crc);
	}
}

/* One context, used again and again, fed in pieces of 1, 2, 3 ... bytes. */
static void
test_pieces(void **state)
{
	struct am_sha256 *sha = am_sha256_open();
	uint8_t digest[AM_SHA256_SIZE];
	size_t i, piece;

	(void)state;
	assert_non_null(sha);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		for (piece = 1; piece < 60; piece++) {
			struct am_bytes left = am_bytes_of(known[i].text);

			while (left.len > 0) {
				const size_t len =
					left.len < piece ? left.len : piece;

				am_sha256_add(sha, am_bytes(left.data, len));
				left = am_bytes(left.data + len,
						left.len - len);
			}
			assert_int_equal(am_sha256_finish(sha, digest), AM_OK);
			assert_digest(digest, known[i].sha256);
		}
	}
	am_sha256_close(sha);
}

static void
test_no_bytes(void **state)
{
	struct am_sha256 *sha = am_sha256_open();
	uint8_t digest[AM_SHA256_SIZE];

	(void)state;
	am_sha256_add(sha, am_bytes(NULL, 0));
	assert_int_equal(am_sha256_finish(sha, digest), AM_OK);
	assert_digest(digest, known[0].sha256);
	am_sha256_close(sha);
	am_sha256_close(NULL);
	assert_int_equal(am_crc(am_bytes(NULL, 0)), 0);
}

/* The definition of [MS-PST] 5.3, bit by bit. */
static uint32_t
crc_slow(const uint8_t *data, size_t len)
{
	uint32_t crc = 0;
	size_t i;
	int bit;

	for (i = 0; i < len; i++) {
		crc ^= data[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ ((crc & 1) * UINT32_C(0xedb88320));
	}
	return crc;
}

/* Every length and alignment that a fast loop could treat apart. */
static void
test_crc_lengths(void **state)
{
	uint8_t data[700];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 181 ^ i >> 3);
	for (len = 0; len < sizeof(data) - 16; len++) {
		const uint8_t *from = data + len % 16;

		assert_int_equal(am_crc(am_bytes(from, len)),
				 crc_slow(from, len));
	}
}

static void
test_out_of_memory(void **state)
{
	uint8_t digest[AM_SHA256_SIZE] = { 1 };
	const uint8_t zeros[AM_SHA256_SIZE] = { 0 };

	(void)state;
	am_alloc_fail_after(1);
	assert_null(am_sha256_open());
	assert_int_equal(am_sha256(am_bytes_of("abc"), digest), AM_NOMEM);
	am_alloc_fail_after(0);
	assert_memory_equal(digest, zeros, sizeof(zeros));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_no_bytes),
		cmocka_unit_test(test_crc_lengths),
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
