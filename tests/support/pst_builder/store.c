/* [MS-PST] 2.4.3 Message store, and the nodes every file has (2.7). */
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "value.h"

static const struct pb_stmt *
setting(const struct pb *pb, const char *keyword)
{
	for (const struct pb_stmt *s = pb->recipe; s != NULL; s = s->next) {
		if (pb_stmt_is(s, keyword))
			return s;
	}
	return NULL;
}

static const char *
store_name(const struct pb *pb)
{
	const struct pb_stmt *name = setting(pb, "store-name");

	return name != NULL ? pb_text_at(name, 1) : "Personal Folders";
}

/* From the name, unless the recipe gives one: the same recipe, the same
 * file. */
void
pb_store_begin(struct pb *pb)
{
	const struct pb_stmt *key = setting(pb, "record-key");
	const char *name = store_name(pb);
	struct pb_buf bytes = { 0 };
	struct pb_rng rng = pb_rng(pb_crc((const uint8_t *)name, strlen(name)));

	pb_rng_fill(&rng, pb->record_key, sizeof(pb->record_key));
	if (key == NULL)
		return;
	pb_value_add(pb, key, 1, PB_GUID, &pb->strings, &bytes);
	memcpy(pb->record_key, bytes.data, sizeof(pb->record_key));
	pb_buf_free(&bytes);
}

void
pb_entry_id(const struct pb *pb, uint32_t nid, uint8_t out[24])
{
	memset(out, 0, 4);
	memcpy(out + 4, pb->record_key, 16);
	pb_put(out + 20, 4, nid);
}

void
pb_node_write(struct pb *pb, uint32_t nid, uint32_t parent,
	      struct pb_props *props)
{
	struct pb_subs subs = { 0 };
	const uint64_t data =
		pb_pc_write(&pb->heap, &pb->ndb, props, &subs, pb->bth_max);

	pb_ndb_add_node(&pb->ndb, nid, parent, data,
			pb_subnodes_write(&pb->ndb, &subs.nodes));
	free(subs.nodes.items);
}

/* Where the store says its folders are, and the bit of PidTagValidFolderMask
 * for each. */
static const struct {
	const char *role;
	uint16_t id;
	uint8_t mask;
} roots[] = {
	{ "outbox", 0x35E2, 0x04 },
	{ "deleted", 0x35E3, 0x08 },
	{ "sent", 0x35E4, 0x10 },
	{ "finder", 0x35E7, 0x80 },
};

static void
root_set(struct pb *pb, struct pb_props *props, uint16_t id, uint32_t nid)
{
	uint8_t entry_id[24];

	pb_entry_id(pb, nid, entry_id);
	pb_props_set(props, id, PB_BINARY, entry_id, sizeof(entry_id));
}

static void
roots_set(struct pb *pb, struct pb_props *props)
{
	uint32_t mask = pb_folder_with_role(pb, "inbox") != NULL ? 2 : 0;

	if (setting(pb, "no-ipm-subtree") == NULL) {
		mask |= 1;
		root_set(pb, props, 0x35E0, PB_NID_IPM_SUBTREE);
	}
	for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++) {
		const struct pb_folder *folder =
			pb_folder_with_role(pb, roots[i].role);

		if (folder == NULL)
			continue;
		mask |= roots[i].mask;
		root_set(pb, props, roots[i].id, folder->nid);
	}
	pb_props_set_int(props, 0x35DF, PB_I32, mask);
}

/* [MS-PST] 2.4.3.3: a CRC of the password's bytes. */
static uint32_t
password_crc(const struct pb *pb)
{
	const struct pb_stmt *password = setting(pb, "password");
	struct pb_buf bytes = { 0 };
	uint32_t crc;

	if (password == NULL)
		return 0;
	pb_strings_add(
		&(struct pb_strings){ .type = PB_STRING8,
				      .code_page = pb->strings.code_page },
		&bytes, pb_text_at(password, 1), pb_word_at(password, 1)->len);
	crc = pb_crc(bytes.data, bytes.len);
	pb_buf_free(&bytes);
	return crc;
}

static void
store_pc_write(struct pb *pb)
{
	const struct pb_stmt *store = setting(pb, "store");
	struct pb_props props = { .strings = pb->strings };

	pb_props_set(&props, 0x0FF9, PB_BINARY, pb->record_key,
		     sizeof(pb->record_key));
	pb_props_set_string(&props, 0x3001, store_name(pb));
	pb_props_set_int(&props, 0x0E38, PB_I32, 0);
	roots_set(pb, &props);
	pb_props_set_int(&props, 0x6633, PB_BOOL, 1);
	pb_props_set_int(&props, 0x66FA, PB_I32, 0x000E0011);
	pb_props_set_int(&props, 0x67FF, PB_I32, password_crc(pb));
	for (const struct pb_stmt *s = store != NULL ? store->children : NULL;
	     s != NULL; s = s->next) {
		if (!pb_props_apply(pb, s, &props))
			pb_die_at(s, "is nothing for the store");
	}
	pb_node_write(pb, PB_NID_STORE, 0, &props);
	pb_props_free(&props);
}

static void
receive_row_add(struct pb *pb, struct pb_tc *tc, uint32_t row_id,
		const char *class, uint32_t nid)
{
	struct pb_props props = { .strings = pb->strings };

	pb_props_set_string(&props, 0x001A, class);
	pb_props_set_int(&props, 0x6605, PB_I32, nid);
	pb_tc_add(tc, row_id, &props);
	pb_props_free(&props);
}

/* [MS-PST] 2.4.1: without an Inbox all of them point to the root, as in
 * archives. */
static void
receive_folders_write(struct pb *pb)
{
	static const char *const classes[] = { "", "IPM", "REPORT.IPM",
					       "IPM.Note" };
	const struct pb_folder *inbox = pb_folder_with_role(pb, "inbox");
	const uint32_t nid = inbox != NULL ? inbox->nid : PB_NID_ROOT;
	struct pb_tc tc = { 0 };
	uint64_t data;
	uint64_t sub;

	pb_tc_begin(&tc, &pb->ndb, &pb->columns[PB_TABLE_RECEIVE]);
	for (uint32_t i = 0; i < 4; i++)
		receive_row_add(pb, &tc, i + 1, classes[i],
				i == 0 ? PB_NID_ROOT : nid);
	data = pb_tc_end(&tc, pb->bth_max, &sub);
	pb_ndb_add_node(&pb->ndb, PB_NID_RECEIVE_FOLDERS, 0, data, sub);
	pb_tc_free(&tc);
}

static const struct {
	uint32_t nid;
	enum pb_table table;
} templates[] = {
	{ 0x60D, PB_TABLE_HIERARCHY },	 { 0x60E, PB_TABLE_CONTENTS },
	{ 0x60F, PB_TABLE_ASSOC },	 { 0x610, PB_TABLE_SEARCH },
	{ 0x671, PB_TABLE_ATTACHMENTS }, { 0x692, PB_TABLE_RECIPIENTS },
	{ 0x64C, PB_TABLE_OUTGOING },
};

/* Queues without data. */
static const uint32_t empty_nodes[] = { 0x1E1, 0x201, 0x261 };

static void
templates_write(struct pb *pb)
{
	for (size_t i = 0; i < sizeof(templates) / sizeof(*templates); i++)
		pb_table_write_empty(pb, templates[i].nid, templates[i].table);
	for (size_t i = 0; i < sizeof(empty_nodes) / sizeof(*empty_nodes); i++)
		pb_ndb_add_node(&pb->ndb, empty_nodes[i], 0, 0, 0);
}

void
pb_store_write(struct pb *pb)
{
	if (setting(pb, "no-store") == NULL)
		store_pc_write(pb);
	if (setting(pb, "no-name-map") == NULL)
		pb_names_write(pb);
	if (!pb->minimal || pb_folder_with_role(pb, "inbox") != NULL)
		receive_folders_write(pb);
	if (!pb->minimal)
		templates_write(pb);
}
