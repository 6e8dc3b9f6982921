/* From MAPI's addresses to those of the Internet. */
#include "convert/oxcmail_address.h"

#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/ex_known.h"
#include "mapi/entryid.h"

static bool
is_legacy_dn(struct am_bytes text)
{
	return am_ascii_starts(text, "/o=");
}

/* Is it an address that may be written? Legacy DNs have the look of one when
 * an @ is in them. */
bool
am_address_is_smtp(const char *address)
{
	return !is_legacy_dn(am_bytes_of(address)) &&
	       am_address_is_valid(address);
}

/* A person on the ladder. */
struct climb {
	const struct am_resolver *resolver;
	const struct am_person *person;
	struct am_entryid entry; /* kind AM_ENTRYID_OTHER: nothing usable */
	const char *found;	 /* the address; NULL: not yet */
};

/* Keeps text if it is an SMTP address. */
static enum am_status
try_bytes(struct climb *climb, struct am_bytes text, struct am_error *err)
{
	const char *copy;

	/* no copy of what cannot be one: there may be thousands of DNs */
	if (climb->found != NULL || text.len == 0 ||
	    memchr(text.data, '@', text.len) == NULL)
		return AM_OK;
	AM_TRY(am_arena_text_copy(climb->resolver->arena, text, &copy, err));
	if (am_address_is_smtp(copy))
		climb->found = copy;
	return AM_OK;
}

/* Without the quotes around it, one pair. */
static struct am_bytes
quotes_strip(struct am_bytes text)
{
	struct am_bytes inner;

	text = am_ascii_trim(text);
	if (text.len >= 2 && (text.data[0] == '\'' || text.data[0] == '"') &&
	    text.data[text.len - 1] == text.data[0] &&
	    am_slice(text, 1, text.len - 2, &inner))
		return am_ascii_trim(inner);
	return text;
}

/* What is between the last < and >, if they are there. */
static struct am_bytes
angles_strip(struct am_bytes text)
{
	struct am_bytes inner = text;
	size_t i;

	if (text.len == 0 || text.data[text.len - 1] != '>')
		return text;
	for (i = text.len; i > 0; i--)
		if (text.data[i - 1] == '<') {
			(void)am_slice(text, i, text.len - i - 1, &inner);
			return inner;
		}
	return text;
}

/* What stands in e-mail properties beside an address: "Name <a@b>",
 * "mailto:a@b", "SMTP:a@b", "'a@b'". */
static enum am_status
try_email(struct climb *climb, const char *email, struct am_error *err)
{
	struct am_bytes text;

	if (climb->found != NULL || email[0] == '\0')
		return AM_OK;
	text = angles_strip(quotes_strip(am_bytes_of(email)));
	if (am_ascii_starts(text, "mailto:"))
		text = am_ascii_after(text, strlen("mailto:"));
	else if (am_ascii_starts(text, "smtp:"))
		text = am_ascii_after(text, strlen("smtp:"));
	return try_bytes(climb, am_ascii_trim(text), err);
}

static bool
is_type(const char *type, const char *wanted)
{
	return am_ascii_equal(am_bytes_of(type), wanted);
}

/* No type: a valid address speaks for itself. */
static bool
says_nothing(const char *type)
{
	return type[0] == '\0' || is_type(type, "UNKNOWN") ||
	       is_type(type, "NONE");
}

static enum am_status
entry_id_decode(struct climb *climb, struct am_error *err)
{
	const struct am_resolver *resolver = climb->resolver;
	enum am_status status;

	if (climb->person->entry_id.len == 0)
		return AM_OK;
	status = am_entryid_decode(climb->person->entry_id, resolver->codepage,
				   resolver->arena, &climb->entry, err);
	if (!am_is_item_scoped(status))
		return status;
	climb->entry = (struct am_entryid){ .kind = AM_ENTRYID_OTHER };
	return AM_OK;
}

static enum am_status
try_entry_id(struct climb *climb, struct am_error *err)
{
	if (climb->found != NULL)
		return AM_OK;
	AM_TRY(entry_id_decode(climb, err));
	if (climb->entry.kind != AM_ENTRYID_ONE_OFF ||
	    !is_type(climb->entry.address_type, "SMTP"))
		return AM_OK;
	return try_email(climb, climb->entry.address, err);
}

/* PidTagSearchKey is "SMTP:" and the address in capitals, with a NUL. */
static struct am_bytes
search_key_after(struct am_bytes key, const char *type)
{
	size_t len = 0;

	while (len < key.len && key.data[len] != '\0')
		len++;
	key.len = len;
	if (!am_ascii_starts(key, type))
		return am_bytes(NULL, 0);
	return am_ascii_after(key, strlen(type));
}

static enum am_status
try_search_key(struct climb *climb, struct am_error *err)
{
	struct am_bytes upper;
	const char *lower;

	if (climb->found != NULL)
		return AM_OK;
	upper = search_key_after(climb->person->search_key, "SMTP:");
	if (upper.len == 0)
		return AM_OK;
	AM_TRY(am_arena_text_lower(climb->resolver->arena, upper, &lower, err));
	if (am_address_is_smtp(lower))
		climb->found = lower;
	return AM_OK;
}

/* The legacy DN, wherever it is; empty if there is none. Exchange gives a
 * mailbox that was moved its old DN as an X.500 address. */
static struct am_bytes
legacy_dn(const struct climb *climb)
{
	const struct am_person *person = climb->person;
	const char *type = person->address_type;
	const struct am_bytes email = am_ascii_trim(am_bytes_of(person->email));
	struct am_bytes dn;

	if (email.len > 0 && (is_type(type, "EX") || is_type(type, "X500") ||
			      is_legacy_dn(email)))
		return email;
	if (climb->entry.kind == AM_ENTRYID_EXCHANGE)
		return am_bytes_of(climb->entry.address);
	dn = search_key_after(person->search_key, "EX:");
	return dn.len > 0 ? dn : search_key_after(person->search_key, "X500:");
}

/* DNs are the same without regard to case: in lower case. NULL: none. */
static enum am_status
dn_make(const struct climb *climb, const char **dn_out, struct am_error *err)
{
	const struct am_bytes dn = legacy_dn(climb);

	*dn_out = NULL;
	if (dn.len == 0)
		return AM_OK;
	return am_arena_text_lower(climb->resolver->arena, dn, dn_out, err);
}

/* What the item itself tells of the DN comes first, then what is known
 * elsewhere. */
static enum am_status
try_exchange(struct climb *climb, struct am_error *err)
{
	const struct am_convert_options *options = climb->resolver->options;
	const char *smtp = NULL;
	const char *dn;

	if (climb->found != NULL)
		return AM_OK;
	AM_TRY(dn_make(climb, &dn, err));
	if (dn == NULL)
		return AM_OK;
	if (climb->resolver->known != NULL)
		AM_TRY(am_ex_known_find(climb->resolver->known, dn, &smtp,
					err));
	if (smtp == NULL && options->ex_address != NULL)
		AM_TRY(options->ex_address(options->ex_arg, dn, &smtp, err));
	return smtp != NULL ? try_bytes(climb, am_bytes_of(smtp), err) : AM_OK;
}

static enum am_status
try_sip(struct climb *climb, struct am_error *err)
{
	const struct am_bytes uri = am_bytes_of(climb->person->sip);

	if (!am_ascii_starts(uri, "sip:"))
		return AM_OK;
	return try_bytes(climb, am_ascii_after(uri, strlen("sip:")), err);
}

/* Up to where it is certain. */
static enum am_status
certain_climb(struct climb *climb, struct am_error *err)
{
	const struct am_person *person = climb->person;
	const char *type = person->address_type;

	AM_TRY(try_email(climb, person->smtp, err));
	if (climb->found == NULL && is_type(type, "SMTP"))
		AM_TRY(try_email(climb, person->email, err));
	if (climb->found != NULL)
		return AM_OK;
	AM_TRY(try_entry_id(climb, err));
	if (says_nothing(type) ||
	    (is_type(type, "EX") && strchr(person->email, '/') == NULL))
		AM_TRY(try_email(climb, person->email, err));
	return try_search_key(climb, err);
}

static enum am_status
ladder_climb(struct climb *climb, struct am_error *err)
{
	AM_TRY(certain_climb(climb, err));
	AM_TRY(try_exchange(climb, err));
	AM_TRY(try_email(climb, climb->person->name, err));
	return try_sip(climb, err);
}

enum am_status
am_person_certain(const struct am_resolver *resolver,
		  const struct am_person *person,
		  struct am_certain *certain_out, struct am_error *err)
{
	struct climb climb = { .resolver = resolver, .person = person };

	AM_TRY(certain_climb(&climb, err));
	if (climb.found != NULL && climb.entry.name == NULL)
		AM_TRY(entry_id_decode(&climb, err)); /* its DN beside */
	certain_out->smtp = climb.found;
	return dn_make(&climb, &certain_out->dn, err);
}

static bool
is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* The display name, or what else may stand for it. */
static enum am_status
name_make(const struct climb *climb, const char **name_out,
	  struct am_error *err)
{
	const struct am_person *person = climb->person;
	struct am_bytes name = quotes_strip(am_bytes_of(person->name));
	char *copy;

	if (name.len == 0 && climb->entry.name != NULL)
		name = quotes_strip(am_bytes_of(climb->entry.name));
	if (climb->found != NULL && am_ascii_equal(name, climb->found))
		name.len = 0;
	if (name.len == 0 && climb->found == NULL)
		name = am_ascii_trim(am_bytes_of(
			person->email[0] != '\0' ? person->email : "unknown"));
	copy = am_arena_text(climb->resolver->arena, (const char *)name.data,
			     name.len);
	*name_out = copy;
	if (copy == NULL)
		return am_arena_failed(climb->resolver->arena, name.len + 1,
				       err);
	for (; *copy != '\0'; copy++)
		if (is_control(*copy))
			*copy = ' ';
	return AM_OK;
}

/* "TYPE:address" of what could not be resolved. */
static enum am_status
original_make(const struct climb *climb, const char **original_out,
	      struct am_error *err)
{
	const struct am_person *person = climb->person;
	const struct am_bytes dn = legacy_dn(climb);
	const char *type = person->address_type;
	struct am_bytes address = am_bytes_of(person->email);

	if (address.len == 0 && dn.len > 0) {
		type = "EX";
		address = dn;
	}
	*original_out = "";
	if (address.len == 0)
		return AM_OK;
	return am_arena_text_format(
		climb->resolver->arena, original_out, err, "%s:%.*s",
		type[0] != '\0' ? type : "UNKNOWN", (int)address.len,
		(const char *)address.data);
}

enum am_status
am_person_resolve(const struct am_resolver *resolver,
		  const struct am_person *person,
		  struct am_mailbox *mailbox_out, struct am_error *err)
{
	struct climb climb = { .resolver = resolver, .person = person };

	AM_TRY(ladder_climb(&climb, err));
	AM_TRY(name_make(&climb, &mailbox_out->to.name, err));
	mailbox_out->to.address = climb.found;
	mailbox_out->original = "";
	if (climb.found != NULL)
		return AM_OK;
	return original_make(&climb, &mailbox_out->original, err);
}
