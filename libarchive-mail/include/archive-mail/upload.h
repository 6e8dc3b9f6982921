/* A mail server as the destination of a transfer (transfer.h): which server,
 * who signs in, and where folders go there.
 *
 * A message is put with APPEND (RFC 9051 6.3.12), with its flags, keywords and
 * received time. What the server has taken is a row of the ledger with its
 * mailbox, UIDVALIDITY and UID (RFC 4315); what it refuses is a failed row in
 * the server's words, and the message is kept as failed/0xNID.eml. A run that
 * broke off goes on with the same call: what was under way then is looked for
 * on the server, and only what is not there is sent. */
#ifndef ARCHIVE_MAIL_UPLOAD_H
#define ARCHIVE_MAIL_UPLOAD_H

#include <archive-mail/credential.h>
#include <archive-mail/transfer.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { AM_UPLOAD_MAX_CONNECTIONS = 64 };

enum am_upload_security {
	AM_UPLOAD_TLS,	    /* from the first byte: port 993 */
	AM_UPLOAD_STARTTLS, /* port 143 */
	AM_UPLOAD_PLAINTEXT /* only to loopback addresses */
};

struct am_upload_choice {
	const char *folder;  /* its path, as in the ledger */
	const char *mailbox; /* UTF-8, "/" between names */
};

/* Zero means the default, where nothing else is said. */
struct am_upload {
	const char *host; /* must be given */
	uint16_t port;	  /* must be given */
	enum am_upload_security security;
	const char *ca_file; /* PEM; NULL: the system's authorities */

	/* Asked for each connection, by one thread at a time. Must be given;
	 * borrowed until the transfer ends. */
	struct am_credential *credential;

	unsigned connections; /* at once, at most; 0: 1 */
	uint64_t max_message; /* bytes, where the server does not say; for the
				 plan */

	/* The folder of the server that all others go below: UTF-8, "/"
	 * between names. NULL: to the top, and the Inbox, Sent ... to those
	 * that the server has for that. */
	const char *into;

	/* Folders that go elsewhere than they would. */
	const struct am_upload_choice *choices;
	size_t choice_count;

	/* Lines of the conversation of all connections, without line ends and
	 * with secrets hidden; who: 'C'lient or 'S'erver. NULL: nobody wants to
	 * know. */
	void (*trace)(void *arg, char who, const char *line, size_t len);
	void *trace_arg;
};

/* What an upload would do with a folder that has messages to go. */
struct am_upload_folder {
	const char *folder;  /* as in the ledger */
	const char *mailbox; /* UTF-8, as the server has or would have it */
	bool exists;
	uint64_t messages;
	uint64_t bytes;
};

/* A message that the server will probably refuse. */
struct am_upload_refusal {
	uint32_t nid;
	const char *folder;
	const char *subject;
	uint64_t size;
	const char *why;
};

struct am_upload_plan {
	uint64_t messages;
	uint64_t bytes;
	uint64_t elsewhere; /* what is not mail, and goes into files */
	uint64_t skipped;
	uint64_t failed; /* cannot be read, or not be converted */

	/* of the account; unknown: both 0 */
	uint64_t quota_used;
	uint64_t quota_limit;

	uint64_t max_message; /* bytes; 0: unknown */
	bool server_says_max; /* else the profile does */
};

struct am_upload_plan_visitor {
	/* For each folder, in the order of the archive, after all refusals. */
	enum am_status (*folder)(void *arg,
				 const struct am_upload_folder *folder,
				 struct am_error *err);
	enum am_status (*refusal)(void *arg,
				  const struct am_upload_refusal *refusal,
				  struct am_error *err);
	void *arg;
};

/* Signs in, asks the server which folders it has, and converts every message
 * without sending any: nothing is changed there, and nothing is written here.
 * options->upload must be set; output and name are not looked at. The statuses
 * of am_transfer_run. */
AM_API enum am_status
am_upload_plan(const struct am_transfer_options *options,
	       const struct am_upload_plan_visitor *visitor,
	       struct am_upload_plan *plan_out, struct am_error *err);

#ifdef __cplusplus
}
#endif
#endif
