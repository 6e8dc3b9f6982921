/* What is left out on purpose, and the reason the ledger gives. */
#ifndef AM_TRANSFER_FILTER_H
#define AM_TRANSFER_FILTER_H

#include <archive-mail/transfer.h>

#include "convert/item.h"

/* NULL: the folder passes; else the reason. Static. */
const char *
am_filter_folder(const struct am_transfer_options *options, const char *folder);

/* The same of the kind of an item. */
const char *am_filter_kind(const struct am_transfer_options *options,
			   enum am_item_kind kind);

/* The same of the class, and of the received time. */
const char *am_filter_class(const struct am_transfer_options *options,
			    const char *class_name);
const char *
am_filter_time(const struct am_transfer_options *options, int64_t received);

#endif
