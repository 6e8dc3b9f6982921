/* Commands that hold secrets: what is done for these, and where the passphrase
 * comes from that seals them. */
#ifndef AM_TOOLS_SECRETS_H
#define AM_TOOLS_SECRETS_H

#include "command.h"
#include "oauth/seal.h"

enum { AM_PASSPHRASE_MAX = 4096 };

/* To be called first: no core dump, no debugger of others, JSON values are
 * wiped when they are freed. */
void am_secrets_guard(void);

/* What the user gave; NULL: not given. */
struct am_unlock_values {
	const char *passphrase_file;
	const char *key_file;
	bool keyring; /* the key lies in the keyring (account_key.h) */
};

/* where: the offset of a struct am_unlock_values in the values of the
 * command. */
#define AM_OPTION_PASSPHRASE_FILE(where)                                       \
	{                                                                      \
		.name = "passphrase-file", .kind = AM_OPTION_TEXT,             \
		.argument = "FILE",                                            \
		.help = "the passphrase that seals the sign-in is the first "  \
			"line of FILE; else AM_PASSPHRASE in the "             \
			"environment, else it is asked for",                   \
		.field = (where) +                                             \
			 offsetof(struct am_unlock_values, passphrase_file)    \
	}
#define AM_OPTION_KEY_FILE(where)                                              \
	{                                                                      \
		.name = "key-file", .kind = AM_OPTION_TEXT,                    \
		.argument = "FILE",                                            \
		.help = "seal with a key instead of a passphrase: a file of "  \
			"32 random bytes",                                     \
		.field = (where) + offsetof(struct am_unlock_values, key_file) \
	}
#define AM_OPTION_KEYRING(where)                                               \
	{                                                                      \
		.name = "keyring", .kind = AM_OPTION_FLAG,                     \
		.help = "the key that seals the sign-in lies in the keyring "  \
			"of the desktop session",                              \
		.field = (where) + offsetof(struct am_unlock_values, keyring)  \
	}

/* What seals the secrets of an account. With is_new the user is asked twice.
 * In arena, which the caller wipes. AM_AUTH: there is none, and how to give
 * one; AM_INTERRUPTED, AM_NOT_FOUND, AM_IO, AM_NOMEM. */
enum am_status
am_unlock(const struct am_unlock_values *values, bool is_new,
	  struct am_arena *arena, struct am_seal_secret *secret_out,
	  struct am_error *err);

/* Takes the passphrase out of the environment, unused: for accounts that need
 * none, and before the commands of the user's are run. */
void am_unlock_skip(void);

/* The first line of a file, or asked for at the terminal (without showing it)
 * where path is NULL; what names it. The same statuses. */
enum am_status
am_secret_get(const char *path, const char *what, struct am_arena *arena,
	      const char **secret_out, struct am_error *err);

#endif
