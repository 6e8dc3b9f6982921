/* The results of a run: opened, or those of an earlier one gone on with. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive-mail/upload.h>

#include "base/alloc.h"
#include "transfer/ex_map.h"
#include "transfer/ledger_done.h"
#include "transfer/recorder_private.h"

enum { LEDGER_ROW_MAX = 64 << 20 };

const char *
am_recorder_name(const struct am_recorder *recorder, const char *suffix,
		 char name[AM_RECORDER_NAME_SIZE])
{
	(void)snprintf(name, AM_RECORDER_NAME_SIZE, "%s%s",
		       recorder->options->name, suffix);
	return name;
}

static bool
exists(const struct am_recorder *recorder, const char *suffix)
{
	char name[AM_RECORDER_NAME_SIZE];
	struct stat info;

	return fstatat(recorder->output,
		       am_recorder_name(recorder, suffix, name), &info,
		       AT_SYMLINK_NOFOLLOW) == 0;
}

/* Without a journal nothing of this name may be there. */
static enum am_status
absence_check(const struct am_recorder *recorder, struct am_error *err)
{
	static const char *const suffixes[] = { "", ".ledger.jsonl",
						".summary.json",
						".ledger.jsonl.part" };
	size_t i;

	if (exists(recorder, ".journal"))
		return AM_OK;
	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (exists(recorder, suffixes[i]))
			return am_fail(err, AM_OUTPUT,
				       "%s/%s%s exists and is not from an "
				       "earlier run of this command; choose "
				       "another output directory",
				       recorder->options->output,
				       recorder->options->name, suffixes[i]);
	return AM_OK;
}

static void
globs_add(struct am_buf *out, const char *key, const char *const *globs)
{
	for (; globs != NULL && *globs != NULL; globs++)
		am_buf_printf(out, " %s=\"%s\"", key, *globs);
}

static void
ex_map_add(struct am_buf *out, const struct am_ex_map *map)
{
	enum { SHOWN = 32 }; /* hexadecimal digits */
	char hex[AM_SHA256_HEX_SIZE];

	am_sha256_hex(am_ex_map_digest(map), hex);
	am_buf_printf(out, " ex-map=%.*s", SHOWN, hex);
}

/* Which account, and where folders go there. */
static void
upload_add(struct am_buf *out, const struct am_upload *upload)
{
	size_t i;

	am_buf_printf(out, "to=imap:%s@%s:%u", upload->credential->user,
		      upload->host, upload->port);
	if (upload->into != NULL)
		am_buf_printf(out, " into=\"%s\"", upload->into);
	for (i = 0; i < upload->choice_count; i++)
		am_buf_printf(out, " map=\"%s\"->\"%s\"",
			      upload->choices[i].folder,
			      upload->choices[i].mailbox);
}

/* All that decides over the output, as text. */
static enum am_status
options_text(const struct am_transfer_options *options, struct am_buf *out,
	     struct am_error *err)
{
	if (options->upload != NULL)
		upload_add(out, options->upload);
	else
		am_buf_printf(out, "to=%s%s", am_target_name(options->target),
			      options->gzip ? " gzip" : "");
	am_buf_printf(out, "%s%s%s", options->all ? " all" : "",
		      options->dedup ? " dedup" : "",
		      options->mail_only ? " mail-only" : "");
	globs_add(out, "folder", options->folders);
	globs_add(out, "exclude-folder", options->exclude_folders);
	globs_add(out, "class", options->classes);
	if (options->since != NULL)
		am_buf_printf(out, " since=%" PRId64, *options->since);
	if (options->until != NULL)
		am_buf_printf(out, " until=%" PRId64, *options->until);
	if (options->codepage != 0)
		am_buf_printf(out, " charset=%u", options->codepage);
	if (options->vcard3)
		am_buf_add_text(out, " vcard=3");
	if (options->no_receipts)
		am_buf_add_text(out, " no-receipts");
	if (options->items_as_mail)
		am_buf_add_text(out, " items-as-mail");
	if (options->ex_map != NULL)
		ex_map_add(out, options->ex_map);
	if (options->ex_learned != NULL)
		am_buf_add_text(out, " learn-ex-map");
	return am_buf_status(out, err);
}

static enum am_status
journal_open(struct am_recorder *recorder, bool *resumed, struct am_error *err)
{
	const struct am_store_info *info = am_store_info(recorder->store);
	struct am_journal_key key = { .input_size = info->file_size };
	struct am_buf text = am_buf(1 << 20);
	char name[AM_RECORDER_NAME_SIZE];
	enum am_status status;

	memcpy(key.input_identity, info->header_sha256,
	       sizeof(key.input_identity));
	status = options_text(recorder->options, &text, err);
	if (status == AM_OK) {
		key.options = am_buf_text(&text);
		status = am_journal_open(
			recorder->output,
			am_recorder_name(recorder, ".journal", name), &key,
			recorder->options->no_sync, &recorder->journal, resumed,
			err);
	}
	am_buf_free(&text);
	return status;
}

/* A run that was killed after the ledger was published and before the journal
 * knew goes on with it as an unpublished one. */
static enum am_status
ledger_open(struct am_recorder *recorder, struct am_error *err)
{
	char part[AM_RECORDER_NAME_SIZE];
	char final[AM_RECORDER_NAME_SIZE];

	(void)am_recorder_name(recorder, ".ledger.jsonl.part", part);
	(void)am_recorder_name(recorder, ".ledger.jsonl", final);
	if (!exists(recorder, ".ledger.jsonl.part") &&
	    exists(recorder, ".ledger.jsonl"))
		AM_TRY(am_outfile_publish(recorder->output, final, part, false,
					  err));
	AM_TRY(am_outfile_open(recorder->output, part, false, &recorder->ledger,
			       err));
	if (am_outfile_length(recorder->ledger) <
	    recorder->checkpoint.ledger_length)
		return am_fail(err, AM_OUTPUT,
			       "%s/%s is shorter than its journal says; remove "
			       "the results and start again",
			       recorder->options->output, part);
	return am_outfile_truncate(recorder->ledger,
				   recorder->checkpoint.ledger_length, err);
}

static enum am_status
results_open(struct am_recorder *recorder, bool *done_out, struct am_error *err)
{
	bool resumed = false;

	AM_TRY(am_dir_open(recorder->options->output, true, &recorder->output,
			   err));
	AM_TRY(absence_check(recorder, err));
	AM_TRY(journal_open(recorder, &resumed, err));
	AM_TRY(am_journal_read(recorder->journal, &recorder->checkpoint, err));
	if (recorder->checkpoint.counters[0] != '\0' &&
	    !am_summary_load(recorder->summary, recorder->checkpoint.counters))
		return am_fail(err, AM_OUTPUT,
			       "%s/%s.journal holds no valid checkpoint",
			       recorder->options->output,
			       recorder->options->name);
	recorder->next_row = recorder->checkpoint.next_row;
	recorder->is_resumed = resumed;
	recorder->summary->resumed = resumed && recorder->next_row > 0;
	*done_out = recorder->checkpoint.complete;
	if (*done_out)
		return AM_OK;
	AM_TRY(am_dir_open_below(recorder->output, recorder->options->name,
				 true, &recorder->root, err));
	return ledger_open(recorder, err);
}

enum am_status
am_recorder_open(const struct am_transfer_options *options,
		 struct am_store *store, struct am_summary *summary,
		 struct am_recorder **recorder_out, bool *done_out,
		 struct am_error *err)
{
	struct am_recorder *recorder = am_alloc(sizeof(*recorder));
	enum am_status status;

	if (recorder == NULL)
		return am_nomem(err);
	recorder->options = options;
	recorder->store = store;
	recorder->summary = summary;
	recorder->output = -1;
	recorder->root = -1;
	recorder->line = am_buf(LEDGER_ROW_MAX);
	recorder->arena.limit = AM_RECORDER_MEMORY_LIMIT;
	recorder->folders_arena.limit = AM_RECORDER_MEMORY_LIMIT;
	if (strlen(options->name) > AM_RECORDER_NAME_SIZE - 32)
		status = am_fail(err, AM_OUTPUT,
				 "the name of the input is too long");
	else
		status = results_open(recorder, done_out, err);
	if (status != AM_OK) {
		am_recorder_close(recorder);
		return status;
	}
	*recorder_out = recorder;
	return AM_OK;
}

void
am_recorder_close(struct am_recorder *recorder)
{
	if (recorder == NULL)
		return;
	am_routes_close(&recorder->routes);
	am_dedup_close(recorder->dedup);
	am_outfile_close(recorder->ledger);
	am_journal_close(recorder->journal);
	am_buf_free(&recorder->line);
	am_arena_free(&recorder->arena);
	am_arena_free(&recorder->folders_arena);
	if (recorder->root >= 0)
		(void)close(recorder->root);
	if (recorder->output >= 0)
		(void)close(recorder->output);
	am_free(recorder);
}

static enum am_status
sink_finding(void *arg, const char *text, struct am_error *err)
{
	return am_recorder_finding(arg, text, err);
}

static enum am_status
routes_open(struct am_recorder *recorder, struct am_error *err)
{
	struct am_routes *routes = &recorder->routes;

	routes->target = recorder->options->target;
	routes->gzip = recorder->options->gzip;
	routes->upload = recorder->options->upload;
	routes->stop = recorder->options->stop;
	routes->options.title = recorder->options->name;
	routes->options.finding = sink_finding;
	routes->options.finding_arg = recorder;
	routes->options.root = recorder->root;
	routes->options.no_sync = recorder->options->no_sync;
	AM_TRY(am_routes_folders(recorder->store, &recorder->folders_arena,
				 &routes->options, err));
	recorder->folder_count = routes->options.folder_count - 1;
	return am_routes_open(routes, recorder->journal, recorder->is_resumed,
			      err);
}

/* What the ledger has rows of is done, whatever order the archive is in now:
 * a part that could be read then may not be readable now. */
static enum am_status
walk_skip(struct am_recorder *recorder, struct am_error *err)
{
	char part[AM_RECORDER_NAME_SIZE];
	uint64_t rows = 0;

	AM_TRY(am_ledger_done(
		recorder->output,
		am_recorder_name(recorder, ".ledger.jsonl.part", part),
		recorder->checkpoint.ledger_length, recorder->walk, &rows,
		err));
	if (rows == recorder->next_row && rows <= am_walk_found(recorder->walk))
		return AM_OK;
	return am_fail(err, AM_OUTPUT,
		       "%s/%s.journal and %s do not tell of the same messages; "
		       "remove the results and start again",
		       recorder->options->output, recorder->options->name,
		       part);
}

enum am_status
am_recorder_start(struct am_recorder *recorder, struct am_walk *walk,
		  struct am_error *err)
{
	char name[AM_RECORDER_NAME_SIZE];

	recorder->walk = walk;
	AM_TRY(routes_open(recorder, err));
	if (recorder->options->dedup)
		AM_TRY(am_dedup_open(recorder->output,
				     am_recorder_name(recorder, ".dedup", name),
				     recorder->journal, &recorder->dedup, err));
	AM_TRY(walk_skip(recorder, err));
	/* what the server has is to be known before anything is sent */
	return recorder->options->upload != NULL
		       ? am_recorder_commit(recorder, err)
		       : AM_OK;
}
