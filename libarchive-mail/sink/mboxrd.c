/* mboxrd, written. */
#include "sink/mboxrd.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"

static const char from_word[] = "From ";

enum { FROM_LEN = sizeof(from_word) - 1 };

static bool
is_word_byte(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f;
}

/* Whole characters of sender, at most AM_MBOXRD_SENDER_MAX bytes. */
static void
sender_write(const char *sender, char word[AM_MBOXRD_SENDER_MAX + 1])
{
	struct am_bytes rest = am_bytes_of(sender);
	size_t len = 0;

	while (rest.len > 0) {
		uint32_t code;
		const size_t size = am_utf8_decode(rest, &code);
		const bool is_c1 = code >= 0x80 && code < 0xa0;
		size_t i;

		if (size > AM_MBOXRD_SENDER_MAX - len)
			break;
		for (i = 0; i < size; i++) {
			const char c = (char)rest.data[i];

			word[len++] = !is_c1 && is_word_byte(c) ? c : '-';
		}
		rest = am_bytes(rest.data + size, rest.len - size);
	}
	word[len] = '\0';
}

void
am_mboxrd_from_line(enum am_mboxrd_style style, const char *sender,
		    int64_t time, char line[AM_MBOXRD_FROM_SIZE])
{
	char word[AM_MBOXRD_SENDER_MAX + 1] = "-";
	char date[AM_TIME_TEXT_SIZE];
	struct am_buf out;

	if (style != AM_MBOXRD_THUNDERBIRD)
		sender_write(*sender != '\0' ? sender : "MAILER-DAEMON", word);
	am_time_asctime(time == AM_TIME_NONE ? 0 : time, date);
	out = am_buf_in(AM_MBOXRD_FROM_SIZE - 1, line, AM_MBOXRD_FROM_SIZE);
	am_buf_add_text(&out, "From ");
	am_buf_add_text(&out, word);
	am_buf_add_char(&out, ' ');
	am_buf_add_text(&out, date);
	am_buf_add_char(&out, '\n');
}

void
am_mboxrd_start(struct am_mboxrd *mbox, enum am_mboxrd_style style,
		const struct am_mboxrd_marks *marks, am_mboxrd_out *out,
		void *arg)
{
	mbox->style = style;
	mbox->out = out;
	mbox->arg = arg;
	mbox->in_header = true;
	mbox->at_line_start = true;
	mbox->is_quoted = false;
	mbox->held_len = 0;
	am_mboxrd_fields(style, marks, mbox->fields);
}

static enum am_status
emit(struct am_mboxrd *mbox, const uint8_t *data, size_t len,
     struct am_error *err)
{
	if (len == 0)
		return AM_OK;
	return mbox->out(mbox->arg, am_bytes(data, len), err);
}

static enum am_status
emit_text(struct am_mboxrd *mbox, const char *text, struct am_error *err)
{
	return mbox->out(mbox->arg, am_bytes_of(text), err);
}

enum line_kind {
	LINE_UNDECIDED, /* more bytes are needed */
	LINE_PLAIN,
	LINE_EMPTY, /* the end of the header */
	LINE_MORE_QUOTES,
	LINE_FROM
};

/* What begins at data (len > 0), which is where a line starts or goes on after
 * ">". With last nothing more will come. */
static enum line_kind
line_classify(const struct am_mboxrd *mbox, const uint8_t *data, size_t len,
	      bool last)
{
	const bool may_end = mbox->in_header && !mbox->is_quoted;
	const bool alone = mbox->style == AM_MBOXRD_ALONE;
	const size_t known = len < FROM_LEN ? len : FROM_LEN;

	if (may_end && data[0] == '\n')
		return LINE_EMPTY;
	if (may_end && data[0] == '\r' && len > 1 && data[1] == '\n')
		return LINE_EMPTY;
	/* at the end of a message a line end follows: ours */
	if (may_end && data[0] == '\r' && len == 1 && !last)
		return LINE_UNDECIDED;
	if (may_end && data[0] == '\r' && len == 1 && !alone)
		return LINE_EMPTY;
	if (alone)
		return LINE_PLAIN;
	if (data[0] == '>')
		return LINE_MORE_QUOTES;
	if (data[0] != from_word[0] || memcmp(data, from_word, known) != 0)
		return LINE_PLAIN;
	if (known == FROM_LEN)
		return LINE_FROM;
	return last ? LINE_PLAIN : LINE_UNDECIDED;
}

static enum am_status
insert(struct am_mboxrd *mbox, enum line_kind kind, struct am_error *err)
{
	if (kind == LINE_FROM)
		return emit_text(mbox, ">", err);
	mbox->in_header = false;
	return emit_text(mbox, mbox->fields, err);
}

#ifdef __SSE2__
static __m128i
load(const uint8_t *data)
{
	return _mm_loadu_si128((const __m128i *)(const void *)data);
}
#endif

/* Over lines that begin with neither "F" nor ">", as far as that goes fast;
 * the line at hand is not left where another begins so. */
#ifdef __SSE2__
static size_t
plain_skip(struct am_bytes bytes, size_t at)
{
	const __m128i feed = _mm_set1_epi8('\n');
	const __m128i from = _mm_set1_epi8('F');
	const __m128i quote = _mm_set1_epi8('>');
	const size_t step = sizeof(feed);

	for (; bytes.len - at > step; at += step) {
		const __m128i now = load(bytes.data + at);
		const __m128i next = load(bytes.data + at + 1);
		const __m128i starts =
			_mm_or_si128(_mm_cmpeq_epi8(next, from),
				     _mm_cmpeq_epi8(next, quote));
		const __m128i found =
			_mm_and_si128(_mm_cmpeq_epi8(now, feed), starts);

		if (_mm_movemask_epi8(found) != 0)
			break;
	}
	return at;
}
#else
static size_t
plain_skip(struct am_bytes bytes, size_t at)
{
	(void)bytes;
	return at;
}
#endif

/* Behind the next line end that matters, or at the end of bytes. */
static size_t
line_skip(struct am_mboxrd *mbox, struct am_bytes bytes, size_t at)
{
	const uint8_t *end;

	if (!mbox->in_header)
		at = plain_skip(bytes, at);
	end = memchr(bytes.data + at, '\n', bytes.len - at);

	if (end == NULL)
		return bytes.len;
	mbox->at_line_start = true;
	return (size_t)(end - bytes.data) + 1;
}

/* Gives out bytes with what belongs between, in as long pieces as can be.
 * *done_out: how many; the rest, less than FROM_LEN, is undecided. */
static enum am_status
pass(struct am_mboxrd *mbox, struct am_bytes bytes, bool last, size_t *done_out,
     struct am_error *err)
{
	size_t at = 0;
	size_t from = 0;

	while (at < bytes.len) {
		enum line_kind kind;

		if (!mbox->at_line_start) {
			at = line_skip(mbox, bytes, at);
			continue;
		}
		kind = line_classify(mbox, bytes.data + at, bytes.len - at,
				     last);
		if (kind == LINE_UNDECIDED)
			break;
		if (kind == LINE_MORE_QUOTES) {
			mbox->is_quoted = true;
			at++;
			continue;
		}
		mbox->at_line_start = false;
		mbox->is_quoted = false;
		if (kind == LINE_PLAIN)
			continue;
		AM_TRY(emit(mbox, bytes.data + from, at - from, err));
		AM_TRY(insert(mbox, kind, err));
		from = at;
	}
	*done_out = at;
	return emit(mbox, bytes.data + from, at - from, err);
}

/* Completes what is held with the front of bytes until it is decided; bytes
 * becomes what is left. */
static enum am_status
held_pass(struct am_mboxrd *mbox, struct am_bytes *bytes, struct am_error *err)
{
	const size_t old = mbox->held_len;
	const size_t room = sizeof(mbox->held) - old;
	const size_t len = bytes->len < room ? bytes->len : room;
	size_t done;

	memcpy(mbox->held + old, bytes->data, len);
	mbox->held_len += len;
	AM_TRY(pass(mbox, am_bytes(mbox->held, mbox->held_len), false, &done,
		    err));
	if (done < old) { /* all of bytes is in held, and not enough */
		*bytes = am_bytes(NULL, 0);
		return AM_OK;
	}
	mbox->held_len = 0;
	*bytes =
		am_bytes(bytes->data + (done - old), bytes->len - (done - old));
	return AM_OK;
}

enum am_status
am_mboxrd_add(struct am_mboxrd *mbox, struct am_bytes bytes,
	      struct am_error *err)
{
	size_t done;

	if (mbox->held_len > 0 && bytes.len > 0)
		AM_TRY(held_pass(mbox, &bytes, err));
	if (bytes.len == 0)
		return AM_OK;
	AM_TRY(pass(mbox, bytes, false, &done, err));
	mbox->held_len = bytes.len - done;
	memcpy(mbox->held, bytes.data + done, mbox->held_len);
	return AM_OK;
}

static const char *
line_end(const struct am_mboxrd *mbox)
{
	return mbox->style == AM_MBOXRD_ALONE ? "\r\n" : "\n";
}

enum am_status
am_mboxrd_finish(struct am_mboxrd *mbox, struct am_error *err)
{
	size_t done;

	AM_TRY(pass(mbox, am_bytes(mbox->held, mbox->held_len), true, &done,
		    err));
	mbox->held_len = 0;
	if ((!mbox->at_line_start || mbox->is_quoted) &&
	    (mbox->in_header || mbox->style != AM_MBOXRD_ALONE))
		AM_TRY(emit_text(mbox, line_end(mbox), err));
	if (mbox->in_header)
		AM_TRY(emit_text(mbox, mbox->fields, err));
	if (mbox->style == AM_MBOXRD_ALONE)
		return AM_OK;
	return emit_text(mbox, "\n", err);
}
