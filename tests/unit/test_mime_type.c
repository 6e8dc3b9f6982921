/* mime/type: extensions in any case, and the syntax of a type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mime/type.h"

static void
test_of_name(void **state)
{
	static const struct {
		const char *name, *type;
	} cases[] = {
		{ "a.txt", "text/plain" },
		{ "a.7z", "application/x-7z-compressed" }, /* first of table */
		{ "a.zip", "application/zip" },		   /* last of table */
		{ "PHOTO.JPG", "image/jpeg" },
		{ "photo.JpEg", "image/jpeg" },
		{ "a.b.c.pdf", "application/pdf" },
		{ "x.docx", "application/vnd.openxmlformats-officedocument."
			    "wordprocessingml.document" },
		{ "x.ods", "application/vnd.oasis.opendocument.spreadsheet" },
		{ "x.heic", "image/heic" },
		{ "x.rpmsg", "application/x-microsoft-rpmsg-message" },
		{ "forwarded.eml", "message/rfc822" },
		{ "winmail.dat", "application/ms-tnef" },
		{ "WinMail.DAT", "application/ms-tnef" },
		{ "other.dat", NULL },
		{ "notwinmail.dat", NULL },
		{ "tar.gz", "application/gzip" },
		{ ".png", "image/png" },
		{ "png", NULL },
		{ "", NULL },
		{ ".", NULL },
		{ "a.", NULL },
		{ "a.zi", NULL },
		{ "a.zipp", NULL },
		{ "a.z\xc4\xb1p", NULL },
		{ "a.txt ", NULL },
		{ "a.exe.unheard-of-and-very-long", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *type = am_mime_type_of_name(cases[i].name);

		if (cases[i].type == NULL)
			assert_null(type);
		else if (type == NULL || strcmp(type, cases[i].type) != 0)
			fail_msg("%s: %s", cases[i].name, type ? type : "NULL");
		if (type != NULL)
			assert_true(am_mime_type_is_valid(type));
	}
}

#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A127 A63 "b" A63

static void
test_is_valid(void **state)
{
	static const struct {
		const char *type;
		bool valid;
	} cases[] = {
		{ "text/plain", true },
		{ "application/vnd.ms-excel.sheet.macroEnabled.12", true },
		{ "image/svg+xml", true },
		{ "multipart/mixed", true },
		{ A127 "/" A127, true },
		{ A127 "b/x", false },
		{ "x/" A127 "b", false },
		{ NULL, false },
		{ "", false },
		{ "text", false },
		{ "text/", false },
		{ "/plain", false },
		{ "text/plain/x", false },
		{ "text/plain; charset=utf-8", false },
		{ "text /plain", false },
		{ "text/plain\r\nX: y", false },
		{ "text/pl\xc3\xa4in", false },
		{ "text/\"plain\"", false },
		{ "image/*", true }, /* a token, if an odd one */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (am_mime_type_is_valid(cases[i].type) != cases[i].valid)
			fail_msg("%s", cases[i].type ? cases[i].type : "NULL");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_name),
		cmocka_unit_test(test_is_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
