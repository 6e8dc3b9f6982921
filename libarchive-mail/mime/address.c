/* Address lists: RFC 5322 3.4, RFC 6854 groups. */
#include "base/ascii.h"
#include "base/text.h"
#include "mime/encoded_word.h"
#include "mime/field.h"
#include "mime/fold.h"
#include "mime/idna.h"

enum {
	ADDRESS_MAX = 320,
	/* A longer phrase would make long lines unless it is encoded. */
	PHRASE_MAX = 60
};

/* RFC 5322 3.2.3 */
static bool
is_atext(uint8_t c)
{
	return am_ascii_is_alnum(c) ||
	       (c != 0 && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* atext with single dots inside. */
static bool
is_dot_atom(struct am_bytes text)
{
	uint8_t previous = '.';
	size_t i;

	for (i = 0; i < text.len; i++) {
		const uint8_t c = text.data[i];

		if (c == '.' ? previous == '.' : !is_atext(c))
			return false;
		previous = c;
	}
	return previous != '.';
}

/* Spaces, controls, < and > are in no address that we take for one. */
static bool
is_forbidden(uint8_t c)
{
	return c <= ' ' || c == 0x7f || c == '<' || c == '>';
}

/* Finds the only @ outside quotes. False if there is none or another, a comma
 * outside quotes, a quote that does not end, or what is forbidden. */
static bool
at_find(struct am_bytes address, size_t *at_out)
{
	bool escaped = false;
	bool quoted = false;
	size_t ats = 0;
	size_t i;

	for (i = 0; i < address.len; i++) {
		const uint8_t c = address.data[i];
		const bool as_it_is = escaped;

		escaped = false;
		if (am_ascii_is_alnum(c))
			continue;
		if (is_forbidden(c))
			return false;
		if (as_it_is)
			continue;
		if (quoted && c == '\\')
			escaped = true;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && c == ',')
			return false;
		else if (!quoted && c == '@') {
			ats++;
			*at_out = i;
		}
	}
	return ats == 1 && !quoted;
}

static bool
address_split(const char *address, struct am_bytes *local_out,
	      const char **domain_out)
{
	const struct am_bytes whole = am_bytes_of(address);
	size_t at = 0;

	if (whole.len > ADDRESS_MAX || !at_find(whole, &at) ||
	    !am_slice(whole, 0, at, local_out))
		return false;
	*domain_out = address + at + 1;
	return local_out->len > 0 && am_is_ascii(*local_out);
}

/* "[" dtext "]", RFC 5322 3.4.1 */
static bool
is_domain_literal(struct am_bytes domain)
{
	size_t i;

	if (domain.len < 3 || domain.data[0] != '[' ||
	    domain.data[domain.len - 1] != ']')
		return false;
	for (i = 1; i + 1 < domain.len; i++)
		if (domain.data[i] >= 0x7f ||
		    strchr("[]\\", domain.data[i]) != NULL)
			return false;
	return true;
}

/* Appends the domain as it may stand in a header; false if it is none. */
static bool
domain_put(struct am_buf *out, const char *domain)
{
	const struct am_bytes bytes = am_bytes_of(domain);

	if (!am_is_ascii(bytes))
		return am_idna_add(out, domain);
	if (!is_dot_atom(bytes) && !is_domain_literal(bytes))
		return false;
	am_buf_add(out, bytes);
	return true;
}

bool
am_address_is_valid(const char *address)
{
	char memory[AM_FOLD_SCRATCH];
	struct am_buf scratch = am_buf_in(ADDRESS_MAX, memory, sizeof(memory));
	struct am_bytes local;
	const char *domain;
	bool valid;

	valid = address_split(address, &local, &domain) &&
		domain_put(&scratch, domain);
	am_buf_free(&scratch);
	return valid;
}

/* A quoted-string; its text is printable ASCII. */
static void
quoted_put(struct am_buf *out, struct am_bytes text)
{
	size_t i;

	am_buf_add_char(out, '"');
	for (i = 0; i < text.len; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			am_buf_add_char(out, '\\');
		am_buf_add_char(out, (char)text.data[i]);
	}
	am_buf_add_char(out, '"');
}

static size_t
quoted_length(struct am_bytes text)
{
	size_t len = text.len + 2;
	size_t i;

	for (i = 0; i < text.len; i++)
		len += text.data[i] == '"' || text.data[i] == '\\';
	return len;
}

/* Is it one quoted-string already? */
static bool
is_quoted(struct am_bytes text)
{
	size_t i;

	if (text.len < 2 || text.data[0] != '"')
		return false;
	for (i = 1; i < text.len && text.data[i] != '"'; i++)
		if (text.data[i] == '\\')
			i++;
	return i == text.len - 1;
}

static void
local_put(struct am_buf *out, struct am_bytes local)
{
	if (is_dot_atom(local) || is_quoted(local))
		am_buf_add(out, local);
	else
		quoted_put(out, local);
}

/* Words of atext with single spaces between them. */
static bool
is_atoms(struct am_bytes text)
{
	size_t i;

	for (i = 0; i < text.len; i++)
		if (!is_atext(text.data[i]) &&
		    (text.data[i] != ' ' || text.data[i - 1] == ' '))
			return false;
	return true;
}

/* Writes a display name, which am_fold_clean made, in the plainest form that
 * says it. True if that was encoded words: RFC 2047 5 (3) wants a space
 * before what follows. */
static bool
phrase_write(struct am_buf *out, struct am_bytes name)
{
	if (name.len > PHRASE_MAX || !am_is_ascii(name) ||
	    am_fold_looks_encoded(name)) {
		am_encoded_words(out, name, true);
		return true;
	}
	if (is_atoms(name)) {
		am_fold_ascii(out, name);
		return false;
	}
	am_fold_before(out, 1 + quoted_length(name));
	am_buf_add_char(out, ' ');
	quoted_put(out, name);
	return false;
}

/* " name <address>" or " address". False if it is no address. */
static bool
mailbox_write(struct am_buf *out, struct am_bytes name, const char *address)
{
	const size_t max = 2 * (size_t)ADDRESS_MAX + AM_DOMAIN_MAX;
	char memory[AM_FOLD_SCRATCH];
	struct am_buf spec = am_buf_in(max, memory, sizeof(memory));
	struct am_bytes local;
	const char *domain;
	bool good;

	if (name.len > 0)
		am_buf_add_char(&spec, '<');
	good = address_split(address, &local, &domain);
	if (good) {
		local_put(&spec, local);
		am_buf_add_char(&spec, '@');
		good = domain_put(&spec, domain);
	}
	if (name.len > 0)
		am_buf_add_char(&spec, '>');
	if (good && name.len > 0)
		(void)phrase_write(out, name);
	if (good)
		am_fold_word(out, am_bytes_of(" "), am_buf_bytes(&spec));
	am_fold_scratch_free(&spec, out);
	return good;
}

static void
group_write(struct am_buf *out, struct am_bytes name)
{
	if (phrase_write(out, name))
		am_fold_word(out, am_bytes_of(" "), am_bytes_of(":;"));
	else
		am_buf_add_text(out, ":;");
}

/* One member of the list, led by a space: a mailbox, or else an empty group
 * (RFC 6854). Nothing where there is neither a name nor an address. */
static void
item_write(struct am_buf *out, const struct am_address *address)
{
	const char *spec = address->address;
	char memory[AM_FOLD_SCRATCH];
	struct am_buf scratch = am_buf_in(out->max, memory, sizeof(memory));
	struct am_bytes name = am_bytes(NULL, 0);

	if (address->name != NULL)
		name = am_fold_clean(&scratch, am_bytes_of(address->name));
	name = am_fold_trim(name);
	if (spec == NULL || !mailbox_write(out, name, spec)) {
		if (name.len == 0 && spec != NULL)
			name = am_fold_trim(
				am_fold_clean(&scratch, am_bytes_of(spec)));
		if (name.len > 0)
			group_write(out, name);
	}
	am_fold_scratch_free(&scratch, out);
}

/* Adds one more; item was written as if at the start of a line. */
static void
item_add(struct am_buf *out, const struct am_buf *item)
{
	const struct am_bytes bytes = am_buf_bytes(item);

	am_buf_add_char(out, ',');
	if (memchr(bytes.data, '\n', bytes.len) != NULL ||
	    am_fold_column(out) + bytes.len > AM_FOLD_COLUMN)
		am_buf_add_text(out, "\r\n");
	am_buf_add(out, bytes);
}

void
am_field_addresses(struct am_buf *out, const char *name,
		   const struct am_address *addresses, size_t count)
{
	char memory[AM_FOLD_SCRATCH];
	struct am_buf item = am_buf_in(out->max, memory, sizeof(memory));
	bool any = false;
	size_t i;

	for (i = 0; i < count && item.status == AM_OK; i++) {
		size_t start;

		item.len = 0;
		if (!any)
			am_fold_name(&item, name);
		start = item.len;
		item_write(&item, &addresses[i]);
		if (item.len == start)
			continue;
		if (any)
			item_add(out, &item);
		else
			am_buf_add(out, am_buf_bytes(&item));
		any = true;
	}
	if (any)
		am_fold_end(out);
	am_fold_scratch_free(&item, out);
}
