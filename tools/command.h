/* A subcommand, and what all of them share. */
#ifndef AM_TOOLS_COMMAND_H
#define AM_TOOLS_COMMAND_H

#include <archive-mail/store.h>

#include "exit.h"
#include "options.h"
#include "output.h"
#include "progress.h"

struct am_cli {
	struct am_output out; /* the result that was asked for, nothing else */
	struct am_output err;
	struct am_progress_line progress; /* on the error output */
	struct am_arena arena;		  /* until the program ends */
};

struct am_command {
	const char *name;
	const char *operands; /* for the usage line: "FILE [--json]" */
	const char *summary;  /* for the list of commands */
	const char *details;  /* below the options; paragraphs, or NULL */
	const struct am_option *options;
	size_t values_size; /* of what the options fill in */
	size_t min_operands;
	size_t max_operands; /* 0: any number */
	const char *what;    /* an operand is; NULL: "file" */
	enum am_exit (*run)(struct am_cli *cli, const void *values,
			    const struct am_operands *operands);
};

extern const struct am_command am_command_info;
extern const struct am_command am_command_list;
extern const struct am_command am_command_convert;
extern const struct am_command am_command_upload;
extern const struct am_command am_command_login;
extern const struct am_command am_command_logout;
extern const struct am_command am_command_doctor;

/* "archive-mail: SUBJECT: sentence" on the error output; subject may be
 * NULL. */
void am_cli_complain(struct am_cli *cli, const char *subject,
		     const char *format, ...) AM_PRINTF(3, 4);

/* The same with the text and the place of err. */
void
am_cli_fail(struct am_cli *cli, const char *path, const struct am_error *err);

/* AM_NOMEM or AM_LIMIT of our own work: says so, and answers its status. */
enum am_exit am_cli_exhausted(struct am_cli *cli, const struct am_error *err);

/* Opens an archive, or complains; exit status AM_EXIT_OK when it is open.
 * store_out: caller closes. */
enum am_exit
am_cli_open(struct am_cli *cli, const char *path, struct am_store **store_out);

/* A line of JSON. */
void am_cli_json(struct am_cli *cli, const struct am_buf *json);

/* Was Ctrl-C pressed, or can nothing be printed any more? */
bool am_cli_should_stop(const struct am_cli *cli);

/* The last part of path. Borrowed from it. */
const char *am_base_name(const char *path);

#endif
