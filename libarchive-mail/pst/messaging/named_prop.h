/* [MS-PST] 2.4.7 the name-to-id map (node 0x61). */
#ifndef AM_PST_MESSAGING_NAMED_PROP_H
#define AM_PST_MESSAGING_NAMED_PROP_H

#include "mapi/guid.h"
#include "pst/ltp/pc.h"

struct am_named_map;

/* Reads the streams of node 0x61; never the hash buckets, which some writers
 * leave inconsistent. A missing or damaged map is a finding, and the entries
 * that can be read are there. Lives in the arena. AM_IO, AM_NOMEM. */
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

/* Some files give one name to several ids: the nth of them, in the order of
 * the map; 0 past the last. */
uint16_t am_named_find_nth(const struct am_named_map *map, enum am_guid_set set,
			   uint32_t lid, size_t nth);

/* The textual name that id has in set; NULL when it has none. Borrowed. */
const char *am_named_text_of(const struct am_named_map *map,
			     enum am_guid_set set, uint16_t id);

/* The i-th textual name of a set and its property id; false past the last. */
bool am_named_text_at(const struct am_named_map *map, enum am_guid_set set,
		      size_t i, const char **name_out, uint16_t *id_out);

/* The i-th of all names, in no order that means anything: name NULL, it goes by
 * its LID. false past the last. */
bool
am_named_at(const struct am_named_map *map, size_t i, enum am_guid_set *set_out,
	    uint32_t *lid_out, const char **name_out, uint16_t *id_out);

#endif
