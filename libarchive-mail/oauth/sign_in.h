/* From an account to a token: which flow, with what. */
#ifndef AM_OAUTH_SIGN_IN_H
#define AM_OAUTH_SIGN_IN_H

#include "oauth/account.h"
#include "oauth/vault.h"

struct am_sign_in {
	const struct am_account *account;
	struct am_oauth_http http;
	int64_t (*now)(void); /* seconds since 1970 */
	am_oauth_show *show;  /* NULL: nobody is there to be asked */
	void *show_arg;
};

/* Signs in anew, with client_secret or key of content, and puts the tokens into
 * it (strings in arena). What needs a person needs show. The statuses of
 * flow.h; AM_UNSUPPORTED: not by OAuth. */
enum am_status
am_sign_in(const struct am_sign_in *sign_in, struct am_arena *arena,
	   struct am_vault_content *content, struct am_error *err);

/* By the refresh token of content. *gone_out: it is of no more use, and
 * neither is anything else but signing in anew. */
enum am_status
am_sign_in_refresh(const struct am_sign_in *sign_in, struct am_arena *arena,
		   struct am_vault_content *content, bool *gone_out,
		   struct am_error *err);

/* RFC 7009: tells the server that the tokens of content are given up, where it
 * can be told. AM_UNSUPPORTED: it cannot; AM_NETWORK, AM_AUTH. */
enum am_status
am_sign_out(const struct am_sign_in *sign_in,
	    const struct am_vault_content *content, struct am_error *err);

#endif
