/* Exchange's names for people: the file that a user gives. */
#include "transfer/ex_map.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "convert/arena_text.h"
#include "convert/oxcmail_address.h"
#include "io/source.h"
#include "transfer/ex_map_private.h"

enum {
	/* of the names and addresses of a file of AM_EX_MAP_MAX_SIZE */
	MAP_MEMORY = 8 * AM_EX_MAP_MAX_SIZE,
	NAME_SHOWN = 80 /* bytes of a name in a text */
};

/* ---- reading ---- */

static enum am_status
file_read(const char *path, struct am_buf *text, struct am_error *err)
{
	struct am_source *source = NULL;
	enum am_status status;
	uint64_t size;
	uint8_t *room;

	AM_TRY(am_source_open(path, &source, err));
	size = am_source_size(source);
	if (size > AM_EX_MAP_MAX_SIZE) {
		am_source_close(source);
		return am_fail(err, AM_UNSUPPORTED,
			       "the map is larger than %d bytes",
			       AM_EX_MAP_MAX_SIZE);
	}
	room = am_buf_room(text, (size_t)size);
	if (room == NULL) {
		am_source_close(source);
		return am_buf_status(text, err);
	}
	status = am_source_read_at(source, 0, room, (size_t)size, err);
	am_source_close(source);
	if (status == AM_OK)
		text->len = (size_t)size;
	return status;
}

static enum am_status
entry_read(struct am_ex_map *map, const char *name, const json_t *value,
	   struct am_error *err)
{
	struct am_ex_map_entry *entry = &map->entries[map->count];
	const char *smtp = json_string_value(value);

	if (smtp == NULL || strlen(smtp) != json_string_length(value) ||
	    !am_address_is_smtp(smtp))
		return am_fail(err, AM_CORRUPT,
			       "the value of \"%.*s\" is no SMTP address",
			       NAME_SHOWN, name);
	AM_TRY(am_arena_text_lower(&map->arena, am_bytes_of(name), &entry->dn,
				   err));
	AM_TRY(am_arena_text_copy(&map->arena, am_bytes_of(smtp), &entry->smtp,
				  err));
	map->count++;
	return AM_OK;
}

static int
entry_compare(const void *left, const void *right)
{
	const struct am_ex_map_entry *a = left;
	const struct am_ex_map_entry *b = right;

	return strcmp(a->dn, b->dn);
}

/* Sorted, and no name twice (without regard to case). */
static enum am_status
entries_sort(struct am_ex_map *map, struct am_error *err)
{
	size_t i;

	if (map->count > 0)
		qsort(map->entries, map->count, sizeof(*map->entries),
		      entry_compare);
	for (i = 1; i < map->count; i++)
		if (strcmp(map->entries[i - 1].dn, map->entries[i].dn) == 0)
			return am_fail(err, AM_CORRUPT,
				       "the map has \"%.*s\" twice", NAME_SHOWN,
				       map->entries[i].dn);
	return AM_OK;
}

static enum am_status
entries_read(struct am_ex_map *map, json_t *root, struct am_error *err)
{
	const size_t count = json_object_size(root);
	const char *name;
	json_t *value;

	map->entries =
		am_arena_array(&map->arena, count, struct am_ex_map_entry);
	if (map->entries == NULL)
		return am_arena_failed(&map->arena,
				       count * sizeof(*map->entries), err);
	json_object_foreach(root, name, value)
		AM_TRY(entry_read(map, name, value, err));
	return entries_sort(map, err);
}

static enum am_status
text_parse(struct am_ex_map *map, const struct am_buf *text,
	   struct am_error *err)
{
	json_error_t fault;
	json_t *root = json_loadb((const char *)text->data, text->len,
				  JSON_REJECT_DUPLICATES, &fault);
	enum am_status status;

	if (root == NULL)
		return am_fail(err, AM_CORRUPT,
			       "the map is no JSON: line %d, column %d: %s",
			       fault.line, fault.column, fault.text);
	if (json_is_object(root))
		status = entries_read(map, root, err);
	else
		status = am_fail(err, AM_CORRUPT,
				 "the map is no JSON object such as "
				 "{\"/o=Org/cn=ann\": \"ann@example.org\"}");
	json_decref(root);
	return status;
}

static enum am_status
map_load(struct am_ex_map *map, const char *path, struct am_error *err)
{
	struct am_buf text = am_buf(AM_EX_MAP_MAX_SIZE + 1);
	enum am_status status = file_read(path, &text, err);

	if (status == AM_OK)
		status = text_parse(map, &text, err);
	if (status == AM_OK)
		status = am_sha256(am_buf_bytes(&text), map->digest);
	am_buf_free(&text);
	return status == AM_NOMEM ? am_nomem(err) : status;
}

enum am_status
am_ex_map_open(const char *path, struct am_ex_map **map_out,
	       struct am_error *err)
{
	struct am_ex_map *map = am_alloc(sizeof(*map));
	enum am_status status;

	if (map == NULL)
		return am_nomem(err);
	map->dir = -1;
	map->arena.limit = MAP_MEMORY;
	status = map_load(map, path, err);
	if (status != AM_OK) {
		am_ex_map_close(map);
		return status;
	}
	*map_out = map;
	return AM_OK;
}

const char *
am_ex_map_find(const struct am_ex_map *map, const char *dn)
{
	const struct am_ex_map_entry key = { dn, NULL };
	const struct am_ex_map_entry *found = NULL;

	if (map->count > 0)
		found = bsearch(&key, map->entries, map->count,
				sizeof(*map->entries), entry_compare);
	return found != NULL ? found->smtp : NULL;
}

const uint8_t *
am_ex_map_digest(const struct am_ex_map *map)
{
	return map->digest;
}
