/* malloc, with a hook for the torture tests. */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

static atomic_ulong fail_countdown;
static atomic_bool fail_once;

unsigned long
am_alloc_fail_after(unsigned long count)
{
	atomic_store(&fail_once, false);
	return atomic_exchange(&fail_countdown, count);
}

void
am_alloc_fail_once(unsigned long count)
{
	atomic_store(&fail_countdown, count);
	atomic_store(&fail_once, true);
}

static bool
must_fail(void)
{
	unsigned long left = atomic_load(&fail_countdown);

	if (left == 0)
		return false;
	if (left == 1 && !atomic_load(&fail_once))
		return true;
	atomic_store(&fail_countdown, left - 1);
	return left == 1;
}

void *
am_alloc(size_t size)
{
	return must_fail() ? NULL : calloc(1, size > 0 ? size : 1);
}

void *
am_realloc(void *memory, size_t size)
{
	return must_fail() ? NULL : realloc(memory, size > 0 ? size : 1);
}

void
am_free(void *memory)
{
	free(memory);
}
