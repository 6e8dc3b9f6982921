/* body_dump FILE FOLDER: what bodies each message of an archive has. Writes
 * FOLDER/<nid>.rtf (decompressed) and FOLDER/<nid>.txt (its plain body), and
 * prints a line for each: NID, then T, H, R for the properties that are not
 * empty. For bodies.py. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "convert/oxbbody.h"
#include "convert/plain_body.h"

static void
stream_save(struct am_stream *stream, const char *folder, uint32_t nid,
	    const char *suffix)
{
	char path[4096];
	struct am_error err;
	struct am_bytes bytes;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/0x%" PRIx32 ".%s", folder, nid,
		       suffix);
	file = fopen(path, "wb");
	if (file == NULL) {
		perror(path);
		exit(2);
	}
	while (am_stream_next(stream, &bytes, &err) == AM_OK)
		(void)fwrite(bytes.data, 1, bytes.len, file);
	if (fclose(file) != 0)
		exit(2);
}

static bool
has_bytes(const struct am_message *message, uint16_t id)
{
	struct am_stream *stream;
	struct am_error err;
	struct am_prop prop;
	uint64_t size = 0;

	if (!am_pc_find(message->pc, id, &prop) || prop.is_inline ||
	    am_prop_open(&prop, message->arena, &stream, &size, &err) != AM_OK)
		return false;
	am_stream_close(stream);
	return size > 0;
}

static void
rtf_dump(const struct am_message *message, const char *folder)
{
	struct am_bbody_rtf rtf = { 0 };
	struct am_stream *stream;
	struct am_error err;

	if (!am_pc_find(message->pc, AM_PID_RTF_COMPRESSED, &rtf.prop) ||
	    am_bbody_rtf_open(&rtf, message->arena, NULL, &stream, &err) !=
		    AM_OK)
		return;
	stream_save(stream, folder, message->node.nid, "rtf");
	am_stream_close(stream);
}

static void
message_dump(const struct am_message *message, const char *folder)
{
	struct am_stream *stream;
	struct am_error err;

	(void)printf("0x%" PRIx32 " %s%s%s\n", message->node.nid,
		     has_bytes(message, AM_PID_BODY) ? "T" : "",
		     has_bytes(message, AM_PID_HTML) ? "H" : "",
		     has_bytes(message, AM_PID_RTF_COMPRESSED) ? "R" : "");
	rtf_dump(message, folder);
	if (am_plain_body_open(message, message->arena, &stream, &err) !=
	    AM_OK) {
		(void)fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	stream_save(stream, folder, message->node.nid, "txt");
	am_stream_close(stream);
}

static void
store_dump(struct am_store *store, const char *folder)
{
	struct am_node_iter iter = { 0 };
	struct am_error err;
	struct am_node node;

	while (am_node_next(am_store_ndb(store), &iter, &node, &err) == AM_OK) {
		struct am_arena arena = { 0 };
		struct am_message *message;

		if (am_nid_type(node.nid) == AM_NID_TYPE_MESSAGE &&
		    am_message_open(store, &node, &arena, &message, &err) ==
			    AM_OK)
			message_dump(message, folder);
		am_arena_free(&arena);
	}
}

int
main(int argc, char **argv)
{
	struct am_store *store;
	struct am_error err;

	if (argc != 3) {
		(void)fprintf(stderr, "body_dump FILE FOLDER\n");
		return 2;
	}
	if (am_store_open(argv[1], NULL, &store, &err) != AM_OK) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 3;
	}
	store_dump(store, argv[2]);
	am_store_close(store);
	return 0;
}
