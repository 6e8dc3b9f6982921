/* What the planning of names asks of their encoding; nobody else includes
 * it. */
#ifndef AM_SINK_NAMES_PRIVATE_H
#define AM_SINK_NAMES_PRIVATE_H

#include "sink/names.h"

/* "~0x" + 8 digits + "~" + 10 digits + NUL */
enum { AM_NAME_TAIL_SIZE = 24 };

/* Do the names of this form become modified UTF-7 on disk? */
bool am_names_is_mutf7(enum am_names_form form);

/* What makes a name another: "~" and the id, from 2 on with a number. */
void am_name_tail(uint32_t id, uint32_t number, char tail[AM_NAME_TAIL_SIZE]);

/* The name with a tail, short enough. */
enum am_status
am_name_with_tail(struct am_arena *arena, enum am_names_form form,
		  const char *encoded, const char *tail, const char **name_out,
		  struct am_error *err);

#endif
