/* Sink, ledger and journal, a batch at a time. */
#include "transfer/recorder.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/outfile.h"
#include "transfer/dedup.h"
#include "transfer/ex_map.h"
#include "transfer/ledger_done.h"
#include "transfer/routes.h"

enum { NAME_SIZE = 512, LEDGER_ROW_MAX = 64 << 20 };

struct pending {
	struct am_row row;
	struct pending *next;
};

struct am_recorder {
	const struct am_transfer_options *options; /* borrowed */
	struct am_summary *summary;		   /* borrowed */
	struct am_walk *walk;			   /* borrowed */
	struct am_store *store;			   /* borrowed */
	struct am_journal *journal;
	struct am_routes routes;
	struct am_dedup *dedup; /* NULL: not asked for */
	struct am_outfile *ledger;
	int output; /* directory */
	int root;   /* output/name */
	struct am_checkpoint checkpoint;
	char counters[AM_COUNTERS_SIZE];
	struct am_buf line;
	struct am_arena folders_arena;
	size_t folder_count; /* index of Orphans among the sink's folders */

	/* the batch */
	struct am_arena arena;
	struct pending *first;
	struct pending *last;
	struct pending *placed; /* the last that done told of */
	unsigned count;
	uint64_t bytes;
	uint64_t next_row;
	bool in_transaction;
	bool is_resumed;
};

static const char *
name_with(const struct am_recorder *recorder, const char *suffix,
	  char name[NAME_SIZE])
{
	(void)snprintf(name, NAME_SIZE, "%s%s", recorder->options->name,
		       suffix);
	return name;
}

static bool
exists(const struct am_recorder *recorder, const char *suffix)
{
	char name[NAME_SIZE];
	struct stat info;

	return fstatat(recorder->output, name_with(recorder, suffix, name),
		       &info, AT_SYMLINK_NOFOLLOW) == 0;
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

/* All that decides over the output, as text. */
static enum am_status
options_text(const struct am_transfer_options *options, struct am_buf *out,
	     struct am_error *err)
{
	am_buf_printf(out, "to=%s%s%s%s", am_target_name(options->target),
		      options->gzip ? " gzip" : "", options->all ? " all" : "",
		      options->dedup ? " dedup" : "");
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
	char name[NAME_SIZE];
	enum am_status status;

	memcpy(key.input_identity, info->header_sha256,
	       sizeof(key.input_identity));
	status = options_text(recorder->options, &text, err);
	if (status == AM_OK) {
		key.options = am_buf_text(&text);
		status = am_journal_open(recorder->output,
					 name_with(recorder, ".journal", name),
					 &key, recorder->options->no_sync,
					 &recorder->journal, resumed, err);
	}
	am_buf_free(&text);
	return status;
}

/* A run that was killed after the ledger was published and before the journal
 * knew goes on with it as an unpublished one. */
static enum am_status
ledger_open(struct am_recorder *recorder, struct am_error *err)
{
	char part[NAME_SIZE];
	char final[NAME_SIZE];

	(void)name_with(recorder, ".ledger.jsonl.part", part);
	(void)name_with(recorder, ".ledger.jsonl", final);
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
	if (strlen(options->name) > NAME_SIZE - 32)
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

/* The folders as the sinks know them, and one more for orphans. */
static enum am_status
sink_folders(struct am_recorder *recorder, struct am_error *err)
{
	struct am_sink_options *options = &recorder->routes.options;
	const struct am_folder *folders;
	struct am_sink_folder *copy;
	size_t count;
	size_t i;

	AM_TRY(am_store_folders(recorder->store, &folders, &count, err));
	copy = am_arena_array(&recorder->folders_arena, count + 1,
			      struct am_sink_folder);
	if (copy == NULL)
		return am_nomem(err);
	for (i = 0; i < count; i++) {
		copy[i].name = folders[i].name;
		copy[i].parent =
			folders[i].depth > 0 ? folders[i].parent : SIZE_MAX;
		copy[i].id = folders[i].nid;
		copy[i].role = folders[i].role;
	}
	copy[count].name = "Orphans";
	copy[count].parent = SIZE_MAX;
	options->folders = copy;
	options->folder_count = count + 1;
	recorder->folder_count = count;
	return AM_OK;
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
	routes->options.title = recorder->options->name;
	routes->options.finding = sink_finding;
	routes->options.finding_arg = recorder;
	routes->options.root = recorder->root;
	routes->options.no_sync = recorder->options->no_sync;
	AM_TRY(sink_folders(recorder, err));
	return am_routes_open(routes, recorder->journal, recorder->is_resumed,
			      err);
}

/* What the ledger has rows of is done, whatever order the archive is in now:
 * a part that could be read then may not be readable now. */
static enum am_status
walk_skip(struct am_recorder *recorder, struct am_error *err)
{
	char part[NAME_SIZE];
	uint64_t rows = 0;

	AM_TRY(am_ledger_done(recorder->output,
			      name_with(recorder, ".ledger.jsonl.part", part),
			      recorder->checkpoint.ledger_length,
			      recorder->walk, &rows, err));
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
	char name[NAME_SIZE];

	recorder->walk = walk;
	AM_TRY(routes_open(recorder, err));
	if (recorder->options->dedup)
		AM_TRY(am_dedup_open(recorder->output,
				     name_with(recorder, ".dedup", name),
				     recorder->journal, &recorder->dedup, err));
	return walk_skip(recorder, err);
}

bool
am_recorder_wants_lf(const struct am_recorder *recorder)
{
	return recorder->routes.sinks[AM_ROUTE_MAIL]->lf;
}

enum am_status
am_recorder_put(struct am_recorder *recorder, const struct am_row *row,
		struct am_stream *mime, struct am_error *err)
{
	const struct am_sink_message message = {
		.row = row->number,
		.id = row->nid,
		.folder = row->folder != SIZE_MAX ? row->folder
						  : recorder->folder_count,
		.flags = row->flags,
		.keywords = row->keywords,
		.received = row->received,
		.sent = row->sent,
		.sender = row->sender,
		.subject = row->subject,
	};
	struct am_sink *sink = NULL;

	AM_TRY(am_routes_get(&recorder->routes, row->route, &sink, err));
	return sink->ops->put(sink, mime, &message, err);
}

enum am_status
am_recorder_dedup(struct am_recorder *recorder, struct am_row *row,
		  bool *duplicate_out, struct am_error *err)
{
	const struct am_item_counts nothing = { 0 };

	*duplicate_out = false;
	if (recorder->dedup == NULL || !row->has_content)
		return AM_OK;
	AM_TRY(am_dedup_check(recorder->dedup, row->content, row->nid,
			      &row->duplicate_of, err));
	if (row->duplicate_of == 0)
		return AM_OK;
	*duplicate_out = true;
	row->outcome = AM_OUTCOME_SKIPPED;
	row->reason = "duplicate";
	row->counts = nothing;
	return AM_OK;
}

static enum am_status
text_keep(struct am_recorder *recorder, const char **text, struct am_error *err)
{
	if (*text == NULL)
		return AM_OK;
	*text = am_arena_text(&recorder->arena, *text, strlen(*text));
	return *text != NULL ? AM_OK : am_nomem(err);
}

static enum am_status
row_keep(struct am_recorder *recorder, const struct am_row *row,
	 struct am_error *err)
{
	struct pending *kept = am_arena_new(&recorder->arena, struct pending);

	if (kept == NULL)
		return am_nomem(err);
	kept->row = *row;
	AM_TRY(text_keep(recorder, &kept->row.reason, err));
	AM_TRY(text_keep(recorder, &kept->row.class_name, err));
	AM_TRY(text_keep(recorder, &kept->row.facts, err));
	if (recorder->last != NULL)
		recorder->last->next = kept;
	else
		recorder->first = kept;
	recorder->last = kept;
	recorder->count++;
	return AM_OK;
}

static bool
batch_is_full(const struct am_recorder *recorder)
{
	const unsigned batch = recorder->options->batch > 0
				       ? recorder->options->batch
				       : AM_RECORDER_BATCH;

	return recorder->count >= batch ||
	       recorder->bytes >= AM_RECORDER_BATCH_BYTES ||
	       recorder->arena.used >= AM_RECORDER_BATCH_MEMORY;
}

enum am_status
am_recorder_add(struct am_recorder *recorder, const struct am_row *row,
		struct am_error *err)
{
	AM_TRY(row_keep(recorder, row, err));
	recorder->bytes += row->mime_size;
	recorder->next_row = row->number + 1;
	return batch_is_full(recorder) ? am_recorder_commit(recorder, err)
				       : AM_OK;
}

static enum am_status
transaction_begin(struct am_recorder *recorder, struct am_error *err)
{
	if (recorder->in_transaction)
		return AM_OK;
	AM_TRY(am_journal_begin(recorder->journal, err));
	recorder->in_transaction = true;
	return AM_OK;
}

enum am_status
am_recorder_finding(struct am_recorder *recorder, const char *text,
		    struct am_error *err)
{
	AM_TRY(transaction_begin(recorder, err));
	return am_journal_add_finding(recorder->journal, text, err);
}

/* The sink's word that the row is durable there. */
static enum am_status
row_placed(void *arg, uint64_t number, const struct am_sink_place *place,
	   struct am_error *err)
{
	struct am_recorder *recorder = arg;
	struct pending *next = recorder->placed != NULL ? recorder->placed->next
							: recorder->first;

	while (next != NULL && next->row.number != number)
		next = next->next;
	if (next == NULL)
		return am_fail(err, AM_LIMIT,
			       "the destination tells of a message that it was "
			       "not given");
	recorder->placed = next;
	next->row.place = *place;
	next->row.has_place = true;
	return text_keep(recorder, &next->row.place.path, err);
}

static enum am_status
rows_write(struct am_recorder *recorder, struct am_error *err)
{
	const struct pending *pending;

	for (pending = recorder->first; pending != NULL;
	     pending = pending->next) {
		const struct am_row *row = &pending->row;

		if (row->outcome == AM_OUTCOME_WRITTEN && !row->has_place)
			return am_fail(err, AM_LIMIT,
				       "the destination lost a message");
		am_buf_clear(&recorder->line);
		am_row_write(&recorder->line, row,
			     am_walk_folder_path(recorder->walk, row->folder));
		AM_TRY(am_buf_status(&recorder->line, err));
		AM_TRY(am_outfile_write(recorder->ledger,
					am_buf_bytes(&recorder->line), err));
		am_summary_count(recorder->summary, row);
	}
	return AM_OK;
}

static void
batch_clear(struct am_recorder *recorder)
{
	am_arena_reset(&recorder->arena);
	recorder->first = NULL;
	recorder->last = NULL;
	recorder->placed = NULL;
	recorder->count = 0;
	recorder->bytes = 0;
}

static enum am_status
length_record(void *arg, const char *path, uint64_t length,
	      struct am_error *err)
{
	struct am_recorder *recorder = arg;

	return am_journal_set_length(recorder->journal, path, length, err);
}

static enum am_status
checkpoint_commit(struct am_recorder *recorder, bool complete,
		  struct am_error *err)
{
	struct am_checkpoint checkpoint = { .complete = complete };

	checkpoint.next_row = recorder->next_row;
	checkpoint.ledger_length = am_outfile_length(recorder->ledger);
	am_summary_save(recorder->summary, recorder->counters);
	checkpoint.counters = recorder->counters;
	AM_TRY(am_journal_commit(recorder->journal, &checkpoint, err));
	recorder->in_transaction = false;
	return AM_OK;
}

static enum am_status
routes_commit(struct am_recorder *recorder, struct am_error *err)
{
	enum am_route at;

	for (at = 0; at < AM_ROUTE_COUNT; at++) {
		recorder->placed = NULL; /* each tells of its rows in order */
		AM_TRY(am_routes_commit(&recorder->routes, at, row_placed,
					recorder, err));
	}
	return AM_OK;
}

enum am_status
am_recorder_commit(struct am_recorder *recorder, struct am_error *err)
{
	const bool sync = !recorder->options->no_sync;

	AM_TRY(routes_commit(recorder, err));
	AM_TRY(rows_write(recorder, err));
	AM_TRY(am_outfile_flush(recorder->ledger, sync, err));
	AM_TRY(transaction_begin(recorder, err));
	AM_TRY(am_routes_checkpoint(&recorder->routes, length_record, recorder,
				    err));
	if (recorder->dedup != NULL)
		AM_TRY(am_dedup_save(recorder->dedup, recorder->journal, err));
	AM_TRY(checkpoint_commit(recorder, false, err));
	batch_clear(recorder);
	return AM_OK;
}

static enum am_status
balance_check(const struct am_recorder *recorder, struct am_error *err)
{
	const struct am_summary *sum = recorder->summary;
	const uint64_t rows = sum->written + sum->skipped + sum->failed;

	if (rows == sum->found)
		return AM_OK;
	return am_fail(err, AM_LIMIT,
		       "the ledger does not balance: %" PRIu64
		       " messages found, %" PRIu64 " rows",
		       sum->found, rows);
}

static enum am_status
finding_count(void *arg, const char *text, struct am_error *err)
{
	struct am_recorder *recorder = arg;
	const struct am_transfer_options *options = recorder->options;

	(void)err;
	recorder->summary->findings++;
	if (options->finding != NULL)
		options->finding(options->finding_arg, text);
	return AM_OK;
}

static enum am_status
summary_publish(struct am_recorder *recorder, const char *file,
		struct am_error *err)
{
	const bool sync = !recorder->options->no_sync;
	struct am_outfile *out = NULL;
	char part[NAME_SIZE];
	char final[NAME_SIZE];
	char text[2048];
	enum am_status status;
	size_t len;

	len = am_summary_json(recorder->summary, file, text, sizeof(text));
	if (len >= sizeof(text))
		return am_fail(err, AM_LIMIT, "the summary is too long");
	(void)name_with(recorder, ".summary.json.part", part);
	(void)name_with(recorder, ".summary.json", final);
	AM_TRY(am_outfile_open(recorder->output, part, false, &out, err));
	status = am_outfile_truncate(out, 0, err);
	if (status == AM_OK)
		status = am_outfile_write(out, am_bytes(text, len), err);
	if (status == AM_OK)
		status = am_outfile_flush(out, sync, err);
	am_outfile_close(out);
	if (status != AM_OK)
		return status;
	return am_outfile_publish(recorder->output, part, final, sync, err);
}

enum am_status
am_recorder_publish(struct am_recorder *recorder, const char *file,
		    struct am_error *err)
{
	char part[NAME_SIZE];
	char final[NAME_SIZE];

	AM_TRY(balance_check(recorder, err));
	AM_TRY(am_routes_finish(&recorder->routes, err));
	AM_TRY(am_journal_findings(recorder->journal, finding_count, recorder,
				   err));
	AM_TRY(am_outfile_publish(
		recorder->output,
		name_with(recorder, ".ledger.jsonl.part", part),
		name_with(recorder, ".ledger.jsonl", final),
		!recorder->options->no_sync, err));
	AM_TRY(summary_publish(recorder, file, err));
	AM_TRY(transaction_begin(recorder, err));
	return checkpoint_commit(recorder, true, err);
}
