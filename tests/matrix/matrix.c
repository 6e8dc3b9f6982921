/* The mutation matrix: README.md. */
#include "matrix.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	MAX_FAILURES = 20, /* told, of one archive */
	/* What a damaged archive may cost more than the whole one: */
	WORK_FACTOR = 8,       /* times the bytes read of it */
	MEMORY_EXTRA = 4 << 20 /* bytes, beyond its own peak */
};

static const char *const formats[] = { "ansi", "unicode", "ost4k" };
static const char *const crypts[] = { "none", "permute", "cyclic" };

static void
fail(struct run *run, const char *what, uint64_t a, uint64_t b, bool sealed,
     const char *why)
{
	if (run->failures++ >= MAX_FAILURES)
		return;
	printf("FAIL %s: %s %#" PRIx64 " %#" PRIx64 "%s: %s\n", run->name, what,
	       a, b, sealed ? " (sealed)" : "", why);
}

bool
run_turn(struct run *run)
{
	return run->ticks++ % run->stride == 0;
}

/* Why a reading is not what it must be; NULL: it is. */
static const char *
verdict(struct run *run, message_set concerned, bool sealed,
	const struct reading *now, uint64_t *damaged_out)
{
	const struct reading *clean = &run->clean;
	const bool refused = !now->opened || !now->walked;
	static char text[100];
	size_t i;

	*damaged_out = 0;
	for (i = 0; i < run->image.message_count; i++) {
		const bool same = now->digests[i] == clean->digests[i];

		if (same)
			continue;
		++*damaged_out;
		if (concerned >> i & 1 ||
		    (concerned & SET_STORE && now->digests[i] != 0))
			continue;
		snprintf(text, sizeof(text), "message %#" PRIx32 " is %s",
			 run->image.nids[i],
			 now->digests[i] == 0 ? "lost" : "another");
		return text;
	}
	if (!refused && !now->balanced)
		return "the ledger does not balance";
	if (!refused && !sealed && *damaged_out > 0 && now->findings == 0)
		return "lost without a finding";
	if (now->bytes_asked > WORK_FACTOR * clean->bytes_asked)
		return "too much is read";
	if (now->peak > clean->peak + MEMORY_EXTRA)
		return "too much memory";
	return NULL;
}

void
run_check(struct run *run, message_set concerned, bool sealed, const char *what,
	  uint64_t a, uint64_t b)
{
	struct reading now;
	uint64_t damaged;
	const char *why;

	reading_make(&run->image, &now);
	image_restore(&run->image);
	why = verdict(run, concerned, sealed, &now, &damaged);
	if (why != NULL)
		fail(run, what, a, b, sealed, why);
	run->mutations++;
	run->refused += !now.opened || !now.walked;
	run->written += now.written;
	run->damaged += damaged;
	run->concerned += (uint64_t)__builtin_popcountll(
		concerned & ~SET_STORE & image_everybody(&run->image));
	if (now.bytes_asked > run->most_asked)
		run->most_asked = now.bytes_asked;
	if (now.peak > run->most_peak)
		run->most_peak = now.peak;
}

/* The archive without damage is read whole, or nothing else means anything. */
static bool
clean_read(struct run *run)
{
	struct reading *clean = &run->clean;
	size_t i;

	reading_make(&run->image, clean);
	for (i = 0; i < run->image.message_count; i++)
		if (clean->digests[i] == 0)
			return false;
	return clean->balanced && clean->failed == 0 && clean->findings == 0 &&
	       clean->written == run->image.message_count;
}

static unsigned
archive_try(const char *builder, const char *recipe, const char *format,
	    const char *crypt, uint64_t stride)
{
	static struct run run;
	const struct run empty = { .stride = stride };
	const clock_t start = clock();
	char name[32];

	run = empty;
	snprintf(name, sizeof(name), "%s %s", format, crypt);
	run.name = name;
	image_make(&run.image, builder, recipe, format, crypt);
	if (!clean_read(&run)) {
		printf("FAIL %s: it is not whole before any damage\n", name);
		return 1;
	}
	flips_try(&run);
	truncations_try(&run);
	swaps_try(&run);
	loops_try(&run);
	printf("| %s | %zu | %zu | %zu | %" PRIu64 " | %" PRIu64 " | %" PRIu64
	       " | %" PRIu64 " | %" PRIu64 " | %.1f | %.1f | %.0f |\n",
	       name, run.image.full, run.image.page_count,
	       run.image.message_count, run.mutations, run.refused, run.written,
	       run.concerned, run.damaged,
	       (double)run.most_asked / (double)run.clean.bytes_asked,
	       (double)run.most_peak / (1 << 20),
	       (double)(clock() - start) / CLOCKS_PER_SEC);
	fflush(stdout);
	if (run.failures > MAX_FAILURES)
		printf("FAIL %s: %u in all\n", name, run.failures);
	image_close(&run.image);
	return run.failures;
}

/* matrix BUILDER RECIPE STRIDE [FORMAT [CRYPT]] */
int
main(int argc, char **argv)
{
	unsigned failures = 0;
	size_t i, k;

	if (argc < 4)
		return 64;
	printf("| archive | bytes | pages | messages | mutations | refused |"
	       " written | concerned | damaged | work | MiB | s |\n"
	       "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
	for (i = 0; i < 3; i++)
		for (k = 0; k < 3; k++) {
			if ((argc > 4 && strcmp(argv[4], formats[i]) != 0) ||
			    (argc > 5 && strcmp(argv[5], crypts[k]) != 0))
				continue;
			failures += archive_try(argv[1], argv[2], formats[i],
						crypts[k],
						strtoull(argv[3], NULL, 10));
		}
	return failures > 0;
}
