/* A journal that somebody changed. The input changes a good one: u16 how many
 * bytes are cut off, then patches: u16 offset, u8 length, the bytes. */
#include <fcntl.h>
#include <unistd.h>

#include "fuzz.h"
#include "journal/journal.h"
#include "transfer/row.h"

enum { GOOD_MAX = 64 << 10 };

static const struct am_journal_key good_key = { .input_size = 4096,
						.options = "maildir jobs" };
static uint8_t good[GOOD_MAX];
static size_t good_len;

static enum am_status
length_visit(void *arg, const char *path, uint64_t length, struct am_error *err)
{
	(void)arg;
	(void)length;
	(void)err;
	FUZZ_CHECK(path != NULL);
	return AM_OK;
}

static enum am_status
finding_visit(void *arg, const char *text, struct am_error *err)
{
	(void)arg;
	(void)err;
	FUZZ_CHECK(text != NULL);
	return AM_OK;
}

/* Reads all that a resumed run reads, and goes on. */
static void
journal_use(int dir)
{
	struct am_checkpoint checkpoint = { .counters = "" };
	struct am_summary summary = { 0 };
	struct am_journal *journal = NULL;
	bool resumed = false;

	if (am_journal_open(dir, "journal", &good_key, true, &journal, &resumed,
			    NULL) != AM_OK)
		return;
	if (am_journal_read(journal, &checkpoint, NULL) == AM_OK)
		(void)am_summary_load(&summary, checkpoint.counters);
	(void)am_journal_lengths(journal, length_visit, NULL, NULL);
	(void)am_journal_findings(journal, finding_visit, NULL, NULL);
	checkpoint.counters = "1 2 3";
	if (am_journal_begin(journal, NULL) == AM_OK &&
	    am_journal_set_length(journal, "mail/Inbox.mbox", 7, NULL) ==
		    AM_OK &&
	    am_journal_add_finding(journal, "page: flawed", NULL) == AM_OK)
		(void)am_journal_commit(journal, &checkpoint, NULL);
	am_journal_close(journal);
}

static void
good_make(void)
{
	struct fuzz_folder folder;
	const int dir = fuzz_folder_open(&folder);
	int fd;

	journal_use(dir);
	fd = openat(dir, "journal", O_RDONLY | O_CLOEXEC);
	good_len = (size_t)read(fd, good, sizeof(good));
	FUZZ_CHECK(good_len > 512 && good_len < sizeof(good));
	(void)close(fd);
	fuzz_folder_close(&folder);
}

static size_t
good_patch(struct am_bytes input, uint8_t *bytes)
{
	struct am_cursor cur = am_cursor(input);
	const size_t cut = am_u16(&cur);

	memcpy(bytes, good, good_len);
	while (cur.left > 3) {
		const size_t at = am_u16(&cur) % good_len;
		const size_t said = am_u8(&cur);
		const size_t len = said < cur.left ? said : cur.left;
		const struct am_bytes patch = am_take(&cur, len);

		if (len > 0 && len <= good_len - at)
			memcpy(bytes + at, patch.data, len);
	}
	return cut < good_len ? good_len - cut : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t bytes[GOOD_MAX];
	struct fuzz_folder folder;
	size_t len;
	int dir;
	int fd;

	if (good_len == 0)
		good_make();
	dir = fuzz_folder_open(&folder);
	len = good_patch(am_bytes(data, size), bytes);
	fd = openat(dir, "journal", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	FUZZ_CHECK(write(fd, bytes, len) == (ssize_t)len);
	(void)close(fd);
	journal_use(dir);
	fuzz_folder_close(&folder);
	return 0;
}
