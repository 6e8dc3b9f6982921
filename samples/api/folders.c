/* Prints the folders of an archive, those within others indented. */
#include <stdio.h>

#include <archive-mail/store.h>

static void
folder_print(const struct am_folder *folder)
{
	const char *role = am_role_name(folder->role);

	/* Names come from the file: print them like this only where no
	 * terminal can be fooled by control characters. */
	printf("%*s%s%s%s\n", (int)folder->depth * 2, "", folder->name,
	       role != NULL ? " - " : "", role != NULL ? role : "");
}

int
main(int argc, char **argv)
{
	const struct am_folder *folders;
	struct am_store *store = NULL;
	struct am_error err;
	size_t count = 0;
	size_t i;

	if (argc != 2) {
		fprintf(stderr, "usage: folders FILE\n");
		return 64;
	}
	if (am_store_open(argv[1], NULL, &store, &err) != AM_OK ||
	    am_store_folders(store, &folders, &count, &err) != AM_OK) {
		fprintf(stderr, "%s: %s\n", argv[1], err.text);
		am_store_close(store);
		return 1;
	}
	for (i = 0; i < count; i++)
		if (!folders[i].is_hidden)
			folder_print(&folders[i]);
	am_store_close(store);
	return 0;
}
