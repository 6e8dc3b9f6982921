/* Ledger rows and their sums. */
#include "transfer/row.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const outcome_names[] = {
	[AM_OUTCOME_WRITTEN] = "written",
	[AM_OUTCOME_SKIPPED] = "skipped",
	[AM_OUTCOME_FAILED] = "failed",
};

static void
sha256_write(struct am_json *json, const uint8_t digest[AM_SHA256_SIZE])
{
	char hex[AM_SHA256_HEX_SIZE];

	am_sha256_hex(digest, hex);
	am_json_text(json, "sha256", hex);
}

static void
attachment_write(struct am_json *json,
		 const struct am_item_attachment *attachment)
{
	const bool written = attachment->done && attachment->status == AM_OK;

	am_json_object(json, NULL);
	am_json_text(json, "name", attachment->name);
	if (attachment->done)
		am_json_uint(json, "size", attachment->size);
	else
		am_json_null(json, "size");
	if (written)
		sha256_write(json, attachment->sha256);
	else
		am_json_null(json, "sha256");
	am_json_text(json, "outcome", written ? "written" : "failed");
	am_json_object_end(json);
}

static void
attachments_write(struct am_json *json, const struct am_mail *mail)
{
	const struct am_item_attachment *attachment =
		mail != NULL ? mail->attachments : NULL;

	am_json_array(json, "attachments");
	for (; attachment != NULL; attachment = attachment->next)
		attachment_write(json, attachment);
	am_json_array_end(json);
}

static void
findings_write(struct am_json *json, const struct am_report *report)
{
	const struct am_finding *finding;
	char more[64];

	am_json_array(json, "findings");
	for (finding = report->first; finding != NULL; finding = finding->next)
		am_json_text(json, NULL, finding->text);
	if (report->count > report->kept) {
		(void)snprintf(more, sizeof(more),
			       "more: %" PRIu64 " finding(s) without text",
			       report->count - report->kept);
		am_json_text(json, NULL, more);
	}
	am_json_array_end(json);
}

static void
date_write(struct am_json *json, const struct am_mail *mail)
{
	char text[AM_TIME_TEXT_SIZE];
	int64_t date = AM_TIME_NONE;

	if (mail != NULL)
		date = mail->date != AM_TIME_NONE ? mail->date : mail->received;
	if (date == AM_TIME_NONE) {
		am_json_null(json, "date");
		return;
	}
	am_time_iso(date, text);
	am_json_text(json, "date", text);
}

enum am_status
am_row_facts(struct am_buf *buf, const struct am_mail *mail,
	     const struct am_report *report, size_t *duplicate_at_out,
	     struct am_error *err)
{
	struct am_json json = am_json(buf);

	am_buf_clear(buf);
	am_json_object(&json, NULL);
	am_json_text(&json, "message_id",
		     mail != NULL ? mail->message_id : NULL);
	am_json_text(&json, "subject", mail != NULL ? mail->subject : NULL);
	date_write(&json, mail);
	attachments_write(&json, mail);
	*duplicate_at_out = buf->len;
	findings_write(&json, report);
	return am_buf_status(buf, err);
}

/* A message on a server has no path; a refused one has no mailbox. */
static void
mailbox_write(struct am_json *json, const struct am_row *row)
{
	const struct am_sink_place *place = &row->place;

	am_json_text(json, "mailbox", row->has_place ? place->mailbox : NULL);
	if (row->has_place && place->uid != 0) {
		am_json_uint(json, "uidvalidity", place->uidvalidity);
		am_json_uint(json, "uid", place->uid);
	} else {
		am_json_null(json, "uidvalidity");
		am_json_null(json, "uid");
	}
}

static void
place_write(struct am_json *json, const struct am_row *row)
{
	if (!row->has_place) {
		am_json_null(json, "path");
		am_json_null(json, "offset");
		am_json_null(json, "size");
		am_json_null(json, "sha256");
		return;
	}
	am_json_text(json, "path", row->place.path);
	if (row->place.has_offset)
		am_json_uint(json, "offset", row->place.offset);
	else
		am_json_null(json, "offset");
	am_json_uint(json, "size", row->place.size);
	sha256_write(json, row->place.sha256);
}

/* "duplicate_of", and the findings: the facts from there on begin with the name
 * of their array. */
static void
late_facts_write(struct am_buf *out, const struct am_row *row)
{
	static const char array[] = ",\"findings\":[";
	const char *rest = row->facts + row->duplicate_at;
	struct am_json json = am_json(out);

	if (row->duplicate_of != 0)
		am_buf_printf(out, ",\"duplicate_of\":\"%#" PRIx32 "\"",
			      row->duplicate_of);
	else
		am_buf_add_text(out, ",\"duplicate_of\":null");
	if (row->uid_finding != NULL) {
		am_buf_add_text(out, array);
		rest += strlen(array);
		am_json_text(&json, NULL, row->uid_finding);
		if (*rest != ']')
			am_buf_add_char(out, ',');
	}
	am_buf_add_text(out, rest);
}

void
am_row_fail(struct am_row *row, const char *reason)
{
	row->outcome = AM_OUTCOME_FAILED;
	row->reason = reason;
	row->counts.attachments_written = 0;
	row->counts.embedded_written = 0;
	row->damaged = false;
	row->partial = false;
}

void
am_row_write(struct am_buf *out, const struct am_row *row, const char *folder,
	     bool upload)
{
	struct am_json json = am_json(out);
	char nid[16];

	(void)snprintf(nid, sizeof(nid), "%#" PRIx32, row->nid);
	am_json_object(&json, NULL);
	am_json_text(&json, "nid", nid);
	am_json_text(&json, "folder", folder);
	am_json_text(&json, "class", row->class_name);
	am_json_text(&json, "outcome", outcome_names[row->outcome]);
	am_json_text(&json, "reason", row->reason);
	place_write(&json, row);
	if (upload)
		mailbox_write(&json, row);
	am_buf_add_char(out, ',');
	/* facts begins with the brace of its own object */
	am_buf_add(out, am_bytes(row->facts + 1, row->duplicate_at - 1));
	late_facts_write(out, row);
	am_buf_add_text(out, "}\n");
}

void
am_summary_count(struct am_summary *summary, const struct am_row *row)
{
	uint64_t *const by_outcome[] = {
		[AM_OUTCOME_WRITTEN] = &summary->written,
		[AM_OUTCOME_SKIPPED] = &summary->skipped,
		[AM_OUTCOME_FAILED] = &summary->failed,
	};

	++*by_outcome[row->outcome];
	summary->attachments_found += row->counts.attachments_found;
	summary->attachments_written += row->counts.attachments_written;
	summary->embedded_found += row->counts.embedded_found;
	summary->embedded_written += row->counts.embedded_written;
	summary->findings += row->findings + (row->uid_finding != NULL);
	summary->damaged += row->damaged;
	summary->partial += row->partial;
	if (row->has_place && row->outcome == AM_OUTCOME_WRITTEN)
		summary->bytes_out += row->place.size;
}

/* Every sum, once: its name in the summary's JSON, and where it is. The order
 * is the order of the JSON; findings and bytes follow in am_summary_json. */
#define COUNTERS(summary)                                                      \
	{                                                                      \
		&(summary)->written, &(summary)->skipped, &(summary)->failed,  \
			&(summary)->recovered, &(summary)->attachments_found,  \
			&(summary)->attachments_written,                       \
			&(summary)->embedded_found,                            \
			&(summary)->embedded_written, &(summary)->findings,    \
			&(summary)->damaged, &(summary)->partial,              \
			&(summary)->bytes_out                                  \
	}
enum { COUNTER_COUNT = 12 };

void
am_summary_save(const struct am_summary *summary, char text[AM_COUNTERS_SIZE])
{
	const uint64_t *const counters[COUNTER_COUNT] = COUNTERS(summary);
	size_t len = 0;
	size_t i;

	for (i = 0; i < COUNTER_COUNT; i++)
		len += (size_t)snprintf(text + len, AM_COUNTERS_SIZE - len,
					"%s%" PRIu64, i > 0 ? " " : "",
					*counters[i]);
}

bool
am_summary_load(struct am_summary *summary, const char *text)
{
	uint64_t *const counters[COUNTER_COUNT] = COUNTERS(summary);
	int used = 0;
	size_t i;

	for (i = 0; i < COUNTER_COUNT; i++) {
		if (sscanf(text, "%" SCNu64 "%n", counters[i], &used) != 1)
			return false;
		text += used;
	}
	return true;
}

bool
am_summary_is_complete(const struct am_summary *summary)
{
	return summary->failed == 0 && summary->damaged == 0 &&
	       summary->lost_pages == 0 &&
	       summary->attachments_found == summary->attachments_written &&
	       summary->embedded_found == summary->embedded_written;
}

size_t
am_summary_json(const struct am_summary *summary, const char *file, char *text,
		size_t text_size)
{
	struct am_buf buf = am_buf(1 << 16);
	struct am_json json = am_json(&buf);
	size_t len;

	am_json_object(&json, NULL);
	am_json_text(&json, "file", file);
	am_json_text(&json, "format", summary->format);
	am_json_uint(&json, "found", summary->found);
	am_json_uint(&json, "written", summary->written);
	am_json_uint(&json, "skipped", summary->skipped);
	am_json_uint(&json, "failed", summary->failed);
	am_json_uint(&json, "recovered", summary->recovered);
	am_json_uint(&json, "attachments_found", summary->attachments_found);
	am_json_uint(&json, "attachments_written",
		     summary->attachments_written);
	am_json_uint(&json, "embedded_found", summary->embedded_found);
	am_json_uint(&json, "embedded_written", summary->embedded_written);
	am_json_uint(&json, "findings", summary->findings);
	am_json_uint(&json, "bytes_in", summary->bytes_in);
	am_json_uint(&json, "bytes_out", summary->bytes_out);
	am_json_seconds(&json, "seconds", summary->seconds);
	am_json_object_end(&json);
	am_buf_add_char(&buf, '\n');
	len = buf.len;
	if (text_size > 0)
		(void)snprintf(text, text_size, "%s", am_buf_text(&buf));
	am_buf_free(&buf);
	return len;
}
