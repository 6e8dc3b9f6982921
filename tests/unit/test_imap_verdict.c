/* imap/verdict: every string that a known server refuses with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "imap/verdict.h"

enum {
	APPEND = AM_IMAP_AT_APPEND,
	LOGIN = AM_IMAP_AT_LOGIN,
	OTHER = AM_IMAP_AT_OTHER,
	ANY = AM_IMAP_AT_ANY
};

static const struct verdict_case {
	const char *line;
	int command;
	enum am_imap_verdict verdict;
	uint64_t wait_ms;
} verdict_cases[] = {
	{ "A1 NO Request is throttled. Suggested Backoff Time: 299961 "
	  "milliseconds",
	  APPEND, AM_IMAP_THROTTLED, 299961 },
	{ "A1 BAD Request is throttled. Suggested Backoff Time: 50 "
	  "milliseconds",
	  OTHER, AM_IMAP_THROTTLED, 50 },
	{ "A1 NO Suggested Backoff Time: 99999999999999999999999", APPEND,
	  AM_IMAP_THROTTLED, 6 * 60 * 60 * 1000 },
	{ "A1 BAD Request is throttled. Suggested Backoff Time: 3000000 "
	  "milliseconds",
	  APPEND, AM_IMAP_THROTTLED, 3000000 },
	{ "* BYE Connection closed. 14", ANY, AM_IMAP_THROTTLED, 0 },
	{ "A1 NO Lockdown in Sector 4", LOGIN, AM_IMAP_DAY_LIMIT, 0 },
	/* the code before the text, both in any case */
	{ "A1 NO [overquota] Temporary System Problem", APPEND, AM_IMAP_FULL,
	  0 },
	{ "A1 no [LiMiT] x", APPEND, AM_IMAP_TOO_BIG, 0 },
	{ "A1 NO OVER QUOTA", APPEND, AM_IMAP_FULL, 0 },
	{ "A1 BAD request IS THROTTLED.", OTHER, AM_IMAP_THROTTLED, 0 },
	{ "A1 NO found a virus in it", APPEND, AM_IMAP_UNCLEAN, 0 },
	{ "A1 NO [SERVERBUG] internal", LOGIN, AM_IMAP_TRANSIENT, 0 },
	{ "A1 NO [UNAVAILABLE] x", APPEND, AM_IMAP_TRANSIENT, 0 },
	{ "A1 NO [ALERT] Account exceeded command or bandwidth limits. "
	  "(Failure)",
	  LOGIN, AM_IMAP_DAY_LIMIT, 0 },
	{ "* BYE [OVERQUOTA] Account exceeded command or bandwidth limits.",
	  ANY, AM_IMAP_DAY_LIMIT, 0 },
	{ "* BYE Session expired, please login again", ANY, AM_IMAP_DAY_LIMIT,
	  0 },
	{ "A1 NO [LIMIT] APPEND Rate limit hit.", APPEND, AM_IMAP_THROTTLED,
	  0 },
	{ "A1 NO [THROTTLED] slower", APPEND, AM_IMAP_THROTTLED, 0 },
	{ "A1 NO [ALERT] Too many simultaneous connections. (Failure)", LOGIN,
	  AM_IMAP_CROWDED, 0 },
	{ "A1 NO [LIMIT] Maximum number of connections from user+IP exceeded "
	  "(mail_max_userip_connections=10)",
	  LOGIN, AM_IMAP_CROWDED, 0 },
	{ "A1 NO [UNAVAILABLE] Maximum number of connections from user+IP "
	  "exceeded",
	  LOGIN, AM_IMAP_CROWDED, 0 },
	{ "A1 BAD User is authenticated but not connected.", OTHER,
	  AM_IMAP_NO_MAILBOX_FOR_USER, 0 },
	{ "A1 NO authentication failure", LOGIN, AM_IMAP_BAD_AUTH, 0 },
	{ "A1 NO [UNAVAILABLE] Temporary authentication failure. [host:time]",
	  LOGIN, AM_IMAP_TRANSIENT, 0 },
	{ "A1 NO [INUSE] locked", APPEND, AM_IMAP_TRANSIENT, 0 },
	{ "A1 NO [SERVERBUG] internal", APPEND, AM_IMAP_TRANSIENT, 0 },
	{ "A1 NO Server Unavailable. 15", OTHER, AM_IMAP_TRANSIENT, 0 },
	{ "A1 NO [UNAVAILABLE] Temporary System Problem (Failure)", APPEND,
	  AM_IMAP_TRANSIENT, 0 },
	{ "A1 NO [OVERQUOTA] Quota exceeded (mailbox for user is full)", APPEND,
	  AM_IMAP_FULL, 0 },
	{ "A1 NO Over quota", APPEND, AM_IMAP_FULL, 0 },
	{ "A1 NO [ALERT] You exceeded your mail quota.", APPEND, AM_IMAP_FULL,
	  0 },
	{ "A1 NO Quota limit will be exceeded", APPEND, AM_IMAP_FULL, 0 },
	{ "A1 BAD Command Argument Error. 11", APPEND, AM_IMAP_REFUSED_UNCLEAR,
	  0 },
	{ "A1 NO [LIMIT] Mail size is larger than the maximum size allowed by "
	  "server configuration",
	  APPEND, AM_IMAP_TOO_BIG, 0 },
	{ "A1 NO [TOOBIG] Message size exceeds fixed limit", APPEND,
	  AM_IMAP_TOO_BIG, 0 },
	{ "A1 NO Maximum size of appendable message has been exceeded", APPEND,
	  AM_IMAP_TOO_BIG, 0 },
	{ "A1 BAD maximum message size exceeded", APPEND, AM_IMAP_TOO_BIG, 0 },
	{ "A1 BAD command line limit exceeded", APPEND, AM_IMAP_TOO_BIG, 0 },
	{ "A1 NO Message contains NUL characters", APPEND, AM_IMAP_UNCLEAN, 0 },
	{ "A1 NO Message contains bare newlines", APPEND, AM_IMAP_UNCLEAN, 0 },
	{ "A1 NO Message contains invalid header", APPEND, AM_IMAP_UNCLEAN, 0 },
	{ "A1 NO Zero-length message literal", APPEND, AM_IMAP_UNCLEAN, 0 },
	{ "A1 NO Can't save a zero byte message", APPEND, AM_IMAP_UNCLEAN, 0 },
	{ "A1 NO header limit reached", APPEND, AM_IMAP_UNCLEAN, 0 },
	{ "A1 BAD Invalid Arguments: Unable to parse message", APPEND,
	  AM_IMAP_UNCLEAN, 0 },
	{ "A1 BAD [CLIENTBUG] Additional arguments found after last expected "
	  "argument",
	  APPEND, AM_IMAP_UNCLEAN, 0 },
	{ "A1 BAD Invalid date-time in Append command", APPEND, AM_IMAP_UNCLEAN,
	  0 },
	{ "A1 NO [TRYCREATE] no such mailbox", APPEND, AM_IMAP_NO_MAILBOX, 0 },
	{ "A1 NO [NONEXISTENT] Unknown Mailbox", OTHER, AM_IMAP_NO_MAILBOX, 0 },
	{ "A1 NO [READ-ONLY] mailbox", APPEND, AM_IMAP_READ_ONLY, 0 },
	{ "A1 NO [NOPERM] Permission denied", APPEND, AM_IMAP_READ_ONLY, 0 },
	{ "A1 NO [AUTHENTICATIONFAILED] Authentication failed.", LOGIN,
	  AM_IMAP_BAD_AUTH, 0 },
	{ "A1 NO [AUTHORIZATIONFAILED] x", LOGIN, AM_IMAP_BAD_AUTH, 0 },
	{ "A1 NO [EXPIRED] x", LOGIN, AM_IMAP_BAD_AUTH, 0 },
	{ "A1 NO [ALERT] Application-specific password required", LOGIN,
	  AM_IMAP_BAD_AUTH, 0 },
	{ "A1 NO Your account is not enabled for IMAP use", LOGIN,
	  AM_IMAP_BAD_AUTH, 0 },
	{ "A1 NO IMAP access is disabled for your domain", LOGIN,
	  AM_IMAP_BAD_AUTH, 0 },
	{ "A1 NO AUTHENTICATE failed.", LOGIN, AM_IMAP_BAD_AUTH, 0 },
	/* one code, three meanings */
	{ "A1 NO [LIMIT] x", LOGIN, AM_IMAP_CROWDED, 0 },
	{ "A1 NO [LIMIT] x", APPEND, AM_IMAP_TOO_BIG, 0 },
	{ "A1 NO [LIMIT] x", OTHER, AM_IMAP_THROTTLED, 0 },
	/* a subject of somebody's message in the text of another command */
	{ "A1 NO virus", OTHER, AM_IMAP_REFUSED, 0 },
	{ "A1 NO something else", APPEND, AM_IMAP_REFUSED, 0 },
	{ "A1 NO", APPEND, AM_IMAP_REFUSED, 0 },
};

static void
test_verdicts(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(verdict_cases) / sizeof(verdict_cases[0]); i++) {
		const struct verdict_case *test = &verdict_cases[i];
		struct am_imap_response response = { 0 };
		struct am_imap_judgement judgement;
		struct am_error err = { 0 };

		assert_int_equal(am_imap_response_parse(am_bytes_of(test->line),
							&response, &err),
				 AM_OK);
		judgement = am_imap_judge(&response,
					  (enum am_imap_command)test->command);
		if (judgement.verdict != test->verdict ||
		    judgement.wait_ms != test->wait_ms)
			fail_msg("%s: %d", test->line, judgement.verdict);
		assert_non_null(am_imap_verdict_text(judgement.verdict));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
