/* imap_client HOST PORT tls|starttls|plain USER: the library's IMAP client, for
 * tests against real servers.
 *
 * Environment: AM_TEST_PASSWORD or AM_TEST_TOKEN (AM_TEST_TOKEN_2: what it is
 * renewed with), AM_TEST_CA (PEM), AM_TEST_TRACE (a file for the
 * conversation).
 * It connects, signs in, and then does what the lines of the standard input
 * say, words separated by tabs; each has an answer, a line of JSON with
 * "status" and "error":
 *
 *	mailboxes
 *	create USE RAW         USE: none, archive, drafts, junk, sent, trash
 *	status RAW | quota RAW | permanent RAW
 *	compress | uplink
 *	make-missing           mailboxes, by append
 *	pace BYTES_PER_SECOND  a slow line from here on
 *	append STRATEGY LIST   best, multi, pipe, overlap, one; see client.py
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <archive-mail/credential.h>

#include "imap/mailbox.h"
#include "imap_client.h"
#include "peak.h"

enum { WORDS_MAX = 4, LINE_SIZE = 8192, ANSWER_MAX = 64 << 20, FDS_MAX = 64 };

struct word {
	const char *name;
	int value;
};

static const struct word securities[] = {
	{ "tls", AM_IMAP_TLS },
	{ "starttls", AM_IMAP_STARTTLS },
	{ "plain", AM_IMAP_PLAINTEXT },
	{ NULL, -1 },
};

static const struct word uses[] = {
	{ "none", AM_IMAP_USE_NONE },	    { "inbox", AM_IMAP_USE_INBOX },
	{ "archive", AM_IMAP_USE_ARCHIVE }, { "drafts", AM_IMAP_USE_DRAFTS },
	{ "junk", AM_IMAP_USE_JUNK },	    { "sent", AM_IMAP_USE_SENT },
	{ "trash", AM_IMAP_USE_TRASH },	    { "all", AM_IMAP_USE_ALL },
	{ "flagged", AM_IMAP_USE_FLAGGED }, { NULL, -1 },
};

static const struct word stages[] = {
	{ "resolve", AM_CONN_RESOLVE },
	{ "connect", AM_CONN_CONNECT },
	{ "tls", AM_CONN_TLS },
	{ "open", AM_CONN_OPEN },
	{ NULL, -1 },
};

static int
word_value(const struct word *words, const char *name)
{
	while (words->name != NULL && strcmp(words->name, name) != 0)
		words++;
	return words->value;
}

static const char *
word_name(const struct word *words, int value)
{
	while (words->name != NULL && words->value != value)
		words++;
	return words->name;
}

/* --- signing in ---------------------------------------------------------- */

static enum am_status
secret_get(struct am_credential *credential, bool renew,
	   const char **secret_out, struct am_error *err)
{
	const char *name = credential->kind == AM_CREDENTIAL_PASSWORD
				   ? "AM_TEST_PASSWORD"
			   : renew ? "AM_TEST_TOKEN_2"
				   : "AM_TEST_TOKEN";

	*secret_out = getenv(name);
	if (*secret_out == NULL)
		return am_fail(err, AM_AUTH, "there is no %s", name);
	return AM_OK;
}

static enum am_status
sign_in(struct am_imap *imap, const char *user, struct am_error *err)
{
	struct am_credential credential = {
		.kind = getenv("AM_TEST_TOKEN") != NULL
				? AM_CREDENTIAL_TOKEN
				: AM_CREDENTIAL_PASSWORD,
		.user = user,
		.get = secret_get,
	};

	AM_TRY(am_imap_login(imap, &credential, err));
	return am_imap_identify(imap, "test", err);
}

static void
trace(void *arg, char who, struct am_bytes line)
{
	(void)fprintf(arg, "%c: %.*s\n", who, (int)line.len,
		      (const char *)line.data);
	(void)fflush(arg);
}

/* --- what can be asked for ----------------------------------------------- */

static enum am_status
do_mailboxes(struct imap_client *client, char **words, struct am_error *err)
{
	struct am_imap_mailboxes found;
	size_t i;

	(void)words;
	AM_TRY(am_imap_mailboxes(client->imap, &client->arena, &found, err));
	am_json_text(&client->json, "prefix", found.prefix);
	am_json_bytes(&client->json, "separator",
		      am_bytes(&found.separator, found.separator != '\0'));
	am_json_array(&client->json, "mailboxes");
	for (i = 0; i < found.count; i++) {
		const struct am_imap_mailbox *one = &found.items[i];

		am_json_object(&client->json, NULL);
		am_json_text(&client->json, "raw", one->raw);
		am_json_text(&client->json, "name", one->name);
		am_json_text(&client->json, "use",
			     word_name(uses, (int)one->use));
		am_json_bool(&client->json, "no_select", one->no_select);
		am_json_bool(&client->json, "no_children", one->no_children);
		am_json_object_end(&client->json);
	}
	am_json_array_end(&client->json);
	return AM_OK;
}

static enum am_status
do_create(struct imap_client *client, char **words, struct am_error *err)
{
	const int use = word_value(uses, words[0]);

	if (use < 0)
		return am_fail(err, AM_CORRUPT, "no use \"%s\"", words[0]);
	return am_imap_create(client->imap, words[1], (enum am_imap_use)use,
			      err);
}

static enum am_status
do_status(struct imap_client *client, char **words, struct am_error *err)
{
	struct am_imap_status found;

	AM_TRY(am_imap_status(client->imap, words[0], &found, err));
	am_json_uint(&client->json, "messages", found.messages);
	am_json_uint(&client->json, "uidnext", found.uidnext);
	am_json_uint(&client->json, "uidvalidity", found.uidvalidity);
	return AM_OK;
}

static enum am_status
do_quota(struct imap_client *client, char **words, struct am_error *err)
{
	struct am_imap_quota found;

	AM_TRY(am_imap_quota(client->imap, words[0], &found, err));
	am_json_bool(&client->json, "is_known", found.is_known);
	am_json_uint(&client->json, "used", found.used);
	am_json_uint(&client->json, "limit", found.limit);
	return AM_OK;
}

static enum am_status
do_permanent(struct imap_client *client, char **words, struct am_error *err)
{
	struct am_imap_permanent found;
	size_t i;

	AM_TRY(am_imap_permanent(client->imap, words[0], &client->arena, &found,
				 err));
	am_json_uint(&client->json, "flags", found.flags);
	am_json_bool(&client->json, "any_keyword", found.any_keyword);
	am_json_bool(&client->json, "read_only", found.read_only);
	am_json_array(&client->json, "keywords");
	for (i = 0; i < found.keyword_count; i++)
		am_json_text(&client->json, NULL, found.keywords[i]);
	am_json_array_end(&client->json);
	return AM_OK;
}

static enum am_status
do_compress(struct imap_client *client, char **words, struct am_error *err)
{
	(void)words;
	return am_imap_compress(client->imap, err);
}

static enum am_status
do_uplink(struct imap_client *client, char **words, struct am_error *err)
{
	const struct am_conn_waits waits =
		am_conn_waits(am_imap_conn(client->imap));

	(void)words;
	(void)err;
	am_json_bool(&client->json, "is_limit",
		     am_imap_uplink_is_limit(client->imap));
	am_json_uint(&client->json, "sent",
		     am_conn_count(am_imap_conn(client->imap)).sent);
	am_json_uint(&client->json, "write_us", waits.write_us);
	am_json_uint(&client->json, "read_us", waits.read_us);
	am_json_uint(&client->json, "window_us", waits.window_us);
	return AM_OK;
}

/* The system sends no faster on any socket that is open: as on a slow line,
 * with the peer as fast as ever. */
static enum am_status
do_pace(struct imap_client *client, char **words, struct am_error *err)
{
	const unsigned rate = (unsigned)strtoul(words[0], NULL, 10);
	int fd, count = 0;

	(void)client;
	for (fd = STDERR_FILENO + 1; fd < FDS_MAX; fd++)
		count += setsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &rate,
				    sizeof(rate)) == 0;
	if (count == 0)
		return am_fail(err, AM_UNSUPPORTED, "no socket can be paced");
	return AM_OK;
}

static enum am_status
do_make_missing(struct imap_client *client, char **words, struct am_error *err)
{
	(void)words;
	(void)err;
	client->make_missing = true;
	return AM_OK;
}

static const struct action {
	const char *name;
	size_t words;
	enum am_status (*run)(struct imap_client *client, char **words,
			      struct am_error *err);
} actions[] = {
	{ "mailboxes", 0, do_mailboxes },
	{ "create", 2, do_create },
	{ "status", 1, do_status },
	{ "quota", 1, do_quota },
	{ "permanent", 1, do_permanent },
	{ "compress", 0, do_compress },
	{ "append", 2, imap_client_append },
	{ "uplink", 0, do_uplink },
	{ "pace", 1, do_pace },
	{ "make-missing", 0, do_make_missing },
};

/* --- lines in, lines out -------------------------------------------------- */

static void
answer_begin(struct imap_client *client)
{
	am_buf_clear(&client->out);
	am_arena_reset(&client->arena);
	client->json = am_json(&client->out);
	am_json_object(&client->json, NULL);
}

static void
answer_end(struct imap_client *client, enum am_status status,
	   const struct am_error *err)
{
	am_json_uint(&client->json, "peak_kib", (uint64_t)peak_kib());
	am_json_text(&client->json, "status", am_status_name(status));
	am_json_text(&client->json, "error", status == AM_OK ? "" : err->text);
	am_json_object_end(&client->json);
	if (am_buf_status(&client->out, NULL) != AM_OK)
		(void)puts("{\"status\":\"no room for the answer\"}");
	else
		(void)puts(am_buf_text(&client->out));
	(void)fflush(stdout);
}

/* Words of the line, between tabs; ends up with count of them. */
static size_t
line_split(char *line, char *words[WORDS_MAX])
{
	size_t count = 0;

	line[strcspn(line, "\n")] = '\0';
	while (line != NULL && count < WORDS_MAX) {
		char *tab = strchr(line, '\t');

		words[count++] = line;
		if (tab != NULL)
			*tab++ = '\0';
		line = tab;
	}
	return count;
}

static enum am_status
line_do(struct imap_client *client, char *line, struct am_error *err)
{
	char *words[WORDS_MAX];
	const size_t count = line_split(line, words);
	size_t i;

	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(words[0], actions[i].name) == 0 &&
		    count == actions[i].words + 1)
			return actions[i].run(client, words + 1, err);
	return am_fail(err, AM_CORRUPT, "no action \"%s\" of %zu words",
		       words[0], count);
}

static enum am_status
session_open(struct imap_client *client, char **argv, FILE *trace_to,
	     struct am_error *err)
{
	const struct am_imap_options options = {
		.conn = { .host = argv[1],
			  .port = (uint16_t)strtoul(argv[2], NULL, 10),
			  .ca_file = getenv("AM_TEST_CA") },
		.security =
			(enum am_imap_security)word_value(securities, argv[3]),
		.trace = trace_to != NULL ? trace : NULL,
		.trace_arg = trace_to,
	};
	enum am_conn_stage stage = AM_CONN_RESOLVE;
	struct am_buf text = am_buf(1024);
	enum am_status status =
		am_imap_open(&options, &stage, &client->imap, err);

	am_json_text(&client->json, "stage", word_name(stages, (int)stage));
	if (status == AM_OK) {
		am_conn_describe(am_imap_conn(client->imap), &text);
		am_json_text(&client->json, "encryption", am_buf_text(&text));
		status = sign_in(client->imap, argv[4], err);
	}
	if (status == AM_OK) {
		const struct am_imap_capabilities *can =
			am_imap_can(client->imap);

		am_json_uint(&client->json, "can", can->can);
		am_json_bool(&client->json, "has_append_limit",
			     can->has_append_limit);
		am_json_uint(&client->json, "append_limit", can->append_limit);
	}
	am_buf_free(&text);
	return status;
}

int
main(int argc, char **argv)
{
	struct imap_client client = { .out = am_buf(ANSWER_MAX),
				      .arena = { .limit = 64 << 20 } };
	const char *trace_name = getenv("AM_TEST_TRACE");
	FILE *trace_to = NULL;
	struct am_error err = { 0 };
	enum am_status status;
	char line[LINE_SIZE];

	if (argc != 5 || word_value(securities, argv[3]) < 0) {
		(void)fprintf(stderr, "usage: imap_client HOST PORT "
				      "tls|starttls|plain USER\n");
		return 2;
	}
	if (trace_name != NULL)
		trace_to = fopen(trace_name, "w");
	answer_begin(&client);
	status = session_open(&client, argv, trace_to, &err);
	answer_end(&client, status, &err);
	while (status == AM_OK && fgets(line, sizeof(line), stdin) != NULL) {
		answer_begin(&client);
		answer_end(&client, line_do(&client, line, &err), &err);
	}
	am_imap_close(client.imap);
	am_buf_free(&client.out);
	am_arena_free(&client.arena);
	if (trace_to != NULL)
		(void)fclose(trace_to);
	return status == AM_OK ? 0 : 1;
}
