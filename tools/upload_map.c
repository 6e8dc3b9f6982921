/* Where folders go. */
#include "upload_map.h"

#include <jansson.h>

#include "oauth/small_file.h"

enum { NAME_SHOWN = 80 /* bytes of a name in a text */ };

static enum am_status
choice_read(const char *folder, const json_t *value, struct am_arena *arena,
	    struct am_upload_choice *choice, struct am_error *err)
{
	const char *mailbox = json_string_value(value);

	if (mailbox == NULL || mailbox[0] == '\0' ||
	    strlen(mailbox) != json_string_length(value))
		return am_fail(err, AM_CORRUPT,
			       "the value of \"%.*s\" is no name of a mailbox",
			       NAME_SHOWN, folder);
	choice->folder = am_arena_text(arena, folder, strlen(folder));
	choice->mailbox = am_arena_text(arena, mailbox, strlen(mailbox));
	if (choice->folder == NULL || choice->mailbox == NULL)
		return am_arena_failed(arena, strlen(mailbox), err);
	return AM_OK;
}

static enum am_status
choices_read(json_t *map, struct am_arena *arena, struct am_upload *upload,
	     struct am_error *err)
{
	const size_t count = json_object_size(map);
	struct am_upload_choice *choices =
		am_arena_array(arena, count + 1, struct am_upload_choice);
	const char *folder;
	json_t *value;

	if (choices == NULL)
		return am_arena_failed(arena, count * sizeof(*choices), err);
	upload->choices = choices;
	upload->choice_count = 0;
	json_object_foreach(map, folder, value) AM_TRY(choice_read(
		folder, value, arena, &choices[upload->choice_count++], err));
	return AM_OK;
}

static enum am_status
text_read(const struct am_buf *text, struct am_arena *arena,
	  struct am_upload *upload, struct am_error *err)
{
	json_error_t fault;
	json_t *root = json_loadb(am_buf_text(text), text->len,
				  JSON_REJECT_DUPLICATES, &fault);
	json_t *map = root;
	enum am_status status;

	if (root == NULL)
		return am_fail(err, AM_CORRUPT,
			       "it is not JSON: line %d: %.120s", fault.line,
			       fault.text);
	if (json_is_object(json_object_get(root, "map")))
		map = json_object_get(root, "map");
	if (json_is_object(map))
		status = choices_read(map, arena, upload, err);
	else
		status = am_fail(err, AM_CORRUPT,
				 "it is no JSON object of folders, such as "
				 "{\"Inbox/Travel\": \"Travel\"}");
	json_decref(root);
	return status;
}

enum am_status
am_upload_map_read(const char *path, struct am_arena *arena,
		   struct am_upload *upload, struct am_error *err)
{
	struct am_buf text = am_buf(AM_UPLOAD_MAP_MAX);
	enum am_status status = am_user_file_read(path, &text, err);

	if (status == AM_OK)
		status = text_read(&text, arena, upload, err);
	am_buf_free(&text);
	return status;
}
