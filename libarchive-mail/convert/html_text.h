/* HTML as plain text, for what has no room for HTML: descriptions, notes. */
#ifndef AM_CONVERT_HTML_TEXT_H
#define AM_CONVERT_HTML_TEXT_H

#include "io/stream.h"

/* The text of html (UTF-8) with CR LF: paragraphs, items and rows as lines,
 * cells with tabs, character references as what they stand for, links behind
 * what is shown of them; scripts, styles and comments are left out. Linear, in
 * pieces, and nothing in it is an error. html stays the caller's and must
 * outlive the stream, which ends with its status. AM_NOMEM, AM_LIMIT. */
enum am_status
am_html_text_open(struct am_arena *arena, struct am_stream *html,
		  struct am_stream **stream_out, struct am_error *err);

#endif
