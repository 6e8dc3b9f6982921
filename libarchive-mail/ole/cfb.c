/* [MS-CFB] 2.2 header, 2.3 FAT, 2.4 mini FAT, 2.5 DIFAT, 2.6 directory */
#include "ole/cfb.h"

#include <inttypes.h>

#include "base/ascii.h"
#include "base/cursor.h"

enum {
	HEADER_SIZE = 512,
	HEADER_DIFAT = 109, /* sector numbers in the header */
	SHIFT_V3 = 9,
	SHIFT_V4 = 12,
	MINI_SHIFT = 6,
	ENTRY_SIZE = 128,
	NAME_SIZE = 64,
	TYPE_STREAM = 2,
	TYPE_ROOT = 5
};

/* 2.1 sector numbers from here on say something else. */
static const uint32_t MAX_REGULAR = 0xfffffffa;
static const uint32_t NO_STREAM = 0xffffffff;

static const uint8_t signature[] = { 0xd0, 0xcf, 0x11, 0xe0,
				     0xa1, 0xb1, 0x1a, 0xe1 };

struct header {
	uint32_t fat_count;
	uint32_t directory;
	uint32_t mini_fat;
	uint32_t difat;
	struct am_bytes difat_first;
};

bool
am_cfb_is(struct am_bytes file)
{
	struct am_bytes start;

	return am_slice(file, 0, sizeof(signature), &start) &&
	       am_bytes_equal(start, am_bytes(signature, sizeof(signature)));
}

/* ---- sectors ---- */

static size_t
sector_size(const struct am_cfb *cfb)
{
	return (size_t)1 << cfb->sector_shift;
}

/* The bytes of a sector from skip on; the last one of a file may be cut. */
static bool
sector_bytes(const struct am_cfb *cfb, uint32_t sector, size_t skip, size_t len,
	     struct am_bytes *bytes_out)
{
	const uint64_t offset =
		(((uint64_t)sector + 1) << cfb->sector_shift) + skip;

	if (sector >= cfb->sector_count || offset >= cfb->file.len)
		return false;
	if (len > cfb->file.len - offset)
		len = cfb->file.len - (size_t)offset;
	return am_slice(cfb->file, (size_t)offset, len, bytes_out);
}

/* The index-th number in a chain of sectors that hold numbers. */
static bool
number_at(const struct am_cfb *cfb, const struct am_cfb_chain *chain,
	  uint64_t index, uint32_t *number_out)
{
	const size_t each = sector_size(cfb) / sizeof(uint32_t);
	struct am_bytes raw;
	struct am_cursor cur;

	if (index / each >= chain->count ||
	    !sector_bytes(cfb, chain->sectors[index / each],
			  (size_t)(index % each) * sizeof(uint32_t),
			  sizeof(uint32_t), &raw))
		return false;
	cur = am_cursor(raw);
	*number_out = am_u32(&cur);
	return am_cursor_ok(&cur);
}

static enum am_status
chain_add(struct am_cfb *cfb, struct am_cfb_chain *chain, uint32_t sector,
	  struct am_error *err)
{
	if (chain->sectors == NULL)
		chain->sectors =
			am_arena_array(cfb->arena, cfb->sector_count, uint32_t);
	if (chain->sectors == NULL)
		return am_arena_failed(
			cfb->arena, cfb->sector_count * sizeof(uint32_t), err);
	if (chain->count == cfb->sector_count)
		return am_fail(err, AM_CORRUPT,
			       "a chain of sectors in the compound file runs "
			       "in circles");
	chain->sectors[chain->count++] = sector;
	return AM_OK;
}

/* 2.3: from start on, as the FAT has it; what is missing cuts it. */
static enum am_status
chain_read(struct am_cfb *cfb, uint32_t start, struct am_cfb_chain *chain,
	   struct am_error *err)
{
	uint32_t sector = start;

	while (sector < cfb->sector_count) {
		AM_TRY(chain_add(cfb, chain, sector, err));
		if (!number_at(cfb, &cfb->fat, sector, &sector))
			break;
	}
	return AM_OK;
}

/* ---- opening ---- */

static enum am_status
header_read(struct am_cfb *cfb, struct header *header, struct am_error *err)
{
	struct am_cursor cur = am_cursor(cfb->file);
	uint16_t shift;
	uint16_t mini_shift;

	if (!am_cfb_is(cfb->file))
		return am_fail(err, AM_CORRUPT, "it is no compound file");
	am_skip(&cur, 8 + 16 + 2 + 2 + 2); /* signature to byte order */
	shift = am_u16(&cur);
	mini_shift = am_u16(&cur);
	am_skip(&cur, 6 + 4); /* reserved, directory sectors */
	header->fat_count = am_u32(&cur);
	header->directory = am_u32(&cur);
	am_skip(&cur, 4);
	cfb->mini_cutoff = am_u32(&cur);
	header->mini_fat = am_u32(&cur);
	am_skip(&cur, 4);
	header->difat = am_u32(&cur);
	am_skip(&cur, 4);
	header->difat_first = am_take(&cur, HEADER_DIFAT * sizeof(uint32_t));
	if (!am_cursor_ok(&cur))
		return am_fail(err, AM_CORRUPT,
			       "the compound file has %zu bytes, its header "
			       "%d",
			       cfb->file.len, HEADER_SIZE);
	if ((shift != SHIFT_V3 && shift != SHIFT_V4) ||
	    mini_shift != MINI_SHIFT)
		return am_fail(err, AM_CORRUPT,
			       "sector shifts of the compound file are %u and "
			       "%u, want 9 or 12 and 6",
			       shift, mini_shift);
	cfb->sector_shift = shift;
	/* The header has a place as large as a sector; a cut one counts. */
	if (cfb->file.len > sector_size(cfb))
		cfb->sector_count = (uint32_t)((cfb->file.len - 1) >> shift);
	return AM_OK;
}

/* The sectors of the FAT that one run of the DIFAT names. */
static enum am_status
fat_add(struct am_cfb *cfb, struct am_bytes numbers, uint32_t max,
	struct am_error *err)
{
	struct am_cursor cur = am_cursor(numbers);

	while (cur.left >= sizeof(uint32_t) && cfb->fat.count < max) {
		const uint32_t sector = am_u32(&cur);

		if (sector < MAX_REGULAR)
			AM_TRY(chain_add(cfb, &cfb->fat, sector, err));
	}
	return AM_OK;
}

/* 2.5 */
static enum am_status
fat_read(struct am_cfb *cfb, const struct header *header, struct am_error *err)
{
	const size_t len = sector_size(cfb) - sizeof(uint32_t);
	uint32_t sector = header->difat;
	uint32_t visited = 0;

	AM_TRY(fat_add(cfb, header->difat_first, header->fat_count, err));
	while (sector < cfb->sector_count &&
	       cfb->fat.count < header->fat_count) {
		struct am_bytes raw;
		struct am_cursor cur;

		if (visited++ == cfb->sector_count)
			return am_fail(err, AM_CORRUPT,
				       "the DIFAT of the compound file runs in "
				       "circles");
		if (!sector_bytes(cfb, sector, 0, len, &raw))
			break;
		AM_TRY(fat_add(cfb, raw, header->fat_count, err));
		if (!sector_bytes(cfb, sector, len, sizeof(uint32_t), &raw))
			break;
		cur = am_cursor(raw);
		sector = am_u32(&cur);
		if (!am_cursor_ok(&cur))
			break;
	}
	return AM_OK;
}

/* ---- the directory ---- */

/* 2.6.1 */
struct entry {
	struct am_bytes name; /* UTF-16LE */
	uint8_t type;
	uint32_t left;
	uint32_t right;
	uint32_t child;
	uint32_t start;
	uint64_t size;
};

static size_t
entry_count(const struct am_cfb *cfb)
{
	return cfb->directory.count * (sector_size(cfb) / ENTRY_SIZE);
}

static bool
entry_read(const struct am_cfb *cfb, uint32_t id, struct entry *entry)
{
	const size_t each = sector_size(cfb) / ENTRY_SIZE;
	struct am_bytes raw;
	struct am_bytes name;
	struct am_cursor cur;
	uint16_t name_len;

	if (id >= entry_count(cfb) ||
	    !sector_bytes(cfb, cfb->directory.sectors[id / each],
			  id % each * ENTRY_SIZE, ENTRY_SIZE, &raw))
		return false;
	cur = am_cursor(raw);
	name = am_take(&cur, NAME_SIZE);
	name_len = am_u16(&cur);
	entry->type = am_u8(&cur);
	am_skip(&cur, 1);
	entry->left = am_u32(&cur);
	entry->right = am_u32(&cur);
	entry->child = am_u32(&cur);
	am_skip(&cur, 16 + 4 + 8 + 8); /* CLSID, state bits, times */
	entry->start = am_u32(&cur);
	entry->size = am_u64(&cur);
	if (cfb->sector_shift == SHIFT_V3)
		entry->size &= UINT32_MAX;
	/* with its NUL */
	return am_cursor_ok(&cur) && name_len >= 2 &&
	       am_slice(name, 0, name_len - 2u, &entry->name);
}

static bool
name_is(struct am_bytes utf16, const char *name)
{
	struct am_cursor cur = am_cursor(utf16);

	while (*name != '\0') {
		const uint16_t unit = am_u16(&cur);

		if (unit > 0x7f || am_ascii_lower((uint8_t)unit) !=
					   am_ascii_lower((uint8_t)*name++))
			return false;
	}
	return am_cursor_ok(&cur) && cur.left == 0;
}

/* The siblings are a tree; all of it is looked at, so that a writer's order
 * does not matter. Each entry has one place in it. */
enum am_status
am_cfb_find(const struct am_cfb *cfb, const char *name,
	    struct am_cfb_entry *entry_out, struct am_error *err)
{
	uint32_t waiting[AM_CFB_MAX_ENTRIES + 2];
	size_t count = 0;
	size_t visited = 0;
	struct entry entry;

	if (!entry_read(cfb, 0, &entry) || entry.type != TYPE_ROOT)
		return am_fail(err, AM_CORRUPT,
			       "the compound file has no root storage");
	waiting[count++] = entry.child;
	while (count > 0) {
		const uint32_t id = waiting[--count];

		if (id == NO_STREAM || !entry_read(cfb, id, &entry))
			continue;
		if (visited++ == AM_CFB_MAX_ENTRIES)
			return am_fail(err, AM_CORRUPT,
				       "the directory of the compound file "
				       "runs in circles");
		if (entry.type == TYPE_STREAM && name_is(entry.name, name)) {
			entry_out->start = entry.start;
			entry_out->size = entry.size;
			return AM_OK;
		}
		if (count + 2 > AM_CFB_MAX_ENTRIES)
			return am_fail(err, AM_CORRUPT,
				       "the directory of the compound file is "
				       "no tree");
		waiting[count++] = entry.right;
		waiting[count++] = entry.left;
	}
	return am_fail(err, AM_NOT_FOUND,
		       "the compound file has no stream \"%s\"", name);
}

enum am_status
am_cfb_open(struct am_bytes file, struct am_arena *arena,
	    struct am_cfb *cfb_out, struct am_error *err)
{
	struct header header = { 0 };
	struct entry root;

	memset(cfb_out, 0, sizeof(*cfb_out));
	cfb_out->file = file;
	cfb_out->arena = arena;
	if (file.len > AM_CFB_MAX_FILE)
		return am_fail(err, AM_LIMIT,
			       "the compound file has %zu bytes, at most %d "
			       "are looked into",
			       file.len, AM_CFB_MAX_FILE);
	AM_TRY(header_read(cfb_out, &header, err));
	AM_TRY(fat_read(cfb_out, &header, err));
	AM_TRY(chain_read(cfb_out, header.directory, &cfb_out->directory, err));
	if (entry_count(cfb_out) > AM_CFB_MAX_ENTRIES)
		return am_fail(err, AM_LIMIT,
			       "the directory of the compound file has %zu "
			       "entries, at most %d are looked at",
			       entry_count(cfb_out), AM_CFB_MAX_ENTRIES);
	if (!entry_read(cfb_out, 0, &root) || root.type != TYPE_ROOT)
		return am_fail(err, AM_CORRUPT,
			       "the compound file has no root storage");
	AM_TRY(chain_read(cfb_out, header.mini_fat, &cfb_out->mini_fat, err));
	AM_TRY(chain_read(cfb_out, root.start, &cfb_out->mini_stream, err));
	cfb_out->mini_size = root.size;
	return AM_OK;
}

/* ---- streams ---- */

struct cfb_stream {
	struct am_stream stream; /* first */
	struct am_cfb cfb;
	bool is_mini;
	uint32_t sector;
	uint64_t left;
};

/* 2.4 mini sectors lie one after the other in the mini stream. */
static bool
mini_bytes(const struct am_cfb *cfb, uint32_t sector, size_t len,
	   struct am_bytes *bytes_out)
{
	const uint64_t offset = (uint64_t)sector << MINI_SHIFT;
	const uint64_t index = offset >> cfb->sector_shift;

	if (offset >= cfb->mini_size || index >= cfb->mini_stream.count)
		return false;
	return sector_bytes(cfb, cfb->mini_stream.sectors[index],
			    (size_t)offset & (sector_size(cfb) - 1), len,
			    bytes_out);
}

static enum am_status
cfb_stream_next(struct am_stream *stream, struct am_bytes *bytes_out,
		struct am_error *err)
{
	struct cfb_stream *at = (struct cfb_stream *)stream;
	const struct am_cfb *cfb = &at->cfb;
	const size_t each =
		at->is_mini ? (size_t)1 << MINI_SHIFT : sector_size(cfb);
	const size_t len = at->left < each ? (size_t)at->left : each;
	bool found;

	if (at->left == 0)
		return AM_END;
	found = at->is_mini ? mini_bytes(cfb, at->sector, len, bytes_out)
			    : sector_bytes(cfb, at->sector, 0, len, bytes_out);
	/* Its size is at most that of the file, so circles end. */
	if (!found || bytes_out->len < len)
		return am_fail(err, AM_CORRUPT,
			       "a stream of the compound file ends %" PRIu64
			       " bytes early",
			       at->left);
	at->left -= len;
	if (at->left > 0 &&
	    !number_at(cfb, at->is_mini ? &cfb->mini_fat : &cfb->fat,
		       at->sector, &at->sector))
		at->sector = NO_STREAM;
	return AM_OK;
}

enum am_status
am_cfb_stream(const struct am_cfb *cfb, const struct am_cfb_entry *entry,
	      struct am_arena *arena, struct am_stream **stream_out,
	      struct am_error *err)
{
	struct cfb_stream *at;

	if (entry->size > cfb->file.len)
		return am_fail(err, AM_CORRUPT,
			       "a stream of %" PRIu64 " bytes in a compound "
			       "file of %zu",
			       entry->size, cfb->file.len);
	at = am_arena_new(arena, struct cfb_stream);
	if (at == NULL)
		return am_arena_failed(arena, sizeof(*at), err);
	at->stream.next = cfb_stream_next;
	at->cfb = *cfb;
	at->is_mini = entry->size < cfb->mini_cutoff;
	at->sector = entry->start;
	at->left = entry->size;
	*stream_out = &at->stream;
	return AM_OK;
}
