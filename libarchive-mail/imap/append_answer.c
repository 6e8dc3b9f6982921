/* Many messages to a server: what it answers. */
#include "base/ascii.h"
#include "imap/append_private.h"

static enum am_status
held_done(struct am_imap_append *append, const struct am_append_held *held,
	  const struct am_imap_appended *appended, struct am_error *err)
{
	return append->options.done(append->options.arg, held->message.row,
				    appended, err);
}

enum am_status
am_append_command_refuse(struct am_imap_append *append,
			 struct am_append_command *command,
			 struct am_error *err)
{
	struct am_imap_appended appended = { .outcome = command->outcome };
	const struct am_append_held *held;
	enum am_status status = AM_OK;

	for (held = command->first; status == AM_OK && held != NULL;
	     held = held->next) {
		appended.mime = am_buf_bytes(&held->mime);
		status = held_done(append, held, &appended, err);
	}
	am_append_command_free(command);
	return status;
}

enum am_status
am_append_unclear_tell(struct am_imap_append *append, struct am_error *err)
{
	while (append->unclear.first != NULL) {
		struct am_append_command *command = append->unclear.first;

		am_append_list_take(&append->unclear, command);
		AM_TRY(am_append_command_refuse(append, command, err));
	}
	return AM_OK;
}

static enum am_status
command_stored(struct am_imap_append *append, struct am_append_command *command,
	       const struct am_imap_response *response, struct am_error *err)
{
	struct am_imap_appended appended = { .stored = true };
	struct am_append_uids uids = am_append_uids_of(response, command->count,
						       &appended.uidvalidity);
	struct am_append_held *held;

	am_append_mailbox_know(&append->known, command->first->message.mailbox);
	for (held = command->first; held != NULL; held = held->next) {
		appended.uid = appended.uidvalidity != 0
				       ? am_append_uid_next(&uids)
				       : 0;
		AM_TRY(held_done(append, held, &appended, err));
	}
	/* there is room, so what was refused before was refused for itself */
	append->unclear_count = 0;
	return am_append_unclear_tell(append, err);
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

static bool
is_of_the_mailbox(enum am_imap_verdict verdict)
{
	return verdict == AM_IMAP_NO_MAILBOX || verdict == AM_IMAP_READ_ONLY;
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

/* The message, or the account? The messages that follow will tell. */
static enum am_status
unclear_add(struct am_imap_append *append, struct am_append_command *command,
	    struct am_error *err)
{
	struct am_imap_outcome full = command->outcome;

	am_append_list_add(&append->unclear, command);
	append->unclear_count++;
	if (append->unclear_count < AM_IMAP_UNCLEAR_MAX)
		return AM_OK;
	full.judgement.verdict = AM_IMAP_FULL;
	return am_imap_refused(&full, "storing a message, and those before it",
			       err);
}

static void
under_way_end(struct am_imap_append *append, struct am_append_command *command)
{
	am_append_list_take(&append->under_way, command);
	append->commands--;
	append->bytes -= command->bytes;
	if (append->waiting == command)
		append->waiting = NULL;
	if (append->sending == command)
		append->sending = NULL;
}

/* command goes again; a stream is given anew by who has it. */
static void
go_again(struct am_imap_append *append, struct am_append_command *command)
{
	if (!command->is_stream) {
		am_append_list_add_first(&append->again, command);
		return;
	}
	append->stream_again = true;
	append->stream_missing = command->is_missing;
	am_append_command_free(command);
}

/* Is a mailbox missing that may be made? A stream that was read cannot go
 * again. */
static bool
is_to_be_made(struct am_imap_append *append,
	      const struct am_append_command *command)
{
	return append->options.make_missing &&
	       command->outcome.judgement.verdict == AM_IMAP_NO_MAILBOX &&
	       !(command->is_stream && command->has_go) &&
	       !am_append_mailbox_is_known(&append->made,
					   command->first->message.mailbox);
}

/* RFC 9755 has not got the form UTF8 (~{…}) any more. */
static bool
is_of_the_form(const struct am_append_command *command)
{
	return command->first->is_utf8 && !command->has_go &&
	       (command->outcome.condition == AM_IMAP_BAD_COMMAND ||
		command->outcome.judgement.verdict == AM_IMAP_REFUSED);
}

/* command, as it was refused, is not under way any more, and freed or put
 * elsewhere. */
static enum am_status
command_refused(struct am_imap_append *append,
		struct am_append_command *command, struct am_error *err)
{
	const enum am_imap_verdict verdict = command->outcome.judgement.verdict;

	under_way_end(append, command);
	if (verdict == AM_IMAP_NO_MAILBOX)
		am_append_mailbox_forget(&append->known,
					 command->first->message.mailbox);
	if (ends_all(verdict) ||
	    (verdict == AM_IMAP_FULL && command->count == 1)) {
		am_append_list_add(&append->again,
				   command); /* it is not there */
		return am_imap_refused(&command->outcome, "storing a message",
				       err);
	}
	command->is_missing = is_to_be_made(append, command);
	if (is_of_the_form(command)) {
		command->first->is_utf8 = false;
		append->no_utf8_form = true;
		go_again(append, command);
		return AM_OK;
	}
	if (command->is_missing) {
		go_again(append, command);
		return AM_OK;
	}
	if (command->count > 1 && !is_of_the_mailbox(verdict))
		return both_halves_again(append, command, err);
	if (verdict == AM_IMAP_REFUSED_UNCLEAR)
		return unclear_add(append, command, err);
	return am_append_command_refuse(append, command, err);
}

enum am_status
am_append_sending_end(struct am_imap_append *append, struct am_error *err)
{
	struct am_append_command *command = append->sending;

	append->sending = NULL;
	return command->is_refused ? command_refused(append, command, err)
				   : AM_OK;
}

/* A server that refuses a message before it has all of it still wants the rest
 * (RFC 9051 4.3): the refusal waits until that is out. */
static enum am_status
command_no(struct am_imap_append *append, struct am_append_command *command,
	   const struct am_imap_response *response, struct am_error *err)
{
	const bool is_due = command == append->sending ||
			    (command == append->waiting && command->has_go);

	if (is_due && command->is_refused)
		return am_fail(err, AM_PROTOCOL,
			       "the server ends a command twice");
	am_imap_outcome_set(&command->outcome, response, AM_IMAP_AT_APPEND);
	if (!is_due || ends_all(command->outcome.judgement.verdict))
		return command_refused(append, command, err);
	command->is_refused = true;
	return AM_OK;
}

static enum am_status
command_answered(struct am_imap_append *append,
		 struct am_append_command *command,
		 const struct am_imap_response *response, struct am_error *err)
{
	enum am_status status;

	if (response->condition != AM_IMAP_OK)
		return command_no(append, command, response, err);
	if (command == append->waiting || command == append->sending)
		return am_fail(err, AM_PROTOCOL,
			       "the server says it has a message that was not "
			       "sent");
	under_way_end(append, command);
	status = command_stored(append, command, response, err);
	am_append_command_free(command);
	return status;
}

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
		am_append_mailbox_know(&append->known,
				       append->waiting->first->message.mailbox);
		return AM_OK;
	}
	for (command = append->under_way.first; command != NULL;
	     command = command->next)
		if (am_bytes_equal(response->tag, am_bytes_of(command->tag)))
			return command_answered(append, command, response, err);
	return am_fail(err, AM_PROTOCOL,
		       "the server ends a command that was not sent");
}

enum am_status
am_append_take_all(struct am_imap_append *append, struct am_error *err)
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

enum am_status
am_append_take_next(struct am_imap_append *append, struct am_error *err)
{
	struct am_imap_response response;

	AM_TRY(am_imap_read(append->imap, &response, err));
	return response_take(append, &response, err);
}
