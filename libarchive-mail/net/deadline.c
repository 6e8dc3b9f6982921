/* Points in time of the monotonic clock. */
#include "net/deadline.h"

#include <limits.h>
#include <time.h>

static int64_t
now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
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
