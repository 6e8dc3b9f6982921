/* mime/idna: the samples of RFC 3492 7.1, and what is no domain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "mime/idna.h"

#define A10 "aaaaaaaaaa"
#define A60 A10 A10 A10 A10 A10 A10
#define L60 A60 "." A60 "." A60 "." A60

static void
test_domains(void **state)
{
	static const struct {
		const char *name, *domain, *ascii; /* NULL: no domain */
	} cases[] = {
		{ "Latin", "b\xc3\xbc\x63her.example",
		  "xn--bcher-kva.example" },
		{ "the label in the middle", "mail.m\xc3\xbcnchen.de",
		  "mail.xn--mnchen-3ya.de" },
		{ "sharp s", "stra\xc3\x9f\x65.de", "xn--strae-oqa.de" },
		{ "Japanese",
		  "\xe4\xbe\x8b\xe3\x81\x88.\xe3\x83\x86\xe3\x82"
		  "\xb9\xe3\x83\x88",
		  "xn--r8jz45g.xn--zckzah" },
		{ "no ASCII in the label", "\xc3\xa9", "xn--9ca" },
		{ "emoji", "\xf0\x9f\x92\xa9.la", "xn--ls8h.la" },
		{ "upper case beside others", "B\xc3\xbc\x63HER.Example",
		  "xn--bcher-kva.example" },
		{ "decomposed", "bu\xcc\x88\x63her.example",
		  "xn--bcher-kva.example" },
		{ "ideographic full stop",
		  "\xc3\xa9\xe3\x80\x82\xc3\xa9\xef\xbc\x8e"
		  "com\xef\xbd\xa1"
		  "fr",
		  "xn--9ca.xn--9ca.com.fr" },
		{ "ASCII", "Example.COM", "example.com" },
		{ "underscore", "_a.\xc3\xa9", "_a.xn--9ca" },
		{ "empty label", "a..\xc3\xa9", NULL },
		{ "leading dot", ".\xc3\xa9", NULL },
		{ "trailing dot", "\xc3\xa9.", NULL },
		{ "nothing", "", NULL },
		{ "a space", "a b.\xc3\xa9", NULL },
		{ "a colon", "\xc3\xa9:25", NULL },
		{ "line end", "\xc3\xa9\r\nBcc: x", NULL },
		{ "C1 control", "\xc2\x85.com", NULL },
		{ "no-break space", "a\xc2\xa0\x62.com", NULL },
		{ "right-to-left override", "\xe2\x80\xaegpj.com", NULL },
		{ "malformed UTF-8", "a\xff.com", NULL },
		{ "63 bytes", A60 "bbb.\xc3\xa9", A60 "bbb.xn--9ca" },
		{ "64 bytes", A60 "bbbb.\xc3\xa9", NULL },
		{ "63 bytes when encoded", "\xc3\xa9" A10 A10 A10 A10 A10 "b",
		  "xn--" A10 A10 A10 A10 A10 "b-9pe" },
		{ "too long when encoded", "\xc3\xa9" A60, NULL },
		{ "253 bytes", L60 ".b\xc3\xa9", L60 ".xn--b-bga" },
		{ "254 bytes", L60 ".bb\xc3\xa9", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *ascii = cases[i].ascii;
		struct am_buf out = am_buf(1000);

		am_buf_add_text(&out, "@");
		if (am_idna_add(&out, cases[i].domain) != (ascii != NULL) ||
		    strcmp(am_buf_text(&out) + 1, ascii ? ascii : "") != 0)
			fail_msg("%s: %s", cases[i].name, am_buf_text(&out));
		am_buf_free(&out);
	}
}

/* RFC 3492 7.1, as UTF-8 and without the mixed case of (B) and (O). */
static void
test_punycode_samples(void **state)
{
	static const struct {
		const char *label, *ascii;
	} cases[] = {
		{ "\xd9\x84\xd9\x8a\xd9\x87\xd9\x85\xd8\xa7\xd8\xa8\xd8\xaa"
		  "\xd9\x83\xd9\x84\xd9\x85\xd9\x88\xd8\xb4\xd8\xb9\xd8\xb1"
		  "\xd8\xa8\xd9\x8a\xd8\x9f",
		  "xn--egbpdaj6bu4bxfgehfvwxn" },
		{ "\xe4\xbb\x96\xe4\xbb\xac\xe4\xb8\xba\xe4\xbb\x80\xe4\xb9"
		  "\x88\xe4\xb8\x8d\xe8\xaf\xb4\xe4\xb8\xad\xe6\x96\x87",
		  "xn--ihqwcrb4cv8a8dqg056pqjye" },
		{ "\xd7\x9c\xd7\x9e\xd7\x94\xd7\x94\xd7\x9d\xd7\xa4\xd7\xa9"
		  "\xd7\x95\xd7\x98\xd7\x9c\xd7\x90\xd7\x9e\xd7\x93\xd7\x91"
		  "\xd7\xa8\xd7\x99\xd7\x9d\xd7\xa2\xd7\x91\xd7\xa8\xd7\x99"
		  "\xd7\xaa",
		  "xn--4dbcagdahymbxekheh6e0a7fei0b" },
		{ "\xd0\xbf\xd0\xbe\xd1\x87\xd0\xb5\xd0\xbc\xd1\x83\xd0\xb6"
		  "\xd0\xb5\xd0\xbe\xd0\xbd\xd0\xb8\xd0\xbd\xd0\xb5\xd0\xb3"
		  "\xd0\xbe\xd0\xb2\xd0\xbe\xd1\x80\xd1\x8f\xd1\x82\xd0\xbf"
		  "\xd0\xbe\xd1\x80\xd1\x83\xd1\x81\xd1\x81\xd0\xba\xd0\xb8",
		  "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l" },
		{ "3\xe5\xb9\xb4\x62\xe7\xb5\x84\xe9\x87\x91\xe5\x85\xab\xe5"
		  "\x85\x88\xe7\x94\x9f",
		  "xn--3b-ww4c5e180e575a65lsy2b" },
		{ "\xe3\x81\xb2\xe3\x81\xa8\xe3\x81\xa4\xe5\xb1\x8b\xe6\xa0"
		  "\xb9\xe3\x81\xae\xe4\xb8\x8b"
		  "2",
		  "xn--2-u9tlzr9756bt3uc0v" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_buf out = am_buf(100);

		assert_true(am_idna_add(&out, cases[i].label));
		assert_string_equal(am_buf_text(&out), cases[i].ascii);
		am_buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_punycode_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
