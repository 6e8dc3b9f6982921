/* The makers of <archive-mail/credential.h>: out of the vault, renewed when it
 * is time, or out of a command. */
#ifndef AM_OAUTH_CREDENTIAL_H
#define AM_OAUTH_CREDENTIAL_H

#include <archive-mail/credential.h>

#include "oauth/sign_in.h"

enum {
	AM_TOKEN_SPARE_S = 300, /* renewed when less is left */
	AM_TOKEN_LEAST_S = 30,	/* used all the same when renewing fails */
	AM_COMMAND_MS = 120 * 1000
};

/* Of any account. Everything is borrowed until it is closed; the vault is not
 * looked at for AM_WAY_COMMAND. credential_out: caller closes with its close.
 * AM_NOMEM.
 *
 * get answers also AM_IO or AM_OUTPUT when a new token could not be stored: it
 * is not used then. */
enum am_status
am_credential_open(const struct am_sign_in *sign_in,
		   const struct am_vault *vault,
		   struct am_credential **credential_out, struct am_error *err);

/* The first line that command (run by a shell) prints: in arena. AM_AUTH: it
 * fails, prints none, or what is no token; AM_INTERRUPTED, AM_IO, AM_NOMEM. */
enum am_status
am_token_command_run(const char *command, const atomic_bool *stop,
		     struct am_arena *arena, const char **token_out,
		     struct am_error *err);

#endif
