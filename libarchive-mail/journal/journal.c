/* The journal of a conversion: checkpoints, lengths, findings. */
#include "journal/journal.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "journal/db.h"

enum { COUNTERS_MAX = 1 << 20 /* bytes */ };

enum statement {
	STATEMENT_SET_LENGTH,
	STATEMENT_ADD_FINDING,
	STATEMENT_SET_CHECKPOINT,
	STATEMENT_GET_CHECKPOINT,
	STATEMENT_LENGTHS,
	STATEMENT_FINDINGS,
	STATEMENT_ADD_CONTENTS,
	STATEMENT_CONTENTS,
	STATEMENT_ADD_STORED,
	STATEMENT_STORED,
	STATEMENTS
};

static const char *const statement_texts[STATEMENTS] = {
	[STATEMENT_SET_LENGTH] = "INSERT INTO length VALUES(?1, ?2)"
				 " ON CONFLICT(path) DO UPDATE SET length = ?2",
	[STATEMENT_ADD_FINDING] = "INSERT OR IGNORE INTO finding VALUES(?1)",
	[STATEMENT_SET_CHECKPOINT] =
		"UPDATE checkpoint SET next_row = ?1, ledger_length = ?2,"
		" complete = ?3, counters = ?4",
	[STATEMENT_GET_CHECKPOINT] =
		"SELECT next_row, ledger_length, complete, counters"
		" FROM checkpoint",
	[STATEMENT_LENGTHS] = "SELECT path, length FROM length ORDER BY path",
	[STATEMENT_FINDINGS] = "SELECT text FROM finding ORDER BY text",
	[STATEMENT_ADD_CONTENTS] = "INSERT INTO content VALUES(?1)",
	[STATEMENT_CONTENTS] = "SELECT entries FROM content ORDER BY rowid",
	[STATEMENT_ADD_STORED] =
		"INSERT OR REPLACE INTO stored VALUES(?1, ?2, ?3, ?4)",
	[STATEMENT_STORED] = "SELECT row, mailbox, uidvalidity, uid"
			     " FROM stored ORDER BY row",
};

struct am_journal {
	struct am_journal_db db;
	sqlite3_stmt *statements[STATEMENTS];
	struct am_buf counters; /* the last that were read */
	int64_t findings;	/* kept so far */
};

static enum am_status
statements_make(struct am_journal *journal, struct am_error *err)
{
	size_t i;

	for (i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(journal->db.handle, statement_texts[i],
				       -1, SQLITE_PREPARE_PERSISTENT,
				       &journal->statements[i],
				       NULL) != SQLITE_OK)
			return am_journal_db_fail(&journal->db, err);
	return AM_OK;
}

static enum am_status
findings_count(struct am_journal *journal, struct am_error *err)
{
	return am_journal_db_number(&journal->db,
				    "SELECT count(*) FROM finding",
				    &journal->findings, err);
}

static enum am_status
journal_init(struct am_journal *journal, int dir, const char *path,
	     const struct am_journal_key *key, bool no_sync, bool *resumed_out,
	     struct am_error *err)
{
	struct am_journal_db *db = &journal->db;
	bool is_new = false;

	AM_TRY(am_journal_db_open(db, dir, path, no_sync, &is_new, err));
	if (is_new)
		AM_TRY(am_journal_db_make(db, key, err));
	else
		AM_TRY(am_journal_db_check_key(db, key, err));
	*resumed_out = !is_new;
	AM_TRY(statements_make(journal, err));
	return findings_count(journal, err);
}

enum am_status
am_journal_open(int dir, const char *path, const struct am_journal_key *key,
		bool no_sync, struct am_journal **journal_out,
		bool *resumed_out, struct am_error *err)
{
	struct am_journal *journal;
	enum am_status status;

	if (key->input_size > INT64_MAX)
		return am_fail(err, AM_LIMIT, "the input is too large");
	journal = am_alloc(sizeof(*journal));
	if (journal == NULL)
		return am_nomem(err);
	journal->counters = am_buf(COUNTERS_MAX);
	status = journal_init(journal, dir, path, key, no_sync, resumed_out,
			      err);
	if (status != AM_OK) {
		am_journal_close(journal);
		return status;
	}
	*journal_out = journal;
	return AM_OK;
}

void
am_journal_close(struct am_journal *journal)
{
	size_t i;

	if (journal == NULL)
		return;
	for (i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(journal->statements[i]);
	am_journal_db_close(&journal->db);
	am_buf_free(&journal->counters);
	am_free(journal);
}

/* Steps a statement whose values are bound; bind_code: how that went. */
static enum am_status
statement_run(struct am_journal *journal, enum statement which, int bind_code,
	      struct am_error *err)
{
	sqlite3_stmt *statement = journal->statements[which];
	enum am_status status;

	if (bind_code != SQLITE_OK)
		status = am_journal_db_fail(&journal->db, err);
	else
		status = am_journal_db_step(&journal->db, statement, err);
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return status == AM_END ? AM_OK : status;
}

static enum am_status
checkpoint_load(struct am_journal *journal, sqlite3_stmt *row,
		struct am_checkpoint *checkpoint_out, struct am_error *err)
{
	const void *counters = sqlite3_column_text(row, 3);
	const size_t len = (size_t)sqlite3_column_bytes(row, 3);

	checkpoint_out->next_row = (uint64_t)sqlite3_column_int64(row, 0);
	checkpoint_out->ledger_length = (uint64_t)sqlite3_column_int64(row, 1);
	checkpoint_out->complete = sqlite3_column_int64(row, 2) != 0;
	am_buf_clear(&journal->counters);
	am_buf_add(&journal->counters, am_bytes(counters, len));
	AM_TRY(am_buf_status(&journal->counters, err));
	checkpoint_out->counters = am_buf_text(&journal->counters);
	return AM_OK;
}

enum am_status
am_journal_read(struct am_journal *journal,
		struct am_checkpoint *checkpoint_out, struct am_error *err)
{
	sqlite3_stmt *select = journal->statements[STATEMENT_GET_CHECKPOINT];
	enum am_status status = am_journal_db_step(&journal->db, select, err);

	if (status == AM_OK)
		status = checkpoint_load(journal, select, checkpoint_out, err);
	else if (status == AM_END)
		status = am_fail(err, AM_OUTPUT, "%s has no checkpoint",
				 journal->db.name);
	(void)sqlite3_reset(select);
	return status;
}

enum am_status
am_journal_begin(struct am_journal *journal, struct am_error *err)
{
	/* of a batch that failed */
	if (sqlite3_get_autocommit(journal->db.handle) == 0) {
		AM_TRY(am_journal_db_run(&journal->db, "ROLLBACK", err));
		AM_TRY(findings_count(journal, err));
	}
	return am_journal_db_run(&journal->db, "BEGIN IMMEDIATE", err);
}

enum am_status
am_journal_set_length(struct am_journal *journal, const char *path,
		      uint64_t length, struct am_error *err)
{
	sqlite3_stmt *statement = journal->statements[STATEMENT_SET_LENGTH];
	int code = sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC);

	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(statement, 2, (int64_t)length);
	return statement_run(journal, STATEMENT_SET_LENGTH, code, err);
}

enum am_status
am_journal_add_finding(struct am_journal *journal, const char *text,
		       struct am_error *err)
{
	sqlite3_stmt *statement = journal->statements[STATEMENT_ADD_FINDING];
	int code;

	if (journal->findings >= AM_JOURNAL_MAX_FINDINGS)
		return AM_OK;
	code = sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
	AM_TRY(statement_run(journal, STATEMENT_ADD_FINDING, code, err));
	journal->findings += sqlite3_changes(journal->db.handle);
	return AM_OK;
}

static int
checkpoint_bind(sqlite3_stmt *statement, const struct am_checkpoint *checkpoint)
{
	int code =
		sqlite3_bind_int64(statement, 1, (int64_t)checkpoint->next_row);

	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(statement, 2,
					  (int64_t)checkpoint->ledger_length);
	if (code == SQLITE_OK)
		code = sqlite3_bind_int(statement, 3, checkpoint->complete);
	if (code == SQLITE_OK)
		code = sqlite3_bind_text(statement, 4, checkpoint->counters, -1,
					 SQLITE_STATIC);
	return code;
}

enum am_status
am_journal_commit(struct am_journal *journal,
		  const struct am_checkpoint *checkpoint, struct am_error *err)
{
	const int code = checkpoint_bind(
		journal->statements[STATEMENT_SET_CHECKPOINT], checkpoint);

	AM_TRY(statement_run(journal, STATEMENT_SET_CHECKPOINT, code, err));
	return am_journal_db_run(&journal->db, "COMMIT", err);
}

enum am_status
am_journal_findings(struct am_journal *journal,
		    enum am_status (*visit)(void *arg, const char *text,
					    struct am_error *err),
		    void *arg, struct am_error *err)
{
	sqlite3_stmt *select = journal->statements[STATEMENT_FINDINGS];
	enum am_status status;

	while ((status = am_journal_db_step(&journal->db, select, err)) ==
	       AM_OK) {
		const char *text = (const char *)sqlite3_column_text(select, 0);

		status = visit(arg, text != NULL ? text : "", err);
		if (status != AM_OK)
			break;
	}
	(void)sqlite3_reset(select);
	return status == AM_END ? AM_OK : status;
}

enum am_status
am_journal_lengths(struct am_journal *journal,
		   enum am_status (*visit)(void *arg, const char *path,
					   uint64_t length,
					   struct am_error *err),
		   void *arg, struct am_error *err)
{
	sqlite3_stmt *select = journal->statements[STATEMENT_LENGTHS];
	enum am_status status;

	while ((status = am_journal_db_step(&journal->db, select, err)) ==
	       AM_OK) {
		const char *path = (const char *)sqlite3_column_text(select, 0);
		const int64_t length = sqlite3_column_int64(select, 1);

		status = visit(arg, path != NULL ? path : "", (uint64_t)length,
			       err);
		if (status != AM_OK)
			break;
	}
	(void)sqlite3_reset(select);
	return status == AM_END ? AM_OK : status;
}

enum am_status
am_journal_add_contents(struct am_journal *journal, struct am_bytes entries,
			struct am_error *err)
{
	sqlite3_stmt *statement = journal->statements[STATEMENT_ADD_CONTENTS];
	const int code = sqlite3_bind_blob64(statement, 1, entries.data,
					     entries.len, SQLITE_STATIC);

	return statement_run(journal, STATEMENT_ADD_CONTENTS, code, err);
}

enum am_status
am_journal_contents(struct am_journal *journal,
		    enum am_status (*visit)(void *arg, struct am_bytes entries,
					    struct am_error *err),
		    void *arg, struct am_error *err)
{
	sqlite3_stmt *select = journal->statements[STATEMENT_CONTENTS];
	enum am_status status;

	while ((status = am_journal_db_step(&journal->db, select, err)) ==
	       AM_OK) {
		const void *data = sqlite3_column_blob(select, 0);
		const int len = sqlite3_column_bytes(select, 0);

		status = visit(arg, am_bytes(data, (size_t)len), err);
		if (status != AM_OK)
			break;
	}
	(void)sqlite3_reset(select);
	return status == AM_END ? AM_OK : status;
}

static int
stored_bind(sqlite3_stmt *statement, const struct am_journal_stored *stored)
{
	int code = sqlite3_bind_int64(statement, 1, (int64_t)stored->row);

	if (code == SQLITE_OK)
		code = sqlite3_bind_text(statement, 2, stored->mailbox, -1,
					 SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(statement, 3, stored->uidvalidity);
	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(statement, 4, stored->uid);
	return code;
}

enum am_status
am_journal_add_stored(struct am_journal *journal,
		      const struct am_journal_stored *stored,
		      struct am_error *err)
{
	const int code =
		stored_bind(journal->statements[STATEMENT_ADD_STORED], stored);

	return statement_run(journal, STATEMENT_ADD_STORED, code, err);
}

enum am_status
am_journal_stored(struct am_journal *journal,
		  enum am_status (*visit)(
			  void *arg, const struct am_journal_stored *stored,
			  struct am_error *err),
		  void *arg, struct am_error *err)
{
	sqlite3_stmt *select = journal->statements[STATEMENT_STORED];
	enum am_status status;

	while ((status = am_journal_db_step(&journal->db, select, err)) ==
	       AM_OK) {
		const char *mailbox =
			(const char *)sqlite3_column_text(select, 1);
		const struct am_journal_stored stored = {
			.row = (uint64_t)sqlite3_column_int64(select, 0),
			.mailbox = mailbox != NULL ? mailbox : "",
			.uidvalidity =
				(uint32_t)sqlite3_column_int64(select, 2),
			.uid = (uint32_t)sqlite3_column_int64(select, 3),
		};

		status = visit(arg, &stored, err);
		if (status != AM_OK)
			break;
	}
	(void)sqlite3_reset(select);
	return status == AM_END ? AM_OK : status;
}
