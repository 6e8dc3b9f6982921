/* RFC 9051 7: what a server says, one whole response at a time. */
#ifndef AM_IMAP_RESPONSE_H
#define AM_IMAP_RESPONSE_H

#include "base/buf.h"
#include "imap/scan.h"

enum {
	/* A response with its literals. The longest this client asks for is
	 * the header fields of one message. */
	AM_IMAP_RESPONSE_MAX = 1 << 20
};

enum am_imap_type {
	AM_IMAP_UNTAGGED, /* "* …" */
	AM_IMAP_TAGGED,	  /* the end of a command */
	AM_IMAP_CONTINUE  /* "+ …": the server waits for more */
};

enum am_imap_condition {
	AM_IMAP_DATA, /* none of the others: untagged data */
	AM_IMAP_OK,
	AM_IMAP_NO,
	AM_IMAP_BAD_COMMAND, /* BAD */
	AM_IMAP_PREAUTH,
	AM_IMAP_BYE
};

/* All bytes are borrowed from the response. */
struct am_imap_response {
	enum am_imap_type type;
	enum am_imap_condition condition;
	struct am_bytes tag;  /* of a tagged one */
	struct am_bytes name; /* of data: "CAPABILITY", "LIST", "FETCH" … */
	bool has_number;      /* "* 12 FETCH …" */
	uint32_t number;
	struct am_bytes code; /* "APPENDUID 7 12", without the brackets */
	struct am_bytes rest; /* of data: what follows the name; else the text
				 for people */
};

/* bytes: one response without its last line end. AM_PROTOCOL: it is none. */
enum am_status am_imap_response_parse(struct am_bytes bytes,
				      struct am_imap_response *response_out,
				      struct am_error *err);

/* The first word of code is name, in any case of letters; arguments_out (may
 * be NULL) is over what follows. */
bool am_imap_code_is(const struct am_imap_response *response, const char *name,
		     struct am_imap_scan *arguments_out);

/* Cuts what comes in pieces of any size into responses. */
struct am_imap_reader {
	struct am_buf buf;
	size_t line; /* where the line at hand begins in buf */
	uint64_t literal_left;
	bool is_whole; /* buf holds a response; the next feed drops it */
};

/* caller closes with am_imap_reader_free. */
struct am_imap_reader am_imap_reader(void);
void am_imap_reader_free(struct am_imap_reader *reader);

/* Takes from bytes as much as the response at hand needs (used_out).
 * whole_out: set when it is whole; bytes without the last line end, borrowed
 * until the next call; else data is NULL. AM_PROTOCOL: longer than
 * AM_IMAP_RESPONSE_MAX; AM_NOMEM. */
enum am_status
am_imap_reader_feed(struct am_imap_reader *reader, struct am_bytes bytes,
		    size_t *used_out, struct am_bytes *whole_out,
		    struct am_error *err);

#endif
