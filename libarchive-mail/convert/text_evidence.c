/* Which code page are these bytes in? */
#include "convert/text_evidence.h"

#include "base/ascii.h"

enum { ESC = 0x1b };

/* [Unicode] table 3-7: what may follow the first byte of a sequence. */
static void
sequence_begin(struct am_text_evidence *evidence, uint8_t c)
{
	evidence->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
	evidence->top = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	if (c >= 0xc2 && c <= 0xdf)
		evidence->want = 1;
	else if (c >= 0xe0 && c <= 0xef)
		evidence->want = 2;
	else if (c >= 0xf0 && c <= 0xf4)
		evidence->want = 3;
	else
		evidence->not_utf8 = true;
}

static void
utf8_check(struct am_text_evidence *evidence, uint8_t c)
{
	if (evidence->not_utf8)
		return;
	if (evidence->want == 0) {
		if (c >= 0x80)
			sequence_begin(evidence, c);
		return;
	}
	if (c < evidence->low || c > evidence->top)
		evidence->not_utf8 = true;
	evidence->want--;
	evidence->low = 0x80;
	evidence->top = 0xbf;
}

static void
byte_add(struct am_text_evidence *evidence, uint8_t c)
{
	if (c >= 0x80)
		evidence->high++;
	if (c == ESC)
		evidence->escapes++;
	if (c == 0 && evidence->bytes % 2 == 0)
		evidence->nul_even++;
	else if (c == 0)
		evidence->nul_odd++;
	utf8_check(evidence, c);
	evidence->bytes++;
}

/* Valid UTF-8 without ESC or NUL, as nearly all texts are: only the numbers
 * matter. */
static bool
plain_add(struct am_text_evidence *evidence, struct am_bytes bytes)
{
	uint64_t high = 0;
	size_t i;

	if (evidence->want > 0 || bytes.len == 0 ||
	    memchr(bytes.data, ESC, bytes.len) != NULL ||
	    memchr(bytes.data, 0, bytes.len) != NULL ||
	    !am_utf8_is_valid(bytes))
		return false;
	for (i = 0; i < bytes.len; i++)
		high += bytes.data[i] >> 7;
	evidence->high += high;
	evidence->bytes += bytes.len;
	return true;
}

void
am_text_evidence_add(struct am_text_evidence *evidence, struct am_bytes bytes)
{
	size_t i;

	if (plain_add(evidence, bytes))
		return;
	for (i = 0; i < bytes.len; i++)
		byte_add(evidence, bytes.data[i]);
}

bool
am_text_evidence_is_utf8(const struct am_text_evidence *evidence)
{
	/* The last character may have been cut. */
	return !evidence->not_utf8 &&
	       evidence->high > (evidence->want > 0 ? 3 : 0);
}

unsigned
am_text_evidence_utf16(const struct am_text_evidence *evidence)
{
	/* 40 % of the bytes at odd places; of a text of two bytes all. */
	const uint64_t enough = evidence->bytes / 2 * 2 / 5 + 1;

	if (evidence->nul_odd >= enough &&
	    evidence->nul_odd > evidence->nul_even)
		return AM_CP_UTF16LE;
	if (evidence->nul_even >= enough &&
	    evidence->nul_even > evidence->nul_odd)
		return AM_CP_UTF16BE;
	return AM_CP_NONE;
}

static unsigned
byte_order_mark(struct am_bytes head)
{
	if (am_ascii_starts(head, "\xef\xbb\xbf"))
		return AM_CP_UTF8;
	if (am_ascii_starts(head, "\xff\xfe"))
		return AM_CP_UTF16LE;
	if (am_ascii_starts(head, "\xfe\xff"))
		return AM_CP_UTF16BE;
	return AM_CP_NONE;
}

/* Encodings that write any text in bytes below 0x80. */
static bool
is_seven_bit(unsigned codepage)
{
	switch (codepage) {
	case 50220: /* ISO-2022-JP */
	case 50221:
	case 50222:
	case 50225: /* ISO-2022-KR */
	case 50227: /* ISO-2022-CN */
	case 50229:
	case 52936: /* HZ */
	case 65000: /* UTF-7 */
		return true;
	default:
		return false;
	}
}

/* Tries the claims in turn. */
struct trial {
	am_text_decodes_fn *decodes;
	void *arg;
	unsigned found; /* AM_CP_NONE: none yet */
};

static enum am_status
trial_make(struct trial *trial, unsigned codepage, struct am_error *err)
{
	bool decodes = false;

	if (trial->found != AM_CP_NONE || codepage == AM_CP_NONE ||
	    codepage == AM_CP_UTF16LE || codepage == AM_CP_UTF16BE ||
	    !am_codepage_is_known(codepage))
		return AM_OK;
	AM_TRY(trial->decodes(trial->arg, codepage, &decodes, err));
	if (decodes)
		trial->found = codepage;
	return AM_OK;
}

static enum am_status
seven_bit_try(struct trial *trial, const struct am_text_evidence *evidence,
	      unsigned codepage, struct am_error *err)
{
	/* Without an ESC an ISO-2022 text is ASCII. */
	if (!is_seven_bit(codepage) ||
	    (evidence->escapes == 0 && codepage / 100 == 502))
		return AM_OK;
	return trial_make(trial, codepage, err);
}

enum am_status
am_text_codepage(const struct am_text_evidence *evidence, struct am_bytes head,
		 const struct am_text_claims *claims,
		 am_text_decodes_fn *decodes, void *arg, unsigned *codepage_out,
		 struct am_error *err)
{
	struct trial trial = { .decodes = decodes, .arg = arg };

	trial.found = byte_order_mark(head);
	if (trial.found == AM_CP_NONE)
		trial.found = am_text_evidence_utf16(evidence);
	if (trial.found == AM_CP_NONE && am_text_evidence_is_utf8(evidence))
		trial.found = AM_CP_UTF8;
	if (evidence->high == 0) {
		AM_TRY(seven_bit_try(&trial, evidence, claims->label, err));
		AM_TRY(seven_bit_try(&trial, evidence, claims->declared, err));
		if (trial.found == AM_CP_NONE)
			trial.found = AM_CP_UTF8; /* ASCII is that, too */
	}
	AM_TRY(trial_make(&trial, claims->forced, err));
	AM_TRY(trial_make(&trial, claims->label, err));
	AM_TRY(trial_make(&trial, claims->declared, err));
	AM_TRY(trial_make(&trial, claims->fallback, err));
	*codepage_out =
		trial.found != AM_CP_NONE ? trial.found : (unsigned)AM_CP_1252;
	return AM_OK;
}
