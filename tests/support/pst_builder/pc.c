/* [MS-PST] 2.3.3 Property Context */
#include "pc.h"

#include <stdlib.h>
#include <string.h>

enum {
	NID_TYPE_LTP = 0x1F,
	FIRST_INDEX = 0x41, /* as Outlook's: 0x83F is the first of type 0x1F */
};

uint32_t
pb_subs_add(struct pb_subs *subs, uint32_t nid, uint64_t data, uint64_t sub)
{
	if (subs->next_index == 0)
		subs->next_index = FIRST_INDEX;
	if (nid < 32)
		nid |= subs->next_index++ << 5;
	pb_nodes_add(
		&subs->nodes,
		(struct pb_node_entry){ .nid = nid, .data = data, .sub = sub });
	return nid;
}

uint32_t
pb_hnid_of(struct pb_heap *heap, struct pb_subs *subs, const uint8_t *bytes,
	   size_t len)
{
	if (len <= pb_heap_max(heap->ndb))
		return pb_heap_add(heap, bytes, len);
	return pb_subs_add(subs, NID_TYPE_LTP,
			   pb_data_of(heap->ndb, bytes, len), 0);
}

/* [MS-PST] 2.3.3.5 PtypObject: the subnode and its size, on the heap. */
static uint32_t
object_hid(struct pb_heap *heap, uint32_t nid, size_t len)
{
	uint8_t object[8];

	pb_put(object, 4, nid);
	pb_put(object + 4, 4, len);
	return pb_heap_add(heap, object, sizeof(object));
}

uint32_t
pb_hnid_of_prop(struct pb_heap *heap, struct pb_subs *subs,
		const struct pb_props *props, const struct pb_prop *prop)
{
	if (prop->form == PB_FORM_HNID)
		return prop->hnid;
	if (prop->form == PB_FORM_NODE) {
		const uint32_t nid =
			pb_subs_add(subs, prop->nid, prop->data, prop->sub);

		return prop->type == PB_OBJECT
			       ? object_hid(heap, nid, prop->len)
			       : nid;
	}
	return pb_hnid_of(heap, subs, pb_prop_bytes(props, prop), prop->len);
}

/* Inline when the type says so ([MS-PST] 2.3.3.3). */
static uint32_t
value_of(struct pb_heap *heap, struct pb_subs *subs,
	 const struct pb_props *props, const struct pb_prop *prop)
{
	const unsigned size = pb_type_size(prop->type);

	if (prop->form == PB_FORM_VALUE && size > 0 && size <= 4)
		return (uint32_t)pb_get(pb_prop_bytes(props, prop),
					prop->len < 4 ? (unsigned)prop->len
						      : 4);
	return pb_hnid_of_prop(heap, subs, props, prop);
}

static int
prop_order(const void *a, const void *b)
{
	const struct pb_prop *x = a;
	const struct pb_prop *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

uint64_t
pb_pc_write(struct pb_heap *heap, struct pb_ndb *ndb, struct pb_props *props,
	    struct pb_subs *subs, unsigned bth_max)
{
	uint8_t header[8];
	struct pb_buf records = { 0 };
	uint32_t hid;

	pb_heap_begin(heap, ndb, PB_SIGNATURE_PC);
	hid = pb_heap_reserve(heap, sizeof(header));
	if (props->count > 1)
		qsort(props->items, props->count, sizeof(*props->items),
		      prop_order);
	for (size_t i = 0; i < props->count; i++) {
		const struct pb_prop *prop = &props->items[i];
		const uint32_t value = value_of(heap, subs, props, prop);

		pb_buf_int(&records, 2, prop->id);
		pb_buf_int(&records, 2, prop->type);
		pb_buf_int(&records, 4, value);
	}
	pb_bth_write(heap, header, records.data, props->count, 2, 6, bth_max);
	memcpy(pb_heap_reserved(heap, hid), header, sizeof(header));
	pb_buf_free(&records);
	return pb_heap_end(heap, hid);
}
