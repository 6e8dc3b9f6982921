/* [MS-PST] 2.2.2.7.2 AMap and the other maps, and the file around them */
#include "space.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AHEAD_SIZE = 1 << 20 };

_Noreturn static void
space_die(const struct pb_space *space)
{
	pb_die("%s: %s", space->path, strerror(errno));
}

void
pb_space_read(struct pb_space *space, uint64_t ib, void *out, size_t len)
{
	uint8_t *to = out;

	while (len > 0) {
		const ssize_t got = pread(space->fd, to, len, (off_t)ib);

		if (got < 0)
			space_die(space);
		if (got == 0)
			pb_die("%s: nothing at offset %#llx", space->path,
			       (unsigned long long)ib);
		to += got;
		ib += (uint64_t)got;
		len -= (size_t)got;
	}
}

void
pb_space_write(struct pb_space *space, uint64_t ib, const void *bytes,
	       size_t len)
{
	const uint8_t *from = bytes;

	while (len > 0) {
		const ssize_t put = pwrite(space->fd, from, len, (off_t)ib);

		if (put < 0)
			space_die(space);
		from += put;
		ib += (uint64_t)put;
		len -= (size_t)put;
	}
}

static void
ahead_flush(struct pb_space *space)
{
	pb_space_write(space, space->at - space->ahead_len, space->ahead,
		       space->ahead_len);
	space->ahead_len = 0;
}

/* Appends zeros; they can be filled until the next call. */
static uint8_t *
append(struct pb_space *space, size_t size)
{
	uint8_t *room;

	if (size > space->ahead_size - space->ahead_len)
		ahead_flush(space);
	room = space->ahead + space->ahead_len;
	memset(room, 0, size);
	space->ahead_len += size;
	space->at += size;
	if (space->at > space->format->size_max)
		pb_die("%s: an ANSI file cannot grow past 2 GiB", space->path);
	return room;
}

static void
pad_to(struct pb_space *space, uint64_t ib)
{
	while (space->at < ib) {
		const uint64_t left = ib - space->at;

		append(space, left < 65536 ? (size_t)left : 65536);
	}
}

static void
bits_set(struct pb_space *space, uint64_t ib, uint64_t size)
{
	const unsigned unit = space->format->amap_unit;
	const uint64_t first = (ib - space->amap_ib) / unit;
	const uint64_t end = (ib + size - space->amap_ib + unit - 1) / unit;

	for (uint64_t bit = first; bit < end; bit++)
		space->amap[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
}

static uint64_t
bits_free(const struct pb_space *space)
{
	uint64_t free_bits = 0;

	for (unsigned i = 0; i < space->format->amap_len; i++)
		free_bits += 8u - (unsigned)__builtin_popcount(space->amap[i]);
	return free_bits;
}

static void
map_page_add(struct pb_space *space, enum pb_ptype ptype, int fill)
{
	const struct pb_format *format = space->format;
	const uint64_t ib = space->at;
	uint8_t *page = append(space, format->page_size);

	memset(page + format->amap_at, fill, format->amap_len);
	pb_page_seal(format, page, ptype, ib, ib);
	bits_set(space, ib, format->page_size);
}

/* At a map's place: the map, filled when its range is complete, and those
 * that fall on the same place. */
static void
amap_begin(struct pb_space *space)
{
	const struct pb_format *format = space->format;
	const uint64_t n =
		(space->at - format->amap_first) / format->amap_interval;

	space->amap_ib = space->at;
	memset(space->amap, 0, format->amap_len);
	append(space, format->page_size);
	bits_set(space, space->amap_ib, format->page_size);
	if (!format->has_pmap)
		return;
	if (n % 8 == 0)
		map_page_add(space, PB_PTYPE_PMAP, 0xFF);
	if (n >= 128 && (n - 128) % 496 == 0)
		map_page_add(space, PB_PTYPE_FMAP, 0);
	if (n >= 8192 && (n - 8192) % (64 * 496) == 0)
		map_page_add(space, PB_PTYPE_FPMAP, 0xFF);
}

static void
amap_end(struct pb_space *space)
{
	const struct pb_format *format = space->format;
	uint8_t page[4096] = { 0 };

	ahead_flush(space);
	memcpy(page + format->amap_at, space->amap, format->amap_len);
	pb_page_seal(format, page, PB_PTYPE_AMAP, space->amap_ib,
		     space->amap_ib);
	pb_space_write(space, space->amap_ib, page, format->page_size);
	space->amap_free += bits_free(space) * format->amap_unit;
	space->amap_last = space->amap_ib;
}

static uint64_t
amap_range_end(const struct pb_space *space)
{
	return space->amap_ib + space->format->amap_interval;
}

/* The density list, with nothing in it. */
static void
dlist_add(struct pb_space *space)
{
	const struct pb_format *format = space->format;
	uint64_t ib;
	uint8_t *page;

	pad_to(space, format->amap_first - format->page_size);
	ib = space->at;
	page = append(space, format->page_size);
	pb_page_seal(format, page, PB_PTYPE_DLIST, ib, 3);
}

void
pb_space_open(struct pb_space *space, const struct pb_format *format,
	      const char *path)
{
	*space = (struct pb_space){ .format = format, .path = path };
	space->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (space->fd < 0)
		space_die(space);
	space->ahead_size = AHEAD_SIZE;
	space->ahead = pb_alloc(space->ahead_size);
	space->amap = pb_alloc(format->amap_len);
	dlist_add(space);
	amap_begin(space);
}

uint8_t *
pb_space_take(struct pb_space *space, uint64_t size, unsigned align,
	      uint64_t *ib_out)
{
	uint64_t ib = pb_round_up(space->at, align);
	uint8_t *room;

	if (size > amap_range_end(space) - ib || ib > amap_range_end(space)) {
		pad_to(space, amap_range_end(space));
		amap_end(space);
		amap_begin(space);
		ib = pb_round_up(space->at, align);
	}
	pad_to(space, ib);
	room = append(space, (size_t)size);
	bits_set(space, ib, size);
	*ib_out = ib;
	return room;
}

void
pb_space_patch(struct pb_space *space, uint64_t ib, const void *bytes,
	       size_t len)
{
	ahead_flush(space);
	pb_space_write(space, ib, bytes, len);
}

void
pb_space_skip(struct pb_space *space, uint64_t ib)
{
	const struct pb_format *format = space->format;

	if (ib <= amap_range_end(space))
		return;
	pad_to(space, amap_range_end(space));
	amap_end(space);
	space->at = format->amap_first +
		    pb_round_up(ib - format->amap_first, format->amap_interval);
	amap_begin(space);
}

void
pb_space_finish(struct pb_space *space, bool full)
{
	const uint64_t size = full ? amap_range_end(space) : space->at;

	amap_end(space);
	if (size > space->format->size_max)
		pb_die("%s: an ANSI file cannot grow past 2 GiB", space->path);
	pb_space_truncate(space, size);
}

/* One map's part of pb_space_release. */
static void
release_within(struct pb_space *space, uint64_t amap_ib, uint64_t ib,
	       uint64_t size)
{
	const struct pb_format *format = space->format;
	uint8_t page[4096];
	uint64_t bit = (ib - amap_ib) / format->amap_unit;
	const uint64_t end = (ib + size - amap_ib) / format->amap_unit;

	pb_space_read(space, amap_ib, page, format->page_size);
	for (; bit < end; bit++) {
		uint8_t *byte = &page[format->amap_at + bit / 8];

		*byte = (uint8_t)(*byte & ~(0x80 >> bit % 8));
	}
	pb_page_seal(format, page, PB_PTYPE_AMAP, amap_ib, amap_ib);
	pb_space_write(space, amap_ib, page, format->page_size);
	space->amap_free += size;
}

void
pb_space_release(struct pb_space *space, uint64_t ib, uint64_t size)
{
	const struct pb_format *format = space->format;
	const uint64_t n = (ib - format->amap_first) / format->amap_interval;

	release_within(space, format->amap_first + n * format->amap_interval,
		       ib, size);
}

uint64_t
pb_space_size(struct pb_space *space)
{
	struct stat info;

	if (fstat(space->fd, &info) != 0)
		space_die(space);
	return (uint64_t)info.st_size;
}

void
pb_space_truncate(struct pb_space *space, uint64_t size)
{
	if (ftruncate(space->fd, (off_t)size) != 0)
		space_die(space);
}

void
pb_space_close(struct pb_space *space)
{
	if (close(space->fd) != 0)
		space_die(space);
	free(space->ahead);
	free(space->amap);
}
