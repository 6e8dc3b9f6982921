/* RFC 3463 status codes of MAPI's and X.400's, and the fields of reports as
 * archives keep them (mapi-to-mime 11). */
#include <stdio.h>

#include "base/ascii.h"
#include "base/cursor.h"
#include "convert/item_class.h"
#include "convert/oxcmail_report.h"
#include "mime/lines.h"

/* ---- classes ---- */

/* The longest suffix first. */
static const struct am_report_kind kinds[] = {
	{ "Delayed.DR", false, "delayed", "4.0.0",
	  "The delivery of your message is delayed." },
	{ "Expanded.DR", false, "expanded", "2.0.0",
	  "Your message was delivered to a distribution list." },
	{ "Relayed.DR", false, "relayed", "2.0.0",
	  "Your message was relayed to a system that sends no reports." },
	{ "NDR", false, "failed", NULL, "Your message was not delivered." },
	{ "DR", false, "delivered", "2.0.0", "Your message was delivered." },
	{ "IPNRN", true, "displayed", NULL, "Your message was read." },
	{ "IPNNRN", true, "deleted", NULL,
	  "Your message was deleted without being read." },
};

const struct am_report_kind *
am_report_kind_find(const char *class_name)
{
	size_t i;

	if (!am_class_has(class_name, "REPORT"))
		return NULL;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (am_class_ends(class_name, kinds[i].suffix))
			return &kinds[i];
	return NULL;
}

/* ---- codes ---- */

/* PidTagNonDeliveryReportReasonCode, where there is no diagnostic. */
static const char *const of_reason[] = { "5.4.0", "5.1.0", "5.6.5", "5.6.5",
					 "5.2.0", "5.3.0", "4.4.3" };

/* PidTagNonDeliveryReportDiagCode (tricky D17: a table of its own). */
static const char *const of_diagnostic[] = {
	"5.1.0", "5.1.4", "4.4.5", "4.4.6", "5.1.0", "4.4.7", "5.3.0",
	"5.6.0", "5.6.3", "5.6.2", "5.6.0", "5.5.4", "5.6.0", "5.3.4",
	"5.6.0", "5.6.1", "5.5.3", "5.5.5", "5.3.3", "5.6.2", "5.6.0",
	"5.6.0", "4.6.4", "4.6.4", "4.6.4", "4.6.4", "5.7.3", "4.4.6",
	"5.7.2", "5.7.1", "5.2.4", "5.6.1", "5.1.3", "5.1.0", "5.1.3",
	"5.1.1", "5.1.0", "5.3.0", "5.3.0", "5.1.0", "5.1.6", "5.1.0",
	"5.1.0", "5.1.6", "5.0.0", "5.0.0", "5.7.0", "5.0.0", "5.1.2",
};

static const char *
of_codes(int64_t reason, int64_t diagnostic)
{
	enum {
		REASONS = sizeof(of_reason) / sizeof(of_reason[0]),
		DIAGNOSTICS = sizeof(of_diagnostic) / sizeof(of_diagnostic[0])
	};

	if (diagnostic >= 0 && diagnostic < DIAGNOSTICS)
		return of_diagnostic[diagnostic];
	if (reason >= 0 && reason < REASONS)
		return of_reason[reason];
	return reason >= 0 || diagnostic >= 0 ? "5.4.0" : "";
}

/* One to three digits. */
static bool
digits_take(struct am_cursor *cur, char *out, size_t *len)
{
	size_t count = 0;

	while (cur->left > 0 && am_ascii_is_digit(*cur->next) && count < 3) {
		out[(*len)++] = (char)am_u8(cur);
		count++;
	}
	return count > 0;
}

/* "2.x.y", "4.x.y" or "5.x.y" at the front of text. */
static bool
status_take(struct am_bytes text, char status_out[AM_REPORT_STATUS_SIZE])
{
	struct am_cursor cur = am_cursor(text);
	const uint8_t class_digit = am_u8(&cur);
	size_t len = 0;

	if (class_digit != '2' && class_digit != '4' && class_digit != '5')
		return false;
	status_out[len++] = (char)class_digit;
	for (int i = 0; i < 2; i++) {
		if (am_u8(&cur) != '.')
			return false;
		status_out[len++] = '.';
		if (!digits_take(&cur, status_out, &len))
			return false;
	}
	status_out[len] = '\0';
	return true;
}

/* "<server #5.1.1 smtp;550 5.1.1 unknown>": behind the "#", or "#550 ". */
static bool
of_info(const char *info, char status_out[AM_REPORT_STATUS_SIZE])
{
	const char *at = info;

	while ((at = strchr(at, '#')) != NULL) {
		struct am_bytes rest = am_bytes_of(++at);

		if (rest.len > 4 && rest.data[3] == ' ' &&
		    am_ascii_is_digit(rest.data[0]))
			if (status_take(am_ascii_after(rest, 4), status_out))
				return true;
		if (status_take(rest, status_out))
			return true;
	}
	return false;
}

void
am_report_status(const struct am_recipient_report *report,
		 char status_out[AM_REPORT_STATUS_SIZE])
{
	const int64_t code = report->status;

	if (code >= 200 && code <= 599 && code / 100 != 3)
		(void)snprintf(status_out, AM_REPORT_STATUS_SIZE, "%d.%d.%d",
			       (int)(code / 100), (int)(code / 10 % 10),
			       (int)(code % 10));
	else if (!of_info(report->info, status_out))
		(void)snprintf(status_out, AM_REPORT_STATUS_SIZE, "%s",
			       of_codes(report->reason, report->diagnostic));
}

/* ---- fields that the archive has ---- */

static bool
is_clean(struct am_bytes bytes)
{
	bool after_cr = false;
	size_t column = 0;
	size_t i;

	for (i = 0; i < bytes.len; i++) {
		const uint8_t c = bytes.data[i];

		if ((c == '\n') != after_cr || c >= 0x7f ||
		    (c < ' ' && c != '\r' && c != '\n' && c != '\t') ||
		    (c == '-' && column == 0))
			return false;
		after_cr = c == '\r';
		column = c == '\n' ? 0 : column + 1;
		if (column > AM_LINE_MAX)
			return false;
	}
	return !after_cr;
}

static bool
begins_as_fields(struct am_bytes bytes)
{
	static const char *const names[] = {
		"Reporting-MTA:",	 "Reporting-UA:",
		"Original-Envelope-Id:", "DSN-Gateway:",
		"MDN-Gateway:",		 "Received-From-MTA:",
		"Arrival-Date:",	 "Original-Recipient:",
		"Final-Recipient:",	 "Original-Message-ID:",
		"Disposition:"
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (am_ascii_starts(bytes, names[i]))
			return true;
	return false;
}

bool
am_report_is_fields(struct am_bytes bytes, bool *is_notification_out)
{
	if (!begins_as_fields(bytes) || !is_clean(bytes) ||
	    !am_ascii_has(bytes, "Final-Recipient:"))
		return false;
	*is_notification_out = am_ascii_has(bytes, "\nDisposition:") ||
			       am_ascii_starts(bytes, "Disposition:");
	return *is_notification_out || am_ascii_has(bytes, "\nAction:");
}
