/* Signing in: RFC 9051 6.2.2, 4959 (SASL-IR), 7628 (OAUTHBEARER), XOAUTH2. */
#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "base/ascii.h"
#include "imap/sasl.h"
#include "imap/session_private.h"
#include "imap/utf8.h"

enum {
	SECRET_LINE_MAX = 2 * AM_SASL_TOKEN_MAX,
	TURNS_MAX = 4 /* continuations in one attempt */
};

static bool
is_loopback(const char *host)
{
	struct in_addr address;

	if (inet_pton(AF_INET, host, &address) == 1)
		return ntohl(address.s_addr) >> 24 == 127;
	return strcmp(host, "::1") == 0 || strcmp(host, "localhost") == 0;
}

/* The best that both sides have. LOGIN (RFC 9051 6.2.3) is not used: whoever
 * has it has AUTHENTICATE PLAIN. */
static bool
mechanism_choose(const struct am_imap *imap, enum am_credential_kind kind,
		 enum am_sasl *mechanism_out)
{
	static const struct choice {
		enum am_credential_kind kind;
		enum am_imap_capability needed;
		enum am_sasl mechanism;
	} choices[] = {
		{ AM_CREDENTIAL_TOKEN, AM_IMAP_CAN_OAUTHBEARER,
		  AM_SASL_OAUTHBEARER },
		{ AM_CREDENTIAL_TOKEN, AM_IMAP_CAN_XOAUTH2, AM_SASL_XOAUTH2 },
		{ AM_CREDENTIAL_PASSWORD, AM_IMAP_CAN_PLAIN, AM_SASL_PLAIN },
	};
	size_t i;

	for (i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		if (choices[i].kind == kind &&
		    (imap->can.can & (unsigned)choices[i].needed) != 0) {
			*mechanism_out = choices[i].mechanism;
			return true;
		}
	return false;
}

static enum am_status
mechanism_missing(const struct am_imap *imap, enum am_credential_kind kind,
		  struct am_error *err)
{
	if (kind == AM_CREDENTIAL_TOKEN)
		return am_fail(err, AM_UNSUPPORTED,
			       "%s takes no OAuth tokens (neither XOAUTH2 nor "
			       "OAUTHBEARER); is it the right host?",
			       imap->options.conn.host);
	return am_fail(err, AM_UNSUPPORTED,
		       "%s takes no passwords (%s); sign in with OAuth, or "
		       "check the host",
		       imap->options.conn.host,
		       (imap->can.can & AM_IMAP_CAN_NOT_LOGIN) != 0
			       ? "LOGINDISABLED"
			       : "no AUTH=PLAIN");
}

static void
secret_free(struct am_buf *buf)
{
	if (buf->data != NULL)
		OPENSSL_cleanse(buf->data, buf->size);
	am_buf_free(buf);
}

/* The refusal that a server wraps into a challenge, for people: JSON such as
 * {"status":"401",…}. */
static void
challenge_keep(struct am_bytes base64, char *text, size_t size)
{
	uint8_t plain[AM_IMAP_TEXT_SIZE];
	const size_t most = sizeof(plain) / 3 * 4;
	int len;

	if (base64.len > most)
		base64.len = most;
	base64.len -= base64.len % 4;
	len = EVP_DecodeBlock(plain, base64.data, (int)base64.len);
	if (len <= 0)
		return;
	(void)snprintf(text, size, "%.*s", len, (const char *)plain);
}

static void
outcome_add(struct am_imap_outcome *outcome, const char *text)
{
	const size_t len = strlen(outcome->text);

	(void)snprintf(outcome->text + len, sizeof(outcome->text) - len, " %s",
		       text);
}

static enum am_status
answer_send(struct am_imap *imap, enum am_sasl mechanism, struct am_error *err)
{
	const char *answer = am_sasl_answer(mechanism);

	am_imap_trace_line(imap, 'C', am_bytes_of(answer));
	return am_imap_send_line(imap, am_bytes_of(answer), err);
}

/* The first line, with the message in it where the server can. */
static enum am_status
first_send(struct am_imap *imap, enum am_sasl mechanism, const char *tag,
	   struct am_bytes message, struct am_error *err)
{
	struct am_buf line = am_buf(SECRET_LINE_MAX);
	char command[64], shown[80];
	enum am_status status;

	(void)snprintf(command, sizeof(command), "%s AUTHENTICATE %s", tag,
		       am_sasl_name(mechanism));
	(void)snprintf(shown, sizeof(shown), "%s%s", command,
		       message.len > 0 ? " <hidden>" : "");
	/* room for all, so that growing leaves no copy behind */
	(void)am_buf_room(&line, sizeof(command) + message.len);
	am_buf_add_text(&line, command);
	if (message.len > 0)
		am_buf_add_char(&line, ' ');
	am_buf_add(&line, message);
	status = am_buf_status(&line, err);
	if (status == AM_OK) {
		am_imap_trace_line(imap, 'C', am_bytes_of(shown));
		status = am_imap_send_line(imap, am_buf_bytes(&line), err);
	}
	secret_free(&line);
	return status;
}

static enum am_status
message_send(struct am_imap *imap, struct am_bytes message,
	     struct am_error *err)
{
	am_imap_trace_line(imap, 'C', am_bytes_of("<hidden>"));
	return am_imap_send_line(imap, message, err);
}

/* Up to the tagged end. A continuation asks for the message, or, when it has
 * been said, carries the refusal; then the server wants one answer more. */
static enum am_status
exchange(struct am_imap *imap, enum am_sasl mechanism, struct am_bytes message,
	 struct am_imap_outcome *outcome, struct am_error *err)
{
	const bool at_once = (imap->can.can & AM_IMAP_CAN_SASL_IR) != 0;
	char refusal[AM_IMAP_TEXT_SIZE] = "";
	bool said = at_once;
	char tag[16];
	int turn;

	am_imap_tag(imap, tag);
	AM_TRY(first_send(imap, mechanism, tag,
			  at_once ? message : am_bytes(NULL, 0), err));
	for (turn = 0; turn < TURNS_MAX; turn++) {
		struct am_imap_response response;

		AM_TRY(am_imap_end(imap, tag, NULL, NULL, &response, err));
		if (response.type == AM_IMAP_TAGGED) {
			am_imap_outcome_set(outcome, &response,
					    AM_IMAP_AT_LOGIN);
			if (refusal[0] != '\0')
				outcome_add(outcome, refusal);
			return AM_OK;
		}
		if (said) {
			challenge_keep(response.rest, refusal, sizeof(refusal));
			AM_TRY(answer_send(imap, mechanism, err));
		} else {
			AM_TRY(message_send(imap, message, err));
			said = true;
		}
	}
	return am_fail(err, AM_PROTOCOL, "%s does not end to ask for more",
		       imap->options.conn.host);
}

/* One attempt with one secret. */
static enum am_status
authenticate(struct am_imap *imap, enum am_sasl mechanism,
	     struct am_credential *credential, bool renew,
	     struct am_imap_outcome *outcome, struct am_error *err)
{
	struct am_sasl_input input = { credential->user, NULL,
				       imap->options.conn.host,
				       imap->options.conn.port };
	struct am_buf message = am_buf(SECRET_LINE_MAX);
	enum am_status status;

	AM_TRY(credential->get(credential, renew, &input.secret, err));
	(void)am_buf_room(&message, SECRET_LINE_MAX - 1);
	status = am_sasl_begin(mechanism, &input, &message, err);
	if (status == AM_OK)
		status = exchange(imap, mechanism, am_buf_bytes(&message),
				  outcome, err);
	secret_free(&message);
	return status;
}

/* A token may have been withdrawn before its time: once with another. */
static enum am_status
authenticate_twice(struct am_imap *imap, enum am_sasl mechanism,
		   struct am_credential *credential,
		   struct am_imap_outcome *outcome, struct am_error *err)
{
	AM_TRY(authenticate(imap, mechanism, credential, false, outcome, err));
	if (outcome->condition == AM_IMAP_OK ||
	    credential->kind != AM_CREDENTIAL_TOKEN ||
	    outcome->judgement.verdict != AM_IMAP_BAD_AUTH)
		return AM_OK;
	return authenticate(imap, mechanism, credential, true, outcome, err);
}

/* A server with UTF8=ONLY answers nothing else before. */
static enum am_status
signed_in(struct am_imap *imap, struct am_error *err)
{
	if ((imap->can.can & AM_IMAP_CAN_UTF8_ONLY) != 0)
		return am_imap_utf8_enable(imap, err);
	return AM_OK;
}

enum am_status
am_imap_login(struct am_imap *imap, struct am_credential *credential,
	      struct am_error *err)
{
	struct am_imap_outcome outcome;
	enum am_sasl mechanism;

	if (imap->is_in)
		return signed_in(imap, err);
	if (!am_conn_is_encrypted(imap->conn) &&
	    !is_loopback(imap->options.conn.host))
		return am_fail(err, AM_PROTOCOL,
			       "the connection to %s is not encrypted, and "
			       "nothing secret is sent on it",
			       imap->options.conn.host);
	if (!mechanism_choose(imap, credential->kind, &mechanism))
		return mechanism_missing(imap, credential->kind, err);
	imap->can_is_known = false;
	AM_TRY(authenticate_twice(imap, mechanism, credential, &outcome, err));
	if (outcome.condition != AM_IMAP_OK)
		return am_imap_refused(&outcome, "signing in", err);
	imap->is_in = true;
	if (!imap->can_is_known)
		AM_TRY(am_imap_capability(imap, err));
	return signed_in(imap, err);
}
