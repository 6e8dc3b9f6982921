/* PidTagTransportMessageHeaders, and what stands in header fields: addresses,
 * dates, message ids. The input is the block of headers. */
#include "base/text.h"
#include "convert/oxcmail_transport.h"
#include "convert/rfc5322.h"
#include "fuzz.h"

static void
field_read(struct am_arena *arena, struct am_bytes value)
{
	struct am_address *list = NULL;
	struct am_bytes id;
	size_t count = 0;

	(void)am_rfc5322_date(value);
	if (am_rfc5322_message_id(value, &id))
		FUZZ_CHECK(id.len <= AM_MESSAGE_ID_MAX);
	if (am_rfc5322_addresses(arena, value, &list, &count, NULL) == AM_OK)
		FUZZ_CHECK(count <= AM_RFC5322_MAX_ADDRESSES);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_arena arena = { 0 };
	struct am_transport transport;
	struct am_buf out = am_buf(1 << 20);
	struct am_text text;
	size_t i;

	/* what the message layer gives is UTF-8 */
	if (am_text_decode(&arena, AM_CP_UTF8, am_bytes(data, size), &text,
			   NULL) == AM_OK &&
	    am_transport_read(&arena, am_bytes(text.data, text.len), &transport,
			      NULL) == AM_OK) {
		FUZZ_CHECK(transport.count <= AM_TRANSPORT_MAX_FIELDS);
		for (i = 0; i < transport.count; i++)
			field_read(&arena, transport.fields[i].value);
		if (am_transport_write(&arena, &transport, &out, NULL) ==
			    AM_OK &&
		    am_buf_status(&out, NULL) == AM_OK)
			FUZZ_CHECK(am_is_ascii(am_buf_bytes(&out)));
	}
	am_buf_free(&out);
	am_arena_free(&arena);
	return 0;
}
