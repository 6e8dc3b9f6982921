/* RFC 9051 6.3.12: flags and date of a message. */
#include "base/ascii.h"
#include "base/mail_flag.h"
#include "base/time.h"
#include "imap/append_private.h"

/* What servers keep as it is: Dovecot makes 1901 or now of what is outside,
 * Cyrus refuses it. 1970-01-02 00:00:00 and 2038-01-18 23:59:59. */
static const int64_t first_date = 86400, last_date = 2147471999;

static const struct flag_name {
	enum am_mail_flag flag;
	const char *name;
} flag_names[] = {
	{ AM_FLAG_SEEN, "\\Seen" },
	{ AM_FLAG_ANSWERED, "\\Answered" },
	{ AM_FLAG_FLAGGED, "\\Flagged" },
	{ AM_FLAG_DRAFT, "\\Draft" },
};

enum {
	NAMED_FLAGS = AM_FLAG_SEEN | AM_FLAG_ANSWERED | AM_FLAG_FLAGGED |
		      AM_FLAG_DRAFT
};

/* " (\Seen $Forwarded)" */
static void
flags_add(struct am_buf *out, const struct am_imap_message *message,
	  bool with_list)
{
	const bool has_keywords =
		message->keywords != NULL && message->keywords[0] != '\0';
	const char *before = "";
	size_t i;

	if ((message->flags & NAMED_FLAGS) == 0 && !has_keywords && !with_list)
		return;
	am_buf_add_text(out, " (");
	for (i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++) {
		if ((message->flags & (unsigned)flag_names[i].flag) == 0)
			continue;
		am_buf_add_text(out, before);
		am_buf_add_text(out, flag_names[i].name);
		before = " ";
	}
	if (has_keywords) {
		am_buf_add_text(out, before);
		am_buf_add_text(out, message->keywords);
	}
	am_buf_add_char(out, ')');
}

bool
am_imap_append_has_date(int64_t received)
{
	return received >= first_date && received <= last_date;
}

static void
date_add(struct am_buf *out, int64_t received)
{
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr",
					  "May", "Jun", "Jul", "Aug",
					  "Sep", "Oct", "Nov", "Dec" };
	struct am_civil civil;

	if (!am_imap_append_has_date(received))
		return;
	civil = am_time_civil(received);
	am_buf_printf(out, " \"%02d-%s-%04d %02d:%02d:%02d +0000\"", civil.day,
		      months[civil.month - 1], civil.year, civil.hour,
		      civil.minute, civil.second);
}

void
am_append_head(struct am_buf *out, const struct am_imap_message *message,
	       bool with_list)
{
	flags_add(out, message, with_list);
	date_add(out, message->received);
}
