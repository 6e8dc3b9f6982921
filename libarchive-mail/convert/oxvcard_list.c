/* [MS-OXOCNTC] 2.2.2 personal distribution lists: cards of groups. */
#include <stdio.h>

#include "base/ascii.h"
#include "convert/contact_email.h"
#include "convert/oxcmail_private.h"
#include "convert/oxvcard.h"
#include "mapi/dlstream.h"
#include "mapi/entryid.h"

enum {
	LID_NAME = 0x8053,
	LID_ONE_OFF_MEMBERS = 0x8054,
	LID_MEMBERS = 0x8055,
	LID_STREAM = 0x8064,

	MAX_STREAM = 16 << 20,	/* bytes of PidLidDistributionListStream */
	MAX_LISTING = 512 << 10 /* bytes of the members as text */
};

/* What is known of one member. */
struct member {
	const char *uid; /* of its card in this archive; NULL: it has none */
	struct am_mailbox mailbox;
};

struct list {
	struct am_oxvcard *cx;
	struct am_arena arena; /* of the member at hand */
	struct am_buf listing; /* of all, as text */
	bool is_cut;
	size_t count;
};

/* ---- whom an entry id means ---- */

/* [MS-OXOCNTC] 2.2.2.2.4.1.1: the entry id inside of the wrapper, and of the
 * contact address book's. AM_NOT_FOUND when it is of no item of this store. */
static enum am_status
item_open(const struct list *list, const struct am_entryid *entry,
	  struct am_arena *arena, struct am_message **item_out,
	  struct am_error *err)
{
	struct am_store *store = list->cx->message->store;
	const struct am_bytes key =
		am_bytes(am_store_info(store)->record_key, AM_GUID_SIZE);
	struct am_entryid inner = *entry;
	struct am_node node;

	if (entry->inner.len > 0)
		AM_TRY(am_entryid_decode(entry->inner,
					 list->cx->message->codepage, arena,
					 &inner, err));
	/* tricky F12: the NID is a whole 32-bit word */
	if (inner.kind != AM_ENTRYID_STORE || !am_bytes_equal(inner.uid, key) ||
	    am_nid_type(inner.nid) != AM_NID_TYPE_MESSAGE)
		return am_fail(err, AM_NOT_FOUND,
			       "the entry id is of no item of this archive");
	AM_TRY(am_node_find(am_store_ndb(store), inner.nid, &node, err));
	return am_message_open(store, &node, arena, item_out, err);
}

/* The card that the item will be, and its address. */
static enum am_status
item_read(const struct list *list, const struct am_message *item, int slot,
	  struct member *member, struct am_error *err)
{
	struct am_resolver resolver = list->cx->resolver;
	char uid[AM_OXVCARD_UID_SIZE];
	struct am_mailbox mailbox;
	struct am_person person;
	struct am_text name;

	AM_TRY(am_oxvcard_uid(item, uid, err));
	member->uid = am_arena_text(item->arena, uid, strlen(uid));
	if (member->uid == NULL)
		return am_arena_failed(item->arena, sizeof(uid), err);
	AM_TRY(am_message_named_text(item, AM_PSETID_ADDRESS, LID_NAME, &name,
				     err));
	if (name.len == 0)
		AM_TRY(am_message_text(item, AM_PID_DISPLAY_NAME, &name, err));
	if (name.len > 0)
		AM_TRY(am_oxcmail_subject_line(item->arena, name,
					       &member->mailbox.to.name, err));
	if (slot < 0 || slot >= AM_CONTACT_EMAILS)
		slot = 0;
	resolver.arena = item->arena;
	resolver.known = NULL;
	AM_TRY(am_contact_email(item, (unsigned)slot, &person, err));
	AM_TRY(am_person_resolve(&resolver, &person, &mailbox, err));
	if (mailbox.to.address != NULL)
		member->mailbox.to.address = mailbox.to.address;
	return AM_OK;
}

static bool
is_card(const struct am_message *item)
{
	const enum am_item_kind kind = am_item_kind(item->class_name);

	return kind == AM_ITEM_CONTACT || kind == AM_ITEM_DISTLIST;
}

/* A contact or a list of this archive; a finding, and nothing more, when it is
 * gone. */
static enum am_status
item_find(struct list *list, struct am_bytes raw, struct member *member,
	  struct am_error *err)
{
	struct am_arena *arena = &list->arena;
	struct am_entryid entry;
	struct am_message *item;
	enum am_status status;

	status = am_entryid_decode(raw, list->cx->message->codepage, arena,
				   &entry, err);
	if (status != AM_OK)
		return status;
	if (entry.kind != AM_ENTRYID_STORE && entry.inner.len == 0)
		return AM_OK;
	status = item_open(list, &entry, arena, &item, err);
	if (status == AM_NOT_FOUND)
		return AM_OK;
	if (status == AM_OK && is_card(item))
		status = item_read(list, item, entry.slot, member, err);
	return status;
}

/* What the entry id itself says: one-off, or a user of Exchange. */
static enum am_status
person_find(struct list *list, struct am_bytes raw, struct member *member,
	    struct am_error *err)
{
	struct am_person person = { "", "", "", "", "", raw, { 0 } };
	struct am_resolver resolver = list->cx->resolver;
	struct am_mailbox mailbox;
	struct am_entryid entry;

	resolver.arena = &list->arena;
	AM_TRY(am_entryid_decode(raw, resolver.codepage, &list->arena, &entry,
				 err));
	if (entry.kind != AM_ENTRYID_ONE_OFF &&
	    entry.kind != AM_ENTRYID_EXCHANGE)
		return AM_OK;
	person.name = entry.name;
	person.address_type = entry.address_type;
	person.email = entry.address;
	AM_TRY(am_person_resolve(&resolver, &person, &mailbox, err));
	if (member->mailbox.to.name == NULL ||
	    member->mailbox.to.name[0] == '\0')
		member->mailbox.to.name = mailbox.to.name;
	if (member->mailbox.to.address == NULL) {
		member->mailbox.to.address = mailbox.to.address;
		member->mailbox.original = mailbox.original;
	}
	return AM_OK;
}

/* ---- writing ---- */

static void
listing_add(struct list *list, const struct member *member)
{
	const char *name = member->mailbox.to.name;
	const char *address = member->mailbox.to.address;
	const size_t len = strlen(name) + 328;

	if (name[0] == '\0' && address == NULL)
		return;
	if (list->listing.len + len > MAX_LISTING) {
		list->is_cut = true;
		return;
	}
	if (list->listing.len > 0)
		am_buf_add_text(&list->listing, "\n");
	am_buf_add_text(&list->listing, name);
	if (address != NULL)
		am_buf_printf(&list->listing, name[0] != '\0' ? " <%s>" : "%s",
			      address);
}

/* RFC 6350 6.6.5; version 3 has Apple's form of it. */
static void
member_write(struct list *list, const struct member *member)
{
	struct am_oxvcard *cx = list->cx;
	const struct am_address *to = &member->mailbox.to;
	const bool v4 = am_oxvcard_is_v4(cx);

	am_vcard_name(&cx->card, v4 ? "MEMBER" : "X-ADDRESSBOOKSERVER-MEMBER");
	if (to->name[0] != '\0')
		am_vcard_param(&cx->card, "X-CN", am_bytes_of(to->name));
	if (member->uid != NULL && to->address != NULL)
		am_vcard_param(&cx->card, "X-EMAIL", am_bytes_of(to->address));
	am_vcard_colon(&cx->card);
	if (member->uid != NULL) {
		am_vcard_uri(&cx->card, am_bytes_of(member->uid));
	} else {
		am_vcard_uri(&cx->card, am_bytes_of("mailto:"));
		am_vcard_uri(&cx->card, am_bytes_of(to->address));
	}
	am_vcard_eol(&cx->card);
}

static enum am_status
member_settle(struct list *list, const struct am_dl_member *raw,
	      struct member *member, struct am_error *err)
{
	if (raw->entry_id.len > 0)
		AM_TRY(item_find(list, raw->entry_id, member, err));
	if (raw->one_off.len > 0)
		AM_TRY(person_find(list, raw->one_off, member, err));
	if (raw->entry_id.len > 0)
		AM_TRY(person_find(list, raw->entry_id, member, err));
	return AM_OK;
}

/* One that cannot be read does not end the list. */
static enum am_status
member_add(struct list *list, const struct am_dl_member *raw,
	   struct am_error *err)
{
	struct member member = { .mailbox = { .to = { "", NULL },
					      .original = "" } };
	enum am_status status;

	status = member_settle(list, raw, &member, err);
	if (am_is_item_scoped(status))
		am_report_note(am_oxvcard_report(list->cx), "member",
			       "member %zu: %s", list->count, err->text);
	else if (status != AM_OK)
		return status;
	if (member.uid != NULL || member.mailbox.to.address != NULL)
		member_write(list, &member);
	else
		am_oxvcard_unresolved(list->cx, &member.mailbox);
	listing_add(list, &member);
	list->count++;
	am_arena_reset(&list->arena);
	return AM_OK;
}

/* ---- the three properties ---- */

static enum am_status
stream_read(struct list *list, const struct am_prop *prop, bool *read_out,
	    struct am_error *err)
{
	struct am_arena arena = { .limit = 2 * MAX_STREAM };
	struct am_dl_stream stream = { .left = 0 };
	struct am_dl_member member;
	struct am_bytes raw;
	enum am_status status;

	status = am_prop_bytes(prop, MAX_STREAM, &arena, &raw, err);
	if (status == AM_OK)
		status = am_dl_stream(raw, &stream, err);
	*read_out = status == AM_OK;
	while (status == AM_OK && am_dl_stream_next(&stream, &member))
		status = member_add(list, &member, err);
	if (stream.damaged)
		am_report_note(am_oxvcard_report(list->cx), "members",
			       "the stream of members ends inside of member "
			       "%zu",
			       list->count);
	am_arena_free(&arena);
	return am_oxvcard_passed(list->cx, "members", status, err);
}

static enum am_status
items_read(struct list *list, uint32_t lid, struct am_bytes **items_out,
	   size_t *count_out, struct am_error *err)
{
	struct am_oxvcard *cx = list->cx;
	struct am_prop prop;
	enum am_status status;

	*count_out = 0;
	if (!am_message_named(cx->message, AM_PSETID_ADDRESS, lid, &prop))
		return AM_OK;
	status = am_prop_items(&prop, cx->message->arena, items_out, count_out,
			       err);
	if (status != AM_OK)
		*count_out = 0;
	return am_oxvcard_passed(cx, "members", status, err);
}

static enum am_status
values_read(struct list *list, struct am_error *err)
{
	const struct am_bytes nothing = { NULL, 0 };
	struct am_bytes *members;
	struct am_bytes *one_offs;
	size_t member_count;
	size_t one_off_count;
	size_t i;

	AM_TRY(items_read(list, LID_MEMBERS, &members, &member_count, err));
	AM_TRY(items_read(list, LID_ONE_OFF_MEMBERS, &one_offs, &one_off_count,
			  err));
	for (i = 0; i < member_count || i < one_off_count; i++) {
		const struct am_dl_member member = {
			i < member_count ? members[i] : nothing,
			i < one_off_count ? one_offs[i] : nothing,
		};

		AM_TRY(member_add(list, &member, err));
	}
	return AM_OK;
}

/* A stream that is there is what counts, unless it cannot be read. */
static enum am_status
members_read(struct list *list, struct am_error *err)
{
	struct am_prop prop;
	bool is_read = false;

	if (am_message_named(list->cx->message, AM_PSETID_ADDRESS, LID_STREAM,
			     &prop))
		AM_TRY(stream_read(list, &prop, &is_read, err));
	return is_read ? AM_OK : values_read(list, err);
}

static enum am_status
name_write(struct am_oxvcard *cx, struct am_error *err)
{
	static const struct am_oxvcard_source sources[] = {
		{ 0, LID_NAME },
		{ AM_PID_DISPLAY_NAME, 0 },
		{ AM_PID_SUBJECT, 0 },
	};
	struct am_bytes name = { NULL, 0 };
	size_t i;

	for (i = 0; i < 3 && name.len == 0; i++)
		AM_TRY(am_oxvcard_text(cx, sources[i], &name, err));
	if (name.len == 0)
		name = am_bytes_of("unnamed");
	am_vcard_line(&cx->card, "FN", name);
	if (am_oxvcard_is_v4(cx))
		return AM_OK;
	am_vcard_name(&cx->card, "N"); /* version 3 wants one */
	am_vcard_colon(&cx->card);
	am_vcard_component(&cx->card, name);
	am_vcard_more(&cx->card, ";;;;");
	am_vcard_eol(&cx->card);
	return AM_OK;
}

enum am_status
am_oxvcard_members(struct am_oxvcard *cx, struct am_error *err)
{
	struct list list = { .cx = cx, .listing = am_buf(MAX_LISTING) };
	enum am_status status;

	am_vcard_line(&cx->card,
		      am_oxvcard_is_v4(cx) ? "KIND"
					   : "X-ADDRESSBOOKSERVER-KIND",
		      am_bytes_of("group"));
	status = name_write(cx, err);
	if (status == AM_OK)
		status = members_read(&list, err);
	if (status == AM_OK)
		status = am_buf_status(&list.listing, err);
	if (list.is_cut)
		am_report_note(am_oxvcard_report(cx), "members",
			       "the members in the note end at %d bytes",
			       MAX_LISTING);
	if (status == AM_OK)
		status =
			am_oxvcard_common(cx, am_buf_bytes(&list.listing), err);
	am_buf_free(&list.listing);
	am_arena_free(&list.arena);
	return status;
}
