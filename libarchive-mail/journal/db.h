/* A journal's SQLite database: opening it, telling whether it is ours, and
 * what its refusals mean. */
#ifndef AM_JOURNAL_DB_H
#define AM_JOURNAL_DB_H

#include <sqlite3.h>

#include "journal/journal.h"

enum { AM_JOURNAL_NAME_SIZE = 128 };

struct am_journal_db {
	sqlite3 *handle;
	char name[AM_JOURNAL_NAME_SIZE]; /* for texts */
};

/* Opens the database at path below dir, made when it is not there, and takes
 * its lock. is_new_out: it holds nothing yet. AM_OUTPUT: not a journal, of
 * another version, or another process holds it. Closed with
 * am_journal_db_close, also after a failure. */
enum am_status
am_journal_db_open(struct am_journal_db *db, int dir, const char *path,
		   bool no_sync, bool *is_new_out, struct am_error *err);
void am_journal_db_close(struct am_journal_db *db);

/* Opens a database at path below dir that nobody else sees and that is gone
 * with its closing, or with the process: its file has no name any more. Pages
 * beyond memory bytes go there. AM_OUTPUT, AM_IO, AM_NOMEM. Closed with
 * am_journal_db_close, also after a failure. */
enum am_status am_journal_db_open_temporary(struct am_journal_db *db, int dir,
					    const char *path, size_t memory,
					    struct am_error *err);

/* Makes tables and key, all or nothing. */
enum am_status
am_journal_db_make(struct am_journal_db *db, const struct am_journal_key *key,
		   struct am_error *err);

/* AM_OUTPUT, and in words what differs, when the database has another key. */
enum am_status
am_journal_db_check_key(struct am_journal_db *db,
			const struct am_journal_key *key, struct am_error *err);

/* What SQLite refused last, as a status: whose matter is it? */
enum am_status
am_journal_db_fail(struct am_journal_db *db, struct am_error *err);

/* Statements without a result. */
enum am_status am_journal_db_run(struct am_journal_db *db, const char *sql,
				 struct am_error *err);

/* AM_OK: a row is there; AM_END: no (more) row. */
enum am_status
am_journal_db_step(struct am_journal_db *db, sqlite3_stmt *statement,
		   struct am_error *err);

/* A row of one integer. */
enum am_status am_journal_db_number(struct am_journal_db *db, const char *sql,
				    int64_t *number_out, struct am_error *err);

#endif
