/* RFC 4978: both directions of a connection as raw DEFLATE streams. */
#ifndef AM_NET_DEFLATE_H
#define AM_NET_DEFLATE_H

#include "net/queue.h"

struct am_deflate;

/* deflate_out: caller closes with am_deflate_close. AM_NOMEM. */
enum am_status
am_deflate_open(struct am_deflate **deflate_out, struct am_error *err);

/* Compresses all of plain to the end of wire, so far flushed that the peer can
 * read all of it, while wire has space; what is left stays in plain. */
enum am_status
am_deflate_write(struct am_deflate *deflate, struct am_queue *plain,
		 struct am_queue *wire, struct am_error *err);

/* Unpacks wire to the end of plain while that has space. AM_PROTOCOL: no
 * DEFLATE. */
enum am_status
am_deflate_read(struct am_deflate *deflate, struct am_queue *wire,
		struct am_queue *plain, struct am_error *err);

/* NULL is fine. */
void am_deflate_close(struct am_deflate *deflate);

#endif
