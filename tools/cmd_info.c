/* archive-mail info: what a file is, and what is in it. */
#include <inttypes.h>

#include "base/json.h"
#include "convert/oxcmail_flags.h"
#include "lock_in.h"
#include "survey.h"

/* How many classes are counted by name; a real archive has some ten. */
enum { MAX_CLASSES = 1000, MAX_JSON = 16 << 20 };

struct class_count {
	const char *name;
	uint64_t messages;
};

struct census {
	struct am_arena *arena; /* for the names of the classes */
	struct class_count classes[MAX_CLASSES]; /* sorted by name */
	size_t class_count;
	uint64_t other;	     /* messages of classes beyond MAX_CLASSES */
	uint64_t unreadable; /* messages */
	uint64_t partial;    /* of which only the header was downloaded */
	uint64_t messages;
	uint64_t hidden; /* folders */
	size_t folders;
};

struct info_values {
	bool json;
	bool verbose;
	bool no_sandbox;
};

/* Where name is, or where it belongs. */
static size_t
class_place(const struct census *census, const char *name, bool *there)
{
	size_t low = 0, high = census->class_count;

	*there = false;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(census->classes[middle].name, name);

		*there = order == 0;
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
class_add(struct census *census, const char *name)
{
	struct class_count *const list = census->classes;
	const char *copy = NULL;
	bool there;
	const size_t at = class_place(census, name, &there);

	if (there) {
		list[at].messages++;
		return;
	}
	if (census->class_count < MAX_CLASSES)
		copy = am_arena_text(census->arena, name, strlen(name));
	if (copy == NULL) {
		census->other++;
		return;
	}
	memmove(list + at + 1, list + at,
		(census->class_count - at) * sizeof(*list));
	list[at].name = copy;
	list[at].messages = 1;
	census->class_count++;
}

static enum am_status
message_count(void *arg, const struct am_survey_item *item,
	      struct am_error *err)
{
	struct census *const census = arg;

	(void)err;
	census->messages++;
	if (item->message == NULL) {
		census->unreadable++;
		return AM_OK;
	}
	class_add(census, item->message->class_name);
	census->partial += am_mail_is_partial(item->message) ? 1 : 0;
	return AM_OK;
}

static enum am_status
folders_count(struct census *census, struct am_store *store,
	      struct am_error *err)
{
	const struct am_folder *folders;
	size_t i;

	AM_TRY(am_store_folders(store, &folders, &census->folders, err));
	for (i = 0; i < census->folders; i++)
		if (folders[i].is_hidden)
			census->hidden++;
	return AM_OK;
}

/* How much less, or more, there is than the header says; it may say nothing. */
static uint64_t
size_missing(const struct am_store_info *info)
{
	return info->logical_size > info->file_size
		       ? info->logical_size - info->file_size
		       : 0;
}

static uint64_t
size_trailing(const struct am_store_info *info)
{
	return info->logical_size > 0 && info->file_size > info->logical_size
		       ? info->file_size - info->logical_size
		       : 0;
}

static void
findings_json(struct am_json *json, const struct am_store *store)
{
	const char *text;
	size_t i;

	am_json_uint(json, "findings", am_store_finding_count(store));
	am_json_array(json, "finding_texts");
	for (i = 0; (text = am_store_finding(store, i)) != NULL; i++)
		am_json_text(json, NULL, text);
	am_json_array_end(json);
}

static void
census_json(struct am_json *json, const struct census *census)
{
	size_t i;

	am_json_uint(json, "folders", census->folders);
	am_json_uint(json, "hidden_folders", census->hidden);
	am_json_uint(json, "messages", census->messages);
	am_json_uint(json, "unreadable", census->unreadable);
	am_json_uint(json, "not_downloaded", census->partial);
	am_json_object(json, "classes");
	for (i = 0; i < census->class_count; i++)
		am_json_uint(json, census->classes[i].name,
			     census->classes[i].messages);
	am_json_object_end(json);
	am_json_uint(json, "other_classes", census->other);
}

static void
info_json(struct am_buf *out, const char *path, const struct am_store *store,
	  const struct census *census)
{
	const struct am_store_info *const info = am_store_info(store);
	struct am_json json = am_json(out);

	am_json_object(&json, NULL);
	am_json_text(&json, "file", am_base_name(path));
	am_json_text(&json, "format", info->format);
	am_json_text(&json, "client", info->client);
	am_json_uint(&json, "version", info->version);
	am_json_text(&json, "encoding", info->encoding);
	am_json_uint(&json, "size", info->file_size);
	am_json_uint(&json, "missing", size_missing(info));
	am_json_uint(&json, "trailing", size_trailing(info));
	am_json_text(&json, "display_name", info->display_name);
	am_json_bool(&json, "password", info->password);
	am_json_uint(&json, "codepage", info->codepage);
	census_json(&json, census);
	findings_json(&json, store);
	am_json_object_end(&json);
}

static enum am_exit
info_print_json(struct am_cli *cli, const char *path,
		const struct am_store *store, const struct census *census)
{
	struct am_buf json = am_buf(MAX_JSON);
	struct am_error err;
	enum am_exit answer = AM_EXIT_OK;

	info_json(&json, path, store, census);
	if (am_buf_status(&json, &err) == AM_OK)
		am_cli_json(cli, &json);
	else
		answer = am_cli_exhausted(cli, &err);
	am_buf_free(&json);
	return answer;
}

static void
file_print(struct am_output *out, const struct am_store_info *info)
{
	const uint64_t missing = size_missing(info);
	const uint64_t trailing = size_trailing(info);

	am_output_line(out, "  format     %s %s, version %u, encoding %s",
		       info->format, info->client, info->version,
		       info->encoding);
	am_output_line(out, "  size       %" PRIu64 " bytes", info->file_size);
	if (missing > 0)
		am_output_line(out,
			       "             cut short: the last %" PRIu64
			       " bytes are missing",
			       missing);
	if (trailing > 0)
		am_output_line(out,
			       "             and %" PRIu64
			       " bytes behind its end",
			       trailing);
	am_output_line(out, "  name       %s", info->display_name);
	if (info->password)
		am_output_line(out, "  password   a password is set; it "
				    "protects nothing and is not needed");
	am_output_line(out, "  code page  %u", info->codepage);
}

static void
census_print(struct am_output *out, const struct census *census)
{
	size_t i;

	am_output_line(out, "  folders    %zu, %" PRIu64 " of them hidden",
		       census->folders, census->hidden);
	am_output_line(out, "  messages   %" PRIu64, census->messages);
	for (i = 0; i < census->class_count; i++)
		am_output_line(out, "  %9" PRIu64 "  %s",
			       census->classes[i].messages,
			       census->classes[i].name[0] != '\0'
				       ? census->classes[i].name
				       : "(no class)");
	if (census->other > 0)
		am_output_line(out, "  %9" PRIu64 "  of other classes",
			       census->other);
	if (census->partial > 0)
		am_output_line(out,
			       "  %9" PRIu64 "  of which only the header was "
			       "downloaded: the rest is on the server, not in "
			       "the file",
			       census->partial);
	if (census->unreadable > 0)
		am_output_line(out,
			       "  %9" PRIu64 "  not readable; 'archive-mail "
			       "list --messages' says why",
			       census->unreadable);
}

static void
info_print(struct am_output *out, const char *path,
	   const struct am_store *store, const struct census *census)
{
	const char *text;
	size_t i;

	am_output_line(out, "%s", path);
	file_print(out, am_store_info(store));
	census_print(out, census);
	am_output_line(out, "  findings   %" PRIu64,
		       am_store_finding_count(store));
	for (i = 0; (text = am_store_finding(store, i)) != NULL; i++)
		am_output_line(out, "             %s", text);
}

static enum am_exit
census_take(struct am_cli *cli, const char *path, struct am_store *store,
	    struct census *census)
{
	const struct am_survey survey = {
		.path = path,
		.open = true,
		.visit = message_count,
		.arg = census,
	};
	struct am_error err = { 0 };
	const enum am_status status = folders_count(census, store, &err);

	if (status != AM_OK) {
		am_cli_fail(cli, path, &err);
		return am_exit_of_open(status);
	}
	return am_survey_run(cli, store, &survey);
}

static enum am_exit
info_run(struct am_cli *cli, const void *values,
	 const struct am_operands *operands)
{
	const struct info_values *const info = values;
	const char *const path = operands->list[0];
	struct census *const census = am_arena_new(&cli->arena, struct census);
	struct am_store *store = NULL;
	enum am_exit answer = AM_EXIT_MEMORY;
	enum am_exit printed = AM_EXIT_OK;

	if (!info->no_sandbox)
		am_lock_in_reader(cli, path, info->verbose);
	if (census != NULL) {
		census->arena = &cli->arena;
		answer = am_cli_open(cli, path, &store);
	}
	if (answer == AM_EXIT_OK)
		answer = census_take(cli, path, store, census);
	if (answer == AM_EXIT_OK || answer == AM_EXIT_ITEMS) {
		if (info->json)
			printed = info_print_json(cli, path, store, census);
		else
			info_print(&cli->out, path, store, census);
	}
	am_store_close(store);
	return printed != AM_EXIT_OK ? printed : answer;
}

static const struct am_option info_options[] = {
	{ .name = "json",
	  .kind = AM_OPTION_FLAG,
	  .help = "print one line of JSON",
	  .field = offsetof(struct info_values, json) },
	AM_OPTION_VERBOSE("say when the program cannot lock itself in here",
			  offsetof(struct info_values, verbose)),
	AM_OPTION_NO_SANDBOX(offsetof(struct info_values, no_sandbox)),
	AM_OPTION_LAST
};

const struct am_command am_command_info = {
	.name = "info",
	.operands = "FILE [--json]",
	.summary = "Shows what a PST, OST or PAB file is, and what is in it",
	.options = info_options,
	.values_size = sizeof(struct info_values),
	.min_operands = 1,
	.max_operands = 1,
	.run = info_run,
};
