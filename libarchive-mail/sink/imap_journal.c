/* What the journal keeps of an upload's mailboxes, and what is in doubt after a
 * run that broke off. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "sink/imap_private.h"

/* A message that the journal tells of. */
struct stored_uid {
	const char *raw; /* of restored boxes: the same text */
	uint32_t uidvalidity, uid;
};

static const char length_prefix[] = "imap:";
static const char map_prefix[] = "imap-map:"; /* 8 digits, ":", mailbox */

enum { MAP_DIGITS = 8, NAME_MAX_BYTES = 64 << 10 };

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

/* --- quiet -----------------------------------------------------------------
 */

/* What the mailboxes hold, as one number that changes when they do. */
static enum am_status
state_ask(struct am_imap_sink *sink, uint64_t *state_out, struct am_error *err)
{
	struct am_imap *imap;
	uint64_t state = 0;
	size_t i;

	AM_TRY(am_imap_sessions_quiet(&sink->sessions, &imap, err));
	for (i = 0; i < sink->boxes.count; i++) {
		struct am_imap_status now;

		if (!sink->boxes.list[i].is_there)
			continue;
		AM_TRY(am_imap_status(imap, sink->boxes.list[i].raw, &now,
				      err));
		state = state * UINT64_C(0x100000001b3) + now.uidnext;
		state = state * UINT64_C(0x100000001b3) + now.messages;
	}
	*state_out = state;
	return AM_OK;
}

static enum am_status
quiet_pause(const struct am_imap_sink *sink, struct am_error *err)
{
	const struct timespec tenth = { .tv_nsec = 100 * 1000 * 1000 };
	int i;

	for (i = 0; i < 10 * AM_IMAP_QUIET_SECONDS; i++) {
		if (sink->sessions.stop != NULL &&
		    atomic_load(sink->sessions.stop))
			return am_fail(err, AM_INTERRUPTED, "interrupted");
		(void)nanosleep(&tenth, NULL);
	}
	return AM_OK;
}

/* When a connection breaks the server may have more of a message before it
 * than it has stored, and goes on with that: what is looked for before it is
 * done would be sent twice. */
static enum am_status
quiet_wait(struct am_imap_sink *sink, struct am_error *err)
{
	uint64_t before, now;
	int rounds;

	AM_TRY(state_ask(sink, &now, err));
	for (rounds = 0; rounds < AM_IMAP_QUIET_ROUNDS; rounds++) {
		before = now;
		AM_TRY(quiet_pause(sink, err));
		AM_TRY(state_ask(sink, &now, err));
		if (now == before)
			return AM_OK;
	}
	return am_fail(err, AM_LATER,
		       "mail still comes into these folders of the server, "
		       "perhaps what an earlier run has sent: the same command "
		       "goes on in some minutes");
}

enum am_status
am_imap_boxes_look(struct am_imap_sink *sink, struct am_error *err)
{
	/* the first checkpoint tells of each folder */
	const bool resumed = sink->is_told;
	size_t i;

	if (resumed)
		AM_TRY(quiet_wait(sink, err));
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
