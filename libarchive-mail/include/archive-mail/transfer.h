/* One archive to one destination: walk, convert, put, record.
 *
 * Ground truth is the node B-tree: every message node in it ends in exactly
 * one row of the ledger. The output does not depend on the number of threads,
 * the time zone, the locale or the clock. */
#ifndef ARCHIVE_MAIL_TRANSFER_H
#define ARCHIVE_MAIL_TRANSFER_H

#ifdef __cplusplus
#include <atomic>
using std::atomic_bool; /* <stdatomic.h> is C++23's */
#else
#include <stdatomic.h>
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <archive-mail/status.h>
#include <archive-mail/store.h>

#ifdef __cplusplus
extern "C" {
#endif

enum am_target {
	AM_TARGET_MAILDIR,
	AM_TARGET_MBOX,
	AM_TARGET_MAILDIRPP,  /* ".folder" directories, as Dovecot has them */
	AM_TARGET_EML,	      /* a file per message */
	AM_TARGET_THUNDERBIRD /* a tree for its Local Folders */
};

/* "maildir", "mbox", "maildir++", "eml", "thunderbird". */
AM_API const char *am_target_name(enum am_target target);

/* Counts of a conversion. found = written + skipped + failed, always. */
struct am_summary {
	const char *format; /* "ANSI", "Unicode", "4K"; static */
	uint64_t found;	    /* message nodes of the node B-tree */
	uint64_t written;
	uint64_t skipped; /* on purpose */
	uint64_t failed;
	uint64_t recovered;	    /* beside, never inside found */
	uint64_t attachments_found; /* no embedded messages; at every depth */
	uint64_t attachments_written;
	uint64_t embedded_found;
	uint64_t embedded_written;
	uint64_t findings;
	uint64_t damaged;    /* written, with a part that could not be read;
			      * told in findings, not in the JSON */
	uint64_t partial;    /* written, but only their header was ever
			      * downloaded; told in findings, not in the JSON */
	uint64_t bytes_in;   /* size of the archive */
	uint64_t bytes_out;  /* bytes of mail as stored */
	uint64_t lost_pages; /* of the node B-tree: nobody knows what they
			      * held; told in findings, not in the JSON */
	double seconds;
	bool resumed;	    /* went on where an earlier run stopped */
	bool nothing_to_do; /* an earlier run had done it all */
};

/* Is everything that was asked for written? (exit status 0, else 1) */
AM_API bool am_summary_is_complete(const struct am_summary *summary);

/* Which SMTP addresses Exchange's own names for people ("/o=Org/.../cn=ann",
 * legacy DNs) stand for. In a file it is a JSON object:
 * {"/o=Org/cn=ann": "ann@example.org"}. Names are the same without regard to
 * case. */
struct am_ex_map;

enum {
	AM_EX_MAP_MAX_SIZE = 16 << 20 /* bytes of a file that is read */
};

/* Reads a map. AM_NOT_FOUND, AM_UNSUPPORTED (no file, or too large),
 * AM_CORRUPT (not JSON, no such object, a value that is no SMTP address, a name
 * twice), AM_IO, AM_NOMEM. map_out: caller closes. */
AM_API enum am_status
am_ex_map_open(const char *path, struct am_ex_map **map_out,
	       struct am_error *err);

/* An empty map to learn into, for a file at path: nothing is written there
 * yet. AM_OUTPUT, AM_IO, AM_NOMEM. map_out: caller closes. */
AM_API enum am_status
am_ex_map_create(const char *path, struct am_ex_map **map_out,
		 struct am_error *err);

/* Writes what was learned, sorted by name, whole or not at all. A file that is
 * there already is left alone: it is fine when its content is the same, else
 * AM_OUTPUT. AM_IO, AM_NOMEM. */
AM_API enum am_status
am_ex_map_save(struct am_ex_map *map, struct am_error *err);

/* How many names it holds. */
AM_API uint64_t am_ex_map_count(const struct am_ex_map *map);

/* NULL is fine. */
AM_API void am_ex_map_close(struct am_ex_map *map);

struct am_upload;

struct am_progress {
	uint64_t done;	/* items */
	uint64_t found; /* items in all */
	uint64_t bytes_out;
};

/* Zero means the default. */
struct am_transfer_options {
	const char *input;  /* path of the PST or OST */
	const char *output; /* directory; made when it is not there */
	const char *name;   /* what the results are called in output: "old" for
			       output/old/, old.ledger.jsonl ... */
	enum am_target target;

	/* Mail goes to a mail server (upload.h) instead; target and gzip are
	 * not looked at. What is not mail is written into files all the same.
	 * NULL: none. */
	const struct am_upload *upload;
	bool mail_only; /* what is not mail is skipped */

	bool gzip;	/* mbox: each message is a gzip member */
	bool all;	/* also items that are internal to Outlook, as mail */
	bool dedup;	/* a message with the content of an earlier one (of any
			   folder) is skipped, and the ledger says of which */
	unsigned jobs;	/* threads; 0: as many as there are processors */
	bool no_sync;	/* do not wait for the disk: faster, and not safe
			   against a power cut */
	unsigned batch; /* messages made durable together; 0: 1000 */

	/* Filters: what does not pass is skipped, with the reason. Globs as
	 * fnmatch(3) understands them, on the folder and class of the ledger;
	 * each list ends with NULL; NULL: no filter. */
	const char *const *folders;
	const char *const *exclude_folders;
	const char *const *classes;
	const int64_t *since; /* seconds since 1970, inclusive; NULL: none */
	const int64_t *until;

	unsigned codepage; /* as in struct am_store_options */

	bool vcard3; /* contacts as vCard 3.0 (RFC 2426), not 4.0 */

	/* Requests for receipts are left out of the header of mail: none is
	 * sent again, years later, to who once asked for it. Messages within
	 * messages and what is signed keep theirs. */
	bool no_receipts;

	/* Appointments, contacts, distribution lists, tasks and journal entries
	 * become messages in the folders of the mail, with the item as an .ics
	 * or .vcf file attached, instead of one file per folder beside it. */
	bool items_as_mail;

	/* Exchange's names for people. What an item tells of its own people
	 * comes first, then ex_map, then what other items of the archive tell:
	 * they are all read for that once the first name needs it. All that the
	 * archive tells is added to ex_learned, whose first address of a name
	 * stays. Either may be NULL. */
	const struct am_ex_map *ex_map;
	struct am_ex_map *ex_learned;

	/* Called now and then, from any thread but never at once. */
	void (*progress)(void *arg, const struct am_progress *progress);
	void *progress_arg;

	/* Findings that belong to no item, a line each. */
	void (*finding)(void *arg, const char *text);
	void *finding_arg;

	/* Set it to stop after the messages at hand: AM_INTERRUPTED. */
	const atomic_bool *stop;
};

/* Converts, or uploads, or resumes what an earlier call with the same options
 * began, or does nothing when that call came to its end. Results in output,
 * each there whole or not at all: name/ (the mail), name.ledger.jsonl,
 * name.summary.json, and name.journal while and after it runs. summary_out is
 * filled also on failure, as far as it came. AM_NOT_FOUND, AM_UNSUPPORTED,
 * AM_CORRUPT (the input), AM_OUTPUT (there is something else, or it is not
 * writable), AM_IO (disk full; resumable), AM_INTERRUPTED (resumable),
 * AM_NOMEM, AM_LIMIT (the ledger does not balance: never expected); of an
 * upload also AM_NETWORK, AM_LATER (both resumable), AM_AUTH, AM_PROTOCOL. */
AM_API enum am_status
am_transfer_run(const struct am_transfer_options *options,
		struct am_summary *summary_out, struct am_error *err);

/* The summary as design prints it: one line of JSON and a line end, in a
 * buffer of text_size bytes; file is the base name of the input. Returns the
 * length that was needed, as snprintf does. */
AM_API size_t am_summary_json(const struct am_summary *summary,
			      const char *file, char *text, size_t text_size);

#ifdef __cplusplus
}
#endif
#endif
