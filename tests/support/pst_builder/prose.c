/* Text that looks like mail and compresses like it, from a seed. */
#include <string.h>

#include "value.h"

static const char *const words[] = {
	"the",	   "letter",  "meeting", "of",	    "garden",	"and",
	"we",	   "travel",  "to",	 "report",  "a",	"please",
	"invoice", "in",      "train",	 "music",   "is",	"thank",
	"you",	   "for",     "morning", "winter",  "that",	"budget",
	"answer",  "it",      "street",	 "window",  "on",	"project",
	"with",	   "coffee",  "be",	 "teacher", "was",	"figures",
	"at",	   "holiday", "this",	 "library", "have",	"question",
	"from",	   "station", "or",	 "weather", "will",	"schedule",
	"by",	   "kitchen", "not",	 "plans",   "contract", "summer",
	"draft",   "number",  "there",	 "friend",  "minutes",	"ticket",
	"year",	   "paper",   "visit",	 "today",
};

static const char *const accented[] = {
	"caf\u00e9",	"Gr\u00fc\u00dfe", "na\u00efve", "r\u00e9sum\u00e9",
	"M\u00fcnchen", "\u00c5sa",	   "se\u00f1or", "d\u00e9j\u00e0",
};

enum { LINE_LENGTH = 72 };

static const char *
word_pick(struct pb_rng *rng, bool accents)
{
	const uint32_t n = pb_rng_below(rng, 64 * 16);

	if (accents && n < 8)
		return accented[n];
	return words[n % 64];
}

static size_t
characters_of(const char *word)
{
	size_t n = 0;

	for (; *word != '\0'; word++)
		n += ((unsigned char)*word & 0xC0) != 0x80;
	return n;
}

/* Space, full stop or line end before the next word; returns its length. */
static size_t
gap_add(struct pb_rng *rng, struct pb_buf *out, size_t line)
{
	const char *gap = line >= LINE_LENGTH	       ? "\r\n"
			  : pb_rng_below(rng, 12) == 0 ? ". "
						       : " ";

	pb_buf_text(out, gap);
	return strlen(gap);
}

void
pb_prose(struct pb_rng *rng, struct pb_buf *out, size_t characters,
	 bool accents)
{
	size_t line = 0;

	for (;;) {
		const char *word = word_pick(rng, accents);
		const size_t len = characters_of(word);
		size_t gap;

		if (len + 4 > characters)
			break;
		pb_buf_text(out, word);
		line += len;
		gap = gap_add(rng, out, line);
		line = line >= LINE_LENGTH ? 0 : line + gap;
		characters -= len + gap;
	}
	for (; characters > 0; characters--)
		pb_buf_text(out, ".");
}

void
pb_prose_title(struct pb_rng *rng, struct pb_buf *out, unsigned words_wanted)
{
	for (unsigned i = 0; i < words_wanted; i++) {
		if (i > 0)
			pb_buf_text(out, " ");
		pb_buf_text(out, word_pick(rng, false));
	}
}
