/* The mailboxes of an upload: made when their first message comes, and asked
 * what they keep. */
#include "base/ascii.h"
#include "sink/imap_private.h"

/* Those that there are, where no others may be made. */
static enum am_status
keywords_keep(struct am_imap_sink *sink, struct am_imap_box *box,
	      const struct am_imap_permanent *permanent, struct am_error *err)
{
	size_t i;

	box->keywords = am_arena_array(
		&sink->arena, permanent->keyword_count + 1, const char *);
	if (box->keywords == NULL)
		return am_arena_failed(&sink->arena, sizeof(char *), err);
	for (i = 0; i < permanent->keyword_count; i++) {
		const char *name = permanent->keywords[i];

		box->keywords[i] =
			am_arena_text(&sink->arena, name, strlen(name));
		if (box->keywords[i] == NULL)
			return am_arena_failed(&sink->arena, strlen(name), err);
	}
	return AM_OK;
}

static enum am_status
permanent_ask(struct am_imap_sink *sink, struct am_imap_box *box,
	      struct am_imap *imap, struct am_error *err)
{
	struct am_imap_permanent permanent;
	struct am_arena arena = { 0 };
	enum am_status status =
		am_imap_permanent(imap, box->raw, &arena, &permanent, err);

	if (status == AM_OK && permanent.read_only)
		status = am_fail(err, AM_OUTPUT,
				 "%.150s takes no mail: the server lets it "
				 "only be read; give another place with --map "
				 "or --into",
				 box->name);
	if (status == AM_OK) {
		box->flags = permanent.flags;
		box->any_keyword = permanent.any_keyword;
		if (!box->any_keyword)
			status = keywords_keep(sink, box, &permanent, err);
	}
	am_arena_free(&arena);
	return status;
}

static enum am_status
box_create(struct am_imap_sink *sink, struct am_imap_box *box,
	   struct am_imap *imap, struct am_error *err)
{
	struct am_error cause = { 0 };
	struct am_imap_status now;
	const enum am_status status =
		am_imap_create(imap, box->raw, box->use, &cause);

	if (status == AM_REFUSED)
		return am_fail(err, AM_OUTPUT,
			       "the server makes no mailbox %.80s (%.100s); "
			       "give another place with --map or --into",
			       box->name, cause.text);
	if (status != AM_OK) {
		*err = cause;
		return status;
	}
	/* somebody else may just have made it */
	AM_TRY(am_imap_status(imap, box->raw, &now, err));
	box->is_there = true;
	box->uidvalidity = now.uidvalidity;
	box->next = 1;
	(void)sink;
	return AM_OK;
}

enum am_status
am_imap_box_ready(struct am_imap_sink *sink, struct am_imap_box *box,
		  struct am_error *err)
{
	struct am_imap *imap;
	size_t i;

	if (box->is_ready)
		return AM_OK;
	AM_TRY(am_imap_sessions_quiet(&sink->sessions, &imap, err));
	if (!box->is_there)
		AM_TRY(box_create(sink, box, imap, err));
	AM_TRY(permanent_ask(sink, box, imap, err));
	for (i = 0; i < sink->sessions.count; i++)
		am_imap_append_know(sink->sessions.list[i].append, box->raw);
	box->is_ready = true;
	return AM_OK;
}

static bool
box_keeps(const struct am_imap_box *box, const char *keyword)
{
	size_t i;

	if (box->any_keyword)
		return true;
	for (i = 0; box->keywords != NULL && box->keywords[i] != NULL; i++)
		if (am_ascii_equal(am_bytes_of(box->keywords[i]), keyword))
			return true;
	return false;
}

static void
keyword_add(const struct am_imap_box *box, const char *keyword,
	    struct am_buf *out)
{
	if (!box_keeps(box, keyword))
		return;
	if (out->len > 0)
		am_buf_add_char(out, ' ');
	am_buf_add_text(out, keyword);
}

void
am_imap_box_keywords(const struct am_imap_sink *sink,
		     const struct am_imap_box *box,
		     const struct am_sink_message *message, struct am_buf *out)
{
	const char *names[AM_FLAG_NAMED_MAX];
	const unsigned can = am_imap_can(sink->sessions.list[0].imap)->can;
	unsigned flags = message->flags;
	size_t count;
	size_t i;

	/* it offers the keyword, and does something else with it */
	if ((can & AM_IMAP_CAN_EXCHANGE) != 0)
		flags &= ~(unsigned)AM_FLAG_MDN_SENT;
	count = am_mail_flag_keywords(flags, names);
	for (i = 0; i < count; i++)
		keyword_add(box, names[i], out);
	for (i = 0; message->keywords != NULL && message->keywords[i] != NULL;
	     i++)
		keyword_add(box, message->keywords[i], out);
}
