/* One conversion of an archive in memory, in process: open, list, convert
 * every message into a sink that keeps only a digest. */
#ifndef MATRIX_READING_H
#define MATRIX_READING_H

#include "image.h"

struct reading {
	bool opened;
	bool walked;   /* a leaf of the node B-tree was readable */
	bool balanced; /* every item in one outcome, as many as were found */
	uint64_t found;
	uint64_t written;
	uint64_t failed;
	uint64_t findings; /* of the store and of the messages */
	uint64_t lost_pages;
	uint64_t bytes_asked; /* of the source */
	uint64_t bytes_out;
	size_t peak;			/* bytes allocated at once */
	uint64_t digests[MAX_MESSAGES]; /* of the image's messages; 0: not
					   written */
};

/* What image->data is now; in memory of its exact size, so that the address
 * sanitizer sees a read past its end. */
void reading_make(const struct image *image, struct reading *reading);

#endif
