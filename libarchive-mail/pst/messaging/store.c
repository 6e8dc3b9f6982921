/* [MS-PST] 2.4.3 Message Store. */
#include "base/alloc.h"
#include "base/cursor.h"
#include "pst/messaging/codepage.h"

enum {
	/* bytes: the properties of the store and the name-to-id map */
	STORE_ARENA_LIMIT = 32 << 20,
	FINDING_ARENA_LIMIT = 1 << 20,
	ENTRYID_SIZE = 24
};

void
am_store_note(struct am_report *report, const char *kind, uint32_t nid,
	      const struct am_error *err)
{
	struct am_error placed = *err;

	if (placed.nid == 0)
		placed.nid = nid;
	am_report_add(report, kind, &placed);
}

enum am_status
am_store_pass(struct am_error *err, const struct am_error *cause)
{
	if (err != NULL)
		*err = *cause;
	return cause->status;
}

static const char *
format_name(enum am_ndb_variant variant)
{
	static const char *const names[] = { [AM_NDB_ANSI] = "ANSI",
					     [AM_NDB_UNICODE] = "Unicode",
					     [AM_NDB_4K] = "4K" };

	return names[variant];
}

static const char *
encoding_name(enum am_ndb_crypt crypt)
{
	static const char *const names[] = { [AM_NDB_CRYPT_NONE] = "none",
					     [AM_NDB_CRYPT_PERMUTE] = "permute",
					     [AM_NDB_CRYPT_CYCLIC] = "cyclic" };

	return names[crypt];
}

static const char *
client_name(const char *client)
{
	if (strcmp(client, "SO") == 0)
		return "OST";
	if (strcmp(client, "AB") == 0)
		return "PAB";
	return "PST";
}

static void
info_from_header(struct am_store_info *info, const struct am_ndb_info *header)
{
	info->format = format_name(header->variant);
	info->client = client_name(header->client);
	info->encoding = encoding_name(header->crypt);
	info->version = header->version;
	info->file_size = header->file_size;
	info->logical_size = header->file_eof;
	memcpy(info->header_sha256, header->identity,
	       sizeof(info->header_sha256));
	info->display_name = "";
}

/* What the caller asked for, else what the store says, else (ANSI: the names
 * of folders are 8-bit) what its messages say. */
static enum am_status
codepage_choose(struct am_store *store, unsigned option, struct am_error *err)
{
	unsigned *codepage = &store->info.codepage;

	store->codepage_forced = option;
	*codepage = option != 0 ? option : store->codepage_store;
	if (*codepage == 0 && am_ndb_info(store->ndb)->variant == AM_NDB_ANSI)
		AM_TRY(am_codepage_sample(store->ndb, codepage, err));
	if (*codepage == 0)
		*codepage = AM_CP_1252;
	return AM_OK;
}

/* An OST has no password; all bits are set there. */
static bool
password_is_set(const struct am_store *store)
{
	const uint32_t crc =
		(uint32_t)am_pc_int(store->pc, AM_PID_PST_PASSWORD, 0);

	return crc != 0 &&
	       !(crc == UINT32_MAX && strcmp(store->info.client, "OST") == 0);
}

static enum am_status
record_key_read(struct am_store *store, struct am_error *err)
{
	struct am_store_info *info = &store->info;
	struct am_bytes key;

	AM_TRY(am_pc_bytes(store->pc, AM_PID_RECORD_KEY, &store->arena, &key,
			   err));
	if (key.len != sizeof(info->record_key))
		return AM_OK;
	memcpy(info->record_key, key.data, sizeof(info->record_key));
	info->has_record_key = true;
	return AM_OK;
}

/* Opens the PC of the store. Without it a store is still a store full of
 * messages. */
static enum am_status
pc_open(struct am_store *store, struct am_error *err)
{
	struct am_error cause = { 0 };
	struct am_node node;
	enum am_status status;

	status = am_node_find(store->ndb, AM_NID_MESSAGE_STORE, &node, &cause);
	if (status == AM_OK)
		status = am_pc_open(store->ndb, &node, &store->arena,
				    &store->pc, &cause);
	if (status == AM_OK)
		return AM_OK;
	store->pc = NULL;
	if (!am_is_item_scoped(status))
		return am_store_pass(err, &cause);
	am_store_note(&store->findings, "store", AM_NID_MESSAGE_STORE, &cause);
	return AM_OK;
}

static enum am_status
properties_read(struct am_store *store, struct am_error *err)
{
	struct am_store_info *info = &store->info;
	struct am_text name;

	info->password = password_is_set(store);
	AM_TRY(record_key_read(store, err));
	AM_TRY(am_pc_text(store->pc, AM_PID_DISPLAY_NAME, info->codepage,
			  &store->arena, &name, err));
	if (name.data != NULL)
		info->display_name = name.data;
	return AM_OK;
}

static enum am_status
store_read(struct am_store *store, unsigned codepage, struct am_error *err)
{
	info_from_header(&store->info, am_ndb_info(store->ndb));
	AM_TRY(pc_open(store, err));
	if (store->pc != NULL)
		store->codepage_store = am_codepage_usable(
			am_pc_int(store->pc, AM_PID_CODE_PAGE_ID, 0));
	AM_TRY(codepage_choose(store, codepage, err));
	if (store->pc != NULL)
		AM_TRY(properties_read(store, err));
	return am_named_open(store->ndb, &store->arena, &store->named, err);
}

enum am_status
am_store_open_source(struct am_source *source,
		     const struct am_store_options *options,
		     struct am_store **store_out, struct am_error *err)
{
	struct am_ndb_options ndb_options = { 0 };
	struct am_store *store = am_alloc(sizeof(*store));
	unsigned codepage = 0;
	enum am_status status;

	if (store == NULL) {
		am_source_close(source);
		return am_nomem(err);
	}
	store->source = source;
	store->arena.limit = STORE_ARENA_LIMIT;
	store->finding_arena.limit = FINDING_ARENA_LIMIT;
	store->findings.arena = &store->finding_arena;
	store->report = &store->findings;
	if (options != NULL) {
		ndb_options.max_btree_depth = options->max_btree_depth;
		codepage = am_codepage_usable(options->codepage);
	}
	status = am_ndb_open(source, &ndb_options, &store->findings,
			     &store->ndb, err);
	if (status == AM_OK)
		status = store_read(store, codepage, err);
	if (status == AM_OK)
		*store_out = store;
	else
		am_store_close(store);
	return status;
}

enum am_status
am_store_open(const char *path, const struct am_store_options *options,
	      struct am_store **store_out, struct am_error *err)
{
	struct am_source *source;

	AM_TRY(am_source_open(path, &source, err));
	return am_store_open_source(source, options, store_out, err);
}

void
am_store_close(struct am_store *store)
{
	if (store == NULL)
		return;
	am_folder_list_close(store->folders);
	am_search_list_close(store->searches);
	am_ndb_close(store->ndb);
	am_source_close(store->source);
	am_arena_free(&store->arena);
	am_arena_free(&store->finding_arena);
	am_free(store);
}

const struct am_store_info *
am_store_info(const struct am_store *store)
{
	return &store->info;
}

const char *
am_store_finding(const struct am_store *store, size_t i)
{
	const struct am_finding *finding = store->findings.first;

	while (finding != NULL && i > 0) {
		finding = finding->next;
		i--;
	}
	return finding != NULL ? finding->text : NULL;
}

uint64_t
am_store_finding_count(const struct am_store *store)
{
	return store->findings.count;
}

uint64_t
am_store_read_failures(const struct am_store *store)
{
	return am_source_failures(store->source);
}

struct am_ndb *
am_store_ndb(const struct am_store *store)
{
	return store->ndb;
}

void
am_store_set_report(struct am_store *store, struct am_report *report)
{
	store->report = report != NULL ? report : &store->findings;
	am_ndb_set_report(store->ndb, report);
}

struct am_report *
am_store_report(const struct am_store *store)
{
	return store->report;
}

uint16_t
am_store_named(const struct am_store *store, enum am_guid_set set, uint32_t lid)
{
	return am_named_find(store->named, set, lid);
}

uint16_t
am_store_named_text(const struct am_store *store, enum am_guid_set set,
		    const char *name)
{
	return am_named_find_text(store->named, set, name);
}

const struct am_named_map *
am_store_named_map(const struct am_store *store)
{
	return store->named;
}

uint32_t
am_store_entryid_nid(const struct am_store *store, struct am_bytes entryid)
{
	const struct am_store_info *info = &store->info;
	struct am_cursor cur = am_cursor(entryid);
	struct am_bytes uid;
	uint32_t nid;

	am_skip(&cur, 4); /* rgbFlags */
	uid = am_take(&cur, sizeof(info->record_key));
	nid = am_u32(&cur);
	if (!am_cursor_ok(&cur) || entryid.len != ENTRYID_SIZE ||
	    !info->has_record_key ||
	    !am_bytes_equal(
		    uid, am_bytes(info->record_key, sizeof(info->record_key))))
		return 0;
	return nid;
}
