/* Normal forms and case folding, by utf8proc. */
#include <utf8proc.h>

#include "base/buf.h"
#include "base/text.h"

#include "base/alloc.h"

/* One valid run, through the options, behind what out has. */
static void
run_map(struct am_buf *out, struct am_bytes run, utf8proc_option_t options)
{
	const utf8proc_ssize_t size = (utf8proc_ssize_t)run.len;
	utf8proc_ssize_t count, len;
	utf8proc_int32_t *codes;

	count = utf8proc_decompose(run.data, size, NULL, 0, options);
	/* utf8proc writes a NUL behind, hence one more. */
	codes = count < 0 ? NULL
			  : am_alloc(((size_t)count + 1) * sizeof(*codes));
	if (codes == NULL) {
		out->status = AM_NOMEM;
		return;
	}
	count = utf8proc_decompose(run.data, size, codes, count, options);
	len = count < 0 ? count : utf8proc_reencode(codes, count, options);
	if (len >= 0)
		am_buf_add(out, am_bytes(codes, (size_t)len));
	else
		out->status = AM_NOMEM;
	am_free(codes);
}

/* All of text; bytes that are not UTF-8 stay as they are. */
static enum am_status
text_map(struct am_arena *arena, const char *text, utf8proc_option_t options,
	 const char **mapped_out, struct am_error *err)
{
	struct am_buf out = am_buf(SIZE_MAX - 1);
	struct am_bytes rest = am_bytes_of(text);
	enum am_status status;

	while (rest.len > 0) {
		const size_t good = am_utf8_good(rest);
		const size_t used = good > 0 ? good : 1;

		if (good > 0)
			run_map(&out, am_bytes(rest.data, good), options);
		else
			am_buf_add(&out, am_bytes(rest.data, 1));
		rest = am_bytes(rest.data + used, rest.len - used);
	}
	status = am_buf_status(&out, err);
	if (status == AM_OK) {
		*mapped_out = am_arena_text(arena, am_buf_text(&out), out.len);
		if (*mapped_out == NULL)
			status = am_arena_failed(arena, out.len + 1, err);
	}
	am_buf_free(&out);
	return status;
}

enum am_status
am_text_nfc(struct am_arena *arena, const char *text, const char **nfc_out,
	    struct am_error *err)
{
	return text_map(arena, text, UTF8PROC_STABLE | UTF8PROC_COMPOSE,
			nfc_out, err);
}

enum am_status
am_text_fold(struct am_arena *arena, const char *text, const char **folded_out,
	     struct am_error *err)
{
	/* Unicode 5.18.3, NFKC_Casefold */
	return text_map(arena, text,
			UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
				UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
			folded_out, err);
}
