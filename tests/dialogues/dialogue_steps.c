/* What a client can be told to do in a dialogue. */
#include "dialogue.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/mail_flag.h"
#include "imap/fetch.h"
#include "imap/mailbox.h"

static enum am_status
step_identify(struct dialogue_client *client, const char *arguments,
	      struct am_error *err)
{
	return am_imap_identify(client->imap, arguments, err);
}

static enum am_status
step_compress(struct dialogue_client *client, const char *arguments,
	      struct am_error *err)
{
	(void)arguments;
	return am_imap_compress(client->imap, err);
}

/* command TEXT: one command as it is; found: how it ended. */
static enum am_status
step_command(struct dialogue_client *client, const char *arguments,
	     struct am_error *err)
{
	struct am_imap_outcome outcome = { 0 };

	AM_TRY(am_imap_command(client->imap, arguments, NULL, NULL, &outcome,
			       err));
	am_buf_printf(&client->found, "condition %d verdict %d wait %d: %s\n",
		      (int)outcome.condition, (int)outcome.judgement.verdict,
		      (int)outcome.judgement.wait_ms, outcome.text);
	return AM_OK;
}

static enum am_status
found_add(void *arg, const struct am_imap_found *found, struct am_error *err)
{
	struct dialogue_client *client = arg;
	char hex[AM_SHA256_HEX_SIZE];

	(void)err;
	am_sha256_hex(found->id, hex);
	am_buf_printf(&client->found,
		      "%" PRIu32 ": %" PRIu64 " bytes, %" PRId64 ", %.8s; ",
		      found->uid, found->size, found->received, hex);
	return AM_OK;
}

/* find FIRST LAST MAILBOX */
static enum am_status
step_find(struct dialogue_client *client, const char *arguments,
	  struct am_error *err)
{
	char *rest;
	const unsigned long first = strtoul(arguments, &rest, 10);
	const unsigned long last = strtoul(rest, &rest, 10);

	return am_imap_find_all(client->imap, rest + 1, (uint32_t)first,
				(uint32_t)last, found_add, client, err);
}

/* flag check|store MAILBOX: of the UIDs 3, 4 and 9 */
static enum am_status
step_flag(struct dialogue_client *client, const char *arguments,
	  struct am_error *err)
{
	static const uint32_t uids[] = { 3, 4, 9 };
	size_t lost = 0;

	AM_TRY(am_imap_flag(client->imap, arguments + strlen("check "), uids, 3,
			    arguments[0] == 'c', &lost, err));
	am_buf_printf(&client->found, "%zu lost\n", lost);
	return AM_OK;
}

static enum am_status
append_done(void *arg, uint64_t row, const struct am_imap_appended *appended,
	    struct am_error *err)
{
	struct dialogue_client *client = arg;

	(void)err;
	if (appended->stored)
		am_buf_printf(&client->found, "row %" PRIu64 " stored %u:%u; ",
			      row, (unsigned)appended->uidvalidity,
			      (unsigned)appended->uid);
	else
		am_buf_printf(&client->found, "row %" PRIu64 " refused %d %s; ",
			      row, (int)appended->outcome.judgement.verdict,
			      appended->outcome.text);
	if (client->with_mime)
		am_buf_printf(&client->found, "%zu bytes %.4s; ",
			      appended->mime.len,
			      appended->mime.len > 0
				      ? (const char *)appended->mime.data
				      : "none");
	return AM_OK;
}

static enum am_status
append_open(struct dialogue_client *client, enum am_imap_strategy strategy,
	    struct am_error *err)
{
	const struct am_imap_append_options options = {
		.strategy = strategy,
		.make_missing = client->make_missing,
		.done = append_done,
		.arg = client,
	};

	if (client->append != NULL)
		return AM_OK;
	return am_imap_append_open(client->imap, &options, &client->append,
				   err);
}

/* strategy NUMBER of enum am_imap_strategy */
static enum am_status
step_strategy(struct dialogue_client *client, const char *arguments,
	      struct am_error *err)
{
	return append_open(client, (enum am_imap_strategy)(arguments[0] - '0'),
			   err);
}

/* make-missing: before the first message. */
static enum am_status
step_make_missing(struct dialogue_client *client, const char *arguments,
		  struct am_error *err)
{
	(void)arguments;
	(void)err;
	client->make_missing = true;
	return AM_OK;
}

/* know MAILBOX */
static enum am_status
step_know(struct dialogue_client *client, const char *arguments,
	  struct am_error *err)
{
	AM_TRY(append_open(client, AM_IMAP_BEST, err));
	am_imap_append_know(client->append, arguments);
	return AM_OK;
}

/* with-mime: of what is told from here on, the bytes that come with it. */
static enum am_status
step_with_mime(struct dialogue_client *client, const char *arguments,
	       struct am_error *err)
{
	(void)arguments;
	(void)err;
	client->with_mime = true;
	return AM_OK;
}

/* What is open after a failure, for expect. */
static enum am_status
append_outcome(struct dialogue_client *client, enum am_status status)
{
	const uint64_t *rows;
	size_t count, sent, i;
	struct am_error err;

	if (status == AM_OK)
		return status;
	if (am_imap_append_open_rows(client->append, &client->arena, &rows,
				     &count, &sent, &err) != AM_OK)
		return status;
	for (i = 0; i < count; i++)
		am_buf_printf(&client->found, "row %" PRIu64 " %s; ", rows[i],
			      i < sent ? "in doubt" : "unsent");
	return status;
}

/* append MAILBOX TEXT: a message "X: TEXT" and an empty line; seen, received
 * 2001-01-01 12:00:00, with the keyword $Forwarded, if TEXT is "marked". */
static enum am_status
step_append(struct dialogue_client *client, const char *arguments,
	    struct am_error *err)
{
	char mailbox[64], text[64], mime[80];
	struct am_imap_message message = { .row = ++client->row,
					   .mailbox = mailbox,
					   .received = INT64_MIN };

	AM_TRY(append_open(client, AM_IMAP_BEST, err));
	if (sscanf(arguments, "%63s %63s", mailbox, text) != 2)
		return am_fail(err, AM_CORRUPT, "append: MAILBOX TEXT");
	if (strcmp(text, "marked") == 0) {
		message.flags = AM_FLAG_SEEN | AM_FLAG_DELETED;
		message.keywords = "$Forwarded";
		message.received = 978350400;
	}
	(void)snprintf(mime, sizeof(mime), "X: %s\r\n\r\n", text);
	return append_outcome(client,
			      am_imap_append_put(client->append, &message,
						 am_bytes_of(mime), err));
}

/* append-size MAILBOX SIZE [stream|stream-utf8]: a message of so many x, which
 * the caller may say has UTF-8 in its header fields. */
static enum am_status
step_append_size(struct dialogue_client *client, const char *arguments,
		 struct am_error *err)
{
	char mailbox[64], how[64] = "";
	struct am_imap_message message = { .row = ++client->row,
					   .mailbox = mailbox,
					   .received = INT64_MIN };
	struct am_stream *stream;
	enum am_status status;
	size_t size;
	char *x;

	AM_TRY(append_open(client, AM_IMAP_BEST, err));
	if (sscanf(arguments, "%63s %zu %63s", mailbox, &size, how) < 2)
		return am_fail(err, AM_CORRUPT, "append-size: MAILBOX SIZE");
	x = am_alloc(size);
	if (x == NULL)
		return am_nomem(err);
	memset(x, 'x', size);
	message.has_utf8 = strcmp(how, "stream-utf8") == 0;
	if (strncmp(how, "stream", 6) != 0) {
		status = am_imap_append_put(client->append, &message,
					    am_bytes(x, size), err);
	} else {
		status = am_stream_of_bytes(&client->arena, am_bytes(x, size),
					    &stream, err);
		if (status == AM_OK)
			status = am_imap_append_put_stream(
				client->append, &message, stream, size, err);
	}
	am_free(x);
	return append_outcome(client, status);
}

static enum am_status
step_flush(struct dialogue_client *client, const char *arguments,
	   struct am_error *err)
{
	(void)arguments;
	return append_outcome(client,
			      am_imap_append_flush(client->append, err));
}

static enum am_status
step_mailboxes(struct dialogue_client *client, const char *arguments,
	       struct am_error *err)
{
	struct am_imap_mailboxes found;
	size_t i;

	(void)arguments;
	AM_TRY(am_imap_mailboxes(client->imap, &client->arena, &found, err));
	am_buf_printf(&client->found, "prefix \"%s\" \"%c\"; ", found.prefix,
		      found.separator);
	for (i = 0; i < found.count; i++)
		am_buf_printf(&client->found, "%s=%s %d%s%s; ",
			      found.items[i].raw, found.items[i].name,
			      (int)found.items[i].use,
			      found.items[i].no_select ? " noselect" : "",
			      found.items[i].no_children ? " nochildren" : "");
	return AM_OK;
}

/* create USE RAW */
static enum am_status
step_create(struct dialogue_client *client, const char *arguments,
	    struct am_error *err)
{
	return am_imap_create(client->imap, arguments + 2,
			      (enum am_imap_use)(arguments[0] - '0'), err);
}

static enum am_status
step_status(struct dialogue_client *client, const char *arguments,
	    struct am_error *err)
{
	struct am_imap_status found;

	AM_TRY(am_imap_status(client->imap, arguments, &found, err));
	am_buf_printf(&client->found, "%u messages, next %u of %u; ",
		      (unsigned)found.messages, (unsigned)found.uidnext,
		      (unsigned)found.uidvalidity);
	return AM_OK;
}

static enum am_status
step_quota(struct dialogue_client *client, const char *arguments,
	   struct am_error *err)
{
	struct am_imap_quota found;

	AM_TRY(am_imap_quota(client->imap, arguments, &found, err));
	am_buf_printf(&client->found, "known %d, %" PRIu64 " of %" PRIu64 "; ",
		      found.is_known, found.used, found.limit);
	return AM_OK;
}

static enum am_status
step_permanent(struct dialogue_client *client, const char *arguments,
	       struct am_error *err)
{
	struct am_imap_permanent found;
	size_t i;

	AM_TRY(am_imap_permanent(client->imap, arguments, &client->arena,
				 &found, err));
	am_buf_printf(&client->found,
		      "flags %u any %d readonly %d:", found.flags,
		      found.any_keyword, found.read_only);
	for (i = 0; i < found.keyword_count; i++)
		am_buf_printf(&client->found, " %s", found.keywords[i]);
	return AM_OK;
}

const struct dialogue_step dialogue_steps[] = {
	{ "identify", step_identify },
	{ "compress", step_compress },
	{ "command", step_command },
	{ "find", step_find },
	{ "flag", step_flag },
	{ "strategy", step_strategy },
	{ "make-missing", step_make_missing },
	{ "know", step_know },
	{ "with-mime", step_with_mime },
	{ "append-size", step_append_size },
	{ "append", step_append },
	{ "flush", step_flush },
	{ "mailboxes", step_mailboxes },
	{ "create", step_create },
	{ "status", step_status },
	{ "quota", step_quota },
	{ "permanent", step_permanent },
	{ NULL, NULL },
};
