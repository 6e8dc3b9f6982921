/* convert_one [--crlf] [--all] [--vcard3] FILE FOLDER: converts every message
 * node of a PST into FOLDER/<nid>.eml, .vcf or .ics, and writes what else is
 * known of it to FOLDER/<nid>.facts. For the golden tests and for looking at
 * archives.
 *
 * --crlf: lines of messages end in CR LF. --all: what has a writer of its own
 * is written as a message. Exits 1 when a message failed, 2 for anything
 * else. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "convert/item.h"
#include "pst/messaging/message.h"

struct run {
	struct am_store *store;
	const char *folder;
	bool crlf;
	bool all;
	bool vcard3;
	bool failed;
};

static FILE *
file_make(const struct run *run, uint32_t nid, const char *suffix)
{
	char path[4096];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%" PRIx32 ".%s", run->folder,
		       nid, suffix);
	file = fopen(path, "wb");
	if (file == NULL) {
		perror(path);
		exit(2);
	}
	return file;
}

static void
file_end(FILE *file)
{
	if (fclose(file) != 0) {
		perror("writing");
		exit(2);
	}
}

static void
text_print(FILE *facts, const char *name, const char *text)
{
	if (text[0] != '\0')
		(void)fprintf(facts, "%s: %s\n", name, text);
}

static void
time_print(FILE *facts, const char *name, int64_t when)
{
	char text[AM_TIME_TEXT_SIZE] = "none";

	if (when != AM_TIME_NONE)
		am_time_iso(when, text);
	(void)fprintf(facts, "%s: %s\n", name, text);
}

static void
flags_print(FILE *facts, unsigned flags)
{
	static const char *const names[] = { "seen",  "answered",  "flagged",
					     "draft", "deleted",   "forwarded",
					     "mdn",   "completed", "junk" };
	size_t i;

	(void)fprintf(facts, "flags:");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((flags >> i & 1) != 0)
			(void)fprintf(facts, " %s", names[i]);
	(void)fprintf(facts, "\n");
}

static void
attachment_print(FILE *facts, const struct am_item_attachment *attachment)
{
	char hex[AM_SHA256_HEX_SIZE];

	am_sha256_hex(attachment->sha256, hex);
	(void)fprintf(facts, "attachment: %s", attachment->name);
	if (attachment->status != AM_OK)
		(void)fprintf(facts, " (%s)",
			      am_status_name(attachment->status));
	else if (attachment->done)
		(void)fprintf(facts, " %" PRIu64 " %s", attachment->size, hex);
	else
		(void)fprintf(facts, " (not read)");
	(void)fprintf(facts, "\n");
}

static void
mail_print(FILE *facts, const struct am_mail *mail)
{
	const struct am_item_counts *counts = &mail->counts;
	const struct am_item_attachment *attachment;
	size_t i;

	text_print(facts, "subject", mail->subject);
	text_print(facts, "message-id", mail->message_id);
	text_print(facts, "sender", mail->sender);
	time_print(facts, "date", mail->date);
	time_print(facts, "received", mail->received);
	flags_print(facts, mail->flags);
	for (i = 0; mail->keywords != NULL && mail->keywords[i] != NULL; i++)
		text_print(facts, "keyword", mail->keywords[i]);
	if (mail->partial)
		(void)fprintf(facts, "partial\n");
	if (mail->damaged)
		(void)fprintf(facts, "damaged\n");
	if (counts->attachments_found > 0 || counts->embedded_found > 0)
		(void)fprintf(facts,
			      "attachments: %" PRIu64 " of %" PRIu64
			      "; embedded: %" PRIu64 " of %" PRIu64 "\n",
			      counts->attachments_written,
			      counts->attachments_found,
			      counts->embedded_written, counts->embedded_found);
	for (attachment = mail->attachments; attachment != NULL;
	     attachment = attachment->next)
		attachment_print(facts, attachment);
}

static const char *
suffix_of(const struct run *run, enum am_item_kind kind)
{
	if (run->all)
		return "eml";
	switch (kind) {
	case AM_ITEM_CONTACT:
	case AM_ITEM_DISTLIST:
		return "vcf";
	case AM_ITEM_APPOINTMENT:
	case AM_ITEM_TASK:
	case AM_ITEM_JOURNAL:
		return "ics";
	default:
		return "eml";
	}
}

static enum am_status
mime_copy(const struct run *run, const struct am_mail *mail, uint32_t nid,
	  const char *suffix, struct am_error *err)
{
	FILE *file = file_make(run, nid, suffix);
	struct am_bytes bytes;
	enum am_status status;

	while ((status = am_stream_next(mail->mime, &bytes, err)) == AM_OK)
		(void)fwrite(bytes.data, 1, bytes.len, file);
	file_end(file);
	return status == AM_END ? AM_OK : status;
}

static enum am_status
message_convert(struct run *run, struct am_message *message, FILE *facts,
		struct am_error *err)
{
	const struct am_convert_options options = { .lf = !run->crlf,
						    .vcard3 = run->vcard3,
						    .items_as_mail = run->all };
	const enum am_item_kind kind = am_item_kind(message->class_name);
	struct am_mail *mail = NULL;
	enum am_status status;

	text_print(facts, "class", message->class_name);
	status = am_item_open(message, &options, &mail, err);
	if (status == AM_OK)
		status = mime_copy(run, mail, message->node.nid,
				   suffix_of(run, kind), err);
	if (status == AM_OK)
		mail_print(facts, mail);
	am_mail_close(mail);
	return status;
}

static void
node_convert(struct run *run, const struct am_node *node)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	const struct am_finding *finding;
	struct am_error err = { 0 };
	struct am_message *message;
	FILE *facts = file_make(run, node->nid, "facts");
	enum am_status status;

	am_store_set_report(run->store, &report);
	status = am_message_open(run->store, node, &arena, &message, &err);
	if (status == AM_OK)
		status = message_convert(run, message, facts, &err);
	if (status != AM_OK) {
		(void)fprintf(facts, "failed: %s: %s\n", am_status_name(status),
			      err.text);
		run->failed = true;
	}
	for (finding = report.first; finding != NULL; finding = finding->next)
		text_print(facts, "finding", finding->text);
	am_store_set_report(run->store, NULL);
	am_arena_free(&arena);
	file_end(facts);
}

static int
store_convert(struct run *run, const char *path)
{
	struct am_node_iter iter = { 0 };
	struct am_error err = { 0 };
	struct am_node node;
	enum am_status status;

	status = am_store_open(path, NULL, &run->store, &err);
	while (status == AM_OK &&
	       (status = am_node_next(am_store_ndb(run->store), &iter, &node,
				      &err)) == AM_OK)
		if (am_nid_type(node.nid) == AM_NID_TYPE_MESSAGE)
			node_convert(run, &node);
	am_store_close(run->store);
	if (status == AM_END)
		return run->failed ? 1 : 0;
	(void)fprintf(stderr, "%s: %s: %s\n", path, am_status_name(status),
		      err.text);
	return 2;
}

int
main(int argc, char **argv)
{
	struct run run = { 0 };
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		run.crlf = run.crlf || strcmp(argv[i], "--crlf") == 0;
		run.all = run.all || strcmp(argv[i], "--all") == 0;
		run.vcard3 = run.vcard3 || strcmp(argv[i], "--vcard3") == 0;
	}
	if (argc - i != 2) {
		(void)fprintf(stderr,
			      "convert_one [--crlf] [--all] [--vcard3] FILE "
			      "FOLDER\n");
		return 2;
	}
	run.folder = argv[i + 1];
	return store_convert(&run, argv[i]);
}
