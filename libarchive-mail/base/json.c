/* RFC 8259 JSON, written. */
#include "base/json.h"

#include <assert.h>
#include <inttypes.h>

#include "base/text.h"

struct am_json
am_json(struct am_buf *out)
{
	const struct am_json json = { .out = out };

	return json;
}

/* The short escapes of RFC 8259 section 7; 0: none. */
static char
short_escape(uint32_t code)
{
	switch (code) {
	case '"':
		return '"';
	case '\\':
		return '\\';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 0;
	}
}

static void
code_write(struct am_buf *out, uint32_t code)
{
	const char escape = short_escape(code);
	char utf8[4];

	if (escape != 0) {
		am_buf_add_char(out, '\\');
		am_buf_add_char(out, escape);
	} else if (am_code_is_control(code)) {
		/* JSON on a terminal must not move the cursor either. */
		am_buf_printf(out, "\\u%04" PRIx32, code);
	} else {
		am_buf_add(out, am_bytes(utf8, am_utf8_encode(code, utf8)));
	}
}

/* How much of the front may be copied as it stands. */
static size_t
plain_length(struct am_bytes text)
{
	size_t i;

	for (i = 0; i < text.len; i++) {
		const uint8_t c = text.data[i];

		if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
			break;
	}
	return i;
}

static void
string_write(struct am_buf *out, struct am_bytes text)
{
	uint32_t code;

	am_buf_add_char(out, '"');
	while (text.len > 0) {
		size_t used = plain_length(text);

		am_buf_add(out, am_bytes(text.data, used));
		if (used == 0) {
			used = am_utf8_decode(text, &code);
			code_write(out, code);
		}
		text = am_bytes(text.data + used, text.len - used);
	}
	am_buf_add_char(out, '"');
}

/* The bit of the level at hand in need_comma. Only our own code nests. */
static uint32_t
level_bit(const struct am_json *json)
{
	assert(json->depth < 32);
	return UINT32_C(1) << (json->depth & 31);
}

/* What goes before each value: a comma unless it is the first, and its key. */
static void
value_begin(struct am_json *json, const char *key)
{
	const uint32_t bit = level_bit(json);

	if ((json->need_comma & bit) != 0)
		am_buf_add_char(json->out, ',');
	if (json->depth > 0)
		json->need_comma |= bit;
	if (key == NULL)
		return;
	string_write(json->out, am_bytes_of(key));
	am_buf_add_char(json->out, ':');
}

static void
level_open(struct am_json *json, const char *key, char bracket)
{
	value_begin(json, key);
	am_buf_add_char(json->out, bracket);
	json->depth++;
	json->need_comma &= ~level_bit(json);
}

static void
level_close(struct am_json *json, char bracket)
{
	assert(json->depth > 0);
	json->depth--;
	am_buf_add_char(json->out, bracket);
}

void
am_json_object(struct am_json *json, const char *key)
{
	level_open(json, key, '{');
}

void
am_json_object_end(struct am_json *json)
{
	level_close(json, '}');
}

void
am_json_array(struct am_json *json, const char *key)
{
	level_open(json, key, '[');
}

void
am_json_array_end(struct am_json *json)
{
	level_close(json, ']');
}

void
am_json_text(struct am_json *json, const char *key, const char *text)
{
	if (text == NULL) {
		am_json_null(json, key);
		return;
	}
	am_json_bytes(json, key, am_bytes_of(text));
}

void
am_json_bytes(struct am_json *json, const char *key, struct am_bytes text)
{
	value_begin(json, key);
	string_write(json->out, text);
}

void
am_json_uint(struct am_json *json, const char *key, uint64_t value)
{
	value_begin(json, key);
	am_buf_add_uint(json->out, value);
}

void
am_json_int(struct am_json *json, const char *key, int64_t value)
{
	value_begin(json, key);
	am_buf_printf(json->out, "%" PRId64, value);
}

void
am_json_bool(struct am_json *json, const char *key, bool value)
{
	value_begin(json, key);
	am_buf_add_text(json->out, value ? "true" : "false");
}

void
am_json_null(struct am_json *json, const char *key)
{
	value_begin(json, key);
	am_buf_add_text(json->out, "null");
}

void
am_json_seconds(struct am_json *json, const char *key, double value)
{
	/* Not %f: its decimal point depends on the locale. A NaN fails the
	 * first comparison. */
	const double most = 1e15;
	const double in_range = value > 0 ? (value < most ? value : most) : 0;
	const uint64_t ms = (uint64_t)(in_range * 1000 + 0.5);

	value_begin(json, key);
	am_buf_printf(json->out, "%" PRIu64 ".%03" PRIu64, ms / 1000,
		      ms % 1000);
}
