/* sink/imap_names: roles meet the server's own mailboxes; names are what
 * servers take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "sink/imap_names.h"

/* "raw:use" words of a server; then folders; then what becomes of them, raw,
 * with "+" and the use where it is to be made. */
static const struct names_case {
	const char *name;
	const char *prefix, *server[8];
	char separator;
	bool is_gmail;
	const char *into;
	struct am_sink_folder folders[6];
	const char *targets[6];
} names_cases[] = {
	{ "uses, whatever the language",
	  "",
	  { "INBOX:1", "&AMk-l&AOk-ments envoy&AOk-s:5", "Papierkorb:6" },
	  '/',
	  false,
	  NULL,
	  { { "Posteingang", SIZE_MAX, 1, AM_ROLE_INBOX },
	    { "Gesendet", SIZE_MAX, 2, AM_ROLE_SENT },
	    { "Deleted Items", SIZE_MAX, 3, AM_ROLE_DELETED },
	    { "2004", 1, 4, AM_ROLE_NONE } },
	  { "INBOX", "&AMk-l&AOk-ments envoy&AOk-s", "Papierkorb",
	    "&AMk-l&AOk-ments envoy&AOk-s/2004+0" } },
	{ "a server that tells no uses: known names, at the top only",
	  "",
	  { "INBOX:1", "Project/Sent Items:0", "Sent Items:0", "Drafts:0" },
	  '/',
	  false,
	  NULL,
	  { { "\xc3\x89l\xc3\xa9ments envoy\xc3\xa9s", SIZE_MAX, 2,
	      AM_ROLE_SENT },
	    { "Entw\xc3\xbcrfe", SIZE_MAX, 3, AM_ROLE_DRAFTS } },
	  { "Sent Items", "Drafts" } },
	{ "made with its use where there is none, once",
	  "",
	  { "INBOX:1" },
	  '/',
	  false,
	  NULL,
	  { { "Sent Items", SIZE_MAX, 2, AM_ROLE_SENT },
	    { "Sent too", SIZE_MAX, 3, AM_ROLE_SENT } },
	  { "Sent Items+5", "Sent too+0" } },
	{ "a prefix and dots (Courier)",
	  "INBOX.",
	  { "INBOX:1", "INBOX.Trash:0" },
	  '.',
	  false,
	  NULL,
	  { { "Inbox", SIZE_MAX, 1, AM_ROLE_INBOX },
	    { "v1.2", SIZE_MAX, 2, AM_ROLE_NONE },
	    { "Deleted Items", SIZE_MAX, 3, AM_ROLE_DELETED },
	    { "Travel", 0, 4, AM_ROLE_NONE } },
	  { "INBOX", "INBOX.v1_2+0", "INBOX.Trash", "INBOX.Travel+0" } },
	{ "below a folder of the user's choice nothing has a role",
	  "",
	  { "INBOX:1", "Sent:5" },
	  '/',
	  false,
	  "Old mail/2004",
	  { { "Inbox", SIZE_MAX, 1, AM_ROLE_INBOX },
	    { "Sent", SIZE_MAX, 2, AM_ROLE_SENT } },
	  { "Old mail/2004/Inbox+0", "Old mail/2004/Sent+0" } },
	{ "clashes, also by case, and names that mean something else",
	  "",
	  { "INBOX:1", "WORK:0" },
	  '/',
	  false,
	  NULL,
	  { { "Work", SIZE_MAX, 1, AM_ROLE_NONE },
	    { "work", SIZE_MAX, 0x22, AM_ROLE_NONE },
	    { "inbox", SIZE_MAX, 3, AM_ROLE_NONE },
	    { "a/b%c*\"\\", SIZE_MAX, 4, AM_ROLE_NONE },
	    { "#news", SIZE_MAX, 5, AM_ROLE_NONE },
	    { "  ", SIZE_MAX, 6, AM_ROLE_NONE } },
	  { "WORK", "work~22+0", "inbox~3+0", "a_b_c___+0", "_news+0",
	    "unnamed~6+0" } },
	{ "what a server keeps for itself",
	  "",
	  { "INBOX:1", "[Gmail]/All Mail:7" },
	  '/',
	  true,
	  NULL,
	  { { "Files", SIZE_MAX, 1, AM_ROLE_NONE },
	    { "[Gmail]", SIZE_MAX, 2, AM_ROLE_NONE },
	    { "chats", SIZE_MAX, 3, AM_ROLE_NONE } },
	  { "Files~1+0", "[Gmail]~2+0", "chats~3+0" } },
	{ "flat names",
	  "",
	  { "INBOX:1" },
	  '\0',
	  false,
	  NULL,
	  { { "A", SIZE_MAX, 1, AM_ROLE_NONE },
	    { "B", 0, 2, AM_ROLE_NONE },
	    { "A", 0, 3, AM_ROLE_NONE } },
	  { "A+0", "B+0", "A~3+0" } },
};

static void
server_make(const struct names_case *test, struct am_imap_mailbox *items,
	    char raws[8][64], struct am_imap_mailboxes *mailboxes)
{
	size_t i;

	mailboxes->items = items;
	mailboxes->prefix = test->prefix;
	mailboxes->separator = test->separator;
	for (i = 0; i < 8 && test->server[i] != NULL; i++) {
		const char *colon = strrchr(test->server[i], ':');

		(void)snprintf(raws[i], 64, "%.*s",
			       (int)(colon - test->server[i]), test->server[i]);
		items[i].raw = items[i].name = raws[i];
		items[i].separator = test->separator;
		items[i].use = (enum am_imap_use)(colon[1] - '0');
	}
	mailboxes->count = i;
}

static bool
names_case_passes(const struct names_case *test, char *got, size_t size)
{
	struct am_imap_mailbox items[8] = { { 0 } };
	struct am_imap_mailboxes mailboxes = { 0 };
	const struct am_imap_target *targets;
	struct am_imap_names names = { .mailboxes = &mailboxes,
				       .folders = test->folders,
				       .into = test->into,
				       .is_gmail = test->is_gmail };
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };
	char raws[8][64];
	bool passes = true;
	size_t i;

	server_make(test, items, raws, &mailboxes);
	while (names.count < 6 && test->folders[names.count].name != NULL)
		names.count++;
	if (am_imap_names_plan(&names, &arena, &targets, &err) != AM_OK)
		passes = false;
	for (i = 0; passes && i < names.count; i++) {
		(void)snprintf(got, size, "%s", targets[i].raw);
		if (!targets[i].is_there)
			(void)snprintf(got + strlen(got), size - strlen(got),
				       "+%d", (int)targets[i].use);
		passes = strcmp(got, test->targets[i]) == 0;
	}
	am_arena_free(&arena);
	return passes;
}

static void
test_names(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names_cases) / sizeof(names_cases[0]); i++) {
		char got[512] = "";

		if (!names_case_passes(&names_cases[i], got, sizeof(got)))
			fail_msg("%s: %s", names_cases[i].name, got);
	}
}

static const char *
choose(void *arg, size_t folder)
{
	return folder == 0 ? arg : NULL;
}

/* The user's own choice, and long names. */
static void
test_choice_and_length(void **state)
{
	static char long_name[3001];
	const struct am_sink_folder folders[] = {
		{ "x", SIZE_MAX, 1, AM_ROLE_SENT },
		{ long_name, SIZE_MAX, 0xab, AM_ROLE_NONE },
		{ long_name, 1, 0xcd, AM_ROLE_NONE },
	};
	const struct am_imap_mailboxes mailboxes = { .prefix = "",
						     .separator = '/' };
	const struct am_imap_names names = { .mailboxes = &mailboxes,
					     .folders = folders,
					     .count = 3,
					     .choose = choose,
					     .choose_arg = "Old/Sent 2004" };
	const struct am_imap_target *targets;
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };

	(void)state;
	memset(long_name, 'n', 3000);
	assert_int_equal(am_imap_names_plan(&names, &arena, &targets, &err),
			 AM_OK);
	assert_string_equal(targets[0].raw, "Old/Sent 2004");
	assert_true(strlen(targets[1].raw) <= AM_IMAP_NAME_MAX);
	assert_non_null(strstr(targets[1].raw, "~ab"));
	assert_true(strlen(targets[2].raw) <= AM_IMAP_PATH_MAX);
	assert_non_null(strstr(targets[2].raw, "~cd"));
	am_arena_free(&arena);
}

/* A server that takes none, as Dovecot's Maildir. */
static void
test_no_dots(void **state)
{
	const struct am_sink_folder folders[] = {
		{ "v1.2", SIZE_MAX, 1, AM_ROLE_NONE },
		{ "v1_2", SIZE_MAX, 2, AM_ROLE_NONE },
		{ "a.b.", 0, 3, AM_ROLE_NONE },
	};
	const struct am_imap_mailboxes mailboxes = { .prefix = "",
						     .separator = '/' };
	struct am_imap_names names = { .mailboxes = &mailboxes,
				       .folders = folders,
				       .count = 3 };
	const struct am_imap_target *targets;
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };

	(void)state;
	assert_int_equal(am_imap_names_plan(&names, &arena, &targets, &err),
			 AM_OK);
	assert_string_equal(targets[0].raw, "v1.2");
	assert_string_equal(targets[2].raw, "v1.2/a.b.");
	names.no_dots = true;
	assert_int_equal(am_imap_names_plan(&names, &arena, &targets, &err),
			 AM_OK);
	assert_string_equal(targets[0].raw, "v1_2");
	assert_string_equal(targets[1].raw, "v1_2~2");
	assert_string_equal(targets[2].raw, "v1_2/a_b_");
	am_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_choice_and_length),
		cmocka_unit_test(test_no_dots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
