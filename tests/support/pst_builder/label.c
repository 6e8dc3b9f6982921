/* Nodes by the names that a recipe gives them */
#include <stdlib.h>
#include <string.h>

#include "builder.h"

void
pb_label_add(struct pb *pb, const char *name, uint32_t nid)
{
	struct pb_labels *labels = &pb->labels;

	labels->items = pb_grow(labels->items, labels->count, &labels->size,
				sizeof(*labels->items));
	labels->items[labels->count].name = pb_copy_text(name, strlen(name));
	labels->items[labels->count].nid = nid;
	labels->count++;
}

uint32_t
pb_nid_of(const struct pb *pb, const struct pb_stmt *stmt, const char *text)
{
	uint64_t nid;

	if (text[0] == '@') {
		for (size_t i = 0; i < pb->labels.count; i++) {
			if (strcmp(pb->labels.items[i].name, text + 1) == 0)
				return pb->labels.items[i].nid;
		}
		pb_die_at(stmt, "no label \"%s\" so far", text + 1);
	}
	if (!pb_number_parse(text, &nid) || nid > UINT32_MAX)
		pb_die_at(stmt, "\"%s\" is neither NID nor @label", text);
	return (uint32_t)nid;
}

uint32_t
pb_nid_at(const struct pb *pb, const struct pb_stmt *stmt, size_t i)
{
	return pb_nid_of(pb, stmt, pb_text_at(stmt, i));
}
