/* [MS-OXRTFEX] 2.2.3, [MSFT-RTF] control words and symbols. */
#include "rtf/dehtml_private.h"

/* \word and \word1 turn on, \word0 turns off. */
static bool
turns_on(const struct am_rtf_token *token)
{
	return !token->has_param || token->param != 0;
}

/* ---- the header ---- */

/* Once something was given out it is too late to be something else. */
static void
kind_set(struct am_dehtml *dehtml, enum am_rtf_kind kind)
{
	if (!dehtml->is_started && dehtml->now.destination == AM_RTF_TO_BODY)
		dehtml->facts->kind = kind;
}

static void
default_page_set(struct am_dehtml *dehtml, int32_t page)
{
	if (dehtml->options.override == 0 && am_rtf_page_is_usable(page))
		dehtml->default_page = (unsigned)page;
}

/* ---- fonts ---- */

static enum am_status
font_set(struct am_dehtml *dehtml, int32_t font, struct am_error *err)
{
	if (dehtml->now.destination != AM_RTF_TO_FONTS) {
		dehtml->now.font = font;
		return AM_OK;
	}
	AM_TRY(am_rtf_font_end(&dehtml->fonts, err));
	am_rtf_font_begin(&dehtml->fonts, font);
	return AM_OK;
}

static void
font_associate(struct am_rtf_group *now, int32_t font)
{
	if (now->script != AM_RTF_SCRIPT_LEFT)
		now->associated[now->script - 1] = font;
}

static void
plain_set(struct am_rtf_group *now)
{
	now->font = -1;
	now->is_hidden = false;
	now->script = AM_RTF_SCRIPT_LEFT;
	now->associated[0] = -1;
	now->associated[1] = -1;
}

/* ---- characters ---- */

static void
uc_set(struct am_dehtml *dehtml)
{
	const int32_t count = dehtml->token.param;

	if (count >= 0 && count <= AM_RTF_MAX_UC)
		dehtml->now.uc = (uint8_t)count;
	else
		dehtml->facts->is_limited = true;
}

/* Negative, as it has 16 bits with a sign; more than 16 are seen too. */
static void
unicode_add(struct am_dehtml *dehtml)
{
	const int32_t param = dehtml->token.param;
	const uint32_t code = (uint32_t)(param < 0 ? param + 0x10000 : param);

	dehtml->skip_space = false;
	am_dehtml_code(dehtml, param < -0x10000 ? UINT32_MAX : code);
	dehtml->skip = dehtml->now.uc;
}

static void
cell_end(struct am_dehtml *dehtml)
{
	if (dehtml->facts->kind == AM_RTF_HTML || !am_dehtml_emits(dehtml))
		return;
	dehtml->cells_wait++;
	if (dehtml->cells_wait > AM_DEHTML_MAX_CELLS)
		am_dehtml_text(dehtml, "");
}

static void
row_end(struct am_dehtml *dehtml)
{
	if (dehtml->facts->kind != AM_RTF_HTML)
		am_dehtml_newline(dehtml);
}

/* [MS-OXRTFEX] 2.2.3.4: the space behind it is no text. */
static void
object_place(struct am_dehtml *dehtml)
{
	const struct am_rtf_options *options = &dehtml->options;
	const char *name = "attachment";

	dehtml->skip_space = true;
	if (dehtml->facts->kind == AM_RTF_HTML || !am_dehtml_emits(dehtml))
		return;
	if (dehtml->next_object < options->object_count)
		name = options->objects[dehtml->next_object++];
	am_dehtml_text(dehtml, "[");
	am_dehtml_text(dehtml, name);
	am_dehtml_text(dehtml, "]");
}

/* ---- destinations ---- */

/* May the group at hand become one of this kind? */
static bool
may_become(const struct am_dehtml *dehtml, enum am_rtf_destination wanted)
{
	switch ((enum am_rtf_destination)dehtml->now.destination) {
	case AM_RTF_TO_NOTHING:
	case AM_RTF_TO_PICTURE:
	case AM_RTF_TO_INSTRUCTION:
		return false;
	case AM_RTF_TO_FONTS:
	case AM_RTF_TO_HTMLTAG:
		return wanted == AM_RTF_TO_NOTHING && dehtml->is_star;
	case AM_RTF_TO_SHAPE:
		return wanted == AM_RTF_TO_SHAPE_TEXT ||
		       wanted == AM_RTF_TO_NOTHING;
	case AM_RTF_TO_TWO_FORMS:
		return wanted == AM_RTF_TO_UNICODE;
	default:
		return true;
	}
}

static void
destination_begin(struct am_dehtml *dehtml, enum am_rtf_destination wanted)
{
	if (wanted == AM_RTF_TO_NOTE)
		am_dehtml_text(dehtml, " [");
	else if (wanted == AM_RTF_TO_SHAPE_TEXT)
		am_dehtml_newline(dehtml);
	else if (wanted == AM_RTF_TO_INSTRUCTION)
		am_rtf_field_open(&dehtml->field);
	else if (wanted == AM_RTF_TO_RESULT)
		am_rtf_field_result(&dehtml->field);
	else if (wanted == AM_RTF_TO_PICTURE)
		dehtml->facts->is_rich = true;
}

static void
destination_set(struct am_dehtml *dehtml, enum am_rtf_destination wanted)
{
	if (!may_become(dehtml, wanted))
		return;
	if (wanted == AM_RTF_TO_UNICODE)
		wanted = AM_RTF_TO_BODY;
	dehtml->now.destination = (uint8_t)wanted;
	destination_begin(dehtml, wanted);
}

/* ---- words ---- */

static void
rich_mark(struct am_dehtml *dehtml, bool is_rich)
{
	if (is_rich && am_dehtml_emits(dehtml))
		dehtml->facts->is_rich = true;
}

static enum am_status
word_do(struct am_dehtml *dehtml, const struct am_rtf_word *word,
	struct am_error *err)
{
	const struct am_rtf_token *token = &dehtml->token;
	struct am_rtf_group *now = &dehtml->now;

	switch ((enum am_rtf_action)word->action) {
	case AM_RTF_NOTHING:
		break;
	case AM_RTF_CHAR:
		am_dehtml_code(dehtml, word->value);
		break;
	case AM_RTF_NEWLINE:
		am_dehtml_newline(dehtml);
		break;
	case AM_RTF_CELL:
		cell_end(dehtml);
		break;
	case AM_RTF_ROW:
		row_end(dehtml);
		break;
	case AM_RTF_UNICODE:
		unicode_add(dehtml);
		break;
	case AM_RTF_UNICODE_SKIP:
		uc_set(dehtml);
		break;
	case AM_RTF_OBJECT_PLACE:
		object_place(dehtml);
		break;
	case AM_RTF_FROM_HTML:
		kind_set(dehtml, AM_RTF_HTML);
		break;
	case AM_RTF_FROM_TEXT:
		kind_set(dehtml, AM_RTF_PLAIN_TEXT);
		break;
	case AM_RTF_ANSI_PAGE:
		default_page_set(dehtml, token->param);
		break;
	case AM_RTF_FIXED_PAGE:
		default_page_set(dehtml, (int32_t)word->value);
		break;
	case AM_RTF_DEFAULT_FONT:
		dehtml->default_font = token->param;
		break;
	case AM_RTF_FONT:
		return font_set(dehtml, token->param, err);
	case AM_RTF_FONT_CHARSET:
		am_rtf_font_charset(&dehtml->fonts, token->param);
		break;
	case AM_RTF_FONT_PAGE:
		am_rtf_font_page(&dehtml->fonts, token->param);
		break;
	case AM_RTF_FONT_ASSOCIATED:
		font_associate(now, token->param);
		break;
	case AM_RTF_SCRIPT:
		now->script = (uint8_t)word->value;
		break;
	case AM_RTF_PLAIN:
		plain_set(now);
		break;
	case AM_RTF_HIDDEN:
		now->is_hidden = turns_on(token);
		break;
	case AM_RTF_HTMLRTF:
		now->htmlrtf = turns_on(token);
		break;
	case AM_RTF_RICH:
		rich_mark(dehtml, turns_on(token));
		break;
	case AM_RTF_COLOUR:
		rich_mark(dehtml, token->param > 0);
		break;
	case AM_RTF_DESTINATION:
		destination_set(dehtml, (enum am_rtf_destination)word->value);
		break;
	}
	return AM_OK;
}

/* Is the token one of the characters that stand for the \u before? */
static bool
is_skipped(struct am_dehtml *dehtml, const struct am_rtf_word *word)
{
	if (dehtml->skip == 0)
		return false;
	/* Writers that leave out what stands for it: the next is no such. */
	if (word != NULL && word->action == AM_RTF_UNICODE) {
		dehtml->skip = 0;
		return false;
	}
	dehtml->skip--;
	return true;
}

enum am_status
am_dehtml_word(struct am_dehtml *dehtml, struct am_error *err)
{
	const struct am_rtf_word *word = am_rtf_word_find(dehtml->token.word);

	if (is_skipped(dehtml, word) || dehtml->too_deep > 0)
		return AM_OK;
	am_dehtml_run_end(dehtml);
	if (dehtml->is_star &&
	    (word == NULL || (word->action != AM_RTF_DESTINATION &&
			      word->action != AM_RTF_OBJECT_PLACE))) {
		destination_set(dehtml, AM_RTF_TO_NOTHING);
		return AM_OK;
	}
	return word != NULL ? word_do(dehtml, word, err) : AM_OK;
}

/* ---- symbols ---- */

/* The characters that have no letters; in HTML as it writes them. */
static const struct {
	char symbol;
	uint16_t code;
	const char *html;
} symbols[] = {
	{ '~', 0xa0, "&nbsp;" },
	{ '_', 0x2011, "&shy;" },
	{ '-', 0xad, "&shy;" },
	{ '\t', '\t', NULL },
};

static void
symbol_char(struct am_dehtml *dehtml, uint8_t symbol)
{
	const bool is_html = dehtml->facts->kind == AM_RTF_HTML;
	size_t i;

	for (i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		if (symbols[i].symbol != (char)symbol)
			continue;
		if (is_html && symbols[i].html != NULL)
			am_dehtml_text(dehtml, symbols[i].html);
		else
			am_dehtml_code(dehtml, symbols[i].code);
	}
}

enum am_status
am_dehtml_symbol(struct am_dehtml *dehtml, struct am_error *err)
{
	const uint8_t symbol = dehtml->token.byte;

	if (is_skipped(dehtml, NULL))
		return AM_OK;
	if (symbol == '\\' || symbol == '{' || symbol == '}')
		return am_dehtml_bytes(dehtml, am_bytes(&symbol, 1), err);
	am_dehtml_run_end(dehtml);
	if (symbol == '*')
		dehtml->is_star = true;
	else if (symbol == '\r' || symbol == '\n')
		am_dehtml_newline(dehtml);
	else
		symbol_char(dehtml, symbol);
	return AM_OK;
}
