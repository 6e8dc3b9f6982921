/* Who signs in to a server, and with what. The IMAP client asks for it; where
 * it comes from (a token store, a command, a password typed in) is the
 * maker's. */
#ifndef ARCHIVE_MAIL_CREDENTIAL_H
#define ARCHIVE_MAIL_CREDENTIAL_H

#include <stdbool.h>

#include <archive-mail/status.h>

#ifdef __cplusplus
extern "C" {
#endif

enum am_credential_kind {
	AM_CREDENTIAL_TOKEN,   /* an OAuth 2.0 access token */
	AM_CREDENTIAL_PASSWORD /* also an app password */
};

struct am_credential {
	enum am_credential_kind kind;
	const char *user; /* the mailbox, usually an address */

	/* The secret, valid now; borrowed until the next call. It is asked
	 * for just before it is sent. renew: the server refused the last one,
	 * and nothing but another one will do. AM_AUTH: the user has to sign
	 * in again; AM_NETWORK: it could not be fetched now. */
	enum am_status (*get)(struct am_credential *credential, bool renew,
			      const char **secret_out, struct am_error *err);

	/* Wipes what is secret, and the credential. */
	void (*close)(struct am_credential *credential);
};

#ifdef __cplusplus
}
#endif
#endif
