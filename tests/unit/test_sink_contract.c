/* What every sink promises, checked for all of them: rows told in order and
 * only when durable, the same bytes back, nothing lost and nothing twice after
 * a crash at any moment, no way out of the output directory.
 *
 * This program's own pwrite, renameat ... stand in for the system's: they can
 * kill the process, say that the disk is full, and write down what came when.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "base/alloc.h"
#include "sink_run.h"

#define HIDDEN __attribute__((visibility("hidden")))

enum { KILLED = 99, SKIPPED = 77 };

static struct {
	int changes_left; /* then the process dies; -1: never */
	int writes_left;  /* then the disk is full; -1: never */
	int syncfs_errno;
	char events[4096]; /* w write, r rename, S sync of all, f of a file,
			      d of a directory, D done, J journal */
	size_t event_count;
} fake = { .changes_left = -1, .writes_left = -1 };

static void
event(char what)
{
	if (fake.event_count + 1 < sizeof(fake.events))
		fake.events[fake.event_count++] = what;
}

/* Before each call that changes something on disk. */
static void
change(void)
{
	if (fake.changes_left == 0)
		_exit(KILLED);
	if (fake.changes_left > 0)
		fake.changes_left--;
}

HIDDEN ssize_t
pwrite(int fd, const void *data, size_t len, off_t offset)
{
	change();
	event('w');
	if (fake.writes_left == 0) {
		errno = ENOSPC;
		return -1;
	}
	if (fake.writes_left > 0)
		fake.writes_left--;
	return syscall(SYS_pwrite64, fd, data, len, offset);
}

HIDDEN int
renameat(int old_dir, const char *from, int new_dir, const char *to)
{
	change();
	event('r');
	return (int)syscall(SYS_renameat, old_dir, from, new_dir, to);
}

HIDDEN int
mkdirat(int dir, const char *name, mode_t mode)
{
	change();
	return (int)syscall(SYS_mkdirat, dir, name, mode);
}

HIDDEN int
unlinkat(int dir, const char *name, int flags)
{
	change();
	return (int)syscall(SYS_unlinkat, dir, name, flags);
}

HIDDEN int
ftruncate(int fd, off_t length)
{
	change();
	return (int)syscall(SYS_ftruncate, fd, length);
}

HIDDEN int
syncfs(int fd)
{
	change();
	if (fake.syncfs_errno != 0) {
		errno = fake.syncfs_errno;
		return -1;
	}
	event('S');
	return (int)syscall(SYS_syncfs, fd);
}

HIDDEN int
fdatasync(int fd)
{
	change();
	event('f');
	return (int)syscall(SYS_fdatasync, fd);
}

HIDDEN int
fsync(int fd)
{
	struct stat info;

	change();
	event(fstat(fd, &info) == 0 && S_ISDIR(info.st_mode) ? 'd' : 'f');
	return (int)syscall(SYS_fsync, fd);
}

/* What an attacker puts in the way: a link at this path below out/, to a
 * directory or file outside. */
struct attack {
	const char *path;
	bool goes_there; /* the sink would */
};

static const struct attack maildir_attacks[] = {
	{ "mail", true },
	{ "mail/Inbox", true },
	{ "mail/Inbox/%2E%2E", true },
	{ "mail/Inbox/cur", true },
	{ "mail/Inbox/tmp", true },
	{ "mail/Inbox/new", true },
	{ "mail/Inbox/%2E%2E/dovecot-keywords", true },
	{ "mail/Inbox.mbox", true }, /* a folder has that name */
	{ "mail/Inbox/%2E%2E.mbox", false },
	{ NULL, false },
};

static const struct attack maildirpp_attacks[] = {
	{ "mail", true },
	{ "mail/cur", true },
	{ "mail/tmp", true },
	{ "mail/new", true },
	{ "mail/.INBOX.%2E%2E/dovecot-keywords", true },
	{ "mail/.INBOX.%2E%2E", true },
	{ "mail/.INBOX.%2E%2E/cur", true },
	{ "mail/.INBOX.%2E%2E/maildirfolder", true },
	{ "mail/Inbox", false },
	{ NULL, false },
};

static const struct attack eml_attacks[] = {
	{ "mail", true },
	{ "mail/Inbox", true },
	{ "mail/Inbox/%2E%2E", true },
	{ "mail/Inbox/cur", false },
	{ NULL, false },
};

static const struct attack mbox_attacks[] = {
	{ "mail", true },
	{ "mail/Inbox", true },
	{ "mail/Inbox/%2E%2E", true },
	{ "mail/Inbox/cur", false },
	{ "mail/Inbox.mbox", true },
	{ "mail/Inbox/%2E%2E.mbox", true },
	{ NULL, false },
};

static const struct attack thunderbird_attacks[] = {
	{ "mail", true },
	{ "mail/Inbox", true },
	{ "mail/Inbox.sbd", true },
	{ "mail/Inbox.sbd/%2E%2E", true },
	{ "mail/Inbox.sbd/%2E%2E.sbd", true },
	{ "mail/Inbox.mbox", true }, /* a folder has that name */
	{ NULL, false },
};

static const struct kind {
	const char *name;
	run_opener *open;
	const char *suffix; /* one file per folder; NULL: one per message */
	bool ends_lines;    /* a line end after each message */
	bool lf;
	const char *without_syncfs;
	const struct attack *attacks; /* ends with NULL */
	bool is_small;		      /* what is large is compressed */
	const char *foreign; /* somebody else's file among ours; NULL: none */
} kinds[] = {
	{ "maildir", am_maildir_open, NULL, false, true,
	  "wwffrrddddDDJ|wfrddddDJ", maildir_attacks, false,
	  "out/mail/Inbox/tmp/mine" },
	{ "maildir++", am_maildirpp_open, NULL, false, true,
	  "wwffrrdddDDJ|wfrdddDJ", maildirpp_attacks, false,
	  "out/mail/tmp/mine" },
	{ "eml", am_eml_open, NULL, false, false, "wwffrrdddDDJ|wfrdddDJ",
	  eml_attacks, false, "out/mail/Inbox/mine" },
	{ "mbox", am_mbox_open, ".mbox", true, true, "wfddDDJ|wfDJ",
	  mbox_attacks, false, NULL },
	{ "mbox.gz", am_mbox_gzip_open, ".mbox.gz", true, true, "wfddDDJ|wfDJ",
	  mbox_attacks, true, NULL },
	{ "thunderbird", am_thunderbird_open, "", true, true, "wfddDDJ|wfDJ",
	  thunderbird_attacks, false, NULL },
	{ "ics", am_ics_open, ".ics", false, false, "wfddDDJ|wfDJ",
	  mbox_attacks, false, NULL },
	{ "vcf", am_vcf_open, ".vcf", false, false, "wfddDDJ|wfDJ",
	  mbox_attacks, false, NULL },
};

static bool
is_one_file(const struct kind *kind)
{
	return kind->suffix != NULL;
}

/* A path that ends in ".mbox" as the sink of this kind names the file; good
 * until the fourth call from now. */
static const char *
at(const struct kind *kind, const char *path)
{
	static char paths[4][128];
	static unsigned next;
	const size_t len = strlen(path);
	char *named = paths[next++ % 4];

	if (!is_one_file(kind) || len < 5 ||
	    strcmp(path + len - 5, ".mbox") != 0)
		return path;
	(void)snprintf(named, sizeof(paths[0]), "%.*s%s", (int)(len - 5), path,
		       kind->suffix);
	return named;
}

static struct run
run_of(const struct kind *kind, const struct tmp_tree *tree)
{
	const struct run run = {
		.open = kind->open,
		.dir = tree->fd,
		.no_sync = true,
		.batch = RUN_BATCH,
		.rows = RUN_ROWS,
	};

	return run;
}

/* A system that does what it is told. */
static int
setup(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	fake.changes_left = -1;
	fake.writes_left = -1;
	return 0;
}

static struct am_buf
undisturbed_rows(const struct kind *kind, bool interleaved, uint64_t rows)
{
	struct tmp_tree tree = tmp_tree_make_fast();
	struct run run = run_of(kind, &tree);
	struct am_buf list;

	run.interleaved = interleaved;
	run.rows = rows;
	assert_int_equal(run_all(&run), AM_OK);
	list = run_list(tree.fd);
	tmp_tree_remove(&tree);
	return list;
}

static struct am_buf
undisturbed(const struct kind *kind, bool interleaved)
{
	return undisturbed_rows(kind, interleaved, RUN_ROWS);
}

static void
assert_same_tree(const struct tmp_tree *tree, const struct am_buf *want)
{
	struct am_buf list = run_list(tree->fd);

	assert_string_equal(am_buf_text(&list), am_buf_text(want));
	am_buf_free(&list);
}

/* The stored bytes are where and what done said. */
static void
assert_stored(const struct run *run, const struct am_sink_place *place)
{
	struct am_buf file = am_buf(64 << 20);
	uint8_t digest[AM_SHA256_SIZE];
	struct am_bytes stored = { 0 };

	tmp_tree_read(run->root, place->path, &file);
	if (!place->has_offset)
		assert_int_equal(place->size, file.len);
	assert_true(am_slice(am_buf_bytes(&file), (size_t)place->offset,
			     (size_t)place->size, &stored));
	am_sha256(stored, digest);
	assert_memory_equal(digest, place->sha256, AM_SHA256_SIZE);
	am_buf_free(&file);
}

/* mbox ends each message with a line end. */
static void
want_back(const struct kind *kind, uint64_t row, struct am_buf *want)
{
	run_mime(row, want);
	if (kind->ends_lines && want->len > 0 &&
	    want->data[want->len - 1] != '\n')
		am_buf_add_char(want, '\n');
}

static void
assert_comes_back(const struct kind *kind, const struct run *run, uint64_t row)
{
	struct am_arena arena = { 0 };
	struct am_buf want = am_buf(64 << 20);
	struct am_buf got = am_buf(64 << 20);
	struct am_stream *stream = NULL;
	struct am_error err;

	want_back(kind, row, &want);
	assert_int_equal(run->sink->ops->get(run->sink, &run->places[row].place,
					     &arena, &stream, &err),
			 AM_OK);
	assert_int_equal(am_stream_read_all(stream, &got, &err), AM_OK);
	am_stream_close(stream);
	assert_true(am_bytes_equal(am_buf_bytes(&got), am_buf_bytes(&want)));
	am_arena_free(&arena);
	am_buf_free(&got);
	am_buf_free(&want);
}

static void
every_message_is_told_stored_and_comes_back(void **state)
{
	static struct run_place places[RUN_ROWS];
	const struct kind *kind = *state;
	struct tmp_tree tree = tmp_tree_make();
	struct run run = run_of(kind, &tree);
	uint64_t row;

	memset(places, 0, sizeof(places));
	run.places = places;
	run.interleaved = true;
	assert_int_equal(run_open(&run), AM_OK);
	assert_int_equal(run.sink->lf, kind->lf);
	assert_int_equal(run_rest(&run), AM_OK);
	for (row = 0; row < RUN_ROWS; row++) {
		assert_true(places[row].told);
		assert_int_equal(places[row].place.has_offset,
				 is_one_file(kind));
		assert_memory_equal(places[row].path, "mail/", 5);
		assert_stored(&run, &places[row].place);
		assert_comes_back(kind, &run, row);
	}
	run_close(&run);
	tmp_tree_remove(&tree);
}

/* Neither batches, nor pieces, nor syncs, nor the order of folders change a
 * byte; and no temporary file stays. */
static void
the_tree_depends_on_the_messages_alone(void **state)
{
	static const struct {
		unsigned batch;
		size_t piece;
		bool sync;
	} cases[] = {
		{ 1, 0, false }, { 7, 1000, false }, { 1000, 4096, true },
		{ 4, 1, false }, { 3, 70000, true },
	};
	const struct kind *kind = *state;
	struct am_buf want[2] = { undisturbed(kind, false),
				  undisturbed(kind, true) };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]) * 2; i++) {
		struct tmp_tree tree = tmp_tree_make_fast();
		struct run run = run_of(kind, &tree);

		run.batch = cases[i / 2].batch;
		run.piece = cases[i / 2].piece;
		run.no_sync = !cases[i / 2].sync;
		run.interleaved = i % 2 != 0;
		assert_int_equal(run_all(&run), AM_OK);
		assert_same_tree(&tree, &want[i % 2]);
		tmp_tree_remove(&tree);
	}
	assert_null(strstr(am_buf_text(&want[0]), "/tmp/1"));
	am_buf_free(&want[0]);
	am_buf_free(&want[1]);
}

/* The events of a batch of two messages in a new folder, and of one more. */
static const char *
batch_events(const struct kind *kind, bool no_sync, int syncfs_errno)
{
	struct tmp_tree tree = tmp_tree_make_fast();
	struct run run = run_of(kind, &tree);

	run.no_sync = no_sync;
	run.event = event;
	run.rows = 8;
	assert_int_equal(run_open(&run), AM_OK);
	fake.syncfs_errno = syncfs_errno;
	fake.event_count = 0;
	while (run.next_row < 2)
		assert_int_equal(run_put(&run), AM_OK);
	assert_int_equal(run_commit(&run), AM_OK);
	event('|');
	assert_int_equal(run_put(&run), AM_OK);
	assert_int_equal(run_commit(&run), AM_OK);
	run_close(&run);
	fake.events[fake.event_count] = '\0';
	tmp_tree_remove(&tree);
	return fake.events;
}

/* Data is on disk before the rename, the rename before done, done before the
 * journal. */
static void
nothing_is_told_before_it_is_durable(void **state)
{
	const struct kind *kind = *state;
	const char *want =
		is_one_file(kind) ? "wSDDJ|wfDJ" : "wwSrrdDDJ|wSrdDJ";

	assert_string_equal(batch_events(kind, false, 0), want);
}

/* And small messages of a Maildir need no rename. */
static void
without_syncs_nothing_waits(void **state)
{
	const struct kind *kind = *state;

	assert_string_equal(batch_events(kind, true, 0),
			    is_one_file(kind) ? "wDDJ|wDJ" : "wwDDJ|wDJ");
}

/* out, mail, Inbox, cur: each directory on the way may be new */
static void
without_syncfs_each_file_is_synced(void **state)
{
	const struct kind *kind = *state;

	assert_string_equal(batch_events(kind, false, ENOSYS),
			    kind->without_syncfs);
}

/* Many folders in one batch: all at once, not one by one. */
static void
many_folders_are_synced_at_once(void **state)
{
	const struct kind *kind = *state;
	struct tmp_tree tree = tmp_tree_make_fast();
	struct run run = run_of(kind, &tree);
	size_t i;
	size_t syncs = 0;

	run.no_sync = false;
	run.interleaved = true;
	run.batch = 1000;
	assert_int_equal(run_open(&run), AM_OK);
	fake.event_count = 0;
	assert_int_equal(run_rest(&run), AM_OK);
	run_close(&run);
	for (i = 0; i < fake.event_count; i++)
		syncs += strchr("Sfd", fake.events[i]) != NULL ? 1 : 0;
	assert_int_equal(syncs, is_one_file(kind) ? 1 : 2);
	tmp_tree_remove(&tree);
}

/* Runs in a child that dies before its n-th change on disk; the exit status,
 * KILLED or that of the run. */
static int
run_killed(struct run *run, int changes)
{
	const pid_t child = fork();
	int state = 0;

	if (child == 0) {
		enum am_status status;

		fake.changes_left = changes;
		status = run_open(run);
		if (status == AM_OK)
			status = run_end(run);
		/* a kill, so nothing is closed */
		_exit((int)status);
	}
	assert_int_equal(waitpid(child, &state, 0), child);
	assert_true(WIFEXITED(state));
	return WEXITSTATUS(state);
}

static void
killed_everywhere(const struct kind *kind, bool interleaved, bool sync,
		  int step)
{
	struct am_buf want = undisturbed(kind, interleaved);
	int result = KILLED;
	int n;

	for (n = 0; result == KILLED; n += step) {
		struct tmp_tree tree = tmp_tree_make_fast();
		struct run run = run_of(kind, &tree);

		run.interleaved = interleaved;
		run.no_sync = !sync;
		result = run_killed(&run, n);
		assert_true(result == KILLED || result == AM_OK);
		/* once more, soon after the resumption began */
		if (n % 3 == 0)
			(void)run_killed(&run, n % 13);
		assert_int_equal(run_all(&run), AM_OK);
		assert_same_tree(&tree, &want);
		tmp_tree_remove(&tree);
	}
	assert_true(n > RUN_FOLDERS);
	am_buf_free(&want);
}

/* Every other change: the same kind comes at an even and an odd number. */
static void
killed_before_a_change(void **state)
{
	killed_everywhere(*state, false, false, 2);
}

static void
killed_in_interleaved_folders(void **state)
{
	killed_everywhere(*state, true, true, 7);
}

/* Closed without a commit after each put: the same as a kill, but that
 * nothing of the batch stays behind. */
static void
closed_after_every_put(void **state)
{
	const struct kind *kind = *state;
	struct am_buf want = undisturbed(kind, true);
	struct tmp_tree tree = tmp_tree_make_fast();
	struct run run = run_of(kind, &tree);
	uint64_t stop;

	run.interleaved = true;
	for (stop = 1; stop <= RUN_ROWS; stop++) {
		uint64_t puts;

		assert_int_equal(run_open(&run), AM_OK);
		for (puts = run.next_row; puts < stop; puts++)
			assert_int_equal(run_put(&run), AM_OK);
		run_close(&run); /* drops it */
		assert_int_equal(run_open(&run), AM_OK);
		assert_int_equal(run.next_row, stop - 1);
		assert_int_equal(run_put(&run), AM_OK);
		assert_int_equal(run_commit(&run), AM_OK);
		run_close(&run);
	}
	assert_int_equal(run_all(&run), AM_OK);
	assert_same_tree(&tree, &want);
	tmp_tree_remove(&tree);
	am_buf_free(&want);
}

/* The disk is full from the n-th write on; then there is room again. */
static void
the_disk_is_full(void **state)
{
	const struct kind *kind = *state;
	struct am_buf want = undisturbed(kind, false);
	enum am_status status = AM_IO;
	int n;

	for (n = 0; status == AM_IO; n += n < 10 ? 1 : 3) {
		struct tmp_tree tree = tmp_tree_make_fast();
		struct run run = run_of(kind, &tree);

		fake.writes_left = n;
		status = run_all(&run);
		if (status == AM_IO)
			assert_non_null(strstr(run.err.text, "disk full"));
		fake.writes_left = -1;
		assert_int_equal(run_all(&run), AM_OK);
		assert_same_tree(&tree, &want);
		tmp_tree_remove(&tree);
	}
	assert_int_equal(status, AM_OK);
	assert_true(n > 10);
	am_buf_free(&want);
}

/* The same with a real file system of half a megabyte, where that is allowed.
 */
static int
small_disk_child(const struct kind *kind, const struct tmp_tree *tree)
{
	struct run run = run_of(kind, tree);
	int status;

	if (unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", tree->path, "tmpfs", 0, "size=512k") != 0)
		return SKIPPED;
	run.dir = open(tree->path, O_RDONLY | O_DIRECTORY);
	status = (int)run_all(&run);
	if (status == AM_IO && strstr(run.err.text, "disk full") == NULL)
		status = AM_CORRUPT;
	return status;
}

static void
a_small_disk_is_full(void **state)
{
	struct tmp_tree tree = tmp_tree_make_fast();
	const struct kind *kind = *state;
	const pid_t child = kind->is_small ? 0 : fork();
	int result = 0;

	if (kind->is_small) {
		tmp_tree_remove(&tree);
		return;
	}
	if (child == 0)
		_exit(small_disk_child(kind, &tree));
	assert_int_equal(waitpid(child, &result, 0), child);
	if (WEXITSTATUS(result) == SKIPPED)
		print_message("skipped: no file system can be mounted here\n");
	else
		assert_int_equal(WEXITSTATUS(result), AM_IO);
	tmp_tree_remove(&tree);
}

/* A limit on the size of files (ulimit -f), in the middle of a large one. */
static int
file_limit_child(const struct kind *kind, const struct tmp_tree *tree)
{
	const struct rlimit limit = { 200 << 10, 200 << 10 };
	struct run run = run_of(kind, tree);

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return SKIPPED;
	return run_all(&run) == AM_IO &&
			       strstr(run.err.text, "ulimit -f") != NULL
		       ? 0
		       : 1;
}

static void
a_file_gets_too_large(void **state)
{
	const struct kind *kind = *state;
	struct am_buf want = undisturbed(kind, false);
	struct tmp_tree tree = tmp_tree_make_fast();
	struct run run = run_of(kind, &tree);
	const pid_t child = fork();
	int result = 0;

	if (child == 0)
		_exit(file_limit_child(kind, &tree));
	assert_int_equal(waitpid(child, &result, 0), child);
	assert_int_equal(result, kind->is_small ? 1 << 8 : 0);
	assert_int_equal(run_all(&run), AM_OK);
	assert_same_tree(&tree, &want);
	am_buf_free(&want);
	tmp_tree_remove(&tree);
}

/* Puts a message whose stream fails after len bytes. */
static enum am_status
put_broken(struct run *run, uint64_t row, size_t len, enum am_status then)
{
	const struct am_sink_message message = run_message(row, true);
	struct piece_stream stream;

	run_mime(row, &run->mime);
	if (len > run->mime.len)
		len = run->mime.len;
	stream = piece_stream(am_bytes(run->mime.data, len), 5000);
	stream.then = then;
	return run->sink->ops->put(run->sink, &stream.base, &message,
				   &run->err);
}

/* A message that breaks off leaves nothing: before others, between them, as
 * the only one of its folder; small, and larger than any buffer. */
static void
a_broken_message_leaves_nothing(void **state)
{
	static const struct {
		uint64_t row;
		size_t len;
		enum am_status then;
	} breaks[] = {
		{ 0, 0, AM_LIMIT },	    { 0, 10, AM_CORRUPT },
		{ 3, RUN_LARGE, AM_LIMIT }, { 12, RUN_LARGE, AM_NOMEM },
		{ 23, 20, AM_LIMIT },
	};
	const struct kind *kind = *state;
	struct am_buf want = undisturbed(kind, false);
	struct tmp_tree tree = tmp_tree_make_fast();
	struct run run = run_of(kind, &tree);
	size_t i;

	assert_int_equal(run_open(&run), AM_OK);
	for (i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		assert_int_equal(put_broken(&run, breaks[i].row, breaks[i].len,
					    breaks[i].then),
				 breaks[i].then);
		assert_string_equal(run.err.text, "as the test wants it");
		if (run.next_row < RUN_ROWS / 2)
			assert_int_equal(run_put(&run), AM_OK);
	}
	assert_int_equal(run_end(&run), AM_OK);
	run_close(&run);
	assert_same_tree(&tree, &want);
	am_buf_free(&want);
	tmp_tree_remove(&tree);
}

static void
a_folder_of_broken_messages_has_no_file(void **state)
{
	struct tmp_tree tree = tmp_tree_make_fast();
	struct run run = run_of(*state, &tree);
	struct am_buf list;

	run.rows = 0;
	assert_int_equal(run_open(&run), AM_OK);
	assert_int_equal(put_broken(&run, 3, RUN_LARGE, AM_LIMIT), AM_LIMIT);
	assert_int_equal(run_end(&run), AM_OK);
	run_close(&run);
	list = run_list(tree.fd);
	/* "path mode size sha256" would be a file */
	assert_null(strstr(am_buf_text(&list), " 600 "));
	am_buf_free(&list);
	tmp_tree_remove(&tree);
}

static void
link_plant(const struct tmp_tree *tree, const char *path, const char *target)
{
	struct am_error err;
	const char *name;
	int dir = -1;
	int out = -1;

	assert_int_equal(am_dir_open_below(tree->fd, "out", true, &out, &err),
			 AM_OK);
	assert_int_equal(am_dir_open_parent(out, path, true, &dir, &name, &err),
			 AM_OK);
	assert_int_equal(symlinkat(target, dir, name), 0);
	assert_int_equal(close(dir), 0);
	assert_int_equal(close(out), 0);
}

static void
links_are_not_followed(void **state)
{
	const struct kind *kind = *state;
	size_t i;

	for (i = 0; kind->attacks[i / 2].path != NULL; i++) {
		const struct attack *attack = &kind->attacks[i / 2];
		const bool to_file = i % 2 != 0;
		struct tmp_tree outside = tmp_tree_make_fast();
		struct tmp_tree tree = tmp_tree_make_fast();
		struct run run = run_of(kind, &tree);
		char target[PATH_MAX + 16];
		struct am_buf before;
		struct am_buf after;

		tmp_tree_write(&outside, "victim", "mine", 4);
		assert_int_equal(mkdirat(outside.fd, "tmp", 0700), 0);
		tmp_tree_write(&outside, "tmp/10.P00200024.pst", "mine", 4);
		(void)snprintf(target, sizeof(target), "%s%s", outside.path,
			       to_file ? "/victim" : "");
		link_plant(&tree, at(kind, attack->path), target);
		before = tmp_tree_list(&outside);
		print_message("%s\n", attack->path);
		assert_int_equal(run_all(&run),
				 attack->goes_there ? AM_OUTPUT : AM_OK);
		after = tmp_tree_list(&outside);
		assert_string_equal(am_buf_text(&before), am_buf_text(&after));
		am_buf_free(&before);
		am_buf_free(&after);
		tmp_tree_remove(&outside);
		tmp_tree_remove(&tree);
	}
}

/* A link planted while the run stands still is not followed by the next. */
static void
links_planted_before_a_resumption(void **state)
{
	static const char *const paths[] = {
		"mail/Inbox.mbox", "mail/Inbox/cur", "mail/Inbox/tmp",
		"mail/cur",	   "mail/Inbox",     "mail"
	};
	const struct kind *kind = *state;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct tmp_tree outside = tmp_tree_make_fast();
		struct tmp_tree tree = tmp_tree_make_fast();
		struct run run = run_of(kind, &tree);
		char from[64];
		enum am_status status;

		tmp_tree_write(&outside, "victim", "a victim of some length",
			       23);
		assert_int_equal(run_open(&run), AM_OK);
		assert_int_equal(run_put(&run), AM_OK);
		assert_int_equal(run_commit(&run), AM_OK);
		run_close(&run);
		(void)snprintf(from, sizeof(from), "out/%s",
			       at(kind, paths[i]));
		if (tmp_tree_has(&tree, from)) {
			char target[PATH_MAX + 16];

			assert_int_equal(
				renameat(tree.fd, from, outside.fd, "moved"),
				0);
			(void)snprintf(target, sizeof(target), "%s/moved",
				       outside.path);
			link_plant(&tree, at(kind, paths[i]), target);
			status = run_all(&run);
			assert_int_equal(status, AM_OUTPUT);
		}
		tmp_tree_assert_file(&outside, "victim",
				     "a victim of some length");
		tmp_tree_remove(&outside);
		tmp_tree_remove(&tree);
	}
}

/* Something of that name that no run made: not overwritten, not appended. */
static void
foreign_files_stay(void **state)
{
	const struct kind *kind = *state;
	struct tmp_tree tree = tmp_tree_make_fast();
	struct run run = run_of(kind, &tree);

	assert_int_equal(run_open(&run), AM_OK);
	assert_int_equal(run_put(&run), AM_OK);
	assert_int_equal(run_commit(&run), AM_OK);
	tmp_tree_write(&tree, at(kind, "out/mail/notes.mbox"), "mine", 4);
	tmp_tree_write(&tree, at(kind, "out/mail/a%2Fb%0A%25.mbox"), "mine", 4);
	if (kind->foreign != NULL)
		tmp_tree_write(&tree, kind->foreign, "mine", 4);
	/* it came while the run was at work */
	assert_int_equal(run_rest(&run), is_one_file(kind) ? AM_OUTPUT : AM_OK);
	tmp_tree_assert_file(&tree, at(kind, "out/mail/a%2Fb%0A%25.mbox"),
			     "mine");
	run_close(&run);
	/* of a run that was killed: goes, if this sink would make it */
	assert_int_equal(run_all(&run), AM_OK);
	tmp_tree_assert_file(&tree, at(kind, "out/mail/notes.mbox"), "mine");
	if (kind->foreign != NULL)
		tmp_tree_assert_file(&tree, kind->foreign, "mine");
	tmp_tree_remove(&tree);
}

/* Places that no sink gave out. */
static void
no_place_is_trusted(void **state)
{
	static const struct am_sink_place places[] = {
		{ .path = "../journal", .size = 10 },
		{ .path = "/etc/passwd", .size = 10 },
		{ .path = "mail/link", .size = 4 },
		{ .path = "mail/none", .size = 4 },
		{ .path = "mail", .size = 4 },
		{ .path = "", .size = 4 },
		{ .path = "mail/file", .size = UINT64_MAX },
		{ .path = "mail/file", .size = 3 },
		{ .path = "mail/file", .size = 5, .offset = UINT64_MAX },
		{ .path = "mail/file", .size = 7, .offset = 1 },
	};
	struct tmp_tree tree = tmp_tree_make_fast();
	const struct kind *kind = *state;
	struct run run = run_of(kind, &tree);
	struct am_arena arena = { 0 };
	size_t i;

	assert_int_equal(run_open(&run), AM_OK);
	assert_int_equal(mkdirat(run.root, "mail", 0700), 0);
	tmp_tree_write(&tree, "out/mail/file", "someone", 7);
	assert_int_equal(symlinkat("file", run.root, "mail/link"), 0);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct am_buf got = am_buf(1000);
		struct am_stream *stream = NULL;
		enum am_status status;

		status = run.sink->ops->get(run.sink, &places[i], &arena,
					    &stream, &run.err);
		if (status == AM_OK && is_one_file(kind))
			status = am_stream_read_all(stream, &got, &run.err);
		am_stream_close(stream);
		am_buf_free(&got);
		if (i < 9 || is_one_file(kind))
			assert_true(status == AM_NOT_FOUND ||
				    status == AM_CORRUPT || status == AM_IO);
	}
	am_arena_free(&arena);
	run_close(&run);
	tmp_tree_remove(&tree);
}

static void
restoring_what_is_not_there(void **state)
{
	const struct kind *kind = *state;
	const enum am_status gone =
		is_one_file(kind) ? AM_OUTPUT : AM_NOT_FOUND;
	struct tmp_tree tree = tmp_tree_make_fast();
	struct run run = run_of(kind, &tree);

	assert_int_equal(run_open(&run), AM_OK);
	assert_int_equal(mkdirat(run.root, "mail", 0700), 0);
	tmp_tree_write(&tree, at(kind, "out/mail/Inbox.mbox"), "1234", 4);
	tmp_tree_write(&tree, "out/mail/other", "1234", 4);
#define RESTORE(path, length)                                                  \
	run.sink->ops->restore(run.sink, at(kind, path), length, &run.err)
	assert_int_equal(RESTORE("mail/Inbox.mbox", 5), gone);
	assert_int_equal(RESTORE("mail/inbox~0x8062.mbox", 1), gone);
	assert_int_equal(RESTORE("mail/other", 1), AM_NOT_FOUND);
	assert_int_equal(RESTORE("mail/none.mbox", 1), AM_NOT_FOUND);
	if (kind->suffix == NULL || *kind->suffix != '\0')
		assert_int_equal(RESTORE("mail/Inbox", 1), AM_NOT_FOUND);
	assert_int_equal(RESTORE("Inbox.mbox", 1), AM_NOT_FOUND);
	assert_int_equal(RESTORE("../mail/Inbox.mbox", 1), AM_NOT_FOUND);
	assert_int_equal(RESTORE(".mbox", 1), AM_NOT_FOUND);
	assert_int_equal(RESTORE("", 0), AM_NOT_FOUND);
	tmp_tree_assert_file(&tree, "out/mail/other", "1234");
	assert_int_equal(RESTORE("mail/Inbox.mbox", 3),
			 is_one_file(kind) ? AM_OK : AM_NOT_FOUND);
	tmp_tree_assert_file(&tree, at(kind, "out/mail/Inbox.mbox"),
			     is_one_file(kind) ? "123" : "1234");
	run_close(&run);
	tmp_tree_remove(&tree);
}

/* The n-th allocation fails: AM_NOMEM, and the same again succeeds. */
static void
out_of_memory_anywhere(void **state)
{
	const struct kind *kind = *state;
	const uint64_t rows = 5;
	struct am_buf want = undisturbed_rows(kind, false, rows);
	enum am_status status = AM_NOMEM;
	unsigned long n;

	for (n = 1; status == AM_NOMEM; n += n < 30 ? 1 : 7) {
		struct tmp_tree tree = tmp_tree_make_fast();
		struct run run = run_of(kind, &tree);

		run.rows = rows;
		am_alloc_fail_after(n);
		status = run_all(&run);
		am_alloc_fail_after(0);
		assert_true(status == AM_OK || status == AM_NOMEM);
		assert_int_equal(run_all(&run), AM_OK);
		assert_same_tree(&tree, &want);
		tmp_tree_remove(&tree);
	}
	assert_true(n > 30);
	am_buf_free(&want);
}

static double
cpu_seconds(void)
{
	struct timespec now;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static enum am_status
done_count(void *arg, uint64_t row, const struct am_sink_place *place,
	   struct am_error *err)
{
	(void)row;
	(void)place;
	(void)err;
	++*(size_t *)arg;
	return AM_OK;
}

static enum am_status
length_count(void *arg, const char *path, uint64_t length, struct am_error *err)
{
	(void)path;
	(void)length;
	(void)err;
	++*(size_t *)arg;
	return AM_OK;
}

/* count folders of one message each, in batches of 500; CPU seconds. */
static double
many_folders_seconds(const struct kind *kind, size_t count)
{
	struct am_sink_folder *folders = am_alloc(count * sizeof(*folders));
	struct tmp_tree tree = tmp_tree_make_fast();
	struct am_sink_options options = { .root = tree.fd,
					   .prefix = "mail",
					   .no_sync = true,
					   .folders = folders,
					   .folder_count = count };
	struct am_sink *sink = NULL;
	struct am_error err;
	size_t done = 0;
	size_t lengths = 0;
	double begin;
	size_t i;

	assert_non_null(folders);
	for (i = 0; i < count; i++) {
		folders[i].name = "A folder";
		folders[i].id = (uint32_t)i;
		folders[i].role = AM_ROLE_NONE;
		folders[i].parent = i < 100 ? SIZE_MAX : i / 100 - 1;
	}
	begin = cpu_seconds();
	assert_int_equal(kind->open(&options, &sink, &err), AM_OK);
	assert_int_equal(sink->ops->finish_restore(sink, &err), AM_OK);
	for (i = 0; i < count; i++) {
		const struct am_sink_message message = { .row = i,
							 .folder = i,
							 .sender = "" };
		struct piece_stream mime =
			piece_stream(am_bytes_of("A: b\n"), 0);

		assert_int_equal(
			sink->ops->put(sink, &mime.base, &message, &err),
			AM_OK);
		if (i % 500 == 499) {
			assert_int_equal(sink->ops->commit(sink, done_count,
							   &done, &err),
					 AM_OK);
			assert_int_equal(sink->ops->checkpoint(sink,
							       length_count,
							       &lengths, &err),
					 AM_OK);
		}
	}
	begin = cpu_seconds() - begin;
	assert_int_equal(done, count);
	assert_int_equal(lengths, is_one_file(kind) ? count : 0);
	am_sink_close(sink);
	am_free(folders);
	tmp_tree_remove(&tree);
	return begin;
}

/* Ten times as many: a hundred times the work if it were quadratic. */
static void
many_folders_cost_little_each(void **state)
{
	const double some = many_folders_seconds(*state, 1000);
	const double many = many_folders_seconds(*state, 10000);

	print_message("1,000: %.3f s, 10,000: %.3f s\n", some, many);
	assert_true(many < some * 25);
}

static void
an_empty_commit_is_nothing(void **state)
{
	struct tmp_tree tree = tmp_tree_make_fast();
	struct run run = run_of(*state, &tree);

	run.no_sync = false;
	assert_int_equal(run_open(&run), AM_OK);
	fake.event_count = 0;
	assert_int_equal(run_commit(&run), AM_OK);
	assert_int_equal(fake.event_count, 0);
	run_close(&run);
	am_sink_close(NULL);
	tmp_tree_remove(&tree);
}

int
main(void)
{
#define CASE(function)                                                         \
	{                                                                      \
#function, function, setup, NULL, (void *)(uintptr_t)kind      \
	}
	int failed = 0;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct kind *kind = &kinds[i];
		const struct CMUnitTest tests[] = {
			CASE(every_message_is_told_stored_and_comes_back),
			CASE(the_tree_depends_on_the_messages_alone),
			CASE(nothing_is_told_before_it_is_durable),
			CASE(without_syncs_nothing_waits),
			CASE(without_syncfs_each_file_is_synced),
			CASE(many_folders_are_synced_at_once),
			CASE(killed_before_a_change),
			CASE(killed_in_interleaved_folders),
			CASE(closed_after_every_put),
			CASE(the_disk_is_full),
			CASE(a_small_disk_is_full),
			CASE(a_file_gets_too_large),
			CASE(a_broken_message_leaves_nothing),
			CASE(a_folder_of_broken_messages_has_no_file),
			CASE(links_are_not_followed),
			CASE(links_planted_before_a_resumption),
			CASE(foreign_files_stay),
			CASE(no_place_is_trusted),
			CASE(restoring_what_is_not_there),
			CASE(out_of_memory_anywhere),
			CASE(many_folders_cost_little_each),
			CASE(an_empty_commit_is_nothing),
		};

		print_message("%s\n", kind->name);
		failed += cmocka_run_group_tests_name(kind->name, tests, NULL,
						      NULL);
	}
	return failed;
}
