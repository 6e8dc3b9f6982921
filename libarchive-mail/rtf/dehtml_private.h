/* What the files of dehtml know of a text on its way; nobody else includes
 * it. */
#ifndef AM_RTF_DEHTML_PRIVATE_H
#define AM_RTF_DEHTML_PRIVATE_H

#include "rtf/dehtml.h"
#include "rtf/field.h"
#include "rtf/fonts.h"
#include "rtf/run.h"
#include "rtf/token.h"
#include "rtf/words.h"

/* What a group keeps for itself, and gives back at its end. */
struct am_rtf_group {
	uint8_t destination; /* enum am_rtf_destination */
	uint8_t script;	     /* enum am_rtf_script */
	uint8_t uc;	     /* characters that stand for one \u */
	bool htmlrtf;
	bool is_hidden;
	int32_t font;	       /* -1: the default */
	int32_t associated[2]; /* of runs from right to left, of double
				  bytes; -1: none */
};

/* Cells that wait for text behind them: empty ones at the end of a row are not
 * written, but so many are no row. */
enum { AM_DEHTML_MAX_CELLS = 1000 };

struct am_dehtml {
	struct am_stream base; /* first */
	struct am_rtf_options options;
	struct am_rtf_facts *facts;
	struct am_rtf_reader reader;
	struct am_rtf_token token;
	bool is_over;
	enum am_status status; /* with which it is over */
	struct am_error cause;

	struct am_rtf_group now;
	struct am_buf groups; /* those around it: struct am_rtf_group */
	uint64_t too_deep;    /* groups beyond AM_RTF_MAX_DEPTH */
	bool is_star;	      /* \* was the token before */
	bool is_started;      /* something was given out: the kind is sure */
	bool root_is_over;
	unsigned skip;	 /* characters that a \u said already */
	bool skip_space; /* the one at \objattph */

	struct am_rtf_fonts fonts;
	int32_t default_font;
	unsigned default_page;
	struct am_rtf_run run;
	struct am_rtf_field field;
	size_t next_object;

	/* text: what waits for more to follow */
	bool newline_waits;
	unsigned cells_wait;
	struct am_buf out;
	bool is_given; /* out was */
};

/* Is the text of the group at hand part of what is given out? */
bool am_dehtml_emits(const struct am_dehtml *dehtml);

/* Text in the page of the font at hand, where it belongs. */
enum am_status am_dehtml_bytes(struct am_dehtml *dehtml, struct am_bytes bytes,
			       struct am_error *err);
void am_dehtml_code(struct am_dehtml *dehtml, uint32_t code);
void am_dehtml_text(struct am_dehtml *dehtml, const char *text);
void am_dehtml_newline(struct am_dehtml *dehtml);
void am_dehtml_run_end(struct am_dehtml *dehtml);

/* dehtml_words.c: what the token says, a word or a symbol. */
enum am_status am_dehtml_word(struct am_dehtml *dehtml, struct am_error *err);
enum am_status am_dehtml_symbol(struct am_dehtml *dehtml, struct am_error *err);

#endif
