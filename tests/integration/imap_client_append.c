/* append STRATEGY LIST */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "imap_client.h"
#include "io/file_stream.h"

enum { LINE_SIZE = 8192, WHOLE_FILE_MAX = AM_IMAP_WINDOW_BYTES };

static const struct strategy {
	const char *name;
	enum am_imap_strategy value;
} strategies[] = {
	{ "best", AM_IMAP_BEST }, { "multi", AM_IMAP_MULTI },
	{ "pipe", AM_IMAP_PIPE }, { "overlap", AM_IMAP_OVERLAP },
	{ "one", AM_IMAP_ONE },
};

struct appending {
	struct imap_client *client;
	struct am_imap_append *append;
	struct am_buf mime; /* of the message at hand */
	struct am_arena arena;
	int root; /* the directory "/" */
};

static double
seconds_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static enum am_status
row_done(void *arg, uint64_t row, const struct am_imap_appended *appended,
	 struct am_error *err)
{
	struct am_json *json = &((struct imap_client *)arg)->json;

	(void)err;
	am_json_object(json, NULL);
	am_json_uint(json, "row", row);
	am_json_bool(json, "stored", appended->stored);
	if (appended->stored) {
		am_json_uint(json, "uidvalidity", appended->uidvalidity);
		am_json_uint(json, "uid", appended->uid);
	} else {
		am_json_uint(json, "verdict",
			     (uint64_t)appended->outcome.judgement.verdict);
		am_json_text(json, "text", appended->outcome.text);
	}
	am_json_object_end(json);
	return AM_OK;
}

static uint64_t
file_length(FILE *file)
{
	long length;

	(void)fseek(file, 0, SEEK_END);
	length = ftell(file);
	(void)fseek(file, 0, SEEK_SET);
	return length > 0 ? (uint64_t)length : 0;
}

static enum am_status
put_file(struct appending *appending, const struct am_imap_message *message,
	 const char *path, struct am_error *err)
{
	FILE *file = fopen(path, "rb");
	uint64_t length;
	uint8_t *room;

	if (file == NULL)
		return am_fail(err, AM_NOT_FOUND, "%s", path);
	length = file_length(file);
	am_buf_clear(&appending->mime);
	room = am_buf_room(&appending->mime, (size_t)length);
	if (room != NULL)
		appending->mime.len = fread(room, 1, (size_t)length, file);
	(void)fclose(file);
	AM_TRY(am_buf_status(&appending->mime, err));
	return am_imap_append_put(appending->append, message,
				  am_buf_bytes(&appending->mime), err);
}

static enum am_status
put_stream(struct appending *appending, const struct am_imap_message *message,
	   const char *path, struct am_error *err)
{
	FILE *file = fopen(path, "rb");
	struct am_stream *stream;
	enum am_status status;
	uint64_t length;

	if (file == NULL)
		return am_fail(err, AM_NOT_FOUND, "%s", path);
	length = file_length(file);
	(void)fclose(file);
	/* absolute, and below the root */
	AM_TRY(am_file_stream_open(&appending->arena, appending->root, path + 1,
				   0, length, NULL, &stream, err));
	status = am_imap_append_put_stream(appending->append, message, stream,
					   length, err);
	am_stream_close(stream);
	am_arena_reset(&appending->arena);
	return status;
}

/* MAILBOX FLAGS KEYWORDS RECEIVED HOW PATH */
static enum am_status
line_put(struct appending *appending, uint64_t row, char *line,
	 struct am_error *err)
{
	char *words[6];
	size_t i;
	struct am_imap_message message = { .row = row };

	line[strcspn(line, "\n")] = '\0';
	for (i = 0; i < 6; i++) {
		words[i] = line;
		line += strcspn(line, "\t");
		if (*line == '\t')
			*line++ = '\0';
	}
	message.mailbox = words[0];
	message.flags = (unsigned)strtoul(words[1], NULL, 10);
	message.keywords = words[2];
	message.received = strcmp(words[3], "none") == 0
				   ? AM_TIME_NONE
				   : (int64_t)strtoll(words[3], NULL, 10);
	if (strcmp(words[4], "stream") == 0)
		return put_stream(appending, &message, words[5], err);
	return put_file(appending, &message, words[5], err);
}

static enum am_status
lines_put(struct appending *appending, FILE *list, struct am_error *err)
{
	enum am_status status = AM_OK;
	char line[LINE_SIZE];
	uint64_t row = 0;

	while (status == AM_OK && fgets(line, sizeof(line), list) != NULL)
		status = line_put(appending, row++, line, err);
	if (status == AM_OK)
		status = am_imap_append_flush(appending->append, err);
	return status;
}

/* What was given, and is not done. */
static enum am_status
open_rows_add(struct appending *appending, struct am_error *err)
{
	struct imap_client *client = appending->client;
	const uint64_t *rows;
	size_t count, sent, i;

	AM_TRY(am_imap_append_open_rows(appending->append, &client->arena,
					&rows, &count, &sent, err));
	am_json_array(&client->json, "in_doubt");
	for (i = 0; i < sent; i++)
		am_json_uint(&client->json, NULL, rows[i]);
	am_json_array_end(&client->json);
	am_json_array(&client->json, "unsent");
	for (; i < count; i++)
		am_json_uint(&client->json, NULL, rows[i]);
	am_json_array_end(&client->json);
	return AM_OK;
}

static enum am_status
list_append(struct appending *appending, FILE *list, struct am_error *err)
{
	struct imap_client *client = appending->client;
	struct am_json *json = &client->json;
	const double start = seconds_now();
	enum am_status status;
	struct am_error ignored;

	am_json_uint(json, "strategy",
		     (uint64_t)am_imap_append_strategy(appending->append));
	am_json_array(json, "rows");
	status = lines_put(appending, list, err);
	am_json_array_end(json);
	am_json_seconds(json, "seconds", seconds_now() - start);
	am_json_uint(json, "sent_bytes",
		     am_conn_count(am_imap_conn(client->imap)).sent);
	if (open_rows_add(appending, &ignored) != AM_OK)
		am_json_text(json, "open_rows", ignored.text);
	return status;
}

enum am_status
imap_client_append(struct imap_client *client, char **words,
		   struct am_error *err)
{
	struct am_imap_append_options options = {
		.make_missing = client->make_missing,
		.done = row_done,
		.arg = client,
	};
	struct appending appending = { .client = client,
				       .mime = am_buf(WHOLE_FILE_MAX),
				       .root = open("/", O_PATH) };
	FILE *list = fopen(words[1], "r");
	enum am_status status;
	size_t i = 0;

	if (list == NULL)
		return am_fail(err, AM_NOT_FOUND, "%s", words[1]);
	while (i < sizeof(strategies) / sizeof(strategies[0]) - 1 &&
	       strcmp(strategies[i].name, words[0]) != 0)
		i++;
	options.strategy = strategies[i].value;
	status = am_imap_append_open(client->imap, &options, &appending.append,
				     err);
	if (status == AM_OK)
		status = list_append(&appending, list, err);
	am_imap_append_close(appending.append);
	am_buf_free(&appending.mime);
	am_arena_free(&appending.arena);
	(void)close(appending.root);
	(void)fclose(list);
	return status;
}
