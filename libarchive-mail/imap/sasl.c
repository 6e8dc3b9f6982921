/* SASL, the client's first message. */
#include "imap/sasl.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

static const struct mechanism {
	const char *name;
	const char *answer; /* to the challenge that carries the refusal */
} mechanisms[] = {
	/* a Ctrl-A: RFC 7628 3.2.3 */
	[AM_SASL_OAUTHBEARER] = { "OAUTHBEARER", "AQ==" },
	[AM_SASL_XOAUTH2] = { "XOAUTH2", "" },
	[AM_SASL_PLAIN] = { "PLAIN", "" },
};

const char *
am_sasl_name(enum am_sasl mechanism)
{
	return mechanisms[mechanism].name;
}

const char *
am_sasl_answer(enum am_sasl mechanism)
{
	return mechanisms[mechanism].answer;
}

/* A C string holds no NUL; the others would begin a field of their own. */
static bool
is_clean(const char *text)
{
	return strpbrk(text, "\r\n\001") == NULL;
}

/* RFC 5801 4: "=" and "," of a name are escaped. */
static void
gs2_name(struct am_buf *out, const char *name)
{
	for (; *name != '\0'; name++) {
		if (*name == '=')
			am_buf_add_text(out, "=3D");
		else if (*name == ',')
			am_buf_add_text(out, "=2C");
		else
			am_buf_add_char(out, *name);
	}
}

static void
message_write(enum am_sasl mechanism, const struct am_sasl_input *input,
	      struct am_buf *out)
{
	switch (mechanism) {
	case AM_SASL_OAUTHBEARER:
		am_buf_add_text(out, "n,a=");
		gs2_name(out, input->user);
		am_buf_printf(out, ",\001host=%s\001port=%u\001auth=Bearer ",
			      input->host, (unsigned)input->port);
		am_buf_add_text(out, input->secret);
		am_buf_add_text(out, "\001\001");
		break;
	case AM_SASL_XOAUTH2:
		am_buf_printf(out, "user=%s\001auth=Bearer ", input->user);
		am_buf_add_text(out, input->secret);
		am_buf_add_text(out, "\001\001");
		break;
	case AM_SASL_PLAIN:
		am_buf_add_char(out, '\0');
		am_buf_add_text(out, input->user);
		am_buf_add_char(out, '\0');
		am_buf_add_text(out, input->secret);
		break;
	}
}

static void
base64_add(struct am_buf *out, struct am_bytes bytes)
{
	uint8_t *room = am_buf_room(out, (bytes.len + 2) / 3 * 4 + 1);

	if (room != NULL)
		out->len += (size_t)EVP_EncodeBlock(room, bytes.data,
						    (int)bytes.len);
}

enum am_status
am_sasl_begin(enum am_sasl mechanism, const struct am_sasl_input *input,
	      struct am_buf *out, struct am_error *err)
{
	/* made at its full size, so that no copy is left behind by growing */
	struct am_buf message = am_buf(AM_SASL_TOKEN_MAX);
	enum am_status status;

	if (!is_clean(input->user) || !is_clean(input->secret) ||
	    !is_clean(input->host))
		return am_fail(err, AM_CORRUPT,
			       "a control character in user, token or host");
	(void)am_buf_room(&message, AM_SASL_TOKEN_MAX - 1);
	message_write(mechanism, input, &message);
	status = am_buf_status(&message, err);
	if (status == AM_OK) {
		base64_add(out, am_buf_bytes(&message));
		status = am_buf_status(out, err);
	}
	if (message.data != NULL)
		OPENSSL_cleanse(message.data, message.size);
	am_buf_free(&message);
	return status;
}
