/* RFC 9051 7.1 PERMANENTFLAGS: what a mailbox keeps. */
#include "base/ascii.h"
#include "base/mail_flag.h"
#include "imap/mailbox.h"
#include "imap/utf8.h"

enum { COMMAND_MAX = 64 << 10 };

struct hearing {
	struct am_arena *arena;
	struct am_imap_permanent *found;
	bool has_any; /* without PERMANENTFLAGS all can be set (RFC 9051) */
};

static const struct flag_name {
	const char *name;
	enum am_mail_flag flag;
} flag_names[] = {
	{ "\\Seen", AM_FLAG_SEEN },	  { "\\Answered", AM_FLAG_ANSWERED },
	{ "\\Flagged", AM_FLAG_FLAGGED }, { "\\Draft", AM_FLAG_DRAFT },
	{ "\\Deleted", AM_FLAG_DELETED },
};

enum {
	ALL_FLAGS = AM_FLAG_SEEN | AM_FLAG_ANSWERED | AM_FLAG_FLAGGED |
		    AM_FLAG_DRAFT | AM_FLAG_DELETED
};

static enum am_status
word_hear(struct hearing *hearing, const struct am_imap_token *word,
	  struct am_error *err)
{
	struct am_imap_permanent *found = hearing->found;
	size_t i;

	for (i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++)
		if (am_imap_is(word, flag_names[i].name))
			found->flags |= (unsigned)flag_names[i].flag;
	if (am_imap_is(word, "\\*"))
		found->any_keyword = true;
	if (word->bytes.len == 0 || word->bytes.data[0] == '\\' ||
	    found->keyword_count == AM_IMAP_KEYWORDS_MAX)
		return AM_OK;
	return am_imap_text(word, hearing->arena,
			    &found->keywords[found->keyword_count++], err);
}

static enum am_status
select_hear(void *arg, const struct am_imap_response *response,
	    struct am_error *err)
{
	struct hearing *hearing = arg;
	struct am_imap_scan scan;
	struct am_imap_token word;

	if (am_imap_code_is(response, "READ-ONLY", NULL))
		hearing->found->read_only = true;
	if (!am_imap_code_is(response, "PERMANENTFLAGS", &scan))
		return AM_OK;
	hearing->has_any = true;
	if (am_imap_next(&scan).kind != AM_IMAP_OPEN)
		return AM_OK;
	for (word = am_imap_next(&scan); word.kind == AM_IMAP_ATOM;
	     word = am_imap_next(&scan))
		AM_TRY(word_hear(hearing, &word, err));
	return AM_OK;
}

static enum am_status
select_send(struct am_imap *imap, const char *raw, struct hearing *hearing,
	    struct am_imap_outcome *outcome, struct am_error *err)
{
	struct am_buf text = am_buf(COMMAND_MAX);
	enum am_status status;

	am_buf_add_text(&text, "SELECT ");
	am_imap_quote_selected(imap, &text, raw);
	status = am_buf_status(&text, err);
	if (status == AM_OK)
		status = am_imap_command(imap, am_buf_text(&text), select_hear,
					 hearing, outcome, err);
	am_buf_free(&text);
	return status;
}

enum am_status
am_imap_permanent(struct am_imap *imap, const char *raw, struct am_arena *arena,
		  struct am_imap_permanent *permanent_out, struct am_error *err)
{
	struct am_imap_permanent found = { 0 };
	struct hearing hearing = { arena, &found, false };
	struct am_imap_outcome outcome;

	found.keywords =
		am_arena_array(arena, AM_IMAP_KEYWORDS_MAX, const char *);
	if (found.keywords == NULL)
		return am_arena_failed(
			arena, AM_IMAP_KEYWORDS_MAX * sizeof(char *), err);
	AM_TRY(select_send(imap, raw, &hearing, &outcome, err));
	if (outcome.condition != AM_IMAP_OK)
		return am_imap_refused(&outcome, "selecting a mailbox", err);
	if (!hearing.has_any)
		found.flags = ALL_FLAGS;
	/* a server without it says BAD, and the mailbox stays selected, which
	 * only makes it talk more; CLOSE would expunge */
	AM_TRY(am_imap_command(imap, "UNSELECT", NULL, NULL, &outcome, err));
	*permanent_out = found;
	return AM_OK;
}
