/* What the process that asks the keyring does. */
#ifndef AM_TOOLS_KEYRING_PRIVATE_H
#define AM_TOOLS_KEYRING_PRIVATE_H

#include "keyring.h"

enum am_keyring_task { AM_KEYRING_GET, AM_KEYRING_PUT, AM_KEYRING_FORGET };

struct am_keyring_order {
	enum am_keyring_task task;
	const char *id;
	const char *account; /* to put */
	uint8_t *key;	     /* to put, or got; AM_SEAL_KEY_SIZE bytes */
};

/* Waits for as long as the user takes. The statuses of keyring.h. */
enum am_status
am_keyring_ask(const struct am_keyring_order *order, struct am_error *err);

#endif
