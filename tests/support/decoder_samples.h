/* Samples for the decoders: each is decoded whole and again in pieces of 1, 2,
 * 3 ... bytes. */
#ifndef AM_TEST_DECODER_SAMPLES_H
#define AM_TEST_DECODER_SAMPLES_H

#include <stdlib.h>

#include "base/decoder.h"

struct sample {
	const char *name;
	unsigned codepage;
	const char *raw;
	size_t len; /* 0: strlen */
	uint64_t faults;
	const char *want;
};

static inline struct am_bytes
raw_of(const struct sample *sample)
{
	return am_bytes(sample->raw,
			sample->len > 0 ? sample->len : strlen(sample->raw));
}

/* Feeds raw in pieces of the given size, each in memory of its own. */
static inline void
decode(const struct sample *sample, size_t piece, struct am_buf *out,
       uint64_t *faults)
{
	struct am_bytes left = raw_of(sample);
	struct am_decoder decoder;

	assert_true(am_decoder_open(&decoder, sample->codepage));
	while (left.len > 0) {
		const size_t len = left.len < piece ? left.len : piece;
		uint8_t *copy = malloc(len);

		memcpy(copy, left.data, len);
		am_decoder_add(&decoder, am_bytes(copy, len), false, out);
		free(copy);
		left = am_bytes(left.data + len, left.len - len);
	}
	am_decoder_add(&decoder, am_bytes(NULL, 0), true, out);
	*faults = decoder.faults;
	am_decoder_close(&decoder);
}

static inline void
check_samples(const struct sample *samples, size_t count)
{
	size_t i, piece;

	for (i = 0; i < count; i++) {
		print_message("%s\n", samples[i].name);
		for (piece = 40; piece > 0; piece--) {
			struct am_buf out = am_buf(1000);
			uint64_t faults;

			decode(&samples[i], piece, &out, &faults);
			assert_int_equal(am_buf_status(&out, NULL), AM_OK);
			assert_string_equal(am_buf_text(&out), samples[i].want);
			assert_int_equal(out.len, strlen(samples[i].want));
			assert_int_equal(faults, samples[i].faults);
			am_buf_free(&out);
		}
	}
}

#endif
