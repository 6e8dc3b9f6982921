/* What the sinks have in common that hold all messages of a folder in one file:
 * where each message ends, what is durable, and how a run goes on. Files only
 * grow; a batch that is not committed is cut off again. */
#ifndef AM_SINK_GROW_H
#define AM_SINK_GROW_H

#include "sink/grow_files.h"

struct am_grow;

/* Where the bytes of a message go. */
struct am_grow_entry {
	struct am_outfile *file;
	struct am_sha256 *sha;
	uint64_t offset; /* of the first byte that is the message's own */
};

struct am_grow_kind {
	const char *suffix; /* of the files: ".mbox" */
	enum am_names_form form;
	bool lf;      /* wants messages with LF line ends */
	bool parents; /* a folder above others has a file, and be it empty */

	/* Writes the message, at the end of the file. */
	enum am_status (*write)(struct am_grow *grow,
				struct am_grow_entry *entry,
				struct am_stream *mime,
				const struct am_sink_message *message,
				struct am_error *err);

	/* NULL: nothing. Of what write remembers of the folder nothing remains
	 * that its file, which is being cut, does not hold. */
	void (*undo)(struct am_grow *grow, size_t folder);

	/* NULL: nothing. What write remembers is given back. */
	void (*close)(struct am_grow *grow);

	enum am_status (*get)(struct am_sink *sink,
			      const struct am_sink_place *place,
			      struct am_arena *arena,
			      struct am_stream **stream_out,
			      struct am_error *err);
	const char *epilogue; /* at the end of each file; NULL: none */
};

struct am_grow {
	struct am_sink base; /* first */
	const struct am_grow_kind *kind;
	struct am_sink_tree tree;
	struct am_grow_files files;
	bool mark_is_there;
	struct am_sha256 *sha;
};

/* Sets up grow, which begins a zeroed block of am_alloc. Also after a failure,
 * am_sink_close gives it back. */
enum am_status
am_grow_init(struct am_grow *grow, const struct am_grow_kind *kind,
	     const struct am_sink_options *options, struct am_error *err);

/* Writes bytes of the message; arg is the entry. */
enum am_status
am_grow_write(void *arg, struct am_bytes bytes, struct am_error *err);

/* Writes bytes before those of the message, which are not its own. */
enum am_status am_grow_lead(struct am_grow_entry *entry, struct am_bytes bytes,
			    struct am_error *err);

#endif
