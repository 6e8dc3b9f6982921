/* [MS-PST] 2.4.7 Named Property Lookup Map. */
#include "pst/messaging/named_prop.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/cursor.h"

/* The streams of node 0x61. */
enum { GUID_STREAM = 0x0002, ENTRY_STREAM = 0x0003, STRING_STREAM = 0x0004 };

enum {
	NAMEID_SIZE = 8,
	FIRST_NPID = 0x8000,

	/* wGuid */
	WGUID_MAPI = 1,
	WGUID_PUBLIC_STRINGS = 2,
	WGUID_FIRST_IN_STREAM = 3,

	/* bytes; names of properties have at most 254 characters */
	MAX_NAME = 1024,
	MAX_NAMES_TOTAL = 4 << 20,
	MAX_STRING_STREAM = 4 << 20
};

struct named_entry {
	enum am_guid_set set;
	uint32_t lid;
	const char *name; /* NULL: the entry goes by its LID */
	const char *key;  /* the name as it is compared */
	uint16_t id;
	uint32_t place; /* in the entry stream: the first of equals counts */
};

struct am_named_map {
	const struct named_entry *entries; /* by entry_compare */
	size_t count;
	const struct named_entry **by_id; /* those with a text, by id, set */
	size_t by_id_count;
};

struct named_reader {
	struct am_ndb *ndb;
	struct am_arena *arena;
	struct am_bytes guids;
	struct am_bytes strings;
	struct named_entry *entries;
	size_t count;
	size_t names_total; /* bytes */
	unsigned dropped;   /* entries that make no sense */
};

/* All LIDs of a set come before all names of it. */
static int
entry_compare_key(const struct named_entry *a, const struct named_entry *b)
{
	if (a->set != b->set)
		return a->set < b->set ? -1 : 1;
	if ((a->key == NULL) != (b->key == NULL))
		return a->key == NULL ? -1 : 1;
	if (a->key != NULL)
		return strcmp(a->key, b->key);
	if (a->lid != b->lid)
		return a->lid < b->lid ? -1 : 1;
	return 0;
}

static int
entry_compare(const void *left, const void *right)
{
	const struct named_entry *a = left;
	const struct named_entry *b = right;
	const int order = entry_compare_key(a, b);

	if (order != 0)
		return order;
	return a->place < b->place ? -1 : a->place > b->place;
}

static char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Header names are compared without regard to case. */
static const char *
name_key(struct am_arena *arena, enum am_guid_set set, const char *name)
{
	char *key;
	char *c;

	if (set != AM_PS_INTERNET_HEADERS)
		return name;
	key = am_arena_text(arena, name, strlen(name));
	for (c = key; c != NULL && *c != '\0'; c++)
		*c = ascii_lower(*c);
	return key;
}

/* Foreign writers store names in ASCII where UTF-16LE belongs. */
static bool
name_is_ascii(struct am_bytes raw)
{
	size_t i;

	for (i = 0; i < raw.len; i++)
		if (raw.data[i] < 0x20 || raw.data[i] > 0x7e)
			return false;
	return true;
}

/* The name at an offset of the string stream; data NULL when there is none. */
static enum am_status
name_read(struct named_reader *reader, uint32_t offset,
	  struct am_text *name_out, struct am_error *err)
{
	struct am_cursor cur = am_cursor(reader->strings);
	struct am_bytes raw;
	uint32_t len;

	*name_out = (struct am_text){ 0 };
	am_skip(&cur, offset);
	len = am_u32(&cur);
	raw = am_take(&cur, len);
	if (!am_cursor_ok(&cur) || raw.len == 0 || raw.len > MAX_NAME ||
	    raw.len > MAX_NAMES_TOTAL - reader->names_total)
		return AM_OK;
	reader->names_total += raw.len;
	if (name_is_ascii(raw))
		return am_text_decode(reader->arena, AM_CP_ASCII, raw, name_out,
				      err);
	return am_text_from_utf16(reader->arena, raw, name_out, err);
}

/* wGuid to the set; false for one that is not looked up. *bad_out: the index
 * is outside of the GUID stream. */
static bool
set_of_wguid(const struct named_reader *reader, unsigned wguid,
	     enum am_guid_set *set_out, bool *bad_out)
{
	struct am_bytes guid;

	*bad_out = false;
	if (wguid == WGUID_MAPI || wguid == WGUID_PUBLIC_STRINGS) {
		*set_out =
			wguid == WGUID_MAPI ? AM_PS_MAPI : AM_PS_PUBLIC_STRINGS;
		return true;
	}
	*bad_out = wguid == 0 ||
		   !am_slice(reader->guids,
			     (size_t)(wguid - WGUID_FIRST_IN_STREAM) *
				     AM_GUID_SIZE,
			     AM_GUID_SIZE, &guid);
	return !*bad_out && am_guid_find_set(guid, set_out);
}

/* [MS-PST] 2.4.7.1 NAMEID */
static enum am_status
nameid_read(struct named_reader *reader, struct am_cursor *cur, uint32_t place,
	    struct am_error *err)
{
	struct named_entry *entry = &reader->entries[reader->count];
	const uint32_t property = am_u32(cur); /* dwPropertyID */
	const unsigned kind = am_u16(cur);     /* N, wGuid */
	const unsigned index = am_u16(cur);    /* wPropIdx */
	struct am_text name;
	bool bad;

	if (!set_of_wguid(reader, kind >> 1, &entry->set, &bad) ||
	    index >= FIRST_NPID) {
		reader->dropped += bad || index >= FIRST_NPID;
		return AM_OK;
	}
	entry->id = (uint16_t)(FIRST_NPID + index);
	entry->place = place;
	entry->lid = property;
	entry->name = NULL;
	entry->key = NULL;
	if ((kind & 1) != 0) {
		AM_TRY(name_read(reader, property, &name, err));
		if (name.data == NULL || name.len == 0) {
			reader->dropped++;
			return AM_OK;
		}
		entry->lid = 0;
		entry->name = name.data;
		entry->key = name_key(reader->arena, entry->set, name.data);
		if (entry->key == NULL)
			return am_arena_failed(reader->arena, name.len, err);
	}
	reader->count++;
	return AM_OK;
}

static enum am_status
entries_read(struct named_reader *reader, struct am_bytes stream,
	     struct am_error *err)
{
	struct am_cursor cur = am_cursor(stream);
	size_t count = stream.len / NAMEID_SIZE;
	size_t i;

	if (count > AM_NAMED_MAX_COUNT) {
		am_report_note(
			am_ndb_report(reader->ndb), "named-limit",
			"the name-to-id map has %zu entries, %d are used",
			count, AM_NAMED_MAX_COUNT);
		count = AM_NAMED_MAX_COUNT;
	}
	reader->entries =
		am_arena_array(reader->arena, count, struct named_entry);
	if (reader->entries == NULL)
		return am_arena_failed(reader->arena,
				       count * sizeof(*reader->entries), err);
	for (i = 0; i < count; i++)
		AM_TRY(nameid_read(reader, &cur, (uint32_t)i, err));
	if (reader->dropped > 0)
		am_report_note(am_ndb_report(reader->ndb), "named-entry",
			       "%u entries of the name-to-id map have a name or"
			       " GUID outside of their stream",
			       reader->dropped);
	return AM_OK;
}

/* A stream of the map; empty when it is not there or not readable. */
static enum am_status
stream_read(const struct am_pc *pc, uint16_t id, struct am_arena *scratch,
	    struct am_ndb *ndb, struct am_bytes *bytes_out,
	    struct am_error *err)
{
	struct am_error cause = { 0 };
	struct am_prop prop;
	enum am_status status;

	*bytes_out = am_bytes(NULL, 0);
	if (!am_pc_find(pc, id, &prop))
		return AM_OK;
	status = am_prop_bytes(&prop, MAX_STRING_STREAM, scratch, bytes_out,
			       &cause);
	if (status == AM_OK)
		return AM_OK;
	*bytes_out = am_bytes(NULL, 0);
	if (!am_is_item_scoped(status)) {
		if (err != NULL)
			*err = cause;
		return status;
	}
	cause.nid = AM_NID_NAME_TO_ID_MAP;
	am_report_add(am_ndb_report(ndb), "named-map", &cause);
	return AM_OK;
}

static enum am_status
map_read(struct named_reader *reader, struct am_arena *scratch,
	 struct am_error *err)
{
	struct am_bytes entries;
	struct am_node node;
	struct am_pc *pc;

	AM_TRY(am_node_find(reader->ndb, AM_NID_NAME_TO_ID_MAP, &node, err));
	AM_TRY(am_pc_open(reader->ndb, &node, scratch, &pc, err));
	AM_TRY(stream_read(pc, GUID_STREAM, scratch, reader->ndb,
			   &reader->guids, err));
	AM_TRY(stream_read(pc, STRING_STREAM, scratch, reader->ndb,
			   &reader->strings, err));
	AM_TRY(stream_read(pc, ENTRY_STREAM, scratch, reader->ndb, &entries,
			   err));
	return entries_read(reader, entries, err);
}

static int
id_compare_key(const struct named_entry *a, const struct named_entry *b)
{
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if (a->set != b->set)
		return a->set < b->set ? -1 : 1;
	return 0;
}

static int
id_compare(const void *left, const void *right)
{
	const struct named_entry *a = *(const struct named_entry *const *)left;
	const struct named_entry *b = *(const struct named_entry *const *)right;
	const int order = id_compare_key(a, b);

	if (order != 0)
		return order;
	return a->place < b->place ? -1 : a->place > b->place;
}

/* The way back, from ids to names. */
static enum am_status
by_id_make(struct am_named_map *map, struct am_arena *arena,
	   struct am_error *err)
{
	size_t i;

	map->by_id =
		am_arena_array(arena, map->count, const struct named_entry *);
	if (map->by_id == NULL)
		return am_arena_failed(arena, map->count * sizeof(*map->by_id),
				       err);
	for (i = 0; i < map->count; i++)
		if (map->entries[i].name != NULL)
			map->by_id[map->by_id_count++] = &map->entries[i];
	if (map->by_id_count > 1)
		qsort(map->by_id, map->by_id_count, sizeof(*map->by_id),
		      id_compare);
	return AM_OK;
}

enum am_status
am_named_open(struct am_ndb *ndb, struct am_arena *arena,
	      struct am_named_map **map_out, struct am_error *err)
{
	struct am_arena scratch = { .limit = 4 * MAX_STRING_STREAM };
	struct named_reader reader = { .ndb = ndb, .arena = arena };
	struct am_named_map *map = am_arena_new(arena, struct am_named_map);
	struct am_error cause = { 0 };
	enum am_status status;

	if (map == NULL)
		return am_arena_failed(arena, sizeof(*map), err);
	status = map_read(&reader, &scratch, &cause);
	am_arena_free(&scratch);
	if (am_is_item_scoped(status)) {
		cause.nid = AM_NID_NAME_TO_ID_MAP;
		am_report_add(am_ndb_report(ndb), "named-map", &cause);
	} else if (status != AM_OK) {
		if (err != NULL)
			*err = cause;
		return status;
	}
	if (reader.count > 1)
		qsort(reader.entries, reader.count, sizeof(*reader.entries),
		      entry_compare);
	map->entries = reader.entries;
	map->count = reader.count;
	*map_out = map;
	return by_id_make(map, arena, err);
}

/* Index of the first entry that is not before key. */
static size_t
map_lower_bound(const struct am_named_map *map, const struct named_entry *key)
{
	size_t low = 0;
	size_t high = map->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (entry_compare_key(&map->entries[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint16_t
map_find(const struct am_named_map *map, const struct named_entry *key,
	 size_t nth)
{
	const size_t at = map_lower_bound(map, key);

	if (nth >= map->count - at ||
	    entry_compare_key(&map->entries[at + nth], key) != 0)
		return 0;
	return map->entries[at + nth].id;
}

uint16_t
am_named_find_nth(const struct am_named_map *map, enum am_guid_set set,
		  uint32_t lid, size_t nth)
{
	const struct named_entry key = { .set = set, .lid = lid };

	return map_find(map, &key, nth);
}

uint16_t
am_named_find(const struct am_named_map *map, enum am_guid_set set,
	      uint32_t lid)
{
	return am_named_find_nth(map, set, lid, 0);
}

uint16_t
am_named_find_text(const struct am_named_map *map, enum am_guid_set set,
		   const char *name)
{
	struct named_entry key = { .set = set, .key = name };
	char folded[MAX_NAME * 3 / 2 + 1];
	const size_t len = strlen(name);
	size_t i;

	if (len >= sizeof(folded))
		return 0;
	if (set == AM_PS_INTERNET_HEADERS) {
		for (i = 0; i <= len; i++)
			folded[i] = ascii_lower(name[i]);
		key.key = folded;
	}
	return map_find(map, &key, 0);
}

const char *
am_named_text_of(const struct am_named_map *map, enum am_guid_set set,
		 uint16_t id)
{
	const struct named_entry key = { .set = set, .id = id };
	size_t low = 0;
	size_t high = map->by_id_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (id_compare_key(map->by_id[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == map->by_id_count ||
	    id_compare_key(map->by_id[low], &key) != 0)
		return NULL;
	return map->by_id[low]->name;
}

bool
am_named_text_at(const struct am_named_map *map, enum am_guid_set set, size_t i,
		 const char **name_out, uint16_t *id_out)
{
	const struct named_entry key = { .set = set, .key = "" };
	const size_t first = map_lower_bound(map, &key);

	if (i >= map->count - first || map->entries[first + i].set != set)
		return false;
	*name_out = map->entries[first + i].name;
	*id_out = map->entries[first + i].id;
	return true;
}

bool
am_named_at(const struct am_named_map *map, size_t i, enum am_guid_set *set_out,
	    uint32_t *lid_out, const char **name_out, uint16_t *id_out)
{
	if (i >= map->count)
		return false;
	*set_out = map->entries[i].set;
	*lid_out = map->entries[i].lid;
	*name_out = map->entries[i].name;
	*id_out = map->entries[i].id;
	return true;
}
