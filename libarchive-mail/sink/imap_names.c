/* Where on a server a folder of the archive goes. */
#include "sink/imap_names.h"

#include "base/ascii.h"
#include "base/mutf7.h"
#include "base/text.h"
#include "sink/imap_uses.h"

struct plan {
	const struct am_imap_names *names;
	struct am_arena *arena;
	struct am_imap_target *targets;
	char separator[2];
};

/* --- one name ------------------------------------------------------------- */

/* What servers refuse or take for something else: wildcards, the separator,
 * quotes, and what begins a name of another kind. */
static bool
is_forbidden(const struct plan *plan, uint32_t code)
{
	const char separator = plan->separator[0];

	return (code == '.' && plan->names->no_dots) || code < 0x20 ||
	       code == 0x7f || code == (uint32_t)separator || code == '%' ||
	       code == '*' || code == '"' || code == '\\' || code == '/' ||
	       code == 0xfffd || am_code_is_control(code);
}

/* UTF-8 with what is forbidden as "_", trimmed, cut to the length that fits the
 * wire. */
static enum am_status
name_clean(const struct plan *plan, const char *name, uint32_t id,
	   const char **clean_out, struct am_error *err)
{
	struct am_bytes rest = am_ascii_trim(am_bytes_of(name));
	struct am_buf out = am_buf(8 * AM_IMAP_PATH_MAX);
	size_t fit;
	enum am_status status;

	while (rest.len > 0 && out.len < 4 * AM_IMAP_NAME_MAX) {
		uint32_t code;
		const size_t len = am_utf8_decode(rest, &code);
		char text[4];

		/* "#news", "~home" and hidden names mean something else */
		if (is_forbidden(plan, code) ||
		    (out.len == 0 &&
		     (code == '#' || code == '~' || code == '.')))
			code = '_';
		am_buf_add(&out, am_bytes(text, am_utf8_encode(code, text)));
		rest = am_ascii_after(rest, len);
	}
	fit = am_mutf7_fit(am_buf_bytes(&out), AM_IMAP_NAME_MAX - 16);
	if (fit < out.len || rest.len > 0) {
		out.len = fit;
		am_buf_printf(&out, "~%x", (unsigned)id);
	}
	if (out.len == 0)
		am_buf_printf(&out, "unnamed~%x", (unsigned)id);
	status = am_buf_status(&out, err);
	if (status == AM_OK) {
		*clean_out =
			am_arena_text(plan->arena, am_buf_text(&out), out.len);
		if (*clean_out == NULL)
			status = am_arena_failed(plan->arena, out.len, err);
	}
	am_buf_free(&out);
	return status;
}

/* --- paths -----------------------------------------------------------------
 */

/* parent (NULL: the user's own prefix) and a name below it, as raw and as
 * UTF-8. */
static enum am_status
path_join(const struct plan *plan, const struct am_imap_target *parent,
	  const char *clean, struct am_imap_target *target,
	  struct am_error *err)
{
	struct am_buf raw = am_buf(16 * AM_IMAP_PATH_MAX);
	enum am_status status;

	if (parent != NULL) {
		am_buf_add_text(&raw, parent->raw);
		am_buf_add_text(&raw, plan->separator);
	} else {
		am_buf_add_text(&raw, plan->names->mailboxes->prefix);
	}
	am_mutf7_add(&raw, am_bytes_of(clean));
	status = am_buf_status(&raw, err);
	if (status == AM_OK) {
		target->raw =
			am_arena_text(plan->arena, am_buf_text(&raw), raw.len);
		target->name = parent != NULL
				       ? am_arena_printf(plan->arena, "%s/%s",
							 parent->name, clean)
				       : clean;
		if (target->raw == NULL || target->name == NULL)
			status = am_arena_failed(plan->arena, raw.len, err);
	}
	am_buf_free(&raw);
	return status;
}

static const struct am_imap_mailbox *
mailbox_by_raw(const struct am_imap_mailboxes *mailboxes, const char *raw)
{
	size_t i;

	for (i = 0; i < mailboxes->count; i++)
		if (am_ascii_equal(am_bytes_of(mailboxes->items[i].raw), raw))
			return &mailboxes->items[i];
	return NULL;
}

/* May mail be put there? */
static bool
mailbox_takes(const struct am_imap_mailbox *mailbox)
{
	return !mailbox->no_select && mailbox->use != AM_IMAP_USE_ALL &&
	       mailbox->use != AM_IMAP_USE_FLAGGED;
}

static bool
is_taken(const struct plan *plan, size_t before, const char *raw)
{
	size_t i;

	for (i = 0; i < before; i++)
		if (am_ascii_equal(am_bytes_of(plan->targets[i].raw), raw))
			return true;
	return false;
}

/* The name clashes with another folder's (also by case: some servers make no
 * difference), with the Inbox, or with a mailbox that takes no mail. */
static bool
clashes(const struct plan *plan, size_t at, const struct am_imap_target *target)
{
	const struct am_imap_mailbox *there =
		mailbox_by_raw(plan->names->mailboxes, target->raw);

	if (is_taken(plan, at, target->raw))
		return true;
	if (am_ascii_equal(am_bytes_of(target->raw), "INBOX"))
		return true;
	if (am_imap_name_is_reserved(target->name, plan->names->is_gmail))
		return true;
	return there != NULL && !mailbox_takes(there);
}

static void
there_note(const struct plan *plan, struct am_imap_target *target)
{
	const struct am_imap_mailbox *there =
		mailbox_by_raw(plan->names->mailboxes, target->raw);

	target->is_there = there != NULL;
	if (there != NULL)
		target->raw = there->raw; /* in the server's own case */
}

/* --- one folder ------------------------------------------------------------
 */

static const struct am_imap_target *
parent_of(const struct plan *plan, size_t at)
{
	const size_t parent = plan->names->folders[at].parent;
	const struct am_imap_mailbox *there;

	if (parent >= at) /* the top, or a list that is none */
		return NULL;
	there = mailbox_by_raw(plan->names->mailboxes,
			       plan->targets[parent].raw);
	/* one that takes no children gives them to the top */
	if (plan->separator[0] == '\0' ||
	    (there != NULL && there->no_children) ||
	    strlen(plan->targets[parent].raw) > AM_IMAP_PATH_MAX / 2)
		return NULL;
	return &plan->targets[parent];
}

static enum am_status
by_name(struct plan *plan, size_t at, const struct am_imap_target *parent,
	struct am_error *err)
{
	const struct am_sink_folder *folder = &plan->names->folders[at];
	struct am_imap_target *target = &plan->targets[at];
	const char *clean, *unique;

	AM_TRY(name_clean(plan, folder->name, folder->id, &clean, err));
	AM_TRY(path_join(plan, parent, clean, target, err));
	if (clashes(plan, at, target) ||
	    strlen(target->raw) > AM_IMAP_PATH_MAX) {
		unique = am_arena_printf(plan->arena, "%.60s~%x", clean,
					 (unsigned)folder->id);
		if (unique == NULL)
			return am_arena_failed(plan->arena, 80, err);
		AM_TRY(name_clean(plan, unique, folder->id, &unique, err));
		AM_TRY(path_join(plan, parent, unique, target, err));
	}
	there_note(plan, target);
	return AM_OK;
}

/* The mailbox of the folder's role; false: it has none, or the server none and
 * nothing that is called like one. */
static bool
by_role(struct plan *plan, size_t at)
{
	const struct am_imap_mailboxes *mailboxes = plan->names->mailboxes;
	const enum am_imap_use use =
		am_imap_use_of_role(plan->names->folders[at].role);
	struct am_imap_target *target = &plan->targets[at];
	const struct am_imap_mailbox *found;

	if (use == AM_IMAP_USE_NONE)
		return false;
	if (use == AM_IMAP_USE_INBOX) {
		target->raw = target->name = "INBOX";
		target->is_there = true;
		return true;
	}
	found = am_imap_mailbox_of_use(mailboxes, use);
	if (found == NULL)
		return false;
	target->raw = found->raw;
	target->name = found->name;
	target->is_there = true;
	return true;
}

static bool
by_known_name(const struct plan *plan, const char *name,
	      struct am_imap_target *target)
{
	const struct am_imap_mailboxes *mailboxes = plan->names->mailboxes;
	size_t i;

	for (i = 0; i < mailboxes->count; i++) {
		const struct am_imap_mailbox *there = &mailboxes->items[i];

		if (strcmp(there->name, name) != 0 || !mailbox_takes(there))
			continue;
		target->raw = there->raw;
		target->name = there->name;
		target->is_there = true;
		return true;
	}
	return false;
}

/* A path of the user's, name by name. */
static enum am_status
by_path(struct plan *plan, const char *path, struct am_imap_target *target,
	struct am_error *err)
{
	const struct am_imap_target *parent = NULL;
	struct am_imap_target *level;
	unsigned levels;

	if (am_ascii_equal(am_bytes_of(path), "INBOX")) {
		target->raw = target->name = "INBOX";
		target->is_there = true;
		return AM_OK;
	}
	/* as the server calls it */
	if (by_known_name(plan, path, target))
		return AM_OK;
	for (levels = 0; levels < AM_IMAP_LEVELS_MAX; levels++) {
		const size_t len = strcspn(path, "/");
		const char *name = am_arena_text(plan->arena, path, len);
		const char *clean;

		level = am_arena_new(plan->arena, struct am_imap_target);
		if (name == NULL || level == NULL)
			return am_arena_failed(plan->arena, len, err);
		AM_TRY(name_clean(plan, name, 0, &clean, err));
		AM_TRY(path_join(plan, parent, clean, level, err));
		parent = level;
		path += len;
		if (*path == '\0')
			break;
		path++;
	}
	*target = *parent;
	there_note(plan, target);
	return AM_OK;
}

/* The first of a role that the server has no mailbox for: made with that use,
 * under a name that says it in English, unless the archive has one. */
static void
use_note(struct plan *plan, size_t at)
{
	struct am_imap_target *target = &plan->targets[at];
	const enum am_imap_use use =
		am_imap_use_of_role(plan->names->folders[at].role);
	size_t i;

	for (i = 0; i < at; i++)
		if (plan->targets[i].use == use)
			return;
	if (!target->is_there)
		target->use = use;
}

static enum am_status
folder_plan(struct plan *plan, size_t at, const struct am_imap_target *into,
	    struct am_error *err)
{
	const struct am_imap_names *names = plan->names;
	const struct am_imap_target *parent = parent_of(plan, at);
	struct am_imap_target *target = &plan->targets[at];
	const char *chosen = names->choose != NULL
				     ? names->choose(names->choose_arg, at)
				     : NULL;

	if (names->raws != NULL && names->raws[at] != NULL) {
		target->raw = target->name = names->raws[at];
		there_note(plan, target);
		return AM_OK;
	}
	if (chosen != NULL)
		return by_path(plan, chosen, target, err);
	if (into == NULL && by_role(plan, at))
		return AM_OK;
	AM_TRY(by_name(plan, at, parent != NULL ? parent : into, err));
	if (into == NULL)
		use_note(plan, at);
	return AM_OK;
}

enum am_status
am_imap_names_plan(const struct am_imap_names *names, struct am_arena *arena,
		   const struct am_imap_target **targets_out,
		   struct am_error *err)
{
	struct plan plan = { .names = names, .arena = arena };
	struct am_imap_target into = { 0 };
	const bool has_into = names->into != NULL && names->into[0] != '\0';
	size_t i;

	plan.separator[0] = names->mailboxes->separator;
	plan.targets =
		am_arena_array(arena, names->count + 1, struct am_imap_target);
	if (plan.targets == NULL)
		return am_arena_failed(
			arena, names->count * sizeof(*plan.targets), err);
	if (has_into)
		AM_TRY(by_path(&plan, names->into, &into, err));
	for (i = 0; i < names->count; i++)
		AM_TRY(folder_plan(&plan, i, has_into ? &into : NULL, err));
	*targets_out = plan.targets;
	return AM_OK;
}
