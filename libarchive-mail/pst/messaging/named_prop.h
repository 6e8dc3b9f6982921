/* [MS-PST] 2.4.7 the name-to-id map (node 0x61). */
#ifndef AM_PST_MESSAGING_NAMED_PROP_H
#define AM_PST_MESSAGING_NAMED_PROP_H

#include "pst/ltp/pc.h"

/* [MS-OXPROPS] 1.3.2 the property sets that are looked up. */
enum am_guid_set {
	AM_PS_MAPI,
	AM_PS_PUBLIC_STRINGS,
	AM_PS_INTERNET_HEADERS,
	AM_PSETID_COMMON,
	AM_PSETID_APPOINTMENT,
	AM_PSETID_MEETING,
	AM_PSETID_TASK,
	AM_PSETID_ADDRESS,
	AM_PSETID_NOTE,
	AM_PSETID_LOG,
	AM_PSETID_ATTACHMENT,
	AM_GUID_SET_COUNT
};

struct am_named_map;

/* Reads the streams of node 0x61; never the hash buckets, which some writers
 * leave inconsistent. A missing or damaged map is a finding, and the entries
 * that can be read are there. Lives in the arena. AM_NOMEM, AM_LIMIT. */
enum { AM_NAMED_MAX_COUNT = 32767 };
enum am_status
am_named_open(struct am_ndb *ndb, struct am_arena *arena,
	      struct am_named_map **map_out, struct am_error *err);

/* 0 if the file has no such name. Names compare without regard to ASCII case
 * in AM_PS_INTERNET_HEADERS, exactly elsewhere. */
uint16_t am_named_find(const struct am_named_map *map, enum am_guid_set set,
		       uint32_t lid);
uint16_t am_named_find_text(const struct am_named_map *map,
			    enum am_guid_set set, const char *name);

/* The i-th textual name of a set and its property id; false past the last. */
bool am_named_text_at(const struct am_named_map *map, enum am_guid_set set,
		      size_t i, const char **name_out, uint16_t *id_out);

#endif
