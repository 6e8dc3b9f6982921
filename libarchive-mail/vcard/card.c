/* Content lines of vCards. */
#include "vcard/card.h"

/* Puts len octets that belong together on the line, or on the next. */
static void
put(struct am_vcard *card, const char *octets, size_t len)
{
	if (card->column + len > AM_VCARD_LINE_MAX) {
		am_buf_add_text(card->out, "\r\n ");
		card->column = 1;
	}
	am_buf_add(card->out, am_bytes(octets, len));
	card->column += len;
}

static void
put_ascii(struct am_vcard *card, const char *text)
{
	for (; *text != '\0'; text++)
		put(card, text, 1);
}

static bool
is_control(uint32_t code)
{
	return code < ' ' || code == 0x7f;
}

/* The next character of text, CR LF being one; text moves behind it. */
static uint32_t
character_next(struct am_bytes *text)
{
	uint32_t code;
	size_t len = am_utf8_decode(*text, &code);

	if (code == '\r' && text->len > 1 && text->data[1] == '\n')
		len = 2;
	(void)am_slice(*text, len, text->len - len, text);
	return code == '\r' ? '\n' : code;
}

static void
put_code(struct am_vcard *card, uint32_t code)
{
	char utf8[4];

	put(card, utf8, am_utf8_encode(code, utf8));
}

void
am_vcard_begin(struct am_vcard *card)
{
	am_buf_add_text(card->out, "BEGIN:VCARD\r\n");
	am_buf_printf(card->out, "VERSION:%d.0\r\n",
		      card->version == AM_VCARD_3 ? 3 : 4);
	card->column = 0;
}

void
am_vcard_end(struct am_vcard *card)
{
	am_buf_add_text(card->out, "END:VCARD\r\n");
}

void
am_vcard_name(struct am_vcard *card, const char *head)
{
	card->column = 0;
	put_ascii(card, head);
}

void
am_vcard_more(struct am_vcard *card, const char *head)
{
	put_ascii(card, head);
}

/* RFC 6868: what a parameter cannot hold has an escape of its own. */
static void
param_code(struct am_vcard *card, uint32_t code)
{
	const bool v4 = card->version == AM_VCARD_4;

	if (code == '"')
		put_ascii(card, v4 ? "^'" : "'");
	else if (code == '\n')
		put_ascii(card, v4 ? "^n" : " ");
	else if (code == '^' && v4)
		put_ascii(card, "^^");
	else if (!is_control(code) || code == '\t')
		put_code(card, code);
}

void
am_vcard_param(struct am_vcard *card, const char *name, struct am_bytes value)
{
	put(card, ";", 1);
	put_ascii(card, name);
	put_ascii(card, "=\"");
	while (value.len > 0)
		param_code(card, character_next(&value));
	put(card, "\"", 1);
}

void
am_vcard_colon(struct am_vcard *card)
{
	put(card, ":", 1);
}

static void
text_code(struct am_vcard *card, uint32_t code, bool escapes_semicolon)
{
	const char escaped[2] = { '\\', (char)code };

	if (code == '\n')
		put(card, "\\n", 2);
	else if (code == '\\' || code == ',' ||
		 (code == ';' && escapes_semicolon))
		put(card, escaped, 2);
	else if (!is_control(code) || code == '\t')
		put_code(card, code);
}

void
am_vcard_text(struct am_vcard *card, struct am_bytes text)
{
	while (text.len > 0)
		text_code(card, character_next(&text),
			  card->version == AM_VCARD_3);
}

void
am_vcard_component(struct am_vcard *card, struct am_bytes text)
{
	while (text.len > 0)
		text_code(card, character_next(&text), true);
}

void
am_vcard_between(struct am_vcard *card, char separator)
{
	put(card, &separator, 1);
}

static bool
is_of_uri(uint8_t c)
{
	return c > ' ' && c < 0x7f && strchr("\"<>\\^`{|}", c) == NULL;
}

void
am_vcard_uri(struct am_vcard *card, struct am_bytes uri)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i;

	for (i = 0; i < uri.len; i++) {
		const uint8_t c = uri.data[i];
		const char encoded[3] = { '%', hex[c >> 4], hex[c & 0xf] };
		const char plain = (char)c;

		if (is_of_uri(c))
			put(card, &plain, 1);
		else
			put(card, encoded, sizeof(encoded));
	}
}

void
am_vcard_eol(struct am_vcard *card)
{
	am_buf_add_text(card->out, "\r\n");
	card->column = 0;
}

void
am_vcard_line(struct am_vcard *card, const char *head, struct am_bytes text)
{
	if (text.len == 0)
		return;
	am_vcard_name(card, head);
	am_vcard_colon(card);
	am_vcard_text(card, text);
	am_vcard_eol(card);
}
