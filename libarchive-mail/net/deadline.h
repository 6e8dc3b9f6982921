/* Points in time of the monotonic clock, for waiting. */
#ifndef AM_NET_DEADLINE_H
#define AM_NET_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct am_deadline {
	int64_t at_ms; /* of the monotonic clock */
};

/* Microseconds of the monotonic clock, never 0. */
uint64_t am_monotonic_us(void);

/* ms from now. */
struct am_deadline am_deadline_in(unsigned ms);

/* Milliseconds that are left, for poll; 0 when it has passed. */
int am_deadline_left(struct am_deadline deadline);

#endif
