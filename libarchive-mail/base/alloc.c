/* malloc, with a hook for the torture tests. */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

void *
am_alloc_more(void *list, size_t *room, size_t count, size_t size)
{
	const size_t more = *room > 0 ? 2 * *room : 64;
	char *grown;

	if (count < *room)
		return list;
	if (more > SIZE_MAX / 2 / size)
		return NULL;
	grown = am_realloc(list, more * size);
	if (grown == NULL)
		return NULL;
	memset(grown + *room * size, 0, (more - *room) * size);
	*room = more;
	return grown;
}

void
am_free(void *memory)
{
	free(memory);
}
