/* The mutation matrix: what its parts share. */
#ifndef MATRIX_MATRIX_H
#define MATRIX_MATRIX_H

#include "oracle.h"
#include "reading.h"

struct run {
	struct image image;
	struct reading clean; /* of the image without damage */
	const char *name;     /* "unicode permute" */

	/* only every stride-th mutation is tried, from phase on */
	uint64_t stride;
	uint64_t ticks;

	/* counts */
	uint64_t mutations;
	uint64_t refused;   /* not opened, or not a leaf readable */
	uint64_t written;   /* messages */
	uint64_t damaged;   /* messages not written, or with other bytes */
	uint64_t concerned; /* messages that the oracle gave up */
	uint64_t most_asked;
	size_t most_peak;
	unsigned failures;
};

/* Is the next mutation one of those to be tried? */
bool run_turn(struct run *run);

/* Reads the damaged image, compares with what must still be there, and takes
 * the damage back. sealed: the checksums were made right, so that a wrong
 * content need not be noticed. what, a and b are for the text of a failure. */
void run_check(struct run *run, message_set concerned, bool sealed,
	       const char *what, uint64_t a, uint64_t b);

/* Every byte of the header and of the pages of both B-trees; lengths. */
void flips_try(struct run *run);
void truncations_try(struct run *run);

/* Entries and blocks that change places; references to oneself. */
void swaps_try(struct run *run);
void loops_try(struct run *run);

#endif
