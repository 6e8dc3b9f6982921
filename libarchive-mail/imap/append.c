/* Many messages to a server. */
#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "imap/append_private.h"
#include "imap/mailbox.h"
#include "imap/session_private.h"
#include "imap/utf8.h"

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
	if (options->window == 0 || options->window > AM_IMAP_WINDOW_BYTES)
		append->options.window = AM_IMAP_WINDOW_BYTES;
	if (options->strategy == AM_IMAP_BEST)
		append->options.strategy = best_of(can);
	append->under_way.end = &append->under_way.first;
	append->again.end = &append->again.first;
	append->unclear.end = &append->unclear.first;
	am_conn_set_idle(am_imap_conn(imap), AM_CONN_IDLE_MS);
	am_imap_uplink_begin(imap);
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
	am_append_list_free(&append->unclear);
	am_append_mailboxes_free(&append->known);
	am_append_mailboxes_free(&append->made);
	am_conn_set_idle(am_imap_conn(append->imap), AM_IMAP_COMMAND_MS);
	am_free(append);
}

enum am_imap_strategy
am_imap_append_strategy(const struct am_imap_append *append)
{
	return append->options.strategy;
}

static enum am_status
all_answered(struct am_imap_append *append, struct am_error *err)
{
	AM_TRY(am_append_waiting_finish(append, err));
	while (append->commands > 0)
		AM_TRY(am_append_take_next(append, err));
	return AM_OK;
}

/* RFC 9051 6.3.12, TRYCREATE. With nothing under way; whether it helped. */
static enum am_status
mailbox_make(struct am_imap_append *append, const char *name, bool *is_there,
	     struct am_error *err)
{
	enum am_status status;

	*is_there = true;
	if (am_append_mailbox_is_known(&append->made, name))
		return AM_OK;
	AM_TRY(all_answered(append, err));
	am_append_mailbox_know(&append->made, name);
	status = am_imap_create(append->imap, name, AM_IMAP_USE_NONE, err);
	*is_there = status == AM_OK;
	return status == AM_REFUSED ? AM_OK : status;
}

static enum am_status
missing_go(struct am_imap_append *append, struct am_append_command *command,
	   struct am_error *err)
{
	const char *name = command->first->message.mailbox;
	bool is_there;
	const enum am_status status =
		mailbox_make(append, name, &is_there, err);

	if (status != AM_OK) {
		am_append_list_add_first(&append->again, command);
		return status;
	}
	command->is_missing = false;
	return is_there ? am_append_command_go(append, command, err)
			: am_append_command_refuse(append, command, err);
}

static enum am_status
again_go(struct am_imap_append *append, struct am_error *err)
{
	while (append->again.first != NULL) {
		struct am_append_command *command = append->again.first;

		am_append_list_take(&append->again, command);
		AM_TRY(command->is_missing
			       ? missing_go(append, command, err)
			       : am_append_command_go(append, command, err));
	}
	return AM_OK;
}

/* Behind what is to go again. */
static void
batch_close(struct am_imap_append *append)
{
	if (append->batch != NULL)
		am_append_list_add(&append->again, append->batch);
	append->batch = NULL;
}

/* Does held belong into the batch that is open? */
static bool
batch_takes(const struct am_imap_append *append,
	    const struct am_append_held *held)
{
	const struct am_append_command *batch = append->batch;

	return batch->count < AM_IMAP_BATCH_MESSAGES &&
	       batch->bytes + held->size <= append->options.window &&
	       strcmp(batch->first->message.mailbox, held->message.mailbox) ==
		       0;
}

static enum am_status
batch_put(struct am_imap_append *append, struct am_append_held *held,
	  struct am_error *err)
{
	if (append->batch != NULL && !batch_takes(append, held))
		batch_close(append);
	if (append->batch == NULL)
		append->batch = am_append_command_new();
	if (append->batch == NULL) {
		am_append_held_free(held);
		return am_nomem(err);
	}
	am_append_command_add(append->batch, held);
	return again_go(append, err);
}

static enum am_status
everything_answered(struct am_imap_append *append, struct am_error *err)
{
	batch_close(append);
	do {
		AM_TRY(again_go(append, err));
		AM_TRY(all_answered(append, err));
	} while (append->again.first != NULL);
	return AM_OK;
}

/* The first message that needs UTF8=ACCEPT asks for it, with nothing under
 * way. */
static enum am_status
utf8_settle(struct am_imap_append *append, struct am_append_held *held,
	    struct am_error *err)
{
	if (!am_imap_is_utf8(append->imap)) {
		AM_TRY(everything_answered(append, err));
		AM_TRY(am_imap_utf8_enable(append->imap, err));
	}
	held->is_utf8 = am_imap_is_utf8(append->imap);
	return AM_OK;
}

/* Also when it fails, held is the append's. */
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
	command->is_stream = is_stream;
	batch_close(append);
	status = again_go(append, err);
	if (status == AM_OK && held->is_utf8)
		status = utf8_settle(append, held, err);
	if (status != AM_OK) {
		am_append_list_add(&append->again, command);
		return status;
	}
	return am_append_command_go(append, command, err);
}

static bool
is_over_limit(const struct am_imap_append *append, uint64_t size)
{
	const struct am_imap_capabilities *can = am_imap_can(append->imap);

	return can->has_append_limit && size > can->append_limit;
}

/* RFC 7889: the server would take in all of it, and then refuse it. */
static enum am_status
over_limit_refuse(struct am_imap_append *append, uint64_t row,
		  struct am_bytes mime, uint64_t size, struct am_error *err)
{
	struct am_imap_appended appended = {
		.outcome = { .condition = AM_IMAP_NO,
			     .judgement = { AM_IMAP_TOO_BIG, 0 } },
		.mime = mime,
	};

	(void)snprintf(appended.outcome.text, sizeof(appended.outcome.text),
		       "not sent: the message has %" PRIu64
		       " bytes, and the server takes at most %" PRIu64
		       " (APPENDLIMIT)",
		       size, am_imap_can(append->imap)->append_limit);
	return append->options.done(append->options.arg, row, &appended, err);
}

static bool
goes_as_utf8(const struct am_imap_append *append, bool has_utf8)
{
	return has_utf8 && !append->no_utf8_form &&
	       am_imap_utf8_can(append->imap);
}

enum am_status
am_imap_append_put(struct am_imap_append *append,
		   const struct am_imap_message *message, struct am_bytes mime,
		   struct am_error *err)
{
	struct am_append_held *held;

	if (is_over_limit(append, mime.len))
		return over_limit_refuse(append, message->row, mime, mime.len,
					 err);
	AM_TRY(am_append_held_new(message, mime, mime.len, &held, err));
	held->is_utf8 = goes_as_utf8(append, am_imap_has_utf8_fields(mime));
	if (append->options.strategy == AM_IMAP_MULTI &&
	    !am_append_is_asked_for(held))
		return batch_put(append, held, err);
	return single_put(append, held, false, err);
}

static enum am_status
stream_put(struct am_imap_append *append, const struct am_imap_message *message,
	   struct am_stream *mime, uint64_t size, struct am_error *err)
{
	struct am_append_held *held;
	bool is_there;

	append->stream_again = false;
	if (append->stream_missing) {
		append->stream_missing = false;
		/* if it is not, the server says so again */
		AM_TRY(mailbox_make(append, message->mailbox, &is_there, err));
	}
	AM_TRY(am_append_held_new(message, am_bytes(NULL, 0), size, &held,
				  err));
	held->is_utf8 = goes_as_utf8(append, message->has_utf8);
	AM_TRY(single_put(append, held, true, err));
	return am_append_stream_finish(append, mime, size, err);
}

enum am_status
am_imap_append_put_stream(struct am_imap_append *append,
			  const struct am_imap_message *message,
			  struct am_stream *mime, uint64_t size,
			  struct am_error *err)
{
	if (is_over_limit(append, size))
		return over_limit_refuse(append, message->row,
					 am_bytes(NULL, 0), size, err);
	do {
		AM_TRY(stream_put(append, message, mime, size, err));
	} while (append->stream_again);
	return AM_OK;
}

enum am_status
am_imap_append_flush(struct am_imap_append *append, struct am_error *err)
{
	AM_TRY(everything_answered(append, err));
	return am_append_unclear_tell(append, err);
}

void
am_imap_append_know(struct am_imap_append *append, const char *mailbox)
{
	am_append_mailbox_know(&append->known, mailbox);
}

enum am_status
am_imap_append_open_rows(const struct am_imap_append *append,
			 struct am_arena *arena, const uint64_t **rows_out,
			 size_t *count_out, size_t *sent_out,
			 struct am_error *err)
{
	const size_t count = am_append_rows_count(append->under_way.first) +
			     am_append_rows_count(append->unclear.first) +
			     am_append_rows_count(append->again.first) +
			     am_append_rows_count(append->batch);
	uint64_t *rows = am_arena_array(arena, count + 1, uint64_t);

	if (rows == NULL)
		return am_arena_failed(arena, count * sizeof(*rows), err);
	*count_out = 0;
	am_append_rows_add(append->under_way.first, rows, count_out);
	*sent_out = *count_out;
	am_append_rows_add(append->unclear.first, rows, count_out);
	am_append_rows_add(append->again.first, rows, count_out);
	am_append_rows_add(append->batch, rows, count_out);
	*rows_out = rows;
	return AM_OK;
}
