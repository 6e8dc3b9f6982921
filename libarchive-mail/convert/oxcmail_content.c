/* The content digest (design 6): what a message says, whatever its place in the
 * archive, its flags and the encodings on the way. Hashed are, in the order of
 * the stream: of each message, with those that are embedded, subject, date, a
 * Message-ID that was not made here, and From, Reply-To, To, Cc and Bcc; of
 * each leaf its name and its decoded content. */
#include <inttypes.h>
#include <stdio.h>

#include "base/ascii.h"
#include "convert/oxcmail_private.h"

static void
text_add(struct am_sha256 *sha, const char *text)
{
	am_sha256_add(sha, am_bytes(text, strlen(text) + 1));
}

static unsigned
depth_of(const struct am_oxcmail *cx)
{
	unsigned depth = 0;

	for (; cx->parent != NULL; cx = cx->parent)
		depth++;
	return depth;
}

/* The value of a field, each run of blanks and line ends as one blank. */
static void
value_add(struct am_sha256 *sha, struct am_bytes value)
{
	const struct am_bytes blank = am_bytes_of(" ");
	size_t at = 0;

	while (at < value.len) {
		size_t end = at;

		while (end < value.len && !am_ascii_is_space(value.data[end]))
			end++;
		if (end > at) {
			am_sha256_add(sha, blank);
			am_sha256_add(sha, am_bytes(value.data + at, end - at));
		}
		at = end + 1;
	}
	am_sha256_add(sha, am_bytes("", 1));
}

static bool
is_of_content(struct am_bytes name)
{
	static const char *const names[] = { "from", "reply-to", "to", "cc",
					     "bcc" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (am_ascii_equal(name, names[i]))
			return true;
	return false;
}

/* To the end of the line that no blank follows. */
static size_t
field_length(struct am_bytes header)
{
	size_t at = 0;

	while (at < header.len) {
		const uint8_t *lf =
			memchr(header.data + at, '\n', header.len - at);

		if (lf == NULL)
			return header.len;
		at = (size_t)(lf - header.data) + 1;
		if (at == header.len ||
		    (header.data[at] != ' ' && header.data[at] != '\t'))
			return at;
	}
	return at;
}

static void
field_add(struct am_sha256 *sha, struct am_bytes field)
{
	const uint8_t *colon = memchr(field.data, ':', field.len);
	size_t len;

	if (colon == NULL)
		return;
	len = (size_t)(colon - field.data);
	if (!is_of_content(am_bytes(field.data, len)))
		return;
	am_sha256_add(sha, am_bytes(field.data, 1)); /* of four letters */
	value_add(sha, am_ascii_after(field, len + 1));
}

/* Made from the place in the archive: no content. */
static bool
is_made(const char *id)
{
	return am_ascii_ends(am_bytes_of(id), "@pst.invalid>");
}

void
am_oxcmail_content_message(const struct am_oxcmail *cx)
{
	struct am_sha256 *sha = cx->run->content;
	struct am_bytes rest = am_buf_bytes(&cx->top);
	char facts[64];

	if (sha == NULL)
		return;
	(void)snprintf(facts, sizeof(facts), "message %u %" PRId64,
		       depth_of(cx), cx->date);
	text_add(sha, facts);
	text_add(sha, cx->subject);
	text_add(sha, is_made(cx->message_id) ? "" : cx->message_id);
	while (rest.len > 0) {
		const size_t len = field_length(rest);

		field_add(sha, am_bytes(rest.data, len));
		rest = am_ascii_after(rest, len);
	}
}

void
am_oxcmail_content_add(struct am_oxcmail_part *part, struct am_bytes bytes)
{
	if (part->cx->run->content == NULL)
		return;
	part->passed += bytes.len;
	am_sha256_add(part->cx->run->content, bytes);
}

void
am_oxcmail_content_end(struct am_oxcmail_part *part)
{
	struct am_sha256 *sha = part->cx->run->content;
	char facts[64];

	if (sha == NULL)
		return;
	(void)snprintf(facts, sizeof(facts), "part %u %" PRIu64,
		       depth_of(part->cx), part->passed);
	text_add(sha, facts);
	text_add(sha, part->record != NULL ? part->record->name : "");
}

/* What could not be read is no content that could be compared. */
static bool
is_whole(const struct am_mail *mail)
{
	const struct am_item_attachment *attachment = mail->attachments;

	for (; attachment != NULL; attachment = attachment->next)
		if (!attachment->done || attachment->status != AM_OK)
			return false;
	return !mail->damaged && !mail->partial &&
	       mail->counts.embedded_found == mail->counts.embedded_written;
}

enum am_status
am_oxcmail_content_finish(struct am_oxcmail_run *run, struct am_error *err)
{
	enum am_status status;

	if (run->content == NULL)
		return AM_OK;
	status = am_sha256_finish(run->content, run->mail->content);
	am_sha256_close(run->content);
	run->content = NULL;
	if (status != AM_OK)
		return am_nomem(err);
	run->mail->has_content = is_whole(run->mail);
	return AM_OK;
}
