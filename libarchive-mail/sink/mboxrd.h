/* The text of an mbox as mboxrd has it: a "From " line, the message in which
 * every line "From ", ">From ", ">>From " ... has one ">" more, and an empty
 * line. The flags are fields at the end of the header: Status (RO seen, O
 * not), X-Status (A answered, F flagged, D deleted, T draft) and X-Keywords for
 * what IMAP has keywords for; or those of Thunderbird. A message that is alone
 * in its file has nothing but these fields.
 *
 * Everything goes by in pieces, and what is put together comes apart again to
 * the same bytes, but that a message (alone: a header) always ends with a line
 * end. */
#ifndef AM_SINK_MBOXRD_H
#define AM_SINK_MBOXRD_H

#include "base/mail_flag.h"
#include "io/stream.h"

enum {
	/* of all flag fields, with NUL */
	AM_MBOXRD_FIELDS_SIZE = 256 + (AM_KEYWORDS_MAX + AM_FLAG_NAMED_MAX) *
					      (AM_KEYWORD_MAX + 1),
	AM_MBOXRD_SENDER_MAX = 320, /* bytes of the sender in a "From " line */
	AM_MBOXRD_FROM_SIZE = 400   /* of a "From " line, with NUL */
};

enum am_mboxrd_style {
	AM_MBOXRD_PLAIN,
	/* X-Mozilla-Status, X-Mozilla-Status2 and X-Mozilla-Keys; no sender in
	 * the "From " line */
	AM_MBOXRD_THUNDERBIRD,
	/* a message alone: no "From " line, nothing quoted, no empty line at
	 * the end; the flag fields end with CRLF */
	AM_MBOXRD_ALONE
};

/* What the writer needs to know of a message. */
struct am_mboxrd_marks {
	unsigned flags;		     /* of enum am_mail_flag */
	const char *const *keywords; /* ends with NULL; NULL: none */
};

/* "From sender Thu Jan  1 00:00:00 1970\n" in UTC. MAILER-DAEMON for a sender
 * that is "", "-" for each byte of it that would end a word or a line; time
 * AM_TIME_NONE is 0. */
void am_mboxrd_from_line(enum am_mboxrd_style style, const char *sender,
			 int64_t time, char line[AM_MBOXRD_FROM_SIZE]);

void am_mboxrd_fields(enum am_mboxrd_style style,
		      const struct am_mboxrd_marks *marks,
		      char fields[AM_MBOXRD_FIELDS_SIZE]);

/* The length of the flag fields at data, if they are the last of a header (the
 * empty line follows, or with last nothing at all); else 0. */
size_t am_mboxrd_fields_match(enum am_mboxrd_style style, const uint8_t *data,
			      size_t len, bool last);

/* Gets the pieces of the result, in order. */
typedef enum am_status
am_mboxrd_out(void *arg, struct am_bytes bytes, struct am_error *err);

/* Where the writer is in a message. */
struct am_mboxrd {
	enum am_mboxrd_style style;
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
void am_mboxrd_start(struct am_mboxrd *mbox, enum am_mboxrd_style style,
		     const struct am_mboxrd_marks *marks, am_mboxrd_out *out,
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
am_mboxrd_read(struct am_arena *arena, enum am_mboxrd_style style,
	       struct am_stream *stored, uint64_t size,
	       struct am_stream **stream_out, struct am_error *err);

#endif
