/* Statuses and error texts. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const status_names[] = {
	[AM_OK] = "ok",
	[AM_END] = "end",
	[AM_NOT_FOUND] = "not found",
	[AM_CORRUPT] = "corrupt",
	[AM_UNSUPPORTED] = "unsupported",
	[AM_LIMIT] = "limit reached",
	[AM_NOMEM] = "out of memory",
	[AM_IO] = "input/output error",
	[AM_NETWORK] = "network error",
	[AM_AUTH] = "not authenticated",
	[AM_REFUSED] = "refused",
	[AM_OUTPUT] = "cannot create output",
	[AM_INTERRUPTED] = "interrupted",
	[AM_PROTOCOL] = "protocol error",
	[AM_LATER] = "come back later",
};

const char *
am_status_name(enum am_status status)
{
	const size_t count = sizeof(status_names) / sizeof(status_names[0]);

	if ((size_t)status >= count)
		return "unknown status";
	return status_names[status];
}

AM_PRINTF(4, 0)
static void
error_set(struct am_error *err, enum am_status status, uint64_t file_offset,
	  const char *format, va_list args)
{
	if (err == NULL)
		return;
	err->status = status;
	err->nid = 0;
	err->file_offset = file_offset;
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
}

enum am_status
am_fail(struct am_error *err, enum am_status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_set(err, status, 0, format, args);
	va_end(args);
	return status;
}

enum am_status
am_fail_at(struct am_error *err, enum am_status status, uint64_t file_offset,
	   const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_set(err, status, file_offset, format, args);
	va_end(args);
	return status;
}

enum am_status
am_nomem(struct am_error *err)
{
	return am_fail(err, AM_NOMEM, "out of memory");
}

bool
am_is_damage(enum am_status status)
{
	return status == AM_NOT_FOUND || status == AM_CORRUPT ||
	       status == AM_IO;
}

bool
am_is_item_scoped(enum am_status status)
{
	return am_is_damage(status) || status == AM_UNSUPPORTED ||
	       status == AM_LIMIT || status == AM_REFUSED;
}
