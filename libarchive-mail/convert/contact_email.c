/* [MS-OXOCNTC] 2.2.1.2 the three electronic addresses of a contact. */
#include "convert/contact_email.h"

#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/oxcmail_private.h"

/* LIDs of the first address; those of the next are SLOT_STEP further. */
enum {
	LID_DISPLAY_NAME = 0x8080,
	LID_ADDRESS_TYPE = 0x8082,
	LID_ADDRESS = 0x8083,
	LID_ORIGINAL_DISPLAY_NAME = 0x8084,
	LID_ORIGINAL_ENTRY_ID = 0x8085,
	SLOT_STEP = 0x10
};

static enum am_status
slot_text(const struct am_message *contact, uint32_t lid, const char **text_out,
	  struct am_error *err)
{
	struct am_text text;

	*text_out = "";
	AM_TRY(am_message_named_text(contact, AM_PSETID_ADDRESS, lid, &text,
				     err));
	if (text.len > 0)
		return am_oxcmail_subject_line(contact->arena, text, text_out,
					       err);
	return AM_OK;
}

/* "ann@x.org", or "Ann (ann@x.org)". */
static enum am_status
original_address(struct am_arena *arena, const char *original,
		 const char **address_out, struct am_error *err)
{
	struct am_bytes text = am_ascii_trim(am_bytes_of(original));
	const char *copy;
	size_t i;

	*address_out = "";
	if (text.len > 0 && text.data[text.len - 1] == ')')
		for (i = text.len; i > 0; i--)
			if (text.data[i - 1] == '(') {
				(void)am_slice(text, i, text.len - i - 1,
					       &text);
				break;
			}
	AM_TRY(am_arena_text_copy(arena, text, &copy, err));
	if (am_address_is_smtp(copy))
		*address_out = copy;
	return AM_OK;
}

enum am_status
am_contact_email(const struct am_message *contact, unsigned slot,
		 struct am_person *person_out, struct am_error *err)
{
	const struct am_person nobody = { "", "", "", "", "", { 0 }, { 0 } };
	const uint32_t step = slot * SLOT_STEP;
	const char *original;
	struct am_prop prop;

	*person_out = nobody;
	AM_TRY(slot_text(contact, LID_DISPLAY_NAME + step, &person_out->name,
			 err));
	AM_TRY(slot_text(contact, LID_ADDRESS_TYPE + step,
			 &person_out->address_type, err));
	AM_TRY(slot_text(contact, LID_ADDRESS + step, &person_out->email, err));
	AM_TRY(slot_text(contact, LID_ORIGINAL_DISPLAY_NAME + step, &original,
			 err));
	if (am_message_named(contact, AM_PSETID_ADDRESS,
			     LID_ORIGINAL_ENTRY_ID + step, &prop))
		AM_TRY(am_pc_bytes(contact->pc, prop.id, contact->arena,
				   &person_out->entry_id, err));
	if (!am_address_is_smtp(person_out->email))
		AM_TRY(original_address(contact->arena, original,
					&person_out->smtp, err));
	return AM_OK;
}
