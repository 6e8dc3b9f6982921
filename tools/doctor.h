/* Looks at everything that an account needs, step by step, and says what is
 * wrong and what helps. */
#ifndef AM_TOOLS_DOCTOR_H
#define AM_TOOLS_DOCTOR_H

#include "access.h"

enum am_doctor_step {
	AM_DOCTOR_ACCOUNT, /* the settings */
	AM_DOCTOR_DNS,
	AM_DOCTOR_TCP,
	AM_DOCTOR_TLS,
	AM_DOCTOR_CAPABILITY, /* greeting, and what the server can */
	AM_DOCTOR_TOKEN,      /* or password */
	AM_DOCTOR_SASL,	      /* signing in */
	AM_DOCTOR_NAMESPACE,  /* mailboxes */
	AM_DOCTOR_QUOTA,
	AM_DOCTOR_STEPS
};

enum am_doctor_state {
	AM_DOCTOR_SKIPPED, /* what comes before has failed */
	AM_DOCTOR_GOOD,
	AM_DOCTOR_WARNING,
	AM_DOCTOR_FAILED
};

enum { AM_DOCTOR_TEXT_SIZE = 512 };

struct am_doctor_finding {
	enum am_doctor_state state;
	enum am_status status; /* of a failure */
	const char *cause;     /* a fixed word for programs; NULL: none known */
	const char *advice;    /* NULL: none */
	char text[AM_DOCTOR_TEXT_SIZE]; /* what was seen; hostile */
};

struct am_doctor {
	struct am_doctor_finding findings[AM_DOCTOR_STEPS];
};

/* A word for each step and each state. Borrowed for ever. */
extern const char *const am_doctor_step_names[AM_DOCTOR_STEPS];
extern const char *const am_doctor_state_names[];

/* Fills doctor. access may have failed to open: then err says why, and nothing
 * is tried. */
void am_doctor_run(struct am_doctor *doctor, struct am_access *access,
		   const struct am_unlock_values *unlock,
		   const struct am_error *err);

/* Of the first step that failed; AM_OK: none did. */
enum am_status am_doctor_status(const struct am_doctor *doctor);

/* A failure that is known. */
struct am_doctor_cause {
	enum am_doctor_step step; /* where it belongs, wherever it was seen */
	const char *id;
	const char *advice;
};

/* The cause of an error at step; NULL: none that is known. Borrowed for
 * ever. */
const struct am_doctor_cause *
am_doctor_cause(enum am_doctor_step step, const struct am_error *err);

/* What is odd about a token without being refused: its cause, and text filled;
 * NULL: nothing. provider may be NULL. obtained: when it came, 0 unknown. */
struct am_jwt;
const struct am_doctor_cause *
am_doctor_token_look(const struct am_jwt *jwt, const struct am_account *account,
		     int64_t now, char text[AM_DOCTOR_TEXT_SIZE]);

#endif
