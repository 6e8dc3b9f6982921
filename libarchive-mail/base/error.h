/* Failing in one line, where the fact is known. */
#ifndef AM_BASE_ERROR_H
#define AM_BASE_ERROR_H

#include <stdbool.h>

#include <archive-mail/status.h>

/* Fills err (which may be NULL) and returns status. */
enum am_status am_fail(struct am_error *err, enum am_status status,
		       const char *format, ...) AM_PRINTF(3, 4);

/* The same, with the place in the file. */
enum am_status
am_fail_at(struct am_error *err, enum am_status status, uint64_t file_offset,
	   const char *format, ...) AM_PRINTF(4, 5);

/* AM_NOMEM with its one text. */
enum am_status am_nomem(struct am_error *err);

/* True for the causes that concern one item only: the run goes on. AM_IO is
 * one: a bad sector under the archive. (Of a sink it ends the run: who calls
 * one has to tell them apart.) */
bool am_is_item_scoped(enum am_status status);

/* True when bytes of the archive are wrong or not to be had: what can be read
 * beside them still counts. */
bool am_is_damage(enum am_status status);

/* For functions that hold nothing; where something is held, use one out:
 * label instead, never both. */
#define AM_TRY(expression)                                                     \
	do {                                                                   \
		const enum am_status am_try_status = (expression);             \
		if (am_try_status != AM_OK)                                    \
			return am_try_status;                                  \
	} while (0)

#endif
