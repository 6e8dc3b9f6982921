/* What a transfer came to. */
#include "summary.h"

#include <inttypes.h>

enum { SUMMARY_SIZE = 2048 };

static void
summary_json(struct am_cli *cli, const struct am_input *input,
	     const struct am_summary *summary)
{
	char text[SUMMARY_SIZE];
	const size_t len = am_summary_json(summary, am_base_name(input->path),
					   text, sizeof(text));

	if (len < sizeof(text))
		am_output_raw(&cli->out, am_bytes(text, len));
}

const char *
am_plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

void
am_size_text(char text[AM_SIZE_TEXT_SIZE], uint64_t bytes)
{
	static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB" };
	uint64_t tenths = bytes * 10;
	size_t unit = 0;

	while (unit < 4 && tenths >= 10000) {
		tenths = tenths / 1000 + (tenths % 1000 >= 500);
		unit++;
	}
	if (unit == 0)
		(void)snprintf(text, AM_SIZE_TEXT_SIZE, "%" PRIu64 " bytes",
			       bytes);
	else
		(void)snprintf(text, AM_SIZE_TEXT_SIZE,
			       "%" PRIu64 ".%" PRIu64 " %s", tenths / 10,
			       tenths % 10, units[unit]);
}

static void
summary_print(struct am_cli *cli, const struct am_summary_place *place,
	      const struct am_input *input, const struct am_summary *summary)
{
	struct am_output *const out = &cli->out;
	char size[AM_SIZE_TEXT_SIZE];

	am_size_text(size, summary->bytes_out);
	am_output_line(out,
		       "%s: %" PRIu64 " message%s found: %" PRIu64
		       " written, %" PRIu64 " skipped, %" PRIu64 " failed",
		       input->path, summary->found, am_plural(summary->found),
		       summary->written, summary->skipped, summary->failed);
	am_output_line(out,
		       "  %" PRIu64 " of %" PRIu64 " attachment%s and %" PRIu64
		       " of %" PRIu64 " embedded message%s written; %s in all",
		       summary->attachments_written, summary->attachments_found,
		       am_plural(summary->attachments_found),
		       summary->embedded_written, summary->embedded_found,
		       am_plural(summary->embedded_found), size);
	if (place->server != NULL)
		am_output_line(out, "  mail:   on %s", place->server);
	else if (summary->written > 0)
		am_output_line(out, "  mail:   %s/%s/mail", place->output,
			       input->name);
	am_output_line(out, "  ledger: %s/%s.ledger.jsonl", place->output,
		       input->name);
	if (summary->nothing_to_do)
		am_output_line(out, "  An earlier run had done this already; "
				    "nothing was changed.");
	else if (summary->resumed)
		am_output_line(out, "  It went on where an earlier run had "
				    "stopped.");
}

/* What the user should look at, and where it is. */
static void
advice_print(struct am_cli *cli, const struct am_summary_place *place,
	     const struct am_input *input, const struct am_summary *summary)
{
	const uint64_t lost =
		summary->attachments_found - summary->attachments_written +
		summary->embedded_found - summary->embedded_written;

	if (summary->failed > 0)
		am_cli_complain(cli, input->path,
				"%" PRIu64 " item%s failed; which and why is "
				"in %s/%s.ledger.jsonl (\"outcome\":"
				"\"failed\")",
				summary->failed, am_plural(summary->failed),
				place->output, input->name);
	if (lost > 0)
		am_cli_complain(cli, input->path,
				"%" PRIu64 " attachment%s could not be "
				"written; see \"attachments\" and \"findings\""
				" in %s/%s.ledger.jsonl",
				lost, am_plural(lost), place->output,
				input->name);
	if (summary->lost_pages > 0)
		am_cli_complain(cli, input->path,
				"%" PRIu64 " page%s of the node B-tree cannot "
				"be read: there may be messages that nothing "
				"names any more",
				summary->lost_pages,
				am_plural(summary->lost_pages));
	if (summary->partial > 0)
		am_cli_complain(cli, input->path,
				"of %" PRIu64 " message%s only the header was "
				"ever downloaded: the rest is on the server, "
				"not in this file (X-PST-Partial)",
				summary->partial, am_plural(summary->partial));
	if (summary->damaged > 0)
		am_cli_complain(cli, input->path,
				"%" PRIu64 " message%s written without a part "
				"that could not be read; see \"findings\" in "
				"%s/%s.ledger.jsonl",
				summary->damaged, am_plural(summary->damaged),
				place->output, input->name);
}

void
am_summary_show(struct am_cli *cli, bool json,
		const struct am_summary_place *place,
		const struct am_input *input, const struct am_summary *summary)
{
	if (json)
		summary_json(cli, input, summary);
	else
		summary_print(cli, place, input, summary);
	advice_print(cli, place, input, summary);
}
