/* dovecot-keywords. */
#include "sink/maildir_keywords.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/ascii.h"
#include "io/file_stream.h"
#include "io/os_error.h"

/* A line: two digits, a space, the keyword, a line end. */
enum { FILE_MAX = AM_MAILDIR_LETTERS * (AM_KEYWORD_MAX + 5) };

enum am_status
am_maildir_keywords_init(struct am_maildir_keywords *keywords,
			 struct am_sink_tree *tree,
			 const struct am_sink_options *options,
			 struct am_error *err)
{
	size_t i;

	keywords->finding = options->finding;
	keywords->finding_arg = options->finding_arg;
	AM_TRY(am_grow_files_init(&keywords->files, tree, "/dovecot-keywords",
				  err));
	keywords->sets =
		am_alloc(AM_MAILDIR_KEYWORD_FOLDERS * sizeof(*keywords->sets));
	if (keywords->sets == NULL)
		return am_nomem(err);
	for (i = 0; i < AM_MAILDIR_KEYWORD_FOLDERS; i++)
		keywords->sets[i].folder = SIZE_MAX;
	return AM_OK;
}

void
am_maildir_keywords_free(struct am_maildir_keywords *keywords)
{
	am_grow_files_free(&keywords->files);
	am_free(keywords->sets);
}

static enum am_status
not_ours(const char *path, struct am_error *err)
{
	return am_fail(err, AM_OUTPUT, "%s: somebody else wrote to it",
		       am_path_shown(path));
}

/* The lines of the file, as they were written here. */
static enum am_status
set_parse(struct am_maildir_keyword_set *set, struct am_bytes text,
	  const char *path, struct am_error *err)
{
	while (text.len > 0) {
		char number[8];
		const uint8_t *end = memchr(text.data, '\n', text.len);
		const size_t line =
			end != NULL ? (size_t)(end - text.data) : text.len;
		size_t lead;

		(void)snprintf(number, sizeof(number), "%zu ", set->count);
		lead = strlen(number);
		if (end == NULL || set->count == AM_MAILDIR_LETTERS ||
		    line <= lead || line - lead > AM_KEYWORD_MAX ||
		    memcmp(text.data, number, lead) != 0)
			return not_ours(path, err);
		(void)snprintf(set->names[set->count], AM_KEYWORD_MAX + 1,
			       "%.*s", (int)(line - lead),
			       (const char *)text.data + lead);
		set->count++;
		text = am_bytes(text.data + line + 1, text.len - line - 1);
	}
	return AM_OK;
}

static enum am_status
set_read(struct am_maildir_keywords *keywords,
	 struct am_maildir_keyword_set *set, size_t folder,
	 struct am_error *err)
{
	const struct am_sink_tree *tree = keywords->files.tree;
	const uint64_t length = keywords->files.folders[folder].length;
	struct am_buf text = am_buf(FILE_MAX);
	struct am_arena arena = { 0 };
	struct am_stream *stream = NULL;
	char path[AM_GROW_PATH_SIZE];
	enum am_status status;

	am_grow_path(&keywords->files, folder, path);
	status = am_file_stream_open(&arena, tree->root, path, 0, length, NULL,
				     &stream, err);
	if (status == AM_OK)
		status = am_stream_read_all(stream, &text, err);
	am_stream_close(stream);
	if (status == AM_NOT_FOUND || status == AM_CORRUPT ||
	    status == AM_LIMIT)
		status = not_ours(path, err);
	if (status == AM_OK)
		status = set_parse(set, am_buf_bytes(&text), path, err);
	am_buf_free(&text);
	am_arena_free(&arena);
	return status;
}

static enum am_status
set_get(struct am_maildir_keywords *keywords, size_t folder,
	struct am_maildir_keyword_set **set_out, struct am_error *err)
{
	struct am_maildir_keyword_set *set;
	size_t i;

	for (i = 0; i < AM_MAILDIR_KEYWORD_FOLDERS; i++) {
		*set_out = &keywords->sets[i];
		if ((*set_out)->folder == folder)
			return AM_OK;
	}
	set = &keywords->sets[keywords->next];
	keywords->next = (keywords->next + 1) % AM_MAILDIR_KEYWORD_FOLDERS;
	set->folder = SIZE_MAX;
	set->count = 0;
	set->is_full_told = false;
	if (keywords->files.folders[folder].length > 0)
		AM_TRY(set_read(keywords, set, folder, err));
	set->folder = folder;
	*set_out = set;
	return AM_OK;
}

static enum am_status
set_add(struct am_maildir_keywords *keywords,
	struct am_maildir_keyword_set *set, const char *name,
	struct am_error *err)
{
	struct am_grow_folder *folder = &keywords->files.folders[set->folder];
	char line[AM_KEYWORD_MAX + 8];
	struct am_outfile *file;

	(void)snprintf(line, sizeof(line), "%zu %s\n", set->count, name);
	AM_TRY(am_grow_files_get(&keywords->files, set->folder, &file, err));
	AM_TRY(am_outfile_write(file, am_bytes_of(line), err));
	AM_TRY(am_outfile_flush(file, false, err));
	folder->length = am_outfile_length(file);
	(void)snprintf(set->names[set->count], AM_KEYWORD_MAX + 1, "%s", name);
	set->count++;
	return AM_OK;
}

static enum am_status
full_tell(struct am_maildir_keywords *keywords,
	  struct am_maildir_keyword_set *set, struct am_error *err)
{
	const char *path = keywords->files.tree->paths[set->folder];
	char text[512];

	if (set->is_full_told || keywords->finding == NULL)
		return AM_OK;
	set->is_full_told = true;
	(void)snprintf(text, sizeof(text),
		       "keywords: %.*s has more than %d: Maildir has no letter "
		       "for the others, which are in the field Keywords only",
		       300, *path != '\0' ? path : "the Inbox",
		       AM_MAILDIR_LETTERS);
	return keywords->finding(keywords->finding_arg, text, err);
}

/* letter_out: 0 when there is none left. */
static enum am_status
letter_get(struct am_maildir_keywords *keywords,
	   struct am_maildir_keyword_set *set, const char *name,
	   char *letter_out, struct am_error *err)
{
	size_t i;

	*letter_out = '\0';
	for (i = 0; i < set->count; i++)
		if (am_ascii_equal(am_bytes_of(name), set->names[i]))
			break;
	if (i == AM_MAILDIR_LETTERS)
		return full_tell(keywords, set, err);
	if (i == set->count)
		AM_TRY(set_add(keywords, set, name, err));
	*letter_out = (char)('a' + i);
	return AM_OK;
}

static int
letter_compare(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

enum am_status
am_maildir_keywords_letters(struct am_maildir_keywords *keywords,
			    const struct am_sink_message *message,
			    char letters[AM_MAILDIR_LETTERS + 1],
			    struct am_error *err)
{
	const char *names[AM_FLAG_NAMED_MAX + AM_KEYWORDS_MAX];
	const char *const *word = message->keywords;
	struct am_maildir_keyword_set *set;
	size_t count = am_mail_flag_keywords(message->flags, names);
	size_t len = 0;
	size_t i;

	letters[0] = '\0';
	for (; word != NULL && *word != NULL &&
	       count < AM_FLAG_NAMED_MAX + AM_KEYWORDS_MAX;
	     word++)
		names[count++] = *word;
	if (count == 0)
		return AM_OK;
	AM_TRY(set_get(keywords, message->folder, &set, err));
	for (i = 0; i < count; i++) {
		char letter;

		AM_TRY(letter_get(keywords, set, names[i], &letter, err));
		if (letter != '\0' && memchr(letters, letter, len) == NULL)
			letters[len++] = letter;
	}
	letters[len] = '\0';
	qsort(letters, len, 1, letter_compare);
	return AM_OK;
}

static bool
is_changed(const struct am_maildir_keywords *keywords, size_t folder)
{
	const struct am_grow_folder *at = &keywords->files.folders[folder];

	return at->exists && (!at->committed || at->length != at->durable);
}

enum am_status
am_maildir_keywords_commit(struct am_maildir_keywords *keywords, bool all,
			   struct am_error *err)
{
	const struct am_sink_row *row = keywords->files.tree->first;

	for (; row != NULL; row = row->next) {
		struct am_outfile *file;

		if (!is_changed(keywords, row->folder))
			continue;
		if (!all) {
			AM_TRY(am_grow_files_get(&keywords->files, row->folder,
						 &file, err));
			AM_TRY(am_outfile_flush(file, true, err));
		}
		am_grow_files_note(&keywords->files, row->folder);
	}
	return AM_OK;
}
