/* struct am_ndb, for the files of this folder and for recovery. */
#ifndef AM_PST_NDB_STATE_H
#define AM_PST_NDB_STATE_H

#include "pst/ndb/btree.h"
#include "pst/ndb/inflate.h"

enum { AM_NDB_KEPT_BLOCKS = 4, AM_NDB_STREAM_BUFFERS = 8 };

/* An internal block that was read without a finding. */
struct am_kept_block {
	uint64_t bid; /* bit 0 cleared; 0: none */
	uint64_t stamp;
	uint8_t *buffer;
	struct am_bytes payload;
};

struct am_ndb {
	struct am_source *source;
	const struct am_ndb_format *format;
	struct am_ndb_info info;
	struct am_report *report;	/* of header and pages; may be NULL */
	struct am_report *block_report; /* of blocks; NULL: the same */
	uint64_t block_findings;	/* how many were made */
	bool quiet;			/* a probe: no findings about blocks */
	struct am_page_cache *pages;
	struct am_btree nbt;
	struct am_btree bbt;

	/* for compressed blocks; made when the first one is met */
	struct am_inflater *inflater;
	uint8_t *scratch;

	struct am_kept_block kept_blocks[AM_NDB_KEPT_BLOCKS];
	uint64_t clock;

	/* block_max bytes each; taken by a stream for its life */
	uint8_t *stream_buffers[AM_NDB_STREAM_BUFFERS];
	bool stream_buffer_taken[AM_NDB_STREAM_BUFFERS];
};

/* A finding about a block; err with its place. */
void am_ndb_block_finding(struct am_ndb *ndb, const char *kind,
			  const struct am_error *err);

#endif
