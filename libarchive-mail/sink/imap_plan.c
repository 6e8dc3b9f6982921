/* Where the folders of an upload go. */
#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/mutf7_read.h"
#include "sink/imap_private.h"

enum { NAME_MAX_BYTES = 64 << 10 };

struct choosing {
	const struct am_sink_options *options;
	const struct am_upload *upload;
};

static const char *
folder_choose(void *arg, size_t folder)
{
	const struct choosing *choosing = arg;
	const struct am_upload *upload = choosing->upload;
	size_t i;

	for (i = 0; i < upload->choice_count; i++)
		if (strcmp(upload->choices[i].folder,
			   choosing->options->folder_paths[folder]) == 0)
			return upload->choices[i].mailbox;
	return NULL;
}

/* The first new one that has a dot in it; NULL: none. */
static const char *
dotted_find(const struct am_imap_names *names,
	    const struct am_imap_target *targets)
{
	size_t i;

	if (names->mailboxes->separator == '.')
		return NULL;
	for (i = 0; i < names->count; i++)
		if (!targets[i].is_there &&
		    (names->raws == NULL || names->raws[i] == NULL) &&
		    strchr(targets[i].raw, '.') != NULL)
			return targets[i].raw;
	return NULL;
}

/* Dovecot that keeps its Maildirs as ".a.b" takes no name with a dot in it. It
 * says so (RFC 5530 CANNOT) when it is only asked about one. */
static enum am_status
dots_check(struct am_imap *imap, const char *dotted, bool *no_dots_out,
	   struct am_error *err)
{
	struct am_imap_status unused;
	struct am_error cause = { 0 };
	const enum am_status status =
		am_imap_status(imap, dotted, &unused, &cause);

	*no_dots_out = status == AM_REFUSED &&
		       am_ascii_has(am_bytes_of(cause.text), "[CANNOT]");
	if (status == AM_OK || status == AM_REFUSED)
		return AM_OK;
	*err = cause;
	return status;
}

static enum am_status
targets_plan(struct am_imap *imap, const struct am_sink_options *options,
	     const struct am_upload *upload, const char *const *raws,
	     struct am_arena *arena, const struct am_imap_target **targets_out,
	     struct am_error *err)
{
	struct am_imap_mailboxes *mailboxes =
		am_arena_new(arena, struct am_imap_mailboxes);
	struct choosing choosing = { options, upload };
	struct am_imap_names names = { .mailboxes = mailboxes,
				       .folders = options->folders,
				       .count = options->folder_count,
				       .into = upload->into,
				       .raws = raws,
				       .choose = folder_choose,
				       .choose_arg = &choosing };
	const char *dotted;

	if (mailboxes == NULL)
		return am_arena_failed(arena, sizeof(*mailboxes), err);
	AM_TRY(am_imap_mailboxes(imap, arena, mailboxes, err));
	names.is_gmail = (am_imap_can(imap)->can & AM_IMAP_CAN_GMAIL) != 0;
	AM_TRY(am_imap_names_plan(&names, arena, targets_out, err));
	dotted = dotted_find(&names, *targets_out);
	if (dotted != NULL)
		AM_TRY(dots_check(imap, dotted, &names.no_dots, err));
	return names.no_dots
		       ? am_imap_names_plan(&names, arena, targets_out, err)
		       : AM_OK;
}

enum am_status
am_imap_outlook(const struct am_sink_options *options,
		const struct am_upload *upload, const atomic_bool *stop,
		struct am_arena *arena, struct am_imap_outlook *outlook_out,
		struct am_error *err)
{
	enum am_status status;

	AM_TRY(am_imap_sign_in(upload, stop, &outlook_out->imap, err));
	status = targets_plan(outlook_out->imap, options, upload, NULL, arena,
			      &outlook_out->targets, err);
	if (status == AM_OK)
		status = am_imap_quota(outlook_out->imap, "INBOX",
				       &outlook_out->quota, err);
	if (status != AM_OK)
		am_imap_close(outlook_out->imap);
	return status;
}

static enum am_status
name_read(struct am_arena *arena, const char *raw, const char **name_out,
	  struct am_error *err)
{
	struct am_buf name = am_buf(NAME_MAX_BYTES);
	enum am_status status;

	am_mutf7_read(&name, am_bytes_of(raw));
	status = am_buf_status(&name, err);
	if (status == AM_OK) {
		*name_out = am_arena_text(arena, am_buf_text(&name), name.len);
		if (*name_out == NULL)
			status = am_arena_failed(arena, name.len, err);
	}
	am_buf_free(&name);
	return status;
}

/* Two folders may go to one mailbox, written in one way. */
struct by_raw {
	const struct am_imap_target *target;
	size_t folder;
};

static int
raw_compare(const void *left, const void *right)
{
	const struct by_raw *const a = left, *const b = right;
	const int order = strcmp(a->target->raw, b->target->raw);

	return order != 0 ? order
			  : (a->folder > b->folder) - (a->folder < b->folder);
}

static enum am_status
box_begin(struct am_imap_sink *sink, const struct am_imap_target *target,
	  struct am_error *err)
{
	struct am_imap_box *box = &sink->boxes.list[sink->boxes.count++];
	size_t i;

	box->raw = target->raw;
	box->is_there = target->is_there;
	for (i = 0; i < sink->restored_count; i++) {
		const struct am_imap_box *old = &sink->restored[i];

		if (strcmp(old->raw, box->raw) != 0)
			continue;
		box->has_restored = true;
		box->restored_uidvalidity = old->restored_uidvalidity;
		box->restored_next = old->restored_next;
	}
	return name_read(&sink->arena, box->raw, &box->name, err);
}

static enum am_status
boxes_make(struct am_imap_sink *sink, const struct am_imap_target *targets,
	   struct by_raw *sorted, struct am_error *err)
{
	struct am_imap_boxes *boxes = &sink->boxes;
	const size_t count = sink->options.folder_count;
	size_t i;

	for (i = 0; i < count; i++) {
		sorted[i].target = &targets[i];
		sorted[i].folder = i;
	}
	qsort(sorted, count, sizeof(*sorted), raw_compare);
	for (i = 0; i < count; i++) {
		const struct am_imap_target *target = sorted[i].target;
		struct am_imap_box *box;

		if (i == 0 ||
		    strcmp(sorted[i - 1].target->raw, target->raw) != 0)
			AM_TRY(box_begin(sink, target, err));
		box = &boxes->list[boxes->count - 1];
		if (box->use == AM_IMAP_USE_NONE)
			box->use = target->use;
		boxes->of_folder[sorted[i].folder] = boxes->count - 1;
	}
	return AM_OK;
}

/* A name that nobody has is a slip of the pen. */
static enum am_status
choices_check(const struct am_imap_sink *sink, struct am_error *err)
{
	const struct am_sink_options *options = &sink->options;
	size_t i, folder;

	for (i = 0; i < sink->upload->choice_count; i++) {
		const char *wanted = sink->upload->choices[i].folder;
		char text[512];

		for (folder = 0; folder < options->folder_count; folder++)
			if (strcmp(options->folder_paths[folder], wanted) == 0)
				break;
		if (folder < options->folder_count || options->finding == NULL)
			continue;
		(void)snprintf(text, sizeof(text),
			       "map-unused: the map names a folder %.300s, "
			       "which is not in this archive",
			       wanted);
		AM_TRY(options->finding(options->finding_arg, text, err));
	}
	return AM_OK;
}

enum am_status
am_imap_boxes_plan(struct am_imap_sink *sink, struct am_error *err)
{
	const size_t count = sink->options.folder_count;
	struct am_imap_boxes *boxes = &sink->boxes;
	const struct am_imap_target *targets;
	struct am_imap *imap;
	struct by_raw *sorted;

	AM_TRY(am_imap_sessions_quiet(&sink->sessions, &imap, err));
	AM_TRY(targets_plan(imap, &sink->options, sink->upload, sink->raws,
			    &sink->arena, &targets, err));
	boxes->list = am_arena_array(&sink->arena, count, struct am_imap_box);
	boxes->of_folder = am_arena_array(&sink->arena, count, size_t);
	sorted = am_arena_array(&sink->arena, count, struct by_raw);
	if (boxes->list == NULL || boxes->of_folder == NULL || sorted == NULL)
		return am_arena_failed(&sink->arena,
				       count * sizeof(*boxes->list), err);
	AM_TRY(boxes_make(sink, targets, sorted, err));
	AM_TRY(choices_check(sink, err));
	sink->is_planned = true;
	return AM_OK;
}
