/* Bytes on their way. */
#include "net/queue.h"

struct am_queue
am_queue(size_t max)
{
	/* as much again as may be used up in front */
	const struct am_queue queue = { .buf = am_buf(2 * max) };

	return queue;
}

void
am_queue_free(struct am_queue *queue)
{
	am_buf_free(&queue->buf);
	queue->head = 0;
}

struct am_bytes
am_queue_bytes(const struct am_queue *queue)
{
	struct am_bytes rest = am_bytes(NULL, 0);

	(void)am_slice(am_buf_bytes(&queue->buf), queue->head,
		       am_queue_len(queue), &rest);
	return rest;
}

size_t
am_queue_len(const struct am_queue *queue)
{
	return queue->buf.len - queue->head;
}

size_t
am_queue_space(const struct am_queue *queue)
{
	const size_t max = queue->buf.max / 2;

	return am_queue_len(queue) < max ? max - am_queue_len(queue) : 0;
}

/* What is used goes once it is half of all, so that each byte moves at most
 * once on average. */
static void
queue_compact(struct am_queue *queue)
{
	if (queue->head < queue->buf.max / 2)
		return;
	am_buf_drop(&queue->buf, queue->head);
	queue->head = 0;
}

enum am_status
am_queue_add(struct am_queue *queue, struct am_bytes bytes, size_t *added_out,
	     struct am_error *err)
{
	const size_t space = am_queue_space(queue);

	if (bytes.len > space)
		bytes.len = space;
	am_buf_add(&queue->buf, bytes);
	AM_TRY(am_buf_status(&queue->buf, err));
	*added_out = bytes.len;
	return AM_OK;
}

uint8_t *
am_queue_room(struct am_queue *queue, size_t len)
{
	return am_buf_room(&queue->buf, len);
}

void
am_queue_filled(struct am_queue *queue, size_t len)
{
	queue->buf.len += len;
}

void
am_queue_use(struct am_queue *queue, size_t len)
{
	const size_t have = am_queue_len(queue);

	queue->head += len < have ? len : have;
	if (queue->head == queue->buf.len) {
		am_buf_drop(&queue->buf, queue->head);
		queue->head = 0;
	}
	queue_compact(queue);
}
