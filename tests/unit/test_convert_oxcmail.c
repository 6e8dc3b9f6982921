/* convert/oxcmail: limits, losses in the middle, memory, early ends. What the
 * messages look like is for tests/golden. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "converted.h"

#define MESSAGE(body)                                                          \
	"folder \"A\" { message { subject \"S\"; from \"A\" <a@x>; "           \
	"to \"B\" <b@x>; sent 2010-01-02T03:04:05Z; message-id \"<m@x>\"; "    \
	"body \"Text.\\r\\n\"; " body " } }\n"

static void
test_facts(void **state)
{
	struct converted c;

	(void)state;
	converted_make(&c,
		       MESSAGE("flags read; attachment \"a.txt\" { data "
			       "\"abc\" }"),
		       NULL);
	assert_int_equal(c.status, AM_OK);
	assert_string_equal(c.mail->message_id, "<m@x>");
	assert_string_equal(c.mail->subject, "S");
	assert_string_equal(c.mail->sender, "a@x");
	assert_int_equal(c.mail->date, 1262401445);
	assert_int_equal(c.mail->flags, AM_FLAG_SEEN);
	assert_int_equal(c.mail->counts.attachments_found, 1);
	assert_int_equal(c.mail->counts.attachments_written, 1);
	assert_int_equal(c.mail->attachments->size, 3);
	assert_true(c.mail->attachments->done);
	assert_null(c.mail->attachments->next);
	assert_false(c.mail->damaged);
	assert_int_equal(c.report.count, 0);
	converted_close(&c);
}

/* D4: LF and CR LF, twice: the same bytes but for the line ends. */
static void
test_same_bytes(void **state)
{
	const char *recipe = MESSAGE("html \"<p>\\r\\nx\"; attachment \"e\" "
				     "{ message { body \"y\" } }");
	const struct am_convert_options lf = { .lf = true };
	struct converted a;
	struct converted b;
	struct converted c;
	size_t i;
	size_t at = 0;

	(void)state;
	converted_make(&a, recipe, NULL);
	converted_make(&b, recipe, NULL);
	converted_make(&c, recipe, &lf);
	assert_string_equal(am_buf_text(&a.mime), am_buf_text(&b.mime));
	for (i = 0; i < a.mime.len; i++)
		if (a.mime.data[i] != '\r')
			assert_int_equal(a.mime.data[i], c.mime.data[at++]);
	assert_int_equal(at, c.mime.len);
	converted_close(&a);
	converted_close(&b);
	converted_close(&c);
}

/* Two messages of one archive have different boundaries and ids, and so have
 * two archives. */
static void
test_seeds(void **state)
{
	static const char *const recipes[] = {
		"folder \"A\" { message { attachment \"a\" { data \"x\" } } }",
		"record-key 00112233-4455-6677-8899-aabbccddeeff\n"
		"folder \"A\" { message { attachment \"a\" { data \"x\" } } }",
		"folder \"A\" { message { attachment \"m\" { message { "
		"attachment \"a\" { data \"x\" } } } } }",
	};
	struct converted c[3];
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		converted_make(&c[i], recipes[i], NULL);
	assert_string_not_equal(c[0].mail->message_id, c[1].mail->message_id);
	assert_true(converted_has(&c[2], c[2].mail->message_id));
	assert_int_equal(converted_count(&c[2], "Message-ID: <pst."), 2);
	assert_int_equal(converted_count(&c[2], c[2].mail->message_id), 1);
	for (i = 0; i < 3; i++)
		converted_close(&c[i]);
}

static enum am_status
only_one_dn(void *arg, const char *legacy_dn, const char **smtp_out,
	    struct am_error *err)
{
	size_t *calls = arg;

	(void)err;
	(*calls)++;
	*smtp_out = strcmp(legacy_dn, "/o=o/cn=ann") == 0 ? "ann@x.org" : NULL;
	return AM_OK;
}

static void
test_exchange_names(void **state)
{
	size_t calls = 0;
	const struct am_convert_options options = { .lf = true,
						    .ex_address = only_one_dn,
						    .ex_arg = &calls };
	struct converted c;

	(void)state;
	converted_make(&c,
		       "folder \"A\" { message { from \"Ann\" ex "
		       "\"/o=O/cn=ann\"; to \"Bob\" ex \"/o=O/cn=bob\" } }",
		       &options);
	assert_true(calls > 0);
	assert_true(converted_has(&c, "From: Ann <ann@x.org>\n"));
	assert_true(converted_has(&c, "To: Bob:;\n"));
	assert_true(converted_has(&c, "X-PST-Unresolved: EX:/o=O/cn=bob\n"));
	assert_true(converted_found(&c, "unresolved-address"));
	converted_close(&c);
}

/* Somebody without an address is told of once, though the calendar part needs
 * the address too. */
static void
test_unresolved_once(void **state)
{
	struct converted c;

	(void)state;
	converted_make(&c,
		       "folder \"A\" { message { "
		       "class \"IPM.Schedule.Meeting.Request\"; "
		       "from \"Ann\" ex \"/o=O/cn=ann\"; "
		       "to \"'Bob'\" ex \"/o=O/cn=bob\"; to \"Carl\"; "
		       "prop PSETID_Appointment/0x820d:time "
		       "2020-01-09T18:00:00Z } }",
		       NULL);
	assert_int_equal(c.status, AM_OK);
	assert_true(converted_has(&c, "ORGANIZER;CN=3DAnn:invalid:nomail"));
	assert_int_equal(converted_count(&c, "X-PST-Unresolved:"), 2);
	assert_int_equal(c.report.count, 3);
	assert_string_equal(c.report.first->text,
			    "unresolved-address: \"Ann\" EX:/o=O/cn=ann");
	converted_close(&c);
}

/* ---- receipts ---- */

static const struct am_convert_options no_receipts = { .lf = true,
						       .no_receipts = true };

/* From properties and from PS_INTERNET_HEADERS; the embedded message asks as
 * it did. */
static void
test_receipts_of_properties(void **state)
{
	static const char recipe[] =
		MESSAGE("prop 0x0023:bool true; prop 0x0029:bool true; "
			"prop PS_INTERNET_HEADERS/X-Confirm-Reading-To:string "
			"\"c@x\"; "
			"prop PS_INTERNET_HEADERS/X-Other:string \"stays\"; "
			"attachment \"e\" { message { from \"E\" <e@x>; "
			"prop 0x0023:bool true; prop 0x0029:bool true; "
			"prop PS_INTERNET_HEADERS/X-Confirm-Reading-To:string "
			"\"d@x\"; body \"y\" } }");
	struct converted with;
	struct converted without;

	(void)state;
	converted_make(&with, recipe, NULL);
	assert_int_equal(converted_count(&with, "Disposition-Notification-To:"),
			 2);
	assert_int_equal(converted_count(&with, "Return-Receipt-To:"), 2);
	assert_int_equal(converted_count(&with, "X-Confirm-Reading-To:"), 2);
	converted_make(&without, recipe, &no_receipts);
	assert_int_equal(
		converted_count(&without, "Disposition-Notification-To:"), 1);
	assert_true(converted_has(&without,
				  "Disposition-Notification-To: E <e@x>\n"));
	assert_int_equal(converted_count(&without, "Return-Receipt-To:"), 1);
	assert_true(converted_has(&without, "Return-Receipt-To: E <e@x>\n"));
	assert_int_equal(converted_count(&without, "X-Confirm-Reading-To:"), 1);
	assert_true(converted_has(&without, "X-Confirm-Reading-To: d@x\n"));
	assert_true(converted_has(&without, "X-Other: stays\n"));
	converted_close(&without);
	converted_close(&with);
}

#define HEADERS                                                                \
	"headers \"From: A <a@x>\\r\\n"                                        \
	"Disposition-Notification-To: A <a@x>,\\r\\n\\tB <b@x>\\r\\n"          \
	"Disposition-Notification-Options: o=required,x\\r\\n"                 \
	"X-Before: 1\\r\\n"                                                    \
	"return-receipt-to: <a@x>\\r\\n"                                       \
	"Return-Receipt-Requested: <a@x>\\r\\n"                                \
	"Read-Receipt-To: <a@x>\\r\\n"                                         \
	"Registered-Mail-Reply-Requested-By: <a@x>\\r\\n"                      \
	"Disposition-Notification-To: <c@x>\\r\\n"                             \
	"X-After: 2\\r\\n\"; "

/* From transport headers, folded, in any case, more than once; the property
 * does not make them anew. */
static void
test_receipts_of_transport(void **state)
{
	struct converted c;

	(void)state;
	converted_make(&c, MESSAGE("prop 0x0029:bool true; " HEADERS),
		       &no_receipts);
	assert_true(converted_has(&c, "From: A <a@x>\nX-Before: 1\n"
				      "X-After: 2\n"));
	assert_false(converted_has(&c, "Notification"));
	assert_false(converted_has(&c, "eceipt"));
	assert_false(converted_has(&c, "Registered"));
	assert_int_equal(c.report.count, 0);
	converted_close(&c);
}

/* What is signed is not looked into. */
static void
test_receipts_that_are_signed(void **state)
{
	struct converted c;

	(void)state;
	converted_make(
		&c,
		MESSAGE(HEADERS
			"class \"IPM.Note.SMIME.MultipartSigned\"; "
			"attachment \"smime.p7m\" { mime multipart/signed; "
			"data \"Content-Type: multipart/signed; "
			"protocol=\\\"application/pkcs7-signature\\\"; "
			"micalg=sha1; boundary=\\\"b1\\\"\\r\\n\\r\\n--b1\\r\\n"
			"Content-Type: message/rfc822\\r\\n\\r\\n"
			"Return-Receipt-To: <s@x>\\r\\n\\r\\nSigned.\\r\\n"
			"--b1--\\r\\n\" }"),
		&no_receipts);
	assert_int_equal(c.status, AM_OK);
	assert_true(converted_has(&c, "Content-Type: message/rfc822\n\n"
				      "Return-Receipt-To: <s@x>\n\nSigned.\n"
				      "--b1--\n"));
	assert_int_equal(converted_count(&c, "eceipt"), 1);
	converted_close(&c);
}

/* ---- limits ---- */

static void
test_nesting_limit(void **state)
{
	const struct am_convert_options options = { .max_nesting = 2 };
	struct converted c;

	(void)state;
	converted_make(&c, MESSAGE("attachment \"n\" { nested 5 }"), &options);
	assert_int_equal(c.status, AM_OK);
	assert_int_equal(converted_count(&c, "Content-Type: message/rfc822"),
			 2);
	assert_true(converted_has(&c, "X-PST-Part: lost"));
	assert_int_equal(c.mail->counts.embedded_found, 3);
	assert_int_equal(c.mail->counts.embedded_written, 2);
	assert_true(converted_found(&c, "attachment-lost"));
	converted_close(&c);
}

static void
test_object_limit(void **state)
{
	const struct am_convert_options options = { .max_objects = 3 };
	struct converted c;

	(void)state;
	converted_make(&c,
		       MESSAGE("attachment \"a\" { data \"a\" }; "
			       "attachment \"b\" { data \"b\" }; "
			       "attachment \"c\" { data \"c\" }; "
			       "attachment \"d\" { data \"d\" }"),
		       &options);
	assert_int_equal(c.status, AM_OK);
	assert_int_equal(c.mail->counts.attachments_found, 4);
	assert_int_equal(c.mail->counts.attachments_written, 2);
	assert_true(converted_has(&c, "2 attachments are left out"));
	assert_true(converted_found(&c, "attachment-lost"));
	converted_close(&c);
}

/* Too large a message ends its parts, and is whole as MIME. */
static void
test_output_limit(void **state)
{
	const struct am_convert_options options = { .max_output = 100000 };
	struct converted c;

	(void)state;
	converted_make(&c,
		       MESSAGE("attachment \"a\" { data zero 1M }; "
			       "attachment \"b\" { data \"b\" }"),
		       &options);
	assert_int_equal(c.status, AM_OK);
	assert_true(c.mime.len < 200000);
	assert_int_equal(c.mail->counts.attachments_written, 0);
	assert_int_equal(c.mail->attachments->status, AM_LIMIT);
	assert_int_equal(c.mail->attachments->next->status, AM_LIMIT);
	assert_true(converted_found(&c, "attachment-cut"));
	assert_true(converted_has(&c, "_1--\r\n"));
	converted_close(&c);
}

/* MAX_VERBS: what is as long is looked at, what is longer is not. */
static void
test_voting_limit(void **state)
{
	static const char *const findings[] = {
		"voting: VerbStream.Version is 0, want 0x102",
		"voting: the data has more than 65536 bytes in node 0x200024",
	};
	struct converted c;
	int more;

	(void)state;
	for (more = 0; more <= 1; more++) {
		converted_make(
			&c,
			more ? MESSAGE("prop PSETID_Common/0x8520:binary zero "
				       "65537")
			     : MESSAGE("prop PSETID_Common/0x8520:binary zero "
				       "65536"),
			NULL);
		assert_int_equal(c.status, AM_OK);
		assert_int_equal(c.report.count, 1);
		assert_string_equal(c.report.first->text, findings[more]);
		assert_false(converted_has(&c, "X-PST-Voting-Options"));
		converted_close(&c);
	}
}

/* MAX_TRANSPORT: what is as long is read, what is longer is not. */
static void
test_transport_limit(void **state)
{
	static const char *const findings[] = {
		"transport-headers: the transport headers do not begin with a "
		"header field",
		"transport-headers: the data has more than 1048576 bytes in "
		"node 0x200024",
	};
	struct converted c;
	int more;

	(void)state;
	for (more = 0; more <= 1; more++) {
		converted_make(&c,
			       more ? MESSAGE("prop 0x007D:string8 repeat "
					      "1048577 \"x\"")
				    : MESSAGE("prop 0x007D:string8 repeat "
					      "1048576 \"x\""),
			       NULL);
		assert_int_equal(c.status, AM_OK);
		assert_int_equal(c.report.count, 1);
		assert_string_equal(c.report.first->text, findings[more]);
		assert_true(converted_has(&c, "From: A <a@x>"));
		converted_close(&c);
	}
}

/* A report whose fields are so many bytes. */
static void
report_make(struct converted *c, size_t size)
{
	enum { LINE = 70 };
	struct am_buf recipe = am_buf(1 << 20);
	struct am_buf fields = am_buf(1 << 20);
	const char *at;

	am_buf_add_text(&fields, "Reporting-MTA: dns; mta.example\r\n\r\n"
				 "Final-Recipient: rfc822; b@x\r\n"
				 "Action: failed\r\nStatus: 5.0.0\r\nX-Fill: ");
	while (fields.len < size - 2)
		am_buf_add_text(&fields,
				fields.len % LINE == 0 && fields.len + 5 < size
					? "\r\n y"
					: "x");
	am_buf_add_text(&fields, "\r\n");
	assert_int_equal(fields.len, size);
	am_buf_add_text(&recipe, "folder \"A\" { message { class "
				 "\"REPORT.IPM.Note.NDR\"; subject \"S\"; "
				 "from <a@x>; body \"b\"; "
				 "attachment \"f.txt\" { data \"");
	for (at = am_buf_text(&fields); *at != '\0'; at++)
		if (*at == '\r')
			am_buf_add_text(&recipe, "\\r");
		else if (*at == '\n')
			am_buf_add_text(&recipe, "\\n");
		else
			am_buf_add_char(&recipe, *at);
	am_buf_add_text(&recipe, "\" } } }\n");
	converted_make(c, am_buf_text(&recipe), NULL);
	am_buf_free(&fields);
	am_buf_free(&recipe);
}

/* AM_REPORT_MAX_FIELDS */
static void
test_report_limit(void **state)
{
	struct converted c;

	(void)state;
	report_make(&c, 64 << 10);
	assert_int_equal(c.status, AM_OK);
	assert_true(converted_has(&c, "Reporting-MTA: dns; mta.example\r\n"));
	assert_false(converted_has(&c, "filename=f.txt"));
	assert_int_equal(c.mail->counts.attachments_written, 1);
	converted_close(&c);

	report_make(&c, (64 << 10) + 1);
	assert_int_equal(c.status, AM_OK);
	assert_false(converted_has(&c, "Reporting-MTA: dns; mta.example\r\n"));
	assert_true(converted_has(&c, "filename=f.txt"));
	assert_true(converted_has(&c, "Content-Type: message/delivery-status"));
	assert_int_equal(c.mail->counts.attachments_written, 1);
	converted_close(&c);
}

/* ---- losses in the middle ---- */

/* The fourth, or the first, data block of a node is lost: its XBLOCK names one
 * that is not there. */
#define LOSE_FOURTH(node)                                                      \
	"damage { set block " node " data +32 u64 0x7ffff0 sealed }\n"
#define LOSE_FORTIETH(node)                                                    \
	"damage { set block " node " data +320 u64 0x7ffff0 sealed }\n"
#define LOSE_FIRST(node)                                                       \
	"damage { set block " node " data +8 u64 0x7ffff0 sealed }\n"

static void
test_cut_attachment(void **state)
{
	struct converted c;

	(void)state;
	converted_make(&c,
		       MESSAGE("attachment \"a.bin\" { data random 60000 7 }; "
			       "attachment \"b.txt\" { data \"b\" }")
			       LOSE_FOURTH("0x200024/0x8025/0x83f"),
		       NULL);
	assert_int_equal(c.status, AM_OK);
	assert_int_equal(c.mail->attachments->status, AM_NOT_FOUND);
	assert_int_equal(c.mail->attachments->size, 3 * 8176);
	assert_int_equal(c.mail->attachments->next->status, AM_OK);
	assert_int_equal(c.mail->counts.attachments_written, 1);
	assert_true(converted_has(&c, "\"a.bin\" could be read only in part"));
	assert_true(converted_has(&c, "filename=b.txt"));
	assert_true(converted_found(&c, "attachment-cut"));
	assert_false(c.mail->damaged);
	converted_close(&c);
}

static void
test_cut_inline(void **state)
{
	struct converted c;

	(void)state;
	converted_make(&c,
		       MESSAGE("html \"<img src=cid:a>\"; attachment \"a.gif\" "
			       "{ cid a; data random 60000 7 }")
			       LOSE_FOURTH("0x200024/0x8025/0x83f"),
		       NULL);
	assert_int_equal(c.status, AM_OK);
	assert_true(converted_has(&c, "Content-Disposition: inline"));
	assert_true(converted_has(&c, "\"a.gif\" could be read only in part"));
	converted_close(&c);
}

/* A short body, read into memory. */
static void
test_cut_body(void **state)
{
	struct converted c;

	(void)state;
	converted_make(&c,
		       MESSAGE("prop 0x1000:string8 prose 60000; "
			       "attachment \"b.txt\" { data \"b\" }")
			       LOSE_FOURTH("0x200024/0x83f"),
		       NULL);
	assert_int_equal(c.status, AM_OK);
	assert_true(c.mail->damaged);
	assert_true(converted_found(&c, "value-cut"));
	assert_true(c.mime.len > 3 * 8176);
	assert_true(c.mime.len < 4 * 8176);
	assert_true(converted_has(&c, "filename=b.txt"));
	converted_close(&c);
}

/* A long one, read as a stream. */
static void
test_cut_long_body(void **state)
{
	struct converted c;

	(void)state;
	converted_make(&c,
		       MESSAGE("prop 0x1000:string8 prose 600000; "
			       "attachment \"b.txt\" { data \"b\" }")
			       LOSE_FORTIETH("0x200024/0x83f"),
		       NULL);
	assert_int_equal(c.status, AM_OK);
	assert_true(c.mail->damaged);
	assert_true(converted_found(&c, "text-body"));
	assert_true(c.mime.len > 39 * 8176);
	assert_true(c.mime.len < 42 * 8176);
	assert_true(converted_has(&c, "filename=b.txt"));
	converted_close(&c);
}

/* Of a body of which nothing can be read the others take the place. */
static void
test_lost_body(void **state)
{
	struct converted c;

	(void)state;
	converted_make(&c,
		       MESSAGE("html prose 20000") LOSE_FIRST("0x200024/0x83f"),
		       NULL);
	assert_int_equal(c.status, AM_OK);
	assert_true(c.mail->damaged);
	assert_true(c.report.count > 0);
	assert_false(converted_has(&c, "text/html"));
	assert_true(converted_has(&c, "Text.\r\n"));
	converted_close(&c);
}

static void
test_lost_embedded(void **state)
{
	struct converted c;

	(void)state;
	converted_make(&c,
		       MESSAGE("attachment \"m\" { message { subject \"inside\""
			       "; body \"x\" } }") "damage { fill block "
						   "0x200024/0x8025/0x200044 "
						   "data +0 8 "
						   "}\n",
		       NULL);
	assert_int_equal(c.status, AM_OK);
	assert_int_equal(c.mail->counts.embedded_found, 1);
	assert_int_equal(c.mail->counts.embedded_written, 0);
	assert_true(converted_has(&c, "X-PST-Part: lost"));
	assert_true(converted_found(&c, "attachment-lost"));
	converted_close(&c);
}

/* ---- memory ---- */

/* D32: what an attachment of 64 MiB needs beside one of 64 bytes. */
static void
test_large_attachment(void **state)
{
	static const char *const recipes[] = {
		MESSAGE("attachment \"a\" { data zero 64 }"),
		MESSAGE("attachment \"a\" { data zero 64M }"),
	};
	size_t used[2];
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct converted c;

		converted_make(&c, recipes[i], NULL);
		assert_int_equal(c.status, AM_OK);
		assert_int_equal(c.mail->counts.attachments_written, 1);
		assert_int_equal(c.mail->attachments->size,
				 i == 0 ? 64 : 64 << 20);
		used[i] = c.arena.used;
		converted_close(&c);
	}
	assert_true(used[1] < used[0] + 4096);
}

/* Embedded messages one after another do not add up. */
static void
test_many_embedded(void **state)
{
	struct am_buf recipe = am_buf(1 << 20);
	struct converted c;
	size_t i;

	(void)state;
	am_buf_add_text(&recipe, "folder \"A\" { message {\n");
	for (i = 0; i < 40; i++)
		am_buf_add_text(&recipe, "attachment \"m\" { message { body "
					 "prose 100000 } }\n");
	am_buf_add_text(&recipe, "} }\n");
	converted_make(&c, am_buf_text(&recipe), NULL);
	assert_int_equal(c.status, AM_OK);
	assert_int_equal(c.mail->counts.embedded_written, 40);
	assert_true(c.arena.used < 256 << 10);
	converted_close(&c);
	am_buf_free(&recipe);
}

#define RICH                                                                   \
	MESSAGE("html \"<img src=cid:a>\"; headers \"From: a@x\\r\\nX-A: "     \
		"b\\r\\n\"; rtf \"{x}\"; categories \"c\"; attachment \"a\" "  \
		"{ cid a; data zero 10000 }; attachment \"m\" { message { "    \
		"subject \"s\"; attachment \"n\" { message { attachment "      \
		"\"o\" { data \"x\" } } } } }; attachment \"r\" { reference "  \
		"\"x\" }; attachment \"l\" { no-node }")

/* Closing early, wherever that is, leaves nothing behind: the address
 * sanitizer watches. */
static void
test_early_end(void **state)
{
	struct converted c;
	struct am_bytes bytes;
	size_t pieces;

	(void)state;
	c.built = built_make(RICH);
	for (pieces = 0; pieces < 4; pieces++) {
		size_t i;

		converted_open(&c);
		converted_start(&c, NULL);
		assert_int_equal(c.status, AM_OK);
		for (i = 0; i < pieces; i++)
			if (am_stream_next(c.mail->mime, &bytes, &c.err) !=
			    AM_OK)
				break;
		am_mail_close(c.mail);
		am_buf_free(&c.mime);
		am_arena_free(&c.arena);
		am_store_close(c.store);
	}
	built_free(&c.built);
}

/* The nth allocation fails, n = 1, 2, 3 ...: the answer is AM_NOMEM, never
 * half a message. */
static void
test_torture(void **state)
{
	struct converted whole;
	unsigned long n;
	bool done = false;

	(void)state;
	converted_make(&whole, RICH, NULL);
	assert_int_equal(whole.status, AM_OK);
	for (n = 1; !done; n++) {
		struct converted c;

		c.built = whole.built;
		converted_open(&c);
		am_alloc_fail_after(n);
		converted_start(&c, NULL);
		if (c.status == AM_OK)
			converted_read(&c);
		am_alloc_fail_after(0);
		done = c.status == AM_OK && c.mime.status == AM_OK;
		if (done)
			assert_string_equal(am_buf_text(&c.mime),
					    am_buf_text(&whole.mime));
		else if (c.status != AM_OK)
			assert_int_equal(c.status, AM_NOMEM);
		am_mail_close(c.mail);
		am_buf_free(&c.mime);
		am_arena_free(&c.arena);
		am_store_close(c.store);
		assert_true(n < 100000);
	}
	assert_true(n > 10);
	converted_close(&whole);
}

/* The arena of a message is limited; a message that does not fit fails with
 * that, and nothing else. */
static void
test_arena_limit(void **state)
{
	struct converted c;
	size_t limit;
	enum am_status status = AM_LIMIT;

	(void)state;
	c.built = built_make(RICH);
	for (limit = 4096; status != AM_OK; limit += 1009) {
		converted_open(&c);
		c.arena.limit = c.arena.used + limit;
		converted_start(&c, NULL);
		if (c.status == AM_OK)
			converted_read(&c);
		status = c.status;
		if (status != AM_OK && status != AM_LIMIT)
			print_message("%zu: %s\n", limit, c.err.text);
		assert_true(status == AM_OK || status == AM_LIMIT);
		am_mail_close(c.mail);
		am_buf_free(&c.mime);
		am_arena_free(&c.arena);
		am_store_close(c.store);
	}
	assert_true(limit < 1 << 20);
	built_free(&c.built);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_exchange_names),
		cmocka_unit_test(test_unresolved_once),
		cmocka_unit_test(test_receipts_of_properties),
		cmocka_unit_test(test_receipts_of_transport),
		cmocka_unit_test(test_receipts_that_are_signed),
		cmocka_unit_test(test_nesting_limit),
		cmocka_unit_test(test_object_limit),
		cmocka_unit_test(test_output_limit),
		cmocka_unit_test(test_voting_limit),
		cmocka_unit_test(test_transport_limit),
		cmocka_unit_test(test_report_limit),
		cmocka_unit_test(test_cut_attachment),
		cmocka_unit_test(test_cut_inline),
		cmocka_unit_test(test_cut_body),
		cmocka_unit_test(test_cut_long_body),
		cmocka_unit_test(test_lost_body),
		cmocka_unit_test(test_lost_embedded),
		cmocka_unit_test(test_large_attachment),
		cmocka_unit_test(test_many_embedded),
		cmocka_unit_test(test_early_end),
		cmocka_unit_test(test_torture),
		cmocka_unit_test(test_arena_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
