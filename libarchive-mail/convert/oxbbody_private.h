/* What the files of oxbbody share; nobody else includes it. */
#ifndef AM_CONVERT_OXBBODY_PRIVATE_H
#define AM_CONVERT_OXBBODY_PRIVATE_H

#include "convert/oxbbody.h"

/* A body on its way. */
struct am_bbody_reader {
	const struct am_message *message;
	struct am_arena *scratch;
	struct am_html_refs *refs; /* NULL: not looked for */
	const char *name;	   /* of findings: "html-body" */
	const char *what;	   /* in their texts: "HTML body" */
	struct am_bytes raw;	   /* the whole value, when in_memory */
	struct am_bbody *body;
	bool damaged;  /* nothing of it could be read */
	bool replaced; /* something did not decode */
	bool has_lost; /* U+FFFD is in the text */
	uint32_t last; /* three bytes of the text */
};

static inline struct am_report *
am_bbody_report(const struct am_bbody_reader *reader)
{
	return am_store_report(reader->message->store);
}

static inline enum am_status
am_unless_item_scoped(enum am_status status)
{
	return am_is_item_scoped(status) ? AM_OK : status;
}

/* Is there more than white space in it? */
bool am_bbody_has_content(struct am_bytes text);

/* oxbbody_property.c: PidTagBody and its like; PidTagHtml. */
enum am_status am_bbody_text_read(struct am_bbody_reader *reader, uint16_t id,
				  struct am_error *err);
enum am_status
am_bbody_html_read(struct am_bbody_reader *reader, struct am_error *err);

/* Makes the charset that the HTML declares utf-8. */
enum am_status
am_bbody_html_declare(struct am_bbody_reader *reader, struct am_error *err);

/* Reads all of the body, once it can be opened. */
enum am_status
am_bbody_examine(struct am_bbody_reader *reader, struct am_error *err);

/* oxbbody_rtf.c: PidTagRtfCompressed into reader->body, whose kind then stands
 * in rtf->facts; not yet examined. *usable_out: there is RTF in it. */
enum am_status
am_bbody_rtf_read(struct am_bbody_reader *reader, struct am_bbody_rtf *rtf,
		  bool *usable_out, struct am_error *err);

/* Was all of it read, without a fault? */
bool am_bbody_rtf_is_whole(const struct am_bbody_rtf *rtf);

/* The findings of RTF whose text is used. */
void am_bbody_rtf_report(const struct am_bbody_reader *reader,
			 const struct am_bbody_rtf *rtf);

/* oxbbody_stream.c: as am_bbody_open; *replaced_out (may be NULL) becomes true
 * when something does not decode; report (may be NULL) gets the findings of
 * compressed RTF, and facts_out (of RTF only) what it is. */
enum am_status
am_bbody_open_checked(const struct am_bbody *body, struct am_arena *arena,
		      bool *replaced_out, struct am_stream **stream_out,
		      struct am_error *err);
enum am_status
am_bbody_rtf_text_open(const struct am_bbody_rtf *rtf, struct am_arena *arena,
		       struct am_report *report, struct am_rtf_facts *facts_out,
		       struct am_stream **stream_out, struct am_error *err);

#endif
