/* deny_syscall NUMBER PROGRAM [ARGUMENT...]: runs a program for which a system
 * call is not there, as on an older kernel. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "without_syscall.h"

int
main(int argc, char **argv)
{
	if (argc < 3) {
		(void)fprintf(stderr, "usage: deny_syscall NUMBER PROGRAM\n");
		return 64;
	}
	if (!syscall_deny((unsigned)strtoul(argv[1], NULL, 0), ENOSYS)) {
		perror("deny_syscall");
		return WITHOUT_SKIPPED;
	}
	(void)execv(argv[2], argv + 2);
	perror(argv[2]);
	return 66;
}
