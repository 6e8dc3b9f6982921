/* The names of all folders on disk, each another (design 6). */
#include <assert.h>
#include <inttypes.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/mutf7.h"
#include "base/text.h"
#include "sink/names_private.h"

enum { FOLD_MEMORY = 1 << 20 /* a folded name needs 20 KiB at most */ };

/* Where the names of folders without a parent are, and of those that moved to
 * deep/, for the keys. */
static const uint64_t top_place = UINT64_MAX;
static const uint64_t deep_place = UINT64_MAX - 1;

/* How a form puts names together. */
static const struct form {
	const char *lead; /* in front of a path */
	const char *join; /* between a path and a name */
	size_t path_max;
} forms[] = {
	[AM_NAMES_PATH] = { "", "/", AM_PATH_MAX },
	[AM_NAMES_FILES] = { "", "/", AM_PATH_MAX },
	[AM_NAMES_MAILDIRPP] = { ".", ".", AM_NAME_FLAT_MAX },
	[AM_NAMES_THUNDERBIRD] = { "", ".sbd/", AM_PATH_MAX },
};

static const char inbox[] = "INBOX";

/* A name that is taken, by the hash of its place and its folded form. That two
 * names have one hash costs a "~" that was not needed, nothing else. */
struct taken {
	uint64_t key;	      /* 0: free */
	uint32_t next_number; /* for the next one that wants the name */
};

struct plan {
	struct am_arena *arena; /* the caller's */
	enum am_names_form form;
	struct am_arena fold; /* for one name at a time */
	const struct am_sink_folder *folders;
	const char **paths;
	const char *suffix;
	const char *deep; /* the directory of long paths; NULL: none yet */
	bool has_inbox;
	struct taken *table; /* open addressing, never more than half full */
	size_t mask;
};

static struct taken *
taken_find(const struct plan *plan, uint64_t key)
{
	size_t at = (size_t)key & plan->mask;

	while (plan->table[at].key != 0 && plan->table[at].key != key)
		at = (at + 1) & plan->mask;
	return &plan->table[at];
}

static enum am_status
key_make(struct plan *plan, uint64_t place, const char *name,
	 const char *suffix, uint64_t *key_out, struct am_error *err)
{
	uint8_t digest[AM_SHA256_SIZE];
	const char *folded = NULL;
	const char *text;

	am_arena_reset(&plan->fold);
	text = am_arena_printf(&plan->fold, "%s%s", name, suffix);
	if (text == NULL)
		return am_nomem(err);
	AM_TRY(am_text_fold(&plan->fold, text, &folded, err));
	text = am_arena_printf(&plan->fold, "%" PRIu64 "/%s", place, folded);
	if (text == NULL)
		return am_nomem(err);
	if (am_sha256(am_bytes_of(text), digest) != AM_OK)
		return am_nomem(err);
	memcpy(key_out, digest, sizeof(*key_out));
	*key_out += *key_out == 0 ? 1 : 0;
	return AM_OK;
}

/* Takes name and the name with suffix, if both are free. *taken_out: where the
 * plain name stands in the table. */
static enum am_status
name_take(struct plan *plan, uint64_t place, const char *name, bool *free_out,
	  struct taken **taken_out, struct am_error *err)
{
	struct taken *with_suffix;
	uint64_t key;
	uint64_t suffix_key;

	AM_TRY(key_make(plan, place, name, "", &key, err));
	AM_TRY(key_make(plan, place, name, plan->suffix, &suffix_key, err));
	*taken_out = taken_find(plan, key);
	with_suffix = taken_find(plan, suffix_key);
	*free_out = (*taken_out)->key == 0 && with_suffix->key == 0;
	if (!*free_out)
		return AM_OK;
	(*taken_out)->key = key;
	/* the two may have met at one free entry */
	with_suffix = taken_find(plan, suffix_key);
	with_suffix->key = suffix_key;
	return AM_OK;
}

/* The name, or where that is taken the name with the id, or with a number too
 * (two folders of one id, or a name that looks like ours). */
static enum am_status
name_settle(struct plan *plan, uint64_t place, const char *encoded, uint32_t id,
	    const char **name_out, struct am_error *err)
{
	char tail[AM_NAME_TAIL_SIZE];
	struct taken *taken;
	struct taken *with_id;
	uint32_t number;
	bool is_free;

	*name_out = encoded;
	AM_TRY(name_take(plan, place, encoded, &is_free, &taken, err));
	if (is_free)
		return AM_OK;
	am_name_tail(id, 1, tail);
	AM_TRY(am_name_with_tail(plan->arena, plan->form, encoded, tail,
				 name_out, err));
	AM_TRY(name_take(plan, place, *name_out, &is_free, &with_id, err));
	number = with_id->next_number < 2 ? 2 : with_id->next_number;
	while (!is_free) {
		am_name_tail(id, number++, tail);
		AM_TRY(am_name_with_tail(plan->arena, plan->form, encoded, tail,
					 name_out, err));
		AM_TRY(name_take(plan, place, *name_out, &is_free, &taken,
				 err));
		with_id->next_number = number;
	}
	return AM_OK;
}

/* The name as it is on disk. */
static enum am_status
name_finish(struct plan *plan, const char **name, struct am_error *err)
{
	struct am_buf out = am_buf(AM_NAME_MAX);
	enum am_status status;

	if (!am_names_is_mutf7(plan->form))
		return AM_OK;
	am_mutf7_add(&out, am_bytes_of(*name));
	status = am_buf_status(&out, err);
	if (status == AM_OK)
		*name = am_arena_text(plan->arena, am_buf_text(&out), out.len);
	am_buf_free(&out);
	return *name != NULL ? status : am_nomem(err);
}

/* parent NULL: top */
static enum am_status
path_join(struct plan *plan, const char *parent, const char *name,
	  const char **path_out, struct am_error *err)
{
	const struct form *form = &forms[plan->form];
	const char *path;

	if (parent == NULL && *form->lead == '\0')
		path = name;
	else if (parent == NULL)
		path = am_arena_printf(plan->arena, "%s%s", form->lead, name);
	else if (*parent == '\0')
		path = am_arena_printf(plan->arena, "%s%s%s%s", form->lead,
				       inbox, form->join, name);
	else
		path = am_arena_printf(plan->arena, "%s%s%s", parent,
				       form->join, name);
	if (path == NULL)
		return am_arena_failed(plan->arena, AM_PATH_MAX, err);
	*path_out = path;
	return AM_OK;
}

static enum am_status
path_deep(struct plan *plan, const char *encoded, uint32_t id,
	  const char **path_out, struct am_error *err)
{
	const char *name = NULL;

	if (plan->deep == NULL) {
		AM_TRY(name_settle(plan, top_place, "deep", 0, &name, err));
		AM_TRY(path_join(plan, NULL, name, &plan->deep, err));
	}
	AM_TRY(name_settle(plan, deep_place, encoded, id, &name, err));
	AM_TRY(name_finish(plan, &name, err));
	return path_join(plan, plan->deep, name, path_out, err);
}

static bool
is_too_deep(const struct plan *plan, const char *parent, const char *name)
{
	const struct form *form = &forms[plan->form];
	const size_t above = *parent != '\0'
				     ? strlen(parent)
				     : strlen(form->lead) + strlen(inbox);

	return above + strlen(form->join) + strlen(name) > form->path_max;
}

static enum am_status
folder_plan(struct plan *plan, size_t i, struct am_error *err)
{
	const struct am_sink_folder *folder = &plan->folders[i];
	const bool top = folder->parent == SIZE_MAX;
	const char *parent = top ? NULL : plan->paths[folder->parent];
	const char *encoded = NULL;
	const char *name = NULL;

	assert(top || folder->parent < i);
	if (plan->form == AM_NAMES_MAILDIRPP && folder->role == AM_ROLE_INBOX &&
	    !plan->has_inbox) {
		plan->has_inbox = true;
		plan->paths[i] = "";
		return AM_OK;
	}
	AM_TRY(am_name_encode(plan->arena, plan->form, folder->name, folder->id,
			      &encoded, err));
	AM_TRY(name_settle(plan, top ? top_place : folder->parent, encoded,
			   folder->id, &name, err));
	AM_TRY(name_finish(plan, &name, err));
	if (!top && is_too_deep(plan, parent, name))
		return path_deep(plan, encoded, folder->id, &plan->paths[i],
				 err);
	return path_join(plan, parent, name, &plan->paths[i], err);
}

/* No other folder is the INBOX of Maildir++. */
static enum am_status
inbox_reserve(struct plan *plan, struct am_error *err)
{
	struct taken *taken;
	bool is_free;

	if (plan->form != AM_NAMES_MAILDIRPP)
		return AM_OK;
	return name_take(plan, top_place, inbox, &is_free, &taken, err);
}

static enum am_status
plan_open(struct plan *plan, size_t count, struct am_error *err)
{
	/* two names for each folder, for deep and for the INBOX, in a table
	 * half full */
	const size_t need = (count + 2) * 4;
	size_t size = 16;

	if (count > SIZE_MAX / 16 / sizeof(struct taken))
		return am_nomem(err);
	while (size < need)
		size *= 2;
	plan->mask = size - 1;
	plan->table = am_alloc(size * sizeof(struct taken));
	plan->paths = am_arena_array(plan->arena, count + 1, const char *);
	if (plan->paths == NULL)
		return am_arena_failed(plan->arena,
				       (count + 1) * sizeof(char *), err);
	return plan->table != NULL ? AM_OK : am_nomem(err);
}

enum am_status
am_names_plan(struct am_arena *arena, enum am_names_form form,
	      const struct am_sink_folder *folders, size_t count,
	      const char *suffix, const char *const **paths_out,
	      struct am_error *err)
{
	struct plan plan = { .arena = arena, .form = form, .folders = folders };
	enum am_status status;
	size_t i;

	assert(strlen(suffix) <= AM_NAME_SUFFIX_MAX);
	plan.suffix = suffix;
	plan.fold.limit = FOLD_MEMORY;
	status = plan_open(&plan, count, err);
	if (status == AM_OK)
		status = inbox_reserve(&plan, err);
	for (i = 0; status == AM_OK && i < count; i++)
		status = folder_plan(&plan, i, err);
	if (status == AM_OK)
		*paths_out = plan.paths;
	am_free(plan.table);
	am_arena_free(&plan.fold);
	return status;
}
