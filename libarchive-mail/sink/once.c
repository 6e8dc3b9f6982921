/* Components that a file of items holds once. */
#include "sink/once.h"

#include "base/alloc.h"
#include "base/hash.h"

#define BEGIN_LINE "BEGIN:VTIMEZONE\r\n"
#define END_LINE "END:VTIMEZONE\r\n"

enum { LINE_MAX_BYTES = sizeof(BEGIN_LINE) + 1 };

void
am_once_free(struct am_once_set *set)
{
	am_free(set->keys);
	memset(set, 0, sizeof(*set));
}

static bool
set_has(const struct am_once_set *set, const uint8_t *key)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (memcmp(set->keys[i], key, AM_ONCE_KEY_SIZE) == 0)
			return true;
	return false;
}

static enum am_status
set_grow(struct am_once_set *set, struct am_error *err)
{
	const size_t size = set->size > 0 ? set->size * 2 : 8;
	void *keys;

	if (set->count < set->size)
		return AM_OK;
	keys = am_realloc(set->keys, size * AM_ONCE_KEY_SIZE);
	if (keys == NULL)
		return am_nomem(err);
	set->keys = keys;
	set->size = size;
	return AM_OK;
}

enum am_status
am_once_add(struct am_once_set *set, struct am_bytes component, bool *added_out,
	    struct am_error *err)
{
	uint8_t digest[AM_SHA256_SIZE];

	if (am_sha256(component, digest) != AM_OK)
		return am_nomem(err);
	*added_out = !set_has(set, digest);
	if (!*added_out || set->count == AM_ONCE_MAX)
		return AM_OK;
	AM_TRY(set_grow(set, err));
	memcpy(set->keys[set->count++], digest, AM_ONCE_KEY_SIZE);
	return AM_OK;
}

static bool
starts_with(struct am_bytes bytes, struct am_bytes prefix)
{
	struct am_bytes head;

	return am_slice(bytes, 0, prefix.len, &head) &&
	       am_bytes_equal(head, prefix);
}

size_t
am_once_at_front(struct am_bytes bytes, bool *needs_more_out)
{
	const struct am_bytes begin = am_bytes_of(BEGIN_LINE);
	const char *end;

	*needs_more_out = false;
	if (bytes.len < begin.len) {
		*needs_more_out = starts_with(begin, bytes);
		return 0;
	}
	if (!starts_with(bytes, begin))
		return 0;
	end = memmem(bytes.data, bytes.len, "\r\n" END_LINE,
		     sizeof(END_LINE) + 1);
	if (end != NULL)
		return (size_t)((const uint8_t *)end - bytes.data) +
		       sizeof(END_LINE) + 1;
	*needs_more_out = bytes.len < AM_ONCE_BYTES;
	return 0;
}

struct am_once_scan
am_once_scan(struct am_once_set *set)
{
	const struct am_once_scan scan = { set, am_buf(LINE_MAX_BYTES),
					   am_buf(AM_ONCE_BYTES), false };

	return scan;
}

/* A line is at its end; one that is too long is none of the two. */
static enum am_status
line_end(struct am_once_scan *scan, struct am_error *err)
{
	const struct am_bytes line = am_buf_bytes(&scan->line);
	const bool is_short = scan->line.status == AM_OK;
	bool added;

	if (is_short && am_bytes_equal(line, am_bytes_of(BEGIN_LINE))) {
		am_buf_clear(&scan->component);
		am_buf_add(&scan->component, line);
		scan->is_inside = true;
	} else if (scan->is_inside && is_short &&
		   am_bytes_equal(line, am_bytes_of(END_LINE)) &&
		   scan->component.status == AM_OK) {
		AM_TRY(am_once_add(scan->set, am_buf_bytes(&scan->component),
				   &added, err));
		scan->is_inside = false;
	}
	am_buf_clear(&scan->line);
	return AM_OK;
}

enum am_status
am_once_scan_add(struct am_once_scan *scan, struct am_bytes bytes,
		 struct am_error *err)
{
	while (bytes.len > 0) {
		const uint8_t *end = memchr(bytes.data, '\n', bytes.len);
		const size_t len = end != NULL ? (size_t)(end - bytes.data) + 1
					       : bytes.len;
		struct am_bytes piece = { NULL, 0 };

		(void)am_slice(bytes, 0, len, &piece);
		if (scan->is_inside)
			am_buf_add(&scan->component, piece);
		am_buf_add(&scan->line, piece);
		if (scan->line.status == AM_NOMEM ||
		    scan->component.status == AM_NOMEM)
			return am_nomem(err);
		if (end != NULL)
			AM_TRY(line_end(scan, err));
		(void)am_slice(bytes, len, bytes.len - len, &bytes);
	}
	return AM_OK;
}

void
am_once_scan_end(struct am_once_scan *scan)
{
	am_buf_free(&scan->line);
	am_buf_free(&scan->component);
}
