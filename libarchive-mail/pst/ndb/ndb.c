/* [MS-PST] 2.2 the node database: open and close. */
#include <inttypes.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "pst/ndb/crypt.h"
#include "pst/ndb/probe.h"
#include "pst/ndb/sniff.h"

void
am_ndb_close(struct am_ndb *ndb)
{
	size_t i;

	if (ndb == NULL)
		return;
	am_btree_close(&ndb->nbt);
	am_btree_close(&ndb->bbt);
	am_page_cache_close(ndb->pages);
	am_inflater_close(ndb->inflater);
	am_free(ndb->scratch);
	for (i = 0; i < AM_NDB_KEPT_BLOCKS; i++)
		am_free(ndb->kept_blocks[i].buffer);
	for (i = 0; i < AM_NDB_STREAM_BUFFERS; i++)
		am_free(ndb->stream_buffers[i]);
	am_free(ndb);
}

const struct am_ndb_info *
am_ndb_info(const struct am_ndb *ndb)
{
	return &ndb->info;
}

const struct am_ndb_format *
am_ndb_format_of(const struct am_ndb *ndb)
{
	return ndb->format;
}

void
am_ndb_set_report(struct am_ndb *ndb, struct am_report *report)
{
	ndb->block_report = report;
}

struct am_report *
am_ndb_report(const struct am_ndb *ndb)
{
	return ndb->block_report != NULL ? ndb->block_report : ndb->report;
}

void
am_ndb_block_finding(struct am_ndb *ndb, const char *kind,
		     const struct am_error *err)
{
	ndb->block_findings++;
	if (!ndb->quiet)
		am_report_add(am_ndb_report(ndb), kind, err);
}

static void
tree_init(struct am_ndb *ndb, struct am_btree *tree, uint8_t ptype,
	  struct am_bref root, unsigned max_depth)
{
	const size_t page_size = ndb->format->page_size;

	tree->pages = ndb->pages;
	tree->format = ndb->format;
	tree->report = ndb->report;
	tree->ptype = ptype;
	tree->root = root;
	tree->max_depth = max_depth;
	tree->max_pages = ndb->info.file_size / page_size + 1;
	tree->name = ptype == AM_PTYPE_NBT ? "NBT" : "BBT";
	/* a NID has 32 bits, whatever the width of the key; bit 0 of a BID is
	 * reserved */
	tree->key_mask = ptype == AM_PTYPE_NBT ? UINT32_MAX : ~UINT64_C(1);
}

static unsigned
depth_of(const struct am_ndb_options *options)
{
	if (options == NULL || options->max_btree_depth == 0)
		return AM_BTREE_DEFAULT_DEPTH;
	if (options->max_btree_depth > AM_BTREE_MAX_DEPTH)
		return AM_BTREE_MAX_DEPTH;
	return options->max_btree_depth;
}

/* The header's bytes; what is no PST ends here. */
static enum am_status
header_read(struct am_ndb *ndb, uint8_t buffer[AM_HEADER_MAX_SIZE],
	    struct am_bytes *raw_out, struct am_error *err)
{
	const uint64_t size = am_source_size(ndb->source);
	const size_t len =
		size < AM_HEADER_MAX_SIZE ? (size_t)size : AM_HEADER_MAX_SIZE;

	AM_TRY(am_source_read_at(ndb->source, 0, buffer, len, err));
	*raw_out = am_bytes(buffer, len);
	if (am_header_has_magic(*raw_out))
		return AM_OK;
	if (!am_header_has_crc(*raw_out))
		return am_sniff(ndb->source, err);
	am_report_note(ndb->report, "header-magic",
		       "HEADER.dwMagic is not \"!BDN\", but its checksum is "
		       "right");
	return AM_OK;
}

static void
size_check(struct am_ndb *ndb)
{
	const uint64_t real = ndb->info.file_size;
	const uint64_t said = ndb->info.file_eof;

	if (real < said)
		am_report_note(ndb->report, "file-size",
			       "the file is cut short: it has %" PRIu64
			       " bytes, ROOT.ibFileEof is %" PRIu64,
			       real, said);
	else if (real > said)
		am_report_note(ndb->report, "file-size",
			       "the file has %" PRIu64 " bytes, ROOT.ibFileEof "
			       "is %" PRIu64 ": what is behind is not read as "
			       "such",
			       real, said);
}

static enum am_status
info_fill(struct am_ndb *ndb, const struct am_header *header,
	  struct am_bytes raw, struct am_error *err)
{
	struct am_ndb_info *info = &ndb->info;
	struct am_bytes bytes = raw;

	info->variant = ndb->format->variant;
	info->version = header->version;
	memcpy(info->client, header->client, sizeof(info->client));
	info->file_size = am_source_size(ndb->source);
	info->file_eof = header->file_eof;
	info->unique = header->unique;
	info->amap_valid = header->amap_valid != 0;
	(void)am_slice(raw, 0, ndb->format->header.size, &bytes);
	if (am_sha256(bytes, info->identity) != AM_OK)
		return am_nomem(err);
	return AM_OK;
}

static enum am_status
header_open(struct am_ndb *ndb, struct am_header *header, struct am_error *err)
{
	uint8_t buffer[AM_HEADER_MAX_SIZE];
	enum am_ndb_variant variant;
	struct am_bytes raw;

	AM_TRY(header_read(ndb, buffer, &raw, err));
	AM_TRY(am_probe_variant(ndb->source, raw, &variant, err));
	ndb->format = am_ndb_format(variant);
	AM_TRY(am_header_decode(ndb->format, raw, header, err));
	if (variant != am_header_variant(raw))
		am_report_note(ndb->report, "header-version",
			       "HEADER.wVer is %u, but the pages are those of "
			       "the variant %s",
			       header->version, ndb->format->name);
	am_header_check(ndb->format, raw, ndb->report);
	AM_TRY(info_fill(ndb, header, raw, err));
	size_check(ndb);
	return AM_OK;
}

/* HEADER.bCryptMethod, or what the file shows it should have been. */
static enum am_status
crypt_open(struct am_ndb *ndb, uint8_t method, struct am_error *err)
{
	static const char *const names[] = { "none", "permute", "cyclic" };
	enum am_ndb_crypt declared = AM_NDB_CRYPT_NONE;
	enum am_ndb_crypt crypt;

	if (method <= AM_NDB_CRYPT_CYCLIC)
		declared = (enum am_ndb_crypt)method;
	if (method == AM_NDB_CRYPT_EDP)
		return am_fail(err, AM_UNSUPPORTED,
			       "the file is protected by Windows Information "
			       "Protection; its keys are not in it: copy the "
			       "mail to an unprotected .pst on that computer");
	AM_TRY(am_probe_crypt(ndb, declared, &crypt, err));
	if (method != (uint8_t)crypt)
		am_report_note(ndb->report, "header-crypt",
			       "HEADER.bCryptMethod is %#x, the blocks are "
			       "read as encoded with %s",
			       method, names[crypt]);
	ndb->info.crypt = crypt;
	return AM_OK;
}

static enum am_status
ndb_init(struct am_ndb *ndb, const struct am_ndb_options *options,
	 struct am_error *err)
{
	const unsigned max_depth = depth_of(options);
	struct am_header header;

	AM_TRY(header_open(ndb, &header, err));
	ndb->pages = am_page_cache_open(ndb->format, ndb->source, ndb->report);
	if (ndb->pages == NULL)
		return am_nomem(err);
	tree_init(ndb, &ndb->nbt, AM_PTYPE_NBT, header.nbt, max_depth);
	tree_init(ndb, &ndb->bbt, AM_PTYPE_BBT, header.bbt, max_depth);
	return crypt_open(ndb, header.crypt, err);
}

enum am_status
am_ndb_open(struct am_source *source, const struct am_ndb_options *options,
	    struct am_report *report, struct am_ndb **ndb_out,
	    struct am_error *err)
{
	struct am_ndb *ndb = am_alloc(sizeof(*ndb));
	enum am_status status;

	if (ndb == NULL)
		return am_nomem(err);
	ndb->source = source;
	ndb->report = report;
	status = ndb_init(ndb, options, err);
	if (status != AM_OK) {
		am_ndb_close(ndb);
		return status;
	}
	*ndb_out = ndb;
	return AM_OK;
}
