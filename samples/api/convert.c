/* Converts an archive to Maildir and says how it went. */
#include <inttypes.h>
#include <stdio.h>

#include <archive-mail/transfer.h>

static void
progress_print(void *arg, const struct am_progress *progress)
{
	(void)arg;
	fprintf(stderr, "\r%" PRIu64 " of %" PRIu64, progress->done,
		progress->found);
}

int
main(int argc, char **argv)
{
	struct am_transfer_options options = {
		.name = "archive",
		.target = AM_TARGET_MAILDIR,
		.progress = progress_print,
	};
	struct am_summary summary;
	struct am_error err;

	if (argc != 3) {
		fprintf(stderr, "usage: convert FILE DIR\n");
		return 64;
	}
	options.input = argv[1];
	options.output = argv[2];
	if (am_transfer_run(&options, &summary, &err) != AM_OK) {
		fprintf(stderr, "\n%s: %s\n", argv[1], err.text);
		return 1;
	}
	/* found = written + skipped + failed, or am_transfer_run had failed */
	printf("\n%" PRIu64 " found, %" PRIu64 " written, %" PRIu64
	       " skipped, %" PRIu64 " failed\n",
	       summary.found, summary.written, summary.skipped, summary.failed);
	return am_summary_is_complete(&summary) ? 0 : 1;
}
