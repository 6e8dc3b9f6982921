/* mime_check: parses messages with GMime, tells what is in them, and what is
 * wrong with them. It shares nothing with libarchive-mail. */
#ifndef MIME_CHECK_H
#define MIME_CHECK_H

#include <gmime/gmime.h>
#include <stdbool.h>

/* One message under examination. */
struct check {
	const char *name; /* for the sentences */
	const guint8 *data;
	gsize len;
	bool has_signed;    /* a multipart/signed is kept byte for byte */
	GString *json;	    /* what it holds */
	GPtrArray *faults;  /* of char *: "kind: sentence" */
	GPtrArray *allowed; /* kinds that are no fault here; borrowed */
};

/* A fault of the message, or of the part at path ("1.2"; "" for the message
 * itself). Kinds are single words; README.md lists them. */
void fault(struct check *check, const char *path, const char *kind,
	   const char *format, ...) G_GNUC_PRINTF(4, 5);

/* json.c: a string with its quotes, null for NULL; and a key with colon. */
void json_string(GString *json, const char *text);
void json_key(GString *json, const char *key);

/* lines.c: what can be seen without parsing. */
void check_lines(struct check *check);

/* header.c: the header of a part; is_message: one that stands alone. */
void check_header(struct check *check, const char *path, GMimeObject *part,
		  bool is_message);
void json_message_header(GString *json, GMimeMessage *message);

/* content.c: the content of a leaf, and its size and SHA-256 decoded. Returns
 * whether it has 8-bit bytes as it stands in the message. */
bool check_content(struct check *check, const char *path, GMimePart *part);

/* tree.c: everything, into json. */
void check_message(struct check *check);

/* mbox.c: calls each with every message of an mboxrd file, unquoted. */
typedef void
mbox_message(const char *name, const guint8 *data, gsize len, void *arg);
void mbox_split(const char *name, const guint8 *data, gsize len,
		mbox_message *each, void *arg);

#endif
