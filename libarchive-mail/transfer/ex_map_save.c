/* Exchange's names for people: the file of what was learned. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/json.h"
#include "convert/arena_text.h"
#include "io/outfile.h"
#include "transfer/ex_map.h"
#include "transfer/ex_map_private.h"

enum { LINE_MAX_SIZE = 64 << 10 /* one name and its address */ };

/* ---- learning ---- */

static enum am_status
paths_split(struct am_ex_map *map, const char *path, struct am_error *err)
{
	const char *slash = strrchr(path, '/');
	const char *parent = ".";

	map->name = slash != NULL ? slash + 1 : path;
	if (slash == path)
		parent = "/";
	else if (slash != NULL)
		AM_TRY(am_arena_text_copy(
			&map->arena, am_bytes(path, (size_t)(slash - path)),
			&parent, err));
	AM_TRY(am_arena_text_copy(&map->arena, am_bytes_of(map->name),
				  &map->name, err));
	AM_TRY(am_arena_text_format(&map->arena, &map->part, err, "%s.part",
				    map->name));
	return am_dir_open(parent, false, &map->dir, err);
}

enum am_status
am_ex_map_create(const char *path, struct am_ex_map **map_out,
		 struct am_error *err)
{
	struct am_ex_map *map = am_alloc(sizeof(*map));
	enum am_status status;

	if (map == NULL)
		return am_nomem(err);
	map->dir = -1;
	status = paths_split(map, path, err);
	if (status == AM_OK)
		status = am_spill_open(map->dir, map->part, &map->learned, err);
	if (status != AM_OK) {
		am_ex_map_close(map);
		return status;
	}
	*map_out = map;
	return AM_OK;
}

enum am_status
am_ex_map_add(struct am_ex_map *map, struct am_bytes dn, struct am_bytes smtp,
	      struct am_error *err)
{
	return am_spill_add(map->learned, dn, smtp, NULL, err);
}

uint64_t
am_ex_map_count(const struct am_ex_map *map)
{
	return map->learned != NULL ? am_spill_count(map->learned) : map->count;
}

void
am_ex_map_close(struct am_ex_map *map)
{
	if (map == NULL)
		return;
	am_spill_close(map->learned);
	if (map->dir >= 0)
		(void)close(map->dir);
	am_arena_free(&map->arena);
	am_free(map);
}

/* ---- writing ---- */

struct writer {
	struct am_outfile *file;
	struct am_sha256 *sha; /* of all that was written */
	struct am_buf line;
	bool is_first;
};

static enum am_status
text_write(struct writer *writer, struct am_error *err)
{
	const struct am_bytes bytes = am_buf_bytes(&writer->line);

	AM_TRY(am_buf_status(&writer->line, err));
	am_sha256_add(writer->sha, bytes);
	return am_outfile_write(writer->file, bytes, err);
}

/* A member of the object, on a line of its own. */
static enum am_status
pair_write(void *arg, struct am_bytes dn, struct am_bytes smtp,
	   struct am_error *err)
{
	struct writer *writer = arg;
	struct am_json json;

	am_buf_clear(&writer->line);
	am_buf_add_text(&writer->line, writer->is_first ? "\n" : ",\n");
	json = am_json(&writer->line);
	am_json_bytes(&json, NULL, dn);
	am_buf_add_text(&writer->line, ": ");
	json = am_json(&writer->line);
	am_json_bytes(&json, NULL, smtp);
	writer->is_first = false;
	return text_write(writer, err);
}

static enum am_status
edge_write(struct writer *writer, const char *text, struct am_error *err)
{
	am_buf_clear(&writer->line);
	am_buf_add_text(&writer->line, text);
	return text_write(writer, err);
}

static enum am_status
pairs_write(struct am_ex_map *map, struct writer *writer, struct am_error *err)
{
	AM_TRY(edge_write(writer, "{", err));
	AM_TRY(am_spill_each(map->learned, pair_write, writer, err));
	AM_TRY(edge_write(writer, "\n}\n", err));
	return am_outfile_flush(writer->file, true, err);
}

/* The digest of the file that is there already; false: there is none. */
static enum am_status
digest_of_file(int fd, struct am_sha256 *sha, uint8_t digest[AM_SHA256_SIZE],
	       struct am_error *err)
{
	uint8_t block[4096];
	ssize_t len;

	while ((len = read(fd, block, sizeof(block))) > 0)
		am_sha256_add(sha, am_bytes(block, (size_t)len));
	if (len < 0)
		return am_fail(err, AM_IO,
			       "the map that is there cannot be "
			       "read");
	return am_sha256_finish(sha, digest);
}

/* Puts the new file in its place, unless something is there. */
static enum am_status
part_publish(struct am_ex_map *map, struct am_sha256 *sha,
	     const uint8_t digest[AM_SHA256_SIZE], struct am_error *err)
{
	uint8_t there[AM_SHA256_SIZE];
	enum am_status status;
	const int fd = openat(map->dir, map->name,
			      O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return am_outfile_publish(map->dir, map->part, map->name, true,
					  err);
	status = digest_of_file(fd, sha, there, err);
	(void)close(fd);
	if (status == AM_OK && memcmp(there, digest, sizeof(there)) != 0)
		status = am_fail(err, AM_OUTPUT,
				 "%s exists and holds something else; choose "
				 "another name for what is learned",
				 map->name);
	if (status == AM_OK)
		return am_dir_remove_file(map->dir, map->part, err);
	(void)am_dir_remove_file(map->dir, map->part, NULL);
	return status;
}

static enum am_status
part_write(struct am_ex_map *map, struct writer *writer, struct am_error *err)
{
	uint8_t digest[AM_SHA256_SIZE];
	enum am_status status;

	AM_TRY(am_outfile_open(map->dir, map->part, true, &writer->file, err));
	status = pairs_write(map, writer, err);
	am_outfile_close(writer->file);
	if (status == AM_OK && am_sha256_finish(writer->sha, digest) != AM_OK)
		status = am_nomem(err);
	if (status == AM_OK)
		return part_publish(map, writer->sha, digest, err);
	(void)am_dir_remove_file(map->dir, map->part, NULL);
	return status;
}

enum am_status
am_ex_map_save(struct am_ex_map *map, struct am_error *err)
{
	struct writer writer = { .sha = am_sha256_open(),
				 .line = am_buf(LINE_MAX_SIZE),
				 .is_first = true };
	enum am_status status;

	if (writer.sha == NULL)
		return am_nomem(err);
	/* what a run that was killed here left is nobody's */
	status = am_dir_remove_file(map->dir, map->part, err);
	if (status == AM_OK)
		status = part_write(map, &writer, err);
	am_sha256_close(writer.sha);
	am_buf_free(&writer.line);
	return status;
}
