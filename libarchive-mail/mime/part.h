/* The MIME tree of a message, written as a stream.
 *
 * The tree holds no content: each leaf opens its content when the writer gets
 * there, so a message of any size needs the memory of one block. The tree, and
 * what it points to, lives in the arena of the message. */
#ifndef AM_MIME_PART_H
#define AM_MIME_PART_H

#include "io/stream.h"

enum am_mime_encoding {
	AM_MIME_7BIT, /* the content has clean lines already */
	AM_MIME_8BIT,
	AM_MIME_QUOTED, /* quoted-printable; line ends of text are kept */
	AM_MIME_BASE64,
	AM_MIME_VERBATIM /* not one byte is changed; no encoding header */
};

struct am_mime_part {
	/* Complete header lines with CRLF (field.h), without
	 * Content-Transfer-Encoding, which the writer adds for leaves, and
	 * without the empty line. */
	struct am_bytes headers;

	/* multipart: the first child; boundary must be set, and headers must
	 * carry it. */
	struct am_mime_part *children;
	struct am_mime_part *next; /* sibling */
	const char *boundary;

	/* leaf: gives the content (NULL: there is none). For text (7BIT, 8BIT,
	 * QUOTED) in UTF-8 with any line ends: CRLF, CR or LF become one line
	 * end, NUL is dropped. For message/rfc822: a whole MIME stream, in the
	 * same form of line ends, with is_message set: it is copied as it is,
	 * and labelled 7bit or, whatever else encoding says, 8bit. */
	enum am_mime_encoding encoding;
	bool is_message;
	/* BASE64 of text: line ends become CRLF and NUL is dropped before it
	 * is encoded. */
	bool is_text;
	enum am_status (*open)(struct am_mime_part *part,
			       struct am_stream **content_out,
			       struct am_error *err);
	void *arg; /* for open, read and done */

	/* Tells (may be NULL) of the raw content bytes that went by, and once
	 * how it ended: AM_OK, or the status with which opening or reading
	 * failed. The part then ends there and the message goes on. A stream
	 * that is closed before its end tells of no more parts. */
	void (*seen)(struct am_mime_part *part, struct am_bytes bytes);
	void (*done)(struct am_mime_part *part, enum am_status status,
		     const struct am_error *err);
};

/* The deepest nesting of multiparts in one tree. */
enum { AM_MIME_MAX_DEPTH = 16 };

/* Opens the whole message: headers (of root, led by top_headers), then the
 * bodies. Lines end in CRLF, or in LF with lf set (for Maildir and mbox), but
 * for VERBATIM content. Close the stream: its buffer is not in the arena.
 * AM_LIMIT (nesting), AM_CORRUPT (a multipart without a valid boundary),
 * AM_NOMEM. The stream itself fails only with AM_NOMEM or AM_LIMIT: a content
 * that cannot be read ends its part and is told to done. */
enum am_status
am_mime_open(struct am_arena *arena, struct am_bytes top_headers,
	     struct am_mime_part *root, bool lf, struct am_stream **stream_out,
	     struct am_error *err);

/* What a pass over a text tells of the encoding it needs. Feed all of it to
 * am_mime_text_add, then ask. */
struct am_mime_text {
	uint64_t bytes;
	uint64_t non_ascii;
	uint64_t escapes; /* bytes that quoted-printable would escape */
	size_t line;	  /* length of the line at hand */
	size_t longest;	  /* longest line, bytes */
	bool trailing_space;
	bool dashes;	  /* a line starts with "--" */
	bool from;	  /* a line starts with "From " */
	bool controls;	  /* NUL or other controls but TAB, CR, LF */
	uint8_t last[5];  /* private: start of the line at hand */
	uint8_t previous; /* private */
};

void am_mime_text_add(struct am_mime_text *text, struct am_bytes bytes);

/* 7BIT where that is clean (ASCII, lines <= 998, no trailing space, no line
 * that starts with "--"), else QUOTED, or BASE64 where QUOTED would be more
 * than 1.5 times as long. */
enum am_mime_encoding am_mime_text_encoding(const struct am_mime_text *text);

#endif
