/* transfer/filter: what passes, and the reason when it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "transfer/filter.h"

static const char *const travel[] = { "Inbox/Tr*", "Sent", NULL };
static const char *const junk[] = { "Junk*", NULL };
static const char *const notes[] = { "IPM.Note*", NULL };

static const struct {
	const char *name;
	const char *const *folders, *const *excluded;
	const char *folder, *reason;
} folders[] = {
	{ "no filter", NULL, NULL, "Inbox", NULL },
	{ "a glob", travel, NULL, "Inbox/Travel", NULL },
	{ "a star passes slashes", travel, NULL, "Inbox/Travel/2004", NULL },
	{ "the second glob", travel, NULL, "Sent", NULL },
	{ "none of them", travel, NULL, "Inbox", "filter: folder" },
	{ "case counts", travel, NULL, "sent", "filter: folder" },
	{ "excluded", NULL, junk, "Junk E-mail", "filter: excluded folder" },
	{ "not excluded", NULL, junk, "Inbox", NULL },
	{ "wanted and excluded", junk, junk, "Junk",
	  "filter: excluded folder" },
};

static void
check(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

static void
test_folder(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		const struct am_transfer_options options = {
			.folders = folders[i].folders,
			.exclude_folders = folders[i].excluded,
		};

		print_message("%s\n", folders[i].name);
		check(am_filter_folder(&options, folders[i].folder),
		      folders[i].reason);
	}
}

static void
test_class(void **state)
{
	const struct am_transfer_options none = { 0 };
	const struct am_transfer_options options = { .classes = notes };

	(void)state;
	check(am_filter_class(&none, "IPM.Task"), NULL);
	check(am_filter_class(&options, "IPM.Note"), NULL);
	check(am_filter_class(&options, "ipm.note.SMIME"), NULL);
	check(am_filter_class(&options, "IPM.Task"), "filter: class");
	check(am_filter_class(&options, ""), "filter: class");
}

static void
test_time(void **state)
{
	const int64_t since = 1000;
	const int64_t until = 2000;
	const struct am_transfer_options none = { 0 };
	const struct am_transfer_options options = { .since = &since,
						     .until = &until };

	(void)state;
	check(am_filter_time(&none, 5), NULL);
	check(am_filter_time(&options, 999), "filter: since");
	check(am_filter_time(&options, 1000), NULL);
	check(am_filter_time(&options, 2000), NULL);
	check(am_filter_time(&options, 2001), "filter: until");
	check(am_filter_time(&options, AM_TIME_NONE), NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_class),
		cmocka_unit_test(test_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
