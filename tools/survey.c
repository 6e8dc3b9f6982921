/* Looking at every message of an archive without converting it. */
#include "survey.h"

/* What a survey is made of. */
struct tour {
	struct am_cli *cli;
	struct am_store *store;
	const struct am_survey *survey;
	struct am_walk *walk;
	struct am_arena arena; /* of the message at hand */
	uint64_t unreadable;
};

static void
progress_show(struct tour *tour, uint64_t done)
{
	const struct am_progress progress = {
		.done = done,
		.found = am_walk_found(tour->walk),
	};

	if (!tour->survey->quiet)
		am_progress_show(&tour->cli->progress, &progress);
}

/* Fills item->message, or item->err with why. */
static enum am_status
message_open(struct tour *tour, struct am_survey_item *item,
	     struct am_error *why)
{
	const enum am_status status =
		am_message_open(tour->store, &item->place->node, &tour->arena,
				&item->message, why);

	if (status == AM_OK)
		item->message->status = item->place->message_status;
	if (status == AM_OK || !am_is_item_scoped(status))
		return status;
	item->message = NULL;
	item->err = why;
	tour->unreadable++;
	return AM_OK;
}

static enum am_status
item_visit(struct tour *tour, const struct am_walk_item *place,
	   struct am_error *err)
{
	const struct am_survey *const survey = tour->survey;
	struct am_error why = { 0 };
	struct am_survey_item item = {
		.place = place,
		.folder = am_walk_folder_path(tour->walk, place->folder),
		.arena = &tour->arena,
	};
	enum am_status status;

	if (survey->open) {
		status = message_open(tour, &item, &why);
		if (status != AM_OK) {
			*err = why;
			return status;
		}
	}
	status = survey->visit(survey->arg, &item, err);
	if (status == AM_OK || !am_is_item_scoped(status))
		return status;
	tour->unreadable++;
	return AM_OK;
}

static enum am_status
tour_go(struct tour *tour, struct am_error *err)
{
	struct am_walk_item place;
	enum am_status status;

	AM_TRY(am_walk_open(tour->store, &tour->walk, err));
	while ((status = am_walk_next(tour->walk, &place, err)) == AM_OK) {
		if (am_cli_should_stop(tour->cli))
			return am_fail(err, AM_INTERRUPTED, "interrupted");
		progress_show(tour, place.number);
		AM_TRY(item_visit(tour, &place, err));
		am_arena_reset(&tour->arena);
	}
	return status == AM_END ? AM_OK : status;
}

enum am_exit
am_survey_run(struct am_cli *cli, struct am_store *store,
	      const struct am_survey *survey)
{
	struct tour tour = { .cli = cli, .store = store, .survey = survey };
	struct am_error err = { 0 };
	enum am_status status;

	am_progress_begin(&cli->progress, am_base_name(survey->path));
	status = tour_go(&tour, &err);
	am_progress_hide(&cli->progress);
	am_arena_free(&tour.arena);
	am_walk_close(tour.walk);
	/* A closed pipe is said once, at the very end. */
	if (status != AM_OK && !am_output_failed(&cli->out))
		am_cli_fail(cli, survey->path, &err);
	if (status != AM_OK)
		return am_output_failed(&cli->out) ? AM_EXIT_IO
						   : am_exit_of_open(status);
	return tour.unreadable > 0 ? AM_EXIT_ITEMS : AM_EXIT_OK;
}
