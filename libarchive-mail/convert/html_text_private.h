/* What the files of html_text share; nobody else includes it. */
#ifndef AM_CONVERT_HTML_TEXT_PRIVATE_H
#define AM_CONVERT_HTML_TEXT_PRIVATE_H

#include "convert/html_entity.h"
#include "convert/html_text.h"
#include "rtf/field.h"

enum am_html_where {
	AM_HTML_IN_TEXT,
	AM_HTML_IN_ENTITY,
	AM_HTML_IN_TAG_NAME,
	AM_HTML_IN_TAG,
	AM_HTML_IN_VALUE,
	AM_HTML_IN_COMMENT
};

struct am_html_text {
	struct am_stream base; /* first */
	struct am_stream *html;
	struct am_bytes left; /* of the piece at hand */
	enum am_status status;
	struct am_error cause;

	enum am_html_where where;
	char name[AM_HTML_MAX_ENTITY + 1]; /* of tag or entity */
	size_t name_len;
	bool is_end;   /* </ */
	uint8_t quote; /* of the value at hand; 0: none */
	uint32_t last; /* the four bytes before: "href", "--" */
	struct am_buf href;
	bool is_href;	    /* the value at hand is a link's */
	const char *hidden; /* what is being left out, until it ends */
	unsigned pre;	    /* <pre> around */
	struct am_rtf_field link;

	bool is_started;  /* something was given out */
	bool space_waits; /* between words */
	unsigned lines_wait;
	bool in_row; /* a cell was there */
	struct am_buf out;
};

/* html_text_tags.c: text, as it is shown; character references as code points
 * are never space. */
void am_html_text_char(struct am_html_text *text, uint8_t c);
void am_html_text_code(struct am_html_text *text, uint32_t code);

/* The tag that is at hand is whole. */
void am_html_text_tag(struct am_html_text *text);

#endif
