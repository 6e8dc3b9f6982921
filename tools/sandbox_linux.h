/* The two nets of the sandbox. */
#ifndef AM_TOOLS_SANDBOX_LINUX_H
#define AM_TOOLS_SANDBOX_LINUX_H

#include "sandbox.h"

/* Sanitizers look at their own process: at its maps, its program file, and, for
 * leaks, by tracing their threads. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define AM_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
	__has_feature(memory_sanitizer)
#define AM_SANITIZED 1
#endif
#endif
#ifndef AM_SANITIZED
#define AM_SANITIZED 0
#endif

/* Each answers NULL when it is in force, or else why it is not: a clause,
 * static or from strerror. No new privileges have to be ruled out before. */
const char *am_sandbox_files(const struct am_sandbox *wanted);
const char *am_sandbox_calls(void);

#endif
