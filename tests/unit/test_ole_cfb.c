/* ole/cfb and ole/object: a compound file, and what damage makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ole/object.h"

enum {
	SECTOR = 512,
	FAT = SECTOR,		/* sector 0 */
	DIRECTORY = 2 * SECTOR, /* sector 1 */
	MINI_FAT = 3 * SECTOR,	/* sector 2 */
	MINI = 4 * SECTOR,	/* sector 3 */
	DATA = 5 * SECTOR,	/* sectors 4 to 11: 4096 bytes */
	SIZE = DATA + 8 * SECTOR,
	ENTRY = 128,
	END = -2
};

static uint8_t file[SIZE];

static void
put(size_t at, unsigned width, uint64_t value)
{
	while (width-- > 0) {
		file[at++] = (uint8_t)value;
		value >>= 8;
	}
}

static void
entry_put(unsigned id, const char *name, unsigned type, uint32_t right,
	  uint32_t child, uint32_t start, uint64_t size)
{
	const size_t at = DIRECTORY + id * ENTRY;
	size_t len;

	for (len = 0; name[len] != '\0'; len++)
		file[at + 2 * len] = (uint8_t)name[len];
	put(at + 64, 2, 2 * len + 2);
	put(at + 66, 1, type);
	put(at + 68, 4, UINT32_MAX);
	put(at + 72, 4, right);
	put(at + 76, 4, child);
	put(at + 116, 4, start);
	put(at + 120, 8, size);
}

/* Two streams: "CONTENTS", 100 bytes in two mini sectors; "Big", 4096 in
 * sectors 4 to 11. */
static void
file_make(void)
{
	unsigned i;

	memset(file, 0, sizeof(file));
	memcpy(file, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
	put(26, 2, 3);
	put(28, 2, 0xfffe);
	put(30, 2, 9);
	put(32, 2, 6);
	put(44, 4, 1);		   /* FAT sectors */
	put(48, 4, 1);		   /* directory */
	put(56, 4, 4096);	   /* cutoff */
	put(60, 4, 2);		   /* mini FAT */
	put(68, 4, (uint32_t)END); /* DIFAT */
	for (i = 0; i < 109; i++)
		put(76 + 4 * i, 4, i == 0 ? 0 : UINT32_MAX);
	put(FAT, 4, 0xfffffffd);
	for (i = 1; i < 4; i++)
		put(FAT + 4 * i, 4, (uint32_t)END);
	for (i = 4; i < 12; i++)
		put(FAT + 4 * i, 4, i < 11 ? i + 1 : (uint32_t)END);
	put(MINI_FAT, 4, 1);
	put(MINI_FAT + 4, 4, (uint32_t)END);
	entry_put(0, "Root Entry", 5, UINT32_MAX, 1, 3, 128);
	entry_put(1, "CONTENTS", 2, 2, UINT32_MAX, 0, 100);
	entry_put(2, "Big", 2, UINT32_MAX, UINT32_MAX, 4, 4096);
	memcpy(file + MINI, "%PDF-", 5);
	for (i = 0; i < 4096; i++)
		file[DATA + i] = (uint8_t)(i / 16);
}

static struct am_bytes
whole(void)
{
	return am_bytes(file, sizeof(file));
}

/* The bytes of the stream, or how it failed; *len_out what came before. */
static enum am_status
stream_read(struct am_bytes bytes, const char *name, size_t *len_out)
{
	struct am_arena arena = { 0 };
	struct am_buf out = am_buf(1 << 20);
	struct am_error err = { 0 };
	struct am_cfb_entry entry;
	struct am_stream *stream;
	struct am_cfb cfb;
	enum am_status status;

	*len_out = 0;
	status = am_cfb_open(bytes, &arena, &cfb, &err);
	if (status == AM_OK)
		status = am_cfb_find(&cfb, name, &entry, &err);
	if (status == AM_OK)
		status = am_cfb_stream(&cfb, &entry, &arena, &stream, &err);
	if (status == AM_OK) {
		status = am_stream_read_all(stream, &out, &err);
		am_stream_close(stream);
	}
	*len_out = out.len;
	if (status != AM_OK)
		assert_true(err.text[0] != '\0');
	am_buf_free(&out);
	am_arena_free(&arena);
	return status;
}

static void
test_good(void **state)
{
	size_t len;

	(void)state;
	file_make();
	assert_int_equal(stream_read(whole(), "contents", &len), AM_OK);
	assert_int_equal(len, 100);
	assert_int_equal(stream_read(whole(), "Big", &len), AM_OK);
	assert_int_equal(len, 4096);
	assert_int_equal(stream_read(whole(), "Bi", &len), AM_NOT_FOUND);
	assert_int_equal(stream_read(whole(), "Bigg", &len), AM_NOT_FOUND);
	assert_int_equal(stream_read(whole(), "Root Entry", &len),
			 AM_NOT_FOUND);
}

#define FAT_OF(sector) (FAT + 4 * (sector))
#define DIR_OF(id) (DIRECTORY + (id)*ENTRY)

static const struct damage {
	const char *name;
	size_t at;
	unsigned width;
	uint32_t value;
	enum am_status contents; /* of the mini stream */
	enum am_status big;
	size_t big_len;
} damages[] = {
	{ "signature", 0, 1, 0, AM_CORRUPT, AM_CORRUPT, 0 },
	{ "sector shift 0", 30, 2, 0, AM_CORRUPT, AM_CORRUPT, 0 },
	{ "sector shift 40", 30, 2, 40, AM_CORRUPT, AM_CORRUPT, 0 },
	{ "mini shift", 32, 2, 9, AM_CORRUPT, AM_CORRUPT, 0 },
	{ "no FAT", 44, 4, 0, AM_OK, AM_CORRUPT, 512 },
	{ "FAT count", 44, 4, UINT32_MAX, AM_OK, AM_OK, 4096 },
	{ "FAT outside", 76, 4, 1000, AM_OK, AM_CORRUPT, 512 },
	{ "directory outside", 48, 4, 1000, AM_CORRUPT, AM_CORRUPT, 0 },
	{ "DIFAT is the file", 68, 4, 0, AM_OK, AM_OK, 4096 },
	{ "mini FAT outside", 60, 4, 1000, AM_CORRUPT, AM_OK, 4096 },
	{ "cutoff 0", 56, 4, 0, AM_OK, AM_OK, 4096 },
	{ "cutoff of all", 56, 4, UINT32_MAX, AM_OK, AM_CORRUPT, 0 },
	{ "a chain that ends", FAT_OF(6), 4, (uint32_t)END, AM_OK, AM_CORRUPT,
	  1536 },
	{ "a chain that leads out", FAT_OF(6), 4, 1000, AM_OK, AM_CORRUPT,
	  1536 },
	{ "a chain in circles ends with the size", FAT_OF(6), 4, 4, AM_OK,
	  AM_OK, 4096 },
	{ "the directory in circles", FAT_OF(1), 4, 1, AM_CORRUPT, AM_CORRUPT,
	  0 },
	{ "the mini stream in circles", FAT_OF(3), 4, 3, AM_CORRUPT, AM_CORRUPT,
	  0 },
	{ "no root", DIR_OF(0) + 66, 1, 2, AM_CORRUPT, AM_CORRUPT, 0 },
	{ "no child", DIR_OF(0) + 76, 4, UINT32_MAX, AM_NOT_FOUND, AM_NOT_FOUND,
	  0 },
	{ "child outside", DIR_OF(0) + 76, 4, 77, AM_NOT_FOUND, AM_NOT_FOUND,
	  0 },
	{ "siblings in circles", DIR_OF(1) + 72, 4, 1, AM_OK, AM_CORRUPT, 0 },
	{ "siblings in circles, other side", DIR_OF(2) + 68, 4, 1, AM_OK, AM_OK,
	  4096 },
	{ "name too long", DIR_OF(2) + 64, 2, 200, AM_OK, AM_NOT_FOUND, 0 },
	{ "no name", DIR_OF(2) + 64, 2, 0, AM_OK, AM_NOT_FOUND, 0 },
	{ "a storage", DIR_OF(2) + 66, 1, 1, AM_OK, AM_NOT_FOUND, 0 },
	{ "size of all", DIR_OF(2) + 120, 4, UINT32_MAX, AM_OK, AM_CORRUPT, 0 },
	{ "size too large", DIR_OF(2) + 120, 4, 4097, AM_OK, AM_CORRUPT, 4096 },
	{ "start outside", DIR_OF(2) + 116, 4, 5000, AM_OK, AM_CORRUPT, 0 },
	{ "mini size 0", DIR_OF(0) + 120, 4, 0, AM_CORRUPT, AM_OK, 4096 },
	{ "high size in version 3", DIR_OF(2) + 124, 4, 1, AM_OK, AM_OK, 4096 },
};

static void
test_damage(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct damage *damage = &damages[i];
		size_t len;

		print_message("%s\n", damage->name);
		file_make();
		put(damage->at, damage->width, damage->value);
		assert_int_equal(stream_read(whole(), "CONTENTS", &len),
				 damage->contents);
		assert_int_equal(stream_read(whole(), "Big", &len),
				 damage->big);
		assert_int_equal(len, damage->big_len);
	}
}

/* Cut anywhere, it never reads outside, and never says all is well. */
static void
test_cut(void **state)
{
	size_t len;
	size_t got;

	(void)state;
	file_make();
	for (len = 0; len < SIZE; len++) {
		uint8_t *copy = malloc(len > 0 ? len : 1);

		memcpy(copy, file, len);
		assert_int_not_equal(
			stream_read(am_bytes(copy, len), "Big", &got), AM_OK);
		free(copy);
	}
}

/* AM_CFB_MAX_ENTRIES, and a file with as many. */
static void
directory_try(unsigned sectors, enum am_status want)
{
	const size_t size = (3 + (size_t)sectors) * SECTOR + SECTOR * 10;
	uint8_t *large = calloc(1, size);
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };
	struct am_cfb cfb;
	unsigned fats = sectors / 128 + 1;
	unsigned i;

	/* FAT in sectors 0 to fats - 1, the directory behind it */
	file_make();
	put(44, 4, fats);
	put(48, 4, fats);
	put(60, 4, (uint32_t)END);
	put(DIRECTORY + 116, 4, (uint32_t)END);
	for (i = 0; i < fats; i++)
		put(76 + 4 * i, 4, i);
	memcpy(large, file, SECTOR);
	for (i = 0; i < sectors; i++) {
		const uint32_t next =
			i + 1 < sectors ? fats + i + 1 : (uint32_t)END;
		uint8_t *at = large + SECTOR + 4 * (size_t)(fats + i);

		at[0] = (uint8_t)next;
		at[1] = (uint8_t)(next >> 8);
		at[2] = (uint8_t)(next >> 16);
		at[3] = (uint8_t)(next >> 24);
	}
	memcpy(large + (1 + (size_t)fats) * SECTOR, file + DIRECTORY, ENTRY);
	assert_int_equal(am_cfb_open(am_bytes(large, size), &arena, &cfb, &err),
			 want);
	am_arena_free(&arena);
	free(large);
}

static void
test_limits(void **state)
{
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };
	struct am_ole_object object;
	struct am_cfb cfb;
	uint8_t *large = calloc(1, AM_CFB_MAX_FILE + 1);

	(void)state;
	directory_try(AM_CFB_MAX_ENTRIES / 4, AM_OK);
	directory_try(AM_CFB_MAX_ENTRIES / 4 + 1, AM_LIMIT);
	file_make();
	memcpy(large, file, sizeof(file));
	assert_int_equal(am_cfb_open(am_bytes(large, AM_CFB_MAX_FILE), &arena,
				     &cfb, &err),
			 AM_OK);
	assert_int_equal(am_cfb_open(am_bytes(large, AM_CFB_MAX_FILE + 1),
				     &arena, &cfb, &err),
			 AM_LIMIT);
	/* too large to be looked into is an object as it is */
	assert_int_equal(
		am_ole_object_find(am_bytes(large, AM_CFB_MAX_FILE + 1), &arena,
				   &object, &err),
		AM_OK);
	assert_null(object.stream);
	assert_string_equal(object.extension, ".ole");
	am_arena_free(&arena);
	free(large);
}

/* What can be read only in part stays in the object. */
static void
test_object(void **state)
{
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };
	struct am_ole_object object;

	(void)state;
	file_make();
	assert_int_equal(am_ole_object_find(whole(), &arena, &object, &err),
			 AM_OK);
	assert_string_equal(object.stream, "CONTENTS");
	assert_string_equal(object.extension, ".pdf");
	assert_int_equal(object.size, 100);
	put(MINI_FAT, 4, (uint32_t)END);
	assert_int_equal(am_ole_object_find(whole(), &arena, &object, &err),
			 AM_OK);
	assert_null(object.stream);
	assert_string_equal(object.extension, ".ole");
	am_arena_free(&arena);
}

/* Packages whose lengths lie: size of the head, what is wrong with it. */
static void
test_package(void **state)
{
	static const char good[] = "\x20\0\0\0\2\0a.txt\0b\0\0\0\3\0"
				   "\2\0\0\0c\0\2\0\0\0hi";
	enum { PATH_LEN = 18, DATA_LEN = 24 };
	const size_t len = sizeof(good) - 1;
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
		bool is_package;
	} cases[] = {
		{ "good", 4, 2, true },
		{ "another form", 4, 3, false },
		{ "path too long", PATH_LEN, 0xff, false },
		{ "path of all", PATH_LEN + 3, 0xff, false },
		{ "data too long", DATA_LEN, 3, false },
		{ "data of all", DATA_LEN + 3, 0xff, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_error err = { 0 };
		struct am_ole_object object;

		print_message("%s\n", cases[i].name);
		file_make();
		memset(file + DIRECTORY + ENTRY, 0, 64);
		entry_put(1, "\1Ole10Native", 2, UINT32_MAX, UINT32_MAX, 0,
			  len);
		memcpy(file + MINI, good, len);
		file[MINI + cases[i].at] = cases[i].value;
		assert_int_equal(
			am_ole_object_find(whole(), &arena, &object, &err),
			AM_OK);
		assert_string_equal(object.stream, "\1Ole10Native");
		assert_int_equal(object.label.len,
				 cases[i].is_package ? strlen("a.txt") : 0);
		assert_int_equal(object.size,
				 cases[i].is_package ? 2 : len - 4);
		am_arena_free(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),   cmocka_unit_test(test_damage),
		cmocka_unit_test(test_cut),    cmocka_unit_test(test_limits),
		cmocka_unit_test(test_object), cmocka_unit_test(test_package),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
