/* A conversation with an IMAP server: greeting, encryption, signing in, and
 * commands one at a time. Many messages at once are append.h's.
 *
 * Not for several threads at once. */
#ifndef AM_IMAP_SESSION_H
#define AM_IMAP_SESSION_H

#include <archive-mail/credential.h>

#include "imap/capability.h"
#include "imap/response.h"
#include "imap/verdict.h"
#include "net/conn.h"

enum {
	/* Untagged responses to one command: a server that says more never
	 * comes to an end. */
	AM_IMAP_UNTAGGED_MAX = 200 * 1000,
	AM_IMAP_COMMAND_MS = 60 * 1000, /* without a byte, but for APPEND */
	AM_IMAP_TEXT_SIZE = 200		/* of a server's text, kept */
};

enum am_imap_security {
	AM_IMAP_TLS,	  /* from the first byte: port 993 */
	AM_IMAP_STARTTLS, /* port 143 */
	AM_IMAP_PLAINTEXT /* only to loopback addresses */
};

/* Lines of the conversation, without line ends and with secrets hidden; what
 * 'C'lient and 'S'erver said. */
typedef void am_imap_trace(void *arg, char who, struct am_bytes line);

struct am_imap_options {
	struct am_conn_options conn; /* plain is set by security */
	enum am_imap_security security;
	am_imap_trace *trace; /* NULL: none */
	void *trace_arg;
};

struct am_imap;

/* Connects, encrypts, reads the greeting and what the server can. stage_out
 * (may be NULL) as in am_conn_open. imap_out: caller closes with
 * am_imap_close. AM_NETWORK, AM_PROTOCOL (also: no STARTTLS where it was
 * asked for), AM_LATER (a greeting that says so), AM_INTERRUPTED, AM_NOMEM. */
enum am_status am_imap_open(const struct am_imap_options *options,
			    enum am_conn_stage *stage_out,
			    struct am_imap **imap_out, struct am_error *err);

/* The same on a connection that is there, which becomes the session's, also
 * when this fails. */
enum am_status
am_imap_begin(const struct am_imap_options *options, struct am_conn *conn,
	      struct am_imap **imap_out, struct am_error *err);

/* Signs in, with another token if the first is refused. Never over an open
 * line, but for loopback. AM_AUTH: refused, in the server's words;
 * AM_UNSUPPORTED: no mechanism in common; AM_NETWORK, AM_LATER. */
enum am_status
am_imap_login(struct am_imap *imap, struct am_credential *credential,
	      struct am_error *err);

/* Says who we are, which some servers insist on. Never fails for a NO. */
enum am_status am_imap_identify(struct am_imap *imap, const char *version,
				struct am_error *err);

/* RFC 4978; nothing happens where the server cannot, has refused, or does it
 * already. With nothing under way. */
enum am_status am_imap_compress(struct am_imap *imap, struct am_error *err);

/* The way to the server is slower than the server and we are, so compression
 * would help, and can be had: am_imap_compress. Measured since the first
 * am_imap_append_open, and not before some seconds and a megabyte; see
 * imap/uplink.h. */
bool am_imap_uplink_is_limit(const struct am_imap *imap);

/* What it can now; changes with am_imap_login. */
const struct am_imap_capabilities *am_imap_can(const struct am_imap *imap);

/* How the server ended a command, in its own words. */
struct am_imap_outcome {
	enum am_imap_condition condition;
	struct am_imap_judgement judgement; /* of a NO or BAD */
	char text[AM_IMAP_TEXT_SIZE];	    /* code and text; cut */
};

/* Called for each untagged response of data, and for the tagged one last. The
 * response is borrowed. */
typedef enum am_status
am_imap_listener(void *arg, const struct am_imap_response *response,
		 struct am_error *err);

/* One command: sends "tag text", calls listener (may be NULL), waits for its
 * end. AM_OK also for NO and BAD: see outcome_out. AM_NETWORK (also a BYE),
 * AM_LATER (a BYE that says so), AM_PROTOCOL. text holds no line end. */
enum am_status
am_imap_command(struct am_imap *imap, const char *text,
		am_imap_listener *listener, void *arg,
		struct am_imap_outcome *outcome_out, struct am_error *err);

/* What a NO or BAD is as a status, with the text for people: AM_LATER for
 * throttling, limits and a full account, AM_AUTH, AM_NETWORK for what passes,
 * else AM_REFUSED. what names what was tried. */
enum am_status am_imap_refused(const struct am_imap_outcome *outcome,
			       const char *what, struct am_error *err);

/* Appends text as a quoted string; what cannot be quoted is left out (CR, LF,
 * NUL). */
void am_imap_quote(struct am_buf *out, const char *text);

/* For append.h, and for nobody else. */
struct am_conn *am_imap_conn(struct am_imap *imap);
/* The next response; waits. Capabilities in it are remembered, an untagged BYE
 * is an error. Borrowed until the next call. */
enum am_status
am_imap_read(struct am_imap *imap, struct am_imap_response *response_out,
	     struct am_error *err);
/* The same without waiting: has_out is false when no whole response has
 * come. */
enum am_status
am_imap_poll(struct am_imap *imap, bool *has_out,
	     struct am_imap_response *response_out, struct am_error *err);
/* A new tag. */
void am_imap_tag(struct am_imap *imap, char tag[16]);
void am_imap_trace_line(struct am_imap *imap, char who, struct am_bytes line);
/* Fills outcome from a tagged response. */
void am_imap_outcome_set(struct am_imap_outcome *outcome,
			 const struct am_imap_response *response,
			 enum am_imap_command command);

/* Says LOGOUT without waiting for the answer. NULL is fine. */
void am_imap_close(struct am_imap *imap);

#endif
