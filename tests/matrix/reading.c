/* One conversion, counted. */
#include "reading.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "convert/item.h"
#include "io/source.h"
#include "transfer/walk.h"

/* ---- memory, as base/alloc.c hands it out (linked with --wrap) ---- */

void *__real_am_alloc(size_t size);
void *__real_am_realloc(void *memory, size_t size);
void __real_am_free(void *memory);
void *__wrap_am_alloc(size_t size);
void *__wrap_am_realloc(void *memory, size_t size);
void __wrap_am_free(void *memory);

static size_t in_use;
static size_t peak;

static void *
counted(void *memory)
{
	in_use += malloc_usable_size(memory);
	if (in_use > peak)
		peak = in_use;
	return memory;
}

void *
__wrap_am_alloc(size_t size)
{
	return counted(__real_am_alloc(size));
}

void *
__wrap_am_realloc(void *memory, size_t size)
{
	const size_t before = malloc_usable_size(memory);
	void *grown = __real_am_realloc(memory, size);

	if (grown != NULL)
		in_use -= before;
	return counted(grown);
}

void
__wrap_am_free(void *memory)
{
	in_use -= malloc_usable_size(memory);
	__real_am_free(memory);
}

/* ---- the conversion ---- */

struct converter {
	const struct image *image;
	struct reading *reading;
	struct am_store *store;
	struct am_arena arena; /* of the message at hand */
	struct am_report report;
	uint64_t settled;
};

/* FNV-1a; never 0. */
static uint64_t
digest_add(uint64_t digest, struct am_bytes bytes)
{
	size_t i;

	for (i = 0; i < bytes.len; i++)
		digest = (digest ^ bytes.data[i]) * UINT64_C(0x100000001b3);
	return digest != 0 ? digest : 1;
}

static void
digest_keep(struct converter *converter, uint32_t nid, uint64_t digest)
{
	const struct image *image = converter->image;
	size_t i;

	for (i = 0; i < image->message_count; i++) {
		if (image->nids[i] != nid)
			continue;
		/* a message that comes twice is no message */
		if (converter->reading->digests[i] != 0)
			converter->reading->balanced = false;
		converter->reading->digests[i] = digest;
	}
}

static enum am_status
mail_drain(struct converter *converter, struct am_mail *mail,
	   uint64_t *digest_out, struct am_error *err)
{
	struct am_bytes bytes;
	enum am_status status;
	uint64_t digest = UINT64_C(0xcbf29ce484222325);

	while ((status = am_stream_next(mail->mime, &bytes, err)) == AM_OK) {
		digest = digest_add(digest, bytes);
		converter->reading->bytes_out += bytes.len;
	}
	*digest_out = digest;
	return status == AM_END ? AM_OK : status;
}

static enum am_status
item_write(struct converter *converter, const struct am_walk_item *item,
	   uint64_t *digest_out, struct am_error *err)
{
	const struct am_convert_options options = { .lf = true };
	struct am_message *message = NULL;
	struct am_mail *mail = NULL;
	enum am_status status;

	AM_TRY(am_message_open(converter->store, &item->node, &converter->arena,
			       &message, err));
	if (am_item_kind(message->class_name) != AM_ITEM_MAIL)
		return am_fail(err, AM_UNSUPPORTED, "no mail");
	AM_TRY(am_oxcmail_open(message, &options, &mail, err));
	status = mail_drain(converter, mail, digest_out, err);
	am_mail_close(mail);
	return status;
}

static void
item_settle(struct converter *converter, const struct am_walk_item *item)
{
	struct reading *reading = converter->reading;
	struct am_error err = { 0 };
	uint64_t digest = 0;

	am_store_set_report(converter->store, &converter->report);
	if (item_write(converter, item, &digest, &err) == AM_OK) {
		reading->written++;
		digest_keep(converter, item->node.nid, digest);
	} else {
		reading->failed++;
	}
	am_store_set_report(converter->store, NULL);
	reading->findings += converter->report.count;
	am_report_clear(&converter->report);
	am_arena_reset(&converter->arena);
}

static void
store_convert(struct converter *converter)
{
	struct reading *reading = converter->reading;
	const struct am_folder *folders = NULL;
	struct am_walk *walk = NULL;
	struct am_walk_item item;
	enum am_status status;
	size_t count;

	if (am_store_folders(converter->store, &folders, &count, NULL) !=
		    AM_OK ||
	    am_walk_open(converter->store, &walk, NULL) != AM_OK)
		return;
	reading->walked = true;
	reading->balanced = true;
	reading->found = am_walk_found(walk);
	reading->lost_pages = am_walk_lost_pages(walk);
	while ((status = am_walk_next(walk, &item, NULL)) == AM_OK)
		item_settle(converter, &item);
	if (status != AM_END ||
	    reading->found != reading->written + reading->failed)
		reading->balanced = false;
	am_walk_close(walk);
}

void
reading_make(const struct image *image, struct reading *reading)
{
	struct converter converter = { .image = image, .reading = reading };
	struct am_source *source = NULL;
	uint8_t *exact = malloc(image->size > 0 ? image->size : 1);

	memset(reading, 0, sizeof(*reading));
	if (exact == NULL)
		abort();
	memcpy(exact, image->data, image->size);
	in_use = 0;
	peak = 0;
	converter.report.arena = &converter.arena;
	if (am_source_of_bytes(am_bytes(exact, image->size), &source, NULL) !=
	    AM_OK)
		abort();
	if (am_store_open_source(source, NULL, &converter.store, NULL) ==
	    AM_OK) {
		reading->opened = true;
		store_convert(&converter);
		reading->findings += am_store_finding_count(converter.store);
		reading->bytes_asked = am_source_bytes_asked(source);
	}
	am_store_close(converter.store);
	am_arena_free(&converter.arena);
	reading->peak = peak;
	free(exact);
}
