/* Limits of a message, each from both sides: just below everything is there,
 * just above the message is still written, and what is left out is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <archive-mail/transfer.h>

#include "base/buf.h"
#include "converted.h"
#include "pst/messaging/named_prop.h"
#include "pst/messaging/store_private.h"
#include "tmp_tree.h"

/* ---- nesting ---- */

static struct am_item_counts
nested_convert(unsigned depth, uint64_t *findings, uint64_t *asked, size_t *len)
{
	struct am_buf recipe = am_buf(1 << 20);
	struct converted c = { 0 };
	struct am_item_counts counts;
	uint64_t before;

	am_buf_printf(&recipe,
		      "minimal\nfolder \"Inbox\" { message { subject \"o\"; "
		      "from <a@b.example>; attachment \"m\" { nested %u } } "
		      "}\n",
		      depth);
	c.built = built_make(am_buf_text(&recipe));
	converted_open(&c); /* walks over both B-trees */
	before = am_source_bytes_asked(c.store->source);
	converted_start(&c, NULL);
	assert_int_equal(c.status, AM_OK);
	converted_read(&c);
	assert_int_equal(c.status, AM_OK);
	counts = c.mail->counts;
	*findings = c.report.count;
	*asked = am_source_bytes_asked(c.store->source) - before;
	*len = c.mime.len;
	converted_close(&c);
	am_buf_free(&recipe);
	return counts;
}

static void
test_nesting(void **state)
{
	const unsigned max = AM_MESSAGE_MAX_NESTING;
	struct am_item_counts counts;
	uint64_t findings, asked, more;
	size_t len, longer;

	(void)state;
	counts = nested_convert(max, &findings, &asked, &len);
	assert_int_equal(counts.embedded_written, max);
	assert_int_equal(findings, 0);
	counts = nested_convert(max + 1, &findings, &asked, &len);
	assert_int_equal(counts.embedded_found, max + 1);
	assert_int_equal(counts.embedded_written, max);
	assert_int_equal(findings, 1);
	/* What is deeper costs nothing: not read, not written. */
	counts = nested_convert(10000, &findings, &more, &longer);
	assert_int_equal(counts.embedded_written, max);
	assert_int_equal(findings, 1);
	assert_true(more < asked + asked / 4);
	assert_true(longer < len + 1000);
}

/* ---- much from little ---- */

/* Messages in messages, two in each; the two are the same. */
static void
laughs_recipe(struct am_buf *recipe, unsigned depth)
{
	unsigned i, k;

	am_buf_add_text(recipe,
			"minimal\nfolder \"Inbox\" { message { label m; "
			"subject \"o\"; from <a@b.example>; body \"b\"\n");
	for (i = 0; i < depth; i++)
		am_buf_printf(recipe,
			      "attachment \"m\" { message { nid 0x%x; "
			      "subject \"%u\"; body \"b\"\n",
			      0x300024 + 32 * i, i);
	for (i = 0; i < depth; i++)
		am_buf_add_text(recipe,
				"} }; attachment \"n\" { data \"x\" }\n");
	am_buf_add_text(recipe, "} }\ndamage {\n");
	for (i = 0; i < depth; i++) {
		struct am_buf path = am_buf(1 << 16);

		am_buf_add_text(&path, "@m");
		for (k = 0; k < i; k++)
			am_buf_printf(&path, "/0x8025/0x%x", 0x300024 + 32 * k);
		am_buf_printf(recipe,
			      "set node %s/0x8045 data bid-of %s/0x8025 data\n"
			      "set node %s/0x8045 sub bid-of %s/0x8025 sub "
			      "sealed\n",
			      am_buf_text(&path), am_buf_text(&path),
			      am_buf_text(&path), am_buf_text(&path));
		am_buf_free(&path);
	}
	am_buf_add_text(recipe, "}\n");
}

static void
laughs_convert(unsigned depth, unsigned max_objects,
	       struct am_item_counts *counts, uint64_t *findings)
{
	const struct am_convert_options options = { .max_objects =
							    max_objects };
	struct am_buf recipe = am_buf(1 << 20);
	struct converted c = { 0 };

	laughs_recipe(&recipe, depth);
	c.built = built_make(am_buf_text(&recipe));
	converted_open(&c);
	converted_start(&c, &options);
	assert_int_equal(c.status, AM_OK);
	converted_read(&c);
	assert_int_equal(c.status, AM_OK);
	*counts = c.mail->counts;
	*findings = c.report.count;
	converted_close(&c);
	am_buf_free(&recipe);
}

static void
test_laughs(void **state)
{
	struct am_item_counts counts;
	uint64_t findings;

	(void)state;
	/* 2 + 4 + 8 + 16 messages */
	laughs_convert(4, 1000, &counts, &findings);
	assert_int_equal(counts.embedded_found, 30);
	assert_int_equal(counts.embedded_written, 30);
	assert_int_equal(findings, 0);
	/* 2^31 of them, if nobody counted */
	laughs_convert(30, 1000, &counts, &findings);
	assert_true(counts.embedded_written < 1000);
	assert_true(counts.embedded_found + counts.attachments_found >
		    counts.embedded_written);
	assert_true(findings > 0);
}

/* Attachments that share one content of a million bytes. */
static void
shared_convert(unsigned count, struct converted *c)
{
	struct am_buf recipe = am_buf(1 << 20);
	unsigned i;

	am_buf_add_text(&recipe,
			"minimal\nfolder \"Inbox\" { message { label m; "
			"subject \"o\"; from <a@b.example>; body \"b\"\n"
			"attachment \"a\" { data random 1000000 }\n");
	for (i = 1; i < count; i++)
		am_buf_add_text(&recipe, "attachment \"b\" { data \"x\" }\n");
	am_buf_add_text(&recipe, "} }\ndamage {\n");
	for (i = 1; i < count; i++)
		am_buf_printf(&recipe,
			      "set node @m/0x%x data bid-of @m/0x8025 data\n"
			      "set node @m/0x%x sub bid-of @m/0x8025 sub "
			      "sealed\n",
			      0x8025 + 32 * i, 0x8025 + 32 * i);
	am_buf_add_text(&recipe, "}\n");
	c->built = built_make(am_buf_text(&recipe));
	am_buf_free(&recipe);
	converted_open(c);
	converted_start(c, NULL);
	assert_int_equal(c->status, AM_OK);
	converted_read(c);
}

static void
test_output(void **state)
{
	const uint64_t base = 64 << 20;
	struct converted few = { 0 };
	struct converted many = { 0 };

	(void)state;
	shared_convert(48, &few); /* 65 MB of base64 */
	assert_int_equal(few.status, AM_OK);
	assert_int_equal(few.mail->counts.attachments_written, 48);
	assert_int_equal(few.report.count, 0);
	shared_convert(60, &many); /* 81 MB */
	assert_int_equal(many.status, AM_OK);
	assert_int_equal(many.mail->counts.attachments_found, 60);
	assert_true(many.mail->counts.attachments_written >= 48);
	assert_true(many.mail->counts.attachments_written < 60);
	assert_true(many.report.count > 0);
	assert_true(many.mime.len < base + 5 * many.built.len);
	converted_close(&few);
	converted_close(&many);
}

/* ---- many of a kind ---- */

static void
many_convert(const char *one, unsigned count, struct converted *c)
{
	struct am_buf recipe = am_buf(4 << 20);
	unsigned i;

	am_buf_add_text(&recipe, "minimal\nfolder \"Inbox\" { message { "
				 "subject \"o\"; from <a@b.example>; "
				 "body \"the body\"\n");
	for (i = 0; i < count; i++)
		am_buf_printf(&recipe, "%s\n", one);
	am_buf_add_text(&recipe, "} }\n");
	c->built = built_make(am_buf_text(&recipe));
	am_buf_free(&recipe);
	converted_open(c);
	converted_start(c, NULL);
	assert_int_equal(c->status, AM_OK);
	converted_read(c);
	assert_int_equal(c->status, AM_OK);
	assert_true(converted_has(c, "the body"));
}

static void
test_attachments(void **state)
{
	static const char one[] =
		"attachment \"a file name of some length.txt\" { data \"t\" }";
#define TEN "0123456789"
	static const char long_name[] =
		"attachment \"" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
		"\" { data \"t\" }";
#undef TEN
	const struct am_item_counts *counts;
	struct converted c = { 0 };

	(void)state;
	many_convert(one, 2500, &c);
	assert_int_equal(c.mail->counts.attachments_written, 2500);
	assert_int_equal(c.report.count, 0);
	converted_close(&c);

	c = (struct converted){ 0 };
	many_convert(one, 12000, &c);
	counts = &c.mail->counts;
	print_message("%u of 12000 attachments\n",
		      (unsigned)counts->attachments_written);
	assert_int_equal(counts->attachments_found, 12000);
	assert_true(counts->attachments_written >= 2500);
	assert_true(counts->attachments_written < 12000);
	assert_true(converted_found(&c, "attachments"));
	assert_true(converted_has(&c, "attachments are left out"));
	converted_close(&c);

	c = (struct converted){ 0 };
	many_convert(long_name, 4000, &c); /* they take more to be written */
	assert_int_equal(c.mail->counts.attachments_found, 4000);
	assert_true(converted_has(&c, "attachments are left out"));
	converted_close(&c);
}

static void
test_recipients(void **state)
{
	static const char one[] =
		"to \"Somebody of some name\" <somebody@example.org>";
	struct converted c = { 0 };

	(void)state;
	many_convert(one, 6000, &c);
	assert_int_equal(c.report.count, 0);
	assert_int_equal(converted_count(&c, "<somebody@example.org>"), 6000);
	converted_close(&c);

	c = (struct converted){ 0 };
	many_convert(one, 30000, &c);
	print_message("%zu of 30000 recipients\n",
		      converted_count(&c, "<somebody@example.org>"));
	assert_true(converted_found(&c, "recipients"));
	assert_true(converted_count(&c, "<somebody@example.org>") >= 6000);
	converted_close(&c);
}

/* ---- names ---- */

static bool
names_are_cut(unsigned count)
{
	struct am_buf recipe = am_buf(1 << 20);
	struct built built;
	struct am_store *store;
	const char *finding;
	bool cut = false;
	size_t i;

	am_buf_printf(&recipe,
		      "minimal\nname-map { prop 0x0003:binary zero %u }\n",
		      8 * count);
	built = built_make(am_buf_text(&recipe));
	store = built_open(&built, NULL);
	for (i = 0; (finding = am_store_finding(store, i)) != NULL; i++)
		cut = cut || strncmp(finding, "named-limit:", 12) == 0;
	am_store_close(store);
	built_free(&built);
	am_buf_free(&recipe);
	return cut;
}

static void
test_names(void **state)
{
	(void)state;
	assert_false(names_are_cut(AM_NAMED_MAX_COUNT));
	assert_true(names_are_cut(AM_NAMED_MAX_COUNT + 1));
}

/* ---- a whole run ---- */

static void
archive_write(const struct tmp_tree *tree, const char *recipe, char *path,
	      size_t path_size)
{
	struct built built = built_make(recipe);
	FILE *file;

	(void)snprintf(path, path_size, "%s/archive.pst", tree->path);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(built.data, 1, built.len, file), built.len);
	assert_int_equal(fclose(file), 0);
	built_free(&built);
}

static void
attachments_add(struct am_buf *recipe, unsigned count, const char *data)
{
	unsigned i;

	am_buf_add_text(recipe, "message { subject \"o\"; "
				"from <a@b.example>; body \"the body\"\n");
	for (i = 0; i < count; i++)
		am_buf_printf(recipe,
			      "attachment \"a file name of some length.txt\" "
			      "{ data %s }\n",
			      data);
	am_buf_add_text(recipe, "}\n");
}

/* A message whose memory is nearly used up and which fits no buffer, one that
 * has too much of all, and one that comes after them. */
static void
test_run(void **state)
{
	struct am_buf recipe = am_buf(4 << 20);
	struct tmp_tree tree = tmp_tree_make_fast();
	struct am_transfer_options options = { .output = tree.path,
					       .name = "old",
					       .target = AM_TARGET_MBOX,
					       .jobs = 2,
					       .no_sync = true };
	struct am_summary summary;
	struct am_error err = { 0 };
	char path[PATH_MAX + 32];

	(void)state;
	am_buf_add_text(&recipe, "minimal\nfolder \"Inbox\" {\n");
	attachments_add(&recipe, 3000, "random 900");
	attachments_add(&recipe, 12000, "\"t\"");
	attachments_add(&recipe, 1, "\"t\"");
	am_buf_add_text(&recipe, "}\n");
	archive_write(&tree, am_buf_text(&recipe), path, sizeof(path));
	options.input = path;
	assert_int_equal(am_transfer_run(&options, &summary, &err), AM_OK);
	assert_int_equal(summary.found, 3);
	assert_int_equal(summary.written, 3);
	assert_int_equal(summary.attachments_found, 15001);
	assert_true(summary.attachments_written > 5500);
	assert_true(summary.attachments_written < 15001);
	assert_int_equal(summary.findings, 1);
	assert_false(am_summary_is_complete(&summary));
	am_buf_free(&recipe);
	tmp_tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_laughs),
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_attachments),
		cmocka_unit_test(test_recipients),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
