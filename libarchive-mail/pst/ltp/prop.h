/* A property as a PC or a TC row holds it, and its value in the form asked
 * for. The stored type decides; conversions are made where they lose nothing
 * (PT_STRING8 and PT_UNICODE to UTF-8, any integer to 64 bits). */
#ifndef AM_PST_LTP_PROP_H
#define AM_PST_LTP_PROP_H

#include "base/text.h"
#include "base/time.h"
#include "pst/ltp/hn.h"

struct am_prop {
	struct am_hn *heap; /* borrowed: of the PC or TC it was found in */
	uint16_t id;
	uint16_t type;	/* as stored: enum am_type */
	uint64_t value; /* the value itself, or an HNID */
	bool is_inline; /* value is the value itself */
};

/* [MS-OXCDATA] 2.11.1: is the type one that is read, MV or not? */
bool am_prop_type_is_known(uint16_t type);

/* Bytes of a value of a fixed-size type; 0: variable, multi-valued or not
 * known. */
size_t am_prop_type_size(uint16_t type);

/* Values longer than this are read as streams only. */
enum { AM_PROP_MAX_IN_MEMORY = 1 << 20 };

/* PT_ERROR means "not available": treated as absent by all of these. */

/* Integers and booleans of any width; false when it is something else. */
bool am_prop_int(const struct am_prop *prop, int64_t *value_out);

/* PtypFloating64; false when it is something else, or no number. */
bool am_prop_double(const struct am_prop *prop, double *value_out);

/* PT_SYSTIME to seconds; AM_TIME_NONE when it is none or unreadable. */
int64_t am_prop_time(const struct am_prop *prop);

/* The FILETIME itself (100 ns since 1601), for days before 1970; false when it
 * is no PT_SYSTIME. */
bool am_prop_filetime(const struct am_prop *prop, uint64_t *filetime_out);

/* Raw bytes of a variable or 16-byte value, at most max of them (0:
 * AM_PROP_MAX_IN_MEMORY), in arena; never NULL, also when there are none.
 * AM_UNSUPPORTED for an inline value, AM_NOT_FOUND for PT_ERROR; the statuses
 * of am_hnid_get. */
enum am_status
am_prop_bytes(const struct am_prop *prop, size_t max, struct am_arena *arena,
	      struct am_bytes *bytes_out, struct am_error *err);

/* PT_UNICODE or PT_STRING8 (in codepage; evidence over label, see text.h;
 * tricky B3: the one stored as the other is noticed) as UTF-8, trailing NULs
 * stripped. PT_BINARY is taken as PT_STRING8. AM_UNSUPPORTED for other types;
 * the statuses of am_prop_bytes. */
enum am_status am_prop_text(const struct am_prop *prop, unsigned codepage,
			    struct am_arena *arena, struct am_text *text_out,
			    struct am_error *err);

/* The raw value of a variable-length property as a stream, and its size in
 * bytes (a hint); of PtypObject the data of its subnode. */
enum am_status am_prop_open(const struct am_prop *prop, struct am_arena *arena,
			    struct am_stream **stream_out, uint64_t *size_out,
			    struct am_error *err);

/* [MS-PST] 2.3.3.5 PtypObject: the subnode that holds the object, and its size
 * as the property has it. AM_UNSUPPORTED for another type. */
enum am_status am_prop_object(const struct am_prop *prop, uint32_t *nid_out,
			      uint32_t *size_out, struct am_error *err);

/* [MS-PST] 2.3.3.4 multi-valued: the i-th value's bytes. Variable and fixed
 * base types; items_out in arena. What is not multi-valued is one item. An item
 * out of bounds is empty, and a finding. AM_LIMIT beyond AM_PROP_MAX_ITEMS. */
enum { AM_PROP_MAX_ITEMS = 10000 };
enum am_status am_prop_items(const struct am_prop *prop, struct am_arena *arena,
			     struct am_bytes **items_out, size_t *count_out,
			     struct am_error *err);

/* The same as UTF-8, for PT_UNICODE, PT_STRING8 and their multi-valued forms
 * (one that is not multi-valued is one item). AM_UNSUPPORTED for other types.
 */
enum am_status am_prop_texts(const struct am_prop *prop, unsigned codepage,
			     struct am_arena *arena, struct am_text **texts_out,
			     size_t *count_out, struct am_error *err);

#endif
