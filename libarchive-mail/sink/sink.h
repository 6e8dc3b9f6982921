/* A destination for messages. It knows nothing of PST; each kind is a small
 * table of functions.
 *
 * The order of calls: open; put; commit whenever a batch is full, and at the
 * end; finish; close. put may return before the message is durable; only commit
 * makes it so, and says it row by row through done. A run that was killed opens
 * the same destination again, gives back with restore what the journal
 * remembers, calls finish_restore (also when there was nothing to give back),
 * and goes on with the first row that is not done: nothing is there twice.
 *
 * A folder's place on disk is made when its first message comes. Messages of
 * one folder are best put one after the other; any order is right. */
#ifndef AM_SINK_SINK_H
#define AM_SINK_SINK_H

#include <archive-mail/store.h>

#include "base/hash.h"
#include "base/mail_flag.h"
#include "io/stream.h"

/* A folder of the source, for naming; the list is ordered parents first. */
struct am_sink_folder {
	const char *name; /* UTF-8 NFC, any content */
	size_t parent;	  /* index in the list; SIZE_MAX: top */
	uint32_t id;	  /* the NID: makes clashing names differ */
	enum am_role role;
};

struct am_sink_message {
	uint64_t row;	/* comes back in done */
	uint32_t id;	/* the NID; two messages of one folder with the
			   same id and the same bytes are one message */
	size_t folder;	/* index in the list given at open */
	unsigned flags; /* of enum am_mail_flag */
	const char *const *keywords; /* categories, as IMAP keywords; ends with
					NULL. NULL: none */
	int64_t received;   /* seconds since 1970, UTC; AM_TIME_NONE: unknown */
	int64_t sent;	    /* of the field Date; AM_TIME_NONE: unknown */
	const char *sender; /* addr-spec or "" */
	const char *subject; /* UTF-8, one line; NULL is like "" */
};

/* Where a message is now. */
struct am_sink_place {
	const char *path; /* below the root directory, "/"-separated */
	bool has_offset;  /* one file for all of a folder */
	uint64_t offset;  /* of the first stored byte (the From_ line) */
	uint64_t size;	  /* stored bytes, from the From_ line to the empty
			     line after the message in mbox */
	uint8_t sha256[AM_SHA256_SIZE]; /* of those bytes */

	/* On a server: path is NULL, unless it was refused. */
	const char *mailbox;	   /* UTF-8; NULL: it is in a file */
	const char *raw;	   /* the same as on the wire */
	uint32_t uidvalidity, uid; /* 0: the server does not say */

	/* Whoever is to take it refuses it, in these words; path is where it
	 * is kept instead. NULL: it was taken. */
	const char *refused;
};

/* Called by commit, in the order of the puts. place is borrowed. */
typedef enum am_status
am_sink_done(void *arg, uint64_t row, const struct am_sink_place *place,
	     struct am_error *err);

/* Called by checkpoint for each file that grows: after a crash everything
 * beyond length is to be cut off. (Of a server: sink/imap.h.) */
typedef enum am_status am_sink_length(void *arg, const char *path,
				      uint64_t length, struct am_error *err);

struct am_sink;

struct am_sink_ops {
	/* Takes a message whole (reads mime to its end). AM_IO, AM_OUTPUT: the
	 * run ends (disk full ...). A status of the stream itself is returned
	 * as it is, and nothing of the message remains. */
	enum am_status (*put)(struct am_sink *sink, struct am_stream *mime,
			      const struct am_sink_message *message,
			      struct am_error *err);

	/* Makes durable what was taken and calls done for each, in order. */
	enum am_status (*commit)(struct am_sink *sink, am_sink_done *done,
				 void *arg, struct am_error *err);

	/* The durable lengths that changed since the last call. */
	enum am_status (*checkpoint)(struct am_sink *sink,
				     am_sink_length *length, void *arg,
				     struct am_error *err);

	/* After the last commit, when nothing more will come: the files are
	 * made complete (NULL: they are), durably. A run that was killed after
	 * it restores and finishes again. */
	enum am_status (*finish)(struct am_sink *sink, struct am_error *err);

	/* After those of restore, for each message on a server that the
	 * journal tells of. NULL: it is no server. */
	enum am_status (*restore_stored)(struct am_sink *sink, const char *raw,
					 uint32_t uidvalidity, uint32_t uid,
					 struct am_error *err);

	/* Before the first put of a resumed run, for each length of the
	 * journal: cuts the file to it. AM_NOT_FOUND: path is no file of this
	 * sink; AM_OUTPUT: the file is gone or shorter. After these,
	 * finish_restore removes what no journal knows (half-written files,
	 * only such as this sink makes). */
	enum am_status (*restore)(struct am_sink *sink, const char *path,
				  uint64_t length, struct am_error *err);
	enum am_status (*finish_restore)(struct am_sink *sink,
					 struct am_error *err);

	/* Reads back a stored message as it was put: without the quoting, the
	 * From_ line and the flag fields of mbox (which ends a message that
	 * did not with a line end). Its place is from done, or from a ledger:
	 * it is not trusted. Stream in arena, close it. AM_NOT_FOUND,
	 * AM_CORRUPT (no message of that size is there), AM_IO. */
	enum am_status (*get)(struct am_sink *sink,
			      const struct am_sink_place *place,
			      struct am_arena *arena,
			      struct am_stream **stream_out,
			      struct am_error *err);

	/* What is not committed is dropped. */
	void (*close)(struct am_sink *sink);
};

struct am_sink {
	const struct am_sink_ops *ops;
	bool lf; /* wants messages with LF line ends */
};

struct am_sink_options {
	int root;	    /* directory below which all is made; borrowed fd */
	const char *prefix; /* path below root that place paths begin with,
			       such as "mail"; made when needed */
	bool no_sync;	    /* do not wait for the disk */
	const struct am_sink_folder *folders; /* borrowed until the close */
	size_t folder_count;
	const char *const *folder_paths; /* as in the ledger; only servers want
					    them. NULL: not known */

	/* Thunderbird: the folder above all others; NULL: none */
	const char *title;

	/* What a destination cannot hold, a line each; the same may come
	 * again. NULL: nobody wants to know. */
	enum am_status (*finding)(void *arg, const char *text,
				  struct am_error *err);
	void *finding_arg;
};

/* sink_out: caller closes with am_sink_close. AM_OUTPUT, AM_IO, AM_NOMEM. */
enum am_status am_maildir_open(const struct am_sink_options *options,
			       struct am_sink **sink_out, struct am_error *err);
/* Maildir++: ".folder.below" directories in one, whose own messages are those
 * of the Inbox. */
enum am_status
am_maildirpp_open(const struct am_sink_options *options,
		  struct am_sink **sink_out, struct am_error *err);
/* A file per message, "<date> <subject> <id>.eml". */
enum am_status am_eml_open(const struct am_sink_options *options,
			   struct am_sink **sink_out, struct am_error *err);
enum am_status am_mbox_open(const struct am_sink_options *options,
			    struct am_sink **sink_out, struct am_error *err);
/* Each message is a gzip member; places are of the members. */
enum am_status
am_mbox_gzip_open(const struct am_sink_options *options,
		  struct am_sink **sink_out, struct am_error *err);
enum am_status
am_thunderbird_open(const struct am_sink_options *options,
		    struct am_sink **sink_out, struct am_error *err);

/* What is not mail: one iCalendar object (one VCALENDAR for all components) or
 * one list of vCards per folder, "<path>.ics", "<path>.vcf". An item is a run
 * of whole components. Time zones at its front (VTIMEZONE) are written once per
 * file, whatever items bring them; they do not belong to the place of any. */
enum am_status am_ics_open(const struct am_sink_options *options,
			   struct am_sink **sink_out, struct am_error *err);
enum am_status am_vcf_open(const struct am_sink_options *options,
			   struct am_sink **sink_out, struct am_error *err);

/* Calls finish, if the sink has one. */
enum am_status am_sink_finish(struct am_sink *sink, struct am_error *err);

/* NULL is fine. */
void am_sink_close(struct am_sink *sink);

#endif
