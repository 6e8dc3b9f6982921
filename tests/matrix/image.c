/* Archives to be damaged. */
#include "image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"

enum { NID_STORE = 0x21, NID_NAMES = 0x61, NID_TYPE_MESSAGE = 4 };

static const struct layout layouts[] = {
	{ "ansi", 4, 512, 496, 1, 12, 16, 12, 4, 512, 184, 0, false },
	{ "unicode", 8, 512, 488, 1, 16, 32, 24, 8, 564, 216, 524, true },
	{ "ost4k", 8, 4096, 4056, 2, 24, 32, 24, 8, 564, 216, 524, true },
};

/* Entries in a page: few, so that there are many pages. */
static const char *const page_entries[] = { "6", "6", "12" };

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "matrix: %s\n", what);
	exit(2);
}

/* ---- changing ---- */

static void
changed(struct image *image, uint64_t at, size_t len)
{
	if (image->undo_count == MAX_UNDO)
		die("too many changes at once");
	image->undo[image->undo_count].at = (size_t)at;
	image->undo[image->undo_count++].len = len;
}

void
image_flip(struct image *image, uint64_t at, uint8_t mask)
{
	changed(image, at, 1);
	image->data[at] ^= mask;
}

void
image_put(struct image *image, uint64_t at, size_t width, uint64_t value)
{
	size_t i;

	changed(image, at, width);
	for (i = 0; i < width; i++)
		image->data[at + i] = (uint8_t)(value >> 8 * i);
}

void
image_swap(struct image *image, uint64_t a, uint64_t b, size_t len)
{
	size_t i;

	changed(image, a, len);
	changed(image, b, len);
	for (i = 0; i < len; i++) {
		const uint8_t kept = image->data[a + i];

		image->data[a + i] = image->data[b + i];
		image->data[b + i] = kept;
	}
}

void
image_truncate(struct image *image, size_t size)
{
	image->size = size;
}

void
image_restore(struct image *image)
{
	while (image->undo_count > 0) {
		const size_t at = image->undo[--image->undo_count].at;

		memcpy(image->data + at, image->clean + at,
		       image->undo[image->undo_count].len);
	}
	image->size = image->full;
}

/* ---- checksums ---- */

void
image_seal_header(struct image *image)
{
	image_put(image, 4, 4, am_crc(am_bytes(image->data + 8, 471)));
	if (image->layout->crc_full != 0)
		image_put(image, image->layout->crc_full, 4,
			  am_crc(am_bytes(image->data + 8, 516)));
}

void
image_seal_page(struct image *image, const struct page *page)
{
	const struct layout *layout = image->layout;
	const size_t body = layout->page - layout->trailer;
	const uint32_t crc = am_crc(am_bytes(image->data + page->ib, body));

	image_put(image, page->ib + body + (layout->crc_first ? 4 : 8), 4, crc);
}

void
image_seal_block(struct image *image, const struct block *block)
{
	const struct layout *layout = image->layout;
	const uint64_t trailer = block->ib + block->size - layout->trailer;
	const uint32_t crc =
		am_crc(am_bytes(image->data + block->ib, block->cb));

	image_put(image, trailer + (layout->crc_first ? 4 : 8), 4, crc);
}

/* ---- looking ---- */

size_t
image_entry_size(const struct image *image, const struct page *page)
{
	return page->tree == TREE_NBT && page->level == 0
		       ? image->layout->nbt_entry
		       : image->layout->up_entry;
}

uint64_t
image_entry_at(const struct image *image, const struct page *page, size_t i)
{
	return page->ib + i * image_entry_size(image, page);
}

const struct page *
image_page(const struct image *image, uint64_t ib)
{
	size_t i;

	for (i = 0; i < image->page_count; i++)
		if (image->pages[i].ib == ib)
			return &image->pages[i];
	return NULL;
}

const struct block *
image_block(const struct image *image, uint64_t bid)
{
	size_t i;

	for (i = 0; i < image->block_count; i++)
		if (image->blocks[i].bid == bid)
			return &image->blocks[i];
	return NULL;
}

message_set
image_node(const struct image *image, uint32_t nid)
{
	size_t i;

	if (nid == NID_STORE || nid == NID_NAMES)
		return SET_STORE;
	for (i = 0; i < image->message_count; i++)
		if (image->nids[i] == nid)
			return UINT64_C(1) << i;
	return 0;
}

message_set
image_everybody(const struct image *image)
{
	return ((UINT64_C(1) << image->message_count) - 1) | SET_STORE;
}

/* ---- reading the map ---- */

/* The value of a key in a line of the map, without its quotes. */
static const char *
field(const char *line, const char *key)
{
	char wanted[32];
	const char *at;

	snprintf(wanted, sizeof(wanted), "\"%s\":", key);
	at = strstr(line, wanted);
	if (at == NULL)
		die("a line of the map lacks a field");
	at += strlen(wanted);
	return *at == '"' ? at + 1 : at;
}

static uint64_t
field_number(const char *line, const char *key)
{
	return strtoull(field(line, key), NULL, 0);
}

static void
page_take(struct image *image, const char *line)
{
	struct page *page = &image->pages[image->page_count++];

	if (image->page_count == MAX_PAGES)
		die("too many pages");
	page->tree = *field(line, "tree") == 'n' ? TREE_NBT : TREE_BBT;
	page->level = (unsigned)field_number(line, "level");
	page->ib = field_number(line, "offset");
	page->bid = field_number(line, "bid");
	page->count = (size_t)image_number(
		image, page->ib + image->layout->entries, image->layout->count);
}

/* A top node that is a message gets a number. */
static void
node_take(struct image *image, const char *line)
{
	char *end;
	const uint32_t nid = (uint32_t)strtoull(field(line, "node"), &end, 0);

	if (*end == '/' || (nid & 0x1f) != NID_TYPE_MESSAGE)
		return;
	if (image->message_count == MAX_MESSAGES)
		die("too many messages");
	image->nids[image->message_count++] = nid;
}

static void
block_take(struct image *image, const char *line)
{
	const uint64_t bid = field_number(line, "bid");
	const uint32_t nid = (uint32_t)field_number(line, "node");
	struct block *block = (struct block *)image_block(image, bid);
	const char role = *field(line, "role");

	if (block == NULL)
		block = &image->blocks[image->block_count++];
	if (image->block_count == MAX_BLOCKS)
		die("too many blocks");
	block->bid = bid;
	block->ib = field_number(line, "offset");
	block->cb = (size_t)field_number(line, "cb");
	block->size = (size_t)field_number(line, "size");
	block->role = role == 'd'   ? ROLE_DATA
		      : role == 'x' ? ROLE_XBLOCK
				    : ROLE_SUB;
	block->owners |= image_node(image, nid);
}

static void
map_read(struct image *image, const char *path)
{
	FILE *map = fopen(path, "r");
	char line[1024];

	if (map == NULL)
		die("the builder left no map");
	while (fgets(line, sizeof(line), map) != NULL) {
		const char *kind = field(line, "kind");

		if (strncmp(kind, "page", 4) == 0)
			page_take(image, line);
		else if (strncmp(kind, "node", 4) == 0)
			node_take(image, line);
		else if (strncmp(kind, "block", 5) == 0)
			block_take(image, line);
	}
	fclose(map);
}

/* ---- who needs what ---- */

static message_set
entry_set(struct image *image, const struct page *page, size_t i)
{
	const size_t id = image->layout->id;
	const uint64_t at = image_entry_at(image, page, i);
	const uint64_t key = image_number(image, at, id);
	struct block *block;

	if (page->level > 0) {
		const struct page *child =
			image_page(image, image_number(image, at + 2 * id, id));

		return child != NULL ? child->under : 0;
	}
	if (page->tree == TREE_NBT)
		return image_node(image, (uint32_t)key);
	block = (struct block *)image_block(image, key & ~UINT64_C(1));
	if (block == NULL)
		return 0;
	block->entry = at;
	return block->owners;
}

/* From the leaves up. */
static void
pages_link(struct image *image)
{
	unsigned level;
	size_t i, k;

	for (level = 0; level < 8; level++)
		for (i = 0; i < image->page_count; i++) {
			struct page *page = &image->pages[i];

			for (k = 0; page->level == level && k < page->count;
			     k++)
				page->under |= entry_set(image, page, k);
		}
}

/* ---- making ---- */

static void
builder_run(const char *builder, const char *map, const char *recipe,
	    const char *out)
{
	const pid_t child = fork();
	int status = 0;

	if (child == 0) {
		execl(builder, builder, "--map", map, recipe, out,
		      (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		die("the recipe cannot be built");
}

static size_t
file_read(const char *path, uint8_t **data_out)
{
	FILE *file = fopen(path, "rb");
	long size = -1;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 ||
	    (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0)
		die(path);
	*data_out = malloc((size_t)size + 1);
	if (*data_out == NULL ||
	    fread(*data_out, 1, (size_t)size, file) != (size_t)size)
		die(path);
	fclose(file);
	return (size_t)size;
}

static void
recipe_write(const char *path, const char *body, size_t variant,
	     const char *crypt)
{
	FILE *out = fopen(path, "w");
	uint8_t *text;
	const size_t len = file_read(body, &text);

	if (out == NULL)
		die(path);
	fprintf(out, "format %s\ncrypt %s\npage-entries %s\n",
		layouts[variant].name, crypt, page_entries[variant]);
	fwrite(text, 1, len, out);
	if (fclose(out) != 0)
		die(path);
	free(text);
}

void
image_make(struct image *image, const char *builder, const char *recipe,
	   const char *format, const char *crypt)
{
	static const char *const names[] = { "recipe", "map", "file" };
	char folder[] = "/tmp/am-matrix-XXXXXX";
	char paths[3][64];
	size_t variant = 0;
	size_t i;

	memset(image, 0, sizeof(*image));
	while (strcmp(layouts[variant].name, format) != 0)
		variant++;
	image->layout = &layouts[variant];
	if (mkdtemp(folder) == NULL)
		die("no temporary folder");
	for (i = 0; i < 3; i++)
		snprintf(paths[i], sizeof(paths[i]), "%s/%s", folder, names[i]);
	recipe_write(paths[0], recipe, variant, crypt);
	builder_run(builder, paths[1], paths[0], paths[2]);
	image->full = file_read(paths[2], &image->clean);
	image->size = file_read(paths[2], &image->data);
	map_read(image, paths[1]);
	pages_link(image);
	for (i = 0; i < 3; i++)
		unlink(paths[i]);
	rmdir(folder);
}

void
image_close(struct image *image)
{
	free(image->clean);
	free(image->data);
}
