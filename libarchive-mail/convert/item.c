/* Which writer an item goes to: by PidTagMessageClass and nothing else. */
#include "convert/item.h"

#include "base/ascii.h"
#include "convert/item_class.h"

bool
am_class_has(const char *class_name, const char *prefix)
{
	while (*prefix != '\0' && (*class_name == *prefix ||
				   am_ascii_lower((uint8_t)*class_name) ==
					   am_ascii_lower((uint8_t)*prefix))) {
		class_name++;
		prefix++;
	}
	return *prefix == '\0' && (*class_name == '.' || *class_name == '\0');
}

bool
am_class_ends(const char *class_name, const char *suffix)
{
	const size_t len = strlen(class_name);
	const size_t end = strlen(suffix);

	return am_ascii_ends(am_bytes_of(class_name), suffix) &&
	       (len == end || class_name[len - end - 1] == '.');
}

static const struct item_class {
	const char *prefix;
	bool part_of_word; /* "IPM.Rule" has IPM.RuleOrganizer too */
	enum am_item_kind kind;
} item_classes[] = {
	{ "IPM.Appointment", false, AM_ITEM_APPOINTMENT },
	{ "IPM.OLE.CLASS", false, AM_ITEM_APPOINTMENT }, /* exceptions */
	{ "IPM.Contact", false, AM_ITEM_CONTACT },
	{ "IPM.DistList", false, AM_ITEM_DISTLIST },
	{ "IPM.Task", false, AM_ITEM_TASK },
	{ "IPM.Activity", false, AM_ITEM_JOURNAL },
	{ "IPM.StickyNote", false, AM_ITEM_NOTE },
	{ "IPM.Microsoft", false, AM_ITEM_INTERNAL },
	{ "IPM.Configuration", false, AM_ITEM_INTERNAL },
	{ "IPM.ConversationAction", false, AM_ITEM_INTERNAL },
	{ "IPM.Rule", true, AM_ITEM_INTERNAL },
	{ "IPM.ExtendedRule", true, AM_ITEM_INTERNAL },
	{ "IPC", false, AM_ITEM_INTERNAL },
};

static bool
class_matches(const char *class_name, const struct item_class *entry)
{
	if (entry->part_of_word)
		return am_ascii_starts(am_bytes_of(class_name), entry->prefix);
	return am_class_has(class_name, entry->prefix);
}

enum am_item_kind
am_item_kind(const char *class_name)
{
	size_t i;

	if (am_class_has(class_name, "IPM.Note")) /* nearly all there are */
		return AM_ITEM_MAIL;
	for (i = 0; i < sizeof(item_classes) / sizeof(item_classes[0]); i++)
		if (class_matches(class_name, &item_classes[i]))
			return item_classes[i].kind;
	return AM_ITEM_MAIL;
}

bool
am_item_has_writer(const char *class_name)
{
	switch (am_item_kind(class_name)) {
	case AM_ITEM_APPOINTMENT:
	case AM_ITEM_CONTACT:
	case AM_ITEM_DISTLIST:
	case AM_ITEM_TASK:
	case AM_ITEM_JOURNAL:
		return true;
	default:
		return false;
	}
}
