/* [MSFT-RTF] the tokens of RTF, from a stream. */
#ifndef AM_RTF_TOKEN_H
#define AM_RTF_TOKEN_H

#include "base/cursor.h"
#include "io/stream.h"

enum {
	/* Letters of a control word; longer ones are no word of RTF. */
	AM_RTF_MAX_WORD = 32,
	AM_RTF_MAX_TEXT = 16 << 10 /* bytes; a longer run is more than one */
};

enum am_rtf_token_kind {
	AM_RTF_END,
	AM_RTF_OPEN,   /* { */
	AM_RTF_CLOSE,  /* } */
	AM_RTF_WORD,   /* \word, \word-12; also \bin, whose bytes are gone */
	AM_RTF_SYMBOL, /* \ and one character: byte */
	AM_RTF_HEX,    /* \'hh: byte */
	AM_RTF_TEXT    /* a run without any of these, and without CR, LF, NUL */
};

struct am_rtf_token {
	enum am_rtf_token_kind kind;
	char word[AM_RTF_MAX_WORD + 1]; /* "" when it was longer */
	bool has_param;
	int32_t param; /* held to the range of the type */
	uint8_t byte;
	struct am_bytes text; /* borrowed until the next token */
};

/* Zero but for rtf, which stays the caller's. */
struct am_rtf_reader {
	struct am_stream *rtf;

	/* private */
	struct am_cursor in;
	enum am_status status; /* of rtf, once it gave no more */
	struct am_error cause;
	bool bin_is_cut;
};

/* Never recurses, keeps nothing: any depth and length is fine. The end comes
 * as AM_RTF_END. The status of rtf when that fails. */
enum am_status
am_rtf_token_next(struct am_rtf_reader *reader, struct am_rtf_token *token_out,
		  struct am_error *err);

/* At the end: did it come in the middle of a token? */
static inline bool
am_rtf_reader_is_cut(const struct am_rtf_reader *reader)
{
	return reader->bin_is_cut;
}

#endif
