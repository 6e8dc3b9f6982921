/* Which sink an item goes to: mail, or one of those for what is not mail, which
 * are the same whatever the mail goes to (design 4). */
#ifndef AM_TRANSFER_ROUTES_H
#define AM_TRANSFER_ROUTES_H

#include <archive-mail/transfer.h>

#include "convert/item.h"
#include "journal/journal.h"
#include "sink/sink.h"

enum am_route {
	AM_ROUTE_MAIL,
	AM_ROUTE_CALENDAR,
	AM_ROUTE_CONTACTS,
	AM_ROUTE_TASKS,
	AM_ROUTE_JOURNAL,
	AM_ROUTE_COUNT
};

enum am_route am_route_of(enum am_item_kind kind);

/* Set target and options, but for the prefix; the rest is zero. */
struct am_routes {
	enum am_target target;
	bool gzip;			/* of mbox */
	const struct am_upload *upload; /* NULL: mail goes into files */
	const atomic_bool *stop;	/* of the upload; may be NULL */
	struct am_sink_options options;
	struct am_sink *sinks[AM_ROUTE_COUNT]; /* NULL: nothing came yet */
};

/* The folders of the store as sinks know them, and one more, the last, for
 * orphans; into options, in arena. */
enum am_status
am_routes_folders(struct am_store *store, struct am_arena *arena,
		  struct am_sink_options *options, struct am_error *err);

/* Opens the sink for mail, and those that the lengths in the journal tell of,
 * and restores them; all of them with resumed: what an earlier run left half
 * done is to be removed. Closed with am_routes_close, also after a failure. */
enum am_status
am_routes_open(struct am_routes *routes, struct am_journal *journal,
	       bool resumed, struct am_error *err);

/* The sink, made when its first item comes. */
enum am_status am_routes_get(struct am_routes *routes, enum am_route at,
			     struct am_sink **sink_out, struct am_error *err);

/* As in struct am_sink_ops; the first for the rows of one route, in order. */
enum am_status
am_routes_commit(struct am_routes *routes, enum am_route at, am_sink_done *done,
		 void *arg, struct am_error *err);
enum am_status
am_routes_checkpoint(struct am_routes *routes, am_sink_length *length,
		     void *arg, struct am_error *err);
enum am_status am_routes_finish(struct am_routes *routes, struct am_error *err);

/* Closes the sinks. */
void am_routes_close(struct am_routes *routes);

#endif
