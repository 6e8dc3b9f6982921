/* upload --plan: what would go where, for people and as JSON. */
#ifndef AM_TOOLS_UPLOAD_PLAN_H
#define AM_TOOLS_UPLOAD_PLAN_H

#include <archive-mail/upload.h>

#include "command.h"
#include "input.h"

enum { AM_UPLOAD_PLAN_JSON_MAX = 256 << 20 };

/* Nothing is sent and nothing written. The statuses of am_upload_plan, and
 * AM_LIMIT: more than AM_UPLOAD_PLAN_JSON_MAX bytes of JSON. */
enum am_status
am_upload_plan_show(struct am_cli *cli, bool json, const struct am_input *input,
		    const struct am_transfer_options *options,
		    struct am_error *err);

#endif
