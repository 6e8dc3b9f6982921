/* [MS-PST] 2.3.3 Property Context. */
#include "pst/ltp/pc.h"

#include <stdlib.h>

#include "base/cursor.h"
#include "mapi/types.h"
#include "pst/ltp/bth.h"

enum { KEY_SIZE = 2, ENTRY_SIZE = 6, FIRST_ROOM = 64 };

/* [MS-PST] 2.3.3.3 PC BTH record */
struct record {
	uint16_t id;	/* wPropId */
	uint16_t type;	/* wPropType */
	uint32_t value; /* dwValueHnid */
	uint32_t order; /* where it stood: of a property twice the first wins */
};

struct am_pc {
	struct am_hn *heap;
	struct record *records; /* by id */
	size_t count;
	size_t room;
	struct am_arena *arena;
};

static struct am_report *
report_of(const struct am_pc *pc)
{
	return am_ndb_report(am_hn_ndb(pc->heap));
}

static enum am_status
room_make(struct am_pc *pc, struct am_error *err)
{
	const size_t room = 2 * pc->room;
	struct record *records;
	size_t i;

	if (pc->count < pc->room)
		return AM_OK;
	if (room > 2 * AM_PC_MAX_PROPS)
		return am_fail(err, AM_LIMIT,
			       "a PC has more than %d properties",
			       AM_PC_MAX_PROPS);
	records = am_arena_array(pc->arena, room, struct record);
	if (records == NULL)
		return am_arena_failed(pc->arena, room * sizeof(*records), err);
	for (i = 0; i < pc->count; i++)
		records[i] = pc->records[i];
	pc->records = records;
	pc->room = room;
	return AM_OK;
}

static enum am_status
record_add(void *arg, struct am_bytes key, struct am_bytes data,
	   struct am_error *err)
{
	struct am_pc *pc = arg;
	struct am_cursor cur = am_cursor(key);
	struct record record;

	record.id = am_u16(&cur);
	cur = am_cursor(data);
	record.type = am_u16(&cur);
	record.value = am_u32(&cur);
	record.order = (uint32_t)pc->count;
	if (!am_prop_type_is_known(record.type)) {
		am_report_note(report_of(pc), "prop-type",
			       "property 0x%04x has the type 0x%04x, which is "
			       "not known",
			       record.id, record.type);
		return AM_OK;
	}
	AM_TRY(room_make(pc, err));
	pc->records[pc->count++] = record;
	return AM_OK;
}

static int
record_compare(const void *a, const void *b)
{
	const struct record *left = a;
	const struct record *right = b;

	if (left->id != right->id)
		return left->id < right->id ? -1 : 1;
	return left->order < right->order ? -1 : 1;
}

static bool
ids_ascend(const struct am_pc *pc)
{
	size_t i;

	for (i = 1; i < pc->count; i++)
		if (pc->records[i - 1].id >= pc->records[i].id)
			return false;
	return true;
}

/* By id; of a property that is there twice the first stays. */
static void
records_sort(struct am_pc *pc)
{
	size_t kept = 1;
	size_t i;

	if (ids_ascend(pc))
		return;
	qsort(pc->records, pc->count, sizeof(*pc->records), record_compare);
	for (i = 1; i < pc->count; i++) {
		if (pc->records[i].id != pc->records[kept - 1].id)
			pc->records[kept++] = pc->records[i];
		else
			am_report_note(
				report_of(pc), "prop-duplicate",
				"property 0x%04x is there more than once; "
				"the first is taken",
				pc->records[i].id);
	}
	pc->count = kept;
}

static enum am_status
tree_open(struct am_hn *heap, struct am_bth *bth_out, struct am_error *err)
{
	if (am_hn_client(heap) != AM_HN_CLIENT_PC)
		return am_fail(err, AM_CORRUPT,
			       "HNHDR.bClientSig is %#x, want %#x",
			       am_hn_client(heap), AM_HN_CLIENT_PC);
	AM_TRY(am_bth_open(heap, am_hn_user_root(heap), bth_out, err));
	if (bth_out->key_size != KEY_SIZE || bth_out->entry_size != ENTRY_SIZE)
		return am_fail(err, AM_CORRUPT,
			       "BTHHEADER.cbKey is %u and cbEnt %u, want %d "
			       "and %d",
			       bth_out->key_size, bth_out->entry_size, KEY_SIZE,
			       ENTRY_SIZE);
	return AM_OK;
}

/* Loops and what is too much end the walk; what was read till then stays. */
static enum am_status
records_read(struct am_pc *pc, const struct am_bth *bth, struct am_error *err)
{
	struct am_error local;
	const enum am_status status = am_bth_walk(bth, record_add, pc, &local);

	if (status == AM_OK)
		return AM_OK;
	local.nid = am_hn_node(pc->heap)->nid;
	if (am_is_item_scoped(status) && pc->count > 0) {
		am_report_add(report_of(pc), "pc", &local);
		return AM_OK;
	}
	if (err != NULL)
		*err = local;
	return status;
}

/* Most PCs have far fewer properties than there is room for at first, and a
 * message may have thousands of attachments with one each: what is kept is no
 * longer than it must be. */
static enum am_status
records_keep(struct am_pc *pc, struct am_error *err)
{
	const struct record *first = pc->records;
	size_t i;

	if (pc->room > FIRST_ROOM)
		return AM_OK;
	pc->records = am_arena_array(pc->arena, pc->count, struct record);
	if (pc->records == NULL)
		return am_arena_failed(pc->arena, pc->count * sizeof(*first),
				       err);
	for (i = 0; i < pc->count; i++)
		pc->records[i] = first[i];
	pc->room = pc->count;
	return AM_OK;
}

enum am_status
am_pc_open(struct am_ndb *ndb, const struct am_node *node,
	   struct am_arena *arena, struct am_pc **pc_out, struct am_error *err)
{
	struct am_pc *pc = am_arena_new(arena, struct am_pc);
	struct record first[FIRST_ROOM];
	struct am_bth bth;
	enum am_status status;

	if (pc == NULL)
		return am_arena_failed(arena, sizeof(*pc), err);
	pc->arena = arena;
	pc->records = first;
	pc->room = FIRST_ROOM;
	AM_TRY(am_hn_open(ndb, node, arena, &pc->heap, err));
	status = tree_open(pc->heap, &bth, err);
	if (status != AM_OK) {
		if (err != NULL)
			err->nid = node->nid;
		return status;
	}
	AM_TRY(records_read(pc, &bth, err));
	records_sort(pc);
	AM_TRY(records_keep(pc, err));
	*pc_out = pc;
	return AM_OK;
}

struct am_hn *
am_pc_heap(const struct am_pc *pc)
{
	return pc->heap;
}

static void
prop_set(const struct am_pc *pc, const struct record *record,
	 struct am_prop *prop_out)
{
	const size_t size = am_prop_type_size(record->type);

	prop_out->heap = pc->heap;
	prop_out->id = record->id;
	prop_out->type = record->type;
	prop_out->value = record->value;
	prop_out->is_inline = size > 0 && size <= sizeof(record->value);
}

bool
am_pc_at(const struct am_pc *pc, size_t i, struct am_prop *prop_out)
{
	if (i >= pc->count)
		return false;
	prop_set(pc, &pc->records[i], prop_out);
	return true;
}

bool
am_pc_find(const struct am_pc *pc, uint16_t id, struct am_prop *prop_out)
{
	const struct record *found = pc->records;
	size_t left = pc->count;

	/* No branch to guess in the loop: a message is asked for some sixty
	 * properties, and has half of them. */
	while (left > 1) {
		const size_t half = left / 2;

		found += found[half].id <= id ? half : 0;
		left -= half;
	}
	if (left == 0 || found->id != id || found->type == AM_TYPE_ERROR)
		return false;
	prop_set(pc, found, prop_out);
	return true;
}

int64_t
am_pc_int(const struct am_pc *pc, uint16_t id, int64_t fallback)
{
	struct am_prop prop;
	int64_t value;

	if (!am_pc_find(pc, id, &prop) || !am_prop_int(&prop, &value))
		return fallback;
	return value;
}

int64_t
am_pc_time(const struct am_pc *pc, uint16_t id)
{
	struct am_prop prop;

	return am_pc_find(pc, id, &prop) ? am_prop_time(&prop) : AM_TIME_NONE;
}

/* What concerns one property only is a finding; the rest goes on. */
static enum am_status
value_status(const struct am_pc *pc, uint16_t id, enum am_status status,
	     const struct am_error *local, struct am_error *err)
{
	struct am_error finding;

	if (!am_is_item_scoped(status)) {
		if (err != NULL)
			*err = *local;
		return status;
	}
	(void)am_fail_at(&finding, status, local->file_offset,
			 "property 0x%04x cannot be read: %.200s", id,
			 local->text);
	finding.nid = am_hn_node(pc->heap)->nid;
	am_report_add(report_of(pc), "prop-value", &finding);
	return AM_OK;
}

enum am_status
am_pc_text(const struct am_pc *pc, uint16_t id, unsigned codepage,
	   struct am_arena *arena, struct am_text *text_out,
	   struct am_error *err)
{
	const struct am_text none = { 0 };
	struct am_prop prop;
	struct am_error local;
	enum am_status status;

	*text_out = none;
	if (!am_pc_find(pc, id, &prop))
		return AM_OK;
	status = am_prop_text(&prop, codepage, arena, text_out, &local);
	if (status == AM_OK && text_out->replaced)
		am_report_note(am_ndb_report(am_hn_ndb(prop.heap)), "text",
			       "property 0x%04x has bytes that are no text; "
			       "they were replaced",
			       id);
	if (status == AM_OK)
		return AM_OK;
	*text_out = none;
	return value_status(pc, id, status, &local, err);
}

enum am_status
am_pc_bytes(const struct am_pc *pc, uint16_t id, struct am_arena *arena,
	    struct am_bytes *bytes_out, struct am_error *err)
{
	struct am_prop prop;
	struct am_error local;
	enum am_status status;

	*bytes_out = am_bytes(NULL, 0);
	if (!am_pc_find(pc, id, &prop))
		return AM_OK;
	status = am_prop_bytes(&prop, 0, arena, bytes_out, &local);
	if (status == AM_OK)
		return AM_OK;
	*bytes_out = am_bytes(NULL, 0);
	return value_status(pc, id, status, &local, err);
}
