/* gzip members (RFC 1952): written from pieces, and read back as a stream. The
 * bytes depend on the content alone: no name, no time. */
#ifndef AM_SINK_GZIP_H
#define AM_SINK_GZIP_H

#include "io/stream.h"

struct am_gzip;

/* Gets the pieces of the member, in order. */
typedef enum am_status
am_gzip_out(void *arg, struct am_bytes bytes, struct am_error *err);

/* A writer for one member after the other. NULL: no memory. */
struct am_gzip *am_gzip_open(void);

/* NULL is fine. */
void am_gzip_close(struct am_gzip *gzip);

/* Begins a member; what was begun and not finished is dropped. */
void am_gzip_start(struct am_gzip *gzip, am_gzip_out *out, void *arg);
/* The status of out. */
enum am_status
am_gzip_add(struct am_gzip *gzip, struct am_bytes bytes, struct am_error *err);
enum am_status am_gzip_finish(struct am_gzip *gzip, struct am_error *err);

/* The content of the one member that stored, of whatever size, consists of;
 * stored is closed with the stream. AM_CORRUPT, also while it is read: it is no
 * member, it ends early, or something follows. */
enum am_status
am_gzip_read(struct am_arena *arena, struct am_stream *stored,
	     struct am_stream **stream_out, struct am_error *err);

#endif
