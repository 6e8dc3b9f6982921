/* io/outfile: what is written, cut and published, and every way the disk can
 * say no. This program's own pwrite, ftruncate and fdatasync stand in for the
 * system's, to count and to fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "base/alloc.h"
#include "io/outfile.h"
#include "tmp_tree.h"

static struct {
	size_t writes, largest, syncs;
	size_t longest;	    /* a write takes at most this; 0: all */
	int interrupts;	    /* how many calls end with EINTR first */
	off_t full_at;	    /* the disk is full from here; 0: never */
	int full_errno;	    /* what it says then */
	int sync_errno;	    /* of the next sync only */
	int truncate_errno; /* of every cut */
} fake;

static bool
is_interrupted(void)
{
	if (fake.interrupts == 0)
		return false;
	fake.interrupts--;
	errno = EINTR;
	return true;
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t offset)
{
	if (is_interrupted())
		return -1;
	fake.writes++;
	if (len > fake.largest)
		fake.largest = len;
	if (fake.longest > 0 && len > fake.longest)
		len = fake.longest;
	if (fake.full_at > 0 && offset >= fake.full_at) {
		errno = fake.full_errno;
		return -1;
	}
	if (fake.full_at > 0 && (off_t)len > fake.full_at - offset)
		len = (size_t)(fake.full_at - offset);
	return syscall(SYS_pwrite64, fd, data, len, offset);
}

int
ftruncate(int fd, off_t length)
{
	if (is_interrupted())
		return -1;
	if (fake.truncate_errno != 0) {
		errno = fake.truncate_errno;
		return -1;
	}
	return (int)syscall(SYS_ftruncate, fd, length);
}

int
fdatasync(int fd)
{
	if (is_interrupted())
		return -1;
	fake.syncs++;
	if (fake.sync_errno != 0) {
		errno = fake.sync_errno;
		fake.sync_errno = 0;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

enum { BUFFER = 256 << 10, BIG = 3 * BUFFER + 17 };

static uint8_t big[BIG];

struct place {
	struct tmp_tree tree;
	struct am_outfile *file;
	struct am_error err;
};

static int
place_make(void **state)
{
	static struct place place;
	size_t i;

	memset(&fake, 0, sizeof(fake));
	memset(&place, 0, sizeof(place));
	for (i = 0; i < BIG; i++)
		big[i] = (uint8_t)(i * 7 + (i >> 8));
	place.tree = tmp_tree_make();
	*state = &place;
	return (int)am_outfile_open(place.tree.fd, "f", true, &place.file,
				    &place.err);
}

static int
place_remove(void **state)
{
	struct place *place = *state;

	memset(&fake, 0, sizeof(fake));
	am_outfile_close(place->file);
	tmp_tree_remove(&place->tree);
	return 0;
}

static void
assert_file(const struct place *place, const void *data, size_t len)
{
	struct am_buf content = am_buf(64 << 20);

	tmp_tree_read(place->tree.fd, "f", &content);
	assert_int_equal(content.len, len);
	assert_memory_equal(content.data, data, len);
	am_buf_free(&content);
}

/* All of big, in pieces of the given size. */
static enum am_status
big_write(struct place *place, size_t piece)
{
	size_t at = 0;

	while (at < BIG) {
		const size_t left = BIG - at;
		const size_t len = left < piece ? left : piece;

		AM_TRY(am_outfile_write(place->file, am_bytes(big + at, len),
					&place->err));
		at += len;
	}
	return AM_OK;
}

static void
pieces_of_any_size(void **state)
{
	static const size_t pieces[] = { 1000,	 4096,	     BUFFER - 1,
					 BUFFER, BUFFER + 1, BIG };
	struct place *place = *state;
	size_t i;

	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		print_message("%zu\n", pieces[i]);
		assert_int_equal(
			am_outfile_truncate(place->file, 0, &place->err),
			AM_OK);
		assert_int_equal(am_outfile_length(place->file), 0);
		assert_int_equal(big_write(place, pieces[i]), AM_OK);
		assert_int_equal(am_outfile_length(place->file), BIG);
		assert_int_equal(
			am_outfile_flush(place->file, false, &place->err),
			AM_OK);
		assert_int_equal(am_outfile_length(place->file), BIG);
		assert_file(place, big, BIG);
	}
	assert_int_equal(fake.syncs, 0);
}

static void
small_writes_are_gathered_and_large_ones_bypass(void **state)
{
	struct place *place = *state;

	assert_int_equal(big_write(place, 100), AM_OK);
	assert_int_equal(am_outfile_flush(place->file, false, &place->err),
			 AM_OK);
	assert_int_equal(fake.writes, 4);
	assert_int_equal(fake.largest, BUFFER);
	memset(&fake, 0, sizeof(fake));
	assert_int_equal(big_write(place, BIG), AM_OK);
	assert_int_equal(fake.writes, 1);
	assert_int_equal(fake.largest, BIG);
}

static void
short_and_interrupted_writes_go_on(void **state)
{
	struct place *place = *state;

	fake.longest = 999;
	fake.interrupts = 5;
	assert_int_equal(big_write(place, BIG), AM_OK);
	assert_int_equal(am_outfile_truncate(place->file, 5000, &place->err),
			 AM_OK);
	fake.interrupts = 2;
	assert_int_equal(am_outfile_truncate(place->file, 4000, &place->err),
			 AM_OK);
	fake.interrupts = 2;
	assert_int_equal(am_outfile_flush(place->file, true, &place->err),
			 AM_OK);
	assert_int_equal(fake.interrupts, 0);
	assert_int_equal(fake.syncs, 1);
	assert_file(place, big, 4000);
}

static void
nothing_is_there_before_the_flush(void **state)
{
	struct place *place = *state;

	assert_int_equal(
		am_outfile_write(place->file, am_bytes_of("abc"), &place->err),
		AM_OK);
	assert_file(place, "", 0);
	am_outfile_close(place->file);
	place->file = NULL;
	assert_file(place, "", 0);
}

/* A full disk in the middle, then the message before stays whole, and after
 * room was made the same goes through. */
static void
a_full_disk(void **state)
{
	static const struct {
		const char *name;
		off_t full_at;
		int number;
		size_t before, piece;
	} cases[] = {
		{ "in a large write", 3 * BUFFER, ENOSPC, 100, BIG },
		{ "in a flush of the buffer", BUFFER + 5, ENOSPC, 100, 1000 },
		{ "at once", 1, EDQUOT, 0, 1000 },
		{ "at the end", BIG, ENOSPC, 1000, 5000 },
	};
	struct place *place = *state;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct am_bytes before = am_bytes(big, cases[i].before);
		enum am_status status;

		print_message("%s\n", cases[i].name);
		memset(&fake, 0, sizeof(fake));
		assert_int_equal(
			am_outfile_truncate(place->file, 0, &place->err),
			AM_OK);
		assert_int_equal(
			am_outfile_write(place->file, before, &place->err),
			AM_OK);
		fake.full_at = cases[i].full_at;
		fake.full_errno = cases[i].number;
		status = big_write(place, cases[i].piece);
		if (status == AM_OK)
			status = am_outfile_flush(place->file, false,
						  &place->err);
		assert_int_equal(status, AM_IO);
		assert_non_null(strstr(place->err.text, "make room and run the "
							"same command again"));
		assert_int_equal(am_outfile_truncate(place->file, before.len,
						     &place->err),
				 AM_OK);
		assert_int_equal(am_outfile_length(place->file), before.len);
		fake.full_at = 0;
		assert_int_equal(
			am_outfile_flush(place->file, false, &place->err),
			AM_OK);
		assert_file(place, big, before.len);
	}
}

/* What a failed write left beyond the end goes also when only the buffer is
 * cut. */
static void
a_failed_flush_leaves_nothing_behind(void **state)
{
	struct place *place = *state;

	assert_int_equal(
		am_outfile_write(place->file, am_bytes(big, 1000), &place->err),
		AM_OK);
	fake.full_at = 600;
	fake.full_errno = ENOSPC;
	assert_int_equal(am_outfile_flush(place->file, false, &place->err),
			 AM_IO);
	assert_file(place, big, 600);
	assert_int_equal(am_outfile_truncate(place->file, 10, &place->err),
			 AM_OK);
	assert_file(place, "", 0);
	assert_int_equal(am_outfile_flush(place->file, false, &place->err),
			 AM_OK);
	assert_file(place, big, 10);
}

/* The same bytes once more, when there is room again. */
static void
a_failed_flush_can_be_repeated(void **state)
{
	struct place *place = *state;

	assert_int_equal(
		am_outfile_write(place->file, am_bytes(big, 1000), &place->err),
		AM_OK);
	fake.full_at = 600;
	fake.full_errno = ENOSPC;
	assert_int_equal(am_outfile_flush(place->file, true, &place->err),
			 AM_IO);
	fake.full_at = 0;
	assert_int_equal(am_outfile_flush(place->file, true, &place->err),
			 AM_OK);
	assert_file(place, big, 1000);
}

/* The kernel tells of lost pages once, and then thinks them clean. */
static void
a_failed_sync_stays_failed(void **state)
{
	struct place *place = *state;

	assert_int_equal(
		am_outfile_write(place->file, am_bytes(big, 10), &place->err),
		AM_OK);
	fake.sync_errno = EIO;
	assert_int_equal(am_outfile_flush(place->file, true, &place->err),
			 AM_IO);
	assert_int_equal(am_outfile_flush(place->file, true, &place->err),
			 AM_IO);
	assert_int_equal(fake.syncs, 1);
}

static void
truncating(void **state)
{
	struct place *place = *state;

	assert_int_equal(
		am_outfile_write(place->file, am_bytes(big, 100), &place->err),
		AM_OK);
	assert_int_equal(am_outfile_truncate(place->file, 101, &place->err),
			 AM_IO);
	assert_int_equal(am_outfile_truncate(place->file, 100, &place->err),
			 AM_OK);
	assert_int_equal(am_outfile_truncate(place->file, 60, &place->err),
			 AM_OK);
	assert_int_equal(am_outfile_flush(place->file, false, &place->err),
			 AM_OK);
	assert_int_equal(am_outfile_write(place->file, am_bytes(big + 60, 10),
					  &place->err),
			 AM_OK);
	assert_int_equal(am_outfile_truncate(place->file, 50, &place->err),
			 AM_OK);
	assert_int_equal(am_outfile_write(place->file, am_bytes(big + 50, 3),
					  &place->err),
			 AM_OK);
	assert_int_equal(am_outfile_flush(place->file, false, &place->err),
			 AM_OK);
	assert_file(place, big, 53);
	fake.truncate_errno = EIO;
	assert_int_equal(am_outfile_truncate(place->file, 1, &place->err),
			 AM_IO);
	assert_int_equal(am_outfile_length(place->file), 53);
}

static void
the_time_is_that_of_the_last_word(void **state)
{
	struct place *place = *state;
	struct stat info;

	assert_int_equal(
		am_outfile_write(place->file, am_bytes(big, 100), &place->err),
		AM_OK);
	assert_int_equal(
		am_outfile_set_time(place->file, 1078012800, &place->err),
		AM_OK);
	assert_int_equal(am_outfile_flush(place->file, true, &place->err),
			 AM_OK);
	assert_int_equal(fstatat(place->tree.fd, "f", &info, 0), 0);
	assert_int_equal(info.st_mtim.tv_sec, 1078012800);
	assert_int_equal(info.st_atim.tv_sec, 1078012800);
	assert_int_equal(info.st_mtim.tv_nsec, 0);
	assert_int_equal(info.st_mode & 07777, 0600);
}

static void
sockets_and_pipes(struct place *place)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char path[PATH_MAX + 8];

	assert_int_equal(mkfifoat(place->tree.fd, "pipe", 0600), 0);
	(void)snprintf(path, sizeof(path), "%s/socket", place->tree.path);
	assert_true(strlen(path) < sizeof(address.sun_path));
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%.100s",
		       path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)),
			 0);
	assert_int_equal(close(fd), 0);
}

/* path, status of open new, of open, of reopen; in this order */
static const struct {
	const char *path;
	enum am_status new_only, open, reopen;
} open_cases[] = {
	{ "f", AM_OUTPUT, AM_OK, AM_OK },
	{ "none", AM_OK, AM_OK, AM_OK },
	{ "nodir/none", AM_OUTPUT, AM_OUTPUT, AM_NOT_FOUND },
	{ "link", AM_OUTPUT, AM_OUTPUT, AM_OUTPUT },
	{ "dangling", AM_OUTPUT, AM_OUTPUT, AM_OUTPUT },
	{ "linked/f", AM_OUTPUT, AM_OUTPUT, AM_OUTPUT },
	{ "dir", AM_OUTPUT, AM_OUTPUT, AM_OUTPUT },
	{ "pipe", AM_OUTPUT, AM_OUTPUT, AM_OUTPUT },
	{ "socket", AM_OUTPUT, AM_OUTPUT, AM_OUTPUT },
	{ "../x", AM_OUTPUT, AM_OUTPUT, AM_OUTPUT },
};

static void
opening(void **state)
{
	struct place *place = *state;
	const int dir = place->tree.fd;
	struct am_outfile *file = NULL;
	size_t i;

	sockets_and_pipes(place);
	assert_int_equal(mkdirat(dir, "dir", 0700), 0);
	assert_int_equal(symlinkat("f", dir, "link"), 0);
	assert_int_equal(symlinkat("nothing", dir, "dangling"), 0);
	assert_int_equal(symlinkat(".", dir, "linked"), 0);
	for (i = 0; i < sizeof(open_cases) / sizeof(open_cases[0]); i++) {
		const char *path = open_cases[i].path;
		enum am_status status;

		print_message("%s\n", path);
		status = am_outfile_open(dir, path, true, &file, &place->err);
		assert_int_equal(status, open_cases[i].new_only);
		if (status == AM_OK)
			am_outfile_close(file);
		status = am_outfile_open(dir, path, false, &file, &place->err);
		assert_int_equal(status, open_cases[i].open);
		if (status == AM_OK)
			am_outfile_close(file);
		status = am_outfile_reopen(dir, path, &file, &place->err);
		assert_int_equal(status, open_cases[i].reopen);
		if (status == AM_OK)
			am_outfile_close(file);
	}
	assert_false(tmp_tree_has(&place->tree, "nothing"));
}

static void
a_file_is_continued(void **state)
{
	struct place *place = *state;

	assert_int_equal(
		am_outfile_write(place->file, am_bytes_of("one "), &place->err),
		AM_OK);
	assert_int_equal(am_outfile_flush(place->file, false, &place->err),
			 AM_OK);
	am_outfile_close(place->file);
	place->file = NULL;
	assert_int_equal(am_outfile_open(place->tree.fd, "f", false,
					 &place->file, &place->err),
			 AM_OK);
	assert_int_equal(am_outfile_length(place->file), 4);
	assert_int_equal(
		am_outfile_write(place->file, am_bytes_of("two"), &place->err),
		AM_OK);
	assert_int_equal(am_outfile_flush(place->file, false, &place->err),
			 AM_OK);
	tmp_tree_assert_file(&place->tree, "f", "one two");
}

static void
publishing(void **state)
{
	struct place *place = *state;
	const int dir = place->tree.fd;

	assert_int_equal(mkdirat(dir, "d", 0700), 0);
	assert_int_equal(symlinkat("d", dir, "link"), 0);
	tmp_tree_write(&place->tree, "old", "old", 3);
	tmp_tree_write(&place->tree, "part", "new", 3);
	assert_int_equal(
		am_outfile_publish(dir, "part", "old", true, &place->err),
		AM_OK);
	tmp_tree_assert_file(&place->tree, "old", "new");
	assert_false(tmp_tree_has(&place->tree, "part"));
	assert_int_equal(
		am_outfile_publish(dir, "old", "d/x", false, &place->err),
		AM_OK);
	tmp_tree_assert_file(&place->tree, "d/x", "new");
	assert_int_equal(
		am_outfile_publish(dir, "d/x", "link/y", true, &place->err),
		AM_OUTPUT);
	assert_int_equal(
		am_outfile_publish(dir, "none", "x", true, &place->err),
		AM_OUTPUT);
	assert_int_equal(
		am_outfile_publish(dir, "d/x", "none/x", true, &place->err),
		AM_OUTPUT);
	assert_int_equal(
		am_outfile_publish(dir, "d/x", "../x", true, &place->err),
		AM_OUTPUT);
	tmp_tree_assert_file(&place->tree, "d/x", "new");
}

/* Every allocation that can fail, fails once. */
static void
memory(void **state)
{
	struct place *place = *state;
	enum am_status status = AM_NOMEM;
	unsigned long n;

	for (n = 1; status == AM_NOMEM && n < 10; n++) {
		struct am_outfile *file = NULL;

		am_alloc_fail_after(n);
		status = am_outfile_open(place->tree.fd, "m", false, &file,
					 &place->err);
		if (status == AM_OK)
			status = am_outfile_write(file, am_bytes_of("x"),
						  &place->err);
		am_alloc_fail_after(0);
		am_outfile_close(file);
	}
	assert_int_equal(status, AM_OK);
	assert_int_equal(n, 5);
}

int
main(void)
{
#define CASE(function)                                                         \
	cmocka_unit_test_setup_teardown(function, place_make, place_remove)
	const struct CMUnitTest tests[] = {
		CASE(pieces_of_any_size),
		CASE(small_writes_are_gathered_and_large_ones_bypass),
		CASE(short_and_interrupted_writes_go_on),
		CASE(nothing_is_there_before_the_flush),
		CASE(a_full_disk),
		CASE(a_failed_flush_leaves_nothing_behind),
		CASE(a_failed_flush_can_be_repeated),
		CASE(a_failed_sync_stays_failed),
		CASE(truncating),
		CASE(the_time_is_that_of_the_last_word),
		CASE(opening),
		CASE(a_file_is_continued),
		CASE(publishing),
		CASE(memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
