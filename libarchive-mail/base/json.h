/* Writing JSON into a buffer, keys in the order of the calls. Strings are made
 * valid UTF-8 (U+FFFD for what is not), and control and bidirectional
 * characters become \u escapes. Reading is jansson's. */
#ifndef AM_BASE_JSON_H
#define AM_BASE_JSON_H

#include "base/buf.h"

/* Nesting is counted in need_comma's bits: at most 32 levels. */
struct am_json {
	struct am_buf *out; /* borrowed; its status tells of failures */
	unsigned depth;
	uint32_t need_comma;
};

struct am_json am_json(struct am_buf *out);

/* key is NULL inside an array and for the outermost value. */
void am_json_object(struct am_json *json, const char *key);
void am_json_object_end(struct am_json *json);
void am_json_array(struct am_json *json, const char *key);
void am_json_array_end(struct am_json *json);
/* text NULL: null */
void am_json_text(struct am_json *json, const char *key, const char *text);
/* Counted text; may hold NUL. */
void am_json_bytes(struct am_json *json, const char *key, struct am_bytes text);
void am_json_uint(struct am_json *json, const char *key, uint64_t value);
void am_json_int(struct am_json *json, const char *key, int64_t value);
void am_json_bool(struct am_json *json, const char *key, bool value);
void am_json_null(struct am_json *json, const char *key);
/* seconds with three decimals; not negative */
void am_json_seconds(struct am_json *json, const char *key, double value);

#endif
