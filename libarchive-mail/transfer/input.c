/* The archive of a run while it runs. */
#include "transfer/input.h"

#include "base/error.h"

enum am_status
am_input_gone(const struct am_error *cause, struct am_error *err)
{
	return am_fail(err, AM_NOT_FOUND,
		       "the archive can no longer be read (%s); when it is "
		       "back, the same command goes on from here",
		       cause->text);
}

enum am_status
am_input_open(const struct am_transfer_options *options,
	      struct am_store **store_out, struct am_error *err)
{
	const struct am_store_options store_options = {
		.codepage = options->codepage,
	};
	const enum am_status status =
		am_store_open(options->input, &store_options, store_out, err);

	/* the text stays */
	return status == AM_IO ? AM_NOT_FOUND : status;
}

enum am_status
am_input_reopen(const struct am_transfer_options *options,
		struct am_store **store_out, struct am_error *err)
{
	struct am_error cause = { 0 };
	const enum am_status status = am_input_open(options, store_out, &cause);

	if (status == AM_NOT_FOUND)
		return am_input_gone(&cause, err);
	if (status != AM_OK)
		*err = cause;
	return status;
}
