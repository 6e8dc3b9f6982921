/* Points in time of the monotonic clock. */
#include "net/deadline.h"

#include <limits.h>
#include <time.h>

uint64_t
am_monotonic_us(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000 +
	       1;
}

static int64_t
now_ms(void)
{
	return (int64_t)(am_monotonic_us() / 1000);
}

struct am_deadline
am_deadline_in(unsigned ms)
{
	const struct am_deadline deadline = { now_ms() + (int64_t)ms };

	return deadline;
}

int
am_deadline_left(struct am_deadline deadline)
{
	const int64_t left = deadline.at_ms - now_ms();

	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}
