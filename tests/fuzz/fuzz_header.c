/* [MS-PST] 2.2.2.6 HEADER, what the probe makes of it, and what a file is that
 * is no PST. */
#include "fuzz.h"
#include "pst/ndb/header.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_source *source = NULL;
	struct am_ndb *ndb = NULL;
	struct am_error err = { 0 };
	struct am_node_iter iter = { 0 };
	struct am_node node;

	if (am_source_of_bytes(am_bytes(data, size), &source, &err) != AM_OK)
		return 0;
	if (am_ndb_open(source, NULL, &report, &ndb, &err) == AM_OK) {
		FUZZ_CHECK(am_ndb_info(ndb)->file_size == size);
		while (am_node_next(ndb, &iter, &node, &err) == AM_OK)
			(void)am_node_find(ndb, node.nid, &node, &err);
	} else {
		FUZZ_CHECK(err.text[0] != '\0');
	}
	am_ndb_close(ndb);
	am_source_close(source);
	am_arena_free(&arena);
	return 0;
}
