/* What the files of append.h share: messages and commands that are not done.
 */
#ifndef AM_IMAP_APPEND_PRIVATE_H
#define AM_IMAP_APPEND_PRIVATE_H

#include "imap/append.h"

enum { AM_APPEND_LINE_MAX = 64 << 10 }; /* mailbox and keywords */

/* A message until it is done. */
struct am_append_held {
	struct am_append_held *next;
	struct am_imap_message message; /* mailbox and keywords are its own */
	struct am_buf texts, mime;
	uint64_t size; /* of mime; of the stream where there is one */
	bool is_utf8;  /* goes as UTF8 (~{…}): RFC 6855 4 */
};

/* An APPEND with one or more messages. */
struct am_append_command {
	struct am_append_command *next;
	char tag[16];
	struct am_append_held *first, **end;
	size_t count;
	uint64_t bytes;
	bool is_stream;
	bool is_missing; /* its mailbox is, and is to be made first */
	bool has_go;	 /* the server waits for the literal */
	bool is_refused; /* while it is still being sent */
	struct am_imap_outcome outcome; /* of a refusal */
};

struct am_append_list {
	struct am_append_command *first, **end;
};

/* A mailbox that takes messages. */
struct am_append_mailbox {
	struct am_append_mailbox *next;
	struct am_buf name;
};

struct am_append_mailboxes {
	struct am_append_mailbox *first; /* the last that was asked for */
	size_t count;
};

struct am_imap_append {
	struct am_imap *imap;
	struct am_imap_append_options options;
	struct am_append_command *batch; /* being filled; not sent */
	struct am_append_list under_way; /* sent, in order */
	struct am_append_list again;	 /* to be sent next, or parts of batches
					    that were refused */
	struct am_append_list unclear;	 /* refused, and not yet told */
	size_t unclear_count; /* in a row, also of those that were told */
	/* The last under way: when it wants a go, when its literals are just
	 * going out. */
	struct am_append_command *waiting, *sending;
	uint64_t bytes; /* under way */
	size_t commands;
	struct am_append_mailboxes known, made;
	bool no_utf8_form; /* the server does not know UTF8 (~{…}) */
	/* The stream at hand was refused unread: in that form, or because its
	 * mailbox is missing. */
	bool stream_again, stream_missing;
};

void am_append_list_add(struct am_append_list *list,
			struct am_append_command *command);
void am_append_list_add_first(struct am_append_list *list,
			      struct am_append_command *command);
/* command must be in list. */
void am_append_list_take(struct am_append_list *list,
			 struct am_append_command *command);
void am_append_list_free(struct am_append_list *list);

bool
am_append_mailbox_is_known(struct am_append_mailboxes *known, const char *name);
/* One that finds no room is asked for each time: slower, not wrong. */
void
am_append_mailbox_know(struct am_append_mailboxes *known, const char *name);
void
am_append_mailbox_forget(struct am_append_mailboxes *known, const char *name);
void am_append_mailboxes_free(struct am_append_mailboxes *known);

/* Answers. take_all takes in what has come, without waiting; take_next waits
 * for one. A go is only noted, because this may be in the middle of sending
 * something. */
enum am_status
am_append_take_all(struct am_imap_append *append, struct am_error *err);
enum am_status
am_append_take_next(struct am_imap_append *append, struct am_error *err);
/* The literals of append->sending are out: an answer that came before that is
 * taken now. */
enum am_status
am_append_sending_end(struct am_imap_append *append, struct am_error *err);
/* Tells each message of command: refused as in command->outcome; frees it. */
enum am_status am_append_command_refuse(struct am_imap_append *append,
					struct am_append_command *command,
					struct am_error *err);
/* Tells what is still among the unclear: refused. */
enum am_status
am_append_unclear_tell(struct am_imap_append *append, struct am_error *err);

/* Until the command that waits has its go, or is refused; then its literal.
 * What follows rides behind it. */
enum am_status
am_append_waiting_finish(struct am_imap_append *append, struct am_error *err);
/* The same, with the literal from a stream of size bytes. */
enum am_status
am_append_stream_finish(struct am_imap_append *append, struct am_stream *mime,
			uint64_t size, struct am_error *err);
/* Sends command when there is room in the window; of a batch to a mailbox that
 * is not known only the first message, the rest goes to again: a refusal of the
 * mailbox costs one. On failure it is under way, or in again. */
enum am_status
am_append_command_go(struct am_imap_append *append,
		     struct am_append_command *command, struct am_error *err);
/* So large that the server is asked first: nothing is sent in vain, and none
 * that refuses it parts with the connection. Or in a form that it may not
 * know. */
bool am_append_is_asked_for(const struct am_append_held *held);

/* Copies of texts and mime; size is the stream's where there is one. AM_NOMEM,
 * AM_LIMIT. */
enum am_status
am_append_held_new(const struct am_imap_message *message, struct am_bytes mime,
		   uint64_t size, struct am_append_held **held_out,
		   struct am_error *err);
void am_append_held_free(struct am_append_held *held);

/* NULL: no memory. */
struct am_append_command *am_append_command_new(void);
void am_append_command_add(struct am_append_command *command,
			   struct am_append_held *held);
/* With its messages; NULL is fine. */
void am_append_command_free(struct am_append_command *command);

/* The messages from number at on, as a command of their own. NULL: no
 * memory. */
struct am_append_command *
am_append_command_split(struct am_append_command *command, size_t at);

/* The rows of command and those behind it. */
size_t am_append_rows_count(const struct am_append_command *command);
void am_append_rows_add(const struct am_append_command *command, uint64_t *rows,
			size_t *count);

/* Appends " (\Seen) "01-Jan-2001 12:00:00 +0000"", what stands between the
 * mailbox and the literal. Without flags no list; but with_list always. */
void am_append_head(struct am_buf *out, const struct am_imap_message *message,
		    bool with_list);

/* RFC 4315: "7", "7:9", "3,7:9", one UID after the other. */
struct am_append_uids {
	struct am_bytes rest;
	uint64_t next, last; /* of the range at hand; next > last: used up */
};

/* The UIDs in an answer; *uidvalidity is 0 when there are none, or not as many
 * as messages. */
struct am_append_uids am_append_uids_of(const struct am_imap_response *response,
					size_t count, uint32_t *uidvalidity);
/* 0: there is none. */
uint32_t am_append_uid_next(struct am_append_uids *uids);

#endif
