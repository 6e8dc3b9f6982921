/* The output file as allocatable space: everything is appended, around the
 * allocation maps ([MS-PST] 2.2.2.7.2) that are due at fixed offsets. */
#ifndef PB_SPACE_H
#define PB_SPACE_H

#include "format.h"

struct pb_space {
	const struct pb_format *format;
	const char *path;
	int fd;
	uint64_t at;	/* where the next byte goes */
	uint8_t *ahead; /* bytes not yet in the file */
	size_t ahead_len;
	size_t ahead_size;
	uint64_t amap_ib;   /* of the map that covers at */
	uint8_t *amap;	    /* its bitmap */
	uint64_t amap_free; /* bytes free in all maps written */
	uint64_t amap_last;
};

void pb_space_open(struct pb_space *space, const struct pb_format *format,
		   const char *path);

/* size bytes of zeros at the next place, for the caller to fill before the
 * next call; ib_out is the offset in the file. */
uint8_t *pb_space_take(struct pb_space *space, uint64_t size, unsigned align,
		       uint64_t *ib_out);

/* Fills bytes that were taken earlier. */
void pb_space_patch(struct pb_space *space, uint64_t ib, const void *bytes,
		    size_t len);

/* Goes on at the first map at or behind ib; what lies between is a hole
 * without maps. */
void pb_space_skip(struct pb_space *space, uint64_t ib);

/* Writes what is left. full: the file ends where the last map's range ends,
 * as Outlook leaves it. Nothing can be taken afterwards. */
void pb_space_finish(struct pb_space *space, bool full);

/* Marks an extent free in the maps of the finished file. */
void pb_space_release(struct pb_space *space, uint64_t ib, uint64_t size);

/* Reads and writes of the finished file; past its end ends the program. */
void pb_space_read(struct pb_space *space, uint64_t ib, void *out, size_t len);
void pb_space_write(struct pb_space *space, uint64_t ib, const void *bytes,
		    size_t len);
uint64_t pb_space_size(struct pb_space *space);
void pb_space_truncate(struct pb_space *space, uint64_t size);
void pb_space_close(struct pb_space *space);

#endif
