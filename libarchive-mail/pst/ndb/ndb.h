/* [MS-PST] 2.2 the node database, as the layers above see it.
 *
 * header -> node B-tree (NBT) and block B-tree (BBT) -> blocks, data trees,
 * subnode trees. One am_ndb belongs to one thread; open the file again for
 * another. Memory does not grow with the file: lookups are binary searches on
 * the pages, through a small page cache. */
#ifndef AM_PST_NDB_NDB_H
#define AM_PST_NDB_NDB_H

#include "base/report.h"
#include "io/source.h"
#include "io/stream.h"
#include "mapi/types.h"
#include "pst/ndb/btree_iter.h"

/* [MS-PST] 2.2.2.1 NID: the type is in the low five bits. */
enum am_nid_type {
	AM_NID_TYPE_HID = 0x00,
	AM_NID_TYPE_INTERNAL = 0x01,
	AM_NID_TYPE_FOLDER = 0x02,
	AM_NID_TYPE_SEARCH_FOLDER = 0x03,
	AM_NID_TYPE_MESSAGE = 0x04,
	AM_NID_TYPE_ATTACHMENT = 0x05,
	AM_NID_TYPE_ASSOC_MESSAGE = 0x08,
	AM_NID_TYPE_HIERARCHY_TABLE = 0x0d,
	AM_NID_TYPE_CONTENTS_TABLE = 0x0e,
	AM_NID_TYPE_ASSOC_CONTENTS_TABLE = 0x0f,
	AM_NID_TYPE_SEARCH_CONTENTS_TABLE = 0x10,
	AM_NID_TYPE_ATTACHMENT_TABLE = 0x11,
	AM_NID_TYPE_RECIPIENT_TABLE = 0x12,
	AM_NID_TYPE_LTP = 0x1f
};

enum {
	AM_NID_MESSAGE_STORE = 0x21,
	AM_NID_NAME_TO_ID_MAP = 0x61,
	AM_NID_ROOT_FOLDER = 0x122,
	AM_NID_RECEIVE_FOLDER_TABLE = 0x62b,
	AM_NID_ATTACHMENT_TABLE = 0x671,
	AM_NID_RECIPIENT_TABLE = 0x692
};

static inline unsigned
am_nid_type(uint32_t nid)
{
	return nid & 0x1f;
}

/* The companion of a folder, such as its contents table. */
static inline uint32_t
am_nid_of_type(uint32_t nid, enum am_nid_type type)
{
	return (nid & ~(uint32_t)0x1f) | (uint32_t)type;
}

struct am_ndb;

/* Zero is the default everywhere. */
struct am_ndb_options {
	unsigned max_btree_depth; /* levels of NBT and BBT; 0: 8 */
};

enum am_ndb_variant { AM_NDB_ANSI, AM_NDB_UNICODE, AM_NDB_4K };
enum am_ndb_crypt {
	AM_NDB_CRYPT_NONE,
	AM_NDB_CRYPT_PERMUTE,
	AM_NDB_CRYPT_CYCLIC
};

/* What the header says, after the cross-checks (pst-format 0, 2.3). */
struct am_ndb_info {
	enum am_ndb_variant variant;
	enum am_ndb_crypt crypt;
	unsigned version; /* wVer */
	char client[3]; /* wMagicClient as text: "SM" PST, "SO" OST, "AB" PAB */
	uint64_t file_size;   /* bytes, real */
	uint64_t file_eof;    /* ibFileEof */
	uint32_t unique;      /* dwUnique: bumped at each write of the header */
	bool amap_valid;      /* fAMapValid */
	uint8_t identity[32]; /* SHA-256 of the header's bytes */
};

/* Opens the node database in source, which must outlive it. report (may be
 * NULL) gets the findings about header and pages; it must outlive it too.
 * ndb_out: caller closes with am_ndb_close. AM_UNSUPPORTED with a sentence
 * that names what the file is instead (empty, all zeros, .msg, zip, .olm,
 * mbox, text ...) or why it cannot be read (WIP-protected); AM_CORRUPT when
 * the header is not usable; AM_IO, AM_NOMEM. */
enum am_status
am_ndb_open(struct am_source *source, const struct am_ndb_options *options,
	    struct am_report *report, struct am_ndb **ndb_out,
	    struct am_error *err);

/* NULL is fine. */
void am_ndb_close(struct am_ndb *ndb);

const struct am_ndb_info *am_ndb_info(const struct am_ndb *ndb);

/* From now on findings about blocks go here (the message at hand); NULL: to
 * the report given at open. Findings about the header and B-tree pages always
 * go to the latter, so that they do not depend on what was read before. */
void am_ndb_set_report(struct am_ndb *ndb, struct am_report *report);
struct am_report *am_ndb_report(const struct am_ndb *ndb);

/* [MS-PST] 2.2.2.7.7.4 NBTENTRY, or a subnode's SLENTRY (nid_parent is 0). */
struct am_node {
	uint32_t nid;
	uint32_t nid_parent;
	uint64_t bid_data; /* 0: no data */
	uint64_t bid_sub;  /* 0: no subnodes */
};

/* AM_NOT_FOUND, AM_CORRUPT (a page on the way is unreadable), AM_IO. */
enum am_status am_node_find(struct am_ndb *ndb, uint32_t nid,
			    struct am_node *node_out, struct am_error *err);

/* All nodes of the NBT in tree order, each once. Zero-initialise the iterator.
 * The first call of all walks over both B-trees, so that every damaged page
 * becomes a finding then; an unreadable one is passed over. AM_END at the end;
 * AM_CORRUPT (once, at the first call) when not one leaf is readable. */
struct am_node_iter {
	/* private */
	struct am_btree_iter leaves;
	struct am_bref leaf; /* at hand */
	unsigned next;	     /* its entry to give */
	unsigned count;
	bool is_disordered; /* entries may be there twice */
	bool is_over;
};
enum am_status am_node_next(struct am_ndb *ndb, struct am_node_iter *iter,
			    struct am_node *node_out, struct am_error *err);

/* How many pages the iterator had to pass over: what they held is not known.
 */
static inline uint64_t
am_node_iter_lost(const struct am_node_iter *iter)
{
	return iter->leaves.lost;
}

/* [MS-PST] 2.2.2.8.3.3 subnode trees. bid_sub 0: AM_NOT_FOUND. */
enum am_status
am_subnode_find(struct am_ndb *ndb, uint64_t bid_sub, uint32_t nid,
		struct am_node *node_out, struct am_error *err);

/* All entries of a subnode tree, in order; node_out in the arena. What cannot
 * be read is a finding, the rest is given. AM_LIMIT beyond
 * AM_SUBNODE_MAX_COUNT. */
enum { AM_SUBNODE_MAX_COUNT = 100000 };
enum am_status
am_subnode_list(struct am_ndb *ndb, uint64_t bid_sub, struct am_arena *arena,
		struct am_node **nodes_out, size_t *count_out,
		struct am_error *err);

/* [MS-PST] 2.2.2.8.3.2 the data of a node: one block, or the blocks of a data
 * tree, in order. The handle lives in the arena and keeps a few blocks. */
struct am_data;

/* bid 0: no data, zero blocks. AM_CORRUPT when the tree's own blocks are
 * unreadable; external blocks are read when asked for. */
enum am_status
am_data_open(struct am_ndb *ndb, uint64_t bid, struct am_arena *arena,
	     struct am_data **data_out, struct am_error *err);

size_t am_data_block_count(const struct am_data *data);

/* Payload bytes: of the single block, or lcbTotal (a hint, not checked). */
uint64_t am_data_size(const struct am_data *data);

/* The same without opening it. */
enum am_status am_data_find_size(struct am_ndb *ndb, uint64_t bid,
				 uint64_t *size_out, struct am_error *err);

/* The decoded payload of one block. Borrowed until AM_DATA_KEPT_BLOCKS other
 * blocks of this data were asked for. AM_NOT_FOUND (index, or the BID is not
 * in the BBT), AM_CORRUPT (out of the file, bad inflate), AM_IO. A wrong CRC,
 * signature or BID in the trailer is a finding and the content is used. */
enum { AM_DATA_KEPT_BLOCKS = 4 };
enum am_status am_data_block(struct am_data *data, size_t index,
			     struct am_bytes *block_out, struct am_error *err);

/* The whole payload in arena; AM_LIMIT when it is longer than max. When a
 * block cannot be read: its status, and bytes_out has what is before it. */
enum am_status
am_data_read(struct am_data *data, size_t max, struct am_arena *arena,
	     struct am_bytes *bytes_out, struct am_error *err);

/* The payloads one after another. A block that cannot be read fails the
 * stream there, with its status. */
enum am_status
am_data_stream(struct am_data *data, struct am_arena *arena,
	       struct am_stream **stream_out, struct am_error *err);

#endif
