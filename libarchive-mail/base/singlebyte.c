/* Code pages of one byte a character, by their tables. */
#include "base/codepage.h"
#include "base/utf8.h"

/* Bytes that are looked at together for plain ASCII. */
enum { RUN = 8 };

/* The code of byte, when table has no codes below first. */
static inline unsigned
code_of(const uint16_t *table, unsigned first, uint8_t byte)
{
	return byte < first ? byte : table[byte - first];
}

static unsigned
first_of(const struct am_codepage *page)
{
	return page->kind == AM_CODEPAGE_FULL ? 0 : 0x80;
}

/* Is there a run of plain ASCII at the front? */
static bool
is_plain_run(unsigned first, struct am_bytes rest)
{
	return first == 0x80 && rest.len >= RUN &&
	       am_is_ascii(am_bytes(rest.data, RUN));
}

size_t
am_codepage_bound(const struct am_codepage *page, struct am_bytes raw)
{
	const unsigned first = first_of(page);
	size_t size = raw.len;
	size_t i = 0, end;

	while (i < raw.len) {
		const struct am_bytes rest =
			am_bytes(raw.data + i, raw.len - i);

		end = rest.len < RUN ? raw.len : i + RUN;
		if (is_plain_run(first, rest)) {
			i = end;
			continue;
		}
		for (; i < end; i++) {
			/* A gap counts as U+FFFD, which is as long as anything
			 * that it may become. */
			const unsigned code =
				code_of(page->table, first, raw.data[i]);

			size += (size_t)(code >= 0x80) + (code >= 0x800);
		}
	}
	return size;
}

size_t
am_codepage_write(const struct am_codepage *page, struct am_bytes raw,
		  char *out, uint64_t *faults)
{
	const unsigned first = first_of(page);
	size_t written = 0;
	size_t i = 0, end;

	while (i < raw.len) {
		const struct am_bytes rest =
			am_bytes(raw.data + i, raw.len - i);

		end = rest.len < RUN ? raw.len : i + RUN;
		if (is_plain_run(first, rest)) {
			memcpy(out + written, rest.data, RUN);
			written += RUN;
			i = end;
			continue;
		}
		for (; i < end; i++) {
			unsigned code =
				code_of(page->table, first, raw.data[i]);

			if (code == AM_CODEPAGE_GAP) {
				code = am_codepage_last_resort(raw.data[i]);
				(*faults)++;
			}
			written += am_utf8_put_bmp(code, out + written);
		}
	}
	return written;
}
