/* [MS-PST] 2.3.3 Property Context. */
#ifndef AM_PST_LTP_PC_H
#define AM_PST_LTP_PC_H

#include "pst/ltp/prop.h"

struct am_pc;

enum { AM_PC_MAX_PROPS = 65536 };

/* Opens the PC of node; lives in the arena. A part that cannot be read is a
 * finding, and the properties that can be read are there. AM_CORRUPT when
 * there is no PC at all, AM_NOT_FOUND when the node has no data. */
enum am_status
am_pc_open(struct am_ndb *ndb, const struct am_node *node,
	   struct am_arena *arena, struct am_pc **pc_out, struct am_error *err);

struct am_hn *am_pc_heap(const struct am_pc *pc);

/* By id, whatever the type; false when it is absent or PT_ERROR. Of a
 * property stored twice the first. */
bool am_pc_find(const struct am_pc *pc, uint16_t id, struct am_prop *prop_out);

/* The i-th property by ascending id; false past the last. */
bool am_pc_at(const struct am_pc *pc, size_t i, struct am_prop *prop_out);

/* Find and convert. The first two give fallback when it is absent or of
 * another kind; the last gives NULL data in text_out when absent or
 * unreadable (then with a finding). */
int64_t am_pc_int(const struct am_pc *pc, uint16_t id, int64_t fallback);
int64_t am_pc_time(const struct am_pc *pc, uint16_t id);
enum am_status am_pc_text(const struct am_pc *pc, uint16_t id,
			  unsigned codepage, struct am_arena *arena,
			  struct am_text *text_out, struct am_error *err);

/* The bytes of a binary property; data NULL when absent or unreadable (then
 * with a finding). */
enum am_status
am_pc_bytes(const struct am_pc *pc, uint16_t id, struct am_arena *arena,
	    struct am_bytes *bytes_out, struct am_error *err);

#endif
