/* See fuzz.h. */
#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pst/ndb/block.h"
#include "pst_fixture.h"

enum { FUZZ_NODE = 0x61, FUZZ_MAX_PAYLOAD = 1 << 20 };

void
fuzz_broken(const char *promise, const char *file, int line)
{
	fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, promise);
	abort();
}

/* One for the life of the program: 8 MiB are too much to make each time. */
static struct pf *
fixture_get(enum am_ndb_variant variant, enum am_ndb_crypt crypt)
{
	static struct pf pf;

	if (pf.data == NULL)
		pf_open(&pf, variant, crypt);
	memset(pf.data, 0, pf.size);
	pf.format = am_ndb_format(variant);
	pf.crypt = crypt;
	pf.size = PF_FIRST_IB;
	pf.next_page = 0x11;
	pf.nbt.count = 0;
	pf.bbt.count = 0;
	return &pf;
}

static void
block_write(struct pf *pf, uint64_t bid, size_t inflated,
	    struct am_bytes payload)
{
	uint8_t *at = pf->data + pf->size;

	if (payload.len > 0)
		memcpy(at, payload.data, payload.len);
	if (!am_bid_is_internal(bid))
		pf_encode(pf, (uint32_t)bid, at, payload.len);
	pf_seal_block(pf, pf->size, payload.len, inflated, bid);
	pf_bbt_add(pf, bid, pf->size, payload.len, inflated);
	pf->size += am_format_block_total(pf->format, payload.len);
}

static void
blocks_write(struct fuzz_archive *archive, struct pf *pf, struct am_cursor *cur)
{
	size_t total = 0;

	while (cur->left > 8 && archive->bid_count < FUZZ_MAX_BLOCKS &&
	       total < FUZZ_MAX_PAYLOAD) {
		const uint64_t bid = am_u32(cur);
		const size_t inflated = am_u16(cur);
		const size_t said = am_u16(cur);
		const size_t len = said < cur->left ? said : cur->left;

		block_write(pf, bid, inflated, am_take(cur, len));
		archive->bids[archive->bid_count++] = bid;
		total += len;
	}
}

bool
fuzz_archive_open(struct fuzz_archive *archive, struct am_bytes input)
{
	const struct fuzz_archive empty = { .left = FUZZ_MAX_READ };
	struct am_cursor cur = am_cursor(input);
	const unsigned variant = am_u8(&cur) % 3;
	const unsigned crypt = am_u8(&cur) % 3;
	struct pf *pf;

	*archive = empty;
	archive->report.arena = &archive->report_arena;
	archive->node.nid = FUZZ_NODE;
	archive->node.bid_data = am_u32(&cur);
	archive->node.bid_sub = am_u32(&cur);
	if (!am_cursor_ok(&cur))
		return false;
	pf = fixture_get((enum am_ndb_variant)variant,
			 (enum am_ndb_crypt)crypt);
	blocks_write(archive, pf, &cur);
	pf_node(pf, FUZZ_NODE, archive->node.bid_data, archive->node.bid_sub,
		0);
	pf_finish(pf);
	return am_source_of_bytes(am_bytes(pf->data, pf->size),
				  &archive->source, NULL) == AM_OK &&
	       am_ndb_open(archive->source, NULL, &archive->report,
			   &archive->ndb, NULL) == AM_OK;
}

void
fuzz_archive_close(struct fuzz_archive *archive)
{
	am_ndb_close(archive->ndb);
	am_source_close(archive->source);
	am_arena_free(&archive->arena);
	am_arena_free(&archive->values);
	am_arena_free(&archive->report_arena);
}

bool
fuzz_archive_spend(struct fuzz_archive *archive, uint64_t len)
{
	/* whatever it is, it is not free of cost */
	const uint64_t cost = len + 64;

	if (cost > archive->left)
		return false;
	archive->left -= cost;
	return true;
}

uint64_t
fuzz_drain(struct am_stream *stream, uint64_t max)
{
	struct am_bytes piece = { NULL, 0 };
	struct am_error err = { 0 };
	enum am_status status;
	uint64_t total = 0;

	while ((status = am_stream_next(stream, &piece, &err)) == AM_OK) {
		FUZZ_CHECK(piece.len > 0);
		total += piece.len;
		if (total > max)
			break;
	}
	if (status == AM_END)
		FUZZ_CHECK(am_stream_next(stream, &piece, &err) == AM_END);
	else if (status != AM_OK)
		FUZZ_CHECK(err.text[0] != '\0');
	am_stream_close(stream);
	return total;
}

static enum am_status
pieces_next(struct am_stream *stream, struct am_bytes *bytes_out,
	    struct am_error *err)
{
	struct fuzz_pieces *pieces = (struct fuzz_pieces *)stream;
	const size_t left = pieces->left.len;
	const size_t len = left < pieces->piece ? left : pieces->piece;

	(void)err;
	if (len == 0)
		return AM_END;
	*bytes_out = am_bytes(pieces->left.data, len);
	pieces->left = am_bytes(pieces->left.data + len, left - len);
	return AM_OK;
}

struct am_stream *
fuzz_pieces_open(struct fuzz_pieces *pieces, struct am_bytes input,
		 size_t piece)
{
	const struct fuzz_pieces opened = { .stream = { .next = pieces_next },
					    .left = input,
					    .piece = piece };

	*pieces = opened;
	return &pieces->stream;
}

int
fuzz_folder_open(struct fuzz_folder *folder)
{
	const char *base = getenv("TMPDIR");

	(void)snprintf(folder->path, sizeof(folder->path), "%s/am-fuzz-XXXXXX",
		       base != NULL ? base : "/tmp");
	FUZZ_CHECK(mkdtemp(folder->path) != NULL);
	folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	FUZZ_CHECK(folder->fd >= 0);
	return folder->fd;
}

static int
one_remove(const char *path, const struct stat *info, int kind, struct FTW *ftw)
{
	(void)info;
	(void)kind;
	(void)ftw;
	return remove(path);
}

void
fuzz_folder_close(struct fuzz_folder *folder)
{
	(void)close(folder->fd);
	FUZZ_CHECK(nftw(folder->path, one_remove, 16, FTW_DEPTH | FTW_PHYS) ==
		   0);
}
