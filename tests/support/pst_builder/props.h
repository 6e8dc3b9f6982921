/* A bag of properties: what a PC is made of, and where the cells of a table
 * row come from. */
#ifndef PB_PROPS_H
#define PB_PROPS_H

#include "ndb.h"

enum pb_type {
	PB_I16 = 0x0002,
	PB_I32 = 0x0003,
	PB_F32 = 0x0004,
	PB_F64 = 0x0005,
	PB_CURRENCY = 0x0006,
	PB_APPTIME = 0x0007,
	PB_ERROR = 0x000A,
	PB_BOOL = 0x000B,
	PB_OBJECT = 0x000D,
	PB_I64 = 0x0014,
	PB_STRING8 = 0x001E,
	PB_UNICODE_STRING = 0x001F,
	PB_TIME = 0x0040,
	PB_GUID = 0x0048,
	PB_BINARY = 0x0102,
	PB_MULTIPLE = 0x1000,
};

/* How a string of the recipe is stored. */
struct pb_strings {
	uint16_t type;	    /* PB_STRING8 or PB_UNICODE_STRING */
	unsigned code_page; /* of PB_STRING8 */
};

enum pb_prop_form {
	PB_FORM_VALUE, /* bytes, wherever they belong by type and length */
	PB_FORM_NODE,  /* already written: becomes a subnode */
	PB_FORM_HNID,  /* dwValueHnid as given, right or wrong */
};

struct pb_prop {
	uint16_t id;
	uint16_t type;
	enum pb_prop_form form;
	unsigned order; /* of being added */
	uint32_t hnid;	/* PB_FORM_HNID */
	size_t at;	/* PB_FORM_VALUE: in the bag's values */
	size_t len;	/* bytes, also for PB_FORM_NODE */
	uint64_t data;	/* PB_FORM_NODE: BIDs */
	uint64_t sub;
	uint32_t nid; /* PB_FORM_NODE; below 32: only its type, a new one */
};

struct pb_props {
	struct pb_prop *items;
	size_t count;
	size_t size;
	unsigned next_order;
	struct pb_buf values;
	struct pb_strings strings;
};

/* Empty again, memory kept. */
void pb_props_clear(struct pb_props *props);
void pb_props_free(struct pb_props *props);

/* NULL if there is none. */
const struct pb_prop *pb_props_find(const struct pb_props *props, uint16_t id);
const uint8_t *
pb_prop_bytes(const struct pb_props *props, const struct pb_prop *prop);
/* The value of an integer or bool; other if there is none. */
uint64_t
pb_props_int(const struct pb_props *props, uint16_t id, uint64_t other);
void pb_props_remove(struct pb_props *props, uint16_t id);

/* Appends a property with form and data to be filled in, replacing those of
 * the same id unless keep is set. */
struct pb_prop *
pb_props_add(struct pb_props *props, uint16_t id, uint16_t type, bool keep);
void pb_props_set(struct pb_props *props, uint16_t id, uint16_t type,
		  const void *bytes, size_t len);
void pb_props_set_int(struct pb_props *props, uint16_t id, uint16_t type,
		      uint64_t value);
/* UTF-8, stored as props->strings says. */
void pb_props_set_text(struct pb_props *props, uint16_t id, const char *text,
		       size_t len);
void pb_props_set_string(struct pb_props *props, uint16_t id, const char *text);
/* The same unless there is one. */
void pb_props_default_int(struct pb_props *props, uint16_t id, uint16_t type,
			  uint64_t value);
void
pb_props_default_string(struct pb_props *props, uint16_t id, const char *text);
/* Appends text as strings are stored. */
void pb_strings_add(const struct pb_strings *strings, struct pb_buf *out,
		    const char *text, size_t len);

/* 0 for a type of variable size (and for unknown ones). */
unsigned pb_type_size(uint16_t type);
/* Sum of the values' bytes. */
uint64_t pb_props_bytes(const struct pb_props *props);

#endif
