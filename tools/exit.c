/* Exit statuses of the program. */
#include "exit.h"

enum am_exit
am_exit_of(enum am_status status)
{
	switch (status) {
	case AM_OK:
	case AM_END:
		return AM_EXIT_OK;
	case AM_NOT_FOUND:
		return AM_EXIT_INPUT;
	case AM_CORRUPT:
	case AM_UNSUPPORTED:
		return AM_EXIT_DATA;
	case AM_NOMEM:
		return AM_EXIT_MEMORY;
	case AM_IO:
		return AM_EXIT_IO;
	case AM_NETWORK:
		return AM_EXIT_SERVER;
	case AM_AUTH:
		return AM_EXIT_AUTH;
	case AM_REFUSED:
		return AM_EXIT_LATER;
	case AM_OUTPUT:
		return AM_EXIT_OUTPUT;
	case AM_INTERRUPTED:
		return AM_EXIT_INTERRUPTED;
	case AM_PROTOCOL:
		return AM_EXIT_PROTOCOL;
	case AM_LATER:
		return AM_EXIT_LATER;
	case AM_LIMIT:
		break;
	}
	return AM_EXIT_INTERNAL;
}

enum am_exit
am_exit_of_open(enum am_status status)
{
	return status == AM_IO ? AM_EXIT_INPUT : am_exit_of(status);
}

void
am_exit_add(struct am_exit_sum *sum, enum am_exit one)
{
	if (sum->count > 0 && sum->common != one)
		sum->differ = true;
	sum->common = one;
	sum->count++;
}

enum am_exit
am_exit_total(const struct am_exit_sum *sum)
{
	if (sum->count == 0)
		return AM_EXIT_OK;
	return sum->differ ? AM_EXIT_ITEMS : sum->common;
}
