/* The program locks itself in before it reads the first byte of an archive:
 * whatever a hostile file makes of it, it can read its input and write its
 * output, and nothing else: no other file, no network, no other program.
 *
 * Two nets: Landlock for files (Linux 5.13, for renaming 5.19, and later), and
 * a seccomp filter for system calls that it never needs. */
#ifndef AM_TOOLS_SANDBOX_H
#define AM_TOOLS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/* What is to be allowed. A path that is not there yet, or cannot be looked
 * up, is refused later like any other. */
struct am_sandbox {
	/* Files, and directories with all that is below; ends with NULL. NULL:
	 * none. */
	const char *const *read;
	/* Directories: reading, writing, making, renaming and removing files
	 * and directories below them; ends with NULL. NULL: none. */
	const char *const *write;
	/* As if the kernel's Landlock were no newer; 0: as it is. For tests. */
	unsigned abi_max;
};

enum { AM_SANDBOX_TEXT_SIZE = 160 };

/* Locks the calling thread, and all that it starts from now on, in for good:
 * call it before threads are started. False when a part of it is not to be had
 * here: missing then says which, and the rest is in force all the same. */
bool am_sandbox_enter(const struct am_sandbox *wanted,
		      char missing[AM_SANDBOX_TEXT_SIZE]);

#endif
