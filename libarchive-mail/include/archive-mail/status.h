/* What a function of libarchive-mail answers, and the text that goes with it.
 *
 * Every function that can fail returns an enum am_status and takes, as its
 * last argument, a struct am_error that the caller owns. The status says what
 * the caller can do next; the error says what was found, where.
 */
#ifndef ARCHIVE_MAIL_STATUS_H
#define ARCHIVE_MAIL_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define AM_API __attribute__((visibility("default")))
#define AM_CHECK_RESULT __attribute__((warn_unused_result))
#define AM_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define AM_API
#define AM_CHECK_RESULT
#define AM_PRINTF(at, first)
#endif

enum am_status {
	/* Done. */
	AM_OK = 0,

	/* No more items. Not an error; leaves the am_error alone. */
	AM_END,

	/* The thing asked for is not there. */
	AM_NOT_FOUND,

	/* Bytes that contradict the specification; ask for the next thing. */
	AM_CORRUPT,

	/* Valid as far as can be told, but of a kind that is not handled. */
	AM_UNSUPPORTED,

	/* A named limit was reached. */
	AM_LIMIT,

	/* Out of memory. */
	AM_NOMEM,

	/* The operating system failed a read or a write. */
	AM_IO,

	/* The network failed; may be tried again. */
	AM_NETWORK,

	/* The credentials were refused. */
	AM_AUTH,

	/* A server refused this one item. */
	AM_REFUSED,

	/* The output cannot be made there: it exists, or is not writable. */
	AM_OUTPUT,

	/* The caller asked to stop; the same call again resumes. */
	AM_INTERRUPTED,

	/* The other side breaks the rules of TLS, of its certificate or of the
	 * protocol; trying again does not help. */
	AM_PROTOCOL,

	/* The server wants to be left alone for a while (throttled, quota,
	 * daily budget); the same call later resumes. */
	AM_LATER
};

enum { AM_ERROR_TEXT_SIZE = 256 };

/* What went wrong. Meaningful only after a status other than AM_OK and
 * AM_END. No part of it is allocated; copy it freely. */
struct am_error {
	enum am_status status;
	uint32_t nid;	      /* of the node at hand; 0: none */
	uint64_t file_offset; /* in bytes, of the structure; 0: unknown */
	char text[AM_ERROR_TEXT_SIZE];
};

/* A short English name of the status, such as "corrupt". Never NULL; borrowed
 * for ever. */
AM_API const char *am_status_name(enum am_status status);

#ifdef __cplusplus
}
#endif
#endif
