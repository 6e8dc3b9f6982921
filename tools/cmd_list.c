/* archive-mail list: the folders, or the messages, of a file. */
#include <inttypes.h>
#include <unistd.h>

#include "base/json.h"
#include "card.h"
#include "lock_in.h"
#include "survey.h"

enum { MAX_JSON_LINE = 64 << 20, MAX_INDENT = 32 };

struct list_values {
	bool messages;
	bool all;
	bool json;
	bool verbose;
	bool no_sandbox;
};

struct listing {
	struct am_cli *cli;
	const struct list_values *values;
	const struct am_folder *folders;
	size_t folder_count;
	const struct am_search_folder *searches; /* with --all */
	size_t search_count;
	uint64_t *found; /* messages of each folder; the last: of none */
	struct am_buf json;
};

/* --- folders ------------------------------------------------------------- */

static enum am_status
message_count(void *arg, const struct am_survey_item *item,
	      struct am_error *err)
{
	struct listing *const listing = arg;
	const size_t folder = item->place->folder;

	(void)err;
	if (folder < listing->folder_count)
		listing->found[folder]++;
	else
		listing->found[listing->folder_count]++;
	return AM_OK;
}

static enum am_status
json_print(struct listing *listing, struct am_error *err)
{
	AM_TRY(am_buf_status(&listing->json, err));
	am_cli_json(listing->cli, &listing->json);
	return AM_OK;
}

static void
nid_json(struct am_json *json, uint32_t nid)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%#" PRIx32, nid);
	am_json_text(json, "nid", text);
}

/* folder NULL: the messages that are in none. */
static enum am_status
folder_json(struct listing *listing, const struct am_folder *folder,
	    uint64_t found, struct am_error *err)
{
	struct am_json json = am_json(&listing->json);

	am_buf_clear(&listing->json);
	am_json_object(&json, NULL);
	if (folder != NULL) {
		am_json_text(&json, "folder", folder->path);
		nid_json(&json, folder->nid);
		am_json_text(&json, "role", am_role_name(folder->role));
		am_json_text(&json, "class", folder->container_class);
		am_json_bool(&json, "hidden", folder->is_hidden);
		am_json_bool(&json, "search", false);
	} else {
		am_json_text(&json, "folder", "Orphans");
		am_json_null(&json, "nid");
		am_json_null(&json, "role");
		am_json_text(&json, "class", "");
		am_json_bool(&json, "hidden", false);
		am_json_bool(&json, "search", false);
	}
	am_json_uint(&json, "messages", found);
	am_json_object_end(&json);
	return json_print(listing, err);
}

/* What it shows is counted in the folders where it lies. */
static enum am_status
search_json(struct listing *listing, const struct am_search_folder *search,
	    struct am_error *err)
{
	struct am_json json = am_json(&listing->json);

	am_buf_clear(&listing->json);
	am_json_object(&json, NULL);
	am_json_text(&json, "folder", search->path);
	nid_json(&json, search->nid);
	am_json_null(&json, "role");
	am_json_text(&json, "class", "");
	am_json_bool(&json, "hidden", true);
	am_json_bool(&json, "search", true);
	am_json_uint(&json, "messages", 0);
	am_json_object_end(&json);
	return json_print(listing, err);
}

static int
indent(unsigned depth)
{
	return (int)(depth < MAX_INDENT ? depth : MAX_INDENT) * 2;
}

static void
folder_line(struct listing *listing, const struct am_folder *folder,
	    uint64_t found)
{
	const char *const role = am_role_name(folder->role);

	am_output_line(&listing->cli->out, "%9" PRIu64 "  %*s%s%s%s%s%s", found,
		       indent(folder->depth), "",
		       folder->name[0] != '\0' ? folder->name : folder->path,
		       role != NULL ? "  [" : "", role != NULL ? role : "",
		       role != NULL ? "]" : "",
		       folder->is_hidden ? "  (hidden)" : "");
}

static void
search_line(struct listing *listing, const struct am_search_folder *search)
{
	const unsigned depth =
		search->parent < listing->folder_count
			? listing->folders[search->parent].depth + 1
			: 0;

	am_output_line(&listing->cli->out, "%9s  %*s%s  (search folder)", "-",
		       indent(depth), "",
		       search->name[0] != '\0' ? search->name : search->path);
}

/* Those of one parent, from *next on. */
static enum am_status
searches_print(struct listing *listing, size_t parent, size_t *next,
	       struct am_error *err)
{
	for (; *next < listing->search_count &&
	       listing->searches[*next].parent == parent;
	     (*next)++)
		if (am_cli_should_stop(listing->cli))
			return am_fail(err, AM_INTERRUPTED, "interrupted");
		else if (listing->values->json)
			AM_TRY(search_json(listing, listing->searches + *next,
					   err));
		else
			search_line(listing, listing->searches + *next);
	return AM_OK;
}

/* A folder is shown when one below it is: they come after it, deeper. */
static void
shown_mark(const struct listing *listing, bool *shown)
{
	size_t i;

	for (i = listing->folder_count; i-- > 0;) {
		const struct am_folder *const folder = listing->folders + i;

		if (listing->values->all || !folder->is_hidden ||
		    listing->found[i] > 0)
			shown[i] = true;
		if (shown[i] && folder->depth > 0 && folder->parent < i)
			shown[folder->parent] = true;
	}
}

static void
omitted_note(struct listing *listing, size_t omitted)
{
	if (omitted > 0 && !listing->values->json)
		am_output_line(&listing->cli->out,
			       "(%zu hidden folders without messages are not "
			       "shown; --all shows them)",
			       omitted);
}

static enum am_status
folders_print(struct listing *listing, const bool *shown, struct am_error *err)
{
	const uint64_t orphans = listing->found[listing->folder_count];
	size_t omitted = 0, search = 0, i;

	for (i = 0; i < listing->folder_count; i++) {
		const struct am_folder *const folder = listing->folders + i;

		if (am_cli_should_stop(listing->cli))
			return am_fail(err, AM_INTERRUPTED, "interrupted");
		if (!shown[i])
			omitted++;
		else if (listing->values->json)
			AM_TRY(folder_json(listing, folder, listing->found[i],
					   err));
		else
			folder_line(listing, folder, listing->found[i]);
		AM_TRY(searches_print(listing, i, &search, err));
	}
	AM_TRY(searches_print(listing, SIZE_MAX, &search, err));
	if (orphans > 0 && listing->values->json)
		AM_TRY(folder_json(listing, NULL, orphans, err));
	else if (orphans > 0)
		am_output_line(&listing->cli->out,
			       "%9" PRIu64
			       "  Orphans  (their folder is not there)",
			       orphans);
	omitted_note(listing, omitted);
	return AM_OK;
}

static enum am_exit
folders_list(struct listing *listing, const char *path, struct am_store *store)
{
	const struct am_survey survey = {
		.path = path,
		.visit = message_count,
		.arg = listing,
	};
	struct am_arena *const arena = &listing->cli->arena;
	struct am_error err = { 0 };
	enum am_exit answer = AM_EXIT_OK;
	enum am_status status;
	bool *shown;

	listing->found =
		am_arena_array(arena, listing->folder_count + 1, uint64_t);
	shown = am_arena_array(arena, listing->folder_count + 1, bool);
	if (listing->found == NULL || shown == NULL) {
		(void)am_nomem(&err);
		return am_cli_exhausted(listing->cli, &err);
	}
	if (listing->values->all)
		answer = am_exit_of_open(
			am_store_search_folders(store, &listing->searches,
						&listing->search_count, &err));
	if (answer != AM_EXIT_OK)
		am_cli_fail(listing->cli, path, &err);
	else
		answer = am_survey_run(listing->cli, store, &survey);
	if (answer != AM_EXIT_OK)
		return answer;
	shown_mark(listing, shown);
	status = folders_print(listing, shown, &err);
	if (status != AM_OK)
		am_cli_fail(listing->cli, path, &err);
	return am_exit_of(status);
}

/* --- messages ------------------------------------------------------------ */

static enum am_status
card_json(struct listing *listing, const struct am_survey_item *item,
	  const struct am_card *card, const char *error, struct am_error *err)
{
	struct am_json json = am_json(&listing->json);

	am_buf_clear(&listing->json);
	am_json_object(&json, NULL);
	nid_json(&json, item->place->node.nid);
	am_json_text(&json, "folder", item->folder);
	am_json_text(&json, "date", card->has_date ? card->date : NULL);
	am_json_text(&json, "from", card->from);
	am_json_text(&json, "subject", card->subject);
	am_json_text(&json, "class", card->class_name);
	am_json_text(&json, "error", error);
	am_json_object_end(&json);
	return json_print(listing, err);
}

static const char *
or_dash(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : "-";
}

/* Columns are divided by a tab: it is escaped in what comes from the file. */
static void
card_line(struct listing *listing, const struct am_survey_item *item,
	  const struct am_card *card, const char *error)
{
	const char *const columns[] = {
		item->folder,
		card->has_date ? card->date : "-",
		or_dash(card->from),
		error != NULL ? error : or_dash(card->subject),
		or_dash(card->class_name),
	};
	struct am_output *const out = &listing->cli->out;
	size_t i;

	am_output_part(out, "%#" PRIx32, item->place->node.nid);
	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		am_output_raw(out, am_bytes_of("\t"));
		am_output_part(out, "%s", columns[i]);
	}
	am_output_raw(out, am_bytes_of("\n"));
}

static enum am_status
message_list(void *arg, const struct am_survey_item *item, struct am_error *err)
{
	struct listing *const listing = arg;
	struct am_card card = { .subject = NULL };
	struct am_error why = { 0 };
	const char *error = NULL;
	enum am_status status = AM_OK;

	if (item->message != NULL)
		status = am_card_read(item->message, &card, &why);
	else
		error = item->err->text;
	if (status != AM_OK)
		error = why.text;
	if (listing->values->json)
		AM_TRY(card_json(listing, item, &card, error, err));
	else
		card_line(listing, item, &card, error);
	*err = why;
	return status;
}

static enum am_exit
messages_list(struct listing *listing, const char *path, struct am_store *store)
{
	const struct am_survey survey = {
		.path = path,
		.open = true,
		.quiet = isatty(STDOUT_FILENO) == 1,
		.visit = message_list,
		.arg = listing,
	};

	return am_survey_run(listing->cli, store, &survey);
}

static enum am_exit
list_run(struct am_cli *cli, const void *values,
	 const struct am_operands *operands)
{
	const char *const path = operands->list[0];
	struct listing listing = {
		.cli = cli,
		.values = values,
		.json = am_buf(MAX_JSON_LINE),
	};
	struct am_store *store = NULL;
	struct am_error err = { 0 };
	enum am_exit answer;

	if (!listing.values->no_sandbox)
		am_lock_in_reader(cli, path, listing.values->verbose);
	answer = am_cli_open(cli, path, &store);
	if (answer == AM_EXIT_OK) {
		answer = am_exit_of_open(am_store_folders(
			store, &listing.folders, &listing.folder_count, &err));
		if (answer != AM_EXIT_OK)
			am_cli_fail(cli, path, &err);
		else if (listing.values->messages)
			answer = messages_list(&listing, path, store);
		else
			answer = folders_list(&listing, path, store);
	}
	am_buf_free(&listing.json);
	am_store_close(store);
	return answer;
}

static const struct am_option list_options[] = {
	{ .name = "messages",
	  .kind = AM_OPTION_FLAG,
	  .help = "list the messages instead of the folders",
	  .field = offsetof(struct list_values, messages) },
	{ .name = "all",
	  .kind = AM_OPTION_FLAG,
	  .help = "search folders, and hidden ones without messages too",
	  .field = offsetof(struct list_values, all) },
	{ .name = "json",
	  .kind = AM_OPTION_FLAG,
	  .help = "print a line of JSON for each",
	  .field = offsetof(struct list_values, json) },
	AM_OPTION_VERBOSE("say when the program cannot lock itself in here",
			  offsetof(struct list_values, verbose)),
	AM_OPTION_NO_SANDBOX(offsetof(struct list_values, no_sandbox)),
	AM_OPTION_LAST
};

const struct am_command am_command_list = {
	.name = "list",
	.operands = "FILE [--messages] [--all] [--json]",
	.summary = "Lists the folders of a file with what is in them, or its "
		   "messages",
	.details = "Columns of --messages, divided by tabs: NID, folder, date, "
		   "from, subject, class.\n"
		   "Folders that Outlook hides are shown when they hold "
		   "messages, or with --all.\n"
		   "It shows the search folders as well: what is in them lies "
		   "in other folders\nand is counted there.\n",
	.options = list_options,
	.values_size = sizeof(struct list_values),
	.min_operands = 1,
	.max_operands = 1,
	.run = list_run,
};
