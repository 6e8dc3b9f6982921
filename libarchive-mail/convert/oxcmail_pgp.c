/* Encrypted and protected messages whose parts Outlook keeps as attachments
 * (mapi-to-mime 9.3, 10). */
#include "base/ascii.h"
#include "convert/oxcmail_private.h"
#include "mime/field.h"

/* Enough to tell what an attachment is. */
enum { HEAD_SIZE = 64 };

enum protection {
	PLAIN,
	PGP_VERSION,   /* RFC 3156 4: the first part */
	PGP_DATA,      /* ... and the second */
	PGP_SIGNATURE, /* RFC 3156 5, of what is not there any more */
	RIGHTS	       /* [MS-OXORMMS] 2.2.1.4 */
};

static const struct {
	const char *type; /* PidTagAttachMimeTag */
	enum protection protection;
} types[] = {
	{ "application/pgp-encrypted", PGP_VERSION },
	{ "application/pgp-signature", PGP_SIGNATURE },
	{ "application/x-microsoft-rpmsg-message", RIGHTS },
};

static enum am_status
head_read(struct am_oxcmail_part *part, struct am_buf *head,
	  struct am_error *err)
{
	struct am_arena *scratch = &part->cx->scratch;
	struct am_stream *data;
	struct am_bytes piece;
	enum am_status status;
	uint64_t size;

	am_arena_reset(scratch);
	AM_TRY(am_attachment_open(part->attachment, scratch, &data, &size,
				  err));
	status = am_stream_next(data, &piece, err);
	if (status == AM_OK) {
		if (piece.len > head->max)
			piece.len = head->max;
		am_buf_add(head, piece);
	}
	am_stream_close(data);
	return status == AM_OK || status == AM_END ? am_buf_status(head, err)
						   : status;
}

/* Is it an attachment whose data is in the archive? */
static bool
has_data(const struct am_oxcmail_part *part)
{
	return part->part.children == NULL && part->attachment != NULL &&
	       part->record != NULL &&
	       part->attachment->method == AM_ATTACH_BY_VALUE;
}

/* Data for OpenPGP has any type and name, but always the same beginning. */
static enum am_status
data_find(struct am_oxcmail_part *part, enum protection *protection_out,
	  struct am_error *err)
{
	struct am_buf head = am_buf(HEAD_SIZE);
	const enum am_status status = head_read(part, &head, err);

	if (status == AM_OK &&
	    am_ascii_starts(am_ascii_trim(am_buf_bytes(&head)),
			    "-----BEGIN PGP MESSAGE-----"))
		*protection_out = PGP_DATA;
	am_buf_free(&head);
	return status == AM_OK || am_is_item_scoped(status) ? AM_OK : status;
}

static enum am_status
protection_find(struct am_oxcmail_part *part, enum protection *protection_out,
		struct am_error *err)
{
	struct am_text tag;
	size_t i;

	*protection_out = PLAIN;
	if (!has_data(part))
		return AM_OK;
	AM_TRY(am_attachment_text(part->attachment, AM_PID_ATTACH_MIME_TAG,
				  &tag, err));
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (am_ascii_equal(am_bytes(tag.data, tag.len), types[i].type))
			*protection_out = types[i].protection;
	if (am_ascii_ends(am_bytes_of(part->name), ".rpmsg"))
		*protection_out = RIGHTS;
	return AM_OK;
}

static enum am_status
loss_tell(struct am_oxcmail *cx, struct am_mime_part *files,
	  struct am_error *err)
{
	for (; files != NULL; files = files->next) {
		const struct am_oxcmail_part *part = am_oxcmail_part_of(files);
		enum protection protection;

		AM_TRY(protection_find(am_oxcmail_part_of(files), &protection,
				       err));
		if (protection == RIGHTS)
			am_report_note(am_oxcmail_report(cx),
				       "rights-protected",
				       "the message is in \"%s\", which only "
				       "those with the right to can open",
				       part->name);
		else if (protection == PGP_SIGNATURE)
			am_report_note(am_oxcmail_report(cx), "pgp",
				       "\"%s\" signs a form of the message "
				       "that the archive does not have",
				       part->name);
	}
	return AM_OK;
}

static enum am_status
part_type(struct am_oxcmail_part *part, const char *type, struct am_error *err)
{
	struct am_buf *lines = &part->cx->lines;

	am_field_begin(lines, "Content-Type", type);
	am_field_param(lines, "name", part->name);
	am_field_end(lines);
	am_field_begin(lines, "Content-Disposition", "inline");
	am_field_param(lines, "filename", part->name);
	am_field_end(lines);
	return am_oxcmail_part_headers(part->cx, &part->part, err);
}

enum am_status
am_oxcmail_pgp_plan(struct am_oxcmail *cx, struct am_mime_part *files,
		    struct am_mime_part **root_out, struct am_error *err)
{
	struct am_mime_part *second = files != NULL ? files->next : NULL;
	enum protection protection = PLAIN;

	*root_out = NULL;
	AM_TRY(loss_tell(cx, files, err));
	/* A text beside it would be lost. */
	if (second == NULL || second->next != NULL ||
	    cx->bodies.text.is_there || cx->bodies.html.is_there)
		return AM_OK;
	AM_TRY(protection_find(am_oxcmail_part_of(files), &protection, err));
	if (protection != PGP_VERSION)
		return AM_OK;
	AM_TRY(protection_find(am_oxcmail_part_of(second), &protection, err));
	if (protection == PLAIN && has_data(am_oxcmail_part_of(second)))
		AM_TRY(data_find(am_oxcmail_part_of(second), &protection, err));
	if (protection != PGP_DATA)
		return AM_OK;
	AM_TRY(part_type(am_oxcmail_part_of(files), "application/pgp-encrypted",
			 err));
	AM_TRY(part_type(am_oxcmail_part_of(second), "application/octet-stream",
			 err));
	return am_oxcmail_multipart_of(cx, "encrypted", "protocol",
				       "application/pgp-encrypted", files,
				       root_out, err);
}
