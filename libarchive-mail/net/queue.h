/* Bytes on their way: added at the end, used from the front, never more than
 * a maximum. */
#ifndef AM_NET_QUEUE_H
#define AM_NET_QUEUE_H

#include "base/buf.h"

struct am_queue {
	struct am_buf buf;
	size_t head; /* bytes of buf that are used already */
};

/* caller closes with am_queue_free. */
struct am_queue am_queue(size_t max);
void am_queue_free(struct am_queue *queue);

/* What is in it; borrowed until the next call. */
struct am_bytes am_queue_bytes(const struct am_queue *queue);
size_t am_queue_len(const struct am_queue *queue);

/* Bytes that may be added before the maximum. */
size_t am_queue_space(const struct am_queue *queue);

/* Adds as much of bytes as there is space for, and says how much. AM_NOMEM. */
enum am_status am_queue_add(struct am_queue *queue, struct am_bytes bytes,
			    size_t *added_out, struct am_error *err);

/* Room for len bytes (at most the space), to be filled by the caller, who
 * calls am_queue_filled. NULL: no memory. */
uint8_t *am_queue_room(struct am_queue *queue, size_t len);
void am_queue_filled(struct am_queue *queue, size_t len);

/* The first len bytes (at most all) are done with. */
void am_queue_use(struct am_queue *queue, size_t len);

#endif
