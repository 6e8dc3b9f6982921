/* Messages to a mail server (RFC 9051 APPEND), over one or more connections.
 *
 * What a run that broke off left is known by two numbers of each mailbox,
 * UIDVALIDITY and the lowest UID of which the journal knows nothing. They are
 * the "length" of "imap:<mailbox>" in a checkpoint, which must be made before
 * the first put. Whatever lies above is in doubt, and looked at when the run
 * goes on: it is ours when it says the same as a row that is to be put. Where
 * each folder went is kept too ("imap-map:<NID>:<mailbox>"), since the server
 * has other mailboxes then. */
#ifndef AM_SINK_IMAP_H
#define AM_SINK_IMAP_H

#include <stdatomic.h>

#include <archive-mail/upload.h>

#include "imap/mailbox.h"
#include "sink/imap_names.h"
#include "sink/sink.h"

/* Signs in. root of options is where refused messages are kept (failed/), and
 * large ones for a moment. stop may be NULL. sink_out: caller closes. The
 * statuses of am_imap_open and am_imap_login. */
enum am_status
am_imap_sink_open(const struct am_sink_options *options,
		  const struct am_upload *upload, const atomic_bool *stop,
		  struct am_sink **sink_out, struct am_error *err);

/* Without a sink: where folders would go. imap_out: caller closes. In arena. */
struct am_imap_outlook {
	struct am_imap *imap;
	const struct am_imap_target *targets; /* one per folder */
	struct am_imap_quota quota;
};
enum am_status
am_imap_outlook(const struct am_sink_options *options,
		const struct am_upload *upload, const atomic_bool *stop,
		struct am_arena *arena, struct am_imap_outlook *outlook_out,
		struct am_error *err);

#endif
