/* The ledger of a run that had stopped: what it has rows of is done. */
#ifndef AM_TRANSFER_LEDGER_DONE_H
#define AM_TRANSFER_LEDGER_DONE_H

#include "transfer/walk.h"

/* Reads the first length bytes of the ledger path below dir, and tells the
 * walk of each row. rows_out: how many there are. AM_OUTPUT when that is no
 * ledger, AM_IO, AM_NOMEM. */
enum am_status
am_ledger_done(int dir, const char *path, uint64_t length, struct am_walk *walk,
	       uint64_t *rows_out, struct am_error *err);

#endif
