/* What an upload would do, without doing it. */
#include <archive-mail/upload.h>

#include <inttypes.h>
#include <stdio.h>

#include "sink/imap.h"
#include "transfer/filter.h"
#include "transfer/input.h"
#include "transfer/routes.h"
#include "transfer/walk.h"

enum {
	LINE_MAX_BYTES = 998,	/* RFC 5322 2.1.1 */
	MEMORY_MAX = 256 << 20, /* of folders and mailboxes */
	WHY_SIZE = 160
};

struct planning {
	const struct am_transfer_options *options;
	const struct am_upload_plan_visitor *visitor;
	struct am_upload_plan *plan;
	struct am_store *store;
	struct am_walk *walk;
	struct am_arena arena;	 /* as long as the plan */
	struct am_arena message; /* of the one at hand */
	struct am_sink_options sink;
	struct am_imap_outlook outlook;
	struct am_upload_folder *folders; /* one per folder */
};

/* --- one message -----------------------------------------------------------
 */

/* What the bytes of a message are like. */
struct looks {
	uint64_t size;
	size_t line; /* bytes of the line at hand */
	size_t longest;
	bool has_nul;
};

static void
bytes_look(struct looks *looks, struct am_bytes bytes)
{
	size_t i;

	looks->size += bytes.len;
	for (i = 0; i < bytes.len; i++) {
		const uint8_t byte = bytes.data[i];

		if (byte == '\0')
			looks->has_nul = true;
		if (byte == '\n')
			looks->line = 0;
		else if (byte != '\r' && ++looks->line > looks->longest)
			looks->longest = looks->line;
	}
}

static enum am_status
stream_look(struct am_stream *mime, struct looks *looks, struct am_error *err)
{
	struct am_bytes bytes;
	enum am_status status;

	while ((status = am_stream_next(mime, &bytes, err)) == AM_OK)
		bytes_look(looks, bytes);
	return status == AM_END ? AM_OK : status;
}

/* NULL: the server will probably take it. */
static const char *
refusal_of(const struct planning *planning, const struct looks *looks,
	   char why[WHY_SIZE])
{
	const struct am_upload_plan *plan = planning->plan;

	if (plan->max_message != 0 && looks->size > plan->max_message) {
		(void)snprintf(why, WHY_SIZE,
			       "too large: the server takes %" PRIu64
			       " bytes at most",
			       plan->max_message);
		return why;
	}
	if (looks->has_nul)
		return "it has a NUL byte";
	if (looks->longest > LINE_MAX_BYTES)
		return "it is signed, and has lines of more than 998 bytes";
	return NULL;
}

static enum am_status
message_count(struct planning *planning, const struct am_walk_item *item,
	      const struct am_mail *mail, const struct looks *looks,
	      struct am_error *err)
{
	const size_t at = item->folder != SIZE_MAX
				  ? item->folder
				  : planning->sink.folder_count - 1;
	struct am_upload_folder *folder = &planning->folders[at];
	struct am_upload_refusal refusal = { .nid = item->node.nid,
					     .subject = mail->subject,
					     .size = looks->size };
	char why[WHY_SIZE];

	folder->messages++;
	folder->bytes += looks->size;
	planning->plan->messages++;
	planning->plan->bytes += looks->size;
	refusal.folder = am_walk_folder_path(planning->walk, item->folder);
	refusal.why = refusal_of(planning, looks, why);
	if (refusal.why == NULL)
		return AM_OK;
	return planning->visitor->refusal(planning->visitor->arg, &refusal,
					  err);
}

static bool
is_left_out(const struct planning *planning, const struct am_walk_item *item,
	    const char *class_name)
{
	const struct am_transfer_options *options = planning->options;

	return am_filter_folder(options, am_walk_folder_path(planning->walk,
							     item->folder)) !=
		       NULL ||
	       am_filter_class(options, class_name) != NULL ||
	       am_filter_kind(options, am_item_kind(class_name)) != NULL;
}

static enum am_status
mail_plan(struct planning *planning, const struct am_walk_item *item,
	  struct am_mail *mail, struct am_error *err)
{
	struct looks looks = { 0 };

	if (am_filter_time(planning->options, mail->received) != NULL) {
		planning->plan->skipped++;
		return AM_OK;
	}
	AM_TRY(stream_look(mail->mime, &looks, err));
	return message_count(planning, item, mail, &looks, err);
}

static enum am_status
message_plan(struct planning *planning, const struct am_walk_item *item,
	     struct am_error *err)
{
	const struct am_convert_options options = {
		.no_receipts = planning->options->no_receipts,
		.items_as_mail = planning->options->items_as_mail,
	};
	struct am_message *message;
	struct am_mail *mail = NULL;
	enum am_status status;

	AM_TRY(am_message_open(planning->store, &item->node, &planning->message,
			       &message, err));
	message->status = item->message_status;
	if (is_left_out(planning, item, message->class_name)) {
		planning->plan->skipped++;
		return AM_OK;
	}
	if (!options.items_as_mail &&
	    am_route_of(am_item_kind(message->class_name)) != AM_ROUTE_MAIL) {
		planning->plan->elsewhere++;
		return AM_OK;
	}
	status = am_item_open(message, &options, &mail, err);
	if (status == AM_OK)
		status = mail_plan(planning, item, mail, err);
	am_mail_close(mail);
	return status;
}

static bool
must_stop(const struct planning *planning)
{
	const atomic_bool *stop = planning->options->stop;

	return stop != NULL && atomic_load(stop);
}

static enum am_status
messages_plan(struct planning *planning, struct am_error *err)
{
	struct am_walk_item item;
	enum am_status status;

	while ((status = am_walk_next(planning->walk, &item, err)) == AM_OK) {
		struct am_error cause = { 0 };

		if (must_stop(planning))
			return am_fail(err, AM_INTERRUPTED, "interrupted");
		status = message_plan(planning, &item, &cause);
		am_arena_reset(&planning->message);
		if (am_is_item_scoped(status)) {
			planning->plan->failed++;
		} else if (status != AM_OK) {
			*err = cause;
			return status;
		}
	}
	return status == AM_END ? AM_OK : status;
}

/* --- the whole -------------------------------------------------------------
 */

static enum am_status
folders_tell(struct planning *planning, struct am_error *err)
{
	size_t i;

	for (i = 0; i < planning->sink.folder_count; i++) {
		struct am_upload_folder *folder = &planning->folders[i];

		folder->folder = planning->sink.folder_paths[i];
		folder->mailbox = planning->outlook.targets[i].name;
		folder->exists = planning->outlook.targets[i].is_there;
		if (folder->messages > 0)
			AM_TRY(planning->visitor->folder(planning->visitor->arg,
							 folder, err));
	}
	return AM_OK;
}

/* What the server says of its limits, and what the provider is known for. */
static void
limits_note(struct planning *planning)
{
	const struct am_imap_capabilities *can =
		am_imap_can(planning->outlook.imap);
	struct am_upload_plan *plan = planning->plan;

	plan->server_says_max = can->has_append_limit;
	plan->max_message = can->has_append_limit
				    ? can->append_limit
				    : planning->options->upload->max_message;
	if (planning->outlook.quota.is_known) {
		plan->quota_used = planning->outlook.quota.used;
		plan->quota_limit = planning->outlook.quota.limit;
	}
}

static enum am_status
outlook_open(struct planning *planning, struct am_error *err)
{
	const struct am_transfer_options *options = planning->options;

	AM_TRY(am_routes_folders(planning->store, &planning->arena,
				 &planning->sink, err));
	planning->folders =
		am_arena_array(&planning->arena, planning->sink.folder_count,
			       struct am_upload_folder);
	if (planning->folders == NULL)
		return am_nomem(err);
	AM_TRY(am_imap_outlook(&planning->sink, options->upload, options->stop,
			       &planning->arena, &planning->outlook, err));
	limits_note(planning);
	am_imap_close(planning->outlook.imap);
	return AM_OK;
}

static enum am_status
plan_make(struct planning *planning, struct am_error *err)
{
	AM_TRY(am_input_open(planning->options, &planning->store, err));
	AM_TRY(am_walk_open(planning->store, &planning->walk, err));
	AM_TRY(outlook_open(planning, err));
	AM_TRY(messages_plan(planning, err));
	return folders_tell(planning, err);
}

enum am_status
am_upload_plan(const struct am_transfer_options *options,
	       const struct am_upload_plan_visitor *visitor,
	       struct am_upload_plan *plan_out, struct am_error *err)
{
	struct planning planning = { .options = options,
				     .visitor = visitor,
				     .plan = plan_out };
	enum am_status status;

	memset(plan_out, 0, sizeof(*plan_out));
	planning.arena.limit = MEMORY_MAX;
	status = plan_make(&planning, err);
	am_walk_close(planning.walk);
	am_store_close(planning.store);
	am_arena_free(&planning.message);
	am_arena_free(&planning.arena);
	return status;
}
