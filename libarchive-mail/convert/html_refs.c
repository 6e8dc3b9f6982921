/* HTML: what it refers to. */
#include <stdlib.h>

#include "base/ascii.h"
#include "convert/html.h"

/* By kind, then by key without regard to case. */
static int
target_compare(const void *a_key, const void *b_key)
{
	const struct am_html_target *a = a_key;
	const struct am_html_target *b = b_key;

	if (a->is_location != b->is_location)
		return a->is_location ? 1 : -1;
	return am_ascii_compare(am_bytes_of(a->key), am_bytes_of(b->key));
}

void
am_html_refs_begin(struct am_html_refs *refs, struct am_html_target *targets,
		   size_t count)
{
	memset(refs, 0, sizeof(*refs));
	refs->targets = targets;
	refs->count = count;
	if (count > 0)
		qsort(targets, count, sizeof(targets[0]), target_compare);
}

/* The first target that is not before wanted. */
static size_t
target_lower_bound(const struct am_html_refs *refs,
		   const struct am_html_target *wanted)
{
	size_t low = 0;
	size_t high = refs->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (target_compare(&refs->targets[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
target_mark(struct am_html_refs *refs, const char *key, bool is_location)
{
	const struct am_html_target wanted = { .key = key,
					       .is_location = is_location };
	const size_t first = target_lower_bound(refs, &wanted);
	bool exact = false;
	size_t end = first;
	size_t i;

	while (end < refs->count &&
	       target_compare(&refs->targets[end], &wanted) == 0) {
		exact = exact || strcmp(refs->targets[end].key, key) == 0;
		end++;
	}
	for (i = first; i < end; i++)
		if (!exact || strcmp(refs->targets[i].key, key) == 0)
			refs->targets[i].is_referenced = true;
}

/* Undoes the entities that writers use in a URL; "&quot;" ends it, as in
 * style="background:url(&quot;cid:x&quot;)". */
static size_t
entities_undo(char *url, size_t len)
{
	const struct am_bytes text = am_bytes(url, len);
	size_t used = 0;
	size_t at = 0;

	while (at < len) {
		const struct am_bytes rest = am_ascii_after(text, at);

		if (am_ascii_starts(rest, "&quot;") && used > 0)
			break;
		if (am_ascii_starts(rest, "&quot;")) {
			at += 6;
			continue;
		}
		url[used++] = url[at];
		at += am_ascii_starts(rest, "&amp;") ? 5 : 1;
	}
	return used;
}

static int
hex_value(uint8_t c)
{
	c = am_ascii_lower(c);
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static size_t
percents_undo(char *url, size_t len)
{
	size_t used = 0;
	size_t at;

	for (at = 0; at < len; at++) {
		int high = -1;
		int low = -1;

		if (url[at] == '%' && len - at > 2) {
			high = hex_value((uint8_t)url[at + 1]);
			low = hex_value((uint8_t)url[at + 2]);
		}
		if (high >= 0 && low >= 0) {
			url[used++] = (char)(high << 4 | low);
			at += 2;
		} else {
			url[used++] = url[at];
		}
	}
	return used;
}

/* A Content-Location is compared as it is written and decoded. */
static void
location_look_up(struct am_html_refs *refs, size_t len)
{
	refs->url[len] = '\0';
	target_mark(refs, refs->url, true);
	if (memchr(refs->url, '%', len) == NULL)
		return;
	refs->url[percents_undo(refs->url, len)] = '\0';
	target_mark(refs, refs->url, true);
}

static void
content_id_look_up(struct am_html_refs *refs, size_t len)
{
	const char *id = refs->url;

	len = percents_undo(refs->url, len);
	if (len > 0 && refs->url[len - 1] == '>')
		len--;
	refs->url[len] = '\0';
	if (id[0] == '<')
		id++;
	target_mark(refs, id, false);
}

static void
url_end(struct am_html_refs *refs)
{
	size_t len = refs->url_len;

	refs->state = AM_HTML_TEXT;
	refs->last = 0;
	if (refs->url_too_long || len == 0)
		return;
	len = entities_undo(refs->url, len);
	if (refs->url_is_cid)
		content_id_look_up(refs, len);
	else
		location_look_up(refs, len);
}

static void
url_start(struct am_html_refs *refs, bool is_cid)
{
	refs->url_len = 0;
	refs->url_too_long = false;
	refs->url_is_cid = is_cid;
	if (!is_cid)
		refs->quote = 0;
}

/* Eight characters in the order of refs->last. */
#define LAST(a, b, c, d, e, f, g, h)                                           \
	((uint64_t)(a) << 56 | (uint64_t)(b) << 48 | (uint64_t)(c) << 40 |     \
	 (uint64_t)(d) << 32 | (uint64_t)(e) << 24 | (uint64_t)(f) << 16 |     \
	 (uint64_t)(g) << 8 | (uint64_t)(h))

static bool
ends_in(uint64_t last, uint64_t word, unsigned len)
{
	const uint64_t mask =
		len < 8 ? ((uint64_t)1 << (8 * len)) - 1 : UINT64_MAX;

	return (last & mask) == word;
}

static bool
is_cid(const struct am_html_refs *refs, uint8_t c)
{
	return c == ':' &&
	       ends_in(refs->last, LAST(0, 0, 0, 0, 0, 'c', 'i', 'd'), 3);
}

/* Does a URL follow this "=" or "("? */
static bool
opens_url(const struct am_html_refs *refs, uint8_t c)
{
	const uint64_t last = refs->last;

	if (c == '(')
		return ends_in(last, LAST(0, 0, 0, 0, 0, 'u', 'r', 'l'), 3);
	if (c != '=')
		return false;
	return ends_in(last, LAST(0, 0, 0, 0, 0, 's', 'r', 'c'), 3) ||
	       ends_in(last, LAST(0, 0, 0, 0, 'h', 'r', 'e', 'f'), 4) ||
	       ends_in(last, LAST('c', 'k', 'g', 'r', 'o', 'u', 'n', 'd'), 8);
}

static void
in_text(struct am_html_refs *refs, uint8_t c)
{
	if (is_cid(refs, c)) {
		refs->quote = 0;
		url_start(refs, true);
		refs->state = AM_HTML_IN_URL;
	} else if (opens_url(refs, c)) {
		url_start(refs, false);
		refs->state = AM_HTML_BEFORE_URL;
	}
}

static bool
ends_url(const struct am_html_refs *refs, uint8_t c)
{
	if (refs->quote != 0)
		return c == refs->quote;
	return am_ascii_is_space(c) || c == '"' || c == '\'' || c == '<' ||
	       c == '>' || c == ')';
}

static void
in_url(struct am_html_refs *refs, uint8_t c)
{
	if (ends_url(refs, c)) {
		url_end(refs);
		return;
	}
	if (!refs->url_is_cid && is_cid(refs, c))
		url_start(refs, true);
	else if (refs->url_len + 1 >= sizeof(refs->url))
		refs->url_too_long = true;
	else if (c != '\r' && c != '\n' && c != '\t' && c != '\0')
		refs->url[refs->url_len++] = (char)c;
}

static void
before_url(struct am_html_refs *refs, uint8_t c)
{
	if (am_ascii_is_space(c))
		return;
	refs->state = AM_HTML_IN_URL;
	if (c == '"' || c == '\'')
		refs->quote = c;
	else
		in_url(refs, c);
}

void
am_html_refs_add(struct am_html_refs *refs, struct am_bytes piece)
{
	size_t i;

	for (i = 0; i < piece.len; i++) {
		const uint8_t c = piece.data[i];

		if (refs->state == AM_HTML_TEXT)
			in_text(refs, c);
		else if (refs->state == AM_HTML_BEFORE_URL)
			before_url(refs, c);
		else
			in_url(refs, c);
		if (!am_ascii_is_space(c))
			refs->last = refs->last << 8 | am_ascii_lower(c);
	}
}

void
am_html_refs_end(struct am_html_refs *refs)
{
	if (refs->state == AM_HTML_IN_URL)
		url_end(refs);
}
