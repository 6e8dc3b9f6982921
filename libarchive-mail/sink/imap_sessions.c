/* The connections of an upload. */
#include "sink/imap_private.h"

static void
line_trace(void *arg, char who, struct am_bytes line)
{
	const struct am_upload *upload = arg;

	upload->trace(upload->trace_arg, who, (const char *)line.data,
		      line.len);
}

static struct am_imap_options
server_options(const struct am_upload *upload, const atomic_bool *stop)
{
	static const enum am_imap_security securities[] = {
		[AM_UPLOAD_TLS] = AM_IMAP_TLS,
		[AM_UPLOAD_STARTTLS] = AM_IMAP_STARTTLS,
		[AM_UPLOAD_PLAINTEXT] = AM_IMAP_PLAINTEXT,
	};
	struct am_imap_options options = {
		.conn = { .host = upload->host,
			  .port = upload->port,
			  .ca_file = upload->ca_file,
			  .stop = stop },
		.security = securities[upload->security],
	};

	if (upload->trace != NULL) {
		union {
			const struct am_upload *upload;
			void *arg;
		} const trace = { upload };

		options.trace = line_trace;
		options.trace_arg = trace.arg;
	}
	return options;
}

enum am_status
am_imap_sign_in(const struct am_upload *upload, const atomic_bool *stop,
		struct am_imap **imap_out, struct am_error *err)
{
	const struct am_imap_options options = server_options(upload, stop);
	struct am_imap *imap = NULL;
	enum am_status status;

	AM_TRY(am_imap_open(&options, NULL, &imap, err));
	status = am_imap_login(imap, upload->credential, err);
	if (status == AM_OK)
		status = am_imap_identify(imap, "1", err);
	if (status != AM_OK) {
		am_imap_close(imap);
		return status;
	}
	*imap_out = imap;
	return AM_OK;
}

static enum am_status
connection_open(struct am_imap_sessions *sessions, struct am_error *err)
{
	const struct am_imap_append_options options = {
		.make_missing = true,
		.done = sessions->done,
		.arg = sessions->done_arg,
		.window = AM_IMAP_WINDOW_BYTES / sessions->wanted,
	};
	struct am_imap_connection *connection =
		&sessions->list[sessions->count];
	enum am_status status;

	AM_TRY(am_imap_sign_in(sessions->upload, sessions->stop,
			       &connection->imap, err));
	status = am_imap_append_open(connection->imap, &options,
				     &connection->append, err);
	if (status != AM_OK) {
		am_imap_close(connection->imap);
		return status;
	}
	sessions->count++;
	return AM_OK;
}

enum am_status
am_imap_sessions_open(struct am_imap_sessions *sessions, struct am_error *err)
{
	sessions->wanted = sessions->upload->connections;
	if (sessions->wanted == 0)
		sessions->wanted = 1;
	if (sessions->wanted > AM_UPLOAD_MAX_CONNECTIONS)
		sessions->wanted = AM_UPLOAD_MAX_CONNECTIONS;
	return connection_open(sessions, err);
}

void
am_imap_sessions_close(struct am_imap_sessions *sessions)
{
	size_t i;

	for (i = 0; i < sessions->count; i++) {
		am_imap_append_close(sessions->list[i].append);
		am_imap_close(sessions->list[i].imap);
	}
	sessions->count = 0;
}

/* Does the turn of a connection go on? Messages of one mailbox side by side
 * become one command (MULTIAPPEND); else everybody has one at a time. */
static bool
turn_goes_on(const struct am_imap_sessions *sessions, const char *raw)
{
	return am_imap_append_strategy(sessions->list[sessions->at].append) ==
		       AM_IMAP_MULTI &&
	       sessions->at_turn < AM_IMAP_BATCH_MESSAGES &&
	       sessions->raw != NULL && strcmp(sessions->raw, raw) == 0;
}

/* One more than those there are; who cannot have it does without. */
static enum am_status
connection_add(struct am_imap_sessions *sessions, struct am_error *err)
{
	struct am_error cause = { 0 };
	const enum am_status status = connection_open(sessions, &cause);

	if (status == AM_LATER || status == AM_NETWORK || status == AM_AUTH ||
	    status == AM_REFUSED) {
		sessions->wanted = sessions->count;
		return AM_OK;
	}
	if (status != AM_OK)
		*err = cause;
	return status;
}

/* A line that is slower than the server carries more when it is compressed;
 * nothing may be under way when that begins. */
static enum am_status
connection_compress(struct am_imap_connection *connection, struct am_error *err)
{
	if (!am_imap_uplink_is_limit(connection->imap))
		return AM_OK;
	AM_TRY(am_imap_append_flush(connection->append, err));
	return am_imap_compress(connection->imap, err);
}

enum am_status
am_imap_sessions_next(struct am_imap_sessions *sessions, const char *raw,
		      struct am_imap_append **append_out, struct am_error *err)
{
	if (sessions->count < sessions->wanted &&
	    sessions->puts >= AM_IMAP_CONNECTION_MESSAGES * sessions->count)
		AM_TRY(connection_add(sessions, err));
	if (!turn_goes_on(sessions, raw)) {
		sessions->at = (sessions->at + 1) % sessions->count;
		sessions->at_turn = 0;
		AM_TRY(connection_compress(&sessions->list[sessions->at], err));
	}
	sessions->at_turn++;
	sessions->puts++;
	sessions->raw = raw;
	*append_out = sessions->list[sessions->at].append;
	return AM_OK;
}

enum am_status
am_imap_sessions_flush(struct am_imap_sessions *sessions, struct am_error *err)
{
	size_t i;

	for (i = 0; i < sessions->count; i++)
		AM_TRY(am_imap_append_flush(sessions->list[i].append, err));
	sessions->at_turn = AM_IMAP_BATCH_MESSAGES; /* batches are closed */
	return AM_OK;
}

enum am_status
am_imap_sessions_quiet(struct am_imap_sessions *sessions,
		       struct am_imap **imap_out, struct am_error *err)
{
	AM_TRY(am_imap_append_flush(sessions->list[0].append, err));
	if (sessions->at == 0)
		sessions->at_turn = AM_IMAP_BATCH_MESSAGES;
	*imap_out = sessions->list[0].imap;
	return AM_OK;
}
