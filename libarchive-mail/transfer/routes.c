/* Which sink an item goes to. */
#include "transfer/routes.h"

#include "sink/imap.h"

static const struct route {
	const char *prefix;
	enum am_status (*open)(const struct am_sink_options *options,
			       struct am_sink **sink_out, struct am_error *err);
} kinds[AM_ROUTE_COUNT] = {
	[AM_ROUTE_MAIL] = { "mail", NULL },
	[AM_ROUTE_CALENDAR] = { "calendar", am_ics_open },
	[AM_ROUTE_CONTACTS] = { "contacts", am_vcf_open },
	[AM_ROUTE_TASKS] = { "tasks", am_ics_open },
	[AM_ROUTE_JOURNAL] = { "journal", am_ics_open },
};

enum am_route
am_route_of(enum am_item_kind kind)
{
	switch (kind) {
	case AM_ITEM_APPOINTMENT:
		return AM_ROUTE_CALENDAR;
	case AM_ITEM_CONTACT:
	case AM_ITEM_DISTLIST:
		return AM_ROUTE_CONTACTS;
	case AM_ITEM_TASK:
		return AM_ROUTE_TASKS;
	case AM_ITEM_JOURNAL:
		return AM_ROUTE_JOURNAL;
	case AM_ITEM_MAIL:
	case AM_ITEM_NOTE:
	case AM_ITEM_INTERNAL:
		break;
	}
	return AM_ROUTE_MAIL;
}

static enum am_status
mail_open(const struct am_routes *routes, const struct am_sink_options *options,
	  struct am_sink **sink_out, struct am_error *err)
{
	if (routes->upload != NULL)
		return am_imap_sink_open(options, routes->upload, routes->stop,
					 sink_out, err);
	switch (routes->target) {
	case AM_TARGET_MAILDIR:
		break;
	case AM_TARGET_MAILDIRPP:
		return am_maildirpp_open(options, sink_out, err);
	case AM_TARGET_MBOX:
		return routes->gzip ? am_mbox_gzip_open(options, sink_out, err)
				    : am_mbox_open(options, sink_out, err);
	case AM_TARGET_EML:
		return am_eml_open(options, sink_out, err);
	case AM_TARGET_THUNDERBIRD:
		return am_thunderbird_open(options, sink_out, err);
	}
	return am_maildir_open(options, sink_out, err);
}

static enum am_status
sink_open(struct am_routes *routes, enum am_route at, struct am_error *err)
{
	struct am_sink_options options = routes->options;
	struct am_sink **sink = &routes->sinks[at];

	options.prefix = kinds[at].prefix;
	if (kinds[at].open != NULL)
		return kinds[at].open(&options, sink, err);
	return mail_open(routes, &options, sink, err);
}

enum am_status
am_routes_folders(struct am_store *store, struct am_arena *arena,
		  struct am_sink_options *options, struct am_error *err)
{
	const struct am_folder *folders;
	struct am_sink_folder *copy;
	const char **paths;
	size_t count;
	size_t i;

	AM_TRY(am_store_folders(store, &folders, &count, err));
	copy = am_arena_array(arena, count + 1, struct am_sink_folder);
	paths = am_arena_array(arena, count + 1, const char *);
	if (copy == NULL || paths == NULL)
		return am_nomem(err);
	for (i = 0; i < count; i++) {
		copy[i].name = folders[i].name;
		paths[i] = folders[i].path;
		copy[i].parent =
			folders[i].depth > 0 ? folders[i].parent : SIZE_MAX;
		copy[i].id = folders[i].nid;
		copy[i].role = folders[i].role;
	}
	copy[count].name = "Orphans";
	paths[count] = copy[count].name;
	copy[count].parent = SIZE_MAX;
	options->folders = copy;
	options->folder_paths = paths;
	options->folder_count = count + 1;
	return AM_OK;
}

enum am_status
am_routes_get(struct am_routes *routes, enum am_route at,
	      struct am_sink **sink_out, struct am_error *err)
{
	struct am_sink **sink = &routes->sinks[at];

	if (*sink == NULL) {
		AM_TRY(sink_open(routes, at, err));
		AM_TRY((*sink)->ops->finish_restore(*sink, err));
	}
	*sink_out = *sink;
	return AM_OK;
}

static enum am_route
route_of_path(const char *path)
{
	const size_t len = strcspn(path, "/");
	enum am_route at;

	for (at = AM_ROUTE_MAIL + 1; at < AM_ROUTE_COUNT; at++)
		if (strlen(kinds[at].prefix) == len &&
		    strncmp(kinds[at].prefix, path, len) == 0)
			return at;
	return AM_ROUTE_MAIL;
}

static enum am_status
length_restore(void *arg, const char *path, uint64_t length,
	       struct am_error *err)
{
	struct am_routes *routes = arg;
	const enum am_route at = route_of_path(path);

	if (routes->sinks[at] == NULL)
		AM_TRY(sink_open(routes, at, err));
	return routes->sinks[at]->ops->restore(routes->sinks[at], path, length,
					       err);
}

static enum am_status
stored_restore(void *arg, const struct am_journal_stored *stored,
	       struct am_error *err)
{
	struct am_sink *sink = arg;

	return sink->ops->restore_stored(sink, stored->mailbox,
					 stored->uidvalidity, stored->uid, err);
}

enum am_status
am_routes_open(struct am_routes *routes, struct am_journal *journal,
	       bool resumed, struct am_error *err)
{
	enum am_route at;

	for (at = 0; at < AM_ROUTE_COUNT; at++)
		if (at == AM_ROUTE_MAIL || resumed)
			AM_TRY(sink_open(routes, at, err));
	AM_TRY(am_journal_lengths(journal, length_restore, routes, err));
	if (routes->sinks[AM_ROUTE_MAIL]->ops->restore_stored != NULL)
		AM_TRY(am_journal_stored(journal, stored_restore,
					 routes->sinks[AM_ROUTE_MAIL], err));
	for (at = 0; at < AM_ROUTE_COUNT; at++) {
		struct am_sink *sink = routes->sinks[at];

		if (sink != NULL)
			AM_TRY(sink->ops->finish_restore(sink, err));
	}
	return AM_OK;
}

enum am_status
am_routes_commit(struct am_routes *routes, enum am_route at, am_sink_done *done,
		 void *arg, struct am_error *err)
{
	struct am_sink *sink = routes->sinks[at];

	return sink != NULL ? sink->ops->commit(sink, done, arg, err) : AM_OK;
}

enum am_status
am_routes_checkpoint(struct am_routes *routes, am_sink_length *length,
		     void *arg, struct am_error *err)
{
	enum am_route at;

	for (at = 0; at < AM_ROUTE_COUNT; at++) {
		struct am_sink *sink = routes->sinks[at];

		if (sink != NULL)
			AM_TRY(sink->ops->checkpoint(sink, length, arg, err));
	}
	return AM_OK;
}

enum am_status
am_routes_finish(struct am_routes *routes, struct am_error *err)
{
	enum am_route at;

	for (at = 0; at < AM_ROUTE_COUNT; at++)
		if (routes->sinks[at] != NULL)
			AM_TRY(am_sink_finish(routes->sinks[at], err));
	return AM_OK;
}

void
am_routes_close(struct am_routes *routes)
{
	enum am_route at;

	for (at = 0; at < AM_ROUTE_COUNT; at++) {
		am_sink_close(routes->sinks[at]);
		routes->sinks[at] = NULL;
	}
}
