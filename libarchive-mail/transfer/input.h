/* The archive of a run while it runs: it is opened again by each thread, and it
 * may be gone by then. */
#ifndef AM_TRANSFER_INPUT_H
#define AM_TRANSFER_INPUT_H

#include <archive-mail/transfer.h>

/* As am_store_open, but AM_NOT_FOUND for AM_IO: that is left to the output.
 * store_out: caller closes. */
enum am_status am_input_open(const struct am_transfer_options *options,
			     struct am_store **store_out, struct am_error *err);

/* The same later in the run: it was there. */
enum am_status
am_input_reopen(const struct am_transfer_options *options,
		struct am_store **store_out, struct am_error *err);

/* AM_NOT_FOUND: it cannot be read for this cause, and may come back. */
enum am_status
am_input_gone(const struct am_error *cause, struct am_error *err);

#endif
