/* RFC 9051 9: the tokens of a response, one after the other. Nothing is
 * copied; what the grammar does not allow is a token of its own. */
#ifndef AM_IMAP_SCAN_H
#define AM_IMAP_SCAN_H

#include "base/arena.h"

/* Lists in lists; what is deeper is no list that this client asks for. */
enum { AM_IMAP_DEPTH_MAX = 16 };

enum am_imap_kind {
	AM_IMAP_NOTHING, /* the end */
	AM_IMAP_ATOM,	 /* also numbers, flags (\Seen) and NIL */
	AM_IMAP_QUOTED,	 /* bytes still with their backslashes */
	AM_IMAP_LITERAL,
	AM_IMAP_OPEN,  /* ( */
	AM_IMAP_CLOSE, /* ) */
	AM_IMAP_BAD    /* no token; nothing after it is one */
};

struct am_imap_token {
	enum am_imap_kind kind;
	struct am_bytes bytes; /* borrowed from the response */
};

/* Over the rest of a response, without its line end. */
struct am_imap_scan {
	struct am_bytes rest;
	unsigned depth; /* lists that are open */
};

struct am_imap_scan am_imap_scan(struct am_bytes bytes);

struct am_imap_token am_imap_next(struct am_imap_scan *scan);

/* Goes past the list that a token AM_IMAP_OPEN opened; false: it does not
 * end. */
bool am_imap_skip_list(struct am_imap_scan *scan);

/* An atom of that name, in any case of letters? */
bool am_imap_is(const struct am_imap_token *token, const char *name);
bool am_imap_is_nil(const struct am_imap_token *token);

/* An atom of up to 10 digits that fits; else false. */
bool am_imap_number(const struct am_imap_token *token, uint64_t max,
		    uint64_t *number_out);

/* What an atom or a string says, as a C string in arena; NULs are dropped.
 * AM_PROTOCOL: it is neither. */
enum am_status
am_imap_text(const struct am_imap_token *token, struct am_arena *arena,
	     const char **text_out, struct am_error *err);

/* If bytes end with the announcement of a literal, {n}, {n+} or ~{n}: its
 * length. */
bool am_imap_announces(struct am_bytes bytes, uint64_t *len_out);

#endif
