/* [MS-CFB] Compound File Binary: the files in a file that OLE keeps embedded
 * objects in. Everything is read from bytes in memory. */
#ifndef AM_OLE_CFB_H
#define AM_OLE_CFB_H

#include "io/stream.h"

enum {
	/* Bytes of a compound file that is looked into. */
	AM_CFB_MAX_FILE = 8 << 20,
	/* Directory entries; beyond: AM_LIMIT. */
	AM_CFB_MAX_ENTRIES = 4096
};

/* [MS-CFB] 2.3 a chain of sectors, in order. */
struct am_cfb_chain {
	uint32_t *sectors;
	size_t count;
};

struct am_cfb {
	struct am_bytes file;	 /* borrowed */
	struct am_arena *arena;	 /* borrowed */
	unsigned sector_shift;	 /* 9 or 12 */
	uint32_t sector_count;	 /* that the file has room for */
	uint32_t mini_cutoff;	 /* smaller streams are in the mini stream */
	struct am_cfb_chain fat; /* the sectors of the FAT */
	struct am_cfb_chain directory;
	struct am_cfb_chain mini_fat;
	struct am_cfb_chain mini_stream;
	uint64_t mini_size; /* bytes of the mini stream */
};

/* [MS-CFB] 2.6.1 a stream. */
struct am_cfb_entry {
	uint32_t start; /* its first sector */
	uint64_t size;
};

/* Does a compound file begin so? */
bool am_cfb_is(struct am_bytes file);

/* AM_CORRUPT, AM_LIMIT, AM_NOMEM. What it holds lives in arena. */
enum am_status am_cfb_open(struct am_bytes file, struct am_arena *arena,
			   struct am_cfb *cfb_out, struct am_error *err);

/* The stream of the root storage with the name (ASCII, its case does not
 * matter). AM_NOT_FOUND; AM_CORRUPT when the directory makes no sense. */
enum am_status
am_cfb_find(const struct am_cfb *cfb, const char *name,
	    struct am_cfb_entry *entry_out, struct am_error *err);

/* Its bytes; the stream lives in arena. It fails with AM_CORRUPT where the
 * chain of its sectors ends early or runs in circles. */
enum am_status
am_cfb_stream(const struct am_cfb *cfb, const struct am_cfb_entry *entry,
	      struct am_arena *arena, struct am_stream **stream_out,
	      struct am_error *err);

#endif
