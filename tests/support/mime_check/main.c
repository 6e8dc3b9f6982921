/* mime_check [--quiet] [--allow KIND]... FILE...   messages; "-": stdin
 * mime_check [--quiet] [--allow KIND]... --list    their names, from stdin
 * mime_check [--quiet] [--allow KIND]... --mbox FILE...
 *
 * Prints one line of JSON a message, or none with --quiet, and a sentence for
 * each fault on stderr. Exit 0: no faults, 1: faults, 2: it could not run. */
#include "check.h"

#include <stdio.h>
#include <string.h>

struct run {
	bool quiet;
	GPtrArray *allowed;
	gsize faults; /* so far */
};

void
fault(struct check *check, const char *path, const char *kind,
      const char *format, ...)
{
	va_list args;
	char *text;
	guint i;

	for (i = 0; i < check->allowed->len; i++)
		if (strcmp(g_ptr_array_index(check->allowed, i), kind) == 0)
			return;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_ptr_array_add(
		check->faults,
		path[0] != '\0'
			? g_strdup_printf("%s: part %s: %s", kind, path, text)
			: g_strdup_printf("%s: %s", kind, text));
	g_free(text);
}

static void
message_print(const struct check *check)
{
	GString *line = g_string_new("{");
	guint i;

	json_key(line, "file");
	json_string(line, check->name);
	json_key(line, "ok");
	g_string_append(line, check->faults->len == 0 ? "true" : "false");
	json_key(line, "defects");
	g_string_append_c(line, '[');
	for (i = 0; i < check->faults->len; i++) {
		if (i > 0)
			g_string_append_c(line, ',');
		json_string(line, g_ptr_array_index(check->faults, i));
	}
	g_string_append_c(line, ']');
	json_key(line, "message");
	g_string_append(line, check->json->str);
	puts(g_string_append_c(line, '}')->str);
	g_string_free(line, TRUE);
}

static void
message_check(const char *name, const guint8 *data, gsize len, void *arg)
{
	struct run *run = arg;
	struct check check = {
		.name = name,
		.data = data,
		.len = len,
		.json = g_string_new(NULL),
		.faults = g_ptr_array_new_with_free_func(g_free),
		.allowed = run->allowed,
	};
	guint i;

	check_message(&check);
	if (!run->quiet)
		message_print(&check);
	for (i = 0; i < check.faults->len; i++) {
		char *text = g_utf8_make_valid(
			g_ptr_array_index(check.faults, i), -1);

		fprintf(stderr, "%s: %s\n", name, text);
		g_free(text);
	}
	run->faults += check.faults->len;
	g_string_free(check.json, TRUE);
	g_ptr_array_unref(check.faults);
}

static bool
stdin_read(GByteArray *bytes)
{
	guint8 piece[65536];
	gsize len;

	while ((len = fread(piece, 1, sizeof(piece), stdin)) > 0)
		g_byte_array_append(bytes, piece, (guint)len);
	return !ferror(stdin);
}

static bool
file_check(struct run *run, const char *name, bool mbox)
{
	GByteArray *bytes = g_byte_array_new();
	GError *error = NULL;
	char *data = NULL;
	gsize len = 0;

	if (strcmp(name, "-") == 0 && !stdin_read(bytes))
		return false;
	if (strcmp(name, "-") != 0 &&
	    !g_file_get_contents(name, &data, &len, &error)) {
		fprintf(stderr, "mime_check: %s\n", error->message);
		g_error_free(error);
		g_byte_array_unref(bytes);
		return false;
	}
	if (data != NULL)
		g_byte_array_append(bytes, (const guint8 *)data, (guint)len);
	g_free(data);
	if (mbox)
		mbox_split(name, bytes->data, bytes->len, message_check, run);
	else
		message_check(name, bytes->data, bytes->len, run);
	g_byte_array_unref(bytes);
	return true;
}

static bool
list_check(struct run *run)
{
	char name[8192];
	bool good = true;

	while (fgets(name, sizeof(name), stdin) != NULL) {
		name[strcspn(name, "\n")] = '\0';
		good = file_check(run, name, false) && good;
	}
	return good;
}

/* What the command line asks for. */
struct options {
	gboolean quiet, mbox, list;
	char **allowed, **files;
};

static bool
options_parse(struct options *options, int argc, char **argv)
{
	const GOptionEntry entries[] = {
		{ "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet,
		  "no JSON, only the sentences", NULL },
		{ "mbox", 0, 0, G_OPTION_ARG_NONE, &options->mbox,
		  "the files are mboxrd", NULL },
		{ "list", 0, 0, G_OPTION_ARG_NONE, &options->list,
		  "the names of the files come from stdin", NULL },
		{ "allow", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->allowed,
		  "a kind of fault that is none here", "KIND" },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY,
		  &options->files, NULL, "FILE..." },
		{ NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
	};
	GOptionContext *context = g_option_context_new(NULL);
	GError *error = NULL;
	bool good;

	g_option_context_add_main_entries(context, entries, NULL);
	good = g_option_context_parse(context, &argc, &argv, &error);
	if (!good) {
		fprintf(stderr, "mime_check: %s\n", error->message);
		g_error_free(error);
	} else if ((options->files == NULL) != (options->list == TRUE)) {
		fprintf(stderr, "mime_check: give files, or --list\n");
		good = false;
	}
	g_option_context_free(context);
	return good;
}

/* The exit status. */
static int
run_all(const struct options *options)
{
	struct run run = { .quiet = options->quiet,
			   .allowed = g_ptr_array_new() };
	bool good = true;
	char **at;

	g_mime_init();
	for (at = options->allowed; at != NULL && *at != NULL; at++)
		g_ptr_array_add(run.allowed, *at);
	for (at = options->files; at != NULL && *at != NULL; at++)
		good = file_check(&run, *at, options->mbox) && good;
	if (options->list)
		good = list_check(&run);
	g_mime_shutdown();
	g_ptr_array_unref(run.allowed);
	if (!good)
		return 2;
	return run.faults > 0 ? 1 : 0;
}

int
main(int argc, char **argv)
{
	struct options options = { 0 };
	int status = 2;

	if (options_parse(&options, argc, argv))
		status = run_all(&options);
	g_strfreev(options.allowed);
	g_strfreev(options.files);
	return status;
}
