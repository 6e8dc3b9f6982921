/* An account of the user's: which server, who, and how to sign in. Nothing in
 * it is secret; that is in the vault (vault.h). */
#ifndef AM_OAUTH_ACCOUNT_H
#define AM_OAUTH_ACCOUNT_H

#include "oauth/profile.h"

enum { AM_ACCOUNT_FILE_MAX = 64 << 10, AM_ACCOUNT_NAME_MAX = 64 };

/* Strings in an arena, or borrowed; NULL: none. */
struct am_account {
	const char *name;
	const char *provider;
	const char *user; /* the mailbox */
	enum am_way way;
	const char *host;
	uint16_t port;
	enum am_security security;
	const char *ca_file;
	struct am_oauth_server server;
	const char *client_id, *scope;
	const char *redirect, *redirect_path;
	bool basic;
	const char *command; /* that prints a token */
	const char *keyring; /* where a keyring has the key of the vault */
};

/* Letters, digits, "-", "_", "." (not first), "@", "+": what may be the name
 * of a file everywhere. AM_UNSUPPORTED says so. */
enum am_status am_account_name_check(const char *name, struct am_error *err);

/* Of the text of its file. AM_CORRUPT: and what is wrong with it; AM_NOMEM. */
enum am_status
am_account_read(struct am_bytes file, const char *name, struct am_arena *arena,
		struct am_account *account_out, struct am_error *err);

/* Its file. AM_NOMEM, AM_LIMIT. */
enum am_status am_account_write(const struct am_account *account,
				struct am_buf *out, struct am_error *err);

/* From and to "NAME.json" in the directory dir. AM_NOT_FOUND: there is no such
 * account. */
enum am_status
am_account_load(int dir, const char *name, struct am_arena *arena,
		struct am_account *account_out, struct am_error *err);
enum am_status am_account_save(int dir, const struct am_account *account,
			       struct am_error *err);
enum am_status
am_account_remove(int dir, const char *name, struct am_error *err);

#endif
