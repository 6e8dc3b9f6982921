/* Where settings, secrets and the list of providers lie: the XDG directories,
 * and the data that is installed with the program. */
#ifndef AM_TOOLS_PLACES_H
#define AM_TOOLS_PLACES_H

#include "oauth/profile.h"

enum am_place {
	AM_PLACE_ACCOUNTS, /* $XDG_CONFIG_HOME/archive-mail/accounts */
	AM_PLACE_TOKENS,   /* $XDG_STATE_HOME/archive-mail/tokens */
	AM_PLACE_UPLOADS   /* $XDG_STATE_HOME/archive-mail/uploads */
};

/* The directory, 0700; with make, made when it is not there. dir_out: caller
 * closes. AM_NOT_FOUND: it is not there; AM_OUTPUT, AM_IO. */
enum am_status am_place_open(enum am_place place, bool make, int *dir_out,
			     struct am_error *err);

/* The path of name below it, in arena. AM_OUTPUT, AM_NOMEM. */
enum am_status
am_place_path(enum am_place place, const char *name, struct am_arena *arena,
	      const char **path_out, struct am_error *err);

/* A provider: of the file that AM_PROVIDERS names, of
 * $XDG_CONFIG_HOME/archive-mail/providers.json, or of
 * ../share/archive-mail/providers.json beside the program; the first that is
 * there. AM_UNSUPPORTED: no such provider; AM_NOT_FOUND: no such file;
 * AM_CORRUPT, AM_IO. */
enum am_status
am_place_profile(const char *name, struct am_arena *arena,
		 struct am_profile *profile_out, struct am_error *err);

#endif
