/* What is known of a provider: a data file that comes with the program
 * (providers.json), and that the user may replace. */
#ifndef AM_OAUTH_PROFILE_H
#define AM_OAUTH_PROFILE_H

#include "oauth/flow.h"

enum {
	AM_PROFILE_FILE_MAX = 256 << 10,
	AM_PROFILE_STEPS_MAX = 16,
	AM_PROFILE_CONNECTIONS_MAX = 64
};

/* How an account comes to its credential. */
enum am_way {
	AM_WAY_DEVICE,
	AM_WAY_BROWSER,
	AM_WAY_CLIENT_CREDENTIALS,
	AM_WAY_SERVICE_ACCOUNT,
	AM_WAY_PASSWORD,
	AM_WAY_COMMAND,
	AM_WAY_COUNT
};

/* "device", "browser" …; ends with NULL. */
extern const char *const am_way_names[AM_WAY_COUNT + 1];

enum am_security { AM_SECURITY_TLS, AM_SECURITY_STARTTLS, AM_SECURITY_NONE };

/* "tls", "starttls", "none"; ends with NULL. */
extern const char *const am_security_names[4];

/* 0: no limit is known. */
struct am_profile_limits {
	unsigned connections;
	unsigned messages_per_second; /* of one connection */
	uint64_t bytes_per_day;
	uint64_t max_message; /* bytes */
	uint64_t quota;	      /* bytes, where the server does not say */
};

/* Strings in an arena; NULL: not known. */
struct am_profile {
	const char *name, *title;
	const char *host;
	uint16_t port;
	enum am_security security;
	unsigned ways;	    /* a bit for each enum am_way */
	enum am_way way;    /* the first of them: the one to try */
	const char *tenant; /* what "{tenant}" in an address is by default */
	struct am_oauth_server server;
	const char *scope;
	const char *app_scope; /* when a program signs in for itself */
	const char *redirect, *redirect_path;
	bool basic; /* struct am_oauth_flow */
	struct am_profile_limits limits;
	const char *steps[AM_PROFILE_STEPS_MAX]; /* how to register */
	size_t step_count;
};

/* The profile name out of the text of the file. AM_NOT_FOUND: there is no such
 * one; AM_CORRUPT: and what is wrong with it; AM_NOMEM. */
enum am_status
am_profile_read(struct am_bytes file, const char *name, struct am_arena *arena,
		struct am_profile *profile_out, struct am_error *err);

#endif
