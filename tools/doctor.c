/* From the name of the server to the room in the mailbox. */
#include "doctor.h"

#include <inttypes.h>

#include "base/time.h"
#include "imap/mailbox.h"
#include "oauth/jwt.h"
#include "stop.h"

enum { DETAILS_MAX = 400, NEARLY_FULL = 95 /* percent */ };

const char *const am_doctor_step_names[AM_DOCTOR_STEPS] = {
	[AM_DOCTOR_ACCOUNT] = "account",
	[AM_DOCTOR_DNS] = "dns",
	[AM_DOCTOR_TCP] = "tcp",
	[AM_DOCTOR_TLS] = "tls",
	[AM_DOCTOR_CAPABILITY] = "capability",
	[AM_DOCTOR_TOKEN] = "token",
	[AM_DOCTOR_SASL] = "sasl",
	[AM_DOCTOR_NAMESPACE] = "namespace",
	[AM_DOCTOR_QUOTA] = "quota",
};

const char *const am_doctor_state_names[] = {
	[AM_DOCTOR_SKIPPED] = "skipped",
	[AM_DOCTOR_GOOD] = "ok",
	[AM_DOCTOR_WARNING] = "warning",
	[AM_DOCTOR_FAILED] = "failed",
};

static void
	AM_PRINTF(3, 4) good(struct am_doctor *doctor, enum am_doctor_step step,
			     const char *format, ...)
{
	struct am_doctor_finding *finding = &doctor->findings[step];
	va_list args;

	finding->state = AM_DOCTOR_GOOD;
	va_start(args, format);
	(void)vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
}

static void
warn_of(struct am_doctor *doctor, enum am_doctor_step step,
	const struct am_doctor_cause *cause, const char *text)
{
	struct am_doctor_finding *finding = &doctor->findings[step];
	const size_t len = strlen(finding->text);

	finding->state = AM_DOCTOR_WARNING;
	finding->cause = cause->id;
	finding->advice = cause->advice;
	if (text[0] != '\0')
		(void)snprintf(finding->text + len, sizeof(finding->text) - len,
			       "%s%s", len > 0 ? "; " : "", text);
}

/* At the step that the cause belongs to, which is this one or another; those
 * between are as far as they came. */
static void
failed(struct am_doctor *doctor, enum am_doctor_step step,
       const struct am_error *err)
{
	const struct am_doctor_cause *cause = am_doctor_cause(step, err);
	struct am_doctor_finding *finding =
		&doctor->findings[cause != NULL ? cause->step : step];

	finding->state = AM_DOCTOR_FAILED;
	finding->status = err->status;
	finding->cause = cause != NULL ? cause->id : NULL;
	finding->advice = cause != NULL ? cause->advice : NULL;
	(void)snprintf(finding->text, sizeof(finding->text), "%s", err->text);
}

/* --- the connection ----------------------------------------------------------
 */

static void
connection_good(struct am_doctor *doctor, const struct am_access *access,
		enum am_conn_stage stage)
{
	if (stage > AM_CONN_RESOLVE)
		good(doctor, AM_DOCTOR_DNS, "%s is known",
		     access->account.host);
	if (stage > AM_CONN_CONNECT)
		good(doctor, AM_DOCTOR_TCP, "connected to port %u",
		     (unsigned)access->account.port);
}

static void
tls_good(struct am_doctor *doctor, struct am_imap *imap)
{
	struct am_conn *conn = am_imap_conn(imap);
	struct am_buf text = am_buf(DETAILS_MAX);

	if (am_conn_is_encrypted(conn)) {
		am_conn_describe(conn, &text);
		good(doctor, AM_DOCTOR_TLS, "%s", am_buf_text(&text));
	} else {
		good(doctor, AM_DOCTOR_TLS,
		     "none: the server is on this machine");
	}
	am_buf_free(&text);
}

static void
capability_good(struct am_doctor *doctor, struct am_imap *imap)
{
	static const struct {
		enum am_imap_capability can;
		const char *name;
	} names[] = {
		{ AM_IMAP_CAN_OAUTHBEARER, "OAUTHBEARER" },
		{ AM_IMAP_CAN_XOAUTH2, "XOAUTH2" },
		{ AM_IMAP_CAN_PLAIN, "PLAIN" },
		{ AM_IMAP_CAN_LITERAL_PLUS, "LITERAL+" },
		{ AM_IMAP_CAN_LITERAL_MINUS, "LITERAL-" },
		{ AM_IMAP_CAN_MULTIAPPEND, "MULTIAPPEND" },
		{ AM_IMAP_CAN_UIDPLUS, "UIDPLUS" },
		{ AM_IMAP_CAN_COMPRESS, "COMPRESS" },
		{ AM_IMAP_CAN_QUOTA, "QUOTA" },
		{ AM_IMAP_CAN_SPECIAL_USE, "SPECIAL-USE" },
	};
	struct am_buf list = am_buf(DETAILS_MAX);
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((am_imap_can(imap)->can & (unsigned)names[i].can) != 0)
			am_buf_printf(&list, " %s", names[i].name);
	good(doctor, AM_DOCTOR_CAPABILITY, "an IMAP server with%s",
	     list.len > 0 ? am_buf_text(&list) : " nothing of use here");
	am_buf_free(&list);
}

static struct am_imap *
connect_try(struct am_doctor *doctor, const struct am_access *access)
{
	static const enum am_doctor_step steps[] = {
		[AM_CONN_RESOLVE] = AM_DOCTOR_DNS,
		[AM_CONN_CONNECT] = AM_DOCTOR_TCP,
		[AM_CONN_TLS] = AM_DOCTOR_TLS,
		[AM_CONN_OPEN] = AM_DOCTOR_CAPABILITY,
	};
	const struct am_imap_options options = am_access_imap(access);
	enum am_conn_stage stage = AM_CONN_RESOLVE;
	struct am_imap *imap = NULL;
	struct am_error err = { 0 };
	const enum am_status status =
		am_imap_open(&options, &stage, &imap, &err);

	connection_good(doctor, access, stage);
	if (status != AM_OK) {
		if (stage == AM_CONN_OPEN &&
		    access->account.security == AM_SECURITY_TLS)
			good(doctor, AM_DOCTOR_TLS, "the certificate holds");
		failed(doctor, steps[stage], &err);
		return NULL;
	}
	tls_good(doctor, imap);
	capability_good(doctor, imap);
	return imap;
}

/* --- the token ---------------------------------------------------------------
 */

static void
part_add(struct am_buf *text, const char *name, const char *value)
{
	if (value != NULL)
		am_buf_printf(text, ", %s %.100s", name, value);
}

static void
time_left(char text[AM_TIME_TEXT_SIZE], int64_t seconds)
{
	(void)snprintf(text, AM_TIME_TEXT_SIZE, "%" PRId64 " minutes left",
		       seconds > 0 ? seconds / 60 : 0);
}

static void
token_describe(struct am_doctor *doctor, struct am_access *access,
	       const char *token)
{
	const int64_t now = am_clock_now();
	struct am_buf text = am_buf(DETAILS_MAX);
	const struct am_doctor_cause *cause;
	char odd[AM_DOCTOR_TEXT_SIZE], left[AM_TIME_TEXT_SIZE];
	struct am_jwt jwt = { 0 };

	if (am_jwt_read(token, &access->arena, &jwt, NULL) != AM_OK) {
		good(doctor, AM_DOCTOR_TOKEN,
		     "an access token that says nothing of itself");
		return;
	}
	part_add(&text, "for", jwt.audience);
	part_add(&text, "scope", jwt.scope);
	part_add(&text, "of", jwt.user);
	time_left(left, jwt.expires - now);
	good(doctor, AM_DOCTOR_TOKEN, "an access token%s%s%s",
	     am_buf_text(&text), jwt.expires != 0 ? ", " : "",
	     jwt.expires != 0 ? left : "");
	cause = am_doctor_token_look(&jwt, &access->account, now, odd);
	if (cause != NULL)
		warn_of(doctor, AM_DOCTOR_TOKEN, cause, odd);
	am_buf_free(&text);
}

static struct am_credential *
token_try(struct am_doctor *doctor, struct am_access *access,
	  const struct am_unlock_values *unlock)
{
	struct am_credential *credential = NULL;
	const char *secret = NULL;
	struct am_error err = { 0 };
	enum am_status status =
		am_access_credential(access, unlock, &credential, &err);

	if (status == AM_OK)
		status = credential->get(credential, false, &secret, &err);
	if (status != AM_OK) {
		failed(doctor, AM_DOCTOR_TOKEN, &err);
		return NULL;
	}
	if (credential->kind == AM_CREDENTIAL_PASSWORD)
		good(doctor, AM_DOCTOR_TOKEN, "a password is stored");
	else
		token_describe(doctor, access, secret);
	return credential;
}

/* --- the mailboxes -----------------------------------------------------------
 */

static void
mailboxes_try(struct am_doctor *doctor, struct am_imap *imap)
{
	struct am_imap_mailboxes mailboxes = { 0 };
	struct am_arena arena = { .limit = 64 << 20 };
	struct am_error err = { 0 };

	if (am_imap_mailboxes(imap, &arena, &mailboxes, &err) == AM_OK)
		good(doctor, AM_DOCTOR_NAMESPACE, "%zu mailboxes%s%s",
		     mailboxes.count,
		     mailboxes.prefix[0] != '\0' ? ", new ones begin with "
						 : "",
		     mailboxes.prefix);
	else
		failed(doctor, AM_DOCTOR_NAMESPACE, &err);
	am_arena_free(&arena);
}

static void
quota_try(struct am_doctor *doctor, struct am_imap *imap)
{
	static const struct am_doctor_cause full = {
		AM_DOCTOR_QUOTA, "nearly-full",
		"there is little room left: make some before an upload"
	};
	struct am_imap_quota quota = { 0 };
	struct am_error err = { 0 };

	if (am_imap_quota(imap, "INBOX", &quota, &err) != AM_OK) {
		failed(doctor, AM_DOCTOR_QUOTA, &err);
		return;
	}
	if (!quota.is_known) {
		good(doctor, AM_DOCTOR_QUOTA, "the server does not say");
		return;
	}
	good(doctor, AM_DOCTOR_QUOTA, "%" PRIu64 " of %" PRIu64 " MiB are used",
	     quota.used >> 20, quota.limit >> 20);
	if (quota.used / 100 >= quota.limit / 10000 * NEARLY_FULL)
		warn_of(doctor, AM_DOCTOR_QUOTA, &full, "");
}

static void
server_try(struct am_doctor *doctor, struct am_imap *imap,
	   struct am_credential *credential)
{
	struct am_error err = { 0 };

	if (am_imap_login(imap, credential, &err) != AM_OK) {
		failed(doctor, AM_DOCTOR_SASL, &err);
		return;
	}
	good(doctor, AM_DOCTOR_SASL, "signed in as %s", credential->user);
	/* some servers open no mailbox to a client that has no name */
	if (am_imap_identify(imap, "1", &err) != AM_OK) {
		failed(doctor, AM_DOCTOR_SASL, &err);
		return;
	}
	mailboxes_try(doctor, imap);
	if (doctor->findings[AM_DOCTOR_NAMESPACE].state == AM_DOCTOR_GOOD)
		quota_try(doctor, imap);
}

void
am_doctor_run(struct am_doctor *doctor, struct am_access *access,
	      const struct am_unlock_values *unlock, const struct am_error *err)
{
	struct am_credential *credential;
	struct am_imap *imap;

	memset(doctor, 0, sizeof(*doctor));
	if (err->status != AM_OK) {
		failed(doctor, AM_DOCTOR_ACCOUNT, err);
		return;
	}
	good(doctor, AM_DOCTOR_ACCOUNT, "%s at %s:%u, flow %s",
	     access->account.user, access->account.host,
	     (unsigned)access->account.port, am_way_names[access->account.way]);
	/* before the connection: whoever is asked for a passphrase may take
	 * longer than a server waits */
	credential = token_try(doctor, access, unlock);
	imap = connect_try(doctor, access);
	if (imap != NULL && credential != NULL)
		server_try(doctor, imap, credential);
	am_imap_close(imap);
}

enum am_status
am_doctor_status(const struct am_doctor *doctor)
{
	size_t i;

	for (i = 0; i < AM_DOCTOR_STEPS; i++)
		if (doctor->findings[i].state == AM_DOCTOR_FAILED)
			return doctor->findings[i].status;
	return AM_OK;
}
