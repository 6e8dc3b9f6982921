/* The columns Outlook gives its tables ([MS-PST] 2.4.4.4 to 2.4.6.1). */
#include "builder.h"

static const uint32_t hierarchy[] = {
	0x0E300102, 0x0E330014, 0x0E340102, 0x0E380003, 0x3001001F,
	0x36020003, 0x36030003, 0x360A000B, 0x3613001F, 0x66350003,
	0x66360003, 0x67F20003, 0x67F30003, 0,
};

static const uint32_t contents[] = {
	0x00170003, 0x001A001F, 0x00360003, 0x0037001F, 0x00390040, 0x0042001F,
	0x0057000B, 0x0058000B, 0x0070001F, 0x00710102, 0x0E03001F, 0x0E04001F,
	0x0E060040, 0x0E070003, 0x0E080003, 0x0E170003, 0x0E300102, 0x0E330014,
	0x0E340102, 0x0E380003, 0x0E3C0102, 0x0E3D0102, 0x10970003, 0x30080040,
	0x30130102, 0x65C60003, 0x67F20003, 0x67F30003, 0,
};

static const uint32_t assoc[] = {
	0x001A001F, 0x0E070003, 0x0E170003, 0x3001001F, 0x67F20003, 0x67F30003,
	0x6800001F, 0x6803000B, 0x68051003, 0x682F001F, 0x70030003, 0x70040102,
	0x70050102, 0x70060102, 0x70070003, 0,
};

/* As contents, and where each message really lies. */
static const uint32_t search[] = {
	0x00170003, 0x001A001F, 0x00360003, 0x0037001F, 0x00390040, 0x0042001F,
	0x0057000B, 0x0058000B, 0x0070001F, 0x00710102, 0x0E03001F, 0x0E04001F,
	0x0E05001F, 0x0E060040, 0x0E070003, 0x0E080003, 0x0E170003, 0x0E2A000B,
	0x30080040, 0x67F10003, 0x67F20003, 0x67F30003, 0,
};

static const uint32_t attachments[] = {
	0x0E200003, 0x3704001F, 0x37050003, 0x370B0003,
	0x67F20003, 0x67F30003, 0,
};

static const uint32_t recipients[] = {
	0x0C150003, 0x0E0F000B, 0x0FF90102, 0x0FFE0003, 0x0FFF0102, 0x3001001F,
	0x3002001F, 0x3003001F, 0x300B0102, 0x39000003, 0x39FE001F, 0x39FF001F,
	0x3A40000B, 0x67F20003, 0x67F30003, 0,
};

static const uint32_t receive[] = {
	0x001A001F, 0x66050003, 0x67F20003, 0x67F30003, 0,
};

static const uint32_t outgoing[] = {
	0x00390040, 0x0E100003, 0x0E140003, 0x67F20003, 0x67F30003, 0,
};

void
pb_columns_init(struct pb *pb)
{
	static const uint32_t *const tags[PB_TABLES] = {
		[PB_TABLE_HIERARCHY] = hierarchy,
		[PB_TABLE_CONTENTS] = contents,
		[PB_TABLE_ASSOC] = assoc,
		[PB_TABLE_SEARCH] = search,
		[PB_TABLE_ATTACHMENTS] = attachments,
		[PB_TABLE_RECIPIENTS] = recipients,
		[PB_TABLE_RECEIVE] = receive,
		[PB_TABLE_OUTGOING] = outgoing,
	};

	for (int i = 0; i < PB_TABLES; i++)
		pb_columns_make(&pb->columns[i], tags[i], pb->strings.type);
}

void
pb_table_write_empty(struct pb *pb, uint32_t nid, enum pb_table table)
{
	struct pb_tc tc = { 0 };
	uint64_t sub;
	uint64_t data;

	pb_tc_begin(&tc, &pb->ndb, &pb->columns[table]);
	data = pb_tc_end(&tc, pb->bth_max, &sub);
	pb_ndb_add_node(&pb->ndb, nid, 0, data, sub);
	pb_tc_free(&tc);
}
