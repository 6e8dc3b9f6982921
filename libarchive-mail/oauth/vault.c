/* tokens/NAME.sealed */
#include "oauth/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stddef.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/json.h"
#include "io/dir.h"
#include "io/os_error.h"
#include "oauth/json_read.h"
#include "oauth/small_file.h"
#include "oauth/token.h"

enum {
	LOCK_SLICE_MS = 50,
	TRY_SIZE = 256 << 10, /* more than tokens take */
	LOCK_MODE = 0600
};

static const struct text_field {
	const char *name;
	size_t offset;
} text_fields[] = {
	{ "access", offsetof(struct am_vault_content, access) },
	{ "refresh", offsetof(struct am_vault_content, refresh) },
	{ "scope", offsetof(struct am_vault_content, scope) },
	{ "client_secret", offsetof(struct am_vault_content, client_secret) },
	{ "key", offsetof(struct am_vault_content, key) },
	{ "password", offsetof(struct am_vault_content, password) },
};

enum { FIELD_COUNT = sizeof(text_fields) / sizeof(text_fields[0]) };

static enum am_status
path_make(const char *name, const char *suffix, struct am_arena *arena,
	  const char **path_out, struct am_error *err)
{
	*path_out = am_arena_printf(arena, "%s.%s", name, suffix);
	return *path_out != NULL ? AM_OK : am_nomem(err);
}

static enum am_status
content_of(const json_t *json, struct am_arena *arena,
	   struct am_vault_content *content, struct am_error *err)
{
	uint64_t obtained, expires;
	size_t i;

	if (!json_is_object(json))
		return am_fail(err, AM_CORRUPT,
			       "the stored sign-in is no JSON object");
	for (i = 0; i < FIELD_COUNT; i++) {
		char *place = (char *)content + text_fields[i].offset;

		AM_TRY(am_json_text_get(json, text_fields[i].name, arena,
					(const char **)(void *)place, err));
	}
	AM_TRY(am_json_number_get(json, "obtained", INT64_MAX, &obtained, err));
	AM_TRY(am_json_number_get(json, "expires", INT64_MAX, &expires, err));
	content->obtained = (int64_t)obtained;
	content->expires = (int64_t)expires;
	return AM_OK;
}

enum am_status
am_vault_content_read(struct am_bytes plain, struct am_arena *arena,
		      struct am_vault_content *content_out,
		      struct am_error *err)
{
	struct am_vault_content content = { 0 };
	json_t *json = json_loadb((const char *)plain.data, plain.len,
				  JSON_REJECT_DUPLICATES, NULL);
	enum am_status status = content_of(json, arena, &content, err);

	json_decref(json);
	if (status == AM_OK)
		*content_out = content;
	return status;
}

static enum am_status
content_write(const struct am_vault_content *content, struct am_buf *out,
	      struct am_error *err)
{
	struct am_json json = am_json(out);
	size_t i;

	/* room for all, so that growing leaves no copy behind */
	(void)am_buf_room(out, out->max - 1);
	am_json_object(&json, NULL);
	for (i = 0; i < FIELD_COUNT; i++) {
		const char *place =
			(const char *)content + text_fields[i].offset;
		const char *text = *(const char *const *)(const void *)place;

		if (text != NULL)
			am_json_text(&json, text_fields[i].name, text);
	}
	am_json_int(&json, "obtained", content->obtained);
	am_json_int(&json, "expires", content->expires);
	am_json_object_end(&json);
	return am_buf_status(out, err);
}

enum am_status
am_vault_read(const struct am_vault *vault, struct am_arena *arena,
	      struct am_vault_content *content_out, struct am_error *err)
{
	struct am_buf sealed = am_buf(AM_VAULT_FILE_MAX);
	struct am_buf plain = am_buf(AM_SEAL_CONTENT_MAX);
	const char *path;
	enum am_status status =
		path_make(vault->name, "sealed", arena, &path, err);

	if (status == AM_OK)
		status = am_small_file_read(vault->dir, path, &sealed, err);
	if (status == AM_OK)
		status = am_unseal(&vault->secret, am_buf_bytes(&sealed),
				   &plain, err);
	if (status == AM_OK)
		status = am_vault_content_read(am_buf_bytes(&plain), arena,
					       content_out, err);
	am_buf_free(&sealed);
	am_oauth_wipe(&plain);
	return status;
}

enum am_status
am_vault_write(const struct am_vault *vault,
	       const struct am_vault_content *content, struct am_error *err)
{
	struct am_buf plain = am_buf(AM_SEAL_CONTENT_MAX);
	struct am_buf sealed = am_buf(AM_VAULT_FILE_MAX);
	struct am_arena arena = { 0 };
	const char *path;
	enum am_status status =
		path_make(vault->name, "sealed", &arena, &path, err);

	if (status == AM_OK)
		status = content_write(content, &plain, err);
	if (status == AM_OK)
		status = am_seal(&vault->secret, am_buf_bytes(&plain), &sealed,
				 err);
	am_oauth_wipe(&plain);
	if (status == AM_OK)
		status = am_small_file_write(vault->dir, path,
					     am_buf_bytes(&sealed), err);
	am_buf_free(&sealed);
	am_arena_free(&arena);
	return status;
}

bool
am_vault_is_there(int dir, const char *name)
{
	struct am_arena arena = { 0 };
	const char *path;
	int fd = -1;

	if (path_make(name, "sealed", &arena, &path, NULL) == AM_OK)
		fd = am_dir_openat(dir, path, O_RDONLY | O_NONBLOCK, 0);
	am_arena_free(&arena);
	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

enum am_status
am_vault_try(const struct am_vault *vault, struct am_error *err)
{
	struct am_arena arena = { 0 };
	const char *path;
	enum am_status status =
		path_make(vault->name, "sealed", &arena, &path, err);

	if (status == AM_OK)
		status = am_small_file_try(vault->dir, path, TRY_SIZE, err);
	am_arena_free(&arena);
	return status;
}

static enum am_status
lock_wait(int fd, const atomic_bool *stop, struct am_error *err)
{
	int waited;

	for (waited = 0; flock(fd, LOCK_EX | LOCK_NB) != 0;
	     waited += LOCK_SLICE_MS) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return am_os_write_failed(err, errno, "the lock");
		if (stop != NULL && atomic_load(stop))
			return am_fail(err, AM_INTERRUPTED, "interrupted");
		if (waited >= AM_VAULT_LOCK_MS)
			return am_fail(err, AM_NETWORK,
				       "another archive-mail renews this "
				       "sign-in and does not come to an end");
		(void)poll(NULL, 0, LOCK_SLICE_MS);
	}
	return AM_OK;
}

enum am_status
am_vault_lock(const struct am_vault *vault, const atomic_bool *stop,
	      int *lock_out, struct am_error *err)
{
	struct am_arena arena = { 0 };
	const char *path;
	enum am_status status =
		path_make(vault->name, "lock", &arena, &path, err);
	int fd = -1;

	if (status == AM_OK) {
		fd = am_dir_openat(vault->dir, path,
				   O_RDWR | O_CREAT | O_NONBLOCK, LOCK_MODE);
		if (fd < 0)
			status = am_os_create_failed(err, errno, path);
	}
	am_arena_free(&arena);
	if (status == AM_OK)
		status = lock_wait(fd, stop, err);
	if (status == AM_OK)
		*lock_out = fd;
	else if (fd >= 0)
		(void)close(fd);
	return status;
}

enum am_status
am_vault_remove(int dir, const char *name, struct am_error *err)
{
	struct am_arena arena = { 0 };
	const char *path;
	enum am_status status = path_make(name, "sealed", &arena, &path, err);

	if (status == AM_OK)
		status = am_dir_remove_file(dir, path, err);
	if (status == AM_OK)
		status = am_dir_sync(dir, ".", err);
	am_arena_free(&arena);
	return status;
}
