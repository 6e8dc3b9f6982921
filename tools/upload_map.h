/* upload --map FILE: where folders go, as the user wants it. */
#ifndef AM_TOOLS_UPLOAD_MAP_H
#define AM_TOOLS_UPLOAD_MAP_H

#include <archive-mail/upload.h>

#include "base/arena.h"

enum { AM_UPLOAD_MAP_MAX = 16 << 20 /* bytes of the file */ };

/* A JSON object, {"Inbox/Travel": "Travel"}, or one whose "map" is such an
 * object, as --plan --json prints it. Into upload; texts in arena.
 * AM_NOT_FOUND, AM_CORRUPT (and what is wrong), AM_IO, AM_NOMEM. */
enum am_status
am_upload_map_read(const char *path, struct am_arena *arena,
		   struct am_upload *upload, struct am_error *err);

#endif
