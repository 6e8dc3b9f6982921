/* A conversation with an IMAP server. */
#include "imap/session.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/ascii.h"
#include "imap/session_private.h"

enum { LINE_MAX = 256 << 10 };

void
am_imap_trace_line(struct am_imap *imap, char who, struct am_bytes line)
{
	if (imap->options.trace != NULL)
		imap->options.trace(imap->options.trace_arg, who, line);
}

struct am_conn *
am_imap_conn(struct am_imap *imap)
{
	return imap->conn;
}

const struct am_imap_capabilities *
am_imap_can(const struct am_imap *imap)
{
	return &imap->can;
}

void
am_imap_tag(struct am_imap *imap, char tag[16])
{
	(void)snprintf(tag, 16, "A%u", ++imap->tags);
}

/* Code and text of a response, for people: one line, cut. */
static void
text_copy(const struct am_imap_response *response, char *text, size_t size)
{
	const struct am_bytes code = response->code, rest = response->rest;

	(void)snprintf(text, size, "%s%.*s%s%.*s", code.len > 0 ? "[" : "",
		       (int)code.len, (const char *)code.data,
		       code.len > 0 ? "] " : "", (int)rest.len,
		       (const char *)rest.data);
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20)
			*text = ' ';
}

void
am_imap_outcome_set(struct am_imap_outcome *outcome,
		    const struct am_imap_response *response,
		    enum am_imap_command command)
{
	outcome->condition = response->condition;
	text_copy(response, outcome->text, sizeof(outcome->text));
	outcome->judgement.verdict = AM_IMAP_REFUSED;
	outcome->judgement.wait_ms = 0;
	if (response->condition != AM_IMAP_OK)
		outcome->judgement = am_imap_judge(response, command);
}

static enum am_status
status_of(enum am_imap_verdict verdict)
{
	switch (verdict) {
	case AM_IMAP_THROTTLED:
	case AM_IMAP_DAY_LIMIT:
	case AM_IMAP_CROWDED:
	case AM_IMAP_FULL:
		return AM_LATER;
	case AM_IMAP_TRANSIENT:
	case AM_IMAP_NO_MAILBOX_FOR_USER:
		return AM_NETWORK;
	case AM_IMAP_BAD_AUTH:
		return AM_AUTH;
	case AM_IMAP_REFUSED:
	case AM_IMAP_TOO_BIG:
	case AM_IMAP_UNCLEAN:
	case AM_IMAP_NO_MAILBOX:
	case AM_IMAP_READ_ONLY:
	case AM_IMAP_REFUSED_UNCLEAR:
		break;
	}
	return AM_REFUSED;
}

enum am_status
am_imap_refused(const struct am_imap_outcome *outcome, const char *what,
		struct am_error *err)
{
	const enum am_imap_verdict verdict = outcome->judgement.verdict;

	return am_fail(err, status_of(verdict), "%s: %s (\"%.100s\")", what,
		       am_imap_verdict_text(verdict), outcome->text);
}

/* The server ends the conversation, and says why. */
static enum am_status
bye_fail(const struct am_imap *imap, const struct am_imap_response *response,
	 struct am_error *err)
{
	struct am_imap_outcome outcome;
	enum am_status status;

	am_imap_outcome_set(&outcome, response, AM_IMAP_AT_ANY);
	status = status_of(outcome.judgement.verdict);
	/* not of one item any more: Cyrus parts when a message is too big */
	if (status == AM_REFUSED)
		status = AM_NETWORK;
	if (outcome.judgement.verdict == AM_IMAP_REFUSED)
		return am_fail(err, AM_NETWORK,
			       "%s ends the connection: %.100s",
			       imap->options.conn.host, outcome.text);
	return am_fail(err, status, "%s ends the connection: %s (\"%.80s\")",
		       imap->options.conn.host,
		       am_imap_verdict_text(outcome.judgement.verdict),
		       outcome.text);
}

/* What concerns the whole conversation, wherever it comes. */
static enum am_status
response_note(struct am_imap *imap, const struct am_imap_response *response,
	      struct am_error *err)
{
	struct am_imap_scan words;

	if (response->type == AM_IMAP_UNTAGGED &&
	    response->condition == AM_IMAP_BYE)
		return bye_fail(imap, response, err);
	/* Courier may say an alert before it */
	if (response->type == AM_IMAP_UNTAGGED &&
	    response->condition == AM_IMAP_PREAUTH)
		imap->is_in = true;
	if (response->type == AM_IMAP_UNTAGGED &&
	    am_ascii_equal(response->name, "CAPABILITY")) {
		imap->can = am_imap_capabilities(am_imap_scan(response->rest));
		imap->can_is_known = true;
	}
	if (am_imap_code_is(response, "CAPABILITY", &words)) {
		imap->can = am_imap_capabilities(words);
		imap->can_is_known = true;
	}
	return AM_OK;
}

enum am_status
am_imap_poll(struct am_imap *imap, bool *has_out,
	     struct am_imap_response *response_out, struct am_error *err)
{
	struct am_bytes whole;
	size_t used;

	*has_out = false;
	AM_TRY(am_imap_reader_feed(&imap->reader, am_conn_input(imap->conn),
				   &used, &whole, err));
	am_conn_use(imap->conn, used);
	if (whole.data == NULL)
		return AM_OK;
	am_imap_trace_line(imap, 'S', whole);
	AM_TRY(am_imap_response_parse(whole, response_out, err));
	*has_out = true;
	return response_note(imap, response_out, err);
}

enum am_status
am_imap_read(struct am_imap *imap, struct am_imap_response *response_out,
	     struct am_error *err)
{
	for (;;) {
		bool has;

		AM_TRY(am_imap_poll(imap, &has, response_out, err));
		if (has)
			return AM_OK;
		AM_TRY(am_conn_step(imap->conn, err));
	}
}

enum am_status
am_imap_send_line(struct am_imap *imap, struct am_bytes line,
		  struct am_error *err)
{
	static const uint8_t end[] = { '\r', '\n' };
	struct am_bytes pieces[2] = { line, { end, sizeof(end) } };
	size_t i;

	for (i = 0; i < 2; i++) {
		while (pieces[i].len > 0) {
			size_t queued;

			AM_TRY(am_conn_queue(imap->conn, pieces[i], &queued,
					     err));
			pieces[i] = am_ascii_after(pieces[i], queued);
			if (pieces[i].len > 0)
				AM_TRY(am_conn_step(imap->conn, err));
		}
	}
	return AM_OK;
}

enum am_status
am_imap_end(struct am_imap *imap, const char *tag, am_imap_listener *listener,
	    void *arg, struct am_imap_response *response_out,
	    struct am_error *err)
{
	unsigned count;

	for (count = 0; count < AM_IMAP_UNTAGGED_MAX; count++) {
		AM_TRY(am_imap_read(imap, response_out, err));
		if (response_out->type == AM_IMAP_TAGGED &&
		    !am_bytes_equal(response_out->tag, am_bytes_of(tag)))
			return am_fail(err, AM_PROTOCOL,
				       "%s ends a command that was not sent",
				       imap->options.conn.host);
		if (listener != NULL && response_out->type != AM_IMAP_CONTINUE)
			AM_TRY(listener(arg, response_out, err));
		if (response_out->type != AM_IMAP_UNTAGGED)
			return AM_OK;
	}
	return am_fail(err, AM_PROTOCOL,
		       "%s says more than %d things to one command",
		       imap->options.conn.host, AM_IMAP_UNTAGGED_MAX);
}

/* The answer to a command that no continuation belongs to. */
static enum am_status
command_end(struct am_imap *imap, const char *tag, am_imap_listener *listener,
	    void *arg, struct am_imap_outcome *outcome, struct am_error *err)
{
	struct am_imap_response response;

	AM_TRY(am_imap_end(imap, tag, listener, arg, &response, err));
	if (response.type == AM_IMAP_CONTINUE)
		return am_fail(err, AM_PROTOCOL,
			       "%s waits for more than the command",
			       imap->options.conn.host);
	am_imap_outcome_set(outcome, &response, AM_IMAP_AT_OTHER);
	return AM_OK;
}

enum am_status
am_imap_command(struct am_imap *imap, const char *text,
		am_imap_listener *listener, void *arg,
		struct am_imap_outcome *outcome_out, struct am_error *err)
{
	struct am_buf line = am_buf(LINE_MAX);
	enum am_status status;
	char tag[16];

	if (strpbrk(text, "\r\n") != NULL)
		return am_fail(err, AM_CORRUPT, "a line end in a command");
	am_imap_tag(imap, tag);
	am_buf_printf(&line, "%s %s", tag, text);
	status = am_buf_status(&line, err);
	if (status == AM_OK) {
		am_imap_trace_line(imap, 'C', am_buf_bytes(&line));
		status = am_imap_send_line(imap, am_buf_bytes(&line), err);
	}
	am_buf_free(&line);
	AM_TRY(status);
	return command_end(imap, tag, listener, arg, outcome_out, err);
}

void
am_imap_quote(struct am_buf *out, const char *text)
{
	am_buf_add_char(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '\r' || *text == '\n')
			continue;
		if (*text == '"' || *text == '\\')
			am_buf_add_char(out, '\\');
		am_buf_add_char(out, *text);
	}
	am_buf_add_char(out, '"');
}

enum am_status
am_imap_capability(struct am_imap *imap, struct am_error *err)
{
	struct am_imap_outcome outcome;

	AM_TRY(am_imap_command(imap, "CAPABILITY", NULL, NULL, &outcome, err));
	if (outcome.condition != AM_IMAP_OK || !imap->can_is_known)
		return am_fail(err, AM_PROTOCOL,
			       "%s does not say what it can; is it an IMAP "
			       "server?",
			       imap->options.conn.host);
	return AM_OK;
}

/* Signed in already, it would not be encrypted any more. */
static enum am_status
preauth_check(const struct am_imap *imap, struct am_error *err)
{
	if (!imap->is_in || imap->options.security != AM_IMAP_STARTTLS)
		return AM_OK;
	return am_fail(err, AM_PROTOCOL,
		       "%s signs in before the encryption; somebody may be in "
		       "between",
		       imap->options.conn.host);
}

/* What was said before the encryption may be somebody else's. */
static enum am_status
starttls(struct am_imap *imap, struct am_error *err)
{
	const char *host = imap->options.conn.host;
	struct am_imap_outcome outcome;

	if ((imap->can.can & AM_IMAP_CAN_STARTTLS) == 0)
		return am_fail(err, AM_PROTOCOL,
			       "%s has no STARTTLS, and without encryption "
			       "nothing secret is sent; try port 993",
			       host);
	AM_TRY(am_imap_command(imap, "STARTTLS", NULL, NULL, &outcome, err));
	if (outcome.condition != AM_IMAP_OK)
		return am_fail(err, AM_PROTOCOL, "%s refuses STARTTLS: %.100s",
			       host, outcome.text);
	AM_TRY(preauth_check(imap, err));
	AM_TRY(am_conn_start_tls(imap->conn, err));
	imap->can_is_known = false;
	return am_imap_capability(imap, err);
}

static enum am_status
greeting(struct am_imap *imap, struct am_error *err)
{
	struct am_imap_response response;

	AM_TRY(am_imap_read(imap, &response, err));
	if (response.type != AM_IMAP_UNTAGGED ||
	    (response.condition != AM_IMAP_OK &&
	     response.condition != AM_IMAP_PREAUTH))
		return am_fail(err, AM_PROTOCOL,
			       "%s does not greet like an IMAP server; check "
			       "host and port",
			       imap->options.conn.host);
	AM_TRY(preauth_check(imap, err));
	if (!imap->can_is_known)
		AM_TRY(am_imap_capability(imap, err));
	AM_TRY(preauth_check(imap, err));
	if (imap->options.security == AM_IMAP_STARTTLS)
		return starttls(imap, err);
	return AM_OK;
}

enum am_status
am_imap_begin(const struct am_imap_options *options, struct am_conn *conn,
	      struct am_imap **imap_out, struct am_error *err)
{
	struct am_imap *imap = am_alloc(sizeof(*imap));
	enum am_status status;

	if (imap == NULL) {
		am_conn_close(conn);
		return am_nomem(err);
	}
	imap->options = *options;
	imap->reader = am_imap_reader();
	imap->conn = conn;
	status = greeting(imap, err);
	if (status != AM_OK) {
		am_imap_close(imap);
		return status;
	}
	*imap_out = imap;
	return AM_OK;
}

enum am_status
am_imap_open(const struct am_imap_options *options,
	     enum am_conn_stage *stage_out, struct am_imap **imap_out,
	     struct am_error *err)
{
	struct am_conn_options how = options->conn;
	struct am_conn *conn;

	how.plain = options->security != AM_IMAP_TLS;
	if (how.idle_ms == 0)
		how.idle_ms = AM_IMAP_COMMAND_MS;
	AM_TRY(am_conn_open(&how, stage_out, &conn, err));
	return am_imap_begin(options, conn, imap_out, err);
}

void
am_imap_close(struct am_imap *imap)
{
	static const char logout[] = "LOGOUT";
	struct am_error ignored;
	size_t queued;

	if (imap == NULL)
		return;
	if (am_conn_queued(imap->conn) == 0 && imap->is_in) {
		char line[32], tag[16];

		am_imap_tag(imap, tag);
		(void)snprintf(line, sizeof(line), "%s %s\r\n", tag, logout);
		(void)am_conn_queue(imap->conn, am_bytes_of(line), &queued,
				    &ignored);
		am_conn_set_idle(imap->conn, 1);
		(void)am_conn_step(imap->conn, &ignored);
	}
	am_conn_close(imap->conn);
	am_imap_reader_free(&imap->reader);
	am_free(imap);
}

enum am_status
am_imap_identify(struct am_imap *imap, const char *version,
		 struct am_error *err)
{
	struct am_imap_outcome outcome;
	struct am_buf text = am_buf(256);
	enum am_status status;

	if ((imap->can.can & AM_IMAP_CAN_ID) == 0)
		return AM_OK;
	am_buf_add_text(&text, "ID (\"name\" \"archive-mail\" \"version\" ");
	am_imap_quote(&text, version);
	am_buf_add_char(&text, ')');
	status = am_buf_status(&text, err);
	if (status == AM_OK)
		status = am_imap_command(imap, am_buf_text(&text), NULL, NULL,
					 &outcome, err);
	am_buf_free(&text);
	return status;
}

enum am_status
am_imap_compress(struct am_imap *imap, struct am_error *err)
{
	struct am_imap_outcome outcome;

	if ((imap->can.can & AM_IMAP_CAN_COMPRESS) == 0 ||
	    imap->compression_is_settled)
		return AM_OK;
	imap->compression_is_settled = true;
	AM_TRY(am_imap_command(imap, "COMPRESS DEFLATE", NULL, NULL, &outcome,
			       err));
	if (outcome.condition != AM_IMAP_OK)
		return AM_OK;
	return am_conn_start_deflate(imap->conn, err);
}
