/* archive-mail upload: archives to a mail server, with a ledger. */
#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "access.h"
#include "io/os_error.h"
#include "selection.h"
#include "stop.h"
#include "summary.h"
#include "upload_map.h"
#include "upload_plan.h"

enum { NON_MAIL_FILES = 1, NON_MAIL_MESSAGE, NON_MAIL_SKIP };

struct upload_values {
	const char *account;
	const char *output;
	const char *into;
	const char *map;
	const char *trace;
	int non_mail; /* index in non_mails, plus 1; 0: not given */
	unsigned connections;
	bool plan;
	bool keep_receipts;
	bool no_sync;
	bool json;
	bool verbose;
	struct am_selection selection;
	struct am_unlock_values unlock;
};

/* What the callbacks need. */
struct uploading {
	struct am_cli *cli;
	const struct upload_values *values;
	struct am_exit_sum sum;
	const char *path;   /* of the archive at hand */
	const char *output; /* directory of the results */
	struct am_access access;
	struct am_upload upload;
	struct am_ex_map *ex_map; /* NULL: none is given */
	FILE *trace;		  /* NULL: not asked for */
	struct timespec began;
};

/* "12.345 C: A7 NOOP"; one connection after the other, never at once. */
static void
line_trace(void *arg, char who, const char *line, size_t len)
{
	struct uploading *const uploading = arg;
	struct timespec now;
	double seconds;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	seconds = (double)(now.tv_sec - uploading->began.tv_sec) +
		  (double)(now.tv_nsec - uploading->began.tv_nsec) / 1e9;
	(void)fprintf(uploading->trace, "%.3f %c: %.*s\n", seconds, who,
		      (int)len, line);
}

/* A finding about the file as a whole; those of messages are in the ledger. */
static void
finding_show(void *arg, const char *text)
{
	const struct uploading *const uploading = arg;

	if (uploading->values->verbose)
		am_cli_complain(uploading->cli, uploading->path, "%s", text);
}

static void
problem_show(void *arg, const char *path, const struct am_error *err)
{
	struct uploading *const uploading = arg;

	am_cli_fail(uploading->cli, path, err);
	am_exit_add(&uploading->sum, am_exit_of(err->status));
}

static struct am_transfer_options
transfer_options(struct uploading *uploading, const struct am_input *input)
{
	const struct upload_values *const values = uploading->values;
	struct am_transfer_options options = {
		.input = input->path,
		.output = uploading->output,
		.name = input->name,
		.upload = &uploading->upload,
		.mail_only = values->non_mail == NON_MAIL_SKIP,
		.items_as_mail = values->non_mail == NON_MAIL_MESSAGE,
		.no_receipts = !values->keep_receipts,
		.no_sync = values->no_sync,
		.progress = am_progress_show,
		.progress_arg = &uploading->cli->progress,
		.finding = finding_show,
		.finding_arg = uploading,
		.stop = am_stop_flag(),
	};

	am_selection_apply(&values->selection, uploading->ex_map, &options);
	return options;
}

static enum am_exit
input_plan(struct uploading *uploading, const struct am_input *input)
{
	const struct am_transfer_options options =
		transfer_options(uploading, input);
	struct am_error err = { 0 };
	const enum am_status status = am_upload_plan_show(
		uploading->cli, uploading->values->json, input, &options, &err);

	if (status != AM_OK)
		am_cli_fail(uploading->cli, input->path, &err);
	return am_exit_of(status);
}

static enum am_exit
input_upload(struct uploading *uploading, const struct am_input *input)
{
	struct am_cli *const cli = uploading->cli;
	const struct am_transfer_options options =
		transfer_options(uploading, input);
	const struct am_summary_place place = {
		.output = uploading->output,
		.server = uploading->access.account.host,
	};
	struct am_summary summary;
	struct am_error err = { 0 };
	enum am_status status;

	uploading->path = input->path;
	am_progress_begin(&cli->progress, am_base_name(input->path));
	status = am_transfer_run(&options, &summary, &err);
	am_progress_hide(&cli->progress);
	if (status != AM_OK) {
		am_cli_fail(cli, input->path, &err);
		return am_exit_of(status);
	}
	am_summary_show(cli, uploading->values->json, &place, input, &summary);
	return am_summary_is_complete(&summary) ? AM_EXIT_OK : AM_EXIT_ITEMS;
}

/* Would the next archive meet the same? */
static bool
ends_all(enum am_exit answer)
{
	return answer == AM_EXIT_INTERRUPTED || answer == AM_EXIT_SERVER ||
	       answer == AM_EXIT_LATER || answer == AM_EXIT_AUTH ||
	       answer == AM_EXIT_PROTOCOL;
}

static enum am_exit
inputs_upload(struct uploading *uploading, const struct am_inputs *inputs)
{
	enum am_exit answer;
	size_t i;

	for (i = 0; i < inputs->count; i++) {
		if (atomic_load(am_stop_flag()))
			return AM_EXIT_INTERRUPTED;
		answer = uploading->values->plan
				 ? input_plan(uploading, &inputs->list[i])
				 : input_upload(uploading, &inputs->list[i]);
		if (ends_all(answer))
			return answer;
		am_exit_add(&uploading->sum, answer);
	}
	return am_exit_total(&uploading->sum);
}

/* --- the account -----------------------------------------------------------
 */

/* What the provider is known to bear; an account of no provider: nothing. */
static void
limits_apply(struct uploading *uploading)
{
	const struct am_access *const access = &uploading->access;
	const unsigned wanted = uploading->values->connections;
	struct am_profile profile = { .name = NULL };
	struct am_error unused;

	if (access->account.provider != NULL)
		(void)am_place_profile(access->account.provider,
				       &uploading->access.arena, &profile,
				       &unused);
	uploading->upload.connections =
		wanted > 0 ? wanted : profile.limits.connections;
	uploading->upload.max_message = profile.limits.max_message;
}

static enum am_status
account_open(struct uploading *uploading, struct am_error *err)
{
	static const enum am_upload_security securities[] = {
		[AM_SECURITY_TLS] = AM_UPLOAD_TLS,
		[AM_SECURITY_STARTTLS] = AM_UPLOAD_STARTTLS,
		[AM_SECURITY_NONE] = AM_UPLOAD_PLAINTEXT,
	};
	struct am_access *const access = &uploading->access;
	struct am_upload *const upload = &uploading->upload;

	AM_TRY(am_access_credential(access, &uploading->values->unlock,
				    &upload->credential, err));
	upload->host = access->account.host;
	upload->port = access->account.port;
	upload->security = securities[access->account.security];
	upload->ca_file = access->account.ca_file;
	upload->into = uploading->values->into;
	limits_apply(uploading);
	return AM_OK;
}

static enum am_exit
output_choose(struct uploading *uploading)
{
	struct am_cli *const cli = uploading->cli;
	struct am_error err = { 0 };
	enum am_status status = AM_OK;

	uploading->output = uploading->values->output;
	if (uploading->output == NULL)
		status = am_place_path(AM_PLACE_UPLOADS,
				       uploading->access.account.name,
				       &cli->arena, &uploading->output, &err);
	if (status == AM_OK)
		return AM_EXIT_OK;
	am_cli_fail(cli, uploading->values->account, &err);
	return am_exit_of(status);
}

/* For the user's eyes, and never over something else. */
static enum am_status
trace_open(struct uploading *uploading, struct am_error *err)
{
	const char *const path = uploading->values->trace;
	const int fd =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return am_os_create_failed(err, errno, path);
	uploading->trace = fdopen(fd, "w");
	if (uploading->trace == NULL) {
		(void)close(fd);
		return am_nomem(err);
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &uploading->began);
	uploading->upload.trace = line_trace;
	uploading->upload.trace_arg = uploading;
	return AM_OK;
}

static enum am_exit
trace_close(struct uploading *uploading)
{
	const bool failed =
		uploading->trace != NULL && ferror(uploading->trace) != 0;

	if ((uploading->trace != NULL && fclose(uploading->trace) != 0) ||
	    failed) {
		am_cli_complain(uploading->cli, uploading->values->trace,
				"the trace could not be written whole");
		return AM_EXIT_IO;
	}
	return AM_EXIT_OK;
}

/* What is opened before the first archive; a file that cannot be used is told
 * of and ends the command. */
static enum am_exit
files_open(struct uploading *uploading)
{
	const struct upload_values *const values = uploading->values;
	const char *path = values->selection.ex_map;
	struct am_error err = { 0 };
	enum am_status status = AM_OK;

	if (path != NULL)
		status = am_ex_map_open(path, &uploading->ex_map, &err);
	if (status == AM_OK && values->map != NULL) {
		path = values->map;
		status = am_upload_map_read(path, &uploading->cli->arena,
					    &uploading->upload, &err);
	}
	if (status == AM_OK && values->trace != NULL) {
		path = values->trace;
		status = trace_open(uploading, &err);
	}
	if (status == AM_OK)
		return AM_EXIT_OK;
	am_cli_fail(uploading->cli, path, &err);
	return am_exit_of_open(status);
}

static enum am_exit
upload_begin(struct uploading *uploading)
{
	struct am_error err = { 0 };
	enum am_exit answer = files_open(uploading);
	enum am_status status;

	if (answer != AM_EXIT_OK)
		return answer;
	status = am_access_open(uploading->values->account, &uploading->access,
				&err);
	if (status == AM_OK)
		status = account_open(uploading, &err);
	if (status == AM_OK)
		return output_choose(uploading);
	am_cli_fail(uploading->cli, uploading->values->account, &err);
	return am_exit_of_account(status);
}

static enum am_exit
upload_run(struct am_cli *cli, const void *values,
	   const struct am_operands *operands)
{
	struct uploading uploading = { .cli = cli, .values = values };
	struct am_inputs inputs;
	struct am_error err = { 0 };
	enum am_exit answer;

	uploading.access.tokens = -1;
	am_secrets_guard();
	if (am_inputs_expand(operands->list, operands->count, &cli->arena,
			     problem_show, &uploading, &inputs, &err) != AM_OK)
		return am_cli_exhausted(cli, &err);
	answer = upload_begin(&uploading);
	if (answer == AM_EXIT_OK)
		answer = inputs_upload(&uploading, &inputs);
	if (trace_close(&uploading) != AM_EXIT_OK && answer == AM_EXIT_OK)
		answer = AM_EXIT_IO;
	am_access_close(&uploading.access);
	am_ex_map_close(uploading.ex_map);
	return answer;
}

static const char *const non_mails[] = { "files", "message", "skip", NULL };

static const struct am_option upload_options[] = {
	{ .name = "account",
	  .letter = 'a',
	  .kind = AM_OPTION_TEXT,
	  .argument = "ACCOUNT",
	  .help = "whose mailbox; made with login",
	  .field = offsetof(struct upload_values, account),
	  .required = true },
	{ .name = "output",
	  .letter = 'o',
	  .kind = AM_OPTION_TEXT,
	  .argument = "DIR",
	  .help = "where the ledger, the journal, refused messages and what is "
		  "no mail go; without it "
		  "$XDG_STATE_HOME/archive-mail/uploads/ACCOUNT",
	  .field = offsetof(struct upload_values, output) },
	{ .name = "plan",
	  .kind = AM_OPTION_FLAG,
	  .help = "only say what would go where, and what the server would "
		  "refuse; nothing is sent",
	  .field = offsetof(struct upload_values, plan) },
	{ .name = "into",
	  .kind = AM_OPTION_TEXT,
	  .argument = "FOLDER",
	  .help = "put all folders below this one of the server, such as "
		  "Archive/Old; without it Inbox goes to Inbox, Sent to Sent",
	  .field = offsetof(struct upload_values, into) },
	{ .name = "map",
	  .kind = AM_OPTION_TEXT,
	  .argument = "FILE",
	  .help = "folders that go elsewhere, as JSON: {\"Inbox/Travel\": "
		  "\"Travel\"}; --plan --json prints all of them",
	  .field = offsetof(struct upload_values, map) },
	{ .name = "non-mail",
	  .kind = AM_OPTION_CHOICE,
	  .argument = "HOW",
	  .help = "calendars, contacts, tasks: files (.ics and .vcf below the "
		  "output, the default), message (to the server, as "
		  "attachments), skip",
	  .field = offsetof(struct upload_values, non_mail),
	  .choices = non_mails },
	{ .name = "keep-receipts",
	  .kind = AM_OPTION_FLAG,
	  .help = "keep requests for receipts, which a mail program may answer "
		  "years later; without it they are left out",
	  .field = offsetof(struct upload_values, keep_receipts) },
	{ .name = "connections",
	  .kind = AM_OPTION_COUNT,
	  .argument = "N",
	  .help = "at once, at most; without it as many as the provider is "
		  "known to bear",
	  .field = offsetof(struct upload_values, connections),
	  .max = AM_UPLOAD_MAX_CONNECTIONS },
	AM_OPTION_DEDUP(offsetof(struct upload_values, selection)),
	AM_OPTION_FOLDER(offsetof(struct upload_values, selection)),
	AM_OPTION_EXCLUDE_FOLDER(offsetof(struct upload_values, selection)),
	AM_OPTION_SINCE(offsetof(struct upload_values, selection)),
	AM_OPTION_UNTIL(offsetof(struct upload_values, selection)),
	AM_OPTION_CLASS(offsetof(struct upload_values, selection)),
	AM_OPTION_CHARSET(offsetof(struct upload_values, selection)),
	AM_OPTION_EX_MAP(offsetof(struct upload_values, selection)),
	{ .name = "no-sync",
	  .kind = AM_OPTION_FLAG,
	  .help = "do not wait for the disk: faster, and not safe against a "
		  "power cut",
	  .field = offsetof(struct upload_values, no_sync) },
	{ .name = "trace",
	  .kind = AM_OPTION_TEXT,
	  .argument = "FILE",
	  .help = "write the conversation with the server to FILE, which must "
		  "not be there: each line with its time, without messages "
		  "and with secrets hidden",
	  .field = offsetof(struct upload_values, trace) },
	AM_OPTION_PASSPHRASE_FILE(offsetof(struct upload_values, unlock)),
	AM_OPTION_KEY_FILE(offsetof(struct upload_values, unlock)),
	AM_OPTION_KEYRING(offsetof(struct upload_values, unlock)),
	{ .name = "json",
	  .kind = AM_OPTION_FLAG,
	  .help = "print the summary of each file as a line of JSON",
	  .field = offsetof(struct upload_values, json) },
	{ .name = "verbose",
	  .letter = 'v',
	  .kind = AM_OPTION_FLAG,
	  .help = "print what is found wrong with a file as a whole",
	  .field = offsetof(struct upload_values, verbose) },
	AM_OPTION_LAST
};

static const char upload_details[] =
	"Each message arrives once, with its folder, its date and its flags; "
	"what the\n"
	"server refuses is kept as DIR/old/failed/*.eml. The same command "
	"again goes on\n"
	"where it was interrupted: what was under way then is looked for on "
	"the server.\n\n"
	"Exit status: 0 all is there; 1 an item failed or was refused, and "
	"the ledger\n"
	"says which; 65 not a PST or OST; 66 no such file; 69 the server "
	"cannot be\n"
	"reached; 73 the output is something else; 75 later again (no room, "
	"throttled);\n"
	"76 TLS or protocol; 77 sign in again; 130 interrupted.\n";

const struct am_command am_command_upload = {
	.name = "upload",
	.operands = "FILE|DIR... --account ACCOUNT [options]",
	.summary = "Puts the messages on a mail server, each once, with a "
		   "ledger of all",
	.details = upload_details,
	.options = upload_options,
	.values_size = sizeof(struct upload_values),
	.min_operands = 1,
	.run = upload_run,
};
