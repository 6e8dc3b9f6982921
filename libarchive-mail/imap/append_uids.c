/* RFC 4315 APPENDUID: where messages are now. */
#include "base/ascii.h"
#include "imap/append_private.h"

static bool
uid_digits(struct am_bytes *rest, uint64_t *number)
{
	bool any = false;

	*number = 0;
	while (rest->len > 0 && am_ascii_is_digit(rest->data[0]) &&
	       *number <= UINT32_MAX) {
		*number = *number * 10 + (uint64_t)(rest->data[0] - '0');
		*rest = am_ascii_after(*rest, 1);
		any = true;
	}
	return any && *number > 0 && *number <= UINT32_MAX;
}

uint32_t
am_append_uid_next(struct am_append_uids *set)
{
	if (set->next > set->last || set->last == 0) {
		if (!uid_digits(&set->rest, &set->next))
			return 0;
		set->last = set->next;
		if (set->rest.len > 0 && set->rest.data[0] == ':') {
			set->rest = am_ascii_after(set->rest, 1);
			if (!uid_digits(&set->rest, &set->last))
				return 0;
		}
		if (set->rest.len > 0 && set->rest.data[0] == ',')
			set->rest = am_ascii_after(set->rest, 1);
		if (set->last < set->next)
			return 0;
	}
	return (uint32_t)set->next++;
}

struct am_append_uids
am_append_uids_of(const struct am_imap_response *response, size_t count,
		  uint32_t *uidvalidity)
{
	struct am_imap_scan scan;
	struct am_append_uids set = { 0 }, all;
	struct am_imap_token token;
	uint64_t validity;
	size_t found = 0;

	*uidvalidity = 0;
	if (!am_imap_code_is(response, "APPENDUID", &scan))
		return set;
	token = am_imap_next(&scan);
	if (!am_imap_number(&token, UINT32_MAX, &validity))
		return set;
	set.rest = am_imap_next(&scan).bytes;
	all = set;
	while (found <= count && am_append_uid_next(&all) != 0)
		found++;
	if (found == count)
		*uidvalidity = (uint32_t)validity;
	return set;
}
