/* Both nets, or what is to be had of them. */
#include "sandbox.h"

#include <stdio.h>

#ifdef __linux__

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "sandbox_linux.h"

bool
am_sandbox_enter(const struct am_sandbox *wanted,
		 char missing[AM_SANDBOX_TEXT_SIZE])
{
	const char *files, *calls;

	*missing = '\0';
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		(void)snprintf(missing, AM_SANDBOX_TEXT_SIZE,
			       "there is no sandbox here: %s", strerror(errno));
		return false;
	}
	files = am_sandbox_files(wanted);
	calls = am_sandbox_calls();
	if (files == NULL && calls == NULL)
		return true;
	(void)snprintf(missing, AM_SANDBOX_TEXT_SIZE,
		       "the sandbox is not whole here: %s%s%s",
		       files != NULL ? files : "",
		       files != NULL && calls != NULL ? "; " : "",
		       calls != NULL ? calls : "");
	return false;
}

#else

bool
am_sandbox_enter(const struct am_sandbox *wanted,
		 char missing[AM_SANDBOX_TEXT_SIZE])
{
	(void)wanted;
	(void)snprintf(missing, AM_SANDBOX_TEXT_SIZE,
		       "there is no sandbox on this system");
	return false;
}

#endif
