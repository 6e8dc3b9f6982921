/* Says what a file is, and what is found wrong with it as a whole. */
#include <inttypes.h>
#include <stdio.h>

#include <archive-mail/store.h>

int
main(int argc, char **argv)
{
	const struct am_store_options options = { .max_btree_depth = 6 };
	const struct am_store_info *info;
	struct am_store *store;
	struct am_error err;
	const char *text;
	uint64_t findings;
	size_t i;

	if (argc != 2) {
		fprintf(stderr, "usage: check FILE\n");
		return 64;
	}
	if (am_store_open(argv[1], &options, &store, &err) != AM_OK) {
		fprintf(stderr, "%s: %s: %s\n", argv[1],
			am_status_name(err.status), err.text);
		return 1;
	}
	info = am_store_info(store);
	printf("%s %s, version %u, %" PRIu64 " bytes\n", info->format,
	       info->client, info->version, info->file_size);
	for (i = 0; (text = am_store_finding(store, i)) != NULL; i++)
		printf("found: %s\n", text);
	findings = am_store_finding_count(store);
	am_store_close(store);
	return findings == 0 ? 0 : 1;
}
