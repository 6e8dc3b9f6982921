/* What all subcommands share. */
#include "command.h"

#include <inttypes.h>
#include <stdarg.h>

#include "stop.h"

void
am_cli_complain(struct am_cli *cli, const char *subject, const char *format,
		...)
{
	va_list args;

	am_progress_hide(&cli->progress);
	am_output_part(&cli->err, "archive-mail: %s%s",
		       subject != NULL ? subject : "",
		       subject != NULL ? ": " : "");
	va_start(args, format);
	am_output_args(&cli->err, format, args);
	va_end(args);
	am_output_raw(&cli->err, am_bytes_of("\n"));
}

void
am_cli_fail(struct am_cli *cli, const char *path, const struct am_error *err)
{
	char place[80] = "";
	size_t len = 0;

	if (err->file_offset != 0)
		len = (size_t)snprintf(place, sizeof(place),
				       " at offset %" PRIu64, err->file_offset);
	if (err->nid != 0)
		(void)snprintf(place + len, sizeof(place) - len,
			       " in node %#" PRIx32, err->nid);
	am_cli_complain(cli, path, "%s%s", err->text, place);
}

enum am_exit
am_cli_exhausted(struct am_cli *cli, const struct am_error *err)
{
	am_cli_complain(cli, NULL, "%s", err->text);
	return am_exit_of(err->status);
}

enum am_exit
am_cli_open(struct am_cli *cli, const char *path, struct am_store **store_out)
{
	struct am_error err = { 0 };
	const enum am_status status =
		am_store_open(path, NULL, store_out, &err);

	if (status != AM_OK)
		am_cli_fail(cli, path, &err);
	return am_exit_of_open(status);
}

void
am_cli_json(struct am_cli *cli, const struct am_buf *json)
{
	am_output_raw(&cli->out, am_buf_bytes(json));
	am_output_raw(&cli->out, am_bytes_of("\n"));
}

bool
am_cli_should_stop(const struct am_cli *cli)
{
	return am_output_failed(&cli->out) || atomic_load(am_stop_flag());
}

const char *
am_base_name(const char *path)
{
	const char *const slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}
