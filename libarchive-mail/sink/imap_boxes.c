/* The mailboxes of an upload: which folder goes where, what each keeps, and
 * what is in doubt after a run that broke off. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/mutf7_read.h"
#include "sink/imap_private.h"

/* A message that the journal tells of. */
struct stored_uid {
	const char *raw; /* of restored boxes: the same text */
	uint32_t uidvalidity, uid;
};

static const char length_prefix[] = "imap:";
static const char map_prefix[] = "imap-map:"; /* 8 digits, ":", mailbox */

enum { MAP_DIGITS = 8, NAME_MAX_BYTES = 64 << 10 };

/* --- where folders go ------------------------------------------------------
 */

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

	if (mailboxes == NULL)
		return am_arena_failed(arena, sizeof(*mailboxes), err);
	AM_TRY(am_imap_mailboxes(imap, arena, mailboxes, err));
	names.is_gmail = (am_imap_can(imap)->can & AM_IMAP_CAN_GMAIL) != 0;
	return am_imap_names_plan(&names, arena, targets_out, err);
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
	sink->is_planned = true;
	return AM_OK;
}

/* --- what is in doubt ------------------------------------------------------
 */

static enum am_status
doubt_add(void *arg, const struct am_imap_found *found, struct am_error *err)
{
	struct am_imap_box *box = arg;

	if (box->doubt.count == AM_IMAP_DOUBT_MAX)
		return am_fail(err, AM_OUTPUT,
			       "%.100s has more than %d messages that may be "
			       "of this upload; give it another place with "
			       "--into, or an empty output directory",
			       box->name, AM_IMAP_DOUBT_MAX);
	return am_imap_doubt_add(&box->doubt, found, err);
}

static void
stored_drop(const struct am_imap_sink *sink, struct am_imap_box *box)
{
	size_t i;

	for (i = 0; i < sink->stored_count; i++) {
		const struct stored_uid *stored = &sink->stored[i];

		if (stored->uidvalidity == box->uidvalidity &&
		    strcmp(stored->raw, box->raw) == 0)
			am_imap_doubt_drop(&box->doubt, stored->uid);
	}
}

static enum am_status
anew_tell(const struct am_imap_sink *sink, const struct am_imap_box *box,
	  struct am_error *err)
{
	char text[512];

	(void)snprintf(text, sizeof(text),
		       "uidvalidity-changed: %.300s has been made anew or "
		       "restored on the server since this upload began; what "
		       "was put there before may be gone",
		       box->name);
	if (sink->options.finding == NULL)
		return AM_OK;
	return sink->options.finding(sink->options.finding_arg, text, err);
}

static enum am_status
box_look(struct am_imap_sink *sink, struct am_imap_box *box, bool resumed,
	 struct am_error *err)
{
	struct am_imap_status now;
	struct am_imap *imap;
	uint32_t from = 1;

	AM_TRY(am_imap_sessions_quiet(&sink->sessions, &imap, err));
	AM_TRY(am_imap_status(imap, box->raw, &now, err));
	box->uidvalidity = now.uidvalidity;
	box->next = now.uidnext > 0 ? now.uidnext : 1;
	box->is_changed = true;
	if (!resumed)
		return AM_OK;
	if (box->has_restored && box->restored_uidvalidity == now.uidvalidity)
		from = box->restored_next;
	else if (box->has_restored)
		AM_TRY(anew_tell(sink, box, err));
	if (now.uidnext != 0 && from >= now.uidnext)
		return AM_OK;
	if (now.messages == 0)
		return AM_OK;
	AM_TRY(am_imap_find_all(imap, box->raw, from,
				now.uidnext != 0 ? now.uidnext - 1 : UINT32_MAX,
				doubt_add, box, err));
	stored_drop(sink, box);
	return AM_OK;
}

enum am_status
am_imap_boxes_look(struct am_imap_sink *sink, struct am_error *err)
{
	/* the first checkpoint tells of each folder */
	const bool resumed = sink->is_told;
	size_t i;

	for (i = 0; i < sink->boxes.count; i++)
		if (sink->boxes.list[i].is_there)
			AM_TRY(box_look(sink, &sink->boxes.list[i], resumed,
					err));
	am_free(sink->stored);
	sink->stored = NULL;
	sink->stored_count = 0;
	sink->stored_room = 0;
	return AM_OK;
}

/* --- the journal -----------------------------------------------------------
 */

static enum am_status
map_restore(struct am_imap_sink *sink, const char *text, struct am_error *err)
{
	char digits[MAP_DIGITS + 1] = "";
	unsigned long id;
	size_t i;

	if (strlen(text) <= MAP_DIGITS + 1)
		return am_fail(err, AM_NOT_FOUND, "%s is no mailbox", text);
	memcpy(digits, text, MAP_DIGITS);
	id = strtoul(digits, NULL, 16);
	text += MAP_DIGITS + 1;
	for (i = 0; i < sink->options.folder_count; i++)
		if (sink->options.folders[i].id == id)
			break;
	if (i == sink->options.folder_count)
		return AM_OK; /* that folder cannot be read any more */
	sink->is_told = true;
	sink->raws[i] = am_arena_text(&sink->arena, text, strlen(text));
	return sink->raws[i] != NULL
		       ? AM_OK
		       : am_arena_failed(&sink->arena, strlen(text), err);
}

enum am_status
am_imap_box_restore(struct am_sink *base, const char *path, uint64_t length,
		    struct am_error *err)
{
	struct am_imap_sink *sink = (struct am_imap_sink *)base;
	struct am_imap_box *boxes;
	struct am_imap_box *box;

	if (strncmp(path, map_prefix, sizeof(map_prefix) - 1) == 0)
		return map_restore(sink, path + sizeof(map_prefix) - 1, err);
	if (strncmp(path, length_prefix, sizeof(length_prefix) - 1) != 0)
		return am_fail(err, AM_NOT_FOUND, "%s is no mailbox", path);
	boxes = am_alloc_more(sink->restored, &sink->restored_room,
			      sink->restored_count, sizeof(*boxes));
	if (boxes == NULL)
		return am_nomem(err);
	sink->restored = boxes;
	path += sizeof(length_prefix) - 1;
	box = &boxes[sink->restored_count];
	box->raw = am_arena_text(&sink->arena, path, strlen(path));
	if (box->raw == NULL)
		return am_arena_failed(&sink->arena, strlen(path), err);
	box->restored_uidvalidity = (uint32_t)(length >> 32);
	box->restored_next = (uint32_t)length;
	sink->restored_count++;
	return AM_OK;
}

static const struct am_imap_box *
restored_find(const struct am_imap_sink *sink, const char *raw)
{
	size_t i;

	for (i = 0; i < sink->restored_count; i++)
		if (strcmp(sink->restored[i].raw, raw) == 0)
			return &sink->restored[i];
	return NULL;
}

/* Only those that may be in doubt are remembered. */
enum am_status
am_imap_box_restore_stored(struct am_sink *base, const char *raw,
			   uint32_t uidvalidity, uint32_t uid,
			   struct am_error *err)
{
	struct am_imap_sink *sink = (struct am_imap_sink *)base;
	const struct am_imap_box *box = restored_find(sink, raw);
	struct stored_uid *list;

	if (box == NULL || (uidvalidity == box->restored_uidvalidity &&
			    uid < box->restored_next))
		return AM_OK;
	list = am_alloc_more(sink->stored, &sink->stored_room,
			     sink->stored_count, sizeof(*list));
	if (list == NULL)
		return am_nomem(err);
	sink->stored = list;
	list += sink->stored_count++;
	list->raw = box->raw;
	list->uidvalidity = uidvalidity;
	list->uid = uid;
	return AM_OK;
}

static enum am_status
path_tell(const char *prefix, const char *raw, uint64_t length,
	  am_sink_length *tell, void *arg, struct am_error *err)
{
	struct am_buf path = am_buf(NAME_MAX_BYTES);
	enum am_status status;

	am_buf_add_text(&path, prefix);
	am_buf_add_text(&path, raw);
	status = am_buf_status(&path, err);
	if (status == AM_OK)
		status = tell(arg, am_buf_text(&path), length, err);
	am_buf_free(&path);
	return status;
}

static enum am_status
map_tell(const struct am_imap_sink *sink, am_sink_length *tell, void *arg,
	 struct am_error *err)
{
	size_t i;

	for (i = 0; i < sink->options.folder_count; i++) {
		const struct am_imap_box *box =
			&sink->boxes.list[sink->boxes.of_folder[i]];
		char prefix[sizeof(map_prefix) + MAP_DIGITS + 1];

		(void)snprintf(prefix, sizeof(prefix), "%s%08" PRIx32 ":",
			       map_prefix, sink->options.folders[i].id);
		AM_TRY(path_tell(prefix, box->raw, 0, tell, arg, err));
	}
	return AM_OK;
}

/* From here on the journal knows nothing: below what is still in doubt, and
 * behind all that was stored. */
static enum am_status
box_tell(struct am_imap_sink *sink, struct am_imap_box *box,
	 am_sink_length *tell, void *arg, struct am_error *err)
{
	const uint32_t lowest = am_imap_doubt_lowest(&box->doubt);
	uint32_t next;

	if (box->needs_status) {
		struct am_imap_status now;
		struct am_imap *imap;

		AM_TRY(am_imap_sessions_quiet(&sink->sessions, &imap, err));
		AM_TRY(am_imap_status(imap, box->raw, &now, err));
		box->uidvalidity = now.uidvalidity;
		if (now.uidnext > box->next)
			box->next = now.uidnext;
		box->needs_status = false;
	}
	next = lowest != 0 && lowest < box->next ? lowest : box->next;
	box->is_changed = false;
	return path_tell(length_prefix, box->raw,
			 (uint64_t)box->uidvalidity << 32 | next, tell, arg,
			 err);
}

enum am_status
am_imap_box_checkpoint(struct am_sink *base, am_sink_length *length, void *arg,
		       struct am_error *err)
{
	struct am_imap_sink *sink = (struct am_imap_sink *)base;
	size_t i;

	if (!sink->is_told)
		AM_TRY(map_tell(sink, length, arg, err));
	sink->is_told = true;
	for (i = 0; i < sink->boxes.count; i++)
		if (sink->boxes.list[i].is_changed)
			AM_TRY(box_tell(sink, &sink->boxes.list[i], length, arg,
					err));
	return AM_OK;
}

/* --- what a mailbox keeps --------------------------------------------------
 */

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
