/* Exit statuses of the program: sysexits where one fits. Scripts rely on
 * them; the manual lists them. */
#ifndef AM_TOOLS_EXIT_H
#define AM_TOOLS_EXIT_H

#include <stdbool.h>

#include <archive-mail/status.h>

enum am_exit {
	AM_EXIT_OK = 0,
	AM_EXIT_ITEMS = 1,     /* finished, but something in it failed */
	AM_EXIT_USAGE = 64,    /* the command line is wrong */
	AM_EXIT_DATA = 65,     /* not a PST or OST, or nothing readable in it */
	AM_EXIT_INPUT = 66,    /* no such file, or not readable */
	AM_EXIT_SERVER = 69,   /* a server is not reachable */
	AM_EXIT_INTERNAL = 70, /* a fault of the program */
	AM_EXIT_MEMORY = 71,   /* out of memory */
	AM_EXIT_OUTPUT = 73,   /* the output cannot be made there */
	AM_EXIT_IO = 74,       /* writing failed, such as on a full disk */
	AM_EXIT_LATER = 75,    /* refused for now; the same command resumes */
	AM_EXIT_PROTOCOL = 76, /* TLS, or a server that breaks the rules */
	AM_EXIT_AUTH = 77,     /* the credentials were refused */
	AM_EXIT_INTERRUPTED = 130 /* the same command resumes */
};

/* The exit status for what a function of the library answered. */
enum am_exit am_exit_of(enum am_status status);

/* The same while the input is only opened: failing to read it is
 * AM_EXIT_INPUT, not AM_EXIT_IO. */
enum am_exit am_exit_of_open(enum am_status status);

/* Several inputs, one exit status. Zero-initialise, add each. */
struct am_exit_sum {
	unsigned count;
	enum am_exit common; /* of all so far */
	bool differ;
};

void am_exit_add(struct am_exit_sum *sum, enum am_exit one);

/* AM_EXIT_OK when all are; their common status when all are alike; else
 * AM_EXIT_ITEMS. */
enum am_exit am_exit_total(const struct am_exit_sum *sum);

#endif
