/* pst/ndb/crypt: vectors of [MS-PST] 5.1 and 5.2 as real files confirm them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pst/ndb/crypt.h"

static const char hello[] = "Hello, World!";

static const struct {
	const char *name;
	enum am_ndb_crypt crypt;
	uint32_t key;
	const char *encoded; /* 13 bytes */
} vectors[] = {
	{ "none", AM_NDB_CRYPT_NONE, 0, hello },
	{ "permute", AM_NDB_CRYPT_PERMUTE, 0x12345678,
	  "\x07\xea\xfd\xfd\x86\xd8\x4c\x4b\x86\x06\xfd\xfa\x7d" },
	{ "cyclic", AM_NDB_CRYPT_CYCLIC, 0x12345678,
	  "\xfb\xea\xdc\x70\x6b\xc5\x23\x03\xd1\x53\xf0\x68\xce" },
};

static void
test_vectors(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		uint8_t data[13];

		print_message("%s\n", vectors[i].name);
		memcpy(data, vectors[i].encoded, sizeof(data));
		am_crypt_decode(vectors[i].crypt, vectors[i].key, data,
				sizeof(data));
		assert_memory_equal(data, hello, sizeof(data));
	}
}

/* The start of a heap of an empty PST by Outlook, as stored and decoded. */
static void
test_real_block(void **state)
{
	uint8_t data[] = { 0xc8, 0x41, 0xff, 0x93, 0x4c, 0x41, 0x41, 0x41,
			   0x41, 0x41, 0x41, 0x41, 0xa6, 0x13, 0x6e, 0x41,
			   0xaa, 0x41, 0x41, 0x41, 0x36, 0x23, 0x88 };
	static const uint8_t want[] = { 0x34, 0x00, 0xec, 0xbc, 0x20, 0x00,
					0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
					0xb5, 0x02, 0x06, 0x00, 0x40, 0x00,
					0x00, 0x00, 0x01, 0x30, 0x1f };

	(void)state;
	am_crypt_decode(AM_NDB_CRYPT_PERMUTE, 0x64, data, sizeof(data));
	assert_memory_equal(data, want, sizeof(want));
}

/* The tables are permutations, so every length and alignment keeps all
 * values apart; cyclic is its own inverse. */
static void
test_all_bytes(void **state)
{
	uint8_t data[256 + 8];
	bool seen[256] = { false };
	size_t i;

	(void)state;
	for (i = 0; i < 256; i++)
		data[i] = (uint8_t)i;
	am_crypt_decode(AM_NDB_CRYPT_PERMUTE, 0, data, 256);
	for (i = 0; i < 256; i++) {
		assert_false(seen[data[i]]);
		seen[data[i]] = true;
	}
	assert_int_equal(data[0], 0x47);
	assert_int_equal(data[0x41], 0x00);
	assert_int_equal(data[0xff], 0xec);
}

static void
test_cyclic_twice(void **state)
{
	static const uint32_t keys[] = { 0,	     1,		 0x64,
					 0xffff0000, 0x12345678, 0xffffffff };
	uint8_t data[70000]; /* the 16-bit counter wraps */
	size_t i;
	size_t k;

	(void)state;
	for (k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		size_t changed = 0;

		for (i = 0; i < sizeof(data); i++)
			data[i] = (uint8_t)(i * 7);
		am_crypt_decode(AM_NDB_CRYPT_CYCLIC, keys[k], data,
				sizeof(data));
		for (i = 0; i < sizeof(data); i++)
			changed += data[i] != (uint8_t)(i * 7);
		assert_true(changed > sizeof(data) / 2);
		am_crypt_decode(AM_NDB_CRYPT_CYCLIC, keys[k], data,
				sizeof(data));
		for (i = 0; i < sizeof(data); i++)
			assert_int_equal(data[i], (uint8_t)(i * 7));
	}
}

/* Every length: what is behind stays as it is. */
static void
test_lengths(void **state)
{
	uint8_t one;
	uint8_t data[160];
	size_t len;
	size_t i;

	(void)state;
	for (len = 0; len <= 150; len++) {
		for (i = 0; i < sizeof(data); i++)
			data[i] = (uint8_t)(i * 37 + len);
		am_crypt_decode(AM_NDB_CRYPT_PERMUTE, 0, data, len);
		for (i = 0; i < sizeof(data); i++) {
			one = (uint8_t)(i * 37 + len);
			if (i < len)
				am_crypt_decode(AM_NDB_CRYPT_PERMUTE, 0, &one,
						1);
			assert_int_equal(data[i], one);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_real_block),
		cmocka_unit_test(test_all_bytes),
		cmocka_unit_test(test_cyclic_twice),
		cmocka_unit_test(test_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
