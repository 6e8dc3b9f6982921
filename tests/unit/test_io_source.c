/* io/source: right bytes through the cache, and each way a file can fail us.
 * This program's own pread stands in for the system's, to count and to fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/source.h"

static struct {
	size_t calls, bytes;
	size_t longest; /* a call gives at most this; 0: all */
	int fail_errno; /* of the calls that touch bad_offset */
	off_t bad_offset;
	int interrupts; /* how many calls end with EINTR first */
} fake;

ssize_t
pread(int fd, void *data, size_t len, off_t offset)
{
	fake.calls++;
	if (fake.interrupts > 0) {
		fake.interrupts--;
		errno = EINTR;
		return -1;
	}
	if (fake.fail_errno != 0 && offset <= fake.bad_offset &&
	    fake.bad_offset - offset < (off_t)len) {
		errno = fake.fail_errno;
		return -1;
	}
	if (fake.longest > 0 && len > fake.longest)
		len = fake.longest;
	fake.bytes += len;
	if (lseek(fd, offset, SEEK_SET) < 0)
		return -1;
	return read(fd, data, len);
}

enum { SIZE = 5 << 20 };

struct place {
	char folder[64], file[80];
};

static uint8_t
byte_at(uint64_t offset)
{
	return (uint8_t)((offset * 2654435761u) >> 13 ^ offset);
}

static int
set_up(void **state)
{
	static struct place place;
	uint8_t *data = malloc(SIZE);
	FILE *file;
	size_t i;

	memset(&fake, 0, sizeof(fake));
	snprintf(place.folder, sizeof(place.folder), "/tmp/am-test-XXXXXX");
	assert_non_null(mkdtemp(place.folder));
	snprintf(place.file, sizeof(place.file), "%s/a", place.folder);
	for (i = 0; i < SIZE; i++)
		data[i] = byte_at(i);
	file = fopen(place.file, "wb");
	assert_int_equal(fwrite(data, 1, SIZE, file), SIZE);
	fclose(file);
	free(data);
	*state = &place;
	return 0;
}

static int
tear_down(void **state)
{
	const struct place *place = *state;

	unlink(place->file);
	return rmdir(place->folder);
}

static struct am_source *
opened(void **state)
{
	const struct place *place = *state;
	struct am_source *source;

	assert_int_equal(am_source_open(place->file, &source, NULL), AM_OK);
	assert_int_equal(am_source_size(source), SIZE);
	return source;
}

static void
assert_read(struct am_source *source, uint64_t offset, size_t len)
{
	/* Of the exact size, so that the sanitizer sees one byte too many. */
	uint8_t *data = malloc(len > 0 ? len : 1);
	size_t i;

	assert_int_equal(am_source_read_at(source, offset, data, len, NULL),
			 AM_OK);
	for (i = 0; i < len; i++)
		if (data[i] != byte_at(offset + i))
			fail_msg("byte %zu of %zu from %zu", i, len,
				 (size_t)offset);
	free(data);
}

static void
test_edges(void **state)
{
	static const struct {
		uint64_t offset;
		size_t len;
	} reads[] = {
		{ 0, 0 },
		{ 0, 1 },
		{ 65535, 1 },
		{ 65535, 2 },
		{ 65536, 512 },
		{ 8191, 2 },
		{ 131072, 16383 },
		{ 131072, 16384 },
		{ 100, 200000 },
		{ SIZE - 1, 1 },
		{ SIZE - 512, 512 },
		{ SIZE, 0 },
		{ 65000, 15000 },
		{ 0, SIZE },
	};
	struct am_source *source = opened(state);
	uint64_t asked = 0;
	size_t i;

	for (i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		assert_read(source, reads[i].offset, reads[i].len);
		asked += reads[i].len;
		assert_int_equal(am_source_bytes_asked(source), asked);
	}
	am_source_close(source);
}

/* More windows than the cache has, in an order that evicts. */
static void
test_everywhere(void **state)
{
	struct am_source *source = opened(state);
	uint32_t random = 1;
	int i;

	fake.longest = 1000;
	for (i = 0; i < 3000; i++) {
		size_t len, offset;

		random = random * 1664525 + 1013904223;
		len = random >> 8 & 0x3fff;
		random = random * 1664525 + 1013904223;
		offset = (random >> 8) % (SIZE - len);
		fake.interrupts = i % 3;
		assert_read(source, offset, len);
	}
	am_source_close(source);
}

static void
test_not_inside(void **state)
{
	static const struct {
		uint64_t offset;
		size_t len;
	} reads[] = {
		{ SIZE, 1 },	 { SIZE + 1, 0 },	 { SIZE - 1, 2 },
		{ 0, SIZE + 1 }, { UINT64_MAX, 1 },	 { UINT64_MAX, 0 },
		{ 1, SIZE_MAX }, { UINT64_MAX - 8, 16 },
	};
	struct am_source *source = opened(state);
	struct am_error err;
	uint8_t data[16];
	size_t i;

	for (i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		assert_int_equal(am_source_read_at(source, reads[i].offset,
						   data, reads[i].len, &err),
				 AM_CORRUPT);
		assert_int_equal(err.file_offset, reads[i].offset);
	}
	assert_non_null(strstr(err.text, "5242880"));
	am_source_close(source);
}

/* A sequential reader costs about one call a window, a jumping one 8 KiB a
 * jump. */
static void
test_cost(void **state)
{
	struct am_source *source = opened(state);
	uint64_t at;

	for (at = 0; at < 32 * 65536; at += 512)
		assert_read(source, at, 512);
	assert_in_range(fake.calls, 32, 36);
	fake.calls = 0;
	for (at = 16 * 65536; at < 32 * 65536; at += 4096)
		assert_read(source, at, 4096);
	assert_int_equal(fake.calls, 0);
	am_source_close(source);

	source = opened(state);
	fake.calls = fake.bytes = 0;
	for (at = SIZE - 65536; at >= 131072; at -= 131072)
		assert_read(source, at + 100, 512);
	assert_int_equal(fake.bytes, fake.calls * 8192);
	am_source_close(source);
}

static void
test_truncated_under_us(void **state)
{
	const struct place *place = *state;
	struct am_source *source = opened(state);
	struct am_error err;
	uint8_t data[20000];

	assert_int_equal(truncate(place->file, 100000), 0);
	assert_read(source, 99000, 1000);
	assert_int_equal(am_source_read_at(source, 99000, data, 1001, &err),
			 AM_CORRUPT);
	assert_int_equal(err.file_offset, 100000);
	assert_non_null(strstr(err.text, "truncated"));
	assert_int_equal(am_source_read_at(source, 99000, data, 20000, &err),
			 AM_CORRUPT);
	assert_int_equal(err.file_offset, 100000);
	am_source_close(source);
}

/* A bad sector costs what lies in it and nothing around it. */
static void
test_bad_sector(void **state)
{
	struct am_source *source = opened(state);
	struct am_error err;
	uint8_t data[20000];

	fake.fail_errno = EIO;
	fake.bad_offset = 70000;
	assert_read(source, 66000, 512);
	assert_read(source, 69999, 1);
	assert_read(source, 70001, 512);
	assert_read(source, 0, 512);
	assert_int_equal(am_source_read_at(source, 69900, data, 512, &err),
			 AM_IO);
	assert_non_null(strstr(err.text, strerror(EIO)));
	assert_int_equal(am_source_read_at(source, 60000, data, 20000, &err),
			 AM_IO);
	fake.fail_errno = 0;
	assert_read(source, 69900, 512);
	am_source_close(source);
}

static void
assert_refused(const char *path, enum am_status want, const char *words)
{
	struct am_source *source = NULL;
	struct am_error err;

	assert_int_equal(am_source_open(path, &source, &err), want);
	assert_null(source);
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", err.text, words);
}

static void
test_no_file(void **state)
{
	const struct place *place = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char path[90];
	int fd;

	assert_refused(place->folder, AM_UNSUPPORTED, "is a directory");
	assert_refused("/dev/null", AM_UNSUPPORTED, "is a character device");
	snprintf(path, sizeof(path), "%s/none", place->folder);
	assert_refused(path, AM_NOT_FOUND, "no such file");
	snprintf(path, sizeof(path), "%s/b", place->file);
	assert_refused(path, AM_NOT_FOUND, "no such file");
	assert_refused("", AM_NOT_FOUND, "no such file");

	snprintf(path, sizeof(path), "%s/pipe", place->folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused(path, AM_UNSUPPORTED, "is a named pipe");
	unlink(path);

	snprintf(path, sizeof(path), "%s/loop", place->folder);
	assert_int_equal(symlink("loop", path), 0);
	assert_refused(path, AM_IO, strerror(ELOOP));
	unlink(path);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/s",
		 place->folder);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)),
			 0);
	assert_refused(address.sun_path, AM_UNSUPPORTED, "is a socket");
	close(fd);
	unlink(address.sun_path);
}

static void
test_memory(void **state)
{
	const uint8_t bytes[3] = { 1, 2, 3 };
	struct am_source *source;
	uint8_t data[4];

	(void)state;
	assert_int_equal(am_source_of_bytes(am_bytes(bytes, 3), &source, NULL),
			 AM_OK);
	assert_int_equal(am_source_size(source), 3);
	assert_int_equal(am_source_read_at(source, 1, data, 2, NULL), AM_OK);
	assert_memory_equal(data, bytes + 1, 2);
	assert_int_equal(am_source_read_at(source, 3, data, 0, NULL), AM_OK);
	assert_int_equal(am_source_read_at(source, 2, data, 2, NULL),
			 AM_CORRUPT);
	am_source_close(source);
	am_source_close(NULL);
}

static void
test_out_of_memory(void **state)
{
	const struct place *place = *state;
	struct am_source *source;
	uint8_t data[4];

	am_alloc_fail_after(1);
	assert_int_equal(am_source_open(place->file, &source, NULL), AM_NOMEM);
	assert_int_equal(am_source_of_bytes(am_bytes(data, 4), &source, NULL),
			 AM_NOMEM);
	am_alloc_fail_after(2);
	source = opened(state);
	assert_int_equal(am_source_read_at(source, 0, data, 4, NULL), AM_NOMEM);
	am_alloc_fail_after(0);
	assert_read(source, 0, 4);
	am_source_close(source);
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FILE(test_edges),
		WITH_FILE(test_everywhere),
		WITH_FILE(test_not_inside),
		WITH_FILE(test_cost),
		WITH_FILE(test_truncated_under_us),
		WITH_FILE(test_bad_sector),
		WITH_FILE(test_no_file),
		cmocka_unit_test(test_memory),
		WITH_FILE(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
