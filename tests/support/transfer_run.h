/* A whole conversion inside of a test: from input_path, which is built from a
 * recipe, into a directory of its own. */
#ifndef AM_TESTS_TRANSFER_RUN_H
#define AM_TESTS_TRANSFER_RUN_H

#include <archive-mail/transfer.h>

#include "built.h"
#include "tmp_tree.h"

static struct tmp_tree input; /* holds archive.pst */
static char input_path[PATH_MAX + 16];

struct run {
	struct tmp_tree tree;
	struct am_transfer_options options;
	struct am_summary summary;
	struct am_error err;
	atomic_bool stop;
	unsigned told; /* how often progress was told */
	unsigned stop_at;
};

static inline void
progress_stop(void *arg, const struct am_progress *progress)
{
	struct run *run = arg;

	assert_true(progress->done <= progress->found);
	if (++run->told == run->stop_at)
		atomic_store(&run->stop, true);
}

static inline void
run_make(struct run *run, enum am_target target, unsigned jobs)
{
	memset(run, 0, sizeof(*run));
	run->tree = tmp_tree_make_fast();
	run->options.input = input_path;
	run->options.output = run->tree.path;
	run->options.name = "old";
	run->options.target = target;
	run->options.jobs = jobs;
	run->options.no_sync = true;
	run->options.batch = 5;
	run->options.progress = progress_stop;
	run->options.progress_arg = run;
	run->options.stop = &run->stop;
}

static inline enum am_status
run_go(struct run *run)
{
	return am_transfer_run(&run->options, &run->summary, &run->err);
}

/* All that must be the same: not the journal, and not the seconds. */
static inline struct am_buf
run_result(const struct run *run)
{
	struct am_buf all = tmp_tree_list(&run->tree);
	struct am_buf kept = am_buf(64 << 20);
	const char *line = am_buf_text(&all);

	while (*line != '\0') {
		const size_t len = (size_t)(strchr(line, '\n') - line) + 1;

		if (strncmp(line, "old.journal", 11) != 0 &&
		    strncmp(line, "old.summary", 11) != 0)
			am_buf_add(&kept, am_bytes(line, len));
		line += len;
	}
	am_buf_free(&all);
	return kept;
}

static inline void
result_compare(const struct run *run, const struct am_buf *want)
{
	struct am_buf got = run_result(run);

	assert_string_equal(am_buf_text(&got), am_buf_text(want));
	am_buf_free(&got);
}

static inline void
input_build(const char *recipe)
{
	struct built built = built_make(recipe);

	input = tmp_tree_make();
	tmp_tree_write(&input, "archive.pst", built.data, built.len);
	(void)snprintf(input_path, sizeof(input_path), "%s/archive.pst",
		       input.path);
	built_free(&built);
}

#endif
