/* The text of an mbox as mboxrd has it: a "From " line, the message in which
 * every line "From ", ">From ", ">>From " ... has one ">" more, and an empty
 * line. The flags are fields at the end of the header: Status (RO seen, O
 * not), X-Status (A answered, F flagged, D deleted, T draft) and X-Keywords for
 * what IMAP has keywords for.
 *
 * Everything goes by in pieces, and what is put together comes apart again to
 * the same bytes, but that a message always ends with a line end. */
#ifndef AM_SINK_MBOXRD_H
#define AM_SINK_MBOXRD_H

#include "io/stream.h"

enum {
	AM_MBOXRD_FIELDS_SIZE = 96, /* of all flag fields, with NUL */
	AM_MBOXRD_SENDER_MAX = 320, /* bytes of the sender in a "From " line */
	AM_MBOXRD_FROM_SIZE = 400   /* of a "From " line, with NUL */
};

/* "From sender Thu Jan  1 00:00:00 1970\n" in UTC. MAILER-DAEMON for a sender
 * that is "", "-" for each byte of it that would end a word or a line; time
 * AM_TIME_NONE is 0. */
void am_mboxrd_from_line(const char *sender, int64_t time,
			 char line[AM_MBOXRD_FROM_SIZE]);

/* flags: of enum am_mail_flag. */
void am_mboxrd_fields(unsigned flags, char fields[AM_MBOXRD_FIELDS_SIZE]);

/* Gets the pieces of the result, in order. */
typedef enum am_status
am_mboxrd_out(void *arg, struct am_bytes bytes, struct am_error *err);

/* Where the writer is in a message. */
struct am_mboxrd {
	am_mboxrd_out *out;
	void *arg;
	char fields[AM_MBOXRD_FIELDS_SIZE];
	bool in_header;
	bool at_line_start; /* nothing of the line went by, or only ">" */
	bool is_quoted;	    /* one ">" at least */
	uint8_t held[8];    /* what cannot be decided yet, such as "Fro" */
	size_t held_len;
};

/* Begins a message (after its "From " line). */
void am_mboxrd_start(struct am_mboxrd *mbox, unsigned flags, am_mboxrd_out *out,
		     void *arg);
/* The status of out. */
enum am_status am_mboxrd_add(struct am_mboxrd *mbox, struct am_bytes bytes,
			     struct am_error *err);
/* Ends it, with the empty line. */
enum am_status am_mboxrd_finish(struct am_mboxrd *mbox, struct am_error *err);

/* The message in stored, which is size bytes from the "From " line to the
 * empty line; stored is closed with the stream. AM_CORRUPT when it does not
 * begin and end so. */
enum am_status
am_mboxrd_read(struct am_arena *arena, struct am_stream *stored, uint64_t size,
	       struct am_stream **stream_out, struct am_error *err);

#endif
