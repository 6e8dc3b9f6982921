/* What attachments of special messages are: the fields of a report, MacBinary,
 * CMS; and the words of a server. The input: the attachment. */
#include "convert/macbinary.h"
#include "convert/oxcmail_report.h"
#include "convert/oxosmime.h"
#include "fuzz.h"

static void
report_try(struct am_bytes bytes)
{
	struct am_recipient_report report = { .reason = -1, .diagnostic = -1 };
	char status[AM_REPORT_STATUS_SIZE];
	struct am_arena arena = { 0 };
	bool is_notification;

	report.info =
		am_arena_text(&arena, (const char *)bytes.data, bytes.len);
	report.mta = "";
	if (report.info != NULL) {
		am_report_status(&report, status);
		FUZZ_CHECK(strlen(status) < sizeof(status));
	}
	am_arena_free(&arena);
	if (am_report_is_fields(bytes, &is_notification))
		FUZZ_CHECK(am_is_ascii(bytes));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct am_bytes bytes = am_bytes(data, size);
	uint8_t front[AM_APPLEDOUBLE_HEADER];
	struct am_macbinary forks;
	struct am_bytes header;

	report_try(bytes);
	if (am_oxosmime_is_der(bytes))
		(void)am_oxosmime_type(bytes);
	if (am_slice(bytes, 0, AM_MACBINARY_HEADER, &header) &&
	    am_macbinary_read(header, size, &forks)) {
		FUZZ_CHECK(forks.data + forks.data_size <= size);
		FUZZ_CHECK(forks.resource_size == 0 ||
			   forks.resource + forks.resource_size <= size);
		am_macbinary_apple_header(header, &forks, front);
	}
	return 0;
}
