/* An account of the user's, opened: its settings, its secrets, and how the
 * network is used for it. */
#ifndef AM_TOOLS_ACCESS_H
#define AM_TOOLS_ACCESS_H

#include "imap/session.h"
#include "oauth/credential.h"
#include "places.h"
#include "secrets.h"

struct am_access {
	struct am_arena arena; /* secrets too: wiped */
	struct am_account account;
	struct am_sign_in sign_in;
	struct am_vault vault;
	int tokens; /* the directory; -1: not opened */
	bool is_unlocked;
	struct am_credential *credential; /* NULL until asked for */
};

/* The settings of the account name. access_out: caller closes, also on
 * failure. AM_NOT_FOUND, AM_UNSUPPORTED (the name), AM_CORRUPT, AM_IO. */
enum am_status am_access_open(const char *name, struct am_access *access_out,
			      struct am_error *err);

/* The passphrase or key, where the account needs one, and the vault. The
 * statuses of am_unlock and am_place_open. */
enum am_status
am_access_unlock(struct am_access *access,
		 const struct am_unlock_values *values, struct am_error *err);

/* The credential, unlocked before. Borrowed until it is closed. */
enum am_status am_access_credential(struct am_access *access,
				    const struct am_unlock_values *values,
				    struct am_credential **credential_out,
				    struct am_error *err);

/* How to reach its server. Borrows from access. */
struct am_imap_options am_access_imap(const struct am_access *access);

void am_access_close(struct am_access *access);

/* Seconds since 1970. */
int64_t am_clock_now(void);

/* Of a command with an account: no PST is concerned. */
enum am_exit am_exit_of_account(enum am_status status);

#endif
