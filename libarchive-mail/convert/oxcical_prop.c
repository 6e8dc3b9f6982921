/* Properties of appointments and the like. */
#include "convert/oxcical_private.h"

enum { MAX_ITEMS = 200 }; /* of a property of several texts */

/* FILETIME: 1601-01-01 in seconds of 1970, and 4501-01-01, which is none. */
static const int64_t seconds_1970 = INT64_C(11644473600);
static const uint64_t filetime_none = UINT64_C(0x0cb34557a3dd4000);

const struct am_message *
am_oxcical_owner(const struct am_oxcical_source *source, enum am_guid_set set,
		 uint32_t lid)
{
	struct am_prop prop;

	if (source->exception != NULL &&
	    am_message_named(source->exception, set, lid, &prop))
		return source->exception;
	return source->message;
}

static bool
named_find(const struct am_oxcical_source *source, enum am_guid_set set,
	   uint32_t lid, struct am_prop *prop_out)
{
	return am_message_named(am_oxcical_owner(source, set, lid), set, lid,
				prop_out);
}

static bool
tag_find(const struct am_oxcical_source *source, uint16_t id,
	 struct am_prop *prop_out)
{
	if (source->exception != NULL &&
	    am_pc_find(source->exception->pc, id, prop_out))
		return true;
	return am_pc_find(source->message->pc, id, prop_out);
}

int64_t
am_oxcical_int(const struct am_oxcical_source *source, enum am_guid_set set,
	       uint32_t lid, int64_t fallback)
{
	struct am_prop prop;
	int64_t value;

	if (!named_find(source, set, lid, &prop) || !am_prop_int(&prop, &value))
		return fallback;
	return value;
}

int64_t
am_oxcical_tag_int(const struct am_oxcical_source *source, uint16_t id,
		   int64_t fallback)
{
	struct am_prop prop;
	int64_t value;

	if (!tag_find(source, id, &prop) || !am_prop_int(&prop, &value))
		return fallback;
	return value;
}

static int64_t
time_of(const struct am_prop *prop)
{
	uint64_t filetime;

	if (!am_prop_filetime(prop, &filetime) || filetime == 0 ||
	    filetime >= filetime_none)
		return AM_TIME_NONE;
	return (int64_t)(filetime / 10000000) - seconds_1970;
}

int64_t
am_oxcical_time(const struct am_oxcical_source *source, enum am_guid_set set,
		uint32_t lid)
{
	struct am_prop prop;

	return named_find(source, set, lid, &prop) ? time_of(&prop)
						   : AM_TIME_NONE;
}

int64_t
am_oxcical_tag_time(const struct am_oxcical_source *source, uint16_t id)
{
	struct am_prop prop;

	return tag_find(source, id, &prop) ? time_of(&prop) : AM_TIME_NONE;
}

enum am_status
am_oxcical_text(const struct am_oxcical_source *source, enum am_guid_set set,
		uint32_t lid, struct am_text *text_out, struct am_error *err)
{
	return am_message_named_text(am_oxcical_owner(source, set, lid), set,
				     lid, text_out, err);
}

enum am_status
am_oxcical_bytes(const struct am_oxcical_source *source, enum am_guid_set set,
		 uint32_t lid, struct am_bytes *bytes_out, struct am_error *err)
{
	const struct am_message *owner = am_oxcical_owner(source, set, lid);
	struct am_prop prop;

	*bytes_out = am_bytes(NULL, 0);
	if (!am_message_named(owner, set, lid, &prop))
		return AM_OK;
	return am_pc_bytes(owner->pc, prop.id, owner->arena, bytes_out, err);
}

enum am_status
am_oxcical_text_line(struct am_oxcical *cx,
		     const struct am_oxcical_source *source, const char *name,
		     enum am_guid_set set, uint32_t lid, struct am_error *err)
{
	struct am_text text;

	AM_TRY(am_oxcical_text(source, set, lid, &text, err));
	am_ical_text_line(&cx->ical, name, am_bytes(text.data, text.len));
	return AM_OK;
}

enum am_status
am_oxcical_texts_line(struct am_oxcical *cx,
		      const struct am_oxcical_source *source, const char *name,
		      enum am_guid_set set, uint32_t lid, struct am_error *err)
{
	const struct am_message *owner = am_oxcical_owner(source, set, lid);
	struct am_text *texts;
	struct am_prop prop;
	enum am_status status;
	size_t count;
	size_t i;

	if (!am_message_named(owner, set, lid, &prop))
		return AM_OK;
	status = am_prop_texts(&prop, owner->codepage, owner->arena, &texts,
			       &count, err);
	if (status != AM_OK)
		return am_oxcical_finding(cx, "property", status, err);
	for (i = 0; i < count && i < MAX_ITEMS; i++)
		am_ical_text_line(&cx->ical, name,
				  am_bytes(texts[i].data, texts[i].len));
	return AM_OK;
}
