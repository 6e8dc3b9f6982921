/* A map that may grow with the archive. SQLite's own page cache is the memory
 * of it: a database that fits there is never written. */
#include "journal/spill.h"

#include <limits.h>

#include "base/alloc.h"
#include "journal/db.h"

enum statement { STATEMENT_ADD, STATEMENT_GET, STATEMENT_EACH, STATEMENTS };

static const char *const statement_texts[STATEMENTS] = {
	[STATEMENT_ADD] = "INSERT OR IGNORE INTO pair VALUES(?1, ?2)",
	[STATEMENT_GET] = "SELECT value FROM pair WHERE key = ?1",
	[STATEMENT_EACH] = "SELECT key, value FROM pair ORDER BY key",
};

static const char schema[] =
	"CREATE TABLE pair(key BLOB PRIMARY KEY, value BLOB NOT NULL)"
	" WITHOUT ROWID;"
	/* one transaction for ever: without it every pair would be written */
	"BEGIN EXCLUSIVE";

struct am_spill {
	struct am_journal_db db;
	sqlite3_stmt *statements[STATEMENTS];
	uint64_t count;
};

static enum am_status
spill_init(struct am_spill *spill, int dir, const char *path,
	   struct am_error *err)
{
	size_t i;

	AM_TRY(am_journal_db_open_temporary(&spill->db, dir, path,
					    AM_SPILL_MEMORY, err));
	AM_TRY(am_journal_db_run(&spill->db, schema, err));
	for (i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(spill->db.handle, statement_texts[i], -1,
				       SQLITE_PREPARE_PERSISTENT,
				       &spill->statements[i],
				       NULL) != SQLITE_OK)
			return am_journal_db_fail(&spill->db, err);
	return AM_OK;
}

enum am_status
am_spill_open(int dir, const char *path, struct am_spill **spill_out,
	      struct am_error *err)
{
	struct am_spill *spill = am_alloc(sizeof(*spill));
	enum am_status status;

	if (spill == NULL)
		return am_nomem(err);
	status = spill_init(spill, dir, path, err);
	if (status != AM_OK) {
		am_spill_close(spill);
		return status;
	}
	*spill_out = spill;
	return AM_OK;
}

void
am_spill_close(struct am_spill *spill)
{
	size_t i;

	if (spill == NULL)
		return;
	for (i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(spill->statements[i]);
	am_journal_db_close(&spill->db);
	am_free(spill);
}

/* Zero bytes are a blob of zero bytes, not NULL. */
static int
blob_bind(sqlite3_stmt *statement, int index, struct am_bytes bytes)
{
	if (bytes.len == 0)
		return sqlite3_bind_zeroblob(statement, index, 0);
	if (bytes.len > INT_MAX)
		return SQLITE_TOOBIG;
	return sqlite3_bind_blob(statement, index, bytes.data, (int)bytes.len,
				 SQLITE_STATIC);
}

static struct am_bytes
blob_of(sqlite3_stmt *statement, int column)
{
	const void *data = sqlite3_column_blob(statement, column);

	return am_bytes(data, (size_t)sqlite3_column_bytes(statement, column));
}

enum am_status
am_spill_add(struct am_spill *spill, struct am_bytes key, struct am_bytes value,
	     bool *added_out, struct am_error *err)
{
	sqlite3_stmt *add = spill->statements[STATEMENT_ADD];
	enum am_status status = AM_OK;
	bool added;

	if (blob_bind(add, 1, key) != SQLITE_OK ||
	    blob_bind(add, 2, value) != SQLITE_OK ||
	    sqlite3_step(add) != SQLITE_DONE)
		status = am_journal_db_fail(&spill->db, err);
	added = status == AM_OK && sqlite3_changes(spill->db.handle) > 0;
	(void)sqlite3_reset(add);
	(void)sqlite3_clear_bindings(add);
	spill->count += added;
	if (added_out != NULL)
		*added_out = added;
	return status;
}

enum am_status
am_spill_get(struct am_spill *spill, struct am_bytes key,
	     struct am_arena *arena, struct am_bytes *value_out,
	     struct am_error *err)
{
	sqlite3_stmt *get = spill->statements[STATEMENT_GET];
	enum am_status status;

	if (blob_bind(get, 1, key) != SQLITE_OK)
		status = am_journal_db_fail(&spill->db, err);
	else
		status = am_journal_db_step(&spill->db, get, err);
	if (status == AM_OK)
		status = am_arena_copy(arena, blob_of(get, 0), value_out, err);
	(void)sqlite3_reset(get);
	(void)sqlite3_clear_bindings(get);
	if (status == AM_END)
		return am_fail(err, AM_NOT_FOUND, "the map has no such key");
	return status;
}

uint64_t
am_spill_count(const struct am_spill *spill)
{
	return spill->count;
}

enum am_status
am_spill_each(struct am_spill *spill,
	      enum am_status (*visit)(void *arg, struct am_bytes key,
				      struct am_bytes value,
				      struct am_error *err),
	      void *arg, struct am_error *err)
{
	sqlite3_stmt *each = spill->statements[STATEMENT_EACH];
	enum am_status status;

	while ((status = am_journal_db_step(&spill->db, each, err)) == AM_OK) {
		status = visit(arg, blob_of(each, 0), blob_of(each, 1), err);
		if (status != AM_OK)
			break;
	}
	(void)sqlite3_reset(each);
	return status == AM_END ? AM_OK : status;
}
