/* What a refusal means. */
#include "imap/verdict.h"

#include "base/ascii.h"

enum {
	ANY = AM_IMAP_AT_LOGIN | AM_IMAP_AT_APPEND | AM_IMAP_AT_OTHER,
	/* A server that asks for longer is not believed: 6 hours. */
	WAIT_MS_MAX = 6 * 60 * 60 * 1000
};

/* The first rule that fits counts: what is special before what is general. A
 * NULL fits everything. */
static const struct rule {
	unsigned commands; /* of enum am_imap_command */
	const char *code;
	const char *text; /* stands somewhere in the text or in the code */
	enum am_imap_verdict verdict;
} rules[] = {
	/* Exchange; the time follows */
	{ ANY, NULL, "Suggested Backoff Time", AM_IMAP_THROTTLED },
	{ ANY, NULL, "Request is throttled", AM_IMAP_THROTTLED },
	{ ANY, "THROTTLED", NULL, AM_IMAP_THROTTLED },
	/* Gmail calls its bandwidth OVERQUOTA too */
	{ ANY, NULL, "command or bandwidth limits", AM_IMAP_DAY_LIMIT },
	{ ANY, NULL, "Lockdown in Sector", AM_IMAP_DAY_LIMIT },
	{ ANY, NULL, "Session expired, please login again", AM_IMAP_DAY_LIMIT },
	/* Yahoo */
	{ ANY, NULL, "Rate limit hit", AM_IMAP_THROTTLED },
	/* connections: Gmail, Dovecot, Exchange */
	{ ANY, NULL, "Too many simultaneous connections", AM_IMAP_CROWDED },
	{ ANY, NULL, "Maximum number of connections", AM_IMAP_CROWDED },
	{ ANY, NULL, "Connection closed. 14", AM_IMAP_THROTTLED },
	{ ANY, NULL, "authenticated but not connected",
	  AM_IMAP_NO_MAILBOX_FOR_USER },
	/* this message: Dovecot, Cyrus, Exchange, Microsoft 365 */
	{ AM_IMAP_AT_APPEND, "TOOBIG", NULL, AM_IMAP_TOO_BIG },
	{ AM_IMAP_AT_APPEND, NULL, "Mail size is larger", AM_IMAP_TOO_BIG },
	{ AM_IMAP_AT_APPEND, NULL, "Maximum size of appendable message",
	  AM_IMAP_TOO_BIG },
	{ AM_IMAP_AT_APPEND, NULL, "maximum message size exceeded",
	  AM_IMAP_TOO_BIG },
	{ AM_IMAP_AT_APPEND, NULL, "Message size exceeds", AM_IMAP_TOO_BIG },
	{ AM_IMAP_AT_APPEND, NULL, "command line limit exceeded",
	  AM_IMAP_TOO_BIG },
	{ AM_IMAP_AT_APPEND, NULL, "NUL characters", AM_IMAP_UNCLEAN },
	{ AM_IMAP_AT_APPEND, NULL, "bare newlines", AM_IMAP_UNCLEAN },
	{ AM_IMAP_AT_APPEND, NULL, "invalid header", AM_IMAP_UNCLEAN },
	{ AM_IMAP_AT_APPEND, NULL, "Zero-length message", AM_IMAP_UNCLEAN },
	{ AM_IMAP_AT_APPEND, NULL, "zero byte message", AM_IMAP_UNCLEAN },
	{ AM_IMAP_AT_APPEND, NULL, "header limit reached", AM_IMAP_UNCLEAN },
	{ AM_IMAP_AT_APPEND, NULL, "Unable to parse message", AM_IMAP_UNCLEAN },
	{ AM_IMAP_AT_APPEND, NULL, "Additional arguments found",
	  AM_IMAP_UNCLEAN },
	{ AM_IMAP_AT_APPEND, NULL, "Invalid date-time", AM_IMAP_UNCLEAN },
	{ AM_IMAP_AT_APPEND, NULL, "virus", AM_IMAP_UNCLEAN },
	/* the account: Dovecot and others, Cyrus, Courier, Exchange */
	{ ANY, "OVERQUOTA", NULL, AM_IMAP_FULL },
	{ ANY, NULL, "Over quota", AM_IMAP_FULL },
	{ ANY, NULL, "exceeded your mail quota", AM_IMAP_FULL },
	{ ANY, NULL, "Quota limit will be exceeded", AM_IMAP_FULL },
	{ ANY, NULL, "Quota exceeded", AM_IMAP_FULL },
	/* Exchange, for a full account, but also for a message that is too
	 * big, or has long lines */
	{ AM_IMAP_AT_APPEND, NULL, "Command Argument Error. 11",
	  AM_IMAP_REFUSED_UNCLEAR },
	/* [LIMIT]: connections at login, the message at APPEND, else the rate
	 */
	{ AM_IMAP_AT_LOGIN, "LIMIT", NULL, AM_IMAP_CROWDED },
	{ AM_IMAP_AT_APPEND, "LIMIT", NULL, AM_IMAP_TOO_BIG },
	{ AM_IMAP_AT_OTHER, "LIMIT", NULL, AM_IMAP_THROTTLED },
	/* the mailbox */
	{ ANY, "TRYCREATE", NULL, AM_IMAP_NO_MAILBOX },
	{ AM_IMAP_AT_APPEND | AM_IMAP_AT_OTHER, "NONEXISTENT", NULL,
	  AM_IMAP_NO_MAILBOX },
	{ ANY, "READ-ONLY", NULL, AM_IMAP_READ_ONLY },
	{ ANY, "NOPERM", NULL, AM_IMAP_READ_ONLY },
	/* the credentials */
	{ ANY, "AUTHENTICATIONFAILED", NULL, AM_IMAP_BAD_AUTH },
	{ ANY, "AUTHORIZATIONFAILED", NULL, AM_IMAP_BAD_AUTH },
	{ ANY, "EXPIRED", NULL, AM_IMAP_BAD_AUTH },
	{ ANY, "PRIVACYREQUIRED", NULL, AM_IMAP_BAD_AUTH },
	{ ANY, NULL, "AUTHENTICATE failed", AM_IMAP_BAD_AUTH },
	{ AM_IMAP_AT_LOGIN, NULL, "Invalid credentials", AM_IMAP_BAD_AUTH },
	{ AM_IMAP_AT_LOGIN, NULL, "Login failed", AM_IMAP_BAD_AUTH },
	/* Gmail: an app password, or IMAP itself */
	{ AM_IMAP_AT_LOGIN, NULL, "specific password", AM_IMAP_BAD_AUTH },
	{ AM_IMAP_AT_LOGIN, NULL, "not enabled for IMAP", AM_IMAP_BAD_AUTH },
	{ AM_IMAP_AT_LOGIN, NULL, "IMAP access is disabled", AM_IMAP_BAD_AUTH },
	/* what passes */
	{ ANY, "UNAVAILABLE", NULL, AM_IMAP_TRANSIENT },
	{ ANY, "INUSE", NULL, AM_IMAP_TRANSIENT },
	{ ANY, "SERVERBUG", NULL, AM_IMAP_TRANSIENT },
	{ ANY, NULL, "Server Unavailable", AM_IMAP_TRANSIENT },
	{ ANY, NULL, "Temporary System Problem", AM_IMAP_TRANSIENT },
	/* Cyrus, without a code; Dovecot's passing ones say it too */
	{ AM_IMAP_AT_LOGIN, NULL, "authentication fail", AM_IMAP_BAD_AUTH },
};

static bool
rule_fits(const struct rule *rule, const struct am_imap_response *response,
	  enum am_imap_command command)
{
	if (command != AM_IMAP_AT_ANY &&
	    (rule->commands & (unsigned)command) == 0)
		return false;
	if (rule->code != NULL && !am_imap_code_is(response, rule->code, NULL))
		return false;
	return rule->text == NULL || am_ascii_has(response->rest, rule->text) ||
	       am_ascii_has(response->code, rule->text);
}

/* The first number behind "Suggested Backoff Time:". */
static uint64_t
wait_of(struct am_bytes text)
{
	static const char label[] = "Suggested Backoff Time";
	uint64_t wait = 0;
	size_t i = 0;

	while (i < text.len && !am_ascii_starts(am_ascii_after(text, i), label))
		i++;
	while (i < text.len && !am_ascii_is_digit(text.data[i]))
		i++;
	for (; i < text.len && am_ascii_is_digit(text.data[i]); i++)
		if (wait <= WAIT_MS_MAX)
			wait = wait * 10 + (uint64_t)(text.data[i] - '0');
	return wait <= WAIT_MS_MAX ? wait : WAIT_MS_MAX;
}

struct am_imap_judgement
am_imap_judge(const struct am_imap_response *response,
	      enum am_imap_command command)
{
	struct am_imap_judgement judgement = { AM_IMAP_REFUSED, 0 };
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (!rule_fits(&rules[i], response, command))
			continue;
		judgement.verdict = rules[i].verdict;
		if (judgement.verdict == AM_IMAP_THROTTLED)
			judgement.wait_ms = wait_of(response->rest);
		break;
	}
	return judgement;
}

const char *
am_imap_verdict_text(enum am_imap_verdict verdict)
{
	static const char *const texts[] = {
		[AM_IMAP_REFUSED] = "the server refused it",
		[AM_IMAP_THROTTLED] =
			"the server wants it slower; the same command later "
			"goes on",
		[AM_IMAP_DAY_LIMIT] =
			"the provider's limit of the day is reached; the same "
			"command goes on tomorrow",
		[AM_IMAP_CROWDED] =
			"too many connections to this account; close other "
			"programs that use it",
		[AM_IMAP_NO_MAILBOX_FOR_USER] =
			"signed in, but the server opens no mailbox: the user "
			"has no licence or no mailbox, the address is not the "
			"one that signed in, or there are too many connections",
		[AM_IMAP_TRANSIENT] = "the server cannot just now",
		[AM_IMAP_FULL] =
			"the mailbox is full; make room, and the same command "
			"goes on",
		[AM_IMAP_TOO_BIG] =
			"the message is larger than the server takes",
		[AM_IMAP_UNCLEAN] =
			"the server does not take a message like this",
		[AM_IMAP_NO_MAILBOX] = "there is no such mailbox",
		[AM_IMAP_READ_ONLY] = "this user may not write to the mailbox",
		[AM_IMAP_BAD_AUTH] = "the server does not accept the "
				     "credentials; sign in again",
		[AM_IMAP_REFUSED_UNCLEAR] =
			"the message is too large, or has lines that are too "
			"long, or the mailbox is full: the server does not say "
			"which",
	};

	return texts[verdict];
}
