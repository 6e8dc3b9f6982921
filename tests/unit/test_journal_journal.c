/* journal/journal: what was committed is there after anything, what was not is
 * not, and nothing else is taken for a journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/alloc.h"
#include "journal/journal.h"
#include "tmp_tree.h"

/* SQLite's writes go through these (AM_API: seen by its library); the disk is
 * full from the n-th on. */
static int writes_left = -1; /* -1: no end */
static int write_errno = ENOSPC;

static bool
disk_is_full(void)
{
	if (writes_left < 0)
		return false;
	if (writes_left > 0) {
		writes_left--;
		return false;
	}
	errno = write_errno;
	return true;
}

AM_API ssize_t
pwrite64(int fd, const void *data, size_t len, off64_t offset)
{
	return disk_is_full() ? -1
			      : syscall(SYS_pwrite64, fd, data, len, offset);
}

AM_API ssize_t
write(int fd, const void *data, size_t len)
{
	return disk_is_full() ? -1 : syscall(SYS_write, fd, data, len);
}

static const struct am_journal_key good_key = {
	.input_size = 271360,
	.input_identity = { 1, 2, 3 },
	.options = "to=mbox folder=\"Inbox*\" since=0",
};

struct place {
	struct tmp_tree tree;
	struct am_journal *journal;
	struct am_error err;
	bool resumed;
};

static int
place_make(void **state)
{
	static struct place place;

	memset(&place, 0, sizeof(place));
	place.tree = tmp_tree_make_fast();
	writes_left = -1;
	write_errno = ENOSPC;
	*state = &place;
	return 0;
}

static int
place_remove(void **state)
{
	struct place *place = *state;

	am_journal_close(place->journal);
	tmp_tree_remove(&place->tree);
	return 0;
}

static enum am_status
journal_open(struct place *place, const char *path,
	     const struct am_journal_key *key)
{
	am_journal_close(place->journal);
	place->journal = NULL;
	return am_journal_open(place->tree.fd, path, key, false,
			       &place->journal, &place->resumed, &place->err);
}

static void
assert_open(struct place *place, bool resumed)
{
	assert_int_equal(journal_open(place, "old.journal", &good_key), AM_OK);
	assert_int_equal(place->resumed, resumed);
}

static void
assert_checkpoint(struct place *place, uint64_t next_row,
		  uint64_t ledger_length, bool complete, const char *counters)
{
	struct am_checkpoint got = { 0 };

	assert_int_equal(am_journal_read(place->journal, &got, &place->err),
			 AM_OK);
	assert_int_equal(got.next_row, next_row);
	assert_int_equal(got.ledger_length, ledger_length);
	assert_int_equal(got.complete, complete);
	assert_string_equal(got.counters, counters);
}

static enum am_status
commit(struct place *place, uint64_t next_row, const char *counters)
{
	const struct am_checkpoint checkpoint = {
		.next_row = next_row,
		.ledger_length = next_row * 100,
		.counters = counters,
	};

	return am_journal_commit(place->journal, &checkpoint, &place->err);
}

static enum am_status
length_print(void *arg, const char *path, uint64_t length, struct am_error *err)
{
	(void)err;
	am_buf_printf(arg, "%s=%" PRIu64 " ", path, length);
	return AM_OK;
}

static void
assert_lengths(struct place *place, const char *want)
{
	struct am_buf got = am_buf(1 << 20);

	assert_int_equal(am_journal_lengths(place->journal, length_print, &got,
					    &place->err),
			 AM_OK);
	assert_string_equal(am_buf_text(&got), want);
	am_buf_free(&got);
}

static void
set_length(struct place *place, const char *path, uint64_t length)
{
	assert_int_equal(am_journal_set_length(place->journal, path, length,
					       &place->err),
			 AM_OK);
}

static void
a_new_one_is_empty(void **state)
{
	struct place *place = *state;
	struct stat info;

	assert_open(place, false);
	assert_checkpoint(place, 0, 0, false, "");
	assert_lengths(place, "");
	assert_int_equal(fstatat(place->tree.fd, "old.journal", &info, 0), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
}

static void
what_is_committed_is_there_again(void **state)
{
	const struct am_checkpoint last = { .next_row = 7,
					    .ledger_length = 1234567890123,
					    .complete = true,
					    .counters = "written=7 \xc3\xa4" };
	struct place *place = *state;

	assert_open(place, false);
	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	set_length(place, "mail/b.mbox", 5);
	set_length(place, "mail/\xc3\xa4 %2F'.mbox", INT64_MAX);
	assert_int_equal(commit(place, 3, "x"), AM_OK);
	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	set_length(place, "mail/b.mbox", 9);
	assert_int_equal(am_journal_commit(place->journal, &last, &place->err),
			 AM_OK);
	assert_checkpoint(place, 7, 1234567890123, true, "written=7 \xc3\xa4");
	assert_open(place, true);
	assert_checkpoint(place, 7, 1234567890123, true, "written=7 \xc3\xa4");
	assert_lengths(place, "mail/b.mbox=9 "
			      "mail/\xc3\xa4 %2F'.mbox=9223372036854775807 ");
	assert_false(tmp_tree_has(&place->tree, "old.journal-shm"));
}

static void
what_is_not_committed_is_not(void **state)
{
	struct place *place = *state;

	assert_open(place, false);
	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	set_length(place, "a", 1);
	assert_int_equal(commit(place, 1, "1"), AM_OK);
	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	set_length(place, "a", 2);
	set_length(place, "b", 2);
	assert_open(place, true);
	assert_checkpoint(place, 1, 100, false, "1");
	assert_lengths(place, "a=1 ");
}

/* A batch that failed is rolled back by the next begin. */
static void
begin_begins_afresh(void **state)
{
	struct place *place = *state;

	assert_open(place, false);
	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	set_length(place, "a", 1);
	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	set_length(place, "b", 2);
	assert_int_equal(commit(place, 1, "1"), AM_OK);
	assert_lengths(place, "b=2 ");
}

static const struct {
	const char *name;
	struct am_journal_key key;
	const char *says;
} other_keys[] = {
	{ "another size",
	  { 271361, { 1, 2, 3 }, "to=mbox folder=\"Inbox*\" since=0" },
	  "of 271360 bytes, this one has 271361" },
	{ "another header",
	  { 271360, { 1, 2, 4 }, "to=mbox folder=\"Inbox*\" since=0" },
	  "another archive of the same size" },
	{ "another target",
	  { 271360, { 1, 2, 3 }, "to=maildir folder=\"Inbox*\" since=0" },
	  "then \"to=mbox folder=\"Inbox*\" since=0\", now \"to=maildir" },
	{ "the last option",
	  { 271360, { 1, 2, 3 }, "to=mbox folder=\"Inbox*\" since=09" },
	  "then \"since=0\", now \"since=09\"" },
	{ "one option less",
	  { 271360, { 1, 2, 3 }, "to=mbox folder=\"Inbox*\"" },
	  "then \"folder=\"Inbox*\" since=0\", now \"folder=\"Inbox*\"\"" },
	{ "no options", { 271360, { 1, 2, 3 }, "" }, "now \"\"" },
};

static void
another_key_is_told_in_words(void **state)
{
	struct place *place = *state;
	size_t i;

	assert_open(place, false);
	for (i = 0; i < sizeof(other_keys) / sizeof(other_keys[0]); i++) {
		print_message("%s\n", other_keys[i].name);
		assert_int_equal(
			journal_open(place, "old.journal", &other_keys[i].key),
			AM_OUTPUT);
		assert_non_null(strstr(place->err.text, other_keys[i].says));
		assert_non_null(
			strstr(place->err.text, "another output directory"));
	}
	assert_open(place, true);
}

static void
foreign_sqlite(const struct place *place, const char *name, const char *sql)
{
	char path[PATH_MAX + 32];
	sqlite3 *db = NULL;

	(void)snprintf(path, sizeof(path), "%s/%s", place->tree.path, name);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
assert_foreign(struct place *place, const char *name, const char *says)
{
	struct am_buf before = am_buf(1 << 20);
	struct am_buf after = am_buf(1 << 20);

	print_message("%s\n", name);
	tmp_tree_read(place->tree.fd, name, &before);
	assert_int_equal(journal_open(place, name, &good_key), AM_OUTPUT);
	if (strstr(place->err.text, says) == NULL)
		fail_msg("%s", place->err.text);
	tmp_tree_read(place->tree.fd, name, &after);
	assert_true(
		am_bytes_equal(am_buf_bytes(&before), am_buf_bytes(&after)));
	am_buf_free(&before);
	am_buf_free(&after);
}

static void
nothing_foreign_is_taken_or_touched(void **state)
{
	struct place *place = *state;
	char junk[5000];

	memset(junk, 'j', sizeof(junk));
	tmp_tree_write(&place->tree, "text", "From here on", 12);
	tmp_tree_write(&place->tree, "junk", junk, sizeof(junk));
	foreign_sqlite(place, "browser", "CREATE TABLE a(b)");
	foreign_sqlite(place, "other",
		       "PRAGMA application_id = 5; CREATE TABLE a(b)");
	foreign_sqlite(place, "versioned", "PRAGMA user_version = 5");
	foreign_sqlite(place, "future",
		       "PRAGMA application_id = 0x614d4a31;"
		       "PRAGMA user_version = 999; CREATE TABLE a(b)");
	foreign_sqlite(place, "hollow",
		       "PRAGMA application_id = 0x614d4a31;"
		       "PRAGMA user_version = 3; PRAGMA journal_mode = WAL");
	foreign_sqlite(place, "keyless",
		       "PRAGMA application_id = 0x614d4a31;"
		       "PRAGMA user_version = 3; PRAGMA journal_mode = WAL;"
		       "CREATE TABLE key(input_size, input_identity, options)");
	assert_foreign(place, "text", "damaged, or no journal");
	assert_foreign(place, "junk", "damaged, or no journal");
	assert_foreign(place, "browser", "no journal of archive-mail");
	assert_foreign(place, "other", "no journal of archive-mail");
	assert_foreign(place, "versioned", "no journal of archive-mail");
	assert_foreign(place, "future", "another version");
	assert_foreign(place, "hollow", "no such table");
	assert_foreign(place, "keyless", "has no key");
}

static void
no_file_no_journal(void **state)
{
	static const char *const names[] = { "dir",  "link",   "dangling",
					     "pipe", "none/x", "../x" };
	struct place *place = *state;
	size_t i;

	assert_open(place, false);
	am_journal_close(place->journal);
	place->journal = NULL;
	assert_int_equal(mkdirat(place->tree.fd, "dir", 0700), 0);
	assert_int_equal(mkfifoat(place->tree.fd, "pipe", 0600), 0);
	assert_int_equal(symlinkat("old.journal", place->tree.fd, "link"), 0);
	assert_int_equal(symlinkat("nowhere", place->tree.fd, "dangling"), 0);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		print_message("%s\n", names[i]);
		assert_int_equal(journal_open(place, names[i], &good_key),
				 AM_OUTPUT);
	}
	assert_false(tmp_tree_has(&place->tree, "nowhere"));
}

/* SQLite makes files beside the journal: a link of such a name leads it
 * nowhere. */
static void
links_beside_it_are_not_followed(void **state)
{
	static const char *const names[] = { "old.journal-wal",
					     "old.journal-journal",
					     "old.journal-shm" };
	struct place *place = *state;
	size_t i;

	tmp_tree_write(&place->tree, "victim", "mine", 4);
	for (i = 0; i < 3; i++) {
		enum am_status status;

		assert_int_equal(symlinkat("victim", place->tree.fd, names[i]),
				 0);
		status = journal_open(place, "old.journal", &good_key);
		if (status == AM_OK)
			status = am_journal_begin(place->journal, &place->err);
		if (status == AM_OK)
			status = commit(place, 1, "some text");
		assert_true(status == AM_OK || status == AM_OUTPUT);
		am_journal_close(place->journal);
		place->journal = NULL;
		tmp_tree_assert_file(&place->tree, "victim", "mine");
		(void)unlinkat(place->tree.fd, names[i], 0);
		(void)unlinkat(place->tree.fd, "old.journal", 0);
	}
}

/* A run that was killed while it made its journal leaves one of these. */
static void
an_empty_file_is_a_new_journal(void **state)
{
	struct place *place = *state;

	tmp_tree_write(&place->tree, "old.journal", "", 0);
	assert_open(place, false);
	assert_open(place, true);
	foreign_sqlite(place, "wal", "PRAGMA journal_mode = WAL");
	assert_int_equal(journal_open(place, "wal", &good_key), AM_OK);
	assert_false(place->resumed);
}

/* Damage at any place is told, or does not matter; nothing crashes. */
static void
a_damaged_journal(void **state)
{
	struct place *place = *state;
	struct am_buf whole = am_buf(1 << 20);
	size_t at;
	size_t refused = 0;

	assert_open(place, false);
	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	set_length(place, "mail/b.mbox", 5);
	assert_int_equal(commit(place, 3, "x"), AM_OK);
	am_journal_close(place->journal);
	place->journal = NULL;
	tmp_tree_read(place->tree.fd, "old.journal", &whole);
	for (at = 0; at < whole.len; at += 61) {
		struct am_checkpoint checkpoint;
		const uint8_t was = whole.data[at];
		enum am_status status;

		whole.data[at] = (uint8_t)~was;
		tmp_tree_write(&place->tree, "bad", whole.data, whole.len);
		whole.data[at] = was;
		status = journal_open(place, "bad", &good_key);
		if (status == AM_OK)
			status = am_journal_read(place->journal, &checkpoint,
						 &place->err);
		assert_true(status == AM_OK || status == AM_OUTPUT);
		refused += status == AM_OUTPUT ? 1 : 0;
	}
	assert_true(refused > 3);
	am_buf_free(&whole);
}

static void
one_process_at_a_time(void **state)
{
	struct place *place = *state;
	struct am_journal *second = NULL;
	struct am_error err;
	bool resumed;
	pid_t child;
	int result = 0;

	assert_open(place, false);
	assert_int_equal(am_journal_open(place->tree.fd, "old.journal",
					 &good_key, false, &second, &resumed,
					 &err),
			 AM_OUTPUT);
	child = fork();
	if (child == 0) {
		const enum am_status status = am_journal_open(
			place->tree.fd, "old.journal", &good_key, false,
			&second, &resumed, &err);

		_exit(status == AM_OUTPUT &&
				      strstr(err.text, "another archive-mail "
						       "is at work") != NULL
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(child, &result, 0), child);
	assert_int_equal(result, 0);
	/* and the first still has it */
	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	assert_int_equal(commit(place, 1, ""), AM_OK);
}

/* Commits until it is killed, and says each row only when it is committed. */
static void
commit_for_ever(int dir, int out)
{
	struct am_journal *journal = NULL;
	uint64_t row;
	bool resumed;

	if (am_journal_open(dir, "old.journal", &good_key, false, &journal,
			    &resumed, NULL) != AM_OK)
		_exit(1);
	for (row = 1;; row++) {
		const struct am_checkpoint checkpoint = { .next_row = row,
							  .counters = "" };

		if (am_journal_begin(journal, NULL) != AM_OK ||
		    am_journal_set_length(journal, "a", row * 10, NULL) !=
			    AM_OK ||
		    am_journal_set_length(journal, "b", row * 20, NULL) !=
			    AM_OK ||
		    am_journal_commit(journal, &checkpoint, NULL) != AM_OK ||
		    write(out, &row, sizeof(row)) != sizeof(row))
			_exit(1);
	}
}

static void
killed_at_any_moment(void **state)
{
	struct place *place = *state;
	unsigned turn;

	for (turn = 0; turn < 12; turn++) {
		struct am_checkpoint checkpoint = { 0 };
		uint64_t told = 0;
		uint64_t row;
		int pipes[2];
		char want[64];
		pid_t child;

		(void)unlinkat(place->tree.fd, "old.journal", 0);
		(void)unlinkat(place->tree.fd, "old.journal-wal", 0);
		assert_int_equal(pipe(pipes), 0);
		child = fork();
		if (child == 0)
			commit_for_ever(place->tree.fd, pipes[1]);
		assert_int_equal(close(pipes[1]), 0);
		while (told <= turn * 3 &&
		       read(pipes[0], &row, sizeof(row)) == sizeof(row))
			told = row;
		assert_int_equal(usleep(turn * 97), 0);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		while (read(pipes[0], &row, sizeof(row)) == sizeof(row))
			told = row;
		assert_int_equal(close(pipes[0]), 0);
		assert_open(place, true);
		assert_int_equal(am_journal_read(place->journal, &checkpoint,
						 &place->err),
				 AM_OK);
		/* all that was told, and at most the one after */
		assert_in_range(checkpoint.next_row, told, told + 1);
		(void)snprintf(
			want, sizeof(want), "a=%" PRIu64 " b=%" PRIu64 " ",
			checkpoint.next_row * 10, checkpoint.next_row * 20);
		assert_lengths(place, want);
		am_journal_close(place->journal);
		place->journal = NULL;
	}
}

/* The disk is full from the n-th write on: AM_IO, and after room was made the
 * journal is as it was before, or new. */
static void
a_full_disk(void **state)
{
	struct place *place = *state;
	enum am_status status = AM_IO;
	int n;

	for (n = 0; status == AM_IO && n < 100; n++) {
		uint64_t row;

		(void)unlinkat(place->tree.fd, "old.journal", 0);
		(void)unlinkat(place->tree.fd, "old.journal-wal", 0);
		writes_left = n;
		status = journal_open(place, "old.journal", &good_key);
		for (row = 1; status == AM_OK && row < 4; row++) {
			status = am_journal_begin(place->journal, &place->err);
			if (status == AM_OK)
				status = am_journal_set_length(
					place->journal, "a", row, &place->err);
			if (status == AM_OK)
				status = commit(place, row, "");
		}
		if (status == AM_IO)
			assert_non_null(strstr(place->err.text,
					       "disk full; make room"));
		am_journal_close(place->journal);
		place->journal = NULL;
		writes_left = -1;
		assert_int_equal(journal_open(place, "old.journal", &good_key),
				 AM_OK);
	}
	assert_int_equal(status, AM_OK);
	assert_true(n > 5 && n < 100);
}

static void
a_faulty_disk(void **state)
{
	static const struct {
		int number;
		const char *says;
	} cases[] = {
		{ EIO, "cannot write old.journal: Input/output error" },
		{ EDQUOT, "disk quota used up; make room" },
		{ EFBIG, "ulimit -f" },
	};
	struct place *place = *state;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_open(place, i > 0);
		assert_int_equal(am_journal_begin(place->journal, &place->err),
				 AM_OK);
		set_length(place, "a", i);
		writes_left = 0;
		write_errno = cases[i].number;
		assert_int_equal(commit(place, 1, ""), AM_IO);
		writes_left = -1;
		if (strstr(place->err.text, cases[i].says) == NULL)
			fail_msg("%s", place->err.text);
	}
	assert_open(place, true);
	assert_checkpoint(place, 0, 0, false, "");
}

static enum am_status
finding_print(void *arg, const char *text, struct am_error *err)
{
	(void)err;
	am_buf_printf(arg, "[%s]", text);
	return AM_OK;
}

static enum am_status
finding_count(void *arg, const char *text, struct am_error *err)
{
	(void)text;
	(void)err;
	++*(size_t *)arg;
	return AM_OK;
}

static void
findings_once_and_sorted(void **state)
{
	static const char *const texts[] = { "b", "a", "b", "", "a" };
	struct place *place = *state;
	struct am_buf got = am_buf(1000);
	size_t i;

	assert_open(place, false);
	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(am_journal_add_finding(place->journal,
							texts[i], &place->err),
				 AM_OK);
	assert_int_equal(commit(place, 1, ""), AM_OK);
	assert_open(place, true);
	assert_int_equal(am_journal_findings(place->journal, finding_print,
					     &got, &place->err),
			 AM_OK);
	assert_string_equal(am_buf_text(&got), "[][a][b]");
	am_buf_free(&got);
}

static void
findings_have_an_end(void **state)
{
	struct place *place = *state;
	size_t count = 0;
	size_t i;

	assert_open(place, false);
	for (i = 0; i < AM_JOURNAL_MAX_FINDINGS + 10; i++) {
		char text[32];

		if (i % 4000 == 0) {
			if (i > 0)
				assert_int_equal(commit(place, i, ""), AM_OK);
			assert_open(place, true);
			assert_int_equal(
				am_journal_begin(place->journal, &place->err),
				AM_OK);
		}
		(void)snprintf(text, sizeof(text), "finding %zu", i);
		assert_int_equal(am_journal_add_finding(place->journal, text,
							&place->err),
				 AM_OK);
	}
	assert_int_equal(am_journal_findings(place->journal, finding_count,
					     &count, &place->err),
			 AM_OK);
	assert_int_equal(count, AM_JOURNAL_MAX_FINDINGS);
}

static enum am_status
visit_fails(void *arg, const char *path, uint64_t length, struct am_error *err)
{
	(void)path;
	(void)length;
	++*(size_t *)arg;
	return am_fail(err, AM_OUTPUT, "as the test wants it");
}

static void
a_visitor_may_stop(void **state)
{
	struct place *place = *state;
	size_t visits = 0;

	assert_open(place, false);
	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	set_length(place, "a", 1);
	set_length(place, "b", 2);
	assert_int_equal(commit(place, 1, ""), AM_OK);
	assert_int_equal(am_journal_lengths(place->journal, visit_fails,
					    &visits, &place->err),
			 AM_OUTPUT);
	assert_int_equal(visits, 1);
	assert_lengths(place, "a=1 b=2 ");
}

/* The directory's name means nothing to SQLite. */
static void
a_strange_directory(void **state)
{
	static const char *const names[] = { "a?mode=memory", "a%20b#c",
					     "file:x", "\xc3\xa4 '\"" };
	struct place *place = *state;
	const int top = place->tree.fd;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(mkdirat(top, names[i], 0700), 0);
		place->tree.fd = openat(top, names[i], O_RDONLY | O_DIRECTORY);
		assert_open(place, false);
		assert_true(tmp_tree_has(&place->tree, "old.journal"));
		am_journal_close(place->journal);
		place->journal = NULL;
		assert_int_equal(close(place->tree.fd), 0);
	}
	place->tree.fd = top;
}

static void
without_waiting_for_the_disk(void **state)
{
	struct place *place = *state;

	assert_int_equal(am_journal_open(place->tree.fd, "old.journal",
					 &good_key, true, &place->journal,
					 &place->resumed, &place->err),
			 AM_OK);
	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	assert_int_equal(commit(place, 5, ""), AM_OK);
	assert_open(place, true);
	assert_checkpoint(place, 5, 500, false, "");
}

static void
memory(void **state)
{
	struct am_journal_key huge = good_key;
	struct place *place = *state;

	am_alloc_fail_after(1);
	assert_int_equal(journal_open(place, "old.journal", &good_key),
			 AM_NOMEM);
	am_alloc_fail_after(0);
	huge.input_size = UINT64_MAX;
	assert_int_equal(journal_open(place, "old.journal", &huge), AM_LIMIT);
	assert_open(place, false);
	assert_int_equal(am_journal_begin(place->journal, &place->err), AM_OK);
	assert_int_equal(commit(place, 1, "some"), AM_OK);
	am_alloc_fail_after(1);
	assert_int_equal(am_journal_read(place->journal,
					 &(struct am_checkpoint){ 0 },
					 &place->err),
			 AM_NOMEM);
	am_alloc_fail_after(0);
	am_journal_close(NULL);
}

int
main(void)
{
#define CASE(function)                                                         \
	cmocka_unit_test_setup_teardown(function, place_make, place_remove)
	const struct CMUnitTest tests[] = {
		CASE(a_new_one_is_empty),
		CASE(what_is_committed_is_there_again),
		CASE(what_is_not_committed_is_not),
		CASE(begin_begins_afresh),
		CASE(another_key_is_told_in_words),
		CASE(nothing_foreign_is_taken_or_touched),
		CASE(no_file_no_journal),
		CASE(links_beside_it_are_not_followed),
		CASE(an_empty_file_is_a_new_journal),
		CASE(a_damaged_journal),
		CASE(one_process_at_a_time),
		CASE(killed_at_any_moment),
		CASE(a_full_disk),
		CASE(a_faulty_disk),
		CASE(findings_once_and_sorted),
		CASE(findings_have_an_end),
		CASE(a_visitor_may_stop),
		CASE(a_strange_directory),
		CASE(without_waiting_for_the_disk),
		CASE(memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
