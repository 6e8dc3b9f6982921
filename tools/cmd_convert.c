/* archive-mail convert: archives to Maildir, mbox and others, with a ledger. */
#include "lock_in.h"
#include "selection.h"
#include "stop.h"
#include "summary.h"

enum { MAX_JOBS = 64, VCARD_3 = 1 };

struct convert_values {
	int target; /* enum am_target, plus 1 */
	const char *output;
	unsigned jobs;
	bool gzip;
	bool all;
	bool no_sync;
	struct am_selection selection;
	int vcard; /* index in vcards, plus 1; 0: not given */
	const char *learn_ex_map;
	bool json;
	bool verbose;
	bool no_sandbox;
};

/* What the callbacks need. */
struct conversion {
	struct am_cli *cli;
	const struct convert_values *values;
	struct am_exit_sum *sum;
	const char *path;	      /* of the archive at hand */
	struct am_ex_map *ex_map;     /* NULL: none is given */
	struct am_ex_map *ex_learned; /* NULL: not asked for */
};

/* A finding about the file as a whole; those of messages are in the ledger. */
static void
finding_show(void *arg, const char *text)
{
	const struct conversion *const conversion = arg;

	if (conversion->values->verbose)
		am_cli_complain(conversion->cli, conversion->path, "%s", text);
}

static void
problem_show(void *arg, const char *path, const struct am_error *err)
{
	const struct conversion *const conversion = arg;

	am_cli_fail(conversion->cli, path, err);
	am_exit_add(conversion->sum, am_exit_of(err->status));
}

static struct am_transfer_options
transfer_options(struct conversion *conversion, const struct am_input *input)
{
	const struct convert_values *const values = conversion->values;
	struct am_transfer_options options = {
		.input = input->path,
		.output = values->output,
		.name = input->name,
		.target = (enum am_target)(values->target - 1),
		.gzip = values->gzip,
		.all = values->all,
		.jobs = values->jobs,
		.no_sync = values->no_sync,
		.vcard3 = values->vcard == VCARD_3,
		.ex_learned = conversion->ex_learned,
		.progress = am_progress_show,
		.progress_arg = &conversion->cli->progress,
		.finding = finding_show,
		.finding_arg = conversion,
		.stop = am_stop_flag(),
	};

	am_selection_apply(&values->selection, conversion->ex_map, &options);
	return options;
}

static enum am_exit
input_convert(struct conversion *conversion, const struct am_input *input)
{
	struct am_cli *const cli = conversion->cli;
	const struct am_transfer_options options =
		transfer_options(conversion, input);
	const struct am_summary_place place = {
		.output = conversion->values->output
	};
	struct am_summary summary;
	struct am_error err = { 0 };
	enum am_status status;

	conversion->path = input->path;
	am_progress_begin(&cli->progress, am_base_name(input->path));
	status = am_transfer_run(&options, &summary, &err);
	am_progress_hide(&cli->progress);
	if (status != AM_OK) {
		am_cli_fail(cli, input->path, &err);
		return am_exit_of(status);
	}
	am_summary_show(cli, conversion->values->json, &place, input, &summary);
	return am_summary_is_complete(&summary) ? AM_EXIT_OK : AM_EXIT_ITEMS;
}

/* All inputs; false: interrupted. */
static bool
inputs_convert(struct conversion *conversion, const struct am_inputs *inputs)
{
	enum am_exit answer;
	size_t i;

	for (i = 0; i < inputs->count; i++) {
		if (atomic_load(am_stop_flag()))
			return false;
		answer = input_convert(conversion, &inputs->list[i]);
		if (answer == AM_EXIT_INTERRUPTED)
			return false;
		am_exit_add(conversion->sum, answer);
	}
	return true;
}

/* The maps of Exchange addresses, before anything is made; a map that cannot
 * be used is told of and ends the command. */
static enum am_exit
maps_open(struct conversion *conversion)
{
	const struct convert_values *const values = conversion->values;
	struct am_error err = { 0 };
	enum am_status status = AM_OK;
	const char *path = values->selection.ex_map;

	if (values->selection.ex_map != NULL)
		status = am_ex_map_open(path, &conversion->ex_map, &err);
	if (status == AM_OK && values->learn_ex_map != NULL) {
		path = values->learn_ex_map;
		status = am_ex_map_create(path, &conversion->ex_learned, &err);
	}
	if (status == AM_OK)
		return AM_EXIT_OK;
	am_cli_fail(conversion->cli, path, &err);
	return path == values->selection.ex_map ? am_exit_of_open(status)
						: am_exit_of(status);
}

static void
learned_save(struct conversion *conversion)
{
	struct am_error err = { 0 };
	enum am_status status;

	if (conversion->ex_learned == NULL)
		return;
	status = am_ex_map_save(conversion->ex_learned, &err);
	if (status == AM_OK)
		return;
	am_cli_fail(conversion->cli, conversion->values->learn_ex_map, &err);
	am_exit_add(conversion->sum, am_exit_of(status));
}

static enum am_exit
conversion_lock_in(struct conversion *conversion,
		   const struct am_inputs *inputs)
{
	const struct am_lock_in what = {
		.inputs = inputs,
		.output = conversion->values->output,
		.file = conversion->values->learn_ex_map,
		.verbose = conversion->values->verbose
	};

	return am_lock_in_writer(conversion->cli, &what);
}

static enum am_exit
convert_run(struct am_cli *cli, const void *values,
	    const struct am_operands *operands)
{
	struct am_exit_sum sum = { .count = 0 };
	struct conversion conversion = { .cli = cli,
					 .values = values,
					 .sum = &sum };
	struct am_inputs inputs;
	struct am_error err;
	enum am_exit answer;

	if (conversion.values->gzip &&
	    conversion.values->target != AM_TARGET_MBOX + 1) {
		am_cli_complain(cli, "convert", "--gzip goes with --to mbox");
		return AM_EXIT_USAGE;
	}
	if (am_inputs_expand(operands->list, operands->count, &cli->arena,
			     problem_show, &conversion, &inputs, &err) != AM_OK)
		return am_cli_exhausted(cli, &err);
	answer = maps_open(&conversion);
	if (answer == AM_EXIT_OK && !conversion.values->no_sandbox)
		answer = conversion_lock_in(&conversion, &inputs);
	if (answer == AM_EXIT_OK && !inputs_convert(&conversion, &inputs))
		answer = AM_EXIT_INTERRUPTED;
	if (answer == AM_EXIT_OK) {
		learned_save(&conversion);
		answer = am_exit_total(&sum);
	}
	am_ex_map_close(conversion.ex_map);
	am_ex_map_close(conversion.ex_learned);
	return answer;
}

static const char *const vcards[] = { "3", "4", NULL };

/* In the order of enum am_target. */
static const char *const targets[] = { "maildir", "mbox",	 "maildir++",
				       "eml",	  "thunderbird", NULL };

static const struct am_option convert_options[] = {
	{ .name = "to",
	  .kind = AM_OPTION_CHOICE,
	  .argument = "FORM",
	  .help = "what to write: maildir, maildir++ (as Dovecot has it), mbox "
		  "(a file per folder), eml (a file per message), thunderbird "
		  "(for its Local Folders)",
	  .field = offsetof(struct convert_values, target),
	  .required = true,
	  .choices = targets },
	{ .name = "output",
	  .letter = 'o',
	  .kind = AM_OPTION_TEXT,
	  .argument = "DIR",
	  .help = "where to write; made when it is not there",
	  .field = offsetof(struct convert_values, output),
	  .required = true },
	{ .name = "jobs",
	  .letter = 'j',
	  .kind = AM_OPTION_COUNT,
	  .argument = "N",
	  .help = "threads; without it one for each processor. The output is "
		  "the same with any number",
	  .field = offsetof(struct convert_values, jobs),
	  .max = MAX_JOBS },
	{ .name = "gzip",
	  .kind = AM_OPTION_FLAG,
	  .help = "compress an mbox: folder.mbox.gz",
	  .field = offsetof(struct convert_values, gzip) },
	AM_OPTION_DEDUP(offsetof(struct convert_values, selection)),
	{ .name = "all",
	  .kind = AM_OPTION_FLAG,
	  .help = "also what is internal to Outlook (free/busy data, rules, "
		  "views), as messages",
	  .field = offsetof(struct convert_values, all) },
	{ .name = "no-sync",
	  .kind = AM_OPTION_FLAG,
	  .help = "do not wait for the disk: faster, and not safe against a "
		  "power cut",
	  .field = offsetof(struct convert_values, no_sync) },
	AM_OPTION_FOLDER(offsetof(struct convert_values, selection)),
	AM_OPTION_EXCLUDE_FOLDER(offsetof(struct convert_values, selection)),
	AM_OPTION_SINCE(offsetof(struct convert_values, selection)),
	AM_OPTION_UNTIL(offsetof(struct convert_values, selection)),
	AM_OPTION_CLASS(offsetof(struct convert_values, selection)),
	AM_OPTION_CHARSET(offsetof(struct convert_values, selection)),
	{ .name = "vcard",
	  .kind = AM_OPTION_CHOICE,
	  .argument = "3|4",
	  .help = "version of the contacts' vCards; 4 unless 3 is asked for, "
		  "for old programs",
	  .field = offsetof(struct convert_values, vcard),
	  .choices = vcards },
	AM_OPTION_EX_MAP(offsetof(struct convert_values, selection)),
	{ .name = "learn-ex-map",
	  .kind = AM_OPTION_TEXT,
	  .argument = "FILE",
	  .help = "write those that the archives tell to FILE, for --ex-map",
	  .field = offsetof(struct convert_values, learn_ex_map) },
	{ .name = "json",
	  .kind = AM_OPTION_FLAG,
	  .help = "print the summary of each file as a line of JSON",
	  .field = offsetof(struct convert_values, json) },
	AM_OPTION_VERBOSE("print what is found wrong with a file as a whole, "
			  "and when the program cannot lock itself in here",
			  offsetof(struct convert_values, verbose)),
	AM_OPTION_NO_SANDBOX(offsetof(struct convert_values, no_sandbox)),
	AM_OPTION_LAST
};

static const char convert_details[] =
	"DIR as input means every *.pst, *.ost and *.pab below it. Of old.pst "
	"there will\n"
	"be DIR/old/mail/, DIR/old.ledger.jsonl (a line for each message "
	"found: "
	"written,\n"
	"skipped or failed, and why) and DIR/old.summary.json. The same "
	"command again\n"
	"goes on where it was interrupted, or does nothing when all was "
	"done.\n\n"
	"Exit status: 0 all is written; 1 an item or attachment failed, and "
	"the ledger\n"
	"says which; 65 not a PST or OST; 66 no such file; 73 the output is "
	"something\n"
	"else; 74 the disk is full; 130 interrupted.\n";

const struct am_command am_command_convert = {
	.name = "convert",
	.operands = "FILE|DIR... --to FORM -o DIR [options]",
	.summary = "Writes the messages as Maildir, mbox or files, with a "
		   "ledger of all",
	.details = convert_details,
	.options = convert_options,
	.values_size = sizeof(struct convert_values),
	.min_operands = 1,
	.run = convert_run,
};
