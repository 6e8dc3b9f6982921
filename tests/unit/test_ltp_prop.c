/* pst/ltp/prop: each type in each form that is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "heap_fixture.h"
#include "pst/ltp/prop.h"

#define BYTES(text) text, sizeof(text) - 1

struct setup {
	struct pf pf;
	struct am_arena arena, values;
	struct am_report report;
	struct am_ndb *ndb;
	struct am_hn *hn;
	uint32_t hid; /* of the bytes given */
};

/* A heap with these bytes, and the same as subnode 0x3f. */
static void
setup_open(struct setup *setup, const void *bytes, size_t len)
{
	const struct setup empty = { 0 };
	struct am_node node = { .nid = 0x200024 };
	uint64_t fields[3] = { 0x3f, 0, 0 };
	struct am_error err;
	struct hf hf;

	*setup = empty;
	setup->report.arena = &setup->arena;
	pf_open(&setup->pf, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
	hf_open(&hf, &setup->pf, 0xbc);
	setup->hid = hf_add(&hf, bytes, len < 4000 ? len : 0);
	node.bid_data = hf_finish(&hf, 0);
	fields[1] = pf_block(&setup->pf, bytes, len, 0);
	node.bid_sub = pf_slblock(&setup->pf, 0, fields, 1);
	pf_finish(&setup->pf);
	assert_int_equal(pf_ndb(&setup->pf, NULL, &setup->ndb, &err), AM_OK);
	am_ndb_set_report(setup->ndb, &setup->report);
	assert_int_equal(
		am_hn_open(setup->ndb, &node, &setup->values, &setup->hn, &err),
		AM_OK);
}

static void
setup_close(struct setup *setup)
{
	am_ndb_close(setup->ndb);
	am_arena_free(&setup->arena);
	am_arena_free(&setup->values);
	pf_close(&setup->pf);
}

static struct am_prop
prop_of(const struct setup *setup, uint16_t type)
{
	const struct am_prop prop = {
		.heap = setup->hn, .id = 0x37, .type = type, .value = setup->hid
	};

	return prop;
}

/* type, inline value, answer */
static const struct {
	uint16_t type;
	uint64_t value;
	bool is;
	int64_t want;
} ints[] = {
	{ 0x02, 7, true, 7 },
	{ 0x02, 0xffff, true, -1 },
	{ 0x02, 0xdead0005, true, 5 }, /* garbage above */
	{ 0x03, 0x7fffffff, true, 0x7fffffff },
	{ 0x03, 0xffffffff, true, -1 },
	{ 0x0b, 0, true, 0 },
	{ 0x0b, 1, true, 1 },
	{ 0x0b, 0xff, true, 1 },
	{ 0x0b, 0xdead0100, true, 0 }, /* tricky B17 */
	{ 0x14, 0xffffffffffffffff, true, -1 },
	{ 0x04, 1, false, 0 },
	{ 0x05, 1, false, 0 },
	{ 0x0a, 1, false, 0 },
	{ 0x40, 1, false, 0 },
	{ 0x1f, 1, false, 0 },
	{ 0x1003, 1, false, 0 },
	{ 0, 1, false, 0 },
};

static void
test_ints(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ints) / sizeof(ints[0]); i++) {
		const struct am_prop prop = { .id = 1,
					      .type = ints[i].type,
					      .value = ints[i].value,
					      .is_inline = true };
		int64_t value = 0;

		print_message("%#x\n", ints[i].type);
		assert_int_equal(am_prop_int(&prop, &value), ints[i].is);
		if (ints[i].is)
			assert_true(value == ints[i].want);
	}
}

/* Eight bytes in the heap, as a PC has them. */
static void
test_in_heap(void **state)
{
	static const struct {
		size_t len;
		bool is;
	} cases[] = { { 8, true }, { 7, false }, { 9, true }, { 0, false } };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct setup setup;
		struct am_prop prop;
		int64_t value;

		setup_open(&setup, "\0\x80\x3e\xd5\xde\xb1\x9d\1\0",
			   cases[i].len);
		prop = prop_of(&setup, 0x14);
		assert_int_equal(am_prop_int(&prop, &value), cases[i].is);
		if (cases[i].is)
			assert_true(value == 0x019db1ded53e8000);
		prop = prop_of(&setup, 0x40);
		assert_true(am_prop_time(&prop) ==
			    (cases[i].is ? 0 : AM_TIME_NONE));
		prop.value = 0xffe0;
		assert_true(am_prop_time(&prop) == AM_TIME_NONE);
		prop.value = 0x3f; /* a number in a subnode: nobody does */
		assert_true(am_prop_time(&prop) == AM_TIME_NONE);
		prop.type = 0x03;
		assert_true(am_prop_time(&prop) == AM_TIME_NONE);
		setup_close(&setup);
	}
}

/* type, code page, bytes, text */
static const struct {
	const char *name;
	uint16_t type;
	unsigned codepage;
	const char *bytes;
	size_t len;
	const char *want;
	size_t want_len;
} texts[] = {
	{ "UTF-16", 0x1f, 0, BYTES("H\0\xe9\0\xac\x20"),
	  BYTES("H\xc3\xa9\xe2\x82\xac") },
	{ "empty", 0x1f, 0, BYTES(""), BYTES("") },
	{ "a NUL behind", 0x1f, 0, BYTES("a\0b\0\0\0"), BYTES("ab") },
	{ "two NULs behind", 0x1f, 0, BYTES("a\0\0\0\0\0"), BYTES("a") },
	{ "only NULs", 0x1f, 0, BYTES("\0\0\0\0"), BYTES("") },
	{ "a NUL inside", 0x1f, 0, BYTES("a\0\0\0b\0"), BYTES("a\0b") },
	{ "an odd byte", 0x1f, 0, BYTES("a\0b\0c"), BYTES("ab") },
	{ "an odd byte after a NUL", 0x1f, 0, BYTES("a\0\0\0x"), BYTES("a") },
	{ "one byte", 0x1f, 0, BYTES("a"), BYTES("") },
	{ "an unpaired surrogate", 0x1f, 0, BYTES("a\0\x3d\xd8"),
	  BYTES("a\xef\xbf\xbd") },
	{ "Latin", 0x1e, 1252, BYTES("caf\xe9"), BYTES("caf\xc3\xa9") },
	{ "Cyrillic", 0x1e, 1251, BYTES("\xcf\xf0\xe8"),
	  BYTES("\xd0\x9f\xd1\x80\xd0\xb8") },
	{ "8-bit with a NUL", 0x1e, 1252, BYTES("abc\0"), BYTES("abc") },
	{ "8-bit with a NUL inside", 0x1e, 1252, BYTES("a text\0with a NUL"),
	  BYTES("a text\0with a NUL") },
	{ "binary is 8-bit", 0x102, 1252, BYTES("caf\xe9"),
	  BYTES("caf\xc3\xa9") },
	{ "UTF-16 in PT_STRING8", 0x1e, 1252, BYTES("H\0e\0l\0l\0o\0"),
	  BYTES("Hello") },
	{ "two letters of UTF-16 in PT_STRING8", 0x1e, 1252, BYTES("H\0i\0"),
	  BYTES("Hi") },
	{ "UTF-16, mostly Latin, in PT_STRING8", 0x1e, 1252,
	  BYTES("p\0r\0i\0c\0e\0 \0\xac\x20\x31\0"),
	  BYTES("price \xe2\x82\xac"
		"1") },
	{ "UTF-16 in PT_BINARY", 0x102, 1252, BYTES("H\0e\0l\0l\0\xe9\0"),
	  BYTES("Hell\xc3\xa9") },
	{ "8-bit in PT_UNICODE", 0x1f, 1252, BYTES("this is a plain old text"),
	  BYTES("this is a plain old text") },
	{ "Chinese that looks like ASCII", 0x1f, 0, BYTES("\x60\x4f\x7d\x59"),
	  BYTES("\xe4\xbd\xa0\xe5\xa5\xbd") },
	{ "Japanese that looks like ASCII", 0x1f, 0,
	  BYTES("B0D0F0H0J0B0D0F0H0J0"),
	  BYTES("\xe3\x81\x82\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88\xe3\x81\x8a"
		"\xe3\x81\x82\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88"
		"\xe3\x81\x8a") },
	{ "capitals are too few to tell", 0x1f, 0, BYTES("ABCD"),
	  BYTES("\xe4\x89\x81\xe4\x91\x83") },
};

static void
test_texts(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct setup setup;
		struct am_prop prop;
		struct am_text text;
		struct am_error err;

		print_message("%s\n", texts[i].name);
		setup_open(&setup, texts[i].bytes, texts[i].len);
		prop = prop_of(&setup, texts[i].type);
		for (k = 0; k < 2; k++) {
			assert_int_equal(am_prop_text(&prop, texts[i].codepage,
						      &setup.values, &text,
						      &err),
					 AM_OK);
			assert_int_equal(text.len, texts[i].want_len);
			assert_memory_equal(text.data, texts[i].want, text.len);
			assert_int_equal(text.data[text.len], 0);
			prop.value = 0x3f;
		}
		setup_close(&setup);
	}
}

/* Types that have no text, no bytes. */
static const struct {
	uint16_t type;
	bool is_inline;
	enum am_status text, bytes, open, object;
} kinds[] = {
	{ 0x03, true, AM_UNSUPPORTED, AM_UNSUPPORTED, AM_UNSUPPORTED,
	  AM_UNSUPPORTED },
	{ 0x0a, true, AM_NOT_FOUND, AM_NOT_FOUND, AM_NOT_FOUND,
	  AM_UNSUPPORTED },
	{ 0x48, false, AM_UNSUPPORTED, AM_OK, AM_OK, AM_UNSUPPORTED },
	{ 0x102, false, AM_OK, AM_OK, AM_OK, AM_UNSUPPORTED },
	{ 0x101f, false, AM_UNSUPPORTED, AM_OK, AM_OK, AM_UNSUPPORTED },
	{ 0x0d, false, AM_UNSUPPORTED, AM_OK, AM_OK, AM_OK },
};

static void
test_kinds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct am_stream *stream;
		struct setup setup;
		struct am_prop prop;
		struct am_bytes bytes;
		struct am_text text;
		struct am_error err;
		uint64_t size;
		uint32_t nid;
		uint32_t object_size;

		print_message("%#x\n", kinds[i].type);
		setup_open(&setup, "\x3f\0\0\0\x08\0\0\0", 8);
		prop = prop_of(&setup, kinds[i].type);
		prop.is_inline = kinds[i].is_inline;
		assert_int_equal(
			am_prop_text(&prop, 1252, &setup.values, &text, &err),
			kinds[i].text);
		assert_int_equal(
			am_prop_bytes(&prop, 0, &setup.values, &bytes, &err),
			kinds[i].bytes);
		assert_int_equal(am_prop_open(&prop, &setup.values, &stream,
					      &size, &err),
				 kinds[i].open);
		if (kinds[i].open == AM_OK) {
			assert_int_equal(size, 8);
			assert_int_equal(am_stream_next(stream, &bytes, &err),
					 AM_OK);
			assert_int_equal(bytes.len, 8);
			am_stream_close(stream);
		}
		assert_int_equal(
			am_prop_object(&prop, &nid, &object_size, &err),
			kinds[i].object);
		setup_close(&setup);
	}
}

/* bytes of the PtypObject; answer */
static void
test_objects(void **state)
{
	static const struct {
		const char *name;
		const char *bytes;
		size_t len;
		enum am_status status;
		uint32_t size;
	} cases[] = {
		{ "good", BYTES("\x3f\0\0\0\x34\x12\0\0"), AM_OK, 0x1234 },
		{ "longer", BYTES("\x3f\0\0\0\x34\x12\0\0abc"), AM_OK, 0x1234 },
		{ "cut", BYTES("\x3f\0\0\0\x34\x12\0"), AM_CORRUPT, 0 },
		{ "empty", BYTES(""), AM_CORRUPT, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_stream *stream;
		struct setup setup;
		struct am_prop prop;
		struct am_error err;
		uint64_t stream_size;
		uint32_t nid;
		uint32_t size;

		print_message("%s\n", cases[i].name);
		setup_open(&setup, cases[i].bytes, cases[i].len);
		prop = prop_of(&setup, 0x0d);
		assert_int_equal(am_prop_object(&prop, &nid, &size, &err),
				 cases[i].status);
		assert_int_equal(am_prop_open(&prop, &setup.values, &stream,
					      &stream_size, &err),
				 cases[i].status);
		if (cases[i].status == AM_OK) {
			assert_int_equal(nid, 0x3f);
			assert_int_equal(size, cases[i].size);
			assert_int_equal(stream_size, cases[i].len);
		}
		/* some writers put the NID itself there */
		prop.value = 0x3f;
		assert_int_equal(am_prop_object(&prop, &nid, &size, &err),
				 AM_OK);
		assert_int_equal(nid, 0x3f);
		setup_close(&setup);
	}
}

/* type, bytes, items joined by "|"; NULL: status */
static const struct {
	const char *name;
	uint16_t type;
	const char *bytes;
	size_t len;
	enum am_status status;
	const char *want;
	unsigned findings;
} items[] = {
	{ "no values", 0x1102, BYTES(""), AM_OK, "", 0 },
	{ "a count of none", 0x1102, BYTES("\0\0\0\0"), AM_OK, "", 0 },
	{ "two", 0x1102, BYTES("\2\0\0\0\x0c\0\0\0\x0e\0\0\0abcde"), AM_OK,
	  "ab|cde|", 0 },
	{ "an empty one", 0x1102,
	  BYTES("\3\0\0\0\x10\0\0\0\x10\0\0\0\x12\0\0\0abcd"), AM_OK, "|ab|cd|",
	  0 },
	{ "the last is empty", 0x1102, BYTES("\1\0\0\0\x08\0\0\0"), AM_OK, "|",
	  0 },
	{ "one ends before it starts", 0x1102,
	  BYTES("\3\0\0\0\x12\0\0\0\x10\0\0\0\x12\0\0\0abcd"), AM_OK, "|ab|cd|",
	  1 },
	{ "one starts behind the end", 0x1102,
	  BYTES("\2\0\0\0\x0c\0\0\0\xff\0\0\0abcd"), AM_OK, "||", 2 },
	{ "more than there is room for", 0x1102,
	  BYTES("\3\0\0\0\x0c\0\0\0\x0e\0\0\0"), AM_CORRUPT, NULL, 0 },
	{ "far more", 0x1102, BYTES("\xff\xff\xff\xff\x0c\0\0\0"), AM_CORRUPT,
	  NULL, 0 },
	{ "a cut count", 0x101f, BYTES("\1\0\0"), AM_OK, "", 0 },
	{ "numbers of four bytes", 0x1003, BYTES("abcdefgh"), AM_OK,
	  "abcd|efgh|", 0 },
	{ "and a rest", 0x1003, BYTES("abcdefg"), AM_OK, "abcd|", 0 },
	{ "of two bytes", 0x1002, BYTES("abcd"), AM_OK, "ab|cd|", 0 },
	{ "GUIDs", 0x1048, BYTES("0123456789abcdef0123456789ABCDEF"), AM_OK,
	  "0123456789abcdef|0123456789ABCDEF|", 0 },
	{ "times", 0x1040, BYTES("01234567"), AM_OK, "01234567|", 0 },
	{ "a single value", 0x1e, BYTES("abc"), AM_OK, "abc|", 0 },
};

static void
test_items(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		struct setup setup;
		struct am_prop prop;
		struct am_bytes *found;
		struct am_error err;
		struct am_buf buf = am_buf(1000);
		size_t count;

		print_message("%s\n", items[i].name);
		setup_open(&setup, items[i].bytes, items[i].len);
		prop = prop_of(&setup, items[i].type);
		assert_int_equal(am_prop_items(&prop, &setup.values, &found,
					       &count, &err),
				 items[i].status);
		if (items[i].status == AM_OK) {
			for (k = 0; k < count; k++) {
				am_buf_add(&buf, found[k]);
				am_buf_add_char(&buf, '|');
			}
			assert_string_equal(am_buf_text(&buf), items[i].want);
		}
		assert_int_equal(setup.report.count, items[i].findings);
		am_buf_free(&buf);
		setup_close(&setup);
	}
}

/* Just as many as allowed, and one more. */
static void
test_many_items(void **state)
{
	static const size_t counts[] = { AM_PROP_MAX_ITEMS,
					 AM_PROP_MAX_ITEMS + 1 };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		uint8_t *bytes = calloc(counts[i], 2);
		struct am_node node = { .nid = 0x200024 };
		struct am_arena values = { 0 };
		struct am_prop prop = { .type = 0x1002, .value = 0x3f };
		uint64_t fields[3] = { 0x3f, 0, 0 };
		struct am_bytes *found;
		struct am_error err;
		struct am_ndb *ndb;
		struct pf pf;
		struct hf hf;
		size_t count;

		assert_non_null(bytes);
		pf_open(&pf, AM_NDB_4K, AM_NDB_CRYPT_NONE);
		hf_open(&hf, &pf, 0xbc);
		node.bid_data = hf_finish(&hf, 0);
		fields[1] = pf_block(&pf, bytes, 2 * counts[i], 0);
		node.bid_sub = pf_slblock(&pf, 0, fields, 1);
		pf_finish(&pf);
		assert_int_equal(pf_ndb(&pf, NULL, &ndb, &err), AM_OK);
		assert_int_equal(
			am_hn_open(ndb, &node, &values, &prop.heap, &err),
			AM_OK);
		assert_int_equal(
			am_prop_items(&prop, &values, &found, &count, &err),
			i == 0 ? AM_OK : AM_LIMIT);
		assert_int_equal(count, counts[i]);
		am_ndb_close(ndb);
		am_arena_free(&values);
		pf_close(&pf);
		free(bytes);
	}
}

static void
test_max(void **state)
{
	struct setup setup;
	struct am_prop prop;
	struct am_bytes bytes;
	struct am_error err;

	(void)state;
	setup_open(&setup, "0123456789", 10);
	prop = prop_of(&setup, 0x102);
	assert_int_equal(am_prop_bytes(&prop, 10, &setup.values, &bytes, &err),
			 AM_OK);
	assert_int_equal(am_prop_bytes(&prop, 9, &setup.values, &bytes, &err),
			 AM_LIMIT);
	prop.value = 0x3f;
	assert_int_equal(am_prop_bytes(&prop, 10, &setup.values, &bytes, &err),
			 AM_OK);
	assert_int_equal(am_prop_bytes(&prop, 9, &setup.values, &bytes, &err),
			 AM_LIMIT);
	setup_close(&setup);
}

static void
test_types(void **state)
{
	static const struct {
		uint16_t type;
		bool known;
		size_t size;
	} cases[] = {
		{ 0x02, true, 2 },    { 0x03, true, 4 },
		{ 0x04, true, 4 },    { 0x05, true, 8 },
		{ 0x06, true, 8 },    { 0x07, true, 8 },
		{ 0x0a, true, 4 },    { 0x0b, true, 1 },
		{ 0x0d, true, 0 },    { 0x14, true, 8 },
		{ 0x1e, true, 0 },    { 0x1f, true, 0 },
		{ 0x40, true, 8 },    { 0x48, true, 16 },
		{ 0xfb, true, 0 },    { 0xfd, true, 0 },
		{ 0xfe, true, 0 },    { 0x102, true, 0 },
		{ 0x1003, true, 0 },  { 0x1102, true, 0 },
		{ 0, false, 0 },      { 0x01, false, 0 },
		{ 0x52, false, 0 },   { 0x2102, false, 0 },
		{ 0x1000, false, 0 }, { 0xffff, false, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(am_prop_type_is_known(cases[i].type),
				 cases[i].known);
		assert_int_equal(am_prop_type_size(cases[i].type),
				 cases[i].size);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ints),
		cmocka_unit_test(test_in_heap),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_many_items),
		cmocka_unit_test(test_max),
		cmocka_unit_test(test_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
