/* [MSFT-RTF] runs of text to UTF-8 (rtf.md 3, 3.1). */
#include "rtf/run.h"

#include "rtf/fonts.h"

enum {
	/* A byte is never longer in UTF-8 than this, whatever its page. */
	MAX_TEXT = 16 * AM_RTF_MAX_RUN,
	JOHAB = 1361 /* the one page here in which 0x5c is no backslash */
};

void
am_rtf_run_begin(struct am_rtf_run *run)
{
	memset(run, 0, sizeof(*run));
	run->text = am_buf(MAX_TEXT);
}

void
am_rtf_run_close(struct am_rtf_run *run)
{
	size_t i;

	for (i = 0; i < AM_RTF_DECODERS; i++) {
		if (run->slots[i].is_open)
			am_decoder_close(&run->slots[i].decoder);
		run->slots[i].is_open = false;
	}
	am_buf_free(&run->text);
}

/* A decoder of the page, in place of the one that was opened longest ago.
 * NULL: there is none. */
static struct am_decoder *
decoder_get(struct am_rtf_run *run, unsigned page)
{
	size_t i;

	for (i = 0; i < AM_RTF_DECODERS; i++)
		if (run->slots[i].is_open && run->slots[i].page == page)
			return &run->slots[i].decoder;
	i = run->next_slot;
	run->next_slot = (i + 1) % AM_RTF_DECODERS;
	if (run->slots[i].is_open)
		am_decoder_close(&run->slots[i].decoder);
	run->slots[i].page = page;
	run->slots[i].is_open = am_decoder_open(&run->slots[i].decoder, page);
	/* A byte order mark is none in the middle of a text. */
	run->slots[i].decoder.started = true;
	return run->slots[i].is_open ? &run->slots[i].decoder : NULL;
}

/* Decodes the bytes at hand into run->text; returns the faults. */
static uint64_t
bytes_decode(struct am_rtf_run *run, unsigned page, bool last)
{
	struct am_decoder *decoder = decoder_get(run, page);
	uint64_t before;

	if (decoder == NULL)
		decoder = decoder_get(run, AM_CP_1252);
	am_buf_clear(&run->text);
	if (decoder == NULL)
		return run->len;
	before = decoder->faults;
	am_decoder_add(decoder, am_bytes(run->bytes, run->len), last,
		       &run->text);
	return decoder->faults - before;
}

static uint64_t
high_count(struct am_bytes bytes)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < bytes.len; i++)
		count += bytes.data[i] >= 0x80;
	return count;
}

/* Where half of a run does not decode, the page is wrong, and another one may
 * know better. */
static void
short_run_decode(struct am_rtf_run *run)
{
	uint64_t faults = bytes_decode(run, run->page, true);

	if (faults > 0 && run->fallback != run->page &&
	    2 * faults >= high_count(am_bytes(run->bytes, run->len)) &&
	    bytes_decode(run, run->fallback, true) == 0)
		faults = 0;
	else if (faults > 0)
		faults = bytes_decode(run, run->page, true);
	run->faults += faults;
}

static void
text_give(struct am_rtf_run *run)
{
	am_buf_add(run->to, am_buf_bytes(&run->text));
	if (run->text.status != AM_OK && run->to->status == AM_OK)
		run->to->status = run->text.status;
	am_buf_clear(&run->text);
	run->len = 0;
}

void
am_rtf_run_finish(struct am_rtf_run *run, struct am_buf *to)
{
	if (run->high == 0)
		return;
	run->high = 0;
	run->faults++;
	am_decoder_put(to, AM_CODEPAGE_GAP);
}

void
am_rtf_run_end(struct am_rtf_run *run)
{
	if (run->len == 0 && !run->is_long)
		return;
	if (run->is_long)
		run->faults += bytes_decode(run, run->page, true);
	else
		short_run_decode(run);
	run->is_long = false;
	text_give(run);
}

/* The run is full: what of it is whole. */
static void
part_decode(struct am_rtf_run *run)
{
	run->is_long = true;
	run->faults += bytes_decode(run, run->page, false);
	text_give(run);
}

static void
symbols_add(struct am_buf *to, unsigned page, struct am_bytes bytes)
{
	size_t i;

	for (i = 0; i < bytes.len; i++)
		am_decoder_put(to, am_rtf_symbol(page, bytes.data[i]));
}

static void
bytes_add(struct am_rtf_run *run, struct am_bytes bytes)
{
	size_t i;

	for (i = 0; i < bytes.len; i++) {
		run->bytes[run->len++] = bytes.data[i];
		if (run->len == AM_RTF_MAX_RUN)
			part_decode(run);
	}
}

void
am_rtf_run_add(struct am_rtf_run *run, struct am_buf *to, unsigned page,
	       unsigned fallback, struct am_bytes bytes)
{
	if (bytes.len == 0)
		return;
	if (run->page != page || run->to != to || run->fallback != fallback)
		am_rtf_run_end(run);
	am_rtf_run_finish(run, to);
	run->page = page;
	run->to = to;
	run->fallback = fallback;
	if (page <= AM_RTF_PAGE_PRIVATE && page != AM_RTF_PAGE_DEFAULT)
		symbols_add(to, page, bytes);
	else if (run->len == 0 && !run->is_long && page != JOHAB &&
		 am_is_ascii(bytes))
		am_buf_add(to, bytes);
	else
		bytes_add(run, bytes);
}

void
am_rtf_run_code(struct am_rtf_run *run, struct am_buf *to, uint32_t code)
{
	am_rtf_run_end(run);
	if (code >= 0xdc00 && code < 0xe000 && run->high != 0) {
		code = 0x10000 + ((run->high - 0xd800) << 10) + (code - 0xdc00);
		run->high = 0;
		am_decoder_put(to, code);
		return;
	}
	am_rtf_run_finish(run, to);
	if (code >= 0xd800 && code < 0xdc00) {
		run->high = code;
		return;
	}
	if ((code >= 0xdc00 && code < 0xe000) || code > 0x10ffff)
		run->faults++;
	am_decoder_put(to, code);
}
