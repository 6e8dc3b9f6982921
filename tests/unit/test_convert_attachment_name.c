/* convert/attachment_name: file names and MIME types of attachments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "built.h"
#include "convert/attachment_name.h"

static const struct {
	const char *name;
	const char *text;
	const char *of_path;
	const char *of_text;
} names[] = {
	{ "plain", "report.pdf", "report.pdf", "report.pdf" },
	{ "a Windows path (D27)", "C:\\tmp\\a b.doc", "a b.doc",
	  "C:_tmp_a b.doc" },
	{ "a path", "/etc/passwd", "passwd", "_etc_passwd" },
	{ "upwards (D27)", "..\\..\\x", "x", ".._.._x" },
	{ "only upwards", "../..", "", ".._.." },
	{ "a dot", ".", "", "" },
	{ "two dots", "..", "", "" },
	{ "a folder", "a/", "", "a_" },
	{ "empty", "", "", "" },
	{ "controls", "a\x01\r\n\tb\x7f.txt", "ab.txt", "ab.txt" },
	{ "C1 controls",
	  "a\xc2\x85"
	  "b",
	  "ab", "ab" },
	{ "turned around",
	  "a\xe2\x80\xae"
	  "fdp.exe",
	  "afdp.exe", "afdp.exe" },
	{ "blanks at the ends", "  a b  ", "a b", "a b" },
	{ "Unicode", "\xe3\x81\x82/\xc3\xa9.txt", "\xc3\xa9.txt",
	  "\xe3\x81\x82_\xc3\xa9.txt" },
	{ "a URL", "https://x.org/a/b.docx", "b.docx",
	  "https:__x.org_a_b.docx" },
};

static struct am_text
text_of(const char *data)
{
	const struct am_text text = { data, strlen(data), false };

	return text;
}

static void
test_names(void **state)
{
	struct am_arena arena = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		print_message("%s\n", names[i].name);
		assert_string_equal(
			am_file_name_of_path(&arena, text_of(names[i].text)),
			names[i].of_path);
		assert_string_equal(
			am_file_name_of_text(&arena, text_of(names[i].text)),
			names[i].of_text);
	}
	am_arena_free(&arena);
}

/* A name of many characters is cut between two of them; the extension
 * stays. */
static void
test_long(void **state)
{
	struct am_arena arena = { 0 };
	char text[3 * 400 + 8];
	const char *name;
	size_t i;

	(void)state;
	for (i = 0; i < 400; i++)
		memcpy(text + 3 * i, "\xe3\x81\x82", 3);
	memcpy(text + 3 * 400, ".docx", 6);
	name = am_file_name_of_path(&arena, text_of(text));
	assert_true(strlen(name) <= AM_ATTACHMENT_NAME_MAX);
	assert_true(strlen(name) > AM_ATTACHMENT_NAME_MAX - 3);
	assert_true(am_utf8_is_valid(am_bytes_of(name)));
	assert_string_equal(name + strlen(name) - 5, ".docx");
	memset(text, 'x', 600);
	text[600] = '\0';
	assert_int_equal(strlen(am_file_name_of_path(&arena, text_of(text))),
			 AM_ATTACHMENT_NAME_MAX);
	am_arena_free(&arena);
}

/* The attachments of one message, in turn. */
static const struct {
	const char *attachment; /* of the recipe */
	const char *name;
	const char *type;
} attachments[] = {
	{ "name \"long.pdf\"; short-name \"LONG~1.PDF\"", "long.pdf",
	  "application/pdf" },
	{ "remove 0x3707:string; short-name \"SHORT.TXT\"", "SHORT.TXT",
	  "text/plain" },
	{ "remove 0x3707:string; remove 0x3704:string; "
	  "long-path \"\\\\\\\\server\\\\share\\\\a.xls\"",
	  "a.xls", "application/vnd.ms-excel" },
	{ "remove 0x3707:string; remove 0x3704:string; display-name \"Scan\"; "
	  "extension \".tif\"",
	  "Scan.tif", "image/tiff" },
	{ "remove 0x3707:string; remove 0x3704:string; "
	  "display-name \"a/b.tif\"; extension \".tif\"",
	  "a_b.tif", "image/tiff" },
	{ "name \"x.pdf\"; mime image/png", "x.pdf", "image/png" },
	{ "name \"x.pdf\"; mime application/octet-stream", "x.pdf",
	  "application/pdf" },
	{ "name \"x.pdf\"; mime application/ms-tnef", "x.pdf",
	  "application/pdf" },
	{ "name \"x\"; mime application/ms-tnef", "x", "application/ms-tnef" },
	{ "name \"x.pdf\"; mime multipart/signed", "x.pdf", "application/pdf" },
	{ "name \"x.eml\"; mime message/rfc822", "x.eml",
	  "application/octet-stream" },
	{ "name \"x\"; mime \"no type\"", "x", "application/octet-stream" },
	{ "name \"x\"; mime \"a/b\\r\\nBcc: c@d\"", "x",
	  "application/octet-stream" },
	{ "name \"..\\\\..\\\\x.gif\"", "x.gif", "image/gif" },
};

enum { ATTACHMENTS = sizeof(attachments) / sizeof(attachments[0]) };

static void
attachments_check(const struct am_attachment *items, size_t count)
{
	struct am_error err;
	size_t i;

	assert_int_equal(count, ATTACHMENTS);
	for (i = 0; i < ATTACHMENTS; i++) {
		const char *name;
		const char *type;

		print_message("%s\n", attachments[i].attachment);
		assert_int_equal(am_attachment_name(&items[i], &name, &err),
				 AM_OK);
		assert_string_equal(name, attachments[i].name);
		assert_int_equal(
			am_attachment_type(&items[i], name, &type, &err),
			AM_OK);
		assert_string_equal(type, attachments[i].type);
	}
}

static void
test_attachments(void **state)
{
	struct am_buf recipe = am_buf(1 << 16);
	struct am_arena arena = { 0 };
	struct am_attachment *items;
	struct am_message *message;
	struct am_store *store;
	struct am_error err;
	struct am_node node;
	struct built built;
	size_t count;
	size_t i;

	(void)state;
	am_buf_add_text(&recipe, "folder \"A\" { message {\n");
	for (i = 0; i < ATTACHMENTS; i++)
		am_buf_printf(&recipe, "attachment \"n\" { data \"x\"; %s }\n",
			      attachments[i].attachment);
	am_buf_add_text(&recipe, "} }\n");
	built = built_make(am_buf_text(&recipe));
	store = built_open(&built, NULL);
	node = built_message_node(store, 0);
	assert_int_equal(am_message_open(store, &node, &arena, &message, &err),
			 AM_OK);
	assert_int_equal(am_message_attachments(message, &items, &count, &err),
			 AM_OK);
	attachments_check(items, count);
	am_arena_free(&arena);
	am_store_close(store);
	built_free(&built);
	am_buf_free(&recipe);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_attachments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
