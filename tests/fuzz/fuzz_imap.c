/* A hostile IMAP server: the first byte chooses what the client is about, the
 * rest is all that the server ever says. */
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "imap/append.h"
#include "imap/fetch.h"
#include "imap/mailbox.h"

enum { SERVER_SAYS_MAX = 64 << 10 };

static enum am_status
secret_get(struct am_credential *credential, bool renew,
	   const char **secret_out, struct am_error *err)
{
	(void)credential;
	(void)err;
	*secret_out = renew ? "second" : "first";
	return AM_OK;
}

static void
login(struct am_imap *imap, enum am_credential_kind kind, struct am_error *err)
{
	struct am_credential credential = { .kind = kind,
					    .user = "ann@example.org",
					    .get = secret_get };

	(void)am_imap_login(imap, &credential, err);
}

static void
mailboxes(struct am_imap *imap, struct am_arena *arena, struct am_error *err)
{
	struct am_imap_mailboxes found;
	struct am_imap_permanent permanent;
	struct am_imap_status status;
	struct am_imap_quota quota;
	size_t i;

	if (am_imap_mailboxes(imap, arena, &found, err) == AM_OK)
		for (i = 0; i < found.count; i++)
			FUZZ_CHECK(found.items[i].name != NULL &&
				   found.items[i].raw != NULL);
	(void)am_imap_create(imap, "Sent", AM_IMAP_USE_SENT, err);
	(void)am_imap_status(imap, "Sent", &status, err);
	(void)am_imap_quota(imap, "Sent", &quota, err);
	if (am_imap_permanent(imap, "Sent", arena, &permanent, err) == AM_OK)
		FUZZ_CHECK(permanent.keyword_count <= AM_IMAP_KEYWORDS_MAX);
}

static enum am_status
found_check(void *arg, const struct am_imap_found *found, struct am_error *err)
{
	(void)arg;
	(void)err;
	FUZZ_CHECK(found->uid >= 5 && found->uid <= 100);
	return AM_OK;
}

static void
fetch(struct am_imap *imap, struct am_error *err)
{
	static const uint32_t uids[] = { 3, 4 };
	size_t lost = 0;

	(void)am_imap_find_all(imap, "Old", 5, 100, found_check, NULL, err);
	if (am_imap_flag(imap, "Old", uids, 2, true, &lost, err) == AM_OK)
		FUZZ_CHECK(lost <= 2);
}

/* Each row is done once at most, and what is not done is open. */
struct rows {
	bool done[8];
};

static enum am_status
append_done(void *arg, uint64_t row, const struct am_imap_appended *appended,
	    struct am_error *err)
{
	struct rows *rows = arg;

	(void)err;
	FUZZ_CHECK(row < 8 && !rows->done[row]);
	FUZZ_CHECK(appended->stored || appended->uid == 0);
	rows->done[row] = true;
	return AM_OK;
}

static void
append(struct am_imap *imap, bool make_missing, struct am_arena *arena,
       struct am_error *err)
{
	static const char mime[] = "Subject: x\r\n\r\nhello\r\n";
	static const char utf8[] = "Subject: \xc3\xa9\r\n\r\nhello\r\n";
	struct am_imap_message message = { .mailbox = "INBOX",
					   .received = 1000000000 };
	struct rows rows = { { false } };
	const struct am_imap_append_options options = {
		.make_missing = make_missing,
		.done = append_done,
		.arg = &rows,
	};
	struct am_imap_append *append;
	enum am_status status = AM_OK;
	const uint64_t *open;
	size_t count, sent, i;
	uint64_t given = 0;

	if (am_imap_append_open(imap, &options, &append, err) != AM_OK)
		return;
	for (; status == AM_OK && given < 8; given++) {
		message.row = given;
		status = am_imap_append_put(
			append, &message, am_bytes_of(given == 5 ? utf8 : mime),
			err);
	}
	if (status == AM_OK)
		status = am_imap_append_flush(append, err);
	if (am_imap_append_open_rows(append, arena, &open, &count, &sent,
				     NULL) == AM_OK) {
		FUZZ_CHECK(sent <= count);
		FUZZ_CHECK(status != AM_OK || count == 0);
		for (i = 0; i < count; i++) {
			FUZZ_CHECK(!rows.done[open[i]]);
			rows.done[open[i]] = true;
		}
		for (i = 0; i < given; i++)
			FUZZ_CHECK(rows.done[i]);
	}
	am_imap_append_close(append);
}

static void
client(int fd, uint8_t about)
{
	const struct am_imap_options options = {
		.conn = { .host = "localhost", .idle_ms = 1000 },
		.security =
			(about & 8) != 0 ? AM_IMAP_STARTTLS : AM_IMAP_PLAINTEXT,
	};
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };
	struct am_imap *imap;
	struct am_conn *conn;

	if (am_conn_attach(fd, &options.conn, &conn, &err) != AM_OK) {
		(void)close(fd);
		return;
	}
	if (am_imap_begin(&options, conn, &imap, &err) != AM_OK)
		return;
	if ((about & 4) != 0)
		login(imap,
		      (about & 1) != 0 ? AM_CREDENTIAL_TOKEN
				       : AM_CREDENTIAL_PASSWORD,
		      &err);
	if ((about & 16) != 0)
		(void)am_imap_compress(imap, &err);
	if ((about & 32) != 0)
		fetch(imap, &err);
	else if ((about & 2) != 0)
		mailboxes(imap, &arena, &err);
	else
		append(imap, (about & 64) != 0, &arena, &err);
	am_imap_close(imap);
	am_arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int ends[2];
	const int buffer = 4 * SERVER_SAYS_MAX;

	if (size < 1 || size > SERVER_SAYS_MAX)
		return 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return 0;
	(void)setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &buffer,
			 sizeof(buffer));
	if (send(ends[1], data + 1, size - 1, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		(void)shutdown(ends[1], SHUT_WR);
	client(ends[0], data[0]);
	(void)close(ends[1]);
	return 0;
}
