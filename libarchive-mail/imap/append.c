/* Many messages to a server. */

#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/ascii.h"
#include "imap/append_private.h"

enum { KNOWN_MAX = 16 << 20 }; /* bytes, names of mailboxes */

struct am_imap_append {
	struct am_imap *imap;
	struct am_imap_append_options options;
	struct am_append_command *batch; /* being filled; not sent */
	struct am_append_list under_way; /* sent, in order */
	struct am_append_list again; /* parts of batches that were refused */
	struct am_append_command
		*waiting; /* the last under way, when it wants a go */
	size_t messages;  /* under way */
	uint64_t bytes;
	size_t commands;
	struct am_buf known; /* mailboxes that took a message, each with a
				NUL behind */
};

static enum am_imap_strategy
best_of(unsigned can)
{
	if ((can & AM_IMAP_CAN_LITERAL_PLUS) == 0)
		return AM_IMAP_OVERLAP;
	return (can & AM_IMAP_CAN_MULTIAPPEND) != 0 ? AM_IMAP_MULTI
						    : AM_IMAP_PIPE;
}

/* In the order of the enumeration: each can what those behind it need. */
static bool
server_can(unsigned can, enum am_imap_strategy strategy)
{
	return strategy >= best_of(can);
}

enum am_status
am_imap_append_open(struct am_imap *imap,
		    const struct am_imap_append_options *options,
		    struct am_imap_append **append_out, struct am_error *err)
{
	const unsigned can = am_imap_can(imap)->can;
	struct am_imap_append *append;

	if (options->strategy != AM_IMAP_BEST &&
	    !server_can(can, options->strategy))
		return am_fail(err, AM_UNSUPPORTED,
			       "the server has not said that it can take "
			       "messages in that form");
	append = am_alloc(sizeof(*append));
	if (append == NULL)
		return am_nomem(err);
	append->imap = imap;
	append->options = *options;
	if (options->strategy == AM_IMAP_BEST)
		append->options.strategy = best_of(can);
	append->under_way.end = &append->under_way.first;
	append->again.end = &append->again.first;
	append->known = am_buf(KNOWN_MAX);
	am_conn_set_idle(am_imap_conn(imap), AM_CONN_IDLE_MS);
	*append_out = append;
	return AM_OK;
}

void
am_imap_append_close(struct am_imap_append *append)
{
	if (append == NULL)
		return;
	am_append_command_free(append->batch);
	am_append_list_free(&append->under_way);
	am_append_list_free(&append->again);
	am_buf_free(&append->known);
	am_conn_set_idle(am_imap_conn(append->imap), AM_IMAP_COMMAND_MS);
	am_free(append);
}

enum am_imap_strategy
am_imap_append_strategy(const struct am_imap_append *append)
{
	return append->options.strategy;
}

/* Has the mailbox taken a message? */
static bool
mailbox_is_known(const struct am_imap_append *append, const char *mailbox)
{
	const char *name = am_buf_text(&append->known);
	const char *end = name + append->known.len;

	for (; name < end; name += strlen(name) + 1)
		if (strcmp(name, mailbox) == 0)
			return true;
	return false;
}

/* One that finds no room is asked for each time: slower, not wrong. */
static void
mailbox_know(struct am_imap_append *append, const char *mailbox)
{
	if (mailbox_is_known(append, mailbox))
		return;
	am_buf_add(&append->known, am_bytes(mailbox, strlen(mailbox) + 1));
}

static enum am_status
held_done(struct am_imap_append *append, const struct am_append_held *held,
	  const struct am_imap_appended *appended, struct am_error *err)
{
	return append->options.done(append->options.arg, held->message.row,
				    appended, err);
}

static enum am_status
command_stored(struct am_imap_append *append, struct am_append_command *command,
	       const struct am_imap_response *response, struct am_error *err)
{
	struct am_imap_appended appended = { .stored = true };
	struct am_append_uids uids = am_append_uids_of(response, command->count,
						       &appended.uidvalidity);
	struct am_append_held *held;

	mailbox_know(append, command->first->message.mailbox);
	for (held = command->first; held != NULL; held = held->next) {
		appended.uid = appended.uidvalidity != 0
				       ? am_append_uid_next(&uids)
				       : 0;
		AM_TRY(held_done(append, held, &appended, err));
	}
	return AM_OK;
}

/* Refusals that say nothing of the message: nothing else would go either. */
static bool
ends_all(enum am_imap_verdict verdict)
{
	return verdict == AM_IMAP_THROTTLED || verdict == AM_IMAP_DAY_LIMIT ||
	       verdict == AM_IMAP_CROWDED || verdict == AM_IMAP_TRANSIENT ||
	       verdict == AM_IMAP_NO_MAILBOX_FOR_USER ||
	       verdict == AM_IMAP_BAD_AUTH;
}

/* A batch is all or nothing: which message was it? */
static enum am_status
both_halves_again(struct am_imap_append *append,
		  struct am_append_command *command, struct am_error *err)
{
	struct am_append_command *rest =
		am_append_command_split(command, command->count / 2);

	am_append_list_add(&append->again, command);
	if (rest == NULL)
		return am_nomem(err);
	am_append_list_add(&append->again, rest);
	return AM_OK;
}

/* command is not under way any more, and freed or put elsewhere. */
static enum am_status
command_refused(struct am_imap_append *append,
		struct am_append_command *command,
		const struct am_imap_response *response, struct am_error *err)
{
	struct am_imap_appended appended = { 0 };
	enum am_imap_verdict verdict;
	enum am_status status;

	am_imap_outcome_set(&appended.outcome, response, AM_IMAP_AT_APPEND);
	verdict = appended.outcome.judgement.verdict;
	if (ends_all(verdict) ||
	    (verdict == AM_IMAP_FULL && command->count == 1)) {
		am_append_list_add(&append->again,
				   command); /* it is not there */
		return am_imap_refused(&appended.outcome, "storing a message",
				       err);
	}
	if (command->count > 1)
		return both_halves_again(append, command, err);
	status = held_done(append, command->first, &appended, err);
	am_append_command_free(command);
	return status;
}

static enum am_status
command_answered(struct am_imap_append *append,
		 struct am_append_command *command,
		 const struct am_imap_response *response, struct am_error *err)
{
	enum am_status status;

	am_append_list_take(&append->under_way, command);
	append->commands--;
	append->messages -= command->count;
	append->bytes -= command->bytes;
	if (append->waiting == command)
		append->waiting = NULL;
	if (response->condition != AM_IMAP_OK)
		return command_refused(append, command, response, err);
	/* an OK to a literal that was never sent */
	if (command->wants_go && !command->has_go) {
		am_append_list_add(&append->again, command);
		return am_fail(err, AM_PROTOCOL,
			       "the server says it has a message that was not "
			       "sent");
	}
	status = command_stored(append, command, response, err);
	am_append_command_free(command);
	return status;
}

/* Takes a response in; a go is only noted, because this may be in the middle
 * of sending something. */
static enum am_status
response_take(struct am_imap_append *append,
	      const struct am_imap_response *response, struct am_error *err)
{
	struct am_append_command *command;

	if (response->type == AM_IMAP_UNTAGGED)
		return AM_OK;
	if (response->type == AM_IMAP_CONTINUE) {
		if (append->waiting == NULL || append->waiting->has_go)
			return am_fail(err, AM_PROTOCOL,
				       "the server waits for a message that "
				       "was not announced");
		append->waiting->has_go = true;
		return AM_OK;
	}
	for (command = append->under_way.first; command != NULL;
	     command = command->next)
		if (am_bytes_equal(response->tag, am_bytes_of(command->tag)))
			return command_answered(append, command, response, err);
	return am_fail(err, AM_PROTOCOL,
		       "the server ends a command that was not sent");
}

/* Takes in what has come, without waiting. */
static enum am_status
responses_take(struct am_imap_append *append, struct am_error *err)
{
	for (;;) {
		struct am_imap_response response;
		bool has;

		AM_TRY(am_imap_poll(append->imap, &has, &response, err));
		if (!has)
			return AM_OK;
		AM_TRY(response_take(append, &response, err));
	}
}

static enum am_status
response_wait(struct am_imap_append *append, struct am_error *err)
{
	struct am_imap_response response;

	AM_TRY(am_imap_read(append->imap, &response, err));
	return response_take(append, &response, err);
}

/* Bytes to the server; replies are taken in meanwhile. */
static enum am_status
send_all(struct am_imap_append *append, struct am_bytes bytes,
	 struct am_error *err)
{
	struct am_conn *conn = am_imap_conn(append->imap);

	while (bytes.len > 0) {
		size_t queued;

		AM_TRY(am_conn_queue(conn, bytes, &queued, err));
		bytes = am_ascii_after(bytes, queued);
		if (bytes.len == 0)
			break;
		AM_TRY(am_conn_step(conn, err));
		AM_TRY(responses_take(append, err));
	}
	return AM_OK;
}

static enum am_status
send_text(struct am_imap_append *append, const char *text, struct am_error *err)
{
	return send_all(append, am_bytes_of(text), err);
}

/* Until the command that waits has its go, or is refused; then its literal.
 * What follows rides behind it. */
static enum am_status
waiting_finish(struct am_imap_append *append, struct am_error *err)
{
	struct am_append_command *command = append->waiting;

	while (append->waiting != NULL && !command->has_go)
		AM_TRY(response_wait(append, err));
	if (append->waiting == NULL)
		return AM_OK;
	append->waiting = NULL;
	AM_TRY(send_all(append, am_buf_bytes(&command->first->mime), err));
	return send_text(append, "\r\n", err);
}

static enum am_status
all_answered(struct am_imap_append *append, struct am_error *err)
{
	AM_TRY(waiting_finish(append, err));
	while (append->commands > 0)
		AM_TRY(response_wait(append, err));
	return AM_OK;
}

static bool
window_is_full(const struct am_imap_append *append,
	       const struct am_append_command *command)
{
	size_t commands = AM_IMAP_WINDOW_MESSAGES;

	if (append->options.strategy == AM_IMAP_MULTI)
		commands = AM_IMAP_BATCHES;
	if (append->options.strategy == AM_IMAP_ONE)
		commands = 1;
	if (append->commands == 0)
		return false;
	return append->commands >= commands ||
	       append->bytes + command->bytes > AM_IMAP_WINDOW_BYTES;
}

/* So large that the server is asked first: nothing is sent in vain, and none
 * that refuses it parts with the connection. */
static bool
is_asked_for(const struct am_imap_append *append,
	     const struct am_append_held *held)
{
	const struct am_imap_capabilities *can = am_imap_can(append->imap);

	return held->size >= AM_IMAP_SYNC_BYTES ||
	       (can->has_append_limit && held->size > can->append_limit);
}

/* May the literal go without a "+"? */
static bool
goes_at_once(const struct am_imap_append *append,
	     const struct am_append_held *held)
{
	const unsigned can = am_imap_can(append->imap)->can;

	if (append->options.strategy == AM_IMAP_ONE ||
	    is_asked_for(append, held) ||
	    !mailbox_is_known(append, held->message.mailbox))
		return false;
	/* who asks for it wants to wait, also where there is no need */
	if ((can & AM_IMAP_CAN_LITERAL_PLUS) != 0)
		return append->options.strategy != AM_IMAP_OVERLAP;
	return (can & AM_IMAP_CAN_LITERAL_MINUS) != 0 &&
	       held->size <= AM_IMAP_LITERAL_MINUS_BYTES;
}

/* "tag APPEND mailbox" (first only), flags, date, the literal's announcement.
 */
static enum am_status
head_send(struct am_imap_append *append,
	  const struct am_append_command *command,
	  const struct am_append_held *held, bool at_once, struct am_error *err)
{
	struct am_buf line = am_buf(AM_APPEND_LINE_MAX + 256);
	enum am_status status;

	if (held == command->first) {
		am_buf_printf(&line, "%s APPEND ", command->tag);
		am_imap_quote(&line, held->message.mailbox);
	}
	am_imap_append_head(&line, &held->message);
	am_buf_printf(&line, " {%" PRIu64 "%s}", held->size,
		      at_once ? "+" : "");
	status = am_buf_status(&line, err);
	if (status == AM_OK)
		am_imap_trace_line(append->imap, 'C', am_buf_bytes(&line));
	am_buf_add_text(&line, "\r\n");
	if (status == AM_OK)
		status = am_buf_status(&line, err);
	if (status == AM_OK)
		status = send_all(append, am_buf_bytes(&line), err);
	am_buf_free(&line);
	return status;
}

/* Puts command under way; on failure too it is there, or freed. */
static enum am_status
command_send(struct am_imap_append *append, struct am_append_command *command,
	     bool is_stream, struct am_error *err)
{
	bool at_once = !is_stream && goes_at_once(append, command->first);
	const struct am_append_held *held;

	am_imap_tag(append->imap, command->tag);
	command->wants_go = !at_once;
	command->has_go = false;
	am_append_list_add(&append->under_way, command);
	append->commands++;
	append->messages += command->count;
	append->bytes += command->bytes;
	if (!at_once) {
		append->waiting = command;
		return head_send(append, command, command->first, false, err);
	}
	for (held = command->first; held != NULL; held = held->next) {
		AM_TRY(head_send(append, command, held, true, err));
		AM_TRY(send_all(append, am_buf_bytes(&held->mime), err));
	}
	return send_text(append, "\r\n", err);
}

/* Room in the window, the literal before it out, then it. */
static enum am_status
command_go(struct am_imap_append *append, struct am_append_command *command,
	   bool is_stream, struct am_error *err)
{
	enum am_status status = waiting_finish(append, err);

	while (status == AM_OK && window_is_full(append, command))
		status = response_wait(append, err);
	if (status != AM_OK) {
		am_append_list_add(&append->again, command);
		return status;
	}
	return command_send(append, command, is_stream, err);
}

/* A batch to a mailbox that is not known yet goes message by message until it
 * is: a refusal of the mailbox costs one. */
static enum am_status
batch_go(struct am_imap_append *append, struct am_append_command *batch,
	 struct am_error *err)
{
	while (batch->count > 1 &&
	       !mailbox_is_known(append, batch->first->message.mailbox)) {
		struct am_append_command *rest =
			am_append_command_split(batch, 1);

		if (rest == NULL) {
			am_append_list_add(&append->again, batch);
			return am_nomem(err);
		}
		append->batch = rest; /* kept, should this fail */
		AM_TRY(command_go(append, batch, false, err));
		AM_TRY(all_answered(append, err));
		append->batch = NULL;
		batch = rest;
	}
	return command_go(append, batch, false, err);
}

static enum am_status
batch_close(struct am_imap_append *append, struct am_error *err)
{
	struct am_append_command *batch = append->batch;

	append->batch = NULL;
	return batch != NULL ? batch_go(append, batch, err) : AM_OK;
}

static enum am_status
again_go(struct am_imap_append *append, struct am_error *err)
{
	while (append->again.first != NULL) {
		struct am_append_command *command = append->again.first;

		am_append_list_take(&append->again, command);
		AM_TRY(command_go(append, command, false, err));
	}
	return AM_OK;
}

/* Does held belong into the batch that is open? */
static bool
batch_takes(const struct am_imap_append *append,
	    const struct am_append_held *held)
{
	const struct am_append_command *batch = append->batch;

	return batch->count < AM_IMAP_BATCH_MESSAGES &&
	       batch->bytes + held->size <= AM_IMAP_WINDOW_BYTES &&
	       strcmp(batch->first->message.mailbox, held->message.mailbox) ==
		       0;
}

static enum am_status
batch_put(struct am_imap_append *append, struct am_append_held *held,
	  struct am_error *err)
{
	enum am_status status = AM_OK;

	if (append->batch != NULL && !batch_takes(append, held))
		status = batch_close(append, err);
	if (append->batch == NULL)
		append->batch = am_append_command_new();
	if (append->batch == NULL) {
		am_append_held_free(held);
		return am_nomem(err);
	}
	am_append_command_add(append->batch, held);
	return status;
}

static enum am_status
single_put(struct am_imap_append *append, struct am_append_held *held,
	   bool is_stream, struct am_error *err)
{
	struct am_append_command *command = am_append_command_new();
	enum am_status status;

	if (command == NULL) {
		am_append_held_free(held);
		return am_nomem(err);
	}
	am_append_command_add(command, held);
	status = batch_close(append, err);
	if (status != AM_OK) {
		am_append_list_add(&append->again, command);
		return status;
	}
	return command_go(append, command, is_stream, err);
}

enum am_status
am_imap_append_put(struct am_imap_append *append,
		   const struct am_imap_message *message, struct am_bytes mime,
		   struct am_error *err)
{
	struct am_append_held *held;

	AM_TRY(again_go(append, err));
	AM_TRY(am_append_held_new(message, mime, mime.len, &held, err));
	if (append->options.strategy == AM_IMAP_MULTI &&
	    !is_asked_for(append, held))
		return batch_put(append, held, err);
	return single_put(append, held, false, err);
}

/* The literal of the command that has its go, from a stream. */
static enum am_status
stream_send(struct am_imap_append *append, struct am_stream *mime,
	    uint64_t size, struct am_error *err)
{
	struct am_bytes bytes;
	enum am_status status;

	while ((status = am_stream_next(mime, &bytes, err)) == AM_OK) {
		if (bytes.len > size)
			break;
		size -= bytes.len;
		AM_TRY(send_all(append, bytes, err));
	}
	if (status != AM_END && status != AM_OK)
		return status;
	if (status == AM_OK || size != 0)
		return am_fail(err, AM_CORRUPT,
			       "a message is not as long as it was said");
	return send_text(append, "\r\n", err);
}

enum am_status
am_imap_append_put_stream(struct am_imap_append *append,
			  const struct am_imap_message *message,
			  struct am_stream *mime, uint64_t size,
			  struct am_error *err)
{
	struct am_append_command *command;
	struct am_append_held *held;

	AM_TRY(again_go(append, err));
	AM_TRY(am_append_held_new(message, am_bytes(NULL, 0), size, &held,
				  err));
	AM_TRY(single_put(append, held, true, err));
	command = append->waiting;
	while (append->waiting != NULL && !command->has_go)
		AM_TRY(response_wait(append, err));
	if (append->waiting == NULL)
		return AM_OK; /* refused, and done */
	append->waiting = NULL;
	return stream_send(append, mime, size, err);
}

enum am_status
am_imap_append_flush(struct am_imap_append *append, struct am_error *err)
{
	AM_TRY(batch_close(append, err));
	do {
		AM_TRY(again_go(append, err));
		AM_TRY(all_answered(append, err));
	} while (append->again.first != NULL);
	return AM_OK;
}

enum am_status
am_imap_append_open_rows(const struct am_imap_append *append,
			 struct am_arena *arena, const uint64_t **rows_out,
			 size_t *count_out, size_t *sent_out,
			 struct am_error *err)
{
	const size_t count = am_append_rows_count(append->under_way.first) +
			     am_append_rows_count(append->again.first) +
			     am_append_rows_count(append->batch);
	uint64_t *rows = am_arena_array(arena, count + 1, uint64_t);

	if (rows == NULL)
		return am_arena_failed(arena, count * sizeof(*rows), err);
	*count_out = 0;
	am_append_rows_add(append->under_way.first, rows, count_out);
	*sent_out = *count_out;
	am_append_rows_add(append->again.first, rows, count_out);
	am_append_rows_add(append->batch, rows, count_out);
	*rows_out = rows;
	return AM_OK;
}
