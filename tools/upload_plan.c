/* What would go where. */
#include "upload_plan.h"

#include <inttypes.h>

#include "base/json.h"
#include "summary.h"

enum { REFUSALS_SHOWN = 50 }; /* as text; all are in the JSON */

struct showing {
	struct am_cli *cli;
	struct am_buf folders, refusals, map; /* JSON: the insides */
	struct am_json folder_json, refusal_json, map_json;
	uint64_t refusal_count;
	bool json;
};

/* --- JSON ------------------------------------------------------------------
 */

static void
folder_json(struct showing *showing, const struct am_upload_folder *folder)
{
	struct am_json *json = &showing->folder_json;

	am_json_object(json, NULL);
	am_json_text(json, "folder", folder->folder);
	am_json_text(json, "mailbox", folder->mailbox);
	am_json_bool(json, "exists", folder->exists);
	am_json_uint(json, "messages", folder->messages);
	am_json_uint(json, "bytes", folder->bytes);
	am_json_object_end(json);
	am_json_text(&showing->map_json, folder->folder, folder->mailbox);
}

static void
refusal_json(struct showing *showing, const struct am_upload_refusal *refusal)
{
	struct am_json *json = &showing->refusal_json;
	char nid[16];

	(void)snprintf(nid, sizeof(nid), "%#" PRIx32, refusal->nid);
	am_json_object(json, NULL);
	am_json_text(json, "nid", nid);
	am_json_text(json, "folder", refusal->folder);
	am_json_text(json, "subject", refusal->subject);
	am_json_uint(json, "size", refusal->size);
	am_json_text(json, "why", refusal->why);
	am_json_object_end(json);
}

static void
sums_json(struct am_json *json, const struct am_upload_plan *plan)
{
	am_json_uint(json, "messages", plan->messages);
	am_json_uint(json, "bytes", plan->bytes);
	am_json_uint(json, "not_mail", plan->elsewhere);
	am_json_uint(json, "skipped", plan->skipped);
	am_json_uint(json, "failed", plan->failed);
	if (plan->max_message != 0)
		am_json_uint(json, "max_message", plan->max_message);
	else
		am_json_null(json, "max_message");
	am_json_text(json, "max_message_from",
		     plan->max_message == 0  ? NULL
		     : plan->server_says_max ? "server"
					     : "profile");
	if (plan->quota_limit != 0) {
		am_json_object(json, "quota");
		am_json_uint(json, "used", plan->quota_used);
		am_json_uint(json, "limit", plan->quota_limit);
		am_json_object_end(json);
	} else {
		am_json_null(json, "quota");
	}
}

/* The parts were written while the plan was made. */
static enum am_status
plan_json(struct showing *showing, const struct am_input *input,
	  const struct am_upload_plan *plan, struct am_error *err)
{
	struct am_buf line = am_buf(AM_UPLOAD_PLAN_JSON_MAX);
	struct am_json json = am_json(&line);
	enum am_status status;

	am_json_array_end(&showing->folder_json);
	am_json_array_end(&showing->refusal_json);
	am_json_object_end(&showing->map_json);
	am_json_object(&json, NULL);
	am_json_text(&json, "file", am_base_name(input->path));
	sums_json(&json, plan);
	am_buf_add_text(&line, ",\"folders\":");
	am_buf_add(&line, am_buf_bytes(&showing->folders));
	am_buf_add_text(&line, ",\"refusals\":");
	am_buf_add(&line, am_buf_bytes(&showing->refusals));
	am_buf_add_text(&line, ",\"map\":");
	am_buf_add(&line, am_buf_bytes(&showing->map));
	am_json_object_end(&json);
	status = am_buf_status(&showing->folders, err);
	if (status == AM_OK)
		status = am_buf_status(&showing->refusals, err);
	if (status == AM_OK)
		status = am_buf_status(&showing->map, err);
	if (status == AM_OK)
		status = am_buf_status(&line, err);
	if (status == AM_OK)
		am_cli_json(showing->cli, &line);
	am_buf_free(&line);
	return status;
}

/* --- text ------------------------------------------------------------------
 */

static void
folder_print(const struct showing *showing,
	     const struct am_upload_folder *folder)
{
	char size[AM_SIZE_TEXT_SIZE];

	am_size_text(size, folder->bytes);
	am_output_line(
		&showing->cli->out, "  %s -> %s%s: %" PRIu64 " message%s, %s",
		folder->folder, folder->mailbox, folder->exists ? "" : " (new)",
		folder->messages, am_plural(folder->messages), size);
}

static void
refusal_print(const struct showing *showing,
	      const struct am_upload_refusal *refusal)
{
	char size[AM_SIZE_TEXT_SIZE];

	am_size_text(size, refusal->size);
	am_output_line(&showing->cli->out,
		       "  will be refused: %#" PRIx32 " in %s, \"%s\", %s: %s",
		       refusal->nid, refusal->folder, refusal->subject, size,
		       refusal->why);
}

static void
plan_print(const struct showing *showing, const struct am_input *input,
	   const struct am_upload_plan *plan)
{
	struct am_output *const out = &showing->cli->out;
	char size[AM_SIZE_TEXT_SIZE], limit[AM_SIZE_TEXT_SIZE];

	if (showing->refusal_count > REFUSALS_SHOWN)
		am_output_line(out,
			       "  ... and %" PRIu64 " more; --json has all",
			       showing->refusal_count - REFUSALS_SHOWN);
	am_size_text(size, plan->bytes);
	am_output_line(out,
		       "%s: %" PRIu64 " message%s to send, %s; %" PRIu64
		       " will be refused, %" PRIu64 " skipped, %" PRIu64
		       " cannot be read; %" PRIu64 " item%s no mail",
		       input->path, plan->messages, am_plural(plan->messages),
		       size, showing->refusal_count, plan->skipped,
		       plan->failed, plan->elsewhere,
		       plan->elsewhere == 1 ? " is" : "s are");
	if (plan->max_message != 0) {
		am_size_text(size, plan->max_message);
		am_output_line(out, "  largest message: %s (%s)", size,
			       plan->server_says_max
				       ? "the server says so"
				       : "of the provider's profile; the "
					 "server does not say");
	}
	if (plan->quota_limit != 0) {
		am_size_text(size, plan->quota_used);
		am_size_text(limit, plan->quota_limit);
		am_output_line(out, "  room: %s of %s are used%s", size, limit,
			       plan->bytes > plan->quota_limit ||
					       plan->quota_used >
						       plan->quota_limit -
							       plan->bytes
				       ? "; this archive does not fit"
				       : "");
	} else {
		am_output_line(out, "  room: the server does not say how much "
				    "there is");
	}
	am_output_line(out, "Nothing was sent.");
}

/* --- both ------------------------------------------------------------------
 */

static enum am_status
folder_visit(void *arg, const struct am_upload_folder *folder,
	     struct am_error *err)
{
	struct showing *showing = arg;

	(void)err;
	if (showing->json)
		folder_json(showing, folder);
	else
		folder_print(showing, folder);
	return AM_OK;
}

static enum am_status
refusal_visit(void *arg, const struct am_upload_refusal *refusal,
	      struct am_error *err)
{
	struct showing *showing = arg;

	(void)err;
	showing->refusal_count++;
	if (showing->json)
		refusal_json(showing, refusal);
	else if (showing->refusal_count <= REFUSALS_SHOWN)
		refusal_print(showing, refusal);
	return AM_OK;
}

static void
showing_begin(struct showing *showing)
{
	showing->folders = am_buf(AM_UPLOAD_PLAN_JSON_MAX);
	showing->refusals = am_buf(AM_UPLOAD_PLAN_JSON_MAX);
	showing->map = am_buf(AM_UPLOAD_PLAN_JSON_MAX);
	showing->folder_json = am_json(&showing->folders);
	showing->refusal_json = am_json(&showing->refusals);
	showing->map_json = am_json(&showing->map);
	am_json_array(&showing->folder_json, NULL);
	am_json_array(&showing->refusal_json, NULL);
	am_json_object(&showing->map_json, NULL);
}

enum am_status
am_upload_plan_show(struct am_cli *cli, bool json, const struct am_input *input,
		    const struct am_transfer_options *options,
		    struct am_error *err)
{
	struct showing showing = { .cli = cli, .json = json };
	const struct am_upload_plan_visitor visitor = {
		.folder = folder_visit,
		.refusal = refusal_visit,
		.arg = &showing,
	};
	struct am_upload_plan plan;
	enum am_status status;

	showing_begin(&showing);
	status = am_upload_plan(options, &visitor, &plan, err);
	if (status == AM_OK && json)
		status = plan_json(&showing, input, &plan, err);
	else if (status == AM_OK)
		plan_print(&showing, input, &plan);
	am_buf_free(&showing.folders);
	am_buf_free(&showing.refusals);
	am_buf_free(&showing.map);
	return status;
}
