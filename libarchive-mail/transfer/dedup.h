/* The contents that were written, and by which message: of each only the first
 * one is. The UIDs of calendar files are such contents too. Grows with the
 * archive: beyond 8 MiB it is in a file. What was found is kept in the journal,
 * so a run that goes on knows it. For whoever has the turn. */
#ifndef AM_TRANSFER_DEDUP_H
#define AM_TRANSFER_DEDUP_H

#include "base/hash.h"
#include "journal/journal.h"

struct am_dedup;

/* With what the journal remembers. path, below dir: as for am_spill_open.
 * dedup_out: caller closes. AM_OUTPUT, AM_IO, AM_NOMEM. */
enum am_status
am_dedup_open(int dir, const char *path, struct am_journal *journal,
	      struct am_dedup **dedup_out, struct am_error *err);

/* NULL is fine. */
void am_dedup_close(struct am_dedup *dedup);

/* first_out: the message that has the content already; 0: none had it, and
 * from now on nid has it. */
enum am_status
am_dedup_check(struct am_dedup *dedup, const uint8_t content[AM_SHA256_SIZE],
	       uint32_t nid, uint32_t *first_out, struct am_error *err);

/* The same, and nobody gets it. */
enum am_status
am_dedup_find(struct am_dedup *dedup, const uint8_t content[AM_SHA256_SIZE],
	      uint32_t *first_out, struct am_error *err);

/* Gives the journal, in its transaction, what came since the last time. */
enum am_status am_dedup_save(struct am_dedup *dedup, struct am_journal *journal,
			     struct am_error *err);

#endif
