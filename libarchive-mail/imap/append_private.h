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
};

/* An APPEND with one or more messages. */
struct am_append_command {
	struct am_append_command *next;
	char tag[16];
	struct am_append_held *first, **end;
	size_t count;
	uint64_t bytes;
	bool wants_go; /* its literal waits for the server's "+" */
	bool has_go;
};

struct am_append_list {
	struct am_append_command *first, **end;
};

void am_append_list_add(struct am_append_list *list,
			struct am_append_command *command);
/* command must be in list. */
void am_append_list_take(struct am_append_list *list,
			 struct am_append_command *command);
void am_append_list_free(struct am_append_list *list);

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
