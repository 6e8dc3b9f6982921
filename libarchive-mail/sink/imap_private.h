/* What the files of the IMAP sink share; nobody else includes it. */
#ifndef AM_SINK_IMAP_PRIVATE_H
#define AM_SINK_IMAP_PRIVATE_H

#include "imap/append.h"
#include "io/spool.h"
#include "sink/imap.h"
#include "sink/imap_doubt.h"

enum {
	/* A connection more when those there are have had so many messages
	 * each: small archives need one. */
	AM_IMAP_CONNECTION_MESSAGES = 32,
	/* A run that goes on waits until the mailboxes have been the same for
	 * so long; at most so many times. */
	AM_IMAP_QUIET_SECONDS = 5,
	AM_IMAP_QUIET_ROUNDS = 24,

	AM_IMAP_SINK_MEMORY = 64 << 20, /* mailboxes and folders */
	AM_IMAP_ROWS_MEMORY = 64 << 20	/* texts of refusals in a batch */
};

/* --- connections (imap_sessions.c) ---------------------------------------- */

struct am_imap_connection {
	struct am_imap *imap;
	struct am_imap_append *append;
};

struct am_imap_sessions {
	const struct am_upload *upload; /* borrowed */
	const atomic_bool *stop;	/* borrowed; NULL: none */
	am_imap_append_done *done;	/* of every message */
	void *done_arg;
	struct am_imap_connection list[AM_UPLOAD_MAX_CONNECTIONS];
	size_t count;
	size_t wanted;
	size_t at;	/* whose turn it is */
	size_t at_turn; /* messages of that turn */
	uint64_t puts;
	const char *raw; /* of the last message */
};

/* Connects and signs in. */
enum am_status
am_imap_sign_in(const struct am_upload *upload, const atomic_bool *stop,
		struct am_imap **imap, struct am_error *err);

/* The first connection. */
enum am_status
am_imap_sessions_open(struct am_imap_sessions *sessions, struct am_error *err);
void am_imap_sessions_close(struct am_imap_sessions *sessions);

/* The one that the next message to raw goes over; opens another when there is
 * much to do. */
enum am_status
am_imap_sessions_next(struct am_imap_sessions *sessions, const char *raw,
		      struct am_imap_append **append_out, struct am_error *err);

/* Everything is answered. */
enum am_status
am_imap_sessions_flush(struct am_imap_sessions *sessions, struct am_error *err);

/* The first connection, with nothing under way, for other commands. */
enum am_status
am_imap_sessions_quiet(struct am_imap_sessions *sessions,
		       struct am_imap **imap_out, struct am_error *err);

/* --- mailboxes --------------------------------------------- */

struct am_imap_box {
	const char *raw, *name; /* as on the wire; UTF-8 */
	enum am_imap_use use;	/* to be made with */
	bool is_there;
	bool is_ready; /* is there, and was asked what it keeps */

	unsigned flags; /* that it keeps */
	bool any_keyword;
	const char **keywords; /* that it keeps; ends with NULL */

	uint32_t uidvalidity;
	uint32_t next;	 /* the lowest UID of which the journal knows nothing */
	bool is_changed; /* since the last checkpoint */
	bool needs_status; /* took messages whose UIDs were not said */
	struct am_imap_doubt doubt;

	/* of an earlier run */
	bool has_restored;
	uint32_t restored_uidvalidity, restored_next;
};

struct am_imap_boxes {
	struct am_imap_box *list; /* one per mailbox */
	size_t count;
	size_t *of_folder; /* index in list, of each folder */
};

/* --- the sink ------------------------------------------------------------- */

/* A message of the batch. */
struct am_imap_row {
	uint64_t number;
	uint32_t id;
	size_t box;
	bool is_done; /* stored or refused */
	bool flagged;
	struct am_sink_place place;
};

/* Does the server forget \Flagged in APPEND? */
enum am_imap_memory {
	AM_IMAP_FLAGS_UNTRIED,
	AM_IMAP_FLAGS_KEPT,
	AM_IMAP_FLAGS_LOST
};

struct stored_uid;

struct am_imap_sink {
	struct am_sink base; /* first */
	struct am_sink_options options;
	const struct am_upload *upload; /* borrowed */
	struct am_imap_sessions sessions;
	struct am_imap_boxes boxes;
	struct am_spool spool;
	struct am_sha256 *sha;
	struct am_arena arena; /* as long as the sink */
	bool is_planned;
	bool is_told; /* where folders go is in the journal */

	/* of an earlier run */
	const char **raws; /* of each folder; NULL: none yet */
	struct am_imap_box *restored;
	size_t restored_count, restored_room;
	struct stored_uid *stored;
	size_t stored_count, stored_room;

	/* the batch */
	struct am_imap_row *rows;
	size_t row_count, row_room;
	struct am_arena texts;
	uint64_t bytes; /* under way or stored, since it was opened */

	enum am_imap_memory memory;
};

/* imap_plan.c: asks the server for its folders and finds each one's place. */
enum am_status
am_imap_boxes_plan(struct am_imap_sink *sink, struct am_error *err);

/* imap_journal.c: what is in doubt, of each mailbox that is there. */
enum am_status
am_imap_boxes_look(struct am_imap_sink *sink, struct am_error *err);

/* imap_boxes.c: makes the mailbox if it is not there, and asks what it
 * keeps. */
enum am_status am_imap_box_ready(struct am_imap_sink *sink,
				 struct am_imap_box *box, struct am_error *err);

/* The keywords of a message that box keeps, with a space between. */
void
am_imap_box_keywords(const struct am_imap_sink *sink,
		     const struct am_imap_box *box,
		     const struct am_sink_message *message, struct am_buf *out);

/* imap_journal.c: restore, restore_stored and checkpoint of the sink. */
enum am_status am_imap_box_restore(struct am_sink *base, const char *path,
				   uint64_t length, struct am_error *err);
enum am_status am_imap_box_restore_stored(struct am_sink *base, const char *raw,
					  uint32_t uidvalidity, uint32_t uid,
					  struct am_error *err);
enum am_status
am_imap_box_checkpoint(struct am_sink *base, am_sink_length *length, void *arg,
		       struct am_error *err);

/* imap_rows.c: a row of the batch, in the order of the puts. */
enum am_status am_imap_row_add(struct am_imap_sink *sink,
			       const struct am_sink_message *message,
			       size_t box, struct am_error *err);

/* am_imap_append_done: what became of one. */
enum am_status
am_imap_row_done(void *arg, uint64_t number,
		 const struct am_imap_appended *appended, struct am_error *err);

/* Messages that came without their \Flagged get it. */
enum am_status
am_imap_rows_flag(struct am_imap_sink *sink, struct am_error *err);

#endif
