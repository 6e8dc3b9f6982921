/* A port that the browser comes back to. */
#include "oauth/callback.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ascii.h"
#include "net/socket.h"

enum { ONE_REQUEST_MS = 5000 };

/* --- what the browser says ----------------------------------------------- */

static int
hex_of(uint8_t c)
{
	if (am_ascii_is_digit(c))
		return c - '0';
	c = am_ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decoded; NULL: no memory, or a NUL or a broken escape in it. */
static const char *
value_decode(struct am_bytes raw, struct am_arena *arena)
{
	char *text = am_arena_alloc(arena, raw.len + 1);
	size_t i, len = 0;

	for (i = 0; text != NULL && i < raw.len; i++) {
		int high, low;

		if (raw.data[i] != '%') {
			text[len++] =
				raw.data[i] == '+' ? ' ' : (char)raw.data[i];
			continue;
		}
		if (raw.len - i < 3)
			return NULL;
		high = hex_of(raw.data[i + 1]);
		low = hex_of(raw.data[i + 2]);
		if (high < 0 || low < 0 || high + low == 0)
			return NULL;
		text[len++] = (char)(high << 4 | low);
		i += 2;
	}
	return text;
}

/* Up to the byte end, or all; *rest is what follows it. */
static struct am_bytes
part_take(struct am_bytes *rest, uint8_t end)
{
	struct am_bytes part = am_bytes(NULL, 0);
	size_t len = 0;

	while (len < rest->len && rest->data[len] != end)
		len++;
	(void)am_slice(*rest, 0, len, &part);
	*rest = am_ascii_after(*rest, len < rest->len ? len + 1 : len);
	return part;
}

static const char **
slot_of(struct am_callback *callback, struct am_bytes name)
{
	const struct slot {
		const char *name;
		const char **value;
	} slots[] = {
		{ "code", &callback->code },
		{ "state", &callback->state },
		{ "error", &callback->error },
		{ "error_description", &callback->description },
		{ "iss", &callback->issuer },
	};
	size_t i;

	for (i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		if (am_bytes_equal(name, am_bytes_of(slots[i].name)))
			return slots[i].value;
	return NULL;
}

static enum am_status
query_read(struct am_bytes query, struct am_arena *arena,
	   struct am_callback *callback, struct am_error *err)
{
	while (query.len > 0) {
		struct am_bytes value = part_take(&query, '&');
		const struct am_bytes name = part_take(&value, '=');
		const char **slot = slot_of(callback, name);

		if (slot == NULL)
			continue;
		if (*slot != NULL)
			return am_fail(err, AM_PROTOCOL,
				       "the browser came back with a "
				       "parameter twice");
		*slot = value_decode(value, arena);
		if (*slot == NULL)
			return am_fail(err, AM_PROTOCOL,
				       "the browser came back with a "
				       "parameter that is none");
	}
	return AM_OK;
}

enum am_status
am_callback_parse(struct am_bytes request, const char *path,
		  struct am_arena *arena, struct am_callback *callback_out,
		  struct am_error *err)
{
	struct am_callback callback = { 0 };
	struct am_bytes line = part_take(&request, '\n');
	const struct am_bytes method = part_take(&line, ' ');
	struct am_bytes query = part_take(&line, ' ');
	const struct am_bytes where = part_take(&query, '?');

	if (!am_ascii_starts(line, "HTTP/1."))
		return am_fail(err, AM_PROTOCOL,
			       "what came back was no browser");
	if (!am_bytes_equal(method, am_bytes_of("GET")) ||
	    !am_bytes_equal(where, am_bytes_of(path)) || query.len == 0)
		return AM_END;
	AM_TRY(query_read(query, arena, &callback, err));
	*callback_out = callback;
	return AM_OK;
}

/* --- the port ------------------------------------------------------------ */

enum am_status
am_callback_listen(int *fd_out, uint16_t *port_out, struct am_error *err)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(address);
	const int fd =
		socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, size) != 0 ||
	    listen(fd, 8) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
		const int number = errno;

		if (fd >= 0)
			(void)close(fd);
		return am_fail(err, AM_NETWORK,
			       "no port for the browser to come back to: %s",
			       strerror(number));
	}
	*fd_out = fd;
	*port_out = ntohs(address.sin_port);
	return AM_OK;
}

/* Up to the end of the header, or as much as comes in time. */
static void
request_read(int fd, const atomic_bool *stop, struct am_buf *request)
{
	const struct am_deadline deadline = am_deadline_in(ONE_REQUEST_MS);

	while (!am_ascii_has(am_buf_bytes(request), "\r\n\r\n")) {
		uint8_t *room;
		ssize_t len;

		if (am_socket_wait(fd, POLLIN, deadline, stop, NULL) != AM_OK)
			return;
		room = am_buf_room(request, 1024);
		if (room == NULL)
			return;
		len = recv(fd, room, 1024, 0);
		if (len <= 0)
			return;
		request->len += (size_t)len;
	}
}

static void
page_send(int fd, const char *code, const char *text)
{
	struct am_buf page = am_buf(4096);

	am_buf_printf(&page,
		      "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8"
		      "\r\nCache-Control: no-store\r\nReferrer-Policy: "
		      "no-referrer\r\nConnection: close\r\n\r\n"
		      "<!doctype html><title>archive-mail</title><p>%s</p>\n",
		      code, text);
	/* it fits any socket's buffer; a browser that has gone is no loss */
	if (page.len > 0)
		(void)send(fd, page.data, page.len, MSG_NOSIGNAL);
	am_buf_free(&page);
}

/* Whatever a page in the browser sends here by itself has no state. */
static bool
state_fits(const struct am_callback *callback, const char *state)
{
	return callback->state != NULL && strcmp(callback->state, state) == 0;
}

/* One visitor. AM_END: not the one. */
static enum am_status
visitor_serve(int fd, const char *path, const char *state,
	      const atomic_bool *stop, struct am_arena *arena,
	      struct am_callback *callback)
{
	struct am_buf request = am_buf(AM_CALLBACK_REQUEST_MAX);
	enum am_status status;

	request_read(fd, stop, &request);
	status = am_callback_parse(am_buf_bytes(&request), path, arena,
				   callback, NULL);
	am_buf_free(&request);
	if (status == AM_OK && state_fits(callback, state)) {
		page_send(fd, "200 OK",
			  callback->error != NULL
				  ? "It was declined. You may close this page."
				  : "Done. You may close this page and go back "
				    "to archive-mail.");
		return AM_OK;
	}
	page_send(fd, "404 Not Found", "Nothing here.");
	return AM_END;
}

enum am_status
am_callback_wait(int fd, const char *path, const char *state, unsigned ms,
		 const atomic_bool *stop, struct am_arena *arena,
		 struct am_callback *callback_out, struct am_error *err)
{
	const struct am_deadline deadline = am_deadline_in(ms);
	int count;

	for (count = 0; count < AM_CALLBACK_REQUESTS_MAX; count++) {
		enum am_status status =
			am_socket_wait(fd, POLLIN, deadline, stop, err);
		int visitor;

		if (status == AM_END)
			break;
		AM_TRY(status);
		visitor = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (visitor < 0)
			continue;
		status = visitor_serve(visitor, path, state, stop, arena,
				       callback_out);
		(void)shutdown(visitor, SHUT_WR);
		(void)close(visitor);
		if (status == AM_OK)
			return AM_OK;
	}
	return am_fail(err, AM_AUTH,
		       "the browser did not come back; run login again, or try "
		       "--flow device");
}
