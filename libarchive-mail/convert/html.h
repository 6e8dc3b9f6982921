/* HTML as far as a mail needs it: the charset that it declares, and which of
 * the attachments it shows. No parser: the same few patterns that mail readers
 * look for, in bytes that may be anything. */
#ifndef AM_CONVERT_HTML_H
#define AM_CONVERT_HTML_H

#include "base/arena.h"
#include "base/buf.h"

/* A declaration counts when it is within so many bytes of the start. */
enum { AM_HTML_HEAD_SIZE = 8 << 10 };

/* The charset that a <meta> or the XML declaration names; empty when none
 * does. head: the first bytes, in any encoding that has ASCII in it. */
struct am_bytes am_html_charset(struct am_bytes head);

/* A copy of head in which every charset that is declared has become "utf-8"
 * and a byte order mark is gone; head itself when there is neither. */
enum am_status
am_html_declare_utf8(struct am_arena *arena, struct am_bytes head,
		     struct am_bytes *head_out, struct am_error *err);

/* What a reference may mean: a Content-ID (without <>), or a
 * Content-Location. */
struct am_html_target {
	const char *key;
	bool is_location;
	size_t owner; /* the caller's, for its own use */
	bool is_referenced;
};

/* Longer references are passed over (data: URLs). */
enum { AM_HTML_MAX_URL = 2000 };

/* Looks for references in a text that comes piece by piece. Zero-initialise;
 * targets stay the caller's, and are sorted by am_html_refs_begin. */
struct am_html_refs {
	struct am_html_target *targets;
	size_t count;

	/* private */
	enum { AM_HTML_TEXT, AM_HTML_BEFORE_URL, AM_HTML_IN_URL } state;
	uint64_t last; /* eight bytes up to here, lower-case, without space */
	uint8_t quote; /* that ends the URL; 0: a space or a bracket does */
	char url[AM_HTML_MAX_URL];
	size_t url_len;
	bool url_is_cid; /* "cid:" was taken off already */
	bool url_too_long;
};

/* Sets is_referenced in the targets that the text refers to: a Content-ID by
 * "cid:" wherever it stands, a Content-Location by src=, background=, href= or
 * url(). URL-decoded; exactly, or without regard to case when nothing is
 * exactly so. */
void am_html_refs_begin(struct am_html_refs *refs,
			struct am_html_target *targets, size_t count);
void am_html_refs_add(struct am_html_refs *refs, struct am_bytes piece);
void am_html_refs_end(struct am_html_refs *refs);

#endif
