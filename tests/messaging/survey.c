/* survey FILE...: what the messaging layer finds in each archive, a line of
 * JSON for each; test_corpus.py compares it with the manifest.
 *
 * {"file":…,"status":"ok","items":N,"unreadable":N,"classes":{…},
 *  "attachments":N,"embedded":N,"other":N,"lost":N,"codepages":{…},
 *  "reasons":{…},"folders":[…],"findings":[…]} */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pst/messaging/message.h"

enum { MAX_KEYS = 256, ARENA_LIMIT = 64 << 20 };

/* Counts by text; the texts are in the order they came. */
struct tally {
	struct am_arena arena;
	const char *keys[MAX_KEYS];
	unsigned long counts[MAX_KEYS];
	size_t used;
};

struct survey {
	struct am_store *store;
	struct am_arena arena;
	struct am_report report;
	struct tally classes;
	struct tally codepages;
	struct tally reasons; /* findings and failures about items */
	unsigned long items;
	unsigned long unreadable;
	unsigned long attachments; /* at every depth, with data of their own */
	unsigned long other;	   /* by reference, OLE */
	unsigned long embedded;
	unsigned long lost; /* attachments and embedded messages */
	unsigned long recipients;
	uint64_t bytes; /* of attachments */
};

static void
tally_add(struct tally *tally, const char *key)
{
	const char *copy;
	size_t i;

	for (i = 0; i < tally->used; i++) {
		if (strcmp(tally->keys[i], key) == 0) {
			tally->counts[i]++;
			return;
		}
	}
	copy = am_arena_text(&tally->arena, key, strlen(key));
	if (i == MAX_KEYS || copy == NULL)
		return;
	tally->keys[i] = copy;
	tally->counts[i] = 1;
	tally->used++;
}

static void
text_print(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			printf("\\u%04x", (unsigned char)*text);
		else
			putchar(*text);
	}
	putchar('"');
}

static void
tally_print(const char *name, const struct tally *tally)
{
	size_t i;

	printf(",\"%s\":{", name);
	for (i = 0; i < tally->used; i++) {
		printf("%s", i > 0 ? "," : "");
		text_print(tally->keys[i]);
		printf(":%lu", tally->counts[i]);
	}
	printf("}");
}

static void message_survey(struct survey *survey, struct am_message *message);

static void
data_survey(struct survey *survey, const struct am_attachment *attachment)
{
	struct am_error err = { 0 };
	struct am_stream *stream;
	struct am_bytes bytes;
	uint64_t size;
	uint64_t read = 0;
	enum am_status status;

	status = am_attachment_open(attachment, &survey->arena, &stream, &size,
				    &err);
	if (status == AM_NOT_FOUND) {
		survey->other++;
		return;
	}
	while (status == AM_OK) {
		status = am_stream_next(stream, &bytes, &err);
		if (status == AM_OK)
			read += bytes.len;
	}
	if (status == AM_END && read == size)
		survey->bytes += read;
	else
		tally_add(&survey->reasons,
			  status == AM_END ? "size differs" : err.text);
	if (attachment->method == AM_ATTACH_BY_VALUE)
		survey->attachments++;
	else
		survey->other++;
}

static void
attachment_survey(struct survey *survey, const struct am_attachment *attachment)
{
	struct am_error err = { 0 };
	struct am_message *inner;

	if (attachment->method != AM_ATTACH_EMBEDDED) {
		survey->lost += attachment->pc == NULL;
		data_survey(survey, attachment);
		return;
	}
	survey->embedded++;
	if (am_attachment_message(attachment, &survey->arena, &inner, &err) ==
	    AM_OK) {
		message_survey(survey, inner);
		return;
	}
	survey->lost++;
	tally_add(&survey->reasons, err.text);
}

static void
message_survey(struct survey *survey, struct am_message *message)
{
	struct am_attachment *attachments;
	struct am_recipient *recipients;
	struct am_error err = { 0 };
	size_t count;
	size_t i;

	if (am_message_recipients(message, &recipients, &count, &err) == AM_OK)
		survey->recipients += count;
	else
		tally_add(&survey->reasons, err.text);
	if (am_message_attachments(message, &attachments, &count, &err) !=
	    AM_OK) {
		tally_add(&survey->reasons, err.text);
		return;
	}
	for (i = 0; i < count; i++)
		attachment_survey(survey, &attachments[i]);
}

static void
node_survey(struct survey *survey, const struct am_node *node)
{
	const struct am_finding *finding;
	struct am_error err = { 0 };
	struct am_message *message;
	char codepage[16];

	survey->items++;
	am_arena_reset(&survey->arena);
	am_report_clear(&survey->report);
	if (am_message_open(survey->store, node, &survey->arena, &message,
			    &err) == AM_OK) {
		snprintf(codepage, sizeof(codepage), "%u", message->codepage);
		tally_add(&survey->classes, message->class_name);
		tally_add(&survey->codepages, codepage);
		message_survey(survey, message);
	} else {
		survey->unreadable++;
		tally_add(&survey->reasons, err.text);
	}
	for (finding = survey->report.first; finding != NULL;
	     finding = finding->next)
		tally_add(&survey->reasons, finding->text);
}

static void
folders_print(struct am_store *store)
{
	const struct am_folder *folders;
	struct am_error err;
	size_t count;
	size_t i;

	printf(",\"folders\":[");
	if (am_store_folders(store, &folders, &count, &err) != AM_OK)
		count = 0;
	for (i = 0; i < count; i++) {
		const char *role = am_role_name(folders[i].role);

		printf("%s{\"nid\":\"%#x\",\"path\":", i > 0 ? "," : "",
		       folders[i].nid);
		text_print(folders[i].path);
		printf(",\"role\":");
		text_print(role != NULL ? role : "");
		printf(",\"hidden\":%s,\"class\":",
		       folders[i].is_hidden ? "true" : "false");
		text_print(folders[i].container_class);
		printf("}");
	}
	printf("],\"findings\":[");
	for (i = 0; am_store_finding(store, i) != NULL; i++) {
		printf("%s", i > 0 ? "," : "");
		text_print(am_store_finding(store, i));
	}
	printf("]");
}

static void
survey_print(const struct survey *survey)
{
	const struct am_store_info *info = am_store_info(survey->store);

	printf(",\"status\":\"ok\",\"format\":\"%s\",\"client\":\"%s\","
	       "\"encoding\":\"%s\",\"password\":%s,\"items\":%lu,"
	       "\"unreadable\":%lu,\"attachments\":%lu,\"embedded\":%lu,"
	       "\"other\":%lu,\"lost\":%lu,\"recipients\":%lu,\"bytes\":%llu,"
	       "\"codepage\":%u",
	       info->format, info->client, info->encoding,
	       info->password ? "true" : "false", survey->items,
	       survey->unreadable, survey->attachments, survey->embedded,
	       survey->other, survey->lost, survey->recipients,
	       (unsigned long long)survey->bytes, info->codepage);
	tally_print("classes", &survey->classes);
	tally_print("codepages", &survey->codepages);
	tally_print("reasons", &survey->reasons);
}

static void
file_survey(const char *path)
{
	struct survey *survey = calloc(1, sizeof(*survey));
	const char *base = strrchr(path, '/');
	struct am_node_iter iter = { 0 };
	struct am_error err = { 0 };
	struct am_node node;

	printf("{\"file\":");
	text_print(base != NULL ? base + 1 : path);
	if (survey == NULL ||
	    am_store_open(path, NULL, &survey->store, &err) != AM_OK) {
		printf(",\"status\":\"%s\",\"why\":",
		       am_status_name(err.status));
		text_print(err.text);
		printf("}\n");
		free(survey);
		return;
	}
	survey->arena.limit = ARENA_LIMIT;
	survey->report.arena = &survey->arena;
	am_store_set_report(survey->store, &survey->report);
	while (am_node_next(am_store_ndb(survey->store), &iter, &node, &err) ==
	       AM_OK)
		if (am_nid_type(node.nid) == AM_NID_TYPE_MESSAGE)
			node_survey(survey, &node);
	survey_print(survey);
	folders_print(survey->store);
	printf("}\n");
	am_store_close(survey->store);
	am_arena_free(&survey->arena);
	am_arena_free(&survey->classes.arena);
	am_arena_free(&survey->codepages.arena);
	am_arena_free(&survey->reasons.arena);
	free(survey);
}

int
main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		file_survey(argv[i]);
	return 0;
}
