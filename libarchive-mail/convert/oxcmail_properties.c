/* All texts of an item whose class nobody knows, as a text of their own: what
 * has no place in a message is not lost (calendar-contacts, mapi-to-mime 1). */
#include <stdlib.h>

#include "convert/item_class.h"
#include "convert/oxcmail_private.h"

enum {
	FIRST_NAMED = 0x8000,
	MAX_LISTING = 4 << 20, /* bytes; the arena holds it too */
	MAX_VALUES = 1000      /* of one property */
};

#define FILE_NAME "properties.txt"

/* A named property that the item has. */
struct named {
	uint16_t id;
	enum am_guid_set set;
	uint32_t lid;
	const char *name; /* NULL: by LID */
};

struct listing {
	struct am_oxcmail *cx;
	struct am_buf text;
	struct named *named; /* sorted by id */
	size_t named_count;
	bool is_cut;
};

/* Classes that are mail as it is. */
static const char *const mail_classes[] = {
	"IPM.Note",	  "IPM.Post",	     "IPM.Document",
	"IPM.Sharing",	  "IPM.Schedule",    "IPM.Outlook.Recall",
	"IPM.Recall",	  "IPM.TaskRequest", "IPM.InfoPathForm",
	"IPM.StickyNote", "IPM.SkypeTeams",  "REPORT",
};

bool
am_oxcmail_lists_properties(const char *class_name)
{
	size_t i;

	if (class_name[0] == '\0' || strcmp(class_name, "IPM") == 0)
		return false;
	for (i = 0; i < sizeof(mail_classes) / sizeof(mail_classes[0]); i++)
		if (am_class_has(class_name, mail_classes[i]))
			return false;
	return true;
}

/* ---- names ---- */

static const struct {
	uint16_t id;
	const char *name; /* [MS-OXPROPS], without PidTag */
} tags[] = {
	{ AM_PID_DISPLAY_NAME, "DisplayName" },
	{ AM_PID_EMAIL_ADDRESS, "EmailAddress" },
	{ AM_PID_ADDRESS_TYPE, "AddressType" },
	{ AM_PID_SMTP_ADDRESS, "SmtpAddress" },
	{ AM_PID_SUBJECT, "Subject" },
	{ AM_PID_NORMALIZED_SUBJECT, "NormalizedSubject" },
	{ AM_PID_CONVERSATION_TOPIC, "ConversationTopic" },
	{ AM_PID_MESSAGE_CLASS, "MessageClass" },
	{ AM_PID_GIVEN_NAME, "GivenName" },
	{ AM_PID_SURNAME, "Surname" },
	{ AM_PID_MIDDLE_NAME, "MiddleName" },
	{ AM_PID_NICKNAME, "Nickname" },
	{ AM_PID_COMPANY_NAME, "CompanyName" },
	{ AM_PID_TITLE, "Title" },
	{ AM_PID_DEPARTMENT_NAME, "DepartmentName" },
	{ AM_PID_BUSINESS_TELEPHONE_NUMBER, "BusinessTelephoneNumber" },
	{ AM_PID_HOME_TELEPHONE_NUMBER, "HomeTelephoneNumber" },
	{ AM_PID_MOBILE_TELEPHONE_NUMBER, "MobileTelephoneNumber" },
	{ AM_PID_BUSINESS_HOME_PAGE, "BusinessHomePage" },
	{ AM_PID_PERSONAL_HOME_PAGE, "PersonalHomePage" },
	{ AM_PID_STREET_ADDRESS, "StreetAddress" },
	{ AM_PID_LOCALITY, "Locality" },
	{ AM_PID_POSTAL_CODE, "PostalCode" },
	{ AM_PID_COUNTRY, "Country" },
};

static const char *const sets[AM_GUID_SET_COUNT] = {
	[AM_PS_MAPI] = "PS_MAPI",
	[AM_PS_PUBLIC_STRINGS] = "PS_PUBLIC_STRINGS",
	[AM_PS_INTERNET_HEADERS] = "PS_INTERNET_HEADERS",
	[AM_PSETID_COMMON] = "PSETID_Common",
	[AM_PSETID_APPOINTMENT] = "PSETID_Appointment",
	[AM_PSETID_MEETING] = "PSETID_Meeting",
	[AM_PSETID_TASK] = "PSETID_Task",
	[AM_PSETID_ADDRESS] = "PSETID_Address",
	[AM_PSETID_NOTE] = "PSETID_Note",
	[AM_PSETID_LOG] = "PSETID_Log",
	[AM_PSETID_ATTACHMENT] = "PSETID_Attachment",
	[AM_PSETID_POST_RSS] = "PSETID_PostRss",
};

static int
named_compare(const void *left, const void *right)
{
	const struct named *a = left;
	const struct named *b = right;

	return a->id < b->id ? -1 : a->id > b->id;
}

/* The names of what the item has: at most as many as it has properties. */
static enum am_status
named_collect(struct listing *listing, struct am_error *err)
{
	const struct am_message *message = listing->cx->message;
	const struct am_named_map *map = am_store_named_map(message->store);
	struct named named;
	struct am_prop prop;
	size_t room = 0;
	size_t i;

	while (am_pc_at(message->pc, room, &prop))
		room++;
	listing->named = am_arena_array(message->arena, room, struct named);
	if (listing->named == NULL)
		return am_arena_failed(message->arena,
				       room * sizeof(*listing->named), err);
	for (i = 0; listing->named_count < room &&
		    am_named_at(map, i, &named.set, &named.lid, &named.name,
				&named.id);
	     i++)
		if (am_pc_find(message->pc, named.id, &prop))
			listing->named[listing->named_count++] = named;
	if (listing->named_count > 0)
		qsort(listing->named, listing->named_count,
		      sizeof(*listing->named), named_compare);
	return AM_OK;
}

static void
tag_name(struct am_buf *text, uint16_t id)
{
	size_t i;

	am_buf_printf(text, "0x%04x", id);
	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (tags[i].id == id)
			am_buf_printf(text, " %s", tags[i].name);
}

static void
name_write(struct listing *listing, uint16_t id)
{
	const struct named key = { .id = id };
	const struct named *named = NULL;

	if (id >= FIRST_NAMED && listing->named_count > 0)
		named = bsearch(&key, listing->named, listing->named_count,
				sizeof(*listing->named), named_compare);
	if (named == NULL)
		tag_name(&listing->text, id);
	else if (named->name != NULL)
		am_buf_printf(&listing->text, "%s %s", sets[named->set],
			      named->name);
	else
		am_buf_printf(&listing->text, "%s 0x%04x", sets[named->set],
			      (unsigned)named->lid);
}

/* ---- values ---- */

/* What a message shows anyway. */
static bool
is_passed_over(const struct am_prop *prop)
{
	const unsigned base = prop->type & ~(unsigned)AM_TYPE_MULTIPLE;

	return (base != AM_TYPE_UNICODE && base != AM_TYPE_STRING8) ||
	       prop->id == AM_PID_BODY || prop->id == AM_PID_HTML ||
	       prop->id == AM_PID_TRANSPORT_MESSAGE_HEADERS;
}

/* The lines of a value; those behind its first are indented. */
static void
value_write(struct am_buf *text, const struct am_text *value)
{
	size_t i;

	for (i = 0; i < value->len; i++) {
		const char c = value->data[i];

		if (c == '\n')
			am_buf_add_text(text, "\n\t");
		else if ((unsigned char)c >= ' ' || c == '\t')
			am_buf_add_char(text, c);
	}
	am_buf_add_char(text, '\n');
}

static enum am_status
property_write(struct listing *listing, const struct am_prop *prop,
	       struct am_error *err)
{
	const struct am_message *message = listing->cx->message;
	struct am_arena scratch = { 0 };
	struct am_text *texts = NULL;
	size_t count = 0;
	enum am_status status;
	size_t i;

	status = am_prop_texts(prop, message->codepage, &scratch, &texts,
			       &count, err);
	for (i = 0; status == AM_OK && i < count && i < MAX_VALUES; i++) {
		if (texts[i].len == 0)
			continue;
		listing->is_cut = listing->is_cut ||
				  texts[i].len > MAX_LISTING / 4 ||
				  listing->text.len > MAX_LISTING / 4;
		if (listing->is_cut)
			break;
		name_write(listing, prop->id);
		am_buf_add_text(&listing->text, ": ");
		value_write(&listing->text, &texts[i]);
	}
	listing->is_cut = listing->is_cut || count > MAX_VALUES;
	am_arena_free(&scratch);
	if (!am_is_item_scoped(status))
		return status;
	am_report_add(am_oxcmail_report(listing->cx), "properties", err);
	return AM_OK;
}

static enum am_status
properties_write(struct listing *listing, struct am_error *err)
{
	struct am_prop prop;
	size_t i;

	AM_TRY(named_collect(listing, err));
	for (i = 0; am_pc_at(listing->cx->message->pc, i, &prop); i++)
		if (!is_passed_over(&prop))
			AM_TRY(property_write(listing, &prop, err));
	if (listing->is_cut)
		am_report_note(am_oxcmail_report(listing->cx), "properties",
			       FILE_NAME " leaves out what would make it "
					 "larger than %d bytes",
			       MAX_LISTING);
	return am_buf_status(&listing->text, err);
}

enum am_status
am_oxcmail_properties(struct am_oxcmail *cx, struct am_mime_part **part_out,
		      struct am_error *err)
{
	struct listing listing = { .cx = cx, .text = am_buf(MAX_LISTING) };
	struct am_oxcmail_part *part = NULL;
	struct am_bytes text = { NULL, 0 };
	enum am_status status;

	*part_out = NULL;
	status = properties_write(&listing, err);
	if (status == AM_OK)
		status = am_arena_copy(cx->message->arena,
				       am_buf_bytes(&listing.text), &text, err);
	am_buf_free(&listing.text);
	if (status != AM_OK || text.len == 0)
		return status;
	AM_TRY(am_oxcmail_stub(cx, "properties", FILE_NAME, NULL, text, &part,
			       err));
	*part_out = &part->part;
	return AM_OK;
}
