/* Fields of pages, blocks and their entries, by name */
#include "place.h"

/* A field's name with its offset and width. */
struct field {
	const char *name;
	size_t at;
	unsigned width;
};

/* Sets at and width if word *i is one of the fields. */
static bool
field_apply(const struct pb_stmt *stmt, size_t *i, const struct field *fields,
	    size_t count, size_t base, struct pb_place *place)
{
	for (size_t k = 0; k < count; k++) {
		if (!pb_word_is(stmt, *i, fields[k].name))
			continue;
		place->at = base + fields[k].at;
		place->width = fields[k].width;
		(*i)++;
		return true;
	}
	return false;
}

/* [MS-PST] 2.2.2.7.7: fields of an entry of the page. */
void
pb_entry_field(const struct pb *pb, const struct pb_stmt *stmt, size_t *i,
	       size_t entry_at, struct pb_place *place)
{
	const unsigned id = pb->format.id_size;
	const bool branch = place->entry_size == pb->format.bt_entry;
	const bool large = pb->format.variant == PB_OST4K;
	const struct field nbt[] = {
		{ "nid", 0, id },
		{ "data", id, id },
		{ "sub", 2 * id, id },
		{ "parent", 3 * id, 4 },
	};
	const struct field bbt[] = {
		{ "key", 0, id },
		{ "bid", branch ? id : 0, id },
		{ "ib", branch ? 2 * id : id, id },
		{ "stored", 2 * id, 2 },
		{ "inflated", 2 * id + 2, 2 },
		{ "refs", 2 * id + (large ? 4 : 2), 2 },
	};
	const bool leaf = place->ptype == PB_PTYPE_NBT &&
			  place->entry_size == pb->format.nbt_entry;

	place->at = entry_at;
	if (leaf ? !field_apply(stmt, i, nbt, 4, entry_at, place)
		 : !field_apply(stmt, i, bbt, 6, entry_at, place))
		place->width = 0;
}

void
pb_page_field(const struct pb *pb, const struct pb_stmt *stmt, size_t *i,
	      struct pb_place *place)
{
	const struct pb_format *format = &pb->format;
	const size_t counts = format->bt_area;
	const unsigned n = format->bt_count_size;
	const size_t trailer = format->page_size - format->page_trailer;
	const bool ansi = format->variant == PB_ANSI;
	const struct field fields[] = {
		{ "count", counts, n },
		{ "capacity", counts + n, n },
		{ "entry-size", counts + 2 * n, 1 },
		{ "level", counts + 2 * n + 1, 1 },
		{ "ptype", trailer, 1 },
		{ "ptype-repeat", trailer + 1, 1 },
		{ "signature", trailer + 2, 2 },
		{ "crc", trailer + (ansi ? 8 : 4), 4 },
		{ "bid", trailer + (ansi ? 4 : 8), format->id_size },
	};

	if (pb_word_is(stmt, *i, "entry")) {
		const size_t at =
			(size_t)pb_number_at(stmt, *i + 1) * place->entry_size;

		*i += 2;
		pb_entry_field(pb, stmt, i, at, place);
		return;
	}
	field_apply(stmt, i, fields, 9, 0, place);
}

void
pb_block_field(const struct pb *pb, const struct pb_stmt *stmt, size_t *i,
	       struct pb_place *place)
{
	const struct pb_format *format = &pb->format;
	const bool ansi = format->variant == PB_ANSI;
	const struct field fields[] = {
		{ "cb", 0, 2 },
		{ "signature", 2, 2 },
		{ "crc", ansi ? 8 : 4, 4 },
		{ "bid", ansi ? 4 : 8, format->id_size },
		{ "inflated", 18, 2 },
	};

	field_apply(stmt, i, fields, 5, place->size - format->block_trailer,
		    place);
}

void
pb_subnode_field(const struct pb *pb, const struct pb_stmt *stmt, size_t *i,
		 size_t entry_at, struct pb_place *place)
{
	const unsigned id = pb->format.id_size;
	const struct field fields[] = {
		{ "nid", 0, id },
		{ "data", id, id },
		{ "sub", 2 * id, id },
	};

	place->at = entry_at;
	field_apply(stmt, i, fields, 3, entry_at, place);
}
