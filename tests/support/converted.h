/* Messages for tests: a recipe in, the message as text and the findings out.
 *
 * Everything ends the program when it cannot be done; what is under test comes
 * back as a status. */
#ifndef AM_TESTS_CONVERTED_H
#define AM_TESTS_CONVERTED_H

#include "built.h"
#include "convert/item.h"

struct converted {
	struct built built;
	struct am_store *store;
	struct am_arena arena;
	struct am_report report;
	struct am_message *message;
	struct am_mail *mail; /* NULL: am_oxcmail_open failed */
	struct am_buf mime;
	enum am_status status; /* of opening, then of the stream's end */
	struct am_error err;
};

/* Opens the first message of what is in built. */
static inline void
converted_open(struct converted *converted)
{
	struct am_node node;

	converted->store = built_open(&converted->built, NULL);
	converted->arena = (struct am_arena){ 0 };
	converted->report = (struct am_report){ .arena = &converted->arena };
	converted->mime = am_buf((size_t)1 << 30);
	am_store_set_report(converted->store, &converted->report);
	node = built_message_node(converted->store, 0);
	if (am_message_open(converted->store, &node, &converted->arena,
			    &converted->message, &converted->err) != AM_OK) {
		fprintf(stderr, "no message: %s\n", converted->err.text);
		exit(1);
	}
}

/* Reads the message to the end of its stream, or to its failure. */
static inline void
converted_read(struct converted *converted)
{
	struct am_bytes bytes;

	while (converted->status == AM_OK) {
		converted->status = am_stream_next(converted->mail->mime,
						   &bytes, &converted->err);
		if (converted->status == AM_OK)
			am_buf_add(&converted->mime, bytes);
	}
	if (converted->status == AM_END)
		converted->status = AM_OK;
}

static inline void
converted_start(struct converted *converted,
		const struct am_convert_options *options)
{
	converted->mail = NULL;
	converted->err = (struct am_error){ 0 };
	converted->status = am_oxcmail_open(converted->message, options,
					    &converted->mail, &converted->err);
}

/* The first message of the recipe, converted. Caller: converted_close. */
static inline void
converted_make(struct converted *converted, const char *recipe,
	       const struct am_convert_options *options)
{
	converted->built = built_make(recipe);
	converted_open(converted);
	converted_start(converted, options);
	if (converted->status == AM_OK)
		converted_read(converted);
}

static inline void
converted_close(struct converted *converted)
{
	am_mail_close(converted->mail);
	am_buf_free(&converted->mime);
	am_arena_free(&converted->arena);
	am_store_close(converted->store);
	built_free(&converted->built);
}

static inline bool
converted_has(const struct converted *converted, const char *text)
{
	return strstr(am_buf_text(&converted->mime), text) != NULL;
}

static inline size_t
converted_count(const struct converted *converted, const char *text)
{
	const char *at = am_buf_text(&converted->mime);
	size_t count = 0;

	while ((at = strstr(at, text)) != NULL) {
		count++;
		at += strlen(text);
	}
	return count;
}

/* Is there a finding of the kind? */
static inline bool
converted_found(const struct converted *converted, const char *kind)
{
	const struct am_finding *finding = converted->report.first;
	const size_t len = strlen(kind);

	for (; finding != NULL; finding = finding->next)
		if (strncmp(finding->text, kind, len) == 0 &&
		    finding->text[len] == ':')
			return true;
	return false;
}

#endif
