/* [MS-OXOCNTC] 2.2.2.2.4 PidLidDistributionListStream. */
#include "mapi/dlstream.h"

enum {
	STREAM_VERSION = 1,
	MEMBER_MIN_SIZE = 12 /* three lengths */
};

enum am_status
am_dl_stream(struct am_bytes raw, struct am_dl_stream *stream_out,
	     struct am_error *err)
{
	struct am_cursor *cur = &stream_out->cursor;
	unsigned version;

	*stream_out = (struct am_dl_stream){ .cursor = am_cursor(raw) };
	version = am_u16(cur);
	am_skip(cur, 2 + 4 + 4); /* Reserved, BuildVersion, Flags */
	stream_out->left = am_u32(cur);
	am_skip(cur, 4 + 4 + 4); /* the sums of the sizes that follow */
	if (!am_cursor_ok(cur))
		return am_fail(err, AM_CORRUPT,
			       "DistributionListStream has %zu bytes, want 28 "
			       "or more",
			       raw.len);
	if (version != STREAM_VERSION)
		return am_fail(err, AM_CORRUPT,
			       "DistributionListStream.StreamVersion is %u, "
			       "want %d",
			       version, STREAM_VERSION);
	if (stream_out->left > cur->left / MEMBER_MIN_SIZE)
		return am_fail(err, AM_CORRUPT,
			       "DistributionListStream.CountOfEntries is %u in "
			       "%zu bytes",
			       (unsigned)stream_out->left, cur->left);
	return AM_OK;
}

bool
am_dl_stream_next(struct am_dl_stream *stream, struct am_dl_member *member_out)
{
	struct am_cursor *cur = &stream->cursor;
	uint32_t len;

	if (stream->left == 0)
		return false;
	len = am_u32(cur); /* EntryIdSize */
	member_out->entry_id = am_take(cur, len);
	len = am_u32(cur); /* OneOffEntryIdSize */
	member_out->one_off = am_take(cur, len);
	len = am_u32(cur); /* ExtraMemberInfoSize */
	am_skip(cur, len);
	stream->left--;
	if (am_cursor_ok(cur))
		return true;
	stream->damaged = true;
	stream->left = 0;
	return false;
}
