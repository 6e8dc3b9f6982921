/* Known causes of failures, and what helps. The texts that are looked for are
 * ours, or those that servers are known to send (spec imap-oauth B.3, C.3). */
#include "doctor.h"

#include "base/ascii.h"
#include "base/time.h"
#include "oauth/jwt.h"

enum {
	ANY = 1 << AM_DOCTOR_STEPS,
	ACCOUNT = 1 << AM_DOCTOR_ACCOUNT,
	DNS = 1 << AM_DOCTOR_DNS,
	TCP = 1 << AM_DOCTOR_TCP,
	TLS = 1 << AM_DOCTOR_TLS | 1 << AM_DOCTOR_CAPABILITY,
	CAPABILITY = 1 << AM_DOCTOR_CAPABILITY,
	TOKEN = 1 << AM_DOCTOR_TOKEN,
	SASL = 1 << AM_DOCTOR_SASL,
	SERVER = CAPABILITY | SASL | 1 << AM_DOCTOR_NAMESPACE |
		 1 << AM_DOCTOR_QUOTA,
	CLOCK_SLACK_S = 300
};

/* The first that fits counts: what is special before what is general. */
static const struct rule {
	unsigned steps;	  /* where it may be seen */
	const char *mark; /* in the text, case does not matter; NULL: any */
	int status;	  /* AM_OK: any */
	struct am_doctor_cause cause;
} rules[] = {
	/* settings */
	{ ACCOUNT,
	  "there is no account",
	  AM_OK,
	  { AM_DOCTOR_ACCOUNT, "no-account",
	    "make it with archive-mail login NAME --provider ..." } },
	{ ACCOUNT,
	  NULL,
	  AM_CORRUPT,
	  { AM_DOCTOR_ACCOUNT, "bad-settings",
	    "repair the file, or make the account again with archive-mail "
	    "login NAME --provider ..." } },
	/* the way to the server */
	{ DNS,
	  "no host called",
	  AM_OK,
	  { AM_DOCTOR_DNS, "unknown-host",
	    "check the name of the server (--host of login)" } },
	{ DNS,
	  NULL,
	  AM_OK,
	  { AM_DOCTOR_DNS, "no-name-service",
	    "check this machine's network connection and name servers" } },
	{ TCP,
	  "nothing answers",
	  AM_OK,
	  { AM_DOCTOR_TCP, "connection-refused",
	    "check host and port; 993 is usual, and a server of your own may "
	    "not be running" } },
	{ TCP,
	  "firewall",
	  AM_OK,
	  { AM_DOCTOR_TCP, "no-answer",
	    "a firewall may be in the way: does another network reach it?" } },
	{ TCP,
	  NULL,
	  AM_OK,
	  { AM_DOCTOR_TCP, "no-connection",
	    "check this machine's network connection" } },
	{ TLS,
	  "does not speak TLS",
	  AM_OK,
	  { AM_DOCTOR_TLS, "not-tls",
	    "the port is for STARTTLS, or for something else: use port 993, "
	    "or login with --security starttls" } },
	{ TLS,
	  "go on with TLS",
	  AM_OK,
	  { AM_DOCTOR_TLS, "not-tls",
	    "the port is for something else: use port 993" } },
	{ TLS,
	  "while TLS began",
	  AM_OK,
	  { AM_DOCTOR_TLS, "tls-cut",
	    "a firewall or a virus scanner may be cutting in; check host and "
	    "port" } },
	{ TLS,
	  "has expired",
	  AM_OK,
	  { AM_DOCTOR_TLS, "certificate-expired",
	    "look at this machine's date first; else the server's "
	    "administrator has to renew the certificate" } },
	{ TLS,
	  "not valid yet",
	  AM_OK,
	  { AM_DOCTOR_TLS, "certificate-not-yet-valid",
	    "this machine's clock is probably wrong: set it" } },
	{ TLS,
	  "is for another name",
	  AM_OK,
	  { AM_DOCTOR_TLS, "certificate-name",
	    "use the host name that the certificate is for" } },
	{ TLS,
	  "does not name that address",
	  AM_OK,
	  { AM_DOCTOR_TLS, "certificate-name",
	    "give the host by its name, not by its address" } },
	{ TLS,
	  "signed by itself",
	  AM_OK,
	  { AM_DOCTOR_TLS, "certificate-self-signed",
	    "if it is your own server, give its certificate with --ca-file; "
	    "else somebody may be in between" } },
	{ TLS,
	  "unknown authority",
	  AM_OK,
	  { AM_DOCTOR_TLS, "certificate-authority",
	    "install the package ca-certificates, or give the authority's "
	    "certificate with --ca-file; a virus scanner that opens TLS has "
	    "one of its own" } },
	{ TLS,
	  "no TLS 1.2",
	  AM_OK,
	  { AM_DOCTOR_TLS, "tls-too-old",
	    "the server has to be updated: older TLS is not safe" } },
	{ TLS,
	  "STARTTLS",
	  AM_OK,
	  { AM_DOCTOR_TLS, "no-starttls",
	    "use port 993 with --security tls" } },
	{ TLS,
	  "certificate of",
	  AM_OK,
	  { AM_DOCTOR_TLS, "certificate",
	    "the certificate does not hold; ask the server's administrator" } },
	/* what a server says at any time */
	{ SERVER,
	  "authenticated but not connected",
	  AM_OK,
	  { AM_DOCTOR_NAMESPACE, "authenticated-but-not-connected",
	    "the sign-in is right, and one of three things is not: the user "
	    "has no mailbox or no licence for one; the mailbox is another "
	    "one's, and the user (or the app, by Add-MailboxPermission) has "
	    "no rights to it; or too many connections are open: close other "
	    "programs and wait some minutes" } },
	{ SERVER,
	  "too many connections",
	  AM_OK,
	  { AM_DOCTOR_SASL, "too-many-connections",
	    "close other mail programs and phones that use this account, or "
	    "wait some minutes" } },
	{ SERVER,
	  "wants it slower",
	  AM_OK,
	  { AM_DOCTOR_SASL, "throttled",
	    "wait; the provider slows this account down for a while" } },
	{ SERVER,
	  "limit of the day",
	  AM_OK,
	  { AM_DOCTOR_SASL, "daily-limit",
	    "wait until tomorrow; the provider counts what goes in a day" } },
	{ SERVER,
	  "mailbox is full",
	  AM_OK,
	  { AM_DOCTOR_QUOTA, "mailbox-full",
	    "make room in the mailbox, or buy some" } },
	{ CAPABILITY,
	  "like an IMAP server",
	  AM_OK,
	  { AM_DOCTOR_CAPABILITY, "not-imap",
	    "check host and port: that is another kind of server (POP, SMTP, "
	    "the web)" } },
	/* tokens: secrets here */
	{ TOKEN,
	  "keyring",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "keyring",
	    "run this in the desktop session of the login, with its keyring "
	    "unlocked; or make the sign-in anew with a passphrase: "
	    "archive-mail login NAME --provider ..." } },
	{ TOKEN,
	  "no passphrase",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "no-passphrase",
	    "give --passphrase-file, --key-file or AM_PASSPHRASE" } },
	{ TOKEN,
	  "passphrase",
	  AM_AUTH,
	  { AM_DOCTOR_TOKEN, "wrong-passphrase",
	    "give the passphrase (or key) of the login; when it is lost, "
	    "logout and login again" } },
	{ TOKEN,
	  "key file",
	  AM_AUTH,
	  { AM_DOCTOR_TOKEN, "wrong-key",
	    "give the key of the login, or log in again with "
	    "--client-key-file" } },
	{ TOKEN,
	  "nobody is signed in",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "not-signed-in", "run archive-mail login NAME" } },
	{ TOKEN,
	  "token command",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "token-command",
	    "run the command in a shell; it must print a token and succeed" } },
	/* tokens: Microsoft's numbers, which may change */
	{ TOKEN,
	  "AADSTS7000218",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "public-client-flows-off",
	    "in the app's registration (Entra > Authentication), set \"Allow "
	    "public client flows\" to Yes" } },
	{ TOKEN,
	  "AADSTS700016",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "unknown-client",
	    "check --client-id and --tenant, and that the registration is for "
	    "this kind of account" } },
	{ TOKEN,
	  "AADSTS700082",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "sign-in-expired",
	    "it was not used for too long: run archive-mail login NAME" } },
	{ TOKEN,
	  "AADSTS70008",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "sign-in-expired",
	    "it was not used for too long: run archive-mail login NAME" } },
	{ TOKEN,
	  "AADSTS70011",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "wrong-scope",
	    "add IMAP.AccessAsUser.All of Office 365 Exchange Online to the "
	    "registration, and nothing of another API to --scope" } },
	{ TOKEN,
	  "AADSTS50076",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "second-factor",
	    "run archive-mail login NAME, and confirm the second factor" } },
	{ TOKEN,
	  "AADSTS50079",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "second-factor",
	    "set up a second factor in the browser, then run archive-mail "
	    "login NAME" } },
	{ TOKEN,
	  "AADSTS530",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "conditional-access",
	    "a Conditional Access policy forbids it (often device codes): run "
	    "archive-mail login NAME --flow browser, or ask the "
	    "administrator" } },
	{ TOKEN,
	  "AADSTS65001",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "consent",
	    "run archive-mail login NAME and consent; where that is for "
	    "administrators only, ask one" } },
	{ TOKEN,
	  "AADSTS90094",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "admin-consent",
	    "an administrator has to consent to the app (Entra > API "
	    "permissions > Grant admin consent)" } },
	{ TOKEN,
	  "AADSTS90002",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "unknown-tenant", "check --tenant" } },
	/* tokens: RFC 6749 */
	{ TOKEN,
	  "invalid_client",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "client-refused",
	    "check --client-id and --client-secret-file: the secret may be "
	    "wrong or too old" } },
	{ TOKEN,
	  "unauthorized_client",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "client-refused",
	    "the registration does not allow this flow (Google: domain-wide "
	    "delegation for this client and scope)" } },
	{ TOKEN,
	  "invalid_scope",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "wrong-scope",
	    "add the permission for IMAP to the registration, or check "
	    "--scope" } },
	{ TOKEN,
	  "invalid_grant",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "sign-in-gone",
	    "the sign-in was revoked, has expired, or the password was "
	    "changed (Google: after 7 days while the app is in testing): run "
	    "archive-mail login NAME" } },
	{ TOKEN,
	  "redirect",
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "redirected",
	    "the address of the authorization server is out of date: run "
	    "archive-mail login NAME with --issuer or --provider" } },
	{ TOKEN,
	  NULL,
	  AM_NETWORK,
	  { AM_DOCTOR_TOKEN, "no-authorization-server",
	    "the authorization server does not answer: is there a way to it "
	    "from here (proxy, firewall)? Else try later" } },
	{ TOKEN,
	  NULL,
	  AM_PROTOCOL,
	  { AM_DOCTOR_TOKEN, "bad-authorization-server",
	    "what answers is not the authorization server, or its certificate "
	    "does not hold: check the addresses, and this machine's clock" } },
	{ TOKEN,
	  NULL,
	  AM_AUTH,
	  { AM_DOCTOR_TOKEN, "token-refused", "run archive-mail login NAME" } },
	{ TOKEN,
	  NULL,
	  AM_OK,
	  { AM_DOCTOR_TOKEN, "storage",
	    "the place where sign-ins are kept cannot be used: check disk and "
	    "permissions of ~/.local/state/archive-mail" } },
	/* signing in */
	{ SASL,
	  "takes no OAuth tokens",
	  AM_OK,
	  { AM_DOCTOR_CAPABILITY, "no-oauth",
	    "the server knows passwords only: check the host, or login with "
	    "--flow password" } },
	{ SASL,
	  "takes no passwords",
	  AM_OK,
	  { AM_DOCTOR_CAPABILITY, "no-passwords",
	    "passwords were switched off there (Microsoft did in 2024): login "
	    "with --flow device or browser" } },
	{ SASL,
	  "not encrypted",
	  AM_OK,
	  { AM_DOCTOR_TLS, "not-encrypted",
	    "login with --security tls or starttls" } },
	{ SASL,
	  "pplication-specific password",
	  AM_OK,
	  { AM_DOCTOR_SASL, "app-password-needed",
	    "the usual password does not work: make an app password in the "
	    "account's security settings, and login with --flow password" } },
	{ SASL,
	  "not enabled for IMAP",
	  AM_OK,
	  { AM_DOCTOR_SASL, "imap-off",
	    "switch IMAP on in the mailbox's settings, or ask the "
	    "administrator" } },
	{ SASL,
	  "IMAP access is disabled",
	  AM_OK,
	  { AM_DOCTOR_SASL, "imap-off",
	    "switch IMAP on in the mailbox's settings, or ask the "
	    "administrator" } },
	{ SASL,
	  "does not accept the credentials",
	  AM_OK,
	  { AM_DOCTOR_SASL, "sign-in-refused",
	    "the server does not take this token or password for this user. "
	    "Usual reasons: the address is not the one that signed in "
	    "(--user); the token is for another service (scope, audience); "
	    "IMAP is switched off for the mailbox; for a program of "
	    "Microsoft's, New-ServicePrincipal got the wrong object id; a "
	    "password instead of an app password" } },
	{ SASL,
	  "cannot just now",
	  AM_OK,
	  { AM_DOCTOR_SASL, "server-busy",
	    "wait some minutes; the sign-in itself may be right" } },
	{ SASL,
	  "closed the connection",
	  AM_OK,
	  { AM_DOCTOR_SASL, "cut-at-sign-in",
	    "the token may be longer than the server takes (some 6 KB), or "
	    "the server is overloaded" } },
	{ SERVER,
	  NULL,
	  AM_NETWORK,
	  { AM_DOCTOR_CAPABILITY, "connection-lost",
	    "try again; if it stays, the server or the way to it is "
	    "unstable" } },
};

static bool
rule_fits(const struct rule *rule, enum am_doctor_step step,
	  const struct am_error *err)
{
	return (rule->steps & 1U << step) != 0 &&
	       (rule->status == AM_OK || rule->status == (int)err->status) &&
	       (rule->mark == NULL ||
		am_ascii_has(am_bytes_of(err->text), rule->mark));
}

const struct am_doctor_cause *
am_doctor_cause(enum am_doctor_step step, const struct am_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rule_fits(&rules[i], step, err))
			return &rules[i].cause;
	return NULL;
}

/* --- what a token says of itself ---------------------------------------------
 */

static bool
has(const char *text, const char *mark)
{
	return text != NULL && am_ascii_has(am_bytes_of(text), mark);
}

static bool
is_microsoft(const struct am_jwt *jwt)
{
	return has(jwt->issuer, "login.microsoftonline.com") ||
	       has(jwt->issuer, "sts.windows.net");
}

const struct am_doctor_cause *
am_doctor_token_look(const struct am_jwt *jwt, const struct am_account *account,
		     int64_t now, char text[AM_DOCTOR_TEXT_SIZE])
{
	static const struct am_doctor_cause audience = {
		AM_DOCTOR_TOKEN, "wrong-audience",
		"the token is for another API than Exchange: login again with "
		"the scope https://outlook.office.com/IMAP.AccessAsUser.All, "
		"and no other API beside it"
	};
	static const struct am_doctor_cause scope = {
		AM_DOCTOR_TOKEN, "wrong-scope",
		"the token has no permission for IMAP: add "
		"IMAP.AccessAsUser.All (a person) or IMAP.AccessAsApp (a "
		"program) to the registration, and login again"
	};
	static const struct am_doctor_cause expired = {
		AM_DOCTOR_TOKEN, "token-expired",
		"the token is too old: get a new one (login, or the token "
		"command)"
	};
	static const struct am_doctor_cause clock = {
		AM_DOCTOR_TOKEN, "clock",
		"the token was made in what this machine takes for the "
		"future: set the clock"
	};
	static const struct am_doctor_cause user = {
		AM_DOCTOR_TOKEN, "other-user",
		"the token is another user's than the mailbox: right for a "
		"shared mailbox, else check --user"
	};

	text[0] = '\0';
	if (jwt->issued > now + CLOCK_SLACK_S ||
	    jwt->not_before > now + CLOCK_SLACK_S)
		return &clock;
	if (jwt->expires != 0 && jwt->expires <= now)
		return &expired;
	if (is_microsoft(jwt) && !has(jwt->audience, "outlook.office"))
		return &audience;
	if (is_microsoft(jwt) && !has(jwt->scope, "IMAP."))
		return &scope;
	if (has(jwt->user, "@") &&
	    !am_ascii_equal(am_bytes_of(jwt->user), account->user)) {
		(void)snprintf(text, AM_DOCTOR_TEXT_SIZE,
			       "signed in is %.200s, the mailbox is %.200s",
			       jwt->user, account->user);
		return &user;
	}
	return NULL;
}
