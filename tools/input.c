/* FILE|DIR...: which archives that means. */
#include "input.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>

struct found {
	struct found *next;
	const char *path;
	dev_t device;
	ino_t inode;
	size_t place;	 /* in the order found */
	bool identified; /* device and inode are known */
};

struct folder {
	struct folder *next;
	const char *path;
	unsigned depth;
};

struct search {
	struct am_arena *arena;
	struct am_error *err;
	struct found *first;
	struct found **last;
	size_t count;
	struct folder *folders; /* still to look into */
	am_input_problem *problem;
	void *arg;
};

static enum am_status
found_add(struct search *search, const char *path, const struct stat *st)
{
	struct found *found = am_arena_new(search->arena, struct found);

	if (found == NULL)
		return am_arena_failed(search->arena, sizeof(*found),
				       search->err);
	found->path = path;
	found->place = search->count++;
	found->identified = st != NULL;
	if (st != NULL) {
		found->device = st->st_dev;
		found->inode = st->st_ino;
	}
	*search->last = found;
	search->last = &found->next;
	return AM_OK;
}

static bool
name_is_archive(const char *name)
{
	const size_t len = strlen(name);

	return len > 4 && (strcasecmp(name + len - 4, ".pst") == 0 ||
			   strcasecmp(name + len - 4, ".ost") == 0 ||
			   strcasecmp(name + len - 4, ".pab") == 0);
}

static void
problem_tell(const struct search *search, const char *path, const char *text)
{
	struct am_error err = { 0 };

	(void)am_fail(&err, AM_NOT_FOUND, "%s", text);
	search->problem(search->arg, path, &err);
}

static enum am_status
folder_push(struct search *search, const char *path, unsigned depth)
{
	struct folder *folder;

	if (depth > AM_INPUT_MAX_DEPTH) {
		problem_tell(search, path, "too many folders in one another");
		return AM_OK;
	}
	folder = am_arena_new(search->arena, struct folder);
	if (folder == NULL)
		return am_arena_failed(search->arena, sizeof(*folder),
				       search->err);
	folder->path = path;
	folder->depth = depth;
	folder->next = search->folders;
	search->folders = folder;
	return AM_OK;
}

/* An entry of the open folder that may matter. */
static enum am_status
entry_look(struct search *search, const struct folder *folder, int fd,
	   const char *name)
{
	struct stat st;
	const bool known = fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	const bool is_folder = known && S_ISDIR(st.st_mode);
	const char *slash, *path;

	if (!is_folder && !name_is_archive(name))
		return AM_OK;
	slash = folder->path[strlen(folder->path) - 1] == '/' ? "" : "/";
	path = am_arena_printf(search->arena, "%s%s%s", folder->path, slash,
			       name);
	if (path == NULL)
		return am_arena_failed(search->arena, strlen(name),
				       search->err);
	if (is_folder)
		return folder_push(search, path, folder->depth + 1);
	/* Opening it will say what is wrong with it. */
	if (!known || (S_ISLNK(st.st_mode) && fstatat(fd, name, &st, 0) != 0))
		return found_add(search, path, NULL);
	return S_ISREG(st.st_mode) ? found_add(search, path, &st) : AM_OK;
}

static enum am_status
folder_look(struct search *search, const struct folder *folder)
{
	enum am_status status = AM_OK;
	const struct dirent *entry;
	DIR *dir = opendir(folder->path);

	if (dir == NULL) {
		problem_tell(search, folder->path, strerror(errno));
		return AM_OK;
	}
	while (status == AM_OK && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			status = entry_look(search, folder, dirfd(dir),
					    entry->d_name);
	(void)closedir(dir);
	return status;
}

static int
by_path(const void *a, const void *b)
{
	const struct found *const *const left = a;
	const struct found *const *const right = b;

	return strcmp((*left)->path, (*right)->path);
}

static int
by_file(const void *a, const void *b)
{
	const struct found *const left = *(const struct found *const *)a;
	const struct found *const right = *(const struct found *const *)b;

	if (left->identified != right->identified)
		return left->identified ? -1 : 1;
	if (left->device != right->device)
		return left->device < right->device ? -1 : 1;
	if (left->inode != right->inode)
		return left->inode < right->inode ? -1 : 1;
	return left->place < right->place ? -1 : left->place > right->place;
}

static int
by_place(const void *a, const void *b)
{
	const struct found *const left = *(const struct found *const *)a;
	const struct found *const right = *(const struct found *const *)b;

	return left->place < right->place ? -1 : left->place > right->place;
}

/* The list as an array; count is that of the list. */
static struct found **
found_array(struct search *search, struct found *first, size_t count)
{
	struct found **array =
		am_arena_array(search->arena, count + 1, struct found *);
	size_t i;

	for (i = 0; array != NULL && i < count; i++) {
		array[i] = first;
		first = first->next;
	}
	return array;
}

/* Everything below one folder, in the order of the paths. */
static enum am_status
operand_folder(struct search *search, const char *path)
{
	struct found **const before = search->last;
	const size_t start = search->count;
	struct found **array;
	size_t count, i;

	AM_TRY(folder_push(search, path, 0));
	while (search->folders != NULL) {
		const struct folder *const folder = search->folders;

		search->folders = folder->next;
		AM_TRY(folder_look(search, folder));
	}
	count = search->count - start;
	if (count == 0) {
		problem_tell(search, path,
			     "there is no *.pst, *.ost or *.pab below it");
		return AM_OK;
	}
	array = found_array(search, *before, count);
	if (array == NULL)
		return am_nomem(search->err);
	qsort(array, count, sizeof(struct found *), by_path);
	search->last = before;
	for (i = 0; i < count; i++) {
		array[i]->place = start + i;
		array[i]->next = NULL;
		*search->last = array[i];
		search->last = &array[i]->next;
	}
	return AM_OK;
}

/* Keeps the first of what is the same file; returns how many are left. */
static size_t
found_unique(struct found **array, size_t count)
{
	size_t kept = 0, i;

	qsort(array, count, sizeof(struct found *), by_file);
	for (i = 0; i < count; i++) {
		const struct found *const last =
			kept > 0 ? array[kept - 1] : NULL;

		if (last == NULL || !array[i]->identified ||
		    last->device != array[i]->device ||
		    last->inode != array[i]->inode)
			array[kept++] = array[i];
	}
	qsort(array, kept, sizeof(struct found *), by_place);
	return kept;
}

static enum am_status
inputs_make(struct search *search, struct am_inputs *inputs)
{
	struct found **array =
		found_array(search, search->first, search->count);
	size_t i;

	if (array == NULL)
		return am_nomem(search->err);
	inputs->count = found_unique(array, search->count);
	inputs->list = am_arena_array(search->arena, inputs->count + 1,
				      struct am_input);
	if (inputs->list == NULL)
		return am_nomem(search->err);
	for (i = 0; i < inputs->count; i++)
		inputs->list[i].path = array[i]->path;
	return AM_OK;
}

enum am_status
am_inputs_expand(const char *const *operands, size_t count,
		 struct am_arena *arena, am_input_problem *problem, void *arg,
		 struct am_inputs *inputs_out, struct am_error *err)
{
	struct search search = {
		.arena = arena, .err = err, .problem = problem, .arg = arg
	};
	struct stat st;
	size_t i;

	search.last = &search.first;
	for (i = 0; i < count; i++) {
		if (stat(operands[i], &st) != 0)
			AM_TRY(found_add(&search, operands[i], NULL));
		else if (S_ISDIR(st.st_mode))
			AM_TRY(operand_folder(&search, operands[i]));
		else
			AM_TRY(found_add(&search, operands[i], &st));
	}
	AM_TRY(inputs_make(&search, inputs_out));
	return am_inputs_name(inputs_out, arena, err);
}
