/* damage { … }: breaks the finished file in precise ways. */
#include <stdlib.h>
#include <string.h>

#include "place.h"
#include "value.h"

/* The last word may ask for right checksums afterwards. */
static bool
is_sealed(const struct pb_stmt *stmt)
{
	return pb_word_is(stmt, stmt->count - 1, "sealed");
}

static size_t
room_at(const struct pb_place *place, const struct pb_stmt *stmt, uint64_t len)
{
	if (len > place->size - place->at)
		pb_die_at(stmt, "%llu bytes do not fit there",
			  (unsigned long long)len);
	return (size_t)len;
}

/* Bytes from a VALUE, or a number as wide as the field. */
static void
set_value(struct pb *pb, const struct pb_stmt *stmt, size_t i,
	  const struct pb_place *place, struct pb_buf *out)
{
	static const struct {
		const char *name;
		unsigned width;
	} widths[] = { { "u8", 1 }, { "u16", 2 }, { "u32", 4 }, { "u64", 8 } };
	const struct pb_strings strings = pb->strings;
	unsigned width = place->width;

	for (size_t k = 0; k < 4; k++) {
		if (pb_word_is(stmt, i, widths[k].name)) {
			width = widths[k].width;
			i++;
			break;
		}
	}
	if (width == 0 || width > 8) {
		pb_value_add(pb, stmt, i, PB_BINARY, &strings, out);
		return;
	}
	pb_buf_int(out, width, pb_reference_at(pb, stmt, &i));
}

/* set PLACE VALUE */
static void
set_apply(struct pb *pb, const struct pb_stmt *stmt)
{
	size_t i = 1;
	const struct pb_place place = pb_place_at(pb, stmt, &i);
	uint8_t *bytes = pb_unit_read(pb, &place);
	struct pb_buf value = { 0 };

	set_value(pb, stmt, i, &place, &value);
	memcpy(bytes + place.at, value.data, room_at(&place, stmt, value.len));
	pb_unit_write(pb, &place, bytes, is_sealed(stmt));
	pb_buf_free(&value);
	free(bytes);
}

static uint64_t
count_at(const struct pb_stmt *stmt, size_t i, uint64_t usual)
{
	if (i >= stmt->count || pb_word_is(stmt, i, "sealed"))
		return usual;
	return pb_number_at(stmt, i);
}

/* flip PLACE [COUNT]: all bits of that many bytes */
static void
flip_apply(struct pb *pb, const struct pb_stmt *stmt)
{
	size_t i = 1;
	const struct pb_place place = pb_place_at(pb, stmt, &i);
	const size_t len = room_at(&place, stmt, count_at(stmt, i, 1));
	uint8_t *bytes = pb_unit_read(pb, &place);

	for (size_t k = 0; k < len; k++)
		bytes[place.at + k] ^= 0xFF;
	pb_unit_write(pb, &place, bytes, is_sealed(stmt));
	free(bytes);
}

/* fill PLACE COUNT [BYTE] */
static void
fill_apply(struct pb *pb, const struct pb_stmt *stmt)
{
	size_t i = 1;
	const struct pb_place place = pb_place_at(pb, stmt, &i);
	const size_t len = room_at(&place, stmt, pb_number_at(stmt, i));
	uint8_t *bytes = pb_unit_read(pb, &place);

	memset(bytes + place.at, (int)count_at(stmt, i + 1, 0), len);
	pb_unit_write(pb, &place, bytes, is_sealed(stmt));
	free(bytes);
}

/* noise PLACE COUNT [SEED] */
static void
noise_apply(struct pb *pb, const struct pb_stmt *stmt)
{
	size_t i = 1;
	const struct pb_place place = pb_place_at(pb, stmt, &i);
	const size_t len = room_at(&place, stmt, pb_number_at(stmt, i));
	struct pb_rng rng = pb_rng(count_at(stmt, i + 1, 1));
	uint8_t *bytes = pb_unit_read(pb, &place);

	pb_rng_fill(&rng, bytes + place.at, len);
	pb_unit_write(pb, &place, bytes, is_sealed(stmt));
	free(bytes);
}

/* swap PAGE I J: two entries of a B-tree page */
static void
swap_apply(struct pb *pb, const struct pb_stmt *stmt)
{
	size_t i = 1;
	const struct pb_place place = pb_place_at(pb, stmt, &i);
	const size_t size = place.entry_size;
	uint8_t *bytes = pb_unit_read(pb, &place);
	uint8_t saved[64];
	uint8_t *a;
	uint8_t *b;

	if (place.kind != PB_UNIT_PAGE)
		pb_die_at(stmt, "entries of what page?");
	a = bytes + pb_number_at(stmt, i) * size;
	b = bytes + pb_number_at(stmt, i + 1) * size;
	memcpy(saved, a, size);
	memmove(a, b, size);
	memcpy(b, saved, size);
	pb_unit_write(pb, &place, bytes, is_sealed(stmt));
	free(bytes);
}

/* repair PLACE: the checksums of what lies there */
static void
repair_apply(struct pb *pb, const struct pb_stmt *stmt)
{
	size_t i = 1;
	const struct pb_place place = pb_place_at(pb, stmt, &i);
	uint8_t *bytes = pb_unit_read(pb, &place);

	pb_unit_write(pb, &place, bytes, true);
	free(bytes);
}

/* truncate N, or truncate P% of what there is */
static void
truncate_apply(struct pb *pb, const struct pb_stmt *stmt)
{
	const uint64_t size = pb_space_size(&pb->ndb.space);
	const struct pb_word *word = pb_word_at(stmt, 1);

	if (word->len > 0 && word->text[word->len - 1] == '%') {
		pb_space_truncate(&pb->ndb.space,
				  size / 100 * strtoull(word->text, NULL, 10));
		return;
	}
	pb_space_truncate(&pb->ndb.space, pb_number_at(stmt, 1));
}

/* append VALUE */
static void
append_apply(struct pb *pb, const struct pb_stmt *stmt)
{
	struct pb_source source;
	uint64_t at = pb_space_size(&pb->ndb.space);
	uint8_t piece[8192];
	size_t got;

	pb_source_open(&source, stmt, 1);
	while ((got = pb_source_read(&source, piece, sizeof(piece))) > 0) {
		pb_space_write(&pb->ndb.space, at, piece, got);
		at += got;
	}
	pb_source_close(&source);
}

static const struct {
	const char *keyword;
	void (*apply)(struct pb *pb, const struct pb_stmt *stmt);
} verbs[] = {
	{ "set", set_apply },		{ "flip", flip_apply },
	{ "fill", fill_apply },		{ "noise", noise_apply },
	{ "swap", swap_apply },		{ "repair", repair_apply },
	{ "truncate", truncate_apply }, { "append", append_apply },
};

static void
verb_apply(struct pb *pb, const struct pb_stmt *stmt)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (pb_stmt_is(stmt, verbs[i].keyword)) {
			verbs[i].apply(pb, stmt);
			return;
		}
	}
	pb_die_at(stmt, "is no damage");
}

void
pb_damage(struct pb *pb)
{
	for (const struct pb_stmt *s = pb->recipe; s != NULL; s = s->next) {
		if (!pb_stmt_is(s, "damage"))
			continue;
		for (const struct pb_stmt *d = s->children; d != NULL;
		     d = d->next)
			verb_apply(pb, d);
	}
}
