/* archive-mail: reads Outlook PST and OST files and loses nothing. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "command.h"
#include "stop.h"

/* Enough for the paths of a million archives. */
enum { CLI_ARENA_LIMIT = 256 << 20, HELP_MAX = 64 << 10 };

static const struct am_command *const commands[] = {
	&am_command_info,    &am_command_list,
	&am_command_convert, &am_command_upload,
	&am_command_login,   &am_command_logout,
	&am_command_doctor,  NULL,
};

static const struct am_command *
command_find(const char *name)
{
	size_t i;

	for (i = 0; commands[i] != NULL; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static void
help_overview(struct am_buf *help)
{
	size_t i;

	am_buf_add_text(help, "Usage: archive-mail COMMAND ...\n\n"
			      "Reads Outlook PST and OST files and converts "
			      "them with nothing lost.\n\nCommands:\n");
	for (i = 0; commands[i] != NULL; i++)
		am_buf_printf(help, "  %-10s %s\n", commands[i]->name,
			      commands[i]->summary);
	am_buf_add_text(help, "\n'archive-mail COMMAND --help' says more. "
			      "The manual: man archive-mail\n");
}

static void
help_command(const struct am_command *command, struct am_buf *help)
{
	am_buf_printf(help, "Usage: archive-mail %s %s\n\n%s.\n\nOptions:\n",
		      command->name, command->operands, command->summary);
	am_options_help(command->options, help);
	if (command->details != NULL)
		am_buf_printf(help, "\n%s", command->details);
}

/* Of one command, or of all when it is NULL. */
static enum am_exit
help_print(struct am_output *out, const struct am_command *command)
{
	struct am_buf help = am_buf(HELP_MAX);

	if (command != NULL)
		help_command(command, &help);
	else
		help_overview(&help);
	am_output_raw(out, am_buf_bytes(&help));
	am_buf_free(&help);
	return AM_EXIT_OK;
}

static enum am_exit
version_print(struct am_cli *cli)
{
	am_output_line(&cli->out, "archive-mail %s", AM_VERSION);
	return AM_EXIT_OK;
}

static enum am_exit
usage_fail(struct am_cli *cli, const struct am_command *command,
	   const char *text)
{
	am_cli_complain(cli, command->name, "%s", text);
	am_output_line(&cli->err, "Try 'archive-mail %s --help'.",
		       command->name);
	return AM_EXIT_USAGE;
}

static enum am_exit
command_unknown(struct am_cli *cli, const char *name)
{
	const char *names[sizeof(commands) / sizeof(commands[0])] = { NULL };
	const char *nearest;
	size_t i;

	for (i = 0; commands[i] != NULL; i++)
		names[i] = commands[i]->name;
	nearest = am_nearest(name, names);
	if (name[0] == '-')
		am_cli_complain(cli, NULL,
				"there is no option %s before the command",
				name);
	else if (nearest != NULL)
		am_cli_complain(cli, NULL,
				"there is no command '%s'; did you mean '%s'?",
				name, nearest);
	else
		am_cli_complain(cli, NULL, "there is no command '%s'", name);
	am_output_line(&cli->err, "Try 'archive-mail --help'.");
	return AM_EXIT_USAGE;
}

static enum am_exit
operands_check(struct am_cli *cli, const struct am_command *command,
	       const struct am_operands *operands)
{
	const char *what = command->what != NULL ? command->what : "file";
	struct am_error err;

	(void)am_fail(&err, AM_UNSUPPORTED, "which %s?", what);
	if (operands->count < command->min_operands)
		return usage_fail(cli, command, err.text);
	if (command->max_operands == 0 ||
	    operands->count <= command->max_operands)
		return AM_EXIT_OK;
	(void)am_fail(&err, AM_UNSUPPORTED,
		      "one %s at a time; '%s' is one too many", what,
		      operands->list[command->max_operands]);
	return usage_fail(cli, command, err.text);
}

static enum am_exit
command_run(struct am_cli *cli, const struct am_command *command, int argc,
	    const char *const *argv)
{
	void *const values = am_arena_alloc(&cli->arena, command->values_size);
	struct am_error err = { .status = AM_NOMEM, .text = "out of memory" };
	struct am_operands operands;
	enum am_status status = AM_NOMEM;
	enum am_exit answer;

	if (values != NULL)
		status = am_options_parse(command->options, argc, argv,
					  &cli->arena, values, &operands, &err);
	if (status == AM_END)
		return help_print(&cli->out, command);
	if (status == AM_UNSUPPORTED)
		return usage_fail(cli, command, err.text);
	if (status != AM_OK)
		return am_cli_exhausted(cli, &err);
	answer = operands_check(cli, command, &operands);
	return answer != AM_EXIT_OK ? answer
				    : command->run(cli, values, &operands);
}

static enum am_exit
help_run(struct am_cli *cli, const char *name)
{
	const struct am_command *const command =
		name != NULL ? command_find(name) : NULL;

	if (name != NULL && command == NULL)
		return command_unknown(cli, name);
	return help_print(&cli->out, command);
}

static bool
word_is(const char *word, const char *a, const char *b, const char *c)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0 ||
	       strcmp(word, c) == 0;
}

static enum am_exit
arguments_run(struct am_cli *cli, int argc, const char *const *argv)
{
	const struct am_command *command;

	if (argc < 2) {
		(void)help_print(&cli->err, NULL);
		return AM_EXIT_USAGE;
	}
	if (word_is(argv[1], "help", "--help", "-h"))
		return help_run(cli, argv[2]);
	if (word_is(argv[1], "version", "--version", "-V"))
		return version_print(cli);
	command = command_find(argv[1]);
	if (command == NULL)
		return command_unknown(cli, argv[1]);
	return command_run(cli, command, argc - 2, argv + 2);
}

/* A file that we open must not become standard output. One that was closed is
 * opened so that writing to it fails, and is noticed. */
static void
standard_files_open(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		(void)close(fd);
}

static enum am_exit
cli_close(struct am_cli *cli, enum am_exit answer)
{
	am_progress_hide(&cli->progress);
	if (!am_output_close(&cli->out)) {
		am_cli_complain(cli, NULL, "standard output: %s",
				strerror(cli->out.error));
		if (answer == AM_EXIT_OK || answer == AM_EXIT_ITEMS)
			answer = AM_EXIT_IO;
	}
	(void)am_output_close(&cli->err);
	am_arena_free(&cli->arena);
	return answer;
}

int
main(int argc, char **argv)
{
	struct am_cli cli = {
		.out = am_output(stdout),
		.err = am_output(stderr),
		.arena = { .limit = CLI_ARENA_LIMIT },
	};
	enum am_exit answer;

	standard_files_open();
	am_stop_catch();
	cli.progress = am_progress_line(stderr);
	answer = arguments_run(&cli, argc, (const char *const *)argv);
	return (int)cli_close(&cli, answer);
}
