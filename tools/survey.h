/* Looking at every message of an archive without converting it. */
#ifndef AM_TOOLS_SURVEY_H
#define AM_TOOLS_SURVEY_H

#include "command.h"
#include "pst/messaging/message.h"
#include "transfer/walk.h"

struct am_survey_item {
	const struct am_walk_item *place;
	const char *folder;	    /* as the ledger names it */
	struct am_message *message; /* NULL: not opened, or not readable */
	const struct am_error *err; /* why not; NULL: it was not opened */
	struct am_arena *arena;	    /* for this turn */
};

/* Called once for each. An item-scoped status counts it as not readable;
 * others end the survey. */
typedef enum am_status
am_survey_visit(void *arg, const struct am_survey_item *item,
		struct am_error *err);

struct am_survey {
	const char *path; /* for messages */
	bool open;	  /* the messages; else only their places */
	bool quiet;	  /* no progress line */
	am_survey_visit *visit;
	void *arg;
};

/* AM_EXIT_OK, AM_EXIT_ITEMS when a message was not readable, or what ended it,
 * which has been said. */
enum am_exit am_survey_run(struct am_cli *cli, struct am_store *store,
			   const struct am_survey *survey);

#endif
