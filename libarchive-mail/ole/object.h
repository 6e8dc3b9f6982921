/* [MS-OLEDS] embedded objects: the file that is in one, as far as it is there
 * in a form of its own. */
#ifndef AM_OLE_OBJECT_H
#define AM_OLE_OBJECT_H

#include "ole/cfb.h"

struct am_ole_object {
	/* The stream that has it; NULL: the object is the file as it is. */
	const char *stream;
	struct am_cfb_entry entry;
	uint64_t skip;	    /* bytes of the stream before it */
	uint64_t size;	    /* its bytes in the stream */
	uint8_t header[14]; /* what a bitmap needs before them */
	size_t header_len;
	struct am_bytes label; /* of a package: its name or path, 8-bit, in
				  arena; len 0: none */
	const char *extension; /* ".pdf"; ".ole": nothing is known of it */
};

/* What the object in file is. Never fails but for lack of memory (AM_NOMEM,
 * AM_LIMIT of the arena): what cannot be read is an object as it is. */
enum am_status
am_ole_object_find(struct am_bytes file, struct am_arena *arena,
		   struct am_ole_object *object_out, struct am_error *err);

/* The content, the header first, where stream is not NULL; borrows file and
 * object. AM_CORRUPT when the compound file is damaged. */
enum am_status
am_ole_object_open(struct am_bytes file, const struct am_ole_object *object,
		   struct am_arena *arena, struct am_stream **stream_out,
		   struct am_error *err);

#endif
