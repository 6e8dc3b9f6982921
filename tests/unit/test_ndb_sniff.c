/* pst/ndb/sniff: what people give instead of a PST, and what they are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "pst/ndb/sniff.h"

#define BYTES(text) text, sizeof(text) - 1

/* name, first bytes, words of the answer */
static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	const char *want;
} files[] = {
	{ "msg", BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...."), ".msg" },
	{ "pdf", BYTES("%PDF-1.7\n%\xe2\xe3"), "PDF" },
	{ "gzip", BYTES("\x1f\x8b\x08\0\0\0"), "unpack it" },
	{ "zip",
	  BYTES("PK\x03\x04\x14\0\0\0\x08\0........................"
		"........................"),
	  "ZIP archive" },
	{ "empty zip", BYTES("PK\x05\x06\0\0\0\0\0\0\0\0"), "ZIP archive" },
	{ "olm",
	  BYTES("PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\x0f\0\0\0Categories.xml "),
	  ".olm" },
	{ "olm, a folder first",
	  BYTES("PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\x1e\0\0\0Local/com.microsoft.__Messages"),
	  ".olm" },
	{ "docx",
	  BYTES("PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\x13\0\0\0[Content_Types].xml"),
	  "Office document" },
	{ "7z", BYTES("7z\xbc\xaf\x27\x1c\0\4"), "7-Zip" },
	{ "rar", BYTES("Rar!\x1a\x07\x01\0"), "RAR" },
	{ "SQLite", BYTES("SQLite format 3\0\x10\0"), "SQLite" },
	{ "Exchange", BYTES("abcd\xef\xcd\xab\x89\x20\6"), "Exchange" },
	{ "dbx", BYTES("\xcf\xad\x12\xfe\xc5\xfd\x74\x6f"), "Outlook Express" },
	{ "winmail.dat", BYTES("\x78\x9f\x3e\x22\x01\0"), "winmail.dat" },
	{ "AppleDouble", BYTES("\0\5\x16\7\0\2\0\0"), "macOS" },
	{ "Git LFS", BYTES("version https://git-lfs.github.com/spec/v1\n"),
	  "git lfs" },
	{ "mbox",
	  BYTES("From ann@example.org Thu Jan  1 00:00:00 1970\n"
		"Subject: x\n\nHello\n"),
	  "mbox" },
	{ "eml", BYTES("Return-Path: <a@b>\r\nSubject: x\r\n\r\nHello\r\n"),
	  ".eml" },
	{ "eml, in small letters", BYTES("received: from x\n\nHello\n"),
	  ".eml" },
	{ "eml with a mark", BYTES("\xef\xbb\xbfMIME-Version: 1.0\r\n\r\n"),
	  ".eml" },
	{ "web page", BYTES("\r\n <!DOCTYPE html><html>Sign in</html>"),
	  "web page" },
	{ "half a web page", BYTES("<HTML><hea"), "web page" },
	{ "XML", BYTES("<?xml version=\"1.0\"?>"), "XML" },
	{ "calendar", BYTES("BEGIN:VCALENDAR\r\n"), "iCalendar" },
	{ "text", BYTES("Dear Bob,\nhere is the file.\n"), "text file" },
	{ "text in UTF-8",
	  BYTES("Gr\xc3\xbc\xc3\x9f"
		"e"),
	  "text file" },
	{ "one byte", BYTES("!"), "text file" },
	{ "three of the magic", BYTES("!BD"), "text file" },
	{ "unknown", BYTES("\1\2\3\4\5"), "01 02 03 04" },
	{ "two bytes", BYTES("\1\2"), "01 02 00 00" },
	{ "empty", "", 0, "empty" },
	{ "zeros", BYTES("\0\0\0\0\0\0\0\0"), "zero bytes" },
};

static enum am_status
sniff(const void *data, size_t len, struct am_error *err)
{
	struct am_source *source;
	enum am_status status;

	assert_int_equal(am_source_of_bytes(am_bytes(data, len), &source, err),
			 AM_OK);
	status = am_sniff(source, err);
	am_source_close(source);
	return status;
}

static void
test_files(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct am_error err;

		print_message("%s\n", files[i].name);
		assert_int_equal(sniff(files[i].bytes, files[i].len, &err),
				 AM_UNSUPPORTED);
		if (strstr(err.text, files[i].want) == NULL)
			fail_msg("'%s' has no '%s'", err.text, files[i].want);
		/* a sentence that was not cut off */
		assert_true(strlen(err.text) < AM_ERROR_TEXT_SIZE - 1);
	}
}

/* Every start of every one of them: an answer, whatever it is. */
static void
test_starts(void **state)
{
	struct am_error err;
	size_t i;
	size_t len;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		for (len = 0; len <= files[i].len; len++)
			assert_int_equal(sniff(files[i].bytes, len, &err),
					 AM_UNSUPPORTED);
}

/* name, size, offset of the one byte that is not zero (0: none), its place is
 * an allocation map's type; answer */
static const struct {
	const char *name;
	size_t size;
	size_t offset;
	enum am_status status;
	const char *want;
} zeros[] = {
	{ "a large file of zeros", 300000, 0, AM_UNSUPPORTED, "zero bytes" },
	{ "a byte at the end", 300000, 299999, AM_UNSUPPORTED, "00 00 00 00" },
	{ "a Unicode PST without header", 300000, 0x4400 + 496, AM_CORRUPT,
	  "header is overwritten" },
	{ "an ANSI PST without header", 300000, 0x4400 + 500, AM_CORRUPT,
	  "header is overwritten" },
	{ "a 4K OST without header", 300000, 0x22000 + 4072, AM_CORRUPT,
	  "header is overwritten" },
	{ "the map is cut off", 0x4400 + 497, 0x4400 + 496, AM_UNSUPPORTED,
	  "00 00 00 00" },
};

static void
test_zeros(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
		uint8_t *data = calloc(1, zeros[i].size);
		struct am_error err;

		assert_non_null(data);
		print_message("%s\n", zeros[i].name);
		if (zeros[i].offset > 0)
			data[zeros[i].offset] = 0x84;
		if (zeros[i].offset > 0 && zeros[i].offset + 1 < zeros[i].size)
			data[zeros[i].offset + 1] = 0x84;
		assert_int_equal(sniff(data, zeros[i].size, &err),
				 zeros[i].status);
		assert_non_null(strstr(err.text, zeros[i].want));
		free(data);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_starts),
		cmocka_unit_test(test_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
