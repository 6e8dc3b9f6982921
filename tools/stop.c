/* Signals. The flag is the one variable of the program that is global: a
 * signal handler has no argument. */
#include "stop.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

static atomic_bool stop_asked;

static void
stop_ask(int signal_number)
{
	(void)signal_number;
	atomic_store(&stop_asked, true);
}

static void
catch_one(int signal_number)
{
	struct sigaction action = { .sa_handler = stop_ask };
	struct sigaction before;

	/* Under nohup, or in the background of a plain shell, somebody has
	 * decided already that this signal is not for us. */
	if (sigaction(signal_number, NULL, &before) != 0 ||
	    before.sa_handler == SIG_IGN)
		return;
	(void)sigemptyset(&action.sa_mask);
	/* SA_RESETHAND: the second of its kind kills. */
	action.sa_flags = (int)(SA_RESETHAND | SA_RESTART);
	(void)sigaction(signal_number, &action, NULL);
}

void
am_stop_catch(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	catch_one(SIGINT);
	catch_one(SIGTERM);
	catch_one(SIGHUP);
	(void)sigemptyset(&ignore.sa_mask);
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

const atomic_bool *
am_stop_flag(void)
{
	return &stop_asked;
}
