/* Peak memory of this program: VmHWM of /proc/self/status, as ru_maxrss begins
 * with that of whoever has started it. */
#ifndef PEAK_H
#define PEAK_H

#include <stdio.h>

/* KiB; 0: not known. */
static inline long
peak_kib(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	long kib = 0;

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "VmHWM: %ld kB", &kib) == 1)
			break;
	(void)fclose(file);
	return kib;
}

#endif
