/* The end of a run: what it came to, under its final names. */
#include <inttypes.h>

#include "transfer/recorder_private.h"

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
	char part[AM_RECORDER_NAME_SIZE];
	char final[AM_RECORDER_NAME_SIZE];
	char text[2048];
	enum am_status status;
	size_t len;

	len = am_summary_json(recorder->summary, file, text, sizeof(text));
	if (len >= sizeof(text))
		return am_fail(err, AM_LIMIT, "the summary is too long");
	(void)am_recorder_name(recorder, ".summary.json.part", part);
	(void)am_recorder_name(recorder, ".summary.json", final);
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
	char part[AM_RECORDER_NAME_SIZE];
	char final[AM_RECORDER_NAME_SIZE];

	AM_TRY(balance_check(recorder, err));
	AM_TRY(am_routes_finish(&recorder->routes, err));
	AM_TRY(am_journal_findings(recorder->journal, finding_count, recorder,
				   err));
	AM_TRY(am_outfile_publish(
		recorder->output,
		am_recorder_name(recorder, ".ledger.jsonl.part", part),
		am_recorder_name(recorder, ".ledger.jsonl", final),
		!recorder->options->no_sync, err));
	AM_TRY(summary_publish(recorder, file, err));
	AM_TRY(am_recorder_begin(recorder, err));
	return am_recorder_checkpoint(recorder, true, err);
}
