/* [MS-OXRTFEX] what RTF was made from: HTML or plain text, given back as it
 * was; RTF that is itself the original as plain text. */
#ifndef AM_RTF_DEHTML_H
#define AM_RTF_DEHTML_H

#include "io/stream.h"

enum {
	AM_RTF_MAX_DEPTH = 10000, /* groups in groups; deeper ones are left
				     out */
	AM_RTF_MAX_UC = 64 /* characters that stand for one \u; more are none */
};

enum am_rtf_kind {
	AM_RTF_NATIVE,	   /* RTF is the original */
	AM_RTF_PLAIN_TEXT, /* \fromtext */
	AM_RTF_HTML	   /* \fromhtml */
};

/* Zero is the default everywhere. */
struct am_rtf_options {
	unsigned codepage; /* of bytes where the RTF names no page */
	unsigned override; /* of bytes, whatever \ansicpg says; a font of a
			      script of its own keeps its page */

	/* Of native RTF: what stands for the objects at \objattph, in order,
	 * UTF-8; where there are no more of them it is "[attachment]". */
	const char *const *objects;
	size_t object_count;
};

/* What is known of the RTF; kind when it is open, the rest at the end. */
struct am_rtf_facts {
	enum am_rtf_kind kind;
	bool has_tags;	 /* HTML: there is a "<" in it */
	bool is_rich;	 /* native: it has pictures or formatting */
	bool is_cut;	 /* it ends within a group */
	bool has_rest;	 /* there is text behind its end */
	bool is_limited; /* one of the limits above left something out */
	uint64_t faults; /* bytes and units that stood for nothing: replaced */
};

/* Opens the text in rtf as UTF-8: HTML as it was (the charset that it declares
 * is not touched), or text with CR LF. Linear in the RTF, and in pieces;
 * nothing in it is an error. rtf stays the caller's and must outlive the
 * stream, as must facts_out, which the stream fills, and the options' names.
 * AM_CORRUPT when it is no RTF at all; AM_NOMEM, AM_LIMIT, or the status of
 * rtf: the stream has given all that came before when it ends with that. */
enum am_status
am_dehtml_open(struct am_arena *arena, struct am_stream *rtf,
	       const struct am_rtf_options *options,
	       struct am_rtf_facts *facts_out, struct am_stream **stream_out,
	       struct am_error *err);

#endif
