/* The state of one run, known to everything above the LTP layer. */
#ifndef PB_BUILDER_H
#define PB_BUILDER_H

#include "recipe.h"
#include "tc.h"

/* [MS-PST] 2.4.1 special NIDs, and those Outlook gives its own folders. */
enum pb_nid {
	PB_NID_STORE = 0x21,
	PB_NID_NAMES = 0x61,
	PB_NID_ROOT = 0x122,
	PB_NID_RECEIVE_FOLDERS = 0x62B,
	PB_NID_OUTGOING_QUEUE = 0x64C,
	PB_NID_ATTACHMENTS = 0x671,
	PB_NID_RECIPIENTS = 0x692,
	PB_NID_SPAM_SEARCH = 0x2223,
	PB_NID_IPM_SUBTREE = 0x8022,
	PB_NID_SEARCH_ROOT = 0x8042,
	PB_NID_DELETED = 0x8062,
};

enum pb_nid_type {
	PB_TYPE_INTERNAL = 0x01,
	PB_TYPE_FOLDER = 0x02,
	PB_TYPE_SEARCH_FOLDER = 0x03,
	PB_TYPE_MESSAGE = 0x04,
	PB_TYPE_ATTACHMENT = 0x05,
	PB_TYPE_ASSOCIATED = 0x08,
	PB_TYPE_HIERARCHY = 0x0D,
	PB_TYPE_CONTENTS = 0x0E,
	PB_TYPE_ASSOC_CONTENTS = 0x0F,
	PB_TYPE_SEARCH_CONTENTS = 0x10,
	PB_TYPE_LTP = 0x1F,
};

/* Which kind of table; also the order of the templates in store.c. */
enum pb_table {
	PB_TABLE_HIERARCHY,
	PB_TABLE_CONTENTS,
	PB_TABLE_ASSOC,
	PB_TABLE_SEARCH,
	PB_TABLE_ATTACHMENTS,
	PB_TABLE_RECIPIENTS,
	PB_TABLE_RECEIVE,
	PB_TABLE_OUTGOING,
	PB_TABLES,
};

/* A named property: its tag id is 0x8000 + its place in the list. */
struct pb_name {
	uint8_t set[16];
	char *text; /* NULL: a number */
	size_t text_len;
	uint32_t lid;
};

struct pb_names {
	struct pb_name *items;
	size_t count;
	size_t size;
};

struct pb_label {
	char *name;
	uint32_t nid;
};

struct pb_labels {
	struct pb_label *items;
	size_t count;
	size_t size;
};

struct pb_folder;

/* A message that was there once: what is left of it in the file. */
enum pb_remains {
	PB_REMAINS_BLOCKS,  /* nothing but its blocks */
	PB_REMAINS_ENTRIES, /* and its entries, behind the live ones */
	PB_REMAINS_PAGES,   /* and the pages of the trees of that time */
};

struct pb_deleted {
	struct pb_node_entry node;
	uint64_t first_bid; /* its blocks: first_bid <= BID < end_bid */
	uint64_t end_bid;
	enum pb_remains remains;
};

struct pb {
	const struct pb_stmt *recipe; /* its first statement */
	struct pb_format format;
	struct pb_ndb ndb;
	struct pb_strings strings;
	unsigned bth_max; /* most records in a BTH allocation; 0: the usual */
	bool minimal;	  /* no templates, no search folders */
	uint8_t record_key[16];
	struct pb_columns columns[PB_TABLES];
	struct pb_names names;
	struct pb_labels labels;
	struct pb_heap heap; /* memory lent to PCs */
	struct pb_folder *root;
	uint32_t next_folder; /* next free index of each type */
	uint32_t next_search_folder;
	uint32_t next_message;
	uint32_t next_associated;
	struct pb_deleted *deleted;
	size_t deleted_count;
	size_t deleted_size;
};

/* columns.c */
void pb_columns_init(struct pb *pb);
/* A table without rows, as templates are. */
void pb_table_write_empty(struct pb *pb, uint32_t nid, enum pb_table table);

/* names.c: [MS-PST] 2.4.7 */
/* set: a PS… name or a GUID, name: a number or a text, as in
 * "PSETID_Common/0x8578". Returns the property id. */
uint16_t
pb_name_id(struct pb *pb, const struct pb_stmt *stmt, const char *set_and_name);
void pb_names_begin(struct pb *pb);
void pb_names_write(struct pb *pb);
void pb_names_free(struct pb_names *names);

/* label.c: nodes by name */
void pb_label_add(struct pb *pb, const char *name, uint32_t nid);
/* "@label" or a number. */
uint32_t pb_nid_at(const struct pb *pb, const struct pb_stmt *stmt, size_t i);
uint32_t
pb_nid_of(const struct pb *pb, const struct pb_stmt *stmt, const char *text);

/* deleted.c */
void pb_deleted_add(struct pb *pb, const struct pb_deleted *deleted);
/* Before the trees are written: takes the deleted out of them. */
void pb_deleted_apply(struct pb *pb);

/* store.c */
void pb_store_begin(struct pb *pb);
void pb_store_write(struct pb *pb);
/* A 24-byte entry id of this store ([MS-PST] 2.4.3.2). */
void pb_entry_id(const struct pb *pb, uint32_t nid, uint8_t out[24]);

/* Writes a PC with its subnodes as a node of the NBT. */
void pb_node_write(struct pb *pb, uint32_t nid, uint32_t parent,
		   struct pb_props *props);

#endif
