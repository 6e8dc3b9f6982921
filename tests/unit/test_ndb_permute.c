/* pst/ndb/permute: the two ways give the same, for every length and place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hash.h"
#include "pst/ndb/permute.h"

/* mpbbI is a permutation, and the one of [MS-PST]: its CRC by 5.3. */
static void
test_table(void **state)
{
	bool seen[256] = { false };
	size_t i;

	(void)state;
	for (i = 0; i < 256; i++) {
		assert_false(seen[am_permute_table[i]]);
		seen[am_permute_table[i]] = true;
	}
	assert_int_equal(am_crc(am_bytes(am_permute_table, 256)), 0x6d4e07fe);
}

typedef void permute(uint8_t *data, size_t len);

/* Into memory of just that length, so that the sanitizer sees an overrun. */
static void
check(permute *decode, size_t offset, size_t len)
{
	uint8_t *memory = malloc(offset + len + 1);
	size_t i;

	assert_non_null(memory);
	for (i = 0; i < offset + len; i++)
		memory[i] = (uint8_t)(i * 37 + len);
	decode(memory + offset, len);
	for (i = 0; i < offset + len; i++) {
		const uint8_t was = (uint8_t)(i * 37 + len);

		assert_int_equal(memory[i],
				 i < offset ? was : am_permute_table[was]);
	}
	free(memory);
}

static void
test_lengths(void **state)
{
	size_t offset;
	size_t len;

	(void)state;
	for (len = 0; len <= 300; len++)
		for (offset = 0; offset < 9; offset += 4) {
			check(am_permute_plain, offset, len);
			check(am_permute_decode, offset, len);
			if (am_permute_has_wide())
				check(am_permute_wide, offset, len);
		}
	check(am_permute_decode, 0, 8176);
	check(am_permute_plain, 0, 65512);
}

/* All bytes in all places of a wide register. */
static void
test_places(void **state)
{
	uint8_t wide[64 * 256];
	uint8_t plain[64 * 256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wide); i++) {
		wide[i] = (uint8_t)(i + i / 64);
		plain[i] = wide[i];
	}
	am_permute_plain(plain, sizeof(plain));
	am_permute_decode(wide, sizeof(wide));
	assert_memory_equal(plain, wide, sizeof(wide));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
