/* Ctrl-C: the first asks to stop at a safe place, the second ends at once. */
#ifndef AM_TOOLS_STOP_H
#define AM_TOOLS_STOP_H

#include <stdatomic.h>

/* From now on SIGINT, SIGTERM and SIGHUP set the flag, each once; a closed
 * pipe is an error of the write and not a signal. */
void am_stop_catch(void);

/* True once a signal came. Borrowed for ever. */
const atomic_bool *am_stop_flag(void);

#endif
