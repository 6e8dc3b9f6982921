/* Options of all commands that take messages out of archives: which, and how
 * they are read. */
#ifndef AM_TOOLS_SELECTION_H
#define AM_TOOLS_SELECTION_H

#include <archive-mail/transfer.h>

#include "options.h"

struct am_selection {
	const char *const *folders;
	const char *const *exclude_folders;
	const char *const *classes;
	struct am_option_time since;
	struct am_option_time until;
	unsigned codepage;
	const char *ex_map;
	bool dedup;
};

/* where: the offset of a struct am_selection in the values of the command. */
#define AM_SELECTION_FIELD(where, member)                                      \
	((where) + offsetof(struct am_selection, member))
#define AM_OPTION_DEDUP(where)                                                 \
	{                                                                      \
		.name = "dedup", .kind = AM_OPTION_FLAG,                       \
		.help = "skip a message whose content another one of the "     \
			"same archive has; the ledger says which",             \
		.field = AM_SELECTION_FIELD(where, dedup)                      \
	}
#define AM_OPTION_FOLDER(where)                                                \
	{                                                                      \
		.name = "folder", .kind = AM_OPTION_LIST, .argument = "GLOB",  \
		.help = "only folders whose path matches, such as "            \
			"'Inbox/*'; may be given again",                       \
		.field = AM_SELECTION_FIELD(where, folders)                    \
	}
#define AM_OPTION_EXCLUDE_FOLDER(where)                                        \
	{                                                                      \
		.name = "exclude-folder", .kind = AM_OPTION_LIST,              \
		.argument = "GLOB",                                            \
		.help = "not the folders whose path matches; may be given "    \
			"again",                                               \
		.field = AM_SELECTION_FIELD(where, exclude_folders)            \
	}
#define AM_OPTION_SINCE(where)                                                 \
	{                                                                      \
		.name = "since", .kind = AM_OPTION_DAY_BEGIN,                  \
		.argument = "DATE",                                            \
		.help = "only what was received on or after DATE (UTC), such " \
			"as 2004-02-29",                                       \
		.field = AM_SELECTION_FIELD(where, since)                      \
	}
#define AM_OPTION_UNTIL(where)                                                 \
	{                                                                      \
		.name = "until", .kind = AM_OPTION_DAY_END,                    \
		.argument = "DATE",                                            \
		.help = "only what was received on or before DATE (UTC)",      \
		.field = AM_SELECTION_FIELD(where, until)                      \
	}
#define AM_OPTION_CLASS(where)                                                 \
	{                                                                      \
		.name = "class", .kind = AM_OPTION_LIST, .argument = "GLOB",   \
		.help = "only messages of a matching class, such as "          \
			"'IPM.Note*'; may be given again",                     \
		.field = AM_SELECTION_FIELD(where, classes)                    \
	}
#define AM_OPTION_CHARSET(where)                                               \
	{                                                                      \
		.name = "charset", .kind = AM_OPTION_CODEPAGE,                 \
		.argument = "CP",                                              \
		.help = "code page of 8-bit texts, whatever is said of "       \
			"them: a number such as 1251, or a charset",           \
		.field = AM_SELECTION_FIELD(where, codepage)                   \
	}
#define AM_OPTION_EX_MAP(where)                                                \
	{                                                                      \
		.name = "ex-map", .kind = AM_OPTION_TEXT, .argument = "FILE",  \
		.help = "SMTP addresses of Exchange names, as JSON: "          \
			"{\"/o=Org/cn=ann\": \"ann@example.org\"}",            \
		.field = AM_SELECTION_FIELD(where, ex_map)                     \
	}

/* Fills in options what the user chose; ex_map is the opened one, or NULL. */
void am_selection_apply(const struct am_selection *selection,
			const struct am_ex_map *ex_map,
			struct am_transfer_options *options);

#endif
