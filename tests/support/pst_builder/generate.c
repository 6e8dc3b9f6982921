/* generate { … }: an archive of any size from a few numbers and a seed. */
#include <string.h>

#include "folder.h"
#include "message.h"
#include "text.h"

struct plan {
	uint64_t messages;
	uint64_t folders;
	uint64_t body;		   /* characters */
	uint64_t attachment_every; /* 0: none */
	uint64_t attachment_size;  /* bytes */
	uint64_t headers_every;
	uint64_t html_every;
	uint64_t unread_every;
	uint64_t recipients;
	uint64_t seed;
	uint64_t start; /* Unix time of the first message */
	bool accents;
};

static const struct {
	const char *keyword;
	size_t offset;
	uint64_t usual;
} numbers[] = {
	{ "messages", offsetof(struct plan, messages), 100 },
	{ "folders", offsetof(struct plan, folders), 0 },
	{ "body", offsetof(struct plan, body), 1000 },
	{ "attachment-every", offsetof(struct plan, attachment_every), 0 },
	{ "attachment-size", offsetof(struct plan, attachment_size), 10000 },
	{ "headers-every", offsetof(struct plan, headers_every), 3 },
	{ "html-every", offsetof(struct plan, html_every), 0 },
	{ "unread-every", offsetof(struct plan, unread_every), 7 },
	{ "recipients", offsetof(struct plan, recipients), 2 },
	{ "seed", offsetof(struct plan, seed), 1 },
	{ "start", offsetof(struct plan, start), 1072947600 },
};

enum { NUMBERS = sizeof(numbers) / sizeof(*numbers) };

static uint64_t *
number_in(struct plan *plan, size_t i)
{
	return (uint64_t *)(void *)((char *)plan + numbers[i].offset);
}

static struct plan
plan_read(const struct pb *pb, const struct pb_stmt *stmt)
{
	struct plan plan = { .accents = pb->strings.type == PB_UNICODE_STRING ||
					pb->strings.code_page == 1252 };

	for (size_t i = 0; i < NUMBERS; i++)
		*number_in(&plan, i) = numbers[i].usual;
	for (const struct pb_stmt *s = stmt->children; s != NULL; s = s->next) {
		size_t i = 0;

		while (i < NUMBERS && !pb_stmt_is(s, numbers[i].keyword))
			i++;
		if (i == NUMBERS)
			pb_die_at(s, "is nothing for generate");
		*number_in(&plan, i) = pb_number_at(s, 1);
	}
	return plan;
}

static const char *const given_names[] = {
	"Anna", "Bruno", "Carla", "David", "Elena", "Felix", "Greta", "Hugo",
	"Ines", "Jonas", "Klara", "Luca",  "Maria", "Nils",  "Olga",  "Paul",
};

static const char *const family_names[] = {
	"Abel",	  "Becker", "Costa",   "Dubois", "Evans",  "Fischer",
	"Garcia", "Hansen", "Ivanova", "Jensen", "Keller", "Laurent",
	"Moreau", "Novak",  "Olsen",   "Peters",
};

/* One of 256 people. */
struct person {
	char name[32];
	char address[48];
};

static void
person_make(struct person *person, uint32_t n)
{
	const char *given = given_names[n % 16];
	const char *family = family_names[n / 16 % 16];

	snprintf(person->name, sizeof(person->name), "%s %s", given, family);
	snprintf(person->address, sizeof(person->address), "%s.%s@example.org",
		 given, family);
	for (char *c = person->address; *c != '\0'; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 'a' - 'A');
	}
}

static struct pb_address
address_of(const struct person *person)
{
	return (struct pb_address){ .name = person->name,
				    .type = "SMTP",
				    .address = person->address,
				    .smtp = person->address };
}

/* What is used again for each message. */
struct generator {
	struct pb *pb;
	struct plan plan;
	struct pb_message message;
	struct pb_props attachment;
	struct pb_buf text;
	struct person from;
	uint64_t n; /* of the message, from 0 */
};

static bool
every(uint64_t n, uint64_t count)
{
	return count > 0 && n % count == count - 1;
}

static void
subject_make(struct generator *gen, struct pb_rng *rng)
{
	static const char *const prefixes[] = { "", "", "", "RE: ", "FW: " };

	gen->text.len = 0;
	pb_buf_text(&gen->text, prefixes[pb_rng_below(rng, 5)]);
	pb_prose_title(rng, &gen->text, 2 + pb_rng_below(rng, 5));
	pb_buf_printf(&gen->text, " %llu", (unsigned long long)gen->n);
	pb_message_subject(&gen->message, (char *)gen->text.data,
			   gen->text.len);
}

static void
people_make(struct generator *gen, struct pb_rng *rng)
{
	struct pb_address address;

	person_make(&gen->from, pb_rng_below(rng, 256));
	address = address_of(&gen->from);
	pb_message_from(&gen->message, &address);
	for (uint64_t i = 0; i < gen->plan.recipients; i++) {
		struct person person;

		person_make(&person, pb_rng_below(rng, 256));
		address = address_of(&person);
		pb_message_recipient(&gen->message, i == 0 ? PB_TO : PB_CC,
				     &address);
	}
}

static void
message_id_make(struct generator *gen)
{
	gen->text.len = 0;
	pb_buf_printf(&gen->text, "<%llx.%llx@mail.example.org>",
		      (unsigned long long)gen->plan.seed,
		      (unsigned long long)gen->n);
	pb_props_set_text(&gen->message.props, 0x1035, (char *)gen->text.data,
			  gen->text.len);
}

static void
body_make(struct generator *gen, struct pb_rng *rng)
{
	struct pb_props *props = &gen->message.props;

	gen->text.len = 0;
	pb_prose(rng, &gen->text, gen->plan.body, gen->plan.accents);
	pb_props_set_text(props, 0x1000, (char *)gen->text.data, gen->text.len);
	if (!every(gen->n, gen->plan.html_every))
		return;
	gen->text.len = 0;
	pb_buf_text(&gen->text, "<html><body><p>");
	pb_prose(rng, &gen->text, gen->plan.body, gen->plan.accents);
	pb_buf_text(&gen->text, "</p></body></html>\r\n");
	pb_props_set(props, 0x1013, PB_BINARY, gen->text.data, gen->text.len);
	pb_props_set_int(props, 0x3FDE, PB_I32, 65001);
}

/* PidTagTransportMessageHeaders, as a receiving server would have left. */
static void
headers_make(struct generator *gen)
{
	struct pb_buf *text = &gen->text;
	const char *from = gen->from.address;

	if (!every(gen->n, gen->plan.headers_every))
		return;
	text->len = 0;
	pb_buf_printf(text,
		      "Received: from mx%llu.example.org (192.0.2.%llu) by "
		      "mail.example.org\r\n\twith ESMTP id %llu\r\n",
		      (unsigned long long)gen->n % 9,
		      (unsigned long long)gen->n % 250,
		      (unsigned long long)gen->n);
	pb_buf_printf(text, "From: %s <%s>\r\n", gen->from.name, from);
	pb_buf_printf(text, "Message-ID: <%llx.%llx@mail.example.org>\r\n",
		      (unsigned long long)gen->plan.seed,
		      (unsigned long long)gen->n);
	pb_buf_printf(text, "MIME-Version: 1.0\r\nX-Mailer: Example %llu\r\n",
		      (unsigned long long)gen->n % 4);
	pb_props_set_text(&gen->message.props, 0x007D, (char *)text->data,
			  text->len);
}

static void
attachment_data_set(struct generator *gen)
{
	struct pb_data data = { .ndb = &gen->pb->ndb };
	struct pb_rng rng = pb_rng(gen->plan.seed ^ gen->n << 20);
	uint64_t left = gen->plan.attachment_size;
	struct pb_prop *prop =
		pb_props_add(&gen->attachment, 0x3701, PB_BINARY, false);
	uint8_t piece[8192];

	while (left > 0) {
		const size_t take =
			left < sizeof(piece) ? (size_t)left : sizeof(piece);

		pb_rng_fill(&rng, piece, take);
		pb_data_write(&data, piece, take);
		left -= take;
	}
	prop->form = PB_FORM_NODE;
	prop->len = (size_t)gen->plan.attachment_size;
	prop->nid = PB_TYPE_LTP;
	prop->data = pb_data_end(&data);
}

static void
attachment_make(struct generator *gen)
{
	char name[48];

	if (!every(gen->n, gen->plan.attachment_every))
		return;
	pb_props_clear(&gen->attachment);
	snprintf(name, sizeof(name), "figures-%llu.bin",
		 (unsigned long long)gen->n);
	pb_attachment_name(&gen->attachment, name);
	pb_props_set_string(&gen->attachment, 0x370E,
			    "application/octet-stream");
	attachment_data_set(gen);
	pb_attachment_add(&gen->message, &gen->attachment, NULL);
}

static void
times_make(struct generator *gen)
{
	const uint64_t unix_time = gen->plan.start + gen->n * 3607;
	struct pb_props *props = &gen->message.props;

	pb_props_set_int(props, 0x0039, PB_TIME, pb_filetime(unix_time));
	pb_props_set_int(props, 0x0E06, PB_TIME, pb_filetime(unix_time + 4));
	pb_props_set_int(props, 0x0E07, PB_I32,
			 !every(gen->n, gen->plan.unread_every));
}

static void
message_generate(struct generator *gen, struct pb_folder *folder)
{
	struct pb *pb = gen->pb;
	struct pb_rng rng = pb_rng(gen->plan.seed << 32 ^ gen->n);
	struct pb_node_entry node = { .parent = folder->nid };

	node.nid = pb->next_message++ << 5 | PB_TYPE_MESSAGE;
	pb_message_begin(&gen->message, pb);
	subject_make(gen, &rng);
	people_make(gen, &rng);
	message_id_make(gen);
	times_make(gen);
	body_make(gen, &rng);
	headers_make(gen);
	attachment_make(gen);
	pb_message_end(&gen->message, &node.data, &node.sub);
	pb_nodes_add(&pb->ndb.nodes, node);
	pb_folder_list(pb, folder, node.nid, &gen->message.props, false);
	gen->n++;
}

static struct pb_folder *
folder_make(struct pb *pb, struct pb_folder *parent, uint64_t n)
{
	char name[32];

	snprintf(name, sizeof(name), "Folder %02llu", (unsigned long long)n);
	return pb_folder_add(pb, parent, name, strlen(name),
			     pb_folder_next_nid(pb));
}

void
pb_generate(struct pb *pb, struct pb_folder *folder, const struct pb_stmt *stmt)
{
	struct generator gen = { .pb = pb, .plan = plan_read(pb, stmt) };
	const uint64_t folders = gen.plan.folders;

	gen.attachment.strings = pb->strings;
	if (folders == 0) {
		while (gen.n < gen.plan.messages)
			message_generate(&gen, folder);
	}
	for (uint64_t i = 1; i <= folders; i++) {
		struct pb_folder *made = folder_make(pb, folder, i);

		while (gen.n < gen.plan.messages * i / folders)
			message_generate(&gen, made);
	}
	pb_message_free(&gen.message);
	pb_props_free(&gen.attachment);
	pb_buf_free(&gen.text);
}
