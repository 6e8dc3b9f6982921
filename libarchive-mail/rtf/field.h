/* [MSFT-RTF] fields: of a hyperlink, where it leads. */
#ifndef AM_RTF_FIELD_H
#define AM_RTF_FIELD_H

#include "base/buf.h"

/* Longer instructions and links are passed over. */
enum { AM_RTF_MAX_INSTRUCTION = 4096 };

/* caller: am_rtf_field_begin, am_rtf_field_close. */
struct am_rtf_field {
	struct am_buf instruction; /* "HYPERLINK "http://..."", as it comes */

	/* private */
	struct am_buf url;
	struct am_buf shown; /* the start of the result */
	bool is_shown;	     /* a result is at hand */
};

void am_rtf_field_begin(struct am_rtf_field *field);
void am_rtf_field_close(struct am_rtf_field *field);

/* The instruction begins, and is whole. */
void am_rtf_field_open(struct am_rtf_field *field);
void am_rtf_field_end(struct am_rtf_field *field);

/* In place of an instruction: where it leads; empty: nowhere. */
void am_rtf_field_link(struct am_rtf_field *field, struct am_bytes url);

/* The result begins; a part of it as it is shown; its end, where the link is
 * added to out (NULL: nowhere) unless the result says the same. */
void am_rtf_field_result(struct am_rtf_field *field);
void am_rtf_field_show(struct am_rtf_field *field, struct am_bytes text);
void am_rtf_field_result_end(struct am_rtf_field *field, struct am_buf *out);

/* Is there a link of which nothing is shown? */
static inline bool
am_rtf_field_is_bare(const struct am_rtf_field *field)
{
	return field->url.len > 0 && field->shown.len == 0;
}

#endif
