/* RFC 9051 6.4.5, 6.4.6: what lies in a mailbox. */
#include "imap/fetch.h"

#include <inttypes.h>

#include "base/ascii.h"
#include "base/time.h"
#include "imap/utf8.h"

enum { COMMAND_MAX = 64 << 10, FIELD_MAX = 16 << 10 };

/* --- Message-ID ----------------------------------------------------------- */

/* The next line of header, with its line end; empty at the end of it. */
static struct am_bytes
line_take(struct am_bytes *header)
{
	struct am_bytes line = *header;
	size_t len = 0;

	while (len < header->len && header->data[len] != '\n')
		len++;
	if (len < header->len)
		len++;
	line.len = len;
	*header = am_ascii_after(*header, len);
	return line;
}

static void
line_add(struct am_buf *value, struct am_bytes line)
{
	size_t i;

	for (i = 0; i < line.len; i++)
		if (!am_ascii_is_space(line.data[i]))
			am_buf_add_char(value, (char)line.data[i]);
}

enum am_status
am_imap_message_id(struct am_bytes mime, uint8_t id_out[AM_SHA256_SIZE],
		   struct am_error *err)
{
	static const char name[] = "Message-ID:";
	struct am_buf value = am_buf(FIELD_MAX);
	bool is_in = false;
	enum am_status status;

	for (;;) {
		const struct am_bytes line = line_take(&mime);

		if (am_ascii_trim(line).len == 0)
			break;
		if (line.data[0] != ' ' && line.data[0] != '\t') {
			if (is_in)
				break; /* the first of its name counts */
			is_in = am_ascii_starts(line, name);
			if (is_in)
				line_add(
					&value,
					am_ascii_after(line, sizeof(name) - 1));
		} else if (is_in) {
			line_add(&value, line);
		}
	}
	/* a longer one counts as far as it was taken: on both sides alike */
	status = value.status == AM_NOMEM
			 ? am_nomem(err)
			 : am_sha256(am_buf_bytes(&value), id_out);
	am_buf_free(&value);
	return status == AM_NOMEM ? am_nomem(err) : status;
}

/* --- INTERNALDATE --------------------------------------------------------- */

static int
digits_of(struct am_bytes text, size_t at, size_t len)
{
	int value = 0;
	size_t i;

	for (i = at; i < at + len; i++) {
		if (i >= text.len)
			return -1;
		if (text.data[i] == ' ' && i == at)
			continue; /* "( 1-Jan-2001" */
		if (!am_ascii_is_digit(text.data[i]))
			return -1;
		value = value * 10 + (text.data[i] - '0');
	}
	return value;
}

static int
month_of(struct am_bytes text, size_t at)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct am_bytes name;
	int month;

	if (!am_slice(text, at, 3, &name))
		return -1;
	for (month = 0; month < 12; month++)
		if (am_ascii_compare(name, am_bytes(names + 3 * month, 3)) == 0)
			return month + 1;
	return -1;
}

/* "17-Jul-1996 02:44:25 -0700" */
static int64_t
date_read(struct am_bytes text)
{
	const int day = digits_of(text, 0, 2), month = month_of(text, 3),
		  year = digits_of(text, 7, 4), hour = digits_of(text, 12, 2),
		  minute = digits_of(text, 15, 2),
		  second = digits_of(text, 18, 2),
		  zone_hour = digits_of(text, 22, 2),
		  zone_minute = digits_of(text, 24, 2);
	int zone;

	if (day < 1 || month < 1 || year < 0 || hour < 0 || minute < 0 ||
	    second < 0 || zone_hour < 0 || zone_minute < 0)
		return AM_TIME_NONE;
	zone = zone_hour * 60 + zone_minute;
	if (text.data[21] == '-')
		zone = -zone;
	return am_time_from_civil(year, month, day, hour, minute - zone,
				  second);
}

/* --- FETCH ---------------------------------------------------------------- */

struct finding {
	am_imap_find *find;
	void *arg;
	uint32_t first, last;
};

/* One item of a FETCH and its value. */
static enum am_status
item_take(struct am_imap_scan *scan, const struct am_imap_token *name,
	  struct am_imap_found *found, bool *has_id, struct am_error *err)
{
	const struct am_imap_token value = am_imap_next(scan);
	uint64_t number = 0;

	if (value.kind == AM_IMAP_OPEN) {
		(void)am_imap_skip_list(scan); /* FLAGS that nobody asked for */
		return AM_OK;
	}
	if (am_imap_is(name, "UID") &&
	    am_imap_number(&value, UINT32_MAX, &number))
		found->uid = (uint32_t)number;
	else if (am_imap_is(name, "RFC822.SIZE") &&
		 am_imap_number(&value, UINT32_MAX, &number))
		found->size = number;
	else if (am_imap_is(name, "INTERNALDATE"))
		found->received = date_read(value.bytes);
	else if (am_ascii_starts(name->bytes, "BODY[HEADER.FIELDS")) {
		*has_id = true;
		return am_imap_message_id(value.bytes, found->id, err);
	}
	return AM_OK;
}

static enum am_status
fetch_hear(void *arg, const struct am_imap_response *response,
	   struct am_error *err)
{
	const struct finding *finding = arg;
	struct am_imap_found found = { .received = AM_TIME_NONE };
	struct am_imap_scan scan = am_imap_scan(response->rest);
	struct am_imap_token name;
	bool has_id = false;

	if (response->type != AM_IMAP_UNTAGGED ||
	    !am_ascii_equal(response->name, "FETCH") ||
	    am_imap_next(&scan).kind != AM_IMAP_OPEN)
		return AM_OK;
	for (name = am_imap_next(&scan); name.kind == AM_IMAP_ATOM;
	     name = am_imap_next(&scan))
		AM_TRY(item_take(&scan, &name, &found, &has_id, err));
	/* "n:*" of an empty range names the last message all the same */
	if (!has_id || found.uid < finding->first || found.uid > finding->last)
		return AM_OK;
	return finding->find(finding->arg, &found, err);
}

/* --- commands ------------------------------------------------------------- */

static enum am_status
text_command(struct am_imap *imap, struct am_buf *text,
	     am_imap_listener *listener, void *arg, const char *what,
	     struct am_error *err)
{
	struct am_imap_outcome outcome;
	enum am_status status = am_buf_status(text, err);

	if (status == AM_OK)
		status = am_imap_command(imap, am_buf_text(text), listener, arg,
					 &outcome, err);
	am_buf_free(text);
	if (status == AM_OK && outcome.condition != AM_IMAP_OK)
		status = am_imap_refused(&outcome, what, err);
	return status;
}

static enum am_status
mailbox_select(struct am_imap *imap, const char *command, const char *raw,
	       struct am_error *err)
{
	struct am_buf text = am_buf(COMMAND_MAX);

	am_buf_add_text(&text, command);
	am_imap_quote_selected(imap, &text, raw);
	return text_command(imap, &text, NULL, NULL, "selecting a mailbox",
			    err);
}

/* A server without it says BAD, and the mailbox stays selected, which only
 * makes it talk more; CLOSE would expunge. */
static enum am_status
mailbox_leave(struct am_imap *imap, struct am_error *err)
{
	struct am_imap_outcome outcome;

	return am_imap_command(imap, "UNSELECT", NULL, NULL, &outcome, err);
}

enum am_status
am_imap_find_all(struct am_imap *imap, const char *raw, uint32_t first,
		 uint32_t last, am_imap_find *find, void *arg,
		 struct am_error *err)
{
	struct finding finding = { find, arg, first, last };
	uint64_t at;

	AM_TRY(mailbox_select(imap, "EXAMINE ", raw, err));
	for (at = first; at <= last; at += AM_IMAP_FETCH_UIDS) {
		const uint64_t end = at + AM_IMAP_FETCH_UIDS - 1;
		struct am_buf text = am_buf(COMMAND_MAX);

		am_buf_printf(&text,
			      "UID FETCH %" PRIu64 ":%" PRIu64
			      " (UID RFC822.SIZE INTERNALDATE "
			      "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])",
			      at, end < last ? end : last);
		AM_TRY(text_command(imap, &text, fetch_hear, &finding,
				    "looking into a mailbox", err));
	}
	return mailbox_leave(imap, err);
}

/* --- \Flagged ------------------------------------------------------------- */

struct flag_count {
	size_t flagged;
};

static enum am_status
flags_hear(void *arg, const struct am_imap_response *response,
	   struct am_error *err)
{
	struct flag_count *count = arg;

	(void)err;
	if (response->type == AM_IMAP_UNTAGGED &&
	    am_ascii_equal(response->name, "FETCH") &&
	    am_ascii_has(response->rest, "\\Flagged"))
		count->flagged++;
	return AM_OK;
}

static enum am_status
uids_command(struct am_imap *imap, const char *before, const uint32_t *uids,
	     size_t count, const char *after, struct flag_count *flagged,
	     struct am_error *err)
{
	struct am_buf text = am_buf(COMMAND_MAX);
	size_t i;

	am_buf_add_text(&text, before);
	for (i = 0; i < count; i++)
		am_buf_printf(&text, "%s%" PRIu32, i > 0 ? "," : "", uids[i]);
	am_buf_add_text(&text, after);
	return text_command(imap, &text, flags_hear, flagged,
			    "flagging a message", err);
}

enum am_status
am_imap_flag(struct am_imap *imap, const char *raw, const uint32_t *uids,
	     size_t count, bool check, size_t *lost_out, struct am_error *err)
{
	struct flag_count flagged = { 0 };
	size_t at;

	AM_TRY(mailbox_select(imap, "SELECT ", raw, err));
	for (at = 0; at < count; at += AM_IMAP_STORE_UIDS) {
		const size_t some = count - at < AM_IMAP_STORE_UIDS
					    ? count - at
					    : AM_IMAP_STORE_UIDS;

		if (check)
			AM_TRY(uids_command(imap, "UID FETCH ", uids + at, some,
					    " (FLAGS)", &flagged, err));
		else
			AM_TRY(uids_command(imap, "UID STORE ", uids + at, some,
					    " +FLAGS.SILENT (\\Flagged)",
					    &flagged, err));
	}
	*lost_out =
		check && flagged.flagged < count ? count - flagged.flagged : 0;
	return mailbox_leave(imap, err);
}
