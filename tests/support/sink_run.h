/* A conversion in small, for the tests of sinks: folders with strange names,
 * messages with strange contents, a real journal, and a run that can be
 * resumed. Functions that a child process uses answer with a status. */
#ifndef SINK_RUN_H
#define SINK_RUN_H

#include "base/time.h"
#include "io/dir.h"
#include "journal/journal.h"
#include "piece_stream.h"
#include "sink/sink.h"
#include "tmp_tree.h"

/* Parents first; the names are as hostile as can be. */
static const struct am_sink_folder run_folders[] = {
	{ "Inbox", SIZE_MAX, 0x8022, AM_ROLE_INBOX },
	{ "..", 0, 0x8042, 0 },
	{ "inbox", SIZE_MAX, 0x8062, 0 },
	{ "", 1, 0x8082, 0 },
	{ "a/b\n%", SIZE_MAX, 0x80a2, 0 },
	{ "cur", SIZE_MAX, 0x80c2, 0 },
	{ "Inbox.mbox", SIZE_MAX, 0x80e2, 0 },
	{ "tmp", 5, 0x8102, 0 },
	{ "\xc3\xa4 \xff.", 0, 0x8122, 0 },
};

enum {
	RUN_FOLDERS = sizeof(run_folders) / sizeof(run_folders[0]),
	RUN_ROWS = 24,
	RUN_BATCH = 4,
	RUN_LARGE = 300 << 10 /* bytes: more than any buffer */
};

/* The message of a row; made anew each time, always the same. */
static inline void
run_mime(uint64_t row, struct am_buf *out)
{
	uint64_t i;

	am_buf_clear(out);
	if (row % 11 == 5) /* nothing at all */
		return;
	am_buf_printf(out, "Subject: row %" PRIu64 "\nFrom: a@b\n\n", row);
	for (i = 0; i < row % 5; i++)
		am_buf_printf(out, "From %" PRIu64 "\n>From there\n.\n\n", i);
	while (row % 9 == 3 && out->len < RUN_LARGE && out->status == AM_OK)
		am_buf_printf(out, "%064" PRIu64 "\n", (uint64_t)out->len);
	if (row % 7 == 1)
		am_buf_add(out, am_bytes("\0\r\n\xff", 4));
	am_buf_add_text(out, "end\n");
}

/* NULL for most. */
static inline const char *const *
run_keywords(uint64_t row)
{
	static const char *const some[] = { "Red", "&U,BTFw-", NULL };
	static const char *const others[] = { "a:b", "Red", "x", NULL };

	if (row % 4 != 3)
		return NULL;
	return row % 8 == 3 ? some : others;
}

/* sequential: folder by folder; else each row in another one */
static inline struct am_sink_message
run_message(uint64_t row, bool sequential)
{
	const struct am_sink_message message = {
		.row = row * 2 + 10,
		.id = (uint32_t)(0x200024 + 32 * row),
		.folder = (size_t)(sequential ? row * RUN_FOLDERS / RUN_ROWS
					      : row % RUN_FOLDERS),
		.flags = (unsigned)(row * 5 % 128),
		.keywords = run_keywords(row),
		.received = row % 6 == 4 ? AM_TIME_NONE
					 : 951782400 + (int64_t)row * 86400,
		.sent = row % 5 == 2 ? AM_TIME_NONE
				     : 951782400 + (int64_t)row * 3600,
		.sender = row % 3 == 0 ? "" : "ann@example.org",
		.subject = row % 3 == 0 ? NULL : "Re: a/b \"c\"\t\xff ",
	};

	return message;
}

typedef enum am_status
run_opener(const struct am_sink_options *options, struct am_sink **sink_out,
	   struct am_error *err);

struct run_place {
	bool told;
	struct am_sink_place place;
	char path[4096];
};

struct run {
	run_opener *open;
	int dir; /* holds the journal and out/ */
	bool no_sync;
	bool interleaved;
	unsigned batch;
	size_t piece; /* of the streams */
	uint64_t rows;
	void (*event)(char what); /* NULL: nobody wants to know */

	int root;
	struct am_sink *sink;
	struct am_journal *journal;
	uint64_t next_row;	  /* to be put */
	uint64_t next_told;	  /* by done */
	struct run_place *places; /* of each row; NULL: nobody wants to know */
	struct am_buf mime;
	struct am_error err;
};

static inline enum am_status
run_restore_length(void *arg, const char *path, uint64_t length,
		   struct am_error *err)
{
	struct run *run = arg;

	return run->sink->ops->restore(run->sink, path, length, err);
}

static inline enum am_status
run_open(struct run *run)
{
	static const struct am_journal_key key = { .options = "a test" };
	struct am_checkpoint checkpoint;
	struct am_sink_options options = {
		.prefix = "mail",
		.no_sync = run->no_sync,
		.folders = run_folders,
		.folder_count = RUN_FOLDERS,
	};
	bool resumed;

	run->root = -1;
	run->sink = NULL;
	run->journal = NULL;
	run->mime = am_buf(64 << 20);
	AM_TRY(am_journal_open(run->dir, "journal", &key, run->no_sync,
			       &run->journal, &resumed, &run->err));
	AM_TRY(am_journal_read(run->journal, &checkpoint, &run->err));
	run->next_row = checkpoint.next_row;
	run->next_told = checkpoint.next_row;
	AM_TRY(am_dir_open_below(run->dir, "out", true, &run->root, &run->err));
	options.root = run->root;
	AM_TRY(run->open(&options, &run->sink, &run->err));
	AM_TRY(am_journal_lengths(run->journal, run_restore_length, run,
				  &run->err));
	return run->sink->ops->finish_restore(run->sink, &run->err);
}

static inline void
run_close(struct run *run)
{
	am_sink_close(run->sink);
	am_journal_close(run->journal);
	am_buf_free(&run->mime);
	if (run->root >= 0)
		(void)close(run->root);
	run->sink = NULL;
	run->journal = NULL;
	run->root = -1;
}

/* Puts the next row. */
static inline enum am_status
run_put(struct run *run)
{
	const struct am_sink_message message =
		run_message(run->next_row, !run->interleaved);
	struct piece_stream stream;

	run_mime(run->next_row, &run->mime);
	AM_TRY(am_buf_status(&run->mime, &run->err));
	stream = piece_stream(am_buf_bytes(&run->mime), run->piece);
	AM_TRY(run->sink->ops->put(run->sink, &stream.base, &message,
				   &run->err));
	run->next_row++;
	return AM_OK;
}

static inline enum am_status
run_done(void *arg, uint64_t row, const struct am_sink_place *place,
	 struct am_error *err)
{
	struct run *run = arg;
	struct run_place *told;

	if (run->event != NULL)
		run->event('D');
	if (row != run->next_told * 2 + 10)
		return am_fail(err, AM_CORRUPT, "row %" PRIu64 " out of order",
			       row);
	if (run->places != NULL) {
		told = &run->places[run->next_told];
		told->place = *place;
		(void)snprintf(told->path, sizeof(told->path), "%s",
			       place->path);
		told->place.path = told->path;
		told->told = true;
	}
	run->next_told++;
	return AM_OK;
}

static inline enum am_status
run_set_length(void *arg, const char *path, uint64_t length,
	       struct am_error *err)
{
	struct run *run = arg;

	return am_journal_set_length(run->journal, path, length, err);
}

static inline enum am_status
run_commit(struct run *run)
{
	const struct am_checkpoint checkpoint = { .next_row = run->next_row,
						  .counters = "" };

	AM_TRY(run->sink->ops->commit(run->sink, run_done, run, &run->err));
	if (run->next_told != run->next_row)
		return am_fail(&run->err, AM_CORRUPT, "not all rows were told");
	AM_TRY(am_journal_begin(run->journal, &run->err));
	AM_TRY(run->sink->ops->checkpoint(run->sink, run_set_length, run,
					  &run->err));
	AM_TRY(am_journal_commit(run->journal, &checkpoint, &run->err));
	if (run->event != NULL)
		run->event('J');
	return AM_OK;
}

/* From where it stands to the end. */
static inline enum am_status
run_rest(struct run *run)
{
	while (run->next_row < run->rows) {
		AM_TRY(run_put(run));
		if (run->next_row % run->batch == 0)
			AM_TRY(run_commit(run));
	}
	return run_commit(run);
}

/* And the end of the files. */
static inline enum am_status
run_end(struct run *run)
{
	AM_TRY(run_rest(run));
	return am_sink_finish(run->sink, &run->err);
}

/* All of it: opens, goes on, closes. */
static inline enum am_status
run_all(struct run *run)
{
	enum am_status status = run_open(run);

	if (status == AM_OK)
		status = run_end(run);
	run_close(run);
	return status;
}

/* The tree below out/, as text. */
static inline struct am_buf
run_list(int dir)
{
	struct am_buf out = am_buf(64 << 20);

	tmp_tree_list_below(dir, "out", "", &out);
	assert_int_equal(am_buf_status(&out, NULL), AM_OK);
	return out;
}

#endif
