/* A journal's SQLite database. */
#include "journal/db.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/dir.h"
#include "io/os_error.h"

enum {
	APPLICATION_ID = 0x614d4a31, /* "aMJ1", in the header of the file */
	SCHEMA_VERSION = 3,
	OPTION_SHOWN = 60 /* bytes of an option in a text */
};

/* One row each in key and checkpoint. */
static const char schema[] =
	"CREATE TABLE key(input_size INTEGER NOT NULL,"
	" input_identity BLOB NOT NULL, options TEXT NOT NULL);"
	"CREATE TABLE checkpoint(next_row INTEGER NOT NULL,"
	" ledger_length INTEGER NOT NULL, complete INTEGER NOT NULL,"
	" counters TEXT NOT NULL);"
	"CREATE TABLE length(path TEXT PRIMARY KEY, length INTEGER NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE TABLE finding(text TEXT PRIMARY KEY) WITHOUT ROWID;"
	"CREATE TABLE content(entries BLOB NOT NULL);"
	"CREATE TABLE stored(row INTEGER PRIMARY KEY, mailbox TEXT NOT NULL,"
	" uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL);"
	"INSERT INTO checkpoint VALUES(0, 0, 0, '');";

static int
file_errno(sqlite3_file *file)
{
	int number = 0;

	if (file != NULL && file->pMethods != NULL)
		(void)file->pMethods->xFileControl(
			file, SQLITE_FCNTL_LAST_ERRNO, &number);
	return number;
}

/* Why a read or write failed. sqlite3_system_errno is whatever errno became
 * since; each file keeps its own. */
static int
last_errno(struct am_journal_db *db)
{
	sqlite3_file *main_file = NULL;
	sqlite3_file *wal = NULL;
	int number;

	(void)sqlite3_file_control(db->handle, "main",
				   SQLITE_FCNTL_JOURNAL_POINTER, &wal);
	(void)sqlite3_file_control(db->handle, "main",
				   SQLITE_FCNTL_FILE_POINTER, &main_file);
	number = file_errno(wal);
	if (number == 0)
		number = file_errno(main_file);
	return number != 0 ? number : EIO;
}

enum am_status
am_journal_db_fail(struct am_journal_db *db, struct am_error *err)
{
	const int code = sqlite3_extended_errcode(db->handle);
	const char *name = db->name;

	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return am_nomem(err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return am_fail(err, AM_OUTPUT,
			       "%s is in use: another archive-mail is at work "
			       "there",
			       name);
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return am_fail(err, AM_OUTPUT,
			       "%s is damaged, or no journal; choose another "
			       "output directory",
			       name);
	case SQLITE_FULL:
		return am_os_write_failed(err, ENOSPC, name);
	case SQLITE_IOERR:
		return am_os_write_failed(err, last_errno(db), name);
	default:
		return am_fail(err, AM_OUTPUT, "cannot use %s: %s", name,
			       sqlite3_errmsg(db->handle));
	}
}

enum am_status
am_journal_db_run(struct am_journal_db *db, const char *sql,
		  struct am_error *err)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
		return AM_OK;
	return am_journal_db_fail(db, err);
}

enum am_status
am_journal_db_step(struct am_journal_db *db, sqlite3_stmt *statement,
		   struct am_error *err)
{
	const int code = sqlite3_step(statement);

	if (code == SQLITE_ROW)
		return AM_OK;
	return code == SQLITE_DONE ? AM_END : am_journal_db_fail(db, err);
}

enum am_status
am_journal_db_number(struct am_journal_db *db, const char *sql,
		     int64_t *number_out, struct am_error *err)
{
	sqlite3_stmt *statement = NULL;
	enum am_status status;

	*number_out = 0;
	if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) !=
	    SQLITE_OK)
		return am_journal_db_fail(db, err);
	status = am_journal_db_step(db, statement, err);
	if (status == AM_OK)
		*number_out = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return status == AM_END ? AM_OK : status;
}

/* SQLite would open it for reading only, and fail when it is to write. */
static enum am_status
write_check(int dir, const char *path, struct am_error *err)
{
	if (faccessat(dir, path, W_OK, 0) == 0)
		return AM_OK;
	return am_os_create_failed(err, errno, path);
}

/* Made here and not by SQLite, so that it is 0600 and no link is followed. A
 * file that is there is only looked at: closing a descriptor on it would drop
 * the locks of this process on a journal that is in use. */
static enum am_status
file_make(int dir, const char *path, bool no_sync, struct am_error *err)
{
	struct stat info;
	int fd;

	if (fstatat(dir, path, &info, AT_SYMLINK_NOFOLLOW) == 0)
		return S_ISREG(info.st_mode)
			       ? write_check(dir, path, err)
			       : am_fail(err, AM_OUTPUT, "%s is no file",
					 am_path_shown(path));
	fd = am_dir_openat(dir, path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return am_os_create_failed(err, errno, path);
	(void)close(fd);
	return no_sync ? AM_OK : am_dir_sync(dir, path, err);
}

/* SQLite wants a path: the directory's own, as the kernel knows it. */
static enum am_status
absolute_path(int dir, const char *name, char path[PATH_MAX],
	      struct am_error *err)
{
	char link[64];
	ssize_t len;
	int tail;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
	len = readlink(link, path, PATH_MAX - 1);
	if (len < 0)
		return am_os_create_failed(err, errno, link);
	tail = snprintf(path + len, (size_t)(PATH_MAX - len), "/%s", name);
	if (tail >= PATH_MAX - len)
		return am_os_create_failed(err, ENAMETOOLONG, name);
	return AM_OK;
}

/* Takes the lock with the first look into the file. */
static enum am_status
handle_open(struct am_journal_db *db, const char *path, struct am_error *err)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
			  SQLITE_OPEN_NOFOLLOW;

	if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK)
		return db->handle != NULL ? am_journal_db_fail(db, err)
					  : am_nomem(err);
	/* A sandbox knows nothing of /tmp. */
	return am_journal_db_run(db,
				 "PRAGMA locking_mode = EXCLUSIVE;"
				 "PRAGMA temp_store = MEMORY",
				 err);
}

/* Is it ours, or empty (new, or a run was killed at once)? */
static enum am_status
identity_check(struct am_journal_db *db, bool *is_new_out, struct am_error *err)
{
	int64_t application = 0;
	int64_t version = 0;
	int64_t tables = 0;

	AM_TRY(am_journal_db_number(db, "PRAGMA application_id", &application,
				    err));
	AM_TRY(am_journal_db_number(db, "PRAGMA user_version", &version, err));
	AM_TRY(am_journal_db_number(db, "SELECT count(*) FROM sqlite_master",
				    &tables, err));
	*is_new_out = application == 0 && version == 0 && tables == 0;
	if (*is_new_out)
		return AM_OK;
	if (application != APPLICATION_ID)
		return am_fail(err, AM_OUTPUT,
			       "%s is no journal of archive-mail; choose "
			       "another output directory",
			       db->name);
	if (version != SCHEMA_VERSION)
		return am_fail(err, AM_OUTPUT,
			       "%s is of another version of archive-mail (its "
			       "version is %" PRId64 ", want %d)",
			       db->name, version, SCHEMA_VERSION);
	return AM_OK;
}

enum am_status
am_journal_db_open(struct am_journal_db *db, int dir, const char *path,
		   bool no_sync, bool *is_new_out, struct am_error *err)
{
	char absolute[PATH_MAX];

	(void)snprintf(db->name, sizeof(db->name), "%s", am_path_shown(path));
	AM_TRY(file_make(dir, path, no_sync, err));
	AM_TRY(absolute_path(dir, path, absolute, err));
	AM_TRY(handle_open(db, absolute, err));
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0,
				NULL);
	AM_TRY(identity_check(db, is_new_out, err));
	return am_journal_db_run(db,
				 no_sync ? "PRAGMA journal_mode = WAL;"
					   "PRAGMA synchronous = OFF"
					 : "PRAGMA journal_mode = WAL;"
					   "PRAGMA synchronous = FULL",
				 err);
}

/* What a killed run left (between making it and taking its name away) is
 * nobody's. */
static enum am_status
temporary_file_open(struct am_journal_db *db, int dir, const char *path,
		    struct am_error *err)
{
	char absolute[PATH_MAX];
	enum am_status status;

	AM_TRY(am_dir_remove_file(dir, path, err));
	AM_TRY(file_make(dir, path, true, err));
	status = absolute_path(dir, path, absolute, err);
	if (status == AM_OK)
		status = handle_open(db, absolute, err);
	if (status != AM_OK) {
		(void)am_dir_remove_file(dir, path, NULL);
		return status;
	}
	return am_dir_remove_file(dir, path, err);
}

enum am_status
am_journal_db_open_temporary(struct am_journal_db *db, int dir,
			     const char *path, size_t memory,
			     struct am_error *err)
{
	char pragmas[192];

	(void)snprintf(db->name, sizeof(db->name), "%s", am_path_shown(path));
	(void)snprintf(pragmas, sizeof(pragmas),
		       /* which no defensive database would do */
		       "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
		       "PRAGMA cache_size = -%zu",
		       memory / 1024);
	AM_TRY(temporary_file_open(db, dir, path, err));
	return am_journal_db_run(db, pragmas, err);
}

void
am_journal_db_close(struct am_journal_db *db)
{
	(void)sqlite3_close(db->handle);
	db->handle = NULL;
}

static enum am_status
key_write(struct am_journal_db *db, const struct am_journal_key *key,
	  struct am_error *err)
{
	sqlite3_stmt *insert = NULL;
	enum am_status status = AM_OK;

	if (sqlite3_prepare_v2(db->handle, "INSERT INTO key VALUES(?1, ?2, ?3)",
			       -1, &insert, NULL) != SQLITE_OK ||
	    sqlite3_bind_int64(insert, 1, (int64_t)key->input_size) !=
		    SQLITE_OK ||
	    sqlite3_bind_blob(insert, 2, key->input_identity,
			      sizeof(key->input_identity),
			      SQLITE_STATIC) != SQLITE_OK ||
	    sqlite3_bind_text(insert, 3, key->options, -1, SQLITE_STATIC) !=
		    SQLITE_OK ||
	    sqlite3_step(insert) != SQLITE_DONE)
		status = am_journal_db_fail(db, err);
	(void)sqlite3_finalize(insert);
	return status;
}

enum am_status
am_journal_db_make(struct am_journal_db *db, const struct am_journal_key *key,
		   struct am_error *err)
{
	char identity[128];

	(void)snprintf(identity, sizeof(identity),
		       "PRAGMA application_id = %d; PRAGMA user_version = %d;",
		       APPLICATION_ID, SCHEMA_VERSION);
	AM_TRY(am_journal_db_run(db, "BEGIN IMMEDIATE", err));
	AM_TRY(am_journal_db_run(db, identity, err));
	AM_TRY(am_journal_db_run(db, schema, err));
	AM_TRY(key_write(db, key, err));
	return am_journal_db_run(db, "COMMIT", err);
}

/* Where the first option that differs begins: behind a blank. */
static size_t
difference(const char *was, const char *is)
{
	size_t at = 0;
	size_t begin = 0;

	for (; was[at] != '\0' && was[at] == is[at]; at++)
		if (was[at] == ' ')
			begin = at + 1;
	return begin;
}

static enum am_status
key_compare(const struct am_journal_db *db, const struct am_journal_key *key,
	    sqlite3_stmt *row, struct am_error *err)
{
	const uint64_t size = (uint64_t)sqlite3_column_int64(row, 0);
	const void *identity = sqlite3_column_blob(row, 1);
	const size_t identity_len = (size_t)sqlite3_column_bytes(row, 1);
	const char *options = (const char *)sqlite3_column_text(row, 2);
	size_t at;

	if (size != key->input_size)
		return am_fail(err, AM_OUTPUT,
			       "%s is of another archive: of %" PRIu64
			       " bytes, this one has %" PRIu64
			       "; choose another output directory",
			       db->name, size, key->input_size);
	if (!am_bytes_equal(
		    am_bytes(identity, identity_len),
		    am_bytes(key->input_identity, sizeof(key->input_identity))))
		return am_fail(err, AM_OUTPUT,
			       "%s is of another archive of the same size; "
			       "choose another output directory",
			       db->name);
	if (options != NULL && strcmp(options, key->options) == 0)
		return AM_OK;
	options = options != NULL ? options : "";
	at = difference(options, key->options);
	return am_fail(err, AM_OUTPUT,
		       "%s is of a run with other options: then \"%.*s\", now "
		       "\"%.*s\"; repeat those, or choose another output "
		       "directory",
		       db->name, OPTION_SHOWN, options + at, OPTION_SHOWN,
		       key->options + at);
}

enum am_status
am_journal_db_check_key(struct am_journal_db *db,
			const struct am_journal_key *key, struct am_error *err)
{
	static const char sql[] =
		"SELECT input_size, input_identity, options FROM key";
	sqlite3_stmt *select = NULL;
	enum am_status status;

	if (sqlite3_prepare_v2(db->handle, sql, -1, &select, NULL) != SQLITE_OK)
		return am_journal_db_fail(db, err);
	status = am_journal_db_step(db, select, err);
	if (status == AM_OK)
		status = key_compare(db, key, select, err);
	else if (status == AM_END)
		status = am_fail(err, AM_OUTPUT, "%s has no key", db->name);
	(void)sqlite3_finalize(select);
	return status;
}
