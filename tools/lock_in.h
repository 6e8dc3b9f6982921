/* How commands lock themselves in: before the first byte of an archive is
 * read, and before threads are started. A command takes both options, and then
 * calls one of the functions unless --no-sandbox is given. Where the system
 * cannot do it in full the program goes on; with verbose a line says so. */
#ifndef AM_TOOLS_LOCK_IN_H
#define AM_TOOLS_LOCK_IN_H

#include "command.h"
#include "input.h"

/* where: the offset of a bool in the values of the command. */
#define AM_OPTION_NO_SANDBOX(where)                                            \
	{                                                                      \
		.name = "no-sandbox", .kind = AM_OPTION_FLAG,                  \
		.help = "do not lock the program in: it may then open any "    \
			"file, "                                               \
			"and the network",                                     \
		.field = (where)                                               \
	}
#define AM_OPTION_VERBOSE(what, where)                                         \
	{                                                                      \
		.name = "verbose", .letter = 'v', .kind = AM_OPTION_FLAG,      \
		.help = (what), .field = (where)                               \
	}

/* A command that reads one file and writes none. */
void am_lock_in_reader(struct am_cli *cli, const char *path, bool verbose);

struct am_lock_in {
	const struct am_inputs *inputs;
	const char *output; /* a directory */
	const char *file;   /* made beside; NULL: none */
	bool verbose;
};

/* A command that writes into a directory. To be named, that has to be there:
 * it is made, with its parents, unless none of the inputs is an archive; then
 * nothing may be written. The directory that the file lies in has to be there
 * too, and is open for writing then. AM_EXIT_OK, or why the directory cannot
 * be made, which has been said. */
enum am_exit
am_lock_in_writer(struct am_cli *cli, const struct am_lock_in *what);

#endif
