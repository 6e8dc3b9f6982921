/* Flags as keywords. */
#include "base/mail_flag.h"

size_t
am_mail_flag_keywords(unsigned flags, const char *names[AM_FLAG_NAMED_MAX])
{
	static const struct {
		unsigned flag;
		const char *name;
	} known[AM_FLAG_NAMED_MAX] = {
		{ AM_FLAG_FORWARDED, "$Forwarded" },
		{ AM_FLAG_MDN_SENT, "$MDNSent" },
		{ AM_FLAG_COMPLETED, "$Completed" },
		{ AM_FLAG_JUNK, "$Junk" },
	};
	size_t count = 0;
	size_t i;

	for (i = 0; i < AM_FLAG_NAMED_MAX; i++)
		if ((flags & known[i].flag) != 0)
			names[count++] = known[i].name;
	return count;
}
