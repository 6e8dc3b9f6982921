/* [MSFT-RTF] the control words that mean something for the text. */
#ifndef AM_RTF_WORDS_H
#define AM_RTF_WORDS_H

#include <stdbool.h>
#include <stdint.h>

enum am_rtf_action {
	AM_RTF_NOTHING, /* formatting, and whatever is not known */

	/* characters: value is the code point */
	AM_RTF_CHAR,
	AM_RTF_NEWLINE,
	AM_RTF_CELL, /* ends a cell */
	AM_RTF_ROW,  /* ends a row */
	AM_RTF_UNICODE,
	AM_RTF_UNICODE_SKIP, /* \uc */
	AM_RTF_OBJECT_PLACE, /* \objattph */

	/* the header */
	AM_RTF_FROM_HTML,
	AM_RTF_FROM_TEXT,
	AM_RTF_ANSI_PAGE,  /* \ansicpg */
	AM_RTF_FIXED_PAGE, /* \mac, \pc, \pca: value is the page */
	AM_RTF_DEFAULT_FONT,

	/* fonts and what else a group keeps */
	AM_RTF_FONT,
	AM_RTF_FONT_CHARSET,
	AM_RTF_FONT_PAGE,
	AM_RTF_FONT_ASSOCIATED, /* \af */
	AM_RTF_SCRIPT, /* \loch, \dbch ...: value: enum am_rtf_script */
	AM_RTF_PLAIN,
	AM_RTF_HIDDEN,
	AM_RTF_HTMLRTF,
	AM_RTF_RICH,   /* formatting that plain text has not, if not 0 */
	AM_RTF_COLOUR, /* the same, but 0 is the default colour */

	/* destinations: value is an enum am_rtf_destination */
	AM_RTF_DESTINATION
};

/* Which of its fonts a run is in. */
enum am_rtf_script {
	AM_RTF_SCRIPT_LEFT,
	AM_RTF_SCRIPT_RIGHT,
	AM_RTF_SCRIPT_DOUBLE
};

enum am_rtf_destination {
	AM_RTF_TO_BODY,
	AM_RTF_TO_NOTHING,
	AM_RTF_TO_PICTURE, /* nothing, but plain text has lost something */
	AM_RTF_TO_FONTS,
	AM_RTF_TO_HTMLTAG,
	AM_RTF_TO_LIST_TEXT,   /* the bullet or number, for who has no lists */
	AM_RTF_TO_NOTE,	       /* a footnote */
	AM_RTF_TO_INSTRUCTION, /* of a field */
	AM_RTF_TO_RESULT,      /* of a field */
	AM_RTF_TO_SHAPE,       /* nothing but the texts inside of it */
	AM_RTF_TO_SHAPE_TEXT,
	AM_RTF_TO_TWO_FORMS, /* \upr: nothing but \ud inside of it */
	AM_RTF_TO_UNICODE    /* \ud */
};

struct am_rtf_word {
	const char *name;
	uint8_t action; /* enum am_rtf_action */
	uint32_t value;
};

/* NULL: nothing that is known here. */
const struct am_rtf_word *am_rtf_word_find(const char *name);

#endif
