/* Values in a recipe: texts, numbers, and bytes from many places. README.md
 * lists the forms. */
#ifndef PB_VALUE_H
#define PB_VALUE_H

#include <stdio.h>

#include "builder.h"

/* Bytes that may be too many to hold: read in pieces. */
struct pb_source {
	enum pb_source_kind {
		PB_SOURCE_MEMORY,
		PB_SOURCE_FILE,
		PB_SOURCE_RANDOM,
		PB_SOURCE_REPEAT,
	} kind;
	struct pb_buf bytes; /* of MEMORY; the pattern of REPEAT */
	size_t at;	     /* in bytes */
	uint64_t left;	     /* of RANDOM and REPEAT */
	struct pb_rng rng;
	FILE *file;
};

/* The bytes that word i and those after it describe. */
void
pb_source_open(struct pb_source *source, const struct pb_stmt *stmt, size_t i);
/* Bytes put into out, at most size; 0 at the end. */
size_t pb_source_read(struct pb_source *source, uint8_t *out, size_t size);
void pb_source_close(struct pb_source *source);

/* Reads all of it into a data tree; len_out gets its length. */
uint64_t pb_source_store(struct pb_source *source, struct pb_ndb *ndb,
			 uint64_t *len_out);

/* Appends the value at word i (and, if multiple, after it) in the form
 * [MS-PST] 2.3.3 gives the type. */
void
pb_value_add(struct pb *pb, const struct pb_stmt *stmt, size_t i, uint16_t type,
	     const struct pb_strings *strings, struct pb_buf *out);

/* "0x0037:string", "PSETID_Common/0x8578:i32": the id and type of a
 * property; "string" is the type of texts in this file. */
void pb_tag_at(struct pb *pb, const struct pb_stmt *stmt, size_t i,
	       uint16_t *id_out, uint16_t *type_out);

/* "prop", "also" or "remove": does it to the bag. False for others. */
bool pb_props_apply(struct pb *pb, const struct pb_stmt *stmt,
		    struct pb_props *props);

/* prose.c: exactly so many characters of text, UTF-8, CR LF lines. */
void pb_prose(struct pb_rng *rng, struct pb_buf *out, size_t characters,
	      bool accents);
/* A line of few words. */
void pb_prose_title(struct pb_rng *rng, struct pb_buf *out, unsigned words);

#endif
