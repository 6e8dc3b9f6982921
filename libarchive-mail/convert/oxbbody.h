/* [MS-OXBBODY] the bodies of a message: which there are, which of them is the
 * best, and their text in UTF-8, examined and ready to be written
 * (mapi-to-mime 2, 7). */
#ifndef AM_CONVERT_OXBBODY_H
#define AM_CONVERT_OXBBODY_H

#include "convert/html.h"
#include "mime/part.h"
#include "pst/messaging/message.h"
#include "rtf/dehtml.h"

/* A body up to this size is held in memory; what is longer is read twice. */
enum { AM_BBODY_MAX_IN_MEMORY = 256 << 10 };

/* PidTagRtfCompressed, and how to read it. */
struct am_bbody_rtf {
	struct am_prop prop;
	struct am_rtf_options options;
	struct am_rtf_facts facts; /* once it was read */
	bool is_partial;	   /* it could not be read to its end */
	bool is_other;		   /* it is something, but no RTF */
};

struct am_bbody {
	bool is_there; /* more than white space could be read */
	/* The text is head and what follows the first head_skip bytes of the
	 * decoded property: in memory, or from it again. */
	struct am_bytes head;
	size_t head_skip;
	bool in_memory;
	struct am_bytes rest;
	const struct am_bbody_rtf *rtf; /* NULL: of prop in codepage */
	struct am_prop prop;
	unsigned codepage;
	struct am_mime_text examined; /* of head and rest */
};

/* Not to be copied: a body may point to the RTF. */
struct am_bbodies {
	struct am_bbody text; /* PidTagBody, the text of a report, or of RTF */
	struct am_bbody html; /* PidTagHtml, or what the RTF was made from; its
				 charset is declared utf-8 */
	struct am_bbody_rtf rtf;
	bool has_rtf;
	bool rtf_is_text; /* the text is the RTF's, which said more */
	bool rtf_is_kept; /* the RTF has what the bodies have not */
	bool damaged;	  /* one of them could not be read at all */
};

/* Reads the bodies; refs (begun, may be NULL) gets the HTML; attachments are
 * what the objects in RTF are called. scratch is used and reset. What cannot
 * be read or decoded is a finding. AM_NOMEM, AM_LIMIT, AM_IO. */
enum am_status
am_bbodies_read(const struct am_message *message, struct am_arena *scratch,
		struct am_html_refs *refs,
		const struct am_attachment *attachments,
		size_t attachment_count, struct am_bbodies *bodies_out,
		struct am_error *err);

/* The text in UTF-8. body must outlive the stream. */
enum am_status
am_bbody_open(const struct am_bbody *body, struct am_arena *arena,
	      struct am_stream **stream_out, struct am_error *err);

/* The RTF, decompressed. AM_CORRUPT when it is none. */
enum am_status
am_bbody_rtf_open(const struct am_bbody_rtf *rtf, struct am_arena *arena,
		  struct am_report *report, struct am_stream **stream_out,
		  struct am_error *err);

#endif
