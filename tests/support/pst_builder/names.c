/* [MS-PST] 2.4.7 Named properties: node 0x61 */
#include <stdlib.h>
#include <string.h>

#include "builder.h"
#include "codec.h"
#include "text.h"
#include "value.h"

enum {
	FIRST_NAMED_ID = 0x8000,
	BUCKETS = 251,
	BUCKET_ID = 0x1000,
	FIRST_STREAM_GUID = 3, /* wGuid of the first entry of the GUID stream */
};

static const struct {
	const char *name;
	const char *guid;
} sets[] = {
	{ "PS_MAPI", "00020328-0000-0000-C000-000000000046" },
	{ "PS_PUBLIC_STRINGS", "00020329-0000-0000-C000-000000000046" },
	{ "PS_INTERNET_HEADERS", "00020386-0000-0000-C000-000000000046" },
	{ "PSETID_Appointment", "00062002-0000-0000-C000-000000000046" },
	{ "PSETID_Task", "00062003-0000-0000-C000-000000000046" },
	{ "PSETID_Address", "00062004-0000-0000-C000-000000000046" },
	{ "PSETID_Common", "00062008-0000-0000-C000-000000000046" },
	{ "PSETID_Log", "0006200A-0000-0000-C000-000000000046" },
	{ "PSETID_Note", "0006200E-0000-0000-C000-000000000046" },
	{ "PSETID_Report", "00062013-0000-0000-C000-000000000046" },
	{ "PSETID_Sharing", "00062040-0000-0000-C000-000000000046" },
	{ "PSETID_PostRss", "00062041-0000-0000-C000-000000000046" },
	{ "PSETID_Meeting", "6ED8DA90-450B-101B-98DA-00AA003F1305" },
	{ "PSETID_UnifiedMessaging", "4442858E-A9E3-4E80-B900-317A210CC15B" },
	{ "PSETID_AirSync", "71035549-0739-4DCB-9163-00F0580DBBDF" },
	{ "PSETID_Attachment", "96357F7F-59E1-47D0-99A7-46515C183B54" },
	{ "PSETID_CalendarAssistant", "11000E07-B51B-40D6-AF21-CAA85EDAB1D0" },
};

static const char *
set_guid(const char *name)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		if (strcmp(sets[i].name, name) == 0)
			return sets[i].guid;
	}
	return name;
}

static bool
names_equal(const struct pb_name *a, const struct pb_name *b)
{
	if (memcmp(a->set, b->set, sizeof(a->set)) != 0 ||
	    (a->text == NULL) != (b->text == NULL))
		return false;
	if (a->text == NULL)
		return a->lid == b->lid;
	return a->text_len == b->text_len &&
	       memcmp(a->text, b->text, a->text_len) == 0;
}

static uint16_t
name_place(struct pb_names *names, struct pb_name name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (names_equal(&names->items[i], &name)) {
			free(name.text);
			return (uint16_t)(FIRST_NAMED_ID + i);
		}
	}
	names->items = pb_grow(names->items, names->count, &names->size,
			       sizeof(*names->items));
	names->items[names->count++] = name;
	return (uint16_t)(FIRST_NAMED_ID + names->count - 1);
}

uint16_t
pb_name_id(struct pb *pb, const struct pb_stmt *stmt, const char *set_and_name)
{
	const char *slash = strchr(set_and_name, '/');
	struct pb_name name = { 0 };
	char *set;
	uint64_t lid;

	if (slash == NULL)
		pb_die_at(stmt, "\"%s\" is not SET/NAME", set_and_name);
	set = pb_copy_text(set_and_name, (size_t)(slash - set_and_name));
	if (!pb_guid_parse(set_guid(set), name.set))
		pb_die_at(stmt, "\"%s\" is no property set", set);
	free(set);
	if (pb_number_parse(slash + 1, &lid)) {
		name.lid = (uint32_t)lid;
	} else {
		name.text_len = strlen(slash + 1);
		name.text = pb_copy_text(slash + 1, name.text_len);
	}
	return name_place(&pb->names, name);
}

/* The four streams that the map is made of, as they grow. */
struct map {
	struct pb_buf guids;
	struct pb_buf entries;
	struct pb_buf strings;
	struct pb_buf buckets[BUCKETS];
};

/* wGuid: 1 and 2 stand for PS_MAPI and PS_PUBLIC_STRINGS. */
static unsigned
guid_index(struct map *map, const uint8_t set[16])
{
	uint8_t known[16];

	for (unsigned i = 0; i < 2; i++) {
		if (pb_guid_parse(sets[i].guid, known) &&
		    memcmp(known, set, sizeof(known)) == 0)
			return i + 1;
	}
	for (size_t at = 0; at < map->guids.len; at += 16) {
		if (memcmp(map->guids.data + at, set, 16) == 0)
			return FIRST_STREAM_GUID + (unsigned)(at / 16);
	}
	pb_buf_add(&map->guids, set, 16);
	return FIRST_STREAM_GUID + (unsigned)(map->guids.len / 16) - 1;
}

/* Returns the offset of a name in the string stream; crc_out is what its
 * bucket entry holds instead. */
static uint32_t
string_add(struct map *map, const struct pb_name *name, uint32_t *crc_out)
{
	const size_t at = map->strings.len;

	pb_buf_int(&map->strings, 4, 0);
	pb_utf16(&map->strings, name->text, name->text_len);
	pb_put(map->strings.data + at, 4, map->strings.len - at - 4);
	*crc_out =
		pb_crc(map->strings.data + at + 4, map->strings.len - at - 4);
	while (map->strings.len % 4 != 0)
		pb_buf_zero(&map->strings, 1);
	return (uint32_t)at;
}

static void
name_id_add(struct pb_buf *out, uint32_t id, unsigned guid_and_kind, size_t i)
{
	pb_buf_int(out, 4, id);
	pb_buf_int(out, 2, guid_and_kind);
	pb_buf_int(out, 2, i);
}

static void
name_add(struct map *map, const struct pb_name *name, size_t i)
{
	const unsigned guid_and_kind =
		guid_index(map, name->set) << 1 | (name->text != NULL);
	uint32_t id = name->lid;
	uint32_t hash = name->lid;

	if (name->text != NULL)
		id = string_add(map, name, &hash);
	name_id_add(&map->entries, id, guid_and_kind, i);
	name_id_add(&map->buckets[(hash ^ guid_and_kind) % BUCKETS], hash,
		    guid_and_kind, i);
}

static void
stream_set(struct pb_props *props, uint16_t id, struct pb_buf *stream)
{
	pb_props_set(props, id, PB_BINARY, stream->data, stream->len);
	pb_buf_free(stream);
}

/* libpff opens no file whose map lacks one of the streams; Outlook's never
 * does. */
void
pb_names_begin(struct pb *pb)
{
	pb_name_id(pb, NULL, "PS_PUBLIC_STRINGS/Keywords");
	pb_name_id(pb, NULL, "PSETID_Common/0x8554");
}

/* name-map { prop … }: what the recipe wants to be different. */
static void
changes_apply(struct pb *pb, struct pb_props *props)
{
	for (const struct pb_stmt *s = pb->recipe; s != NULL; s = s->next) {
		if (!pb_stmt_is(s, "name-map"))
			continue;
		for (const struct pb_stmt *c = s->children; c != NULL;
		     c = c->next) {
			if (!pb_props_apply(pb, c, props))
				pb_die_at(c, "is nothing for the name map");
		}
	}
}

void
pb_names_write(struct pb *pb)
{
	struct pb_props props = { .strings = pb->strings };
	struct map map = { 0 };

	for (size_t i = 0; i < pb->names.count; i++)
		name_add(&map, &pb->names.items[i], i);
	pb_props_set_int(&props, 1, PB_I32, BUCKETS);
	stream_set(&props, 2, &map.guids);
	stream_set(&props, 3, &map.entries);
	stream_set(&props, 4, &map.strings);
	for (uint16_t i = 0; i < BUCKETS; i++) {
		if (map.buckets[i].len > 0)
			stream_set(&props, (uint16_t)(BUCKET_ID + i),
				   &map.buckets[i]);
	}
	changes_apply(pb, &props);
	pb_node_write(pb, PB_NID_NAMES, 0, &props);
	pb_props_free(&props);
}

void
pb_names_free(struct pb_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i].text);
	free(names->items);
}
