/* What the fuzz targets share: promises that end the program when they are
 * broken, and small archives around the bytes of an input.
 *
 * A target is one LLVMFuzzerTestOneInput; libFuzzer, AFL++ or
 * standalone_driver.c brings the main. */
#ifndef FUZZ_H
#define FUZZ_H

#include "base/cursor.h"
#include "base/report.h"
#include "io/stream.h"
#include "pst/ndb/ndb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Unlike assert, also in builds without it. */
#define FUZZ_CHECK(condition)                                                  \
	do {                                                                   \
		if (!(condition))                                              \
			fuzz_broken(#condition, __FILE__, __LINE__);           \
	} while (0)

_Noreturn void fuzz_broken(const char *promise, const char *file, int line);

/* An input of "a few blocks", little-endian:
 *
 *	u8   variant: 0 ANSI, 1 Unicode, 2 4K (modulo 3)
 *	u8   encoding: 0 none, 1 permute, 2 cyclic (modulo 3)
 *	u32  BID of the node's data
 *	u32  BID of its subnode tree
 *	then blocks: u32 BID, u16 bytes inflated (4K), u16 bytes, the bytes;
 *	those of external blocks as they are before they are encoded
 *
 * becomes a file with one node, 0x61, and sound pages and trailers: what the
 * input breaks is what is inside of the blocks. */
enum { FUZZ_MAX_BLOCKS = 64, FUZZ_MAX_READ = 8 << 20 };

struct fuzz_archive {
	struct am_source *source;
	struct am_ndb *ndb;
	struct am_arena arena;	      /* of what is opened */
	struct am_arena values;	      /* of what is read, reset now and then */
	struct am_arena report_arena; /* of findings */
	struct am_report report;
	struct am_node node;
	uint64_t bids[FUZZ_MAX_BLOCKS];
	size_t bid_count;
	uint64_t left; /* bytes that may still be read */
};

/* False: there is nothing to open; close it nevertheless. */
bool fuzz_archive_open(struct fuzz_archive *archive, struct am_bytes input);
void fuzz_archive_close(struct fuzz_archive *archive);

/* Takes len from what may still be read; false when it is used up. Inputs may
 * name the same bytes many times; a target reads so much of it, and stops. */
bool fuzz_archive_spend(struct fuzz_archive *archive, uint64_t len);

/* Reads a stream to its end, or to max bytes, and closes it; returns how many
 * there were. Checks that pieces are never empty and the end is final. */
uint64_t fuzz_drain(struct am_stream *stream, uint64_t max);

/* The bytes of input in pieces of so many. */
struct fuzz_pieces {
	struct am_stream stream;
	struct am_bytes left;
	size_t piece;
};
struct am_stream *fuzz_pieces_open(struct fuzz_pieces *pieces,
				   struct am_bytes input, size_t piece);

/* An empty folder below TMPDIR, gone again with all that is in it. Returns a
 * descriptor on it, which is the folder's to close. */
struct fuzz_folder {
	char path[4096];
	int fd;
};
int fuzz_folder_open(struct fuzz_folder *folder);
void fuzz_folder_close(struct fuzz_folder *folder);

#endif
