/* A folder list as text, for tests to compare: a line for each folder with its
 * path, " =role", and " (hidden)". */
#ifndef AM_TESTS_FOLDER_TEXT_H
#define AM_TESTS_FOLDER_TEXT_H

#include "built.h"

/* Ends the program on failure. Caller: am_buf_free. */
static inline struct am_buf
folder_text(struct am_store *store)
{
	struct am_buf text = am_buf(1 << 20);
	const struct am_folder *folders;
	struct am_error err;
	size_t count;
	size_t i;

	if (am_store_folders(store, &folders, &count, &err) != AM_OK) {
		fprintf(stderr, "no folders: %s\n", err.text);
		exit(1);
	}
	for (i = 0; i < count; i++) {
		const char *role = am_role_name(folders[i].role);

		am_buf_add_text(&text, folders[i].path);
		if (role != NULL)
			am_buf_printf(&text, " =%s", role);
		if (folders[i].is_hidden)
			am_buf_add_text(&text, " (hidden)");
		am_buf_add_char(&text, '\n');
	}
	return text;
}

/* Is there a finding of this kind? */
static inline bool
folder_has_finding(const struct am_store *store, const char *kind)
{
	const char *text;
	size_t i;

	for (i = 0; (text = am_store_finding(store, i)) != NULL; i++)
		if (strncmp(text, kind, strlen(kind)) == 0)
			return true;
	return false;
}

#endif
