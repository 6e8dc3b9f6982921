/* Findings. */
#include "base/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void
am_report_clear(struct am_report *report)
{
	report->first = NULL;
	report->last = NULL;
	report->kept = 0;
	report->count = 0;
	report->no_memory = false;
}

/* FNV-1a */
static uint64_t
text_hash(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return hash;
}

static bool
report_has(const struct am_report *report, const char *text, uint64_t hash)
{
	const struct am_finding *finding;

	for (finding = report->first; finding != NULL; finding = finding->next)
		if (finding->hash == hash && strcmp(finding->text, text) == 0)
			return true;
	return false;
}

/* It is counted all the same. */
static void
text_lost(struct am_report *report, size_t size)
{
	if (am_arena_failed(report->arena, size, NULL) == AM_NOMEM)
		report->no_memory = true;
}

static void
report_keep(struct am_report *report, const char *text)
{
	const size_t max =
		report->max_texts > 0 ? report->max_texts : AM_REPORT_MAX_TEXTS;
	const uint64_t hash = text_hash(text);
	struct am_finding *finding;

	if (report_has(report, text, hash))
		return;
	report->count++;
	if (report->kept >= max)
		return;
	finding = am_arena_new(report->arena, struct am_finding);
	if (finding == NULL) {
		text_lost(report, sizeof(*finding));
		return;
	}
	finding->hash = hash;
	finding->text = am_arena_text(report->arena, text, strlen(text));
	if (finding->text == NULL) {
		text_lost(report, strlen(text) + 1);
		return;
	}
	if (report->last != NULL)
		report->last->next = finding;
	else
		report->first = finding;
	report->last = finding;
	report->kept++;
}

void
am_report_add(struct am_report *report, const char *kind,
	      const struct am_error *err)
{
	char place[80] = "";
	char text[AM_ERROR_TEXT_SIZE + 160];
	size_t len = 0;

	if (report == NULL)
		return;
	if (err->file_offset != 0)
		len = (size_t)snprintf(place, sizeof(place),
				       " at offset %" PRIu64, err->file_offset);
	if (err->nid != 0)
		(void)snprintf(place + len, sizeof(place) - len,
			       " in node %#" PRIx32, err->nid);
	(void)snprintf(text, sizeof(text), "%s: %s%s", kind, err->text, place);
	report_keep(report, text);
}

void
am_report_note(struct am_report *report, const char *kind, const char *format,
	       ...)
{
	struct am_error err = { 0 };
	va_list args;

	va_start(args, format);
	(void)vsnprintf(err.text, sizeof(err.text), format, args);
	va_end(args);
	am_report_add(report, kind, &err);
}
