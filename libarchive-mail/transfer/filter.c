/* Filters. */
#include "transfer/filter.h"

#include <fnmatch.h>

#include "base/time.h"

static bool
matches_one(const char *const *globs, const char *text, int flags)
{
	for (; *globs != NULL; globs++)
		if (fnmatch(*globs, text, flags) == 0)
			return true;
	return false;
}

const char *
am_filter_folder(const struct am_transfer_options *options, const char *folder)
{
	if (options->folders != NULL &&
	    !matches_one(options->folders, folder, 0))
		return "filter: folder";
	if (options->exclude_folders != NULL &&
	    matches_one(options->exclude_folders, folder, 0))
		return "filter: excluded folder";
	return NULL;
}

const char *
am_filter_class(const struct am_transfer_options *options,
		const char *class_name)
{
	if (options->classes != NULL &&
	    !matches_one(options->classes, class_name, FNM_CASEFOLD))
		return "filter: class";
	return NULL;
}

const char *
am_filter_kind(const struct am_transfer_options *options,
	       enum am_item_kind kind)
{
	switch (kind) {
	case AM_ITEM_INTERNAL:
		return options->all ? NULL : "internal to Outlook";
	case AM_ITEM_APPOINTMENT:
	case AM_ITEM_CONTACT:
	case AM_ITEM_DISTLIST:
	case AM_ITEM_TASK:
	case AM_ITEM_JOURNAL:
		return options->mail_only ? "not mail" : NULL;
	case AM_ITEM_MAIL:
	case AM_ITEM_NOTE:
		break;
	}
	return NULL;
}

const char *
am_filter_time(const struct am_transfer_options *options, int64_t received)
{
	/* An item without a time is never left out for its time. */
	if (received == AM_TIME_NONE)
		return NULL;
	if (options->since != NULL && received < *options->since)
		return "filter: since";
	if (options->until != NULL && received > *options->until)
		return "filter: until";
	return NULL;
}
