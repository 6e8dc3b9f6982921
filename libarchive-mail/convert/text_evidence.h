/* Which code page are these bytes in? What they look like counts for more
 * than what they are said to be (mapi-to-mime 2). */
#ifndef AM_CONVERT_TEXT_EVIDENCE_H
#define AM_CONVERT_TEXT_EVIDENCE_H

#include "base/text.h"

/* What a look at all the bytes tells. Zero-initialise, feed, ask. */
struct am_text_evidence {
	uint64_t bytes;
	uint64_t high;	  /* bytes from 0x80 */
	uint64_t escapes; /* ESC: ISO-2022 */
	uint64_t nul_odd; /* NUL at an odd place, as ASCII has in UTF-16LE */
	uint64_t nul_even;
	bool not_utf8;

	/* private: the UTF-8 sequence at hand */
	unsigned want;	  /* bytes still to come */
	uint8_t low, top; /* what the next one may be */
};

void
am_text_evidence_add(struct am_text_evidence *evidence, struct am_bytes bytes);

/* Valid UTF-8 with something beyond ASCII? */
bool am_text_evidence_is_utf8(const struct am_text_evidence *evidence);

/* UTF-16LE or UTF-16BE by its NULs (tricky B3); else AM_CP_NONE. */
unsigned am_text_evidence_utf16(const struct am_text_evidence *evidence);

/* Tells whether all the bytes decode in codepage; may fail. */
typedef enum am_status
am_text_decodes_fn(void *arg, unsigned codepage, bool *decodes_out,
		   struct am_error *err);

/* What is claimed about a text, AM_CP_NONE where nothing is. */
struct am_text_claims {
	unsigned forced;   /* by the user: before all others */
	unsigned label;	   /* the property that says so */
	unsigned declared; /* in the text itself: <meta charset> */
	unsigned fallback; /* of 8-bit texts of the message */
};

/* The code page to decode with: by a byte order mark in head, by UTF-16's
 * NULs, by valid UTF-8; else the first claim that decodes; else 1252. */
enum am_status
am_text_codepage(const struct am_text_evidence *evidence, struct am_bytes head,
		 const struct am_text_claims *claims,
		 am_text_decodes_fn *decodes, void *arg, unsigned *codepage_out,
		 struct am_error *err);

#endif
