/* Domain names outside ASCII: RFC 3492 Punycode, label by label. */
#include "mime/idna.h"

#include "base/text.h"

/* RFC 3492 5 */
enum {
	BASE = 36,
	TMIN = 1,
	TMAX = 26,
	SKEW = 38,
	DAMP = 700,
	INITIAL_BIAS = 72,
	INITIAL_N = 0x80
};

enum { LABEL_MAX = 63 };

struct label {
	uint32_t codes[LABEL_MAX]; /* code points */
	size_t count;
	size_t basic; /* of them ASCII */
};

/* RFC 3492 6.1 */
static uint32_t
bias_adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > (BASE - TMIN) * TMAX / 2; k += BASE)
		delta /= BASE - TMIN;
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static void
digit_put(struct am_buf *out, uint32_t digit)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	am_buf_add_char(out, digits[digit]);
}

/* delta as a variable-length integer (RFC 3492 3.3). */
static void
delta_put(struct am_buf *out, uint32_t delta, uint32_t bias)
{
	uint32_t k;

	for (k = BASE;; k += BASE) {
		uint32_t t = TMIN;

		if (k > bias)
			t = k >= bias + TMAX ? TMAX : k - bias;
		if (delta < t)
			break;
		digit_put(out, t + (delta - t) % (BASE - t));
		delta = (delta - t) / (BASE - t);
	}
	digit_put(out, delta);
}

/* The smallest code point that is not below n. */
static uint32_t
label_next_code(const struct label *label, uint32_t n)
{
	uint32_t next = UINT32_MAX;
	size_t i;

	for (i = 0; i < label->count; i++)
		if (label->codes[i] >= n && label->codes[i] < next)
			next = label->codes[i];
	return next;
}

/* RFC 3492 6.3. With at most 63 code points delta stays below
 * 0x110000 * 64, so nothing can overflow. */
static void
label_encode(struct am_buf *out, const struct label *label)
{
	uint32_t n = INITIAL_N;
	uint32_t bias = INITIAL_BIAS;
	uint32_t delta = 0;
	size_t handled = label->basic;
	size_t i;

	am_buf_add_text(out, "xn--");
	for (i = 0; i < label->count; i++)
		if (label->codes[i] < INITIAL_N)
			am_buf_add_char(out, (char)label->codes[i]);
	if (label->basic > 0)
		am_buf_add_char(out, '-');
	for (; handled < label->count; n++, delta++) {
		const uint32_t next = label_next_code(label, n);

		delta += (next - n) * (uint32_t)(handled + 1);
		n = next;
		for (i = 0; i < label->count; i++) {
			if (label->codes[i] < n)
				delta++;
			if (label->codes[i] != n)
				continue;
			delta_put(out, delta, bias);
			bias = bias_adapt(delta, (uint32_t)handled + 1,
					  handled == label->basic);
			delta = 0;
			handled++;
		}
	}
}

/* Letters, digits, hyphen and, as real names have it, underscore. */
static bool
is_host_char(uint32_t code)
{
	return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
	       (code >= 'A' && code <= 'Z') || code == '-' || code == '_';
}

/* C1 controls, spaces, format and private characters name no host. */
static bool
is_name_char(uint32_t code)
{
	if (code < INITIAL_N)
		return is_host_char(code);
	return code > 0xa0 && code != 0xad && code != 0x3000 &&
	       (code < 0x2000 || code > 0x206f) &&
	       (code < 0xe000 || code > 0xf8ff) && code != 0xfeff &&
	       (code < 0xfff0 || code > 0xffff);
}

/* IDEOGRAPHIC FULL STOP and its kin separate labels too (RFC 3490 3.1). */
static bool
is_dot(uint32_t code)
{
	return code == '.' || code == 0x3002 || code == 0xff0e ||
	       code == 0xff61;
}

/* Takes one label, and the dot behind it, off the front of left. */
static bool
label_take(struct am_bytes *left, struct label *label_out, bool *dot_out)
{
	label_out->count = 0;
	label_out->basic = 0;
	*dot_out = false;
	while (left->len > 0) {
		uint32_t code;
		const size_t used = am_utf8_decode(*left, &code);

		(void)am_slice(*left, used, left->len - used, left);
		*dot_out = is_dot(code);
		if (*dot_out)
			break;
		if (!is_name_char(code) || label_out->count == LABEL_MAX)
			return false;
		if (code >= 'A' && code <= 'Z')
			code += 'a' - 'A';
		label_out->basic += code < INITIAL_N;
		label_out->codes[label_out->count++] = code;
	}
	return label_out->count > 0;
}

static bool
label_put(struct am_buf *out, const struct label *label)
{
	const size_t start = out->len;
	size_t i;

	if (label->basic < label->count)
		label_encode(out, label);
	else
		for (i = 0; i < label->count; i++)
			am_buf_add_char(out, (char)label->codes[i]);
	return out->len - start <= LABEL_MAX;
}

static bool
domain_put(struct am_buf *out, const char *domain)
{
	const size_t start = out->len;
	struct am_bytes left = am_bytes_of(domain);
	struct label label;
	bool dot;

	do {
		if (!label_take(&left, &label, &dot) || !label_put(out, &label))
			return false;
		if (dot)
			am_buf_add_char(out, '.');
	} while (dot);
	return out->len - start <= AM_DOMAIN_MAX;
}

bool
am_idna_add(struct am_buf *out, const char *domain)
{
	const size_t start = out->len;
	struct am_arena arena = { 0 };
	const char *nfc;
	enum am_status status;
	bool good;

	status = am_text_nfc(&arena, domain, &nfc, NULL);
	if (status != AM_OK && out->status == AM_OK)
		out->status = status;
	good = status == AM_OK && domain_put(out, nfc);
	if (!good && out->status == AM_OK && out->len > start) {
		out->len = start;
		out->data[start] = '\0';
	}
	am_arena_free(&arena);
	return good;
}
