/* [MS-OXOMSG] 2.2.1.74 PidLidVerbStream. */
#include "mapi/verbs.h"

enum {
	VERSION = 0x0102,
	VERSION_2 = 0x0104,
	OPTION_MIN_SIZE = 37 /* all strings empty */
};

/* A length in one byte, and so many characters. */
static struct am_bytes
string_take(struct am_cursor *cur, size_t width)
{
	const size_t count = am_u8(cur);

	return am_take(cur, count * width);
}

/* 2.2.1.74.1 VoteOption */
static void
option_decode(struct am_cursor *cur, struct am_verb *verb_out)
{
	verb_out->type = am_u32(cur);
	verb_out->name = string_take(cur, 1);
	(void)string_take(cur, 1); /* MsgClsName */
	(void)string_take(cur, 1); /* Internal1String */
	(void)string_take(cur, 1); /* DisplayNameRepeat */
	/* Internal2, Internal3, fUseUSHeaders, Internal4, SendBehavior,
	 * Internal5 */
	am_skip(cur, 4 + 1 + 4 + 4 + 4 + 4);
	verb_out->id = am_u32(cur);
	am_skip(cur, 4); /* Internal6 */
}

/* The extras stand behind all options; without them there are the names in the
 * code page. */
static struct am_cursor
extras_find(struct am_cursor options, uint32_t count)
{
	struct am_verb verb;

	for (; count > 0 && am_cursor_ok(&options); count--)
		option_decode(&options, &verb);
	if (am_u16(&options) != VERSION_2 || !am_cursor_ok(&options))
		return am_cursor(am_bytes(NULL, 0));
	return options;
}

enum am_status
am_verbs(struct am_bytes raw, struct am_verbs *verbs_out, struct am_error *err)
{
	struct am_cursor *cur = &verbs_out->options;
	unsigned version;

	*verbs_out = (struct am_verbs){ .options = am_cursor(raw) };
	version = am_u16(cur);
	verbs_out->left = am_u32(cur);
	if (!am_cursor_ok(cur))
		return am_fail(err, AM_CORRUPT,
			       "VerbStream has %zu bytes, want 6 or more",
			       raw.len);
	if (version != VERSION)
		return am_fail(err, AM_CORRUPT,
			       "VerbStream.Version is %#x, want %#x", version,
			       VERSION);
	if (verbs_out->left > cur->left / OPTION_MIN_SIZE)
		return am_fail(err, AM_CORRUPT,
			       "VerbStream.Count is %u in %zu bytes",
			       (unsigned)verbs_out->left, cur->left);
	verbs_out->extras = extras_find(*cur, verbs_out->left);
	return AM_OK;
}

bool
am_verbs_next(struct am_verbs *verbs, struct am_verb *verb_out)
{
	if (verbs->left == 0)
		return false;
	verbs->left--;
	option_decode(&verbs->options, verb_out);
	verb_out->wide = string_take(&verbs->extras, 2);
	(void)string_take(&verbs->extras, 2); /* DisplayNameRepeat */
	if (!am_cursor_ok(&verbs->extras))
		verb_out->wide = am_bytes(NULL, 0);
	if (am_cursor_ok(&verbs->options))
		return true;
	verbs->damaged = true;
	verbs->left = 0;
	return false;
}
