/* A map that may grow with the archive: what does not fit its memory is in a
 * file that has no name (design 6, Memory). Keys are compared byte by byte, and
 * come in that order; the first value of a key stays. For one thread at a
 * time. */
#ifndef AM_JOURNAL_SPILL_H
#define AM_JOURNAL_SPILL_H

#include "base/arena.h"

enum { AM_SPILL_MEMORY = 8 << 20 /* bytes */ };

struct am_spill;

/* Makes an empty map. path, below dir, is where its file is for a moment; it
 * must not be anything else's. AM_OUTPUT, AM_IO, AM_NOMEM. spill_out: caller
 * closes. */
enum am_status am_spill_open(int dir, const char *path,
			     struct am_spill **spill_out, struct am_error *err);

/* NULL is fine. */
void am_spill_close(struct am_spill *spill);

/* Adds the pair unless the key is there. added_out may be NULL. AM_IO (disk
 * full), AM_NOMEM. */
enum am_status
am_spill_add(struct am_spill *spill, struct am_bytes key, struct am_bytes value,
	     bool *added_out, struct am_error *err);

/* The value of key, in arena. AM_NOT_FOUND, AM_IO, AM_NOMEM, AM_LIMIT (of the
 * arena). */
enum am_status am_spill_get(struct am_spill *spill, struct am_bytes key,
			    struct am_arena *arena, struct am_bytes *value_out,
			    struct am_error *err);

/* How many pairs there are. */
uint64_t am_spill_count(const struct am_spill *spill);

/* All pairs in the order of their keys; both borrowed until visit returns, and
 * it must not change the map. It returns AM_OK to go on. */
enum am_status
am_spill_each(struct am_spill *spill,
	      enum am_status (*visit)(void *arg, struct am_bytes key,
				      struct am_bytes value,
				      struct am_error *err),
	      void *arg, struct am_error *err);

#endif
