/* Property tags in a recipe, and the statements that set properties. */
#include <stdlib.h>
#include <string.h>

#include "value.h"

static const struct {
	const char *name;
	uint16_t type;
} types[] = {
	{ "i16", PB_I16 },	     { "i32", PB_I32 },
	{ "f32", PB_F32 },	     { "f64", PB_F64 },
	{ "currency", PB_CURRENCY }, { "apptime", PB_APPTIME },
	{ "error", PB_ERROR },	     { "bool", PB_BOOL },
	{ "object", PB_OBJECT },     { "i64", PB_I64 },
	{ "string8", PB_STRING8 },   { "unicode", PB_UNICODE_STRING },
	{ "time", PB_TIME },	     { "guid", PB_GUID },
	{ "binary", PB_BINARY },
};

static uint16_t
type_parse(const struct pb *pb, const struct pb_stmt *stmt, const char *name)
{
	uint16_t multiple = 0;
	uint64_t number;

	if (strncmp(name, "mv-", 3) == 0) {
		multiple = PB_MULTIPLE;
		name += 3;
	}
	if (strcmp(name, "string") == 0)
		return pb->strings.type | multiple;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(types[i].name, name) == 0)
			return types[i].type | multiple;
	}
	if (!pb_number_parse(name, &number) || number > UINT16_MAX)
		pb_die_at(stmt, "unknown type \"%s\"", name);
	return (uint16_t)number;
}

void
pb_tag_at(struct pb *pb, const struct pb_stmt *stmt, size_t i, uint16_t *id_out,
	  uint16_t *type_out)
{
	const struct pb_word *word = pb_word_at(stmt, i);
	char *text = pb_copy_text(word->text, word->len);
	char *colon = strrchr(text, ':');
	uint64_t number;

	*type_out = 0;
	if (colon != NULL) {
		*type_out = type_parse(pb, stmt, colon + 1);
		*colon = '\0';
	}
	if (strchr(text, '/') != NULL)
		*id_out = pb_name_id(pb, stmt, text);
	else if (pb_number_parse(text, &number) && number <= UINT16_MAX)
		*id_out = (uint16_t)number;
	else
		pb_die_at(stmt, "\"%s\" is not a property tag", text);
	free(text);
}

/* prop TAG:TYPE [=] VALUE…, or "hnid N" for a dwValueHnid as it stands. */
static void
prop_set(struct pb *pb, const struct pb_stmt *stmt, struct pb_props *props,
	 bool keep)
{
	uint16_t id;
	uint16_t type;
	size_t i = pb_word_is(stmt, 2, "=") ? 3 : 2;
	struct pb_prop *prop;

	pb_tag_at(pb, stmt, 1, &id, &type);
	if (pb_word_is(stmt, i, "hnid")) {
		prop = pb_props_add(props, id, type, keep);
		prop->form = PB_FORM_HNID;
		prop->hnid = (uint32_t)pb_number_at(stmt, i + 1);
		return;
	}
	prop = pb_props_add(props, id, type, keep);
	pb_value_add(pb, stmt, i, type, &props->strings, &props->values);
	prop->len = props->values.len - prop->at;
}

bool
pb_props_apply(struct pb *pb, const struct pb_stmt *stmt,
	       struct pb_props *props)
{
	uint16_t id;
	uint16_t type;

	if (pb_stmt_is(stmt, "prop")) {
		prop_set(pb, stmt, props, false);
		return true;
	}
	if (pb_stmt_is(stmt, "also")) {
		prop_set(pb, stmt, props, true);
		return true;
	}
	if (pb_stmt_is(stmt, "remove")) {
		pb_tag_at(pb, stmt, 1, &id, &type);
		pb_props_remove(props, id);
		return true;
	}
	return false;
}
