/* [MS-CFB] a compound file of version 3: the streams lie in the root. */
#include "compound.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

enum {
	SECTOR = 512,
	PER_SECTOR = SECTOR / 4, /* numbers */
	MINI = 64,
	CUTOFF = 4096,
	MAX_STREAMS = 31,
	HEADER_FAT = 109
};

static const uint32_t END_OF_CHAIN = 0xfffffffe;
static const uint32_t FAT_SECTOR = 0xfffffffd;
static const uint32_t FREE = 0xffffffff;

struct stream {
	const struct pb_word *name;
	struct pb_buf bytes;
	uint32_t start;
};

struct compound {
	struct stream streams[MAX_STREAMS];
	size_t count;
	struct pb_buf mini;	/* the mini stream */
	struct pb_buf mini_fat; /* numbers */
	struct pb_buf fat;
	struct pb_buf body; /* sectors behind FAT */
	uint32_t fat_sectors;
};

static void
pad(struct pb_buf *buf, size_t size)
{
	if (buf->len % size != 0)
		pb_buf_zero(buf, size - buf->len % size);
}

/* "fill:N": N bytes that count; else the text. */
static void
stream_fill(const struct pb_stmt *stmt, size_t i, struct pb_buf *out)
{
	const struct pb_word *word = pb_word_at(stmt, i);

	if (strncmp(word->text, "fill:", 5) == 0)
		for (long k = 0; k < strtol(word->text + 5, NULL, 0); k++)
			pb_buf_int(out, 1, (uint64_t)k & 0xff);
	else
		pb_buf_add(out, word->text, word->len);
}

/* A chain of count numbers that begins with first. */
static void
chain_add(struct pb_buf *numbers, uint32_t first, size_t count)
{
	for (size_t i = 1; i <= count; i++)
		pb_buf_int(numbers, 4, i < count ? first + i : END_OF_CHAIN);
}

/* Appends bytes to the body; their first sector. */
static uint32_t
body_add(struct compound *compound, const struct pb_buf *bytes)
{
	const uint32_t first =
		compound->fat_sectors + (uint32_t)(compound->body.len / SECTOR);

	if (bytes->len == 0)
		return END_OF_CHAIN;
	chain_add(&compound->fat, first, (bytes->len + SECTOR - 1) / SECTOR);
	pb_buf_add(&compound->body, bytes->data, bytes->len);
	pad(&compound->body, SECTOR);
	return first;
}

static void
entry_add(struct pb_buf *out, const char *name, size_t len, unsigned type,
	  uint32_t right, uint32_t child, uint32_t start, uint64_t size)
{
	struct pb_buf utf16 = { 0 };

	pb_utf16(&utf16, name, len);
	pb_buf_int(&utf16, 2, 0);
	pb_buf_add(out, utf16.data, utf16.len);
	pb_buf_zero(out, 64 - utf16.len);
	pb_buf_int(out, 2, utf16.len);
	pb_buf_int(out, 1, type);
	pb_buf_int(out, 1, 1); /* black */
	pb_buf_int(out, 4, FREE);
	pb_buf_int(out, 4, right);
	pb_buf_int(out, 4, child);
	pb_buf_zero(out, 16 + 4 + 8 + 8);
	pb_buf_int(out, 4, start);
	pb_buf_int(out, 8, size);
	pb_buf_free(&utf16);
}

static void
directory_make(const struct compound *compound, uint32_t mini_start,
	       struct pb_buf *out)
{
	entry_add(out, "Root Entry", 10, 5, FREE,
		  compound->count > 0 ? 1 : FREE, mini_start,
		  compound->mini.len);
	for (size_t i = 0; i < compound->count; i++) {
		const struct stream *stream = &compound->streams[i];

		entry_add(out, stream->name->text, stream->name->len, 2,
			  i + 1 < compound->count ? (uint32_t)i + 2 : FREE,
			  FREE, stream->start, stream->bytes.len);
	}
	while (out->len % SECTOR != 0)
		pb_buf_zero(out, 128);
}

static void
streams_place(struct compound *compound)
{
	for (size_t i = 0; i < compound->count; i++) {
		struct stream *stream = &compound->streams[i];
		const size_t count = (stream->bytes.len + MINI - 1) / MINI;

		if (stream->bytes.len >= CUTOFF) {
			stream->start = body_add(compound, &stream->bytes);
			continue;
		}
		stream->start = (uint32_t)(compound->mini.len / MINI);
		chain_add(&compound->mini_fat, stream->start, count);
		pb_buf_add(&compound->mini, stream->bytes.data,
			   stream->bytes.len);
		pad(&compound->mini, MINI);
	}
}

static void
header_add(const struct compound *compound, uint32_t directory,
	   uint32_t mini_fat, struct pb_buf *out)
{
	static const uint8_t signature[] = { 0xd0, 0xcf, 0x11, 0xe0,
					     0xa1, 0xb1, 0x1a, 0xe1 };

	pb_buf_add(out, signature, sizeof(signature));
	pb_buf_zero(out, 16);
	pb_buf_int(out, 2, 0x3e);
	pb_buf_int(out, 2, 3);
	pb_buf_int(out, 2, 0xfffe);
	pb_buf_int(out, 2, 9);
	pb_buf_int(out, 2, 6);
	pb_buf_zero(out, 6 + 4);
	pb_buf_int(out, 4, compound->fat_sectors);
	pb_buf_int(out, 4, directory);
	pb_buf_zero(out, 4);
	pb_buf_int(out, 4, CUTOFF);
	pb_buf_int(out, 4, mini_fat);
	pb_buf_int(out, 4, compound->mini_fat.len > 0 ? 1 : 0);
	pb_buf_int(out, 4, END_OF_CHAIN);
	pb_buf_int(out, 4, 0);
	for (uint32_t i = 0; i < HEADER_FAT; i++)
		pb_buf_int(out, 4, i < compound->fat_sectors ? i : FREE);
}

/* The sectors of the FAT come first; how many is guessed until it is right. */
static void
compound_lay(struct compound *compound, struct pb_buf *out)
{
	struct pb_buf directory = { 0 };
	uint32_t mini_start;
	uint32_t mini_fat;
	uint32_t start;

	compound->fat.len = compound->body.len = 0;
	compound->mini.len = compound->mini_fat.len = 0;
	for (uint32_t i = 0; i < compound->fat_sectors; i++)
		pb_buf_int(&compound->fat, 4, FAT_SECTOR);
	streams_place(compound);
	mini_start = body_add(compound, &compound->mini);
	while (compound->mini_fat.len % SECTOR != 0)
		pb_buf_int(&compound->mini_fat, 4, FREE);
	mini_fat = body_add(compound, &compound->mini_fat);
	directory_make(compound, mini_start, &directory);
	start = body_add(compound, &directory);
	while (compound->fat.len % SECTOR != 0)
		pb_buf_int(&compound->fat, 4, FREE);
	header_add(compound, start, mini_fat, out);
	pb_buf_free(&directory);
}

void
pb_compound_add(const struct pb_stmt *stmt, size_t i, struct pb_buf *out)
{
	struct compound compound = { .fat_sectors = 1 };
	struct pb_buf header = { 0 };

	for (; i + 1 < stmt->count; i += 2) {
		struct stream *stream = &compound.streams[compound.count++];

		if (compound.count == MAX_STREAMS)
			pb_die_at(stmt, "too many streams");
		stream->name = pb_word_at(stmt, i);
		stream_fill(stmt, i + 1, &stream->bytes);
	}
	compound_lay(&compound, &header);
	while (compound.fat.len / SECTOR > compound.fat_sectors) {
		compound.fat_sectors = (uint32_t)(compound.fat.len / SECTOR);
		header.len = 0;
		compound_lay(&compound, &header);
	}
	pb_buf_add(out, header.data, header.len);
	pb_buf_add(out, compound.fat.data, compound.fat.len);
	pb_buf_add(out, compound.body.data, compound.body.len);
	for (size_t k = 0; k < compound.count; k++)
		pb_buf_free(&compound.streams[k].bytes);
	pb_buf_free(&header);
	pb_buf_free(&compound.mini);
	pb_buf_free(&compound.mini_fat);
	pb_buf_free(&compound.fat);
	pb_buf_free(&compound.body);
}
