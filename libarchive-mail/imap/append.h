/* Many messages to a server, as fast as it lets us (RFC 9051 6.3.12, 7888,
 * 3502): nobody waits for one answer before the next message goes.
 *
 * By what the server has said it can, and never in a form that it has not:
 * - MULTIAPPEND and LITERAL+: batches in one command, several under way;
 * - LITERAL+: a command a message, many under way;
 * - else the next command rides behind the message before it (LITERAL-: what
 *   is small goes at once).
 * Large messages, and the first to a mailbox, wait for the server's "+", so
 * that a refusal costs nothing; the "+" also says that the mailbox is there. A
 * message over the server's APPENDLIMIT is not sent.
 *
 * What is under way is kept, and sent again alone where a batch was refused
 * for one of its messages. When the connection breaks, what is under way is in
 * doubt: it may be there or not. */
#ifndef AM_IMAP_APPEND_H
#define AM_IMAP_APPEND_H

#include "imap/session.h"
#include "io/stream.h"

enum {
	AM_IMAP_BATCH_MESSAGES = 100, /* of a MULTIAPPEND */
	AM_IMAP_BATCHES = 4,	      /* under way */
	AM_IMAP_WINDOW_MESSAGES = 200,
	AM_IMAP_WINDOW_BYTES = 4 << 20, /* under way; also of one batch */
	AM_IMAP_SYNC_BYTES = 100 << 10, /* from here a message waits for "+" */
	AM_IMAP_LITERAL_MINUS_BYTES = 4096,
	/* AM_IMAP_REFUSED_UNCLEAR in a row, with none stored between them: the
	 * account is full */
	AM_IMAP_UNCLEAR_MAX = 3,
	AM_IMAP_KNOWN_MAX = 64 << 10 /* mailboxes that are remembered */
};

enum am_imap_strategy {
	AM_IMAP_BEST,	 /* the first of these that the server can */
	AM_IMAP_MULTI,	 /* MULTIAPPEND + LITERAL+ */
	AM_IMAP_PIPE,	 /* LITERAL+ */
	AM_IMAP_OVERLAP, /* anything */
	AM_IMAP_ONE	 /* one at a time: for comparison, and as a last
			    resort */
};

struct am_imap_message {
	uint64_t row;	      /* comes back */
	const char *mailbox;  /* raw (imap/mailbox.h); borrowed for the call */
	const char *keywords; /* atoms with a space between, or "" */
	unsigned flags;	      /* of enum am_mail_flag */
	int64_t received;     /* INTERNALDATE; left out where servers make
				 another of it (before 1970-01-02, after
				 2038-01-18) */
	bool has_utf8;	      /* of a stream: am_imap_has_utf8_fields; put looks
				 itself */
};

/* What became of a message. */
struct am_imap_appended {
	bool stored;
	uint32_t uidvalidity, uid; /* 0: the server does not say */
	/* Of one that was refused: how, and its bytes, borrowed for the call;
	 * none of a stream. */
	struct am_imap_outcome outcome;
	struct am_bytes mime;
};

/* In the order of the answers; but AM_IMAP_REFUSED_UNCLEAR only with the next
 * that is stored, or at flush: after AM_IMAP_UNCLEAR_MAX of them in a row, told
 * or not, the account is full, and those that were not told are open rows. A
 * status other than AM_OK ends the call it came from. */
typedef enum am_status
am_imap_append_done(void *arg, uint64_t row,
		    const struct am_imap_appended *appended,
		    struct am_error *err);

struct am_imap_append_options {
	enum am_imap_strategy strategy;
	/* A mailbox that is not there (TRYCREATE) is made, once, and its
	 * messages go again; else they are refused. */
	bool make_missing;
	am_imap_append_done *done;
	void *arg;
	size_t window; /* bytes under way, also of one batch, when that is
			  less; 0: AM_IMAP_WINDOW_BYTES */
};

struct am_imap_append;

/* imap: borrowed until am_imap_append_close, and used for nothing else while
 * messages are under way. AM_UNSUPPORTED: the server cannot do that strategy.
 */
enum am_status
am_imap_append_open(struct am_imap *imap,
		    const struct am_imap_append_options *options,
		    struct am_imap_append **append_out, struct am_error *err);

/* The mailbox is there and takes messages: the first does not wait. Forgotten
 * when the server says that it is not there. */
void am_imap_append_know(struct am_imap_append *append, const char *mailbox);

/* A message, copied; it may only be sent with a later one or with flush. Waits
 * while too much is under way. One over the APPENDLIMIT is refused here and now
 * (AM_IMAP_TOO_BIG). AM_NETWORK, AM_LATER, AM_AUTH, AM_PROTOCOL: the
 * connection is of no more use, what is under way is in doubt. AM_LIMIT: of
 * more than AM_IMAP_WINDOW_BYTES; use put_stream. */
enum am_status am_imap_append_put(struct am_imap_append *append,
				  const struct am_imap_message *message,
				  struct am_bytes mime, struct am_error *err);

/* A message of any size, which must be known; mime gives just that many bytes,
 * or is not read at all when the message is refused.
 * A status of mime itself comes back as it is, and the connection is of no
 * more use then. */
enum am_status am_imap_append_put_stream(struct am_imap_append *append,
					 const struct am_imap_message *message,
					 struct am_stream *mime, uint64_t size,
					 struct am_error *err);

/* Everything is answered. */
enum am_status
am_imap_append_flush(struct am_imap_append *append, struct am_error *err);

/* The rows that were given and are not done; rows_out in arena. The first
 * sent_out of them have been sent, if only in part, in this order, and are in
 * doubt. AM_NOMEM. */
enum am_status
am_imap_append_open_rows(const struct am_imap_append *append,
			 struct am_arena *arena, const uint64_t **rows_out,
			 size_t *count_out, size_t *sent_out,
			 struct am_error *err);

/* The strategy that is used. */
enum am_imap_strategy
am_imap_append_strategy(const struct am_imap_append *append);

/* What is under way is forgotten. NULL is fine. */
void am_imap_append_close(struct am_imap_append *append);

/* Is the received time sent along (INTERNALDATE)? */
bool am_imap_append_has_date(int64_t received);

#endif
