/* [MS-OXOMSG] 2.2.1.74 PidLidVerbStream. The input: the stream. */
#include "fuzz.h"
#include "mapi/verbs.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_verbs verbs;
	struct am_verb verb;
	struct am_error err = { 0 };
	size_t total = 0;

	if (am_verbs(am_bytes(data, size), &verbs, &err) != AM_OK) {
		FUZZ_CHECK(err.text[0] != '\0');
		return 0;
	}
	while (am_verbs_next(&verbs, &verb)) {
		total += verb.name.len + verb.wide.len;
		FUZZ_CHECK(total <= size);
		FUZZ_CHECK(verb.wide.len % 2 == 0);
	}
	FUZZ_CHECK(verbs.left == 0);
	return 0;
}
