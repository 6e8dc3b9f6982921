/* [MS-PST] 2.3.1 Heap-on-Node. */
#ifndef AM_PST_LTP_HN_H
#define AM_PST_LTP_HN_H

#include "pst/ndb/ndb.h"

/* HNHDR.bClientSig */
enum am_hn_client {
	AM_HN_CLIENT_TC = 0x7c,
	AM_HN_CLIENT_BTH = 0xb5,
	AM_HN_CLIENT_PC = 0xbc
};

struct am_hn;

/* Opens the heap in the data of node; values that do not fit the heap are
 * looked up among the subnodes of the same node. Lives in the arena.
 * AM_CORRUPT (no HNHDR, or an impossible one), AM_NOT_FOUND (no data), or the
 * status of the blocks. */
enum am_status
am_hn_open(struct am_ndb *ndb, const struct am_node *node,
	   struct am_arena *arena, struct am_hn **hn_out, struct am_error *err);

unsigned am_hn_client(const struct am_hn *hn);
uint32_t am_hn_user_root(const struct am_hn *hn); /* a HID */
struct am_ndb *am_hn_ndb(const struct am_hn *hn);
const struct am_node *am_hn_node(const struct am_hn *hn);

/* More bytes than all allocations together can have: what walks over a heap
 * may visit before it must be going in circles. */
uint64_t am_hn_max_size(const struct am_hn *hn);

/* The allocation hid names; hid 0: empty. Borrowed until the next call on this
 * heap when arena is NULL, else a copy in arena. AM_CORRUPT when it is out of
 * bounds. */
enum am_status am_hn_get(struct am_hn *hn, uint32_t hid, struct am_arena *arena,
			 struct am_bytes *bytes_out, struct am_error *err);

/* [MS-PST] 2.3.3.2 HNID: a HID, or the NID of a subnode of this node. */
bool am_hnid_is_hid(uint32_t hnid);

/* The whole value, in arena; AM_LIMIT when it is longer than max. Of a value
 * whose blocks cannot all be read what is before the first of them, and a
 * finding ("value-cut"). */
enum am_status
am_hnid_get(struct am_hn *hn, uint32_t hnid, size_t max, struct am_arena *arena,
	    struct am_bytes *bytes_out, struct am_error *err);

/* As am_hnid_get, but a value in the heap is not copied: it is borrowed until
 * the next call on this heap. */
enum am_status am_hnid_view(struct am_hn *hn, uint32_t hnid, size_t max,
			    struct am_arena *arena, struct am_bytes *bytes_out,
			    struct am_error *err);

/* Length in bytes without reading it all (of a data tree: lcbTotal). */
enum am_status am_hnid_size(struct am_hn *hn, uint32_t hnid, uint64_t *size_out,
			    struct am_error *err);

/* The value as a stream; lives in arena. */
enum am_status
am_hnid_open(struct am_hn *hn, uint32_t hnid, struct am_arena *arena,
	     struct am_stream **stream_out, struct am_error *err);

#endif
