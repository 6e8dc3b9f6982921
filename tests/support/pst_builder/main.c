/* pst_builder [--map FILE] RECIPE OUTPUT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "inspect.h"
#include "message.h"
#include "place.h"

static const char usage[] =
	"usage: pst_builder [--map FILE] RECIPE OUTPUT\n"
	"Makes a PST or OST file from a text recipe (- for standard input).\n";

static const struct pb_stmt *
setting(const struct pb *pb, const char *keyword)
{
	for (const struct pb_stmt *s = pb->recipe; s != NULL; s = s->next) {
		if (pb_stmt_is(s, keyword))
			return s;
	}
	return NULL;
}

static uint64_t
number_setting(const struct pb *pb, const char *keyword, uint64_t least)
{
	const struct pb_stmt *stmt = setting(pb, keyword);
	uint64_t value;

	if (stmt == NULL)
		return 0;
	value = pb_number_at(stmt, 1);
	if (value < least)
		pb_die_at(stmt, "must be at least %llu",
			  (unsigned long long)least);
	return value;
}

static void
client_read(struct pb *pb)
{
	const struct pb_stmt *client = setting(pb, "client");

	if (client == NULL)
		return;
	if (strlen(pb_text_at(client, 1)) != 2)
		pb_die_at(client, "wants SM, SO or AB");
	memcpy(pb->format.client, pb_text_at(client, 1), 2);
}

static void
format_read(struct pb *pb)
{
	const struct pb_stmt *stmt = setting(pb, "format");
	const char *name = stmt != NULL ? pb_text_at(stmt, 1) : "unicode";
	const struct pb_format *format = pb_format_find(name);

	if (format == NULL)
		pb_die_at(stmt, "unknown format \"%s\"", name);
	pb->format = *format;
	client_read(pb);
	if (setting(pb, "version") != NULL)
		pb->format.ver = (uint16_t)number_setting(pb, "version", 0);
	if (setting(pb, "client-version") != NULL)
		pb->format.ver_client =
			(uint16_t)number_setting(pb, "client-version", 0);
}

static enum pb_crypt
crypt_at(const struct pb_stmt *stmt)
{
	static const char *const names[] = { "none", "permute", "cyclic" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (pb_word_is(stmt, 1, names[i]))
			return (enum pb_crypt)i;
	}
	pb_die_at(stmt, "unknown encoding \"%s\"", pb_text_at(stmt, 1));
}

/* Outlook's own choice is permute; Exchange caches are in the clear. */
static void
crypt_read(const struct pb *pb, struct pb_ndb_options *options)
{
	const struct pb_stmt *stmt = setting(pb, "crypt");

	options->header_crypt = -1;
	options->crypt = pb->format.variant == PB_OST4K ? PB_CRYPT_NONE
							: PB_CRYPT_PERMUTE;
	if (stmt != NULL)
		options->crypt = crypt_at(stmt);
	if (setting(pb, "header-crypt") != NULL)
		options->header_crypt =
			(int)number_setting(pb, "header-crypt", 0);
}

static void
compress_read(const struct pb *pb, struct pb_ndb_options *options)
{
	const struct pb_stmt *stmt = setting(pb, "compress");

	if (stmt == NULL)
		return;
	if (pb->format.variant != PB_OST4K)
		pb_die_at(stmt, "is for ost4k only");
	options->compress = pb_word_is(stmt, 1, "mixed") ? 2 : 1;
}

static void
bit0_read(const struct pb *pb, struct pb_ndb_options *options)
{
	const struct pb_stmt *stmt = setting(pb, "bid-bit0");

	if (stmt == NULL)
		return;
	options->bit0_in_references = pb_word_is(stmt, 1, "references");
	options->bit0_in_entries = pb_word_is(stmt, 1, "entries");
}

static struct pb_ndb_options
options_read(const struct pb *pb)
{
	struct pb_ndb_options options = { 0 };

	crypt_read(pb, &options);
	compress_read(pb, &options);
	bit0_read(pb, &options);
	options.first_bid = number_setting(pb, "first-bid", 4) & ~UINT64_C(3);
	options.block_fill = (unsigned)number_setting(pb, "block-fill", 512);
	options.block_entries =
		(unsigned)number_setting(pb, "block-entries", 2);
	options.page_entries = (unsigned)number_setting(pb, "page-entries", 2);
	options.reserve_pages =
		(unsigned)number_setting(pb, "reserve-pages", 1);
	options.tight = setting(pb, "tight") != NULL;
	return options;
}

static void
strings_read(struct pb *pb)
{
	const struct pb_stmt *page = setting(pb, "codepage");

	pb->strings.type =
		pb->format.variant == PB_ANSI ? PB_STRING8 : PB_UNICODE_STRING;
	pb->strings.code_page =
		page != NULL ? (unsigned)pb_number_at(page, 1) : 1252;
}

/* Every statement at the top must be one of these. */
static void
top_check(const struct pb *pb)
{
	static const char *const known[] = {
		"format",	  "client",	    "version",
		"client-version", "crypt",	    "header-crypt",
		"compress",	  "bid-bit0",	    "first-bid",
		"block-fill",	  "block-entries",  "page-entries",
		"bth-entries",	  "tight",	    "minimal",
		"codepage",	  "store-name",	    "record-key",
		"password",	  "store",	    "no-store",
		"no-name-map",	  "no-ipm-subtree", "ipm-subtree",
		"root",		  "folder",	    "search-folder",
		"generate",	  "name-map",	    "reserve-pages",
		"skip-to",	  "damage",
	};

	for (const struct pb_stmt *s = pb->recipe; s != NULL; s = s->next) {
		size_t i = 0;

		while (i < sizeof(known) / sizeof(*known) &&
		       !pb_stmt_is(s, known[i]))
			i++;
		if (i == sizeof(known) / sizeof(*known))
			pb_die_at(s, "is unknown here");
	}
}

static void
build(struct pb *pb, const char *output)
{
	const struct pb_ndb_options options = options_read(pb);

	pb->next_folder = 0x404; /* 0x8082, after Outlook's own */
	pb->next_search_folder = 0x4001;
	pb->next_message = 0x10001;
	pb->next_associated = 0x8001;
	pb->bth_max = (unsigned)number_setting(pb, "bth-entries", 2);
	pb->minimal = setting(pb, "minimal") != NULL;
	pb_ndb_open(&pb->ndb, &pb->format, &options, output);
	pb_columns_init(pb);
	pb_store_begin(pb);
	if (!pb->minimal)
		pb_names_begin(pb);
	pb_folders_plan(pb);
	pb_folders_fill(pb);
	pb_folders_write(pb);
	pb_store_write(pb);
	pb_deleted_apply(pb);
	pb_ndb_finish(&pb->ndb);
}

static void
builder_free(struct pb *pb)
{
	pb_ndb_close(&pb->ndb);
	pb_folders_free(pb->root);
	pb_names_free(&pb->names);
	pb_heap_free(&pb->heap);
	for (size_t i = 0; i < pb->labels.count; i++)
		free(pb->labels.items[i].name);
	free(pb->labels.items);
	free(pb->deleted);
}

int
main(int argc, char **argv)
{
	const bool map = argc == 5 && strcmp(argv[1], "--map") == 0;
	const int first = map ? 3 : 1;
	struct pb pb = { 0 };
	struct pb_stmt *recipe;

	if (argc != first + 2) {
		fputs(usage, stderr);
		return 64;
	}
	pb_codec_check();
	recipe = pb_recipe_read(argv[first]);
	pb.recipe = recipe;
	top_check(&pb);
	format_read(&pb);
	strings_read(&pb);
	build(&pb, argv[first + 1]);
	if (map)
		pb_map_write(&pb.ndb, argv[2]);
	pb_damage(&pb);
	builder_free(&pb);
	pb_recipe_free(recipe);
	return 0;
}
