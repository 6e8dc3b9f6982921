/* Many messages to a server: commands and literals go out. */
#include <inttypes.h>

#include "base/ascii.h"
#include "imap/append_private.h"
#include "imap/utf8.h"

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
		AM_TRY(am_append_take_all(append, err));
	}
	return AM_OK;
}

static enum am_status
send_text(struct am_imap_append *append, const char *text, struct am_error *err)
{
	return send_all(append, am_bytes_of(text), err);
}

/* Until the command that waits has its go, which is then being sent, or is
 * refused. */
static enum am_status
go_wait(struct am_imap_append *append, struct am_error *err)
{
	const struct am_append_command *command = append->waiting;

	while (append->waiting != NULL && !command->has_go)
		AM_TRY(am_append_take_next(append, err));
	append->sending = append->waiting;
	append->waiting = NULL;
	return AM_OK;
}

/* Behind the literals. */
static enum am_status
sending_end(struct am_imap_append *append, struct am_error *err)
{
	AM_TRY(send_text(append,
			 append->sending->first->is_utf8 ? ")\r\n" : "\r\n",
			 err));
	return am_append_sending_end(append, err);
}

enum am_status
am_append_waiting_finish(struct am_imap_append *append, struct am_error *err)
{
	AM_TRY(go_wait(append, err));
	if (append->sending == NULL)
		return AM_OK;
	AM_TRY(send_all(append, am_buf_bytes(&append->sending->first->mime),
			err));
	return sending_end(append, err);
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
	       append->bytes + command->bytes > append->options.window;
}

bool
am_append_is_asked_for(const struct am_append_held *held)
{
	return held->size >= AM_IMAP_SYNC_BYTES || held->is_utf8;
}

/* May the literal go without a "+"? */
static bool
goes_at_once(struct am_imap_append *append, const struct am_append_held *held)
{
	const unsigned can = am_imap_can(append->imap)->can;

	if (append->options.strategy == AM_IMAP_ONE ||
	    am_append_is_asked_for(held) ||
	    !am_append_mailbox_is_known(&append->known, held->message.mailbox))
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
		am_imap_quote_mailbox(append->imap, &line,
				      held->message.mailbox);
	}
	/* Courier takes UTF8 (~{…}) only behind a list */
	am_append_head(&line, &held->message, held->is_utf8);
	am_buf_printf(&line, "%s{%" PRIu64 "%s}",
		      held->is_utf8 ? " UTF8 (~" : " ", held->size,
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

/* Puts command under way. */
static enum am_status
command_send(struct am_imap_append *append, struct am_append_command *command,
	     bool at_once, struct am_error *err)
{
	const struct am_append_held *held;

	am_imap_tag(append->imap, command->tag);
	command->has_go = false;
	command->is_refused = false;
	am_append_list_add(&append->under_way, command);
	append->commands++;
	append->bytes += command->bytes;
	if (!at_once) {
		append->waiting = command;
		return head_send(append, command, command->first, false, err);
	}
	append->sending = command;
	for (held = command->first; held != NULL; held = held->next) {
		AM_TRY(head_send(append, command, held, true, err));
		AM_TRY(send_all(append, am_buf_bytes(&held->mime), err));
	}
	return sending_end(append, err);
}

/* Only the first message of command is left in it. */
static enum am_status
first_alone(struct am_imap_append *append, struct am_append_command *command,
	    struct am_error *err)
{
	struct am_append_command *rest = am_append_command_split(command, 1);

	if (rest == NULL)
		return am_nomem(err);
	am_append_list_add_first(&append->again, rest);
	return AM_OK;
}

enum am_status
am_append_command_go(struct am_imap_append *append,
		     struct am_append_command *command, struct am_error *err)
{
	enum am_status status = am_append_waiting_finish(append, err);
	bool at_once = false;

	while (status == AM_OK && window_is_full(append, command))
		status = am_append_take_next(append, err);
	if (status == AM_OK) {
		if (append->no_utf8_form)
			command->first->is_utf8 = false;
		at_once = !command->is_stream &&
			  goes_at_once(append, command->first);
		if (!at_once && command->count > 1)
			status = first_alone(append, command, err);
	}
	if (status != AM_OK) {
		am_append_list_add_first(&append->again, command);
		return status;
	}
	return command_send(append, command, at_once, err);
}

/* The literal of append->sending. */
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
	return AM_OK;
}

enum am_status
am_append_stream_finish(struct am_imap_append *append, struct am_stream *mime,
			uint64_t size, struct am_error *err)
{
	AM_TRY(go_wait(append, err));
	if (append->sending == NULL)
		return AM_OK; /* refused, and done */
	AM_TRY(stream_send(append, mime, size, err));
	return sending_end(append, err);
}
