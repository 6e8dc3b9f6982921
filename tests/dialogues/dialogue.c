/* dialogue FILE: plays a server from a text, and the client against it. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "dialogue.h"
#include "unit/tls_server.h"

enum {
	LINES_MAX = 512,
	LINE_SIZE = 4096,
	DRAIN_MS = 200, /* without a byte from the client */
	STEPS_MAX = 32,
	LONG_TOKEN = 6 << 10
};

struct dialogue {
	char *lines[LINES_MAX];
	size_t line_count;
	const char *steps[STEPS_MAX];
	size_t step_count;
	const char *status; /* "AM_OK" */
	const char *words;
	struct am_arena arena;
	size_t piece; /* the server's bytes go in such; 0: whole */
};

static struct tls_identity authority, identity;
static char ca_file[] = "/tmp/am-dialogue-ca-XXXXXX";

static bool
starts(const char *line, const char *prefix, const char **rest)
{
	const size_t len = strlen(prefix);

	if (strncmp(line, prefix, len) != 0)
		return false;
	*rest = line + len;
	while (**rest == ' ')
		(*rest)++;
	return true;
}

static bool
dialogue_read(const char *path, struct dialogue *dialogue)
{
	char line[LINE_SIZE];
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return false;
	while (fgets(line, sizeof(line), file) != NULL &&
	       dialogue->line_count < LINES_MAX) {
		char *copy = am_arena_text(&dialogue->arena, line,
					   strcspn(line, "\n"));
		const char *rest;

		if (copy[0] == '#' || copy[0] == '\0')
			continue;
		if (starts(copy, "do:", &rest))
			dialogue->steps[dialogue->step_count++] = rest;
		else if (starts(copy, "expect:", &rest)) {
			dialogue->status = rest;
			dialogue->words = strchr(rest, ' ');
		} else
			dialogue->lines[dialogue->line_count++] = copy;
	}
	(void)fclose(file);
	return dialogue->status != NULL && dialogue->step_count > 0;
}

/* --- the server's side ------------------------------------------------- */

struct server_side {
	const struct dialogue *dialogue;
	int fd;
	SSL *ssl;
	SSL_CTX *ctx;
};

static void
server_wrong(const char *what, const char *expected, const char *got)
{
	(void)fprintf(stderr, "server: %s\n  expected: %s\n  got:      %s\n",
		      what, expected, got);
	_exit(3);
}

static ssize_t
server_read(struct server_side *side, char *to, size_t size)
{
	return side->ssl != NULL ? SSL_read(side->ssl, to, (int)size)
				 : read(side->fd, to, size);
}

static void
server_say(struct server_side *side, const char *bytes, size_t len)
{
	const size_t piece = side->dialogue->piece;

	while (len > 0) {
		const size_t part = piece != 0 && piece < len ? piece : len;
		const ssize_t done =
			side->ssl != NULL
				? SSL_write(side->ssl, bytes, (int)part)
				: write(side->fd, bytes, part);

		if (done <= 0)
			return; /* the client has gone: it will say why */
		bytes += done;
		len -= (size_t)done;
	}
}

static void
server_say_line(struct server_side *side, const char *text)
{
	char line[LINE_SIZE + 2];

	server_say(side, line,
		   (size_t)snprintf(line, sizeof(line), "%s\r\n", text));
}

static size_t
unescape(const char *text, char *out)
{
	size_t len = 0;

	for (; *text != '\0'; text++) {
		unsigned code = 0;

		if (*text != '\\') {
			out[len++] = *text;
			continue;
		}
		switch (*++text) {
		case 'r':
			out[len++] = '\r';
			break;
		case 'n':
			out[len++] = '\n';
			break;
		case 't':
			out[len++] = '\t';
			break;
		case '0':
			out[len++] = '\0';
			break;
		case 'x':
			(void)sscanf(text + 1, "%2x", &code);
			out[len++] = (char)code;
			text += 2;
			break;
		default:
			out[len++] = *text;
		}
	}
	return len;
}

static void
server_hear_line(struct server_side *side, const char *expected)
{
	char line[LINE_SIZE];
	size_t len = 0;

	for (;;) {
		if (server_read(side, line + len, 1) != 1)
			server_wrong("the client has gone", expected, "");
		if (line[len] == '\n' || len == sizeof(line) - 2)
			break;
		len++;
	}
	if (len > 0 && line[len - 1] == '\r')
		len--;
	line[len] = '\0';
	if (strcmp(line, expected) != 0)
		server_wrong("another line", expected, line);
}

static void
server_hear_bytes(struct server_side *side, size_t count, const char *expected)
{
	char bytes[LINE_SIZE] = "", want[LINE_SIZE] = "";
	size_t len = 0;

	(void)unescape(expected, want);
	while (len < count && len < sizeof(bytes) - 1) {
		if (server_read(side, bytes + len, 1) != 1)
			server_wrong("the client has gone", expected, bytes);
		len++;
	}
	if (memcmp(bytes, want, len) != 0)
		server_wrong("other bytes", expected, bytes);
}

static void
server_skip(struct server_side *side, size_t count)
{
	char bytes[LINE_SIZE];

	while (count > 0) {
		const ssize_t len = server_read(
			side, bytes,
			count < sizeof(bytes) ? count : sizeof(bytes));

		if (len <= 0)
			server_wrong("the client has gone", "bytes", "");
		count -= (size_t)len;
	}
}

/* PREFIX | TEXT: PREFIX and a space (none: nothing), then TEXT in base64, with
 * the server's port where it says PORT. */
static void
server_hear_base64(struct server_side *side, const char *rest)
{
	const char *text = strstr(rest, "| ");
	const char *port = strstr(rest, "PORT");
	char given[LINE_SIZE], plain[LINE_SIZE];
	char line[2 * LINE_SIZE];
	struct sockaddr_in address;
	socklen_t size = sizeof(address);
	size_t len;

	if (text == NULL)
		server_wrong("no such line in a dialogue", rest, "");
	(void)getsockname(side->fd, (struct sockaddr *)&address, &size);
	if (port != NULL)
		(void)snprintf(given, sizeof(given), "%.*s%u%s",
			       (int)(port - text - 2), text + 2,
			       (unsigned)ntohs(address.sin_port), port + 4);
	else
		(void)snprintf(given, sizeof(given), "%s", text + 2);
	len = unescape(given, plain);
	memcpy(line, rest, (size_t)(text - rest));
	(void)EVP_EncodeBlock((unsigned char *)line + (text - rest),
			      (const unsigned char *)plain, (int)len);
	server_hear_line(side, line);
}

/* Whatever the client still says is one thing too many. */
static void
server_refuse_more(struct server_side *side)
{
	char bytes[256] = "";

	if (server_read(side, bytes, sizeof(bytes) - 1) > 0 &&
	    strstr(bytes, "LOGOUT") == NULL)
		server_wrong("the client goes on", "(nothing)", bytes);
}

static void
server_line(struct server_side *side, const char *line)
{
	const char *rest = strchr(line, ':');
	char raw[LINE_SIZE];
	size_t count, i;

	rest = rest != NULL ? rest + 1 + (rest[1] == ' ') : "";
	if (strncmp(line, "S:", 2) == 0) {
		server_say_line(side, rest);
	} else if (strncmp(line, "s:", 2) == 0) {
		server_say(side, raw, unescape(rest, raw));
	} else if (sscanf(line, "S*%zu:", &count) == 1) {
		for (i = 0; i < count; i++)
			server_say_line(side, rest);
	} else if (strncmp(line, "C64:", 4) == 0) {
		server_hear_base64(side, rest);
	} else if (strncmp(line, "C:", 2) == 0) {
		server_hear_line(side, rest);
	} else if (sscanf(line, "C=%zu:", &count) == 1) {
		server_hear_bytes(side, count, rest);
	} else if (sscanf(line, "skip=%zu", &count) == 1) {
		server_skip(side, count);
	} else if (strcmp(line, "tls") == 0) {
		side->ssl = tls_server_accept(side->fd, side->ctx);
		if (side->ssl == NULL)
			_exit(0); /* the client refused; it will say why */
	} else if (strcmp(line, "close") == 0) {
		(void)shutdown(side->fd, SHUT_RDWR);
	} else if (strcmp(line, "refused-to-send") == 0) {
		server_refuse_more(side);
	} else {
		server_wrong("no such line in a dialogue", line, "");
	}
}

static void
talk(int fd, SSL_CTX *ctx, const void *arg)
{
	struct server_side side = { arg, fd, NULL, ctx };
	struct pollfd more = { .fd = fd, .events = POLLIN };
	const int on = 1;
	char rest[LINE_SIZE];
	size_t i;

	/* what is said is on its way when the server ends, and the client has
	 * said more than it has read: nothing is held back that a reset would
	 * then drop */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	for (i = 0; i < side.dialogue->line_count; i++)
		server_line(&side, side.dialogue->lines[i]);
	/* LOGOUT, or the end. What is left unread when this end closes would
	 * make a reset of it, and the client lose what it has not read yet. */
	while (server_read(&side, rest, sizeof(rest)) > 0 &&
	       poll(&more, 1, DRAIN_MS) == 1)
		;
}

/* --- the client's side ------------------------------------------------- */

struct dialogue_credential {
	struct am_credential base; /* first: it is the same address */
	bool is_long;
};

static enum am_status
secret_get(struct am_credential *credential, bool renew,
	   const char **secret_out, struct am_error *err)
{
	static char long_token[LONG_TOKEN + 1];

	(void)err;
	if (credential->kind == AM_CREDENTIAL_PASSWORD)
		*secret_out = "secret";
	else if (((struct dialogue_credential *)credential)->is_long)
		*secret_out = memset(long_token, 'A', LONG_TOKEN);
	else
		*secret_out = renew ? "token2" : "token";
	return AM_OK;
}

/* NULL when the text is no such step. */
static const struct dialogue_step *
step_find(const char *text, const char **arguments)
{
	size_t i;

	for (i = 0; dialogue_steps[i].name != NULL; i++)
		if (starts(text, dialogue_steps[i].name, arguments))
			return &dialogue_steps[i];
	return NULL;
}

static enum am_status
step_login(struct dialogue_client *client, const char *arguments,
	   struct am_error *err)
{
	struct dialogue_credential credential = {
		.base = { .kind = strcmp(arguments, "password") == 0
					  ? AM_CREDENTIAL_PASSWORD
					  : AM_CREDENTIAL_TOKEN,
			  .user = "ann@example.org",
			  .get = secret_get },
		.is_long = strcmp(arguments, "long") == 0,
	};

	return am_imap_login(client->imap, &credential.base, err);
}

static void
trace(void *arg, char who, struct am_bytes line)
{
	if (getenv("AM_DIALOGUE_TRACE") != NULL)
		(void)fprintf(stderr, "%c: %.*s\n", who, (int)line.len,
			      (const char *)line.data);
	(void)arg;
}

/* As if the server were not on this machine. */
static enum am_status
client_open_elsewhere(const struct am_imap_options *options,
		      struct dialogue_client *client, struct am_error *err)
{
	struct am_imap_options other = *options;
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(options->conn.port),
	};
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct am_conn *conn;

	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) !=
	    0)
		return am_fail(err, AM_IO, "connect: %s", strerror(errno));
	other.conn.host = "mail.example.org";
	AM_TRY(am_conn_attach(fd, &other.conn, &conn, err));
	return am_imap_begin(&other, conn, &client->imap, err);
}

static enum am_status
client_open(struct dialogue_client *client, uint16_t port, const char *first,
	    struct am_error *err)
{
	const struct am_imap_options options = {
		.conn = { .host = "localhost",
			  .port = port,
			  .ca_file = ca_file,
			  .connect_ms = 10000,
			  .idle_ms = 10000 },
		.security = strcmp(first, "open starttls") == 0
				    ? AM_IMAP_STARTTLS
				    : AM_IMAP_PLAINTEXT,
		.trace = trace,
	};

	if (strcmp(first, "open elsewhere") == 0)
		return client_open_elsewhere(&options, client, err);
	return am_imap_open(&options, NULL, &client->imap, err);
}

static enum am_status
client_run(const struct dialogue *dialogue, struct dialogue_client *client,
	   uint16_t port, struct am_error *err)
{
	enum am_status status =
		client_open(client, port, dialogue->steps[0], err);
	size_t i;

	for (i = 0; status == AM_OK && i < dialogue->step_count; i++) {
		const char *arguments;
		const struct dialogue_step *step;

		if (strncmp(dialogue->steps[i], "open", 4) == 0)
			continue;
		if (starts(dialogue->steps[i], "login", &arguments)) {
			status = step_login(client, arguments, err);
			continue;
		}
		step = step_find(dialogue->steps[i], &arguments);
		if (step == NULL)
			return am_fail(err, AM_CORRUPT, "no step \"%s\"",
				       dialogue->steps[i]);
		status = step->run(client, arguments, err);
	}
	return status;
}

static const char *
status_word(enum am_status status)
{
	static const char *const words[] = {
		[AM_OK] = "AM_OK",
		[AM_END] = "AM_END",
		[AM_NOT_FOUND] = "AM_NOT_FOUND",
		[AM_CORRUPT] = "AM_CORRUPT",
		[AM_UNSUPPORTED] = "AM_UNSUPPORTED",
		[AM_LIMIT] = "AM_LIMIT",
		[AM_NOMEM] = "AM_NOMEM",
		[AM_IO] = "AM_IO",
		[AM_NETWORK] = "AM_NETWORK",
		[AM_AUTH] = "AM_AUTH",
		[AM_REFUSED] = "AM_REFUSED",
		[AM_OUTPUT] = "AM_OUTPUT",
		[AM_INTERRUPTED] = "AM_INTERRUPTED",
		[AM_PROTOCOL] = "AM_PROTOCOL",
		[AM_LATER] = "AM_LATER",
	};

	return words[status];
}

/* As the text says: the status, and its words somewhere in the answer. */
static bool
outcome_check(const struct dialogue *dialogue, enum am_status status,
	      const char *answer)
{
	const char *word = status_word(status);
	const size_t len = strcspn(dialogue->status, " ");
	const bool good = strlen(word) == len &&
			  strncmp(word, dialogue->status, len) == 0 &&
			  (dialogue->words == NULL ||
			   strstr(answer, dialogue->words + 1) != NULL);

	if (!good)
		(void)fprintf(stderr, "expected: %s\ngot:      %s %s\n",
			      dialogue->status, word, answer);
	return good;
}

static bool
server_ended_well(struct tls_server *server)
{
	int ended = 0;

	(void)waitpid(server->pid, &ended, 0);
	return WIFEXITED(ended) && WEXITSTATUS(ended) == 0;
}

static bool
dialogue_play(const struct dialogue *dialogue)
{
	struct tls_server server =
		tls_server_start(&identity, 0, talk, dialogue);
	struct dialogue_client client = { .found = am_buf(1 << 20) };
	struct am_error err = { 0 };
	char answer[LINE_SIZE];
	const enum am_status status =
		client_run(dialogue, &client, server.port, &err);
	bool good;

	am_imap_append_close(client.append);
	am_imap_close(client.imap);
	if (status != AM_OK)
		(void)snprintf(answer, sizeof(answer), "%s; %s", err.text,
			       am_buf_text(&client.found));
	good = server_ended_well(&server);
	good = outcome_check(dialogue, status,
			     status == AM_OK ? am_buf_text(&client.found)
					     : answer) &&
	       good;
	am_buf_free(&client.found);
	am_arena_free(&client.arena);
	return good;
}

int
main(int argc, char **argv)
{
	static const size_t pieces[] = { 0, 1, 2, 3 };
	struct dialogue dialogue = { 0 };
	const int fd = mkstemp(ca_file);
	bool good = fd >= 0;
	size_t i;

	if (argc != 2 || !dialogue_read(argv[1], &dialogue)) {
		(void)fprintf(stderr, "usage: dialogue FILE\n");
		return 2;
	}
	authority = tls_identity(NULL, NULL, -1, 9);
	identity = tls_identity(&authority, "DNS:localhost", -1, 9);
	good = good && tls_identity_save(&authority, ca_file);
	for (i = 0; good && i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		dialogue.piece = pieces[i];
		good = dialogue_play(&dialogue);
		if (!good)
			(void)fprintf(stderr, "in pieces of %zu (0: whole)\n",
				      pieces[i]);
	}
	(void)unlink(ca_file);
	tls_identity_free(&authority);
	tls_identity_free(&identity);
	am_arena_free(&dialogue.arena);
	return good ? 0 : 1;
}
