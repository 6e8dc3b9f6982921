/* mboxrd files. */
#include "check.h"

#include <string.h>

static const guint8 *
line_end(const guint8 *at, const guint8 *end)
{
	const guint8 *lf = memchr(at, '\n', (gsize)(end - at));

	return lf != NULL ? lf + 1 : end;
}

/* "From ", with quotes before it where they are asked for. */
static bool
is_from(const guint8 *at, const guint8 *end, bool quoted)
{
	if (quoted && (at == end || *at != '>'))
		return false;
	while (quoted && at < end && *at == '>')
		at++;
	return end - at >= 5 && memcmp(at, "From ", 5) == 0;
}

/* The message at hand is over: its last line is mbox's own empty one. */
static void
message_end(const char *name, GByteArray *message, gsize number,
	    mbox_message *each, void *arg)
{
	char *numbered = g_strdup_printf("%s: message %zu", name, number);
	gsize len = message->len;

	if (len > 0 && message->data[len - 1] == '\n')
		len--;
	if (len > 0 && message->data[len - 1] == '\r')
		len--;
	each(numbered, message->data, len, arg);
	g_byte_array_set_size(message, 0);
	g_free(numbered);
}

void
mbox_split(const char *name, const guint8 *data, gsize len, mbox_message *each,
	   void *arg)
{
	GByteArray *message = g_byte_array_new();
	const guint8 *end = data + len;
	const guint8 *at, *next;
	gsize number = 0;

	for (at = data; at < end; at = next) {
		next = line_end(at, end);
		if (is_from(at, end, false)) {
			if (number > 0)
				message_end(name, message, number, each, arg);
			number++;
			continue;
		}
		if (is_from(at, end, true))
			at++;
		g_byte_array_append(message, at, (guint)(next - at));
	}
	if (number > 0)
		message_end(name, message, number, each, arg);
	else if (message->len > 0)
		each(name, message->data, message->len, arg);
	g_byte_array_unref(message);
}
