/* convert/oxcmail_flags: flags and times of a message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mail_flag.h"
#include "convert/oxcmail_flags.h"

#define ABSENT -1

static const struct {
	const char *name;
	struct am_flag_facts facts;
	unsigned flags;
} states[] = {
	{ "nothing is known",
	  { ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT },
	  0 },
	{ "unread (D29)", { 0, 0, 0, 0, 0, 0, 0 }, 0 },
	{ "read", { 1, 0, 0, 0, 0, 0, 0 }, AM_FLAG_SEEN },
	{ "draft", { 9, 0, 0, 0, 0, 0, 0 }, AM_FLAG_SEEN | AM_FLAG_DRAFT },
	{ "draft by status", { 0, 0x100, 0, 0, 0, 0, 0 }, AM_FLAG_DRAFT },
	{ "replied",
	  { 1, 0, 102, 0x105, 0, 0, 0 },
	  AM_FLAG_SEEN | AM_FLAG_ANSWERED },
	{ "replied to all", { 0, 0, 103, 0, 0, 0, 0 }, AM_FLAG_ANSWERED },
	{ "replied to the folder",
	  { 0, 0, 108, 0, 0, 0, 0 },
	  AM_FLAG_ANSWERED },
	{ "replied by icon",
	  { 0, 0, ABSENT, 0x105, 0, 0, 0 },
	  AM_FLAG_ANSWERED },
	{ "replied by status", { 0, 0x200, 0, 0, 0, 0, 0 }, AM_FLAG_ANSWERED },
	{ "forwarded", { 0, 0, 104, 0x106, 0, 0, 0 }, AM_FLAG_FORWARDED },
	{ "forwarded by icon", { 0, 0, 0, 0x106, 0, 0, 0 }, AM_FLAG_FORWARDED },
	{ "replied, then forwarded",
	  { 0, 0x200, 104, 0x106, 0, 0, 0 },
	  AM_FLAG_ANSWERED | AM_FLAG_FORWARDED },
	{ "flagged", { 0, 0, 0, 0, 2, 6, 0 }, AM_FLAG_FLAGGED },
	{ "flag completed", { 0, 0, 0, 0, 1, 6, 0 }, AM_FLAG_COMPLETED },
	{ "flagged by colour", { 0, 0, 0, 0, ABSENT, 6, 0 }, AM_FLAG_FLAGGED },
	{ "a flag that is off", { 0, 0, 0, 0, 0, 6, 0 }, 0 },
	{ "deleted on IMAP", { 0, 0, 0, 0, 0, 0, 1 }, AM_FLAG_DELETED },
	{ "deleted by status", { 0, 8, 0, 0, 0, 0, 0 }, AM_FLAG_DELETED },
	{ "receipt sent", { 0, 0x4000, 0, 0, 0, 0, 0 }, AM_FLAG_MDN_SENT },
	{ "other bits", { 0x7ffff6, 0x30f1, 1, 0x103, 3, 0, 2 }, 0 },
};

static void
test_flags(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		print_message("%s\n", states[i].name);
		assert_int_equal(am_mail_flags(&states[i].facts, AM_ROLE_INBOX),
				 states[i].flags);
	}
}

#define NONE AM_TIME_NONE

/* submitted, delivered, original, reported, created, modified */
static const struct {
	const char *name;
	struct am_mail_times times;
	int64_t date, report_date, received, own_received;
} ladders[] = {
	{ "nothing",
	  { NONE, NONE, NONE, NONE, NONE, NONE },
	  NONE,
	  NONE,
	  NONE,
	  NONE },
	{ "all", { 1, 2, 3, 4, 5, 6 }, 1, 4, 2, 1 },
	{ "received without a submit time (D30)",
	  { NONE, 2, 3, NONE, 5, 6 },
	  2,
	  2,
	  2,
	  6 },
	{ "sent without a delivery time (D30)",
	  { 1, NONE, NONE, NONE, 5, 6 },
	  1,
	  1,
	  1,
	  1 },
	{ "a draft", { NONE, NONE, NONE, NONE, 5, 6 }, 5, 5, 5, 6 },
	{ "a report", { NONE, NONE, 3, 4, 5, 6 }, 3, 4, 5, 6 },
	{ "only modified", { NONE, NONE, NONE, NONE, NONE, 6 }, 6, 6, 6, 6 },
	{ "only delivered", { NONE, 2, NONE, NONE, NONE, NONE }, 2, 2, 2, 2 },
};

static void
test_times(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ladders) / sizeof(ladders[0]); i++) {
		const struct am_mail_times *times = &ladders[i].times;

		print_message("%s\n", ladders[i].name);
		assert_true(am_mail_date(times, false) == ladders[i].date);
		assert_true(am_mail_date(times, true) ==
			    ladders[i].report_date);
		assert_true(am_mail_received(times, false) ==
			    ladders[i].received);
		assert_true(am_mail_received(times, true) ==
			    ladders[i].own_received);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
