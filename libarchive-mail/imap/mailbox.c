/* RFC 9051 6.3: LIST, NAMESPACE, CREATE, SUBSCRIBE, STATUS. */
#include "imap/mailbox.h"

#include "base/ascii.h"
#include "imap/utf8.h"

enum { COMMAND_MAX = 64 << 10 };

/* Sends what format says and raw, quoted, and what follows. */
static enum am_status
mailbox_command(struct am_imap *imap, const char *before, const char *raw,
		const char *after, am_imap_listener *listener, void *arg,
		struct am_imap_outcome *outcome, struct am_error *err)
{
	struct am_buf text = am_buf(COMMAND_MAX);
	enum am_status status;

	am_buf_add_text(&text, before);
	am_imap_quote_mailbox(imap, &text, raw);
	am_buf_add_text(&text, after);
	status = am_buf_status(&text, err);
	if (status == AM_OK)
		status = am_imap_command(imap, am_buf_text(&text), listener,
					 arg, outcome, err);
	am_buf_free(&text);
	return status;
}

/* --- LIST --------------------------------------------------------------- */

struct listing {
	const struct am_imap *imap;
	struct am_arena *arena;
	struct am_imap_mailboxes *found;
	size_t room;
};

static const struct use_name {
	const char *name;
	enum am_imap_use use;
} use_names[] = {
	{ "\\Inbox", AM_IMAP_USE_INBOX },
	{ "\\Archive", AM_IMAP_USE_ARCHIVE },
	{ "\\Drafts", AM_IMAP_USE_DRAFTS },
	{ "\\Junk", AM_IMAP_USE_JUNK },
	{ "\\Spam", AM_IMAP_USE_JUNK },
	{ "\\Sent", AM_IMAP_USE_SENT },
	{ "\\Trash", AM_IMAP_USE_TRASH },
	{ "\\All", AM_IMAP_USE_ALL },
	{ "\\AllMail", AM_IMAP_USE_ALL },
	{ "\\Flagged", AM_IMAP_USE_FLAGGED },
	{ "\\Starred", AM_IMAP_USE_FLAGGED },
};

static enum am_imap_use
use_of(const struct am_imap_token *word)
{
	size_t i;

	for (i = 0; i < sizeof(use_names) / sizeof(use_names[0]); i++)
		if (am_imap_is(word, use_names[i].name))
			return use_names[i].use;
	return AM_IMAP_USE_NONE;
}

/* "(\HasNoChildren \Sent)" */
static bool
attributes_read(struct am_imap_scan *scan, struct am_imap_mailbox *mailbox)
{
	struct am_imap_token word = am_imap_next(scan);

	if (word.kind != AM_IMAP_OPEN)
		return false;
	for (word = am_imap_next(scan); word.kind == AM_IMAP_ATOM;
	     word = am_imap_next(scan)) {
		const enum am_imap_use use = use_of(&word);

		if (use != AM_IMAP_USE_NONE)
			mailbox->use = use;
		if (am_imap_is(&word, "\\Noselect") ||
		    am_imap_is(&word, "\\NonExistent"))
			mailbox->no_select = true;
		if (am_imap_is(&word, "\\Noinferiors"))
			mailbox->no_children = true;
	}
	return word.kind == AM_IMAP_CLOSE;
}

static enum am_status
listing_add(struct listing *listing, const struct am_imap_mailbox *mailbox,
	    struct am_error *err)
{
	struct am_imap_mailboxes *found = listing->found;

	if (found->count == AM_IMAP_MAILBOX_MAX)
		return am_fail(err, AM_LIMIT,
			       "the server has more than %d mailboxes",
			       AM_IMAP_MAILBOX_MAX);
	if (found->count == listing->room) {
		const size_t room = listing->room > 0 ? 2 * listing->room : 64;
		struct am_imap_mailbox *items = am_arena_array(
			listing->arena, room, struct am_imap_mailbox);
		size_t i;

		if (items == NULL)
			return am_arena_failed(listing->arena,
					       room * sizeof(*items), err);
		for (i = 0; i < found->count; i++)
			items[i] = found->items[i];
		found->items = items;
		listing->room = room;
	}
	found->items[found->count++] = *mailbox;
	return AM_OK;
}

static char
separator_of(const struct am_imap_token *token)
{
	const struct am_bytes text = token->bytes;

	if (token->kind != AM_IMAP_QUOTED || text.len == 0)
		return '\0';
	return (char)text.data[text.len - 1]; /* "\\" is one backslash */
}

/* A line that is not as it should be is passed over: one mailbox less is known,
 * and making it again does no harm. */
static enum am_status
list_hear(void *arg, const struct am_imap_response *response,
	  struct am_error *err)
{
	struct listing *listing = arg;
	struct am_imap_scan scan = am_imap_scan(response->rest);
	struct am_imap_mailbox mailbox = { 0 };
	struct am_imap_token separator, name;
	const char *said;

	if (response->type != AM_IMAP_UNTAGGED ||
	    (!am_ascii_equal(response->name, "LIST") &&
	     !am_ascii_equal(response->name, "XLIST")))
		return AM_OK;
	if (!attributes_read(&scan, &mailbox))
		return AM_OK;
	separator = am_imap_next(&scan);
	name = am_imap_next(&scan);
	if (name.kind != AM_IMAP_ATOM && name.kind != AM_IMAP_QUOTED &&
	    name.kind != AM_IMAP_LITERAL)
		return AM_OK;
	mailbox.separator = separator_of(&separator);
	AM_TRY(am_imap_text(&name, listing->arena, &said, err));
	AM_TRY(am_imap_mailbox_name(listing->imap, said, listing->arena,
				    &mailbox.raw, &mailbox.name, err));
	if (am_ascii_equal(am_bytes_of(mailbox.raw), "INBOX"))
		mailbox.use = AM_IMAP_USE_INBOX;
	return listing_add(listing, &mailbox, err);
}

/* --- NAMESPACE ---------------------------------------------------------- */

/* The first of the personal ones: * NAMESPACE (("INBOX." ".")) NIL NIL */
static enum am_status
namespace_hear(void *arg, const struct am_imap_response *response,
	       struct am_error *err)
{
	struct listing *listing = arg;
	struct am_imap_scan scan = am_imap_scan(response->rest);
	struct am_imap_token prefix, separator;
	const char *said;

	if (response->type != AM_IMAP_UNTAGGED ||
	    !am_ascii_equal(response->name, "NAMESPACE"))
		return AM_OK;
	if (am_imap_next(&scan).kind != AM_IMAP_OPEN ||
	    am_imap_next(&scan).kind != AM_IMAP_OPEN)
		return AM_OK;
	prefix = am_imap_next(&scan);
	separator = am_imap_next(&scan);
	if (prefix.kind != AM_IMAP_QUOTED && prefix.kind != AM_IMAP_LITERAL)
		return AM_OK;
	listing->found->separator = separator_of(&separator);
	AM_TRY(am_imap_text(&prefix, listing->arena, &said, err));
	return am_imap_mailbox_name(listing->imap, said, listing->arena,
				    &listing->found->prefix, NULL, err);
}

static enum am_status
namespace_read(struct am_imap *imap, struct listing *listing,
	       struct am_error *err)
{
	struct am_imap_outcome outcome;

	if ((am_imap_can(imap)->can & AM_IMAP_CAN_NAMESPACE) == 0)
		return AM_OK;
	return am_imap_command(imap, "NAMESPACE", namespace_hear, listing,
			       &outcome, err);
}

/* Uses are told where the server was asked for them, or tells them anyway. */
static const char *
list_command(const struct am_imap *imap)
{
	const unsigned can = am_imap_can(imap)->can;

	if ((can & AM_IMAP_CAN_SPECIAL_USE) != 0 &&
	    (can & AM_IMAP_CAN_LIST_EXTENDED) != 0)
		return "LIST \"\" \"*\" RETURN (SPECIAL-USE)";
	if ((can & AM_IMAP_CAN_SPECIAL_USE) == 0 &&
	    (can & AM_IMAP_CAN_XLIST) != 0)
		return "XLIST \"\" \"*\"";
	return "LIST \"\" \"*\"";
}

enum am_status
am_imap_mailboxes(struct am_imap *imap, struct am_arena *arena,
		  struct am_imap_mailboxes *mailboxes_out, struct am_error *err)
{
	struct am_imap_mailboxes found = { .prefix = "" };
	struct listing listing = { imap, arena, &found, 0 };
	struct am_imap_outcome outcome;

	AM_TRY(namespace_read(imap, &listing, err));
	AM_TRY(am_imap_command(imap, list_command(imap), list_hear, &listing,
			       &outcome, err));
	if (outcome.condition != AM_IMAP_OK)
		return am_imap_refused(&outcome, "listing the mailboxes", err);
	if (found.separator == '\0' && found.count > 0)
		found.separator = found.items[0].separator;
	*mailboxes_out = found;
	return AM_OK;
}

/* --- STATUS -------------------------------------------------------------- */

static enum am_status
status_hear(void *arg, const struct am_imap_response *response,
	    struct am_error *err)
{
	struct am_imap_status *found = arg;
	struct am_imap_scan scan = am_imap_scan(response->rest);
	struct am_imap_token word;

	(void)err;
	if (response->type != AM_IMAP_UNTAGGED ||
	    !am_ascii_equal(response->name, "STATUS"))
		return AM_OK;
	(void)am_imap_next(&scan); /* the name */
	if (am_imap_next(&scan).kind != AM_IMAP_OPEN)
		return AM_OK;
	for (word = am_imap_next(&scan); word.kind == AM_IMAP_ATOM;
	     word = am_imap_next(&scan)) {
		const struct am_imap_token value = am_imap_next(&scan);
		uint64_t number = 0;

		if (!am_imap_number(&value, UINT32_MAX, &number))
			continue;
		if (am_imap_is(&word, "MESSAGES"))
			found->messages = (uint32_t)number;
		else if (am_imap_is(&word, "UIDNEXT"))
			found->uidnext = (uint32_t)number;
		else if (am_imap_is(&word, "UIDVALIDITY"))
			found->uidvalidity = (uint32_t)number;
	}
	return AM_OK;
}

enum am_status
am_imap_status(struct am_imap *imap, const char *raw,
	       struct am_imap_status *status_out, struct am_error *err)
{
	struct am_imap_status found = { 0 };
	struct am_imap_outcome outcome;

	AM_TRY(mailbox_command(imap, "STATUS ", raw,
			       " (MESSAGES UIDNEXT UIDVALIDITY)", status_hear,
			       &found, &outcome, err));
	if (outcome.condition != AM_IMAP_OK)
		return am_imap_refused(&outcome, "asking about a mailbox", err);
	*status_out = found;
	return AM_OK;
}

/* --- CREATE -------------------------------------------------------------- */

static const char *
use_parameter(enum am_imap_use use)
{
	switch (use) {
	case AM_IMAP_USE_ARCHIVE:
		return " (USE (\\Archive))";
	case AM_IMAP_USE_DRAFTS:
		return " (USE (\\Drafts))";
	case AM_IMAP_USE_JUNK:
		return " (USE (\\Junk))";
	case AM_IMAP_USE_SENT:
		return " (USE (\\Sent))";
	case AM_IMAP_USE_TRASH:
		return " (USE (\\Trash))";
	case AM_IMAP_USE_NONE:
	case AM_IMAP_USE_INBOX:
	case AM_IMAP_USE_ALL:
	case AM_IMAP_USE_FLAGGED:
		break;
	}
	return "";
}

/* "[ALREADYEXISTS]", or in words from those who have no codes. */
static bool
is_there_already(const struct am_imap_outcome *outcome)
{
	return am_ascii_has(am_bytes_of(outcome->text), "ALREADYEXISTS") ||
	       am_ascii_has(am_bytes_of(outcome->text), "already exists");
}

/* A NO in words of its own (Courier's "Cannot create this folder."): perhaps
 * it is there. */
static enum am_status
is_there(struct am_imap *imap, const char *raw, bool *there_out,
	 struct am_error *err)
{
	struct am_imap_status status;
	const enum am_status asked = am_imap_status(imap, raw, &status, err);

	*there_out = asked == AM_OK;
	return asked == AM_REFUSED ? AM_OK : asked;
}

/* Is the mailbox there now, made or found? */
static enum am_status
create_check(struct am_imap *imap, const char *raw,
	     const struct am_imap_outcome *outcome, struct am_error *err)
{
	bool there =
		outcome->condition == AM_IMAP_OK || is_there_already(outcome);

	if (!there && outcome->judgement.verdict == AM_IMAP_REFUSED)
		AM_TRY(is_there(imap, raw, &there, err));
	return there ? AM_OK
		     : am_imap_refused(outcome, "making a mailbox", err);
}

enum am_status
am_imap_create(struct am_imap *imap, const char *raw, enum am_imap_use use,
	       struct am_error *err)
{
	const bool with_use =
		(am_imap_can(imap)->can & AM_IMAP_CAN_CREATE_USE) != 0;
	const char *parameter = with_use ? use_parameter(use) : "";
	struct am_imap_outcome outcome;

	AM_TRY(mailbox_command(imap, "CREATE ", raw, parameter, NULL, NULL,
			       &outcome, err));
	/* the use is taken, or not wanted: better without than not at all */
	if (outcome.condition != AM_IMAP_OK && parameter[0] != '\0' &&
	    !is_there_already(&outcome))
		AM_TRY(mailbox_command(imap, "CREATE ", raw, "", NULL, NULL,
				       &outcome, err));
	AM_TRY(create_check(imap, raw, &outcome, err));
	/* a program may show only what is subscribed; a NO does no harm */
	return mailbox_command(imap, "SUBSCRIBE ", raw, "", NULL, NULL,
			       &outcome, err);
}

/* --- QUOTA --------------------------------------------------------------- */

/* One may be over it. */
static uint64_t
quota_left(const struct am_imap_quota *quota)
{
	return quota->limit > quota->used ? quota->limit - quota->used : 0;
}

/* * QUOTA "root" (STORAGE used limit MESSAGE …), in units of 1,024 bytes */
static enum am_status
quota_hear(void *arg, const struct am_imap_response *response,
	   struct am_error *err)
{
	struct am_imap_quota *found = arg;
	struct am_imap_scan scan = am_imap_scan(response->rest);
	struct am_imap_token word;

	(void)err;
	if (response->type != AM_IMAP_UNTAGGED ||
	    !am_ascii_equal(response->name, "QUOTA"))
		return AM_OK;
	(void)am_imap_next(&scan); /* the root */
	if (am_imap_next(&scan).kind != AM_IMAP_OPEN)
		return AM_OK;
	for (word = am_imap_next(&scan); word.kind == AM_IMAP_ATOM;
	     word = am_imap_next(&scan)) {
		const struct am_imap_token used = am_imap_next(&scan);
		const struct am_imap_token limit = am_imap_next(&scan);
		struct am_imap_quota one = { true, 0, 0 };

		if (!am_imap_is(&word, "STORAGE") ||
		    !am_imap_number(&used, UINT64_MAX >> 10, &one.used) ||
		    !am_imap_number(&limit, UINT64_MAX >> 10, &one.limit))
			continue;
		one.used <<= 10;
		one.limit <<= 10;
		if (!found->is_known || quota_left(&one) < quota_left(found))
			*found = one;
	}
	return AM_OK;
}

enum am_status
am_imap_quota(struct am_imap *imap, const char *raw,
	      struct am_imap_quota *quota_out, struct am_error *err)
{
	struct am_imap_quota found = { 0 };
	struct am_imap_outcome outcome;

	*quota_out = found;
	if ((am_imap_can(imap)->can & AM_IMAP_CAN_QUOTA) == 0)
		return AM_OK;
	AM_TRY(mailbox_command(imap, "GETQUOTAROOT ", raw, "", quota_hear,
			       &found, &outcome, err));
	if (outcome.condition == AM_IMAP_OK)
		*quota_out = found;
	return AM_OK;
}
